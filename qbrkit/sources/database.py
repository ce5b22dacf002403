"""A real database as source: any that SQLAlchemy has a driver for."""

import os
import re
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from qbrkit.errors import DataError, SettingError
from qbrkit.sources.recognize import literal

if TYPE_CHECKING:
    from qbrkit.sources.read import Source

ROWS_AT_ONCE = 100_000


def read_database(connection: duckdb.DuckDBPyConnection, source: "Source", raw: str) -> None:
    """Copy the result of a query into the embedded database.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    source : Source
        With ``url`` and ``query``; ``${NAME}`` in the url is taken from the environment,
        so that no password stands in qbr.toml.
    raw : str
        Name of the table to make.

    Raises
    ------
    SettingError
        If query, driver or an environment variable is missing.
    DataError
        If the database refuses; the message never repeats the url.
    """
    try:
        import sqlalchemy
        from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError
    except ImportError as error:
        raise SettingError(f"[sources] {source.name}: a database needs the extra packages: "
                           'pip install "qbrkit[database]"') from error
    query = source.options.get("query")
    if not query:
        raise SettingError(f"[sources] {source.name}: give the query to run at the url")
    try:
        engine = sqlalchemy.create_engine(_with_driver(_filled_in(source)))
        with engine.connect().execution_options(stream_results=True) as database:
            chunks = pd.read_sql(sqlalchemy.text(query), database, chunksize=ROWS_AT_ONCE,
                                 coerce_float=False)
            empty = True
            for rows in chunks:
                _append(connection, source, raw, rows, create=empty)
                empty = False
        engine.dispose()
    except (NoSuchModuleError, ImportError) as error:
        raise SettingError(f"[sources] {source.name}: there is no driver for this kind of url: "
                           f"{error}; install the driver that SQLAlchemy names for it") from error
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise DataError(f"[sources] {source.name}: the database says: {cause}") from error


def _append(connection: duckdb.DuckDBPyConnection, source: "Source", raw: str,
            rows: pd.DataFrame, create: bool) -> None:
    rows = rows.rename(columns=str)
    connection.register("__rows", rows)
    select = f"select *, {literal('query of ' + source.name)} as __file from __rows"
    try:
        connection.execute(f"create table {raw} as {select}" if create
                           else f"insert into {raw} {select}")
    finally:
        connection.unregister("__rows")


def _filled_in(source: "Source") -> str:
    url = str(source.options["url"])
    names = re.findall(r"\$\{(\w+)\}", url)
    if missing := [name for name in names if name not in os.environ]:
        raise SettingError(f"[sources] {source.name}: the url needs the environment variable "
                           f"{', '.join(missing)}, which is not set")
    return re.sub(r"\$\{(\w+)\}", lambda found: os.environ[found[1]], url)


def _with_driver(url: str) -> str:
    """The url with the PostgreSQL driver the kit installs, where none is named."""
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
