"""The transactional plan: who is reached by phone and e-mail, when, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, finding, not_available, nothing, table
from qbrkit.report.sentences import not_contacted, words_of

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def plan(review: QuarterReview) -> Html:
    """How many accounts are reached by phone and e-mail instead."""
    words, calls = words_of(review), review.calls
    if calls.empty:
        return finding(words.say("No transactional account is to be contacted."),
                       not_contacted(review, words))
    return finding(words.count(
        "{n} transactional account is reached by phone and e-mail, with {calls} contacts over "
        "the next year.", "{n} transactional accounts are reached by phone and e-mail, with "
        "{calls} contacts over the next year.", calls["account_id"].nunique(),
        calls=words.number(len(calls))), not_contacted(review, words))


def managers_table(review: QuarterReview) -> Html:
    """Outreach per account manager and month of the plan."""
    words, plan = words_of(review), review.calls
    if plan.empty:
        return nothing()
    owner = plan["owner"].fillna(words.say("nobody named"))
    rows = plan.assign(owner=owner).groupby("owner").agg(
        accounts_n=("account_id", "nunique"), calls_n=("date", "size"),
        first=("date", "min")).reset_index()
    return table(rows, [
        ColumnView("owner", words.say("Account manager")),
        ColumnView("accounts_n", words.say("Accounts"), "number"),
        ColumnView("calls_n", words.say("Contacts in the year"), "number"),
        ColumnView("first", words.say("First one"), "date"),
    ], words.say("Outreach by account manager"), words)


def calls_table(review: QuarterReview) -> Html:
    """Every planned contact of the first quarter of the plan, in order of days."""
    words, plan = words_of(review), review.calls
    until = review.as_of + pd.Timedelta(days=91)
    soon = plan[plan["date"] <= until].sort_values(["date", "owner", "account_id"])
    if soon.empty:
        return not_available(words.say("No contact falls into the next three months."))
    return table(soon, [
        ColumnView("date", words.say("Day"), "date"),
        ColumnView("owner", words.say("Account manager")),
        ColumnView("name", words.say("Account")),
        ColumnView("channel", words.say("By"), words={
            "phone": words.say("phone"), "email": words.say("e-mail")}),
    ], words.say("Contacts of the next three months"), words)
