"""One frozen review of the quarter: small companies worked by hand, and what always holds."""

import json

import numpy as np
import pandas as pd
import pytest
from companies import WHOLE_YEARS, company, evenly, reviewed, sales
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qbrkit.accounts_csv import accounts_table
from qbrkit.commitments import KEPT, OVERDUE
from qbrkit.errors import DataError, ReconciliationError, SettingError
from qbrkit.report.internal import (
    contacts,
    growing,
    margins,
    promises,
    value,
)
from qbrkit.reviews import review_quarter
from qbrkit.reviews.totals import reconcile_accounts

ACCOUNTS_CSV = [
    "account_id", "name", "segment", "reasons", "firmness", "revenue_ltm", "gross_margin_ltm_low",
    "gross_margin_ltm_high", "revenue_quarter", "revenue_quarter_year_ago", "revenue_change",
    "growth_rank", "potential", "realizable_potential", "contacts_n", "contact_status",
    "overdue_days", "previous_segment"]
"""The columns that scripts around the kit rely on."""
Q4 = pd.Period("2026Q4", freq="Q-DEC")


def row(review, account="A"):
    found = review.accounts.set_index("account_id")
    assert found.index.is_unique
    return found.loc[account]


def persons(account, count, day="2026-12-15", roles="influencer; gatekeeper"):
    """Contacts and one two-way exchange with each of them."""
    contacts = [{"contact_id": f"{account}-P{at}", "account_id": account, "name": f"P{at}",
                 "email": f"p{at}@{account.lower()}.example", "roles": roles if at == 0 else ""}
                for at in range(count)]
    return contacts, [{"activity_id": f"{account}-T{at}", "account_id": account, "date": day,
                       "contact_id": one["contact_id"], "owner": "Ann", "channel": "phone",
                       "direction": "two_way"} for at, one in enumerate(contacts)]


# --- worked by hand ----------------------------------------------------------------------

@pytest.fixture(scope="module")
def two_accounts(tmp_path_factory):
    contacts, activities = persons("A", 5)
    one, talk = persons("B", 1, day="2026-11-01", roles="buyer")
    return reviewed(
        tmp_path_factory.mktemp("two"),
        toml="[value]\ndiscount_rate = 0.0" + WHOLE_YEARS,
        accounts=[{"account_id": "A", "name": "Alpha", "plan_id": "GOLD", "owner": "Ann",
                   "annual_wallet": 5000, "contract_end": "2027-03-31", "territory": "North"},
                  {"account_id": "B", "name": "Beta", "owner": "Bob"}],
        products=[{"product_id": "P", "family": "Pumps"}, {"product_id": "S", "family": "Seals"}],
        invoice_lines=[
            *sales("A", {"2025Q1": 400, "2025Q4": 500, "2026Q1": 300, "2026Q2": 200,
                         "2026Q3": 400, "2026Q4": 600}, cost=100, product_id="P"),
            *sales("A", {"2026Q4": 200}, cost=None, product_id="P"),
            *sales("B", {"2025Q4": 90, "2026Q1": 50, "2026Q4": 60}, cost=20, product_id="S"),
            *sales("B", {"2026Q4": -10}, cost=-4, product_id="S", kind="credit")],
        contacts=contacts + one, activities=activities + talk,
        benefits=[{"account_id": "A", "benefit_id": "B1", "quarter": "2026Q3", "name": "scrap",
                   "baseline": 10, "actual": 30, "unit_value": 100, "class": "confirmed",
                   "evidence": "R-1"},
                  {"account_id": "A", "benefit_id": "B2", "quarter": "2026Q4", "name": "hours",
                   "baseline": 0, "actual": 5, "unit_value": 100, "class": "soft"}],
        services=[{"account_id": "A", "date": "2026-12-01", "component_id": "C", "quantity": 2,
                   "unit_list_value": 150, "charged": None, "evidence": "R-2"},
                  {"account_id": "B", "date": "2026-12-01", "service_id": "night", "quantity": 1,
                   "unit_list_value": 80, "charged": 30}],
        plan_components=[{"plan_id": "GOLD", "component_id": "C", "name": "inspection",
                          "included_quantity": 6, "unit_list_value": 150, "plan_only": "yes"}],
        customer_costs=[{"account_id": "A", "quarter": "2026Q4", "amount": 100}],
        commitments=[
            {"account_id": "A", "review_quarter": "2026Q3", "side": "ours", "text": "deliver",
             "due": "2026-12-01", "status": "kept"},
            {"account_id": "A", "review_quarter": "2026Q3", "side": "ours", "text": "call",
             "due": "2026-12-20", "status": "open"},
            {"account_id": "A", "review_quarter": "2026Q3", "side": "theirs", "text": "pay",
             "due": "2026-12-01", "status": "missed"},
            {"account_id": "A", "review_quarter": "2025Q3", "side": "ours", "text": "old one",
             "due": "2025-12-01", "status": "open"},
            {"account_id": "A", "review_quarter": "2026Q4", "side": "ours", "text": "next",
             "due": "2027-02-01", "status": "open"},
            {"account_id": "A", "review_quarter": "2026Q4", "side": "ours", "text": "far off",
             "due": "2027-06-01", "status": "open"}],
        complaints=[{"account_id": "A", "date": "2026-12-02", "status": "open"},
                    {"account_id": "A", "date": "2027-01-02", "status": "open"}],
        service_levels=[{"account_id": "A", "quarter": "2026Q4", "measure": "on time",
                         "promised": 95, "delivered": 90},
                        {"account_id": "A", "quarter": "2026Q3", "measure": "on time",
                         "promised": 95, "delivered": 99}],
        commentary={"A": "Good quarter.\n"})


