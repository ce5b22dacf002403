"""The competitor's view of us: whom it can reach, and where we fall short by ourselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbrkit.report.exhibits import Html, finding
from qbrkit.report.internal import threat_records
from qbrkit.report.sentences import name_of, words_of

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def reached(review: QuarterReview) -> Html:
    """How many Green Circle accounts a competitor can reach, and the largest of them."""
    words, threats = words_of(review), review.threats
    if threats is None:
        return finding(words.say("Without deals nobody can tell whom a competitor can reach."))
    rows, currency = threats.exposed, review.settings.company.currency
    rows = rows[rows["account_id"].isin(review.labels.index)]
    if rows.empty:
        return finding(words.say("No deal and no family that an account lacks shows a Green Circle "
                                 "account that a competitor can reach."))
    first = rows.iloc[0]
    return finding(
        words.count("A competitor can reach {n} Green Circle account, {name}.",
                    "A competitor can reach {n} Green Circle accounts; the largest is {name}, with "
                    "revenue of {money} in twelve months.", len(rows),
                    name=name_of(review, first["account_id"]),
                    money=words.money(first["revenue_ltm"], currency)),
        words.count("{n} has an open deal in which a competitor is named.",
                    "{n} have an open deal in which a competitor is named.", int(
                        rows["open_deals_n"].gt(0).sum()))
        if rows["open_deals_n"].gt(0).any() else "")


def weak(review: QuarterReview) -> Html:
    """Why deals are lost, how often service falls short, and what customers complain about."""
    words, threats = words_of(review), review.threats
    if threats is None:
        return finding(words.say("No lost deal, level of service or complaint is on record."))
    return finding(threat_records.weak(review, words) or words.say(
        "Of four quarters no lost deal, missed level of service or complaint is on record."))
