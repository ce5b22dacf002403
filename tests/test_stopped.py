"""Products and families that are no longer bought, and what is no loss."""

from itertools import chain

import pandas as pd

from qbrkit.currencies import Rates
from qbrkit.growth.stopped import stopped_products
from qbrkit.sold import convert_sold, gather_sold
from tests.tables import contract_table

QUARTER = pd.Period("2026Q4", freq="Q-DEC")
BEFORE = ["2025-02-01", "2025-05-01", "2025-08-01", "2025-11-01"]
NOW = ["2026-02-01", "2026-05-01", "2026-08-01", "2026-11-01"]
NOTHING = pd.Series(dtype="str")


def bought(product: str | None, days: list[str], amount: float = 10, **columns) -> list[dict]:
    return [{"account_id": "A", "product_id": product, "invoice_date": day, "revenue": amount}
            | columns for day in days]


def stopped(*lines: list[dict], families: dict | None = None, rates: list[dict] = ()) -> list:
    """Comparison, product or family, number of products and sales of what is bought no more."""
    known = Rates.of(contract_table("exchange_rates", rates), "EUR")
    gathered = gather_sold(contract_table("invoice_lines", chain(*lines)), "EUR", QUARTER)
    found = stopped_products(convert_sold(gathered, known, QUARTER),
                             pd.Series(families, dtype="str") if families else NOTHING, QUARTER)
    return [(row.comparison, row.family if pd.isna(row.product_id) else row.product_id,
             row.products_n, row.base) for row in found.itertuples()]


def test_a_product_of_two_quarters_is_lost_and_one_bought_once_is_not():
    assert stopped(bought("X", BEFORE[:2]), bought("ONCE", BEFORE[3:]), bought("Y", BEFORE + NOW)
                   ) == [("year", "X", 1, 20)]
    assert stopped(bought("X", [*BEFORE[:2], NOW[0]])) == []


def test_all_products_of_a_family_are_one_loss_even_those_bought_once():
    families = dict.fromkeys("XYZ", "Paint") | {"W": "Tools"}
    lines = bought("X", BEFORE), bought("Y", BEFORE[:2]), bought("Z", BEFORE[3:], 5)
    rest = bought("W", BEFORE + NOW)
    # 40 + 20 + 5
    assert stopped(*lines, rest, families=families) == [("year", "Paint", 3, 65)]
    assert stopped(*lines, rest, bought("Z", NOW[:1]), families=families) == [
        ("year", "X", 1, 40), ("year", "Y", 1, 20)]


def test_a_family_of_one_product_is_told_by_its_product():
    assert stopped(bought("X", BEFORE), bought("Y", BEFORE + NOW), families={
        "X": "Paint"}) == [("year", "X", 1, 40)]


def test_a_product_of_every_quarter_that_is_missing_in_this_one_is_told_apart():
    rest = bought("Y", BEFORE + NOW)
    assert stopped(bought("X", BEFORE + NOW[:3]), rest) == [("quarter", "X", 1, 10)]
    assert stopped(bought("X", BEFORE[1:] + NOW[:3]), rest) == []      # not of every quarter
    assert stopped(bought("X", BEFORE), rest) == [("year", "X", 1, 40)]  # told by the year


def test_less_than_a_twentieth_of_the_account_is_not_told():
    # 40 of 800 is a twentieth, of 804 less
    assert stopped(bought("X", BEFORE), bought("Y", BEFORE + NOW, 190)) == [("year", "X", 1, 40)]
    assert stopped(bought("X", BEFORE), bought("Y", BEFORE + NOW, 191)) == []


def test_sales_of_nobody_without_product_or_at_unknown_rates_are_no_loss():
    assert stopped(bought(None, BEFORE), bought("X", BEFORE, account_id=None)) == []
    rates = [{"currency": "USD", "month": "2026-11", "rate": 0.5}]
    assert stopped(bought("X", BEFORE), bought("X", NOW[3:], currency="USD"), rates=rates) == []
    assert stopped() == []
