"""What accounts would forgo by leaving, and which is cheapest to win over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, finding, missing, not_available, table
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import Language
from qbrkit.report.sentences import names_of, nobody_green, words_of

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview

SHOWN = 10


def state(review: QuarterReview) -> Html:
    """Who is cheapest to win over, and where nothing holds an account."""
    words = words_of(review)
    if review.switching is None:
        return missing(words, words.say("Nothing is known of what accounts would forgo."),
                       ["services", "switching_costs"],
                       words.say("service and account managers"))
    if review.green_circle.empty:
        return finding(nobody_green(words))
    return finding(cheapest(review, words), _without(review, words), _estimated(review, words))


def by_discount(review: QuarterReview) -> Html:
    """Green Circle accounts by break-even discount, lowest first."""
    words, rows = words_of(review), _rows(review)
    if rows.empty:
        return not_available(words.say("No Green Circle account has a line that counts."))
    return table(rows.head(SHOWN), [
        ColumnView("label", words.say("Account")),
        ColumnView("currency", words.say("Currency")),
        ColumnView("free_in_plan", words.say("Free in the plan"), "money"),
        ColumnView("extra_mile", words.say("Extra mile"), "money"),
        ColumnView("rebate", words.say("Rebates"), "money"),
        ColumnView("one_off", words.say("One-off, per year"), "money"),
        ColumnView("switching_loss", words.say("Sum"), "money"),
        ColumnView("break_even_discount", words.say("Break-even discount"), "percent"),
    ], words.say("What they would forgo in twelve months, in each account's currency, lowest "
                 "discount first"), words)


def headlines(review: QuarterReview) -> list[Candidate]:
    """The revenue of the account that is cheapest to win over."""
    words, rows = words_of(review), _known(review)
    if rows.empty:
        return []
    return [Candidate(max(0.0, float(rows["revenue_ltm"].iloc[0])), cheapest(review, words))]


def decisions(review: QuarterReview) -> list[str]:
    """Whose one-off cost waits for a confirmation."""
    words = words_of(review)
    names = names_of(_not_confirmed(review), words)
    return [words.say("Have the one-off cost of changing suppliers confirmed by {names}.",
                      names=names)] if names else []


def cheapest(review: QuarterReview, words: Language) -> str:
    """The lowest break-even discount against the median of all."""
    rows = _known(review)
    if rows.empty:
        return ""
    first = rows.iloc[0]
    discount, money = first["break_even_discount"], words.money(
        first["switching_loss"], first["currency"])
    if discount <= 0:
        return words.say("{name} would forgo nothing by leaving: what is on record adds up to "
                         "{money}.", name=first["label"], money=money)
    text = words.say("As far as is known, {name} is cheapest to win over: a discount of {discount} "
                     "makes up for all that it would forgo in a year, {money}",
                     name=first["label"], discount=words.percent(discount), money=money)
    if len(rows) < 3:
        return f"{text}."
    return words.say("{text}; the median of the Green Circle is {median}.", text=text,
                     median=words.percent(rows["break_even_discount"].median()))


def _without(review: QuarterReview, words: Language) -> str:
    """Accounts of which nothing is on record that they would forgo."""
    none = review.green_circle[review.green_circle["switching_loss"].isna()]
    if none.empty:
        return ""
    return words.count(
        "For {n} Green Circle account nothing is on record that it would forgo: {names}.",
        "For {n} Green Circle accounts nothing is on record that they would forgo: {names}.",
        len(none), names=names_of(none, words))


def _estimated(review: QuarterReview, words: Language) -> str:
    """One-off costs that nobody has confirmed, which are in no sum."""
    waiting = _not_confirmed(review)
    if waiting.empty:
        return ""
    told = [words.say("{name} ({money})", name=name, money=words.money(amount, currency))
            for name, amount, currency in zip(waiting["label"], waiting["not_confirmed"],
                                              waiting["currency"], strict=True)]
    shown = words.listed(told[:SHOWN])
    return words.say("One-off costs that are only estimated are not counted: {names}.",
                     names=shown)


def _rows(review: QuarterReview) -> pd.DataFrame:
    """Green Circle accounts with a sum, lowest discount first, those without one last."""
    if review.switching is None:
        return pd.DataFrame()
    sums = review.switching.accounts
    own = [name for name in review.green_circle if name == "account_id" or name not in sums]
    rows = review.green_circle[own].merge(sums, on="account_id", how="inner")
    return rows[rows["switching_loss"].notna()].sort_values(
        ["break_even_discount", "account_id"], na_position="last")


def _known(review: QuarterReview) -> pd.DataFrame:
    """Those with a discount."""
    rows = _rows(review)
    return rows[rows["break_even_discount"].notna()] if len(rows) else rows


def _not_confirmed(review: QuarterReview) -> pd.DataFrame:
    """Green Circle accounts with estimated one-off costs."""
    if review.switching is None:
        return pd.DataFrame({"label": []})
    waiting = review.switching.accounts[["account_id", "not_confirmed"]]
    rows = review.green_circle.merge(waiting, on="account_id", how="inner")
    return rows[rows["not_confirmed"].notna()]