def test_default_quarter_is_the_last_complete_one(two_accounts):
    assert two_accounts.quarter == Q4
    assert two_accounts.year_ago == Q4 - 4
    assert two_accounts.as_of == pd.Timestamp("2026-12-31")
    assert not two_accounts.is_partial


def test_revenue_by_hand(two_accounts):
    # A: 600 + 200 in the quarter, 500 a year ago, 300 + 200 + 400 + 800 = 1700 in the year.
    # B: 60 - 10 = 50, 90 a year ago, 50 + 50 = 100 in the year.
    alpha, beta = row(two_accounts), row(two_accounts, "B")
    assert (alpha["revenue_quarter"], alpha["revenue_quarter_year_ago"]) == (800, 500)
    assert (alpha["revenue_change"], alpha["change_rate"]) == (300, 0.6)
    assert (alpha["revenue_ltm"], alpha["growth_rank"]) == (1700, 1)
    assert (beta["revenue_quarter"], beta["revenue_quarter_year_ago"]) == (50, 90)
    assert (beta["revenue_ltm"], beta["growth_rank"]) == (100, 2)
    assert two_accounts.totals["revenue_quarter"] == 850
    assert two_accounts.totals["revenue_all"] == 400 + 500 + 300 + 200 + 400 + 800 + 90 + 50 + 50
    assert two_accounts.totals["lines"] == 11
    assert two_accounts.families.set_index("family")["change"].to_dict() == {
        "Pumps": 300, "Seals": -40}


def test_margin_range_by_hand(two_accounts):
    # Cost shares of Pumps, from 400 to 600 for a cost of 100 each: 1/4, 1/5, 1/3, 1/2, 1/4, 1/6.
    # The unknown cost of the 200 lies between their percentiles of 5 and 95 in a hundred.
    low, high = np.quantile([1 / 4, 1 / 5, 1 / 3, 1 / 2, 1 / 4, 1 / 6], [0.05, 0.95])
    alpha = row(two_accounts)
    assert alpha["gross_margin_ltm_high"] == pytest.approx(1700 - 400 - 200 * low)
    assert alpha["gross_margin_ltm_low"] == pytest.approx(1700 - 400 - 200 * high)
    beta = row(two_accounts, "B")      # 100 - (20 + 20 - 4) = 64, all costs known
    assert (beta["gross_margin_ltm_low"], beta["gross_margin_ltm_high"]) == (64, 64)


def test_segment_and_potential_by_hand(two_accounts):
    alpha, beta = row(two_accounts), row(two_accounts, "B")
    assert (alpha["segment"], alpha["reasons"]) == ("green_circle", "margin, volume")
    assert (beta["segment"], beta["reasons"]) == ("transactional", "")
    assert (alpha["potential"], alpha["realizable_potential"]) == (3300, pytest.approx(990))
    assert np.isnan(beta["potential"])
    assert two_accounts.green_circle["account_id"].tolist() == ["A"]
    assert set(two_accounts.outreach.calls["account_id"]) == {"B"}


