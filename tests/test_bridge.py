"""The bridge from one year to the next: prices, volume, mix, products, returns, exchange rates."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from qbrkit.currencies import Rates
from qbrkit.errors import ReconciliationError
from qbrkit.facts import convert_facts, gather_facts
from qbrkit.growth import compare_periods
from qbrkit.growth.bridge import (
    BARS,
    NOT_SPLIT_SALES,
    bridge_accounts,
    bridge_periods,
    price_only,
    reconcile_bridges,
    sum_bridges,
)
from qbrkit.growth.products import (
    CONTINUING,
    LOST,
    NEW,
    NOT_SPLIT,
    compare_products,
    largest_changes,
)
from qbrkit.sold import convert_sold, gather_sold
from tests.tables import contract_table, properties, typed_table

QUARTER = pd.Period("2026Q4", freq="Q-DEC")
NOW, BEFORE = "2026-11-10", "2025-11-10"
SOLD = {"account_id": "str", "product_id": "str", "unit": "str", "is_review": "bool",
        "in_quarter": "bool", "quantity": "float64", "revenue": "float64",
        "unmeasured": "float64", "returns": "float64", "total": "float64",
        "exchange_rates": "float64"}


def sold(*rows: tuple, account: str | None = "A", unit: str = "pc") -> pd.DataFrame:
    """Sales in the company's currency from (product, quantity, revenue, is it the review)."""
    return typed_table(SOLD, [
        {"account_id": account, "product_id": product, "unit": unit, "is_review": is_review,
         "in_quarter": True, "quantity": quantity, "revenue": revenue, "unmeasured": 0,
         "returns": 0, "total": revenue, "exchange_rates": 0}
        for product, quantity, revenue, is_review in rows])


def bridge(table: pd.DataFrame) -> pd.DataFrame:
    return bridge_periods(table, compare_products(table))


def the_bridge(table: pd.DataFrame) -> dict:
    (row,) = bridge(table).to_dict("records")
    return row


def line(account: str | None, date: str, revenue: float, **columns) -> dict:
    return {"account_id": account, "invoice_date": date, "revenue": revenue, **columns}


def bridged(lines: list[dict], rates: list[dict] = ()) -> pd.DataFrame:
    """Bridges of some invoice lines; what is not assigned is of the account ""."""
    known = Rates.of(contract_table("exchange_rates", rates), "EUR")
    gathered = gather_sold(contract_table("invoice_lines", lines), "EUR", QUARTER)
    bridges, _ = bridge_accounts(convert_sold(gathered, known, QUARTER))
    return bridges.assign(account_id=bridges["account_id"].fillna(""))


def facts_of(lines: list[dict], rates: list[dict] = ()) -> pd.DataFrame:
    """Facts of the same lines."""
    known = Rates.of(contract_table("exchange_rates", rates), "EUR")
    gathered = gather_facts(contract_table("invoice_lines", lines), None, "EUR")
    facts = convert_facts(gathered, known, typed_table(
        {"family": "str", "cost_share_low": "float64", "cost_share_high": "float64"}))
    return facts.assign(quarter=facts["month"].dt.to_period(QUARTER.freqstr),
                        account_id=facts["account_id"].fillna(""))


def test_bridge_of_three_products_worked_by_hand():
    # X: 10 at 5 = 50 -> 12 at 6 = 72; Y: 30 at 2 = 60 -> 24 at 2 = 48; Z: 10 at 10 = 100 ->
    # 14 at 9 = 126. Q 50 -> 50 pieces, so no volume.
    # price = 11 x 1 + 27 x 0 + 12 x -1 = -1
    # shares .2 .6 .2 -> .24 .48 .28; mean prices 5.5, 2, 9.5; mean Q 50
    # mix = 50 x (5.5 x .04 + 2 x -.12 + 9.5 x .08) = 50 x .74 = 37; R 210 -> 246 = -1 + 37
    row = the_bridge(sold(("X", 10, 50, False), ("X", 12, 72, True), ("Y", 30, 60, False),
                          ("Y", 24, 48, True), ("Z", 10, 100, False), ("Z", 14, 126, True)))
    assert [row[name] for name in ("base", "review", "change")] == [210, 246, 36]
    assert [row[name] for name in ("price", "volume", "mix")] == pytest.approx([-1, 0, 37])
    assert row["new_products"] == row["lost_products"] == row["not_split"] == row["returns"] == 0


