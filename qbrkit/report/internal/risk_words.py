"""What a risk says, in words: what would cause it, who is exposed, when, how likely, what lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.language import Language
from qbrkit.report.sentences import name_of
from qbrkit.report.words import family_words
from qbrkit.risks.register import CONTRADICTS, NEEDED, NO_EXPOSURE, NO_IMPACT, NO_PROBABILITY

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def reason_words(words: Language) -> dict[str, str]:
    """Why a risk has no expected loss."""
    return {NO_PROBABILITY: words.say("no probability"),
            NO_IMPACT: words.say("no share of impact"),
            NO_EXPOSURE: words.say("nothing we know is exposed"),
            CONTRADICTS: words.say("its lower probability is above the upper one")}


def needed(risk: dict, words: Language, names: tuple[str, ...]) -> list[str]:
    """What of some columns a risk does not give, in words."""
    told = {"solution": words.say("no answer"), "owner": words.say("no owner"),
            "due": words.say("no date"), "residual_share": words.say("what stays after it")}
    return [told[name] for name in risk["lacks"].split(", ") if name in names]


def lacking(risk: dict, words: Language) -> str:
    """All that a risk does not give, in words."""
    return ", ".join(needed(risk, words, NEEDED))


def driver(risk: dict, words: Language) -> str:
    """A risk by its id and its driver."""
    if pd.isna(risk["driver"]):
        return str(risk["risk_id"])
    return words.say("{risk} ({driver})", risk=risk["risk_id"], driver=risk["driver"])


def exposed(risk: dict, review: QuarterReview, words: Language) -> str:
    """Who or what is exposed, by the names the risk gives."""
    named = []
    if pd.notna(risk["account_id"]):
        known = (review.accounts["account_id"] == risk["account_id"]).any()
        named.append(name_of(review, risk["account_id"]) if known else risk["account_id"])
    named += [str(risk[name]) for name in ("industry", "country") if pd.notna(risk[name])]
    if pd.notna(risk["family"]):
        named.append(family_words(words).get(risk["family"], risk["family"]))
    return ", ".join(named) or words.say("the whole company")


def window(risk: dict, words: Language) -> str:
    """When a risk may come; empty without dates."""
    start, end = risk["window_start"], risk["window_end"]
    if pd.isna(start) and pd.isna(end):
        return ""
    if pd.isna(end):
        return words.say("from {day}", day=words.date(start, "medium"))
    if pd.isna(start):
        return words.say("until {day}", day=words.date(end, "medium"))
    return words.say("{start} to {end}", start=words.date(start, "medium"),
                     end=words.date(end, "medium"))


def chance(risk: dict, words: Language) -> str:
    """The probability of a risk as a range."""
    low, high = risk["probability_low"], risk["probability_high"]
    low, high = (high if pd.isna(low) else low), (low if pd.isna(high) else high)
    if low == high:
        return words.percent(low, 0)
    return words.say("{low} to {high}", low=words.percent(low, 0), high=words.percent(high, 0))
