"""Text files for the embedded database: delimiter found, names read, faults in sentences."""

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from qbrkit.errors import DataError
from qbrkit.sources.cells import column_names
from qbrkit.sources.decode import TextFile, as_utf8
from qbrkit.sources.entries import Source
from qbrkit.sources.recognize import literal

DELIMITERS = ("\t", ";", "|", ",")
"""Before the comma, which may also be a decimal sign, those that are nothing else."""
SAMPLE_LINES = 25


@dataclass(frozen=True)
class _Dialect:
    """How the fields of a row are told apart."""

    delimiter: str
    quote: str

    def reader(self, lines: Any, strict: bool = True) -> Any:
        """Rows of an iterable of lines."""
        if not self.quote:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote, strict=strict)


def select_text(file: Path, source: Source, copy: Path) -> str:
    """SQL that selects a text file: every field as text, ``__file`` and ``__row``.

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
    str
        A select over ``read_csv``. Rows are numbered as a spreadsheet numbers them.

    Raises
    ------
    DataError
        If the file is no table; the message names file and line.
    """
    text = as_utf8(file, source, copy)
    dialect = _dialect_of(text, source)
    with _lines(text, source.skip_rows) as lines:
        try:
            first: list[str] = next(filter(_is_filled, dialect.reader(lines)), [])
        except csv.Error as error:
            raise _not_a_table(file, source, source.skip_rows + 1, str(error)) from error
    if not first:
        raise DataError(f"{file.name}: has no row with column names"
                        + (f" after {source.skip_rows} skipped rows" if source.skip_rows else ""))
    names = column_names(first, source.has_header)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    if text.is_even:
        return (f"select *, {literal(str(file))} as __file, "
                f"row_number() over () + {source.skip_rows + source.has_header} as __row "
                f"from read_csv({literal(str(text.path))}, auto_detect=false, "
                f"columns={{{columns}}}, delim={literal(dialect.delimiter)}, "
                f"quote={literal(dialect.quote)}, escape={literal(dialect.quote)}, "
                f"header={str(source.has_header).lower()}, skip={source.skip_rows}, "
                f"compression={literal('gzip' if text.is_packed else 'none')})")
    numbered = copy.with_name(f"rows of {copy.name}")
    _number_rows(text, file, source, dialect, len(names), numbered)
    return (f"select * exclude (__row), {literal(str(file))} as __file, __row "
            f"from read_csv({literal(str(numbered))}, auto_detect=false, header=false, "
            f"columns={{'__row': 'BIGINT', {columns}}}, delim=',', quote='\"', escape='\"')")


def _is_filled(row: list[str]) -> bool:
    return any(cell.strip() for cell in row)


def _lines(text: TextFile, skip: int) -> io.TextIOWrapper:
    """Its lines after the skipped ones."""
    lines = io.TextIOWrapper(text.open(), encoding="utf-8-sig", newline="")
    for _ in islice(lines, skip):
        pass
    return lines


def _dialect_of(text: TextFile, source: Source) -> _Dialect:
    """The dialect given; else the first delimiter that splits the first rows alike."""
    quote = source.options.get("quote", '"')
    if "delimiter" in source.options:
        return _Dialect(source.options["delimiter"], quote)
    with _lines(text, source.skip_rows) as lines:
        sample = list(islice(lines, SAMPLE_LINES))
    widths = {}
    for delimiter in DELIMITERS:
        rows = list(filter(_is_filled, _Dialect(delimiter, quote).reader(sample, strict=False)))
        width = len(rows[0]) if rows else 0
        if width > 1 and all(len(row) == width for row in rows[:-1]):  # the last may be cut off
            return _Dialect(delimiter, quote)
        widths[delimiter] = width
    return _Dialect(max(reversed(DELIMITERS), key=lambda one: widths[one]), quote)


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
        expected, found = int(counts[1]), int(counts[2])
        what = (f"has {found} field{'s' if found != 1 else ''} where the first row has {expected}; "
                "repair the row, or check delimiter, quote and skip_rows of "
                f"[sources] {source.name}")
    elif re.search(r"quote|expected after|end of data|field larger|Maximum line size", cause):
        what = ("a quotation mark opens a text and does not end it; if quotation marks are plain "
                f"characters in this export, write quote = \"\" under [sources] {source.name}")
    else:
        what = (f"cannot be read as a table: {cause.splitlines()[0]}; check delimiter, quote and "
                f"header of [sources] {source.name}")
    return DataError(f"{file.name}{f' line {line}' if line else ''}: {what}")
