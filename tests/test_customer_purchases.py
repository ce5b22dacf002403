"""Your business with us: purchases of the customer, true in every situation."""

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

SPEND = evenly("A", 100)


@pytest.mark.parametrize(("now", "before", "told"), [
    (120, 100, "your purchases came to €120, €20 more than a year before (+20.0%)."),
    (70, 100, "your purchases came to €70, €30 less than a year before (−30.0%)."),
    (100, 100, "your purchases came to €100, as much as a year before."),
    (100.4, 100, "your purchases came to €100, as much as a year before."),
    (50, 0, "your purchases came to €50, €50 more than a year before."),
    (0, 50, "your purchases came to €0, €50 less than a year before (−100.0%)."),
    (-20, 50, "your purchases came to −€20, €70 less than a year before (−140.0%)."),
    (10, -40, "your purchases came to €10, €50 more than a year before.")])
def test_purchases(tmp_path, now, before, told):
    view = viewed(tmp_path, invoice_lines=sales("A", {"2025Q4": before, "2026Q4": now,
                                                      "2026Q1": 9}))
    assert text_of(purchases.changed(view)) == f"From October to December 2026 {told}"


def test_purchases_without_a_year_ago():
    assert text_of(purchases.changed(situation("not covered a year ago")[1])) == (
        "From October to December 2026 your purchases came to €10; the quarter a year before is "
        "not on record.")


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
    assert text_of(purchases.changed(view)).endswith(f"year before. {told}".strip()) or told in (
        text_of(purchases.changed(view)))
    assert ("changed most" in text_of(purchases.changed(view))) == bool(told)


def test_families_add_up_as_printed(tmp_path):
    view = viewed(tmp_path, products=[{"product_id": f"P{at}", "family": f"F{at}"}
                                      for at in range(3)],
                  invoice_lines=[line for at in range(3) for line in evenly(
                      "A", 33.4, product_id=f"P{at}")])
    assert read_rows(purchases.family_table(view))[1:] == [
        ["F0", "34", "34", "0.0%"], ["F1", "33", "33", "0.0%"], ["F2", "33", "33", "0.0%"],
        ["Total", "100", "100", ""]]


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
