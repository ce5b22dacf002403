"""Whether we keep what we have: net and gross retention, and what makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.exhibits import (
    ColumnView,
    Html,
    finding,
    not_available,
    note,
    nothing,
    table,
)
from qbrkit.report.internal import silent
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import part_of_quarter, words_of
from qbrkit.report.words import segment_words

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.growth.retention import Retention
    from qbrkit.reviews import QuarterReview

PARTS = {"opening": 1, "expansion": 1, "contraction": -1, "churn": -1, "credited": -1, "new": 1,
         "not_assigned": 1}
"""Parts of a retention in the order of the table, with the sign they have in its total."""
NOT_ALWAYS = ["credited", "not_assigned"]
"""Parts that are not shown where they are nothing."""
LOSSES = 5
"""Accounts that lost most, listed."""


def kept(review: QuarterReview) -> Html:
    """How much of the revenue of a year before is left, and what was won and lost in it."""
    words, found = words_of(review), review.retention
    measured = found.year or found.quarter
    if measured is None:
        return not_available(part_of_quarter(review, words) or words.say(
            "The data do not cover the same quarter a year before, so it cannot be told what "
            "became of the revenue of then; export two whole years of invoices."))
    if not measured.opening > 0:
        return finding(words.say("No account bought a year before, so there is nothing to keep."))
    return finding(_rates(measured, review, words), _losses(measured, review, words),
                   _largest(review, words), _circle(review, words), _left_out(measured, words))


def kept_table(review: QuarterReview) -> Html:
    """Opening revenue, what was added and taken away, and the revenue it comes to."""
    words, currency = words_of(review), review.settings.company.currency
    found = {name: one for name, one in (("year", review.retention.year),
                                         ("quarter", review.retention.quarter)) if one}
    if not any(one.opening > 0 for one in found.values()):
        return nothing()
    named = {"opening": words.say("Bought a year before"), "expansion": words.say("Bought more"),
             "contraction": words.say("Bought less"), "churn": words.say("Bought nothing more"),
             "credited": words.say("Credited on top"),
             "new": words.say("Did not buy a year before"),
             "not_assigned": words.say("not assigned")}
    rows = pd.DataFrame([
        {"part": part, "label": named[part]} | {
            column: value for name, one in found.items() for column, value in (
                (f"{name}_n", getattr(one, f"{part}_n", float("nan"))),
                (name, sign * getattr(one, part)))}
        for part, sign in PARTS.items()])
    is_empty = rows["part"].isin(NOT_ALWAYS) & (rows[list(found)] == 0).all(axis="columns")
    return table(rows[~is_empty], [
        ColumnView("label", words.say("What became of the revenue")),
        ColumnView("year_n", words.say("Accounts, twelve months"), "number"),
        ColumnView("year", words.say("Twelve months, {currency}", currency=currency), "money"),
        ColumnView("quarter_n", words.say("Accounts, quarter"), "number"),
        ColumnView("quarter", words.say("Quarter, {currency}", currency=currency), "money"),
    ], words.say("From the revenue of a year before to that of now, at the exchange rates of a "
                 "year before"), words, total=words.say("Revenue now"))


def losses_table(review: QuarterReview) -> Html:
    """The accounts that lost most, Green Circle or not."""
    words, currency, lost = words_of(review), review.settings.company.currency, _lost(review)
    if lost.empty:
        return nothing()
    is_year = lost["comparison"].iloc[0] == "year"
    return table(lost.head(LOSSES), [
        ColumnView("label", words.say("Account")),
        ColumnView("segment", words.say("Segment"), words=segment_words(words)),
        ColumnView("base", words.say("Twelve months before, {currency}", currency=currency)
                   if is_year else words.say("A year before, {currency}", currency=currency),
                   "money"),
        ColumnView("review", words.say("Twelve months, {currency}", currency=currency) if is_year
                   else words.say("Quarter, {currency}", currency=currency), "money"),
        ColumnView("change", words.say("Change at constant rates, {currency}",
                                       currency=currency), "money"),
    ], words.say("The largest losses of all accounts"), words)


def kept_note(review: QuarterReview) -> Html:
    """Why a quarter tells less than a year."""
    if review.retention.quarter is None or not review.retention.quarter.opening > 0:
        return nothing()
    return note(words_of(review).say(
        "Over a single quarter an account that only ordered in another month counts as one that "
        "bought less or nothing."))


def headlines(review: QuarterReview) -> list[Candidate]:
    """What was lost in a year of the accounts of the year before, and who has gone silent."""
    words, year = words_of(review), review.retention.year
    found = silent.headlines(review)
    if year is not None and year.contraction + year.churn >= PRINTED_AS_ZERO:
        currency = review.settings.company.currency
        found.append(Candidate(abs(year.opening - year.retained), words.say(
            "Of the {opening} bought in the twelve months before, {gross} was kept. {largest}",
            opening=words.money(year.opening, currency), gross=words.percent(year.gross),
            largest=_largest(review, words)).strip()))
    return found


def decisions(review: QuarterReview) -> list[str]:
    """Whom to call before they are lost, and whom to win back or let go."""
    return silent.decisions(review)


def _rates(measured: Retention, review: QuarterReview, words: Language) -> str:
    """Net and gross retention with what they are made of."""
    currency = review.settings.company.currency
    values = {"net": words.percent(measured.net), "gross": words.percent(measured.gross),
              "opening": words.money(measured.opening, currency),
              "now": words.money(measured.retained, currency)}
    if review.retention.year is not None:
        return words.count(
            "Net revenue retention is {net}: {n} account that bought for {opening} in the twelve "
            "months before bought for {now} now; without what was added it is {gross} (gross).",
            "Net revenue retention is {net}: {n} accounts that bought for {opening} in the twelve "
            "months before bought for {now} now; without what was added it is {gross} (gross).",
            measured.opening_n, **values)
    return words.count(
        "Net revenue retention of the quarter is {net}: {n} account that bought for {opening} a "
        "year before bought for {now} now; without what was added it is {gross} (gross).",
        "Net revenue retention of the quarter is {net}: {n} accounts that bought for {opening} a "
        "year before bought for {now} now; without what was added it is {gross} (gross).",
        measured.opening_n, **values)


def _losses(measured: Retention, review: QuarterReview, words: Language) -> str:
    """Expansion against contraction and churn, in money and accounts."""
    currency, told = review.settings.company.currency, []
    if measured.expansion >= PRINTED_AS_ZERO:
        told.append(words.count("{n} account bought {money} more", "{n} accounts bought {money} "
                                "more", measured.expansion_n,
                                money=words.money(measured.expansion, currency)))
    if measured.contraction >= PRINTED_AS_ZERO:
        told.append(words.count("{n} bought {money} less", "{n} bought {money} less",
                                measured.contraction_n,
                                money=words.money(measured.contraction, currency)))
    if measured.churn >= PRINTED_AS_ZERO:
        told.append(words.count("{n} that bought for {money} bought nothing more",
                                "{n} that bought for {money} together bought nothing more",
                                measured.churn_n, money=words.money(measured.churn, currency)))
    if measured.credited >= PRINTED_AS_ZERO:
        told.append(words.count("{n} of these was credited {money} on top",
                                "{n} of these were credited {money} on top",
                                measured.credited_n,
                                money=words.money(measured.credited, currency)))
    return f"{words.listed(told)}." if told else ""


def _lost(review: QuarterReview) -> pd.DataFrame:
    """Accounts that bought for less, the largest loss first, over a year where it is known."""
    ranks = review.ranks
    if (ranks["comparison"] == "year").any():
        ranks = ranks[ranks["comparison"] == "year"]
    known = review.accounts.set_index("account_id")
    return ranks[ranks["change"] <= -PRINTED_AS_ZERO].assign(
        label=ranks["account_id"].map(known["label"]),
        segment=ranks["account_id"].map(known["segment"])).dropna(subset="label").sort_values(
        ["change", "account_id"])


def _largest(review: QuarterReview, words: Language) -> str:
    """Where most was lost."""
    lost = _lost(review)
    return "" if lost.empty else words.say(
        "Most was lost at {name}: {money}.", name=lost["label"].iloc[0],
        money=words.money(lost["change"].iloc[0], review.settings.company.currency))


def _circle(review: QuarterReview, words: Language) -> str:
    """The same of the accounts that were Green Circle a year ago."""
    circle = review.retention.circle_year
    if circle is None or not circle.opening > 0:
        return ""
    return words.count(
        "Of the Green Circle of a year ago, {n} account, {net} is left net and {gross} gross.",
        "Of the Green Circle of a year ago, {n} accounts, {net} is left net and {gross} gross.",
        circle.opening_n, net=words.percent(circle.net), gross=words.percent(circle.gross))


def _left_out(measured: Retention, words: Language) -> str:
    """Accounts whose currency has no rate of a year before."""
    return "" if not measured.left_out_n else words.count(
        "{n} account is left out: its currency has no rate of a year before.",
        "{n} accounts are left out: their currencies have no rate of a year before.",
        measured.left_out_n)
