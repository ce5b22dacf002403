"""One bar over the pages of a batch; a few plain lines where nobody watches."""

import sys
import threading
import time
import warnings
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qbrkit.run.pages import PageJob, PageResult

LOG_SECONDS, LOG_PART = 10, 0.05
"""A log gets a line after so many seconds at least, and after such a part of the pages."""


class Progress:
    """A bar on a terminal and in JupyterLab, lines in a log; all on the error stream.

    Parameters
    ----------
    clock : callable
        Gives the time [seconds].
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.bar: Any = None
        self.count = self.done = self.failed = self.reused = 0
        self._clock, self._lock = clock, threading.Lock()
        self._working: dict[str, None] = {}
        self._started = self._said_at = 0.0
        self._said = 0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.close()

    def begun(self, count: int) -> None:
        """Tell how many pages there will be."""
        self.count, self._started = count, self._clock()
        self._said_at = self._started
        if _is_watched():
            with warnings.catch_warnings():  # of a missing widget: text does as well
                warnings.simplefilter("ignore")
                from tqdm.auto import tqdm

                # the mean speed: the last page says little about those to come
                self.bar = tqdm(total=count, unit="page", smoothing=0, dynamic_ncols=True)
        elif count > 1:
            self._say(f"{count} pages")

    def working(self, job: "PageJob") -> None:
        """Tell that a page is begun."""
        with self._lock:
            self._working[_short(job)] = None
            if self.bar is not None:
                self._show(_short(job))

    def told(self, result: "PageResult") -> None:
        """Move on by one page; one that is not released is told with its cause."""
        with self._lock:
            self._working.pop(_short(result.job), None)
            self.done += 1
            self.reused += result.status == "reused"
            if result.status in {"failed", "refused"}:
                self.failed += 1
                self._say(_told(result))
            if self.bar is None:
                self._log()
                return
            self.bar.initial = self.reused  # they cost nothing, and say nothing of the speed
            self._show(_short(result.job))
            self.bar.update()

    def _show(self, last: str) -> None:
        shown = ", ".join(self._working) or last
        self.bar.set_postfix_str(f"{shown}, failed {self.failed}" if self.failed else shown)

    def _log(self) -> None:
        """A line of how far it is, now and then, and none at the end, which is told anyway."""
        now = self._clock()
        if self.done < self.count and now - self._said_at >= LOG_SECONDS and (
                self.done - self._said >= LOG_PART * self.count):
            self._said_at, self._said = now, self.done
            failed = f", {self.failed} failed" if self.failed else ""
            self._say(f"{self.done} of {self.count} pages{failed}{self._left(now)}")

    def _left(self, now: float) -> str:
        made = self.done - self.reused
        if not made:
            return ""
        seconds = (now - self._started) / made * (self.count - self.done)
        return (f", about {seconds:.0f} s left" if seconds < 100 else
                f", about {seconds / 60:.0f} min left")

    def _say(self, line: str) -> None:
        if self.bar is None:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()
        else:
            self.bar.write(line, file=sys.stderr)


def _is_watched() -> bool:
    """Whether a bar can move: on a terminal, and in a notebook that somebody looks at."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return sys.stderr.isatty() or hasattr(shell, "kernel")


def _short(job: "PageJob") -> str:
    return f"{job.kind} {job.account_id or job.name}".strip()


def _told(result: "PageResult") -> str:
    job = result.job
    page = " ".join(filter(None, (job.kind, job.account_id, job.name)))
    return f"{result.status}: {page}: {result.cause}"
