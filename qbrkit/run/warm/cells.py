"""The cells of a notebook, run one after the other in this process."""

import os
import platform
import sys
from collections.abc import Callable, Sequence
from typing import Any

from nbformat import NotebookNode

SKIP, MAY_FAIL = "skip-execution", "raises-exception"
"""Tags of cells that are left out, and of cells after whose error the notebook goes on."""
BEGUN, DONE, CHANGED = "begun", "done", "changed"


def run_cells(told: Callable[[tuple], None], cells: Sequence[NotebookNode],
              folder: str | None = None, seconds: float | None = None,
              allow_errors: bool = False) -> bool:
    """Run the code cells of a notebook until one fails.

    Parameters
    ----------
    told : callable
        Is told what happens: (`BEGUN`, index), (`DONE`, index, count, outputs, has_failed)
        and (`CHANGED`, index, outputs), for a cell whose display was updated by a later one.
        Cells without code are told, too, with a count of None.
    cells : sequence of NotebookNode
        All cells.
    folder : str, optional
        To run in; the current one by default.
    seconds : float, optional
        How long each cell may run.
    allow_errors : bool, default False
        Go on after an error.

    Returns
    -------
    bool
        Whether the last cell told ran longer than allowed.
    """
    from qbrkit.run.warm.shell import CellTimeLimit, NotebookShell

    if folder:
        os.chdir(folder)
    sys.path.insert(0, "")  # modules beside the notebook, as a kernel finds them
    shell, before = NotebookShell(), dict[int, tuple[Sequence[NotebookNode], str]]()
    for index, cell in enumerate(cells):
        told((BEGUN, index))
        if not _is_run(cell):
            told((DONE, index, None, None, False))
            continue
        is_late = is_good = False
        try:
            is_good = shell.run(cell.source, seconds)
        except CellTimeLimit:
            is_late = True
        for earlier, shown in before.items():
            if shown[1] != (now := repr(shown[0])):
                before[earlier] = shown[0], now
                told((CHANGED, earlier, shown[0]))
        before[index] = shell.outputs.shown, repr(shell.outputs.shown)
        goes_on = is_good or ((allow_errors or MAY_FAIL in _tags(cell)) and not is_late)
        told((DONE, index, shell.execution_count - 1, shell.outputs.shown, not goes_on))
        if not goes_on:
            return is_late
    return False


def _is_run(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code" and cell.source.strip()) and SKIP not in _tags(cell)


def _tags(cell: NotebookNode) -> Sequence[str]:
    tags: Sequence[str] = cell.metadata.get("tags", ())
    return tags


def language_info() -> dict[str, Any]:
    """What a notebook records of the language it was run in, as a kernel tells it."""
    return {"codemirror_mode": {"name": "ipython", "version": sys.version_info.major},
            "file_extension": ".py", "mimetype": "text/x-python", "name": "python",
            "nbconvert_exporter": "python", "pygments_lexer": "ipython3",
            "version": platform.python_version()}
