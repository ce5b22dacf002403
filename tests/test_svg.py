"""A chart's drawing in fewer bytes: the same shapes, looks and texts."""

import io
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from browser_pages import open_browser
from matplotlib.figure import Figure

from qbrkit.report.svg import lean

CLIP = 'clip-path="url(#c)"'


def drawing(inside, definitions=""):
    """As matplotlib writes: a doctype, namespaces, and its own style."""
    return ('<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "x" "y">\n'
            '<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="9pt" height="9pt" '
            'viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg">\n <metadata>m</metadata>\n'
            f' <defs>\n  <style>*{{stroke-linejoin: round}}</style>\n {definitions}</defs>\n'
            f' <g id="figure_1">\n  <g id="axes_1">\n{inside}  </g>\n </g>\n</svg>\n')


def inner(inside, definitions=""):
    """What stands inside the svg element afterwards."""
    return "".join(ElementTree.tostring(one, encoding="unicode").replace(" />", "/>")
                   for one in lean(drawing(inside, definitions)))


@pytest.mark.parametrize(("written", "left"), [
    # a background without color, a path without points, a tick without length
    ('<path d="M 0 0 \nL 9 0 \nz\n" style="fill: none"/><path style="fill: #abc"/><g/>', ""),
    # no fill said is black, which is seen
    ('<g id="a"><path d="M 0 0 \nL 9 0 \nz\n" style=""/></g>', '<path d="M0 0L9 0z"/>'),
    # 1.005 and 2.996 as two decimals, 3.0 without; a dash that starts at 0 starts there anyway
    (f'<path d="M 1.234 2.996 \nL -3.0 10 \n" {CLIP} style="fill: none; stroke-dasharray: 3.2,2; '
     'stroke-dashoffset: 0; stroke: #abc"/>',
     f'<path d="M1.23 3L-3 10" {CLIP} fill="none" stroke-dasharray="3.2,2" stroke="#abc"/>'),
    ('<path d="M 0 0 \nL 9 0" style="stroke-dashoffset: 0.5; stroke: #abc"/>',
     '<path d="M0 0L9 0" stroke-dashoffset="0.5" stroke="#abc"/>'),
    # the page brings the font; a turn by nothing is none, another one is
    ("<text style=\"font-weight: 700; font-size: 8px; font-family: 'A B', sans-serif; fill: #abc\" "
     'x="1" y="2" transform="rotate(-0 1 2)">1.2345 &lt; b</text>',
     '<text font-weight="700" font-size="8px" fill="#abc" x="1" y="2">1.2345 &lt; b</text>'),
    ('<text style="fill: #abc" x="1" y="2" transform="rotate(-90 1 2)">t</text>',
     '<text fill="#abc" x="1" y="2" transform="rotate(-90 1 2)">t</text>'),
    # neighbours of one style share it, over the borders of their groups; opacity does not add up
    ('<g><path d="M 0 0" style="fill: #abc; opacity: 0.5"/></g><g><g><path d="M 1 1" '
     'style="fill: #abc; opacity: 0.5"/></g></g><path d="M 2 2" style="fill: #def"/>',
     '<g fill="#abc"><path d="M0 0" opacity="0.5"/><path d="M1 1" opacity="0.5"/></g>'
     '<path d="M2 2" fill="#def"/>'),
    # texts last, in their order; paths in theirs
    ('<text style="fill: #abc">1</text><path d="M 0 0" style="fill: #a"/>'
     '<text style="fill: #abc">2</text><path d="M 1 1" style="fill: #b"/>',
     '<path d="M0 0" fill="#a"/><path d="M1 1" fill="#b"/>'
     '<g fill="#abc"><text>1</text><text>2</text></g>'),
    # the clip of a marker would move with it, that of its group does not
    (f'<g {CLIP}><use xlink:href="#m" x="1" y="2" style="fill: #abc"/></g>',
     f'<g fill="#abc" {CLIP}><use href="#m" x="1" y="2"/></g>'),
    # a group that says anything else stays as it is
    ('<g transform="scale(2 2)"><path d="M 1 1" style="fill: #abc"/></g>',
     '<g transform="scale(2 2)"><path d="M1 1" fill="#abc"/></g>'),
    ('<text style="fill: #abc">a\x01b\x0bc</text>', '<text fill="#abc">a\ufffdb\ufffdc</text>'),
])
def test_what_is_seen_is_left(written, left):
    assert inner(written) == left


def test_definitions_are_kept_and_the_style_for_the_whole_page_is_not():
    svg = lean(drawing('<path d="M 1 1"/>', '<clipPath id="c">\n <rect x="0.123456"/></clipPath>'))
    assert svg.attrib == {"viewBox": "0 0 9 9", "stroke-linejoin": "round"}
    assert ElementTree.tostring(svg[0], encoding="unicode") == (
        '<defs><clipPath id="c"><rect x="0.12" /></clipPath></defs>')


@pytest.mark.browser
def test_a_lean_drawing_looks_as_matplotlib_drew_it():
    with mpl.rc_context({"svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = Figure(figsize=(5, 3))
        axes = figure.add_axes((0.2, 0.2, 0.7, 0.7))
        axes.bar(range(4), [3, -1, 2, 9], color=["k", "#0b6e4f", "#b9c1c7", "#b9c1c7"], alpha=0.6)
        axes.plot([0, 2, 4], [0, 6, 1], "o--", clip_on=True)
        axes.scatter([1, 2, 3], [1, 2, 3], s=[9, 99, 999], marker="D")
        axes.set(xlim=(0, 3.2), ylim=(-2, 5), ylabel="turned & <b>", title="Bold")
        axes.grid()
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg")
    drawn = buffer.getvalue()
    slim = ElementTree.tostring(lean(drawn), encoding="unicode")
    assert len(slim) < len(drawn) / 2
    shots = []
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 600, "height": 400})
        for svg in (drawn[drawn.index("<svg"):], slim):
            page.set_content(f"<style>svg {{ width: 500px; height: 300px }} "
                             f"text {{ font-family: sans-serif !important }}</style>{svg}")
            shots.append(page.screenshot())
    first, second = (mpl.image.imread(io.BytesIO(one))[..., :3] for one in shots)
    assert first.std() > 0.05, "there is something to see"
    assert (abs(first - second).max(axis=2) > 0.3).mean() < 0.0005
