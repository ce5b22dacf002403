"""What a whole column of an export is: text, numbers or dates, by every one of its values."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

import duckdb

from qbrkit.errors import DataError
from qbrkit.sources.decimals import (
    COMMA,
    POINT,
    agreed_sign,
    examples,
    is_open,
    marks_sql,
    sign_of,
    signs_of_columns,
)
from qbrkit.sources.recognize import (
    DAY_FIRST,
    EXACT,
    FLOATS,
    MONTH_FIRST,
    date_order,
    date_order_sql,
    date_sql,
    number_sql,
    ordered_date_sql,
    quoted,
)

IDENTIFIER_NAME = re.compile(
    r"(?:^|[\W_])(?:id|no|num|code|key|sku|ean|gtin|zip|plz|phone|tel|fax)\W*$"
    r"|(?:nr|nummer|number)\W*$"
    r"|^(?:customer|client|order|product|item|account|invoice|employee|article)_?(?:id|no|code|key)$"
    r"|^(?:customer|kunde|debitor|account|konto|invoice|rechnung|order|auftrag|artikel|material)$",
    re.IGNORECASE)
IDENTIFIER_ENDING = re.compile(r"[a-z](?:Id|ID|No|Num|Code|Key|SKU|Zip)$")
SAMPLE_ROWS = 20_000
"""Rows that are looked at first; only what they leave open is asked of all rows."""
NOTHING = dict.fromkeys(("filled", "numbers", "with_comma", "marks", "whole", "zeros", "dates",
                         "day_first", "month_first", "parted", "dotted", "day_first_only",
                         "month_first_only"), 0)
"""Evidence of a column without any value."""


def looks_like_identifier(name: str) -> bool:
    """Whether a column's name says that its values are ids, which stay text."""
    return bool(IDENTIFIER_NAME.search(name.strip()) or IDENTIFIER_ENDING.search(name.strip()))


@dataclass(frozen=True)
class Kind:
    """What a whole column is: text, id, number, whole (number) or date, and how it is written."""

    name: str
    decimal: str | None = None
    formats: tuple[str, ...] = ()
    evidence: dict[str, int] = field(default_factory=dict)

    def sql(self, column: str) -> str:
        """The column as this kind, NULL where it is not."""
        if self.name == "whole":
            return f"try_cast({column} as BIGINT)"
        if self.name == "number":
            return number_sql(column, self.decimal)
        if self.name == "date":
            return date_sql(column, self.formats, date_order(self.evidence))
        if self.name == "id":
            return rf"regexp_replace({column}, '^(\d+)\.0+$', '\1')"
        return column


def find_kinds(connection: duckdb.DuckDBPyConnection, relation: str, types: dict[str, str],
               decimal: str | None, formats: tuple[str, ...],
               proven: Collection[str] = ()) -> dict[str, Kind]:
    """What the text and float columns of a relation are.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    relation : str
        SQL of the relation.
    types : dict of str to str
        SQL types of its columns by name.
    decimal : {None, ".", ","}
        The decimal sign, where the analyst gave one.
    formats : tuple of str
        Date formats that the analyst gave.
    proven : collection of str
        Decimal signs of columns that were recognized already.

    Notes
    -----
    One query over the first rows of all text columns, and one over all rows of those
    columns that may still be numbers or dates throughout. Where the analyst gave no
    decimal sign, every column tells its own, and what it leaves open the other columns
    of numbers decide; one that stays open stays text.
    """
    texts = [name for name, type_ in types.items() if type_ == "VARCHAR"]
    evidence = dict.fromkeys(texts, NOTHING) | _first_rows(connection, relation, texts, decimal,
                                                           formats)
    ((rows,),) = connection.execute(f"select count(*) from {relation}").fetchall()
    asked = {name: _float_counts(quoted(name)) for name, type_ in types.items() if type_ in FLOATS}
    if rows > SAMPLE_ROWS:
        asked |= {name: _open_counts(name, evidence[name], decimal, formats) for name in texts}
    for name, counts in _ask(connection, relation, asked).items():
        evidence[name] = evidence.get(name, NOTHING) | counts
    signs = _decimal_signs(evidence, decimal, proven)
    late = {name: _number_counts(quoted(name), decimal, asks_comma=True) for name in texts
            if rows > SAMPLE_ROWS and not decimal and signs[name] == COMMA and asked[name]
            and evidence[name]["with_comma"] < evidence[name]["filled"]}
    for name, counts in _ask(connection, relation, late).items():  # no comma in the first rows
        evidence[name] = evidence[name] | counts
    return {name: Kind(_kind_name(name, types[name], counts, signs[name], formats), signs[name],
                       formats, counts)
            for name, counts in evidence.items()}


def _decimal_signs(evidence: dict[str, dict[str, int]], decimal: str | None,
                   proven: Collection[str]) -> dict[str, str | None]:
    """The decimal sign of every column; None where its numbers can be read two ways."""
    if decimal:
        return dict.fromkeys(evidence, decimal)
    told = [sign_of(counts["marks"]) for name, counts in evidence.items()
            if not looks_like_identifier(name)
            and counts["filled"] < 2 * max(counts["numbers"], counts["with_comma"])]
    others = agreed_sign([*told, *proven])
    return {name: sign_of(counts["marks"]) or (others if is_open(counts["marks"]) else
                                               None if counts["marks"] else POINT)
            for name, counts in evidence.items()}


