"""The map of the accounts: margin against volume, with the cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import NullLocator

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
DOT, LETTER, HEIGHT = 3, 4.4, 8
"""Radius of a dot, width of a letter, height of a name. [points]"""
SPOTS = ((-6, 0), (-3, 9))
"""Where the end of a name may lie, seen from its dot. [points]"""


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
        axes.set_xscale("log")
        axes.set_yscale("log")
        _dots(axes, drawn[~green], 5.1, PALE)
        _dots(axes, drawn[green], 5.8, review.settings.company.accent)
        for amount, line in ((review.cuts.volume, axes.axvline),
                             (review.cuts.margin, axes.axhline)):
            if np.isfinite(amount):
                line(amount, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
        _thousands(axes, words)
        _name_largest(axes, drawn, green)
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


def _dots(axes: Axes, accounts: pd.DataFrame, width: float, color: str) -> None:
    """A dot for each account, all in one path: lines of no length with round ends."""
    at = np.repeat(accounts[["revenue_ltm", "margin"]].to_numpy(dtype="float64"), 2, axis=0)
    if not len(at):
        return
    path = Path(at, [Path.MOVETO, Path.LINETO] * len(accounts))
    path.should_simplify = False  # it would leave out lines of no length
    axes.add_patch(PathPatch(path, fill=False, capstyle="round", linewidth=width,
                             edgecolor=color))
    axes.autoscale_view()


def _name_largest(axes: Axes, drawn: pd.DataFrame, green: pd.Series) -> None:
    """Names at the largest Green Circle accounts, where neither a dot nor another name lies."""
    where = drawn[["revenue_ltm", "margin"]].to_numpy(dtype="float64")
    dots, (edge, _) = axes.transData.transform(where), axes.transAxes.transform((0, 0))
    taken = np.column_stack([dots[:, 0] - DOT, dots[:, 0] + DOT, dots[:, 1] - DOT,
                             dots[:, 1] + DOT])  # left, right, bottom, top of what is there
    order = np.lexsort((drawn["account_id"], -drawn["revenue_ltm"]))
    for at in [one for one in order if green.iloc[one]][:2 * SHOWN]:
        name = short_label(drawn["label"].iloc[at])
        for across, up in SPOTS:
            right, middle = dots[at] + (across, up)
            box = right - LETTER * len(name), right, middle - HEIGHT / 2, middle + HEIGHT / 2
            covers = ((taken[:, 0] < box[1]) & (taken[:, 1] > box[0])
                      & (taken[:, 2] < box[3]) & (taken[:, 3] > box[2]))
            if box[0] > edge and not covers.any():
                taken = np.vstack([taken, box])
                axes.annotate(name, tuple(where[at]), xytext=(across, up - 3),
                              textcoords="offset points", fontsize=8, ha="right", color=INK)
                break


def _thousands(axes: Axes, words: Language) -> None:
    """Tick labels in thousands, with as many decimals as small amounts need."""
    def label(value: float, _: object) -> str:
        return words.number(value / 1000, 0 if value >= 1000 else 1)
    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        if np.floor(np.log10(high)) <= np.ceil(np.log10(low)):  # fewer than two labels
            axis.axes.set(**{f"{axis.axis_name}lim": (10 ** np.floor(np.log10(low)),
                                                      10 ** np.ceil(np.log10(high)))})
        axis.set_major_formatter(label)
        axis.set_minor_locator(NullLocator())
