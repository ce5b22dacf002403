"""An IPython shell that stands in for a kernel: it runs cells here and keeps what they show."""

import builtins
import io
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any, NoReturn, cast

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Any as AnyTrait
from traitlets import Type
from traitlets.config import Config

from qbrkit.run.warm.outputs import CellOutputs

STREAMS = {1: "stdout", 2: "stderr"}
MOST_BYTES = 100_000_000
"""Read of what other programs printed; `CellOutputs` keeps less."""
INLINE = "module://matplotlib_inline.backend_inline"


class CellTimeLimit(BaseException):
    """A cell ran longer than allowed; no `except Exception` of a notebook swallows it."""


class NoInputError(RuntimeError):
    """A cell asked its reader something, and nobody reads a notebook that runs by itself."""


class _Displays(DisplayPublisher):
    def publish(self, data: dict, metadata: dict | None = None, *args: Any,
                transient: dict | None = None, update: bool = False, **kwargs: Any) -> None:
        display_id = (transient or {}).get("display_id")
        outputs = cast(NotebookShell, self.shell).outputs
        (outputs.update if update else outputs.display)(data, metadata, display_id)

    def clear_output(self, wait: bool = False) -> None:
        cast(NotebookShell, self.shell).outputs.clear(wait)


class _Results(DisplayHook):
    def start_displayhook(self) -> None:
        self.shown: tuple[dict, dict | None] | None = None

    def write_output_prompt(self) -> None:
        """Show no prompt: the number is part of the output."""

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.shown = format_dict, md_dict

    def finish_displayhook(self) -> None:
        if self.shown is not None:
            cast(NotebookShell, self.shell).outputs.result(*self.shown, self.prompt_count)


class _Printed(io.TextIOBase):
    """A standard stream of a notebook."""

    def __init__(self, number: int, outputs: CellOutputs) -> None:
        self.number, self.outputs = number, outputs

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.outputs.stream(STREAMS[self.number], text)
        return len(text)

    def fileno(self) -> int:
        return self.number

    def writable(self) -> bool:
        return True


class NotebookShell(InteractiveShell):
    """The shell of one notebook, in a process of its own."""

    display_pub_class = Type(_Displays)
    displayhook_class = Type(_Results)
    outputs = AnyTrait()

    def __init__(self) -> None:
        self.outputs = CellOutputs()
        super().__init__(config=Config({"HistoryManager": {"enabled": False}}))
        for kind in (InteractiveShell, NotebookShell):  # what `get_ipython` looks for
            kind._instance = self  # type: ignore[assignment]
        self.set_hook("show_in_pager", _page_nowhere)
        self._open_matplotlib()

    def run(self, source: str, seconds: float | None = None) -> bool:
        """Run one cell; what it shows is in `outputs` afterwards.

        Parameters
        ----------
        source : str
            Of the cell.
        seconds : float, optional
            How long it may run.

        Returns
        -------
        bool
            Whether it ended without an error.

        Raises
        ------
        CellTimeLimit
            When it ran longer.
        """
        self.outputs.begin()
        try:
            with _limited(seconds), self._standard_streams():
                done = self.run_cell(source, store_history=True)
        finally:
            self.outputs.end()
        for fault in (done.error_before_exec, done.error_in_exec):
            if isinstance(fault, CellTimeLimit):
                raise fault
        return bool(done.success)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.outputs.error(etype.__name__, str(evalue), list(stb))

    def ask_exit(self) -> None:
        """End the notebook at `exit` and `quit`, which end a kernel."""
        raise SystemExit

    def enable_gui(self, gui: str | None = None) -> None:
        """Have no windows: charts are drawn into the page."""

    def set_next_input(self, s: str, replace: bool = False) -> None:
        """Have no next cell to fill: ``%load`` shows what it read by itself."""

    def init_virtualenv(self) -> None:
        """Run with the packages of this very process."""

    def _open_matplotlib(self) -> None:
        """Draw figures into the cells, as a kernel does, where matplotlib is used at all."""
        os.environ["MPLBACKEND"] = INLINE  # read where matplotlib is imported by a cell
        if "matplotlib" in sys.modules:  # it has read that already
            import matplotlib

            matplotlib.rcParams["backend"] = INLINE
        if "matplotlib.pyplot" in sys.modules:
            from IPython.core.pylabtools import activate_matplotlib
            from matplotlib_inline.backend_inline import configure_inline_support

            activate_matplotlib(INLINE)
            configure_inline_support(self, INLINE)

    @contextmanager
    def _standard_streams(self) -> Iterator[None]:
        """Whatever the cell prints, in Python or below it, goes to its outputs."""
        before = sys.stdout, sys.stderr, builtins.input
        sys.stdout, sys.stderr = (_Printed(number, self.outputs) for number in STREAMS)
        builtins.input = _ask_nobody
        try:
            with _descriptors_read(self.outputs.stream):
                yield
        finally:
            sys.stdout, sys.stderr, builtins.input = before


def _page_nowhere(shell: InteractiveShell, data: Any, start: int = 0, **place: Any) -> None:
    """Help opens in a window of its own, which a notebook that runs by itself has not."""


def _ask_nobody(prompt: object = "") -> NoReturn:
    raise NoInputError("input was called, but nobody is there to answer: give the notebook a "
                       "parameter instead")


@contextmanager
def _descriptors_read(told: Callable[[str, str], None]) -> Iterator[None]:
    """What other programs and C code print to the descriptors, told at the end of a cell."""
    with ExitStack() as opened:
        files = {number: opened.enter_context(tempfile.TemporaryFile()) for number in STREAMS}
        before = {number: os.dup(number) for number in STREAMS}
        for number, file in files.items():
            os.dup2(file.fileno(), number)
        try:
            yield
        finally:
            for number, kept in before.items():
                os.dup2(kept, number)
                os.close(kept)
            for number, file in files.items():
                file.seek(0)
                told(STREAMS[number], file.read(MOST_BYTES).decode("utf-8", "replace"))


@contextmanager
def _limited(seconds: float | None) -> Iterator[None]:
    """Raise `CellTimeLimit` in the cell after some seconds."""
    if not seconds:
        yield
        return

    def ring(number: int, frame: FrameType | None) -> NoReturn:
        raise CellTimeLimit(f"the cell ran longer than {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
