"""Lines to facts: by hand, from a relation and a frame alike, and to the cent."""

import datetime

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from qbrkit.cost_shares import gather_cost_shares
from qbrkit.currencies import Rates
from qbrkit.errors import DataError, ReconciliationError
from qbrkit.facts import (
    AMOUNTS,
    KEY,
    convert_facts,
    gather_facts,
    reconcile,
    with_account_revenue,
)
from qbrkit.groups import roll_up, top_parents
from qbrkit.problems import NOTED, REFUSED, STOPS, Problem, stop_on
from qbrkit.sources import open_workspace
from tests.test_groups import families_of_accounts

examples = settings(deadline=None, max_examples=8)
CONNECTION = duckdb.connect()
COLUMNS = ["invoice_date", "account_id", "product_id", "revenue", "cost", "list_value", "currency"]
PRODUCTS = pd.DataFrame({"product_id": pd.Series(["p1", "p2", "p4"], dtype="str"),
                         "family": pd.Series(["tools", "parts", None], dtype="str")})
MONTHS = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])
KINDS = {"account_id": "str", "month": "datetime64[us]", "family": "str", "currency": "str",
         **dict.fromkeys(AMOUNTS, "float64"), "lines_n": "int64", "lines_without_cost_n": "int64"}


def lines(*rows: tuple) -> pd.DataFrame:
    """Lines from (date, account, product, revenue, cost, list value, currency)."""
    table = pd.DataFrame(list(rows), columns=COLUMNS)
    return table.astype({"invoice_date": "datetime64[us]", "account_id": "str",
                         "product_id": "str", "revenue": "float64", "cost": "float64",
                         "list_value": "float64", "currency": "str"})


def relation(table: pd.DataFrame) -> duckdb.DuckDBPyRelation:
    """The same rows as the embedded database holds them: dates, and money as decimals."""
    name = "products" if "family" in table else "lines"
    casts = {"invoice_date": "date"} | dict.fromkeys(["revenue", "cost", "list_value"],
                                                     "decimal(18,6)")
    columns = ", ".join(f"cast({column} as {casts.get(column, 'varchar')}) as {column}"
                        for column in table.columns)
    CONNECTION.register("given", table)
    CONNECTION.execute(f"create or replace table {name} as select {columns} from given")
    CONNECTION.unregister("given")
    return CONNECTION.table(name)


BY_HAND = lines(
    ("2026-01-05", "A", "p1", 100, 60, np.nan, None),
    ("2026-01-20", "A", "p1", -20, np.nan, -22, None),         # a return, cost unknown
    ("2026-01-21", "A", "p2", 50, np.nan, 55, "EUR"),          # a family without any known cost
    ("2026-01-22", "A", "p1", 0, np.nan, 30, None),            # free of charge, cost unknown
    ("2026-01-31", "A", "p1", 200, 140, np.nan, None),
    ("2026-02-01", None, "p3", 10, 4, np.nan, "USD"),          # not assigned, product unknown
)
RATES = pd.DataFrame({"currency": pd.Series(["USD", "USD", "EUR"], dtype="str"),
                      "month": pd.to_datetime(["2025-02-01", "2026-02-01", "2026-01-01"]),
                      "rate": [0.8, 0.9, 77.0]})
MONEY = st.integers(-30_000, 90_000).map(lambda cents: cents / 100)


@st.composite
def any_lines(draw):
    """Up to fifteen lines; products known, unknown and missing; sales, returns and gifts."""
    days = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 3, 31)).map(str)
    return lines(*draw(st.lists(st.tuples(
        days, st.sampled_from(["A", "B", "C", None]),
        st.sampled_from(["p1", "p2", "p3", "p4", None]), st.just(0.0) | MONEY,
        st.just(np.nan) | MONEY, st.just(np.nan) | MONEY,
        st.sampled_from([None, "EUR", "USD"])), max_size=15)))


