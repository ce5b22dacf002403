"""What the embedded database says of SQL in qbr.toml, in words of an analyst."""

import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

from qbrkit.sources.read import ORIGIN, TEXT_OF
from qbrkit.sources.recognize import number_sql, quoted

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
             sources: Iterable[str], decimal: str | None) -> str:
    """Why columns that SQL calculates with are text: their values that are no numbers, and where.

    Empty when the error is another one.
    """
    if not re.search(r"argument types '.*VARCHAR", str(error)):
        return ""
    bad, ids = [], []
    for source in sources:
        relation = f"located.{quoted(source)}"
        for name, kind, *_ in connection.execute(f"describe {relation}").fetchall():
            if str(kind) != "VARCHAR" or name in ORIGIN or name.startswith(TEXT_OF) or not \
                    re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql, re.IGNORECASE):
                continue
            rows = connection.execute(
                f"select {quoted(name)}, __file, __row from {relation} where {quoted(name)} is not "
                f"null and ({number_sql(quoted(name), decimal)}) is null limit 3").fetchall()
            if rows:
                bad.append(f"{name} holds " + ", ".join(
                    f"{text!r} ({Path(file).name} row {row})" if row else repr(text)
                    for text, file, row in rows))
            else:
                ids.append(f'{name} = "number"')
    if bad:
        return (f": {'; '.join(bad)}. Name marks for nothing in null_values and the decimal sign "
                "in decimal of the source")
    return (f", because its name is that of an id; write types = {{ {', '.join(ids)} }} for the "
            "source") if ids else ""


_SENTENCES = (
    (r'Referenced column "(?P<column>.+?)" (?:not found|was not found)'
     r'(?:.*?Candidate bindings: (?P<near>[^\n]*))?', "there is no column {column!r}{there}"),
    (r'Referenced table "(?P<alias>.+?)" not found',
     "{alias!r} is no table or alias of this query"),
    (r"Table with name (?P<source>.+?) does not exist", "there is no source {source!r}{there}"),
    (r"syntax error at or near \"(?P<where>.+?)\"", "is no SQL that can be read, near {where!r}"),
    (r"syntax error at end of input", "is no SQL that can be read: it ends too early"),
    (r"Parser Error: (?P<what>[^\n]+)", "is no SQL that can be read: {what}"),
    (r"argument types '(?P<call>[*/+-])\((?P<types>[^\n]*VARCHAR[^\n]*)\)'",
     "it calculates ({call}) with a column that is text"),
    (r"argument types '(?P<call>\w+)\((?P<types>[^\n]*)\)'",
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
