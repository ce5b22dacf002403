"""The internal review of a large company: how long after the facts, section by section.

    python benchmarks/internal_review.py --accounts 20000      # 2 million lines by default

Firmness, bootstrap intervals, quantile regression, bridges, seasons and the year plan are in it.
"""

import argparse
import cProfile
import pstats
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd

from qbrkit.reviews import review_quarter
from qbrkit.sources import keep_workspace, open_workspace

FAMILIES, PRODUCTS, MONTHS = 12, 400, 48
TABLES = {
    "accounts": """
        select 'K' || lpad(cast(range as varchar), 6, '0') as account_id,
               'Customer ' || range as name, 'T' || (range % 8) as territory,
               'I' || (range % 6) as industry, cast(5 + 2000 * pow(random(), 4) as integer)
               as employees, 'Manager ' || (range % 40) as owner,
               ['DE', 'AT', 'CH', 'US'][1 + range % 4] as country
        from range({accounts})""",
    "invoice_lines": """
        select date '2022-10-01' + cast(random() * {days} as integer) as invoice_date,
               'K' || lpad(cast(cast(least(pow(random(), 3) * {accounts}, {accounts} - 1)
                   as integer) as varchar), 6, '0') as account_id,
               'P' || cast(cast(random() * {products} as integer) as varchar) as product_id,
               1 + cast(random() * 20 as integer) as quantity, 'piece' as unit,
               round((case when random() < 0.02 then -1 else 1 end) * random() * 1000, 2)
                   as revenue,
               case when random() < 0.97 then round(random() * 600, 2) end as cost,
               'L' || range as line_id
        from range({lines})""",
    "products": """
        select 'P' || range as product_id, 'Family ' || (range % {families}) as family
        from range({products} + 1)""",
    "contacts": """
        select 'C' || range as contact_id,
               'K' || lpad(cast(range % {accounts} as varchar), 6, '0') as account_id,
               'Person ' || range as name, 'p' || range || '@example.com' as email,
               ['decider', 'influencer', 'gatekeeper', 'buyer', 'user'][1 + range // {accounts} % 5]
                   as roles, 1 + range % 5 as influence
        from range({accounts} * 4)""",
    "activities": """
        select 'C' || cast(floor(random() * {accounts} * 4) as bigint) as contact_id,
               date '2026-09-30' - cast(random() * 365 as integer) as date,
               'Manager ' || (range % 40) as owner, 'phone' as channel, 'two_way' as direction
        from range({accounts} * 20)""",
}
SETTINGS = """
[company]
name = "Large company"
fiscal_year_start = 10

[periods]
data_from = 2022-10-01
data_until = 2026-09-30
"""


def generate(folder: Path, accounts: int, lines: int) -> None:
    """A workspace of Parquet files."""
    connection = duckdb.connect()
    connection.execute("select setseed(0.5)").fetchall()
    values = {"accounts": accounts, "lines": lines, "days": 4 * 365, "products": PRODUCTS,
              "families": FAMILIES}
    for name, query in TABLES.items():
        text = query.format(**values)
        if name == "activities":
            text = f"""select a.*, 'K' || lpad(cast(cast(substr(a.contact_id, 2) as bigint)
                       % {accounts} as varchar), 6, '0') as account_id from ({text}) a"""
        connection.execute(f"copy ({text}) to '{folder}/{name}.parquet'").fetchall()
    sources = "\n".join(f'{name} = "{name}.parquet"' for name in TABLES)
    tables = "\n".join(f'[tables.{name}]\nsource = "{name}"' for name in TABLES)
    (folder / "qbr.toml").write_text(f"{SETTINGS}\n[sources]\n{sources}\n\n{tables}\n",
                                     encoding="utf-8")


def main() -> None:
    """Print the times of one review."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--accounts", type=int, default=20_000)
    wanted.add_argument("--lines", type=int, default=2_000_000)
    wanted.add_argument("--profile", type=int, default=0, help="so many functions by own time")
    given = wanted.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, work = Path(name), Path(name) / "out" / "work"
        generate(folder, given.accounts, given.lines)
        started = time.perf_counter()
        workspace = keep_workspace(open_workspace(folder, work), work)
        opened = time.perf_counter()
        profile = cProfile.Profile()
        if given.profile:
            profile.enable()
        review = review_quarter(workspace)
        profile.disable()
        ended = time.perf_counter()
        kept = review_quarter(open_workspace(folder, work))
        again = time.perf_counter()
    print(f"pandas {pd.__version__}, {given.accounts:,} accounts, {given.lines:,} lines, "
          f"{len(review.green_circle):,} Green Circle")
    print(f"read and checked      {opened - started:7.1f} s")
    print(f"review, facts gathered {ended - opened:6.1f} s")
    print(f"review, facts kept    {again - ended:7.1f} s ({len(kept.accounts):,} accounts)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory           {peak:7.2f} GB")
    if given.profile:
        pstats.Stats(profile, stream=sys.stdout).sort_stats("cumtime").print_stats(given.profile)


if __name__ == "__main__":
    main()