USD_RATES = pd.DataFrame({"currency": pd.Series(["USD"] * 3, dtype="str"), "month": MONTHS,
                          "rate": [0.5, 0.9, 1.25]})


def converted(table: pd.DataFrame, rates: pd.DataFrame | None = USD_RATES) -> pd.DataFrame:
    return convert_facts(gather_facts(table, PRODUCTS, "EUR"), Rates.of(rates, "EUR"),
                         gather_cost_shares(table, PRODUCTS))


@pytest.mark.parametrize("as_held", [relation, lambda table: table], ids=["relation", "frame"])
def test_facts_worked_by_hand(as_held):
    # A, January, tools: revenue 100 - 20 + 0 + 200 = 280, known cost 60 + 140 = 200.
    products = relation(PRODUCTS) if as_held is relation else PRODUCTS
    found = gather_facts(as_held(BY_HAND), products, "EUR")
    expected = pd.DataFrame([
        ["A", "2026-01-01", "parts", "EUR", 50, 0, 0, 0, 50, 0, 0, 1, 1],
        ["A", "2026-01-01", "tools", "EUR", 280, -20, 200, 30, 0, -20, 30, 4, 2],
        [None, "2026-02-01", "unknown", "USD", 10, 0, 4, 0, 0, 0, 0, 1, 0],
    ], columns=[*KEY, *AMOUNTS, "lines_n", "lines_without_cost_n"]).astype(KINDS)
    assert_frame_equal(found, expected)
    reconcile(found, as_held(BY_HAND), "EUR")


@pytest.mark.parametrize("as_held", [relation, lambda table: table], ids=["relation", "frame"])
def test_cost_shares_worked_by_hand(as_held):
    # tools: 60/100 = 0.6 and 140/200 = 0.7; percentiles 0.6 + 0.05 x 0.1 and 0.6 + 0.95 x 0.1.
    # unknown: 4/10 alone. parts knows no cost and is not there.
    products = relation(PRODUCTS) if as_held is relation else PRODUCTS
    found = gather_cost_shares(as_held(BY_HAND), products)
    assert found["family"].tolist() == ["tools", "unknown"]
    assert found["cost_share_low"].tolist() == pytest.approx([0.605, 0.4])
    assert found["cost_share_high"].tolist() == pytest.approx([0.695, 0.4])


def test_conversion_and_margin_range_worked_by_hand():
    # tools: cost 200 + gift 30 x share - return 20 x share; cheapest 200 + 30 x 0.605 - 20 x 0.695
    #   = 204.25, dearest 200 + 30 x 0.695 - 20 x 0.605 = 208.75; margin 280 - each.
    # parts: no share of its own, so 0.4 to 0.695 of all: cost 20 to 34.75; margin of 50.
    # USD at 0.9: revenue 9, cost 3.6, known, margin 5.4; at the rate of a year ago 8.
    found = convert_facts(gather_facts(BY_HAND, PRODUCTS, "EUR"), Rates.of(RATES, "EUR"),
                          gather_cost_shares(BY_HAND, PRODUCTS))
    assert found["revenue"].tolist() == pytest.approx([50, 280, 9])
    assert found["revenue_local"].tolist() == [50, 280, 10]
    assert found["cost"].tolist() == pytest.approx([0, 200, 3.6])
    assert found["returns"].tolist() == [0, -20, 0]
    assert found["revenue_at_year_ago_rates"].tolist() == pytest.approx([50, 280, 8])
    assert found["gross_margin_low"].tolist() == pytest.approx([15.25, 71.25, 5.4])
    assert found["gross_margin_high"].tolist() == pytest.approx([30, 75.75, 5.4])


