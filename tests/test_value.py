"""The value ledger, its sums, and the return."""

import numpy as np
import pandas as pd
import pytest
from companies import MEASURED, company, evenly
from hypothesis import assume, given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal
from tables import contract_table, properties

from qbrkit.errors import DataError
from qbrkit.reviews import review_quarter
from qbrkit.value import (
    BENEFIT,
    CONFIRMED,
    ESTIMATED,
    EXTRA_MILE,
    FREE_IN_PLAN,
    LEDGER,
    SOFT,
    find_returns,
    list_value_lines,
    mark_stale,
    present_value,
    spread_by_month,
    stale_unit_values,
    sum_by_quarter,
    sum_value,
)

AS_OF = pd.Timestamp("2026-09-30")
DAY = pd.Timedelta(days=1)
FREQUENCY = "Q-SEP"
YEAR = list(pd.period_range("2026Q1", periods=4, freq=FREQUENCY))   # October 2025 to September
Q4 = YEAR[-1]
PLANS = pd.Series({"A": "GOLD", "B": np.nan}, dtype="str")
MONTHS = pd.period_range("2025-10", periods=12, freq="M")


def benefits(*records):
    """Measured benefits of A in 2026Q4, unless told otherwise."""
    return contract_table("benefits", [
        {"account_id": "A", "benefit_id": f"B{number}", "quarter": "2026Q4", "name": "less scrap",
         "baseline": 100, "actual": 110, "unit_value": 5} | columns
        for number, columns in enumerate(records)])


def services(*records):
    """Services to A in August 2026, unless told otherwise."""
    return contract_table("services", [
        {"account_id": "A", "date": "2026-08-14", "quantity": 1} | columns for columns in records])


def components(*records):
    """Plan-only components C of plan GOLD at 80, unless told otherwise."""
    return contract_table("plan_components", [
        {"plan_id": "GOLD", "component_id": "C", "name": "inspection", "included_quantity": 4,
         "unit_list_value": 80, "plan_only": True} | columns for columns in records])


def ledger_of(measured=None, delivered=None, plan=None, plans=PLANS):
    return list_value_lines(measured, delivered, plan, plans, FREQUENCY)


def only_line(**tables):
    ledger = ledger_of(**tables)
    assert len(ledger) == 1
    return ledger.iloc[0]


# --- the ledger --------------------------------------------------------------------------

def test_what_fell_is_the_improvement_where_less_is_better():
    # downtime from 20 to 12 hours at 450: (20 - 12) x 450 = 3600; the other way round -3600
    fell = {"baseline": 20, "actual": 12, "unit_value": 450}
    ledger = ledger_of(benefits(fell | {"better": "less", "name": "1"}, fell | {"name": "2"},
                                fell | {"better": "more", "name": "3"}))
    assert ledger["measured"].tolist() == [8, -8, -8]
    assert ledger["amount"].tolist() == [3600, -3600, -3600]


def test_value_worked_by_hand():
    # B = (120 - 100) x 50 x (1 - 0.1) = 900, confirmed; a soft one adds 10 x 5 = 50.
    # E = 2 x 300 - 100 = 500, with evidence confirmed.
    # F = 3 x 80 = 240, without evidence estimated.
    # V = 950 + 500 + 240 = 1690; M without the soft 50 = 1640 / 900.
    ledger = ledger_of(
        benefits({"baseline": 100, "actual": 120, "unit_value": 50, "risk": 0.1,
                  "class": CONFIRMED, "evidence": "R-1"},
                 {"name": "calm", "class": SOFT}),
        services({"service_id": "night shift", "quantity": 2, "unit_list_value": 300,
                  "charged": 100, "evidence": "R-2"},
                 {"component_id": "C", "quantity": 3}),
        components({}))
    assert list(ledger) == LEDGER
    shown = ledger[["part", "name", "amount", "class"]]
    assert [tuple(row) for row in shown.itertuples(index=False)] == [
        (BENEFIT, "calm", 50.0, SOFT), (BENEFIT, "less scrap", 900.0, CONFIRMED),
        (EXTRA_MILE, "night shift", 500.0, CONFIRMED),
        (FREE_IN_PLAN, "inspection", 240.0, ESTIMATED)]
    assert set(ledger["quarter"]) == {Q4}
    assert ledger["month"].isna().tolist() == [True, True, False, False]
    assert set(ledger["month"].dropna()) == {pd.Timestamp("2026-08-01")}
    assert ledger[["measured", "unit_value", "risk", "charged"]].fillna(-1).to_numpy().tolist() == [
        [10, 5, 0, -1], [20, 50, 0.1, -1], [2, 300, -1, 100], [3, 80, -1, 0]]
    sums = sum_value(ledger, YEAR).set_index("account_id").loc["A"]
    assert sums.to_dict() == pytest.approx({
        "benefit": 950.0, "extra_mile": 500.0, "free_in_plan": 240.0, "value": 1690.0,
        "confirmed": 1400.0, "estimated": 240.0, "soft": 50.0, "multiplier": 1640 / 900,
        "lines_n": 4, "not_measured_n": 0})


