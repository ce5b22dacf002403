"""One bar over the pages of a batch; plain lines where nobody watches."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qbrkit.run.pages import PageResult


class Progress:
    """A bar on a terminal or in JupyterLab, one line at the end in a log."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.failed = 0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.close()

    def begun(self, count: int) -> None:
        """Tell how many pages there will be."""
        from tqdm.auto import tqdm

        self.bar = tqdm(total=count, unit="page", disable=None if sys.stderr.isatty() else True)

    def told(self, result: "PageResult") -> None:
        """Move on by one page."""
        self.failed += result.status in {"failed", "refused"}
        shown = f"{result.job.kind} {result.job.account_id}".strip()
        self.bar.set_postfix_str(f"{shown}, failed {self.failed}" if self.failed else shown)
        self.bar.update()
