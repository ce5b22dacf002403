"""The transactional plan in short: who is reached by phone and e-mail, how often, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, finding, nothing, table
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.sentences import names_of, not_contacted, words_of
from qbrkit.report.words import listed_names

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def plan(review: QuarterReview) -> Html:
    """How many accounts are reached by phone and e-mail instead."""
    words, calls = words_of(review), review.outreach.calls
    out = len(review.outreach.left_out)
    if calls.empty and not out:
        return finding(words.say("No transactional account is to be contacted."),
                       not_contacted(review, words))
    if calls.empty:
        return finding(words.count(
            "Not one contact fits into the capacity that is set: {n} falls out.",
            "Not one contact fits into the capacity that is set: {n} fall out.", out),
            unreached(review), not_contacted(review, words))
    return finding(words.count(
        "{n} transactional account is reached by phone and e-mail, with {calls} contacts over "
        "the next year.", "{n} transactional accounts are reached by phone and e-mail, with "
        "{calls} contacts over the next year.", calls["account_id"].nunique(),
        calls=words.number(len(calls))), "" if not out else words.count(
            "{n} further contact does not fit into the capacity that is set.",
            "{n} further contacts do not fit into the capacity that is set.", out),
        unreached(review), not_contacted(review, words))


def unreached(review: QuarterReview) -> str:
    """Accounts that get no contact at all, the largest by name."""
    words, lost = words_of(review), _without_contact(review)
    return "" if lost.empty else words.count(
        "{n} account gets no contact at all: {names}.",
        "{n} accounts get no contact at all: {names}.", len(lost), names=names_of(lost, words))


def _without_contact(review: QuarterReview) -> pd.DataFrame:
    """Accounts all of whose contacts fall out of capacity, largest revenue first."""
    accounts, outreach = review.accounts, review.outreach
    silent = set(outreach.left_out["account_id"]) - set(outreach.calls["account_id"])
    return accounts[accounts["account_id"].isin(silent)].sort_values(
        ["revenue_ltm", "account_id"], ascending=[False, True])


def managers_table(review: QuarterReview) -> Html:
    """Outreach per account manager and month of the plan."""
    words, outreach = words_of(review), review.outreach
    plan = pd.concat([outreach.calls.assign(is_out=False), outreach.left_out.assign(is_out=True)])
    if plan.empty:
        return nothing()
    owner = plan["owner"].fillna(words.say("nobody named"))
    rows = plan.assign(owner=owner, kept=plan["date"].mask(plan["is_out"])).groupby("owner").agg(
        accounts_n=("account_id", "nunique"), calls_n=("kept", "count"), out_n=("is_out", "sum"),
        first=("kept", "min")).reset_index()
    if outreach.left_out.empty:
        rows = rows.drop(columns="out_n")
    return table(rows, [
        ColumnView("owner", words.say("Account manager")),
        ColumnView("accounts_n", words.say("Accounts"), "number"),
        ColumnView("calls_n", words.say("Contacts in the year"), "number"),
        ColumnView("out_n", words.say("Fall out"), "number"),
        ColumnView("first", words.say("First one"), "date"),
    ], words.say("Outreach by account manager"), words)


def headlines(review: QuarterReview) -> list[Candidate]:
    """Accounts that get no contact in the year because there is no time for them."""
    words, lost = words_of(review), _without_contact(review)
    if lost.empty:
        return []
    revenue = float(lost["revenue_ltm"].clip(lower=0).sum())
    return [Candidate(revenue, words.count(
        "{n} transactional account with {money} a year gets no contact, since the capacity that "
        "is set does not suffice: {names}.",
        "{n} transactional accounts with {money} a year get no contact, since the capacity that "
        "is set does not suffice: {names}.", len(lost),
        money=words.money(revenue, review.settings.company.currency),
        names=names_of(lost, words)))]


def decisions(review: QuarterReview) -> list[str]:
    """What the team has to decide about its outreach."""
    words, outreach = words_of(review), review.outreach
    decided, out = [], outreach.left_out
    if len(out):
        decided.append(words.count(
            "Find more time for the contacts of {names}, or let {n} contact of the year go.",
            "Find more time for the contacts of {names}, or let {n} contacts of the year go.",
            len(out),
            names=listed_names(out["owner"].value_counts().index, words)))
    called = outreach.calls.loc[outreach.calls["owner"].isna(), "account_id"].unique()
    unnamed = review.accounts[review.accounts["account_id"].isin(called)].sort_values(
        ["revenue_ltm", "account_id"], ascending=[False, True])
    if len(unnamed):
        decided.append(words.count(
            "Name an account manager for {n} transactional account: {names}.",
            "Name an account manager for {n} transactional accounts: {names}.", len(unnamed),
            names=names_of(unnamed, words)))
    return decided
