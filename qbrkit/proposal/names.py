"""Names of columns as SQL takes them, with quotation marks only where it must have them."""

import functools

import duckdb

from qbrkit.sources.recognize import quoted


def bare(column: str) -> str:
    """A column's name for SQL, in quotation marks only where it must have them."""
    is_plain = column.isascii() and column.isidentifier() and column.lower() not in reserved_words()
    return column if is_plain else quoted(column)


@functools.cache
def reserved_words() -> frozenset[str]:
    """Words of SQL that are no plain names."""
    with duckdb.connect() as connection:
        return frozenset(word for word, in connection.execute(
            "select keyword_name from duckdb_keywords() where keyword_category <> 'unreserved'"
        ).fetchall())
