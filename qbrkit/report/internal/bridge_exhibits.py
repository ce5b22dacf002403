"""The bridge of the company as a chart, and those of the accounts that moved most as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qbrkit.growth.bridge import BARS, sum_bridges
from qbrkit.report import style
from qbrkit.report.exhibits import ColumnView, Html, nothing, round_to_total
from qbrkit.report.exhibits import table as exhibit
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import words_of
from qbrkit.report.style import INK, MUTED, PALE

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

SHOWN = 5
"""Accounts at each end of the table."""
BAR_INCHES = 0.27


def bar_words(words: Language) -> dict[str, str]:
    """Names of the bars, in the order in which they are shown."""
    return {"price": words.say("Price"), "volume": words.say("Volume"), "mix": words.say("Mix"),
            "volume_and_mix": words.say("Volume and mix"),
            "not_split": words.say("Price and volume together"),
            "new_products": words.say("Newly bought"),
            "lost_products": words.say("No longer bought"),
            "returns": words.say("Credits and returns"),
            "exchange_rates": words.say("Exchange rates"),
            "without_rate": words.say("No rate of a year ago")}


def shown_bars(bridge: pd.Series, units_differ: bool) -> pd.Series:
    """The bars of a bridge that are printed, in whole units that add up; volume and mix may be one.

    Parameters
    ----------
    bridge : Series
        From `sum_bridges`. [company currency]
    units_differ : bool
        Mix cannot be told apart from volume everywhere.
    """
    bars = bridge.reindex([*BARS, "without_rate"]).fillna(0.0)
    if units_differ:
        bars["volume_and_mix"] = bars.pop("volume") + bars.pop("mix")
    order = ["price", "volume", "mix", "volume_and_mix", "not_split", "new_products",
             "lost_products", "returns", "exchange_rates", "without_rate"]
    bars = bars.reindex([name for name in order if name in bars.index])
    whole = round_to_total(pd.concat([bridge[["base"]], bars]))[1:]
    return whole[whole != 0]


def waterfall_figure(review: QuarterReview) -> Html:
    """The company's bridge from the year-ago quarter to this one."""
    words, currency = words_of(review), review.settings.company.currency
    if review.bridges is None:
        return nothing()
    rows = review.bridges.of("quarter")
    bridge = sum_bridges(rows)
    bars = shown_bars(bridge, bool(rows["units_differ"].any()))
    if bars.empty:
        return nothing()
    base = round(bridge["review"]) - bars.sum()
    names = [words.say("Quarter a year before"), *(bar_words(words)[one] for one in bars.index),
             words.say("This quarter")]
    return _steps(names, [base, *bars, base + bars.sum()], words, review.settings.company.accent,
                  words.say("From the quarter a year before to this one"), currency)


def _steps(names: Sequence[str], amounts: Sequence[float], words: Language, accent: str,
           title: str, unit: str) -> Html:
    """Bars from zero for the two ends, and between them each change where the one before ended."""
    ends = np.array([amounts[0], *np.cumsum(amounts[:-1])[1:], amounts[-1]])
    starts = np.array([0.0, *ends[:-2], 0.0])
    left, right = np.minimum(starts, ends), np.maximum(starts, ends)
    is_end = np.isin(np.arange(len(names)), [0, len(names) - 1])
    texts = [words.number(amount) if end or amount < 0 else f"+{words.number(amount)}"
             for amount, end in zip(amounts, is_end, strict=True)]
    colors = [MUTED if end else accent if amount >= 0 else PALE
              for amount, end in zip(amounts, is_end, strict=True)]
    with style.chart(0.25 + BAR_INCHES * len(names), left=2.35, right=0.95, bottom=0.1,
                     top=0.1) as axes:
        at = np.arange(len(names))
        axes.barh(at, right - left, left=left, color=colors, height=0.68)
        axes.vlines(ends[:-1], at[:-1], at[1:], color=MUTED, linewidth=0.6)
        axes.axvline(0, color=MUTED, linewidth=0.8)
        axes.set_yticks(at, names, color=INK)
        axes.invert_yaxis()
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        low, high = min(0.0, left.min()), max(0.0, right.max())
        axes.set_xlim(low - 0.02 * (high - low), high)
        for position, (text, edge) in enumerate(zip(texts, right, strict=True)):
            axes.annotate(text, (max(edge, 0.0), position), xytext=(5, 0), va="center",
                          textcoords="offset points", fontsize=8.5, annotation_clip=False)
        return style.draw(axes, title, unit, "; ".join(
            f"{name}: {text}" for name, text in zip(names, texts, strict=True)))


