"""The gaps that a competitor would find by rule, and the accounts that have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.black_ops.contested import BETWEEN
from qbrkit.black_ops.gaps import (
    COMPARABLE_SHARE,
    CONTACT_OVERDUE,
    CONTRACT_ENDS,
    FEW_CONTACTS,
    MISSING_ROLE,
    NEVER,
    NO_CONFIRMED_VALUE,
    NO_OBJECTIVE,
    ONE_THREAD,
    OPEN_COMPLAINT,
    PRICE_ABOVE_PEERS,
    PROMISE_OVERDUE,
    WHITE_SPACE_RIVAL,
)
from qbrkit.report.exhibits import ColumnView, Html, finding, nothing, table
from qbrkit.report.language import Language
from qbrkit.report.sentences import nobody_green, words_of
from qbrkit.report.words import listed_names, role_words

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


RULES_READ = ("contacts", "activities", "benefits", "services", "complaints", "commitments",
              "objectives", "deals")
"""Tables that the rules look into."""


def found(review: QuarterReview) -> Html:
    """How many gaps a competitor would find in the Green Circle, and what was not looked at."""
    words = words_of(review)
    if review.green_circle.empty:
        return finding(nobody_green(words))
    rows = by_account(review)
    if rows.empty:
        return finding(words.say("The rules find no gap in any Green Circle account."),
                       _not_judged(review, words), _prices_compared(review, words))
    return finding(
        words.count("A competitor would find {gaps} in {n} Green Circle account.",
                    "A competitor would find {gaps} in {n} Green Circle accounts.", len(rows),
                    gaps=words.count("{n} gap", "{n} gaps", len(review.gaps))),
        _largest(rows, review, words), _most_frequent(review, words),
        _not_judged(review, words), _prices_compared(review, words))


def by_account(review: QuarterReview) -> pd.DataFrame:
    """Green Circle accounts with a gap.

    Returns
    -------
    DataFrame
        One row per account, the largest revenue first: ``account_id``, ``gaps_n``, ``label``,
        ``territory``, ``owner`` and ``revenue_ltm`` [company currency].
    """
    counted = review.gaps.groupby("account_id", sort=False).size().rename("gaps_n").reset_index()
    known = review.accounts[["account_id", "label", "territory", "owner", "revenue_ltm"]]
    return counted.merge(known, on="account_id", how="left", validate="one_to_one")


def targets_table(review: QuarterReview) -> Html:
    """Green Circle accounts by number of gaps: where a competitor would begin."""
    words, rows = words_of(review), by_account(review)
    if rows.empty:
        return nothing()
    ranked = rows.sort_values(["gaps_n", "revenue_ltm", "account_id"],
                              ascending=[False, False, True])
    return table(_where_known(ranked, review), [
        ColumnView("label", words.say("Account")),
        ColumnView("territory", words.say("Territory")),
        ColumnView("gaps_n", words.say("Gaps"), "number"), _revenue_column(review, words),
    ], words.say("Accounts with the most gaps"), words)


def gaps_table(review: QuarterReview) -> Html:
    """Every gap, one row per account, the largest account first."""
    words, rows = words_of(review), by_account(review)
    if rows.empty:
        return nothing()
    told = pd.Series(gap_sentences(review.gaps, words, review.settings.company.currency),
                     index=review.gaps.index).groupby(review.gaps["account_id"]).agg("\n".join)
    return table(_where_known(rows.assign(told=rows["account_id"].map(told)), review), [
        ColumnView("label", words.say("Account")),
        ColumnView("territory", words.say("Territory")),
        ColumnView("owner", words.say("Account manager")),
        ColumnView("told", words.say("Gaps"), "lines"), _revenue_column(review, words),
    ], words.say("Gaps a competitor would find"), words)


def gap_sentences(gaps: pd.DataFrame, words: Language, currency: str) -> list[str]:
    """Each gap with its evidence, in words.

    Parameters
    ----------
    gaps : DataFrame
        From `black_ops.gaps.find_gaps`.
    words : Language
        Of the page.
    currency : str
        Of the money in `gaps`.

    Returns
    -------
    list of str
        One per row, in its order; they begin small and end without a stop.
    """
    return [_sentence(row, words, currency) for row in gaps.to_dict("records")]


def _sentence(row: dict[Any, Any], words: Language, currency: str) -> str:
    evidence = str(row["evidence"])
    if row["gap"] in {PRICE_ABOVE_PEERS, WHITE_SPACE_RIVAL, NO_OBJECTIVE}:
        return _with_money(row, evidence, words, currency)
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
    }[str(row["gap"])]


def _with_money(row: dict[Any, Any], evidence: str, words: Language, currency: str) -> str:
    """Gaps whose money is not the revenue of the whole account."""
    money = words.money(float(row["at_stake"]), currency)
    if row["gap"] == PRICE_ABOVE_PEERS:
        return words.say(
            "pays {rate} more than the median of the other buyers for the same products, {excess} "
            "on {money} a year", rate=words.percent(float(evidence)), money=money,
            excess=words.money(float(row["excess"]), currency))
    if row["gap"] == NO_OBJECTIVE:
        return words.say("no objective for the largest family, {family} ({money} a year)",
                         family=row["family"], money=money)
    rivals = evidence.split(BETWEEN)
    return words.count(
        "buys nothing in {family}, where {rivals} was met in deals (peers that buy it typically "
        "spend {money} a year)",
        "buys nothing in {family}, where {rivals} were met in deals (peers that buy it typically "
        "spend {money} a year)", len(rivals), family=row["family"], money=money,
        rivals=listed_names(rivals, words))


def rule_words(words: Language) -> dict[str, str]:
    """Names of the rules."""
    return {
        FEW_CONTACTS: words.say("too few contacts"),
        MISSING_ROLE: words.say("a role that nobody is known in"),
        ONE_THREAD: words.say("talks that hang on one person"),
        CONTACT_OVERDUE: words.say("a talk that is overdue"),
        NO_CONFIRMED_VALUE: words.say("no confirmed value in two quarters"),
        CONTRACT_ENDS: words.say("a contract that ends soon"),
        PRICE_ABOVE_PEERS: words.say("a price above that of other buyers"),
        WHITE_SPACE_RIVAL: words.say("white space with a competitor"),
        OPEN_COMPLAINT: words.say("an open complaint"),
        PROMISE_OVERDUE: words.say("a promise of ours that is overdue"),
        NO_OBJECTIVE: words.say("no objective for the largest family"),
    }


def _largest(rows: pd.DataFrame, review: QuarterReview, words: Language) -> str:
    """The account with most revenue among those that have a gap."""
    first, currency = rows.iloc[0], review.settings.company.currency
    return words.count(
        "The largest account with a gap is {name}: {n} gap, revenue of {money} in twelve months.",
        "The largest account with a gap is {name}: {n} gaps, revenue of {money} in twelve months.",
        first["gaps_n"], name=first["label"], money=words.money(first["revenue_ltm"], currency))


def _most_frequent(review: QuarterReview, words: Language) -> str:
    """The rule that most accounts meet; empty where that is none alone."""
    counts = review.gaps.groupby("gap")["account_id"].nunique()
    if counts.max() < 2 or (counts == counts.max()).sum() > 1:
        return ""
    return words.say("Most frequent is {gap}, at {n} accounts.", n=words.number(counts.max()),
                     gap=rule_words(words)[str(counts.idxmax())])


def _not_judged(review: QuarterReview, words: Language) -> str:
    """Tables without which some rules are silent."""
    unseen = [name for name in RULES_READ if name not in review.tables]
    return words.say("Not judged, since the export does not hold it: {tables}.",
                     tables=", ".join(unseen)) if unseen else ""


def _prices_compared(review: QuarterReview, words: Language) -> str:
    """At how many accounts the prices could be held against others."""
    green = review.green_circle
    paid = green["account_id"].map(review.prices.set_index("account_id")["paid"])
    judged = int((paid >= COMPARABLE_SHARE * green["revenue_ltm"]).sum())
    if judged == len(green):
        return ""
    if not judged:
        return words.say("Prices are not compared: too little was bought, with its quantity, by "
                         "at least six accounts.")
    return words.count(
        "Prices are compared at {n} of {all} accounts: elsewhere too little of what they buy has "
        "five other buyers.",
        "Prices are compared at {n} of {all} accounts: elsewhere too little of what they buy has "
        "five other buyers.", judged, all=words.number(len(green)))


def _where_known(rows: pd.DataFrame, review: QuarterReview) -> pd.DataFrame:
    """Rows without a column that says the same of all: the territory of its page, or nothing."""
    empty = [name for name in ("territory", "owner") if rows[name].isna().all()]
    return rows.drop(columns=[*empty, *(["territory"] if review.territory else [])],
                     errors="ignore")


def _revenue_column(review: QuarterReview, words: Language) -> ColumnView:
    return ColumnView("revenue_ltm", words.say("Revenue of twelve months, {currency}",
                                               currency=review.settings.company.currency), "money")
