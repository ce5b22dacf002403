"""Whether the margin of some accounts pays for others, and who eats it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from qbrkit.periods import last_twelve_months
from qbrkit.report import style
from qbrkit.report.exhibits import ColumnView, Html, finding, missing, nothing, table
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import names_of, words_of
from qbrkit.report.style import PALE
from qbrkit.report.words import family_words
from qbrkit.segmentation import A_CENT, whale_curve

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def margin_spread(review: QuarterReview) -> Html:
    """Whether some accounts eat the margin of others."""
    words, currency = words_of(review), review.settings.company.currency
    if not review.has_cost:
        return missing(words, words.say("Without any cost there is no gross margin."),
                       ["invoice_lines.cost"], words.say("controlling"))
    losing = _losing(review)
    if losing.empty:
        doubtful = review.accounts[review.accounts["gross_margin_ltm_low"] < 0]
        if names := names_of(doubtful, words):
            return finding(words.say(
                "No account is known to lose money over the last twelve months; where costs are "
                "missing it may be so: {names}.", names=names), _peak(review, words))
        return finding(words.say("No account loses money over the last twelve months."))
    values = {"names": names_of(losing, words),
              "lost": words.money(-losing["gross_margin_ltm_high"].sum(), currency)}
    return finding(
        words.count("{n} account loses money: {names} cost at least {lost} in twelve months.",
                    "{n} accounts lose money: {names} cost at least {lost} in twelve months.",
                    len(losing), **values) if _is_range(losing) else
        words.count("{n} account loses money: {names} cost {lost} in twelve months.",
                    "{n} accounts lose money: {names} cost {lost} in twelve months.",
                    len(losing), **values), _peak(review, words))


def _is_range(accounts: pd.DataFrame) -> bool:
    """Whether unknown costs make the margin of some of them a range."""
    width = accounts["gross_margin_ltm_high"] - accounts["gross_margin_ltm_low"]
    return bool((width > A_CENT).any())


def _peak(review: QuarterReview, words: Language) -> str:
    """How far the most profitable accounts go above the whole margin."""
    curve = _curve(review)
    if curve.empty or round(float(curve.max()), 3) <= 1:
        return ""
    return words.count(
        "The most profitable account makes {peak} of the gross margin; the rest takes {lost} of "
        "it away again.", "The {n} most profitable accounts make {peak} of the gross margin; the "
        "rest takes {lost} of it away again.", int(np.argmax(curve.to_numpy())) + 1,
        peak=words.percent(curve.max()), lost=words.percent(curve.max() - 1))


def whale(review: QuarterReview) -> Html:
    """Cumulative share of the total margin, accounts from most to least profitable."""
    words, curve = words_of(review), _curve(review)
    if curve.empty:
        return nothing()
    peak, at = float(curve.max()), int(np.argmax(curve.to_numpy())) + 1
    with style.chart(2.6, left=0.6, right=1.1, bottom=0.5, top=0.2) as axes:
        axes.plot(range(len(curve) + 1), [0, *curve], color=review.settings.company.accent,
                  linewidth=2)
        axes.axhline(1, color=PALE, linewidth=0.8)
        axes.set_xlim(0, len(curve))
        axes.set_ylim(0, max(1.05, peak * 1.05))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        axes.set_xlabel(words.say("Accounts, most profitable first"))
        axes.annotate(words.say("peak {share}", share=words.percent(peak)), (at, peak),
                      xytext=(0, 5), textcoords="offset points", fontsize=8, ha="center",
                      annotation_clip=False)
        return style.draw(
            axes, words.say("Cumulative share of the gross margin"), "",
            words.say("The curve reaches {peak} of the margin after {n} of {all} accounts.",
                      peak=words.percent(peak), n=words.number(at),
                      all=words.number(len(curve))))


def losing_table(review: QuarterReview) -> Html:
    """Who eats the margin, and the product family it loses most in."""
    words, currency = words_of(review), review.settings.company.currency
    losing = _losing(review).sort_values(["gross_margin_ltm_high", "account_id"])
    if not review.has_cost or losing.empty:
        return nothing()
    worst = _worst_family(review, losing["account_id"])
    rows = losing.assign(family=losing["account_id"].map(worst["family"]).astype("str"),
                         lost=losing["account_id"].map(worst["gross_margin_high"]))
    return table(rows, [
        ColumnView("label", words.say("Account")),
        ColumnView("revenue_ltm", words.say("Revenue of twelve months, {currency}",
                                            currency=currency), "money"),
        ColumnView("gross_margin_ltm_low", words.say("Gross margin at worst, {currency}",
                                                     currency=currency), "money"),
        ColumnView("gross_margin_ltm_high", words.say("Gross margin at best, {currency}",
                                                      currency=currency), "money"),
        ColumnView("family", words.say("Loses most in"), words=family_words(words)),
        ColumnView("lost", words.say("There at best, {currency}", currency=currency), "money"),
    ], words.say("Accounts that lose money, most first"), words)


def headlines(review: QuarterReview) -> list[Candidate]:
    """What the accounts that lose money cost in a year."""
    losing, found = _losing(review), []
    buys = losing["revenue_ltm"] > -PRINTED_AS_ZERO
    for accounts, tell in ((losing[buys], _buyers), (losing[~buys], _returners)):
        lost = -float(accounts["gross_margin_ltm_high"].sum())
        if review.has_cost and lost >= PRINTED_AS_ZERO:
            found.append(Candidate(lost, tell(review, accounts)))
    return found


def _buyers(review: QuarterReview, losing: pd.DataFrame) -> str:
    """What accounts buy and cost beyond that."""
    words, values = words_of(review), _named(review, losing, 1)
    if _is_range(losing):
        return words.count(
            "{names} buys for {revenue} in twelve months and costs us at least {lost} more than "
            "that.", "{names} buy for {revenue} in twelve months and cost us at least {lost} more "
            "than that.", len(losing), **values)
    return words.count(
        "{names} buys for {revenue} in twelve months and costs us {lost} more than that.",
        "{names} buy for {revenue} in twelve months and cost us {lost} more than that.",
        len(losing), **values)


def _returners(review: QuarterReview, losing: pd.DataFrame) -> str:
    """What accounts cost that were credited more than they bought."""
    words, values = words_of(review), _named(review, losing, -1)
    if _is_range(losing):
        return words.count(
            "{names} was credited {revenue} more than it bought in twelve months, and costs us at "
            "least {lost}.", "{names} were credited {revenue} more than they bought in twelve "
            "months, and cost us at least {lost}.", len(losing), **values)
    return words.count(
        "{names} was credited {revenue} more than it bought in twelve months, and costs us {lost}.",
        "{names} were credited {revenue} more than they bought in twelve months, and cost us "
        "{lost}.", len(losing), **values)


def _named(review: QuarterReview, losing: pd.DataFrame, sign: int) -> dict[str, str]:
    words, currency = words_of(review), review.settings.company.currency
    return {"names": names_of(losing, words),
            "revenue": words.money(sign * losing["revenue_ltm"].sum(), currency),
            "lost": words.money(-losing["gross_margin_ltm_high"].sum(), currency)}


def _losing(review: QuarterReview) -> pd.DataFrame:
    """Accounts whose margin is negative whatever the unknown costs are."""
    return review.accounts[review.accounts["gross_margin_ltm_high"] < 0]


def _curve(review: QuarterReview) -> pd.Series:
    """Whale curve of the accounts that bought in the year."""
    margin = (review.accounts["gross_margin_ltm_low"]
              + review.accounts["gross_margin_ltm_high"]) / 2
    return whale_curve(margin[review.accounts["revenue_ltm"] != 0])


def _worst_family(review: QuarterReview, account_ids: pd.Series) -> pd.DataFrame:
    """Per account the product family with the lowest margin of the year."""
    facts = review.facts
    inside = facts[facts["account_id"].isin(account_ids)
                   & facts["quarter"].isin(last_twelve_months(review.quarter))]
    sums = inside.groupby(["account_id", "family"])["gross_margin_high"].sum().reset_index()
    return sums.sort_values(["gross_margin_high", "family"]).drop_duplicates(
        "account_id").set_index("account_id")