def test_contacts_by_hand(two_accounts):
    alpha, beta = row(two_accounts), row(two_accounts, "B")
    assert (alpha["contacts_n"], alpha["contact_status"]) == (5, "in range")
    assert (alpha["overdue_days"], alpha["missing_roles"]) == (0, "")
    assert (beta["contacts_n"], beta["contact_status"]) == (1, "below minimum")
    assert beta["days_since_contact"] == 60      # 1 November to 31 December
    assert beta["overdue_days"] == 0             # transactional: 90 days are allowed
    assert beta["missing_roles"] == "influencer, gatekeeper"


def test_value_and_return_by_hand(two_accounts):
    # B = 20 x 100 = 2000 confirmed, 500 soft; F = 2 x 150 = 300 confirmed.
    # C = 1700 paid + 100 own effort; the soft 500 stays out: ROI = (2300 - 1800) / 1800.
    alpha = row(two_accounts)
    assert (alpha["benefit"], alpha["free_in_plan"], alpha["extra_mile"]) == (2500, 300, 0)
    assert (alpha["confirmed"], alpha["estimated"], alpha["soft"]) == (2300, 0, 500)
    assert alpha["value"] == 2800
    assert alpha["roi"] == pytest.approx(500 / 1800)
    assert alpha["npv"] == pytest.approx(500)
    assert alpha["confirmed_two_quarters"] == 2300
    plan = two_accounts.plan_use.set_index("account_id").loc["A"]
    assert (plan["used_quantity"], plan["open_quantity"], plan["used_value"]) == (2, 4, 300)


def test_an_account_without_measured_benefit_has_no_return(two_accounts):
    # B got a service worth 80 for 30: value, but nobody measured a benefit.
    beta = row(two_accounts, "B")
    assert beta["value"] == 50
    for name in ("roi", "npv", "payback_months", "break_even_haircut"):
        assert np.isnan(beta[name]), name


def test_only_a_measured_hard_benefit_of_the_year_makes_a_return(tmp_path):
    benefits = {"hard": {"actual": 30}, "not measured": {"actual": None}, "no gain": {"actual": 10},
                "soft": {"actual": 30, "class": "soft"}, "old": {"actual": 30, "quarter": "2025Q3"}}
    review = reviewed(
        tmp_path, invoice_lines=[line for one in benefits for line in evenly(one, 100)],
        benefits=[{"account_id": one, "benefit_id": "B1", "quarter": "2026Q3", "name": "scrap",
                   "baseline": 10, "unit_value": 100, "class": "confirmed"} | benefit
                  for one, benefit in benefits.items()],
        services=[{"account_id": one, "date": "2026-12-01", "service_id": "S", "quantity": 1,
                   "unit_list_value": 80} for one in benefits])
    for one in benefits:
        known = row(review, one)[["roi", "npv", "break_even_haircut"]].notna()
        assert known.all() == known.any() == (one in {"hard", "no gain"}), one
        assert row(review, one)["extra_mile"] == 80, one


def test_promises_by_hand(two_accounts):
    alpha = row(two_accounts)
    assert (alpha["promises_n"], alpha["kept_n"], alpha["missed_n"]) == (2, 1, 1)
    assert alpha["overdue_promises_n"] == 2      # one of the last review, one of a year ago
    assert alpha["open_complaints_n"] == 1       # the other came after the quarter
    assert two_accounts.promises[["text", "outcome"]].to_records(index=False).tolist() == [
        ("deliver", KEPT), ("call", OVERDUE), ("pay", "missed")]
    assert two_accounts.upcoming[["text", "is_later"]].to_records(index=False).tolist() == [
        ("old one", False), ("call", False), ("next", False), ("far off", True)]
    assert np.isnan(row(two_accounts, "B")["missed_n"]) or row(two_accounts, "B")["missed_n"] == 0


def test_service_levels_are_those_of_the_quarter(two_accounts):
    assert two_accounts.service.levels["delivered"].tolist() == [90]


def test_gaps_by_hand(two_accounts):
    assert two_accounts.gaps[["account_id", "gap", "evidence"]].to_records(
        index=False).tolist() == [
            ("A", "one_thread", "1"), ("A", "contract_ends", "90"), ("A", "open_complaint", "1"),
            ("A", "promise_overdue", "2")]


