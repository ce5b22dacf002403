"""The decimal sign of a column, from values that only one notation allows; never guessed.

``12.5``, ``1,234.56`` and ``0.250`` can only be written with a decimal point, ``12,5``,
``1.234,56`` and ``0,250`` only with a comma; ``1.234`` and ``1,234`` may be either, one
and a quarter or more than a thousand. One program writes one notation, so what a column
leaves open is decided by the other columns of numbers of the same source.
"""

from collections.abc import Collection, Iterable

import duckdb

from qbrkit.sources.recognize import bare_sql, literal, number_sql, quoted

POINT, COMMA = ".", ","
POINT_ONLY, COMMA_ONLY, EITHER = 1, 2, 4
"""What a value with a separator allows; the marks of a column are their union, 0 for none."""
SIGNS = {POINT_ONLY: POINT, COMMA_ONLY: COMMA}
MOSTLY = 0.5
"""A column is one of numbers when more than this share of its values are."""


def marks_sql(column: str) -> str:
    """An aggregate: the marks of all values of a text column; NULL where none has a separator.

    Almost every value is settled by a look for a comma and a point and by one cast.
    """
    return f"bit_or({_mark_sql(column)})"


def _mark_sql(column: str) -> str:
    """What one value allows; NULL when it has no separator or is no number."""
    plain = r"^[+-]?[\d.,]+$"
    bare = (f"case when regexp_matches({column}, {literal(plain)}) then {column} "
            rf"when regexp_matches({column}, '\d') then {bare_sql(column)} end")
    return (f"case when contains({column}, ',') then case when contains({column}, '.') "
            f"then {_shape_sql(bare)} else {_single_sql(column, COMMA, bare)} end "
            f"when contains({column}, '.') then {_single_sql(column, POINT, bare)} end")


def _single_sql(column: str, sign: str, bare: str) -> str:
    """The mark of a value with one of the two signs: cast where it stands but once."""
    text = column if sign == POINT else f"replace({column}, ',', '.')"
    only = POINT_ONLY if sign == POINT else COMMA_ONLY
    return (f"case when try_cast({text} as DOUBLE) is null then {_shape_sql(bare)} "
            f"when length({column}) - strpos({column}, '{sign}') <> 3 then {only} "
            f"else {_shape_sql(bare)} end")


def _shape_sql(text: str) -> str:
    """The mark of a number by its whole shape, without blanks and signs of currencies."""
    either = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"
    shapes = []
    for point, group in ((r"\.", ","), (",", r"\.")):
        shapes.append(rf"^[+-]?(\d+{point}\d*|{point}\d+|\d{{1,3}}({group}\d{{3}})+{point}\d*"
                      rf"|\d{{1,3}}({group}\d{{3}}){{2,}})([eE][+-]?\d+)?$")
    return (f"case when regexp_matches({text}, {literal(either)}) then {EITHER} "
            f"when regexp_matches({text}, {literal(shapes[0])}) then {POINT_ONLY} "
            f"when regexp_matches({text}, {literal(shapes[1])}) then {COMMA_ONLY} end")


def sign_of(marks: int | None) -> str | None:
    """The decimal sign that a column's marks prove; None when they prove none or both."""
    proven = (marks or 0) & (POINT_ONLY | COMMA_ONLY)
    return SIGNS.get(proven)


def is_open(marks: int | None) -> bool:
    """Whether a column holds numbers that may be read two ways, and none that decides."""
    return (marks or 0) == EITHER


def is_mixed(marks: int | None) -> bool:
    """Whether a column holds numbers of both notations."""
    return (marks or 0) & (POINT_ONLY | COMMA_ONLY) == POINT_ONLY | COMMA_ONLY


def agreed_sign(signs: Iterable[str | None]) -> str | None:
    """The one sign of several columns or sources that have one; None when they differ."""
    proven = {sign for sign in signs if sign}
    return proven.pop() if len(proven) == 1 else None


def signs_of_columns(connection: duckdb.DuckDBPyConnection, relation: str,
                     names: Collection[str]) -> set[str]:
    """The decimal signs of those text columns of a relation that mostly hold numbers.

    Asked only where another column of the relation leaves its own sign open.
    """
    if not names:
        return set()
    counted = ", ".join(
        f"struct_pack(marks := {marks_sql(quoted(name))}, filled := count({quoted(name)}), "
        f"numbers := count(coalesce({number_sql(quoted(name), POINT)}, "
        f"{number_sql(quoted(name), COMMA)})))" for name in names)
    ((*columns,),) = connection.execute(f"select {counted} from {relation}").fetchall()
    return {sign for one in columns if one["numbers"] > MOSTLY * one["filled"]
            and (sign := sign_of(one["marks"]))}


def examples(connection: duckdb.DuckDBPyConnection, relation: str,
             column: str) -> tuple[str, ...]:
    """The least value of each notation that a text column holds, the point first."""
    mark = _mark_sql(column)
    ((*found,),) = connection.execute("select " + ", ".join(
        f"min({column}) filter ({mark} = {one})" for one in (POINT_ONLY, COMMA_ONLY, EITHER))
        + f" from {relation}").fetchall()
    return tuple(value for value in found if value is not None)
