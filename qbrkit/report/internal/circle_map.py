"""The map of the accounts: margin against volume, with the cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from qbrkit.report import style
from qbrkit.report.exhibits import Html, not_available, note, nothing
from qbrkit.report.figures import SHOWN, short_label
from qbrkit.report.language import Language
from qbrkit.report.sentences import words_of
from qbrkit.report.style import INK, MUTED, PALE, RULE
from qbrkit.segmentation import GREEN_CIRCLE

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

DOTS = 150
"""Accounts drawn at most: more make a page heavy and show nothing new."""
LABEL_POINTS = 11


def account_map(review: QuarterReview) -> Html:
    """Margin against volume of every account with positive amounts, and the cuts."""
    words = words_of(review)
    currency = review.settings.company.currency
    accounts = review.accounts.assign(margin=(
        review.accounts["gross_margin_ltm_low"] + review.accounts["gross_margin_ltm_high"]) / 2)
    drawn = accounts[(accounts["revenue_ltm"] > 0) & (accounts["margin"] > 0)].nlargest(
        DOTS, "revenue_ltm")
    if not review.has_cost:
        return not_available(words.say("Without cost data there is no margin to draw."))
    if drawn.empty:
        return not_available(words.say("No account has revenue and margin above zero to draw."))
    green = drawn["segment"] == GREEN_CIRCLE
    with style.chart(4.2, left=0.75, right=0.35, bottom=0.55) as axes:
        axes.scatter(drawn["revenue_ltm"][~green], drawn["margin"][~green], s=26, color=PALE,
                     linewidths=0)
        axes.scatter(drawn["revenue_ltm"][green], drawn["margin"][green], s=34,
                     color=review.settings.company.accent, linewidths=0)
        axes.set_xscale("log")
        axes.set_yscale("log")
        for amount, line in ((review.cuts.volume, axes.axvline),
                             (review.cuts.margin, axes.axhline)):
            if np.isfinite(amount):
                line(amount, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
        _thousands(axes, words)
        _name_largest(axes, drawn[green])
        axes.set_xlabel(words.say("Revenue of the last twelve months, thousand {currency}",
                                  currency=currency))
        axes.set_ylabel(words.say("Gross margin, thousand {currency}", currency=currency))
        axes.grid(color=RULE, linewidth=0.5)
        return style.draw(
            axes, words.say("Accounts by revenue and gross margin"), words.say("log scales"),
            words.say("Green Circle accounts in color: {green}; transactional ones in grey: "
                      "{others}; the dashed lines are the cuts.", green=words.number(green.sum()),
                      others=words.number((~green).sum())))


def map_note(review: QuarterReview) -> Html:
    """How to read the map of the accounts."""
    if not review.has_cost:
        return nothing()
    return note(words_of(review).say(
        "Right of the upright line an account is Green Circle by volume, above the level line by "
        "margin; accounts without a margin above zero are not drawn."))


def _name_largest(axes: Axes, accounts: pd.DataFrame) -> None:
    """Names beside the largest accounts, but not where they would cover each other."""
    taken: list[float] = []
    largest = accounts.nlargest(2 * SHOWN, "revenue_ltm")
    for name, revenue, margin in zip(largest["label"], largest["revenue_ltm"], largest["margin"],
                                     strict=True):
        height = axes.transData.transform((revenue, margin))[1]
        if all(abs(height - other) > LABEL_POINTS for other in taken):
            taken.append(height)
            axes.annotate(short_label(name), (revenue, margin), xytext=(-6, -3),
                          textcoords="offset points", fontsize=8, ha="right", color=INK)


def _thousands(axes: Axes, words: Language) -> None:
    """Tick labels in thousands, with as many decimals as small amounts need."""
    def label(value: float, _: object) -> str:
        return words.number(value / 1000, 0 if value >= 1000 else 1)
    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        if np.floor(np.log10(high)) <= np.ceil(np.log10(low)):  # fewer than two labels
            axis.axes.set(**{f"{axis.axis_name}lim": (10 ** np.floor(np.log10(low)),
                                                      10 ** np.ceil(np.log10(high)))})
        axis.set_major_formatter(label)
        axis.set_minor_formatter("")
