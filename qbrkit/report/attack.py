"""The black-ops page: where a competitor would begin, and what it would find open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbrkit.black_ops import (
    CONTACT_OVERDUE,
    CONTRACT_ENDS,
    FEW_CONTACTS,
    MISSING_ROLE,
    NEVER,
    NO_CONFIRMED_VALUE,
    NO_OBJECTIVE,
    ONE_THREAD,
    OPEN_COMPLAINT,
    PROMISE_OVERDUE,
)
from qbrkit.report.exhibits import ColumnView, Html, finding, nothing, table
from qbrkit.report.language import Language
from qbrkit.report.sentences import name_of, words_of
from qbrkit.report.words import role_words

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


RULES_READ = ("contacts", "activities", "benefits", "services", "complaints", "commitments",
              "objectives")
"""Tables that the rules look into."""


def gaps(review: QuarterReview) -> Html:
    """How many gaps a competitor would find in the Green Circle."""
    words, found = words_of(review), review.gaps
    unseen = [name for name in RULES_READ if name not in review.tables]
    not_judged = words.say("Not judged, since the export does not hold it: {tables}.",
                           tables=", ".join(unseen)) if unseen else ""
    if found.empty:
        return finding(words.say("The rules find no gap in any Green Circle account."), not_judged)
    count = found["account_id"].nunique()
    first = found.iloc[0]["account_id"]
    worst = found[found["account_id"] == first]
    return finding(
        words.count("A competitor would find {gaps} in {n} Green Circle account.",
                    "A competitor would find {gaps} in {n} Green Circle accounts.", count,
                    gaps=words.count("{n} gap", "{n} gaps", len(found))),
        words.count("Most is at stake at {name}: {n} gap with {money} a year.",
                    "Most is at stake at {name}: {n} gaps with {money} a year.", len(worst),
                    name=name_of(review, first),
                    money=words.money(worst.iloc[0]["at_stake"],
                                      review.settings.company.currency)), not_judged)


def targets_table(review: QuarterReview) -> Html:
    """Green Circle accounts by number of gaps: where a competitor would begin."""
    words, found = words_of(review), review.gaps
    if found.empty:
        return nothing()
    counted = found.groupby("account_id").agg(gaps_n=("gap", "size"), at_stake=("at_stake", "max"))
    labels = review.accounts.set_index("account_id")[["label", "territory"]]
    rows = counted.join(labels).sort_values(
        ["gaps_n", "at_stake"], ascending=False).reset_index()
    return table(rows, [
        ColumnView("label", words.say("Account")),
        ColumnView("territory", words.say("Territory")),
        ColumnView("gaps_n", words.say("Gaps"), "number"),
        ColumnView("at_stake", words.say("Revenue of twelve months, {currency}",
                                         currency=review.settings.company.currency), "money"),
    ], words.say("Accounts with the most gaps"), words)


def gaps_table(review: QuarterReview) -> Html:
    """Gaps in Green Circle accounts, the largest at stake first."""
    words, found = words_of(review), review.gaps
    if found.empty:
        return nothing()
    names = review.accounts.set_index("account_id")[["label", "territory", "owner"]]
    rows = found.join(names, on="account_id").assign(
        told=[gap_sentence(gap, evidence, words)
              for gap, evidence in zip(found["gap"], found["evidence"], strict=True)])
    return table(rows, [
        ColumnView("label", words.say("Account")),
        ColumnView("territory", words.say("Territory")),
        ColumnView("owner", words.say("Account manager")),
        ColumnView("told", words.say("Gap"), "sentence"),
        ColumnView("at_stake", words.say("Revenue of twelve months, {currency}",
                                         currency=review.settings.company.currency), "money"),
    ], words.say("Gaps a competitor would find"), words)


def gap_sentence(gap: str, evidence: str, words: Language) -> str:
    """One gap with its evidence, in words."""
    number = evidence.removesuffix(".0")
    return {
        FEW_CONTACTS: words.say("contacts that count: {n}", n=number),
        MISSING_ROLE: words.say("nobody known in the role: {roles}",
                                roles=", ".join(role_words(words).get(role, role)
                                                for role in evidence.split(", "))),
        ONE_THREAD: words.say("one person alone holds the talks"),
        CONTACT_OVERDUE: words.say("no talk with anyone is on record") if evidence == NEVER
        else words.say("days without a talk beyond the limit: {n}", n=number),
        NO_CONFIRMED_VALUE: words.say("no confirmed value in two quarters"),
        CONTRACT_ENDS: words.say("days until the contract ends: {n}", n=number),
        OPEN_COMPLAINT: words.say("open complaints: {n}", n=number),
        PROMISE_OVERDUE: words.say("our overdue promises: {n}", n=number),
        NO_OBJECTIVE: words.say("no objective for the largest family, {family}", family=evidence),
    }[gap]
