"""What a customer's page must say, worked out from the CSV files of a workspace alone.

Amounts are exact decimals, in the currency of the account. Nothing of the kit is used, so that
the pages can be held against it.
"""

import csv
from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from pathlib import Path

import pandas as pd

PLAN, EXTRA, HORIZON_MONTHS = "plan", "extra", 36
Row = dict[str, str]


def shown(amount: Decimal | int, language: str, decimals: int = 0) -> str:
    """A number as it is printed: 1,234.5 in English, 1.234,5 in German; a true minus sign."""
    rounded = Decimal(amount).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    text = f"{abs(rounded):,}"
    if language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"−{text}" if rounded < 0 else text


def money(amount: Decimal, currency: str, language: str) -> str:
    """Money as it is printed: €1,234 in English, 1.234 € in German; never with a sign."""
    sign = {"EUR": "€", "USD": "$"}[currency]
    text = shown(abs(amount), language)
    return f"{text} {sign}" if language == "de" else f"{sign}{text}"


class Account:
    """The exports of one account: what it bought, received, and was promised.

    Parameters
    ----------
    folder : Path
        The workspace.
    account_id : str
        The account.
    quarter : str
        The quarter under review, as ``2026Q4``.
    year_end : str
        Month in which the fiscal year ends, as ``SEP``.
    """

    def __init__(self, folder: Path, account_id: str, quarter: str, year_end: str) -> None:
        self.folder, self.account_id = folder, account_id
        self.quarter = pd.Period(quarter, f"Q-{year_end}")
        master = next(row for row in self.rows("accounts"))
        self.language, self.currency = master["language"] or "en", master["currency"] or "EUR"
        self.plan_id = master.get("plan_id", "")
        self.name, self.country = master["name"], master.get("country", "")
        self.industry = master.get("industry", "")
        self.year = [self.quarter - back for back in range(4)]
        self.year_before = [self.quarter - back for back in range(4, 8)]

    def table(self, name: str) -> list[Row]:
        """All rows of a table; none where the file is not there."""
        rows: list[Row] = []
        pattern = f"{name}_*.csv" if name == "invoice_lines" else f"{name}.csv"
        for path in sorted(self.folder.glob(pattern)) or [self.folder / f"{name}.csv"]:
            if path.exists():
                with path.open(encoding="utf-8", newline="") as file:
                    rows += csv.DictReader(file)
        return rows

    def rows(self, name: str) -> list[Row]:
        """Rows of the account."""
        return [row for row in self.table(name) if row["account_id"] == self.account_id]

    def _within(self, row: Row) -> bool:
        """Whether something dated is of the last twelve months."""
        return self.quarter_of(row["date"]) in self.year

    def quarter_of(self, day: str) -> pd.Period:
        """The fiscal quarter of a day."""
        return pd.Timestamp(day).to_period(self.quarter.freqstr)

    # --- purchases ---

    @cached_property
    def _lines(self) -> list[tuple[pd.Period, str, Decimal]]:
        family = {row["product_id"]: row["family"] for row in self.table("products")}
        rates = {(row["currency"], row["month"]): Decimal(row["rate"])
                 for row in self.table("exchange_rates")}

        def rate(currency: str, month: str) -> Decimal:
            return Decimal(1) if currency == "EUR" else rates[currency, month]

        return [(self.quarter_of(row["invoice_date"]), family[row["product_id"]],
                 Decimal(row["revenue"]) * (
                     Decimal(1) if row.get("currency", self.currency) == self.currency
                     else rate(row["currency"], row["invoice_date"][:7])
                     / rate(self.currency, row["invoice_date"][:7])))
                for row in self.rows("invoice_lines")]

    def bought(self, quarters: list[pd.Period]) -> Decimal:
        """Purchases of some quarters."""
        return sum((amount for quarter, _, amount in self._lines if quarter in quarters),
                   Decimal(0))

    def families(self, quarters: list[pd.Period]) -> dict[str, Decimal]:
        """Purchases of some quarters by family."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for quarter, family, amount in self._lines:
            if quarter in quarters:
                sums[family] += amount
        return sums

    # --- value ---

    def benefits(self, kind: str) -> Decimal:
        """Benefits of the last twelve months of one class."""
        return sum(((Decimal(row["actual"]) - Decimal(row["baseline"]))
                    * Decimal(row["unit_value"]) * (1 - Decimal(row.get("risk") or 0))
                    for row in self.rows("benefits") if row["class"] == kind
                    and pd.Period(row["quarter"], self.quarter.freqstr) in self.year), Decimal(0))

    @cached_property
    def components(self) -> dict[str, Row]:
        """Components of its plan by id."""
        return {row["component_id"]: row for row in self.table("plan_components")
                if row["plan_id"] == self.plan_id}

    def services(self, part: str) -> Decimal:
        """Services of twelve months at list value less what was charged.

        Those beyond the plan, or those that only a plan gives.
        """
        total = Decimal(0)
        for row in filter(self._within, self.rows("services")):
            component = self.components.get(row.get("component_id") or "")
            only_here = component is not None and component["plan_only"] == "yes" \
                and component.get("free_elsewhere") != "yes"
            if (only_here if part == PLAN else component is None):
                total += Decimal(row["unit_list_value"]) * Decimal(row["quantity"]) \
                    - Decimal(row.get("charged") or 0)
        return total

    @property
    def confirmed(self) -> Decimal:
        """Confirmed benefits, and all that is documented as delivered."""
        return self.benefits("confirmed") + self.services(PLAN) + self.services(EXTRA)

    @property
    def elsewhere(self) -> Decimal:
        """What would have to be bought or paid elsewhere in twelve months.

        Of what is paid once, only what is confirmed, and a third of it: it is spread over
        three years.
        """
        total = self.services(PLAN) + self.services(EXTRA)
        for row in self.rows("switching_costs"):
            if row["kind"] == "rebate":
                total += Decimal(row["amount"])
            elif row["class"] == "confirmed":
                total += Decimal(row["amount"]) * 12 / HORIZON_MONTHS
        return total

    # --- what both sides agreed ---

    def used(self) -> dict[str, tuple[int, int]]:
        """Name of each component → how many were used in the year, how many are included."""
        counts: dict[str, int] = defaultdict(int)
        for row in filter(self._within, self.rows("services")):
            counts[row.get("component_id") or ""] += int(row["quantity"])
        return {row["name"]: (counts[key], int(row["included_quantity"]))
                for key, row in self.components.items()}

    def open_value(self) -> Decimal:
        """List value of what is included and was not used."""
        worth = {row["name"]: Decimal(row["unit_list_value"]) for row in self.components.values()}
        return sum((max(0, included - used) * worth[name]
                    for name, (used, included) in self.used().items()), Decimal(0))

    def promises(self, side: str) -> list[Row]:
        """Promises of the last review of one side."""
        reviews = {row["review_quarter"] for row in self.rows("commitments")
                   if pd.Period(row["review_quarter"], self.quarter.freqstr) < self.quarter}
        return [row for row in self.rows("commitments")
                if row["side"] == side and row["review_quarter"] == max(reviews)]

    def levels(self) -> tuple[list[Row], list[Row]]:
        """Measures of service of the quarter: reached, and missed."""
        both: tuple[list[Row], list[Row]] = [], []
        for row in self.rows("service_levels"):
            if pd.Period(row["quarter"], self.quarter.freqstr) == self.quarter:
                short = Decimal(row["promised"]) - Decimal(row["delivered"])
                is_missed = short < 0 if row.get("better") == "less" else short > 0
                both[is_missed].append(row)
        return both
