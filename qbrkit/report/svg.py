"""The SVG that matplotlib writes, less what no reader sees: the same picture in half the bytes."""

import re
from collections.abc import Iterator
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that a name from an export may hold, and no XML."""
OWN = frozenset(("d", "x", "y", "transform", "opacity", "href", "id"))
"""What a shape has for itself; all else its neighbours may share with it."""


def lean(svg: str) -> Element:
    """The same drawing, its wrappers gone and what neighbours have in common said once.

    Parameters
    ----------
    svg : str
        As matplotlib wrote it.

    Returns
    -------
    Element
        The ``svg`` element, without namespace, with its ``viewBox`` and definitions; shapes in
        the order in which they were drawn, then texts, so that no line crosses out a word.

    Raises
    ------
    ElementTree.ParseError
        If `svg` is not XML.
    """
    drawn = ElementTree.fromstring(NOT_IN_XML.sub("\ufffd", svg[svg.index("<svg"):]))
    for one in drawn.iter():
        one.tag, one.tail = one.tag.rpartition("}")[2], None
        one.text = one.text if one.tag == "text" else None
        one.attrib = dict(_plain(one.attrib))
    svg_element = Element("svg", {"viewBox": drawn.attrib["viewBox"], "stroke-linejoin": "round"})
    defined = [one for group in drawn.iter("defs") for one in group if one.tag != "style"]
    if defined:
        ElementTree.SubElement(svg_element, "defs").extend(defined)
    in_order = sorted(_shapes(drawn), key=lambda one: one.tag == "text")
    for style, alike in groupby(in_order, key=_style):
        svg_element.extend(_shared(style, list(alike)))
    return svg_element


def _plain(attributes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Attributes in place of a style, short figures, and no turn by nothing."""
    for name, value in attributes.items():
        if name == "style":
            said = (one.partition(": ") for one in value.split("; ") if one)
            yield from ((key, text) for key, _, text in said
                        if key != "font-family" and (key, text) != ("stroke-dashoffset", "0"))
        elif name == "d":  # line breaks and blanks around its letters
            yield name, re.sub(r"\s*([A-Za-z]|$)\s*", r"\1", _short(value))
        elif not value.startswith("rotate(-0 "):
            yield name.rpartition("}")[2], _short(value)


def _short(figures: str) -> str:
    """Two decimals: a hundredth of a point is finer than any printer."""
    return re.sub(r"\d+\.\d+", lambda one: f"{float(one[0]):.2f}".rstrip("0").rstrip("."), figures)


def _shapes(group: Element, clip: str = "") -> Iterator[Element]:
    """What is to be seen, each with the clip of its group."""
    for one in group:
        if one.tag == "g" and one.attrib.keys() <= {"id", "clip-path"}:
            yield from _shapes(one, one.get("clip-path", clip))
        elif one.tag not in {"defs", "metadata"} and _is_seen(one):
            if clip:
                one.set("clip-path", clip)
            yield one


def _is_seen(shape: Element) -> bool:
    is_bare = shape.get("fill") == "none" and "stroke" not in shape.attrib
    return shape.tag != "path" or (bool(shape.get("d")) and not is_bare)


def _style(shape: Element) -> dict[str, str]:
    return {name: value for name, value in shape.items() if name not in OWN}


def _shared(style: dict[str, str], shapes: list[Element]) -> list[Element]:
    """Shapes of one style: a group says it for all, one shape for itself.

    The clip of a shape moves with it where it is placed by x and y; that of a group does not.
    """
    if len(shapes) == 1 and (shapes[0].tag == "path" or "clip-path" not in style):
        return shapes
    group = Element("g", style)
    for shape in shapes:
        shape.attrib = {name: value for name, value in shape.items() if name in OWN}
    group.extend(shapes)
    return [group]
