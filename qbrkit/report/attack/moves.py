"""Their first three moves against each account, and what we have against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.report.attack import panel
from qbrkit.report.exhibits import ColumnView, Html, finding, note, nothing, table
from qbrkit.report.language import Language
from qbrkit.report.sentences import words_of
from qbrkit.report.words import listed_names

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

DROPPED, NOBODYS = "dropped", "unassigned"
"""States of a counter-measure that stands against nothing, and of one without owner or date."""


def first(review: QuarterReview) -> Html:
    """What a competitor would do first, and how many of its moves have no answer."""
    words, moves = words_of(review), panel.of_last(review, "moves")
    if panel.last_session(review) is None:
        return finding(words.say("Their moves are what a session finds, and none is on record."))
    if moves.empty:
        return finding(words.say("The raters wrote down no move against the accounts of this "
                                 "page."))
    return finding(_named(moves, words), _likeliest(moves, review, words))


def moves_table(review: QuarterReview) -> Html:
    """The first moves against each account, and the counter-measure that stands against each."""
    words, moves = words_of(review), panel.of_last(review, "moves")
    if moves.empty:
        return nothing()
    rows = moves.assign(
        by=[words.say("{n} of {all}", n=words.number(one["named_n"]),
                      all=words.number(one["raters_n"])) for one in moves.to_dict("records")],
        answer=_answers(moves, review, words))
    return table(rows if panel.is_ranked(review) else rows.drop(columns="order"), [
        ColumnView("label", words.say("Account")),
        ColumnView("order", words.say("Move no."), "number"),
        ColumnView("move", words.say("Their move"), "sentence"),
        ColumnView("dimension", words.say("Where"), words=panel.dimension_words(words)),
        ColumnView("by", words.say("Named by raters"), "range"),
        ColumnView("ease", words.say("Ease for them"), "number", digits=1),
        ColumnView("answer", words.say("Our counter-measure"), "sentence"),
    ], words.say("Their first three moves per account"), words)


def moves_note(review: QuarterReview) -> Html:
    """How to read the ease."""
    moves = panel.of_last(review, "moves")
    if moves.empty or moves["ease"].isna().all():
        return nothing()
    return note(words_of(review).say("Ease is the median of the raters: 1 is hard for the "
                                     "competitor, 5 is easy."))


def unanswered_told(review: QuarterReview, words: Language) -> str:
    """How many first moves of the last session have no counter-measure; empty without any move."""
    moves, bare = panel.of_last(review, "moves"), panel.of_last(review, "unanswered")
    if moves.empty:
        return ""
    if bare.empty:
        return words.say("Against each of their first moves stands a counter-measure.")
    names = listed_names(bare["label"].drop_duplicates(), words)
    if len(bare) == len(moves):
        return words.count("Their first move has no counter-measure yet, at {names}.",
                           "All {n} first moves are without a counter-measure, at {names}.",
                           len(moves), names=names)
    return words.count(
        "{n} of their {all} first moves has no counter-measure yet, at {names}.",
        "{n} of their {all} first moves have no counter-measure yet, at {names}.", len(bare),
        all=words.number(len(moves)), names=names)


def _named(moves: pd.DataFrame, words: Language) -> str:
    return words.count(
        "The raters name {moves} against {n} account.",
        "The raters name {moves} against {n} accounts.", moves["account_id"].nunique(),
        moves=words.count("{n} first move", "{n} first moves", len(moves)))


def _likeliest(moves: pd.DataFrame, review: QuarterReview, words: Language) -> str:
    """The first move of all where the panel agrees, else the one that is easiest for them."""
    if panel.is_ranked(review):
        row = moves.iloc[0].to_dict()
        return words.say("The first of all, against {name}: {move}.", name=row["label"],
                         move=_plain(row["move"]))
    easiest = moves[moves["ease"] == moves["ease"].max()]
    if len(easiest) != 1:  # none, or several alike
        return ""
    row = easiest.iloc[0].to_dict()
    return words.say("Easiest for them, against {name}: {move} (ease {ease} of 5).",
                     name=row["label"], move=_plain(row["move"]),
                     ease=words.number(row["ease"], 1))


def _plain(text: Any) -> str:
    """A move within a sentence: without its own full stop."""
    return str(text).strip().rstrip(".")


def _answers(moves: pd.DataFrame, review: QuarterReview, words: Language) -> list[str]:
    """What stands against each move, in the order of the moves."""
    assert review.sessions is not None
    key, measures = ["account_id", "order"], review.sessions.measures
    bare = set(panel.of_last(review, "unanswered")[key].itertuples(index=False, name=None))
    standing = _by_place(measures[measures["state"] != DROPPED], words)
    told = []
    for one in moves.to_dict("records"):
        account, where = one["account_id"], _folded(one["dimension"])
        found = standing.get((account, where)) or standing.get((account, ""), [])
        told.append(words.say("none yet") if (account, one["order"]) in bare else
                    "; ".join(found) or words.say("there is one"))
    return told


def _by_place(measures: pd.DataFrame, words: Language) -> dict[tuple[str, str], list[str]]:
    """Counter-measures by account and dimension, each once, those without an owner marked."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in measures.to_dict("records"):
        text = str(one["measure"]) if one["state"] != NOBODYS else words.say(
            "{measure} (no owner or date)", measure=one["measure"])
        every = found.setdefault((one["account_id"], _folded(one["dimension"])), [])
        every += [] if text in every else [text]
    return found


def _folded(dimension: Any) -> str:
    """A dimension in whatever capitals; empty where it is missing."""
    return "" if pd.isna(dimension) else str(dimension).casefold()
