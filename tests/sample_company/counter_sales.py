"""Sales over the counter: cash customers without an account, once a month."""

from tests.sample_company.catalog import PRODUCTS
from tests.sample_company.chance import (
    FIRST_DAY,
    QUARTER_END,
    dice,
    months,
    pick,
    quarter_of,
    workday,
)

OVER_THE_COUNTER = [product for product in PRODUCTS if product.family in "SR"]


def counter_sale_rows() -> dict[int, list[dict]]:
    """Invoice lines without an account, per fiscal year."""
    rows: dict[int, list[dict]] = {}
    for number, month in enumerate(months(FIRST_DAY, QUARTER_END)):
        rng = dice(900, number)
        product = pick(rng, OVER_THE_COUNTER)
        quantity = 1 + int(rng.random() * 6)
        day = workday(month.replace(day=11))
        revenue = f"{product.list_price * quantity:.2f}"
        rows.setdefault(int(quarter_of(day)[:4]), []).append({
            "invoice_id": f"CS-{number + 1:03d}", "line_id": 1, "invoice_date": day,
            "account_id": "", "product_id": product.product_id, "quantity": quantity,
            "unit": product.unit, "revenue": revenue,
            "cost": f"{product.list_price * product.cost_part * quantity:.2f}",
            "list_value": revenue, "currency": "EUR", "kind": "invoice",
            "reference_invoice_id": ""})
    return rows