def test_a_negative_benefit_stays_in():
    line = only_line(measured=benefits({"baseline": 100, "actual": 90}))
    assert line["amount"] == -50.0


def test_a_benefit_without_class_is_estimated_and_without_risk_is_whole():
    line = only_line(measured=benefits({}))
    assert (line["class"], line["amount"]) == (ESTIMATED, 50.0)


@pytest.mark.parametrize("column", ["baseline", "actual", "unit_value"])
def test_without_a_baseline_or_value_a_benefit_is_not_measured(column):
    ledger = ledger_of(benefits({column: np.nan, "class": CONFIRMED}))
    assert ledger["amount"].isna().all()
    sums = sum_value(ledger, YEAR).iloc[0]
    assert (sums["lines_n"], sums["not_measured_n"], sums["value"]) == (1, 1, 0.0)
    assert np.isnan(sums["multiplier"])


@pytest.mark.parametrize(("component", "service"), [
    ({"valid_from": "2026-08-15"}, {}),                        # not yet valid on 14 August
    ({"valid_to": "2026-08-13"}, {}),                          # no longer
    ({"plan_id": "SILVER"}, {}),                               # of another plan
    ({}, {"account_id": "B"}), ({}, {"account_id": "X"}),      # no plan, not a known account
    ({}, {"component_id": "D"})])
def test_what_the_plan_does_not_give_alone_is_an_extra_mile(component, service):
    line = only_line(
        delivered=services({"component_id": "C", "unit_list_value": 70, "charged": 20} | service),
        plan=components(component))
    assert (line["part"], line["amount"]) == (EXTRA_MILE, 50.0)


@pytest.mark.parametrize("component", [{"plan_only": False}, {"plan_only": None},
                                       {"free_elsewhere": True}])
def test_what_the_plan_includes_and_others_give_as_well_is_paid_with_the_plan(component):
    ledger = ledger_of(delivered=services({"component_id": "C"}), plan=components(component))
    assert ledger.empty


@pytest.mark.parametrize("component", [
    {}, {"valid_from": "2026-08-14"}, {"valid_to": "2026-08-14"},
    {"valid_from": "2026-01-01", "valid_to": "2026-12-31"}])
def test_a_component_is_free_from_its_first_to_its_last_day(component):
    line = only_line(delivered=services({"component_id": "C", "unit_list_value": 70}),
                     plan=components(component))
    assert (line["part"], line["name"], line["amount"]) == (FREE_IN_PLAN, "inspection", 80.0)


def test_a_component_that_was_charged_is_free_for_the_rest():
    # 2 x 80 - 50 = 110
    line = only_line(delivered=services({"component_id": "C", "quantity": 2, "charged": 50}),
                     plan=components({}))
    assert (line["part"], line["amount"]) == (FREE_IN_PLAN, 110.0)


@pytest.mark.parametrize(("service", "component", "amount"), [
    ({"unit_list_value": 70}, {"unit_list_value": np.nan}, 70.0),      # free, at the service's
    ({}, {"unit_list_value": np.nan}, np.nan)])
def test_a_list_value_missing_in_one_table_is_taken_from_the_other(service, component, amount):
    line = only_line(delivered=services({"component_id": "C"} | service),
                     plan=components(component))
    assert line["amount"] == pytest.approx(amount, nan_ok=True)


def test_the_entry_that_began_last_holds():
    entries = [{"valid_from": "2026-01-01", "unit_list_value": 90}, {"unit_list_value": 10},
               {"valid_from": "2025-01-01", "unit_list_value": 85}]
    for order in (entries, entries[::-1]):
        line = only_line(delivered=services({"component_id": "C"}), plan=components(*order))
        assert line["amount"] == 90.0


def test_without_plan_components_every_service_is_an_extra_mile():
    ledger = ledger_of(None, services({"service_id": "S", "unit_list_value": 5},
                                      {"component_id": "C", "unit_list_value": 7}))
    assert ledger["amount"].tolist() == [7.0, 5.0]
    assert ledger["name"].tolist() == ["C", "S"]
    assert set(ledger["part"]) == {EXTRA_MILE}


