"""Did we keep our promises? Kept and missed, by review and by person, ours and theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.commitments import COUNTS, KEPT, MISSED, OPEN, OURS, THEIRS, kept_share
from qbrkit.periods import quarter_text
from qbrkit.report.exhibits import (
    ColumnView,
    Html,
    finding,
    missing,
    not_available,
    nothing,
    table,
)
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import Language
from qbrkit.report.sentences import names_of, words_of
from qbrkit.report.words import outcome_words

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview

REVIEWS_SHOWN = 8


def state(review: QuarterReview) -> Html:
    """What became of the promises of the review before, and of those of all reviews."""
    words = words_of(review)
    if review.promises is None:
        return missing(words, words.say("No promises are recorded."), ["commitments"],
                       words.say("account managers"))
    return finding(kept(review, words) or words.say(
        "No promise was made in the review of {quarter}.",
        quarter=quarter_text(review.quarter - 1)), _still_open(review, words),
        _overdue(review, words), _all_reviews(review, words))


def by_review(review: QuarterReview) -> Html:
    """Promises of the last reviews and what became of them, ours and theirs apart."""
    words, counts = words_of(review), review.promise_counts
    if counts is None or counts.empty:
        return nothing()
    rows = _sums(counts, ["review_quarter", "side"]).sort_values(
        ["review_quarter", "side"], ascending=[False, True])
    shown = sorted(rows["review_quarter"].unique())[-REVIEWS_SHOWN:]
    return table(rows[rows["review_quarter"].isin(shown)], [
        ColumnView("review_quarter", words.say("Review")),
        ColumnView("side", words.say("Whose"), words={
            OURS: words.say("ours"), THEIRS: words.say("the customers'")}),
        *_count_columns(words),
    ], words.say("Promises by review, the latest first"), words)


def by_owner(review: QuarterReview) -> Html:
    """Our people by their promises: who missed most first."""
    words, counts = words_of(review), review.promise_counts
    if counts is None or not (counts["side"] == OURS).any():
        return nothing()
    ours = counts[counts["side"] == OURS]
    rows = _sums(ours.assign(owner=ours["owner"].fillna(words.say("nobody named"))), ["owner"])
    return table(rows.sort_values(["missed_n", "made_n", "owner"], ascending=[False, False, True]),
                 [ColumnView("owner", words.say("Who")), *_count_columns(words)],
                 words.say("Our promises by person, all reviews"), words)


def broken(review: QuarterReview) -> Html:
    """Our promises of the review before that were not kept."""
    words = words_of(review)
    if review.promises is None:
        return nothing()
    rows = review.promises[~review.promises["outcome"].isin([KEPT, OPEN])
                           & (review.promises["side"] == OURS)]
    if rows.empty:
        return not_available(words.say("No promise of ours was missed or dropped."))
    if rows["reason"].isna().all():
        rows = rows.drop(columns="reason")
    labels = rows["account_id"].map(review.labels).fillna(rows["account_id"])
    return table(rows.assign(label=labels), [
        ColumnView("label", words.say("Account")),
        ColumnView("text", words.say("What we promised"), "sentence"),
        ColumnView("owner", words.say("Who")),
        ColumnView("due", words.say("Due"), "date"),
        ColumnView("outcome", words.say("Outcome"), "pill", words=outcome_words(words)),
        ColumnView("reason", words.say("Why"), "sentence"),
    ], words.say("Our promises that were not kept"), words)


def headlines(review: QuarterReview) -> list[Candidate]:
    """The revenue of accounts that wait for what we promised."""
    words, accounts = words_of(review), review.accounts
    late = accounts[accounts["missed_n"] > 0]
    if late.empty:
        return []
    return [Candidate(float(late["revenue_ltm"].clip(lower=0).sum()), kept(review, words))]


def decisions(review: QuarterReview) -> list[str]:
    """Where to answer for what was missed, and what to settle anew."""
    words, green = words_of(review), review.green_circle
    if review.promises is None:
        return []
    missed = review.promises[(review.promises["side"] == OURS)
                             & (review.promises["outcome"] == MISSED)]["account_id"]
    found = []
    if names := names_of(green[green["account_id"].isin(missed)], words):
        found.append(words.say("Answer for missed promises at {names}.", names=names))
    if names := names_of(green[green["overdue_promises_n"] > 0], words):
        found.append(words.say("Keep what is overdue or agree on a new day: {names}.",
                               names=names))
    return found


def kept(review: QuarterReview, words: Language) -> str:
    """Our promises of the last review, kept and missed."""
    accounts = review.accounts
    made, kept_n, missed = (accounts[name].sum() for name in ("promises_n", "kept_n", "missed_n"))
    if review.promises is None or not made:
        return ""
    text = words.count("We kept {n} of {made} promises of the last review",
                       "We kept {n} of {made} promises of the last review", kept_n,
                       made=words.number(made))
    if not missed:
        return f"{text}."
    late = accounts[accounts["missed_n"] > 0].sort_values(
        ["missed_n", "revenue_ltm"], ascending=False)
    return words.count("{text} and missed {n}: {names}.", "{text} and missed {n}: {names}.",
                       missed, text=text, names=names_of(late, words))


def _still_open(review: QuarterReview, words: Language) -> str:
    """Promises of ours of the last review that are neither due nor kept."""
    accounts = review.accounts
    open_n = accounts["promises_n"] - accounts[["kept_n", "missed_n", "dropped_n"]].sum(axis=1)
    waiting = accounts[open_n > 0].sort_values(["revenue_ltm", "account_id"],
                                               ascending=[False, True])
    return "" if waiting.empty else words.count(
        "{n} is still open: {names}.", "{n} are still open: {names}.", open_n.sum(),
        names=names_of(waiting, words))


def _overdue(review: QuarterReview, words: Language) -> str:
    """Promises of ours that are open after their due day, of whatever review."""
    late = review.accounts[review.accounts["overdue_promises_n"] > 0]
    return "" if late.empty else words.count(
        "{n} of ours is overdue: {names}.", "{n} of ours are overdue: {names}.",
        late["overdue_promises_n"].sum(), names=names_of(late, words))


def _all_reviews(review: QuarterReview, words: Language) -> str:
    """Which part of the promises each side kept over all reviews, where there are several."""
    counts = review.promise_counts
    if counts is None or counts["review_quarter"].nunique() < 2:
        return ""
    shares = kept_share(counts.groupby("side")[list(COUNTS)].sum()).reindex([OURS, THEIRS])
    told = {side: words.percent(share) for side, share in shares.items()}
    if shares.isna().all():
        return ""
    if pd.isna(shares[THEIRS]):
        return words.say("Over all reviews we kept {share} of those kept or missed.",
                         share=told[OURS])
    if pd.isna(shares[OURS]):
        return words.say("Over all reviews the customers kept {share} of theirs that were kept or "
                         "missed.", share=told[THEIRS])
    return words.say("Over all reviews we kept {ours} of those kept or missed, the customers "
                     "{theirs}.", ours=told[OURS], theirs=told[THEIRS])


def _sums(counts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    sums = counts.groupby(by)[list(COUNTS)].sum()
    return sums.assign(kept_share=kept_share(sums)).reset_index()


def _count_columns(words: Language) -> list[ColumnView]:
    return [
        ColumnView("made_n", words.say("Made"), "number"),
        ColumnView("kept_n", words.say("Kept"), "number"),
        ColumnView("missed_n", words.say("Missed"), "number"),
        ColumnView("overdue_n", words.say("of which overdue"), "number"),
        ColumnView("dropped_n", words.say("Dropped"), "number"),
        ColumnView("open_n", words.say("Open"), "number"),
        ColumnView("kept_share", words.say("Kept of kept and missed"), "percent"),
    ]
