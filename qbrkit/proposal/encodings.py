"""In which encoding a text file was written, by all of its bytes."""

import codecs
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from qbrkit.sources.decode import CHUNK, MARKS

CANDIDATES = ("windows-1252", "windows-1250", "cp850", "mac-roman")
"""Encodings of one byte a letter, the usual first."""
WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
MOST_WORDS = 2000
BETWEEN_LETTERS = "’´`·-"
"""Signs that may stand within a word."""


def open_unpacked(file: Path) -> IO[bytes]:
    """The bytes of a file, unpacked when it is packed with gzip."""
    with open(file, "rb") as stream:
        is_packed = stream.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(file, "rb")) if is_packed else open(file, "rb")


def find_encoding(file: Path) -> tuple[str, str]:
    """The encoding to write into qbr.toml, and a word by which it can be checked.

    Parameters
    ----------
    file : Path
        A text file.

    Returns
    -------
    tuple of str
        The encoding, empty when the file says it itself (a mark, or UTF-8); and a word of
        the file with a letter beyond ASCII, empty when there is none.
    """
    with open_unpacked(file) as stream:
        start = stream.read(4096)
    if any(start.startswith(mark) for mark, _ in MARKS):
        return "", ""
    if wide := _wide_without_mark(start):
        return wide, ""
    words: dict[bytes, None] = {}
    decoder, is_utf8 = codecs.getincrementaldecoder("utf-8")(), True
    for chunk in _chunks(file):
        if is_utf8 and not _decodes(decoder, chunk):
            is_utf8 = False
        if len(words) < MOST_WORDS:
            words.update(dict.fromkeys(WORD.findall(chunk)))
    if is_utf8 and _decodes(decoder, b"", final=True):
        return "", ""
    found = min(CANDIDATES, key=lambda name: _strange(words, name))  # the first of equals
    shown = max((word.decode(found, errors="replace") for word in words), key=_readable)
    return found, shown


def _wide_without_mark(start: bytes) -> str:
    """UTF-16 by its zeros at every other place; empty when it is none."""
    half = len(start) // 2
    if half < 2:
        return ""
    if start[1::2].count(0) > 0.3 * half > start[::2].count(0):
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > 0.3 * half > start[1::2].count(0) else ""


def _chunks(file: Path) -> Iterator[bytes]:
    with open_unpacked(file) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final=final)
    except UnicodeDecodeError:
        return False
    return True


def _strange(words: dict[bytes, None], encoding: str) -> int:
    """How many characters would be none, or signs in the midst of letters."""
    strange = 0
    for word in words:
        text = word.decode(encoding, errors="replace")
        within = len(text) > 1
        strange += sum(1 for at, letter in enumerate(text) if letter > "\x7f" and (
            letter == "\ufffd" or not letter.isprintable()
            or (within and not letter.isalpha() and letter not in BETWEEN_LETTERS)
            or (letter.isupper() and at and text[at - 1].islower())))
    return strange


def _readable(word: str) -> tuple[int, int]:
    """Order of words by how well one can judge them: a few letters, mostly plain."""
    return (sum(letter.isalpha() for letter in word if letter > "\x7f") > 0,
            -abs(len(word) - 9))
