"""Numbers, dates and flags in exported text, as SQL that yields NULL for anything else.

A date order is taken from the values that allow only one order, and never guessed.
"""

import re

DAY_FIRST, MONTH_FIRST = "day first", "month first"
MONEY_TYPE = "DECIMAL(18,6)"
"""Exact: sums do not depend on the order of the rows. Up to a million million a row."""
FLOATS = {"DOUBLE", "FLOAT"}
EXACT = 2**53
"""Whole numbers below it are exact in a float."""
TIME = (r"[ T]+\d{1,2}[:.]\d{2}([:.]\d{2}([.,]\d+)?)? ?([AaPp]\.?[Mm]\.?)?"
        r"( ?(Z|UTC|[+-]\d{2}:?\d{2}))?")
TIME_FORMATS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
MONTH_NAMED = ("%d-%b-%Y", "%d %b %Y", "%d. %B %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def bare_sql(column: str) -> str:
    """A text without blanks and signs of currencies; ``(5)``, ``5-`` and ``−5`` are -5."""
    bare = (rf"regexp_replace(translate({column}, '−–', '--'), "
            r"'[\s\x{00a0}\x{202f}''’€$£]', '', 'g')")
    return rf"regexp_replace({bare}, '^\((.+)\)$|^([^-].*)-$', '-\1\2')"


def toml_key(name: str) -> str:
    """A name as qbr.toml wants it before an equals sign."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{name}"'


def file_pattern(file: object) -> str:
    """A path as the embedded database takes it: it reads brackets and stars as patterns."""
    return re.sub(r"([\[*?])", r"[\1]", str(file))


def file_literal(file: object) -> str:
    """An SQL string of the path of one file."""
    return literal(file_pattern(file))


def number_sql(column: str, decimal: str | None = ".", kind: str = "DOUBLE") -> str:
    """A text column as numbers, NULL where the text is none.

    Parameters
    ----------
    column : str
        SQL of the text.
    decimal : {".", ",", None}
        The decimal sign; the other one separates thousands. None where it cannot be
        told: then only numbers without a separator are read.
    kind : str
        SQL type of the result.
    """
    if decimal is None:
        return (f"case when not contains({column}, '.') and not contains({column}, ',') "
                f"then {number_sql(column, '.', kind)} end")
    group = "," if decimal == "." else "."
    point, thousand = re.escape(decimal), re.escape(group)

    def pointed(text: str) -> str:
        return text if decimal == "." else f"replace({text}, ',', '.')"

    def ungrouped(text: str) -> str:
        return pointed(f"replace({text}, '{group}', '')")

    bare = bare_sql(column)
    plain = rf"^[+-]?\d+({point}\d+)?$"
    grouped = rf"^[+-]?\d{{1,3}}({thousand}\d{{3}})+({point}\d+)?$"
    shape = (rf"^[+-]?(\d+({point}\d*)?|{point}\d+|\d{{1,3}}({thousand}\d{{3}})+({point}\d*)?)"
             r"([eE][+-]\d+)?$")
    # Most text is told apart as it stands, before anything is replaced in it.
    return (f"case when regexp_matches({column}, {literal(plain)}) "
            f"then {_cast(pointed(column), kind)} "
            f"when regexp_matches({column}, {literal(grouped)}) "
            f"then {_cast(ungrouped(column), kind)} "
            rf"when regexp_matches({column}, '^[\s(€$£+−–-]*[.,\d]') "
            f"and regexp_matches({bare}, {literal(shape)}) then {_cast(ungrouped(bare), kind)} end")


def share_sql(column: str, decimal: str | None = ".") -> str:
    """A text column as shares: ``0.125``, ``12.5 %`` and so on; NULL where the text is none."""
    per_cent = number_sql(without_per_cent(column), decimal)
    return (f"case when contains({column}, '%') then ({per_cent}) / 100 "
            f"else {number_sql(column, decimal)} end")


def without_per_cent(column: str) -> str:
    """A text without a percent sign at its end."""
    return rf"regexp_replace({column}, '[\s\x{{00a0}}\x{{202f}}]*%$', '')"


def _cast(text: str, kind: str) -> str:
    """A cleaned number in its type; NULL when it is too large for it."""
    double = f"try_cast({text} as DOUBLE)"
    if kind == "DOUBLE":
        return f"nullif({double}, 'infinity')"
    return f"coalesce(try_cast({text} as {kind}), try_cast({double} as {kind}))"


def float_text_sql(column: str) -> str:
    """A float column as text: whole numbers without a point, not-a-number missing."""
    return (f"case when isnan({column}) then null when {column} = floor({column}) "
            f"and abs({column}) < {EXACT} then cast(cast({column} as BIGINT) as VARCHAR) "
            f"else cast({column} as VARCHAR) end")


def date_sql(column: str, formats: tuple[str, ...] = (), order: str = "") -> str:
    """A text column as dates, NULL where the text is none.

    Parameters
    ----------
    column : str
        SQL of the text.
    formats : tuple of str
        Formats that the analyst gave; they come first, and alone decide the order.
    order : {"", "day first", "month first"}
        How ``1/2/2026`` is read when no format is given; not at all when empty.

    Notes
    -----
    Read without being told: ``2026-01-31``, ``2026/01/31``, ``20260131`` and months by
    their English names. A time of day is cut off, and never moves the date.
    """
    ways = []
    if formats:
        listed = ", ".join(literal(one + time) for one in formats for time in TIME_FORMATS)
        ways.append(f"try_cast(system.main.try_strptime({column}, [{listed}]) as DATE)")
    ways.append(_date_parts(column, rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})({TIME})?$",
                            r"\1-\2-\3"))
    ways.append(_date_parts(column, r"^((?:19|20)\d{2})(\d{2})(\d{2})$", r"\1-\2-\3"))
    named = ", ".join(literal(one) for one in MONTH_NAMED)
    ways.append(rf"case when regexp_matches({column}, '[A-Za-z]{{3}}.*\d{{4}}$') "
                f"then try_cast(system.main.try_strptime({column}, [{named}]) as DATE) end")
    if order and not formats:
        ways.append(ordered_date_sql(column, order))
    return f"coalesce({', '.join(ways)})"


def ordered_date_sql(column: str, order: str) -> str:
    """A text column of dates of two parts and a year, read in one order."""
    return _date_parts(column, rf"^(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}})({TIME})?$",
                       r"\3-\2-\1" if order == DAY_FIRST else r"\3-\1-\2")


def _date_parts(column: str, shape: str, parts: str) -> str:
    shape = literal(shape)
    return (f"case when regexp_matches({column}, {shape}) then "
            f"try_cast(regexp_replace({column}, {shape}, '{parts}') as DATE) end")


def date_order_sql(column: str) -> str:
    """Counts of dates of two parts and a year: all, with dots, and of one order only."""
    small, large = r"0?[1-9]|1[0-2]", r"1[3-9]|2\d|3[01]"
    shapes = {"parted": r"^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b",
              "dotted": r"^\d{1,2}\.\d{1,2}\.\d{4}\b",
              "day_first_only": rf"^({large})[/.-]({small})[/.-]\d{{4}}\b",
              "month_first_only": rf"^({small})[/.-]({large})[/.-]\d{{4}}\b"}
    return ", ".join(f"{name} := count(*) filter (regexp_matches({column}, {literal(shape)}))"
                     for name, shape in shapes.items())


def date_order(evidence: dict[str, int]) -> str:
    """Order of a column's dates from the counts of `date_order_sql`; empty when undecided.

    At least one value must allow only one order, and none the other. Dates with dots
    throughout are day first.
    """
    day_first, month_first = evidence["day_first_only"], evidence["month_first_only"]
    if day_first and month_first:
        return ""
    if day_first or (not month_first and evidence["dotted"] == evidence["parted"] > 0):
        return DAY_FIRST
    return MONTH_FIRST if month_first else ""


def is_undecided(evidence: dict[str, int]) -> bool:
    """Whether a column holds dates whose order cannot be told."""
    return bool(evidence["parted"] and not date_order(evidence))


def parse_macros() -> dict[str, str]:
    """Macros by name under which ``strptime`` also takes a date that was recognized already."""
    text = "cast(value as VARCHAR)"
    tried = f"system.main.try_strptime({text}, form), try_cast({text} as TIMESTAMP)"
    return {"try_strptime": f"try_strptime(value, form) as coalesce({tried})",
            "strptime": f"strptime(value, form) as coalesce({tried}, "
                        f"system.main.strptime({text}, form))"}


def flag_sql(column: str) -> str:
    """A text column as yes or no, NULL for anything else."""
    yes = "('yes', 'y', 'true', 't', '1', 'x', 'ja', 'j', 'wahr')"
    no = "('no', 'n', 'false', 'f', '0', '-', 'nein', 'falsch')"
    return (f"case when lower({column}) in {yes} then true "
            f"when lower({column}) in {no} then false end")


def quarter_sql(column: str) -> str:
    """A text column as fiscal quarters 2026Q3, NULL for anything else."""
    return (f"case when regexp_matches({column}, '^\\d{{4}}[-/ ]?[Qq][1-4]$') "
            f"then upper(regexp_replace({column}, '[-/ ]', '')) "
            f"when regexp_matches({column}, '^[Qq][1-4][- /]?\\d{{4}}$') then "
            f"upper(regexp_replace({column}, '^([Qq][1-4])[- /]?(\\d{{4}})$', '\\2\\1')) end")


def month_sql(column: str, formats: tuple[str, ...] = (), order: str = "") -> str:
    """A text column as the first day of its month, NULL for anything else."""
    month = _date_parts(column, r"^(\d{4})[-/.]?(\d{1,2})$", r"\1-\2-01")
    day = date_sql(column, formats, order)
    return f"coalesce({month}, try_cast(date_trunc('month', {day}) as DATE))"
