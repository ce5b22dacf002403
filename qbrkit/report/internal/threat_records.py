"""What the answers about competitors rest on: the deals, our weaknesses, and who is exposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.report.internal import threat_words
from qbrkit.report.language import Language
from qbrkit.threats.weaknesses import COMPLAINT, LOSS_REASON, SERVICE_LEVEL

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows over all territories; of a review narrowed to one, the rows of that one."""
    every = rows[rows["territory"].isna()]
    return every if len(every) else rows


def known(review: QuarterReview) -> pd.DataFrame:
    """Rows of known competitors."""
    assert review.threats is not None
    rows = review.threats.encounters
    return rows[rows["competitor"].notna()]


def deals(review: QuarterReview, words: Language) -> str:
    """All deals by outcome, and how many name no known competitor."""
    assert review.threats is not None
    counted = whole(review.threats.unknown).sum(numeric_only=True)
    if not counted.get("deals_n", 0):
        return ""
    both = {name: words.number(counted[f"{name}_n"] + counted[f"{name}_n_before"])
            for name in ("won", "lost", "no_decision")}
    text = words.count(
        "{n} deal of two years: {won} won, {lost} lost, {no_decision} without decision, {open} "
        "open; {unnamed} without a known competitor.",
        "{n} deals of two years: {won} won, {lost} lost, {no_decision} without decision, {open} "
        "open; {unnamed} without a known competitor.", counted["deals_n"],
        open=words.number(counted["open_n"]), unnamed=words.number(counted["unnamed_n"]), **both)
    if unpriced := counted["unpriced_n"]:
        text += " " + words.count("Of the last four quarters, {n} lost deal has no amount and "
                                  "is in no sum.", "Of the last four quarters, {n} lost deals "
                                  "have no amount and are in no sum.", unpriced)
    if left_out := counted["left_out_n"]:
        text += " " + words.count("{n} more has no outcome or no day and is in no figure.",
                                  "{n} more have no outcome or no day and are in no figure.",
                                  left_out)
    return text


def no_deals(counted: pd.DataFrame, words: Language) -> str:
    """That no deal can be used, and why."""
    left_out = int(counted["left_out_n"].sum()) if len(counted) else 0
    if not left_out:
        return words.say("No deal of the last eight quarters is on record.")
    return words.count("{n} deal cannot be used: it has no outcome, or no day on which it ended.",
                       "{n} deals cannot be used: they have no outcome, or no day on which they "
                       "ended.", left_out)


def better_records(review: QuarterReview, territory: Any, words: Language) -> str:
    """That more deals name a competitor than before, which looks like growth by itself."""
    assert review.threats is not None
    counted = review.threats.unknown
    counted = counted[counted["territory"].isna() if pd.isna(territory) else
                      counted["territory"] == territory]
    if counted.empty or not (counted["unknown_share"] < counted["unknown_share_before"]).all():
        return ""
    row = counted.iloc[0]
    return words.say(
        "Deals without a known competitor fell from {before} to {now} there: a part of the rise "
        "may be better records.", before=threat_words.of(
            row["unknown_n_before"], row["decided_n_before"], words),
        now=threat_words.of(row["unknown_n"], row["decided_n"], words))


def weak(review: QuarterReview, words: Language) -> str:
    """Why most was lost, and how often service fell short or customers complained."""
    assert review.threats is not None
    rows, currency = whole(review.threats.weaknesses), review.settings.company.currency
    told = []
    reasons = rows[(rows["kind"] == LOSS_REASON) & rows["subject"].notna() & (rows["n"] > 0)]
    if len(reasons):
        told.append(threat_words.loss_reason(reasons.to_dict("records")[0], currency, words))
    levels = rows[rows["kind"] == SERVICE_LEVEL]
    if levels["of_n"].sum() > 0:
        told.append(words.say("Levels of service missed: {missed}.", missed=threat_words.of(
            levels["n"].sum(), levels["of_n"].sum(), words)))
    complaints = rows[rows["kind"] == COMPLAINT]
    if len(complaints):
        told.append(threat_words.complaints(complaints, words))
    return " ".join(told)


def exposed(review: QuarterReview, words: Language) -> str:
    """How many Green Circle accounts a competitor can reach."""
    assert review.threats is not None
    rows = review.threats.exposed
    if rows.empty:
        return ""
    return words.count(
        "{n} Green Circle account is exposed, with {money} of revenue in twelve months: named in a "
        "deal with a known competitor, or without a family where one is met.",
        "{n} Green Circle accounts are exposed, with {money} of revenue in twelve months: named in "
        "a deal with a known competitor, or without a family where one is met.",
        len(rows), money=words.money(rows["revenue_ltm"].sum(), review.settings.company.currency))
