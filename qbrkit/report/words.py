"""Words for the codes of the tables, and for lists of names."""

from collections.abc import Iterable

import pandas as pd
from babel.dates import get_month_names

from qbrkit.commitments import DROPPED, KEPT, MISSED, OPEN, OVERDUE
from qbrkit.facts import UNKNOWN_FAMILY
from qbrkit.report.language import NO_BREAK, Language
from qbrkit.risks.seasonality import YEAR
from qbrkit.segmentation import (
    GREEN_CIRCLE,
    HELD,
    MARGIN,
    OVERRIDE,
    POTENTIAL,
    TRANSACTIONAL,
    VOLUME,
)

NAMED = 3
"""How many accounts a sentence names before it says how many more there are."""
RUN = 3
"""Months in a row that are told as "May to July"."""


def segment_words(words: Language) -> dict[str, str]:
    """Names of the segments."""
    return {GREEN_CIRCLE: words.say("Green Circle"), TRANSACTIONAL: words.say("transactional")}


def reasons_in_words(reasons: str, words: Language) -> str:
    """Why an account is Green Circle; empty for no reason."""
    named = {MARGIN: words.say("margin"), VOLUME: words.say("volume"),
             POTENTIAL: words.say("potential"), OVERRIDE: words.say("set by hand"),
             HELD: words.say("not yet two quarters below 0.9 of the cuts")}
    return ", ".join(named[reason] for reason in reasons.split(", ") if reason)


def family_words(words: Language) -> dict[str, str]:
    """Name of the products that are in no family."""
    return {UNKNOWN_FAMILY: words.say("other products")}


def outcome_words(words: Language) -> dict[str, str]:
    """Names of what became of a promise."""
    return {KEPT: words.say("kept"), MISSED: words.say("missed"), OPEN: words.say("open"),
            DROPPED: words.say("dropped"), OVERDUE: words.say("overdue")}


def role_words(words: Language) -> dict[str, str]:
    """Names of the required roles, alone and together."""
    both = {"influencer": words.say("influencer"), "gatekeeper": words.say("gatekeeper")}
    return both | {"influencer, gatekeeper": ", ".join(both.values())}


def listed_names(names: Iterable[str], words: Language) -> str:
    """The first few names, and how many more; empty for none."""
    every = list(names)
    more = len(every) - NAMED
    if more <= 0:
        return words.listed(every)
    return words.listed([*every[:NAMED], words.count("{n} more", "{n} more", more)])


def months_told(listed: str, words: Language) -> str:
    """Calendar months in words, as "May to July" or "December and January"."""
    names = get_month_names("wide", "stand-alone", locale=words.locale)
    runs: list[list[int]] = []
    for month in (int(one) for one in listed.split(", ") if one):
        if runs and month == runs[-1][-1] % YEAR + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return words.listed([part for run in runs for part in (
        [words.say("{first} to {last}", first=names[run[0]], last=names[run[-1]])]
        if len(run) >= RUN else [names[month] for month in run])])


def window_told(start: pd.Timestamp, end: pd.Timestamp, words: Language) -> str:
    """From when to when, by months that a line breaks between at most; empty without dates."""
    first, last = (words.date(day, "LLL y").replace(" ", NO_BREAK) for day in (start, end))
    if pd.isna(start) and pd.isna(end):
        return ""
    if pd.isna(end):
        return words.say("from {day}", day=first)
    if pd.isna(start):
        return words.say("until {day}", day=last)
    return first if first == last else f"{first}{NO_BREAK}– {last}"
