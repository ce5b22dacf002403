"""How a file is laid out: delimiter, quotation mark, rows above the header, header or none."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qbrkit.errors import DataError
from qbrkit.proposal.encodings import find_encoding, open_unpacked
from qbrkit.proposal.wording import RANKS, plain
from qbrkit.sources.cells import cell_text, column_names
from qbrkit.sources.decode import MARKS
from qbrkit.sources.text_files import DELIMITERS

SAMPLE_BYTES = 1 << 18
SAMPLE_ROWS = 400
RARE_DELIMITERS = ("^", "~", "\x01", "¦", "¬", ":")
LIKE_DATA = re.compile(r"[-+(]?[\d.,' ]*\d[\d.,' ]*\)?%?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")
"""A number or a date: no heading."""
HEADINGS_KNOWN = {word for roles in RANKS.values() for words in roles.values() for word in words}
LONGEST_PREAMBLE = 30
ENCODING_NOTE = "= "
"""Begins a note that stands on the line of the source itself."""


@dataclass(frozen=True)
class Layout:
    """How one file or sheet is read.

    Parameters
    ----------
    options : dict
        Options of a source that have to be given.
    names : tuple of str
        The column names; ``column1`` … without a header.
    sample : tuple of tuple of str
        The first rows below them.
    notes : tuple of str
        What the analyst should look at, as sentences.
    """

    options: dict[str, Any]
    names: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def text_layout(file: Path) -> Layout:
    """Layout of a text file.

    Raises
    ------
    DataError
        If it is no table that can be read; a sentence that says why.
    """
    encoding, word = find_encoding(file)
    lines = _first_lines(file, encoding)
    if not any(line.strip() for line in lines):
        raise DataError(f"{file.name}: is empty")
    delimiter, quote = _dialect(lines)
    if delimiter == "":
        raise DataError(f"{file.name}: has no delimiter that parts its lines into columns")
    if parted := _longer_delimiter(lines, delimiter):
        raise DataError(f"{file.name}: its columns are parted by {parted!r}, more than one "
                        "character; export it again with one, such as ; or a tab")
    rows, numbers = _rows(lines, delimiter, quote)
    options: dict[str, Any] = {"encoding": encoding} if encoding else {}
    if delimiter != "," or any(other in lines[0] for other in DELIMITERS if other != ","):
        options["delimiter"] = delimiter
    if quote != '"':
        options["quote"] = quote
    told = (f"{ENCODING_NOTE}“{word}” must read right",) if word else ()
    return _with_header(rows, numbers, options, told)


def rows_layout(rows: Sequence[Sequence[Any]]) -> Layout:
    """Layout of a sheet by its cells."""
    texts = [[cell_text(cell) for cell in row] for row in rows[:SAMPLE_ROWS]]
    filled = [(row, number) for number, row in enumerate(texts) if any(map(str.strip, row))]
    if not filled:
        raise DataError("is empty")
    return _with_header([row for row, _ in filled], [number for _, number in filled], {}, ())


def _first_lines(file: Path, encoding: str) -> list[str]:
    with open_unpacked(file) as stream:
        start = stream.read(SAMPLE_BYTES)
    marked = next((name for mark, name in MARKS if start.startswith(mark)), "")
    text = start.decode(marked or encoding or "utf-8", errors="replace")
    if "\0" in text[:2000]:
        raise DataError(f"{file.name}: is no text file")
    lines = list(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    if len(start) == SAMPLE_BYTES and len(lines) > 1:
        lines.pop()  # it is cut off
    return lines[:SAMPLE_ROWS]


def _rows(lines: list[str], delimiter: str, quote: str) -> tuple[list[list[str]], list[int]]:
    """Rows that hold anything, and for each how many lines stand above it."""
    reader = csv.reader(lines, delimiter=delimiter, quotechar=quote or None,
                        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE)
    rows, numbers, above = [], [], 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                numbers.append(above)
            above = reader.line_num
    except csv.Error:
        pass  # what was read so far is enough to judge
    return rows, numbers


def _dialect(lines: list[str]) -> tuple[str, str]:
    """Delimiter and quotation mark under which most rows have one width above one column."""
    best, reached = ("", '"'), 0.0
    for delimiters in (DELIMITERS, RARE_DELIMITERS):
        for delimiter in delimiters:
            for quote in ('"', ""):
                rows, _ = _rows(lines, delimiter, quote)
                width, share = _usual_width(rows, len(lines) if quote else len(rows))
                if width > 1 and share > reached + 0.02:
                    best, reached = (delimiter, quote), share
        if reached > 0.8:
            break
    return _single_quotes(lines, *best) if reached > 0.4 else ("", '"')


def _single_quotes(lines: list[str], delimiter: str, quote: str) -> tuple[str, str]:
    """The same, with ' as quotation mark where most filled fields begin and end with it."""
    rows, _ = _rows(lines, delimiter, "")
    cells = [cell.strip() for row in rows for cell in row if cell.strip()]
    marked = sum(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in cells)
    return (delimiter, "'") if marked > 0.5 * len(cells) else (delimiter, quote)


