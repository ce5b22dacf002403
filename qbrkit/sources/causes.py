"""What the embedded database says of SQL in qbr.toml, in words of an analyst."""

import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

from qbrkit.sources.decimals import COMMA, POINT, marks_sql, sign_of
from qbrkit.sources.read import ORIGIN, TEXT_OF
from qbrkit.sources.recognize import number_sql, quoted, toml_key

LISTED = 40


def cause(error: duckdb.Error, columns: Iterable[str] = (), sources: Iterable[str] = ()) -> str:
    """One sentence for an error of the embedded database.

    Parameters
    ----------
    error : duckdb.Error
        What it raised.
    columns : iterable of str
        Columns that the SQL may use, where they are known.
    sources : iterable of str
        Sources that the SQL may use.
    """
    message = str(error)
    for pattern, sentence in _SENTENCES:
        if found := re.search(pattern, message):
            parts = {name: text or "" for name, text in found.groupdict().items()}
            return sentence.format(**parts, there=_there(found, columns, sources))
    lines = [line.strip() for line in message.splitlines()
             if line.strip() and not re.match(r"LINE \d+:|\^", line.strip())]
    return " ".join(lines[:2])[:300]


def _there(found: re.Match[str], columns: Iterable[str], sources: Iterable[str]) -> str:
    """What there is in place of a column or source that is not."""
    groups = found.groupdict()
    if "column" in groups:
        there = [name for name in columns if name not in ORIGIN and not name.startswith(TEXT_OF)]
        there = list(dict.fromkeys(there)) or re.findall(r'"([^"]+)"', groups.get("near") or "")
    else:
        there = list(sources)
    more = ", …" if len(there) > LISTED else ""
    return f"; there are {', '.join(there[:LISTED])}{more}" if there else ""


def texts_in(connection: duckdb.DuckDBPyConnection, error: duckdb.Error, sql: str,
             sources: Iterable[str]) -> str:
    """Why columns that SQL calculates with are text, and the line to write for them.

    Their values that are no numbers, and where; or numbers that may be read two ways; or
    numbers under the name of an id. Empty when the error is another one.
    """
    if not re.search(r"argument types '.*VARCHAR", str(error)):
        return ""
    bad: dict[str, str] = {}
    either: dict[str, str] = {}
    ids = []
    for relation, name in _calculated(connection, sql, sources):
        column = quoted(name)
        number = f"coalesce({number_sql(column, POINT)}, {number_sql(column, COMMA)})"
        if rows := _quoted_rows(connection, relation, column, f"{number} is null"):
            bad[name] = rows
            continue
        ((marks,),) = connection.execute(f"select {marks_sql(column)} from {relation}").fetchall()
        if marks and not sign_of(marks):
            either[name] = _quoted_rows(connection, relation, column,
                                        f"regexp_matches({column}, '[.,]')")
        else:
            ids.append(name)
    if either:
        return (f": {_holdings(either)}, which may be read with a decimal point or a decimal "
                'comma; write decimal = "," or decimal = "." for the source')
    if bad:
        return (f": {_holdings(bad)}. Write types = {{ {_as_numbers(bad)} }} for the source: such "
                "cells then count as missing, and rows that need them are left out and counted; "
                "or, if they stand for nothing, name them in null_values")
    return (f", because its name is that of an id; write types = {{ {_as_numbers(ids)} }} for the "
            "source") if ids else ""


def _calculated(connection: duckdb.DuckDBPyConnection, sql: str,
                sources: Iterable[str]) -> list[tuple[str, str]]:
    """Columns of text that stand beside an operator in SQL; all that it names when none does."""
    plain = re.sub(r"--[^\n]*", "", sql)
    named = [(f"located.{quoted(source)}", name) for source in sources for name, kind, *_ in
             connection.execute(f"describe located.{quoted(source)}").fetchall()
             if str(kind) == "VARCHAR" and name not in ORIGIN and not name.startswith(TEXT_OF)
             and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain, re.IGNORECASE)]
    beside = [(relation, name) for relation, name in named if re.search(
        rf'[*/+-]\s*(\w+\.)?"?{re.escape(name)}(?!\w)|(?<!\w){re.escape(name)}"?\s*[*/+-]',
        plain, re.IGNORECASE)]
    return beside or named


