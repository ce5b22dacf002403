"""Which Green Circle accounts grow, and how firm that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.report.exhibits import Html, finding, not_available
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import company_growth, names_of, returns, words_of

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

STEEP_FALL = 0.2
"""A fall that asks for a reason. [share of the year-ago quarter]"""
QUARTER, YEAR = "quarter", "year"


def grown(review: QuarterReview) -> Html:
    """Where the company, and in it the Green Circle, grew and where it shrank."""
    words = words_of(review)
    if review.year_ago is None:
        return not_available(words.say(
            "The data do not cover the same quarter a year before, so growth cannot be told."))
    by_year = ""
    if firmest(review) == YEAR:
        by_year = " ".join(one for one in (
            _told(review, YEAR, is_best=True, stands_alone=False),
            _told(review, YEAR, is_best=False, stands_alone=False),
            _beyond_chance(review)) if one)
    return finding(company_growth(review, words), returns(review, words),
                   _told(review, QUARTER, is_best=True, stands_alone=False),
                   _told(review, QUARTER, is_best=False, stands_alone=False), by_year)


def headlines(review: QuarterReview) -> list[Candidate]:
    """The account that grew most and the one that lost most, over a year where that is known."""
    if review.year_ago is None:
        return []
    comparison, found = firmest(review), []
    for is_best in (True, False):
        sentence = _told(review, comparison, is_best, stands_alone=True)
        if sentence:
            ranked = ranked_circle(review, comparison)
            change = ranked["change"].iloc[0 if is_best else -1]
            found.append(Candidate(abs(float(change)), sentence))
    return found


def decisions(review: QuarterReview) -> list[str]:
    """Who has to be asked why they buy so much less."""
    words, green = words_of(review), review.green_circle
    fallen = green[green["change_rate"] <= -STEEP_FALL].sort_values(
        ["change_constant", "account_id"])
    names = names_of(fallen, words)
    return [words.say("Find out why: {names} bought at least {share} less than a year before.",
                      names=names, share=words.percent(STEEP_FALL, 0))] if names else []


def firmest(review: QuarterReview) -> str:
    """The comparison that ranks rest on: the year, where the data cover it."""
    return YEAR if (review.ranks["comparison"] == YEAR).any() else QUARTER


def ranked_circle(review: QuarterReview, comparison: str) -> pd.DataFrame:
    """Green Circle accounts with a known change, most growth first, and their labels."""
    labels = review.accounts.set_index("account_id")["label"]
    rows = review.ranks[(review.ranks["comparison"] == comparison)
                        & review.ranks["circle_rank"].notna()]
    return rows.assign(label=rows["account_id"].map(labels)).sort_values(
        ["circle_rank", "account_id"])


def _told(review: QuarterReview, comparison: str, is_best: bool, stands_alone: bool) -> str:
    """The account that grew or lost most, in a sentence; empty where none did."""
    words, ranked = words_of(review), ranked_circle(review, comparison)
    sign = 1 if is_best else -1
    moved = ranked[sign * ranked["change"] >= PRINTED_AS_ZERO]
    if moved.empty:
        return ""
    row = moved.iloc[0 if is_best else -1].to_dict()
    money = words.money(row["change"], review.settings.company.currency)
    change = {"name": row["label"], "money": f"+{money}" if is_best else money,
              "rate": "" if pd.isna(row["change_rate"])
              else f" ({words.percent(row['change_rate'], signed=True)})"}
    if stands_alone:
        text = _standing_alone(comparison, is_best, words, change)
    elif comparison == YEAR:
        text = (words.say("Over twelve months {name} grew most: {money}{rate}.", **change)
                if is_best else
                words.say("Over twelve months {name} lost most: {money}{rate}.", **change))
    else:
        text = (words.say("{name} grew most: {money}{rate}.", **change) if is_best else
                words.say("{name} lost most: {money}{rate}.", **change))
    is_firmest = comparison == firmest(review)
    return f"{text} {_firmness(row, len(ranked), words)}".strip() if is_firmest else text


def _beyond_chance(review: QuarterReview) -> str:
    """Which accounts grew or shrank by more over the year than chance in single months explains."""
    words, ranked = words_of(review), ranked_circle(review, YEAR)
    told = ranked[ranked["change_low"].notna()]
    grown, shrunk = told[told["change_low"] > 0], told[told["change_high"] < 0].iloc[::-1]
    if told.empty:
        return ""
    if grown.empty and shrunk.empty:
        return words.say("Chance in single months could explain every one of these changes.")
    if shrunk.empty:
        return words.say("Chance in single months does not explain the growth of {names}; all "
                         "other changes it could.", names=names_of(grown, words))
    if grown.empty:
        return words.say("Chance in single months does not explain the fall of {names}; all other "
                         "changes it could.", names=names_of(shrunk, words))
    return words.say("Chance in single months does not explain the growth of {grown} and the fall "
                     "of {shrunk}; all other changes it could.", grown=names_of(grown, words),
                     shrunk=names_of(shrunk, words))


def _standing_alone(comparison: str, is_best: bool, words: Language,
                    change: dict[str, str]) -> str:
    """The same, with what it is compared with."""
    if comparison == YEAR:
        return (words.say("{name} grew most in the Green Circle: {money} over twelve months "
                          "against the twelve before{rate}.", **change) if is_best else
                words.say("{name} lost most in the Green Circle: {money} over twelve months "
                          "against the twelve before{rate}.", **change))
    return (words.say("{name} grew most in the Green Circle: {money} against the same quarter a "
                      "year before{rate}.", **change) if is_best else
            words.say("{name} lost most in the Green Circle: {money} against the same quarter a "
                      "year before{rate}.", **change))


def _firmness(row: dict[Any, Any], all_n: int, words: Language) -> str:
    """Between which ranks an account may be."""
    if pd.isna(row["circle_rank_low"]) or all_n < 2:
        return ""
    low, high = (words.number(row[f"circle_rank_{end}"]) for end in ("low", "high"))
    values = {"rank": words.number(row["circle_rank"]), "all": words.number(all_n)}
    if low == high:
        return words.say("It is firmly rank {rank} of {all}.", **values)
    return words.say("It is rank {rank} of {all}; given the chance in single months, anything "
                     "between {low} and {high}.", low=low, high=high, **values)