def test_accounts_table_has_exactly_the_columns_of_the_interface(two_accounts):
    table = accounts_table(two_accounts)
    assert list(table) == ACCOUNTS_CSV
    assert table["account_id"].tolist() == ["A", "B"]
    text = table.drop(columns="firmness").to_csv(index=False)  # a share: 1.0 is right there
    assert "growth_rank" in text
    assert ",1.0," not in text.replace("64.0", "")
    assert table["contacts_n"].tolist() == [5, 1]


# --- invoice lines alone -----------------------------------------------------------------

@pytest.fixture(scope="module")
def lines_alone(tmp_path_factory):
    return reviewed(tmp_path_factory.mktemp("lines"), invoice_lines=[
        *evenly("A", 100), *evenly("00123", 10)])


def test_lines_alone_make_a_review(lines_alone):
    assert lines_alone.accounts["account_id"].tolist() == ["00123", "A"]
    assert lines_alone.accounts["name"].tolist() == ["00123", "A"]
    assert set(lines_alone.accounts["currency"]) == {"EUR"}
    unknown = ["contacts_n", "potential", "value", "roi", "promises_n", "open_complaints_n",
               "gross_margin_ltm_low", "overdue_days"]
    assert lines_alone.accounts[unknown].isna().all(axis=None)
    assert lines_alone.ledger is None
    assert lines_alone.promises is None
    assert not lines_alone.has_cost
    assert len(accounts_table(lines_alone)) == 2


@pytest.mark.parametrize(("section", "needs"), [
    (contacts.state, "contacts and activities"), (value.state, "benefits and services"),
    (promises.state, "commitments"), (margins.margin_spread, "invoice_lines.cost")])
def test_sections_without_data_say_what_they_need(lines_alone, section, needs):
    assert needs in str(section(lines_alone).markup)


# --- what belongs to nobody, and who bought nothing --------------------------------------

def test_lines_without_account_count_for_the_company_alone(tmp_path):
    review = reviewed(tmp_path, invoice_lines=[
        *evenly("A", 100.10), *evenly(None, 0.07), *sales(None, {"2026Q4": -20.05})])
    assigned = review.facts[review.facts["account_id"].notna()]["revenue"].sum()
    assert review.totals["revenue_not_assigned"] == pytest.approx(12 * 0.07 - 20.05, abs=1e-9)
    assert round((assigned + review.totals["revenue_not_assigned"]) * 100) == round(
        (12 * 100.17 - 20.05) * 100)
    assert review.accounts["account_id"].tolist() == ["A"]
    assert review.totals["revenue_quarter"] == pytest.approx(100.17 - 20.05)


def test_a_company_whose_lines_name_nobody_cannot_be_reviewed(tmp_path):
    with pytest.raises(DataError, match=r"invoice_lines.account_id: is empty in all lines"):
        reviewed(tmp_path, invoice_lines=[*evenly(None, 50, cost=20)])


def test_margin_of_a_quarter_without_lines_is_unknown_where_no_cost_is_known(tmp_path):
    # no line in 2026Q4: with a known cost its margin is 0 - 0 = 0, without any it is not known
    quiet = {"2025Q4": 70, "2026Q2": 90}
    unknown = reviewed(tmp_path / "a", invoice_lines=sales("A", quiet)).totals
    known = reviewed(tmp_path / "b", invoice_lines=sales("A", quiet, cost=20)).totals
    assert np.isnan(unknown["gross_margin_quarter_low"])
    assert np.isnan(unknown["gross_margin_quarter_high"])
    assert known["gross_margin_quarter_low"] == known["gross_margin_quarter_high"] == 0


def test_accounts_without_lines_are_dormant_and_strangers_appear_by_id(tmp_path):
    review = reviewed(tmp_path, accounts=[{"account_id": "A", "name": "Alpha"},
                                          {"account_id": "Q", "name": "Quiet"}],
                      invoice_lines=[*evenly("A", 100), *evenly("X", 10)])
    assert review.accounts["account_id"].tolist() == ["A", "Q", "X"]
    assert row(review, "Q")["is_dormant"]
    assert row(review, "Q")["segment"] == "transactional"
    assert row(review, "Q")["revenue_ltm"] == 0
    assert row(review, "Q")["revenue_change"] == 0
    assert row(review, "X")["name"] == "X"


