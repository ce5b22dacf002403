"""One executed notebook in, one self-contained HTML page out.

The page is rendered from a fresh notebook that holds the translated text and
the HTML and SVG outputs, and nothing else of what was executed.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qbrkit.errors import NotebookError
from qbrkit.report import PAGE_MIME
from qbrkit.run.cells import check_finished, numbered_cells, page_notebook
from qbrkit.run.shipped import shipped

if TYPE_CHECKING:  # imported when a page is made: the command has to start fast
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbformat import NotebookNode

DEFAULT_ACCENT = "#0b6e4f"

_KINDS = ("internal", "external")
_FIELDS = frozenset((
    "kind", "title", "language", "company", "accent", "logo", "running_head", "band",
    "labels", "footer", "status", "missing",
))
_LABELS = frozenset(("contents", "page", "of"))
_exporters = threading.local()


def render_page(notebook: NotebookNode, translate: Callable[[str], str] = str) -> str:
    """Make the HTML page of an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        As papermill left it; it is not changed.
    translate : callable, default str
        Gives the text of one heading or paragraph in the page's language.

    Returns
    -------
    str
        The whole page; the same notebook gives the same text every time.

    Raises
    ------
    NotebookError
        If a cell failed, was not executed, or shows what no page can hold, or
        if the page record is missing or incomplete.
    """
    check_finished(notebook)
    frame = read_frame(notebook)
    page = page_notebook(notebook, frame["title"], translate)
    blocks = [block for cell in page.cells for block in cell.metadata.get("blocks", ())]
    resources = {
        "page": {**frame, "accent": safe_accent(frame["accent"]), "logo": _safe_logo(frame)},
        "contents": [block for block in blocks if block["level"] == 2],
        "has_main_heading": any(block["level"] == 1 for block in blocks),
    }
    return _exporter(frame["kind"]).from_notebook_node(page, resources)[0]


def read_frame(notebook: NotebookNode) -> dict[str, Any]:
    """Read the page record: what stands around the cells, from title to foot.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; one of its outputs has the MIME type `PAGE_MIME`, the last counts.

    Returns
    -------
    dict
        A copy of the record.

    Raises
    ------
    NotebookError
        If there is no record, a field of it is missing, its kind is unknown, or
        an internal page has no band.
    """
    records = [
        output.data[PAGE_MIME]
        for _, cell in numbered_cells(notebook)
        for output in cell.get("outputs", ())
        if PAGE_MIME in output.get("data", {})
    ]
    if not records:
        raise NotebookError("no cell gives a page record, so there is no title, language or foot")
    frame = dict(records[-1])
    if missing := _FIELDS - frame.keys() or _LABELS - frame["labels"].keys():
        raise NotebookError(f"the page record lacks {sorted(missing)}")
    if frame["kind"] not in _KINDS:
        raise NotebookError(f"the page record's kind is {frame['kind']!r}, not one of {_KINDS}")
    if frame["kind"] == "internal" and not frame["band"]:
        raise NotebookError("the page record of an internal page has no band")
    return frame


def css_string(text: object) -> str:
    """Quote a text as a CSS string that also cannot close a style element."""
    plain = " ".join(str(text).split())
    return '"' + re.sub(r"[^\w .,:;·–—-]", lambda found: f"\\{ord(found[0]):x} ", plain) + '"'


def compact_css(css: str) -> str:
    """Leave out the comments and the layout of a style sheet: they are for those who change it."""
    rules = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r'"[^"]*"|\s*([{};,])\s*', lambda found: found[1] or found[0], rules).strip()


def safe_accent(accent: object) -> str:
    """Give the color back if it reads ``#rrggbb``, else the kit's own."""
    text = str(accent)
    return text if re.fullmatch(r"#[0-9a-fA-F]{6}", text) else DEFAULT_ACCENT


def _safe_logo(frame: dict[str, Any]) -> str | None:
    """Only a picture inside the page is a logo; without one the name is printed."""
    logo = frame["logo"]
    return logo if isinstance(logo, str) and logo.startswith("data:image/") else None


def _exporter(kind: str) -> TemplateExporter:
    """Make the exporter of one kind of page, once per thread."""
    if not hasattr(_exporters, kind):
        from nbconvert.exporters.templateexporter import TemplateExporter

        templates = str(shipped("templates").resolve())
        # Not HTMLExporter: it parses the page again, which lower-cases SVG's names
        exporter = TemplateExporter(
            file_extension=".html",
            template_name=f"qbr_{kind}",
            extra_template_basedirs=[templates],
            extra_template_paths=[templates],
            exclude_input=True,
            exclude_raw=True,
        )
        exporter.register_filter("css_string", css_string)
        exporter.register_filter("compact_css", compact_css)
        setattr(_exporters, kind, exporter)
    return getattr(_exporters, kind)
