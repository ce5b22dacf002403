"""What was sold, summed from the lines on every engine alike."""

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from qbrkit.currencies import Rates
from qbrkit.sold import convert_sold, gather_sold
from qbrkit.sources import open_workspace
from tests.tables import contract_table

ROOT = Path(__file__).resolve().parents[1]
QUARTER = pd.Period("2026Q4", freq="Q-DEC")


def lines(*rows: tuple) -> pd.DataFrame:
    """Lines of account A from (date, product, quantity, revenue, currency)."""
    return contract_table("invoice_lines", [
        {"account_id": "A", "invoice_date": date, "product_id": product, "quantity": quantity,
         "revenue": revenue, "currency": currency}
        for date, product, quantity, revenue, currency in rows])


def test_lines_are_summed_by_quarter_and_by_month_in_other_currencies():
    found = gather_sold(lines(
        ("2024-12-31", "X", 1, 1, None), ("2025-01-01", "X", 1, 2, None),
        ("2025-09-30", "X", 1, 3, "EUR"), ("2025-10-01", "X", 1, 4, None),
        ("2026-01-01", "X", 1, 5, None), ("2026-12-31", "X", 1, 6, None),
        ("2027-01-01", "X", 1, 7, None), ("2026-02-03", "X", 1, 8, "USD"),
        ("2026-03-03", "X", 1, 9, "USD")), "EUR", QUARTER)
    assert [(row.currency, f"{row.month:%Y-%m}", row.quantity, row.revenue)
            for row in found.itertuples()] == [
        ("EUR", "2025-01", 1, 2), ("EUR", "2025-07", 1, 3), ("EUR", "2025-10", 1, 4),
        ("EUR", "2026-01", 1, 5), ("EUR", "2026-10", 1, 6), ("USD", "2026-02", 1, 8),
        ("USD", "2026-03", 1, 9)]


def test_a_fiscal_quarter_that_begins_in_another_year_is_cut_at_its_own_months():
    # fiscal 2026Q2 of a year that starts in October is January to March 2026; the two years
    # begin in April 2024.
    found = gather_sold(lines(("2024-04-01", "X", 1, 1, None), ("2025-03-31", "X", 1, 2, None),
                              ("2025-04-01", "X", 1, 3, None), ("2026-03-31", "X", 1, 4, None)),
                        "EUR", pd.Period("2026Q2", freq="Q-SEP"))
    assert [f"{month:%Y-%m}" for month in found["month"]] == [
        "2024-04", "2025-01", "2025-04", "2026-01"]


def test_sales_without_quantity_returns_and_free_lines_are_apart():
    found = gather_sold(lines(
        ("2026-11-01", "X", 2.5, 10, None), ("2026-11-01", "X", None, 20, None),
        ("2026-11-01", "X", -1, -3, None), ("2026-11-01", "X", 99, 0, None)), "EUR", QUARTER)
    (row,) = found.to_dict("records")
    assert [row[name] for name in ("quantity", "revenue", "unmeasured", "returns")] == [
        2.5, 10, 20, -3]


def test_a_sale_without_product_has_no_quantity_that_could_be_compared():
    (row,) = gather_sold(lines(("2026-11-01", None, 5, 10, None)), "EUR", QUARTER).to_dict(
        "records")
    assert (row["quantity"], row["revenue"], row["unmeasured"]) == (0, 0, 10)


def test_no_line_gives_an_empty_table_of_the_same_columns():
    found = gather_sold(lines(), "EUR", QUARTER)
    assert list(found.columns) == ["account_id", "product_id", "unit", "currency", "month",
                                   "quantity", "revenue", "unmeasured", "returns"]
    assert convert_sold(found, Rates.of(None, "EUR"), QUARTER).empty


def test_amounts_convert_at_the_rates_of_the_earlier_year():
    # 2025-11 at 0.5 and 2026-11 at 0.6: the review's 100 USD are 60 EUR, 50 at the old rate.
    rates = Rates.of(contract_table("exchange_rates", [
        {"currency": "USD", "month": "2025-11", "rate": 0.5},
        {"currency": "USD", "month": "2026-11", "rate": 0.6}]), "EUR")
    gathered = gather_sold(lines(("2025-11-05", "X", 1, 100, "USD"),
                                 ("2026-11-05", "X", 1, 100, "USD"),
                                 ("2026-05-05", "X", 1, 7, None)), "EUR", QUARTER)
    found = convert_sold(gathered, rates, QUARTER).sort_values("month")
    assert found["total"].tolist() == pytest.approx([50, 7, 60])
    assert found["revenue"].tolist() == pytest.approx([50, 7, 50])
    assert found["exchange_rates"].tolist() == pytest.approx([0, 0, 10])
    assert found["is_review"].tolist() == [False, True, True]
    assert found["in_quarter"].tolist() == [True, False, True]


def test_embedded_database_and_pandas_give_the_same():
    workspace = open_workspace(ROOT / "data" / "sample")
    there = workspace.lines
    quarter = pd.Period("2026Q4", freq="Q-SEP")
    assert_frame_equal(gather_sold(there, "EUR", quarter),
                       gather_sold(there.df().astype({"revenue": "float64"}), "EUR", quarter))
