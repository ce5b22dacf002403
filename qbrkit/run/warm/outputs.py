"""What the cells of a notebook show, kept as Jupyter stores it."""

from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

STREAM_BYTES = 1_000_000
"""Printed text kept of one cell; a notebook of 200 MB helps nobody, and opens nowhere."""


class CellOutputs:
    """The outputs of the cells of one notebook while they run.

    Attributes
    ----------
    shown : list of NotebookNode
        Outputs of the cell that runs.
    """

    def __init__(self) -> None:
        self.shown: list[NotebookNode] = []
        self._is_to_clear = False
        self._printed = self._dropped = 0
        self._displays: dict[str, list[NotebookNode]] = {}

    def begin(self) -> None:
        """Begin a cell: it has shown nothing yet."""
        self.shown, self._is_to_clear = [], False
        self._printed = self._dropped = 0

    def end(self) -> None:
        """End a cell: say how much of what it printed is not kept."""
        if self._dropped:
            self._append(new_output(
                "stream", name="stderr", text=f"… {self._dropped:,} more characters were printed; "
                f"the first {STREAM_BYTES:,} are kept.\n"))

    def stream(self, name: str, text: str) -> None:
        """Add printed text; text of one stream in a row becomes one output."""
        kept = text[:max(0, STREAM_BYTES - self._printed)]
        self._printed += len(text)
        self._dropped += len(text) - len(kept)
        if not kept:
            return
        self._clear_when_due()
        last = self.shown[-1] if self.shown else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += kept
        else:
            self._append(new_output("stream", name=name, text=kept))

    def display(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None,
                display_id: str | None = None) -> None:
        """Add a rich display, which may be updated later by its id."""
        shown = new_output("display_data", data=dict(data), metadata=dict(metadata or {}))
        self._append(shown)
        if display_id is not None:
            self._displays.setdefault(display_id, []).append(shown)

    def update(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None,
               display_id: str | None) -> None:
        """Replace what displays of that id show, in whichever cell they stand."""
        for shown in self._displays.get(display_id or "", []):
            shown.data = NotebookNode(data)
            shown.metadata = NotebookNode(metadata or {})

    def result(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None,
               count: int) -> None:
        """Add the value of a cell's last expression."""
        self._append(new_output("execute_result", data=dict(data), metadata=dict(metadata or {}),
                                execution_count=count))

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        """Add the error that ended the cell."""
        self._append(new_output("error", ename=name, evalue=value, traceback=traceback))

    def clear(self, wait: bool) -> None:
        """Take away what the cell has shown: at once, or when something new comes."""
        self._is_to_clear = wait
        if not wait:
            del self.shown[:]

    def _append(self, output: NotebookNode) -> None:
        self._clear_when_due()
        self.shown.append(output)

    def _clear_when_due(self) -> None:
        if self._is_to_clear:
            del self.shown[:]
            self._is_to_clear = False
