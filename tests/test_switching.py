"""The use of a plan, and what would have to be bought elsewhere."""

import numpy as np
import pandas as pd
import pytest
from companies import WHOLE_YEARS, evenly, reviewed
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tables import contract_table, properties, typed_table

from qbrkit import value
from qbrkit.columns import TABLES
from qbrkit.errors import DataError
from qbrkit.explain import explain
from qbrkit.sources import open_workspace
from qbrkit.switching import (
    EXTRA_MILE,
    FREE_IN_PLAN,
    ONE_OFF,
    REBATE,
    list_bought_elsewhere,
    plan_use,
    sum_bought_elsewhere,
)
from qbrkit.switching.plan_years import PLAN_USE

AS_OF = pd.Timestamp("2026-09-30")
DAY = pd.Timedelta(days=1)
PLANS = pd.Series({"A": "GOLD", "B": np.nan}, dtype="str")


def services(*records):
    """Services to A in August 2026, unless told otherwise."""
    return contract_table("services", [
        {"account_id": "A", "date": "2026-08-14", "quantity": 1} | columns for columns in records])


def components(*records):
    """Plan-only components C of plan GOLD at 80, unless told otherwise."""
    return contract_table("plan_components", [
        {"plan_id": "GOLD", "component_id": "C", "name": "inspection", "included_quantity": 4,
         "unit_list_value": 80, "plan_only": True} | columns for columns in records])


# --- the use of a plan -------------------------------------------------------------------

def use(delivered, plan, plans=PLANS, as_of=AS_OF):
    return plan_use(delivered, plan, plans, as_of)


def test_plan_use_worked_by_hand():
    # Of 4 inspections a year 1 + 2 were used since 1 October 2025: 1 is open, worth 80; 3 x 80 =
    # 240 used. Before that day, after the review, and of another account do not count.
    table = use(services(
        {"component_id": "C", "date": "2025-10-01"}, {"component_id": "C", "quantity": 2},
        {"component_id": "C", "date": "2025-09-30"}, {"component_id": "C", "date": AS_OF + DAY},
        {"component_id": "C", "account_id": "B"}, {"service_id": "S"},
        {"component_id": "D"}), components({}, {"component_id": "E", "plan_only": None}))
    same = {"account_id": "A", "name": "inspection", "year_from": pd.Timestamp("2025-10-01"),
            "is_renewed": True, "included_quantity": 4.0, "over_quantity": 0.0,
            "unit_list_value": 80.0}
    assert table["year_until"].isna().all(), "without a first day no plan year is known"
    assert table.drop(columns="year_until").to_dict("records") == [
        same | {"component_id": "C", "plan_only": True, "used_quantity": 3.0,
                "open_quantity": 1.0, "used_value": 240.0, "open_value": 80.0},
        same | {"component_id": "E", "plan_only": False, "used_quantity": 0.0,
                "open_quantity": 4.0, "used_value": 0.0, "open_value": 320.0}]
    assert list(table) == PLAN_USE


@pytest.mark.parametrize(("begin", "end", "year", "included", "is_renewed"), [
    # the plan year around September 30, 2026 begins on the last anniversary of the first day
    ("2024-03-01", None, ("2026-03-01", "2027-02-28"), 4.0, True),
    ("2024-10-01", None, ("2025-10-01", "2026-09-30"), 4.0, True),
    ("2024-09-30", None, ("2026-09-30", "2027-09-29"), 4.0, True),
    ("2024-02-29", None, ("2026-02-28", "2027-02-27"), 4.0, True),
    ("2026-09-30", None, ("2026-09-30", "2027-09-29"), 4.0, True),
    # ends within the year: 4 x 306 of 365 days = 3.353; 4 x 365 of 365; 4 x 30 of 365 = 0.329
    ("2025-03-01", "2026-12-31", ("2026-03-01", "2026-12-31"), 4 * 306 / 365, False),
    ("2025-03-01", "2027-02-28", ("2026-03-01", "2027-02-28"), 4.0, False),
    ("2025-03-01", "2027-03-01", ("2026-03-01", "2027-02-28"), 4.0, True),
    ("2026-09-01", "2026-09-30", ("2026-09-01", "2026-09-30"), 4 * 30 / 365, False)])
