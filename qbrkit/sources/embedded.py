"""The embedded database of one workspace: opened, filled from the sources, closed to the rest."""

import tempfile
import uuid
from pathlib import Path

import duckdb

from qbrkit.errors import DataError
from qbrkit.problems import STOPS, Problem
from qbrkit.sources.entries import Source
from qbrkit.sources.read import read_source
from qbrkit.sources.recognize import literal, parse_macros, quoted

SCHEMAS = ("raw", "located", "queried")
"""Where the sources are read and mapped; dropped afterwards."""


def connect() -> duckdb.DuckDBPyConnection:
    """An embedded database that spills what does not fit into memory to the temp folder."""
    connection = duckdb.connect()
    connection.execute("set old_implicit_casting = true; set preserve_insertion_order = true; "
                       "set python_enable_replacements = false; set TimeZone = 'UTC'")
    connection.execute("set temp_directory = ?",
                       [str(Path(tempfile.gettempdir()) / f"qbr-spill-{uuid.uuid4().hex}")])
    for schema in SCHEMAS:
        connection.execute(f"create schema {schema}")
    connection.execute("create schema contract")
    for macro in parse_macros().values():
        connection.execute(f"create macro {macro}")
    return connection


def read_sources(connection: duckdb.DuckDBPyConnection,
                 sources: list[Source]) -> tuple[list[Problem], dict[str, Source]]:
    """What is wrong with the sources, and those that can be read."""
    problems: list[Problem] = []
    readable = {}
    with tempfile.TemporaryDirectory(prefix="qbr-", ignore_cleanup_errors=True) as scratch:
        for source in sources:
            try:
                problems += read_source(connection, source, Path(scratch))
                readable[source.name] = source
            except DataError as error:
                problems += stopping(f"[sources] {source.name}", error)
    return problems, readable


def stopping(where: str, error: DataError) -> list[Problem]:
    """An error as problems: what stops one table does not hide the faults of the others."""
    return [Problem(where, "", line.removeprefix(f"{where}: "), 0, STOPS)
            for line in str(error).splitlines()]


def lock(connection: duckdb.DuckDBPyConnection, sources: list[Source]) -> None:
    """From here on SQL sees the sources and no other file: the inputs are all that is hashed."""
    files = ", ".join(literal(str(file)) for source in sources for file in source.files)
    connection.execute(f"set allowed_paths = [{files}]; set enable_external_access = false")


def drop_sources(connection: duckdb.DuckDBPyConnection, readable: dict[str, Source]) -> None:
    """Only the tables of the contract stay."""
    for name in readable:
        connection.execute(f"drop view {quoted(name)}")
    for macro in parse_macros():
        connection.execute(f"drop macro {macro}")
    for schema in SCHEMAS:
        connection.execute(f"drop schema {schema} cascade")