def _quoted_rows(connection: duckdb.DuckDBPyConnection, relation: str, column: str,
                 condition: str) -> str:
    """The first values of a column under a condition, with their rows."""
    rows = connection.execute(f"select {column}, __file, __row from {relation} where {column} is "
                              f"not null and {condition} limit 3").fetchall()
    return ", ".join(f"{text!r} ({Path(file).name} row {row})" if row else repr(text)
                     for text, file, row in rows)


def _holdings(columns: dict[str, str]) -> str:
    return "; ".join(f"{name} holds {rows}" for name, rows in columns.items())


def _as_numbers(names: Iterable[str]) -> str:
    """Columns as they are named numbers under ``types``."""
    return ", ".join(f'{toml_key(name)} = "number"' for name in names)


_SENTENCES = (
    (r'Referenced column "(?P<column>.+?)" (?:not found|was not found)'
     r'(?:.*?Candidate bindings: (?P<near>[^\n]*))?', "there is no column {column!r}{there}"),
    (r'[Vv]alues list "(?P<alias>.+?)" does not have a column named "(?P<column>.+?)"',
     "there is no column {column!r} in {alias}{there}"),
    (r'[Cc]olumn "(?P<column>.+?)" does not exist on (?P<side>left|right) side of join',
     "there is no column {column!r} on the {side} side of the join{there}"),
    (r'Referenced table "(?P<alias>.+?)" not found',
     "{alias!r} is no table or alias of this query"),
    (r"Table with name (?P<source>.+?) does not exist", "there is no source {source!r}{there}"),
    (r"syntax error at or near \"(?P<where>.+?)\"", "is no SQL that can be read, near {where!r}"),
    (r"syntax error at end of input", "is no SQL that can be read: it ends too early"),
    (r"Parser Error: (?P<what>[^\n]+)", "is no SQL that can be read: {what}"),
    (r"argument types '(?P<call>[*/+-])\((?P<types>[^\n]*VARCHAR[^\n]*)\)'",
     "it calculates ({call}) with a column that is text"),
    (r"argument types '(?P<call>[^\s(]+)\((?P<types>[^\n]*)\)'",
     "{call}() cannot be used with {types}"),
    (r"Could not convert string '' to", "it compares a number or date with an empty text; what is "
     "empty in the export is missing, so write “is null” or “is not null”"),
    (r"Could not convert string '(?P<text>[^\n]*?)' to (?P<kind>\w+)"
     r"(?: when casting from source column (?P<from>[^\n]+))?",
     "the text {text!r} is not a number or date; name marks for nothing in null_values of the "
     "source, or use try_cast({from})"),
    (r'Could not parse string "(?P<text>.*?)" according to format specifier "(?P<format>.*?)"',
     "the text {text!r} is not written as {format!r}"),
    (r"invalid (?:date|timestamp) field format: \"(?P<text>.*?)\"",
     "the text {text!r} is not a date; use the column itself, or strptime with its format"),
    (r"Cannot access file \"(?P<file>.*?)\"",
     "it reads the file {file!r} by itself; name the file under [sources] and use that name"),
    (r"(?:Scalar|Table|Aggregate) Function with name (?P<function>\S+) does not exist",
     "there is no function {function}()"),
    (r"column \"(?P<grouped>.+?)\" must appear in the GROUP BY clause",
     "{grouped!r} is neither summed nor named under group by"),
    (r"Ambiguous reference to column name \"(?P<name>.+?)\"",
     "{name!r} is in several sources; write source.{name}"),
)
