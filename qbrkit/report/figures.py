"""Charts: one message each, labelled directly, zero base for bars."""

from __future__ import annotations

from collections.abc import Sequence

from qbrkit.report import style
from qbrkit.report.exhibits import Html
from qbrkit.report.language import Language
from qbrkit.report.style import INK, MUTED, PALE

SHOWN = 5
NAME_LENGTH = 28
BAR_INCHES = 0.27
LABEL_SHARE = 0.16
"""Part of the chart's width that the figure beside a bar may take."""


def bars(names: Sequence[str], amounts: Sequence[float], words: Language, accent: str, title: str,
         unit: str, marks: Sequence[float] = ()) -> Html:
    """Horizontal bars from zero, each with its figure; negative ones grey.

    `marks` are drawn across the bars, such as the figures of a year before; missing ones are
    left out.
    """
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
        crossed = {position: mark for position, mark in zip(at, marks, strict=False)
                   if mark == mark}
        axes.vlines(list(crossed.values()), [one - 0.42 for one in crossed],
                    [one + 0.42 for one in crossed], color=INK, linewidth=1.6)
        low, high = (edge(0.0, *amounts, *crossed.values()) for edge in (min, max))
        axes.set_xlim(low - 0.02 * (high - low), high + 0.01 * (high - low) if high > low else 1.0)
        for position, amount in zip(at, amounts, strict=True):
            end, mark = max(amount, 0.0), crossed.get(position, 0.0)
            is_in_the_way = end <= mark <= end + LABEL_SHARE * (high - low)
            axes.annotate(words.number(amount), (mark if is_in_the_way else end, position),
                          xytext=(5, 0),
                          va="center", textcoords="offset points", fontsize=8.5,
                          annotation_clip=False)
        return style.draw(axes, title, unit, "; ".join(
            f"{name}: {words.number(amount)}" for name, amount in zip(names, amounts, strict=True)))


def short_label(label: str, length: int = NAME_LENGTH) -> str:
    """A label that fits, its id in brackets kept: it tells accounts of one name apart."""
    label = " ".join(label.split())
    if len(label) <= length:
        return label
    name, mark, account_id = label.rpartition(" (")
    tail = f"{mark}{account_id}" if mark and len(account_id) < length // 2 else ""
    return (name if tail else label)[:length - 1 - len(tail)].rstrip() + "…" + tail
