"""A real database as source: any that SQLAlchemy has a driver for.

Its values become text like those of a file, so that the same rows give the same figures
from the database and from its CSV export.
"""

import os
import re
from typing import Any
from urllib.parse import quote

import duckdb

from qbrkit.errors import DataError, SettingError
from qbrkit.sources.cells import column_names, text_table
from qbrkit.sources.entries import Source

ROWS_AT_ONCE = 100_000
VARIABLE = re.compile(r"\$\{(\w+)\}")
PASSWORD_VARIABLE = re.compile(r"(?<=:)\$\{(\w+)\}(?=@)")


def read_database(connection: duckdb.DuckDBPyConnection, source: Source, raw: str) -> None:
    """Copy the result of a query into the embedded database.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    source : Source
        With ``url`` and ``query``; ``${NAME}`` in the url is taken from the environment,
        so that no password stands in qbr.toml. A password is taken as it is, whatever
        signs are in it. A SQLite file is looked for beside qbr.toml.
    raw : str
        Name of the table to make.

    Raises
    ------
    SettingError
        If driver, environment variable or a usable url is missing.
    DataError
        If the database refuses; the message never repeats the url or the password.
    """
    try:
        import sqlalchemy
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError as error:
        raise SettingError(f"[sources] {source.name}: a database needs the extra packages: "
                           'pip install "qbrkit[database]"') from error
    url = _parsed(source)
    try:
        engine = sqlalchemy.create_engine(url)
    except (SQLAlchemyError, ImportError) as error:
        raise SettingError(f"[sources] {source.name}: there is no driver for {url.drivername}: "
                           f"{_without_secrets(error, url)}; install the one that SQLAlchemy "
                           "names for it") from None
    try:
        with engine.connect().execution_options(stream_results=True) as database:
            result = database.execute(sqlalchemy.text(_without_binds(source.options["query"])))
            if not result.returns_rows:
                raise DataError(f"[sources] {source.name}: the query must be a select")
            names = column_names(result.keys(), has_header=True)
            _create(connection, source, raw, names)
            for rows in result.partitions(ROWS_AT_ONCE):
                _append(connection, source, raw, names, rows)
    except SQLAlchemyError as error:
        raise DataError(f"[sources] {source.name}: the database says: "
                        f"{_without_secrets(error, url)}") from None
    finally:
        engine.dispose()


def _create(connection: duckdb.DuckDBPyConnection, source: Source, raw: str,
            names: list[str]) -> None:
    connection.register("__rows", text_table(names, [], "", None))
    connection.execute(f"create table {raw} as select * from __rows")
    connection.unregister("__rows")


def _append(connection: duckdb.DuckDBPyConnection, source: Source, raw: str, names: list[str],
            rows: Any) -> None:
    connection.register("__rows", text_table(names, rows, f"query of {source.name}", None))
    connection.execute(f"insert into {raw} select * from __rows")
    connection.unregister("__rows")


def _parsed(source: Source) -> Any:
    """The url with its variables filled in and the driver that the kit installs."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    template = str(source.options["url"]).strip()
    missing = [name for name in VARIABLE.findall(template) if name not in os.environ]
    if missing:
        raise SettingError(
            f"[sources] {source.name}: the url needs the environment variable"
            f"{'s' if len(missing) > 1 else ''} {', '.join(dict.fromkeys(missing))}, which "
            f"{'are' if len(missing) > 1 else 'is'} not set")
    text = PASSWORD_VARIABLE.sub(lambda found: quote(os.environ[found[1]], safe=""), template)
    text = VARIABLE.sub(lambda found: os.environ[found[1]], text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # their text may hold the password
        raise SettingError(
            f"[sources] {source.name}: the url cannot be understood; write it as "
            "postgresql://user:${PASSWORD}@host/database, and signs of a password such as @ "
            "as %40 when it stands in a variable with the whole url") from None
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        file = source.folder / url.database
        if not file.is_file():
            raise DataError(f"[sources] {source.name}: there is no SQLite file {url.database!r} "
                            f"in {source.folder}")
        return url.set(database=str(file))
    return url


def _without_binds(query: str) -> str:
    """The query with its colons as they are; ``:name`` would be a parameter to SQLAlchemy."""
    return re.sub(r"(?<!:):(?=\w)", r"\\:", query)


def _without_secrets(error: Exception, url: Any) -> str:
    """What a driver says, in one line and without url and password."""
    text = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    line = " ".join(text.splitlines()[0].split())
    secrets = {url.render_as_string(hide_password=False), str(url.password or ""),
               quote(str(url.password or ""), safe="")}
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        line = line.replace(secret, "…")
    return line
