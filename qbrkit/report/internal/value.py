"""What value is documented, and for whom it is not yet confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.periods import last_twelve_months
from qbrkit.report.exhibits import (
    ColumnView,
    Html,
    finding,
    missing,
    not_available,
    nothing,
    table,
)
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import Language
from qbrkit.report.sentences import names_of, nobody_green, words_of
from qbrkit.report.words import listed_names
from qbrkit.value import BENEFIT, CONFIRMED, ESTIMATED, SOFT

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def state(review: QuarterReview) -> Html:
    """How much value is documented, and for how many accounts."""
    words = words_of(review)
    if review.ledger is None:
        return missing(words, words.say("No value is documented."), ["benefits", "services"],
                       words.say("service and account managers"))
    return finding(documented(review, words) or nobody_green(words),
                   negative_returns(review, words), _only_estimated(review, words),
                   _stale(review, words), _soft(review, words))


def received(review: QuarterReview) -> Html:
    """Value per Green Circle account: by part and by class, the quarter and the one before."""
    words, green = words_of(review), review.green_circle
    rows = green[green["lines_n"] > 0]
    if rows.empty:
        return not_available(words.say("No Green Circle account has a documented value."))
    amounts = ["benefit", "extra_mile", "free_in_plan", "value", CONFIRMED, ESTIMATED, SOFT]
    not_measured = rows["lines_n"] == rows["not_measured_n"]  # is not zero
    rows = rows.assign(**{name: rows[name].mask(not_measured) for name in amounts})
    before, now = (words.months(one, short=True) for one in (review.quarter - 1, review.quarter))
    return table(rows if (rows[SOFT].fillna(0.0) != 0).any() else rows.drop(columns=SOFT), [
        ColumnView("label", words.say("Account")),
        ColumnView("currency", words.say("Currency")),
        ColumnView("benefit", words.say("Benefit"), "money"),
        ColumnView("extra_mile", words.say("Extra mile"), "money"),
        ColumnView("free_in_plan", words.say("Free in the plan"), "money"),
        ColumnView("value", words.say("Value"), "money"),
        ColumnView(CONFIRMED, words.say("of which confirmed"), "money"),
        ColumnView(ESTIMATED, words.say("estimated"), "money"),
        ColumnView(SOFT, words.say("soft"), "money"),
        ColumnView("value_quarter_before", before, "money"),
        ColumnView("value_quarter", now, "money"),
    ], words.say("Value received in the last twelve months, in each account's currency"), words)


def returns(review: QuarterReview) -> Html:
    """What came back to each Green Circle account for what it spent, the poorest first."""
    words, green = words_of(review), review.green_circle
    rows = green[green["roi"].notna()].sort_values("roi", kind="stable")
    if rows.empty:
        return nothing()
    return table(rows.assign(break_even_haircut=rows["break_even_haircut"].where(
        rows["roi"] > 0)), [  # where nothing came back there is nothing to shrink
        ColumnView("label", words.say("Account")),
        ColumnView("currency", words.say("Currency")),
        ColumnView("multiplier", words.say("Value ÷ benefit"), "number", digits=2),
        ColumnView("present_value", words.say("Value, present"), "money"),
        ColumnView("present_cost", words.say("Spend, present"), "money"),
        ColumnView("npv", words.say("Net present value"), "money"),
        ColumnView("roi", words.say("Return"), "change"),
        ColumnView("payback_months", words.say("Payback, months"), "number", digits=1),
        ColumnView("break_even_haircut", words.say("May shrink by"), "percent"),
    ], words.say("Return on what the customer spent, without soft value, in each account's "
                 "currency"), words)


def headlines(review: QuarterReview) -> list[Candidate]:
    """The revenue of accounts whose value nobody has confirmed, or does not cover their cost."""
    words, green = words_of(review), review.green_circle
    found = [(_unconfirmed(review), documented(review, words)),
             (green[green["roi"] <= 0], negative_returns(review, words))]
    return [Candidate(float(accounts["revenue_ltm"].clip(lower=0).sum()), sentence)
            for accounts, sentence in found if sentence and len(accounts)]


def decisions(review: QuarterReview) -> list[str]:
    """Whom to ask for a confirmation, and with whom to talk about the return first."""
    words, green = words_of(review), review.green_circle
    found = []
    if names := names_of(_unconfirmed(review), words):
        found.append(words.say("Have value confirmed by {names}.", names=names))
    if names := names_of(green[green["roi"] <= 0], words):
        found.append(words.say("Decide how to raise the return of {names}: the documented value "
                               "does not cover the spend.", names=names))
    return found


def documented(review: QuarterReview, words: Language) -> str:
    """Green Circle accounts without confirmed value."""
    if review.ledger is None or review.green_circle.empty:
        return ""
    none = _unconfirmed(review)
    if none.empty:
        return words.say("Every Green Circle account has confirmed value in the last two quarters.")
    return words.count(
        "{n} Green Circle account has no confirmed value in the last two quarters: {names}.",
        "{n} Green Circle accounts have no confirmed value in the last two quarters: {names}.",
        len(none), names=names_of(none, words))


def negative_returns(review: QuarterReview, words: Language) -> str:
    """Accounts whose documented value does not cover what the customer spends."""
    green = review.green_circle
    poor = green[green["roi"] <= 0]
    if poor.empty:
        return ""
    return words.count(
        "For {n} account, {names}, the documented value does not cover what the customer spends; "
        "its return stays off the external page.",
        "For {n} accounts, {names}, the documented value does not cover what the customer spends; "
        "their return stays off the external page.", len(poor), names=names_of(poor, words))


def _benefits_of_year(review: QuarterReview) -> pd.DataFrame:
    """Lines of the product's benefits of the last twelve months of Green Circle accounts."""
    ledger = review.ledger
    assert ledger is not None
    return ledger[(ledger["part"] == BENEFIT) & ledger["quarter"].isin(
        last_twelve_months(review.quarter))
        & ledger["account_id"].isin(review.green_circle["account_id"])]