# --- roll-up -----------------------------------------------------------------------------

def group_of_accounts(folder, toml=WHOLE_YEARS, **more):
    contacts, activities = persons("C1", 2)
    others, talks = persons("P", 1)
    return reviewed(
        folder, toml=toml,
        accounts=[{"account_id": "P", "name": "Parent", "plan_id": "GOLD", "annual_wallet": 4000},
                  {"account_id": "C1", "name": "Child", "parent_id": "P", "annual_wallet": 1000},
                  {"account_id": "C2", "name": "Grandchild", "parent_id": "C1",
                   "plan_id": "SILVER"},
                  {"account_id": "Z", "name": "Other"}],
        invoice_lines=[*evenly("P", 10), *evenly("C1", 20), *evenly("C2", 30), *evenly("Z", 5)],
        contacts=contacts + others, activities=activities + talks,
        benefits=[{"account_id": "C1", "benefit_id": "B1", "quarter": "2026Q4", "name": "scrap",
                   "baseline": 0, "actual": 3, "unit_value": 100, "class": "confirmed"}],
        services=[{"account_id": "C2", "date": "2026-12-01", "component_id": "S", "quantity": 2,
                   "unit_list_value": 50},
                  {"account_id": "P", "date": "2026-12-01", "component_id": "G", "quantity": 1,
                   "unit_list_value": 70}],
        plan_components=[
            {"plan_id": "GOLD", "component_id": "G", "name": "gold", "included_quantity": 4,
             "unit_list_value": 70, "plan_only": "yes"},
            {"plan_id": "SILVER", "component_id": "S", "name": "silver", "included_quantity": 4,
             "unit_list_value": 50, "plan_only": "yes"}],
        commitments=[{"account_id": "C2", "review_quarter": "2026Q3", "side": "ours",
                      "text": "deliver", "due": "2026-12-01", "status": "kept"}], **more)


@pytest.fixture(scope="module")
def rolled_up(tmp_path_factory):
    return group_of_accounts(tmp_path_factory.mktemp("group"))


def test_children_count_for_the_top_parent_and_once(rolled_up):
    review = rolled_up
    assert review.accounts["account_id"].tolist() == ["P", "Z"]
    parent = row(review, "P")
    assert (parent["revenue_quarter"], parent["revenue_ltm"]) == (60, 240)
    assert parent["contacts_n"] == 3
    assert parent["annual_wallet"] == 5000
    assert parent["potential"] == 5000 - 240
    assert (parent["benefit"], parent["promises_n"]) == (300, 1)
    assert review.accounts["revenue_ltm"].sum() == 260
    assert review.totals["revenue_all"] == 12 * 65


def test_a_child_keeps_its_own_plan(rolled_up):
    review = rolled_up
    parent = row(review, "P")
    assert (parent["free_in_plan"], parent["extra_mile"]) == (100 + 70, 0)
    plan = review.plan_use[review.plan_use["account_id"] == "P"].set_index("name")
    assert plan["open_quantity"].to_dict() == {"gold": 3, "silver": 2}


def test_without_roll_up_each_account_stands_alone(tmp_path):
    review = group_of_accounts(tmp_path, "[accounts]\nroll_up = false\n" + WHOLE_YEARS)
    assert review.accounts["account_id"].tolist() == ["C1", "C2", "P", "Z"]
    assert row(review, "P")["revenue_ltm"] == 40
    assert row(review, "C1")["contacts_n"] == 2
    assert row(review, "P")["annual_wallet"] == 4000
    assert row(review, "C2")["free_in_plan"] == 100


def test_a_parent_that_is_no_account_of_its_own_becomes_one(tmp_path):
    review = reviewed(tmp_path, accounts=[{"account_id": "C", "parent_id": "GROUP"}],
                      invoice_lines=evenly("C", 10))
    assert review.accounts["account_id"].tolist() == ["GROUP"]
    assert row(review, "GROUP")["revenue_ltm"] == 40