def test_volume_is_the_change_of_all_pieces_at_mean_price_and_mean_share():
    # X: 10 at 4 -> 30 at 6; Y: 10 at 2 -> 10 at 2. Q 20 -> 40; shares .5 .5 -> .75 .25;
    # mean shares .625 .375, mean prices 5 and 2.
    # price = 20 x 2 = 40; volume = 20 x (5 x .625 + 2 x .375) = 77.5
    # mix = 30 x (5 x .25 + 2 x -.25) = 22.5; R 60 -> 200 = 40 + 77.5 + 22.5
    row = the_bridge(sold(("X", 10, 40, False), ("X", 30, 180, True), ("Y", 10, 20, False),
                          ("Y", 10, 20, True)))
    assert [row["price"], row["volume"], row["mix"]] == pytest.approx([40, 77.5, 22.5])
    assert row["change"] == 140


def test_products_are_new_or_lost_for_the_account_that_buys_them():
    table = pd.concat([sold(("X", 1, 10, False), ("Y", 1, 30, True)),
                       sold(("X", 1, 7, True), ("Y", 1, 5, False), account="B")])
    found = bridge(table).set_index("account_id")
    assert found.loc["A", ["new_products", "lost_products"]].tolist() == [30, -10]
    assert found.loc["B", ["new_products", "lost_products"]].tolist() == [7, -5]


def test_products_in_several_units_have_no_mix_and_one_effect_of_all_quantities():
    # X in pieces 10 at 2 -> 20 at 2: 20; Y in litres 5 at 4 -> 3 at 6: price 4 x 2 = 8,
    # quantity 5 x -2 = -10. Volume holds both quantities: 20 - 10.
    row = the_bridge(pd.concat([
        sold(("X", 10, 20, False), ("X", 20, 40, True)),
        sold(("Y", 5, 20, False), ("Y", 3, 18, True), unit="l")]))
    assert row["units_differ"]
    assert [row["price"], row["volume"]] == pytest.approx([8, 10])
    assert np.isnan(row["mix"])
    assert row["change"] == 18


def test_an_unknown_unit_is_none_in_common():
    # hours 10 at 200 -> 8 at 200: -400; payrolls 100 at 10 -> 110 at 10: +100. One number of
    # both would say that 8 more pieces were sold.
    row = the_bridge(sold(("H", 10, 2000, False), ("H", 8, 1600, True), ("P", 100, 1000, False),
                          ("P", 110, 1100, True), unit=None))
    assert row["units_differ"]
    assert row["volume"] == pytest.approx(-300)
    assert np.isnan(row["mix"])
    alone = the_bridge(sold(("H", 10, 2000, False), ("H", 8, 1600, True), unit=None))
    assert not alone["units_differ"]
    assert (alone["volume"], alone["mix"]) == (-400, 0)


def test_what_lacks_to_split_price_and_volume_is_told_apart():
    # X in other units: (100 + 120) / 2; no product 40; Y without quantity (10 + 30) / 2
    loose = typed_table(SOLD, [
        {"account_id": "A", "product_id": product, "is_review": is_review, "in_quarter": True,
         "quantity": 0, "revenue": 0, "unmeasured": amount, "returns": 0, "total": amount,
         "exchange_rates": 0}
        for product, amount, is_review in ((None, 80, False), ("Y", 10, False), ("Y", 30, True))])
    row = the_bridge(pd.concat([sold(("X", 10, 100, False)), sold(("X", 2, 120, True), unit="box"),
                                loose]))
    assert [row[f"{name}_sales"] for name in ("other_units", "no_product", "not_split")] == [
        110, 40, 170]
    assert not row["is_measured"]