def _only_estimated(review: QuarterReview, words: Language) -> str:
    """Accounts with measured benefits of the product, none of which anybody has confirmed."""
    lines = _benefits_of_year(review)
    hard = lines[(lines["class"] != SOFT) & lines["amount"].notna()]
    confirmed = hard.loc[hard["class"] == CONFIRMED, "account_id"]
    sums = hard[~hard["account_id"].isin(confirmed)].groupby("account_id")["amount"].sum()
    green = review.green_circle
    found = green[green["account_id"].isin(sums.index)]
    if found.empty:
        return ""
    told = [words.say("{name} ({money})", name=name, money=words.money(sums[account_id], currency))
            for account_id, name, currency in zip(found["account_id"], found["label"],
                                                  found["currency"], strict=True)]
    return words.say("The product's benefits are all estimates, not one of them confirmed, at "
                     "{names}.", names=listed_names(told, words))


def _stale(review: QuarterReview, words: Language) -> str:
    """Accounts whose value of a unit was last confirmed more than twelve months ago."""
    green = review.green_circle
    stale = review.stale_unit_values
    stale = stale[stale["account_id"].isin(green["account_id"])]
    if stale.empty:
        return ""
    oldest = stale.groupby("account_id")["confirmed_on"].min()
    found = green[green["account_id"].isin(oldest.index)]
    told = [words.say("{name} ({day})", name=name, day=words.date(oldest[account_id]))
            for account_id, name in zip(found["account_id"], found["label"], strict=True)]
    return words.count(
        "{n} confirmed benefit rests on a unit value that was last confirmed more than twelve "
        "months ago: {names}.", "{n} confirmed benefits rest on unit values that were last "
        "confirmed more than twelve months ago: {names}.", len(stale),
        names=listed_names(told, words))


def _soft(review: QuarterReview, words: Language) -> str:
    """Soft lines: how many, and at whom."""
    lines = _benefits_of_year(review)
    soft = lines[lines["class"] == SOFT]
    if soft.empty:
        return ""
    green = review.green_circle
    return words.count(
        "{n} soft benefit of the last twelve months is shown and in no return: {names}.",
        "{n} soft benefits of the last twelve months are shown and in no return: {names}.",
        len(soft), names=names_of(green[green["account_id"].isin(soft["account_id"])], words))


def _unconfirmed(review: QuarterReview) -> pd.DataFrame:
    """Green Circle accounts without confirmed value, where any value is documented at all."""
    green = review.green_circle
    return green[~(green["confirmed_two_quarters"] > 0) & (review.ledger is not None)]