def test_plan_year_follows_the_first_day_and_is_pro_rata_to_the_last(begin, end, year, included,
                                                                     is_renewed):
    row = use(None, components({"valid_from": begin, "valid_to": end})).iloc[0]
    assert (row["year_from"], row["year_until"]) == tuple(map(pd.Timestamp, year))
    assert row["included_quantity"] == pytest.approx(included)
    assert row["is_renewed"] == is_renewed


def test_a_plan_year_with_february_29_has_366_days():
    # March 1, 2027 to February 29, 2028: 4 x 184 of 366 days to August 31
    row = use(None, components({"valid_from": "2027-03-01", "valid_to": "2027-08-31"}),
              as_of=pd.Timestamp("2027-06-30")).iloc[0]
    assert row["included_quantity"] == pytest.approx(4 * 184 / 366)
    assert row["open_value"] == pytest.approx(4 * 184 / 366 * row["unit_list_value"])


def test_use_counts_from_the_first_day_of_the_plan_year():
    table = use(services({"component_id": "C", "date": "2026-02-28"},
                         {"component_id": "C", "date": "2026-03-01"}),
                components({"valid_from": "2025-03-01"}))
    assert table["used_quantity"].tolist() == [1.0]


def test_a_component_entered_anew_within_the_year_begins_a_year_of_its_own():
    # 12 until February, 6 from March on: what was used in January belongs to the 12; of two
    # entries that are both valid the later one holds, and nothing is listed twice
    table = use(services({"component_id": "C", "date": "2026-01-15", "quantity": 5},
                         {"component_id": "C", "date": "2026-04-15", "quantity": 2}),
                components({"valid_from": "2024-10-01", "included_quantity": 12},
                           {"valid_from": "2026-03-01", "included_quantity": 6}))
    (row,) = table.to_dict("records")
    assert (row["included_quantity"], row["used_quantity"], row["open_quantity"]) == (6, 2, 4)
    assert row["year_from"] == pd.Timestamp("2026-03-01")


@pytest.mark.parametrize(("component", "is_listed"), [
    ({"valid_to": AS_OF - DAY}, False), ({"valid_to": AS_OF}, True),
    ({"valid_from": AS_OF}, True), ({"valid_from": AS_OF + DAY}, False),
    ({"plan_id": "SILVER"}, False)])
def test_a_plan_counts_from_its_first_to_its_last_day(component, is_listed):
    assert len(use(None, components(component))) == is_listed


def test_used_beyond_what_is_included_and_nothing_said_to_be_included():
    table = use(services({"component_id": "C", "quantity": 9}, {"component_id": "D"}),
                components({}, {"component_id": "D", "included_quantity": np.nan,
                                "unit_list_value": np.nan}))
    assert table["open_quantity"].tolist() == pytest.approx([0.0, np.nan], nan_ok=True)
    assert table["over_quantity"].tolist() == pytest.approx([5.0, np.nan], nan_ok=True)
    assert table["used_quantity"].tolist() == [9.0, 1.0]
    assert table["used_value"].tolist() == pytest.approx([720.0, np.nan], nan_ok=True)
    assert table["open_value"].tolist() == pytest.approx([0.0, np.nan], nan_ok=True)


@pytest.mark.parametrize(("free_elsewhere", "is_only"), [(True, False), (False, True),
                                                         (None, True)])
def test_what_others_give_free_is_not_plan_only(free_elsewhere, is_only):
    table = use(None, components({"free_elsewhere": free_elsewhere}))
    assert table["plan_only"].tolist() == [is_only]


@pytest.mark.parametrize("delivered", [None, services(), services({"service_id": "S"})])
def test_a_plan_never_used_is_all_open(delivered):
    assert use(delivered, components({}))["open_quantity"].tolist() == [4.0]


@pytest.mark.parametrize(("plan", "plans"), [
    (components(), PLANS), (components({}), PLANS[:0]), (components({}), PLANS[1:])])
def test_without_a_plan_the_table_is_empty(plan, plans):
    table = use(services({"component_id": "C"}), plan, plans)
    assert list(table) == PLAN_USE
    assert table.empty


days = st.integers(-900, 100).map(lambda back: AS_OF + back * DAY)
deliveries = st.lists(st.fixed_dictionaries({
    "account_id": st.sampled_from(["A", "B"]), "date": days, "quantity": st.integers(-1, 5),
    "component_id": st.sampled_from([None, "C", "D"])}), max_size=5).map(
        lambda records: services(*records))
