"""Every fault of a table, found together: what stops, what is refused, what is noted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import duckdb

from qbrkit.columns import NUMBERS, TABLES, Column, Table
from qbrkit.problems import NOTED, REFUSED, SHOWN, STOPS, VALUES_SHOWN, Problem
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.recognize import quoted
from qbrkit.sources.tables import UNREAD, Made

LINES = "invoice_lines"
MAY_BE_EMPTY = {(LINES, "account_id")}
"""Required columns whose single values may be missing: such a line is not assigned."""
EARLIEST, LATEST = "1970-01-01", "2100-01-01"
WANTED = {"money": "a number", "number": "a number", "share": "a number", "date": "a date",
          "month": "a month", "quarter": "a quarter such as 2026Q3", "flag": "yes or no"}
PER_CENT = "Write 30 % as 0.3; a mapping can divide by 100"
EMPTY = "is empty"
SERIAL = r"^[2-6]\d{4}([.,]\d+)?$"
"""Days since 1900 as a spreadsheet counts them, from 1954 to 2091."""
TOTALS = ("invoice_id", "line_id", "product_id")
"""Columns in which a line that is a total says so."""
TOTAL_WORDS = "total|totals|sum|summe|gesamt|gesamtsumme|zwischensumme"
TOTAL = rf"^(?i)\s*(grand |sub-?)?({TOTAL_WORDS})\b"
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
    """Problems of the rows that the checks find: one query over all of them counts the rows.

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
    relation, amount = f"contract.{quoted(table)}", amount_sql(table, currency)
    counted = ", ".join(f"count(*) filter ({check.condition})" for check in checks)
    ((*counts,),) = connection.execute(f"select {counted} from {relation}").fetchall()
    found = [(check, rows) for check, rows in zip(checks, counts, strict=True) if rows]
    if not found:
        return []
    summed = ", ".join(f"sum({amount}) filter ({check.condition})" for check, _ in found)
    ((*sums,),) = connection.execute(f"select {summed} from {relation}").fetchall()
    problems = []
    for (check, rows), money in zip(found, sums, strict=True):
        values = _values(connection, relation, check)
        places = _places(connection, table, check)
        what = check.what + (LEFT_OUT[rows == 1] if check.severity == REFUSED else "")
        problems.append(Problem(table, check.column, what, rows, check.severity,
                                values[:VALUES_SHOWN], places,
                                None if money is None else round(float(money), 2), check.fix,
                                len(values) > VALUES_SHOWN if values else None))
    return problems


def amount_sql(table: str, currency: str) -> str:
    """SQL of the money of a row: revenue of a line in the company's currency."""
    own = currency.upper()
    return (f"case when coalesce(currency, '{own}') = '{own}' then revenue end"
            if table == LINES else "null::double")


def _values(connection: duckdb.DuckDBPyConnection, relation: str, check: Check) -> tuple[str, ...]:
    """The first different values, and one more than is quoted where there are more."""
    if not check.shown:
        return ()
    listed = connection.execute(
        f"select shown, min(__row) from (select cast({check.shown} as VARCHAR) as shown, __row "
        f"from {relation} where {check.condition}) where shown is not null "
        f"group by 1 order by 2, 1 limit {VALUES_SHOWN + 1}").fetchall()
    return tuple(value for value, _ in listed)


def _places(connection: duckdb.DuckDBPyConnection, table: str, check: Check) -> tuple[str, ...]:
    """The first places: file and row, or the ids of rows without."""
    ids = list(TABLES[table].key) or [
        column.name for column in TABLES[table].columns if column.kind == "id"][:1]
    named = " || ', ' || ".join(
        f"'{name} ' || coalesce(cast({quoted(name)} as VARCHAR), '(empty)')" for name in ids)
    listed = connection.execute(
        f"select __file, __row, {named or 'null'} from contract.{quoted(table)} "
        f"where {check.condition} limit {SHOWN}").fetchall()
    by_file: dict[str, list[int]] = {}
    others = []
    for file, row, identity in listed:
        if row is None:
            others += [identity] if identity else []
        else:
            by_file.setdefault(file.replace("\\", "/").rsplit("/", 1)[-1], []).append(row)
    places = [f"{file} row{'s' if len(rows) > 1 else ''} {', '.join(map(str, rows))}"
              for file, rows in by_file.items()]
    return tuple(places or dict.fromkeys(others))


