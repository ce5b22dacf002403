"""Who has gone silent against its own rhythm, and who bought nothing for a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qbrkit.growth.silent import LEAST_ORDERS
from qbrkit.report.exhibits import (
    ColumnView,
    Html,
    finding,
    not_available,
    note,
    nothing,
    table,
)
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import names_of, words_of

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

TOLD = 3
"""Silent accounts whose rhythm is told in words; all are in the table."""


def quiet(review: QuarterReview) -> Html:
    """Which accounts are silent, how long, and the revenue at stake."""
    words, silent, stopped = words_of(review), _silent(review), _stopped(review)
    rhythmic = int(review.silent["limit_days"].notna().sum())
    if not rhythmic and stopped.empty:
        return not_available(words.say(
            "No account ordered on {n} days in three years, so none has a rhythm that silence "
            "could break.", n=words.number(LEAST_ORDERS)))
    if silent.empty:
        told = [words.count(
            "{n} account has a rhythm of its own, and it is not silent longer than that allows.",
            "{n} accounts have a rhythm of their own, and none is silent longer than that allows.",
            rhythmic)] if rhythmic else []
    else:
        told = [words.count(
            "{n} account is silent longer than its own rhythm allows, with {money} of revenue in "
            "twelve months.", "{n} accounts are silent longer than their own rhythm allows, with "
            "{money} of revenue in twelve months.", len(silent),
            money=words.money(silent["revenue_ltm"].sum(), review.settings.company.currency)),
            *(_rhythm(row, words) for row in silent.head(TOLD).to_dict("records"))]
    return finding(*told, _gone(stopped, review, words))


def quiet_table(review: QuarterReview) -> Html:
    """Silent and stopped accounts with their last order and their rhythm."""
    words, currency = words_of(review), review.settings.company.currency
    rows = pd.concat([_silent(review), _stopped(review)])
    if rows.empty:
        return nothing()
    rows = rows.assign(state=np.where(rows["is_stopped"], words.say("bought nothing for a year"),
                                      words.say("silent")))
    return table(rows, [
        ColumnView("label", words.say("Account")),
        ColumnView("state", words.say("State")),
        ColumnView("last_order", words.say("Last order"), "date"),
        ColumnView("days_since", words.say("Days since"), "number"),
        ColumnView("usual_gap", words.say("Usual gap, days"), "number"),
        ColumnView("gap_95", words.say("95% of its gaps, at most days"), "number"),
        ColumnView("limit_days", words.say("Limit, days"), "number"),
        ColumnView("orders_n", words.say("Order days"), "number"),
        ColumnView("revenue_ltm", words.say("Revenue of twelve months, {currency}",
                                            currency=currency), "money"),
        ColumnView("revenue_year_before", words.say("Twelve months before, {currency}",
                                                    currency=currency), "money"),
    ], words.say("Silent accounts, and accounts that bought nothing for a year"), words)


def quiet_note(review: QuarterReview) -> Html:
    """What the limit is."""
    if _silent(review).empty and _stopped(review).empty:
        return nothing()
    return note(words_of(review).say(
        "Order days of three years; the limit is the gap that 95% stay below, wider the fewer "
        "gaps it rests on, so that about one active account in twenty is called silent in error."))


def headlines(review: QuarterReview) -> list[Candidate]:
    """The silent accounts, and those that bought nothing for a year, with what they bought."""
    words, currency, found = words_of(review), review.settings.company.currency, []
    silent, stopped = _silent(review), _stopped(review)
    if len(silent):
        row, money = silent.iloc[0].to_dict(), float(silent["revenue_ltm"].sum())
        text = _rhythm(row, words) if len(silent) == 1 else words.say(
            "{names} are silent longer than their own rhythm allows.",
            names=names_of(silent, words))
        found.append(Candidate(money, words.say(
            "{text} In twelve months {money} was bought there.", text=text,
            money=words.money(money, currency))))
    lost = float(stopped["revenue_year_before"].sum())
    if lost >= PRINTED_AS_ZERO:
        found.append(Candidate(lost, _gone(stopped, review, words)))
    return found


def decisions(review: QuarterReview) -> list[str]:
    """Whom to call before they are lost, and whom to win back or let go."""
    words, found = words_of(review), []
    if names := names_of(_silent(review), words):
        found.append(words.say("Call {names} now: silent longer than the own rhythm allows.",
                               names=names))
    if names := names_of(_stopped(review), words):
        found.append(words.say("Win back or let go: {names} bought nothing for a year.",
                               names=names))
    return found


def _silent(review: QuarterReview) -> pd.DataFrame:
    """Silent accounts, most revenue of the year first."""
    return _named(review.silent[review.silent["is_silent"]], review, "revenue_ltm")


def _stopped(review: QuarterReview) -> pd.DataFrame:
    """Accounts without an order for a year, most revenue of the year before first."""
    return _named(review.silent[review.silent["is_stopped"]], review, "revenue_year_before")


def _named(rows: pd.DataFrame, review: QuarterReview, by: str) -> pd.DataFrame:
    labels = review.accounts.set_index("account_id")["label"]
    return rows.assign(label=rows["account_id"].map(labels)).dropna(subset="label").sort_values(
        [by, "account_id"], ascending=[False, True])


def _rhythm(row: dict, words: Language) -> str:
    """How long one account is silent, against its rhythm."""
    days = words.count("{n} day", "{n} days", row["days_since"])
    usual = words.count("every day", "every {n} days", round(row["usual_gap"]))
    return words.say("{name} has not ordered for {days}; usually it orders {usual}, and 95% of its "
                     "gaps are at most {longest}.", name=row["label"], days=days, usual=usual,
                     longest=words.count("{n} day", "{n} days", round(row["gap_95"])))


def _gone(stopped: pd.DataFrame, review: QuarterReview, words: Language) -> str:
    """Who bought nothing for a year, and what they bought in the year before."""
    if stopped.empty:
        return ""
    names, before = names_of(stopped, words), stopped["revenue_year_before"].sum(min_count=1)
    if pd.isna(before):
        return words.count("{n} account bought nothing in the last twelve months: {names}.",
                           "{n} accounts bought nothing in the last twelve months: {names}.",
                           len(stopped), names=names)
    return words.count(
        "{n} account bought nothing in the last twelve months, after {money} in those before: "
        "{names}.", "{n} accounts bought nothing in the last twelve months, after {money} in those "
        "before: {names}.", len(stopped), names=names,
        money=words.money(before, review.settings.company.currency))