def accounts_table(review: QuarterReview) -> Html:
    """Bridges of the Green Circle accounts that grew and shrank most."""
    words, currency = words_of(review), review.settings.company.currency
    if review.bridges is None:
        return nothing()
    comparison = compared(review)
    moved = most_moved(review, comparison)
    if moved.empty:
        return nothing()
    rows, bars = _printed(moved), bar_words(words)
    columns = [name for name in ("volume", "mix", "volume_and_mix", "not_split")
               if rows[name].abs().ge(PRINTED_AS_ZERO).any()]
    is_year = comparison == "year"
    return exhibit(rows, [
        ColumnView("label", words.say("Account")),
        ColumnView("base", words.say("Twelve months before") if is_year else
                   words.say("Quarter a year before"), "money"),
        *(ColumnView(name, bars[name], "money") for name in (
            "price", *columns, "new_products", "lost_products", "returns", "exchange_rates")),
        ColumnView("review", words.say("Last twelve months") if is_year else
                   words.say("This quarter"), "money"),
    ], words.say("Bridges of the Green Circle accounts that grew and shrank most, {currency}",
                 currency=currency), words)


def compared(review: QuarterReview) -> str:
    """The longest comparison there is: twelve months say more than a quarter."""
    is_year = review.bridges is not None and len(review.bridges.of("year"))
    return "year" if is_year else "quarter"


def green_bridges(review: QuarterReview, comparison: str) -> pd.DataFrame:
    """Bridges of the Green Circle accounts, with their label; largest revenue first."""
    if review.bridges is None:
        return pd.DataFrame()
    green = review.green_circle[["account_id", "label"]]
    return green.merge(review.bridges.of(comparison), on="account_id", validate="1:1")


def most_moved(review: QuarterReview, comparison: str) -> pd.DataFrame:
    """The Green Circle accounts that grew and shrank most at constant rates, best first."""
    rows = green_bridges(review, comparison)
    order = rows.assign(moved=rows["change"] - rows["exchange_rates"].fillna(0.0)).sort_values(
        ["moved", "account_id"], ascending=[False, True])
    return pd.concat([order.head(SHOWN), order.tail(SHOWN)]).drop_duplicates("account_id")


def _printed(rows: pd.DataFrame) -> pd.DataFrame:
    """Whole amounts of which each row adds up; volume and mix are one where units differ."""
    together = rows["units_differ"]
    parts = rows.assign(volume_and_mix=rows["volume"].where(together, 0.0),
                        volume=rows["volume"].mask(together, 0.0), mix=rows["mix"].fillna(0.0))
    if together.any() and not together.all():  # one column, so that rows can be compared
        parts = parts.assign(volume_and_mix=parts[["volume", "mix", "volume_and_mix"]].sum(
            axis="columns"), volume=0.0, mix=0.0)
    names = ["base", *BARS, "volume_and_mix"]
    is_known = rows["price"].notna()
    whole = parts[names].apply(round_to_total, axis="columns")
    printed = parts.assign(**{name: whole[name].where(is_known) for name in names[1:]},
                           base=whole["base"].where(is_known, parts["base"]))
    return printed.assign(review=whole.sum(axis="columns").where(is_known, parts["review"]))
