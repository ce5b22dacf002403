"""Small exports for the tests of the sources: files and a qbr.toml in a folder."""

from pathlib import Path

from qbrkit.problems import Problem
from qbrkit.sources import Workspace, inspect_workspace

COMPANY = '[company]\nname = "Test"\n'
LINES = "invoice_date,account_id,revenue\n2026-01-05,A1,10.50\n2026-02-06,A2,20\n"


def write(folder: Path, toml: str = "", **files: str | bytes) -> Path:
    """A workspace with files ``name_csv="…"``; invoice lines come along unless given."""
    (folder / "qbr.toml").write_text(COMPANY + toml, encoding="utf-8")
    if "invoice_lines" not in toml and not any(n.startswith("invoice_lines") for n in files):
        files["invoice_lines_csv"] = LINES
    for name, content in files.items():
        stem, _, ending = name.rpartition("_")
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{stem}.{ending}").write_bytes(data)
    return folder


def inspect(folder: Path, toml: str = "", **files: str | bytes) -> Workspace:
    return inspect_workspace(write(folder, toml, **files))


def lines_of(workspace: Workspace) -> list[tuple]:
    """Date, account and revenue of every line that counts, as plain values."""
    return [(str(date), account, float(revenue)) for date, account, revenue in
            workspace.lines.project("invoice_date, account_id, revenue").fetchall()]


def sentences(workspace: Workspace) -> list[str]:
    return [problem.sentence() for problem in workspace.problems]


def the_problem(workspace: Workspace) -> Problem:
    """The one problem of a workspace that has one."""
    assert len(workspace.problems) == 1, sentences(workspace)
    return workspace.problems[0]