def test_one_evidence_in_two_parts_is_refused():
    with pytest.raises(DataError, match=(
            r"one evidence stands in more than one part of the value: 'R-1' of A \(benefit "
            r"'less scrap' and extra_mile 'S'\) \(1 in all\); count it once")) as refused:
        ledger_of(benefits({"evidence": "R-1"}), services({"service_id": "S", "evidence": "R-1"}))
    assert (refused.value.table, refused.value.column) == ("services", "evidence")


def test_many_double_counts_are_told_together():
    references = [f"R-{number}" for number in range(7)]
    with pytest.raises(DataError, match=r"'R-0' of A .*'R-4' of A .* \(7 in all\)"):
        ledger_of(benefits(*({"evidence": one} for one in references)),
                  services(*({"service_id": "S", "evidence": one} for one in references)))


def test_the_same_evidence_written_otherwise_is_the_same():
    with pytest.raises(DataError, match="'Report 7' of A"):
        ledger_of(benefits({"evidence": "Report 7"}),
                  services({"service_id": "S", "evidence": " report  7 "}))


@pytest.mark.parametrize(("cell", "is_refused"), [
    ("R-1; R-2", True), ("R-2;r-1;", True), ("R-1, R-2", False), ("see R-1; R-2", False),
    ("R-1; no number", False), ("R-10; R-2", False)])
def test_several_references_in_one_cell_are_each_an_evidence(cell, is_refused):
    tables = benefits({"evidence": cell}), services({"service_id": "S", "evidence": "R-1"})
    if not is_refused:
        assert len(ledger_of(*tables)) == 2
        return
    with pytest.raises(DataError, match=r"(?i)'R-1' of A"):
        ledger_of(*tables)


@pytest.mark.parametrize("other", [
    {}, {"evidence": "R-2"}, {"benefit_id": "C"}, {"quarter": "2026Q3"}, {"evidence": None}])
def test_one_benefit_of_a_parent_and_its_child_counts_once(tmp_path, other):
    told = {"accounts": [{"account_id": "P"}, {"account_id": "K", "parent_id": "P"}],
            "invoice_lines": evenly("P", 10), "benefits": [
                MEASURED | {"account_id": "P", "evidence": "R-1"},
                MEASURED | {"account_id": "K", "evidence": " r-1"} | other]}
    folder = company(tmp_path, **told)
    if other:  # another benefit, or nobody can tell
        assert len(review_quarter(folder, "2026Q4").ledger) == 2
        return
    with pytest.raises(DataError, match=(
            "one benefit stands with two accounts of one group: benefit 'B' of 2026Q4 on 'R-1' of "
            "K and P")):
        review_quarter(folder, "2026Q4")


@pytest.mark.parametrize("table", [
    {"benefits": [MEASURED | {"account_id": "K"}]},
    {"benefits": [], "customer_costs": [{"account_id": "K", "quarter": "2026Q4", "amount": 5}]},
    {"switching_costs": [{"account_id": "K", "kind": "rebate", "name": "bonus", "amount": 5}]},
])
def test_a_rate_that_is_missing_within_a_group_is_told_with_its_month(tmp_path, table):
    group = {"accounts": [{"account_id": "P", "currency": "EUR"},
                          {"account_id": "K", "parent_id": "P", "currency": "USD"}],
             "invoice_lines": evenly("P", 10)}
    rate = {"currency": "USD", "rate": 0.5}
    folder = company(tmp_path, **group, **table, exchange_rates=[rate | {"month": "2026-11"}])
    with pytest.raises(DataError, match=r"no rate above 0 for USD 2026-12 \(1 month\).* of K "):
        review_quarter(folder, "2026Q4")
    company(tmp_path, **group, **table, exchange_rates=[rate | {"month": "2026-12"}])
    review_quarter(folder, "2026Q4")


def test_a_parent_and_its_child_may_not_prove_two_parts_with_one_evidence(tmp_path):
    # The child's benefit and the parent's service cite R-1: in the group it counts twice.
    folder = company(
        tmp_path, invoice_lines=evenly("P", 10), benefits=[MEASURED | {
            "account_id": "K", "evidence": "R-1"}],
        accounts=[{"account_id": "P"}, {"account_id": "K", "parent_id": "P"}],
        services=[{"account_id": "P", "date": "2026-12-01", "service_id": "S", "quantity": 1,
                   "unit_list_value": 5, "evidence": "R-1"}])
    with pytest.raises(DataError, match="'R-1' of P"):
        review_quarter(folder)