def check_table(connection: duckdb.DuckDBPyConnection, mapping: Mapping, made: Made,
                currency: str) -> list[Problem]:
    """All faults of one table that can be seen without the other tables."""
    table = mapping.table
    problems = []
    if missing := [name for name in table.required if name not in made.found]:
        problems.append(_missing_columns(table, missing, made))
    checks = [check for name in made.found for check in _column_checks(table, table[name], made)]
    found = run_checks(connection, table.name, checks, currency)
    ((rows, usable),) = connection.execute(
        f"select count(*), count(*) filter (not {unusable_sql(table, made.found)}) "
        f"from contract.{quoted(table.name)}").fetchall()
    problems += [_of_nobody(problem) if (problem.table, problem.column) in MAY_BE_EMPTY
                 and problem.rows == usable and EMPTY in problem.what else problem
                 for problem in found]
    if not rows and table.name != LINES:  # without a line nothing can be told, and that stops
        problems.append(Problem(
            table.name, "", "is empty: it has its columns and no row", 0, NOTED,
            fix="Export it again, if there should be rows; what rests on it says that it is "
                "missing or counts zero"))
    return problems


def _of_nobody(problem: Problem) -> Problem:
    """No line has an account: the column is mapped wrongly, or the export lacks it."""
    return replace(problem, what=f"{EMPTY} in all lines", severity=STOPS,
                   fix=f"Map the account under [tables.{LINES}] columns, or export it as well")


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
    elif column.name in made.unclear:
        yield _unclear(column, unread, made.unclear[column.name])
    elif column.kind not in {"id", "text"} or column.allowed:  # any text is an id or a text
        yield from _unread(column, unread, _usable(table, column, made))
    if column.kind == "id":
        yield _short_form(table, column)
    elif column.kind == "text" and not column.allowed:
        yield from _damaged(column)
    if (table.name, column.name) in MAY_BE_EMPTY:
        yield Check(column.name, f"{name} is null and not {unusable_sql(table, made.found)}",
                    f"{EMPTY}; what has no account counts in the company total as not assigned",
                    NOTED)
    elif column.required:
        yield Check(column.name, f"{name} is null and {unread} is null", EMPTY, REFUSED)
    if table.name == LINES and column.name in TOTALS:
        yield Check(column.name, total_sql([column.name]), "names a total, not a line", REFUSED,
                    name)
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


def when(cheap: str, dear: str) -> str:
    """SQL of two conditions together; an `and` outside `where` would compute both of every row.

    What is neither true nor false, as of an empty value, is false: `not` of it is true.
    """
    return f"(case when {cheap} then coalesce({dear}, false) else false end)"


def total_sql(found: Iterable[str]) -> str:
    """SQL that is true of a line without account that is the total of others."""
    named = [f"regexp_matches({quoted(name)}, '{TOTAL}')" for name in found if name in TOTALS]
    return when("account_id is null", " or ".join(named) or "false")


def unusable_sql(table: Table, found: Iterable[str]) -> str:
    """SQL that is true of a row that is refused, and never null; of the columns found."""
    found = list(found)
    refused = []
    for column in (table[name] for name in table.required if name in found):
        name = quoted(column.name)
        if (table.name, column.name) not in MAY_BE_EMPTY:
            refused.append(f"{name} is null")
            if column.kind == "date":
                refused.append(f"{name} < date '{EARLIEST}' or {name} >= date '{LATEST}'")
    if table.name == LINES and "account_id" in found:
        refused.append(total_sql(found))
    return f"coalesce({' or '.join(refused) or 'false'}, false)"


