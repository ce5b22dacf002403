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
from qbrkit.report.words import listed_names

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

TOLD = 3
"""Silent accounts whose rhythm is told in words; all are in the table."""
FALSE_ALARMS, DAYS_OF_YEAR = 0.05, 365
"""Part of the accounts that order in a year which the rule calls silent in error."""


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
    return finding(*told, _gone(stopped, review, words), _back(review, words),
                   _in_error(review, words) if len(silent) else "")


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
        "Order days of three years; the limit is the larger of the gap that 95% stay below and of "
        "the waiting time exceeded on 5% of the account's own days, wider the fewer gaps there "
        "are."))


def headlines(review: QuarterReview) -> list[Candidate]:
    """The silent accounts, and those that bought nothing for a year, with what they bought."""
    words, currency, found = words_of(review), review.settings.company.currency, []
    silent, stopped = _silent(review), _stopped(review)
    if len(silent):
        row, more = silent.iloc[0].to_dict(), silent["revenue_ltm"].iloc[1:]
        told = [words.say("{text} In twelve months {money} was bought there.", text=_rhythm(
            row, words), money=words.money(row["revenue_ltm"], currency))]
        if len(more):
            told.append(words.count("{n} more account is silent, with {money}.",
                                    "{n} more accounts are silent, with {money} in all.",
                                    len(more), money=words.money(more.sum(), currency)))
        found.append(Candidate(float(silent["revenue_ltm"].sum()), " ".join(
            one for one in (*told, _in_error(review, words)) if one)))
    lost = float(stopped["revenue_year_before"].sum())
    if lost >= PRINTED_AS_ZERO:
        found.append(Candidate(lost, _gone(stopped, review, words)))
    return found


def decisions(review: QuarterReview) -> list[str]:
    """Whom to call before they are lost, and whom to win back or let go."""
    words, found = words_of(review), []
    if names := names_of(_silent(review), words):
        found.append(words.say("Call {names} now: silent longer than their own rhythm allows.",
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
    labels = review.labels
    return rows.assign(label=rows["account_id"].map(labels)).dropna(subset="label").sort_values(
        [by, "account_id"], ascending=[False, True])


def _rhythm(row: dict, words: Language) -> str:
    """How long one account is silent, against its rhythm."""
    days = words.count("{n} day", "{n} days", row["days_since"])
    usual = words.count("every day", "every {n} days", round(row["usual_gap"]))
    return words.say("{name} has not ordered for {days}; usually it orders {usual}, and 95% of its "
                     "gaps are at most {longest}.", name=row["label"], days=days, usual=usual,
                     longest=words.count("{n} day", "{n} days", round(row["gap_95"])))


def _in_error(review: QuarterReview, words: Language) -> str:
    """How many active accounts the rule calls silent though they are not; empty for none."""
    figures = review.silent
    active = int((figures["limit_days"].notna() & (figures["days_since"] < DAYS_OF_YEAR)).sum())
    wrong = round(active * FALSE_ALARMS)
    return "" if not wrong else words.say(
        "About one active account in twenty is called silent in error: of {active} about {n}.",
        active=words.number(active), n=words.number(wrong))


def _back(review: QuarterReview, words: Language) -> str:
    """Who had gone silent by the end of the quarter, but has ordered since."""
    back = _named(review.silent[review.silent["is_back"]], review, "revenue_ltm")
    names = listed_names([f"{label} ({words.date(day)})" for label, day in zip(
        back["label"], back["ordered_again"], strict=True)], words)
    return words.count("{n} account that had gone silent has ordered again since: {names}.",
                       "{n} accounts that had gone silent have ordered again since: {names}.",
                       len(back), names=names) if names else ""


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
