"""Which accounts are Green Circle, how firmly, and who stands just outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qbrkit.periods import last_twelve_months
from qbrkit.report.exhibits import Html, finding
from qbrkit.report.internal import circle_cases, margins, movers
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import Language
from qbrkit.report.sentences import names_of, nobody_green, words_of
from qbrkit.segmentation import (
    BORDERLINE,
    FIRM,
    GREEN_CIRCLE,
    HELD,
    MARGIN,
    OVERRIDE,
    POTENTIAL,
    TRANSACTIONAL,
    VOLUME,
    concentration,
)

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def segments(review: QuarterReview) -> Html:
    """How many accounts are Green Circle, how firmly, and what they make."""
    words = words_of(review)
    return finding(size(review, words), capacity(review, words), _reasons(review, words),
                   circle_cases.not_whole(review, words), _firm(review, words),
                   circle_cases.by_hand(review, words), circle_cases.together(review, words),
                   _borderline(review, words), circle_cases.by_guess(review, words),
                   circle_cases.provisional(review, words), largest_fifth(review, words))


def size(review: QuarterReview, words: Language) -> str:
    """Size of the Green Circle and its part of the revenue."""
    green, everything = review.green_circle, revenue_of_year(review)
    if green.empty:
        return nobody_green(words)
    if everything <= 0:
        return words.count("{n} of {all} accounts is Green Circle.",
                           "{n} of {all} accounts are Green Circle.", len(green),
                           all=words.number(len(review.accounts)))
    share = green["revenue_ltm"].sum() / everything
    told = words.count(
        "{n} of {all} accounts is Green Circle; it makes {share} of the revenue of the last "
        "twelve months.", "{n} of {all} accounts are Green Circle; they make {share} of the "
        "revenue of the last twelve months.", len(green),
        all=words.number(len(review.accounts)), share=words.percent(share))
    if round(share, 3) <= 1:
        return told
    return told + " " + words.say("That is more than the whole: the rest, taken together, was "
                                  "credited more than it bought.")


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


def _reasons(review: QuarterReview, words: Language) -> str:
    """How many are Green Circle for each reason, and where the cuts are."""
    green, currency = review.green_circle, review.settings.company.currency
    reasons = green["reasons"].str.split(", ").explode().value_counts()
    cuts = {VOLUME: review.cuts.volume, MARGIN: review.cuts.margin}
    counted = {name: words.number(reasons.get(name, 0)) for name in (*cuts, POTENTIAL, OVERRIDE)}
    money = {name: words.money(cut, currency) for name, cut in cuts.items() if np.isfinite(cut)}
    told = {
        VOLUME: words.say("{n} by volume (from {cut} on)", n=counted[VOLUME],
                          cut=money.get(VOLUME, "")),
        MARGIN: words.say("{n} by margin (from {cut} on)", n=counted[MARGIN],
                          cut=money.get(MARGIN, "")),
        POTENTIAL: words.say("{n} by potential", n=counted[POTENTIAL]),
        OVERRIDE: words.say("{n} set by hand", n=counted[OVERRIDE])}
    shown = [told[name] for name in told if name in reasons]
    return words.say("Of them {reasons}.", reasons=words.listed(shown)) if shown else ""


def _firm(review: QuarterReview, words: Language) -> str:
    """How many of the Green Circle are firm, and who is in by the two-quarter rule only."""
    green = review.green_circle
    if green.empty:
        return ""
    held = green[green["reasons"] == HELD]
    told = words.count("{n} of them stands firm.", "{n} of them stand firm.",
                       int((green["firmness_class"] == FIRM).sum()))
    return told if held.empty else told + " " + words.count(
        "{n} stays, though below the cuts, because it is not yet two quarters below 0.9 of them: "
        "{names}.", "{n} stay, though below the cuts, because they are not yet two quarters below "
        "0.9 of them: {names}.", len(held), names=names_of(held, words))


def _borderline(review: QuarterReview, words: Language) -> str:
    """How many accounts could as well be in the other segment."""
    found = borderline_accounts(review)
    if found.empty:
        return "" if review.green_circle.empty else words.say("No account is borderline.")
    return words.count("{n} account is borderline, in or out: {names}.",
                       "{n} accounts are borderline, in or out: {names}.", len(found),
                       names=names_of(found.sort_values(["revenue_ltm", "account_id"],
                                                        ascending=[False, True]), words))


def largest_fifth(review: QuarterReview, words: Language) -> str:
    """Part of the revenue that the largest fifth of the accounts makes; not above the whole."""
    by_account, everything = review.accounts["revenue_ltm"], revenue_of_year(review)
    share = concentration(by_account)
    of_all = share * by_account.sum() / everything if everything > 0 else np.nan
    return "" if pd.isna(of_all) or round(of_all, 3) > 1 else words.say(
        "The largest fifth of the active accounts makes {share} of the revenue.",
        share=words.percent(of_all))


def headlines(review: QuarterReview) -> list[Candidate]:
    """What may head the page: who eats margin, who left, who joined."""
    return [*margins.headlines(review), *movers.headlines(review)]


def decisions(review: QuarterReview) -> list[str]:
    """What the team has to decide about the circle, naming the accounts."""
    words, accounts = words_of(review), review.accounts.sort_values(
        ["revenue_ltm", "account_id"], ascending=[False, True])
    is_green = accounts["segment"] == GREEN_CIRCLE
    left = accounts[(accounts["previous_segment"] == GREEN_CIRCLE) & ~is_green]
    joined = accounts[is_green & (accounts["previous_segment"] == TRANSACTIONAL)]
    losing, expired = accounts[is_green & accounts["loses_money"]], (
        left["previous_reasons"] == OVERRIDE)
    guessed = circle_cases.guessed_accounts(review)
    by_hand = left[expired]
    return [sentence for sentence, concerned in (
        (words.say("Raise the price or stop the loss at {names}.",
                   names=names_of(losing, words)), losing),
        (words.count("Renew or let go: {names} was Green Circle by hand, and that has expired.",
                     "Renew or let go: {names} were Green Circle by hand, and that has expired.",
                     len(by_hand), names=names_of(by_hand, words)), by_hand),
        (words.say("Let go or win back: {names} fell out of the Green Circle.",
                   names=names_of(left[~expired], words)), left[~expired]),
        (words.say("Plan a review with {names}: new in the Green Circle.",
                   names=names_of(joined, words)), joined),
        (words.count("Find the missing costs of {names}: the segment rests on an estimate of them.",
                     "Find the missing costs of {names}: their segments rest on an estimate of "
                     "them.", len(guessed), names=names_of(guessed, words)), guessed),
    ) if len(concerned)]


def borderline_accounts(review: QuarterReview) -> pd.DataFrame:
    """Borderline accounts, the firmest first."""
    return review.accounts[review.accounts["firmness_class"] == BORDERLINE].sort_values(
        ["firmness", "account_id"], ascending=[False, True])


def revenue_of_year(review: QuarterReview) -> float:
    """Revenue of the last twelve months, that of no account included."""
    year = last_twelve_months(review.quarter)
    return float(review.facts.loc[review.facts["quarter"].isin(year), "revenue"].sum())