def test_a_group_in_two_currencies_is_told_in_that_of_its_parent(tmp_path):
    # The child measures 100 x 3 USD = 300 USD at 0.8: 240 EUR; services 50 USD = 40 EUR;
    # own effort 10 USD = 8 EUR; its stated wallet 1000 USD = 800 EUR.
    months = [f"{one}" for one in pd.period_range("2024-01", "2026-12", freq="M")]
    review = reviewed(
        tmp_path, toml="[value]\ndiscount_rate = 0.0" + WHOLE_YEARS,
        accounts=[{"account_id": "P", "currency": "EUR", "annual_wallet": 100, "parent_id": None},
                  {"account_id": "C", "currency": "USD", "annual_wallet": 1000, "parent_id": "P"}],
        exchange_rates=[{"currency": "USD", "month": one, "rate": 0.8} for one in months],
        invoice_lines=[*evenly("P", 40, currency="EUR"), *evenly("C", 10, currency="USD")],
        benefits=[{"account_id": "C", "benefit_id": "B1", "quarter": "2026Q4", "name": "scrap",
                   "baseline": 0, "actual": 3, "unit_value": 100, "class": "confirmed"}],
        services=[{"account_id": "C", "date": "2026-12-01", "service_id": "S", "quantity": 1,
                   "unit_list_value": 50}],
        customer_costs=[{"account_id": "C", "quarter": "2026Q4", "amount": 10}])
    parent = row(review, "P")
    assert parent["annual_wallet"] == pytest.approx(900)
    assert (parent["benefit"], parent["extra_mile"]) == (pytest.approx(240), pytest.approx(40))
    paid = 4 * (40 + 8) + 8
    assert parent["roi"] == pytest.approx((280 - paid) / paid)


# --- currencies --------------------------------------------------------------------------

def dollars(now, before, rates, **more):
    return {
        "accounts": [{"account_id": "U", "name": "Overseas", "currency": "USD", **more}],
        "invoice_lines": [*evenly("A", 1), *sales("U", {"2025Q4": before, "2026Q4": now},
                                                  currency="USD")],
        "exchange_rates": [{"currency": "USD", "month": month, "rate": rate}
                           for month, rate in rates.items()]}


def test_growth_by_exchange_rate_alone_is_told_apart(tmp_path):
    # 100 USD at 0.50 a year ago = 50.00 EUR, 90 USD at 0.60 now = 54.00 EUR: +4.00 EUR, of
    # which -10 USD at the old rate = -5.00 and exchange rates 90 x 0.10 = +9.00.
    review = reviewed(tmp_path, **dollars(90, 100, {"2025-11": 0.5, "2026-11": 0.6}))
    found = row(review, "U")
    assert found["revenue_change"] == pytest.approx(4.00)
    assert found["change_constant"] == pytest.approx(-5.00)
    assert found["exchange_rates"] == pytest.approx(9.00)
    assert found["change_rate"] == pytest.approx(-0.1)
    both = review.accounts
    assert (both["change_constant"] + both["exchange_rates"]).tolist() == pytest.approx(
        both["revenue_change"].tolist())


def test_an_unknown_exchange_rate_of_a_year_ago_leaves_the_parts_unknown(tmp_path):
    review = reviewed(tmp_path, **dollars(90, 0, {"2026-11": 0.6, "2025-11": 0.5}) | {
        "invoice_lines": [*evenly("A", 1), *sales("U", {"2026Q4": 90, "2025Q3": 10},
                                                  currency="USD")],
        "exchange_rates": [{"currency": "USD", "month": "2026-11", "rate": 0.6},
                           {"currency": "USD", "month": "2025-08", "rate": 0.5}]})
    found = row(review, "U")
    assert found["revenue_change"] == pytest.approx(54.0)
    assert found[["change_constant", "exchange_rates", "change_rate", "growth_rank"]].isna().all()
    assert row(review, "A")["change_constant"] == 0
    assert "not known" in str(growing.grown(review).markup)


def test_a_wallet_stated_in_another_currency_is_converted(tmp_path):
    review = reviewed(tmp_path, **dollars(90, 100, {"2025-11": 0.5, "2026-11": 0.6,
                                                    "2026-12": 0.7}, annual_wallet=1000))
    assert row(review, "U")["annual_wallet"] == pytest.approx(700)
    assert row(review, "U")["potential"] == pytest.approx(700 - 54)


def test_a_wallet_without_a_rate_is_unknown(tmp_path):
    review = reviewed(tmp_path, **dollars(90, 100, {"2025-11": 0.5, "2026-11": 0.6},
                                          annual_wallet=1000))
    assert np.isnan(row(review, "U")["potential"])


