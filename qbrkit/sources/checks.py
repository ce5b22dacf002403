"""Every fault of every table, found together: what stops, what is refused, what is noted."""

from collections.abc import Iterable

import duckdb

from qbrkit.columns import TABLES, Column, Table
from qbrkit.problems import NOTED, REFUSED, SHOWN, STOPS, Problem
from qbrkit.settings import Settings
from qbrkit.sources.mapping import UNREAD, Mapping
from qbrkit.sources.read import Source
from qbrkit.sources.recognize import quoted

MAY_BE_EMPTY = {("invoice_lines", "account_id")}
"""Required columns whose single values may be missing: such a line is not assigned."""
EARLIEST, LATEST = "1970-01-01", "2100-01-01"


class TableChecks:
    """The checks of one table of the contract, as it was mapped.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    mapping : Mapping
        Where the table comes from.
    found : list of str
        Columns of the contract that it has.
    source : Source or None
        Its source, for row numbers; None when it is made by SQL.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, mapping: Mapping,
                 found: list[str], source: Source | None) -> None:
        self.connection, self.table, self.found = connection, mapping.table, found
        self.source = source
        self.relation = f"contract.{quoted(mapping.table.name)}"

    def problems(self) -> list[Problem]:
        """All faults of this table that can be seen without the other tables."""
        if missing := [name for name in self.table.required if name not in self.found]:
            return [self._missing_columns(missing)]
        found = [self.table[name] for name in self.found]
        return [problem for problem in (
            *(self._unread(column) for column in found),
            *(self._empty(column) for column in found if column.required),
            *(self._out_of_range(column) for column in found if column.kind in {"date", "share"}),
            self._repeated_key(),
        ) if problem]

    def _missing_columns(self, missing: list[str]) -> Problem:
        names = ", ".join(missing)
        return Problem(
            self.table.name, "", f"required columns are missing: {names}", 0, STOPS,
            fix=f"Map them under [tables.{self.table.name}] columns; found so far: "
                f"{', '.join(self.found)}")

    def _unread(self, column: Column) -> Problem | None:
        text = quoted(UNREAD + column.name)
        wanted = {"money": "a number", "number": "a number", "share": "a number",
                  "date": "a date", "month": "a month", "quarter": "a quarter as 2026Q3",
                  "flag": "yes or no"}.get(column.kind, f"one of {', '.join(column.allowed)}")
        if column.allowed:
            severity, outcome = STOPS, ""
        elif column.required:
            severity, outcome = REFUSED, "; the rows are left out"
        else:
            severity, outcome = NOTED, "; treated as missing"
        return self._problem(column, f"{text} is not null", f"is not {wanted}{outcome}",
                             severity, text, self._reading_hint(column))

    def _reading_hint(self, column: Column) -> str:
        if column.kind in {"money", "number", "share"}:
            return "If these are decimal commas, write decimal = \",\" for the source"
        if column.kind in {"date", "month"}:
            return "If day and month cannot be told apart, write date_format, as \"%d/%m/%Y\""
        if column.allowed:
            return "Translate them in the mapping, as case when … then … end"
        return ""

    def _empty(self, column: Column) -> Problem | None:
        if (self.table.name, column.name) in MAY_BE_EMPTY:
            return self._problem(
                column, f"{quoted(column.name)} is null",
                "is empty; the lines count in the company total as not assigned", NOTED)
        name = quoted(column.name)
        return self._problem(column, f"{name} is null and {quoted(UNREAD + column.name)} is null",
                             "is empty; the rows are left out", REFUSED)

    def _out_of_range(self, column: Column) -> Problem | None:
        name = quoted(column.name)
        if column.kind == "share":
            return self._problem(column, f"{name} < 0 or {name} > 1",
                                 "must lie from 0 to 1", STOPS, name)
        return self._problem(column, f"{name} < date '{EARLIEST}' or {name} >= date '{LATEST}'",
                             "is no plausible date; the rows are left out", REFUSED, name)

    def _repeated_key(self) -> Problem | None:
        key = self.table.key
        if not key or any(name not in self.found for name in key):
            return None
        names = ", ".join(quoted(name) for name in key)
        filled = " and ".join(f"{quoted(name)} is not null" for name in key)
        again = (f"({names}) in (select ({names}) from {self.relation} where {filled} "
                 f"group by {names} having count(*) > 1)")
        if len(key) == 1:
            again = again.replace(f"({names}) in", f"{names} in").replace(
                f"select ({names})", f"select {names}")
        shown = " || ' / ' || ".join(quoted(name) for name in key)
        return self._problem(
            self.table[key[0]], f"{filled} and {again}",
            f"repeats: {' and '.join(key)} must identify one row", STOPS, shown,
            "Remove the repeated rows or overlapping files, or map another id", " + ".join(key))

    def _problem(self, column: Column, condition: str, what: str, severity: str,
                 values: str = "", fix: str = "", named: str = "") -> Problem | None:
        """The problem of the rows that meet a condition; None when there are none."""
        amount = "sum(revenue)" if self.table.name == "invoice_lines" else "null"
        ((rows, money),) = self.connection.execute(
            f"select count(*), {amount} from {self.relation} where {condition}").fetchall()
        if not rows:
            return None
        listed = self.connection.execute(
            f"select {f'cast({values} as VARCHAR)' if values else 'null'}, __file, __row "
            f"from {self.relation} where {condition} limit {SHOWN}").fetchall()
        return Problem(
            self.table.name, named or column.name, what, rows, severity,
            tuple(dict.fromkeys(str(value) for value, *_ in listed if value is not None)),
            self._places([(file, row) for _, file, row in listed if file is not None]),
            None if money is None else round(float(money), 2), fix)

    def _places(self, rows: list[tuple[str, int]]) -> tuple[str, ...]:
        """File and row numbers as a spreadsheet counts them."""
        if self.source is None or not self.source.files:
            return tuple(dict.fromkeys(file for file, _ in rows))
        starts = dict(self.connection.execute(
            f"select __file, min(__row) from located.{quoted(self.source.name)} "
            "group by __file").fetchall()) if rows else {}
        by_file: dict[str, list[int]] = {}
        for file, row in rows:
            number = row - starts.get(file, 0) + 1 + self.source.header_rows
            by_file.setdefault(file.replace("\\", "/").rsplit("/", 1)[-1], []).append(number)
        return tuple(f"{file} row {', '.join(map(str, numbers))}"
                     for file, numbers in by_file.items())

    def refuse(self) -> tuple[int, int]:
        """Leave out the rows that cannot be used.

        Returns
        -------
        tuple of int
            Rows read and rows refused.
        """
        ((rows,),) = self.connection.execute(
            f"select count(*) from {self.relation}").fetchall()
        unusable = [f"{quoted(name)} is null" for name in self.table.required
                    if (self.table.name, name) not in MAY_BE_EMPTY]
        unusable += [f"{quoted(column.name)} < date '{EARLIEST}'"
                     f" or {quoted(column.name)} >= date '{LATEST}'"
                     for column in self.table.columns if column.kind == "date"]
        ((refused,),) = self.connection.execute(
            f"delete from {self.relation} where {' or '.join(unusable)}").fetchall() \
            if unusable else ((0,),)
        return rows, refused


def check_share_refused(table: Table, rows: int, refused: int, settings: Settings) -> list[Problem]:
    """A table of which too much was refused is a table that was mapped wrongly."""
    limit = settings.checks.max_refused_share
    if not refused or refused <= limit * rows:
        return []
    return [Problem(table.name, "", f"{refused} of {rows} rows cannot be used", refused, STOPS,
                    fix=f"More than {limit:.0%} usually means a wrong mapping, delimiter, decimal "
                        "or date_format; if it is right, raise [checks] max_refused_share")]


def check_between_tables(connection: duckdb.DuckDBPyConnection, tables: Iterable[str],
                         company_currency: str) -> list[Problem]:
    """Faults that show only when two tables are held against each other.

    Ids that lead nowhere, parents in a circle, and currencies without a rate.
    """
    present = set(tables)
    problems = [_orphans(connection, name, "account_id", "accounts") for name in present
                if "account_id" in TABLES[name].names and name != "accounts"
                and "accounts" in present]
    if {"invoice_lines", "products"} <= present:
        problems.append(_orphans(connection, "invoice_lines", "product_id", "products"))
    if {"activities", "contacts"} <= present:
        problems.append(_orphans(connection, "activities", "contact_id", "contacts"))
    if "accounts" in present:
        problems.append(_parents_in_a_circle(connection))
    problems.append(_missing_rates(connection, present, company_currency))
    return [problem for problem in problems if problem]


def _orphans(connection: duckdb.DuckDBPyConnection, table: str, column: str,
             home: str) -> Problem | None:
    amount = "sum(revenue)" if table == "invoice_lines" else "null"
    condition = (f"{column} is not null and {column} not in "
                 f"(select {column} from contract.{home} where {column} is not null)")
    ((rows, money),) = connection.execute(
        f"select count(*), {amount} from contract.{table} where {condition}").fetchall()
    if not rows:
        return None
    values = connection.execute(f"select distinct {column} from contract.{table} "
                                f"where {condition} order by 1 limit {SHOWN}").fetchall()
    kept = {"account_id": "the account is shown by its id" if table == "invoice_lines"
            else "the rows are not used",
            "product_id": "the lines count in the family “unknown”",
            "contact_id": "the exchange counts for the account, not for a person"}[column]
    return Problem(table, column, f"is not in {home}; {kept}", rows, NOTED,
                   tuple(value for value, in values),
                   money=None if money is None else round(float(money), 2),
                   fix=f"Complete the export of {home}")


def _parents_in_a_circle(connection: duckdb.DuckDBPyConnection) -> Problem | None:
    parents = dict(connection.execute(
        "select account_id, parent_id from contract.accounts where parent_id is not null "
        "and parent_id <> account_id").fetchall())
    circling = []
    for account in parents:
        seen, current = {account}, parents[account]
        while current in parents and current not in seen:
            seen.add(current)
            current = parents[current]
        if current == account:
            circling.append(account)
    if not circling:
        return None
    return Problem("accounts", "parent_id", "leads back to the account itself", len(circling),
                   STOPS, tuple(sorted(circling)[:SHOWN]), fix="Empty one parent_id of the circle")


def _missing_rates(connection: duckdb.DuckDBPyConnection, present: set[str],
                   company_currency: str) -> Problem | None:
    if "invoice_lines" not in present:
        return None
    rates = ("select currency, month from contract.exchange_rates"
             if "exchange_rates" in present else "select null, null where false")
    missing = connection.execute(
        "select currency, strftime(date_trunc('month', invoice_date), '%Y-%m') as month, count(*) "
        "from contract.invoice_lines where currency is not null and currency <> ? "
        f"and (currency, cast(date_trunc('month', invoice_date) as DATE)) not in ({rates}) "
        "group by 1, 2 order by 1, 2", [company_currency]).fetchall()
    if not missing:
        return None
    return Problem("exchange_rates", "rate", "there is no rate for the lines in",
                   sum(count for *_, count in missing), STOPS,
                   tuple(f"{currency} {month}" for currency, month, _ in missing[:SHOWN]),
                   fix=f"Add the rates to exchange_rates, in {company_currency} for one unit")