def test_missing_rate_names_currency_and_month():
    table = lines(("2026-01-05", "A", "p1", 1, 1, np.nan, "USD"),
                  ("2026-02-05", "A", "p1", 1, 1, np.nan, "USD"),
                  ("2026-02-06", "A", "p1", 1, 1, np.nan, "CHF"))
    with pytest.raises(DataError, match=r"exchange_rates: no rate above 0 for CHF 2026-02, "
                                        r"USD 2026-01 \(2 months\)") as caught:
        converted(table, RATES)
    assert (caught.value.table, caught.value.column) == ("exchange_rates", "rate")


def test_without_rates_every_foreign_month_is_missing():
    days = [f"2026-0{month}-05" for month in range(1, 8)]
    table = lines(*((day, "A", "p1", 1, 1, np.nan, "USD") for day in days))
    with pytest.raises(DataError, match=r"USD 2026-05, … \(7 months\)"):
        converted(table, None)
    with pytest.raises(DataError, match=r"no rate above 0 for USD 2026-01 \(1 month\)$"):
        converted(table.iloc[:1], None)


@pytest.mark.parametrize("rate", [0.0, -0.9, np.nan])
def test_rate_that_cannot_be_one_counts_as_missing(rate):
    table = lines(("2026-02-05", "A", "p1", 1, 1, np.nan, "USD"))
    rates = RATES.assign(rate=[0.8, rate, 77.0])
    with pytest.raises(DataError, match="USD 2026-02"):
        converted(table, rates)


def test_missing_rate_of_a_year_ago_leaves_constant_currency_unknown():
    table = lines(("2026-02-05", "A", "p1", 10, 4, np.nan, "USD"),
                  ("2026-02-05", "B", "p1", 10, 4, np.nan, None))
    found = converted(table, RATES.iloc[1:])
    assert found["revenue"].tolist() == pytest.approx([9, 10])
    assert found["revenue_at_year_ago_rates"].tolist() == pytest.approx([np.nan, 10], nan_ok=True)


def test_company_currency_needs_no_rate_and_ignores_its_own():
    found = converted(lines(("2026-01-05", "A", "p1", 10, 4, np.nan, None)), RATES)
    assert found["revenue"].tolist() == [10]


def test_revenue_in_the_currency_of_the_account_worked_by_hand():
    # A is billed in USD and kept in USD: 10 stays 10. B is kept in USD and billed in EUR: 9 EUR
    # in February at 0.9 are 10 USD. C is kept in CHF, of which no rate is known.
    found = converted(lines(("2026-02-05", "A", "p1", 10, 4, np.nan, "USD"),
                            ("2026-02-05", "B", "p1", 9, 4, np.nan, None),
                            ("2026-02-05", "C", "p1", 5, 4, np.nan, None)), RATES)
    kept = with_account_revenue(found, pd.Series({"A": "USD", "B": "USD", "C": "CHF"}),
                                Rates.of(RATES, "EUR")).set_index("account_id")
    assert kept["revenue_account"].to_dict() == pytest.approx(
        {"A": 10, "B": 10, "C": np.nan}, nan_ok=True)


def test_without_any_cost_margins_are_missing_and_not_the_revenue():
    found = converted(lines(("2026-01-05", "A", "p1", 10, np.nan, np.nan, None)))
    assert found["gross_margin_low"].isna().all()
    assert found["gross_margin_high"].isna().all()


def test_family_without_a_known_cost_takes_the_widest_range_of_the_others():
    # tools 0.5 throughout, unknown 0.2 throughout; parts lies between 0.2 and 0.5 of 100.
    found = converted(lines(("2026-01-05", "A", "p1", 10, 5, np.nan, None),
                            ("2026-01-05", "A", "p3", 10, 2, np.nan, None),
                            ("2026-01-05", "A", "p2", 100, np.nan, np.nan, None)))
    parts = found.set_index("family").loc["parts"]
    assert (parts["gross_margin_low"], parts["gross_margin_high"]) == (50, 80)


def test_credits_only_are_negative_revenue_and_shown_apart():
    found = converted(lines(("2026-01-05", "A", "p1", -10, -6, np.nan, None),
                            ("2026-01-06", "A", "p1", -5, -3, np.nan, None)))
    assert found[["revenue", "returns", "cost"]].to_numpy().tolist() == [[-15, -15, -9]]


