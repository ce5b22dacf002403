"""Who moved in or out of the circle over the last quarter-ends, and what brought it about."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from qbrkit.periods import quarter_text
from qbrkit.report.exhibits import ColumnView, Html, finding, not_available, nothing, table
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import Language
from qbrkit.report.sentences import names_of, words_of
from qbrkit.segmentation import GREEN_CIRCLE, MARGIN, OVERRIDE, POTENTIAL, VOLUME
from qbrkit.segmentation import moves as by

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

LISTED_QUARTERS = 4
"""Quarter-ends whose moves are listed: a year of them; the rest is counted."""


def moved(review: QuarterReview) -> Html:
    """Who joined the Green Circle since the quarter before, who left it, and how many before."""
    words, accounts = words_of(review), review.accounts
    if accounts["previous_segment"].isna().all():
        return not_available(words.say(
            "The data do not reach back far enough to tell the segments of the quarter before."))
    was_green, is_green = (accounts[name] == GREEN_CIRCLE
                           for name in ("previous_segment", "segment"))
    joined, left = accounts[is_green & ~was_green], accounts[was_green & ~is_green]
    told = [
        words.count("{n} account joined the Green Circle since the quarter before: {names}.",
                    "{n} accounts joined the Green Circle since the quarter before: {names}.",
                    len(joined), names=names_of(joined, words)) if len(joined) else "",
        words.count("{n} account left it: {names}.", "{n} accounts left it: {names}.", len(left),
                    names=names_of(left, words)) if len(left) and len(joined) else
        words.count("{n} account left the Green Circle since the quarter before: {names}.",
                    "{n} accounts left the Green Circle since the quarter before: {names}.",
                    len(left), names=names_of(left, words)) if len(left) else "",
        "" if len(joined) or len(left) else
        words.say("No account changed its segment since the quarter before.")]
    return finding(*told, _since_first(review, words), _not_listed(review, words),
                   _by_hand_since(review, words))


def _since_first(review: QuarterReview, words: Language) -> str:
    """Size of the circle at the first quarter-end, and how many moves there were since."""
    quarters, moves = review.circle.quarters, review.circle.moves
    if len(quarters) < 3:
        return ""
    in_n = int((moves["segment"] == GREEN_CIRCLE).sum())
    before, now = (int(quarters["green_n"].iloc[at]) for at in (0, -1))
    values = {"first": quarter_text(quarters["quarter"].iloc[0]), "joined": words.number(in_n),
              "left": words.number(len(moves) - in_n)}
    if before == now:
        return words.count("Since {first} the circle stayed at {n} account: {joined} joined, "
                           "{left} left.", "Since {first} the circle stayed at {n} accounts: "
                           "{joined} joined, {left} left.", now, **values)
    return words.count(
        "Since {first} the circle went from {before} to {n} account: {joined} joined, {left} "
        "left.", "Since {first} the circle went from {before} to {n} accounts: {joined} joined, "
        "{left} left.", now, before=words.number(before), **values)


def _not_listed(review: QuarterReview, words: Language) -> str:
    """How many moves are too old for the table."""
    first = review.quarter - LISTED_QUARTERS + 1
    older_n = int(sum(one < first for one in review.circle.moves["quarter"]))
    return "" if not older_n else words.count(
        "The {n} move before {quarter} is not listed.",
        "The {n} moves before {quarter} are not listed.", older_n, quarter=quarter_text(first))


def _by_hand_since(review: QuarterReview, words: Language) -> str:
    """From when a segment set by hand counts at the quarter-ends before."""
    accounts, causes = review.accounts, review.circle.moves["cause"]
    if not (accounts[["reasons", "previous_reasons"]] == OVERRIDE).any(axis=None) and not (
            causes.isin([by.OVERRIDE_SET, by.OVERRIDE_EXPIRED]).any()):
        return ""
    return words.say("What is set by hand counts at every quarter-end up to its expiry, or from "
                     "its valid_from on.")


def moves_table(review: QuarterReview) -> Html:
    """Every move at the last four quarter-ends with its reason, latest first."""
    words, moves = words_of(review), review.circle.moves
    moves = moves[[one > review.quarter - LISTED_QUARTERS for one in moves["quarter"]]]
    if moves.empty:
        return nothing()
    labels = review.labels
    return table(moves.assign(
        label=moves["account_id"].map(labels),
        when=[quarter_text(one) for one in moves["quarter"]],
        way=np.where(moves["segment"] == GREEN_CIRCLE, words.say("in"), words.say("out")),
        why=[why_moved(row, review, words) for row in moves.to_dict("records")]), [
        ColumnView("label", words.say("Account")),
        ColumnView("when", words.say("Quarter")),
        ColumnView("way", words.say("In or out")),
        ColumnView("why", words.say("Why"), "sentence"),
    ], words.say("Moves at the last quarter-ends, latest first"), words)


def why_moved(move: Mapping[Hashable, Any], review: QuarterReview, words: Language) -> str:
    """What brought a move about, with its figures before and after and the cut."""
    currency, cause = review.settings.company.currency, move["cause"]
    figures = {name: words.money(move[name], currency)
               for name in ("amount_before", "amount_after", "cut_before", "cut_after",
                            "revenue_after")}
    measure = _measure(move["measure"], words)
    plain = {
        by.OVERRIDE_SET: words.say("set by hand"),
        by.OVERRIDE_EXPIRED: words.say("no longer set by hand"),
        by.DORMANT: words.say("no revenue in twelve months"),
        by.RETURNED: words.say("buys again after twelve months without revenue: {amount}",
                               amount=figures["revenue_after"]),
        by.FIRST_INVOICE: words.say("first invoices, {amount} so far",
                                    amount=figures["revenue_after"]),
        by.GONE: words.say("its potential no longer counts, and without it the account is below "
                           "0.9 of every cut")}
    if cause in plain:
        return plain[cause]
    amounts = [move[name] for name in ("cut_before", "cut_after", "amount_before", "amount_after")]
    stood = {by.ROSE: amounts[3] <= amounts[2], by.CUT_FELL: amounts[1] >= amounts[0]}
    if not np.isfinite(amounts).all() or stood.get(cause, False):
        return words.say("{measure} of {amount_after}, measured by the cut of the quarter",
                         measure=measure, **figures)
    since = quarter_text(move["since"])
    told = {
        by.ROSE: words.say("{measure} rose from {amount_before} to {amount_after} and reaches the "
                           "cut of {cut_after}", measure=measure, **figures),
        by.CUT_FELL: words.say("the cut fell from {cut_before} to {cut_after}: {measure}, "
                               "{amount_before} before and {amount_after} now, reaches it",
                               measure=measure, **figures),
        by.FELL: words.say("{measure} fell from {amount_before} in {since} to {amount_after}, the "
                           "second quarter in a row below 0.9 of the cut, now {cut_after}",
                           measure=measure, since=since, **figures),
        by.CUT_ROSE: words.say("the cut rose from {cut_before} in {since} to "
                               "{cut_after}, and {measure}, {amount_before} then and "
                               "{amount_after} now, is below 0.9 of it for the second quarter",
                               measure=measure, since=since, **figures)}
    return told[cause]


def headlines(review: QuarterReview) -> list[Candidate]:
    """The largest account that left since the quarter before, and the largest that joined."""
    words, moves = words_of(review), review.circle.moves
    last = moves[(moves["quarter"] == review.quarter)
                 & moves["cause"].isin([by.ROSE, by.FELL, by.CUT_FELL, by.CUT_ROSE, by.DORMANT])]
    labels, found = review.labels, []
    for is_in in (False, True):
        rows = last[(last["segment"] == GREEN_CIRCLE) == is_in]
        if rows.empty:
            continue
        change = (rows["revenue_after"] - rows["revenue_before"]).abs().astype(float)
        row = rows.to_dict("records")[int(np.argmax(change.to_numpy()))]
        values = {"name": labels[row["account_id"]], "why": why_moved(row, review, words)}
        found.append(Candidate(float(change.max()), words.say(
            "{name} joined the Green Circle: {why}.", **values) if is_in else words.say(
            "{name} left the Green Circle: {why}.", **values)))
    return found


def _measure(measure: str, words: Language) -> str:
    """What a move is measured by."""
    return {VOLUME: words.say("revenue of twelve months"),
            MARGIN: words.say("gross margin of twelve months"),
            POTENTIAL: words.say("revenue with the realizable potential"),
            by.POTENTIAL_MARGIN: words.say("gross margin with the realizable potential"),
            }[measure]
