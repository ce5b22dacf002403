"""How exports are damaged, and what became of them: sound exports, small damages, what was seen.

The sums are read from the undamaged files by plain Python (csv and Decimal), so that the kit is
never its own witness.
"""

import csv
import io
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

from qbrkit.errors import QbrError
from qbrkit.problems import STOPS
from qbrkit.sources import inspect_workspace

ROOT = Path(__file__).resolve().parents[1]
SAMPLE, COMPANY, SMALL, NORTHWIND = "sample", "sample with accounts", "small", "northwind"
"""The first one is quick: the sample's lines alone, without the columns that are left out."""
SAMPLE_FILES = ("qbr.toml", "invoice_lines_2026.csv")
COMPANY_FILES = (*SAMPLE_FILES, "accounts.csv", "exchange_rates.csv")
LEFT_OUT = 'columns = { currency = "", unit = "", list_value = "", reference_invoice_id = "" }\n'
NORTHWIND_FILES = ("Orders.csv", "Order Details.csv", "Customers.csv", "Products.csv",
                   "Categories.csv")
JARGON = re.compile(r"(?<!')\bNULL\b(?! char)|VARCHAR|\bcast\b|Traceback|Exception|Errno|codec|"
                    r"\w+ Error:|__|\bb'|None\b")
LONGEST = 900
"""A sentence longer than this is not read."""

Change = Callable[[Path], None]


class Line(NamedTuple):
    """One invoice line that must count: its row in the file, its account, its money."""

    row: int
    account: str
    revenue: Decimal


class Totals(NamedTuple):
    """What may not change: how many lines count, and cents overall and by account."""

    lines: int
    cents: int
    by_account: dict[str, int]


@dataclass(frozen=True)
class Stops:
    """The run stops, exit code 2; each pattern stands in one of its sentences."""

    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """The figures are right, and a problem that is told fits each pattern."""

    patterns: tuple[str, ...]
    right: Callable[[list[Line]], list[Line]] = field(default=list)


@dataclass(frozen=True)
class Unharmed:
    """The same figures, and no problem that the sound export has not."""

    right: Callable[[list[Line]], list[Line]] = field(default=list)


@dataclass(frozen=True)
class Damage:
    """One class of fault: what is wrong, in which export, and how it must end.

    `known` tells what is still wrong when the kit does not yet do as it should.
    """

    name: str
    base: str
    change: Change
    outcome: Stops | Listed | Unharmed
    known: str = ""
    through_the_command: bool = False


@dataclass(frozen=True)
class Seen:
    """What an inspection ended in."""

    stopping: tuple[str, ...]
    told: tuple[str, ...]
    kinds: frozenset[tuple[str, str, str]]
    totals: Totals | None


def stops(*patterns: str) -> Stops:
    return Stops(patterns)


def listed(*patterns: str, right: Callable[[list[Line]], list[Line]] = list) -> Listed:
    return Listed(patterns, right)


# Sound exports ---------------------------------------------------------------------------------

def make(base: str, folder: Path) -> None:
    """A sound export by its name, but the real one."""
    if base == SMALL:
        make_small(folder)
        return
    for name in COMPANY_FILES if base == COMPANY else SAMPLE_FILES:
        shutil.copy(ROOT / "data" / "sample" / name, folder)
    if base == SAMPLE:
        text("qbr.toml", lambda held: held.replace('source = "lines"\n',
                                                   f'source = "lines"\n{LEFT_OUT}'))(folder)


SMALL_TOML = """[company]
name = "Kestrel Provisions"
currency = "USD"
[sources]
orders = "orders.csv"
positions = "positions.csv"
customers = { file = "customers.csv", encoding = "windows-1252" }
[tables.invoice_lines]
sql = '''
select p.OrderNo as invoice_id, p.Item as line_id, o.OrderDate as invoice_date,
       o.Customer as account_id, p.Item as product_id, p.Quantity as quantity,
       p.UnitPrice * p.Quantity * (1 - p.Discount) as revenue
from positions p join orders o using (OrderNo)
'''
[tables.accounts]
source = "customers"
columns = { account_id = "CustomerNo", name = "Company", country = "Country" }
"""
CUSTOMERS = {"17850": "Königs Feinkost", "12583": "Crème & Café", "05021": "Señor Pepe",
             "13085": "Blue Anchor", "16029": "Smørrebrød Nord", "14911": "Halden Foods"}