def test_credit_lowers_the_revenue_of_its_own_month():
    found = gather_facts(lines(("2026-01-05", "A", "p1", 10, 6, np.nan, None),
                               ("2026-02-05", "A", "p1", -10, -6, np.nan, None)), None, "EUR")
    assert found["revenue"].tolist() == [10, -10]
    assert found["returns"].tolist() == [0, -10]


def test_free_line_has_no_revenue_and_its_real_cost():
    found = converted(lines(("2026-01-05", "A", "p1", 100, 60, 110, None),
                            ("2026-01-06", "A", "p1", 0, 6, 10, None)))
    (row,) = found.to_dict("records")
    assert (row["revenue"], row["free_list_value"]) == (100, 10)
    assert row["gross_margin_low"] == row["gross_margin_high"] == 100 - 66


def test_free_line_that_comes_back_keeps_the_margin_range_in_order():
    # Shares 0.1 and 0.9: percentiles 0.14 and 0.86. A gift of 100 at list price comes back, which
    # saves 14 to 86: cost 10 + 90 - 86 to 10 + 90 - 14, of a revenue of 200.
    found = converted(lines(("2026-01-05", "A", "p1", 100, 10, np.nan, None),
                            ("2026-01-05", "A", "p1", 100, 90, np.nan, None),
                            ("2026-01-06", "A", "p1", 0, np.nan, -100, None)))
    (row,) = found.to_dict("records")
    assert (row["gross_margin_low"], row["gross_margin_high"]) == pytest.approx((114, 186))


@pytest.mark.parametrize("as_held", [relation, lambda table: table], ids=["relation", "frame"])
def test_no_line_gives_empty_tables_of_the_same_kinds(as_held):
    empty = as_held(BY_HAND.iloc[:0])
    products = relation(PRODUCTS) if as_held is relation else PRODUCTS
    found = gather_facts(as_held(BY_HAND.iloc[:0]), products, "EUR")
    shares = gather_cost_shares(as_held(BY_HAND.iloc[:0]), products)
    assert found.dtypes.astype(str).to_dict() == KINDS
    assert shares.columns.tolist() == ["family", "cost_share_low", "cost_share_high"]
    assert len(found) == len(shares) == 0
    assert convert_facts(found, Rates.of(None, "EUR"), shares).empty
    reconcile(found, empty, "EUR")


def test_one_line_is_one_fact():
    (row,) = gather_facts(BY_HAND.iloc[:1], None, "EUR").to_dict("records")
    assert (row["account_id"], row["family"], row["currency"]) == ("A", "unknown", "EUR")
    assert (row["revenue"], row["cost"], row["lines_n"]) == (100, 60, 1)


@examples
@given(any_lines())
def test_relation_and_frame_give_the_same_facts(table):
    for products in (None, PRODUCTS):
        held = None if products is None else relation(products)
        assert_frame_equal(gather_facts(relation(table), held, "EUR"),
                           gather_facts(table, products, "EUR"), rtol=0, atol=1e-7)
        assert_frame_equal(gather_cost_shares(relation(table), held),
                           gather_cost_shares(table, products))


@examples
@given(any_lines(), st.randoms(use_true_random=False))
def test_order_of_the_lines_moves_no_fact_by_a_single_bit(table, random):
    order = list(range(len(table)))
    random.shuffle(order)
    assert_frame_equal(gather_facts(relation(table.iloc[order]), relation(PRODUCTS), "EUR"),
                       gather_facts(relation(table), relation(PRODUCTS), "EUR"), check_exact=True)


