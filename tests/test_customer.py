"""What the customer reads about itself: true in every situation, polite in none too much."""

import re

import pytest
from companies import NASTY, SITUATIONS, check, check_chart, situation, text_of
from notebook_page import exhibits
from test_internal_page import check_table

from qbrkit.report.customer import purchases

NEVER = ("Green Circle", "transactional", "margin", "potential", "cost", "segment", "gatekeeper",
         "unknown")
NOTEBOOK = "external_review"
WITH_VIEW = [name for name in SITUATIONS if name != "nobody"]


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_exhibit_stands_every_situation(name):
    view = situation(name)[1]
    if view is None:
        return
    ids: list[str] = []
    spoken: dict[str, str] = {}
    for question, _, source, html in exhibits(view, NOTEBOOK):
        page = check(html)
        ids += page.ids
        spoken[question] = spoken.get(question, "") + page.text
        words = page.text.replace(" ".join(NASTY.split()), "X")
        assert not re.search(r"(?<!\.)\.\.(?!\.)", words), f"{source}: {words}"
        for word in NEVER:
            assert word not in words.replace("Meilenstein", ""), f"{source}: {word}"
        if "table" in [one for one, _ in page.tags]:
            check_table(str(html.markup), page)
        if "svg" in [one for one, _ in page.tags]:
            check_chart(page, str(html.markup))
    silent = {question for question, text in spoken.items() if not text}
    # without a table of plans the chapter has nothing to say, and the page leaves it out
    assert silent <= ({"Included in your plan"} if "plan" not in view.tables else set())
    assert len(set(ids)) == len(ids), "ids are unique on the whole page"


def test_chapters_stand_in_the_order_of_the_method():
    chapters = list(dict.fromkeys(one for one, *_ in exhibits(situation("many")[1], NOTEBOOK)))
    assert chapters == [
        "Business review", "What was promised in the last review", "Your business with us",
        "The value you received", "Included in your plan", "Service facts",
        "What may come, and our answer", "The next ninety days", "Your topic",
        "How these figures are made"]


def test_words_from_data_are_never_markup():
    for _, _, source, html in exhibits(situation("nasty words")[1], NOTEBOOK):
        check(html)
        assert "<script" not in str(html.markup), source
        assert "&amp;amp;" in str(html.markup) or NASTY[:20] not in check(html).text


def test_money_of_a_currency_that_nobody_knows_names_it():
    shown = text_of(purchases.changed(situation("currency that is none")[1]))
    assert "XQZ" in shown
    assert "1,234" in shown