def test_an_evidence_may_stand_twice_in_one_part_and_at_two_accounts():
    ledger = ledger_of(
        benefits({"evidence": "R-1"}, {"evidence": "R-1"}, {}),
        services({"account_id": "B", "service_id": "S", "evidence": "R-1"}, {"service_id": "T"}))
    assert len(ledger) == 5


@pytest.mark.parametrize("measured", [None, benefits(), benefits({})])
@pytest.mark.parametrize("delivered", [None, services(), services({"service_id": "S"})])
@pytest.mark.parametrize("plan", [None, components(), components({})])
@pytest.mark.parametrize("plans", [PLANS, PLANS[:0], PLANS[1:]])
def test_the_ledger_has_the_same_types_whatever_tables_there_are(measured, delivered, plan, plans):
    ledger = ledger_of(measured, delivered, plan, plans)
    assert ledger.dtypes.astype(str).to_dict() == dict.fromkeys(LEDGER, "str") | {
        "month": "datetime64[us]", "quarter": "period[Q-SEP]", "confirmed_on": "datetime64[us]",
        **dict.fromkeys(["amount", "measured", "unit_value", "risk", "charged"], "float64")}
    rows = sum(len(table) for table in (measured, delivered) if table is not None)
    assert len(ledger) == rows
    sums = sum_value(ledger, YEAR)
    assert sums["lines_n"].sum() == rows
    assert set(sums.drop(columns=["account_id", "lines_n", "not_measured_n"]).dtypes) == {
        np.dtype("float64")}
    assert spread_by_month(ledger, YEAR).shape == (ledger["amount"].notna().any(), 12)


def test_bare_columns_make_lines_that_are_not_measured():
    ledger = ledger_of(
        contract_table("benefits", [{"account_id": "A", "benefit_id": "B", "quarter": "2026Q4"}]),
        contract_table("services", [{"account_id": "A", "date": AS_OF, "quantity": 1}]),
        contract_table("plan_components", [{"plan_id": "GOLD", "component_id": "C"}]))
    assert ledger["amount"].isna().all()
    assert set(ledger["class"]) == {ESTIMATED}
    assert ledger["name"].fillna("none").tolist() == ["B", "none"]   # the benefit's id


# --- sums --------------------------------------------------------------------------------

def test_only_the_quarters_asked_for_are_summed():
    ledger = ledger_of(benefits({}, {"quarter": "2026Q3"}, {"quarter": "2025Q4"},
                                {"account_id": "B", "quarter": "2025Q4"}))
    assert sum_value(ledger, [Q4])["benefit"].tolist() == [50.0]
    assert sum_value(ledger, YEAR)["benefit"].tolist() == [100.0]


@pytest.mark.parametrize("actual", [100, 90])
def test_without_a_positive_benefit_there_is_no_multiplier(actual):
    ledger = ledger_of(benefits({"actual": actual}),
                       services({"service_id": "S", "unit_list_value": 500}))
    sums = sum_value(ledger, YEAR).iloc[0]
    assert sums["value"] == 500 + (actual - 100) * 5
    assert np.isnan(sums["multiplier"])


def test_quarters_without_a_measured_line_are_missing_and_not_zero():
    # A: 50 in 2026Q3 (10 x 5), nothing measured in 2026Q4; B: +50 and -50 in 2026Q4 are zero.
    ledger = ledger_of(benefits({"quarter": "2026Q3"}, {"baseline": np.nan},
                                {"account_id": "B"}, {"account_id": "B", "actual": 90}))
    found = sum_by_quarter(ledger, [Q4, Q4 - 1], ["account_id"])
    assert list(found.columns) == [Q4, Q4 - 1]
    np.testing.assert_equal(found.to_numpy(), [[np.nan, 50], [0, np.nan]])


def test_a_soft_benefit_moves_the_multiplier_as_little_as_the_return():
    # V = 50 + 100, B = 50 without the soft 50,000: M = 3.
    ledger = ledger_of(benefits({}, {"class": SOFT, "unit_value": 5000}),
                       services({"service_id": "S", "unit_list_value": 100}))
    assert sum_value(ledger, YEAR)["multiplier"].tolist() == [3.0]


# --- the return --------------------------------------------------------------------------

def monthly(*rows):
    """Amounts by month of the accounts A, B, ..."""
    return pd.DataFrame(np.array(rows, dtype="float64"), columns=MONTHS[:len(rows[0])],
                        index=pd.Index(list("ABCDEFGH"[:len(rows)]), name="account_id"))


