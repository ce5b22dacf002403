"""Invented exports, what `qbr init` proposes for them, and what comes out of reading that."""

import re
from pathlib import Path

from qbrkit.proposal import Proposal, propose
from qbrkit.run.proposed import write_proposal
from qbrkit.sources import Workspace, inspect_workspace


def put(folder: Path, files: dict[str, str | bytes], encoding: str = "utf-8") -> Path:
    """Files of an export in a folder; texts are stripped of the indent of the test."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else written(content, encoding))
    return folder


def written(text: str, encoding: str = "utf-8") -> bytes:
    lines = [line.strip(" ") for line in text.strip("\n").split("\n")]
    return ("\n".join(lines).rstrip() + "\n").encode(encoding)


def proposed(folder: Path) -> tuple[Proposal, Workspace]:
    """The proposal for a folder, written there, and the workspace that it makes."""
    proposal = propose(folder)
    write_proposal(folder, proposal)
    return proposal, inspect_workspace(folder)


def edit(folder: Path, before: str, after: str) -> Workspace:
    """The workspace after the analyst changed one place of qbr.toml."""
    file = folder / "qbr.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, text
    file.write_text(text.replace(before, after), encoding="utf-8")
    return inspect_workspace(folder)


def lines_of(workspace: Workspace, columns: str = "invoice_id, invoice_date, account_id, revenue",
             ) -> list[tuple]:
    """Columns of every line as plain values, in order."""
    found = workspace.lines.project(columns).fetchall()
    rows = [tuple(value if value is None or isinstance(value, str) else
                  str(value) if hasattr(value, "year") else float(value) for value in row)
            for row in found]
    return sorted(rows, key=lambda row: [(one is None, "" if one is None else one) for one in row])


def stops(workspace: Workspace) -> list[str]:
    return [one.sentence() for one in workspace.problems if one.severity == "stops"]


def marked(proposal: Proposal) -> int:
    """Places of the file that are marked as open."""
    return len(re.findall(r"# \? ", proposal.text))
