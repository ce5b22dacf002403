"""A CSV export into checked tables: the kit against DuckDB's own read_csv of the same file.

    python benchmarks/reading.py 10000000 2      # lines; memory limit in GB, none by default
"""

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from qbrkit.sources import keep_workspace, open_workspace

LINES = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
LIMIT = f"[embedded]\nmemory_limit_gb = {sys.argv[2]}\n" if len(sys.argv) > 2 else ""
ROUNDS = 3 if LINES <= 20_000_000 else 1


def generate(folder: Path) -> None:
    """Invoice lines as an ERP exports them, and a table of products."""
    connection = duckdb.connect()
    connection.execute(f"""
        copy (select 'R' || lpad(cast(range // 7 as varchar), 9, '0') as invoice_id,
               cast(range % 7 + 1 as varchar) as line_id,
               date '2023-01-01' + cast(random() * 1094 as integer) as invoice_date,
               'K' || lpad(cast(cast(random() * 5000 as integer) as varchar), 6, '0')
                   as account_id,
               'P' || cast(cast(random() * 2000 as integer) as varchar) as product_id,
               cast(random() * 20 + 1 as integer) as quantity,
               cast(200 + random() * 800 as decimal(12,2)) as revenue,
               case when random() < 0.97 then cast(100 + random() * 100 as decimal(12,2)) end
                   as cost,
               cast(random() * 1200 as decimal(12,2)) as list_value
        from range({LINES})) to '{folder}/invoice_lines.csv' (header)""").fetchall()
    connection.execute(f"""
        copy (select 'P' || range as product_id, 'F' || (range % 25) as family
        from range(2001)) to '{folder}/products.csv' (header)""").fetchall()
    (folder / "qbr.toml").write_text(f'[company]\nname = "Large"\n{LIMIT}')


def read_csv(folder: Path) -> None:
    """DuckDB alone."""
    with duckdb.connect() as connection:
        connection.execute("create table lines as select * from "
                           f"read_csv('{folder}/invoice_lines.csv')").fetchall()


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
        work = folder / "work"
        ways: dict[str, Callable[[], object]] = {
            "DuckDB's read_csv": lambda: read_csv(folder),
            "qbrkit, checked": lambda: open_workspace(folder)}
        measured: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, act in ways.items():
                measured[name].append(timed(act))
        measured["… and kept"] = [timed(lambda: keep_workspace(
            open_workspace(folder, work), work))]
        measured["opened again"] = [timed(lambda: open_workspace(folder, work))]
        size = (folder / "invoice_lines.csv").stat().st_size / 1e6
    base = statistics.median(measured["DuckDB's read_csv"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"duckdb {duckdb.__version__}, {LINES:,} lines, {size:,.0f} MB, median of {ROUNDS} "
          f"rounds, peak memory of all together {peak:,.0f} MB")
    for name, figures in measured.items():
        median = statistics.median(figures)
        print(f"{name:<20} {median:6.2f} s   {median / base:5.2f} × read_csv")


if __name__ == "__main__":
    main()
