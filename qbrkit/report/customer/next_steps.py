"""The next ninety days: what both sides have promised, by date."""

import pandas as pd

from qbrkit.commitments import OURS, OVERDUE
from qbrkit.disclosure import AccountView
from qbrkit.report.customer.promises import promise_columns, promise_rows
from qbrkit.report.customer.reading import has_table, is_withheld, words_of
from qbrkit.report.exhibits import ColumnView, Html, finding, not_available, nothing, table
from qbrkit.report.language import Language
from qbrkit.report.words import outcome_words

TOLD_APART = ("side", "outcome", "is_later")
"""Without each of these nobody can tell what comes from what is overdue or comes later."""


def promised(view: AccountView) -> Html:
    """How much each side has promised, what is overdue, and what comes later."""
    words, promises = words_of(view), view.tables.get("upcoming", pd.DataFrame())
    if is_withheld(view, "upcoming"):
        return nothing()
    if promises.empty:
        return not_available(words.say("Nothing is promised for the next ninety days yet. Let us "
                                       "agree it in the meeting."))
    if not has_table(view, "upcoming", *TOLD_APART):
        return finding()
    is_late = promises["outcome"] == OVERDUE
    is_later = promises["is_later"]
    late, later = int(is_late.sum()), int(is_later.sum())
    return finding(
        coming(view, words) or words.say("Nothing new is promised for the next ninety days yet. "
                                         "Let us agree it in the meeting."),
        words.count("{n} promise is overdue.", "{n} promises are overdue.", late) if late else "",
        _older(view, words),
        words.count("{n} more is due later.", "{n} more are due later.", later) if later else "")


def promised_table(view: AccountView) -> Html:
    """Every open promise of both sides: overdue ones first, then by date."""
    words, promises = words_of(view), view.tables.get("upcoming", pd.DataFrame())
    if promises.empty:
        return nothing()
    rows = promise_rows(promises, words)
    if "owner" in rows:
        rows = rows.assign(owner=rows["owner"].fillna(words.say("to be named")))
    if "review_quarter" in rows and (promises["review_quarter"] < view.quarter).any():
        rows = rows.assign(review=[words.months(one, short=True)
                                   for one in promises["review_quarter"]])
    return table(rows, [
        *promise_columns(words),
        ColumnView("outcome", words.say("State"), "pill", words=outcome_words(words)),
        ColumnView("late", words.say("Overdue for")),
        ColumnView("review", words.say("From the review of")),
    ], words.say("Open promises of both sides, by date"), words)


def coming(view: AccountView, words: Language) -> str:
    """How many promises of each side fall due within ninety days, and the first day."""
    if not has_table(view, "upcoming", *TOLD_APART):
        return ""
    made = view.tables["upcoming"]
    soon = made[(made["outcome"] != OVERDUE) & ~made["is_later"]]
    ours = int((soon["side"] == OURS).sum())
    theirs = len(soon) - ours
    if soon.empty:
        return ""
    if not theirs:
        text = words.say("Promised for the next ninety days: {ours} by us, nothing by you yet.",
                         ours=words.number(ours))
    elif not ours:
        text = words.say("Promised for the next ninety days: nothing by us yet, {theirs} by you.",
                         theirs=words.number(theirs))
    else:
        text = words.say("Promised for the next ninety days: {ours} by us and {theirs} by you.",
                         ours=words.number(ours), theirs=words.number(theirs))
    if "due" not in soon or soon["due"].isna().all():
        return text
    first = words.say("The first day to keep is {day}.", day=words.date(soon["due"].min()))
    return f"{text} {first}"


def _older(view: AccountView, words: Language) -> str:
    """Open promises that were made before the last review."""
    if not (has_table(view, "upcoming", "review_quarter")
            and has_table(view, "promises", "review_quarter")):
        return ""
    last, made = view.tables["promises"]["review_quarter"], view.tables["upcoming"]
    older = int((made["review_quarter"] < last.max()).sum()) if len(last) else 0
    return words.count("{n} open promise was made before the last review.",
                       "{n} open promises were made before the last review.",
                       older) if older else ""
