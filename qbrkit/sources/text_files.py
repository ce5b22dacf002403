"""Text files for the embedded database: delimiter found, names read, faults in sentences."""

import csv
import io
import re
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from qbrkit.errors import DataError
from qbrkit.sources.cells import column_names
from qbrkit.sources.decode import TextFile, as_utf8
from qbrkit.sources.entries import Source
from qbrkit.sources.recognize import file_literal, literal

DELIMITERS = ("\t", ";", "|", ",")
"""Before the comma, which may also be a decimal sign, those that are nothing else."""
SAMPLE_LINES = 25
MOST_COLUMNS = 2_000
"""A table with more was cut at the wrong delimiter, and would take minutes to look through."""
TOLD = re.compile(r"sep=(.)\s*", re.IGNORECASE)
"""The line in which Excel tells itself the delimiter."""
LONGEST_FIELD = 1 << 30
"""Characters; a longer one is a quotation mark left open."""


@dataclass(frozen=True)
class _Dialect:
    """How the fields of a row are told apart."""

    delimiter: str
    quote: str
    escape: str

    def reader(self, lines: Any, strict: bool = True) -> Any:
        """Rows of an iterable of lines."""
        csv.field_size_limit(LONGEST_FIELD)
        if not self.quote:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        doubled = self.escape == self.quote
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote, strict=strict,
                          doublequote=doubled, escapechar=None if doubled else self.escape)


@dataclass(frozen=True)
class TextScan:
    """A text file as the embedded database scans it.

    Parameters
    ----------
    file : Path
        The file that the analyst knows.
    names : tuple of str
        Names of its columns.
    path : Path
        What is scanned: the file, or a copy that is easier to read.
    options : str
        SQL of the options of ``read_csv`` beyond the columns.
    first_row : int or None
        Number of its first row as a spreadsheet counts, where the rows follow each other
        without gaps; else they begin with their number in ``__row``.
    size : int
        Bytes, unpacked.
    has_blanks : bool
        Fields may need trimming.
    repeated : tuple of str
        Names that stand more than once in the header.
    """

    file: Path
    names: tuple[str, ...]
    path: Path
    options: str
    first_row: int | None
    size: int
    has_blanks: bool
    repeated: tuple[str, ...] = ()

    def select(self, types: Lookup[str, str] | None = None, more: str = "") -> str:
        """SQL that selects its columns, as text or as the types given.

        Parameters
        ----------
        types : mapping of str to str, optional
            SQL type by column.
        more : str
            SQL of further options of ``read_csv``.
        """
        types = types or {}
        columns = [f"{literal(name)}: {literal(types.get(name, 'VARCHAR'))}" for name in self.names]
        if self.first_row is None:
            columns.insert(0, "'__row': 'BIGINT'")
        return (f"select * from read_csv({file_literal(self.path)}, auto_detect=false, "
                f"columns={{{', '.join(columns)}}}, {self.options}{more})")


def scan_text(file: Path, source: Source, copy: Path) -> TextScan:
    """How a text file is scanned; it is read once, and copied where that makes it readable.

    Parameters
    ----------
    file : Path
        The text file.
    source : Source
        How to read it.
    copy : Path
        Where a copy may be written that is easier to read.

    Returns
    -------
    TextScan

    Raises
    ------
    DataError
        If the file is no table; the message names file and line.
    """
    text = as_utf8(file, source, copy)
    source = _as_excel_tells(text, source)
    dialect = _dialect_of(text, source)
    with _lines(text, source.skip_rows) as lines:
        try:
            first: list[str] = next(filter(_is_filled, dialect.reader(lines)), [])
        except csv.Error as error:
            raise _not_a_table(file, source, source.skip_rows + 1, str(error)) from error
    if not first:
        raise DataError(f"{file.name}: has no row with column names"
                        + (f" after {source.skip_rows} skipped rows" if source.skip_rows else ""))
    if len(first) > MOST_COLUMNS:
        raise DataError(f"{file.name}: its first row has {len(first):,} fields, more than "
                        f"{MOST_COLUMNS:,} columns are not read; check delimiter of [sources] "
                        f"{source.name}, or export only the columns that are needed")
    names = tuple(column_names(first, source.has_header))
    repeated = _repeated(first) if source.has_header else ()
    if text.is_even:
        return TextScan(
            file, names, text.path,
            f"delim={literal(dialect.delimiter)}, quote={literal(dialect.quote)}, "
            f"escape={literal(dialect.escape)}, header={str(source.has_header).lower()}, "
            f"skip={source.skip_rows}, compression={literal('gzip' if text.is_packed else 'none')}",
            source.skip_rows + source.has_header + 1, text.size, text.has_blanks, repeated)
    numbered = copy.with_name(f"rows of {copy.name}")
    _number_rows(text, file, source, dialect, len(names), numbered)
    return TextScan(file, names, numbered, "header=false, delim=',', quote='\"', escape='\"'",
                    None, text.size, text.has_blanks, repeated)


