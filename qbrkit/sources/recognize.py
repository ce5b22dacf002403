"""Numbers, dates and flags in exported text, as SQL that yields NULL for anything else.

A whole column decides what it is: a date order is taken from the values that allow
only one order, and never guessed.
"""

import re

NUMBER_STYLES = (None, ".", ",")
DAY_FIRST, MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"
IDENTIFIER_NAME = re.compile(
    r"(?:^|[\W_])(?:id|no|nr|num|number|nummer|code|key|sku|ean|gtin|zip|plz|phone|tel|fax)\W*$"
    r"|(?:Id|ID|No|Nr|NR|Num|Number|nummer|Code|Key|SKU|Zip)$"
    r"|^(?:customer|client|order|product|item|account|invoice|employee|article)_?(?:id|no|nr|code|key)$"
    r"|^(?:customer|kunde|debitor|account|konto|invoice|rechnung|order|auftrag|artikel|material)$",
)
MONEY_TYPE = "DECIMAL(18,6)"
"""Exact: sums do not depend on the order of the rows. Up to a million million a row."""


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def looks_like_identifier(name: str) -> bool:
    """Whether a column's name says that its values are ids, which stay text."""
    return bool(IDENTIFIER_NAME.search(name.strip())
                or IDENTIFIER_NAME.search(name.strip().lower()))


def number_sql(column: str, decimal: str | None = None, kind: str = "DOUBLE") -> str:
    """A text column as numbers, NULL where the text is none.

    Parameters
    ----------
    column : str
        SQL of the text.
    decimal : {None, ".", ","}
        The decimal sign. None reads a comma only where it can separate nothing but
        thousands (``1,234.50``, ``1,234,567``).
    kind : str
        SQL type of the result.
    """
    bare = f"regexp_replace({column}, '[\\s\\x{{00a0}}\\x{{202f}}''’€$£]', '', 'g')"
    bare = f"regexp_replace({bare}, '^\\((.+)\\)$|^([^-].*)-$', '-\\1\\2')"
    if decimal == ",":
        shape, cleaned = (r"^[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d*)?$",
                          f"replace(replace({bare}, '.', ''), ',', '.')")
    else:
        grouped = r"\d{1,3}(,\d{3})+(\.\d*)?" if decimal == "." else (
            r"\d{1,3}(,\d{3})+\.\d*|\d{1,3}(,\d{3}){2,}")
        shape = rf"^[+-]?(\d+(\.\d*)?|\.\d+|{grouped})([eE][+-]?\d+)?$"
        cleaned = f"replace({bare}, ',', '')"
    return (f"case when regexp_matches({bare}, {literal(shape)}) "
            f"then try_cast(try_cast({cleaned} as DOUBLE) as {kind}) end"
            if kind == "DOUBLE" else
            f"case when regexp_matches({bare}, {literal(shape)}) "
            f"then coalesce(try_cast({cleaned} as {kind}), "
            f"try_cast(try_cast({cleaned} as DOUBLE) as {kind})) end")


def date_sql(column: str, formats: tuple[str, ...]) -> str:
    """A text column as dates: ISO first, then the given formats, else NULL."""
    iso = (f"case when regexp_matches({column}, '^\\d{{4}}-\\d{{1,2}}-\\d{{1,2}}([ T].*)?$') "
           f"then try_cast(try_cast({column} as TIMESTAMP) as DATE) "
           f"when regexp_matches({column}, '^(19|20)\\d{{6}}$') "
           f"then try_cast(try_strptime({column}, '%Y%m%d') as DATE) end")
    others = [f"try_cast(try_strptime({column}, {literal(one)}) as DATE)"
              for wanted in formats for one in (wanted, wanted + " %H:%M", wanted + " %H:%M:%S")]
    return f"coalesce({', '.join([iso, *others])})"


def date_order_sql(column: str) -> str:
    """How often the first, the second of two date parts exceeds 12, and how many are dates."""
    shape = r"'^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}( .*)?$'"
    part = "try_cast(regexp_extract({0}, '^(\\d+)[/.-](\\d+)[/.-]', {1}) as INTEGER)"
    inside = f"regexp_matches({column}, {shape})"
    return (f"[count(*) filter ({inside}), "
            f"count(*) filter ({inside} and {part.format(column, 1)} > 12), "
            f"count(*) filter ({inside} and {part.format(column, 2)} > 12), "
            f"count(*) filter ({inside} and {column} like '%.%.%')]")


def date_formats(counts: list[int]) -> tuple[str, ...]:
    """Formats of a column from the counts of `date_order_sql`; empty when undecided.

    German notation with dots is day first. With slashes or dashes at least one value
    must allow only one order, and none the other.
    """
    dates, first_over_12, second_over_12, dotted = counts
    if not dates or (first_over_12 and second_over_12):
        return ()
    if first_over_12 or (dotted == dates and not second_over_12):
        order = DAY_FIRST
    elif second_over_12:
        order = MONTH_FIRST
    else:
        return ()
    return tuple(order.replace("/", sign) for sign in "/.-")


def flag_sql(column: str) -> str:
    """A text column as yes or no, NULL for anything else."""
    yes = "('yes', 'y', 'true', 't', '1', 'x', 'ja', 'j', 'wahr')"
    no = "('no', 'n', 'false', 'f', '0', '-', 'nein', 'falsch')"
    return (f"case when lower({column}) in {yes} then true "
            f"when lower({column}) in {no} then false end")


def quarter_sql(column: str) -> str:
    """A text column as fiscal quarters 2026Q3, NULL for anything else."""
    return (f"case when regexp_matches({column}, '^\\d{{4}}[- ]?[Qq][1-4]$') "
            f"then upper(regexp_replace({column}, '[- ]', '')) "
            f"when regexp_matches({column}, '^[Qq][1-4][- /]?\\d{{4}}$') then "
            f"upper(regexp_replace({column}, '^([Qq][1-4])[- /]?(\\d{{4}})$', '\\2\\1')) end")


def month_sql(column: str, formats: tuple[str, ...]) -> str:
    """A text column as the first day of its month, NULL for anything else."""
    return (f"case when regexp_matches({column}, '^\\d{{4}}-?\\d{{2}}$') then "
            f"try_cast(try_strptime(replace({column}, '-', '') || '01', '%Y%m%d') as DATE) "
            f"else try_cast(date_trunc('month', {date_sql(column, formats)}) as DATE) end")
