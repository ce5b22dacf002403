"""Which Green Circle accounts grow, and how firm that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.report.exhibits import Html, finding, not_available
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import (
    company_growth,
    names_of,
    part_of_quarter,
    returns,
    told_rates,
    words_of,
)

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

STEEP_FALL, MATERIAL = 0.2, 0.01
"""A fall that asks for a reason, of what the account and of what the circle bought before."""
QUARTER, YEAR = "quarter", "year"


def grown(review: QuarterReview) -> Html:
    """Where the company, and in it the Green Circle, grew and where it shrank."""
    words = words_of(review)
    if review.year_ago is None:
        return not_available(part_of_quarter(review, words) or words.say(
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
    words, comparison = words_of(review), firmest(review)
    names = names_of(_fallen(review, comparison), words)
    if not names:
        return []
    told = {"names": names, "share": words.percent(STEEP_FALL, 0)}
    return [words.say("Find out why: {names} bought at least {share} less in twelve months than in "
                      "the twelve before.", **told) if comparison == YEAR else
            words.say("Find out why: {names} bought at least {share} less in the quarter than a "
                      "year before.", **told)]


def _fallen(review: QuarterReview, comparison: str) -> pd.DataFrame:
    """Green Circle accounts whose fall is steep, and material or beyond chance; largest first.

    Who bought nothing in the period, but has ordered since, only ordered later.
    """
    ranked = ranked_circle(review, comparison).iloc[::-1]
    fall, before = -ranked["change"], ranked["base"]
    is_material = ((fall >= MATERIAL * before.sum()) & (fall >= PRINTED_AS_ZERO)) | (
        ranked["change_high"] < 0)
    again = review.silent.loc[review.silent["ordered_again"].notna(), "account_id"]
    is_later = ranked["account_id"].isin(again) & (ranked["review"] < PRINTED_AS_ZERO)
    return ranked[(before > 0) & (fall >= STEEP_FALL * before) & is_material & ~is_later]


def firmest(review: QuarterReview) -> str:
    """The comparison that ranks rest on: the year, where the data cover it."""
    return YEAR if (review.ranks["comparison"] == YEAR).any() else QUARTER


def ranked_circle(review: QuarterReview, comparison: str) -> pd.DataFrame:
    """Green Circle accounts with a known change, most growth first; rates that mean something."""
    labels = review.labels
    rows = review.ranks[(review.ranks["comparison"] == comparison)
                        & review.ranks["circle_rank"].notna()]
    return rows.assign(label=rows["account_id"].map(labels),
                       change_rate=told_rates(rows["base"], rows["review"])).sort_values(
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
        return words.count("Chance in single months could explain the change of the one account "
                           "that can be judged.", "Chance in single months could explain the "
                           "change of each of the {n} accounts that can be judged.", len(told))
    what = words.listed(
        [words.say("the growth of {names}", names=names_of(grown, words))] * (len(grown) > 0)
        + [words.say("the fall of {names}", names=names_of(shrunk, words))] * (len(shrunk) > 0))
    text = words.say("Chance in single months does not explain {what}.", what=what)
    if len(grown) + len(shrunk) == len(told):
        return text
    return words.say("{text} Of the {n} accounts that can be judged, all others may be chance.",
                     text=text, n=words.number(len(told)))


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
    rank, low, high = (int(row[f"circle_rank{end}"]) for end in ("", "_low", "_high"))
    values = {"rank": words.number(rank), "all": words.number(all_n)}
    if rank == low == high == 1:
        return words.say("It is first of {all}, whatever single months do.", **values)
    if rank == low == high == all_n:
        return words.say("It is last of {all}, whatever single months do.", **values)
    return words.say("It is rank {rank} of {all}; single months could put it anywhere from {low} "
                     "to {high}.", low=words.number(low), high=words.number(high), **values)
