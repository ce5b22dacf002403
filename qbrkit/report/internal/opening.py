"""The first screen of the internal review: the quarter, what matters most, what to decide."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from math import isnan
from typing import TYPE_CHECKING

from qbrkit.report.exhibits import Html, Tile, finding, numbered, tiles
from qbrkit.report.internal import (
    bridges,
    circle,
    contacts,
    growing,
    potential,
    promises,
    readiness,
    retention,
    risks,
    targets,
    value,
)
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import PRINTED_AS_ZERO
from qbrkit.report.sentences import company_growth, on_year_ago, words_of

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview

CHANGED, HANGS = 1.0, 0.1
"""Weight of money won, lost or expected to be, and of money that only hangs on something: of
revenue that one person holds not all is lost at once. House rule."""
SECTIONS = {targets: CHANGED, circle: CHANGED, growing: CHANGED, bridges: CHANGED,
            retention: CHANGED, potential: HANGS, contacts: HANGS, value: HANGS,
            risks: CHANGED, promises: HANGS, readiness: HANGS}
"""Sections that bring findings and decisions, in the order of the page."""
FINDINGS = 5


def key_figures(review: QuarterReview) -> Html:
    """The quarter in four tiles."""
    words, currency = words_of(review), review.settings.company.currency
    green = review.green_circle
    quarter = review.totals["revenue_quarter"]
    margin_low = review.totals["gross_margin_quarter_low"]
    margin_high = review.totals["gross_margin_quarter_high"]
    green_share = green["revenue_quarter"].sum() / quarter if quarter > 0 else float("nan")
    return tiles(
        Tile(words.say("Revenue"), words.money(quarter, currency), on_year_ago(review, words)),
        Tile(words.say("Gross margin"), words.money((margin_low + margin_high) / 2, currency),
             words.say("no cost data") if not review.has_cost else
             words.say("between {low} and {high}", low=words.money(margin_low, currency),
                       high=words.money(margin_high, currency))
             if margin_high - margin_low >= PRINTED_AS_ZERO else ""),
        Tile(words.say("Green Circle accounts"), words.number(len(green)),
             words.say("of {n}", n=words.number(len(review.accounts)))),
        Tile(words.say("Their part of the quarter"), words.percent(green_share),
             words.say("of the quarter's revenue")))


def five_findings(review: QuarterReview) -> Html:
    """How the company grew, and the four results with most money at stake.

    Each section speaks once before one speaks twice, and no two sentences open with the same
    account, so that the page does not begin with five faces of one story.
    """
    opening = company_growth(review, words_of(review))
    told = [opening] if opening else []
    by_section = [sorted((replace(one, money=one.money * weight)
                          for one in section.headlines(review)), key=_by_money)
                  for section, weight in SECTIONS.items()]
    subjects: set[str] = set()
    for same_place in zip_longest(*by_section):
        for one in sorted(filter(None, same_place), key=_by_money):
            subject = _subject(one.sentence, review)
            if one.sentence not in told and subject not in subjects:
                told.append(one.sentence)
                subjects |= {subject} - {""}
    return numbered(told[:FINDINGS]) if told else finding(circle.size(review, words_of(review)))


def _subject(sentence: str, review: QuarterReview) -> str:
    """The account that a sentence opens with; empty when it opens with none."""
    return next((label for label in review.accounts["label"] if sentence.startswith(label)), "")


def _by_money(candidate: Candidate) -> float:
    """Most money first; what has none known comes last."""
    return 0.0 if isnan(candidate.money) else -candidate.money


def decisions(review: QuarterReview) -> Html:
    """What the team has to decide, section by section, each with the accounts it concerns."""
    found = [sentence for section in SECTIONS for sentence in section.decisions(review)]
    if not found:
        return finding(words_of(review).say(
            "No rule calls for a decision: nothing stands out in any section below."))
    return numbered(found)
