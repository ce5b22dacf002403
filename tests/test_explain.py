"""Every figure has a source: the rows behind it, and their sum, which is the figure."""

import csv
import importlib
import json
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from click.testing import CliRunner
from companies import (
    SAMPLE,
    SITUATIONS,
    WHOLE_YEARS,
    company,
    evenly,
    sales,
    sample_review,
    situation,
)

from qbrkit import reviews
from qbrkit.accounts_csv import PUBLIC_ACCOUNT_COLUMNS
from qbrkit.errors import ReconciliationError, SettingError
from qbrkit.explain import explain, line_query
from qbrkit.explain.catalog import ACCOUNT_FIGURES, COMPANY_FIGURES
from qbrkit.explain.names import _nearest_accounts
from qbrkit.reviews import review_quarter
from qbrkit.run.cli import qbr
from qbrkit.run.explained import explained_json, explained_text, write_rows
from qbrkit.sources import open_workspace

GOOD, DOES_NOT_RECONCILE, WRONG_INPUT = 0, 1, 2
MONEY = [name for name in PUBLIC_ACCOUNT_COLUMNS if name.startswith(("revenue_", "gross_margin_"))]
CENT = Decimal("0.005")
GROUP = {
    "toml": "[contacts]\ngreen_circle_days = 10\n[value]\ndiscount_rate = 0.0\n" + WHOLE_YEARS,
    "accounts": [
        {"account_id": "A", "name": "Alpha", "currency": "EUR", "annual_wallet": 2000},
        {"account_id": "A1", "name": "Alpha West", "parent_id": "A", "currency": "USD",
         "annual_wallet": 1000},
        {"account_id": "B", "name": "Beta"}, {"account_id": "C", "name": "Beta"}],
    "products": [{"product_id": "P", "family": "Pumps"}],
    "exchange_rates": [{"currency": "USD", "month": "2025-11", "rate": 0.4},
                       {"currency": "USD", "month": "2026-11", "rate": 0.5},
                       {"currency": "USD", "month": "2024-11", "rate": 0.4},
                       {"currency": "USD", "month": "2026-12", "rate": 0.5}],
    "invoice_lines": [
        {**line, "invoice_id": f"I{number}", "line_id": "1", "product_id": "P"}
        for number, line in enumerate([
            *sales("A", {"2026Q4": 1000}, cost=600),
            *sales("A1", {"2026Q4": 400}, cost=200, currency="USD"),
            *sales("A", {"2026Q4": -50}, cost=-30, kind="credit"),
            *sales("A", {"2026Q4": 100}),
            *sales("A", {"2026Q4": 0}, list_value=10, kind="free"),
            *sales("A", {"2026Q4": 0}, list_value=-4, kind="free"),
            *sales(None, {"2026Q4": 70}),
            *sales("A", {"2025Q4": 500}, cost=100),
            *sales("A1", {"2025Q4": 300}, currency="USD"),
            *sales("B", {"2026Q3": 80})])],
    "contacts": [
        {"contact_id": "K1", "account_id": "A", "email": "ann@a.example"},
        {"contact_id": "K2", "account_id": "A", "email": "Ann@a.example"},
        {"contact_id": "K3", "account_id": "A", "email": "info@a.example"},
        {"contact_id": "K4", "account_id": "A", "email": "bob@a.example", "active": "no"},
        {"contact_id": "K5", "account_id": "A", "email": "cyd@a.example"},
        {"contact_id": "K6", "account_id": "A", "email": "dan@a.example"},
        {"contact_id": "K7", "account_id": "A1", "email": "eve@a.example"}],
    "activities": [
        {"account_id": account, "contact_id": contact, "date": day, "direction": direction}
        for account, contact, day, direction in [
            ("A", "K2", "2026-12-01", "two_way"), ("A", "K3", "2026-12-05", "two_way"),
            ("A", "K4", "2026-12-06", "two_way"), ("A", "K5", "2026-06-01", "two_way"),
            ("A", "K6", "2026-12-24", "outbound"), ("A1", "K7", "2026-12-20", "two_way"),
            ("A1", "K7", "2027-01-05", "two_way")]],
    "benefits": [
        {"account_id": "A", "benefit_id": "1", "quarter": "2026Q4", "name": "scrap",
         "baseline": 0, "actual": 9, "unit_value": 200, "class": "confirmed", "evidence": "E-1"},
        {"account_id": "A", "benefit_id": "2", "quarter": "2026Q4", "name": "calm",
         "baseline": 0, "actual": 1, "unit_value": 50, "class": "soft"},
        {"account_id": "A", "benefit_id": "3", "quarter": "2025Q4", "name": "old",
         "baseline": 0, "actual": 1, "unit_value": 7, "class": "confirmed"}],
    "services": [{"account_id": "A1", "date": "2026-12-01", "service_id": "night", "quantity": 1,
                  "unit_list_value": 80, "charged": 30}],
    "customer_costs": [{"account_id": "A", "quarter": "2026Q4", "kind": "time", "amount": 25}],
    "segment_overrides": [
        {"account_id": "B", "segment": "green_circle", "reason": "pilot", "author": "Ann",
         "expires": "2027-06-30"},
        {"account_id": "A1", "segment": "transactional", "reason": "long ago",
         "expires": "2026-06-30"}],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return company(tmp_path_factory.mktemp("group") / "workspace", **GROUP)


@pytest.fixture(scope="module")
def group(folder):
    workspace = open_workspace(folder)
    return workspace, review_quarter(workspace)


@pytest.fixture(scope="module")
def sample():
    return open_workspace(SAMPLE), sample_review()


def rows_of(explanation):
    return explanation.evidence.rows.largest(1000)


def here(*arguments):
    return CliRunner().invoke(qbr, ["explain", *map(str, arguments)])


# --- money, worked by hand ---------------------------------------------------------------

# Rates: USD 0.5 in November 2026, 0.4 a year before.
# A with A1, 2026Q4: 1000 + 400 × 0.5 - 50 + 100 + 0 + 0 = 1250; 2025Q4: 500 + 300 × 0.4 = 620.
# Known cost shares of Pumps: 0.2, 0.5, 0.6; 5th percentile 0.2 + 0.1 × 0.3 = 0.23, 95th
# 0.5 + 0.9 × 0.1 = 0.59. Margin known: 400 + 100 - 20 = 480; of unknown cost 100 of revenue and
# 10 - 4 = 6 of free lines: low 480 + 100 - 59 - 3.54 = 517.46; high 480 + 100 - 23 - 1.38.
@pytest.mark.parametrize(("figure", "amount", "lines_n"), [
    ("revenue_ltm", 1250, 6), ("revenue_quarter", 1250, 6), ("revenue_quarter_year_ago", 620, 2),
    ("revenue_change", 630, 8), ("gross_margin_ltm_low", 517.46, 6),
    ("gross_margin_ltm_high", 555.62, 6), ("gross_margin_quarter_low", 517.46, 6)])
def test_lines_of_an_account_and_its_child_add_up_to_its_figure(group, figure, amount, lines_n):
    found = explain(*group, "A", figure)
    assert found.value == pytest.approx(amount)
    assert found.evidence.made == pytest.approx(amount)
    assert found.evidence.is_sum
    assert found.evidence.rows.count == len(rows_of(found)) == lines_n
    assert found.unit == "EUR"
    found.require_reconciled()


# The company: 1250 + 70 not assigned in the quarter, with 620 and 80 of B 2020 in all; the
# margin of the quarter adds 70 × (1 - 0.59) = 28.70 at the low end, 70 × (1 - 0.23) at the high.
@pytest.mark.parametrize(("figure", "amount", "rows_n"), [
    ("lines", 10, 10), ("revenue_all", 2020, 10), ("revenue_not_assigned", 70, 1),
    ("revenue_quarter", 1320, 7), ("returns_quarter", -50, 1),
    ("gross_margin_quarter_low", 546.16, 7), ("gross_margin_quarter_high", 609.52, 7),
    ("accounts", 3, 3), ("green_circle", 2, 2)])
def test_rows_of_a_total_add_up_to_it(group, figure, amount, rows_n):
    found = explain(*group, "company", figure)
    assert found.value == pytest.approx(amount)
    assert found.evidence.made == pytest.approx(amount)
    assert found.evidence.rows.count == rows_n
    assert found.account == "Supplier & Söhne"
    found.require_reconciled()


def test_line_is_told_with_its_currency_rate_and_place_in_the_file(group):
    rows = rows_of(explain(*group, "A", "revenue_ltm"))
    assert rows["amount_company"].tolist() == [1000, 200, 100, -50, 0, 0]
    child = rows.iloc[1]
    assert child["account_id"] == "A1"
    assert (child["amount"], child["currency"], child["rate"]) == (400, "USD", 0.5)
    assert child["family"] == "Pumps"
    assert child["file"].endswith("invoice_lines.csv")
    assert child["row"] == 3      # the heading is row 1, as a spreadsheet counts
    assert rows["kind"].tolist() == ["invoice", "invoice", "invoice", "credit", "free", "free"]


def test_change_tells_both_quarters_and_what_the_rates_made(group):
    found = explain(*group, "A", "revenue_change")
    told = " ".join(found.evidence.notes)
    assert "2026Q4: 1,250.00; 2025Q4: 620.00; difference 630.00." in told
    assert "not at constant exchange rates" in told
    # at the rates of a year ago 1000 + 400 × 0.4 - 50 + 100 = 1210; 1210 - 620 = 590
    assert "the change is 590.00, the rates made 40.00" in told
    rows = rows_of(found).set_index("invoice_id")
    assert rows.loc["I7", ["quarter", "counts"]].tolist() == ["2025Q4", -500]


def test_unknown_cost_is_shown_as_unknown_with_the_share_taken(group):
    for figure, share in (("gross_margin_ltm_low", 0.59), ("gross_margin_ltm_high", 0.23)):
        rows = rows_of(explain(*group, "A", figure)).set_index("invoice_id")
        assert rows.loc["I3", "cost_share"] == pytest.approx(share)
        assert rows["cost"].isna().tolist() == rows["cost_share"].notna().tolist()
        # taken back in the month in which more went out: the same share, the list value negative
        assert rows.loc["I5", "cost_share"] == pytest.approx(share)
        assert rows.loc["I5", "margin_company"] == pytest.approx(4 * share)
    assert "3 lines of unknown cost, revenue 100.00" in " ".join(
        explain(*group, "A", "gross_margin_ltm_low").evidence.notes)


def test_returned_lines_of_unknown_cost_take_the_other_end(tmp_path):
    # known shares 0.2 and 0.6: 5th percentile 0.22, 95th 0.58; free lines net 3 - 10 = -7
    workspace = open_workspace(company(tmp_path / "workspace", invoice_lines=[
        *sales("A", {"2026Q4": 100}, cost=20), *sales("A", {"2026Q4": 100}, cost=60),
        *sales("A", {"2026Q4": -50}), *sales("A", {"2026Q4": 0}, list_value=3),
        *sales("A", {"2026Q4": 0}, list_value=-10)]))
    review = review_quarter(workspace)
    low, high = (explain(workspace, review, "A", f"gross_margin_ltm_{end}")
                 for end in ("low", "high"))
    assert low.evidence.made == pytest.approx(120 - 50 * (1 - 0.22) + 7 * 0.22)
    assert high.evidence.made == pytest.approx(120 - 50 * (1 - 0.58) + 7 * 0.58)
    low.require_reconciled()
    high.require_reconciled()


def test_margin_without_any_cost_is_not_known_and_adds_nothing_up(tmp_path):
    workspace = open_workspace(company(tmp_path / "workspace",
                                       invoice_lines=sales("A", {"2026Q4": 100})))
    found = explain(workspace, review_quarter(workspace), "A", "gross_margin_ltm_low")
    assert found.value is None
    assert found.evidence.rows.count == 0
    assert "no sale in the exports has a cost" in found.evidence.notes[0]
    found.require_reconciled()


def test_lines_of_a_query_have_no_file_and_are_told_by_their_invoice(tmp_path):
    folder = company(tmp_path / "workspace", head=(
        '[company]\nname = "We"\n[sources]\nerp = "erp.csv"\n[tables.invoice_lines]\n'
        'sql = "select nr as invoice_id, account_id, invoice_date, revenue from erp"\n'))
    (folder / "erp.csv").write_text("nr,account_id,invoice_date,revenue\n7,A,2026-11-10,5\n")
    workspace = open_workspace(folder)
    found = explain(workspace, review_quarter(workspace), "A", "revenue_ltm")
    found.require_reconciled()
    told = explained_text(found, 20)
    assert "invoice_id" in told
    assert " file" not in told
    (row,) = json.loads(explained_json(found, 20))["rows"]
    assert (row["invoice_id"], row["file"], row["row"], row["product_id"]) == ("7", None, None,
                                                                               None)


# --- the other families ------------------------------------------------------------------

def test_segment_tells_values_and_cuts(group):
    found = explain(*group, "A", "reasons")
    assert found.value == "margin, volume"
    rows = rows_of(found).set_index("measure")
    assert rows.loc["revenue", ["amount", "cut", "missing_to_cut", "reached"]].tolist() == [
        1250, 1250, 0, "yes"]
    assert rows.loc["gross margin (middle of its range)", "amount"] == pytest.approx(536.54)
    # 1250 and the realizable potential of 375
    assert rows.loc["revenue with the realizable potential", "amount"] == pytest.approx(1625)
    found.require_reconciled()


def test_segment_set_by_hand_tells_the_override_and_the_distance(group):
    found = explain(*group, "B", "segment")
    assert found.value == "green_circle"
    found.require_reconciled()
    told = " ".join(found.evidence.notes)
    assert "Set by hand to green_circle until 2027-06-30, by Ann: pilot (holds)." in told
    assert "transactional until 2026-06-30: long ago (has expired)." in " ".join(
        explain(*group, "A", "segment").evidence.notes)
    rows = rows_of(found).set_index("measure")
    assert rows.loc["revenue", ["missing_to_cut", "reached"]].tolist() == [1170, "no"]


def test_rank_stands_among_the_accounts_around_it(sample):
    workspace, review = sample
    accounts = review.accounts.set_index("account_id")
    account = accounts.index[accounts["growth_rank"] == 20][0]
    found = explain(workspace, review, account, "growth_rank")
    found.require_reconciled()
    rows = rows_of(found)
    assert rows["growth_rank"].tolist() == list(range(15, 26))
    assert rows["change_constant"].is_monotonic_decreasing
    assert rows.iloc[5]["account_id"] == account


# wallets 2000 EUR and 1000 USD × 0.5 = 2500; less 1250 of revenue 1250; × 0.3 = 375
@pytest.mark.parametrize(("figure", "steps", "amount"), [
    ("potential", [2000, 500, -1250], 1250),
    ("realizable_potential", [2000, 500, -1250, -875], 375)])
def test_potential_is_the_wallets_less_what_is_spent(group, figure, steps, amount):
    found = explain(*group, "A", figure)
    assert rows_of(found)["amount_company"].tolist() == pytest.approx(steps)
    assert found.value == pytest.approx(amount)
    found.require_reconciled()


def test_potential_is_not_below_zero(tmp_path):
    workspace = open_workspace(company(
        tmp_path / "workspace", accounts=[{"account_id": "A", "annual_wallet": 60}],
        invoice_lines=sales("A", {"2026Q4": 100})))
    found = explain(workspace, review_quarter(workspace), "A", "potential")
    assert rows_of(found)["amount_company"].tolist() == [60, -100, 40]
    assert found.value == 0
    found.require_reconciled()


def test_contacts_tell_who_counts_and_why_the_others_do_not(group):
    found = explain(*group, "A", "contacts_n")
    assert found.value == found.evidence.made == 2
    rows = rows_of(found).set_index("contact_id")
    assert rows["why_not"].fillna("").to_dict() == {
        "K7": "", "K1": "", "K2": "same person as above", "K3": "shared mailbox",
        "K4": "not active", "K5": "no two-way exchange in 90 days", "K6": "never spoken with"}
    assert f"{rows.loc['K1', 'last_two_way']:%F}" == "2026-12-01"   # under her other record
    assert rows.loc["K7", "account_id"] == "A1"
    status = explain(*group, "A", "contact_status")
    assert status.value == "below minimum"
    status.require_reconciled()


def test_overdue_tells_the_last_exchange_and_the_limit(group):
    found = explain(*group, "A", "overdue-days")
    assert found.value == 1       # 11 days since 20 December, limit 10
    found.require_reconciled()
    (note,) = found.evidence.notes
    assert "2026-12-20, 11 days before 2026-12-31; the limit is 10 days for green_circle" in note
    rows = rows_of(found)
    assert f"{rows.iloc[0]['date']:%F}" == "2026-12-20"
    assert rows["why_not"].dropna().tolist() == ["after the quarter", "not two-way"]


# benefits of 9 × 200 and 50 (soft) in EUR; a service of (80 - 30) USD × 0.5 = 25 EUR
@pytest.mark.parametrize(("figure", "amounts"), [
    ("benefit", [1800, 50]), ("extra_mile", [25]), ("free_in_plan", []),
    ("value", [1800, 50, 25]), ("confirmed", [1800]), ("estimated", [25]), ("soft", [50]),
    ("value_quarter", [1800, 50, 25])])
def test_value_is_its_ledger_lines(group, figure, amounts):
    found = explain(*group, "A", figure)
    assert rows_of(found)["amount"].tolist() == pytest.approx(amounts)
    assert found.value == pytest.approx(sum(amounts))
    found.require_reconciled()


def test_return_is_the_value_and_the_cost_of_the_months(group):
    # without soft lines 1800 + 25 = 1825; cost 1250 invoiced and 25 of effort; nothing discounted
    net = explain(*group, "A", "npv")
    assert net.value == pytest.approx(1825 - 1275)
    assert rows_of(net)["net_present_value"].sum() == pytest.approx(550)
    # October 600; November 600 - 1250; December 625: each with a third of 25
    assert rows_of(net)["cumulative_net"].tolist()[-3:] == pytest.approx([
        600 - 25 / 3, -50 - 50 / 3, 550])
    roi = explain(*group, "A", "roi")
    assert roi.value == pytest.approx(550 / 1275)
    # below 0 until the end of November, then 66.67 of the 616.67 that December brings
    payback = explain(*group, "A", "payback")
    assert payback.value == pytest.approx(11 + (50 + 50 / 3) / (600 + 50 / 3))
    for found in (net, roi, payback):
        found.require_reconciled()


def test_firmness_is_drawn_again_from_the_twelve_months(group):
    found = explain(*group, "A", "firmness")
    found.require_reconciled()
    # all revenue of A and A1 falls into the last quarter, in three of its twelve months; it is
    # by far the largest wherever a month of it is drawn, which 2,000 draws miss now and then
    assert 0.5 < found.value < 1
    rows = rows_of(found)
    assert rows["month"].tolist() == [f"2026-{month:02}" for month in range(1, 13)]
    assert rows["revenue"].sum() == pytest.approx(1250)
    assert (rows["gross_margin_low"] <= rows["gross_margin_high"]).all()
    told = " ".join(found.evidence.notes)
    assert f"in {round(found.value * 2000):,} of 2,000 seeded perturbations: borderline." in told
    assert "the cut share lies between 0.75 and 0.85" in told


def test_held_segment_tells_both_quarter_ends_and_from_where_it_stays(tmp_path):
    # Of 2026Q3: A 400, B 300: both, cut 300. Of 2026Q4: A 400, C 225 of 700 reach 560: cut 225,
    # 0.9 of it 202.5; B has 75 and stays, since it is the first time.
    workspace = open_workspace(company(tmp_path / "workspace", toml=WHOLE_YEARS, invoice_lines=[
        *evenly("A", 100), *sales("B", {"2024Q4": 300, "2025Q4": 225, "2026Q1": 75}),
        *sales("C", {"2024Q1": 1, "2026Q4": 225})]))
    review = review_quarter(workspace)
    found = explain(workspace, review, "B", "reasons")
    assert found.value == "held"
    found.require_reconciled()
    rows = rows_of(found).set_index("measure")
    assert rows.loc["revenue", ["amount", "cut", "stays_from", "amount_before",
                                "stays_from_before"]].tolist() == [75, 225, 202.5, 300, 270]
    assert "it stays (held) until it is below stays_from in every measure at two quarter-ends in " \
        "a row, which it is at 2026Q4 only." in " ".join(found.evidence.notes)
    before = explain(workspace, review, "B", "previous_segment")
    assert before.value == "green_circle"
    before.require_reconciled()


# --- whatever the figure -----------------------------------------------------------------

def test_every_column_of_accounts_csv_and_every_total_can_be_asked_for(group):
    _, review = group
    assert set(PUBLIC_ACCOUNT_COLUMNS) <= set(ACCOUNT_FIGURES)
    assert set(COMPANY_FIGURES) == set(review.totals)
    assert set(ACCOUNT_FIGURES) <= set(review.accounts.columns)


@pytest.mark.parametrize("function", sorted({
    one.function for one in (*ACCOUNT_FIGURES.values(), *COMPANY_FIGURES.values())}))
def test_function_of_a_figure_is_there(function):
    module, _, name = function.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


def test_every_money_figure_of_the_sample_is_the_sum_of_its_lines(sample):
    workspace, review = sample
    assert len(MONEY) == 6
    wrong = [f"{account} {figure}" for account in review.accounts["account_id"]
             for figure in MONEY if not explain(workspace, review, account, figure).reconciles]
    assert wrong == []


def test_every_figure_of_some_accounts_of_the_sample_reconciles(sample):
    workspace, review = sample
    asked = [(account, figure) for account in ("A-001", "A-031", "A-035", "A-038")
             for figure in ACCOUNT_FIGURES] + [("company", figure) for figure in COMPANY_FIGURES]
    for account, figure in asked:
        found = explain(workspace, review, account, figure)
        found.require_reconciled()
        assert "nan" not in explained_text(found, 3).split()


@pytest.mark.parametrize("name", ["tables without rows", "nobody", "nothing this quarter",
                                  "not covered a year ago", "foreign account without rates",
                                  "value not measured", "nasty words"])
def test_every_figure_can_be_asked_for_in_every_situation(tmp_path, name):
    workspace = open_workspace(company(tmp_path / "workspace", **SITUATIONS[name]))
    review, _ = situation(name)
    for account in review.accounts["account_id"][:1]:
        for figure in ACCOUNT_FIGURES:
            found = explain(workspace, review, account, figure)
            found.require_reconciled()
            assert found.account_id in explained_text(found, 2)
            assert json.loads(explained_json(found, 2))["figure"] == figure


def test_figure_that_its_rows_do_not_make_is_refused(group):
    workspace, review = group
    wrong = replace(review, accounts=review.accounts.assign(
        revenue_ltm=review.accounts["revenue_ltm"] + 0.01))
    found = explain(workspace, wrong, "A", "revenue_ltm")
    assert not found.reconciles
    with pytest.raises(ReconciliationError, match=r"revenue_ltm of A is 1250\.01 in the review"):
        found.require_reconciled()
    assert "Sum: 1,250.00 EUR, but revenue_ltm is 1,250.01 EUR" in explained_text(found, 3)


# --- names -------------------------------------------------------------------------------

def test_account_that_rolls_up_is_explained_at_its_top_parent(group):
    for asked in ("A1", "Alpha West"):
        found = explain(*group, asked, "revenue_ltm")
        assert found.account_id == "A"
        assert found.evidence.notes[0] == "A1 rolls up to A; explained there."
        assert "With the accounts that roll up to it: A1." in found.evidence.notes


def test_child_has_figures_of_its_own_where_nothing_rolls_up(tmp_path):
    given = GROUP | {"toml": "[accounts]\nroll_up = false\n" + WHOLE_YEARS}
    workspace = open_workspace(company(tmp_path / "workspace", **given))
    found = explain(workspace, review_quarter(workspace), "A1", "revenue_ltm")
    assert (found.account_id, found.value, found.evidence.rows.count) == ("A1", 200, 1)


def test_account_is_found_by_its_exact_name(group):
    assert explain(*group, "Alpha", "revenue_ltm").account_id == "A"


def test_ids_that_lack_zeros_or_their_beginning_are_told_first():
    called = pd.Series({"00101": "Aa", "9101": "Bb", "0010": "Cc", "1O1": "Dd"})
    assert _nearest_accounts(called, "101").startswith("; nearest: 00101 (Aa), 9101 (Bb)")
    assert _nearest_accounts(called, "0000101").startswith("; nearest: 00101 (Aa)")


@pytest.mark.parametrize(("account", "figure", "message"), [
    ("Alfa", "revenue_ltm", r"there is no 'Alfa'; nearest: A \(Alpha\)"),
    ("alpha west", "name", r"there is no 'alpha west'; nearest: A1 \(Alpha West\)"),
    ("zzzz", "revenue_ltm", "there is no 'zzzz'; ids are exact, qbr accounts lists them"),
    ("Beta", "revenue_ltm", "2 accounts are named 'Beta': B, C; give the id of one"),
    ("A", "revnue_ltm", "has no 'revnue_ltm'; nearest: revenue_ltm.*there are account_id, name"),
    ("A", "revenue_all", "it is a total: qbr explain company revenue_all"),
    ("company", "roi", "it belongs to an account: qbr explain ID roi; there are lines"),
    ("company", "line", "nearest: lines")])
def test_wrong_name_is_told_with_the_nearest(group, account, figure, message):
    with pytest.raises(SettingError, match=message):
        explain(*group, account, figure)


@pytest.mark.parametrize("asked", ["revenue-ltm", "Revenue_LTM", "revenue ltm"])
def test_name_of_a_figure_may_be_written_otherwise(group, asked):
    assert explain(*group, "A", asked).about.name == "revenue_ltm"


# --- the command -------------------------------------------------------------------------

def test_screen_tells_figure_definition_function_rows_sum_and_hash(sample, monkeypatch):
    _, review = sample
    monkeypatch.setattr(reviews, "review_quarter", lambda *_: review)
    told = here("--workspace", SAMPLE, "A-001", "revenue_quarter", "--rows", 2)
    assert told.exit_code == GOOD, told.output
    lines = told.stdout.splitlines()
    assert lines[0].startswith(
        "revenue_quarter of A-001 (Grünwaldt Papierwerke AG), 2026Q4, is 492,519.38 EUR.")
    assert "Meaning: revenue of the quarter." in lines
    assert any(line.startswith("Definition: signed sum of net amounts") for line in lines)
    assert "Function: qbrkit.growth.sum_over" in lines
    assert sum("invoice_lines_2026.csv" in line for line in lines) == 2
    assert any(line.startswith("and ") and " more lines, together " in line for line in lines)
    assert lines[-2:] == ["Sum: 492,519.38 EUR = revenue_quarter",
                          f"Quarter 2026Q4, hash of the inputs {review.inputs_hash}"]


def test_json_tells_the_same(sample, monkeypatch):
    _, review = sample
    monkeypatch.setattr(reviews, "review_quarter", lambda *_: review)
    told = here("--workspace", SAMPLE, "company", "returns-quarter", "--rows", 3, "--json")
    result = json.loads(told.stdout)
    assert (result["figure"], result["unit"], result["quarter"]) == (
        "returns_quarter", "EUR", "2026Q4")
    assert result["sum"] == pytest.approx(result["value"])
    assert result["value"] == review.totals["returns_quarter"]
    assert result["reconciles"] is True
    assert result["inputs_hash"] == review.inputs_hash
    assert len(result["rows"]) == 3 < result["rows_n"]
    assert result["rows"][0]["date"].startswith("2026-")


@pytest.mark.parametrize(("account", "figure", "column"), [
    ("A-002", "revenue_ltm", "amount_company"), ("A-002", "revenue_change", "counts"),
    ("A-030", "gross_margin_ltm_high", "margin_company"), ("A-002", "value", "amount"),
    ("company", "revenue_all", "amount_company")])
def test_csv_holds_all_rows_and_adds_up_to_the_figure(
        sample, tmp_path, monkeypatch, account, figure, column):
    monkeypatch.setattr(line_query, "VECTORS", 1)       # several batches, one heading
    found = explain(*sample, account, figure)
    write_rows(found, tmp_path / "new" / "rows.csv")
    with open(tmp_path / "new" / "rows.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == found.evidence.rows.count > 1
    assert abs(sum(Decimal(row[column]) for row in rows) - Decimal(found.value)) < CENT
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["rows.csv"]


def test_csv_is_written_by_the_command_and_no_row_is_shown(folder, tmp_path):
    file = tmp_path / "rows.csv"
    told = here("--workspace", folder, "A", "revenue_ltm", "--csv", file)
    assert told.exit_code == GOOD, told.output
    # in the twelve months five lines of A and one of A1
    assert len(file.read_text(encoding="utf-8").splitlines()) - 1 == 6
    assert f"6 rows in {file}" in told.stdout
    assert "2026-11-10" in file.read_text(encoding="utf-8")
    assert "2026-11-10" not in told.stdout


def test_csv_without_rows_is_not_written(folder, tmp_path):
    told = here("--workspace", folder, "B", "potential", "--csv", tmp_path / "rows.csv")
    assert told.exit_code == GOOD
    assert "No rows" in told.stdout
    assert not (tmp_path / "rows.csv").exists()


@pytest.mark.parametrize("arguments", [("A", "revnue"), ("Alpa", "revenue_ltm")])
def test_wrong_name_exits_so(folder, arguments):
    told = here("--workspace", folder, *arguments)
    assert told.exit_code == WRONG_INPUT
    assert told.stderr.startswith("Error: ")
    assert "nearest: " in told.stderr
    assert told.stdout == ""


def test_figure_that_does_not_reconcile_is_shown_and_exits_so(monkeypatch, group, folder):
    _, review = group
    wrong = replace(review, accounts=review.accounts.assign(revenue_ltm=7.0))
    monkeypatch.setattr(reviews, "review_quarter", lambda *_: wrong)
    told = here("--workspace", folder, "A", "revenue_ltm")
    assert told.exit_code == DOES_NOT_RECONCILE
    assert "but revenue_ltm is 7.00 EUR" in told.stdout
    assert "revenue_ltm of A is 7.0 in the review, but its rows make 1250.0" in told.stderr
    as_json = here("--workspace", folder, "A", "revenue_ltm", "--json")
    assert as_json.exit_code == DOES_NOT_RECONCILE
    assert json.loads(as_json.stdout)["reconciles"] is False
