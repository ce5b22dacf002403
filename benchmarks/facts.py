"""Facts of generated invoice lines: the kit, one hand-written DuckDB query, and pandas."""

import resource
import statistics
import sys
import time
from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd

from qbrkit.facts import gather_facts

LINES = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000
ACCOUNTS, PRODUCTS, FAMILIES, DAYS, ROUNDS = 5_000, 2_000, 25, 1_095, 3
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


def generate(connection: duckdb.DuckDBPyConnection) -> None:
    """Lines with the contract's columns and types: 2 % returns, 3 % without cost."""
    connection.execute(f"""
        create table invoice_lines as
        select date '2023-01-01' + cast(random() * {DAYS} as integer) as invoice_date,
               'K' || lpad(cast(cast(random() * {ACCOUNTS} as integer) as varchar), 6, '0')
                   as account_id,
               'P' || cast(cast(random() * {PRODUCTS} as integer) as varchar) as product_id,
               cast((case when random() < 0.02 then -1 else 1 end) * random() * 1000
                    as decimal(18,6)) as revenue,
               case when random() < 0.97 then cast(random() * 700 as decimal(18,6)) end as cost,
               cast(random() * 1200 as decimal(18,6)) as list_value,
               cast(null as varchar) as currency
        from range({LINES})""")
    connection.register("made", pd.DataFrame({
        "product_id": [f"P{at}" for at in range(PRODUCTS + 1)],
        "family": [f"F{at % FAMILIES}" for at in range(PRODUCTS + 1)]}))
    connection.execute("create table products as select * from made")


def with_pandas(lines: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """The main sums, as an analyst would write them."""
    joined = lines.merge(products, on="product_id", how="left")
    joined = joined.assign(month=joined["invoice_date"].dt.to_period("M").dt.start_time,
                           returns=joined["revenue"].where(joined["revenue"] < 0, 0.0),
                           unknown=joined["revenue"].where(joined["cost"].isna(), 0.0))
    return joined.groupby(["account_id", "month", "family"], observed=True)[
        ["revenue", "returns", "cost", "unknown"]].sum()


def timed(act: Callable[[], object]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def main() -> None:
    """Print one table."""
    connection = duckdb.connect()
    generate(connection)
    lines, products = connection.table("invoice_lines"), connection.table("products")
    frame = connection.execute("select * from invoice_lines").df().astype(
        {"revenue": np.float64, "cost": np.float64})
    families = connection.execute("select * from products").df()
    ways = {"one DuckDB query": lambda: connection.execute(QUERY).df(),
            "qbrkit.facts": lambda: gather_facts(lines, products, "EUR"),
            "pandas, fewer sums": lambda: with_pandas(frame, families)}
    measured: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, act in ways.items():
            measured[name].append(timed(act))
    base = statistics.median(measured["one DuckDB query"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"duckdb {duckdb.__version__}, pandas {pd.__version__}, {LINES:,} lines, median of "
          f"{ROUNDS} rounds, peak memory of all together {peak:,.0f} MB")
    for name, figures in measured.items():
        median = statistics.median(figures)
        print(f"{name:<20} {median:6.2f} s   {median / base:5.2f} × the query")


if __name__ == "__main__":
    main()
