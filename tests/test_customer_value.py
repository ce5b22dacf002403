"""The value that the customer received, as it reads it."""

import pytest
from companies import (
    MEASURED,
    evenly,
    sample_review,
    situation,
    text_of,
    view_of,
    viewed,
)
from printed import read_rows

from qbrkit.report.customer import value

SPEND = evenly("A", 100)


@pytest.mark.parametrize(("name", "told"), [
    ("negative return", "In the last twelve months you received value of €100, of which €100 is "
                        "confirmed."),
    ("negative value", "The value of the last twelve months comes to −€900; what is confirmed "
                       "comes to −€900."),
    ("confirmed above the sum", "The value of the last twelve months comes to €700; what is "
                                "confirmed comes to €900. −€200 is estimated and waits for your "
                                "confirmation. Against all you spent with us and your own effort "
                                "this is a return of 68.8%."),
    ("value not measured", "The value on record for the last twelve months comes to nothing so "
                           "far."),
    ("soft value", "In the last twelve months you received value of €900, of which €0 is "
                   "confirmed. €900 is soft and counts in no return."),
    ("lines alone", "Not available: no value is on record yet. Let us agree what to measure."),
    ("tables of others", "No value is on record for the last twelve months. Let us agree what to "
                         "measure.")])
def test_value(name, told):
    assert text_of(value.state(situation(name)[1])) == told


def test_value_lines_are_confirmed_first_and_add_up(tmp_path):
    view = viewed(tmp_path, invoice_lines=SPEND, benefits=[
        MEASURED | {"unit_value": 1.4, "actual": 1, "name": "soft", "class": "soft",
                    "benefit_id": "3"},
        MEASURED | {"unit_value": 2.4, "actual": 1, "name": "guess", "class": "estimated",
                    "benefit_id": "2"},
        MEASURED | {"unit_value": 7, "actual": 1, "name": "sure", "evidence": "R-1"}])
    assert read_rows(value.statement(view)) == [
        ["What", "Part", "How sure", "Evidence", "EUR"],
        ["sure", "benefit", "confirmed", "R-1", "7"], ["guess", "benefit", "estimated", "", "3"],
        ["soft", "benefit", "not in the return", "", "1"], ["Total", "", "", "", "11"]]


def test_a_negative_benefit_stays_in_the_statement():
    rows = read_rows(value.statement(situation("confirmed above the sum")[1]))
    assert [row[-1] for row in rows[1:]] == ["900", "−200", "700"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    review, folder = sample_review(), tmp_path_factory.mktemp("views")
    return lambda account: view_of(review, account, folder)


def test_sample_account_with_a_negative_return_reads_none(sample):
    shown = text_of(value.state(sample("A-016")))
    assert "Rendite" not in shown
    assert "Rendite" in text_of(value.state(sample("A-001")))