plans_of_components = st.lists(st.fixed_dictionaries({
    "component_id": st.sampled_from(["C", "D"]), "valid_from": st.none() | days,
    "valid_to": st.none() | st.integers(0, 900).map(lambda ahead: AS_OF + ahead * DAY),
    "included_quantity": st.none() | st.integers(0, 9)}), max_size=3,
    unique_by=lambda one: (one["component_id"], one["valid_from"])).map(
        lambda records: components(*records))


@properties
@given(deliveries, plans_of_components, st.integers(0, 99))
def test_included_and_used_beyond_is_used_and_open(delivered, plan, seed):
    before = (delivered.copy(), plan.copy())
    table = use(delivered, plan)
    assert_frame_equal(delivered, before[0])
    assert_frame_equal(plan, before[1])
    said = table.dropna(subset="included_quantity")
    assert (said["included_quantity"] + said["over_quantity"]).tolist() == pytest.approx(
        (said["used_quantity"] + said["open_quantity"]).tolist())
    assert not table.duplicated(["account_id", "component_id"]).any()
    assert (table["year_from"] <= AS_OF).all()
    assert (table["year_until"].dropna() >= AS_OF).all()
    mixed = use(delivered.sample(frac=1, random_state=seed), plan)
    assert_frame_equal(mixed, table)


# --- what would have to be bought elsewhere ---------------------------------------------

LEDGER = {"account_id": "str", "part": "str", "name": "str", "amount": "float64", "class": "str",
          "component_id": "str"}


def received(*records):
    """Value lines of account A, confirmed, unless told otherwise."""
    return typed_table(LEDGER, [{"account_id": "A", "class": "confirmed"} | one
                                for one in records])


def costs(*records):
    """Switching costs of account A, confirmed, unless told otherwise."""
    return contract_table("switching_costs", [
        {"account_id": "A", "class": "confirmed", "name": f"cost {number}"} | one
        for number, one in enumerate(records)])


def test_loss_by_switching_worked_by_hand():
    # F = 3 x 80 = 240 of the inspections, E = 100 - 30 = 70, rebates 500 whole, confirmed one-off
    # 900 x 12/36 = 300: 240 + 70 + 500 + 300 = 1110. The benefit, and the one-off of 3600 that is
    # only estimated, do not count. 1110 of a spend of 11100 is a discount of 10 %.
    lines = list_bought_elsewhere(
        received({"part": value.FREE_IN_PLAN, "component_id": "C", "name": "inspection",
                  "amount": 160},
                 {"part": value.FREE_IN_PLAN, "component_id": "C", "name": "as it was called",
                  "amount": 80},
                 {"part": value.EXTRA_MILE, "name": "night call", "amount": 70},
                 {"part": value.BENEFIT, "name": "less scrap", "amount": 9999}),
        costs({"kind": REBATE, "amount": 500, "class": None},
              {"kind": ONE_OFF, "amount": 900},
              {"kind": ONE_OFF, "amount": 3600, "class": "estimated"}),
        use(None, components({})), 36)
    assert lines[["kind", "name", "class", "amount", "is_counted"]].values.tolist() == [
        [EXTRA_MILE, "night call", "confirmed", 70, True],
        [FREE_IN_PLAN, "inspection", "confirmed", 240, True],
        [ONE_OFF, "cost 1", "confirmed", 300, True],
        [ONE_OFF, "cost 2", "estimated", 1200, False],
        [REBATE, "cost 0", "estimated", 500, True]]
    (row,) = sum_bought_elsewhere(lines, pd.Series({"A": 11100.0, "B": 5.0})).to_dict("records")
    assert row == {"account_id": "A", FREE_IN_PLAN: 240, EXTRA_MILE: 70, REBATE: 500,
                   ONE_OFF: 300, "switching_loss": 1110, "spend": 11100,
                   "break_even_discount": pytest.approx(0.1), "not_confirmed": 3600,
                   "not_valued_n": 0}


def test_what_left_the_plan_or_is_free_elsewhere_has_not_to_be_bought():
    now = use(None, components({}, {"component_id": "D", "name": None},
                               {"component_id": "E", "name": "hotline", "free_elsewhere": True}))
    lines = list_bought_elsewhere(received(
        *({"part": FREE_IN_PLAN, "component_id": one, "name": "inspection", "amount": 1}
          for one in ("C", "D", "E", "gone")),
        {"part": FREE_IN_PLAN, "component_id": "C", "amount": 1, "account_id": "B"}),
        None, now, 36)
    assert lines["name"].tolist() == ["D", "inspection"]


