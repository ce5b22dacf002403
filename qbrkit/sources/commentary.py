"""The account managers' own words: one Markdown file per account."""

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb

from qbrkit.problems import NOTED, SHOWN, Problem
from qbrkit.sources.checks import LINES


def read_commentary(folder: Path) -> dict[str, str]:
    """Texts of ``commentary/<account_id>.md`` by account id; empty files count as none.

    Files are looked up by listing the folder, so an id never becomes a path.

    A file that is not UTF-8 is read as Windows writes its texts, windows-1252.
    """
    texts = {}
    for file in sorted((folder / "commentary").glob("*.md")):
        written = file.read_bytes()
        try:
            text = written.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = written.decode("windows-1252", errors="replace")
        texts[file.stem] = text.strip()
    return {account: text for account, text in texts.items() if text}


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
