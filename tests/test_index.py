"""The index shows every page of a batch, the worst first."""

import datetime as dt
import re

import pytest
from browser_pages import open_browser, opened, serious_faults
from jinja2 import UndefinedError

from qbrkit.report import index_words
from qbrkit.report.language import language
from qbrkit.run.again import EARLIER
from qbrkit.run.index import render_index


def batch_page(name, status="ready", **fields):
    return {
        "kind": "external_review", "account_id": "00123", "name": name, "owner": "M. Ellison",
        "status": status, "seconds": 3.21, "file": "external/a_2026Q4_en.html", "cause": None,
        "missing": [], **fields,
    }


def context(**fields):
    return {
        "company": "Acme", "quarter": "2026Q4", "accent": "#1f5f8b", "language": "en",
        "created": dt.datetime(2027, 1, 4, 9, 12, tzinfo=dt.UTC), "is_partial": False,
        "totals": [("Ready", 1), ("Failed", 1)],
        "pages": [
            batch_page("Amber", "ready"),
            batch_page("Birch", "draft", missing=["comment", "plan"]),
            batch_page("Cedar", "refused", file=None, cause="LeakError: a name"),
            batch_page("Dogwood", "failed", file=None, seconds=None, cause="cell 4: DataError"),
            batch_page(None, "reused", account_id=None, owner=None, kind="internal_review"),
        ],
        "problems": [{"table": "contacts", "column": None, "what": "twice", "rows": 1204,
                      "money": -18230.5}],
        "exit": "One account failed.", **fields,
    }


def rows(html):
    return re.findall(r"<tr>\n<th scope=\"row\">.*?</tr>", html, re.DOTALL)


def test_worst_pages_come_first_with_their_cause():
    order = rows(render_index(context()))[:5]
    names = ["Dogwood", "Cedar", "Birch", "Amber", "All accounts"]
    assert [name for name, row in zip(names, order, strict=True) if name in row] == names
    assert "cell 4: DataError" in order[0]
    assert '<span class="pill status-failed">failed</span>' in order[0]
    assert "href" not in order[0]
    assert "comment; plan" in order[2]


def test_pdf_is_linked_and_what_hindered_it_is_told():
    html = render_index(context(pages=[
        batch_page("Aa", pdf={"file": "external/a b.pdf", "sha256": "x", "pages": 9}),
        batch_page("Bb", pdf=None, pdf_cause="no PDF: the browser ended")]))
    first, second = rows(html)[:2]
    assert 'href="external/a%20b.pdf">PDF' in first
    assert "pdf" not in second
    assert "no PDF: the browser ended" in second


def test_pages_of_one_status_are_sorted_by_name():
    pages = [batch_page(name) for name in ("beta", "Gamma", "Alpha")]
    found = re.findall(r'row">(\w+) <', render_index(context(pages=pages, problems=[])))
    assert found == ["Alpha", "beta", "Gamma"]


def test_a_reused_page_that_still_misses_something_stands_among_the_drafts():
    html = render_index(context(pages=[
        batch_page("Aa", "reused"), batch_page("Bb", "ready"),
        batch_page("Cc", "reused", missing=["words"]), batch_page("Dd", "draft")]))
    assert [re.search(r"Aa|Bb|Cc|Dd", row)[0] for row in rows(html)[:4]] == ["Cc", "Dd", "Bb", "Aa"]


def test_what_a_page_could_be_better_with_stands_in_a_column_of_its_own():
    gaps = {"no_plan": 1, "unexplained": 2, "untranslated": 1}
    (row, *_) = rows(render_index(context(pages=[batch_page("Aa", gaps=gaps, missing=["words"])])))
    cells = re.findall(r'<td class="text">(.*?)</td>', row)
    assert cells == ["words", "a plan on record, the reasons for 2 promises not kept, "
                              "1 word in the customer&#39;s language"]


def test_the_index_speaks_the_language_of_the_company():
    page = render_index(context(language="de", pages=[batch_page("Aa", seconds=1234.5, missing=[
        "The account manager's own words are missing."])]))
    german = language("de")
    assert '<html lang="de">' in page
    assert ">1.234,5<" in page
    assert ">−18.230,50<" in page
    assert "4. Januar 2027" in page
    assert german.say("INTERNAL: not for customers") in page
    assert german.say("The account manager's own words are missing.") in page
    for english in ("not for customers", "own words are missing", "January"):
        assert english not in page


def test_sentences_of_the_manifest_are_known_to_the_index():
    assert EARLIER in index_words.told_words(language("en"))


def test_the_end_of_a_run_agrees_in_number():
    english = language("en")
    ends = [index_words.ending(*counts, english) for counts in (
        (0, 0, 0, 0), (1, 0, 0, 0), (3, 0, 2, 0), (1, 0, 1, 1), (3, 0, 2, 1), (3, 0, 2, 2),
        (3, 1, 2, 2))]
    assert ends == [
        "Nothing was to be made.", "The page is made and ready.",
        "All 3 pages are made and ready.",
        "The page is made; the external review is a draft and says what is missing.",
        "All 3 pages are made; 1 of 2 external reviews is a draft and says what is missing.",
        "All 3 pages are made; 2 of 2 external reviews are drafts and say what is missing.",
        "1 of 3 pages could not be released; the cause stands beside each, and qbr run "
        "--only-failed tries them again."]


def test_links_are_relative_and_quoted():
    pages = [batch_page("A", file="external\\ä b.html"), batch_page("B", file="javascript:x")]
    links = re.findall(r'href="([^"]+)"', render_index(context(pages=pages)))
    assert links == ["external/%C3%A4%20b.html", "javascript%3Ax"]


def test_figures_have_separators_and_a_true_minus():
    problem = rows(render_index(context()))[-1]
    assert ">1,204<" in problem
    assert ">−18,230.50<" in problem


def test_text_of_data_is_escaped():
    nasty = "</style><script>alert(1)</script>"
    page = render_index(context(
        company=nasty, quarter=nasty, exit=nasty, totals=[(nasty, nasty)], accent=nasty,
        pages=[batch_page(nasty, cause=nasty, missing=[nasty], owner=nasty)],
        problems=[{"table": nasty, "column": nasty, "what": nasty, "rows": 1, "money": None}],
    ))
    assert "<script" not in page
    assert page.count("</style>") == 1


def test_empty_batch_says_so():
    page = render_index(context(pages=[], problems=[], totals=[]))
    assert "No page was asked for" in page
    assert "No problem was found" in page
    assert "<table" not in page


@pytest.mark.parametrize("name", ["company", "exit", "problems", "totals", "language"])
def test_missing_name_is_an_error(name):
    short = context()
    del short[name]
    with pytest.raises((UndefinedError, KeyError)):
        render_index(short)


def test_index_is_internal_and_whole_by_itself():
    page = render_index(context())
    assert page.count("INTERNAL: not for customers") == 3  # band, its label, each printed sheet
    assert "http" not in page.replace("http-equiv", "")
    assert page == render_index(context())


@pytest.fixture(scope="module")
def browser():
    with open_browser() as chromium:
        yield chromium


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
def test_index_fits_its_window_and_is_accessible(browser, tmp_path, width):
    with opened(browser, render_index(context()), tmp_path, width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert serious_faults(page) == []
