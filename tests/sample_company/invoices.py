"""Invoice numbers, and the rows of the tables invoice_lines of each fiscal year."""

from collections.abc import Iterable

from tests.sample_company.account import Account
from tests.sample_company.chance import quarter_of
from tests.sample_company.corrections import corrected_lines
from tests.sample_company.rates import exchange_rate_rows
from tests.sample_company.sales import Line


def invoice_rows(accounts: Iterable[Account]) -> dict[int, list[dict]]:
    """Rows per fiscal year, by date and account."""
    sold = sorted(((line.day, account.account_id, line.kind in ("return", "credit"), index, line)
                   for account in accounts
                   for index, line in enumerate(corrected_lines(account))),
                  key=lambda entry: entry[:4])
    by_id = {account.account_id: account for account in accounts}
    rates = {row["month"]: row["rate"] for row in exchange_rate_rows()}
    numbers: dict[tuple, str] = {}
    issued: dict[int, str] = {}  # id() of a line → its invoice; lines live as long as `sold`
    rows: dict[int, list[dict]] = {}
    counts: dict[str, int] = {}
    for day, account_id, is_credit, _, line in sold:
        key = (day, account_id, is_credit)
        if key not in numbers:
            numbers[key] = f"{'CN' if is_credit else 'IN'}-{len(numbers) + 10001}"
        invoice_id = issued[id(line)] = numbers[key]
        counts[invoice_id] = counts.get(invoice_id, 0) + 1
        # A credit is in the currency of what it credits.
        in_dollars = (line.source or line).day in by_id[account_id].in_dollars
        rate = rates[f"{day:%Y-%m}"] if in_dollars else 1.0
        row = {"invoice_id": invoice_id, "line_id": counts[invoice_id], "invoice_date": day,
               "account_id": account_id, **_figures(line, rate),
               "currency": "USD" if in_dollars else by_id[account_id].currency,
               "kind": line.kind,
               "reference_invoice_id": issued[id(line.source)] if line.source else ""}
        rows.setdefault(int(quarter_of(day)[:4]), []).append(row)
    return rows


def _figures(line: Line, rate: float) -> dict:
    """Product, quantity and money of a line; a credit has a value and no quantity."""
    revenue = line.price if line.kind == "credit" else line.price * line.quantity
    cost = None if line.unit_cost is None else f"{line.unit_cost * line.quantity / rate:.2f}"
    return {"product_id": line.product.product_id, "quantity": line.quantity,
            "unit": line.product.unit, "revenue": f"{revenue / rate:.2f}", "cost": cost,
            "list_value": f"{line.list_price * line.quantity / rate:.2f}"}
