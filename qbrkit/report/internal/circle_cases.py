"""Accounts of the circle that need a word: groups, guessed costs, set by hand, new, not whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.periods import quarter_text
from qbrkit.report.language import Language
from qbrkit.report.words import listed_names, segment_words
from qbrkit.segmentation import HELD, MARGIN, OVERRIDE, STAY, VOLUME

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def together(review: QuarterReview, words: Language) -> str:
    """Groups that reach the cuts only together: no member of them does alone."""
    members, green = review.members, review.green_circle
    by_rank = green[green["reasons"].str.contains(rf"\b(?:{VOLUME}|{MARGIN})\b")]
    margin = (members["gross_margin_ltm_low"] + members["gross_margin_ltm_high"]) / 2
    reaches = (members["revenue_ltm"] >= review.cuts.volume) | (margin >= review.cuts.margin)
    alone = members.loc[reaches, "account_id"]
    found = by_rank[by_rank["account_id"].isin(members["account_id"])
                    & ~by_rank["account_id"].isin(alone)]
    if found.empty:
        return ""
    currency = review.settings.company.currency
    of = members.groupby("account_id")["revenue_ltm"].agg(["size", "max"])
    told = [words.say("{name} ({n} accounts, {money} in all, at most {largest} each)",
                      name=row["label"], n=words.number(of.loc[row["account_id"], "size"]),
                      money=words.money(row["revenue_ltm"], currency),
                      largest=words.money(of.loc[row["account_id"], "max"], currency))
            for row in found.to_dict("records")]
    return words.count("{n} group reaches the cuts only together: {names}.",
                       "{n} groups reach the cuts only together: {names}.", len(found),
                       names=listed_names(told, words))


def guessed_accounts(review: QuarterReview) -> pd.DataFrame:
    """Accounts whose unknown costs decide, largest first; not those held or set by hand."""
    accounts = review.accounts
    return _largest_first(accounts[accounts["is_decided_by_guess"]
                                   & ~accounts["reasons"].isin([OVERRIDE, HELD])])


def by_guess(review: QuarterReview, words: Language) -> str:
    """Accounts whose unknown costs decide, with the range of their margin."""
    found = guessed_accounts(review)
    if found.empty:
        return ""
    currency = review.settings.company.currency
    told = [words.say("{name} ({low} to {high})", name=row["label"],
                      low=words.money(row["gross_margin_ltm_low"], currency),
                      high=words.money(row["gross_margin_ltm_high"], currency))
            for row in found.to_dict("records")]
    return words.count("Unknown costs decide about {n} account, by where its gross margin lies: "
                       "{names}.", "Unknown costs decide about {n} accounts, by where their gross "
                       "margin lies: {names}.", len(found), names=listed_names(told, words))


def by_hand(review: QuarterReview, words: Language) -> str:
    """Whose segment is set by hand, by whom, why and until when."""
    found = _largest_first(review.accounts[review.accounts["reasons"] == OVERRIDE])
    if found.empty:
        return ""
    told = []
    for row in found.to_dict("records"):
        told_by = {"name": row["label"], "segment": segment_words(words)[row["segment"]],
                   "reason": row["override_reason"],
                   "until": words.date(row["override_expires"], "medium")}
        told.append(words.say("{name} ({segment} until {until}: {reason})", **told_by)
                    if pd.isna(row["override_author"]) else
                    words.say("{name} ({segment} until {until}, by {author}: {reason})",
                              author=row["override_author"], **told_by))
    return words.say("Set by hand: {names}.", names=listed_names(told, words))


def provisional(review: QuarterReview, words: Language) -> str:
    """Accounts too new to judge; by name those whose first months, annualized, come near a cut."""
    new = review.accounts.dropna(subset="revenue_annualized").sort_values(
        ["revenue_annualized", "account_id"], ascending=[False, True])
    near = new[new["revenue_annualized"] >= STAY * review.cuts.volume]
    if new.empty:
        return ""
    if near.empty:
        return words.count("{n} account is new and provisional, and not near the cut.",
                           "{n} accounts are new and provisional, none of them near the cut.",
                           len(new))
    currency = review.settings.company.currency
    told = [words.say("{name} ({so_far} so far, {year} annualized)", name=row["label"],
                      so_far=words.money(row["revenue_ltm"], currency),
                      year=words.money(row["revenue_annualized"], currency))
            for row in near.to_dict("records")]
    return words.count("{n} account is new and provisional; near or above the cut: {names}.",
                       "{n} accounts are new and provisional; near or above the cut: {names}.",
                       len(new), names=listed_names(told, words))


def not_whole(review: QuarterReview, words: Language) -> str:
    """What an incomplete quarter means for the circle."""
    if not review.is_partial:
        return ""
    return words.say(
        "{quarter} is not complete: its twelve months lack some days, so nobody leaves the circle "
        "in it.", quarter=quarter_text(review.quarter))


def _largest_first(accounts: pd.DataFrame) -> pd.DataFrame:
    return accounts.sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
