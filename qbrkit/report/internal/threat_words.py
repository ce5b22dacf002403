"""Words for what the deals say of a competitor: counts, changes, and the reasons of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.report.language import NO_BREAK, Language
from qbrkit.threats.shift_share import MARKET
from qbrkit.threats.verdicts import (
    BY_TERRITORY,
    FELL,
    FEW_DEALS,
    KEEPS_PACE,
    LOST,
    LOST_AND_FELL,
    NO_DEALS_BEFORE,
    NO_DEALS_NOW,
    NO_REFERENCE,
    NO_YEAR_BEFORE,
    NOTHING_LOST,
    SHARE,
    SHARE_AND_SIGNALS,
    SHRINKS,
    SIGNALS,
)

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def of(part: float, every: float, words: Language) -> str:
    """A count of another, as "4 of 20"."""
    return words.say("{n} of {all}", n=words.number(part), all=words.number(every))


def points(change: float, low: float, high: float, words: Language) -> str:
    """A change of a share in percentage points with its interval."""
    return words.count("{change} point {range}", "{change} points {range}",
                       abs(round(100 * change)), change=_signed(change, words),
                       range=_range(_signed(low, words), _signed(high, words), words))


def _range(low: str, high: str, words: Language) -> str:
    """The ends of an interval in brackets, in one line."""
    return words.say("({low} to {high})", low=low, high=high).replace(" ", NO_BREAK)


def _signed(share: float, words: Language) -> str:
    rounded = round(100 * share)
    return ("+" if rounded > 0 else "") + words.number(rounded)


def lost(row: Mapping[Any, Any], currency: str, words: Language) -> str:
    """The deals lost to a competitor in the last four quarters, and their money."""
    if not row["lost_n"]:
        return words.say("none lost to it")
    if pd.isna(row["lost_money"]):
        return words.count("{n} lost to it", "{n} lost to it", row["lost_n"])
    return words.count("{n} lost to it, worth {money}", "{n} lost to it, worth {money}",
                       row["lost_n"], money=words.money(row["lost_money"], currency))


def against(review: QuarterReview, territory: Any, words: Language) -> str:
    """How our revenue changed there, and what it is compared with."""
    assert review.threats is not None
    rows = review.threats.shift_share
    row = rows[rows["territory"].isna() if pd.isna(territory) else
               rows["territory"] == territory].iloc[0]
    currency = review.settings.company.currency
    given = {
        "whose": words.say("our revenue") if pd.isna(territory) else words.say("our revenue there"),
        "ours": words.percent(row["change"] / row["before"], signed=True) if row["before"] > 0
        else words.money(row["change"], currency),
        "theirs": words.percent(row["reference_growth"], signed=True)}
    if row["reference"] == MARKET:
        return words.say("{whose} changed by {ours}, the market by {theirs}", **given)
    return words.say("{whose} changed by {ours}, that of the other territories by {theirs}",
                     **given)


def evidence(row: Mapping[Any, Any], words: Language) -> str:
    """What shows that a competitor grows."""
    told = []
    if row["growing_reason"] in {SHARE, SHARE_AND_SIGNALS}:
        told.append(words.say("its share of deals changed by {points}", points=points(
            row["share_change"], row["share_change_low"], row["share_change_high"], words)))
    if row["growing_reason"] in {SIGNALS, SHARE_AND_SIGNALS}:
        told.append(words.say("its signals stand at {index}, a year before at 100",
                              index=_signals(row, words)))
    return words.listed(told)


def growing(row: Mapping[Any, Any], words: Language) -> str:
    """Whether a competitor grows, with the reason, for a cell."""
    reason = row["growing_reason"]
    if reason == FEW_DEALS:
        return words.count("cannot tell: {n} decided deal in two years",
                           "cannot tell: {n} decided deals in two years",
                           row["met_n"] + row["met_n_before"])
    if reason == NO_DEALS_BEFORE:
        return words.say("cannot tell: no decided deal in the year before")
    if reason == NO_DEALS_NOW:
        return words.say("cannot tell: no decided deal in the last four quarters")
    if reason == SIGNALS:
        return words.say("yes: signals at {index}", index=_signals(row, words))
    change = points(row["share_change"], row["share_change_low"], row["share_change_high"], words)
    if reason == SHARE_AND_SIGNALS:
        return words.say("yes: {change}; signals at {index}", change=change,
                         index=words.number(row["signal_index"]))
    if reason == SHARE:
        return words.say("yes: {change}", change=change)
    if reason == SHRINKS:
        return words.say("no, it is met less: {change}", change=change)
    return words.say("no: {change}", change=change)


def _signals(row: Mapping[Any, Any], words: Language) -> str:
    return words.say("{index} {range}", index=words.number(row["signal_index"]), range=_range(
        words.number(row["signal_low"]), words.number(row["signal_high"]), words))


def expense(row: Mapping[Any, Any], reference: Any, words: Language) -> str:
    """Whether it is at our expense, with the reason, for a cell."""
    behind = (words.say("behind the market") if reference == MARKET else
              words.say("behind the other territories"))
    with_them = (words.say("we keep pace with the market") if reference == MARKET else
                 words.say("we keep pace with the other territories"))
    return {
        FEW_DEALS: words.say("cannot tell: too few deals"),
        NO_YEAR_BEFORE: words.say("cannot tell: no invoices of the year before"),
        NO_REFERENCE: words.say("cannot tell: nothing to compare with"),
        BY_TERRITORY: words.say("see the territories"),
        KEEPS_PACE: words.say("no: {pace}", pace=with_them),
        NOTHING_LOST: words.say("no: {behind}, but nothing is lost to it", behind=behind),
        LOST: words.say("yes: {behind}, deals lost to it", behind=behind),
        FELL: words.say("yes: {behind}, and revenue fell in its families", behind=behind),
        LOST_AND_FELL: words.say("yes: {behind}, deals and revenue lost", behind=behind),
    }[row["expense_reason"]]


def win_rate(row: Mapping[Any, Any], words: Language) -> str:
    """Won of the deals that name a competitor, with the interval."""
    if not row["met_n"]:
        return ""
    return words.say("{won} {range}", won=of(row["won_n"], row["met_n"], words), range=_range(
        words.percent(row["win_low"], 0), words.percent(row["win_high"], 0), words))


def loss_reason(row: Mapping[Any, Any], currency: str, words: Language) -> str:
    """The reason given most often for lost deals."""
    before = (words.say("no lost deal in the year before") if not row["of_n_before"] else
              words.say("{n} in the year before", n=of(row["n_before"], row["of_n_before"], words)))
    given = {"reason": row["subject"], "now": of(row["n"], row["of_n"], words), "before": before}
    if pd.isna(row["money"]):
        return words.say("The reason given most often for a lost deal is {reason}: {now}; "
                         "{before}.", **given)
    return words.say("The reason given most often for a lost deal is {reason}: {now}, worth "
                     "{money}; {before}.", money=words.money(row["money"], currency), **given)


def complaints(rows: pd.DataFrame, words: Language) -> str:
    """Complaints of the last four quarters, of those before, and what is open."""
    now, before = rows["n"].sum(), rows["n_before"].sum()
    text = words.count("{n} complaint in the last four quarters, {before} in those before",
                       "{n} complaints in the last four quarters, {before} in those before", now,
                       before=words.number(before))
    if rows["open_n"].isna().all():
        return f"{text}."
    return words.say("{text}; {n} open.", text=text, n=words.number(rows["open_n"].sum()))
