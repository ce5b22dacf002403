"""What we do before a competitor acts: the counter-measures and what is late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.attack import moves, panel
from qbrkit.report.exhibits import ColumnView, Html, finding, missing, nothing, table
from qbrkit.report.language import Language
from qbrkit.report.sentences import words_of
from qbrkit.report.words import listed_names

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

OVERDUE, UNASSIGNED, OPEN, DONE, DROPPED = "overdue", "unassigned", "open", "done", "dropped"
TO_DO = (OVERDUE, UNASSIGNED, OPEN)
"""States of a counter-measure that is still to be done, those that press most first."""
TABLE = "counter_measures"


def state(review: QuarterReview) -> Html:
    """How many counter-measures are open, late or nobody's, and which moves have none."""
    words, every = words_of(review), all_measures(review)
    unanswered = moves.unanswered_told(review, words)
    if panel.last_session(review) is None and every.empty:
        return finding(words.say("Without a session no counter-measure was decided."))
    if every.empty and TABLE not in review.tables:
        return missing(words, " ".join(one for one in (
            words.say("No counter-measure is on record."), unanswered) if one), [TABLE],
            words.say("whoever led the session"))
    if every.empty:
        return finding(words.say("No counter-measure is on record."), unanswered)
    return finding(counted(every, words), _late(every, words), _nobodys(every, words), unanswered)


def measures_table(review: QuarterReview) -> Html:
    """Counter-measures that are still to be done, the most pressing first."""
    words, rows = words_of(review), to_do(review)
    if rows.empty:
        return nothing()
    return table(rows, [
        ColumnView("label", words.say("Account")),
        ColumnView("dimension", words.say("Where"), words=panel.dimension_words(words)),
        ColumnView("measure", words.say("Counter-measure"), "sentence"),
        ColumnView("owner", words.say("Owner")),
        ColumnView("due", words.say("Due"), "date"),
        ColumnView("pill", words.say("State"), "pill", words=state_words(words)),
    ], words.say("Counter-measures still to be done, the most pressing first"), words)


def all_measures(review: QuarterReview) -> pd.DataFrame:
    """Counter-measures of all sessions with the label of their account."""
    if review.sessions is None:
        return pd.DataFrame({"state": pd.Series(dtype="str")})
    rows = review.sessions.measures
    rows = rows[rows["account_id"].isin(review.labels.index)]
    return rows.assign(label=rows["account_id"].map(review.labels).astype("str"))


def to_do(review: QuarterReview) -> pd.DataFrame:
    """Those still to be done: overdue ones first, the oldest of them at the top."""
    rows = all_measures(review)
    rows = rows[rows["state"].isin(TO_DO)]
    if rows.empty:
        return rows
    colors = {OVERDUE: "overdue", UNASSIGNED: "draft", OPEN: "open"}  # of the pills
    return rows.assign(
        at=rows["state"].map({one: at for at, one in enumerate(TO_DO)}),
        pill=rows["state"].map(colors)).sort_values(
            ["at", "due", "label", "measure"], na_position="last").reset_index(drop=True)


def state_words(words: Language) -> dict[str, str]:
    """Names of what became of a counter-measure, by the color of its pill."""
    return {"overdue": words.say("overdue"), "draft": words.say("no owner or date"),
            "open": words.say("open")}


def counted(every: pd.DataFrame, words: Language) -> str:
    """How many counter-measures were decided, done, dropped, and are open."""
    tally = every["state"].value_counts()
    parts = [told for told in (
        words.say("{n} done", n=words.number(tally.get(DONE, 0))) if DONE in tally else "",
        words.say("{n} dropped", n=words.number(tally.get(DROPPED, 0))) if DROPPED in tally
        else "",
        words.say("{n} still to be done", n=words.number(tally.reindex(TO_DO).sum()))) if told]
    return words.count("{n} counter-measure was decided: {parts}.",
                       "{n} counter-measures were decided: {parts}.", len(every),
                       parts=words.listed(parts))


def _late(every: pd.DataFrame, words: Language) -> str:
    late = every[every["state"] == OVERDUE]
    if late.empty:
        return ""
    days = late["days_overdue"].max()
    names = listed_names(late["label"].drop_duplicates(), words)
    return words.count("{n} is overdue, by {days}: {names}.",
                       "{n} are overdue, the oldest by {days}: {names}.", len(late), names=names,
                       days=words.count("{n} day", "{n} days", days))


def _nobodys(every: pd.DataFrame, words: Language) -> str:
    rows = every[every["state"] == UNASSIGNED]
    return "" if rows.empty else words.count(
        "{n} has no owner or no date: {names}.", "{n} have no owner or no date: {names}.",
        len(rows), names=listed_names(rows["label"].drop_duplicates(), words))