@examples
@given(any_lines())
def test_facts_add_up_to_the_lines_to_the_cent(table):
    found = gather_facts(table, PRODUCTS, "EUR")
    assert len(table) == found["lines_n"].sum()
    for name, part in (("revenue", table["revenue"]), ("cost", table["cost"]),
                       ("returns", table["revenue"].clip(upper=0))):
        assert abs(found[name].sum() - part.sum()) < 0.005
    assigned = table["account_id"].notna()
    for known in (True, False):     # accounts and "not assigned"
        facts_part = found.loc[found["account_id"].notna() == known, "revenue"].sum()
        assert abs(facts_part - table.loc[assigned == known, "revenue"].sum()) < 0.005
    assert not found.duplicated(KEY).any()
    reconcile(found, table, "EUR")
    reconcile(gather_facts(relation(table), None, "EUR"), relation(table), "EUR")


@examples
@given(any_lines())
def test_converted_facts_are_the_lines_at_the_rate_of_their_month(table):
    rate = table["invoice_date"].dt.month.map(dict(enumerate(USD_RATES["rate"], 1)))
    expected = (table["revenue"] * rate.where(table["currency"] == "USD", 1.0)).sum()
    assert converted(table)["revenue"].sum() == pytest.approx(expected, abs=0.005)


@examples
@given(any_lines())
def test_margin_range_is_in_order_and_closed_where_the_cost_is_known(table):
    found = converted(table)
    margins = found[["gross_margin_low", "gross_margin_high"]]
    if gather_cost_shares(table, PRODUCTS).empty:
        assert margins.isna().all(axis=None)
        return
    assert (margins["gross_margin_low"] <= margins["gross_margin_high"] + 1e-9).all()
    known = found["lines_without_cost_n"] == 0
    assert (margins["gross_margin_low"] == margins["gross_margin_high"])[known].all()
    assert_series_equal(margins["gross_margin_low"][known],
                        (found["revenue"] - found["cost"])[known], check_names=False)


@examples
@given(any_lines())
def test_currency_unit_only_scales_every_amount(table):
    money = ["revenue", "cost", "list_value"]
    plain = converted(table)
    scaled = converted(table.assign(**{name: table[name] * 4 for name in money}))
    amounts = [*AMOUNTS, "revenue_local", "revenue_at_year_ago_rates", "gross_margin_low",
               "gross_margin_high"]
    assert_frame_equal(scaled, plain.assign(**{name: plain[name] * 4 for name in amounts}),
                       check_exact=True)


@examples
@given(any_lines())
def test_nothing_given_is_changed(table):
    before = table.copy(deep=True)
    found = gather_facts(table, PRODUCTS, "EUR")
    shares = gather_cost_shares(table, PRODUCTS)
    gathered, shares_before, rates = found.copy(deep=True), shares.copy(deep=True), USD_RATES.copy()
    convert_facts(found, Rates.of(USD_RATES, "EUR"), shares)
    reconcile(found, table, "EUR")
    roll_up(found, pd.Series({"A": "B"}))
    assert_frame_equal(table, before)
    assert_frame_equal(found, gathered)
    assert_frame_equal(shares, shares_before)
    assert_frame_equal(rates, USD_RATES)


@pytest.mark.parametrize("change", [0.01, -0.01, 1_000_000])
def test_a_cent_too_much_or_too_little_does_not_reconcile(change):
    found = gather_facts(BY_HAND, PRODUCTS, "EUR")
    for row in found.index:
        tampered = found.copy()
        tampered.loc[row, "revenue"] += change
        with pytest.raises(ReconciliationError, match="do not add up to the invoice lines"):
            reconcile(tampered, BY_HAND, "EUR")


def test_a_lost_or_doubled_or_foreign_fact_does_not_reconcile():
    found = gather_facts(BY_HAND, PRODUCTS, "EUR")
    zero = found.assign(**dict.fromkeys(AMOUNTS, 0.0))
    for tampered in (found.iloc[1:], found.iloc[:-1], pd.concat([found, found.iloc[:1]]),
                     pd.concat([found, zero.iloc[:1]]),
                     pd.concat([found, found.iloc[:1].assign(currency="CHF")]), found.iloc[:0]):
        with pytest.raises(ReconciliationError, match="do not add up"):
            reconcile(tampered, BY_HAND, "EUR")


