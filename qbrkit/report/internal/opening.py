"""The first screen of the internal review: the quarter, what matters most, what to decide."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from math import isnan
from types import ModuleType
from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report import outreach
from qbrkit.report.exhibits import (
    ColumnView,
    Html,
    Tile,
    finding,
    nothing,
    numbered,
    table,
    tiles,
)
from qbrkit.report.internal import (
    black_ops,
    bridges,
    circle,
    contacts,
    growing,
    potential,
    promises,
    readiness,
    retention,
    risks,
    seasons,
    switching,
    targets,
    threats,
    value,
)
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import PRINTED_AS_ZERO
from qbrkit.report.sentences import company_growth, on_year_ago, words_of

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview

OF_A_QUARTER, CHANGED, HANGS = 4.0, 1.0, 0.05
"""Weight of money of a quarter, of money of a year won, lost or expected to be, and of money that
only hangs on something: of revenue that one person holds not all is lost at once. House rule."""
SECTIONS = {targets: OF_A_QUARTER, retention: CHANGED, risks: CHANGED, threats: CHANGED,
            black_ops: CHANGED, growing: CHANGED, bridges: CHANGED, circle: CHANGED,
            contacts: HANGS, promises: HANGS, readiness: HANGS, value: HANGS, switching: HANGS,
            potential: HANGS, seasons: HANGS, outreach: HANGS}
"""Sections that bring findings and decisions, those that press most first."""
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

    Each section speaks once before one speaks twice, and no two sentences are about the same
    account alone, so that the page does not begin with five faces of one story.
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
    """The account that a sentence is about; empty when it names none or several."""
    named = [label for label in review.accounts["label"] if label in sentence]
    return named[0] if len(named) == 1 else ""


def _by_money(candidate: Candidate) -> float:
    """Most money first; what has none known comes last."""
    return 0.0 if isnan(candidate.money) else -candidate.money


def to_decide(review: QuarterReview) -> Html:
    """How much there is to decide, and where to begin."""
    words, found = words_of(review), _decisions(review)
    if not found:
        return finding(words.say(
            "No rule calls for a decision: nothing stands out in any section below."))
    return finding(words.count("{n} decision is to be taken.",
                               "{n} decisions are to be taken, the most pressing first.",
                               len(found)))


def decisions_table(review: QuarterReview) -> Html:
    """What the team has to decide, each with the accounts it concerns."""
    words, found = words_of(review), _decisions(review)
    if not found:
        return nothing()
    topics = {targets: words.say("Target"), retention: words.say("Retention"),
              risks: words.say("Risks"), threats: words.say("Competitors"),
              black_ops: words.say("Black ops"), growing: words.say("Growth"),
              bridges: words.say("Products and prices"), circle: words.say("Green Circle"),
              contacts: words.say("Contacts"), promises: words.say("Promises"),
              readiness: words.say("Contracts"), value: words.say("Value"),
              switching: words.say("What holds them"),
              potential: words.say("Potential"), seasons: words.say("Seasons"),
              outreach: words.say("Yearly plan")}
    return table(pd.DataFrame([{"topic": topics[section], "what": what}
                               for section, what in found]), [
        ColumnView("topic", words.say("About")),
        ColumnView("what", words.say("To decide"), "sentence"),
    ], words.say("Decisions to take"), words)


@lru_cache(maxsize=1)  # how many there are stands above the table of them
def _decisions(review: QuarterReview) -> tuple[tuple[ModuleType, str], ...]:
    return tuple((section, what) for section in SECTIONS for what in section.decisions(review))
