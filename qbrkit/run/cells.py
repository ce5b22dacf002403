"""What a page shows of an executed notebook: its text, its HTML, its charts.

Everything else stays behind: code, parameters, printed text, metadata,
comments, and what a browser would have to run.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from qbrkit.errors import NotebookError

if TYPE_CHECKING:  # imported when a page is made: the command has to start fast
    from nbformat import NotebookNode

_NOTICE_TAG = "papermill-error-cell-tag"
_DROPPED_TAGS = frozenset(("parameters", "injected-parameters", "setup"))
_UNPRINTABLE = ("image/png", "image/jpeg", "text/markdown", "text/latex")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SVG_PROLOG = re.compile(r"\A.*?(?=<svg\b)", re.DOTALL)
_SVG_METADATA = re.compile(r"<metadata\b.*?</metadata>", re.DOTALL)
CHAPTER = 2
"""Level of the headings that begin a chapter."""
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*")


def numbered_cells(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """Count the cells from 1, as papermill does, without its notices of a failure."""
    own = (cell for cell in notebook.cells if _NOTICE_TAG not in cell.metadata.get("tags", ()))
    return enumerate(own, start=1)


def check_finished(notebook: NotebookNode) -> None:
    """Refuse a notebook that stopped, was not run, or would lose an exhibit.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.

    Raises
    ------
    NotebookError
        Names the first such cell and its cause.
    """
    for number, cell in numbered_cells(notebook):
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                raise NotebookError(f"{output.ename}: {output.evalue}", number)
            _check_printable(output.get("data", {}), number)
        if cell.source.strip() and cell.execution_count is None:
            raise NotebookError("the cell was not executed", number)


def page_notebook(
    notebook: NotebookNode, title: str, translate: Callable[[str], str]
) -> NotebookNode:
    """Build the fresh notebook that the template sees.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it is not changed.
    title : str
        The only metadata of the result.
    translate : callable
        Gives the text of one heading or paragraph in the page's language.

    Returns
    -------
    NotebookNode
        Markdown cells with ``metadata.blocks``, a list of headings and paragraphs
        (`level`, `text`, for headings also `id` and `is_first` of its level), and
        code cells without source whose outputs are HTML or SVG. A chapter all of whose
        exhibits are empty is left out with its heading.
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    seen: dict[str, int] = {}
    page = new_notebook(metadata={"title": title})
    for number, cell in numbered_cells(notebook):
        if _DROPPED_TAGS.intersection(cell.metadata.get("tags", ())):
            continue
        if cell.cell_type == "markdown":
            blocks = [_block(*unit, translate, seen) for unit in split_markdown(cell.source)]
            page.cells.append(new_markdown_cell(id=f"c{number}", metadata={"blocks": blocks}))
        elif cell.cell_type == "code":
            outputs = [kept for output in cell.outputs for kept in _kept_output(output)]
            page.cells.append(new_code_cell(id=f"c{number}", outputs=outputs))
    _leave_out_empty_chapters(page)
    return page


def split_markdown(source: str) -> Iterator[tuple[int, str]]:
    """Split Markdown into the units that are translated.

    Parameters
    ----------
    source : str
        Markdown of one cell.

    Yields
    ------
    level : int
        1 to 6 for a heading, 0 for a paragraph.
    text : str
        The heading without its number signs, or the paragraph as written.
    """
    for chunk in re.split(r"\n\s*\n", _COMMENT.sub("", source)):
        paragraph: list[str] = []
        for line in chunk.strip().splitlines():
            heading = _HEADING.fullmatch(line)
            if not heading:
                paragraph.append(line)
                continue
            if paragraph:
                yield 0, "\n".join(paragraph)
                paragraph = []
            yield len(heading[1]), heading[2]
        if paragraph:
            yield 0, "\n".join(paragraph)


def _check_printable(data: dict[str, Any], number: int) -> None:
    """Refuse an output that has something to show, but neither as HTML nor as SVG."""
    if "text/html" in data or "image/svg+xml" in data:
        return
    for kind in _UNPRINTABLE:
        if kind in data:
            raise NotebookError(f"a page holds HTML and SVG outputs, not {kind}", number)


def _block(
    level: int, text: str, translate: Callable[[str], str], seen: dict[str, int]
) -> dict[str, Any]:
    """Translate one unit; a heading's anchor comes from the text before translation."""
    if not level:
        return {"level": 0, "text": translate(text)}
    level = 2 if level == 1 and "h1" in seen else level
    seen[f"h{level}"] = seen.get(f"h{level}", 0) + 1
    anchor = _slug(text)
    seen[f"#{anchor}"] = count = seen.get(f"#{anchor}", 0) + 1
    return {
        "level": level,
        "text": translate(text),
        "id": anchor if count == 1 else f"{anchor}-{count}",
    }


def _leave_out_empty_chapters(page: NotebookNode) -> None:
    """Drop the words of chapters whose exhibits show nothing; tell the first of each level."""
    chapter, shown = 0, {0}
    asked: set[int] = set()
    first: set[int] = set()
    for cell in page.cells:
        for block in cell.metadata.get("blocks", ()):
            chapter += block["level"] == CHAPTER
            block["chapter"] = chapter
        if cell.cell_type == "code":
            (shown if cell.outputs else asked).add(chapter)
    for cell in page.cells:
        if "blocks" in cell.metadata:
            cell.metadata["blocks"] = [block for block in cell.metadata["blocks"]
                                       if block.pop("chapter") not in asked - shown]
        for block in cell.metadata.get("blocks", ()):
            if block["level"]:
                block["is_first"] = block["level"] not in first
                first.add(block["level"])


def _slug(text: str) -> str:
    """Lower-case letters and digits joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "section"


def _kept_output(output: NotebookNode) -> Iterator[NotebookNode]:
    """Yield what the page shows of an output: its HTML, else its SVG, else nothing."""
    from nbformat.v4 import new_output

    data = output.get("data", {})
    if "text/html" in data:
        if not data["text/html"].strip():
            return  # an exhibit without content
        yield new_output("display_data", data={"text/html": _COMMENT.sub("", data["text/html"])})
    elif "image/svg+xml" in data:
        svg = _SVG_METADATA.sub("", _COMMENT.sub("", data["image/svg+xml"]))
        yield new_output("display_data", data={"image/svg+xml": _SVG_PROLOG.sub("", svg)})
