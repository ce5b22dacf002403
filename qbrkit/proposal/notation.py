"""How a source writes numbers, dates and nothing, decided over all values of every column."""

import re
from dataclasses import dataclass, field
from typing import Any

import duckdb

from qbrkit.sources.decimals import is_mixed, is_open, marks_sql
from qbrkit.sources.kinds import looks_like_identifier
from qbrkit.sources.read import ORIGIN
from qbrkit.sources.recognize import (
    date_order,
    date_order_sql,
    date_sql,
    literal,
    number_sql,
    quoted,
)

NULL_MARKS = ("NULL", "null", "Null", "(null)", "<NULL>", "<null>", r"\N", "#N/A", "#NV", "#NULL!",
              "N/A", "n/a", "n.a.", "NaN", "nan", "#REF!", "#VALUE!", "#DIV/0!", "#WERT!",
              "#BEZUG!")
"""Texts that mean nothing wherever they stand alone in a field."""
BESIDE_VALUES = (*NULL_MARKS, "-", "--", "---", "?", ".", "NA", "None", "none", "k.A.", "unknown",
                 "00000000", "0000-00-00", "00.00.0000", "0000-00-00 00:00:00")
"""Texts that mean nothing where all other values are numbers or dates."""
SHORT_FORMATS = ("%d.%m.%y", "%d-%b-%y", "%d %b %y", "%y-%m-%d", "%b %Y", "%d-%m-%y",
                 "%d/%m/%y", "%m/%d/%y")
"""Formats that are not read without being told; those of one order only are named first."""
ASKED = {"%d/%m/%y": "%m/%d/%y", "%m/%d/%y": "%d/%m/%y", "%d-%m-%y": "%m-%d-%y"}
MOST_PROBED = 400
LIKE_DATE = re.compile(r"\d{1,4}[-/. ]+\w{1,9}[-/., ]+\d{2,4}|\w{3,9}\.? \d{1,2},? \d{4}")
FEW = 0.05


@dataclass(frozen=True)
class Notation:
    """Options found, and what is left open.

    Parameters
    ----------
    options : dict
        ``null_values``, ``date_format`` and ``types`` where they are needed.
    undecided : dict of str to tuple
        Date columns whose order cannot be told: day first, month first.
    unclear : dict of str to str
        Columns of numbers whose decimal sign cannot be told, each with a value.
    notes : tuple of str
        Sentences; those that begin with ``?`` are questions.
    """

    options: dict[str, Any] = field(default_factory=dict)
    undecided: dict[str, tuple[str, str]] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def find_notation(connection: duckdb.DuckDBPyConnection, source: str) -> Notation:
    """Notation of a source that was read without being told of it.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database with the source's relations.
    source : str
        Its name.
    """
    raw = f"raw.{quoted(source)}"
    shown = shown_types(connection, source)
    texts = [name for name, kind, *_ in connection.execute(f"describe {raw}").fetchall()
             if str(kind) == "VARCHAR" and name not in ORIGIN]
    if not texts:
        return Notation()
    marks = _null_marks(connection, raw, texts)
    texts = _with_digits(connection, raw, texts)
    if not texts:
        return Notation({"null_values": marks} if marks else {})
    nothing = ", ".join(literal(mark) for mark in marks)
    values = {name: f"case when {quoted(name)} not in ({nothing}) then {quoted(name)} end"
              if marks else quoted(name) for name in texts}
    options: dict[str, Any] = {"null_values": marks} if marks else {}
    still_text = {name: sql for name, sql in values.items() if shown.get(name) == "VARCHAR"}
    unclear = _unclear(connection, raw, still_text)
    formats, undecided = _dates(connection, raw, values)
    if formats and not undecided:
        options["date_format"] = formats[0] if len(formats) == 1 else formats
    if ids := _ids_with_point(connection, raw, still_text):
        options["types"] = dict.fromkeys(ids, "id")
    return Notation(options, undecided, unclear)