@pytest.mark.parametrize(("amounts", "paid", "loss", "discount"), [
    ([100.0], 0.0, 100, np.nan), ([100.0], -5.0, 100, np.nan), ([100.0], np.nan, 100, np.nan),
    ([100.0], 50.0, 100, 2.0), ([-30.0, 10.0], 100.0, -20, -0.2), ([np.nan], 100.0, np.nan, np.nan),
    ([np.nan, 7.0], 100.0, 7, 0.07)])
def test_discount_is_loss_by_spend_and_unknown_without_spend(amounts, paid, loss, discount):
    lines = list_bought_elsewhere(received(*(
        {"part": EXTRA_MILE, "name": f"call {at}", "amount": one}
        for at, one in enumerate(amounts))), None, None, 36)
    row = sum_bought_elsewhere(lines, pd.Series({"A": paid})).iloc[0]
    assert [row["switching_loss"], row["break_even_discount"]] == pytest.approx(
        [loss, discount], nan_ok=True)
    assert np.isnan(row[REBATE]), "no line is unknown, not zero"
    assert row["not_valued_n"] == sum(np.isnan(amounts))


def test_an_account_with_estimated_one_off_costs_alone_has_no_sum():
    lines = list_bought_elsewhere(None, costs({"kind": ONE_OFF, "amount": 9, "class": None}),
                                  None, 36)
    row = sum_bought_elsewhere(lines, pd.Series({"A": 1.0})).iloc[0]
    assert np.isnan(row["switching_loss"])
    assert row["not_confirmed"] == 9


def test_without_anything_there_are_no_lines_and_no_accounts():
    lines = list_bought_elsewhere(None, None, None, 36)
    assert lines.empty
    assert sum_bought_elsewhere(lines, pd.Series(dtype="float64")).empty


amounts = st.none() | st.integers(-10**7, 10**8).map(lambda cents: cents / 100)
ledgers = st.lists(st.fixed_dictionaries({
    "account_id": st.sampled_from(["A", "B"]), "name": st.sampled_from(["x", "y"]),
    "part": st.sampled_from([EXTRA_MILE, FREE_IN_PLAN, value.BENEFIT]), "amount": amounts,
    "class": st.sampled_from(["confirmed", "estimated"])}), max_size=6).map(
        lambda records: received(*records))
bearings = st.lists(st.fixed_dictionaries({
    "account_id": st.sampled_from(["A", "C"]), "kind": st.sampled_from([REBATE, ONE_OFF]),
    "amount": amounts, "class": st.sampled_from([None, "confirmed", "estimated"])}),
    max_size=4).map(lambda records: costs(*records))


@properties
@given(ledgers, bearings, st.integers(12, 120), st.floats(-1e6, 1e6))
def test_the_loss_is_the_sum_of_its_lines_and_the_discount_times_the_spend(first, second, months,
                                                                           paid):
    lines = list_bought_elsewhere(first, second, None, months)
    sums = sum_bought_elsewhere(lines, pd.Series(paid, index=["A", "B", "C"]))
    assert sums["account_id"].tolist() == sorted(set(lines["account_id"]))
    for row in sums.to_dict("records"):
        mine = lines[(lines["account_id"] == row["account_id"]) & lines["is_counted"]]
        total = np.nan_to_num(row["switching_loss"])
        assert mine["amount"].sum() == pytest.approx(total, abs=0.005)
        parts = [row[kind] for kind in (FREE_IN_PLAN, EXTRA_MILE, REBATE, ONE_OFF)]
        assert np.nansum(parts) == pytest.approx(total, abs=0.005)
        if np.isfinite(row["break_even_discount"]):
            assert row["break_even_discount"] * paid == pytest.approx(row["switching_loss"])
        else:
            assert paid <= 0 or np.isnan(row["switching_loss"])


# --- in a review -------------------------------------------------------------------------

GROUP = [{"account_id": "A", "currency": "EUR", "plan_id": "GOLD"},
         {"account_id": "A1", "parent_id": "A", "currency": "USD", "plan_id": "GOLD"}]
RATES = [{"currency": "USD", "month": str(month), "rate": 0.5}
         for month in pd.period_range("2024-01", "2026-12", freq="M")]
GOLD_PLAN = [{"plan_id": "GOLD", "component_id": "C", "name": "inspection",
              "included_quantity": 4, "unit_list_value": 80, "plan_only": "yes"}]


