"""How charts look: one accent, greys for the rest, real text, no junk."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qbrkit.report.exhibits import Html, element_id
from qbrkit.report.svg import lean

INK, MUTED, PALE, RULE = "#1d2327", "#5b6670", "#b9c1c7", "#d9dee2"
WIDTH = 7.2
"""Inches; the page scales charts to their column, so 1 inch is 100 units there."""
_RC: Any = {
    "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 8.5,
    "axes.edgecolor": RULE, "axes.labelcolor": MUTED, "text.color": INK,
    "xtick.color": MUTED, "ytick.color": MUTED, "xtick.major.size": 0, "ytick.major.size": 0,
    "xtick.bottom": False, "ytick.left": False,
    "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
    "axes.axisbelow": True, "figure.dpi": 72, "text.parse_math": False,
}


@contextmanager
def chart(height: float, left: float, right: float, bottom: float = 0.3,
          top: float = 0.1) -> Iterator[Axes]:
    """Axes of a chart with margins laid out by hand (no tight box: that draws twice).

    Parameters
    ----------
    height, left, right, bottom, top : float
        Height of the chart and its margins. [inches]
    """
    with mpl.rc_context(_RC):
        figure = Figure(figsize=(WIDTH, height), frameon=False)
        yield figure.add_axes((left / WIDTH, bottom / height, 1 - (left + right) / WIDTH,
                               1 - (bottom + top) / height))


def draw(axes: Axes, title: str, unit: str, description: str) -> Html:
    """A chart as inline SVG, with a caption and a description for those who cannot see it.

    Parameters
    ----------
    axes : Axes
        From `chart`.
    title : str
        What the chart shows, its caption.
    unit : str
        Unit of its figures, empty for none.
    description : str
        What is to be seen in it, in words.
    """
    salt = element_id(title + description)
    buffer = StringIO()
    with mpl.rc_context({**_RC, "svg.hashsalt": salt}), warnings.catch_warnings():
        # the page brings the font, so a sign that is missing here is of no consequence
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        axes.figure.savefig(buffer, format="svg", transparent=True,  # type: ignore[call-arg, union-attr]
                            metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    svg = lean(buffer.getvalue())
    svg.attrib |= {"role": "img", "aria-labelledby": f"{salt}t {salt}d"}
    for at, (tag, text) in enumerate((("title", title), ("desc", description))):
        svg.insert(at, ElementTree.Element(tag, {"id": salt + tag[0]}))
        svg[at].text = text
    return Html(Markup(
        '<figure><figcaption id="{0}">{1}{2}</figcaption>'
        '<div class="scroll" role="region" aria-labelledby="{0}" tabindex="0">{3}</div></figure>'
    ).format(f"{salt}c", title, Markup(' <span class="unit">{}</span>').format(unit)
             if unit else "", Markup(ElementTree.tostring(svg, encoding="unicode"))))