def test_a_product_in_other_units_than_before_is_never_given_a_price():
    # 10 pieces for 100, then 2 boxes for 120: 20 more, whatever made them.
    row = the_bridge(pd.concat([sold(("X", 10, 100, False)),
                                sold(("X", 2, 120, True), unit="box")]))
    assert (row["not_split"], row["price"], row["volume"]) == (20, 0, 0)
    assert row["not_split_sales"] == 110


def test_what_has_no_quantity_or_product_is_not_split_and_the_rest_is():
    # X: 10 at 10 -> 10 at 11 measured: price 10; besides 5 -> 25 without quantity: 20.
    # Without product 40 -> 30: -10 more.
    loose = typed_table(SOLD, [
        {"account_id": "A", "product_id": product, "is_review": is_review, "in_quarter": True,
         "quantity": 0, "revenue": 0, "unmeasured": amount, "returns": 0, "total": amount,
         "exchange_rates": 0}
        for product, amount, is_review in (("X", 5, False), ("X", 25, True), (None, 40, False),
                                           (None, 30, True))])
    row = the_bridge(pd.concat([sold(("X", 10, 100, False), ("X", 10, 110, True)), loose]))
    assert row["price"] == pytest.approx(10)
    assert (row["volume"], row["not_split"]) == (0, 10)
    assert row["not_split_sales"] == (5 + 25 + 40 + 30) / 2


def test_returns_are_their_own_bar_and_a_product_only_returned_is_not_bought():
    # returns 10 -> 25: 15 less; X is returned in the review and not bought: lost.
    rows = bridged([line("A", BEFORE, 100, product_id="X", quantity=10),
                       line("A", BEFORE, -10, product_id="X", quantity=-1),
                       line("A", NOW, -25, product_id="X", quantity=-2)])
    row = rows.set_index("comparison").loc["quarter"]
    assert (row["returns"], row["lost_products"], row["returned"]) == (-15, -100, -25)
    assert row["change"] == -115


def test_free_goods_do_not_lower_the_price():
    rows = bridged([line("A", BEFORE, 100, product_id="X", quantity=10),
                       line("A", NOW, 100, product_id="X", quantity=10),
                       line("A", NOW, 0, product_id="X", quantity=90)])
    assert (rows["price"].abs() < 1e-9).all()


@pytest.mark.parametrize("quantity", [None, 0, -5, 1e300])
def test_a_sale_without_a_quantity_above_zero_is_not_split(quantity):
    rows = bridged([line("A", BEFORE, 100, product_id="X", quantity=10),
                       line("A", NOW, 130, product_id="X", quantity=quantity)])
    assert rows["not_split"].tolist() == [30, 30]
    assert (rows["price"] == 0).all()


def test_exchange_rates_come_first_and_the_rest_is_at_the_rates_of_a_year_ago():
    # 10 for 100 USD at 0.50 = 50; 10 for 110 USD at 0.60 = 66; at the rate of a year ago 55.
    # exchange rates 11, price 5.
    rates = [{"currency": "USD", "month": "2025-11", "rate": 0.5},
             {"currency": "USD", "month": "2026-11", "rate": 0.6}]
    rows = bridged([line("A", BEFORE, 100, product_id="X", quantity=10, currency="USD"),
                       line("A", NOW, 110, product_id="X", quantity=10, currency="USD")], rates)
    row = rows.iloc[0]
    assert [row["base"], row["review"]] == pytest.approx([50, 66])
    assert [row["exchange_rates"], row["price"]] == pytest.approx([11, 5])


def test_without_a_rate_of_a_year_ago_the_bars_are_missing_and_the_change_is_known():
    rates = [{"currency": "USD", "month": "2026-11", "rate": 0.6}]
    rows = bridged([line("A", BEFORE, 50, product_id="X", quantity=1),
                       line("A", NOW, 100, product_id="X", quantity=10, currency="USD"),
                       line("B", NOW, 7, product_id="X", quantity=1)], rates)
    rows = rows[rows["comparison"] == "year"]
    unknown = rows.set_index("account_id").loc["A"]
    assert unknown["change"] == pytest.approx(10)
    assert unknown[BARS].isna().all()
    assert pd.isna(unknown["is_price_only"])
    together = sum_bridges(rows)
    assert (together["without_rate"], together["new_products"]) == (pytest.approx(10), 7)


