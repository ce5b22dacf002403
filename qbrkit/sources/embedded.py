"""The embedded database of one workspace: opened, filled from the sources, closed to the rest."""

import atexit
import tempfile
import weakref
from collections.abc import Collection, Iterable
from pathlib import Path

import duckdb

from qbrkit.errors import DataError
from qbrkit.problems import STOPS, Problem
from qbrkit.sources.entries import TEXT_FILES, Source, suffix
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.read import read_source
from qbrkit.sources.recognize import file_literal, literal, parse_macros, quoted

IN_MEMORY = 1 << 30
"""Bytes of text files from which the tables lie on disk."""
PACKED = 8
"""A file packed with gzip is about as many times as large when unpacked."""
SCHEMAS = ("raw", "located", "queried")
"""Where the sources are read and mapped; dropped afterwards."""


def connect(memory_limit_gb: float | None = None,
            sources: Iterable[Source] = ()) -> duckdb.DuckDBPyConnection:
    """An embedded database that spills what does not fit into memory to the temp folder.

    Parameters
    ----------
    memory_limit_gb : float, optional
        Memory it may take. [GB] By default four fifths of the machine's.
    sources : iterable of Source
        What is to be read; when it is large or the memory limited, the tables lie on disk.
    """
    text_bytes = sum(file.stat().st_size * (PACKED if file.suffix == ".gz" else 1)
                     for source in sources for file in source.files
                     if suffix(file) in TEXT_FILES)
    scratch = tempfile.TemporaryDirectory(prefix="qbr-", ignore_cleanup_errors=True)  # private
    if text_bytes and (text_bytes > IN_MEMORY or memory_limit_gb is not None):
        connection = duckdb.connect(f"{scratch.name}/tables.duckdb")
        atexit.register(_close, connection, scratch)  # open files cannot be removed on Windows
    else:
        connection = duckdb.connect()
        weakref.finalize(connection, scratch.cleanup)
    connection.execute("set old_implicit_casting = true; set preserve_insertion_order = true; "
                       "set python_enable_replacements = false; set TimeZone = 'UTC'")
    connection.execute("set temp_directory = ?", [f"{scratch.name}/spill"])
    if memory_limit_gb is not None:
        connection.execute("set memory_limit = ?", [f"{memory_limit_gb}GB"])
    for schema in SCHEMAS:
        connection.execute(f"create schema {schema}")
    connection.execute("create schema contract")
    for macro in parse_macros().values():
        connection.execute(f"create macro {macro}")
    return connection


def _close(connection: duckdb.DuckDBPyConnection, scratch: tempfile.TemporaryDirectory) -> None:
    connection.close()
    scratch.cleanup()


def read_sources(connection: duckdb.DuckDBPyConnection, sources: list[Source],
                 mappings: Collection[Mapping]) -> tuple[list[Problem], dict[str, Source]]:
    """What is wrong with the sources, and those that can be read."""
    problems: list[Problem] = []
    readable = {}
    with tempfile.TemporaryDirectory(prefix="qbr-", ignore_cleanup_errors=True) as scratch:
        for source in sources:
            try:
                using = [mapping for mapping in mappings if source.name in mapping.uses]
                problems += read_source(
                    connection, source, Path(scratch),
                    set().union(*(mapping.wanted_as_text for mapping in using)),
                    not all(mapping.names_columns_only for mapping in using))
                readable[source.name] = source
            except DataError as error:
                problems += stopping(f"[sources] {source.name}", error)
    return problems, readable


def stopping(where: str, error: DataError) -> list[Problem]:
    """An error as problems: what stops one table does not hide the faults of the others."""
    return [Problem(where, "", line.removeprefix(f"{where}: "), 0, STOPS)
            for line in str(error).splitlines()]


def lock(connection: duckdb.DuckDBPyConnection, sources: list[Source],
         work: Path | None = None) -> None:
    """From here on SQL sees the sources and no other file: the inputs are all that is hashed.

    Only the work folder, where the tables will be kept, stays open.
    """
    files = ", ".join(allowed(file) for source in sources for file in source.files)
    folders = literal(str(work)) if work else ""
    connection.execute(f"set allowed_paths = [{files}]; set allowed_directories = [{folders}]; "
                       "set enable_external_access = false")


def allowed(file: Path) -> str:
    """SQL of the path of a file, and of the pattern that it is read by."""
    return ", ".join({literal(str(file)): None, file_literal(file): None})


def drop_sources(connection: duckdb.DuckDBPyConnection, readable: dict[str, Source]) -> None:
    """Only the tables of the contract stay."""
    for name in readable:
        connection.execute(f"drop view {quoted(name)}")
    for macro in parse_macros():
        connection.execute(f"drop macro {macro}")
    for schema in SCHEMAS:
        connection.execute(f"drop schema {schema} cascade")
