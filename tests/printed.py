"""Tables and charts of a page as they are printed: rows of cells, figures, shapes."""

import re
from xml.etree import ElementTree

from qbrkit.report.exhibits import Html


def read_rows(html: Html) -> list[list[str]]:
    """Rows of a table as lists of printed cells, the headings first."""
    rows = re.findall(r"<tr.*?</tr>", str(html.markup), re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(
        r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]


def row_of(html: Html, name: str) -> list[str]:
    """The one row that begins with a name."""
    (row,) = [row for row in read_rows(html) if row[0].replace("&amp;", "&").replace(
        "&#39;", "'") == name]
    return row


def number(text: str) -> float:
    """A printed figure."""
    return float(text.replace("−", "-").replace(",", ""))


def paths(html: Html) -> list[tuple[dict[str, str], list[tuple[float, float]]]]:
    """How each path of a chart looks, and its points, in the order of drawing."""
    svg = ElementTree.fromstring(re.search(r"<svg.*</svg>", str(html.markup), re.DOTALL)[0])
    return [(one.attrib | path.attrib, [(float(x), float(y)) for x, y in re.findall(
                r"[ML](\S+) ([-\d.]+)", path.get("d"))])
            for one in svg for path in ([one] if one.tag == "path" else one.findall("path"))]
