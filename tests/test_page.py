"""What stands around the exhibits: cover, comment, colophon, and whether a page is ready."""

import pytest
from companies import NASTY, SITUATIONS, Page, check, evenly, situation, text_of, viewed

from qbrkit import __version__
from qbrkit.report import PAGE_MIME, page
from qbrkit.report.customer import closing, opening

OF_VIEW = [opening.cover, opening.comment, closing.your_topic, closing.definitions]


def record_of(cover):
    return cover._repr_mimebundle_()[PAGE_MIME]


def comment_of(folder, words):
    return opening.comment(viewed(folder, invoice_lines=evenly("A", 10), commentary={"A": words}))


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_frame_stands_every_situation(name):
    review, view = situation(name)
    shown = [page.internal_cover(review, "Internal review"), page.provenance(review)]
    shown += [part(view) for part in OF_VIEW] if view else []
    for part in shown:
        assert text_of(part)
    for cover in [one for one in shown if isinstance(one, page.Cover)]:
        check_record(record_of(cover))


def check_record(record):
    assert record["kind"] in {"internal", "external"}
    assert record["status"] in {"ready", "draft"}
    assert record["title"]
    assert record["company"]
    assert record["accent"].startswith("#")
    for text in (record["title"], record["running_head"], record["band"], *record["footer"],
                 *record["labels"].values(), *record["missing"]):
        assert isinstance(text, str)
        assert not {"nan", "None", "NaT"} & set(text.replace(".", " ").split())


# --- covers ------------------------------------------------------------------------------

def test_internal_pages_say_that_they_are_internal():
    review, _ = situation("lines alone")
    record = record_of(page.internal_cover(review, "Internal review"))
    assert record["band"] == "INTERNAL: not for customers"
    assert record["title"] == "Internal review 2026Q4"
    assert record["status"] == "ready"
    assert text_of(page.internal_cover(review, "Internal review")) == (
        "2026Q4: October to December 2026, compared with the same quarter a year before. Data "
        "until December 31, 2026.")


def test_a_comparison_that_cannot_be_made_is_not_announced():
    assert "year before" not in text_of(page.internal_cover(
        situation("not covered a year ago")[0], "Internal review"))


def test_a_partial_quarter_stands_on_every_page():
    review, view = situation("partial")
    assert record_of(page.internal_cover(review, "Black ops"))["band"].endswith("PARTIAL QUARTER")
    assert record_of(opening.cover(view))["band"].endswith("PARTIAL QUARTER")


def test_an_external_page_is_a_draft_until_the_manager_has_written():
    record = record_of(opening.cover(situation("lines alone")[1]))
    assert record["status"] == "draft"
    assert record["band"] == "DRAFT: not yet released"
    assert record["missing"] == ["The account manager's own words are missing."]
    finished = record_of(opening.cover(situation("many")[1]))
    assert (finished["status"], finished["band"], finished["missing"]) == ("ready", "", [])


def test_the_cover_names_both_and_the_months():
    view = situation("many")[1]
    assert text_of(opening.cover(view)) == (
        "Prepared for Account 0 by Supplier & Söhne. October to December 2026")
    record = record_of(opening.cover(view))
    assert record["title"] == "Business review for Account 0, October to December 2026"
    assert record["footer"] == ["Data as of December 31, 2026",
                                f"Definitions version {page.DEFINITIONS}, qbrkit {__version__}",
                                f"Report {view.report_id}"]
    assert record["language"] == "en"


def test_a_german_customer_has_a_german_cover():
    record = record_of(opening.cover(situation("German company")[1]))
    assert record["language"] == "de"
    assert "Oktober bis Dezember 2026" in record["title"]


# --- the account manager's own words -----------------------------------------------------

@pytest.mark.parametrize("words", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b onclick='x()'>bold</b>",
    "[click](javascript:alert(1))", "[click](https://example.com/a)", "![a](https://e.com/x.png)",
    "<https://example.com>", "<!-- secret --> shown", "<iframe src='https://e.com'></iframe>",
    "<style>p {}</style>", "# Title\n\n***\n\n> quote", "`code` and\n\n    block", "&lt;script&gt;",
    "[a]: https://e.com\n\n[a]", "\x00 zero", "a | b\n--|--\n1 | 2", NASTY])
def test_nothing_but_plain_formatting_comes_through(tmp_path, words):
    html = comment_of(tmp_path, f"Before.\n\n{words}\n\nAfter.")
    markup = str(html.markup)
    tags = set()
    for tag, attributes in markup_of(html).tags:
        tags.add(tag)
        assert not attributes or (tag == "blockquote" and attributes == {"class": "comment"})
    assert tags <= {"blockquote", "footer", *opening.COMMENT_TAGS}
    for forbidden in ("<script", "<img", "<a ", "<!--", "<iframe", "<style"):
        assert forbidden not in markup
    assert "Before." in markup
    assert "After." in markup


def markup_of(html):
    """Read the markup strictly; the words themselves may be anything."""
    return Page(str(html.markup))


def test_emphasis_and_lists_survive(tmp_path):
    markup = str(comment_of(tmp_path, "**Thanks** and *see* you:\n\n- one\n- two\n\n1. first")
                 .markup)
    for kept in ("<strong>Thanks</strong>", "<em>see</em>", "<li>one</li>", "<ul>", "<ol>"):
        assert kept in markup


def test_tables_survive_and_of_links_and_html_the_text_alone(tmp_path):
    markup = str(comment_of(tmp_path, "a | b\n:--|--\n1 | <b>bold</b>\n\n"
                            "[our offer](https://e.com) <script>alert(1)</script>").markup)
    assert "<th>a</th>" in markup
    assert "<td>bold</td>" in markup
    assert "<p>our offer </p>" in markup
    assert "alert" not in markup


def test_umlauts_and_quotes_survive(tmp_path):
    assert text_of(comment_of(tmp_path, "Schöne „Grüße“ & O'Neil")) == (
        "Schöne „Grüße“ & O'Neil Your account manager")


def test_the_comment_is_signed_where_the_manager_is_known():
    assert text_of(opening.comment(situation("many")[1])) == "Hello Owner 0, your account manager"


def test_without_a_comment_its_place_is_held():
    assert text_of(opening.comment(situation("lines alone")[1])) == (
        "The account manager's own words follow.")


# --- foot --------------------------------------------------------------------------------

def test_the_colophon_defines_the_figures_and_names_the_currency():
    shown = text_of(closing.definitions(situation("foreign account")[1]))
    assert "USD" in shown
    told = text_of(closing.definitions(situation("lines alone")[1]))
    assert "in EUR, by date of invoice; an invoice in another currency counts at" in told
    assert "Purchases rest on the invoices up to December 31, 2026." in told
    assert "All figures" not in told, "a confirmation may be of a later day than the invoices"


def test_provenance_counts_the_lines_and_their_sum():
    assert text_of(page.provenance(situation("lines alone")[0])).startswith(
        "12 invoice lines, €1,200 in all; the figures were held against the lines and agree to "
        "the cent. Inputs ")


def test_the_blank_page_has_room():
    page_read = check(closing.your_topic(situation("many")[1]))
    assert ("div", {"class": "blank"}) in page_read.tags