def shown_types(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    """SQL types of a source's columns as SQL in qbr.toml sees them."""
    return {name: str(kind) for name, kind, *_ in
            connection.execute(f"describe {quoted(source)}").fetchall()}


def _with_digits(connection: duckdb.DuckDBPyConnection, raw: str, texts: list[str]) -> list[str]:
    """The text columns that can be numbers or dates at all."""
    asked = ", ".join(f"count(*) filter (regexp_matches({quoted(name)}, '\\d')) > "
                      f"{FEW} * count({quoted(name)})" for name in texts)
    ((*found,),) = connection.execute(f"select {asked} from {raw}").fetchall()
    return [name for name, is_so in zip(texts, found, strict=True) if is_so]


def _ids_with_point(connection: duckdb.DuckDBPyConnection, raw: str,
                    values: dict[str, str]) -> list[str]:
    """Columns of ids that some program wrote as numbers with a point: 17850.0."""
    asked = {name: sql for name, sql in values.items() if looks_like_identifier(name)}
    if not asked:
        return []
    packed = ", ".join(
        rf"count(*) filter (regexp_matches({sql}, '^\d+\.0+$')) > 0 and count(*) filter "
        rf"(not regexp_matches({sql}, '^\d+(\.0+)?$')) <= {FEW} * count({sql})"
        for sql in asked.values())
    ((*found,),) = connection.execute(f"select {packed} from {raw}").fetchall()
    return [name for name, is_so in zip(asked, found, strict=True) if is_so]


def _unclear(connection: duckdb.DuckDBPyConnection, raw: str,
             values: dict[str, str]) -> dict[str, str]:
    """Columns of numbers throughout that may be read two ways, each with a value."""
    asked = {name: sql for name, sql in values.items() if not looks_like_identifier(name)}
    if not asked:
        return {}
    packed = ", ".join(
        f"struct_pack(f := count({sql}), marks := {marks_sql(sql)}, "
        f"n := count(coalesce({number_sql(sql, '.')}, {number_sql(sql, ',')})), "
        rf"one := min({sql}) filter (regexp_matches({sql}, '\d[.,]\d')))" for sql in asked.values())
    ((*found,),) = connection.execute(f"select {packed} from {raw}").fetchall()
    return {name: seen["one"] for name, seen in zip(asked, found, strict=True)
            if seen["f"] and seen["n"] == seen["f"] and seen["one"]
            and (is_open(seen["marks"]) or is_mixed(seen["marks"]))}


def _null_marks(connection: duckdb.DuckDBPyConnection, raw: str, texts: list[str]) -> list[str]:
    """Marks for nothing that the source uses, the most frequent first."""
    counts: dict[str, int] = {}
    listed = ", ".join(literal(mark) for mark in BESIDE_VALUES)
    for name in texts:
        column = quoted(name)
        found = connection.execute(
            f"select {column}, count(*) from {raw} where {column} in ({listed}) group by 1"
        ).fetchall()
        if any(mark not in NULL_MARKS for mark, _ in found):
            ((others, values),) = connection.execute(
                f"select count(*), count(*) filter ({number_sql(column)} is not null or "
                f"{number_sql(column, ',')} is not null or {date_sql(column)} is not null or "
                f"regexp_matches({column}, '^\\d{{1,2}}[./-]\\d{{1,2}}[./-]\\d{{2,4}}')) "
                f"from {raw} where {column} is not null and {column} not in ({listed})").fetchall()
            if not others or values < others:
                found = [(mark, count) for mark, count in found if mark in NULL_MARKS]
        for mark, count in found:
            counts[mark] = counts.get(mark, 0) + count
    return sorted(counts, key=lambda mark: -counts[mark])


def _dates(connection: duckdb.DuckDBPyConnection, raw: str, values: dict[str, str],
           ) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """Date formats that must be given, and columns whose order cannot be told."""
    samples = _like_dates(connection, raw, values)
    if not samples:
        return [], {}
    packed = ", ".join(
        f"struct_pack(f := count({sql}), dates := count({date_sql(sql)}), "
        f"{date_order_sql(f'({sql})')})" for sql in map(values.__getitem__, samples))
    ((*found,),) = connection.execute(f"select {packed} from {raw}").fetchall()
    formats: list[str] = []
    told: list[str] = []
    undecided: dict[str, tuple[str, str]] = {}
    for (name, sample), seen in zip(samples.items(), found, strict=True):
        if not seen["f"] or seen["dates"] == seen["f"]:
            continue
        if seen["parted"] and seen["parted"] + seen["dates"] >= seen["f"]:
            sign = next((one for one in "./-" if sample and one in sample[0]), "/")
            pair = (f"%d{sign}%m{sign}%Y", f"%m{sign}%d{sign}%Y")
            if order := date_order(seen):
                told.append(pair[0] if order == "day first" else pair[1])
            else:
                undecided[name] = pair
        elif not seen["parted"]:
            fitting = _fitting(connection, raw, values[name], sample)
            if len(fitting) == 1 or (fitting and fitting[0] not in ASKED):
                formats.append(fitting[0])
            elif fitting:
                undecided[name] = (fitting[0], ASKED[fitting[0]])
    if formats:  # given formats alone decide the order, so those read without are named too
        formats += told
    return list(dict.fromkeys(formats)), undecided


def _like_dates(connection: duckdb.DuckDBPyConnection, raw: str,
                values: dict[str, str]) -> dict[str, list[str]]:
    """Columns whose first values look like dates, with these values."""
    rows = connection.execute(f"select {', '.join(values.values())} from {raw} "
                              f"limit {MOST_PROBED}").fetchall()
    samples = {name: list(dict.fromkeys(row[at] for row in rows if row[at] is not None))
               for at, name in enumerate(values)}
    return {name: sample for name, sample in samples.items()
            if sum(bool(LIKE_DATE.match(one)) for one in sample) > len(sample) / 2
            or (not sample and rows)}


def _fitting(connection: duckdb.DuckDBPyConnection, raw: str, sql: str,
             sample: list[str]) -> list[str]:
    """Short formats under which every value of a column is a date."""
    if not sample:
        return []
    candidates = [*SHORT_FORMATS, "%m-%d-%y"]
    packed = ", ".join(f"count(try_strptime(v, {literal(one)}))" for one in candidates)
    listed = ", ".join(literal(value) for value in sample)
    ((*counts,),) = connection.execute(
        f"select {packed} from (select unnest([{listed}]) as v)").fetchall()
    fitting = [one for one, count in zip(candidates, counts, strict=True) if count == len(sample)]
    if not fitting:
        return []
    packed = ", ".join(f"count(try_strptime({sql}, {literal(one)}))" for one in fitting)
    ((filled, *counts),) = connection.execute(
        f"select count({sql}), {packed} from {raw}").fetchall()
    return [one for one, count in zip(fitting, counts, strict=True) if count == filled]
