"""Whether earlier sessions saw what then happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, finding, note, nothing, table
from qbrkit.report.language import NO_BREAK, Language
from qbrkit.report.sentences import words_of

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview
    from qbrkit.reviews.sessions import BacktestReview

FEW_FORECASTS = 30
"""With fewer forecasts a share of them is hardly more than an anecdote. House rule."""
SAME = 0.005
"""Brier scores that are printed alike."""


def scored(review: QuarterReview) -> Html:
    """How the last session that is old enough did, and when the younger ones can be scored."""
    words = words_of(review)
    found = None if review.sessions is None else review.sessions.backtest
    if review.sessions is None or review.sessions.sessions.empty:
        return finding(words.say("No session is on record that could be held against what "
                                 "happened."))
    if found is None or (found.scores.empty and found.not_scored.empty):
        return finding(words.say("No session is complete enough to be held against what "
                                 "happened."))
    if found.scores.empty:
        return finding(words.say("No session has been scored against what happened yet."),
                       *_waiting(found, words))
    last = found.scores.sort_values("session_date").iloc[-1].to_dict()
    return finding(_happened(last, words), _brier(last, words), _others(found, words),
                   *_waiting(found, words))


def calibration_table(review: QuarterReview) -> Html:
    """What the panels gave as a chance, and how often it happened."""
    found = None if review.sessions is None else review.sessions.backtest
    if found is None or found.calibration.empty or not found.calibration["n"].gt(0).any():
        return nothing()
    words = words_of(review)
    bands = found.calibration[found.calibration["n"] > 0]
    told = bands.to_dict("records")
    rows = bands.assign(
        band=[f"{words.percent(one['low'], 0)} – {words.percent(one['high'], 0)}" for one in told],
        share=[_share(one, words) for one in told])
    return table(rows, [
        ColumnView("band", words.say("Chance the panel gave")),
        ColumnView("n", words.say("Forecasts"), "number"),
        ColumnView("mean_probability", words.say("Mean of them"), "percent"),
        ColumnView("happened_n", words.say("Lost a deal within a year"), "number"),
        ColumnView("share", words.say("Share that did"), "range"),
    ], words.say("What the panels expected, and what happened"), words)


def calibration_note(review: QuarterReview) -> Html:
    """How much the table can say, and what it cannot see."""
    found = None if review.sessions is None else review.sessions.backtest
    if found is None or found.calibration.empty or not found.calibration["n"].gt(0).any():
        return nothing()
    words, forecasts = words_of(review), found.calibration["n"].sum()
    seen = words.say("A loss without a deal on record is not seen.")
    if forecasts >= FEW_FORECASTS:
        return note(words.say("In brackets: what chance leaves open (95%). {seen}", seen=seen))
    return note(words.count(
        "{n} forecast says little: the brackets hold what chance leaves open (95%). {seen}",
        "{n} forecasts say little: the brackets hold what chance leaves open (95%). {seen}",
        forecasts, seen=seen))


def _share(band: dict[Any, Any], words: Language) -> str:
    share, low, high = (words.percent(one, 0) for one in (
        band["happened_n"] / band["n"], band["share_low"], band["share_high"]))
    return f"{share}{NO_BREAK}({low}{NO_BREAK}–{NO_BREAK}{high})"


def _happened(last: dict[Any, Any], words: Language) -> str:
    return words.count(
        "Of {n} account scored on {day}, {happened} lost a deal within the year that followed.",
        "Of {n} accounts scored on {day}, {happened} lost a deal within the year that followed.",
        last["accounts_n"], day=words.date(last["session_date"]),
        happened=words.number(last["happened_n"]) if last["happened_n"] else words.say("none"))


def _brier(last: dict[Any, Any], words: Language) -> str:
    """The Brier score against that of the plain share."""
    score, base = last["brier"], last["brier_of_base_rate"]
    if pd.isna(score) or pd.isna(base):
        return ""
    given = {"score": words.number(score, 2), "base": words.number(base, 2)}
    if abs(score - base) < SAME or given["score"] == given["base"]:
        return words.say("The panel was as good as the plain share of those that lost one: its "
                         "Brier score is {score} against {base} (0 is perfect).", **given)
    return words.say("The panel was better than the plain share of those that lost one: its "
                     "Brier score is {score} against {base} (0 is perfect).", **given) \
        if score < base else words.say(
            "The panel was worse than the plain share of those that lost one: its Brier score is "
            "{score} against {base} (0 is perfect).", **given)


def _others(found: BacktestReview, words: Language) -> str:
    """That older sessions are in the table, too."""
    more = len(found.scores) - 1
    return "" if more < 1 else words.count(
        "The table below holds {n} earlier session, too.",
        "The table below holds {n} earlier sessions, too.", more)


def _waiting(found: BacktestReview, words: Language) -> list[str]:
    """Sessions that cannot be scored, each with its reason."""
    told = []
    for one in found.not_scored.sort_values("session_date").to_dict("records"):
        day = words.date(one["session_date"])
        if one["reason"] == "too_young":
            told.append(words.say("The session of {day} can be scored from {from_day} on.", day=day,
                                  from_day=words.date(one["from_day"])))
        elif one["reason"] == "no_deals":
            told.append(words.say("The session of {day} cannot be scored: the export holds no "
                                  "decided deal that tells what was lost.", day=day))
        else:
            told.append(words.say("The session of {day} cannot be scored: the deals on record do "
                                  "not cover the year that followed.", day=day))
    return told
