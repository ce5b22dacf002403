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
TOLD_APART = ["price", "volume", "mix", "volume_and_mix"]
"""Bars that are known only where quantities can be compared."""


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
    """The bars of a bridge that are printed, in whole units; volume and mix may be one.

    They add up to the difference of the two periods as these are printed.

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
    whole = _whole(bars, round(bridge["base"]), round(bridge["review"]))
    return whole[whole != 0]


def _whole(bars: pd.Series, base: float, review: float) -> pd.Series:
    """Whole bars between two whole amounts; what rounding leaves is put to the largest bar."""
    is_largest = bars.index == bars.abs().idxmax()
    return round_to_total(bars + is_largest * (review - base - bars.sum()))


def waterfall_figure(review: QuarterReview) -> Html:
    """The company's bridge over the longest comparison: new and lost are clearest there."""
    words, currency = words_of(review), review.settings.company.currency
    if review.bridges is None:
        return nothing()
    rows, is_year = review.bridges.of(compared(review)), compared(review) == "year"
    bridge = sum_bridges(rows)
    bars = shown_bars(bridge, bool(rows["units_differ"].any()))
    if bars.empty:
        return nothing()
    amounts = {"before": words.number(bridge["base"]), "now": words.number(bridge["review"])}
    title = (words.say("From {before} in the twelve months before to {now} in the last twelve",
                       **amounts) if is_year else
             words.say("From {before} in the quarter a year before to {now} in this one",
                       **amounts))
    names = [*(bar_words(words)[one] for one in bars.index), words.say("Change in all")]
    return _steps(names, [*bars, bars.sum()], words, review.settings.company.accent, title,
                  currency)


def _steps(names: Sequence[str], amounts: Sequence[float], words: Language, accent: str,
           title: str, unit: str) -> Html:
    """Each change where the one before ended, from zero to the whole change, the last bar.

    The amounts of both periods are told and not drawn: beside them no change could be seen.
    """
    ends = np.array([*np.cumsum(amounts[:-1]), amounts[-1]])
    starts = np.array([0.0, *ends[:-2], 0.0])
    left, right = np.minimum(starts, ends), np.maximum(starts, ends)
    texts = [words.number(amount) if amount <= 0 else f"+{words.number(amount)}"
             for amount in amounts]
    colors = [*(accent if amount >= 0 else PALE for amount in amounts[:-1]), MUTED]
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
    columns = [name for name in ("price", "volume", "mix", "volume_and_mix", "not_split",
                                 "new_products", "lost_products", "returns", "exchange_rates")
               if rows[name].abs().ge(PRINTED_AS_ZERO).any()]
    is_year = comparison == "year"
    return exhibit(rows, [
        ColumnView("label", words.say("Account")),
        ColumnView("base", words.say("Twelve months before") if is_year else
                   words.say("Quarter a year before"), "money"),
        *(ColumnView(name, bars[name], "money") for name in columns),
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
    """Whole amounts of which each row adds up; volume and mix are one where units differ.

    Where price and volume cannot be told apart for anything, both are missing and not zero.
    """
    together = rows["units_differ"]
    parts = rows.assign(volume_and_mix=rows["volume"].where(together, 0.0),
                        volume=rows["volume"].mask(together, 0.0), mix=rows["mix"].fillna(0.0))
    if together.any() and not together.all():  # one column, so that rows can be compared
        parts = parts.assign(volume_and_mix=parts[["volume", "mix", "volume_and_mix"]].sum(
            axis="columns"), volume=0.0, mix=0.0)
    names = [*BARS, "volume_and_mix"]
    ends = parts[["base", "review"]].round()
    whole = pd.DataFrame([
        _whole(bars, base, review) if pd.notna(bars["price"]) else bars
        for (_, bars), base, review in zip(parts[names].iterrows(), ends["base"], ends["review"],
                                           strict=True)], index=parts.index)
    is_told = rows["is_measured"] | (rows["not_split_sales"] < PRINTED_AS_ZERO)
    return parts.assign(**ends, **{
        name: whole[name].where(rows["price"].notna() & (
            is_told if name in TOLD_APART else True)) for name in names})
