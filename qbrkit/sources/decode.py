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

CHUNK = 1 << 22
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
         (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))
BINARY = {b"PK\x03\x04": "an Excel workbook or a zip archive", b"PAR1": "a Parquet file",
          b"\xd0\xcf\x11\xe0": "an old Excel workbook", b"%PDF": "a PDF"}
MARKUP = ((re.compile(rb"<(!doctype html|html|head|body|table|meta)\b", re.IGNORECASE),
           "an HTML page (a table from a browser, or the page that asks for a password)"),
          (re.compile(rb"<\?xml\b"), "an XML file"),
          (re.compile(rb"\[?\s*\{\s*\"[^\"]*\"\s*:"), "a JSON file"))
HEAD = 512
"""Bytes at the start of a file that tell what it is."""
BLANK_LINE = re.compile(rb"\n[ \t]*\r?\n")
BLANK_LINE_OF_RETURNS = re.compile(rb"\r[ \t]*\r")
BLANK_START = re.compile(rb"\A(\xef\xbb\xbf)?[ \t]*[\r\n]")
EDGES = b" \t\r\n"
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
    has_blanks : bool
        A blank, a tab or a sign beyond ASCII stands somewhere: fields may need trimming.
    size : int
        Bytes, unpacked.
    """

    path: Path
    is_packed: bool
    is_even: bool = True
    has_blanks: bool = True
    size: int = 0

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
        text = TextFile(file, is_packed)
        with text.open() as stream:
            start = stream.read(HEAD)
        _require_text(file, start)
        encoding = next((name for mark, name in MARKS if start.startswith(mark)), "")
        if not encoding:
            encoding = _encoding_of(text, file, source)
        return _converted(text, file, source, encoding, copy)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or (
            "the packed file was cut off" if isinstance(error, EOFError)
            else "the packed file is damaged")
        raise DataError(f"{file.name}: cannot be read: {reason}; export or download it "
                        "again") from error


def _require_text(file: Path, start: bytes) -> None:
    if not start:
        raise DataError(f"{file.name}: is empty; export it again")
    for mark, kind in BINARY.items():
        if start.startswith(mark):
            raise DataError(f"{file.name}: is {kind}, not a text file; give it the ending that "
                            "fits, or export it as CSV")
    if kind := markup_of(start):
        raise DataError(f"{file.name}: is {kind}, not a table of text; export it as CSV")


def markup_of(start: bytes) -> str:
    """What a file is whose start is HTML, XML or JSON; empty for anything else."""
    bare = start.removeprefix(codecs.BOM_UTF8).lstrip()
    return next((kind for pattern, kind in MARKUP if pattern.match(bare)), "")


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
    lines, looks = 0, _Looks()
    with open(copy, "wb") as written:
        for chunk, last in _chunks(text):
            if not is_wide:
                _refuse_nul(chunk, file, source, lines)
            elif not lines and b"\0" not in chunk:  # every blank, digit and line break holds one
                raise DataError(f"{file.name}: is not {encoding}; leave encoding out of "
                                f"[sources] {source.name}, or write the right one")
            plain = chunk
            # ASCII needs no decoding, unless the chunk before ended within a character
            if not (is_utf8 and chunk.isascii() and not decoder.getstate()[0]):
                try:
                    decoded = decoder.decode(chunk, final=last)
                except UnicodeDecodeError as error:
                    raise _wrong_encoding(file, source, encoding, error, lines) from error
                if not is_utf8:
                    plain = decoded.encode("utf-8")
                    _refuse_nul(plain, file, source, lines)
                    written.write(plain)
            lines += plain.count(b"\n")
            looks.add(plain, last)
    return (TextFile(text.path, text.is_packed, looks.is_even, looks.has_blanks, looks.size)
            if is_utf8 else TextFile(copy, False, looks.is_even, looks.has_blanks, looks.size))


class _Looks:
    """How a text is laid out: blank lines, kinds of line break, blanks; seen chunk by chunk."""

    def __init__(self) -> None:
        self.size = 0
        self.has_blanks = False
        self._is_blank = False
        self._breaks: set[bytes] = set()
        self._held = b""

    @property
    def is_even(self) -> bool:
        """No blank lines, and the same line break throughout."""
        return not self._is_blank and len(self._breaks) <= 1

    def add(self, chunk: bytes, is_last: bool) -> None:
        """Look at one chunk; what ends it is held back until the next one, which may go on."""
        text = self._held + chunk
        if not self.size:
            self._is_blank = bool(BLANK_START.search(text))
        self.size += len(chunk)
        seen = text if is_last else text.rstrip(EDGES)
        self._held = text[len(seen):]
        # Plain searches for bytes, many times as fast as a pattern; most files need no more.
        self.has_blanks = (self.has_blanks or b" " in seen or b"\t" in seen
                           or not seen.isascii())
        returns, feeds = seen.count(b"\r"), seen.count(b"\n")
        both = seen.count(b"\r\n") if returns and feeds else 0
        self._breaks |= {one for one, count in ((b"\r\n", both), (b"\n", feeds - both),
                                                (b"\r", returns - both)) if count}
        self._is_blank = (self._is_blank or bool(feeds and BLANK_LINE.search(seen))
                          or bool(returns and BLANK_LINE_OF_RETURNS.search(seen)))


def _refuse_nul(data: bytes, file: Path, source: Source, lines: int) -> None:
    if b"\0" in data:
        line = lines + data[:data.index(b"\0")].count(b"\n") + 1
        where = f"{file.name} line {line}: holds NUL characters"
        if 4 * data.count(b"\0") < len(data):  # in UTF-16 every other byte of plain letters
            raise DataError(f"{where}: the export is damaged there, or is no text; export it again")
        order = "be" if data[::2].count(b"\0") > data[1::2].count(b"\0") else "le"
        raise DataError(f"{where}, as UTF-16 without a mark does; if it is, write encoding = "
                        f"\"utf-16-{order}\" for [sources] {source.name}")


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
    if error.reason in {"unexpected end of data", "truncated data"} and error.end == len(data):
        return DataError(f"{file.name} line {line}: ends in the middle of a character, so the file "
                         "was cut off; export or download it again")
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
