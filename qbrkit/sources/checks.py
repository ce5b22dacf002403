"""Every fault of a table, found together: what stops, what is refused, what is noted."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from qbrkit.columns import TABLES, Column, Table
from qbrkit.problems import NOTED, REFUSED, SHOWN, STOPS, Problem
from qbrkit.settings import Settings
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.recognize import quoted
from qbrkit.sources.tables import UNREAD, Made

LINES = "invoice_lines"
MAY_BE_EMPTY = {(LINES, "account_id")}
"""Required columns whose single values may be missing: such a line is not assigned."""
EARLIEST, LATEST = "1970-01-01", "2100-01-01"
NUMBERS = {"money", "number", "share"}
WANTED = {"money": "a number", "number": "a number", "share": "a number", "date": "a date",
          "month": "a month", "quarter": "a quarter such as 2026Q3", "flag": "yes or no"}
PER_CENT = "Write 30 % as 0.3; a mapping can divide by 100"
LEFT_OUT = {True: "; the row is left out", False: "; the rows are left out"}
"""What a refusal says, by whether it concerns one row."""


@dataclass(frozen=True)
class Check:
    """Rows of a table that must not be: which, and what is said of them.

    Parameters
    ----------
    column : str
        The column concerned, or several.
    condition : str
        SQL that is true of such a row.
    what, severity, fix : str
        As in `Problem`; a refusal's ``what`` is completed.
    shown : str
        SQL of the values to quote.
    """

    column: str
    condition: str
    what: str
    severity: str
    shown: str = ""
    fix: str = ""


def run_checks(connection: duckdb.DuckDBPyConnection, table: str, checks: list[Check],
               currency: str) -> list[Problem]:
    """Problems of the rows that the checks find, by one query over all of them.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    table : str
        The table of the contract.
    checks : list of Check
        What to look for.
    currency : str
        The company's currency; amounts in others are not added to the money concerned.
    """
    if not checks:
        return []
    relation = f"contract.{quoted(table)}"
    amount = f"case when coalesce(currency, '{currency.upper()}') = '{currency.upper()}' " \
             "then revenue end" if table == LINES else "null::double"
    counted = ", ".join(
        f"count(*) filter ({check.condition}), sum({amount}) filter ({check.condition})"
        for check in checks)
    ((*numbers,),) = connection.execute(f"select {counted} from {relation}").fetchall()
    problems = []
    for check, rows, money in zip(checks, numbers[::2], numbers[1::2], strict=True):
        if not rows:
            continue
        values, places = _details(connection, table, check)
        what = check.what + (LEFT_OUT[rows == 1] if check.severity == REFUSED else "")
        problems.append(Problem(table, check.column, what, rows, check.severity, values, places,
                                None if money is None else round(float(money), 2), check.fix))
    return problems


def _details(connection: duckdb.DuckDBPyConnection, table: str,
             check: Check) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The first values, and the first places: file and row, or the ids of rows without."""
    ids = list(TABLES[table].key) or [
        column.name for column in TABLES[table].columns if column.kind == "id"][:1]
    named = " || ', ' || ".join(
        f"'{name} ' || coalesce(cast({quoted(name)} as VARCHAR), '(empty)')" for name in ids)
    listed = connection.execute(
        f"select {f'cast({check.shown} as VARCHAR)' if check.shown else 'null'}, __file, __row, "
        f"{named or 'null'} from contract.{quoted(table)} where {check.condition} "
        f"limit {SHOWN}").fetchall()
    by_file: dict[str, list[int]] = {}
    others = []
    for _, file, row, identity in listed:
        if row is None:
            others += [identity] if identity else []
        else:
            by_file.setdefault(file.replace("\\", "/").rsplit("/", 1)[-1], []).append(row)
    places = [f"{file} row{'s' if len(rows) > 1 else ''} {', '.join(map(str, rows))}"
              for file, rows in by_file.items()]
    values = dict.fromkeys(value for value, *_ in listed if value is not None)
    return tuple(values), tuple(places or dict.fromkeys(others))


def check_table(connection: duckdb.DuckDBPyConnection, mapping: Mapping, made: Made,
                currency: str) -> list[Problem]:
    """All faults of one table that can be seen without the other tables."""
    table = mapping.table
    problems = []
    if missing := [name for name in table.required if name not in made.found]:
        problems.append(_missing_columns(table, missing, made))
    checks = [check for name in made.found for check in _column_checks(table, table[name], made)]
    checks += _repeated_key(table, made)
    return problems + run_checks(connection, table.name, checks, currency)


def _missing_columns(table: Table, missing: list[str], made: Made) -> Problem:
    many = len(missing) > 1
    return Problem(
        table.name, "", f"the required column{'s' if many else ''} {', '.join(missing)} "
        f"{'are' if many else 'is'} missing", 0, STOPS,
        fix=f"Map {'them' if many else 'it'} in qbr.toml under [tables.{table.name}] columns; "
            f"found so far: {', '.join(made.found)}")