# --- which quarter -----------------------------------------------------------------------

def test_without_the_quarter_a_year_ago_growth_is_missing_and_not_zero(tmp_path):
    review = reviewed(tmp_path, toml="[periods]\ndata_until = 2026-12-31", invoice_lines=[
        {"invoice_date": "2026-01-02", "account_id": "A", "revenue": 1}, *sales("A", {
            "2026Q1": 10, "2026Q2": 10, "2026Q3": 10, "2026Q4": 10})])
    assert review.year_ago is None
    growth = ["revenue_quarter_year_ago", "revenue_change", "change_rate", "growth_rank",
              "previous_segment"]
    assert review.accounts[growth].isna().all(axis=None)
    assert accounts_table(review)[["revenue_change", "growth_rank"]].isna().all(axis=None)
    assert "cannot be told" in str(growing.grown(review).markup)


def test_a_quarter_that_is_not_complete_is_refused_with_the_dates_found(tmp_path):
    folder = company(tmp_path, toml="", invoice_lines=evenly("A", 10))
    with pytest.raises(DataError, match=r"2026Q4.*2024-02-10 to 2026-11-10"):
        review_quarter(folder, "2026Q4")


def test_a_year_that_is_not_covered_is_refused(tmp_path):
    folder = company(tmp_path, toml="[periods]\ndata_from = 2026-04-01\ndata_until = 2026-12-31",
                     invoice_lines=sales("A", {"2026Q2": 1, "2026Q3": 1, "2026Q4": 1}))
    with pytest.raises(DataError, match=r"last twelve months of 2026Q4 begin with 2026Q1"):
        review_quarter(folder, "2026Q4")


def test_a_partial_quarter_is_allowed_only_with_its_label(tmp_path):
    review = reviewed(tmp_path, "2026Q4", toml="[periods]\nallow_partial = true",
                      invoice_lines=evenly("A", 10))
    assert review.is_partial


def test_an_earlier_quarter_can_be_reviewed(tmp_path):
    review = reviewed(tmp_path, "2025Q2", invoice_lines=evenly("A", 10))
    assert review.quarter == Q4 - 6
    assert row(review)["revenue_ltm"] == 40


def test_a_text_that_is_no_quarter_is_refused(tmp_path):
    folder = company(tmp_path, invoice_lines=evenly("A", 10))
    with pytest.raises(SettingError, match="2026Q3"):
        review_quarter(folder, "autumn")


# --- settings ----------------------------------------------------------------------------

@pytest.mark.parametrize("reviews", [1, 2, 3, 10])
def test_no_more_green_accounts_than_reviews_the_team_can_hold(tmp_path, reviews):
    head = f'[company]\nname = "We"\nreviews_per_quarter = {reviews}\n'
    review = reviewed(tmp_path, head=head, invoice_lines=[
        line for at in range(10) for line in evenly(f"A{at}", 100 + at)])
    assert len(review.green_circle) <= reviews
    assert review.cuts.cut_share <= 0.8
    assert len(review.green_circle) == min(reviews, 8)


def test_overrides_hold_until_they_expire(tmp_path):
    set_by_hand = {"segment": "green_circle", "reason": "new board", "author": "Ann"}
    review = reviewed(
        tmp_path, invoice_lines=[*evenly("A", 1000), *evenly("B", 10), *evenly("C", 10)],
        segment_overrides=[{"account_id": "B", "expires": "2026-12-31", **set_by_hand},
                           {"account_id": "C", "expires": "2026-12-30", **set_by_hand}])
    assert row(review, "B")[["segment", "reasons"]].tolist() == ["green_circle", "override"]
    assert row(review, "C")["segment"] == "transactional"
    assert row(review, "C")["previous_segment"] == "green_circle"


# --- what always holds -------------------------------------------------------------------

def test_an_account_lost_from_the_list_is_caught():
    quarter = pd.Period("2026Q4", freq="Q-DEC")
    facts = pd.DataFrame({"account_id": pd.Series(["A", "B", None], dtype="str"),
                          "quarter": [quarter] * 3, "revenue": [10.0, 5.0, 1.0]})
    accounts = pd.DataFrame({"account_id": ["A", "B"], "revenue_ltm": [10.0, 5.0]})
    reconcile_accounts(accounts, facts, {"revenue_ltm": [quarter]})
    with pytest.raises(ReconciliationError, match=r"revenue_ltm: accounts \(10\.00\) and not "
                                                  r"assigned \(1\.00\) do not add up to all"):
        reconcile_accounts(accounts.head(1), facts, {"revenue_ltm": [quarter]})


