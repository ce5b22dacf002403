"""The chart of the transactional plan: contacts per month against capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qbrkit.report import style
from qbrkit.report.exhibits import Html, nothing
from qbrkit.report.sentences import words_of
from qbrkit.report.style import INK, PALE

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

LEAST_HEIGHT = 0.1
"""Least height of a bar that holds its number. [share of the axis]"""


def load(review: QuarterReview) -> Html:
    """Contacts by month, those that fall out on top, and the capacity where all have one."""
    words, load = words_of(review), review.outreach.load
    if load.empty:
        return nothing()
    by_month = load.groupby("month")[["calls_n", "left_out_n"]].sum()
    capacity = load.groupby("month")["capacity_minutes"].apply(
        lambda minutes: minutes.sum(skipna=False)) / review.settings.year_plan.minutes_per_contact
    places, top = np.arange(len(by_month)), by_month.sum(axis="columns")
    with style.chart(2.5, left=0.1, right=0.6, bottom=0.3, top=0.25) as axes:
        axes.bar(places, by_month["calls_n"], width=0.68, color=review.settings.company.accent)
        axes.bar(places, by_month["left_out_n"], width=0.68, color=PALE,
                 bottom=by_month["calls_n"])
        axes.hlines(capacity, places - 0.42, places + 0.42, color=INK, linewidth=1.2)
        highest = max(top.max(), capacity.max() if capacity.notna().any() else 0, 1) * 1.1
        for place, (calls_n, out) in enumerate(zip(
                by_month["calls_n"], by_month["left_out_n"], strict=True)):
            fits = bool(out) and calls_n >= LEAST_HEIGHT * highest
            over = ([] if fits else [words.number(calls_n)]) + (
                [f"+{words.number(out)}"] if out else [])
            if fits:
                axes.annotate(words.number(calls_n), (place, calls_n), xytext=(0, -3), va="top",
                              textcoords="offset points", ha="center", fontsize=8, color="white")
            axes.annotate(" ".join(over), (place, top.iloc[place]), xytext=(0, 2),
                          textcoords="offset points", ha="center", fontsize=8)
        if pd.notna(capacity.iloc[-1]):
            axes.annotate(words.say("capacity"), (places[-1] + 0.42, capacity.iloc[-1]),
                          xytext=(3, 0), textcoords="offset points", va="center", fontsize=8,
                          annotation_clip=False)
        axes.set_ylim(0, highest)
        axes.set_yticks([])
        axes.set_xticks(places, [words.date(one, "LLL yy") for one in by_month.index])
        has_more = bool(by_month["left_out_n"].sum())
        return style.draw(
            axes, words.say("Contacts per month"),
            words.say("in grey: those that fall out of capacity") if has_more else "",
            _described(by_month, review))


def _described(by_month: pd.DataFrame, review: QuarterReview) -> str:
    words = words_of(review)
    told = words.say("Between {least} and {most} contacts a month.",
                     least=words.number(by_month["calls_n"].min()),
                     most=words.number(by_month["calls_n"].max()))
    out = int(by_month["left_out_n"].sum())
    return told if not out else " ".join([told, words.count(
        "{n} that falls out stands in grey on top.", "{n} that fall out stand in grey on top.",
        out)])
