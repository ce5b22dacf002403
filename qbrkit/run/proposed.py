"""What ``qbr init`` tells: the file written, the open questions, the check, and what to do next."""

from pathlib import Path

from qbrkit.errors import QbrError, SettingError
from qbrkit.problems import STOPS
from qbrkit.proposal import Proposal
from qbrkit.run.checked import checked_text
from qbrkit.settings import FILE
from qbrkit.sources import inspect_workspace


def write_proposal(folder: Path, proposal: Proposal) -> Path:
    """Write qbr.toml into a folder that has none.

    Raises
    ------
    SettingError
        If there is one; it stays as it is.
    """
    file = folder / FILE
    try:
        with open(file, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(proposal.text)
    except FileExistsError as error:
        raise SettingError(f"there is a {FILE} in {folder} already; it stays as it is") from error
    return file


def proposed_text(folder: Path, proposal: Proposal) -> str:
    """The result of ``qbr init`` for the screen; the proposal is checked as ``qbr check`` does."""
    lines = [f"{folder / FILE} is written; it proposes "
             f"{', '.join(proposal.tables) or 'no table yet'}."]
    if proposal.refused:
        lines += ["", "Not read:", *(f"  {one}" for one in proposal.refused)]
    checked, is_usable = _checked(folder)
    lines += ["", checked, ""]
    if proposal.questions:
        lines += ["To decide, marked “# ?” in the file:",
                  *(f"  {number}. {one}" for number, one in enumerate(proposal.questions, 1)), ""]
    command = f'qbr check --workspace "{folder}"'
    if not is_usable:
        lines.append(f"Next: answer what is marked “# ?” in {FILE}, then {command}")
    elif proposal.questions:
        lines.append(f"Next: look through what is marked “# ?” in {FILE}, then {command}, "
                     f'then qbr run --workspace "{folder}"')
    else:
        lines.append(f'Next: qbr run --workspace "{folder}"')
    return "\n".join(lines)


def _checked(folder: Path) -> tuple[str, bool]:
    """What the check says of the proposal, and whether it can be used as it is."""
    try:
        workspace = inspect_workspace(folder)
    except QbrError as error:
        return str(error), False
    usable = not any(problem.severity == STOPS for problem in workspace.problems)
    return checked_text(workspace), usable
