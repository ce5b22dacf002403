"""Building blocks of a page: findings, tables, tiles. All text from data is escaped here."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from qbrkit.report.language import NOT_KNOWN, Language


class Html:
    """A piece of a page; notebooks show it, the export prints it."""

    def __init__(self, markup: str) -> None:
        self.markup = Markup(markup)

    def _repr_html_(self) -> str:
        return str(self.markup)

    def __html__(self) -> str:
        return str(self.markup)


READ_AT_A_GLANCE = 240
"""Characters of a finding that are printed large; of a longer one the first sentence is."""


def finding(*sentences: str) -> Html:
    """The result of a section, in computed sentences; nothing when there are none.

    A long one is the first sentence, printed large, and the rest as text below it.
    """
    told = [one for one in sentences if one]
    if not told:
        return Html("")
    text = " ".join(told)
    if len(text) <= READ_AT_A_GLANCE or len(told) == 1:
        return Html(Markup('<p class="finding">{}</p>').format(_whole_figures(text)))
    return Html(Markup('<p class="finding">{}</p> <p class="detail">{}</p>').format(
        _whole_figures(told[0]), _whole_figures(" ".join(told[1:]))))


def _whole_figures(text: str) -> Markup:
    """Escaped text in which no line breaks between a sign and its figure."""
    signed = re.sub(r"[+−]\S*\d\S*", r'<span class="figure">\g<0></span>',
                    str(escape(_one_stop(text))))
    return Markup(signed)


def _one_stop(text: str) -> str:
    """A name that ends with a full stop ends the sentence, too."""
    return re.sub(r"(?<=[^.]\.)\.(?=\s|$)", "", text)


def note(sentence: str) -> Html:
    """How to read an exhibit, in at most one line."""
    return Html(Markup('<p class="note">{}</p>').format(sentence))


def missing(language: Language, what: str, tables: Sequence[str], who: str) -> Html:
    """A section without data: what is missing, and who could supply it."""
    needs = language.say("This needs {tables} in the export; {who} can supply it.",
                         tables=language.listed(list(tables)), who=who)
    return Html(Markup('<div class="missing"><p>{}</p><p>{}</p></div>').format(what, needs))


def not_available(sentence: str) -> Html:
    """A section that has nothing to show, with the reason."""
    return Html(Markup('<div class="missing"><p>{}</p></div>').format(sentence))


def nothing() -> Html:
    """In place of an exhibit without content: the finding above it has said why."""
    return Html("")


def numbered(sentences: Sequence[str]) -> Html:
    """A short list of findings, the most important first."""
    items = Markup("").join(Markup('<li class="finding">{}</li>').format(_whole_figures(one))
                            for one in sentences)
    return Html(Markup('<ol class="findings">{}</ol>').format(items))


def brief(label: str, sentences: Sequence[str]) -> Html:
    """A few sentences under a label, as on a first page; nothing when there are none."""
    told = [one for one in sentences if one]
    if not told:
        return Html("")
    items = Markup("").join(Markup("<li>{}</li>").format(_whole_figures(one)) for one in told)
    return Html(Markup('<div class="brief"><p class="label" id="{0}">{1}</p>'
                       '<ul aria-labelledby="{0}">{2}</ul></div>').format(
                           element_id(label), label, items))


@dataclass(frozen=True)
class Tile:
    """One key figure: what it is, the figure, and what it compares with."""

    label: str
    figure: str
    comparison: str = ""


def tiles(*shown: Tile) -> Html:
    """A row of key figures."""
    inner = Markup("").join(Markup(
        '<div class="tile"><p class="label">{}</p><p class="value">{}</p>'
        '<p class="change">{}</p></div>'
    ).format(one.label, one.figure, one.comparison) for one in shown)
    return Html(Markup('<div class="tiles">{}</div>').format(inner))


@dataclass(frozen=True)
class ColumnView:
    """How one column is shown.

    Parameters
    ----------
    name : str
        Column of the frame; a column that is not there is not shown.
    heading : str
        Its heading, with the unit where there is one.
    kind : str
        ``text``, ``sentence`` (long text), ``lines`` (several, each on a line of its own),
        ``money`` (whole units), ``number``, ``exact`` (a number with as many decimals as it
        has, and `digits` at most),
        ``percent``, ``change`` (signed percent), ``range`` (a figure and its range, already
        text), ``date`` (a day, or already text), ``pill`` (a state).
    words : dict
        Words for the values of a coded column.
    digits : int
        Decimals of numbers.
    """

    name: str
    heading: str
    kind: str = "text"
    words: dict[str, str] = field(default_factory=dict)
    digits: int = 0

    @property
    def is_figure(self) -> bool:
        """Whether the column is right-aligned."""
        return self.kind in {"money", "number", "exact", "percent", "change", "range"}


MOST_ROWS = 60
"""Rows printed at most; the rest is one row, so that a page stays one that is read."""


def table(rows: pd.DataFrame, columns: Sequence[ColumnView], caption: str, language: Language,
          total: str = "") -> Html:
    """A table with caption, header scopes, right-aligned figures, and a total if asked.

    Parameters
    ----------
    rows : DataFrame
        One row per line shown.
    columns : sequence of ColumnView
        What to show, in order; columns that `rows` lacks are left out.
    caption : str
        What the table holds, and the currency of its money.
    language : Language
        Of words and figures.
    total : str, default ""
        Label of a last row with the sums of the money columns; empty for none. Money is
        then rounded so that the printed parts add up to the printed total.

    Notes
    -----
    Rows past `MOST_ROWS` become one row, with their sums where there is a total.
    """
    shown = [column for column in columns if column.name in rows.columns]
    head = Markup("").join(Markup('<th scope="col"{}>{}</th>').format(
        _class(HEADING_CLASSES, column), column.heading) for column in shown)
    values = {column.name: round_to_total(rows[column.name])
              if total and column.kind == "money" else rows[column.name] for column in shown}
    texts = {column.name: [_cell(value, column, language)
                           for value in values[column.name].head(MOST_ROWS)] for column in shown}
    body = Markup("").join(_row([texts[column.name][at] for column in shown], shown)
                           for at in range(min(len(rows), MOST_ROWS)))
    if (more := len(rows) - MOST_ROWS) > 0:
        label = language.count("and {n} more", "and {n} more", more)
        body += _row([label if at == 0 else
                      _cell(values[column.name].iloc[MOST_ROWS:].sum(min_count=1), column, language)
                      if total and column.kind == "money" else ""
                      for at, column in enumerate(shown)], shown)
    money = [column.name for column in shown if column.kind == "money"]
    is_summed = total and rows[money].notna().any(axis=None)  # nothing known has no total
    foot = _total_row(rows, shown, language, total) if is_summed else Markup("")
    return Html(Markup(
        '<div class="scroll" role="region" aria-labelledby="{0}" tabindex="0">'
        '<table class="exhibit"><caption id="{0}">{1}</caption>'
        "<thead><tr>{2}</tr></thead><tbody>{3}</tbody>{4}</table></div>").format(
            element_id(caption), caption, head, body, foot))


def element_id(text: str) -> str:
    """An id for an element of the page, the same for the same text."""
    return "x" + hashlib.sha256(text.encode()).hexdigest()[:8]


HEADING_CLASSES = {"figure": "n", "date": "d", "sentence": "text", "lines": "text"}
CELL_CLASSES = {"date": "d", "sentence": "text", "lines": "text", "text": "t", "pill": "t"}
"""Most cells are figures: those go without, which makes a page a tenth lighter."""


def _row(cells: list[Any], shown: Sequence[ColumnView]) -> Markup:
    first = Markup('<th scope="row">{}</th>').format(cells[0])
    rest = Markup("").join(Markup("<td{}>{}</td>").format(_class(CELL_CLASSES, column), cell)
                           for column, cell in zip(shown[1:], cells[1:], strict=True))
    return Markup("<tr>{}{}</tr>").format(first, rest)


def _class(classes: dict[str, str], column: ColumnView) -> Markup:
    name = classes.get("figure" if column.is_figure else column.kind, "")
    return Markup(' class="{}"').format(name) if name else Markup("")


def _total_row(rows: pd.DataFrame, shown: Sequence[ColumnView], language: Language,
               total: str) -> Markup:
    cells = [total if at == 0 else language.number(rows[column.name].sum(min_count=1))
             if column.kind == "money" else "" for at, column in enumerate(shown)]
    return Markup('<tfoot>{}</tfoot>').format(
        Markup(str(_row(cells, shown)).replace("<tr>", '<tr class="total">', 1)))


def _cell(value: Any, column: ColumnView, language: Language) -> Any:
    if pd.isna(value) or value == "":
        return NOT_KNOWN if column.is_figure else ""
    if column.kind == "money":
        return language.number(value)
    if column.kind == "number":
        return language.number(value, column.digits)
    if column.kind == "exact":
        return language.number(value, places(value, column.digits))
    if column.kind in {"percent", "change"}:
        return language.percent(value, signed=column.kind == "change")
    if column.kind == "date":
        return value if isinstance(value, str) else language.date(value, "medium")
    word = column.words.get(str(value), str(value))
    if column.kind == "sentence":
        return _one_stop(word)
    if column.kind == "lines":
        return Markup("<br>").join(_one_stop(line) for line in word.split("\n"))
    if column.kind == "pill":
        return Markup('<span class="pill status-{}">{}</span>').format(value, word)
    return word


def places(value: float, most: int) -> int:
    """Decimals that show a figure as it is: none, two as money has them, or up to a limit."""
    return next((digits for digits in (0, 2, *range(3, most))
                 if abs(round(value, digits) - value) < 1e-9), most)


def round_to_total(parts: pd.Series) -> pd.Series:
    """Whole units that add up to the rounded total, each within one unit of its part.

    Parameters
    ----------
    parts : Series
        Amounts; missing ones stay missing. [currency]

    Returns
    -------
    Series
        Whole amounts; the largest remainders are rounded up.
    """
    amounts = parts.to_numpy(dtype="float64")
    rounded = np.floor(amounts)
    remainders = amounts - rounded
    surplus = round(float(parts.sum())) - int(np.nansum(rounded))
    largest = np.argsort(-remainders, kind="stable")  # what is missing comes last
    rounded[largest[:max(surplus, 0)]] += 1
    return pd.Series(rounded, index=parts.index)
