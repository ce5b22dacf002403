"""What a risk says, in words: what would cause it, who is exposed, when, how likely, what lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.language import NO_BREAK, Language
from qbrkit.report.sentences import name_of
from qbrkit.report.words import family_words, window_told
from qbrkit.risks.register import (
    BACKWARDS,
    CONTRADICTS,
    NEEDED,
    NO_EXPOSURE,
    NO_IMPACT,
    NO_PROBABILITY,
)

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def why_not_assessed(risk: dict, words: Language) -> str:
    """Why a risk has no expected loss."""
    told = {NO_PROBABILITY: words.say("no probability"),
            NO_IMPACT: words.say("no share of impact"),
            NO_EXPOSURE: words.say("not known here: {names}", names=risk["unknown"])
            if risk["unknown"] else words.say("nothing we know is exposed"),
            CONTRADICTS: words.say("its lower probability is above the upper one"),
            BACKWARDS: words.say("its window ends before it starts")}
    return words.listed([told[one] for one in risk["not_assessed"].split(", ")])


def needed(risk: dict, words: Language, names: tuple[str, ...]) -> list[str]:
    """What of some columns a risk does not give, in words."""
    told = {"solution": words.say("no answer"), "owner": words.say("no owner"),
            "due": words.say("no date"), "residual_share": words.say("what stays after it")}
    return [told[name] for name in risk["lacks"].split(", ") if name in names]


def lacking(risk: dict, words: Language) -> str:
    """All that a risk does not give, in words, and whether its answer comes too late."""
    told = needed(risk, words, NEEDED)
    if pd.notna(risk["is_late"]) and risk["is_late"]:
        told.append(words.say("time: act by {day}", day=words.date(risk["act_by"], "medium")))
    return ", ".join(told)


def with_source(risk: dict, words: Language) -> str:
    """A risk with where it was read and when, and whether that is long ago."""
    read = [] if pd.isna(risk["source"]) else [str(risk["source"])]
    if pd.notna(risk["source_date"]):
        read.append(words.date(risk["source_date"], "medium"))
    if pd.notna(risk["is_stale"]) and risk["is_stale"]:
        read.append(words.say("old"))
    told = driver(risk, words)
    return told if not read else words.say("{risk}. Source: {source}", risk=told,
                                           source=", ".join(read))


def owner_and_date(risk: dict, words: Language) -> str:
    """Who answers a risk, and until when."""
    return ", ".join([*([] if pd.isna(risk["owner"]) else [str(risk["owner"])]),
                      *([] if pd.isna(risk["due"]) else [_day(risk["due"], words)])])


def money_range(low: float, high: float, currency: str, words: Language) -> str:
    """Two amounts, or one where both print the same."""
    least, most = words.money(low, currency), words.money(high, currency)
    return most if least == most else words.say("{low} to {high}", low=least, high=most)


def loss(risk: dict, words: Language) -> str:
    """The expected loss of a risk as it stands in a table."""
    least, most = words.number(risk["expected_low"]), words.number(risk["expected_high"])
    return most if least == most else f"{least}{NO_BREAK}–{NO_BREAK}{most}"


def _day(day: pd.Timestamp, words: Language) -> str:
    return words.date(day, "medium").replace(" ", NO_BREAK)


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
    """When a risk may come, by months that no line breaks; empty without dates."""
    return window_told(risk["window_start"], risk["window_end"], words)


def chance(risk: dict, words: Language) -> str:
    """The probability of a risk as a range."""
    low, high = risk["probability_low"], risk["probability_high"]
    low, high = (high if pd.isna(low) else low), (low if pd.isna(high) else high)
    if low == high:
        return words.percent(low, 0)
    return words.say("{low} to {high}", low=words.percent(low, 0), high=words.percent(high, 0))