def test_units_are_the_same_whatever_their_capitals():
    rows = bridged([line("A", BEFORE, 100, product_id="X", quantity=10, unit="PC"),
                       line("A", NOW, 110, product_id="X", quantity=10, unit=" pc")])
    assert rows["price"].tolist() == pytest.approx([10, 10])


def test_quarter_and_year_are_bridged_apart_and_lines_before_them_left_out():
    # year before: 20 in 2025Q2 and 10 in 2025Q4; year: 12 in 2026Q4; 999 in 2024Q4 is older.
    rows = bridged([line("A", day, amount, product_id="X", quantity=1) for day, amount in (
        ("2024-12-31", 999), ("2025-04-01", 20), ("2025-12-31", 10), ("2026-10-01", 12),
        ("2027-01-01", 999))])
    found = rows.set_index("comparison")
    assert found.loc["quarter", ["base", "review"]].tolist() == [10, 12]
    assert found.loc["year", ["base", "review"]].tolist() == [30, 12]


def test_no_line_gives_an_empty_table():
    rows = bridged([])
    assert rows.empty
    assert sum_bridges(rows)["change"] == 0


# --- growth by price only -----------------------------------------------------------------

def answer(**bars: float) -> object:
    """Whether an account with these bars on a base of 100 grows by price only."""
    row = dict.fromkeys(BARS, 0.0) | {"base": 100.0} | bars
    (found,) = price_only(pd.DataFrame([row]))
    return found if found is pd.NA else bool(found)


def test_growth_by_price_only_is_flagged_when_all_else_makes_it_smaller():
    assert answer(price=20, volume=-7) is True
    assert answer(price=20, volume=-7, new_products=7.01) is False
    assert answer(price=20, volume=-7, mix=np.nan) is True     # the volume holds the mix
    assert answer(price=5, volume=-7) is False                 # no growth
    assert answer(price=20, volume=-7, returns=-30) is False   # no growth either
    assert answer(price=5, volume=-7, returns=30) is False     # fewer returns are no price
    assert answer(price=-5, exchange_rates=40) is False


def test_what_cannot_be_split_may_leave_open_whether_the_price_alone_made_the_growth():
    assert answer(price=20, volume=-7, not_split=5) is True    # even if it were all volume
    assert answer(price=20, volume=-7, not_split=9) is pd.NA   # all volume: +2, all price: -7
    assert answer(not_split=9) is pd.NA                        # no quantity known at all
    assert answer(not_split=9, new_products=1) is False
    assert answer(price=20, volume=5, not_split=-3) is False   # at least 2 of volume
    assert answer(price=20, volume=2, not_split=-3) is pd.NA


# --- products -----------------------------------------------------------------------------

def test_largest_changes_come_first_up_or_down_with_what_made_them():
    table = compare_products(sold(
        ("X", 1, 10, False), ("X", 1, 15, True), ("Y", 1, 90, False), ("Z", 2, 60, True),
        ("W", 1, 1, False), ("W", 1, 1, True)))
    found = largest_changes(table, 3)
    assert found["product_id"].tolist() == ["Y", "Z", "X"]
    assert found["kind"].tolist() == [LOST, NEW, CONTINUING]
    assert found["change"].tolist() == [-90, 60, 5]
    assert found["price"].tolist() == [0, 0, 5]


def test_a_product_of_which_a_part_cannot_be_split_says_so():
    table = compare_products(pd.concat([sold(("X", 10, 100, False)),
                                        sold(("X", 2, 120, True), unit="box")]))
    (row,) = largest_changes(table, 5).to_dict("records")
    assert (row["kind"], row["change"], row["rest"]) == (NOT_SPLIT, 20, 20)


# --- properties ---------------------------------------------------------------------------

