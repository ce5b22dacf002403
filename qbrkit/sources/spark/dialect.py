"""The kit's own SQL, written once for the embedded database, in Spark's dialect.

What the two dialects merely write differently is sqlglot's work; here stands what they
mean differently. The analyst's SQL is never translated: with Spark it is Spark's.
"""

from collections.abc import Sequence
from typing import Any

import sqlglot
from sqlglot import exp

from qbrkit.errors import SettingError
from qbrkit.sources.recognize import literal

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august",
          "september", "october", "november", "december")
DIRECTIVES = {"Y": r"(\d{4})", "y": r"(\d{2})", "m": r"(\d{1,2})", "d": r"(\d{1,2})",
              "b": rf"(?i:({'|'.join(name[:3] for name in MONTHS)}))",
              "B": rf"(?i:({'|'.join(MONTHS)}))", "a": r"[A-Za-z]+", "A": r"[A-Za-z]+",
              "H": r"\d{1,2}", "I": r"\d{1,2}", "M": r"\d{1,2}", "S": r"\d{1,2}",
              "f": r"\d{1,6}", "p": r"[AaPp][Mm]", "%": "%"}
"""What each sign of a date format stands for, as a pattern; parts of the date in brackets."""
PARTS = {"Y": "year", "y": "year", "m": "month", "b": "month", "B": "month", "d": "day"}
TURN_OF_CENTURY = 69
"""Years of two digits from here on are of the last century, as strptime has it."""


def parse(sql: str, parameters: Sequence[Any] = ()) -> exp.Expression:
    """A statement of the embedded database, its question marks filled in."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    for mark, value in zip(list(tree.find_all(exp.Placeholder)), parameters, strict=True):
        mark.replace(exp.convert(value))
    return tree


def spark_sql(tree: exp.Expression, views: dict[str, str]) -> str:
    """A query as Spark's SQL.

    Parameters
    ----------
    tree : Expression
        The query as `parse` returns it; it is changed.
    views : dict of str to str
        Spark's view for each relation, by its name in lower case: ``contract.accounts``.
    """
    for table in list(tree.find_all(exp.Table)):
        name = relation_name(table)
        if name in views:
            table.set("this", exp.to_identifier(views[name], quoted=True))
            table.set("db", None)
    for node in list(tree.find_all(exp.RegexpReplace)):
        _use_dollars(node)
    for test in [test for test in tree.find_all(exp.In) if test.args.get("query")]:
        test.replace(_exists(test))
    for call in list(tree.find_all(exp.Anonymous)):
        if call.name.lower() == "isfinite":
            call.replace(_parsed(f"({_duckdb(call.expressions[0])} - "
                                 f"{_duckdb(call.expressions[0])}) = 0"))
        elif call.name.lower() == "hash":
            call.replace(_hash(call.expressions))
        elif call.name.lower() == "try_strptime":
            outer = call.find_ancestor(exp.Cast) or call
            outer.replace(_dates(*call.expressions))
    return tree.sql("spark")


def relation_name(table: exp.Expression) -> str:
    """Schema and name of a table in lower case."""
    return f"{table.args['db'].name}.{table.name}".lower() if table.args.get("db") \
        else table.name.lower()


def _use_dollars(call: exp.Expression) -> None:
    r"""Write the parts that a replacement takes over as ``$1`` and not as ``\1``."""
    given = call.args["replacement"]
    if isinstance(given, exp.Literal):
        text = given.this.replace("$", r"\$")
        for number in range(1, 10):
            text = text.replace(f"\\{number}", f"${number}")
        given.replace(exp.Literal.string(text))


def _exists(test: exp.Expression) -> exp.Expression:
    """``x in (select …)`` as ``exists``: what is looked up is hashed, and not compared one by one.

    The two differ where x is missing; the kit asks only for values that are there.
    """
    left = test.this.expressions if isinstance(test.this, exp.Tuple) else [test.this.unnest()]
    names = [f"__key{number}" for number in range(len(left))]
    keys = exp.alias_(test.args["query"].copy(), "__keys", table=names)
    same = [exp.EQ(this=exp.column(name, table="__keys"), expression=value.copy())
            for name, value in zip(names, left, strict=True)]
    return exp.Exists(this=exp.select("1").from_(keys).where(*same))


def _hash(values: list[exp.Expression]) -> exp.Expression:
    """A hash that tells a missing first value from a missing second one."""
    parts = [part for value in values
             for part in (value.copy(), exp.Is(this=value.copy(), expression=exp.null()))]
    return exp.Anonymous(this="xxhash64", expressions=parts)


def _dates(text: exp.Expression, formats: exp.Expression) -> exp.Expression:
    """A text as a date by the first of several formats that fits."""
    column = _duckdb(text)
    ways = [date_by_format(column, one.name) for one in formats.expressions]
    return _parsed(f"coalesce({', '.join([*ways, 'cast(null as date)'])})")


def date_by_format(column: str, form: str) -> str:
    """SQL of a text as a date written in one format; NULL where it is not.

    Raises
    ------
    SettingError
        If the format holds a sign that is not known here.
    """
    places: dict[str, tuple[str, int]] = {}
    pattern, signs = "", iter(form)
    for sign in signs:
        if sign != "%":
            pattern += sign if sign.isalnum() or sign == " " else f"[{sign}]"
            continue
        directive = next(signs, "")
        directive = next(signs, "") if directive == "-" else directive
        if directive not in DIRECTIVES:
            raise SettingError(f"date_format = {form!r}: %{directive} is not known with Spark; "
                               f"known are {', '.join('%' + one for one in DIRECTIVES)}")
        pattern += DIRECTIVES[directive]
        if directive in PARTS:
            places[PARTS[directive]] = (directive, len(places) + 1)
    if set(places) != {"year", "month", "day"}:
        raise SettingError(f"date_format = {form!r} must name day, month and year")
    shape = literal(f"^{pattern}$")
    parts = {part: _part(f"regexp_extract({column}, {shape}, {place})", directive)
             for part, (directive, place) in places.items()}
    return (f"case when regexp_matches({column}, {shape}) then try_cast("
            f"{parts['year']} || '-' || {parts['month']} || '-' || {parts['day']} as date) end")


def _part(text: str, directive: str) -> str:
    """One part of a date as digits."""
    if directive == "y":
        return f"case when {text} < '{TURN_OF_CENTURY}' then '20' else '19' end || {text}"
    if directive in {"b", "B"}:
        cases = " ".join(f"when '{name[:3]}' then '{number}'"
                         for number, name in enumerate(MONTHS, 1))
        return f"case lower(substr({text}, 1, 3)) {cases} end"
    return text


def _duckdb(tree: exp.Expression) -> str:
    return tree.sql("duckdb")


def _parsed(sql: str) -> exp.Expression:
    return sqlglot.parse_one(sql, read="duckdb")