def force_kind(connection: duckdb.DuckDBPyConnection, relation: str, name: str,
               kind: Kind) -> Kind:
    """A kind that the analyst gave, with the evidence of all values of the column.

    Raises
    ------
    DataError
        If its numbers can be read two ways, and the analyst gave no decimal sign.
    """
    column, decimal = quoted(name), kind.decimal
    counts = _ask(connection, relation, {name: date_order_sql(column)})[name]
    if kind.name == "number" and not decimal:
        decimal = _forced_sign(connection, relation, name)
    return Kind(kind.name, decimal, kind.formats, NOTHING | counts)


def _forced_sign(connection: duckdb.DuckDBPyConnection, relation: str, name: str) -> str:
    """The decimal sign of a column that is to be read as numbers."""
    ((marks,),) = connection.execute(
        f"select {marks_sql(quoted(name))} from {relation}").fetchall()
    if sign := sign_of(marks) or (None if marks else POINT):
        return sign
    others = [other for other, type_, *_ in
              connection.execute(f"describe {relation}").fetchall()
              if str(type_) == "VARCHAR" and not other.startswith("__")
              and not looks_like_identifier(other)]
    if is_open(marks) and (sign := agreed_sign(signs_of_columns(connection, relation, others))):
        return sign
    shown = " and ".join(map(repr, examples(connection, relation, quoted(name))))
    raise DataError(f"the decimal sign of {name} cannot be told from {shown}; write "
                    'decimal = "," or decimal = "." for this source')


def _first_rows(connection: duckdb.DuckDBPyConnection, relation: str, texts: list[str],
                decimal: str | None, formats: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """Evidence of the first rows; columns stand below each other, so each test is written once."""
    if not texts:
        return {}
    counts = _text_counts("value", decimal, formats)
    found = connection.execute(
        f"select name, struct_pack({counts}) from (select {', '.join(map(quoted, texts))} "
        f"from {relation} limit {SAMPLE_ROWS}) unpivot (value for name in "
        f"({', '.join(map(quoted, texts))})) group by name").fetchall()
    return {name: NOTHING | counted for name, counted in found}


def _ask(connection: duckdb.DuckDBPyConnection, relation: str,
         counts: dict[str, str]) -> dict[str, dict[str, int]]:
    """Counts over all rows, by column; columns without any are left out."""
    wanted = {name: sql for name, sql in counts.items() if sql}
    if not wanted:
        return {}
    packed = ", ".join(f"struct_pack({sql})" for sql in wanted.values())
    ((*found,),) = connection.execute(f"select {packed} from {relation}").fetchall()
    return dict(zip(wanted, found, strict=True))


def _open_counts(name: str, evidence: dict[str, int], decimal: str | None,
                 formats: tuple[str, ...]) -> str:
    """The counts that decide what the first rows of a text column left open; empty if nothing."""
    column, filled = quoted(name), evidence["filled"]
    may_be_number = (max(evidence["numbers"], evidence["with_comma"]) == filled
                     and not evidence["zeros"])
    dates = evidence["dates"] + max(evidence["day_first"], evidence["month_first"])
    if looks_like_identifier(name) or not (may_be_number or dates == filled):
        return ""
    has_comma = evidence["numbers"] < filled
    return ", ".join([f"filled := count({column})",
                      *([_number_counts(column, decimal, has_comma)] if may_be_number else []),
                      *([_date_counts(column, formats)] if dates == filled else [])])


def _text_counts(column: str, decimal: str | None, formats: tuple[str, ...]) -> str:
    comma = "" if decimal else f"with_comma := count({number_sql(column, COMMA)}), "
    return (f"filled := count({column}), {_number_counts(column, decimal)}, {comma}"
            f"{_date_counts(column, formats)}")


def _number_counts(column: str, decimal: str | None, asks_comma: bool = False) -> str:
    """Numbers in the notation given, else in that with a point, or as asked with a comma."""
    count, sign = ("with_comma", COMMA) if asks_comma and not decimal else (
        "numbers", decimal or POINT)
    marks = "" if decimal else f"marks := coalesce({marks_sql(column)}, 0), "
    return (f"{count} := count({number_sql(column, sign)}), {marks}"
            rf"whole := count(*) filter (regexp_matches({column}, '^-?\d{{1,18}}$')), "
            rf"zeros := count(*) filter (regexp_matches({column}, '^[+-]?0\d'))")


def _date_counts(column: str, formats: tuple[str, ...]) -> str:
    return (f"dates := count({date_sql(column, formats)}), "
            f"day_first := count({ordered_date_sql(column, DAY_FIRST)}), "
            f"month_first := count({ordered_date_sql(column, MONTH_FIRST)}), "
            f"{date_order_sql(column)}")


def _float_counts(column: str) -> str:
    return (f"filled := count({column}), whole := count(*) filter ({column} = floor({column}) "
            f"and abs({column}) < {EXACT})")


def _kind_name(name: str, type_: str, evidence: dict[str, int], sign: str | None,
               formats: tuple[str, ...]) -> str:
    """What the evidence says; a test that was not asked of all rows failed in the first ones."""
    filled = evidence["filled"]
    if not filled:
        return "text"
    if type_ in FLOATS:
        return "whole" if evidence["whole"] == filled else "text"
    if looks_like_identifier(name):
        return "text"
    dates = evidence["dates"]
    if (order := date_order(evidence)) and not formats:
        dates += evidence["day_first" if order == DAY_FIRST else "month_first"]
    numbers = evidence["with_comma" if sign == COMMA and evidence["marks"] else "numbers"]
    if dates == filled and numbers < filled:
        return "date"
    if numbers < filled or evidence["zeros"] or sign is None:
        return "text"
    return "whole" if evidence["whole"] == filled else "number"
