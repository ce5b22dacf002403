"""What is missing before the external reviews, and which pages have to stay a draft."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.black_ops.gaps import CONTRACT_ENDS
from qbrkit.readiness import (
    ATTACK_UNANSWERED,
    BLOCKS,
    NEGATIVE_VALUE,
    NO_COMMENTARY,
    NO_RETURN,
    OPEN_RISK,
    SERVICE_MISSED,
    SILENT,
    UNEXPLAINED,
)
from qbrkit.report.attack.panel import dimension
from qbrkit.report.exhibits import ColumnView, Html, finding, nothing, table
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import Language
from qbrkit.report.sentences import names_of, nobody_green, words_of
from qbrkit.report.words import role_words

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def state(review: QuarterReview) -> Html:
    """How many external reviews can be sent as they are, and what the others wait for."""
    words, green, todo = words_of(review), review.green_circle, review.readiness
    if green.empty:
        return finding(nobody_green(words))
    blocked = todo[todo["severity"] == BLOCKS]
    ready_n = len(green) - blocked["account_id"].nunique()
    if blocked.empty:
        return finding(words.say("Every external review is ready."), _advised(todo, words))
    if blocked["rule"].eq(NO_COMMENTARY).all():
        first = words.say(
            "No external review is ready; all wait for the account manager's own words."
        ) if not ready_n else words.count(
            "{n} of {all} external reviews is ready; the others wait for the account manager's "
            "own words.", "{n} of {all} external reviews are ready; the others wait for the "
            "account manager's own words.", ready_n, all=words.number(len(green)))
        return finding(first, _only_words(review, words))
    unwritten = int((todo["rule"] == NO_COMMENTARY).sum())
    return finding(
        words.count("{n} of {all} external reviews is ready.",
                    "{n} of {all} external reviews are ready.", ready_n,
                    all=words.number(len(green))),
        words.count("{n} waits for the account manager's own words.",
                    "{n} wait for the account manager's own words.", unwritten)
        if unwritten else "",
        _only_words(review, words), *_unsettled(review, words))


def _unsettled(review: QuarterReview, words: Language) -> Iterator[str]:
    """Accounts whose page stays a draft whatever is written, by what has to be settled."""
    green, todo = review.green_circle, review.readiness
    of_rule = {rule: green[green["account_id"].isin(
        todo.loc[todo["rule"] == rule, "account_id"])] for rule in (OPEN_RISK, NEGATIVE_VALUE)}
    if len(risky := of_rule[OPEN_RISK]):
        yield words.count("{n} has a large risk without an owner or a date: {names}.",
                          "{n} have a large risk without an owner or a date: {names}.",
                          len(risky), names=names_of(risky, words))
    if len(below := of_rule[NEGATIVE_VALUE]):
        yield words.count("{n} has a value of the last twelve months below zero: {names}.",
                          "{n} have a value of the last twelve months below zero: {names}.",
                          len(below), names=names_of(below, words))


def todo_table(review: QuarterReview) -> Html:
    """What is to be done for each Green Circle account, the heaviest first.

    Accounts that wait for nothing but the account manager's own words are told in `state`.
    """
    words, green, todo = words_of(review), review.green_circle, review.readiness
    green = green[~green["account_id"].isin(_wait_for_words_only(todo))]
    if green.empty:
        return nothing()
    told = pd.Series([phrase(rule, evidence, words) for rule, evidence in zip(
        todo["rule"], todo["evidence"].fillna(""), strict=True)], index=todo.index, dtype="str")
    listed = told.groupby(todo["account_id"]).agg("; ".join)
    is_draft = green["account_id"].isin(todo.loc[todo["severity"] == BLOCKS, "account_id"])
    return table(green.assign(status=is_draft.map({True: "draft", False: "ready"}),
                              lacks=green["account_id"].map(listed).astype("str").fillna("")), [
        ColumnView("label", words.say("Account")),
        ColumnView("owner", words.say("Account manager")),
        ColumnView("status", words.say("External review"), "pill", words={
            "draft": words.say("draft"), "ready": words.say("ready")}),
        ColumnView("lacks", words.say("To do before the meeting"), "sentence"),
    ], words.say("Readiness of the external reviews"), words)


def headlines(review: QuarterReview) -> list[Candidate]:
    """The revenue under contracts that end soon."""
    words = words_of(review)
    ending = _ending(review).sort_values(["contract_end", "account_id"])
    if ending.empty:
        return []
    currency, money = review.settings.company.currency, ending["revenue_ltm"].sum()
    days = int((ending.iloc[0]["contract_end"] - review.as_of).days)
    return [Candidate(float(ending["revenue_ltm"].clip(lower=0).sum()), words.count(
        "The contract of {names} ends within {days} days of the quarter; it brought revenue of "
        "{money} in twelve months.", "The contracts of {names} end soon, the first within {days} "
        "days of the quarter; they brought revenue of {money} in twelve months.", len(ending),
        names=names_of(ending, words), days=words.number(days),
        money=words.money(money, currency)))]


def decisions(review: QuarterReview) -> list[str]:
    """Contracts to talk about before they end."""
    words, ending = words_of(review), _ending(review)
    found = []
    if names := names_of(ending, words):
        found.append(words.count(
            "Open the talks: the contract of {names} ends within {days} days.",
            "Open the talks: the contracts of {names} end within {days} days.", len(ending),
            names=names, days=words.number(review.settings.black_ops.contract_days)))
    return found


def phrase(rule: str, evidence: str, words: Language) -> str:
    """What is to be done, as a short phrase."""
    known = role_words(words)
    return {
        NO_COMMENTARY: words.say("write the account manager's own words"),
        OPEN_RISK: words.say("give the risk an owner and a date: {risk}", risk=evidence)
        if evidence else words.say("give the risk an owner and a date"),
        "promise_overdue": words.say("answer for overdue promises"),
        UNEXPLAINED: words.say("write down why a promise was not kept"),
        "open_complaint": words.say("answer the open complaint") if evidence == "1" else
        words.say("answer the open complaints"),
        NEGATIVE_VALUE: words.say("talk about the negative value first"),
        NO_RETURN: words.say("talk about the return first"),
        SERVICE_MISSED: words.say("explain the missed service level"),
        SILENT: words.say("ask why nothing is ordered"),
        ATTACK_UNANSWERED: words.say("settle the counter-measure: {where}", where=", ".join(
            dimension(one, words) for one in evidence.split(", "))) if evidence
        else words.say("settle the counter-measure"),
        "contact_overdue": words.say("call: the contact is overdue"),
        "no_confirmed_value": words.say("have value confirmed"),
        "few_contacts": words.say("win contacts"),
        "missing_role": words.say("win the missing role: {roles}",
                                  roles=known.get(evidence, evidence)),
    }[rule]


def _wait_for_words_only(todo: pd.DataFrame) -> pd.Series:
    """Accounts for which nothing else is to be done."""
    others = todo.loc[todo["rule"] != NO_COMMENTARY, "account_id"]
    return todo.loc[(todo["rule"] == NO_COMMENTARY) & ~todo["account_id"].isin(others),
                    "account_id"]


def _only_words(review: QuarterReview, words: Language) -> str:
    """Accounts that wait for nothing but the account manager's own words."""
    green = review.green_circle
    alone = green[green["account_id"].isin(_wait_for_words_only(review.readiness))]
    return "" if alone.empty else words.count(
        "{n} waits for nothing but these words: {names}.",
        "{n} wait for nothing but these words: {names}.", len(alone),
        names=names_of(alone, words))


def _ending(review: QuarterReview) -> pd.DataFrame:
    """Green Circle accounts whose contract ends soon, by the rule of black ops."""
    gaps, green = review.gaps, review.green_circle
    return green[green["account_id"].isin(gaps.loc[gaps["gap"] == CONTRACT_ENDS, "account_id"])]


def _advised(todo: pd.DataFrame, words: Language) -> str:
    """How many things are still to be done although no page has to wait."""
    if todo.empty:
        return ""
    return words.count("{n} thing is still to be done before the meetings.",
                       "{n} things are still to be done before the meetings.", len(todo))