def test_a_cent_moved_between_currencies_does_not_reconcile():
    found = gather_facts(BY_HAND, PRODUCTS, "EUR")
    cent = found["currency"].map({"EUR": 0.0, "USD": -0.01}).where(found["family"] != "tools", 0.01)
    with pytest.raises(ReconciliationError, match="USD"):
        reconcile(found.assign(revenue=found["revenue"] + cent), BY_HAND, "EUR")


def test_product_that_repeats_doubles_its_lines_and_does_not_reconcile():
    doubled = pd.concat([PRODUCTS, PRODUCTS])
    with pytest.raises(ReconciliationError, match="do not add up"):
        reconcile(gather_facts(BY_HAND, doubled, "EUR"), BY_HAND, "EUR")


@examples
@given(families_of_accounts(), any_lines())
def test_rolling_up_neither_loses_nor_doubles_a_cent(given_, table):
    parents = top_parents(given_[0]).rename({"N0": "A", "N1": "B", "N2": "C"})
    found = gather_facts(table, PRODUCTS, "EUR")
    rolled = roll_up(found, parents)
    assert_frame_equal(rolled.drop(columns="account_id"), found.drop(columns="account_id"))
    assert rolled["account_id"].isna().equals(found["account_id"].isna())
    twice = roll_up(rolled, parents[~parents.isin(parents.index)])
    assert_series_equal(twice["account_id"], rolled["account_id"])   # children count once


def test_circle_of_parents_is_an_error_before_any_rolling_up(tmp_path):
    (tmp_path / "accounts.csv").write_text("account_id,parent_id\nA,B\nB,C\nC,A\nD,A\n")
    (tmp_path / "invoice_lines.csv").write_text("invoice_date,account_id,revenue\n2026-01-05,A,1\n")
    (tmp_path / "qbr.toml").write_text('[company]\nname = "Circles"\n')
    with pytest.raises(DataError, match=r"accounts\.parent_id: leads back to the account itself"
                                        r".*'A', 'B', 'C' \(3 rows"):
        open_workspace(tmp_path)


def test_problem_is_told_in_one_sentence():
    problem = Problem("invoice_lines", "revenue", "is not a number; the rows are left out", 7,
                      REFUSED, ("n/a", "-"), ("lines.csv row 2, 9",), 12.5, "Map it")
    assert problem.sentence() == (
        "invoice_lines.revenue: is not a number; the rows are left out: 'n/a', '-', … "
        "(7 rows; lines.csv row 2, 9). Map it")
    assert Problem("accounts", "", "there is no such table", 0, STOPS).sentence() == (
        "accounts: there is no such table")
    assert Problem("accounts", "name", "is empty", 1).sentence() == (
        "accounts.name: is empty (1 row)")


def test_problem_can_be_written_as_plain_values():
    record = Problem("accounts", "name", "is empty", 1, values=("A",)).record()
    assert record == {"table": "accounts", "column": "name", "what": "is empty", "rows": 1,
                      "severity": NOTED, "values": ("A",), "places": (), "money": None, "fix": "",
                      "has_more": None}


def test_only_problems_that_stop_stop_and_all_of_them_are_told():
    noted, refused = Problem("a", "x", "noted", 1), Problem("b", "y", "refused", 1, REFUSED)
    stop_on([])
    stop_on([noted, refused])
    with pytest.raises(DataError) as caught:
        stop_on([noted, Problem("c", "z", "first", 1, STOPS), refused,
                 Problem("d", "w", "second", 2, STOPS)])
    assert str(caught.value) == "c.z: first (1 row)\nd.w: second (2 rows)"
    assert (caught.value.table, caught.value.column) == ("c", "z")
