"""Invoice lines picked and converted inside the database, whatever their number."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from qbrkit.errors import SettingError
from qbrkit.explain.names import Subject
from qbrkit.facts import UNKNOWN_FAMILY
from qbrkit.periods import quarter_text
from qbrkit.reviews import QuarterReview
from qbrkit.settings import SPARK
from qbrkit.sources import Workspace

ORDER = "abs({amount}) desc, date, invoice_id, line_id, file, row"
VECTORS = 50
"""DuckDB's vectors (of 2,048 rows) in one batch."""
MONEY = "revenue as amount, currency, rate, cast(revenue as double) * rate as amount_company"
MARGIN = """revenue as amount, cost,
    case when cost is null and revenue = 0 then list_value end as list_value,
    cost_share, currency, rate, (revenue - coalesce(cast(cost as double), coalesce(
        cast(case when revenue = 0 then list_value else revenue end as double), 0)
        * cost_share)) * rate as margin_company"""
# free lines of an account, month, family and currency that cancel out have no cost: the facts
# hold their sum, and its sign says whether they went out or came back
RETURNED = """revenue < 0 or (revenue = 0 and sum(case when revenue = 0 and cost is null
    then list_value else 0 end) over (partition by account_id, month, family, currency) < 0)"""
SHARE = f"""case when cost is null then case when {RETURNED}
    then coalesce(share_returned, $returned) else coalesce(share_outgoing, $outgoing) end end"""


@dataclass(frozen=True)
class LineRows:
    """Lines that stay in the database until they are asked for.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    query : str
        Selects the lines with all columns shown.
    parameters : dict
        Of the query.
    amount : str
        The column that is summed.
    count, total : int, float
        Over all lines.
    """

    connection: duckdb.DuckDBPyConnection
    query: str
    parameters: dict[str, Any]
    amount: str
    count: int
    total: float

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any],
           amount: str) -> "LineRows":
        """Lines of a query, counted and summed."""
        ((count, total),) = connection.execute(
            f"select count(*), coalesce(fsum({amount}), 0.0) from ({query})",
            parameters).fetchall()
        return cls(connection, query, parameters, amount, count, float(total))

    def largest(self, rows_n: int) -> pd.DataFrame:
        """The lines that count most, whatever their sign."""
        return self.connection.execute(
            f"select * from ({self.query}) order by {ORDER.format(amount=self.amount)} "
            f"limit {rows_n:d}", self.parameters).df()

    def batches(self) -> Iterator[pd.DataFrame]:
        """All lines in the same order, some hundred thousand at a time."""
        result = self.connection.execute(
            f"select * from ({self.query}) order by {ORDER.format(amount=self.amount)}",
            self.parameters)
        yield (batch := result.fetch_df_chunk(VECTORS))
        while len(batch):
            if len(batch := result.fetch_df_chunk(VECTORS)):
                yield batch


class LineQuery:
    """Selects the lines of some accounts and quarters, with their rates.

    Parameters
    ----------
    quarters : list of Period or None
        Fiscal quarters; None for all.
    conditions : list of str
        What the lines must meet besides, in SQL.
    """

    def __init__(self, workspace: Workspace, review: QuarterReview, subject: Subject,
                 quarters: list[pd.Period] | None, conditions: list[str]) -> None:
        if workspace.settings.engine == SPARK:
            raise SettingError('the lines behind a figure are shown with engine = "embedded" only; '
                               "with Spark, filter the lines by account_id and date there")
        pairs = review.facts[["currency", "month"]].drop_duplicates()
        rate = subject.groups.rates.to_company(pairs["currency"], pairs["month"])
        self.connection, self.conditions = workspace.connection, list(conditions)
        self.has_products = "products" in workspace.tables
        self.parameters: dict[str, Any] = {
            "company": workspace.settings.company.currency,
            "currencies": pairs["currency"].tolist(),
            "months": [month.date() for month in pairs["month"]], "rates": rate.tolist()}
        self.shares, self.share = "", ""
        self.notes: list[str] = []
        if not subject.is_company:
            self._only_of(subject)
        if quarters is not None:
            self._only_in(quarters)

    def _only_of(self, subject: Subject) -> None:
        """Leave the lines of an account and of those that roll up to it."""
        self.conditions.append("account_id in (select unnest($members::varchar[]))")
        self.parameters["members"] = list(subject.members)
        if children := subject.members[1:]:
            more = f" and {len(children) - 8:,} more" if len(children) > 8 else ""
            self.notes.append("With the accounts that roll up to it: "
                              f"{', '.join(children[:8])}{more}.")

    def _only_in(self, quarters: list[pd.Period]) -> None:
        """Leave the lines of some fiscal quarters."""
        ranges, told = [], []
        for number, quarter in enumerate(quarters):
            first, last = quarter.start_time.date(), quarter.end_time.date()
            ranges.append(f"(invoice_date between $first_{number} and $last_{number})")
            self.parameters |= {f"first_{number}": first, f"last_{number}": last}
            told.append(f"{quarter_text(quarter)} ({first:%Y-%m-%d} to {last:%Y-%m-%d})")
        self.conditions.append(f"({' or '.join(ranges)})")
        self.notes.append(f"Lines of {', '.join(told)}.")

    def with_cost_shares(self, shares: pd.DataFrame, is_low: bool) -> "LineQuery":
        """Add the cost share that a line of unknown cost takes at one end of the margin."""
        low, high = shares["cost_share_low"], shares["cost_share_high"]
        outgoing, returned = (high, low) if is_low else (low, high)
        lowest, highest = float(low.min()), float(high.max())
        self.parameters |= {
            "families": shares["family"].tolist(), "share_outgoing": outgoing.tolist(),
            "share_returned": returned.tolist(),
            "outgoing": highest if is_low else lowest, "returned": lowest if is_low else highest}
        self.shares = """, share as (select unnest($families::varchar[]) as family,
            unnest($share_outgoing::double[]) as share_outgoing,
            unnest($share_returned::double[]) as share_returned)"""
        self.share = f", {SHARE} as cost_share from line left join share using (family)"
        return self

    def rows(self, amounts: str, amount: str, first: str = "") -> LineRows:
        """The lines with the columns shown."""
        product = ("left join (select product_id, family from contract.products) "
                   "using (product_id)" if self.has_products else "")
        family = "family" if self.has_products else "null"
        query = f"""
            with rate as (select unnest($currencies::varchar[]) as currency,
                unnest($months::date[]) as month, unnest($rates::double[]) as rate){self.shares},
            line as (select invoice_date, invoice_id, line_id, product_id,
                coalesce({family}, '{UNKNOWN_FAMILY}') as family, account_id, kind, revenue, cost,
                list_value, coalesce(currency, $company) as currency,
                cast(date_trunc('month', invoice_date) as date) as month, __file, __row
                from contract.invoice_lines {product}
                where {' and '.join(self.conditions) or 'true'}),
            costed as (select line.* {self.share or 'from line'})
            select {first} invoice_date as date, invoice_id, line_id, product_id, family,
                account_id, coalesce(kind, 'invoice') as kind, {amounts},
                regexp_replace(__file, '^.*[/\\\\]', '') as file, __row as row
            from costed left join rate using (currency, month)"""
        return LineRows.of(self.connection, query, self.parameters, amount)
