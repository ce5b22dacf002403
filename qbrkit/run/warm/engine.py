"""The papermill engine: ``papermill --engine qbrkit`` runs the cells in a forked process."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from papermill.engines import Engine, NBClientEngine
from papermill.iorw import write_ipynb

from qbrkit.run.warm.cells import BEGUN, CHANGED, DONE

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill.engines import NotebookExecutionManager

PYTHONS = {"python", "python3", f"python{sys.version_info.major}.{sys.version_info.minor}"}
SAVE_SECONDS = 2.0
STREAM_FILES = {"stdout": "stdout_file", "stderr": "stderr_file"}


class WarmEngine(Engine):
    """Runs the cells of a notebook in a process forked from a warm one, without a kernel.

    Where processes cannot be forked, and for a notebook of another kernel, papermill's own
    engine runs it.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str,
                                 log_output: bool = False, **options: Any) -> None:
        """Run all cells and put what they show into the notebook.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            Papermill's record of the run.
        kernel_name : str
            The notebook runs here when that kernel is this very Python.
        log_output : bool, default False
            Log what the cells show.
        **options
            Those of papermill's own engine. ``execution_timeout`` limits each cell
            [seconds]; ``save_seconds`` is how often the notebook is saved at most before its
            end, every two seconds by default; ``stdout_file`` and ``stderr_file`` get what is
            printed;
            ``resources`` name the folder to run in; ``allow_errors`` goes on after an error.
            Others are of kernels, and of no use here.
        """
        from qbrkit.run.warm.apart import can_fork

        if not can_fork() or not _is_this_python(kernel_name):
            NBClientEngine.execute_managed_notebook(nb_man, kernel_name, log_output=log_output,
                                                    **options)
            return
        _Run(nb_man, log_output, options).run()


def _is_this_python(kernel_name: str) -> bool:
    """Whether a kernel is this very Python, so that its notebooks can run in this process."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        command = KernelSpecManager().get_kernel_spec(kernel_name).argv
    except NoSuchKernel:  # papermill's own engine says so
        return False
    return "ipykernel_launcher" in command and (
        command[0] in PYTHONS or os.path.realpath(command[0]) == os.path.realpath(sys.executable))


class _Run:
    """One run of a notebook as papermill sees it."""

    def __init__(self, nb_man: NotebookExecutionManager, log_output: bool,
                 options: dict[str, Any]) -> None:
        self.nb_man, self.log_output, self.options = nb_man, log_output, options
        self.cells: list[NotebookNode] = nb_man.nb.cells
        self.running = 0
        self.save_seconds = float(options.get("save_seconds", SAVE_SECONDS))
        self.path, self.saved = nb_man.output_path, time.monotonic()

    def run(self) -> None:
        """Run the cells; papermill saves the notebook before the first and after the last."""
        self.nb_man.output_path = None  # else it does so twice for each cell
        try:
            self._run()
        finally:
            self.nb_man.output_path = self.path

    def _run(self) -> None:
        """A process that dies is an error of the cell that ran."""
        from nbclient.exceptions import CellTimeoutError, DeadKernelError

        from qbrkit.run.warm.apart import (
            DEAF_SECONDS,
            DiedError,
            SilentError,
            call_apart,
        )
        from qbrkit.run.warm.called import is_apart, tell
        from qbrkit.run.warm.cells import language_info, run_cells

        limit = self.options.get("execution_timeout") or self.options.get("timeout")
        seconds: float | None = float(limit) if limit else None
        folder = (self.options.get("resources") or {}).get("metadata", {}).get("path") or None
        given = self.cells, folder, seconds, bool(self.options.get("allow_errors"))
        try:
            is_late = run_cells(self._told, *given) if is_apart() else call_apart(
                run_cells, tell, *given, told=self._told,
                seconds=seconds and seconds + DEAF_SECONDS)
        except SilentError:
            is_late = True
        except DiedError as error:
            raise DeadKernelError(f"{error} in cell {self.running + 1}") from error
        if is_late:
            raise CellTimeoutError.error_from_timeout_and_cell(
                "Cell execution timed out", int(seconds or 0), self.cells[self.running])
        self.nb_man.nb.metadata["language_info"] = language_info()

    def _told(self, message: tuple[Any, ...]) -> None:
        kind, index, *content = message
        told: dict[str, Callable[..., None]] = {
            BEGUN: self._begun, DONE: self._done, CHANGED: self._changed}
        told[kind](index, *content)

    def _begun(self, index: int) -> None:
        from qbrkit.run.warm.called import tell

        self.running = index
        tell((BEGUN, index))
        self.nb_man.cell_start(self.cells[index], index)
        if self.path and time.monotonic() >= self.saved + self.save_seconds:
            write_ipynb(self.nb_man.nb, self.path)
            self.saved = time.monotonic()

    def _done(self, index: int, count: int | None, outputs: list[NotebookNode] | None,
              has_failed: bool) -> None:
        cell = self.cells[index]
        if outputs is not None:
            cell.outputs, cell.execution_count = outputs, count
            self._log(outputs)
        if has_failed:
            self.nb_man.cell_exception(cell, cell_index=index)
        self.nb_man.cell_complete(cell, cell_index=index)

    def _changed(self, index: int, outputs: list[NotebookNode]) -> None:
        self.cells[index].outputs = outputs

    def _log(self, outputs: list[NotebookNode]) -> None:
        """Printed text into the log and the files asked for, as papermill does."""
        from papermill.log import logger

        for output in outputs:
            if output.output_type == "stream":
                if file := self.options.get(STREAM_FILES[output.name]):
                    file.write(output.text)
                    file.flush()
                if self.log_output:
                    (logger.info if output.name == "stdout" else logger.warning)(output.text)
            elif self.log_output and "text/plain" in output.get("data", {}):
                logger.info(output.data["text/plain"])
