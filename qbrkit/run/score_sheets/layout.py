"""Formats of a score sheet, and what all its sheets have in common."""

from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

LINE, HEAD, TO_FILL, SET_ASIDE = "#b0b0b0", "#e6e6e6", "#fff2b3", "#d9d9d9"
PERCENT, MONEY = "0%", "#,##0"
TITLE_LIMIT, TEXT_LIMIT = 32, 255
"""Characters that Excel takes in the title and the text of a message of a cell."""

KINDS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "label": {"bold": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "pseudonym": {"bold": True, "font_size": 14, "valign": "top"},
    "head": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": HEAD,
             "border": 1, "border_color": LINE},
    "cell": {"text_wrap": True, "valign": "top", "border": 1, "border_color": LINE},
    "first": {"text_wrap": True, "valign": "top", "border": 1, "border_color": LINE,
              "bold": True},
    "shut": {"bg_color": HEAD, "border": 1, "border_color": LINE},
    "choice": {"locked": False, "valign": "top", "align": "center", "border": 1,
               "border_color": LINE},
    "chance": {"locked": False, "valign": "top", "border": 1, "border_color": LINE,
               "num_format": PERCENT},
    "money": {"locked": False, "valign": "top", "border": 1, "border_color": LINE,
              "num_format": MONEY},
    "words": {"locked": False, "text_wrap": True, "valign": "top", "border": 1,
              "border_color": LINE, "num_format": "@"},
    "to_fill": {"bg_color": TO_FILL},
    "set_aside": {"bg_color": SET_ASIDE, "font_color": "#595959"},
}


def add_formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    """The formats of a workbook by the kind of cell."""
    return {name: book.add_format(given) for name, given in KINDS.items()}


def finish(sheet: Worksheet, footer: str, landscape: bool) -> None:
    """Protect a sheet, without a password, and set it up for printing."""
    sheet.protect("", {"format_columns": True, "format_rows": True})
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.set_footer(f"&L{footer.replace('&', '&&')}&R&P / &N")


def fits(title: str, text: str) -> dict[str, str]:
    """Title and text of a message as Excel takes them; what is too long is cut at a word."""
    return {"title": _cut(title, TITLE_LIMIT), "text": _cut(text, TEXT_LIMIT)}


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[:limit - 1].rsplit(" ", 1)[0] + "…"


def quoted(text: str) -> str:
    """A text within a formula."""
    return '"' + text.replace('"', '""') + '"'


def text_formula(message: str, parts: dict[str, str]) -> str:
    """A formula that puts calculated parts into a message, wherever its language has them.

    Parameters
    ----------
    message : str
        Text with places as ``{n}``.
    parts : dict of str to str
        Formula of each place, without an equals sign.
    """
    pieces = [message]
    for name, formula in parts.items():
        pieces = [one for piece in pieces for one in _split(piece, f"{{{name}}}", formula)]
    return "&".join(piece if piece in parts.values() else quoted(piece)
                    for piece in pieces if piece)


def _split(piece: str, place: str, formula: str) -> list[str]:
    before, found, after = piece.partition(place)
    return [before, formula, after] if found else [piece]
