"""Growth in money, as a rate, and by exchange rates."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from qbrkit.growth import (
    compare_periods,
    rank_growth,
    sum_over,
    symmetric_growth,
)

examples = settings(deadline=None, max_examples=15)
BASE, REVIEW = pd.Period("2025Q1", freq="Q-DEC"), pd.Period("2026Q1", freq="Q-DEC")
QUARTERS = [BASE, BASE + 1, REVIEW]
CENTS = st.integers(-50_000, 50_000).map(lambda cents: cents / 100)


def facts(*rows: tuple) -> pd.DataFrame:
    """Facts from (account, quarter, revenue, revenue at the rates of a year ago)."""
    accounts, quarters, revenue, constant = zip(*rows, strict=True) if rows else ((),) * 4
    return pd.DataFrame({
        "account_id": pd.Series(accounts, dtype="str"),
        "quarter": pd.PeriodIndex(list(quarters), freq="Q-DEC"),
        "revenue": pd.Series(revenue, dtype="float64"),
        "revenue_at_year_ago_rates": pd.Series(constant, dtype="float64")})


def rows(unknown: bool = True):
    constant = CENTS | st.just(np.nan) if unknown else CENTS
    return st.lists(st.tuples(st.sampled_from(["A", "B", "C", None]), st.sampled_from(QUARTERS),
                              CENTS, constant), max_size=12)


def by_account(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("account_id")


def test_growth_worked_by_hand():
    # A: 100 -> 70 + 50 = 120; at the rates of a year ago 110. change 20 = 10 by rates + 10 own;
    #    rate 10/100; g = 2 x 10 / (100 + 110) = 20/210.
    # B: new with 50: g = +2, no rate over nothing. C: lost 40: g = -2, rate -1.
    # D: -5 -> 10: only money. E: a rate of a year ago is unknown: 30 more, the rest unknown.
    table = facts(("A", BASE, 100, 100), ("A", REVIEW, 70, 60), ("A", REVIEW, 50, 50),
                  ("B", REVIEW, 50, 50), ("C", BASE, 40, 40), ("D", BASE, -5, -5),
                  ("D", REVIEW, 10, 10), ("E", BASE, 60, 60), ("E", REVIEW, 50, 50),
                  ("E", REVIEW, 40, np.nan), ("A", BASE + 1, 999, 999))
    found = by_account(compare_periods(table, [BASE], [REVIEW]))
    unknown = np.nan
    expected = pd.DataFrame(
        {"base": [100, 0, 40, -5, 60], "review": [120, 50, 0, 10, 90],
         "change": [20, 50, -40, 15, 30], "exchange_rates": [10, 0, 0, 0, unknown],
         "change_constant": [10, 50, -40, 15, unknown],
         "change_rate": [0.1, unknown, -1, unknown, unknown],
         "growth": [20 / 210, 2, -2, unknown, unknown]},
        index=pd.Index(list("ABCDE"), name="account_id", dtype="str"), dtype="float64")
    assert_frame_equal(found, expected)


def test_largest_money_growth_ranks_first_and_unknown_growth_has_no_rank():
    # changes 10, 50, 10, unknown: ranks 2, 1, 2, none; a tie shares the better rank.
    table = facts(("A", REVIEW, 10, 10), ("B", REVIEW, 50, 50), ("C", REVIEW, 10, 10),
                  ("D", REVIEW, 90, np.nan))
    ranked = rank_growth(compare_periods(table, [BASE], [REVIEW]))
    assert ranked["account_id"].tolist() == ["B", "A", "C", "D"]
    assert ranked["growth_rank"].tolist() == pytest.approx([1, 2, 2, np.nan], nan_ok=True)


def test_missing_rate_of_a_year_ago_makes_constant_currency_missing_and_not_equal():
    (row,) = compare_periods(facts(("A", BASE, 10, 10), ("A", REVIEW, 12, np.nan)),
                             [BASE], [REVIEW]).to_dict("records")
    assert row["change"] == 2
    assert all(np.isnan(row[name]) for name in
               ("exchange_rates", "change_constant", "change_rate", "growth"))


def test_no_fact_gives_an_empty_table_of_the_same_columns():
    found = compare_periods(facts(), [BASE], [REVIEW])
    assert list(found.columns) == ["account_id", "base", "review", "change", "exchange_rates",
                                   "change_constant", "change_rate", "growth"]
    assert found.empty
    assert rank_growth(found).empty


def test_credits_only_have_a_change_in_money_and_no_rate():
    (row,) = compare_periods(facts(("A", BASE, -10, -10), ("A", REVIEW, -30, -30)),
                             [BASE], [REVIEW]).to_dict("records")
    assert row["change"] == row["change_constant"] == -20
    assert np.isnan(row["change_rate"])
    assert np.isnan(row["growth"])


def test_nothing_in_both_periods_has_no_growth():
    found = symmetric_growth(pd.Series([0.0]), pd.Series([0.0]))
    assert found.isna().all()


def test_not_assigned_lines_belong_to_no_account():
    found = compare_periods(facts((None, REVIEW, 10, 10), ("A", REVIEW, 1, 1)), [BASE], [REVIEW])
    assert found["account_id"].tolist() == ["A"]


def test_periods_of_several_quarters_are_summed():
    # base 2025Q1 + 2025Q2 = 30, review 2026Q1 + 2026Q2 = 7
    table = facts(("A", BASE, 10, 10), ("A", BASE + 1, 20, 20), ("A", REVIEW, 3, 3),
                  ("A", REVIEW + 1, 4, 4))
    (row,) = compare_periods(table, [BASE, BASE + 1], [REVIEW, REVIEW + 1]).to_dict("records")
    assert (row["base"], row["review"]) == (30, 7)


def test_any_column_can_be_compared_by():
    table = facts(("A", BASE, 10, 10), ("B", REVIEW, 30, 30)).assign(family=["pumps", "pumps"])
    (row,) = compare_periods(table, [BASE], [REVIEW], "family").to_dict("records")
    assert (row["family"], row["change"]) == ("pumps", 20)


def test_sum_with_an_unknown_part_is_unknown():
    table = facts(("A", REVIEW, 1, 1), ("A", REVIEW, 2, np.nan), ("B", REVIEW, 3, 3))
    found = sum_over(table, [REVIEW], ["revenue", "revenue_at_year_ago_rates"])
    assert found["revenue"].tolist() == [3, 3]
    assert found["revenue_at_year_ago_rates"].tolist() == pytest.approx([np.nan, 3], nan_ok=True)


@examples
@given(st.lists(st.tuples(CENTS, CENTS), max_size=20))
def test_symmetric_growth_lies_between_minus_two_and_two_and_turns_with_the_periods(pairs):
    base = pd.Series([before for before, _ in pairs], dtype="float64")
    review = pd.Series([now for _, now in pairs], dtype="float64")
    growth = symmetric_growth(base, review)
    assert growth.dropna().between(-2, 2).all()
    assert_series_equal(growth, -symmetric_growth(review, base), check_exact=True)
    undefined = (base < 0) | (review < 0) | ((base == 0) & (review == 0))
    assert growth.isna().equals(undefined)
    assert (growth[(base == 0) & (review > 0)] == 2).all()
    assert (growth[(base > 0) & (review == 0)] == -2).all()


@examples
@given(rows(unknown=False).map(lambda found: [(*row[:3], row[2]) for row in found]))
def test_swapping_the_periods_turns_every_sign(found):
    table = facts(*found)                      # company currency: constant equals revenue
    forward = by_account(compare_periods(table, [BASE], [REVIEW]))
    backward = by_account(compare_periods(table, [REVIEW], [BASE]))
    for column in ("change", "change_constant", "growth"):
        assert_series_equal(forward[column], -backward[column], atol=1e-9)


@examples
@given(rows())
def test_change_is_exchange_rates_plus_change_in_constant_currency(found):
    compared = compare_periods(facts(*found), [BASE], [REVIEW])
    parts = compared["exchange_rates"] + compared["change_constant"]
    known = parts.notna()
    assert ((parts - compared["change"])[known].abs() < 0.005).all()
    assert compared["exchange_rates"].notna().equals(compared["change_constant"].notna())


@examples
@given(rows())
def test_accounts_add_up_to_all_assigned_facts(found):
    table = facts(*found)
    compared = compare_periods(table, [BASE], [REVIEW])
    assigned = table[table["account_id"].notna()]
    for name, quarter in (("base", BASE), ("review", REVIEW)):
        total = sum(assigned.loc[assigned["quarter"] == quarter, "revenue"])
        assert abs(compared[name].sum() - total) < 0.005


@examples
@given(rows(), st.randoms(use_true_random=False))
def test_row_order_does_not_move_growth_and_input_is_not_changed(found, random):
    table = facts(*found)
    before = table.copy(deep=True)
    plain = compare_periods(table, [BASE], [REVIEW])
    rank_growth(plain)
    assert_frame_equal(table, before)
    order = list(range(len(table)))
    random.shuffle(order)
    assert_frame_equal(compare_periods(table.iloc[order], [BASE], [REVIEW]), plain, atol=1e-9)


@examples
@given(rows())
def test_currency_unit_only_scales_money(found):
    table = facts(*found)
    money = ["revenue", "revenue_at_year_ago_rates"]
    scaled = compare_periods(table.assign(**{name: table[name] * 4 for name in money}),
                             [BASE], [REVIEW])
    plain = compare_periods(table, [BASE], [REVIEW])
    amounts = ["base", "review", "change", "exchange_rates", "change_constant"]
    assert_frame_equal(scaled, plain.assign(**{name: plain[name] * 4 for name in amounts}),
                       check_exact=True)


@examples
@given(rows())
def test_one_account_does_not_move_another(found):
    table = facts(*found)
    whole = by_account(compare_periods(table, [BASE], [REVIEW]))
    for account in whole.index:
        alone = by_account(compare_periods(table[table["account_id"] == account],
                                           [BASE], [REVIEW]))
        assert_frame_equal(alone, whole.loc[[account]])
