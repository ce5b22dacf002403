"""The exhibits of the notebooks, computed in this process for a given review or view."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from qbrkit.disclosure import AccountView
from qbrkit.report import style
from qbrkit.report.exhibits import Html
from qbrkit.reviews import QuarterReview

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
EXHIBITS = {"finding", "table", "figure", "colophon"}


@cache
def cells(notebook: str) -> tuple[tuple[str, str, str], ...]:
    """Question, tag and expression of each exhibit of a notebook, and its set-up first."""
    document = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    found, question = [], ""
    for cell in document["cells"]:
        source = "".join(cell["source"])
        tags = set(cell["metadata"].get("tags", ()))
        if cell["cell_type"] == "markdown":
            question = source.partition("\n")[0].lstrip("# ")
        elif "setup" in tags:
            imports = re.split(r"\n(?:review|view) = ", source)[0]
            found.append((question, "setup", imports))
        elif tags & EXHIBITS:
            found.append((question, (tags & EXHIBITS).pop(), source))
    return tuple(found)


def exhibits(shown_of: QuarterReview | AccountView, notebook: str = "internal_review",
             only: str = "") -> list[tuple[str, str, str, Html]]:
    """Question, tag, expression and what it shows, of every exhibit in the order of the page.

    Or of one question only.
    """
    names: dict[str, Any] = {"review": shown_of, "view": shown_of}
    shown = []
    for question, tag, source in cells(notebook):
        if tag == "setup":
            exec(source, names)
        elif not only or question == only:
            shown.append((question, tag, source, eval(source, names)))
    return shown


@contextmanager
def charts_as_texts() -> Iterator[None]:
    """Charts give their texts and colors alone, in the order of the chart: drawing takes long."""
    drawn = style.draw
    style.draw = _texts_of_chart
    try:
        yield
    finally:
        style.draw = drawn


def _texts_of_chart(axes: Axes, title: str, unit: str, description: str) -> Html:
    every = axes.figure.findobj(Axes)  # those within others too
    labels = [label for one in every for axis in (one.xaxis, one.yaxis)
              if one.axison and axis.get_visible() for label in axis.get_ticklabels()]
    written = [text for one in every for text in one.texts]
    headings = [one.get_title(at) for one in every for at in ("left", "center", "right")]
    told = [title, unit, description, *headings, *(one.get_text() for one in [*labels, *written]
                                        if one.get_visible())]
    colors = {to_hex(patch.get_facecolor()) for patch in axes.figure.findobj(Patch)}
    colors |= {to_hex(line.get_color()) for line in axes.figure.findobj(Line2D)}
    return Html(Markup("").join(Markup("<p>{}</p>").format(one) for one in told if one)
                + Markup("<p class='{}'></p>").format(" ".join(sorted(colors))))
