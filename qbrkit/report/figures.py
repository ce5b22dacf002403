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


def bars(names: Sequence[str], amounts: Sequence[float], words: Language, accent: str, title: str,
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