def _column_checks(table: Table, column: Column, made: Made) -> Iterator[Check]:
    """The checks of one column."""
    name, unread = quoted(column.name), quoted(UNREAD + column.name)
    if column.name in made.undecided:
        yield Check(column.name, f"{unread} is not null",
                    "day and month cannot be told apart", STOPS, unread,
                    'Write date_format = "%d/%m/%Y" (day first) or "%m/%d/%Y" (month first) for '
                    "the source under [sources], with the signs between them as in the export")
    elif column.kind not in {"id", "text"} or column.allowed:  # any text is an id or a text
        yield from _unread(column, unread)
    if (table.name, column.name) in MAY_BE_EMPTY:
        yield Check(column.name, f"{name} is null", "is empty; what has no account counts in the "
                    "company total as not assigned", NOTED)
    elif column.required:
        yield Check(column.name, f"{name} is null and {unread} is null", "is empty", REFUSED)
    if column.kind == "share":
        yield Check(column.name, f"{name} < 0 or {name} > 1", "must lie from 0 to 1", STOPS, name,
                    PER_CENT)
    if (table.name, column.name) == ("exchange_rates", "rate"):
        yield Check(column.name, f"{name} <= 0", "must be above 0", STOPS, name)
    if column.kind == "date":
        far = f"({name} < date '{EARLIEST}' or {name} >= date '{LATEST}')"
        yield Check(column.name, far, "is no plausible date" + (
            "" if column.required else "; treated as missing"),
            REFUSED if column.required else NOTED, name)


def _unread(column: Column, unread: str) -> Iterator[Check]:
    """What could not be read: too large a number, or not of the column's kind at all."""
    wanted = WANTED.get(column.kind, f"one of {', '.join(column.allowed)}")
    if column.allowed or column.kind == "flag":  # words to be translated, not damaged values
        severity, outcome = STOPS, ""
    elif column.required:
        severity, outcome = REFUSED, ""
    else:
        severity, outcome = NOTED, "; treated as missing"
    too_large = f"regexp_matches({unread}, '^[(+-]?[0-9][0-9.,eE+)-]*$') " \
                f"and length(regexp_replace({unread}, '[.,][0-9]*$|[^0-9]', '', 'g')) > 12"
    if column.kind == "money":
        yield Check(column.name, f"{unread} is not null and {too_large}",
                    f"is too large an amount, a million million or more{outcome}", severity, unread)
    what = f"is not {wanted}{outcome}"
    if column.kind not in NUMBERS:
        fix = {"date": "Write how they are written in date_format of the source, as "
                       'date_format = "%d.%m.%Y"'}.get(column.kind, "")
        if severity == STOPS:
            fix = ("Translate it in the mapping, as case when … then … end, or leave the column "
                   f'out with {column.name} = ""')
        yield Check(column.name, f"{unread} is not null", what, severity, unread, fix)
        return
    large = f"not ({too_large})" if column.kind == "money" else "true"
    digits = f"regexp_matches({unread}, '[0-9]')"
    fix = ('If a comma is the decimal sign, write decimal = "," for the source; if it separates '
           'thousands, decimal = "."') if column.kind != "share" else PER_CENT
    yield Check(column.name, f"{unread} is not null and {large} and {digits}", what, severity,
                unread, fix)
    yield Check(column.name, f"{unread} is not null and not {digits}", what, severity, unread,
                "If it stands for nothing, name it in null_values of the source")


def _repeated_key(table: Table, made: Made) -> list[Check]:
    key = table.key
    if not key or any(name not in made.found for name in key):
        return []
    names = ", ".join(quoted(name) for name in key)
    filled = " and ".join(f"{quoted(name)} is not null" for name in key)
    several = f"({names})" if len(key) > 1 else names
    again = (f"{several} in (select {several} from contract.{quoted(table.name)} "
             f"where {filled} group by {names} having count(*) > 1)")
    together = "together must identify one row" if len(key) > 1 else "must identify one row"
    return [Check(" + ".join(key), f"{filled} and {again}", f"repeats, but {together}", STOPS,
                  " || ' / ' || ".join(quoted(name) for name in key),
                  "Remove the repeated rows or the overlapping file, or map another id")]


def refuse_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> tuple[int, int]:
    """Leave out the rows that cannot be used, and dates nobody can mean.

    Returns
    -------
    tuple of int
        Rows read and rows refused.
    """
    relation = f"contract.{quoted(table.name)}"
    for column in table.columns:
        if column.kind == "date":
            name = quoted(column.name)
            connection.execute(f"update {relation} set {name} = null where {name} < "
                               f"date '{EARLIEST}' or {name} >= date '{LATEST}'").fetchall()
    ((rows,),) = connection.execute(f"select count(*) from {relation}").fetchall()
    unusable = [f"{quoted(name)} is null" for name in table.required
                if (table.name, name) not in MAY_BE_EMPTY]
    ((refused,),) = connection.execute(
        f"delete from {relation} where {' or '.join(unusable)}").fetchall() \
        if unusable else ((0,),)
    return rows, refused


def check_share_refused(table: Table, rows: int, refused: int, settings: Settings) -> list[Problem]:
    """A table of which too much was refused is a table that was mapped wrongly."""
    limit = settings.checks.max_refused_share
    if not refused or refused <= limit * rows:
        return []
    return [Problem(
        table.name, "", f"{refused / rows:.1%} of the rows cannot be used", refused, STOPS,
        fix=f"More than {limit:.1%} usually means a wrong mapping, delimiter, decimal or "
            "date_format; if it is right, raise max_refused_share under [checks] in qbr.toml")]


