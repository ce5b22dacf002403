"""Tables of the circle: segments and reasons, who is borderline, who stands just outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, note, nothing, table
from qbrkit.report.internal.circle import borderline_accounts, revenue_of_year
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import names_of, words_of
from qbrkit.report.words import reasons_in_words, segment_words
from qbrkit.segmentation import DRAWS, TRANSACTIONAL

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

NEAREST = 10
"""Accounts just outside that are listed: those that the next free reviews would go to."""


def segments(review: QuarterReview) -> Html:
    """Accounts and revenue by segment and reason; the revenue of no account on its own row."""
    words, currency = words_of(review), review.settings.company.currency
    accounts = review.accounts.sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
    groups = accounts.groupby(["segment", "reasons"], sort=False)
    rows = pd.DataFrame([
        {"group": _group_words(str(segment), str(reasons), words), "accounts_n": len(inside),
         "revenue": inside["revenue_ltm"].sum(),
         "place": (segment == TRANSACTIONAL) + (segment == TRANSACTIONAL and not reasons),
         "names": names_of(inside, words) if reasons else ""}
        for (segment, reasons), inside in groups],
        columns=["group", "accounts_n", "revenue", "place", "names"])
    rows = rows.sort_values(["place", "accounts_n"], ascending=[True, False], kind="stable")
    loose = revenue_of_year(review) - review.accounts["revenue_ltm"].sum()
    if abs(loose) >= 0.005:
        rows = pd.concat([rows, pd.DataFrame([{
            "group": words.say("not assigned"), "accounts_n": np.nan, "revenue": loose,
            "place": 3, "names": ""}])], ignore_index=True)
    total = rows["revenue"].sum()
    return table(rows.assign(share=rows["revenue"] / total if total > 0 else np.nan), [
        ColumnView("group", words.say("Segment")),
        ColumnView("accounts_n", words.say("Accounts"), "number"),
        ColumnView("revenue", words.say("Revenue, {currency}", currency=currency), "money"),
        ColumnView("share", words.say("Share"), "percent"),
        ColumnView("names", words.say("Largest of them")),
    ], words.say("Segments over the last twelve months"), words, total=words.say("Total"))


def _group_words(segment: str, reasons: str, words: Language) -> str:
    """A row of the table of segments: a segment, with the reasons where there are any."""
    told = reasons_in_words(reasons, words)
    if segment == TRANSACTIONAL:
        return words.say("transactional: {reasons}", reasons=told) if told else (
            segment_words(words)[TRANSACTIONAL])
    return words.say("Green Circle: {reasons}", reasons=told)


def borderline(review: QuarterReview) -> Html:
    """Borderline accounts: how firm, how much money from the cut, and what decides."""
    words = words_of(review)
    return _near_the_cut(review, borderline_accounts(review),
                         words.say("Borderline accounts, the firmest first"))


def borderline_note(review: QuarterReview) -> Html:
    """How to read the table of borderline accounts."""
    if borderline_accounts(review).empty:
        return nothing()
    words = words_of(review)
    return note(words.say(
        "Firmness: share of {n} perturbed runs in which the rule takes the account (cut share up "
        "to five points lower or higher, months drawn anew in blocks of three, unknown costs "
        "anywhere in their range).", n=words.number(DRAWS)))


def outside(review: QuarterReview) -> Html:
    """Accounts left out because the team can hold no more reviews, with what they miss."""
    words = words_of(review)
    left_out = review.accounts[review.accounts["is_outside_by_capacity"]].sort_values(
        ["distance_to_cut", "account_id"])
    share = words.percent(review.settings.segmentation.cut_share, 0)
    caption = words.say(
        "Just outside: Green Circle at {share} of the total, were there time for their reviews",
        share=share) if len(left_out) <= NEAREST else words.say(
        "Just outside, the nearest {n} of {all}: Green Circle at {share} of the total, were there "
        "time for their reviews", n=words.number(NEAREST), all=words.number(len(left_out)),
        share=share)
    return _near_the_cut(review, left_out.head(NEAREST).drop(columns="segment"), caption)


def _near_the_cut(review: QuarterReview, rows: pd.DataFrame, caption: str) -> Html:
    """Accounts with their firmness and their distance to the nearer cut, what differs only."""
    words, currency = words_of(review), review.settings.company.currency
    if rows.empty:
        return nothing()
    distance = rows["distance_to_cut"].replace(np.inf, np.nan)  # nobody draws a cut
    by_volume = distance == review.cuts.volume - rows["revenue_ltm"]
    shown = rows.assign(distance_to_cut=[_distance(one, words) for one in distance])
    if np.isfinite([review.cuts.volume, review.cuts.margin]).all():
        shown["measure"] = np.where(by_volume, words.say("volume"), words.say("margin"))
    if rows["is_decided_by_guess"].any():
        shown["guess"] = np.where(rows["is_decided_by_guess"], words.say("yes"), words.say("no"))
    return table(shown, [
        ColumnView("label", words.say("Account")),
        ColumnView("segment", words.say("Segment"), words=segment_words(words)),
        ColumnView("firmness", words.say("Firmness"), "percent"),
        ColumnView("distance_to_cut", words.say("To the nearer cut, {currency}",
                                                currency=currency)),
        ColumnView("measure", words.say("Nearer cut")),
        ColumnView("guess", words.say("Do unknown costs decide?")),
    ], caption, words)


def _distance(missing: float, words: Language) -> str:
    """How far above or below the cut; empty where nobody draws one."""
    if pd.isna(missing):
        return ""
    if abs(missing) < PRINTED_AS_ZERO:
        return words.say("at the cut")
    amount = words.number(abs(missing))
    return (words.say("{amount} below", amount=amount) if missing > 0
            else words.say("{amount} above", amount=amount))


def sizes(review: QuarterReview) -> Html:
    """How many accounts would be Green Circle at other cut shares."""
    words, counted = words_of(review), review.circle_sizes
    shares = [words.percent(one, 0) for one in counted["cut_share"]]
    return table(counted.assign(cut_share=shares), [
        ColumnView("cut_share", words.say("Share of the total that draws the circle")),
        ColumnView("accounts_n", words.say("Green Circle accounts"), "number"),
    ], words.say("How large the circle would be elsewhere"), words)


def sizes_note(review: QuarterReview) -> Html:
    """How to read the sizes of the circle."""
    return note(words_of(review).say(
        "Counted by the rule alone, without accounts that are set by hand or stay because they "
        "are not yet two quarters below 0.9 of the cuts."))
