"""The section on the targets: who missed, by how much, and because of whom."""

import re

import pytest
from companies import SITUATIONS, evenly, reviewed, sales, situation, text_of
from test_sample import SAMPLE

from qbrkit.report.internal import targets
from qbrkit.reviews import review_quarter

PLACES = [{"account_id": "A", "name": "Alpha", "territory": "South", "owner": "Ann"},
          {"account_id": "B", "name": "Beta", "territory": "North", "owner": "Bob"}]


@pytest.fixture(scope="module")
def sample():
    return review_quarter(SAMPLE, "2026Q4")


def south(amount: float, **columns) -> dict:
    return {"territory": "South", "quarter": "2026Q4", "revenue": amount, **columns}


def told(folder, *planned: dict, lines=None, **given) -> str:
    return text_of(targets.reached(reviewed(
        folder, accounts=PLACES, targets=planned,
        invoice_lines=lines or [*evenly("A", 100), *evenly("B", 50)], **given)))


@pytest.mark.parametrize("name", SITUATIONS)
def test_section_stands_every_situation(name):
    review = situation(name)[0]
    shown = text_of(targets.reached(review))
    assert shown.endswith((".", "supply it."))
    assert not re.search(r"\bnan\b|None|<NA>", shown + text_of(targets.levels_table(review)))
    assert all(one.money >= 0 for one in targets.headlines(review))


def test_without_targets_the_section_says_what_is_missing():
    review = situation("lines alone")[0]
    assert "This needs targets in the export; sales management can supply it." in text_of(
        targets.reached(review))
    assert text_of(targets.levels_table(review)) == ""
    assert targets.headlines(review) == targets.decisions(review) == []


def test_no_target_for_this_quarter_is_told(tmp_path):
    assert told(tmp_path, south(100, quarter="2024Q1")) == "No target is set for this quarter."


def test_a_miss_names_the_accounts_that_bought_less(tmp_path):
    # South 100 -> 70 of 90: 20 short, because Alpha bought 30 less.
    lines = [*evenly("A", 100)[:-1], *sales("A", {"2026Q4": 70}), *evenly("B", 50)]
    text = told(tmp_path, south(90), lines=lines)
    assert text.startswith("The quarter brought €70, €20 less than the target of €90. The target "
                           "is that of all territories together. €50 of the revenue has no "
                           "target. South reached €70 of €90 in the quarter: €20 short, because "
                           "of Alpha, which bought €30 less than a year before. The change there "
                           "is made of price and volume together −€30.")
    assert "Not every quarter of the last twelve months has a target" in text


def test_a_miss_without_a_fall_is_not_laid_to_an_account(tmp_path):
    assert "South reached €100 of €150 in the quarter: €50 short, though no account there bought " \
           "less than a year before." in told(tmp_path, south(150))


def test_a_miss_without_the_year_before_names_nobody(tmp_path):
    text = told(tmp_path, south(150), toml="\n[periods]\ndata_from = 2026-01-01\n"
                "data_until = 2026-12-31\n", lines=evenly("A", 100)[8:])
    assert "€50 short; which accounts made it cannot be told without the year before." in text


@pytest.mark.parametrize(("amount", "sentence"), [
    (100, "The quarter brought €100, just the target."),
    (100.3, "The quarter brought €100, just the target."),
    (60, "The quarter brought €100, €40 more than the target of €60.")])
def test_a_target_that_was_reached_is_told(tmp_path, amount, sentence):
    text = told(tmp_path, south(amount))
    assert text.startswith(sentence)
    assert "1 target of 1 was reached." in text


def test_year_is_held_against_four_quarters(tmp_path):
    text = told(tmp_path, *(south(110, quarter=f"2026Q{at}") for at in (1, 2, 3, 4)))
    assert "The last twelve months brought €400, €40 less than the target of €440." in text


def test_a_target_of_a_name_that_no_account_bears_is_a_problem_that_is_told(tmp_path):
    text = told(tmp_path, south(90, territory="Suoth"))
    assert text.endswith("There is a target for Suoth, but no account of that name; nothing can "
                         "be held against it.")


def test_margin_below_its_target_is_told_and_unknown_margin_is_not(tmp_path):
    lines = evenly("A", 100, cost=80)
    assert "The gross margin of South is below its target." in told(
        tmp_path / "known", south(90, gross_margin=30), lines=lines)
    assert "margin" not in told(tmp_path / "unknown", south(90, gross_margin=30))


def test_targets_of_accounts_are_another_view_of_the_same_revenue(tmp_path):
    text = told(tmp_path, south(90), {"account_id": "A", "quarter": "2026Q4", "revenue": 120})
    assert "Of 1 account with a target of its own, which is part of these, Alpha missed it." in text
    assert "The quarter brought €100, €10 more" in text


def test_owners_may_have_targets_too(tmp_path):
    text = told(tmp_path, {"owner": "Ann", "quarter": "2026Q4", "revenue": 120},
                {"owner": "Bob", "quarter": "2026Q4", "revenue": 40})
    assert "The target is that of all account managers together." in text
    assert "Ann reached €100 of €120 in the quarter" in text
    assert "The other 1 reached" not in text
    assert "1 other reached its target." in text


def test_an_incomplete_quarter_is_no_miss_to_decide_upon(tmp_path):
    review = reviewed(tmp_path, quarter="2026Q4", accounts=PLACES, targets=[south(500)],
                      toml="\n[periods]\nallow_partial = true\ndata_until = 2026-11-15\n",
                      invoice_lines=evenly("A", 10))
    assert text_of(targets.reached(review)).startswith("The quarter is not complete")
    assert targets.headlines(review) == targets.decisions(review) == []


def test_south_alone_misses_in_the_sample_because_of_three_accounts(sample):
    # README of the sample: 603 k of 862 k, 259 k short, because of.
    names = sample.accounts.set_index("account_id")["label"]
    text = text_of(targets.reached(sample))
    assert "South reached €603,303 of €862,000 in the quarter: €258,697 short, because of " in text
    because = text.partition("because of ")[2].partition(", which together")[0]
    assert all(names[one] in because for one in ("A-003", "A-009", "A-021"))
    assert "The other 4 reached their targets." in text
    (headline,) = targets.headlines(sample)
    assert round(headline.money) == 258_697
    assert targets.decisions(sample) == ["Decide how South makes up the €258,697 by which it "
                                         "missed the target of the quarter."]
    assert names["A-009"] in text_of(targets.levels_table(sample))
