"""What the last black-ops session found, and which of it is not answered yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.attack import disagreements, losses, measures, moves, panel
from qbrkit.report.exhibits import ColumnView, Html, finding, missing, nothing, table
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import Language
from qbrkit.report.sentences import words_of
from qbrkit.report.words import listed_names

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview

SHOWN = 8
"""Rows here at most: the black-ops page lists them all."""
UNANSWERED, BETWEEN = "unanswered", 1.5
"""Moves without an answer stand behind overdue and nobody's measures, and before open ones."""


def state(review: QuarterReview) -> Html:
    """What the last session found, how firm it is, and what is still to be done about it."""
    words, session = words_of(review), panel.last_session(review)
    if session is None:
        return missing(words, words.say("No black-ops session is on record. {how}",
                                        how=panel.panel_needed(review, words)),
                       ["black_ops_scores"], words.say("raters of several departments"))
    to_do = measures.to_do(review)
    return finding(
        _found(review, words), moves.unanswered_told(review, words),
        words.count("{n} counter-measure is still to be done.",
                    "{n} counter-measures are still to be done.", len(to_do))
        if len(to_do) else "", panel.reserves(review, words), _left_out(review, words))


def to_do_table(review: QuarterReview) -> Html:
    """Accounts with first moves that nothing stands against, and counter-measures to be done."""
    words = words_of(review)
    rows = _to_do(review, words)
    if rows.empty:
        return nothing()
    return table(rows.head(SHOWN), [
        ColumnView("label", words.say("Account")),
        ColumnView("what", words.say("What is open"), "sentence"),
        ColumnView("owner", words.say("Owner")),
        ColumnView("due", words.say("Due"), "date"),
        ColumnView("pill", words.say("State"), "pill", words=measures.state_words(words) | {
            "missed": words.say("no answer")}),
    ], words.say("What the session left to be done"), words)


def headlines(review: QuarterReview) -> list[Candidate]:
    """What the last session expects to be lost, unless it is too old to go by."""
    words, rows = words_of(review), losses.scored(review)
    if rows.empty or panel.is_stale(review):
        return []
    money = float(rows["expected_loss"].sum())
    told = [words.count(
        "A black-ops panel expects a competitor to take {money} within twelve months at {n} "
        "account.", "A black-ops panel expects a competitor to take {money} within twelve months "
        "at {n} accounts.", len(rows), money=words.money(money, review.settings.company.currency))]
    if not panel.is_ranked(review):
        told.append(words.say("It gives no order of the accounts."))
    told.append(moves.unanswered_told(review, words))
    return [Candidate(max(0.0, money), " ".join(one for one in told if one))]


def decisions(review: QuarterReview) -> list[str]:
    """Moves to answer, points to settle, counter-measures to assign and to finish."""
    words, session, found = words_of(review), panel.last_session(review), []
    if session is None:
        return []
    bare = panel.of_last(review, "unanswered")
    if len(bare) and not panel.is_stale(review):
        found.append(words.count(
            "Decide on a counter-measure against {n} first move of the competitor, at {names}.",
            "Decide on counter-measures against {n} first moves of the competitor, at {names}.",
            len(bare), names=_names(bare, words)))
    if session["state"] == panel.DIVIDED and not panel.is_stale(review):
        found.append(words.say("Settle what the black-ops raters disagree on, then let them score "
                               "again."))
    every = measures.all_measures(review)
    if len(late := every[every["state"] == measures.OVERDUE]):
        found.append(words.count("Finish or drop the overdue counter-measure of {names}.",
                                 "Finish or drop the overdue counter-measures of {names}.",
                                 len(late), names=_names(late, words)))
    if len(nobodys := every[every["state"] == measures.UNASSIGNED]):
        found.append(words.count(
            "Give the counter-measure of {names} an owner and a date.",
            "Give the counter-measures of {names} an owner and a date.", len(nobodys),
            names=_names(nobodys, words)))
    if panel.is_stale(review):
        found.append(words.say("Hold a black-ops session: the last one was {n} days before the end "
                               "of the quarter.", n=words.number(panel.days_since(review))))
    return found


def _found(review: QuarterReview, words: Language) -> str:
    """The account they would begin with, or why the panel does not say."""
    rows, currency = losses.scored(review), review.settings.company.currency
    assert review.sessions is not None
    day = words.date(review.sessions.latest)
    if not panel.is_ranked(review):
        return " ".join(one for one in (
            words.say("The black-ops session of {day} gives no order of the accounts.", day=day),
            panel.why_no_order(review, words), _widest(review, words),
            losses.total_told(review, words)) if one)
    if rows.empty:
        return words.say("The black-ops session of {day} scored no account of this review.",
                         day=day)
    first, given = rows.iloc[0], {"day": day, "name": rows.iloc[0]["label"]}
    money = words.money(first["expected_loss"], currency)
    if len(rows) == 1:
        return words.say("The black-ops session of {day} expects a loss of {money} at {name} "
                         "within twelve months.", money=money, **given)
    return words.say(
        "By the black-ops session of {day} a competitor would begin with {name}, with an expected "
        "loss of {money}; at all {n} accounts scored it is {all}.", money=money,
        n=words.number(len(rows)), all=words.money(rows["expected_loss"].sum(), currency), **given)


def _widest(review: QuarterReview, words: Language) -> str:
    """What a divided panel is furthest apart on."""
    agenda = panel.of_last(review, "disagreements")
    session = panel.last_session(review)
    if session is None or session["state"] != panel.DIVIDED or agenda.empty:
        return ""
    first = agenda.iloc[0].to_dict()
    return words.say("They are furthest apart on {point} ({low}; {high}).",
                     point=panel.about(first, review, words),
                     low=disagreements.low_side(first, words),
                     high=disagreements.high_side(first, words))


def _to_do(review: QuarterReview, words: Language) -> pd.DataFrame:
    """What presses most first: overdue and nobody's measures, bare moves, open measures."""
    known = [one for one in (_measures(review, words), _bare(review, words)) if len(one)]
    if not known:
        return pd.DataFrame()
    return pd.concat(known, ignore_index=True).sort_values("at", kind="stable", ignore_index=True)


def _measures(review: QuarterReview, words: Language) -> pd.DataFrame:
    """Counter-measures still to be done, each with where it stands."""
    rows = measures.to_do(review)
    if rows.empty:
        return rows
    return rows.assign(what=[_placed(panel.dimension(where, words), measure, words)
                             for where, measure in zip(rows["dimension"], rows["measure"],
                                                       strict=True)])


def _bare(review: QuarterReview, words: Language) -> pd.DataFrame:
    """Accounts with first moves that nothing stands against, their moves in one line."""
    rows = panel.of_last(review, UNANSWERED)
    if rows.empty:
        return rows
    told = rows.groupby(["account_id", "label"], sort=False)["move"].agg("; ".join).reset_index()
    return told.assign(pill="missed", at=BETWEEN, what=[
        words.say("their moves: {moves}", moves=one) for one in told["move"]])


def _placed(where: str, measure: str, words: Language) -> str:
    return words.say("{where}: {measure}", where=where, measure=measure) if where else measure


def _left_out(review: QuarterReview, words: Language) -> str:
    more = len(_to_do(review, words)) - SHOWN
    return "" if more <= 0 else words.count(
        "The black-ops page tells {n} more line of the table below.",
        "The black-ops page tells {n} more lines of the table below.", more)


def _names(rows: pd.DataFrame, words: Language) -> str:
    return listed_names(rows["label"].drop_duplicates(), words)