def small_lines():
    cents = st.integers(-50_000, 200_000).map(lambda value: value / 100)
    return st.lists(st.fixed_dictionaries({
        "invoice_date": st.dates(pd.Timestamp("2024-01-01").date(),
                                 pd.Timestamp("2026-12-31").date()).map(str),
        "account_id": st.sampled_from(["A", "B", "007", "C", None]),
        "product_id": st.sampled_from(["P", "S", None]),
        "revenue": cents, "cost": st.none() | cents,
        "currency": st.sampled_from(["EUR", "USD", None])}), min_size=1, max_size=25).filter(
            lambda lines: any(line["account_id"] for line in lines))


@settings(max_examples=8, deadline=None,      # a whole review each
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(lines=small_lines(), roll_up=st.booleans(), has_accounts=st.booleans(),
       has_rates_from=st.sampled_from(["2022-12", "2024-01"]))
def test_any_small_company_reconciles(tmp_path_factory, lines, roll_up, has_accounts,
                                      has_rates_from):
    months = pd.period_range(has_rates_from, "2026-12", freq="M")
    optional = {"accounts": [{"account_id": "A", "parent_id": None, "currency": "EUR"},
                             {"account_id": "B", "parent_id": "A", "currency": "USD"}]
                } if has_accounts else {}
    review = reviewed(
        tmp_path_factory.mktemp("any"),
        toml=f"[accounts]\nroll_up = {str(roll_up).lower()}\n" + WHOLE_YEARS,
        products=[{"product_id": "P", "family": "Pumps"}], invoice_lines=lines,
        exchange_rates=[{"currency": "USD", "month": str(one), "rate": 0.5 + 0.25 * (at % 3)}
                        for at, one in enumerate(months)], **optional)
    by_month = {str(one): 0.5 + 0.25 * (at % 3) for at, one in enumerate(months)}
    converted = [line["revenue"] * (by_month[line["invoice_date"][:7]]
                                    if line["currency"] == "USD" else 1) for line in lines]
    total = sum(converted)
    assert review.totals["revenue_all"] == pytest.approx(total, abs=0.004)
    assert review.totals["lines"] == len(lines)
    nobody = sum(money for money, line in zip(converted, lines, strict=True)
                 if line["account_id"] is None)
    assert review.totals["revenue_not_assigned"] == pytest.approx(nobody, abs=0.004)
    assert review.accounts["revenue_quarter"].sum() + sum(
        money for money, line in zip(converted, lines, strict=True)
        if line["account_id"] is None and line["invoice_date"] >= "2026-10"
    ) == pytest.approx(review.totals["revenue_quarter"], abs=0.004)
    parts = review.accounts.dropna(subset="change_constant")
    assert (parts["change_constant"] + parts["exchange_rates"]).tolist() == pytest.approx(
        parts["revenue_change"].tolist(), abs=1e-6)
    assert (review.accounts["gross_margin_ltm_low"]
            <= review.accounts["gross_margin_ltm_high"] + 1e-9)[
                review.accounts["gross_margin_ltm_low"].notna()].all()
    check_public_table(accounts_table(review))


def check_public_table(table):
    assert list(table) == ACCOUNTS_CSV
    assert table["account_id"].is_unique
    money = [name for name in ACCOUNTS_CSV if "revenue" in name or "margin" in name
             or "potential" in name]
    for name in money:
        known = table[name].dropna()
        assert (known - known.round(2)).abs().max() < 1e-9 or known.empty
    for name in ("growth_rank", "contacts_n", "overdue_days"):
        assert table[name].dtype == "Int64"


def test_same_inputs_same_review(tmp_path):
    folder = company(tmp_path, invoice_lines=[*evenly("A", 10), *evenly("B", 3, cost=1)])
    one, other = review_quarter(folder), review_quarter(folder)
    assert one.report_id == other.report_id
    pd.testing.assert_frame_equal(one.accounts, other.accounts)
    assert json.dumps(dict(one.totals)) == json.dumps(dict(other.totals))
    assert one.report_id != review_quarter(folder, "2026Q3").report_id
