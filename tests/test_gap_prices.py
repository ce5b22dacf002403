"""Prices held against the other buyers: worked by hand, and against a slow and plain median."""

from statistics import median

import numpy as np
import pandas as pd
from companies import evenly, reviewed, text_of
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from printed import read_rows
from tables import properties, typed_table

from qbrkit.black_ops.prices import compare_prices, median_of_others
from qbrkit.report.attack import gaps

SOLD = {"account_id": "str", "product_id": "str", "unit": "str", "quantity": "float64",
        "revenue": "float64"}


def sold(*rows):
    return typed_table(SOLD, [dict(zip(SOLD, row, strict=True)) for row in rows])


def others(product, *prices, unit="pc"):
    """Accounts O0, O1, … that buy two pieces each at these prices."""
    return [(f"O{at}", product, unit, 2, 2 * price) for at, price in enumerate(prices)]


def of(table, account="A"):
    found = compare_prices(table).set_index("account_id")
    return tuple(found.loc[account]) if account in found.index else None


def test_prices_worked_by_hand():
    # P: A pays (20 + 28) / 4 = 12; the others 8, 9, 10, 11, 50, median 10: 4 x 10 = 40.
    # Q: A pays 5; the others 6, 6, 7, 8, 9, 9, median (7 + 8) / 2 = 7.5: 10 x 7.5 = 75.
    # R: only four others. Paid 48 + 50 = 98, at their prices 40 + 75 = 115.
    table = sold(("A", "P", "pc", 1, 20), ("A", "P", "pc", 3, 28), ("A", "Q", "pc", 10, 50),
                 ("A", "R", "pc", 1, 999), *others("P", 8, 9, 10, 11, 50),
                 *others("Q", 6, 6, 7, 8, 9, 9), *others("R", 1, 1, 1, 1))
    before = table.copy()
    assert of(table) == (98, 115, 2)
    # O4 pays 50 for P; the others 8, 9, 10, 11 and A's 12, median 10; and 9 for Q; the others
    # 5, 6, 6, 7, 8, 9, median 6.5
    assert of(table, "O4") == (2 * 50 + 2 * 9, 2 * 10 + 2 * 6.5, 2)
    assert of(table, "O5") == (18, 13, 1)
    assert_frame_equal(table, before)
    assert_frame_equal(compare_prices(table.iloc[::-1]), compare_prices(table))


def test_units_are_different_products_and_an_unknown_one_is_a_unit_too():
    boxes = others("P", 100, 100, 100, 100, 100, unit="box")
    assert of(sold(("A", "P", "pc", 1, 2), *boxes, *others("P", 1, 1, 1, 1))) is None
    assert of(sold(("A", "P", None, 1, 2), *others("P", 1, 1, 1, 1, 1, unit=None),
                   *boxes)) == (2, 1, 1)


def test_what_belongs_to_nobody_is_no_peer_and_nothing_bought_gives_an_empty_table():
    four = others("P", 1, 1, 1, 1)
    assert of(sold(("A", "P", "pc", 1, 2), (None, "P", "pc", 1, 1), *four)) is None
    assert of(sold(("A", None, "pc", 1, 2), *others(None, 1, 1, 1, 1, 1))) is None
    empty = compare_prices(sold())
    assert empty.dtypes.astype(str).to_dict() == {
        "account_id": "str", "paid": "float64", "at_peers": "float64", "products_n": "int64"}


@properties
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([1.0, 2.0, 2.5, 7.0, 1e6])),
                max_size=30), st.integers(1, 6))
def test_the_median_of_the_others_is_that_of_a_plain_loop(rows, least):
    groups = pd.Series([group for group, _ in rows], dtype="int64")
    values = pd.Series([value for _, value in rows], dtype="float64")
    slow = []
    for at, (group, _) in enumerate(rows):
        rest = [value for other, (its, value) in enumerate(rows) if its == group and other != at]
        slow.append(median(rest) if len(rest) >= least else np.nan)
    np.testing.assert_array_equal(median_of_others(values, groups, least), slow)


# --- in a review -------------------------------------------------------------------------

def six(price, **more):
    """A buys ten pieces a quarter at a price, five others at 10; each 100 a quarter or more."""
    given = {"product_id": "P", "quantity": 10, "unit": "pc"} | more
    return [*evenly("A", 10 * price, **given),
            *(line for at in range(5) for line in evenly(f"O{at}", 100, **given))]


