"""Which accounts follow an economic series, how many quarters later, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, finding, missing, note, nothing, table
from qbrkit.report.language import Language
from qbrkit.report.sentences import name_of, words_of
from qbrkit.risks.sensitivity import CHANCE, FALSE_SHARE, LEAST_QUARTERS

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview

LISTED = 10


def followers(review: QuarterReview) -> Html:
    """How many accounts follow an economic series, and which is sure."""
    words, pairs = words_of(review), review.risks.sensitivities
    if pairs is None:
        return missing(words, words.say("No economic series is at hand, so nobody can say which "
                                        "account follows one."), ["indicators"],
                       words.say("controlling"))
    if pairs.empty:
        return finding(words.say(
            "No account can be held against an indicator: that takes {n} quarters which both "
            "cover without a gap, and the data hold {here} complete ones.",
            n=words.number(LEAST_QUARTERS), here=words.number(review.risks.quarters_n)))
    close, by_chance = int((pairs["p_value"] <= CHANCE).sum()), CHANCE * len(pairs)
    tried = words.count(
        "{n} pair of account and indicator was tried; {close} pass at a chance of {chance}, where "
        "about {expected} would by chance alone.",
        "{n} pairs of account and indicator were tried; {close} pass at a chance of {chance}, "
        "where about {expected} would by chance alone.", len(pairs), close=words.number(close),
        chance=words.percent(CHANCE, 0), expected=words.number(
            by_chance, 0 if by_chance >= 2 else 1 if by_chance >= 0.1 else 2))
    return finding(tried, _sure(review, words))


def followers_table(review: QuarterReview) -> Html:
    """Accounts that move with an indicator, the surest first; if none is sure, the surest."""
    words, rows = words_of(review), _shown(review)
    if rows.empty:
        return nothing()
    is_sure = bool((rows["q_value"] <= FALSE_SHARE).all())
    return table(rows.assign(name=[name_of(review, one) for one in rows["account_id"]]), [
        ColumnView("name", words.say("Account")),
        ColumnView("indicator", words.say("Indicator")),
        ColumnView("lag", words.say("Quarters later"), "number"),
        ColumnView("rho", words.say("Rank correlation"), "number", digits=2),
        ColumnView("quarters_n", words.say("Quarters"), "number"),
        ColumnView("p_value", words.say("Chance"), "number", digits=4),
        ColumnView("q_value", words.say("Expected share of false hits"), "percent"),
    ], words.say("Accounts that move with an indicator, surest first") if is_sure else
        words.say("The surest pair, which may well be chance"), words)


def _shown(review: QuarterReview) -> pd.DataFrame:
    """Pairs that stand when all are counted; if none does, the surest that passes alone."""
    pairs = review.risks.sensitivities
    if pairs is None:
        return pd.DataFrame()
    sure = pairs[pairs["q_value"] <= FALSE_SHARE]
    return sure.head(LISTED) if len(sure) else pairs[pairs["p_value"] <= CHANCE].head(1)


def followers_note(review: QuarterReview) -> Html:
    """How to read the correlations."""
    if _shown(review).empty:
        return nothing()
    return note(words_of(review).say(
        "Chance: how often a made-up series that drifts or rises as the indicator does fits as "
        "well at any of the lags. A correlation is no cause."))


def _sure(review: QuarterReview, words: Language) -> str:
    """The pairs that stand when all that were tried are counted."""
    pairs = review.risks.sensitivities
    assert pairs is not None
    sure = pairs[pairs["q_value"] <= FALSE_SHARE]
    if sure.empty:
        return words.say("None is sure once all that were tried are counted.")
    first = sure.iloc[0]
    given = {"name": name_of(review, first["account_id"]), "indicator": first["indicator"],
             "rho": words.number(first["rho"], 2), "n": words.number(first["quarters_n"])}
    told = words.say(
        "Surest: {name} moves with {indicator} in the same quarter (rank correlation {rho} over "
        "{n} quarters).", **given) if first["lag"] == 0 else words.count(
        "Surest: {name} moves with {indicator} {n} quarter later (rank correlation {rho} over "
        "{over} quarters).", "Surest: {name} moves with {indicator} {n} quarters later (rank "
        "correlation {rho} over {over} quarters).", int(first["lag"]), name=given["name"],
        indicator=given["indicator"], rho=given["rho"], over=given["n"])
    return told + (" " + words.count("{n} more pair is as good as sure.",
                                     "{n} more pairs are as good as sure.", len(sure) - 1)
                   if len(sure) > 1 else "")
