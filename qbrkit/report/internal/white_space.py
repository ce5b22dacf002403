"""White space: what the peers of an account buy and the account does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.potential.proof import NO_FAMILY
from qbrkit.report.exhibits import (
    ColumnView,
    Html,
    finding,
    missing,
    not_available,
    note,
    nothing,
    table,
)
from qbrkit.report.language import Language
from qbrkit.report.sentences import name_of, names_of, words_of
from qbrkit.reviews.wallets import BY_EMPLOYEES

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview

SHOWN = 25


def gaps(review: QuarterReview) -> Html:
    """Which accounts lack a family that their peers buy."""
    words, rows = words_of(review), of_green_circle(review)
    if review.wallets.white_space.empty:
        if review.wallets.proof.reason == NO_FAMILY:
            return missing(words, words.say("Without product families nobody can tell what an "
                                            "account does not buy."),
                           ["products.family", "invoice_lines.product_id"], words.say("the ERP"))
        return not_available(words.say("No account lacks a product family that at least half of "
                                       "its peers buy."))
    if rows.empty:
        return not_available(words.say("No Green Circle account lacks a product family that at "
                                       "least half of its peers buy."))
    lacking = review.accounts.set_index("account_id").loc[rows["account_id"].unique()]
    return finding(words.count(
        "{n} Green Circle account lacks a product family that at least half of its peers buy: "
        "{names}.", "{n} Green Circle accounts lack a product family that at least half of their "
        "peers buy: {names}.", len(lacking), names=names_of(lacking, words)),
        white_space_of(review, rows.iloc[0], words))


def of_green_circle(review: QuarterReview) -> pd.DataFrame:
    """White space of Green Circle accounts, the largest first."""
    green, rows = review.green_circle, review.wallets.white_space
    return rows[rows["account_id"].isin(green["account_id"])]


def white_space_of(review: QuarterReview, row: pd.Series, words: Language) -> str:
    """One white space in a sentence."""
    return words.say(
        "{name} buys nothing in {family}, though {buyers} of {peers} accounts like it do, "
        "typically for {money} a year.", name=name_of(review, row["account_id"]),
        family=row["family"], buyers=words.number(row["buyers_n"]),
        peers=words.number(row["peers_n"]),
        money=words.money(row["median_spend"], review.settings.company.currency))


def gaps_table(review: QuarterReview) -> Html:
    """The largest white spaces of the Green Circle."""
    words, rows = words_of(review), of_green_circle(review).head(SHOWN)
    if rows.empty:
        return nothing()
    labels = review.labels
    return table(rows.assign(label=rows["account_id"].map(labels)), [
        ColumnView("label", words.say("Account")),
        ColumnView("family", words.say("Does not buy")),
        ColumnView("buyers_n", words.say("Peers that buy it"), "number"),
        ColumnView("peers_n", words.say("of"), "number"),
        ColumnView("median_spend", words.say("What those spend on it, {currency}",
                                             currency=review.settings.company.currency), "money"),
    ], words.say("White space of Green Circle accounts, largest first"), words)


def gaps_note(review: QuarterReview) -> Html:
    """Who the peers are."""
    words = words_of(review)
    if of_green_circle(review).empty:
        return nothing()
    if review.wallets.peers_by == BY_EMPLOYEES:
        return note(words.say(
            "Peers employ about as many people, and are of the same industry where it has enough "
            "accounts; what they spend is the median of twelve months."))
    return note(words.say(
        "Peers buy for about as much money, and are of the same industry where it has enough "
        "accounts; what they spend is the median of twelve months."))