def the_return(value, cost, rate=0.0):
    return find_returns(monthly(value), monthly(cost), rate).iloc[0]


def test_return_worked_by_hand():
    # 110 and 55 in month 12 are 110/1.1 = 100 and 55/1.1 = 50 today: ROI (100 - 50)/50 = 1,
    # NPV 50, haircut 1 - 50/100. Never below 0: payback 0.
    found = the_return([0] * 11 + [110], [0] * 11 + [55], rate=0.1)
    assert found.drop("account_id").to_dict() == pytest.approx({
        "present_value": 100.0, "present_cost": 50.0, "roi": 1.0, "npv": 50.0,
        "payback_months": 0.0, "break_even_haircut": 0.5})
    # 121 in month 6 are 121 / 1.21**0.5 = 110 today, at 21 % a year.
    assert the_return([0] * 5 + [121], [0] * 5 + [1], rate=0.21)["present_value"] == (
        pytest.approx(110.0))


def test_return_of_two_months_worked_by_hand():
    # 21 % a year: month 6 is divided by 1.1, month 12 by 1.21. V = 110/1.1 + 242/1.21 = 300;
    # C = 55/1.1 + 121/1.21 = 150. ROI = 150/150, NPV = 150, haircut = 1 - 150/300; with half
    # of the value the return is zero. The net is +55 in month 6: never below zero.
    value, cost = np.zeros(12), np.zeros(12)
    value[[5, 11]], cost[[5, 11]] = [110, 242], [55, 121]
    found = the_return(value, cost, rate=0.21)
    assert found.drop("account_id").to_dict() == pytest.approx({
        "present_value": 300.0, "present_cost": 150.0, "roi": 1.0, "npv": 150.0,
        "payback_months": 0.0, "break_even_haircut": 0.5})
    assert the_return(value * (1 - found["break_even_haircut"]), cost, 0.21)["roi"] == (
        pytest.approx(0.0))
    assert present_value(monthly(value, cost), 0.21).tolist() == pytest.approx([300.0, 150.0])


def test_payback_worked_by_hand():
    # 650 in the first month against 100 a month: -550, -450, ... -50 after 6, +50 after 7:
    # halfway through the 7th month. ROI = (1200 - 650)/650.
    found = the_return([100] * 12, [650] + [0] * 11)
    assert found["payback_months"] == pytest.approx(6.5)
    assert found["roi"] == pytest.approx(550 / 650)


@pytest.mark.parametrize(("value", "cost", "months"), [
    ([100] * 6, [600, 0, 0, 0, 0, 0], 6.0),         # exactly at the end
    ([100] * 6, [300, 0, 0, 0, 0, 0], 3.0),         # exactly at the end of a month
    ([100] * 6, [601, 0, 0, 0, 0, 0], np.nan),      # not yet
    ([0] * 6, [1] * 6, np.nan),
    ([100] * 6, [100] * 6, 0.0),                    # never below
    ([0] * 6, [0] * 6, 0.0),
    ([50, 0, 0, 0, 0, 0], [0, 100, 0, 0, 0, 0], np.nan),      # spent only later, not yet
    ([0, 3, 0, 3, 0, 0], [1, 0, 3, 0, 0, 0], 3 + 1 / 3),      # -1, 2, -1, 2: reached for good
    ([1 / 3, 1 / 3, 1 / 3], [1, 0, 0], 3.0)])       # thirds add up to the whole
def test_payback_is_when_the_net_reaches_zero_for_good(value, cost, months):
    assert the_return(value, cost)["payback_months"] == pytest.approx(months, nan_ok=True)


@pytest.mark.parametrize("cost", [0, -10])
def test_without_cost_there_is_no_return(cost):
    found = the_return([100] * 12, [cost] * 12)
    assert np.isnan(found[["roi", "break_even_haircut"]].astype(float)).all()
    assert found["npv"] == 1200 - 12 * cost


@pytest.mark.parametrize("value", [0, -10])
def test_without_positive_value_there_is_no_haircut(value):
    found = the_return([value] * 12, [100] * 12)
    assert found["roi"] == (12 * value - 1200) / 1200
    assert np.isnan(found["break_even_haircut"])


def test_accounts_are_judged_each_for_itself():
    value, cost = monthly([1, 1, 4], [9, 9, 9], [0, 0, 1]), monthly([2, 0, 0], [0, 0, 0], [5, 0, 0])
    together = find_returns(value, cost, 0.1)
    alone = pd.concat([find_returns(value.iloc[[row]], cost.iloc[[row]], 0.1) for row in range(3)])
    assert_frame_equal(together, alone.reset_index(drop=True))
    assert together["payback_months"].tolist()[:2] == [2.0, 0.0]