CENTS = st.integers(-30_000, 90_000).map(lambda cents: cents / 100)
DAYS = st.sampled_from(["2025-02-03", BEFORE, "2026-05-06", NOW])
LINES = st.lists(st.builds(
    line, st.sampled_from(["A", "B", None]), DAYS, CENTS,
    product_id=st.sampled_from(["X", "Y", "Z", None]), unit=st.sampled_from(["pc", "kg", None]),
    quantity=st.none() | st.integers(-3, 40), currency=st.sampled_from([None, "USD"])),
    max_size=15)
RATES = [{"currency": "USD", "month": str(month), "rate": 0.5 + at / 50}
         for at, month in enumerate(pd.period_range("2024-01", "2026-12", freq="M"))]
few = settings(properties, max_examples=6)
YEAR = [QUARTER - back for back in (3, 2, 1, 0)]
PERIODS = {"quarter": ([QUARTER - 4], [QUARTER]), "year": ([one - 4 for one in YEAR], YEAR)}


@settings(properties, max_examples=10)
@given(LINES)
def test_bars_add_up_to_the_change_and_agree_with_the_growth_of_the_facts(lines):
    rows, facts = bridged(lines, RATES), facts_of(lines, RATES)
    assert ((rows[BARS].sum(axis="columns") - rows["change"]).abs() < 0.005).all()
    for comparison, (base, review) in PERIODS.items():
        found = rows[rows["comparison"] == comparison]
        reconcile_bridges(found, compare_periods(facts, base, review))
        together = sum_bridges(found)
        assert abs(together[[*BARS, "without_rate"]].sum() - together["change"]) < 0.005


@few
@given(LINES.map(lambda rows: [row | {"currency": None} for row in rows]))
def test_swapping_the_years_turns_every_sign(lines):
    other = {"2025": "2026", "2026": "2025"}
    back = [row | {"invoice_date": other[row["invoice_date"][:4]] + row["invoice_date"][4:]}
            for row in lines]
    forward, backward = (bridged(rows).query("comparison == 'year'").set_index("account_id")
                         for rows in (lines, back))
    turned = ["change", *(name for name in BARS if not name.endswith("_products"))]
    assert_frame_equal(forward[turned], -backward[turned], atol=1e-6)
    assert_series_equal(forward["new_products"], -backward["lost_products"], atol=1e-6,
                        check_names=False)


@few
@given(LINES, st.randoms(use_true_random=False))
def test_row_order_does_not_move_a_bridge_and_one_account_none_of_another(lines, random):
    rows = bridged(lines, RATES)
    mixed = list(lines)
    random.shuffle(mixed)
    assert_frame_equal(bridged(mixed, RATES), rows, atol=1e-6)
    alone = bridged([row for row in lines if row["account_id"] == "A"], RATES)
    assert_frame_equal(alone, rows[rows["account_id"] == "A"].reset_index(drop=True), atol=1e-6)


@few
@given(LINES)
def test_currency_unit_only_scales_money(lines):
    plain = bridged(lines, RATES)
    scaled = bridged([row | {"revenue": row["revenue"] * 4} for row in lines], RATES)
    money = ["base", *BARS, "review", "change", "returned", *NOT_SPLIT_SALES]
    assert_frame_equal(scaled[money], plain[money] * 4, atol=1e-6)


# --- reconciliation -----------------------------------------------------------------------

def test_bars_that_do_not_add_up_are_refused():
    table = sold(("X", 1, 10, False), ("X", 1, 12, True))
    with pytest.raises(ReconciliationError, match=r"bridge of account A: .* differ by 1\.00"):
        bridge_periods(table.assign(total=table["total"] + table["is_review"]),
                       compare_products(table))


def test_a_bridge_that_differs_from_the_facts_by_a_cent_is_refused():
    lines = [line("A", BEFORE, 50), line("A", NOW, 70)]
    found = bridged(lines).query("comparison == 'quarter'")
    compared = compare_periods(facts_of(lines), *PERIODS["quarter"])
    reconcile_bridges(found, compared)
    with pytest.raises(ReconciliationError, match=r"bridge of account A: .* in the facts"):
        reconcile_bridges(found.assign(base=found["base"] + 0.01), compared)
    with pytest.raises(ReconciliationError, match="bridge of account A"):
        reconcile_bridges(found.iloc[:0], compared)
