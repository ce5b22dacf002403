"""Charts: one message each, labelled directly, zero base for bars."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qbrkit.disclosure import AccountView
from qbrkit.report import style
from qbrkit.report.exhibits import Html, not_available, nothing, round_to_total
from qbrkit.report.language import Language, language
from qbrkit.report.style import INK, MUTED, PALE
from qbrkit.report.words import family_words

SHOWN = 5
NAME_LENGTH = 28
BAR_INCHES = 0.27


def revenue_by_quarter(view: AccountView) -> Html:
    """The customer's purchases in the last eight quarters, the reviewed one in color."""
    words = language(view.account["language"])
    quarters = view.tables.get("revenue_by_quarter", pd.DataFrame())
    if quarters.empty or not {"quarter", "revenue"} <= set(quarters):
        return nothing()
    labels = [words.months(quarter, short=True) for quarter in quarters["quarter"]]
    figures = [words.number(amount) for amount in quarters["revenue"]]
    amounts = quarters["revenue"].fillna(0.0).to_numpy(dtype=float)  # no bar where not known
    with style.chart(2.5, left=0.15, right=0.15, bottom=0.5, top=0.25) as axes:
        colors = [PALE] * (len(amounts) - 1) + [view.company["accent"]]
        axes.bar(range(len(amounts)), amounts, color=colors, width=0.66)
        axes.axhline(0, color=MUTED, linewidth=0.8)
        for at, (amount, figure) in enumerate(zip(amounts, figures, strict=True)):
            axes.annotate(figure, (at, amount), xytext=(0, 4 if amount >= 0 else -11),
                          textcoords="offset points", ha="center", fontsize=8,
                          fontweight="bold" if at == len(amounts) - 1 else "normal")
        axes.set_xticks(range(len(amounts)), [label.replace(" ", "\n") for label in labels],
                        fontsize=8)
        axes.set_yticks([])
        axes.margins(y=0.12)
        return style.draw(
            axes, words.say("Your purchases by quarter"), view.account["currency"],
            "; ".join(f"{label}: {figure}"
                      for label, figure in zip(labels, figures, strict=True)))


def revenue_by_family(view: AccountView) -> Html:
    """The mix of the quarter: purchases by product family."""
    words = language(view.account["language"])
    families = view.tables.get("revenue_by_family", pd.DataFrame())
    if not {"family", "revenue"} <= set(families):
        return nothing()
    rounded = families.assign(revenue=round_to_total(families["revenue"]))  # as in the table
    bought = rounded[rounded["revenue"].fillna(0.0) != 0]
    if bought.empty:
        return not_available(words.say("There were no purchases in this quarter."))
    names = bought["family"].replace(family_words(words))
    return _bars(names.tolist(), bought["revenue"].tolist(), words,
                 view.company["accent"], words.say("Your purchases by product family"),
                 view.account["currency"])


def _bars(names: Sequence[str], amounts: Sequence[float], words: Language, accent: str, title: str,
          unit: str) -> Html:
    """Horizontal bars from zero, each with its figure; negative ones grey."""
    height = 0.25 + BAR_INCHES * len(names)
    with style.chart(height, left=2.35, right=0.95, bottom=0.1, top=0.1) as axes:
        at = range(len(names))
        axes.barh(at, amounts, color=[accent if amount >= 0 else PALE for amount in amounts],
                  height=0.68)
        axes.axvline(0, color=MUTED, linewidth=0.8)
        axes.set_yticks(at, [short_label(name) for name in names], color=INK)
        axes.invert_yaxis()
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        low, high = min(0.0, *amounts), max(0.0, *amounts)
        axes.set_xlim(low - 0.02 * (high - low), high if high > low else 1.0)
        for position, amount in zip(at, amounts, strict=True):
            axes.annotate(words.number(amount), (max(amount, 0.0), position), xytext=(5, 0),
                          va="center", textcoords="offset points", fontsize=8.5,
                          annotation_clip=False)
        return style.draw(axes, title, unit, "; ".join(
            f"{name}: {words.number(amount)}" for name, amount in zip(names, amounts, strict=True)))


def short_label(label: str) -> str:
    """A label that fits, its id in brackets kept: it tells accounts of one name apart."""
    label = " ".join(label.split())
    if len(label) <= NAME_LENGTH:
        return label
    name, mark, account_id = label.rpartition(" (")
    tail = f"{mark}{account_id}" if mark and len(account_id) < NAME_LENGTH // 2 else ""
    return (name if tail else label)[:NAME_LENGTH - 1 - len(tail)].rstrip() + "…" + tail