def in_review(folder, delivered=(), bearing=(), toml=""):
    """The company of a parent in EUR and its child in USD at 0.5; 100 and 50 EUR a quarter."""
    return reviewed(folder, "2026Q4", toml=WHOLE_YEARS + toml, accounts=GROUP,
                    exchange_rates=RATES, plan_components=GOLD_PLAN, services=list(delivered),
                    switching_costs=list(bearing),
                    invoice_lines=[*evenly("A", 100), *evenly("A1", 100, currency="USD")])


CALL = {"account_id": "A1", "date": "2026-05-05", "component_id": "C", "quantity": 1,
        "evidence": "S-1"}
BONUS = {"account_id": "A1", "kind": REBATE, "name": "bonus", "amount": 60, "evidence": "R-1"}
MOVE = {"account_id": "A", "kind": ONE_OFF, "name": "approval", "amount": 90,
        "class": "confirmed", "evidence": "O-1"}


def test_a_group_is_summed_in_the_currency_of_its_parent_and_explained(tmp_path):
    # F: 80 USD = 40 EUR; rebate 60 USD = 30 EUR; one-off 90 x 12/24 = 45: 115 EUR in all.
    # Paid in four quarters: 4 x (100 + 50) = 600 EUR; 115/600.
    review = in_review(tmp_path, [CALL, CALL | {"date": "2025-12-31", "evidence": "S-0"}],
                       [BONUS, MOVE], "[value]\nswitching_horizon_months = 24\n")
    (row,) = review.switching.accounts.to_dict("records")
    assert [row[kind] for kind in (FREE_IN_PLAN, REBATE, ONE_OFF)] == [40, 30, 45]
    assert (row["account_id"], row["switching_loss"], row["spend"]) == ("A", 115, 600)
    found = review.accounts.set_index("account_id").loc["A"]
    assert found["break_even_discount"] == pytest.approx(115 / 600)
    told = explain(open_workspace(tmp_path), review, "A1", "switching_loss")
    assert told.evidence.rows.total == told.value == 115
    told.require_reconciled()
    explain(open_workspace(tmp_path), review, "A", "break_even_discount").require_reconciled()


@pytest.mark.parametrize("evidence", ["S-1", "O-1"])
def test_one_evidence_in_two_parts_is_refused(tmp_path, evidence):
    with pytest.raises(DataError, match=f"more than one part.*{evidence}"):
        in_review(tmp_path, [CALL | {"account_id": "A"}],
                  [BONUS | {"evidence": evidence, "account_id": "A"}, MOVE])


def test_used_services_of_a_child_are_worth_the_same_in_the_plan_and_elsewhere(tmp_path):
    # The rate was 0.6 in June and is 0.5 from July on. Parent and child have 4 inspections each
    # at 80 EUR and 80 USD: 8 in one row. Used: 1 x 80 of the parent, 2 x 80 x 0.6 = 96 of the
    # child. Open: 3 x 80 = 240 and 2 x 80 x 0.5 = 80.
    rates = [one | {"rate": 0.6 if one["month"] <= "2026-06" else 0.5} for one in RATES]
    review = reviewed(
        tmp_path, "2026Q4", accounts=GROUP, exchange_rates=rates, plan_components=GOLD_PLAN,
        invoice_lines=evenly("A", 100), services=[
            CALL | {"date": "2026-06-03", "quantity": 2}, CALL | {
                "account_id": "A", "evidence": "S-2"}])
    (row,) = review.plan_use.to_dict("records")
    assert [row[one] for one in ("included_quantity", "used_quantity", "open_quantity")] == [
        8, 3, 5]
    assert (row["used_value"], row["open_value"]) == pytest.approx((176, 320))
    assert review.switching.accounts["free_in_plan"].tolist() == pytest.approx([176])


def test_without_services_and_switching_costs_nothing_is_known(tmp_path):
    review = reviewed(tmp_path, invoice_lines=evenly("A", 100))
    assert review.switching is None
    assert review.accounts["switching_loss"].isna().all()


def test_kinds_are_those_of_the_ledger_and_of_the_contract():
    assert (EXTRA_MILE, FREE_IN_PLAN) == (value.EXTRA_MILE, value.FREE_IN_PLAN)
    assert TABLES["switching_costs"]["kind"].allowed == (REBATE, ONE_OFF)
