"""Your business with us: purchases of the customer, true in every situation."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from companies import (
    evenly,
    sales,
    sample_review,
    situation,
    text_of,
    view_of,
    viewed,
)
from printed import read_rows
from test_sample import read

from qbrkit.report.customer import purchases
from qbrkit.report.language import language

EN = language("en")


@pytest.mark.parametrize(("now", "before", "told"), [
    (120, 100, "your purchases came to €120, €20 more than a year before (+20.0%)."),
    (70, 100, "your purchases came to €70, €30 less than a year before (−30.0%)."),
    (100.4, 100, "your purchases came to €100, as much as a year before."),
    (50, 0, "your purchases came to €50; in the same quarter a year before there were none."),
    (0, 50, "your purchases came to €0, €50 less than a year before (−100.0%)."),
    (-20, 0, "your purchases came to −€20, €20 less than a year before."),
    (-20, 50, "your purchases came to −€20, €70 less than a year before (−140.0%)."),
    (10, -40, "your purchases came to €10, €50 more than a year before.")])
def test_purchases_of_the_quarter(now, before, told):
    view = replace(situation("lines alone")[1], figures={
        "revenue_quarter": now, "revenue_quarter_year_ago": before,
        "revenue_change": now - before,
        "revenue_change_rate": (now - before) / before if before > 0 else float("nan")})
    assert purchases.bought(view, EN) == f"From October to December 2026 {told}"


@pytest.mark.parametrize(("now", "before", "told"), [
    (120, 100, " came to €120, €20 more than in the twelve months before (+20.0%)."),
    (70, 100, " came to €70, €30 less than in the twelve months before (−30.0%)."),
    (100, 100.4, " came to €100, as much as in the twelve months before."),
    (-20, 50, " came to −€20, €70 less than in the twelve months before (−140.0%)."),
    (50, 0, ""), (50, float("nan"), "")])
def test_purchases_of_the_year(now, before, told):
    view = replace(situation("lines alone")[1], figures={
        "revenue_ltm": now, "revenue_ltm_before": before, "revenue_ltm_change": now - before,
        "revenue_ltm_change_rate": (now - before) / before if before > 0 else float("nan")})
    assert purchases.bought_in_year(view, EN) == (
        told and f"In twelve months your purchases{told}")


def test_purchases_without_a_year_ago():
    assert text_of(purchases.changed(situation("not covered a year ago")[1])) == (
        "From October to December 2026 your purchases came to €10; the quarter a year before is "
        "not on record.")


def test_a_year_is_compared_only_with_whole_twelve_months(tmp_path):
    # 4 x 100 + 20 of the last quarter = 420 in the year; 2025 held 4 x 100, 2024 is not covered.
    lines = [*evenly("A", 100)[4:], *sales("A", {"2026Q4": 20})]
    days = "[periods]\ndata_from = 2025-01-01\ndata_until = 2026-12-31"
    now = viewed(tmp_path / "now", toml=days, invoice_lines=lines).figures
    assert (now["revenue_ltm"], now["revenue_ltm_before"], now["revenue_ltm_change"]) == (
        420, 400, 20)
    assert now["revenue_ltm_change_rate"] == pytest.approx(0.05)
    before = viewed(tmp_path / "before", quarter="2025Q4", toml=days, invoice_lines=lines).figures
    assert before["revenue_ltm"] == 400
    assert np.isnan(before["revenue_ltm_before"])


def test_a_share_of_the_year_is_told_only_where_parts_make_a_whole(tmp_path):
    # Pumps 3 x 40 = 120 of 160 in twelve months; with a family in credit no share is told.
    products = [{"product_id": one, "family": one} for one in ("Pumps", "Seals")]
    quarters = ["2026Q2", "2026Q3", "2026Q4"]
    pumps = sales("A", dict.fromkeys(quarters, 40), product_id="Pumps")
    seals = viewed(tmp_path / "whole", products=products, invoice_lines=[
        *evenly("B", 1), *pumps, *sales("A", {"2026Q1": 40}, product_id="Seals")])
    assert seals.tables["revenue_by_family"]["share_ltm"].tolist() == [0.75, 0.25]
    credit = viewed(tmp_path / "credit", products=products, invoice_lines=[
        *evenly("B", 1), *pumps, *sales("A", {"2026Q1": -40}, product_id="Seals")])
    assert credit.tables["revenue_by_family"]["share_ltm"].isna().all()


@pytest.mark.parametrize(("pumps", "seals", "told"), [
    ((100, 90), (50, 55), "Pumps changed most: €10 less."),
    ((100, 101), (50, 75), "Seals changed most: €25 more."),
    ((100, 0), (50, 50), "Pumps changed most: €100 less."),
    ((0, 30), (50, 50), "Pumps changed most: €30 more."), ((100, 100), (50, 50), "")])
def test_the_family_that_moved_most(tmp_path, pumps, seals, told):
    families = {"P": pumps, "S": seals}
    view = viewed(tmp_path, products=[{"product_id": "P", "family": "Pumps"},
                                      {"product_id": "S", "family": "Seals"}],
                  invoice_lines=[line for product, (before, now) in families.items()
                                 for line in sales("A", {"2025Q4": before, "2026Q4": now},
                                                   product_id=product)])
    assert purchases.moving_family(view, EN) == told


def test_without_families_there_is_no_table_of_them(tmp_path):
    alone = viewed(tmp_path / "alone", invoice_lines=evenly("A", 100))
    assert text_of(purchases.family_table(alone)) == text_of(purchases.by_family(alone)) == ""
    named = viewed(tmp_path / "named", products=[{"product_id": "P", "family": "Pumps"}],
                   invoice_lines=[*evenly("A", 9), *evenly("A", 5, product_id="P")])
    assert [row[0] for row in read_rows(purchases.family_table(named))[1:-1]] == [
        "other products", "Pumps"]


def test_families_add_up_as_printed(tmp_path):
    view = viewed(tmp_path, products=[{"product_id": f"P{at}", "family": f"F{at}"}
                                      for at in range(3)],
                  invoice_lines=[line for at in range(3) for line in evenly(
                      "A", 33.4, product_id=f"P{at}")])
    assert read_rows(purchases.family_table(view))[1:] == [
        ["F0", "34", "34", "0.0%", "134", "33.3%"], ["F1", "33", "33", "0.0%", "134", "33.3%"],
        ["F2", "33", "33", "0.0%", "133", "33.3%"], ["Total", "100", "100", "", "401", ""]]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    review, folder = sample_review(), tmp_path_factory.mktemp("views")
    return lambda account: view_of(review, account, folder)


def test_sample_purchases_in_dollars(sample):
    lines = read("invoice_lines")
    own = lines[(lines["account_id"] == "A-002")]
    assert set(own["currency"]) == {"USD"}
    day, amounts = pd.to_datetime(own["invoice_date"]), own["revenue"].astype(float)
    now = amounts[day.between("2026-07-01", "2026-09-30")].sum()
    before = amounts[day.between("2025-07-01", "2025-09-30")].sum()
    assert (f"From July to September 2026 your purchases came to ${now:,.0f}, "
            f"${now - before:,.0f} more than a year before (+{now / before - 1:.1%}).") in text_of(
                purchases.changed(sample("A-002")))


def test_purchases_that_are_not_known_are_not_told_as_none():
    its = situation("foreign account without rates")[1]
    assert its.tables["revenue_by_family"]["revenue"].isna().all()
    assert "There were no purchases" not in text_of(purchases.by_family(its))
