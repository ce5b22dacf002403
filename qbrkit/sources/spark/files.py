"""What Spark reads: tables of the session, Parquet and text files, on any storage it knows."""

import re
from pathlib import Path
from typing import Any

from pyspark.sql import functions as sf

from qbrkit.errors import DataError, SettingError
from qbrkit.sources.cells import column_names
from qbrkit.sources.entries import PARQUET, TEXT_FILES, Source, name_sources
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.read import ORIGIN
from qbrkit.sources.read import clean_sql as clean_sql
from qbrkit.sources.recognize import FLOATS, float_text_sql, quoted
from qbrkit.sources.spark.connection import SPARK_ERRORS, SparkConnection, spark_quoted
from qbrkit.sources.spark.session import told_by_spark
from qbrkit.sources.text_files import DELIMITERS, SAMPLE_LINES, find_delimiter

TABLE = "table"
KEPT = "kept"
"""Schema of what was read; the recognition makes ``raw`` and ``located`` of it."""
OPTIONS = {"file", "files", TABLE, "delimiter", "quote", "encoding", "decimal", "date_format",
           "escape", "header", "null_values", "types", "rename", "overlapping"}
OF_TABLES = {TABLE, "decimal", "date_format", "null_values", "types", "rename"}
"""Options of any source here, and of a table of the session."""
INSTEAD = {"url": "; export the table, or name it as { table = \"…\" }",
           "sheet": "; save the sheet as CSV", "skip_rows": "; delete the rows above the header"}
OWN_CHARSETS = {"us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "utf-8", "utf8", "utf-16",
                "utf-16be", "utf-16le", "utf-32"}
"""Encodings that Spark reads without being told that more of Java's are wanted."""
WIDE = ("utf-16", "utf16", "utf-32", "utf32")
DAMAGED = "\ufffd"
"""What stands where a byte is none of the encoding."""


def name_spark_sources(folder: Path, entries: dict[str, Any]) -> list[Source]:
    """Sources of qbr.toml for Spark; those with ``table`` or an address keep it as an option.

    Raises
    ------
    SettingError
        If an option cannot be used, or a file is missing; all faults in one message.
    """
    faults, sources = [], []
    for name, entry in entries.items():
        options = {"file": entry} if isinstance(entry, str) else entry
        if not isinstance(options, dict):
            options = {}
        known = OF_TABLES if TABLE in options else OPTIONS
        if unknown := sorted(options.keys() - known):
            faults += [f"[sources] {name}: {option} cannot be used with Spark"
                       f"{INSTEAD.get(option, '')}; allowed are {', '.join(sorted(known))}"
                       for option in unknown]
        elif options.get("overlapping", "all") != "all":
            faults.append(f"[sources] {name}: with Spark overlapping can only be \"all\"; leave "
                          "the rows out of one of the files that stand in several")
        elif TABLE in options or any("://" in one for one in _patterns(options)):
            sources.append(Source(name, (), options, folder))
        elif not faults:
            sources += _local(folder, name, entry, faults)
    if faults:
        raise SettingError("\n".join(faults))
    return sources


def _patterns(options: dict[str, Any]) -> list[str]:
    given = options.get("files", options.get("file", []))
    return [given] if isinstance(given, str) else list(given)


def _local(folder: Path, name: str, entry: Any, faults: list[str]) -> list[Source]:
    """A source of files of this machine, found and checked as the embedded engine does."""
    try:
        (source,) = name_sources(folder, {name: entry})
    except SettingError as error:
        faults += str(error).splitlines()
        return []
    faults += [f"[sources] {name}: Spark leaves out files that begin with _ or a point, as "
               f"{file.name}; rename it" for file in source.files if file.name[0] in "_."]
    return [source]


def read_spark_source(connection: SparkConnection, source: Source, mapping: Mapping) -> None:
    """Make ``kept."name"``: what the source holds, blanks trimmed and empty text missing.

    The columns that the mapping may use are read once and kept by the cluster.

    Raises
    ------
    DataError
        If the source cannot be read.
    """
    try:
        if TABLE in source.options:
            table = connection.session.table(source.options[TABLE])
            parts = [table.toDF(*column_names(table.columns, has_header=True))]
        else:
            parts = _read_files(connection.session, source)
        parts = [part.select(*_used(part.columns, source, mapping)) for part in parts]
        cleaned = [_cleaned(connection, part, parts, source) for part in parts]
        whole = cleaned[0]
        for part in cleaned[1:]:
            whole = whole.unionByName(part, allowMissingColumns=True)
        connection.register(f"{KEPT}.{source.name}", whole.localCheckpoint())
    except SPARK_ERRORS as error:
        raise DataError(f"[sources] {source.name}: cannot be read: "
                        f"{told_by_spark(error)}") from error


