"""The account managers' own words: one Markdown file per account."""

import codecs
import re
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import unquote

import duckdb

from qbrkit.problems import NOTED, SHOWN, Problem
from qbrkit.sources.checks import LINES

_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def read_commentary(folder: Path) -> dict[str, str]:
    """Texts of ``commentary/<account_id>.md`` by account id; empty files count as none.

    Files are looked up by listing the folder, so an id never becomes a path. A sign that no
    file name can hold is written as in an address: ``A%2F1.md`` is the file of account A/1.

    Comments of HTML are notes of the writer and no part of the text.
    """
    texts = {}
    for file in sorted((folder / "commentary").glob("*.[mM][dD]")):
        if file.is_file():  # macOS takes accents apart in the names of files
            account = unicodedata.normalize("NFC", unquote(file.stem))
            texts[account] = _HIDDEN.sub("", _decoded(file.read_bytes())).strip()
    return {account: text for account, text in texts.items() if text}


def _decoded(written: bytes) -> str:
    """UTF-8, or what Windows writes: windows-1252, and UTF-16 with its mark."""
    if written.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return written.decode("utf-16", errors="replace")
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError:
        return written.decode("windows-1252", errors="replace")


def find_unclaimed(connection: duckdb.DuckDBPyConnection, tables: Collection[str],
                   commentary: Mapping[str, str]) -> list[Problem]:
    """Texts whose file name is no account.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database with ``contract."<table>"``.
    tables : collection of str
        Names of the tables that are there.
    commentary : mapping of str to str
        From `read_commentary`.
    """
    homes = [name for name in ("accounts", LINES) if name in tables]
    known = {account for name in homes for account, in connection.execute(
        f"select distinct account_id from contract.{name}").fetchall()}
    unclaimed = sorted(set(commentary) - known)
    if not homes or not unclaimed:
        return []
    return [Problem("commentary", "", "there is no account of this name", len(unclaimed), NOTED,
                    tuple(f"{one}.md" for one in unclaimed[:SHOWN]),
                    fix="Name each file after its account_id")]
