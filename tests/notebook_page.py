"""The exhibits of the notebooks, computed in this process for a given review or view."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from qbrkit.disclosure import AccountView
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
             ) -> list[tuple[str, str, str, Html]]:
    """Question, tag, expression and what it shows, of every exhibit in the order of the page."""
    names: dict[str, Any] = {"review": shown_of, "view": shown_of}
    shown = []
    for question, tag, source in cells(notebook):
        if tag == "setup":
            exec(source, names)
        else:
            shown.append((question, tag, source, eval(source, names)))
    return shown