def test_without_accounts_there_are_no_returns():
    table = find_returns(monthly([1.0] * 12)[:0], monthly([1.0] * 12)[:0])
    assert list(table) == ["account_id", "present_value", "present_cost", "roi", "npv",
                           "payback_months", "break_even_haircut"]
    assert table.empty


def test_amounts_are_spread_by_month():
    # 2026Q4 is July to September: 50 x 3 fall there as 50 a month; 30 + 12 in August alone.
    ledger = ledger_of(
        benefits({"unit_value": 15}, {"account_id": "B", "quarter": "2026Q1"},
                 {"quarter": "2025Q4"}, {"baseline": np.nan}),
        services({"service_id": "S", "unit_list_value": 30},
                 {"service_id": "T", "unit_list_value": 12, "date": "2026-08-31"},
                 {"service_id": "U", "unit_list_value": 7, "date": "2026-10-01"},
                 {"service_id": "V", "unit_list_value": 8, "date": "2025-10-01"}))
    expected = monthly([8, 0, 0, 0, 0, 0, 0, 0, 0, 50, 50 + 42, 50],
                       [50 / 3] * 3 + [0] * 9)
    expected.index = expected.index.astype("str")
    assert_frame_equal(spread_by_month(ledger, YEAR), expected, check_names=False)
    assert list(spread_by_month(ledger, [Q4]).columns) == list(MONTHS[-3:])


# --- the return in a review: what enters it ------------------------------------------------

def roi_in_review(folder, **tables):
    """ROI of account A, which paid 100 in each month of the fiscal year 2026, in 2026Q4."""
    days = pd.date_range("2025-10-01", periods=12, freq="MS") + 14 * DAY
    lines = pd.DataFrame({"invoice_date": [*days, AS_OF, pd.Timestamp("2025-10-01")],
                          "account_id": ["A"] * 12 + ["Z", "Z"], "revenue": 100.0,
                          "currency": "EUR"})
    masters = contract_table("accounts", [{"account_id": "A", "currency": "EUR", "plan_id": "GOLD"},
                                          {"account_id": "Z", "currency": "EUR"}])
    for name, table in {"invoice_lines": lines, "accounts": masters, **tables}.items():
        table.dropna(axis="columns", how="all").to_csv(folder / f"{name}.csv", index=False)
    (folder / "qbr.toml").write_text(
        '[company]\nname = "We"\ncurrency = "EUR"\nfiscal_year_start = 10\n'
        "[value]\ndiscount_rate = 0.0\n", encoding="utf-8")
    accounts = review_quarter(folder, "2026Q4").accounts.set_index("account_id")
    assert np.isnan(accounts.loc["Z", "roi"])
    return accounts.loc["A", "roi"]


HARD = {"unit_value": 180, "class": CONFIRMED}      # (110 - 100) x 180 = 1800


def test_return_of_a_review_worked_by_hand(tmp_path):
    # C = 12 x 100 paid + 300 own effort = 1500; V = 1800 + 120 + 80 = 2000; ROI = 500/1500.
    costs = contract_table("customer_costs", [
        {"account_id": "A", "quarter": "2026Q2", "amount": 300},
        {"account_id": "A", "quarter": "2025Q4", "amount": 999}])
    delivered = services({"service_id": "S", "unit_list_value": 120}, {"component_id": "C"})
    assert roi_in_review(tmp_path, benefits=benefits(HARD), customer_costs=costs,
                         services=delivered, plan_components=components({})
                         ) == pytest.approx(1 / 3)


def test_soft_lines_never_enter_the_return(tmp_path):
    # V = 1800 with and without the soft 10,000,000; ROI = 600/1200.
    soft = {"unit_value": 1e6, "class": SOFT}
    assert roi_in_review(tmp_path, benefits=benefits(HARD, soft)) == pytest.approx(0.5)


@pytest.mark.parametrize("measured", [
    benefits({"class": SOFT}), benefits({"baseline": np.nan}, {"class": SOFT}),
    benefits({"quarter": "2025Q3"})])
def test_without_measured_value_in_the_year_the_return_is_unknown(tmp_path, measured):
    assert np.isnan(roi_in_review(tmp_path, benefits=measured))


