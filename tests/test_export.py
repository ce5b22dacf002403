"""An executed notebook becomes one page that shows the review and nothing else."""

import copy
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from browser_pages import (
    notebook,
    open_browser,
    opened,
    page_record,
    printed_pages,
    review,
    serious_faults,
)
from nbformat.v4 import new_notebook

from qbrkit.errors import NotebookError
from qbrkit.run.export import DEFAULT_ACCENT, css_string, read_frame, render_page, safe_accent

NASTY = "A \"B\" </style><script>alert('&')</script> \\ {C}"


def test_page_is_whole_by_itself():
    page = render_page(review())
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="en">' in page
    assert "<title>Business review 2026Q4</title>" in page
    assert "default-src 'none'" in page
    assert page.count("<h1") == page.count("<main>") == 1
    assert page.count("<section") == page.count("</section>") == 3
    assert "<script" not in page
    assert not re.findall(r"https?://", page.replace('xmlns="http://www.w3.org/2000/svg"', ""))


def test_page_without_charts_is_small():
    assert len(render_page(notebook("# Review\n\nText.\n\n## Question")).encode()) < 30_000


def test_contents_lead_to_the_chapters():
    page = render_page(notebook("# Review", "## What did we keep?", "### Detail", "## Next"))
    nav = page[page.index("<nav"):page.index("</nav>")]
    assert 'aria-label="Contents"' in nav
    assert re.findall(r'href="#([^"]+)"', nav) == ["what-did-we-keep", "next"]
    assert page.index("<h1") < page.index("<nav") < page.index("<h2")
    assert '<h2 id="what-did-we-keep">What did we keep?</h2>' in page


def test_title_is_the_main_heading_when_the_notebook_has_none():
    page = render_page(notebook("## Question"))
    assert "<h1>Business review 2026Q4</h1>" in page


def test_text_of_the_record_is_escaped_everywhere():
    fields = dict.fromkeys(("title", "company", "running_head", "band", "language"), NASTY)
    labels = dict.fromkeys(("contents", "page", "of"), NASTY)
    page = render_page(notebook(
        f"# {NASTY}\n\n## {NASTY}",
        **fields, labels=labels, footer=[NASTY], missing=[NASTY], logo="data:image/png;" + NASTY,
    ))
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert "&lt;script&gt;" in page


def test_css_string_keeps_words_and_codes_the_rest():
    assert css_string("Größe · 4,5") == '"Größe · 4,5"'
    assert css_string('"}</style>\n&') == r'"\22 \7d \3c \2f style\3e  \26 "'


@pytest.mark.parametrize("accent", ["red", "#12345", "#1234567", "#12345g", "url(x)", None])
def test_other_accents_than_hex_colors_give_the_default(accent):
    assert safe_accent(accent) == DEFAULT_ACCENT


def test_logo_from_elsewhere_is_not_loaded():
    page = render_page(notebook("# Review", logo="https://example.org/logo.png"))
    assert "example.org" not in page
    assert '<p class="company">Acme Components</p>' in page


def test_notebook_without_record_is_refused():
    with pytest.raises(NotebookError, match="page record"):
        read_frame(new_notebook())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "secret"}, "kind is 'secret'"),
        ({"kind": "internal"}, "internal page has no band"),
        ({"labels": {"page": "p"}}, r"lacks \['contents', 'of'\]"),
    ],
)
def test_unusable_record_is_refused(change, message):
    with pytest.raises(NotebookError, match=message):
        read_frame(notebook(**change))


def test_record_that_lacks_a_field_is_refused():
    short = notebook()
    del short.cells[0].outputs[0].data["application/vnd.qbrkit.page+json"]["footer"]
    with pytest.raises(NotebookError, match=r"lacks \['footer'\]"):
        read_frame(short)


def test_record_is_returned_as_it_is():
    assert read_frame(notebook()) == page_record()


def test_draft_shows_its_band_and_what_is_missing():
    page = render_page(notebook("# R", status="draft", band="DRAFT", missing=["comment", "plan"]))
    band = page[page.index("<aside"):page.index("</aside>")]
    assert "<p>DRAFT</p>" in band
    assert "<li>comment</li><li>plan</li>" in band
    assert "<aside" not in render_page(notebook("# R"))


def test_same_notebook_gives_same_bytes_in_every_thread():
    source = review()
    before = copy.deepcopy(source)
    with ThreadPoolExecutor(4) as threads:
        pages = set(threads.map(render_page, [source] * 8))
    assert len(pages) == 1
    assert source == before


def test_importing_the_module_stays_light():
    code = "import sys, qbrkit.run.export; print({'nbconvert', 'nbformat'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


@pytest.fixture(scope="module")
def browser():
    with open_browser() as chromium:
        yield chromium


RECORDS = {
    "external": {},
    "draft": {"status": "draft", "band": "DRAFT – not released", "missing": ["comment"]},
    "internal": {"kind": "internal", "band": "INTERNAL – not for customers"},
}


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("record", RECORDS)
def test_page_fits_its_window_and_is_accessible(browser, tmp_path, record, width):
    with opened(browser, render_page(review(**RECORDS[record])), tmp_path, width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert serious_faults(page) == []
        assert page.requests == [(tmp_path / "page.html").as_uri()]


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("record", RECORDS)
def test_every_sheet_has_its_head_band_and_number(browser, tmp_path, record, paper):
    with opened(browser, render_page(review(**RECORDS[record])), tmp_path) as page:
        sheets = printed_pages(page, tmp_path, paper)
    for number, sheet in enumerate(sheets, start=1):
        assert "Brightwater Foods · 2026Q4" in sheet
        assert f"Page {number} of {len(sheets)}" in sheet
        assert RECORDS[record].get("band", "") in sheet
    rows = re.findall(r"top-\d+", "".join(sheets))
    assert len(rows) == 60
    for row in rows:
        sheet = next(sheet for sheet in sheets if re.search(rf"{row}\b", sheet))
        assert re.search(rf"{row.replace('top', 'end')}\b", sheet), f"{row} is broken over sheets"
