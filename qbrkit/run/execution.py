"""A notebook run by papermill: by the kit's own engine in a process apart, else in a kernel."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbrkit.errors import NotebookError
from qbrkit.run.paths import write_whole
from qbrkit.run.warm.called import is_apart

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from qbrkit.run.pages import PageJob

START_SECONDS = 120
ENGINE, WHOLE = "qbrkit", "whole:"
_COLORS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def execute(job: PageJob) -> NotebookNode:
    """Run the notebook of a job with papermill; a kernel that died is tried once more.

    In a process that `warm.apart` began the cells run in that very process.

    Raises
    ------
    NotebookError
        If a cell failed or the kernel died twice.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from qbrkit.run.parameters import check_parameters, papermill_path

    check_parameters(job.notebook, job.parameters)
    job.executed.parent.mkdir(parents=True, exist_ok=True)
    # no cwd: papermill would change the directory of the whole process, and with several
    # threads an account would run in another one's folder
    _register()
    options = _here(job) if is_apart() else _in_kernel(job)
    for last_try in (False, True):
        try:
            return papermill.execute_notebook(
                papermill_path(job.notebook), WHOLE + papermill_path(job.executed.absolute()),
                dict(job.parameters), progress_bar=False, kernel_name="python3",
                execution_timeout=job.cell_seconds,
                resources={"metadata": {"path": str(job.notebook.parent)}}, **options)
        except papermill.PapermillExecutionError as error:
            raise NotebookError(_cause(error), error.cell_index + 1) from error
        except CellTimeoutError as error:
            raise NotebookError(f"it ran longer than {job.cell_seconds:g} seconds",
                                _last_cell(job.executed)) from error
        except (DeadKernelError, RuntimeError) as error:
            if last_try or is_apart():
                raise NotebookError(f"the kernel died twice: {one_line(error)}",
                                    _last_cell(job.executed)) from error
    raise AssertionError("unreachable")


class WholeFiles:
    """Papermill's way to the executed notebook: it is there whole, or as it was before."""

    def write(self, text: str, path: str) -> None:
        """Write the notebook under a temporary name and rename it."""
        write_whole(Path(path.removeprefix(WHOLE)), text)

    def pretty_path(self, path: str) -> str:
        """Give the path as papermill's log shows it."""
        return path.removeprefix(WHOLE)


def _last_cell(executed: Path) -> int | None:
    """Number of the cell at which a run ended before its time, counted from 1."""
    with suppress(OSError, ValueError, KeyError):
        cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
        begun = [number for number, cell in enumerate(cells, 1)
                 if cell["metadata"].get("papermill", {}).get("start_time")]
        return begun[-1] if begun else None
    return None


@cache
def _register() -> None:
    """Make the kit's engine and its way of writing known; a clone has no entry point."""
    from papermill.engines import papermill_engines
    from papermill.iorw import papermill_io

    from qbrkit.run.warm.engine import WarmEngine

    papermill_engines.register(ENGINE, WarmEngine)
    papermill_io.register(WHOLE, WholeFiles())


def _here(job: PageJob) -> dict[str, Any]:
    """What papermill is told in a process apart."""
    return {"engine_name": ENGINE, "save_seconds": job.save_seconds}


def _in_kernel(job: PageJob) -> dict[str, Any]:
    """What papermill is told where the notebook needs a kernel of its own."""
    from qbrkit.run.kernel import logged_kernel_manager

    log = job.executed.with_suffix(".log")
    log.unlink(missing_ok=True)
    return {"start_timeout": START_SECONDS, "kernel_manager_class": logged_kernel_manager(log)}


def _cause(error: Any) -> str:
    """First line of a cell's error, and the mark that Jupyter shows beside the cell."""
    lines = _COLORS.sub("", f"{error.ename}: {error.evalue}").strip().splitlines()
    told = _plain(lines[0]).removesuffix(":")
    if "MemoryError" in told:
        told += ", more than the process of a page may take"
    return f"{told} (In [{error.exec_count}])"


def one_line(error: BaseException) -> str:
    """The message of an error on one line, of a readable length, without terminal colors."""
    return _plain(str(error) or type(error).__name__)


def _plain(text: str) -> str:
    return " ".join(_COLORS.sub("", text).split())[:400]
