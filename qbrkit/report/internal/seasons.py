"""Which seasons move us: the year of the seasonal families, and accounts that buy by season."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from babel.dates import get_month_names

from qbrkit.facts import UNKNOWN_FAMILY
from qbrkit.report import style
from qbrkit.report.exhibits import Html, finding, nothing
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import name_of, words_of
from qbrkit.report.style import INK, MUTED, PALE, RULE
from qbrkit.report.words import family_words, listed_names, months_told
from qbrkit.risks.seasonality import CURVE, LEAST_MONTHS, YEAR

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview

DRAWN = 4
LABEL_LENGTH = 26
LABEL_SHARE = 0.09
"""Least distance between two labels. [share of the axis]"""


def seasons(review: QuarterReview) -> Html:
    """Which families have a season and in which months, and which accounts buy by season."""
    words = words_of(review)
    return finding(_families(review, words), _accounts(review, words), _borrowed(review, words))


def seasons_figure(review: QuarterReview) -> Html:
    """The year of each seasonal family, month by month."""
    words = words_of(review)
    drawn = _seasonal(review).dropna(subset=CURVE).head(DRAWN)
    if drawn.empty:
        return nothing()
    names = get_month_names("abbreviated", "stand-alone", locale=words.locale)
    with style.chart(2.6, left=0.55, right=1.9, bottom=0.35, top=0.15) as axes:
        highest = float(drawn[CURVE].to_numpy().max())
        lowest = min(0.0, float(drawn[CURVE].to_numpy().min()))
        axes.set_ylim(lowest, highest * 1.05)
        axes.set_xlim(0.6, YEAR)
        axes.tick_params(axis="x", pad=5)
        axes.axhline(1, color=PALE, linewidth=0.8)
        accent = review.settings.company.accent
        ends = _apart(drawn[CURVE[-1]].to_numpy(), LABEL_SHARE * (highest * 1.05 - lowest))
        for at, (row, end) in enumerate(zip(drawn.to_dict("records"), ends, strict=True)):
            color = accent if at == 0 else MUTED
            axes.plot(range(1, YEAR + 1), [row[name] for name in CURVE], color=color,
                      linewidth=2 if at == 0 else 1.2)
            axes.annotate(_short(_family(row["key"], words)), (YEAR, end), xytext=(6, -3),
                          textcoords="offset points", fontsize=8.5, annotation_clip=False,
                          color=accent if at == 0 else INK)
        axes.set_xticks(range(1, YEAR + 1), [names[month].rstrip(".")
                                             for month in range(1, YEAR + 1)])
        axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        axes.grid(axis="y", color=RULE, linewidth=0.5)
        return style.draw(
            axes, words.say("The year of the seasonal product families"),
            words.say("each month as a share of the mean month"),
            "; ".join(words.say("{family}: most in {peak}, least in {trough}",
                                family=_family(row["key"], words),
                                peak=months_told(row["peak_months"], words),
                                trough=months_told(row["trough_months"], words))
                      for row in drawn.to_dict("records")))


def headlines(review: QuarterReview) -> list[Candidate]:
    """The season that lacks most money, for the head of the page."""
    words, found = words_of(review), _seasonal(review)
    if found.empty or not found.iloc[0]["shortfall"] >= PRINTED_AS_ZERO:
        return []
    first = found.iloc[0]
    return [Candidate(float(first["shortfall"]), _one_family(first, review, words))]


def decisions(review: QuarterReview) -> list[str]:
    """Nothing: a season is known in advance and calls for no decision of its own."""
    return []


def _seasonal(review: QuarterReview) -> pd.DataFrame:
    """Families with a season, the largest shortfall first."""
    found = review.risks.family_seasons
    return found[found["is_seasonal"]].sort_values(["shortfall", "key"], ascending=[False, True])


def _families(review: QuarterReview, words: Language) -> str:
    """The families with a season, or why none is told."""
    risks, found = review.risks, _seasonal(review)
    if risks.months_n < LEAST_MONTHS:
        return words.say("A season cannot be told yet: the data hold {n} whole months, and it "
                         "takes {needed}; a longer export supplies them.",
                         n=words.number(risks.months_n), needed=words.number(LEAST_MONTHS))
    if found.empty:
        known = risks.family_seasons.dropna(subset="strength")
        if known.empty:
            return words.say("No product family has a season that can be told.")
        most = known.sort_values(["strength", "key"], ascending=[False, True]).iloc[0]
        return words.say(
            "No product family has a season: {family} comes closest, with a strength of "
            "{strength} where {needed} is called one.", family=_family(most["key"], words),
            strength=words.number(most["strength"], 2),
            needed=words.number(review.settings.risks.seasonal_strength, 2)) \
            if most["strength"] < review.settings.risks.seasonal_strength else words.say(
            "No product family has a season: {family} looks like one, with a strength of "
            "{strength}, but {n} months are too few to tell it from chance.",
            family=_family(most["key"], words), strength=words.number(most["strength"], 2),
            n=words.number(most["months_n"]))
    told = [_one_family(row, review, words) for _, row in found.head(DRAWN).iterrows()]
    if len(found) > DRAWN:
        told.append(words.say("Further families with a season: {families}.", families=listed_names(
            [_family(key, words) for key in found["key"].iloc[DRAWN:]], words)))
    return " ".join(told)


def _one_family(row: pd.Series, review: QuarterReview, words: Language) -> str:
    """One family with a season: its months, and what lacks in the weak ones."""
    given = {"peak": months_told(row["peak_months"], words),
             "trough": months_told(row["trough_months"], words),
             "strength": words.number(row["strength"], 2),
             "money": words.money(row["shortfall"], review.settings.company.currency)}
    if row["key"] == UNKNOWN_FAMILY:
        return words.say(
            "Other products sell most in {peak} and least in {trough} (strength {strength}); in "
            "the weak months they stay {money} a year below their trend.", **given)
    return words.say(
        "{family} sells most in {peak} and least in {trough} (strength {strength}); in the weak "
        "months it stays {money} a year below its trend.", family=row["key"], **given)


def _accounts(review: QuarterReview, words: Language) -> str:
    """Green Circle accounts with a season of their own."""
    found = review.risks.account_seasons
    own = found[~found["is_borrowed"] & found["strength"].notna()]
    if own.empty:
        return ""
    names = listed_names([name_of(review, key) for key in own.loc[own["is_seasonal"], "key"]],
                         words)
    every = words.count("{n} Green Circle account", "{n} Green Circle accounts", len(own))
    left_out = words.count("; {n} smaller one was not looked at", "; {n} smaller ones were not "
                           "looked at", review.risks.unseen_accounts_n) \
        if review.risks.unseen_accounts_n else ""
    if own["is_seasonal"].all():
        return words.count(
            "The one Green Circle account with enough history buys in the same months each year: "
            "{names}{left_out}.", "All {n} Green Circle accounts with enough history buy in the "
            "same months each year: {names}{left_out}.", len(own), names=names, left_out=left_out)
    if not names:
        return words.say("Of {every} with enough history none buys by season{left_out}.",
                         every=every, left_out=left_out)
    return words.say("Of {every} with enough history these buy in the same months each year: "
                     "{names}{left_out}.", every=every, names=names, left_out=left_out)


def _borrowed(review: QuarterReview, words: Language) -> str:
    """Accounts with too little history for a season of their own."""
    found = review.risks.account_seasons
    borrowed = found[found["is_borrowed"] & found["is_seasonal"]]
    if borrowed.empty:
        return ""
    return words.count(
        "{n} account with less than {months} months borrows the season of its industry or of the "
        "company: {names}.", "{n} accounts with less than {months} months borrow the season of "
        "their industry or of the company: {names}.", len(borrowed),
        months=words.number(LEAST_MONTHS), names=listed_names(
            [name_of(review, key) for key in borrowed["key"]], words))


def _family(key: str, words: Language) -> str:
    return family_words(words).get(key, key)


def _short(name: str) -> str:
    """A name that fits beside the chart."""
    name = " ".join(name.split())
    return name if len(name) <= LABEL_LENGTH else name[:LABEL_LENGTH - 1].rstrip() + "…"


def _apart(heights: np.ndarray, least: float) -> list[float]:
    """Heights of labels, moved up where they would cover each other."""
    placed = heights.astype(float).copy()
    order = np.argsort(placed, kind="stable")
    for below, above in itertools.pairwise(order):
        placed[above] = max(placed[above], placed[below] + least)
    return placed.tolist()
