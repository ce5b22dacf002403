"""All files of the workspace, and how they are written."""

import csv
from pathlib import Path

from qbrkit.columns import TABLES
from tests.sample_company import (
    benefits,
    catalog,
    hazards,
    promises,
    quality,
    rates,
    relations,
    rivals,
    texts,
    value,
)
from tests.sample_company.account import account_rows
from tests.sample_company.cast import ACCOUNTS, BY_ID
from tests.sample_company.chance import quarter_of
from tests.sample_company.counter_sales import counter_sale_rows
from tests.sample_company.invoices import invoice_rows
from tests.sample_company.readme import readme


def write(folder: Path) -> None:
    """Write every file of the workspace into a folder."""
    (folder / "commentary").mkdir(parents=True, exist_ok=True)
    lines = invoice_rows(ACCOUNTS)
    counter = counter_sale_rows()
    for year, rows in lines.items():
        every = sorted([*rows, *counter.get(year, [])], key=lambda row: row["invoice_date"])
        _write_csv(folder / f"invoice_lines_{year}.csv", "invoice_lines", every)
    for name, rows in _tables(lines).items():
        _write_csv(folder / f"{name}.csv", name, rows)
    for account_id, text in texts.COMMENTARY.items():
        _write_text(folder / "commentary" / f"{account_id}.md", text)
    _write_text(folder / "qbr.toml", texts.SETTINGS + texts.german_words())
    _write_text(folder / "README.md", readme())


def _tables(lines: dict[int, list[dict]]) -> dict[str, list[dict]]:
    """Every table but the invoice lines."""
    contacts = relations.contact_rows(ACCOUNTS)
    return {
        "accounts": account_rows(ACCOUNTS), "products": catalog.product_rows(),
        "exchange_rates": rates.exchange_rate_rows(), "indicators": rates.indicator_rows(),
        "contacts": contacts, "activities": relations.activity_rows(ACCOUNTS, contacts),
        "plan_components": value.plan_component_rows(), "services": value.service_rows(),
        "benefits": benefits.benefit_rows(contacts),
        "customer_costs": benefits.customer_cost_rows(),
        "switching_costs": value.switching_cost_rows(contacts),
        "commitments": promises.commitment_rows(contacts),
        "objectives": promises.objective_rows(),
        "service_levels": quality.service_level_rows(), "complaints": quality.complaint_rows(),
        "segment_overrides": quality.override_rows(),
        "targets": quality.target_rows(_reached(lines)),
        "deals": rivals.deal_rows(), "competitor_signals": rivals.signal_rows(),
        "market": rivals.market_rows(), "risks": hazards.risk_rows(),
        "black_ops_scores": hazards.black_ops_rows(),
        "counter_measures": hazards.counter_measure_rows(),
    }


def _reached(lines: dict[int, list[dict]]) -> dict[tuple[str, str], tuple[float, float]]:
    """Revenue and margin in EUR per territory or account, and quarter."""
    rate = {row["month"]: row["rate"] for row in rates.exchange_rate_rows()}
    sums: dict[tuple[str, str], tuple[float, float]] = {}
    for row in (row for rows in lines.values() for row in rows):
        factor = rate[f"{row['invoice_date']:%Y-%m}"] if row["currency"] == "USD" else 1.0
        revenue = factor * float(row["revenue"])
        # An unknown cost counts as two thirds of revenue here: targets are round anyway.
        cost = revenue * 2 / 3 if row["cost"] is None else factor * float(row["cost"])
        account = BY_ID[row["account_id"]]
        for who in (account.territory, account.account_id):
            key = who, quarter_of(row["invoice_date"])
            before = sums.get(key, (0.0, 0.0))
            sums[key] = before[0] + revenue, before[1] + revenue - cost
    return sums


def _write_csv(path: Path, table: str, rows: list[dict]) -> None:
    """Write rows in the order of the contract, leaving out columns nobody fills."""
    filled = [name for name in TABLES[table].names
              if any(row.get(name) not in (None, "") for row in rows)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, filled, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _write_text(path: Path, text: str) -> None:
    """Write a text with one line end at its end."""
    path.write_text(text.strip() + "\n", encoding="utf-8", newline="\n")
