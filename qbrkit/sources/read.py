"""Any export as a table of the embedded database: text stays text until it is recognized.

Each source becomes two relations: ``raw."name"`` holds what the export holds (text of
a CSV file untouched), and the view ``"name"`` shows columns that are numbers or dates
throughout as numbers and dates, so that SQL in qbr.toml can calculate with them.
"""

import codecs
import gzip
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from qbrkit.errors import DataError, SettingError
from qbrkit.sources import recognize
from qbrkit.sources.recognize import literal, quoted

TEXT_FILES = {".csv", ".tsv", ".txt", ".tab", ".psv", ".dat"}
WORKBOOKS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"}
PARQUET = {".parquet", ".pq"}
OPTIONS = {"file", "files", "url", "query", "sheet", "delimiter", "quote", "encoding", "decimal",
           "date_format", "header", "skip_rows", "null_values", "types"}
CHUNK = 1 << 20
TEXT_OF = "__text_of_"
"""Prefix of the columns of ``located`` that keep the text of a recognized column."""


@dataclass(frozen=True)
class Source:
    """One source of qbr.toml, with the files it names."""

    name: str
    files: tuple[Path, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def header_rows(self) -> int:
        """Rows of a text file or sheet before its first data row."""
        return int(self.options.get("skip_rows", 0)) + bool(self.options.get("header", True))

    @property
    def date_formats(self) -> tuple[str, ...]:
        """Date formats that the analyst gave."""
        given = self.options.get("date_format", ())
        return (given,) if isinstance(given, str) else tuple(given)


def name_sources(folder: Path, entries: dict[str, Any]) -> list[Source]:
    """Sources of qbr.toml with their files found.

    Raises
    ------
    SettingError
        If an option is unknown or a file is missing; all faults in one message.
    """
    faults: list[str] = []
    sources = []
    for name, entry in entries.items():
        options = {"file": entry} if isinstance(entry, str) else dict(entry)
        faults += [f"[sources] {name}: {option} is no option; allowed are "
                   f"{', '.join(sorted(OPTIONS))}" for option in options if option not in OPTIONS]
        patterns = options.get("files", options.get("file", []))
        patterns = [patterns] if isinstance(patterns, str) else patterns
        files: list[Path] = []
        for pattern in patterns:
            found = _matching(folder, pattern)
            if not found:
                faults.append(f"[sources] {name}: there is no file {pattern!r} in {folder}")
            files += [file for file in found if file not in files]
        if not patterns and "url" not in options:
            faults.append(f"[sources] {name}: give file, files or url")
        sources.append(Source(name, tuple(files), options))
    if faults:
        raise SettingError("\n".join(faults))
    return sources


def _matching(folder: Path, pattern: str) -> list[Path]:
    plain = folder / pattern
    if plain.is_file():
        return [plain]
    if Path(pattern).is_absolute():
        anchor = Path(Path(pattern).anchor)
        return sorted(anchor.glob(str(Path(pattern).relative_to(anchor))))
    return sorted(file for file in folder.glob(pattern) if file.is_file())


def read_source(connection: duckdb.DuckDBPyConnection, source: Source, scratch: Path) -> None:
    """Make ``raw."name"`` and the view ``"name"`` from one source.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    source : Source
        What to read.
    scratch : Path
        Folder for files converted to UTF-8.

    Raises
    ------
    DataError
        If a file cannot be read as its options say; the message names the file.
    """
    raw = f"raw.{quoted(source.name)}"
    kind = _suffix(source.files[0]) if source.files else "url"
    if "url" in source.options:
        from qbrkit.sources.database import read_database
        read_database(connection, source, raw)
    elif kind in PARQUET:
        files = ", ".join(literal(str(file)) for file in source.files)
        connection.execute(f"create view {raw} as select * exclude (filename), "
                           f"filename as __file from read_parquet([{files}], union_by_name=true, "
                           "filename=true, file_row_number=true)")
    elif kind in WORKBOOKS:
        _read_workbook(connection, source, raw)
    elif kind in TEXT_FILES:
        _read_text(connection, source, raw, scratch)
    else:
        raise DataError(f"{source.files[0].name}: files that end in {kind or 'nothing'} cannot be "
                        f"read; allowed are {', '.join(sorted(TEXT_FILES | WORKBOOKS | PARQUET))}")
    _show_recognized(connection, source, raw)


def _suffix(file: Path) -> str:
    suffixes = [suffix.lower() for suffix in file.suffixes]
    return next((one for one in reversed(suffixes) if one not in {".gz", ".zst"}), "")


def _read_text(connection: duckdb.DuckDBPyConnection, source: Source, raw: str,
               scratch: Path) -> None:
    selects = []
    for number, file in enumerate(source.files):
        readable = _as_utf8(file, source.options.get("encoding"),
                            scratch / f"{source.name}_{number}.csv")
        options = [f"header={str(bool(source.options.get('header', True))).lower()}",
                   "all_varchar=true"]
        if "delimiter" in source.options:
            options.append(f"delim={literal(source.options['delimiter'])}")
        if "quote" in source.options:
            options.append(f"quote={literal(source.options['quote'])}")
            options.append(f"escape={literal(source.options['quote'])}")
        if "skip_rows" in source.options:
            options.append(f"skip={int(source.options['skip_rows'])}")
        selects.append(f"select *, {literal(str(file))} as __file from "
                       f"read_csv({literal(str(readable))}, {', '.join(options)})")
    _create(connection, source, raw, " union all by name ".join(selects))


def _create(connection: duckdb.DuckDBPyConnection, source: Source, raw: str, select: str) -> None:
    """Copy a selection into the raw table: names trimmed, empty text and null marks NULL."""
    files = ", ".join(file.name for file in source.files) or source.name
    try:
        names = [(column[0], str(column[1])) for column in
                 connection.execute(f"describe {select}").fetchall()]
        marks = ["", *source.options.get("null_values", [])]
        listed = ", ".join(literal(mark) for mark in marks)
        columns = [
            (f"case when trim({quoted(name)}) in ({listed}) then null "
             f"else trim({quoted(name)}) end as {quoted(name.strip())}"
             if kind == "VARCHAR" and name != "__file" else
             f"{quoted(name)} as {quoted(name.strip())}") for name, kind in names]
        connection.execute(f"create table {raw} as select {', '.join(columns)} from ({select})")
    except duckdb.Error as error:
        raise DataError(f"{files}: cannot be read as a table: {_first_lines(error)}; check "
                        f"delimiter, quote and header of [sources] {source.name}") from error


def _first_lines(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return re.sub(r"\s+", " ", " ".join(lines[:2]))[:300]


def _as_utf8(file: Path, encoding: str | None, converted: Path) -> Path:
    """The file itself when it is UTF-8, else a copy in UTF-8."""
    with _opened(file) as stream:
        start = stream.read(4)
    if encoding is None:
        encoding = ("utf-16" if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
                    else "utf-8")
    try:
        plain = codecs.lookup(encoding).name in {"utf-8", "utf-8-sig", "ascii"}
        decoder = codecs.getincrementaldecoder("utf-8" if plain else encoding)(errors="strict")
    except LookupError as error:
        raise SettingError(f"{file.name}: encoding {encoding!r} is not known; usual ones are "
                           "utf-8, windows-1252, utf-16, iso-8859-15") from error
    done = 0
    try:
        with _opened(file) as stream, open(os.devnull if plain else converted, "wb") as copy:
            while chunk := stream.read(CHUNK):
                text = decoder.decode(chunk)
                if not plain:
                    copy.write(text.lstrip("\ufeff").encode("utf-8") if not done
                               else text.encode("utf-8"))
                done += len(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        at = done + error.start
        hint = ("it is probably windows-1252: write encoding = \"windows-1252\" for this source"
                if plain else "try another encoding for this source")
        raise DataError(f"{file.name}: is not {encoding} (byte {at:,}); {hint}") from error
    except (OSError, EOFError) as error:
        raise DataError(f"{file.name}: cannot be opened: {error}") from error
    return file if plain else converted


def _opened(file: Path) -> Any:
    return gzip.open(file, "rb") if file.suffix.lower() == ".gz" else open(file, "rb")


def _read_workbook(connection: duckdb.DuckDBPyConnection, source: Source, raw: str) -> None:
    import pandas as pd

    frames = []
    for file in source.files:
        try:
            sheet = pd.read_excel(file, sheet_name=source.options.get("sheet", 0),
                                  header=0 if source.options.get("header", True) else None,
                                  skiprows=int(source.options.get("skip_rows", 0)),
                                  dtype=object, engine="calamine", na_filter=False)
        except Exception as error:  # calamine has no error class of its own for all faults
            raise DataError(f"{file.name}: the sheet cannot be read: {error}; check sheet, header "
                            f"and skip_rows of [sources] {source.name}") from error
        sheet.columns = [str(column) for column in sheet.columns]
        frames.append(sheet.map(_cell_text).assign(__file=str(file)))
    cells = pd.concat(frames, ignore_index=True).astype("str")
    cells = cells.mask(cells == "nan", "")
    connection.register("__workbook", cells)
    _create(connection, source, raw, "select * from __workbook")
    connection.unregister("__workbook")


def _cell_text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return cell.isoformat(sep=" ") if hasattr(cell, "hour") else cell.isoformat()
    return str(cell)


def _show_recognized(connection: duckdb.DuckDBPyConnection, source: Source, raw: str) -> None:
    """Views of the raw relation in which whole columns of numbers and dates are such.

    ``located."name"`` also keeps the text as exported, and the file and row of each record.
    """
    kinds = {name: kind for name, kind, *_ in connection.execute(f"describe {raw}").fetchall()}
    row = "file_row_number" if "file_row_number" in kinds else "rowid"
    columns = [name for name in kinds if name not in {"__file", "file_row_number"}]
    texts = [name for name in columns if kinds[name] == "VARCHAR"]
    sql = _recognized_columns(connection, source, raw, texts)
    shown = ", ".join(f"{sql[name]} as {quoted(name)}" if name in sql else quoted(name)
                      for name in columns)
    name = quoted(source.name)
    untouched = "".join(f", {quoted(column)} as {quoted(TEXT_OF + column)}" for column in sql)
    connection.execute(f"create view located.{name} as "
                       f"select {shown}{untouched}, __file, {row} as __row from {raw}")
    connection.execute(f"create view {name} as select {shown} from {raw}")


def _recognized_columns(connection: duckdb.DuckDBPyConnection, source: Source, raw: str,
                        texts: list[str]) -> dict[str, str]:
    """SQL of the text columns that hold numbers or dates throughout, by name."""
    given = {str(name): str(kind).lower() for name, kind in source.options.get("types", {}).items()}
    if unknown := sorted(set(given) - set(texts)):
        raise SettingError(f"[sources] {source.name}: types names {', '.join(unknown)}, which is "
                           f"no text column there; there are {', '.join(texts)}")
    found = {}
    decimal = source.options.get("decimal")
    for name in texts:
        column = quoted(name)
        kind = given.get(name) or _recognized_kind(connection, source, raw, name)
        if kind == "number":
            found[name] = recognize.number_sql(column, decimal)
        elif kind.startswith("date"):
            formats = source.date_formats or tuple(kind.split("|")[1:])
            found[name] = recognize.date_sql(column, formats)
        elif kind != "text":
            found[name] = f"try_cast({column} as {kind})"
    return found


def _recognized_kind(connection: duckdb.DuckDBPyConnection, source: Source, raw: str,
                     name: str) -> str:
    """What a whole text column is: text, number, or date with its formats after bars."""
    column = quoted(name)
    number = recognize.number_sql(column, source.options.get("decimal"))
    ((filled, numbers, whole, leading_zeros, order),) = connection.execute(
        f"select count({column}), count({number}), "
        f"count(*) filter (regexp_matches({column}, '^-?\\d{{1,18}}$')), "
        f"count(*) filter (regexp_matches({column}, '^0\\d')), "
        f"{recognize.date_order_sql(column)} from {raw}").fetchall()
    if not filled or recognize.looks_like_identifier(name):
        return "text"
    formats = source.date_formats or recognize.date_formats(order)
    ((dates,),) = connection.execute(
        f"select count({recognize.date_sql(column, formats)}) from {raw}").fetchall()
    if dates == filled and numbers < filled:
        return "|".join(["date", *formats])
    if numbers < filled or leading_zeros:
        return "text"
    return "bigint" if whole == filled else "number"
