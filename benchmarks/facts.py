"""Facts of invoice lines in Parquet: the kit, one hand-written DuckDB query, and pandas.

    python benchmarks/facts.py 10000000          # lines; 2 million by default

All three give the same sums and begin with the same file.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from qbrkit.facts import gather_facts

LINES = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
ACCOUNTS, PRODUCTS, FAMILIES, DAYS, ROUNDS = 5_000, 2_000, 25, 1_095, 3
KEY = ["account_id", "month", "family", "currency"]
QUERY = """
select account_id, date_trunc('month', invoice_date) as month,
       coalesce(family, 'unknown') as family, 'EUR' as currency,
       sum(revenue), sum(revenue) filter (revenue < 0), sum(cost),
       sum(list_value) filter (revenue = 0),
       sum(revenue) filter (revenue > 0 and cost is null),
       sum(revenue) filter (revenue < 0 and cost is null),
       sum(list_value) filter (revenue = 0 and cost is null), count(*),
       count(*) filter (cost is null)
from invoice_lines left join products using (product_id) group by all
"""


def generate(folder: Path) -> None:
    """Lines with the contract's columns and types: 2 % returns, 3 % without cost."""
    connection = duckdb.connect()
    connection.execute(f"""
        copy (select date '2023-01-01' + cast(random() * {DAYS} as integer) as invoice_date,
               'K' || lpad(cast(cast(random() * {ACCOUNTS} as integer) as varchar), 6, '0')
                   as account_id,
               'P' || cast(cast(random() * {PRODUCTS} as integer) as varchar) as product_id,
               cast((case when random() < 0.02 then -1 else 1 end) * random() * 1000
                    as decimal(18,6)) as revenue,
               case when random() < 0.97 then cast(random() * 700 as decimal(18,6)) end as cost,
               cast(random() * 1200 as decimal(18,6)) as list_value,
               cast(null as varchar) as currency
        from range({LINES})) to '{folder}/invoice_lines.parquet'""").fetchall()
    connection.execute(f"""
        copy (select 'P' || range as product_id, 'F' || (range % {FAMILIES}) as family
        from range({PRODUCTS + 1})) to '{folder}/products.parquet'""").fetchall()


def with_pandas(folder: Path) -> pd.DataFrame:
    """The same sums, as an analyst would write them."""
    lines = pd.read_parquet(folder / "invoice_lines.parquet").astype(
        {"revenue": np.float64, "cost": np.float64, "list_value": np.float64})
    lines = lines.merge(pd.read_parquet(folder / "products.parquet"), on="product_id", how="left")
    revenue, no_cost = lines["revenue"], lines["cost"].isna()
    lines = lines.assign(
        month=pd.to_datetime(lines["invoice_date"]).dt.to_period("M").dt.start_time,
        currency=lines["currency"].fillna("EUR"), returns=revenue.where(revenue < 0, 0.0),
        free=lines["list_value"].where(revenue == 0, 0.0),
        sales_without_cost=revenue.where((revenue > 0) & no_cost, 0.0),
        returns_without_cost=revenue.where((revenue < 0) & no_cost, 0.0),
        free_without_cost=lines["list_value"].where((revenue == 0) & no_cost, 0.0),
        lines_n=1, lines_without_cost_n=no_cost)
    return lines.groupby(KEY, dropna=False)[[
        "revenue", "returns", "cost", "free", "sales_without_cost", "returns_without_cost",
        "free_without_cost", "lines_n", "lines_without_cost_n"]].sum().reset_index()


def timed(act: Callable[[], object]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def main() -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(folder)
        connection = duckdb.connect()
        for table in ("invoice_lines", "products"):
            connection.execute(f"create view {table} as from '{folder}/{table}.parquet'")
        ways: dict[str, Callable[[], object]] = {
            "one DuckDB query": lambda: connection.execute(QUERY).df(),
            "qbrkit.facts": lambda: gather_facts(
                connection.table("invoice_lines"), connection.table("products"), "EUR"),
            "pandas": lambda: with_pandas(folder)}
        measured: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, act in ways.items():
                measured[name].append(timed(act))
    base = statistics.median(measured["one DuckDB query"])
    print(f"duckdb {duckdb.__version__}, pandas {pd.__version__}, {LINES:,} lines, median of "
          f"{ROUNDS} rounds")
    for name, figures in measured.items():
        median = statistics.median(figures)
        print(f"{name:<20} {median:6.2f} s   {median / base:5.2f} × the query")


if __name__ == "__main__":
    main()