def make_small(folder: Path) -> None:
    """Orders and their positions, joined by SQL: semicolons, US dates, windows-1252."""
    ids = list(CUSTOMERS)
    orders, positions = ["OrderNo;Customer;OrderDate;City"], [
        "OrderNo;Item;UnitPrice;Quantity;Discount"]
    for number in range(120):
        order, month = 10248 + number, number % 18
        day = 1 + number * 7 % 28
        orders.append(f"{order};{ids[number % 6]};{month % 12 + 1}/{day}/{2025 + month // 12};Kiel")
        for item in range(1 + number % 3):
            # half units, tens of pieces and discounts of five per cent give whole cents
            price, pieces = Decimal(5 + number % 40 + item) / 2, 10 * (1 + (number + item) % 9)
            positions.append(f"{order};{40 + item};{price};{pieces};{('0', '0.05', '0.1')[item]}")
    customers = ["CustomerNo;Company;Country", *(f"{one};{name};DE" for one, name
                                                 in CUSTOMERS.items())]
    (folder / "qbr.toml").write_text(SMALL_TOML, encoding="utf-8")
    for name, rows, encoding in (("orders", orders, "utf-8"), ("positions", positions, "utf-8"),
                                 ("customers", customers, "windows-1252")):
        (folder / f"{name}.csv").write_bytes(("\n".join(rows) + "\n").encode(encoding))


def make_northwind(folder: Path, export: Path) -> None:
    """A real export with the qbr.toml that introduces it."""
    for name in NORTHWIND_FILES:
        shutil.copy(export / name, folder)
    shutil.copy(ROOT / "tests" / "northwind" / "qbr.toml", folder)


def lines_of(base: str, folder: Path) -> list[Line]:
    """The lines of a sound export."""
    if base in {SAMPLE, COMPANY}:
        return [Line(row, one["account_id"], Decimal(one["revenue"]))
                for row, one in _rows(folder / "invoice_lines_2026.csv", ",")]
    orders, positions, customer, mark = (
        ("orders.csv", "positions.csv", "Customer", ";") if base == SMALL
        else ("Orders.csv", "Order Details.csv", "CustomerID", ","))
    order = "OrderNo" if base == SMALL else "OrderID"
    account = {one[order]: one[customer] for _, one in _rows(folder / orders, mark)}
    return [Line(row, account[one[order]],
                 Decimal(one["UnitPrice"]) * int(one["Quantity"]) * (1 - Decimal(one["Discount"])))
            for row, one in _rows(folder / positions, mark)]


def _rows(file: Path, delimiter: str) -> Iterable[tuple[int, dict[str, str]]]:
    with open(file, encoding="windows-1252" if delimiter == ";" or " " in file.name
              or file.name == "Orders.csv" else "utf-8", newline="") as text:
        yield from enumerate(list(csv.DictReader(text, delimiter=delimiter)), 2)


# What became of it -----------------------------------------------------------------------------

def totals(lines: Iterable[Line]) -> Totals:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    count = 0
    for line in lines:
        sums[line.account or ""] += Decimal(line.revenue)
        count += 1
    return Totals(count, _cents(sum(sums.values(), Decimal())),
                  {account: _cents(money) for account, money in sums.items()})


def _cents(money: Decimal) -> int:
    return int((money * 100).quantize(Decimal(1), ROUND_HALF_UP))


def look(folder: Path) -> Seen:
    """What ``qbr check`` would say of a workspace: only errors of the kit are caught."""
    try:
        found = inspect_workspace(folder)
    except QbrError as error:
        return Seen(tuple(str(error).splitlines()), (), frozenset(), None)
    stopping = tuple(one.sentence() for one in found.problems if one.severity == STOPS)
    told = tuple(one.sentence() for one in found.problems if one.severity != STOPS)
    kinds = frozenset((one.table, one.column, one.what) for one in found.problems)
    counted = None
    if not stopping:
        counted = totals(Line(0, account, revenue) for account, revenue in
                         found.lines.project("account_id, revenue").fetchall())
    found.connection.close()
    return Seen(stopping, told, kinds, counted)


def faults(outcome: Stops | Listed | Unharmed, seen: Seen, sound: Seen,
           lines: list[Line]) -> list[str]:
    """What an outcome is not as it should be; empty when all is well."""
    wrong = [f"reads badly: {one[:LONGEST]}" for one in (*seen.stopping, *seen.told)
             if JARGON.search(one) or len(one) > LONGEST]
    if isinstance(outcome, Stops):
        if not seen.stopping:
            return [*wrong, f"does not stop: {seen.told}"]
        return wrong + [f"no sentence fits {one!r}: {seen.stopping}" for one in outcome.patterns
                        if not any(re.search(one, sentence) for sentence in seen.stopping)]
    if seen.stopping:
        return [*wrong, f"stops: {seen.stopping}"]
    right = totals(outcome.right(lines))
    if seen.totals != right:
        wrong.append(f"counts {_difference(seen.totals, right)}; told: {seen.told}")
    if isinstance(outcome, Listed):
        wrong += [f"no sentence fits {one!r}: {seen.told}" for one in outcome.patterns
                  if not any(re.search(one, sentence) for sentence in seen.told)]
    elif seen.kinds != sound.kinds:
        wrong.append(f"told for nothing: {seen.told}")
    return wrong