def test_a_spend_that_cannot_be_converted_leaves_the_return_unknown(tmp_path):
    # A is reported in CHF and has no rate: what it paid in EUR is not known in its currency.
    masters = contract_table("accounts", [{"account_id": "A", "currency": "CHF"},
                                          {"account_id": "Z", "currency": "EUR"}])
    assert np.isnan(roi_in_review(tmp_path, accounts=masters, benefits=benefits(HARD)))


# --- properties --------------------------------------------------------------------------

CENTS = st.integers(0, 10**8).map(lambda cents: cents / 100)
accounts = st.sampled_from(["A", "B", "X"])
measured = st.lists(st.fixed_dictionaries({
    "account_id": accounts, "quarter": st.sampled_from(["2025Q4", "2026Q3", "2026Q4"]),
    "baseline": st.none() | st.integers(0, 100), "actual": st.none() | st.integers(0, 100),
    "unit_value": st.none() | CENTS, "risk": st.none() | st.sampled_from([0, 0.1, 1]),
    "class": st.sampled_from([CONFIRMED, ESTIMATED, SOFT, None])}), max_size=6).map(
        lambda records: benefits(*records))
delivered = st.lists(st.fixed_dictionaries({
    "account_id": accounts, "date": st.integers(-500, 100).map(lambda days: AS_OF + days * DAY),
    "service_id": st.sampled_from([None, "S"]), "component_id": st.sampled_from([None, "C", "D"]),
    "quantity": st.integers(0, 5), "unit_list_value": st.none() | CENTS,
    "charged": st.none() | CENTS,
    "evidence": st.none() | st.integers(0, 99).map(lambda number: f"S-{number}")}),
    max_size=6).map(lambda records: services(
        *({**one, "evidence": one["evidence"] and f"{number} {one['evidence']}"}
          for number, one in enumerate(records))))
plan = st.lists(st.fixed_dictionaries({
    "plan_id": st.sampled_from(["GOLD", "SILVER"]), "component_id": st.sampled_from(["C", "D"]),
    "unit_list_value": st.none() | CENTS, "plan_only": st.sampled_from([True, False, None]),
    "included_quantity": st.none() | st.integers(0, 9)}), max_size=4, unique_by=lambda one: (
        one["plan_id"], one["component_id"])).map(lambda records: components(*records))
amounts = st.lists(CENTS, min_size=12, max_size=12)
rates = st.sampled_from([0.0, 0.1, 0.5])


@properties
@given(measured, delivered, plan, st.integers(0, 1000))
def test_inputs_stay_and_the_order_of_rows_does_not_matter(first, second, third, seed):
    tables = (first, second, third, PLANS)
    before = [table.copy() for table in tables]
    ledger = ledger_of(*tables)
    sums, spread = sum_value(ledger, YEAR), spread_by_month(ledger, YEAR)
    found = find_returns(spread, spread)
    for table, was in zip(tables[:3], before[:3], strict=True):
        assert_frame_equal(table, was)
    assert_series_equal(PLANS, before[3])
    mixed = [table.sample(frac=1, random_state=seed) for table in tables]
    assert_frame_equal(ledger_of(*mixed), ledger)
    disordered = ledger.sample(frac=1, random_state=seed)
    assert_frame_equal(sum_value(disordered, YEAR), sums)
    assert_frame_equal(spread_by_month(disordered, YEAR), spread)
    assert_frame_equal(find_returns(spread, spread), found)


@properties
@given(measured, delivered, plan)
def test_parts_classes_and_months_sum_to_the_whole(first, second, third):
    ledger = ledger_of(first, second, third)
    sums = sum_value(ledger, YEAR).set_index("account_id")
    inside = ledger[ledger["quarter"].isin(YEAR)].groupby("account_id")["amount"]
    for columns in (["benefit", "extra_mile", "free_in_plan"], ["confirmed", "estimated", "soft"]):
        np.testing.assert_allclose(sums[columns].sum(axis="columns"), sums["value"], atol=0.001)
    np.testing.assert_allclose(sums["value"], inside.sum(), atol=0.001)
    assert (sums["lines_n"] - sums["not_measured_n"]).tolist() == inside.count().tolist()
    by_month = spread_by_month(ledger, YEAR).sum(axis="columns")
    np.testing.assert_allclose(by_month, sums["value"][by_month.index], atol=0.001)
    assert len(by_month) == (inside.count() > 0).sum()