def _used(columns: list[str], source: Source, mapping: Mapping) -> list[str]:
    """Columns that the mapping may use; all of them where it names none, and of text files.

    The other columns of a text file tell which decimal sign its program writes.
    """
    asked = " ".join([mapping.sql, *mapping.columns.values()]).lower()
    is_text = any(_ending(one) in TEXT_FILES for one in _patterns(source.options))
    if is_text or "*" in asked:
        return [spark_quoted(name) for name in columns]
    names = {*mapping.table.names, ORIGIN[0]}
    used = [spark_quoted(name) for name, new in
            zip(columns, source.renamed(columns), strict=True)
            if new.lower() in names or new.lower() in asked]
    return used or [spark_quoted(name) for name in columns]  # what is there can then be told


def _cleaned(connection: SparkConnection, part: Any, parts: list[Any], source: Source) -> Any:
    """One part of a source by the rules of the embedded engine; rows have no number here."""
    texts = {name for one in parts for name, kind in one.dtypes if kind == "string"}
    if ORIGIN[0] not in part.columns:
        part = part.withColumn(ORIGIN[0], sf.lit(None).cast("string"))
    connection.register("staged", part.withColumn(ORIGIN[1], sf.lit(None).cast("bigint")))
    kinds = dict(connection.execute("describe staged").fetchall())
    columns = ", ".join(
        (float_text_sql(quoted(name)) if kind in FLOATS and name in texts
         else clean_sql(name, kind, source)) + f" as {quoted(new)}"
        for (name, kind), new in zip(kinds.items(), source.renamed(kinds), strict=True))
    filled = " or ".join(f"{quoted(name)} is not null" for name in source.renamed(kinds)
                         if name not in ORIGIN)
    connection.execute(f"create view cleaned as select * from (select {columns} from staged) "
                       f"where {filled}")
    return connection.frame("cleaned")


def _read_files(session: Any, source: Source) -> list[Any]:
    """The files of a source: one DataFrame for all files of one header, or for each address."""
    paths = [_path(file) for file in source.files] or _patterns(source.options)
    if _ending(paths[0]) not in TEXT_FILES:
        return [_read_parquet(session, path, source) for path in paths]
    alike: dict[tuple[str, ...], list[str]] = {}
    for path in paths:
        alike.setdefault(_header(session, path, source), []).append(path)
    return [_read_texts(session, some, header[0], source) for header, some in alike.items()]


def _path(file: Path) -> str:
    """A file of this machine as an address without patterns."""
    return "file://" + re.sub(r"([\[\]{}*?\\])", r"\\\1", file.resolve().as_posix())


def _ending(path: str) -> str:
    return Path(path.removesuffix(".gz")).suffix.lower()


def _read_parquet(session: Any, path: str, source: Source) -> Any:
    if _ending(path) not in PARQUET | {""}:  # a folder of parts has no ending
        raise SettingError(f"[sources] {source.name}: Spark does not read {_ending(path)} here; "
                           "save it as CSV or Parquet")
    frame = session.read.option("mergeSchema", "true").parquet(path)
    return frame.select("*", sf.col("_metadata.file_path")).toDF(
        *column_names(frame.columns, has_header=True), ORIGIN[0])


def _header(session: Any, path: str, source: Source) -> tuple[str, ...]:
    """The delimiter of a text file, and its first line."""
    encoding = source.options.get("encoding", "utf-8")
    if "delimiter" in source.options:
        return source.options["delimiter"], path
    if encoding.lower().startswith(WIDE):
        raise SettingError(f"[sources] {source.name}: write its delimiter as well; Spark cannot "
                           f"look for it in a file of this encoding")
    lines = [row[0] for row in session.read.text(path).take(SAMPLE_LINES)]
    return (find_delimiter(lines, source.options.get("quote", '"')),
            lines[0]) if lines else (DELIMITERS[-1], path)


def _read_texts(session: Any, paths: list[str], delimiter: str, source: Source) -> Any:
    """Text files of one header; a row with too few or too many fields stops the reading."""
    encoding = source.options.get("encoding", "utf-8")
    if encoding.lower() not in OWN_CHARSETS:
        session.conf.set("spark.sql.legacy.javaCharsets", "true")
    quote = source.options.get("quote", '"')
    frame = session.read.options(
        sep=delimiter, quote=quote, escape=source.options.get("escape", quote) or "\\",
        encoding=encoding, header=source.has_header, mode="FAILFAST", enforceSchema=False,
        inferSchema=False, columnPruning=False, multiLine=encoding.lower().startswith(WIDE),
        ignoreLeadingWhiteSpace=False, ignoreTrailingWhiteSpace=False,
        maxCharsPerColumn=-1).csv(paths)
    names = column_names(frame.columns, source.has_header)
    frame = frame.select("*", sf.col("_metadata.file_path")).toDF(*names, ORIGIN[0])
    if "encoding" in source.options:
        return frame
    return frame.select(*[_whole(name) for name in names], ORIGIN[0])


def _whole(name: str) -> Any:
    """A column whose text stops the reading where it is not in the encoding."""
    column = sf.col(spark_quoted(name))
    damaged = sf.concat(sf.lit(f"{name} holds text that is not UTF-8, as "),
                        sf.substring(column, 1, 60),
                        sf.lit("; write its encoding, as encoding = \"windows-1252\""))
    return sf.when(sf.contains(column, sf.lit(DAMAGED)), sf.raise_error(damaged).cast("string")) \
        .otherwise(column).alias(name)
