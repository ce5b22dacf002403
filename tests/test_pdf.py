"""PDF of external pages: beside the page, of that very page, and never older than it."""

import hashlib
import json
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from browser_pages import executed, find_program, notebook, table

from qbrkit.errors import SettingError
from qbrkit.run import browser, pdf
from qbrkit.run.export import render_page
from qbrkit.run.pages import remove_page

DAY = date(2026, 12, 31)
MOST_WORDS = "We shall keep this promise before the next review, and tell you how it went. "


# --- which pages have one ----------------------------------------------------------------

def record(folder, name="A-1", html="page", kind="external", status="ready"):
    file = folder / kind / f"{name}.html"
    file.parent.mkdir(exist_ok=True)
    file.write_text(html)
    return {"kind": kind, "account_id": name, "status": status, "sha256": digest(html.encode()),
            "file": file.relative_to(folder).as_posix()}


def digest(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def printed(monkeypatch):
    """Names of the files that were printed; "torn" ones cannot be."""
    names = []

    def print_pages(files, day, workers):
        names.extend(file.stem for file in files)
        return [f"no PDF: {file.stem}" if "torn" in file.stem else
                b"%PDF " + file.read_bytes() + f" {day}".encode() + b" /Type /Page\n/Type /Pages"
                for file in files]

    monkeypatch.setattr(pdf, "print_pages", print_pages)
    return names


def test_pdf_lies_beside_each_external_page_and_stands_in_its_record(tmp_path, printed):
    made = [record(tmp_path, "A-1"), record(tmp_path, "review", kind="internal"),
            record(tmp_path, "torn")]
    one, internal, torn = pdf.add_pdfs(made, [], tmp_path, DAY, wanted=True)
    content = (tmp_path / "external" / "A-1.pdf").read_bytes()
    assert content == b"%PDF page 2026-12-31 /Type /Page\n/Type /Pages"
    assert one["pdf"] == {"file": "external/A-1.pdf", "sha256": digest(content), "pages": 1}
    assert (internal["pdf"], internal["pdf_cause"]) == (None, None)
    assert (torn["pdf"], torn["pdf_cause"]) == (None, "no PDF: torn")
    assert sorted(file.name for file in tmp_path.rglob("*.*") if file.is_file()) == [
        "A-1.html", "A-1.pdf", "review.html", "torn.html"]


def test_pdf_of_the_same_page_is_kept_and_an_older_one_goes(tmp_path, printed):
    before = json.loads(json.dumps(pdf.add_pdfs(
        [record(tmp_path, one) for one in ("same", "other", "harmed")], [], tmp_path, DAY, True)))
    (tmp_path / "external" / "harmed.pdf").write_bytes(b"%PDF edited")
    printed.clear()
    made = [record(tmp_path, "same"), record(tmp_path, "other", "new page"),
            record(tmp_path, "harmed")]
    kept = pdf.add_pdfs(made, before, tmp_path, DAY, wanted=False)
    assert [one["pdf"] for one in kept] == [before[0]["pdf"], None, None]
    assert [file.name for file in (tmp_path / "external").glob("*.pdf")] == ["same.pdf"]
    again = pdf.add_pdfs(made, before, tmp_path, DAY, wanted=True)
    assert printed == ["other", "harmed"]
    assert again[1]["pdf"]["sha256"] != before[1]["pdf"]["sha256"]
    assert again[2]["pdf"] == before[2]["pdf"]


def test_page_that_is_not_released_has_no_pdf(tmp_path, printed):
    record(tmp_path, "A-1")
    (tmp_path / "external" / "A-1.pdf").write_bytes(b"%PDF older")
    remove_page(tmp_path / "external" / "A-1.html")
    assert list((tmp_path / "external").iterdir()) == []
    refused = {"kind": "external", "account_id": "A-1", "status": "refused", "file": None,
               "sha256": None}
    assert pdf.add_pdfs([refused], [], tmp_path, DAY, wanted=True)[0]["pdf"] is None
    assert printed == []


# --- the browser -------------------------------------------------------------------------

def test_what_is_missing_is_told_with_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv(browser.VARIABLE, str(tmp_path / "none"))
    with pytest.raises(SettingError, match=r"QBRKIT_BROWSER names .*none"):
        browser.require_browser()
    monkeypatch.delenv(browser.VARIABLE)
    monkeypatch.setattr(browser, "_usual_places", lambda: iter([tmp_path / "chrome"]))
    with pytest.raises(SettingError, match=r"needs Chromium, Chrome or Edge.*by hand"):
        browser.require_browser()
    (tmp_path / "chrome").touch()
    assert browser.require_browser() == tmp_path / "chrome"
    monkeypatch.setattr(browser, "find_spec", lambda name: None)
    with pytest.raises(SettingError, match=r'pip install "qbrkit\[pdf\]"'):
        browser.require_browser()


@pytest.mark.parametrize(("system", "variable", "place"), [
    ("win32", "ProgramFiles", "Microsoft/Edge/Application/msedge.exe"),
    ("darwin", "HOME", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome")])
def test_browser_is_found_where_each_system_keeps_it(monkeypatch, tmp_path, system, variable,
                                                     place):
    program = tmp_path / place
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser.sys, "platform", system)
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    monkeypatch.setenv(variable, str(tmp_path))
    assert browser.find_browser() == program


# --- what is printed ---------------------------------------------------------------------

def chapter(title, rows=0, words=MOST_WORDS * 3):
    cells = [f"## {title}", executed(html=f'<p class="finding">{words}</p>')]
    return [*cells, *([table(rows, columns=4)] if rows else [])]


def rich_page(**fields):
    """Ten chapters, long, short and empty ones, a comment, and the reader's own topic."""
    comment = f'<blockquote class="comment"><p>{MOST_WORDS * 8}</p></blockquote>'
    cells = ["# Business review\n\nWhat we did together.",
             executed(html='<ol class="findings"><li class="finding">One fact.</li></ol>'),
             executed(html=comment), *chapter("What did we promise?", 3),
             *chapter("Your business", 7), *chapter("The value", 30), *chapter("Your plan", 2),
             *chapter("Service"), "## What may come",
             executed(html='<div class="missing"><p>Nothing is on record.</p></div>'),
             *chapter("Ninety days", 5), "## Your topic",
             executed(html='<p>This space is yours.</p><div class="blank"></div>'),
             *chapter("Definitions")]
    return render_page(notebook(*cells, **fields))


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    """The draft on A4 and on Letter, and the finished page twice, printed by one browser."""
    find_program("chromium", "chromium-browser", "google-chrome", "msedge", variable="CHROMIUM")
    folder = tmp_path_factory.mktemp("printed")
    draft = rich_page(band="DRAFT: not yet released · PARTIAL QUARTER", status="draft",
                      missing=["Words."])
    pages = {"a4": draft, "letter": draft.replace("@page {", "@page { size: letter;", 1),
             "ready": rich_page(), "again": rich_page()}
    files = [folder / f"{name}.html" for name in pages]
    for file, text in zip(files, pages.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    outcomes = pdf.print_pages(files, DAY, workers=2)
    for file, content in zip(files, outcomes, strict=True):
        assert isinstance(content, bytes), content
        file.with_suffix(".pdf").write_bytes(content)
    return folder


def texts_of(file):
    told = subprocess.run([find_program("pdftotext", variable="PDFTOTEXT"), "-layout", file, "-"],
                          capture_output=True, check=True, encoding="utf-8")
    return told.stdout.removesuffix("\f").split("\f")


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_every_sheet_of_a_draft_says_so_and_none_is_nearly_empty(sheets, paper):
    texts = texts_of(sheets / f"{paper}.pdf")
    assert len(texts) == pdf.count_sheets((sheets / f"{paper}.pdf").read_bytes())
    assert 5 <= len(texts) <= 12
    for number, text in enumerate(texts, 1):
        assert "DRAFT: not yet released" in text
        assert "PARTIAL QUARTER" in text
        assert f"Page {number} of {len(texts)}" in text
        assert len(text.split()) > 60 or "This space is yours." in text, text
    assert "Business review" in texts[0]
    assert "One fact." in texts[0]
    assert "We shall keep this promise" in texts[0]
    assert "What did we promise?" not in texts[0]
    assert "What did we promise?" in texts[1]


@pytest.mark.browser
def test_chapters_with_an_exhibit_begin_a_sheet_and_short_ones_share_one(sheets):
    texts = texts_of(sheets / "ready.pdf")
    at = {title: next(n for n, text in enumerate(texts) if re.search(rf"\d\s+{title}", text))
          for title in ("What may come", "Service", "Your plan", "Your topic", "Definitions")}
    assert at["Service"] == at["What may come"]
    assert at["Definitions"] == at["Your topic"] > at["What may come"]
    assert "DRAFT" not in "".join(texts)


@pytest.mark.browser
def test_file_is_tagged_titled_whole_and_the_same_again_without_a_path(sheets):
    content = (sheets / "ready.pdf").read_bytes()
    assert content == (sheets / "again.pdf").read_bytes()
    told = subprocess.run([find_program("pdfinfo", variable="PDFINFO"), sheets / "ready.pdf"],
                          capture_output=True, check=True, encoding="utf-8").stdout
    info = dict(re.findall(r"(?m)^([\w ]+):\s+(.*)$", told))
    assert info["Tagged"] == "yes"
    assert info["Title"] == "Business review 2026Q4"
    assert info["Creator"] == "qbrkit"
    assert "2026" in info["CreationDate"]
    assert "Dec 31" in info["CreationDate"]
    assert b"/Outlines" in content
    assert b"/Lang (en)" in content
    for path in (sheets, Path.home(), Path.cwd()):
        assert str(path).encode() not in content
    assert b"file:" not in content
    fonts = subprocess.run([find_program("pdffonts", variable="PDFFONTS"), sheets / "ready.pdf"],
                           capture_output=True, check=True, encoding="utf-8").stdout.splitlines()
    assert len(fonts) > 2
    for font in fonts[2:]:
        assert re.search(r"\s(yes|no)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+$", font)[1] == "yes", font


@pytest.mark.browser
def test_browser_that_does_not_start_is_told_beside_the_page(tmp_path, monkeypatch):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv(browser.VARIABLE, str(program))
    (made,) = pdf.add_pdfs([record(tmp_path)], [], tmp_path, DAY, wanted=True)
    assert made["pdf"] is None
    assert re.match(r"chromium does not start .* by hand gives the same", made["pdf_cause"])
