"""The sentences of the internal findings, each true when its figure is zero, negative or missing.

A sentence that has nothing to say is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.periods import last_twelve_months
from qbrkit.report.language import PRINTED_AS_ZERO, Language, language
from qbrkit.report.words import listed_names
from qbrkit.segmentation import GREEN_CIRCLE, concentration

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def words_of(review: QuarterReview) -> Language:
    """The language of the internal pages."""
    return language(review.settings.company.language)


def on_year_ago(review: QuarterReview, words: Language) -> str:
    """Change of the company on a year ago, for a tile."""
    if review.year_ago is None:
        return words.say("no year-ago quarter")
    base = review.families["base"].sum()
    constant = review.families["change_constant"].sum(skipna=False)
    if base <= 0 or pd.isna(constant):
        return ""
    return words.say("{rate} on a year ago, constant currency",
                     rate=words.percent(constant / base, signed=True))


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
    if abs(change) < PRINTED_AS_ZERO:
        return words.say("{text}; exchange rates made {money}, all else the opposite.", text=text,
                         money=made)
    return words.say("{text}, of which exchange rates made {money}.", text=text, money=made)


def returns(review: QuarterReview, words: Language) -> str:
    """Credits and returns of the quarter, which the revenue has already lost."""
    taken = review.totals["returns_quarter"]
    if abs(taken) < PRINTED_AS_ZERO:
        return ""
    return words.say("Credits and returns took {money} off it.",
                     money=words.money(-taken, review.settings.company.currency))


def best_growth(review: QuarterReview, words: Language) -> str:
    """The Green Circle account that grew most."""
    ranked = review.green_circle.dropna(subset="change_constant")
    grown = ranked[ranked["change_constant"] >= PRINTED_AS_ZERO].nlargest(1, "change_constant")
    if grown.empty:
        return ""
    best = grown.iloc[0]
    return words.say(
        "{name} grew most: {money}{rate}.", name=best["name"],
        money=_signed(best["change_constant"], review.settings.company.currency, words),
        rate=_in_brackets(words.percent(best["change_rate"], signed=True), best["change_rate"]))


def worst_growth(review: QuarterReview, words: Language) -> str:
    """The Green Circle account that lost most."""
    ranked = review.green_circle.dropna(subset="change_constant")
    shrunk = ranked[ranked["change_constant"] <= -PRINTED_AS_ZERO].nsmallest(1, "change_constant")
    if shrunk.empty:
        return ""
    worst = shrunk.iloc[0]
    return words.say("{name} lost most: {money}{rate}.", name=worst["name"], money=words.money(
        worst["change_constant"], review.settings.company.currency),
        rate=_in_brackets(words.percent(worst["change_rate"], signed=True), worst["change_rate"]))


def thin_contacts(review: QuarterReview, words: Language) -> str:
    """Green Circle accounts held by too few contacts."""
    green = review.green_circle
    thin = green[green["contacts_n"] < review.settings.contacts.minimum]
    if green["contacts_n"].isna().all():
        return ""
    if thin.empty:
        return words.say("Every Green Circle account is held by at least {minimum} contacts.",
                         minimum=words.number(review.settings.contacts.minimum))
    return words.count(
        "{n} Green Circle account is held by fewer than {minimum} contacts: {names}.",
        "{n} Green Circle accounts are held by fewer than {minimum} contacts: {names}.", len(thin),
        minimum=words.number(review.settings.contacts.minimum), names=names_of(thin, words))


def overdue_contacts(review: QuarterReview, words: Language) -> str:
    """Accounts whose last contact is too long ago, or that none is known of."""
    green = review.green_circle
    late = green[green["overdue_days"] > 0]
    never = green[green["days_since_contact"].isna()]
    parts = []
    if len(late):
        worst = late.nlargest(1, "overdue_days").iloc[0]
        parts.append(words.count(
            "{n} account is overdue: {name} by {days}.",
            "{n} accounts are overdue, {name} most, by {days}.", len(late), name=worst["name"],
            days=words.count("{n} day", "{n} days", worst["overdue_days"])))
    if len(never):
        parts.append(words.say("No two-way contact is on record with {names}.",
                               names=names_of(never, words)))
    return " ".join(parts) or words.say(
        "All were spoken with within {days} days.",
        days=words.number(review.settings.contacts.green_circle_days))


def value_documented(review: QuarterReview, words: Language) -> str:
    """Green Circle accounts without confirmed value."""
    if review.ledger is None:
        return ""
    green = review.green_circle
    none = green[~(green["confirmed_two_quarters"] > 0)]
    if green.empty:
        return ""
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
        "For {n} account the documented value does not cover what the customer spends; its "
        "return stays off the external page.",
        "For {n} accounts the documented value does not cover what the customer spends; their "
        "return stays off the external page.", len(poor))


def promises_kept(review: QuarterReview, words: Language) -> str:
    """Our promises of the last review, kept and missed."""
    made, kept = review.accounts["promises_n"].sum(), review.accounts["kept_n"].sum()
    missed = review.accounts["missed_n"].sum()
    if review.promises is None or not made:
        return ""
    text = words.count("We kept {n} of {made} promises of the last review",
                       "We kept {n} of {made} promises of the last review", kept,
                       made=words.number(made))
    if not missed:
        return f"{text}."
    late = review.accounts[review.accounts["missed_n"] > 0].sort_values(
        ["missed_n", "revenue_ltm"], ascending=False)
    return words.count("{text} and missed {n}: {names}.", "{text} and missed {n}: {names}.",
                       missed, text=text, names=names_of(late, words))


def circle(review: QuarterReview, words: Language) -> str:
    """Size of the Green Circle and its part of the revenue."""
    green, everything = review.green_circle, _revenue_of_year(review)
    if green.empty:
        return nobody_green(words)
    if everything <= 0:
        return words.count("{n} of {all} accounts is Green Circle.",
                           "{n} of {all} accounts are Green Circle.", len(green),
                           all=words.number(len(review.accounts)))
    share = green["revenue_ltm"].sum() / everything
    return words.count(
        "{n} of {all} accounts is Green Circle; it makes {share} of the revenue of the last "
        "twelve months.", "{n} of {all} accounts are Green Circle; they make {share} of the "
        "revenue of the last twelve months.", len(green),
        all=words.number(len(review.accounts)), share=words.percent(share))


def capacity(review: QuarterReview, words: Language) -> str:
    """What the number of reviews the team can hold did to the circle."""
    reviews = review.settings.company.reviews_per_quarter
    if reviews is None:
        return ""
    share, green_n = words.percent(review.cuts.cut_share), len(review.green_circle)
    if green_n > reviews:
        return words.count(
            "The team can hold {n} review a quarter; the circle, drawn at {share} of the total, "
            "is larger.", "The team can hold {n} reviews a quarter; the circle, drawn at {share} "
            "of the total, is larger.", reviews, share=share)
    if review.cuts.cut_share < review.settings.segmentation.cut_share:
        return words.count(
            "The team can hold {n} review a quarter, so the circle is drawn at {share} of the "
            "total.", "The team can hold {n} reviews a quarter, so the circle is drawn at {share} "
            "of the total.", reviews, share=share)
    return words.count(
        "The team can hold {n} review a quarter, enough for the circle at {share} of the total.",
        "The team can hold {n} reviews a quarter, enough for the circle at {share} of the total.",
        reviews, share=share)


def largest_fifth(review: QuarterReview, words: Language) -> str:
    """Part of the revenue that the largest fifth of the accounts makes."""
    by_account, everything = review.accounts["revenue_ltm"], _revenue_of_year(review)
    share = concentration(by_account)
    return "" if pd.isna(share) or everything <= 0 else words.say(
        "The largest fifth of the active accounts makes {share} of the revenue.",
        share=words.percent(share * by_account.sum() / everything))


def _revenue_of_year(review: QuarterReview) -> float:
    """Revenue of the last twelve months, that of no account included."""
    year = last_twelve_months(review.quarter)
    return float(review.facts.loc[review.facts["quarter"].isin(year), "revenue"].sum())


def nobody_green(words: Language) -> str:
    """That there is no Green Circle account."""
    return words.say("No account is Green Circle.")


def _signed(amount: float, currency: str, words: Language) -> str:
    return ("+" if amount > 0 else "") + words.money(amount, currency)


def not_contacted(review: QuarterReview, words: Language) -> str:
    """Accounts that asked not to be contacted."""
    silent = review.accounts["do_not_contact"].fillna(False).astype(bool)
    count = int((silent & (review.accounts["segment"] != GREEN_CIRCLE)).sum())
    return "" if not count else words.count(
        "{n} asked not to be contacted and gets none.",
        "{n} asked not to be contacted and get none.", count)


def ends_soon(accounts: pd.DataFrame, review: QuarterReview) -> pd.Series:
    """Which accounts have a contract that ends soon."""
    days = (accounts["contract_end"] - review.as_of).dt.days
    return (days >= 0) & (days <= review.settings.black_ops.contract_days)


def names_of(accounts: pd.DataFrame, words: Language) -> str:
    """The first few accounts by name, and how many more; empty for none."""
    return listed_names(accounts["name"], words)


def name_of(review: QuarterReview, account_id: str) -> str:
    """Name of one account."""
    return review.accounts.set_index("account_id")["name"][account_id]


def _in_brackets(text: str, known: float) -> str:
    return "" if pd.isna(known) else f" ({text})"
