"""Tables of the circle: segments and reasons, who is borderline, who stands just outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, note, nothing, table
from qbrkit.report.internal.circle import borderline_accounts, revenue_of_year
from qbrkit.report.language import Language
from qbrkit.report.sentences import names_of, words_of
from qbrkit.report.words import reasons_in_words, segment_words
from qbrkit.segmentation import DRAWS, TRANSACTIONAL

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def segments(review: QuarterReview) -> Html:
    """Accounts and revenue by segment and reason; the revenue of no account on its own row."""
    words, currency = words_of(review), review.settings.company.currency
    accounts = review.accounts.sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
    groups = accounts.assign(group=accounts["reasons"].mask(
        accounts["segment"] == TRANSACTIONAL, TRANSACTIONAL)).groupby("group", sort=False)
    rows = pd.DataFrame([
        {"group": _group_words(str(name), words), "accounts_n": len(inside),
         "revenue": inside["revenue_ltm"].sum(), "is_last": name == TRANSACTIONAL,
         "names": "" if name == TRANSACTIONAL else names_of(inside, words)}
        for name, inside in groups], columns=["group", "accounts_n", "revenue", "is_last", "names"])
    rows = rows.sort_values(["is_last", "accounts_n"], ascending=[True, False], kind="stable")
    loose = revenue_of_year(review) - review.accounts["revenue_ltm"].sum()
    if abs(loose) >= 0.005:
        rows = pd.concat([rows, pd.DataFrame([{
            "group": words.say("not assigned"), "accounts_n": np.nan, "revenue": loose,
            "is_last": True, "names": ""}])], ignore_index=True)
    total = rows["revenue"].sum()
    return table(rows.assign(share=rows["revenue"] / total if total > 0 else np.nan), [
        ColumnView("group", words.say("Segment")),
        ColumnView("accounts_n", words.say("Accounts"), "number"),
        ColumnView("revenue", words.say("Revenue, {currency}", currency=currency), "money"),
        ColumnView("share", words.say("Share"), "percent"),
        ColumnView("names", words.say("Largest of them")),
    ], words.say("Segments over the last twelve months"), words, total=words.say("Total"))


def _group_words(reasons: str, words: Language) -> str:
    """A row of the table of segments: the transactional accounts, or those of some reasons."""
    if reasons == TRANSACTIONAL:
        return segment_words(words)[TRANSACTIONAL]
    return words.say("Green Circle: {reasons}", reasons=reasons_in_words(reasons, words))


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
        "anywhere in their range); a minus is money above the cut.", n=words.number(DRAWS)))


def outside(review: QuarterReview) -> Html:
    """Accounts left out because the team can hold no more reviews, with what they miss."""
    words = words_of(review)
    left_out = review.accounts[review.accounts["is_outside_by_capacity"]].sort_values(
        ["distance_to_cut", "account_id"])
    return _near_the_cut(review, left_out, words.say(
        "Just outside: Green Circle at {share} of the total, were there time for their reviews",
        share=words.percent(review.settings.segmentation.cut_share, 0)))


def _near_the_cut(review: QuarterReview, rows: pd.DataFrame, caption: str) -> Html:
    """Accounts with their firmness and their distance to the nearer cut."""
    words, currency = words_of(review), review.settings.company.currency
    if rows.empty:
        return nothing()
    distance = rows["distance_to_cut"].replace(np.inf, np.nan)  # nobody draws a cut
    by_volume = distance == review.cuts.volume - rows["revenue_ltm"]
    return table(rows.assign(
        distance_to_cut=distance,
        measure=np.select([distance.isna(), by_volume], ["", words.say("volume")],
                          words.say("margin")),
        guess=np.where(rows["is_decided_by_guess"], words.say("yes"), words.say("no"))), [
        ColumnView("label", words.say("Account")),
        ColumnView("segment", words.say("Segment"), words=segment_words(words)),
        ColumnView("firmness", words.say("Firmness"), "percent"),
        ColumnView("distance_to_cut", words.say("Missing to the nearer cut, {currency}",
                                                currency=currency), "money"),
        ColumnView("measure", words.say("Nearer cut")),
        ColumnView("guess", words.say("Do unknown costs decide?")),
    ], caption, words)


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
