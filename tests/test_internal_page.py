"""The internal pages as a whole: every exhibit stands every situation, in both languages."""

import re
from math import isnan

import pytest
from companies import (
    NASTY,
    SITUATIONS,
    Page,
    check,
    check_chart,
    sample_review,
    situation,
    text_of,
)
from notebook_page import exhibits

from qbrkit.report.internal.opening import SECTIONS

NOTEBOOKS = ("internal_review", "black_ops", "transactional_plan")


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_exhibit_stands_every_situation(name):
    review = situation(name)[0]
    for notebook in NOTEBOOKS:
        ids: list[str] = []
        spoken: dict[str, str] = {}
        for question, tag, source, html in exhibits(review, notebook):
            page = check(html)
            ids += page.ids
            spoken[question] = spoken.get(question, "") + page.text
            words = page.text.replace(" ".join(NASTY.split()), "X")
            assert not re.search(r"(?<!\.)\.\.(?!\.)", words), f"{source}: {words}"
            if "table" in [one for one, _ in page.tags]:
                check_table(str(html.markup), page)
            elif tag == "table":
                assert not page.text or page.text.endswith("."), "a sentence says why"
            elif "svg" in [one for one, _ in page.tags]:
                check_chart(page, str(html.markup))
        assert all(spoken.values()), "every question is answered"
        assert len(set(ids)) == len(ids), "ids are unique on the whole page"
    for section in SECTIONS:
        told = section.headlines(review)
        assert all(one.money >= 0 or isnan(one.money) for one in told), section
        sentences = [*(one.sentence for one in told), *section.decisions(review)]
        assert all(one.endswith(".") for one in sentences), section


def check_table(markup: str, page: Page) -> None:
    """Caption, a heading for each column, as many cells in each row, totals that add up."""
    assert "caption" in [tag for tag, _ in page.tags]
    for table in re.findall(r"<table.*?</table>", markup, re.DOTALL):
        rows = [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(
            r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
            for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)]
        assert len(rows) > 1, "a table without rows is an empty frame"
        assert len({len(row) for row in rows}) == 1, "as many cells as headings"
        assert table.count('scope="col"') == len(rows[0])
        if "<tfoot" in table:
            check_total(rows)


def check_total(rows: list[list[str]]) -> None:
    """Whole amounts add up to the total as they are printed."""
    headings, *parts, total = rows
    for at, heading in enumerate(headings):
        cells = [row[at] for row in parts if row[at] not in {"", "–"}]
        if at and total[at] not in {"", "–"} and all(re.fullmatch(r"[−\d,.]+", one)
                                                     for one in cells):
            whole = [float(re.sub(r"[,.]", "", one).replace("−", "-"))
                     for one in [*cells, total[at]]]
            assert sum(whole[:-1]) == whole[-1], heading


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_first_exhibit_of_a_question_is_a_finding_in_sentences(notebook):
    seen = set()
    for question, tag, source, html in exhibits(situation("many")[0], notebook):
        if question in seen or tag == "colophon" or "cover" in source:
            continue
        seen.add(question)
        text = text_of(html)
        assert tag == "finding" or question.startswith("Can"), source
        assert re.search(r"[.%–]$", text) or "key_figures" in source or not text, text


def test_sections_of_the_page_stand_in_the_order_of_the_review():
    questions = list(dict.fromkeys(one for one, *_ in exhibits(situation("many")[0])))
    assert questions[:3] == ["Internal review", "What matters most this quarter?",
                             "What has to be decided?"]
    assert questions[-1] == "Can the figures be trusted?"


SHOWS = {"table": "<table", "figure": "<svg"}


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_exhibits_of_the_sample_are_what_their_tag_says(sample, notebook):
    for _, tag, source, html in exhibits(sample, notebook):
        shown = {kind for kind, mark in SHOWS.items() if mark in str(html.markup)}
        assert shown <= {tag}, f"{source} is tagged {tag} and shows {shown}"


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_markup_of_the_sample_leaves_room_for_the_style_of_a_page(sample, notebook):
    assert sum(len(str(html.markup).encode()) for *_, html in exhibits(sample, notebook)) < 130_000


@pytest.fixture(scope="module")
def sample():
    return sample_review()