def priced(folder, lines, **given):
    review = reviewed(folder, invoice_lines=lines, toml=(
        "[segmentation]\ncut_share = 0.95\n[periods]\ndata_from = 2024-01-01\n"
        "data_until = 2026-12-31\n") + given.pop("toml", ""), **given)
    found = review.gaps[review.gaps["gap"] == "price_above_peers"]
    return review, found[["account_id", "evidence", "excess", "at_stake"]].to_numpy().tolist()


def test_a_dear_account_is_a_gap_with_its_excess_of_the_year(tmp_path):
    # A pays 11 for what costs the others 10: 40 x 11 = 440 against 400 in four quarters.
    # Its return of 50 and its free goods do not change the price; O4, the fifth of the others,
    # writes the unit differently.
    lines = [line | ({"unit": " PC "} if line["account_id"] == "O4" else {}) for line in six(11)]
    review, found = priced(tmp_path, [
        *lines, {"invoice_date": "2026-11-11", "account_id": "A", "revenue": -50,
                 "quantity": -5, "unit": "pc", "product_id": "P"},
        {"invoice_date": "2026-11-11", "account_id": "A", "revenue": 0, "quantity": 500,
         "unit": "pc", "product_id": "P"}])
    assert found == [["A", "0.1", 40.0, 440.0]]
    (row,) = [row for row in read_rows(gaps.gaps_table(review)) if row[0] == "A"]
    assert row[-2:] == ["pays 10.0% more than the median of the other buyers for the same "
                        "products, €40 on €440 a year", "390"]


def test_exactly_the_limit_is_none_and_the_limit_can_be_set(tmp_path):
    assert priced(tmp_path / "at", six(10.5))[1] == []
    limit = "[black_ops]\nprice_above = 0.04\n"
    assert priced(tmp_path / "set", six(10.5), toml=limit)[1] == [["A", "0.05", 20.0, 420.0]]


def test_half_of_the_revenue_has_to_be_comparable_and_the_page_says_where_it_is_not(tmp_path):
    # 440 are comparable; another 441 a year, bought without a quantity, make them less than half
    review, found = priced(tmp_path / "less", [*six(11), *evenly("A", 110.25)])
    assert found == []
    assert "Prices are compared at 5 of 6 accounts" in text_of(gaps.found(review))
    _, found = priced(tmp_path / "half", [*six(11), *evenly("A", 110)])
    assert found == [["A", "0.1", 40.0, 440.0]]


def test_with_four_other_buyers_no_price_is_compared(tmp_path):
    review, found = priced(tmp_path, [line for line in six(11) if line["account_id"] != "O4"])
    assert found == []
    assert review.prices.empty
    assert "Prices are not compared: too little was bought" in text_of(gaps.found(review))


def test_members_of_a_group_are_one_buyer_and_no_peers_of_each_other(tmp_path):
    # O4 belongs to A: five buyers are left, four others of each
    _, found = priced(tmp_path, six(11), accounts=[
        {"account_id": "A"}, {"account_id": "O4", "parent_id": "A"}])
    assert found == []


def test_prices_in_other_currencies_are_compared_at_the_rates_of_their_months(tmp_path):
    # A pays 22 dollars at 0.5 = 11 euros
    rates = [{"currency": "USD", "month": str(month), "rate": 0.5}
             for month in pd.period_range("2024-01", "2026-12", freq="M")]
    lines = [line | ({"currency": "USD", "revenue": 2 * line["revenue"]}
                     if line["account_id"] == "A" else {"currency": "EUR"}) for line in six(11)]
    assert priced(tmp_path, lines, exchange_rates=rates)[1] == [["A", "0.1", 40.0, 440.0]]


def test_one_year_of_data_is_enough(tmp_path):
    lines = [line for line in six(11) if line["invoice_date"] >= "2026"]
    review = reviewed(tmp_path, invoice_lines=lines,
                      toml="\n[periods]\ndata_from = 2026-01-01\ndata_until = 2026-12-31\n")
    assert review.bridges is None
    assert review.prices.set_index("account_id").loc["A", ["paid", "at_peers"]].tolist() == [
        440, 400]