def _usual_width(rows: list[list[str]], lines: int) -> tuple[int, float]:
    """The most frequent width of the rows, and the share of rows that have it.

    Quotation marks that swallow line after line leave few rows of the lines there are.
    """
    if not rows:
        return 0, 0.0
    width, count = Counter(len(row) for row in rows if len(row) > 1).most_common(1)[0] \
        if any(len(row) > 1 for row in rows) else (1, 0)
    swallowed = len(rows) < 0.2 * lines and max(len(cell) for row in rows for cell in row) > 5000
    return width, 0.0 if swallowed else count / len(rows)


def _longer_delimiter(lines: list[str], delimiter: str) -> str:
    """A delimiter of two characters, told by the same sign at the end or start of each field."""
    rows = [line.rstrip("\r\n").split(delimiter) for line in lines if delimiter in line][:50]
    if not rows:
        return ""
    before = {cell[-1:] for row in rows for cell in row[:-1]}
    after = {cell[:1] for row in rows for cell in row[1:]}
    if len(before) == 1 and re.fullmatch(r"[^\w\s\"']", sign := before.pop()):
        return sign + delimiter
    if len(after) == 1 and re.fullmatch(r"[^\w\s\"']", sign := after.pop()):
        return delimiter + sign
    # an empty field between every two: the same sign twice
    doubled = all(set(row[1::2]) == {""} and len(row) > 2 for row in rows)
    return delimiter * 2 if doubled else ""


def _with_header(rows: list[list[str]], above: list[int], options: dict[str, Any],
                 notes: tuple[str, ...]) -> Layout:
    """The layout, with the first row that is as wide and as full as a row of column names."""
    width = max(Counter(len(row) for row in rows).items(), key=lambda one: (one[1], one[0]))[0]
    start = next((at for at, row in enumerate(rows[:LONGEST_PREAMBLE])
                  if len(row) >= width and _filled(row) >= max(1, 0.6 * _filled_usual(rows))), 0)
    first, below = rows[start], rows[start + 1:]
    has_header, is_sure = _is_header(first, below)
    if not has_header:
        options["header"] = False
        below = rows[start:]
    elif not is_sure:
        notes += (f"? the first row ({', '.join(first[:4])}) is taken as column names; if it is a "
                  "record, write header = false",)
    if above[start]:
        options["skip_rows"] = above[start]
    return Layout(options, tuple(column_names(first, has_header)),
                  tuple(tuple(row) for row in below), notes)


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _filled_usual(rows: list[list[str]]) -> int:
    counts = sorted(_filled(row) for row in rows)
    return counts[len(counts) // 2]


def _is_header(first: list[str], below: list[list[str]]) -> tuple[bool, bool]:
    """Whether the first row holds names, and whether that is sure."""
    names = [cell.strip() for cell in first]
    if any(plain(name) in HEADINGS_KNOWN for name in names):
        known = sum(plain(name) in HEADINGS_KNOWN for name in names)
        if known > 1 or not any(map(LIKE_DATA.fullmatch, filter(None, names))):
            return True, True
    if any(LIKE_DATA.fullmatch(name) for name in names if name):
        return False, True
    columns = list(zip(*(row for row in below if len(row) == len(first)), strict=False))
    if any(all(LIKE_DATA.fullmatch(cell.strip()) for cell in column if cell.strip())
           and any(cell.strip() for cell in column) for column in columns):
        return True, True  # a text above a column of numbers or dates
    repeated = any(name in column for name, column in zip(names, columns, strict=False) if name)
    return (False, False) if repeated else (True, False)
