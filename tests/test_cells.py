"""What a page shows of an executed notebook, and which notebooks it refuses."""

import re

import pytest
from browser_pages import SVG, executed, notebook
from nbformat.v4 import new_code_cell, new_output, new_raw_cell

from qbrkit.errors import NotebookError
from qbrkit.run.cells import split_markdown
from qbrkit.run.export import render_page


def test_nothing_but_the_review_reaches_the_page():
    noisy = executed("secret_call()", html="<p>shown<!-- in-html --></p>", tags=["finding"])
    noisy.outputs += [
        new_output("stream", name="stderr", text="err-noise"),
        new_output("stream", name="stdout", text="out-noise"),
        new_output("display_data", data={"application/javascript": "js-noise"}),
        new_output("display_data", data={"text/vnd.mermaid": "mermaid-noise"}),
        new_output(
            "display_data", data={"application/vnd.jupyter.widget-view+json": {"model_id": "wid"}}
        ),
    ]
    page = render_page(notebook(
        executed("account = '00123'", html="param-noise", tags=["parameters"]),
        executed("account = '00456'", html="injected-noise", tags=["injected-parameters"]),
        "# Review\n\nText.<!-- hidden\n\nremark -->",
        noisy,
        new_raw_cell("raw-noise"),
    ))
    assert "<p>shown</p>" in page
    for absent in ("secret_call", "read()", "00123", "00456", "noise", "in-html", "remark", "<!--",
                   "/srv/in", "papermill", "0x7f", "celltag", "injected", "wid\""):
        assert absent not in page, absent


def test_equal_headings_get_different_anchors():
    page = render_page(notebook("# Review", "## Next", "## Next"))
    assert re.findall(r'<h2 id="([^"]+)"', page) == ["next", "next-2"]


def test_second_main_heading_becomes_a_chapter():
    page = render_page(notebook("# Review", "# Annex"))
    assert page.count("<h1") == 1
    assert '<h2 id="annex">Annex</h2>' in page


def test_headings_and_paragraphs_are_translated_one_by_one():
    words = {"Review": "Gespräch", "First *line*\nsecond.": "Erste *Zeile*.", "Next": "Weiter"}
    page = render_page(notebook("# Review\n\nFirst *line*\nsecond.\n## Next"), words.__getitem__)
    assert '<h1 id="review">Gespräch</h1>' in page
    assert "<p>Erste <em>Zeile</em>.</p>" in page
    assert '<li><a href="#next">Weiter</a></li>' in page


def test_chapter_whose_exhibits_are_all_empty_is_left_out_with_its_heading():
    page = render_page(notebook(
        "# Review", executed(html="<p>cover</p>"), "## Gone\n\nIts words.", executed(html=" "),
        "### Gone too", executed(html=""), "## Kept", executed(html=""), executed(html="<p>x</p>"),
        "## Words alone\n\nRead.", "## Last", executed(html=" ")))
    assert re.findall(r'<h[23] id="([^"]+)"', page) == ["kept", "words-alone"]
    assert re.findall(r'<li><a href="#([^"]+)"', page) == ["kept", "words-alone"]
    assert "Its words." not in page
    assert page.count("<section") == page.count("</section>") == 2


def test_markdown_is_split_into_headings_and_paragraphs():
    source = "# One #\nText\nof two lines\n\n\n- a\n- b\n### Three\n#no heading"
    assert list(split_markdown(source)) == [
        (1, "One"), (0, "Text\nof two lines"), (0, "- a\n- b"), (3, "Three"), (0, "#no heading")
    ]


def test_svg_stands_in_the_page():
    prolog = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "http://www.w3.org/x.dtd">'
    with_extras = prolog + SVG.replace(
        "<rect", "<metadata><a>http://x</a></metadata><!-- m --><rect"
    )
    page = render_page(notebook("# Review", executed(**{"image/svg+xml": with_extras})))
    assert SVG in page
    assert "http://x" not in page
    assert "<img" not in page


def test_html_goes_before_svg():
    page = render_page(notebook("# R", executed(html="<p>both</p>", **{"image/svg+xml": SVG})))
    assert "<p>both</p>" in page
    assert "viewBox" not in page


def test_failed_cell_is_named():
    failed = new_code_cell("1 / 0", execution_count=2)
    failed.outputs = [new_output("error", ename="ZeroDivisionError", evalue="division by zero")]
    with pytest.raises(NotebookError, match="cell 3: ZeroDivisionError: division by zero") as found:
        render_page(notebook("# Review", failed))
    assert found.value.cell == 3


def test_notices_of_papermill_do_not_shift_the_number():
    failed = new_code_cell("1 / 0", execution_count=2)
    failed.outputs = [new_output("error", ename="ValueError", evalue="no")]
    stopped = notebook("# Notice", "# Review", failed)
    stopped.cells[1].metadata["tags"] = ["papermill-error-cell-tag"]
    with pytest.raises(NotebookError, match=r"^cell 3: "):
        render_page(stopped)


def test_cell_that_was_not_executed_is_named():
    with pytest.raises(NotebookError, match="cell 3: the cell was not executed"):
        render_page(notebook("# Review", new_code_cell("show(x)")))


def test_empty_code_cell_needs_no_execution():
    assert "<h1" in render_page(notebook("# Review", new_code_cell(" \n")))


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "text/markdown", "text/latex"])
def test_output_that_would_be_lost_is_named(kind):
    with pytest.raises(NotebookError, match=f"cell 3: .*not {kind}"):
        render_page(notebook("# Review", executed(**{kind: "x"})))