@properties
@given(measured, delivered, plan, st.sampled_from([0.01, 2.0, 100.0]))
def test_the_currency_unit_scales_money_and_nothing_else(first, second, third, unit):
    def scaled(table, *money):
        return table.assign(**{name: table[name] * unit for name in money})

    was = ledger_of(first, second, third)
    is_now = ledger_of(scaled(first, "unit_value"), scaled(second, "unit_list_value", "charged"),
                       scaled(third, "unit_list_value"))
    for table, names in ((sum_value(was, YEAR), ["value", "confirmed", "soft"]),
                         (was, ["amount"])):
        other = is_now if table is was else sum_value(is_now, YEAR)
        np.testing.assert_allclose(np.sort(other[names], axis=0),
                                   np.sort(table[names] * unit, axis=0), rtol=1e-9, atol=1e-6)


@properties
@given(amounts, amounts, st.sampled_from([0.01, 0.5, 1000.0]), rates)
def test_the_currency_unit_does_not_move_the_return(value, cost, unit, rate):
    names = ["roi", "payback_months", "break_even_haircut"]
    was = find_returns(monthly(value), monthly(cost), rate)
    is_now = find_returns(monthly(value) * unit, monthly(cost) * unit, rate)
    assert_frame_equal(is_now[names], was[names], rtol=1e-6)
    np.testing.assert_allclose(is_now["npv"], was["npv"] * unit, atol=0.001)


@properties
@given(amounts, amounts, st.integers(0, 11), CENTS, rates)
def test_more_benefit_never_lowers_the_return_nor_delays_payback(value, cost, month, more, rate):
    raised = [amount + more * (at == month) for at, amount in enumerate(value)]
    was, is_now = the_return(value, cost, rate), the_return(raised, cost, rate)
    if sum(cost) == 0:
        assert np.isnan(is_now["roi"])
    else:
        assert is_now["roi"] >= was["roi"] - 1e-9
    assert is_now["npv"] >= was["npv"] - 1e-6
    assert np.isnan(was["payback_months"]) or (
        is_now["payback_months"] <= was["payback_months"] + 1e-6)


@properties
@given(amounts, amounts, rates)
def test_the_break_even_haircut_makes_the_return_zero(value, cost, rate):
    assume(sum(value) > 0 and sum(cost) > 0)
    haircut = the_return(value, cost, rate)["break_even_haircut"]
    cut = [amount * (1 - haircut) for amount in value]
    assert the_return(cut, cost, rate)["roi"] == pytest.approx(0, abs=1e-6)


@properties
@given(amounts, amounts)
def test_a_discount_of_nothing_gives_plain_sums(value, cost):
    found = the_return(value, cost, 0.0)
    assert found["present_value"] == pytest.approx(sum(value))
    assert found["present_cost"] == pytest.approx(sum(cost))
    assert found["npv"] == pytest.approx(sum(value) - sum(cost), abs=0.001)


# --- unit values -------------------------------------------------------------------------

def test_unit_value_is_stale_when_its_last_confirmation_is_over_a_year_old():
    # the day a year before September 30, 2026 is not over a year ago; a later confirmation of
    # the same benefit counts, and one of a benefit that is of an earlier year does not
    rows = [("A", "scrap", "2026Q1", "2025-09-29"), ("A", "hours", "2026Q1", "2025-09-30"),
            ("B", "scrap", "2026Q1", "2025-05-01"), ("B", "scrap", "2026Q4", "2026-08-01"),
            ("C", "scrap", "2025Q4", "2025-08-01"), ("D", "scrap", "2026Q4", None)]
    confirmed = [{"account_id": account_id, "benefit_id": f"B{number}", "name": name,
                  "quarter": quarter, "confirmed_on": day, "class": CONFIRMED}
                 for number, (account_id, name, quarter, day) in enumerate(rows)]
    estimated = confirmed[0] | {"account_id": "E", "benefit_id": "B9", "class": ESTIMATED}
    table = contract_table("benefits", [*confirmed, estimated])
    ledger = ledger_of(table)
    found = stale_unit_values(ledger, AS_OF, YEAR)
    assert found.to_dict("records") == [
        {"account_id": "A", "name": "scrap", "confirmed_on": pd.Timestamp("2025-09-29")}]
    marked = mark_stale(ledger, AS_OF, YEAR)
    assert marked.loc[marked["is_stale"], ["account_id", "name"]].to_numpy().tolist() == [
        ["A", "scrap"]]
    assert_frame_equal(marked.drop(columns="is_stale"), ledger)
    for none in (None, ledger[:0]):
        assert stale_unit_values(none, AS_OF, YEAR).empty
    assert mark_stale(ledger[:0], AS_OF, YEAR)["is_stale"].empty