def _repeated(header: list[str]) -> tuple[str, ...]:
    """Names that stand more than once in a header; capital letters make no difference."""
    names = [cell.strip() for cell in header]
    lower = [name.lower() for name in names]
    return tuple(dict.fromkeys(name for at, name in enumerate(names)
                               if name and lower.index(name.lower()) == at
                               and lower.count(name.lower()) > 1))


def _is_filled(row: list[str]) -> bool:
    return any(cell.strip() for cell in row)


def _lines(text: TextFile, skip: int) -> io.TextIOWrapper:
    """Its lines after the skipped ones."""
    lines = io.TextIOWrapper(text.open(), encoding="utf-8-sig", newline="")
    for _ in islice(lines, skip):
        pass
    return lines


def _as_excel_tells(text: TextFile, source: Source) -> Source:
    """The source, with the delimiter that a first line ``sep=;`` tells and without that line."""
    with _lines(text, 0) as lines:
        told = TOLD.fullmatch(next(lines, ""))
    if not told or source.skip_rows:
        return source
    return replace(source, options={"delimiter": told[1], **source.options, "skip_rows": 1})


def _dialect_of(text: TextFile, source: Source) -> _Dialect:
    """The dialect given; else the first delimiter that splits the first rows alike."""
    quote = source.options.get("quote", '"')
    escape = source.options.get("escape", quote)
    if "delimiter" in source.options:
        return _Dialect(source.options["delimiter"], quote, escape)
    with _lines(text, source.skip_rows) as lines:
        sample = list(islice(lines, SAMPLE_LINES))
    return _Dialect(find_delimiter(sample, quote, escape), quote, escape)


def find_delimiter(sample: list[str], quote: str, escape: str = "") -> str:
    """The first delimiter that splits the first lines of a file alike, else the one most used."""
    widths = {}
    for delimiter in DELIMITERS:
        dialect = _Dialect(delimiter, quote, escape or quote)
        rows = list(filter(_is_filled, dialect.reader(sample, strict=False)))
        width = len(rows[0]) if rows else 0
        if width > 1 and all(len(row) == width for row in rows[:-1]):  # the last may be cut off
            return delimiter
        widths[delimiter] = width
    return max(reversed(DELIMITERS), key=lambda one: widths[one])


def _number_rows(text: TextFile, file: Path, source: Source, dialect: _Dialect, width: int,
                 copy: Path) -> None:
    """Write a copy without blank lines, in which every row begins with its number."""
    skipped = source.skip_rows
    with _lines(text, skipped) as lines, \
            open(copy, "w", encoding="utf-8", newline="") as written:
        writer = csv.writer(written, lineterminator="\n")
        reader = dialect.reader(lines)
        is_header = source.has_header
        try:
            for number, row in enumerate(reader, skipped + 1):
                if not _is_filled(row):
                    continue
                if is_header:
                    is_header = False
                    continue
                if len(row) < width or any(row[width:]):
                    raise _not_a_table(file, source, skipped + reader.line_num,
                                       f"Expected Number of Columns: {width} Found: {len(row)}")
                writer.writerow([number, *row[:width]])
        except csv.Error as error:
            raise _not_a_table(file, source, skipped + reader.line_num, str(error)) from error


def explain(error: Exception, source: Source) -> DataError:
    """What the embedded database says of a text file, as a sentence; copies bear the same name."""
    message = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", message)
    named = re.search(r"^\s*file = (.+)$", message, re.MULTILINE)
    file = Path(named[1]) if named else source.files[0]
    return _not_a_table(file, source, int(line[1]) if line else 0, message)


def _not_a_table(file: Path, source: Source, line: int, cause: str) -> DataError:
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", cause)
    if counts:
        expected, found = int(counts[1]), _fields_in(cause) or int(counts[2])
        what = f"has {found} field{'s' if found != 1 else ''} where the first row has {expected}; "
        what += (f"if titles stand above the column names, write skip_rows = {line - 1} under "
                 f"[sources] {source.name}" if expected == 1 else
                 f"repair the row, or check delimiter, quote and skip_rows of [sources] "
                 f"{source.name}")
    elif re.search(r"quote|expected after|end of data|field larger|Maximum line size", cause):
        what = ("a quotation mark opens a text and does not end it; if quotation marks are plain "
                f"characters in this export, write quote = \"\" under [sources] {source.name}; if "
                "those inside a text follow a backslash, write escape = '\\'")
    else:
        what = (f"cannot be read as a table: {cause.splitlines()[0]}; check delimiter, quote and "
                f"header of [sources] {source.name}")
    return DataError(f"{file.name}{f' line {line}' if line else ''}: {what}")


def _fields_in(cause: str) -> int:
    """Fields of the row that is quoted; the embedded database counts to the first too many."""
    row = re.search(r"^Original Line: (.+)$", cause, re.MULTILINE)
    delimiter = re.search(r"^ *delimiter = (\\t|.)", cause, re.MULTILINE)
    if not row or not delimiter or '"' in row[1]:
        return 0
    return row[1].count(delimiter[1].replace("\\t", "\t")) + 1
