"""The whole page of every Green Circle account of the sample: each is worth sending."""

import re
from collections import defaultdict

import pytest
from companies import check, once, sample_review
from notebook_page import exhibits
from test_internal_page import check_table

from qbrkit.disclosure import disclose, read_view, write_view

MOST_BYTES = 110_000
"""Of the exhibits; styles and frame take the rest of 150 KB."""
UNNUMBERED = {"Business review", "Your topic"}
"""Chapters that open with more than a finding, or ask for one."""
LARGE = re.compile(r'<(?:p|li) class="(?:finding|detail)">(.*?)</(?:p|li)>', re.DOTALL)
MISSING = re.compile(r'<div class="missing">(.*?)</div>', re.DOTALL)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Question, markup and page of every exhibit, by account."""
    drawn = once("pages-of-the-sample", lambda: _drawn(tmp_path_factory.mktemp("views") / "v.json"))
    return {account: [(question, str(html.markup), check(html)) for question, html in shown]
            for account, shown in drawn.items()}


def _drawn(file):
    review, shown = sample_review(), {}
    for account, view in disclose(review, review.green_circle["account_id"].tolist()).items():
        write_view(view, file)
        shown[account] = [(question, html) for question, _, _, html in
                          exhibits(read_view(file), "external_review")]
    return shown


def findings(markup):
    """The sentences of findings, without tags and entities of their markup."""
    return [re.sub(r"<[^>]+>", "", text) for text in (*LARGE.findall(markup),
                                                       *MISSING.findall(markup))]


def sentences(text):
    """A text cut behind each full stop that ends a sentence."""
    return [one for one in re.split(r"(?<=[^\d][.!?…]) (?=[^\W\d_])", text) if one]


def test_every_chapter_has_a_finding_of_whole_sentences(pages):
    for account, shown in pages.items():
        told = defaultdict(list)
        for question, markup, _ in shown:
            told[question] += findings(markup)
        for question, texts in told.items():
            if question in UNNUMBERED or question == "How these figures are made":
                continue
            assert texts, f"{account}: {question} has no finding"
        for text in (text for texts in told.values() for text in texts):
            assert text.rstrip()[-1] in ".!?", f"{account}: {text}"
            assert "  " not in text.strip(), f"{account}: {text}"
            for sentence in sentences(text):
                assert not sentence.lstrip()[:1].islower(), f"{account}: {sentence}"


def test_no_two_chapters_say_the_same(pages):
    """The first page may take up a finding of a chapter: it is the summary."""
    for account, shown in pages.items():
        said = {}
        for question, markup, _ in shown:
            if question == "Business review":
                continue
            for sentence in (one for text in findings(markup) for one in sentences(text)):
                assert said.setdefault(sentence, question) == question, f"{account}: {sentence}"


def test_tables_add_up_ids_are_unique_and_pages_are_small(pages):
    assert len(pages) > 20
    for account, shown in pages.items():
        ids = [one for *_, page in shown for one in page.ids]
        assert len(set(ids)) == len(ids), account
        assert sum(len(markup.encode()) for _, markup, _ in shown) < MOST_BYTES, account
        tables = [(markup, page) for _, markup, page in shown
                  if "table" in [name for name, _ in page.tags]]
        assert tables, account
        for markup, page in tables:
            check_table(markup, page)