def _usable(table: Table, column: Column, made: Made) -> str:
    """SQL that is true of a row whose other required columns can be used."""
    others = [f"{quoted(name)} is not null" for name in table.required
              if name in made.found and name != column.name
              and (table.name, name) not in MAY_BE_EMPTY]
    return " and ".join(others) or "true"


def _damaged(column: Column) -> Iterator[Check]:
    """Texts that were written in one encoding and read in another before they were exported."""
    name = quoted(column.name)
    fix = "Export it again as UTF-8; a spreadsheet in between may have changed the encoding"
    yield Check(column.name, f"contains({name}, '\ufffd')", "has lost letters, which stand as "
                "\ufffd", NOTED, name, fix)
    yield Check(column.name, when(f"contains({name}, 'Ã') or contains({name}, 'Â')",
                                  rf"regexp_matches({name}, '[ÃÂ][\x{{80}}-\x{{BF}}]')"),
                "was encoded twice, so that one letter became two", NOTED, name, fix)


def _unread(column: Column, unread: str, usable: str) -> Iterator[Check]:
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
        yield Check(column.name, when(f"{unread} is not null", too_large),
                    f"is too large an amount, a million million or more{outcome}", severity, unread)
    what = f"is not {wanted}{outcome}"
    if column.kind not in NUMBERS:
        fix = {"date": "Write how they are written in date_format of the source, as "
                       'date_format = "%d.%m.%Y"'}.get(column.kind, "")
        serial = f"regexp_matches({unread}, '{SERIAL}')" if column.kind == "date" else "false"
        if column.kind == "date":
            yield Check(column.name, when(f"{unread} is not null", serial), "is a serial number of "
                        f"a day, as a spreadsheet counts them{outcome}", severity, unread, "Format "
                        "the column as a date in the spreadsheet, and export again")
        if severity == STOPS:  # a row that is left out anyway needs no translation
            serial = f"not ({usable})"
            fix = ("Translate it in the mapping, as case when … then … end, or leave the column "
                   f'out with {column.name} = ""')
        yield Check(column.name, when(f"{unread} is not null", f"not ({serial})"), what, severity,
                    unread, fix)
        return
    large = f"not ({too_large})" if column.kind == "money" else "true"
    digits = f"regexp_matches({unread}, '[0-9]')"
    fix = ('If a comma is the decimal sign, write decimal = "," for the source; if it separates '
           'thousands, decimal = "."') if column.kind != "share" else PER_CENT
    yield Check(column.name, when(f"{unread} is not null", f"{large} and {digits}"), what,
                severity, unread, fix)
    yield Check(column.name, when(f"{unread} is not null", f"not {digits}"), what, severity, unread,
                "If it stands for nothing, name it in null_values of the source")


def _unclear(column: Column, unread: str, what: str) -> Check:
    """Numbers of which the decimal sign cannot be told."""
    return Check(column.name, when(f"{unread} is not null", f"regexp_matches({unread}, '[.,]')"),
                 what, STOPS, unread, 'Write decimal = "," or decimal = "." for the source under '
                 "[sources]")


def _short_form(table: Table, column: Column) -> Check:
    """Ids that a spreadsheet has shortened: their digits are lost."""
    name = quoted(column.name)
    decides = column.name in table.key or (table.name, column.name) in MAY_BE_EMPTY
    return Check(column.name, when(f"contains({name}, '+')", f"regexp_matches({name}, "
                                   r"'^\d([.,]\d+)?[eE]\+\d{1,3}$')"),
                 "is the short form of a long number, as a spreadsheet writes it; digits are lost "
                 "and different ids may have become the same", STOPS if decides else NOTED, name,
                 "Format the column as text in the spreadsheet before the ids come in, and export "
                 "again, best straight from the program that keeps them")
