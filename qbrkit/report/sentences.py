"""The sentences of the internal findings, each true when its figure is zero, negative or missing.

A sentence that has nothing to say is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.periods import START_TOLERANCE_DAYS
from qbrkit.report.language import PRINTED_AS_ZERO, Language, language
from qbrkit.report.words import listed_names
from qbrkit.segmentation import GREEN_CIRCLE

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

HIGHEST_RATE = 10
"""A change by a larger rate starts from next to nothing: only its money is told."""


def words_of(review: QuarterReview) -> Language:
    """The language of the internal pages."""
    return language(review.settings.company.language)


def on_year_ago(review: QuarterReview, words: Language) -> str:
    """Change of the company on a year ago, for a tile."""
    if review.year_ago is None:
        return words.say("no year-ago quarter")
    base = review.families["base"].sum()
    rate = told_rates(pd.Series([base]), pd.Series([
        base + review.families["change_constant"].sum(skipna=False)])).iloc[0]
    if pd.isna(rate):
        return ""
    told = words.percent(rate, signed=True)
    if review.facts["currency"].dropna().isin([review.settings.company.currency]).all():
        return words.say("{rate} on a year ago", rate=told)
    return words.say("{rate} on a year ago, constant currency", rate=told)


def told_rates(base: pd.Series, review: pd.Series) -> pd.Series:
    """Change rates that mean something, from the money of two periods.

    Missing where a period is negative, and where the first is so small that the change is
    more than ten times as large.
    """
    rates = (review - base) / base.where(base >= PRINTED_AS_ZERO)
    return rates.where((review > -PRINTED_AS_ZERO) & (rates <= HIGHEST_RATE))


def part_of_quarter(review: QuarterReview, words: Language) -> str:
    """That the quarter is not whole, and so not compared; empty where it is."""
    first, last = review.quarter.start_time, review.quarter.end_time.normalize()
    is_whole = (review.data_until.normalize() >= pd.offsets.BDay().rollback(last)
                and review.data_from <= first + pd.offsets.BDay(START_TOLERANCE_DAYS))
    if is_whole or not review.is_partial:
        return ""
    return words.say("A part of a quarter is not compared with a whole one.")


def company_growth(review: QuarterReview, words: Language) -> str:
    """How much the revenue rose or fell, and the part of the exchange rates in it."""
    if review.year_ago is None:
        return ""
    currency, families = review.settings.company.currency, review.families
    change, rates = families["change"].sum(), families["exchange_rates"].sum(skipna=False)
    money = words.money(abs(change), currency)
    text = (words.say("Revenue rose by {money} on the same quarter a year before", money=money)
            if change >= PRINTED_AS_ZERO else
            words.say("Revenue fell by {money} on the same quarter a year before", money=money)
            if change <= -PRINTED_AS_ZERO else words.say("Revenue is the same as a year before"))
    if pd.isna(rates):
        return words.say("{text}; the part of the exchange rates is not known.", text=text)
    if abs(rates) < PRINTED_AS_ZERO:
        return f"{text}."
    made = _signed(rates, currency, words)
    if rates * change > 0 and abs(rates) <= abs(change):
        return words.say("{text}, of which exchange rates made {money}.", text=text, money=made)
    return words.say("{text}; exchange rates made {money}, all else {rest}.", text=text,
                     money=made, rest=_signed(change - rates, currency, words))


def returns(review: QuarterReview, words: Language) -> str:
    """Credits and returns of the quarter, which the revenue has already lost."""
    taken = review.totals["returns_quarter"]
    if abs(taken) < PRINTED_AS_ZERO:
        return ""
    return words.say("Credits and returns took {money} off it.",
                     money=words.money(-taken, review.settings.company.currency))


def nobody_green(words: Language) -> str:
    """That there is no Green Circle account."""
    return words.say("No account is Green Circle.")


def _signed(amount: float, currency: str, words: Language) -> str:
    return ("+" if amount >= PRINTED_AS_ZERO else "") + words.money(amount, currency)


def not_contacted(review: QuarterReview, words: Language) -> str:
    """Accounts that asked not to be contacted."""
    silent = review.accounts["do_not_contact"].fillna(False).astype(bool)
    count = int((silent & (review.accounts["segment"] != GREEN_CIRCLE)).sum())
    return "" if not count else words.count(
        "{n} asked not to be contacted and gets none.",
        "{n} asked not to be contacted and get none.", count)


def names_of(accounts: pd.DataFrame, words: Language) -> str:
    """The first few accounts by name, and how many more; empty for none."""
    return listed_names(accounts["label"], words)


def name_of(review: QuarterReview, account_id: str) -> str:
    """Name of one account."""
    return review.labels[account_id]
