"""The account managers' own words: one Markdown file per account."""

import codecs
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, unquote

import duckdb

from qbrkit.problems import NOTED, SHOWN, Problem
from qbrkit.sources.checks import LINES

FOLDER = "commentary"
IN_NO_FILE_NAME = r'["%*/:<>?\\|]'
"""Signs that not every system takes in the name of a file."""
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def read_commentary(folder: Path) -> dict[str, str]:
    """Texts of ``commentary/<account_id>.md`` by account id; empty files count as none.

    Files are looked up by listing the folder, so an id never becomes a path. A sign that no
    file name can hold is written as in an address: ``A%2F1.md`` is the file of account A/1.

    Comments of HTML are notes of the writer and no part of the text.
    """
    texts = {}
    for file in sorted((folder / FOLDER).glob("*.[mM][dD]")):
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
    return [Problem(FOLDER, "", "there is no account of this name", len(unclaimed), NOTED,
                    tuple(f"{one}.md" for one in unclaimed[:SHOWN]),
                    fix="Name each file after its account_id")]


def file_name(account_id: str) -> str:
    """The file of an account's own words, from the folder of the workspace."""
    written = re.sub(IN_NO_FILE_NAME, lambda sign: quote(sign[0], safe=""), account_id)
    return f"{FOLDER}/{written}.md"


def find_ignored(folder: Path) -> list[Problem]:
    """Files beside the texts that are not read, as ``commentary/A-1.txt``.

    Parameters
    ----------
    folder : Path
        The workspace.
    """
    ignored = sorted(file.name for file in (folder / FOLDER).glob("*")
                     if file.is_file() and file.suffix.lower() != ".md"
                     and not file.name.startswith(("~", ".")))
    if not ignored:
        return []
    return [Problem(FOLDER, "", "files that are not read", len(ignored), NOTED,
                    tuple(ignored[:SHOWN]), fix="Name each text <account_id>.md")]


def find_unprinted(commentary: Mapping[str, str]) -> list[Problem]:
    """What is written in the texts, but not printed as such: links, pictures, HTML.

    Parameters
    ----------
    commentary : mapping of str to str
        From `read_commentary`.

    Returns
    -------
    list of Problem
        One per kind, its rows the number of files.
    """
    found: dict[str, list[str]] = {told: [] for told in UNPRINTED.values()}
    for account, text in commentary.items():
        for told in dict.fromkeys(_unprinted(text)):
            found[told].append(f"{account}.md")
    return [Problem(FOLDER, "", told, len(files), NOTED, tuple(files[:SHOWN]),
                    fix="Write in words what the customer should read")
            for told, files in found.items() if files]


UNPRINTED = {
    "link_open": "a link is printed as its text, without the address",
    "image": "a picture is not printed",
    "html_inline": "HTML is not printed, only the text in it",
    "html_block": "HTML is not printed, only the text in it"}
"""What becomes of parts of Markdown that a customer's page does not hold."""


def _unprinted(text: str) -> Iterator[str]:
    if not re.search(r"[<\[]", text):
        return  # nothing of the kind: most texts need no second look
    from markdown_it import MarkdownIt

    for block in MarkdownIt("commonmark").parse(text):
        for part in (block, *(block.children or ())):
            if part.type in UNPRINTED:
                yield UNPRINTED[part.type]