def _difference(found: Totals | None, right: Totals) -> str:
    assert found is not None
    accounts = {account for account in found.by_account.keys() | right.by_account.keys()
                if found.by_account.get(account) != right.by_account.get(account)}
    return (f"{found.lines} lines and {found.cents} cents, not {right.lines} and {right.cents}; "
            f"other at {sorted(accounts)[:5]}")


# Right figures after a damage ------------------------------------------------------------------

def without(*rows: int) -> Callable[[list[Line]], list[Line]]:
    """The lines without some rows."""
    return lambda lines: [line for line in lines if line.row not in rows]


def moved(row: int, account: str) -> Callable[[list[Line]], list[Line]]:
    """One line counts for another account."""
    return lambda lines: [line._replace(account=account) if line.row == row else line
                          for line in lines]


def worth(row: int, revenue: str) -> Callable[[list[Line]], list[Line]]:
    """One line has another revenue."""
    return lambda lines: [line._replace(revenue=Decimal(revenue)) if line.row == row else line
                          for line in lines]


# Damages ---------------------------------------------------------------------------------------

def together(*changes: Change) -> Change:
    """Several changes, one after the other."""
    def change(folder: Path) -> None:
        for one in changes:
            one(folder)
    return change


def data(file: str, edit: Callable[[bytes], bytes]) -> Change:
    """Other bytes in a file."""
    def change(folder: Path) -> None:
        (folder / file).write_bytes(edit((folder / file).read_bytes()))
    return change


def text(file: str, edit: Callable[[str], str], encoding: str = "utf-8") -> Change:
    """Other text in a file."""
    return data(file, lambda held: edit(held.decode(encoding)).encode(encoding))


def swap(file: str, old: str, new: str) -> Change:
    """One text in a file for another, wherever it stands; it must be there."""
    def edit(held: bytes) -> bytes:
        assert old.encode() in held, f"{old!r} is not in {file}"
        return held.replace(old.encode(), new.encode())
    return data(file, edit)


def new(file: str, content: bytes | str) -> Change:
    """A file made or replaced."""
    held = content if isinstance(content, bytes) else content.encode()

    def change(folder: Path) -> None:
        (folder / file).write_bytes(held)
    return change


def renamed(old: str, other: str) -> Change:
    """A file under another name."""
    def change(folder: Path) -> None:
        (folder / old).rename(folder / other)
    return change


def gone(file: str) -> Change:
    """A file removed."""
    def change(folder: Path) -> None:
        (folder / file).unlink()
    return change


def line(file: str, row: int, edit: Callable[[str], str]) -> Change:
    """One line of a file written otherwise; row 1 is the header."""
    def edit_lines(held: str) -> str:
        lines = held.splitlines(keepends=True)
        lines[row - 1] = edit(lines[row - 1].rstrip("\n")) + "\n"
        return "".join(lines)
    return text(file, edit_lines)


def inserted(file: str, row: int, content: str) -> Change:
    """A line that comes to stand at a row; -1 is behind the last."""
    def edit(held: str) -> str:
        lines = held.splitlines(keepends=True)
        lines.insert(row - 1 if row > 0 else len(lines), content + "\n")
        return "".join(lines)
    return text(file, edit)


def table(file: str, edit: Callable[[list[list[str]]], list[list[str]]]) -> Change:
    """Other rows of fields; the header is the first."""
    def rewrite(held: str) -> str:
        mark = ";" if ";" in held.split("\n", 1)[0] else ","
        written = io.StringIO()
        csv.writer(written, delimiter=mark, lineterminator="\n").writerows(
            edit(list(csv.reader(io.StringIO(held), delimiter=mark))))
        return written.getvalue()
    return text(file, rewrite)


def cell(file: str, row: int, name: str, content: str) -> Change:
    """One field; rows are counted as a spreadsheet does."""
    def edit(rows: list[list[str]]) -> list[list[str]]:
        rows[row - 1][rows[0].index(name)] = content
        return rows
    return table(file, edit)


def column(file: str, name: str, edit: Callable[[str, int], str]) -> Change:
    """Every field of a column, from what it holds and its row."""
    def rewrite(rows: list[list[str]]) -> list[list[str]]:
        at = rows[0].index(name)
        for row, fields in enumerate(rows[1:], 2):
            fields[at] = edit(fields[at], row)
        return rows
    return table(file, rewrite)
