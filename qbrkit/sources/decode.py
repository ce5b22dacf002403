"""A text file in UTF-8, whatever it was exported in: recognized, converted, never guessed."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from qbrkit.errors import DataError, SettingError
from qbrkit.sources.entries import Source

CHUNK = 1 << 20
OVERLAP = 256
"""Bytes looked at again at the border of two chunks."""
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
         (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))
BINARY = {b"PK\x03\x04": "an Excel workbook or a zip archive", b"PAR1": "a Parquet file",
          b"\xd0\xcf\x11\xe0": "an old Excel workbook", b"%PDF": "a PDF"}
BLANK_LINE = re.compile(rb"\n[ \t]*\r?\n|\r[ \t]*\r")
BLANK_START = re.compile(rb"\A(\xef\xbb\xbf)?[ \t]*[\r\n]")
LINE_BREAKS = (re.compile(rb"\r\n"), re.compile(rb"(?<!\r)\n"), re.compile(rb"\r[^\n]"))
USUAL = "windows-1252"


@dataclass(frozen=True)
class TextFile:
    """A text file in UTF-8.

    Parameters
    ----------
    path : Path
        The file itself, or a converted copy.
    is_packed : bool
        Whether it is packed with gzip.
    is_even : bool
        No blank lines, and the same line break throughout.
    """

    path: Path
    is_packed: bool
    is_even: bool

    def open(self) -> IO[bytes]:
        """Its bytes, unpacked."""
        return cast("IO[bytes]", gzip.open(self.path, "rb")) if self.is_packed \
            else open(self.path, "rb")


def as_utf8(file: Path, source: Source, copy: Path) -> TextFile:
    """The file itself when it is UTF-8, else a copy in UTF-8.

    Parameters
    ----------
    file : Path
        The text file, packed with gzip or not.
    source : Source
        Its source; ``encoding`` holds for files that are not UTF-8 and bear no mark.
    copy : Path
        Where a converted copy may be written.

    Raises
    ------
    DataError
        If the file is empty, no text, or not in that encoding.
    SettingError
        If the encoding is not known.
    """
    try:
        with open(file, "rb") as stream:
            is_packed = stream.read(2) == b"\x1f\x8b"
        text = TextFile(file, is_packed, is_even=True)
        with text.open() as stream:
            start = stream.read(4)
        _require_text(file, start)
        encoding = next((name for mark, name in MARKS if start.startswith(mark)), "")
        if not encoding:
            encoding = _encoding_of(text, file, source)
        return _converted(text, file, source, encoding, copy)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{file.name}: cannot be read: {error}; export or download it "
                        "again") from error


def _require_text(file: Path, start: bytes) -> None:
    if not start:
        raise DataError(f"{file.name}: is empty; export it again")
    for mark, kind in BINARY.items():
        if start.startswith(mark):
            raise DataError(f"{file.name}: is {kind}, not a text file; give it the ending that "
                            "fits, or export it as CSV")


def _encoding_of(text: TextFile, file: Path, source: Source) -> str:
    """The encoding given, but UTF-8 when the whole file is valid UTF-8 beyond ASCII."""
    given = source.options.get("encoding")
    if given is None:
        return "utf-8"
    try:
        codecs.lookup(given)
        "".encode(given)
    except LookupError as error:
        raise SettingError(f"[sources] {source.name}: encoding {given!r} is not known; usual ones "
                           f"are utf-8, {USUAL}, utf-16, iso-8859-15") from error
    decoder = codecs.getincrementaldecoder("utf-8")()
    beyond_ascii = False
    try:
        for chunk, last in _chunks(text):
            decoder.decode(chunk, final=last)
            beyond_ascii = beyond_ascii or not chunk.isascii()
    except UnicodeDecodeError:
        return given
    return "utf-8" if beyond_ascii else given


def _converted(text: TextFile, file: Path, source: Source, encoding: str, copy: Path) -> TextFile:
    """One pass over the file: decoded, looked at, and written when it is not UTF-8."""
    codec = codecs.lookup(encoding).name
    is_utf8 = codec in {"utf-8", "utf-8-sig", "ascii"}
    is_wide = codec.startswith(("utf-16", "utf-32"))
    decoder = codecs.getincrementaldecoder("utf-8" if is_utf8 else encoding)()
    lines, before, breaks, is_blank = 0, b"", [False] * len(LINE_BREAKS), False
    with open(copy, "wb") as written:
        for chunk, last in _chunks(text):
            if not is_wide:
                _refuse_nul(chunk, file, source, lines)
            try:
                decoded = decoder.decode(chunk, final=last)
            except UnicodeDecodeError as error:
                raise _wrong_encoding(file, source, encoding, error, lines) from error
            plain = chunk if is_utf8 else decoded.encode("utf-8")
            if not is_utf8:
                _refuse_nul(plain, file, source, lines)
                written.write(plain)
            is_blank = is_blank or (not before and bool(BLANK_START.search(plain)))
            before += plain
            is_blank = is_blank or bool(BLANK_LINE.search(before))
            breaks = [seen or bool(one.search(before))
                      for seen, one in zip(breaks, LINE_BREAKS, strict=True)]
            lines += decoded.count("\n")
            before = before[-OVERLAP:]
    is_even = not is_blank and sum(breaks) <= 1
    return (TextFile(text.path, text.is_packed, is_even) if is_utf8
            else TextFile(copy, is_packed=False, is_even=is_even))


def _refuse_nul(data: bytes, file: Path, source: Source, lines: int) -> None:
    if b"\0" in data:
        line = lines + data[:data.index(b"\0")].count(b"\n") + 1
        raise DataError(f"{file.name} line {line}: holds NUL characters, so it is no plain text; "
                        "if it is UTF-16 without a mark, write encoding = \"utf-16-le\" for "
                        f"[sources] {source.name}")


def _chunks(text: TextFile) -> Iterator[tuple[bytes, bool]]:
    """Parts of a file, each with whether it is the last."""
    with text.open() as stream:
        chunk = stream.read(CHUNK)
        while chunk:
            following = stream.read(CHUNK)
            yield chunk, not following
            chunk = following


def _wrong_encoding(file: Path, source: Source, encoding: str, error: UnicodeDecodeError,
                    lines: int) -> DataError:
    """Where the encoding fails, and what the place would be in the usual one."""
    data = error.object
    line = lines + data[:error.start].count(b"\n") + 1
    word = re.split(rb"[\s,;|\"]", data[:error.start])[-1] + re.split(
        rb"[\s,;|\"]", data[error.start:])[0]
    option = (f'write {source.name} = {{ file = "{file.name}", encoding = "{USUAL}" }} under '
              "[sources]" if set(source.options) == {"file"}
              else f'add encoding = "{USUAL}" to [sources] {source.name}')
    shown = word[-40:].decode(USUAL, errors="replace")
    hint = (f"it is probably {USUAL}, in which the place reads {shown!r}: if so, {option}"
            if encoding.lower().startswith("utf-8")
            else f"try another encoding for [sources] {source.name}")
    return DataError(f"{file.name} line {line}: cannot be read as {encoding}; {hint}")
