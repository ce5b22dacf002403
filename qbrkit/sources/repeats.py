"""Rows that stand more than once: the same key twice, files that overlap, rows a join doubled.

One aggregate over a table tells whether any row repeats; only then its rows are held
against each other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb

from qbrkit.columns import Table
from qbrkit.problems import NOTED, SHOWN, STOPS, Problem
from qbrkit.sources.checks import LINES, Check, amount_sql, run_checks, unusable_sql
from qbrkit.sources.joins_many import check_more_lines
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.read import ORIGIN, TEXT_OF
from qbrkit.sources.recognize import quoted
from qbrkit.sources.tables import UNREAD, Made

AGAIN = "__again"
"""Rows whose key, or whose whole row, stands more than once."""
HANDFUL = 5
"""So many equal rows in different files may be chance."""
BUSY, DOUBLED = 10, 0.9
"""A day with so many rows, of which this share stand twice, was read twice."""
ALIKE = {"black_ops_scores": "a score given twice counts once"}
"""What becomes of rows that are the same in a table without key, where not each counts."""
EQUAL = "stands more than once, the same in every column, and counts once"
ONCE = ('write overlapping = "once" for the source under [sources]: a row of a later file that '
        "stands in an earlier one then counts once")


@dataclass(frozen=True)
class _Rows:
    """A table whose rows are held against each other."""

    connection: duckdb.DuckDBPyConnection
    mapping: Mapping
    found: tuple[str, ...]
    currency: str
    is_overlap_settled: bool
    compares_all: bool

    @property
    def table(self) -> Table:
        return self.mapping.table

    @property
    def relation(self) -> str:
        return f"contract.{quoted(self.table.name)}"

    @property
    def key(self) -> list[str]:
        """SQL of the columns of the key; none when it is not complete."""
        names = self.table.key
        return [quoted(name) for name in names] if all(
            name in self.found for name in names) else []

    @property
    def has_key(self) -> str:
        """SQL that is true of a row whose key is filled in."""
        return " and ".join(f"{name} is not null" for name in self.key) or "false"

    @property
    def without_key(self) -> str:
        """SQL that is true of a row that counts and whose key is not filled in."""
        return f"not ({self.has_key}) and not {unusable_sql(self.table, self.found)}"

    @property
    def whole(self) -> str:
        """SQL of the hash of a whole row, with what could not be read."""
        return "hash(" + ", ".join(quoted(prefix + name) for prefix in ("", UNREAD)
                                   for name in self.found) + ")"

    @property
    def day(self) -> str:
        """SQL of the first date of a row; empty without any."""
        return next((quoted(column.name) for column in self.table.columns
                     if column.kind == "date" and column.name in self.found), "")

    def repeats(self, condition: str, mark: str) -> bool:
        """Whether a mark stands more than once among the rows of a condition."""
        ((repeats,),) = self.ask(f"select count(*) > count(distinct {mark}) from {self.relation} "
                                 f"where {condition}")
        return bool(repeats)

    def gather(self, condition: str, mark: str) -> None:
        """Put the rows of a condition whose mark stands more than once apart."""
        self.connection.execute(
            f"create or replace temp table {AGAIN} as select rowid as __id, {mark} as __mark, "
            f"{self.whole} as __whole, {amount_sql(self.table.name, self.currency)} as __amount, "
            f"* from {self.relation} where {condition} and {mark} in (select {mark} from "
            f"{self.relation} where {condition} group by 1 having count(*) > 1)")

    def ask(self, sql: str) -> list[tuple]:
        """Rows of a query."""
        return self.connection.execute(sql).fetchall()

    def problem(self, check: Check) -> list[Problem]:
        """The problem of the rows that a check finds; none where there is no such row."""
        return run_checks(self.connection, self.table.name, [check], self.currency)


def settle_repeats(connection: duckdb.DuckDBPyConnection, mapping: Mapping, made: Made,
                   currency: str, is_overlap_settled: bool = False,
                   compares_all: bool = False) -> tuple[list[Problem], int]:
    """What is said of rows that repeat, and how many were left out for it.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database; of rows that are the same and repeat their key the first
        one stays in the table.
    mapping : Mapping
        Where the table comes from.
    made : Made
        Its columns found.
    currency : str
        The company's currency.
    is_overlap_settled : bool
        The analyst said how rows count that are the same in the columns mapped and stand in
        several files.
    compares_all : bool
        Rows of a later file that are the same in all columns of the source count once
        already; those that differ in one that is not mapped are still here.

    Returns
    -------
    tuple of list of Problem and int
    """
    rows = _Rows(connection, mapping, made.found, currency, is_overlap_settled, compares_all)
    problems: list[Problem] = []
    left_out = 0
    if rows.repeats(rows.without_key, rows.whole):
        rows.gather(rows.without_key, rows.whole)
        problems += _without_key(rows)
    key = f"hash({', '.join(rows.key)})"
    if rows.key and rows.repeats(rows.has_key, key):
        rows.gather(rows.has_key, key)
        problems += _different(rows)
        found, left_out = _counted_once(rows)
        problems += found
    connection.execute(f"drop table if exists {AGAIN}")
    if mapping.sql and rows.table.name == LINES and not any(
            problem.severity == STOPS for problem in problems):
        problems += check_more_lines(connection, mapping, currency)
    return problems, left_out


def _different(rows: _Rows) -> list[Problem]:
    """Rows of one key that differ: which of them is right cannot be told."""
    together = "together must identify one row" if len(rows.key) > 1 else "must identify one row"
    marks = f"select __mark from {AGAIN} group by 1 having min(__whole) <> max(__whole)"
    again = f"rowid in (select __id from {AGAIN} where __mark in ({marks}))"
    found = rows.problem(Check(
        " + ".join(rows.table.key), again, f"repeats in rows that differ, but {together}", STOPS,
        fix="Remove the repeated rows or the overlapping file, or map another id"))
    return [replace(problem, values=tuple(_differences(rows, marks))) for problem in found]


def _differences(rows: _Rows, marks: str) -> Iterator[str]:
    """In which columns the rows of the first repeated keys differ."""
    key = " || ' / ' || ".join(rows.key)
    columns = [column for column in rows.table.columns
               if column.name in rows.found and column.name not in rows.table.key]
    texts = ", ".join(
        "array_to_string(list_sort(list(distinct coalesce(cast("
        + (f"cast({quoted(column.name)} as DOUBLE)" if column.kind == "money"
           else quoted(column.name))
        + f" as VARCHAR), {quoted(UNREAD + column.name)}, 'nothing'))), ' or ')"
        for column in columns)
    counts = ", ".join(f"count(distinct hash({quoted(column.name)}, "
                       f"{quoted(UNREAD + column.name)}))" for column in columns)
    several = rows.ask(f"select {key}, min(__id), {texts}, {counts} from {AGAIN} "
                                    f"where __mark in ({marks}) group by 1 order by 2 "
                                    f"limit {SHOWN}")
    for name, _, *values in several:
        differ = [f"{column.name} {text}" for column, text, n in zip(
            columns, values[:len(columns)], values[len(columns):], strict=True) if n > 1]
        yield f"{name}: {', '.join(differ)}"


def _counted_once(rows: _Rows) -> tuple[list[Problem], int]:
    """Rows that are the same and repeat their key: the first one stays."""
    again = (f"rowid in (select __id from {AGAIN} join (select __mark, min(__id) as __first "
             f"from {AGAIN} group by 1 having min(__whole) = max(__whole)) using (__mark) "
             "where __id <> __first)")
    found = rows.problem(Check(" + ".join(rows.table.key), again, EQUAL, NOTED,
                               " || ' / ' || ".join(rows.key),
                               "Nothing has to be done; where files overlap, mend the export"))
    if not found:
        return [], 0
    rows.connection.execute(f"delete from {rows.relation} where {again}").fetchall()
    return found, found[0].rows


def _without_key(rows: _Rows) -> Iterator[Problem]:
    """Rows without a key that are the same: in several files, on whole days, or here and there."""
    counted = (f"(select __mark, sum(n) as n, max(n) as most, count(*) as files, min(__amount) as "
               f"amount, min(day) as day from (select __mark, __file, count(*) as n, "
               f"min(__amount) as __amount, min({rows.day or 'null::date'}) as day "
               f"from {AGAIN} group by 1, 2) group by 1)")
    across = f"files > 1{_varied(rows)}"
    ((doubled, money, first, last, within, within_money),) = rows.ask(
        f"select sum(n - most) filter ({across}), sum((n - most)::double * amount) filter "
        f"({across}), min(day) filter ({across}), max(day) filter ({across}), sum(most - 1), "
        f"sum((most - 1)::double * amount) from {counted}")
    if doubled and not rows.is_overlap_settled:
        between = "" if not first else f" on {first}" if first == last else (
            f", from {first} to {last},")
        marks = f"select __mark from {counted} where {across}"
        yield _of_rows(rows, marks, int(doubled), money, STOPS if doubled > HANDFUL else NOTED,
                       f"the same rows stand in several files{between} and count twice",
                       f"If the files overlap, {_once(rows)}; if the rows are different ones, "
                       "map what tells them apart, as invoice_id and line_id, or write "
                       'overlapping = "all"')
    if not within:
        return
    if rows.mapping.sql and (told := _whole_days(rows)):
        yield told
        return
    yield _of_rows(rows, f"select __mark from {counted} where most > 1", int(within), within_money,
                   NOTED, "is the same as another row in every column; "
                   + ALIKE.get(rows.table.name, "each counts"),
                   "Map the id that tells them apart, if there is one; if a row was exported "
                   "twice, mend the export")


def _varied(rows: _Rows) -> str:
    """SQL that leaves rows out that overlap in all columns of the source: those count once."""
    if not rows.compares_all or not rows.mapping.source:
        return ""
    source = f"located.{quoted(rows.mapping.source)}"
    columns = ", ".join(quoted(name) for name, *_ in rows.ask(f"describe {source}")
                        if name not in ORIGIN and not name.startswith(TEXT_OF))
    return (f" and __mark in (select __mark from (select __mark, __file, __row from {AGAIN}) join "
            f"{source} using (__file, __row) group by 1 having min(hash({columns})) <> "
            f"max(hash({columns})))")


def _once(rows: _Rows) -> str:
    """What to write so that rows of files that overlap count once."""
    if not rows.compares_all:
        return ONCE
    given = [rows.mapping.columns.get(name, name).strip() for name in rows.found]
    named = [name for name in given if re.fullmatch(r"[^\W\d]\w*( +\w+)*", name)]
    if len(named) < len(given):
        named.append("…")  # an expression: without its column different rows would be the same
    listed = ", ".join(f'"{name}"' for name in named)
    return (f"name the columns that make a row for the source, as overlapping = [{listed}]: the "
            "rows differ in another column of the export")


def _of_rows(rows: _Rows, marks: str, n: int, money: object, severity: str, what: str,
             fix: str) -> Problem:
    """A problem of rows that repeat: the places of all of them, the count of those too many."""
    (found,) = rows.problem(Check(
        "", f"rowid in (select __id from {AGAIN} where __mark in ({marks}))", what, severity,
        fix=fix))
    return replace(found, rows=n, values=(),
                   money=None if money is None else round(float(str(money)), 2))


def _whole_days(rows: _Rows) -> Problem | None:
    """Days of which nearly every row stands twice: they were read twice, or a join doubled them."""
    if not rows.day:
        return None
    days = (f"select day from (select {rows.day} as day, count(*) as n from {AGAIN} group by 1) "
            f"join (select {rows.day} as day, count(*) as total from {rows.relation} group by 1) "
            f"using (day) where n >= {BUSY} and n >= {DOUBLED} * total")
    ((first, last, extra, money),) = rows.ask(
        f"select min(day), max(day), sum(n - 1), sum((n - 1)::double * amount) from (select "
              f"min({rows.day}) as day, count(*) as n, min(__amount) as amount from {AGAIN} "
              f"where {rows.day} in ({days}) group by __mark)")
    if not extra:
        return None
    return _of_rows(
        rows, f"select __mark from {AGAIN} where {rows.day} in ({days})", int(extra), money, STOPS,
        f"nearly every row of whole days, from {first} to {last}, stands more than once, the same "
        "in every column",
        "If sql joins, join to one row only; if it unites files that overlap, make them one source "
        "with files = [\"…\", \"…\"], rename = { … } where they name a column otherwise, and "
        'overlapping = "once"')
