"""What was promised in the last review, and what is promised for the next ninety days."""

import pandas as pd

from qbrkit.commitments import KEPT, MISSED, OURS, OVERDUE, THEIRS
from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import has_table, words_of
from qbrkit.report.exhibits import ColumnView, Html, finding, not_available, nothing, table
from qbrkit.report.language import Language
from qbrkit.report.words import outcome_words


def last_review(view: AccountView) -> Html:
    """What was promised in the last review, kept and missed."""
    words = words_of(view)
    if "promises" not in view.tables:
        return not_available(words.say("Not available: no promises are on record."))
    if view.tables["promises"].empty:
        return not_available(words.say("No promises were made in the last review."))
    if not has_table(view, "promises", "side", "outcome"):
        return finding()
    return finding(kept(view, words) or words.say(
        "In the last review we made no promise; yours are listed below."))


def last_review_table(view: AccountView) -> Html:
    """Promises of the last review, ours first, with their outcome."""
    words = words_of(view)
    return _promise_rows(view, "promises", words.say("What was promised in the last review"))


def ahead(view: AccountView) -> Html:
    """What both sides have promised for the next ninety days."""
    words = words_of(view)
    upcoming = view.tables.get("upcoming")
    if upcoming is None or upcoming.empty:
        return not_available(words.say("Nothing is promised for the next ninety days yet. Let us "
                                       "agree it in the meeting."))
    if "side" not in upcoming:
        return finding()
    coming = upcoming[upcoming["outcome"] != OVERDUE] if "outcome" in upcoming else upcoming
    ours = int((coming["side"] == OURS).sum())
    late = len(upcoming) - len(coming)
    return finding(
        words.say("Promised for the next ninety days: {ours} by us and {theirs} by you.",
                  ours=words.number(ours), theirs=words.number(len(coming) - ours)),
        words.count("{n} promise is overdue and stands below as well.",
                    "{n} promises are overdue and stand below as well.", late) if late else "")


def ahead_table(view: AccountView) -> Html:
    """Promises of the next ninety days of both sides."""
    return _promise_rows(view, "upcoming", words_of(view).say("The next ninety days"))


def our_outcomes(view: AccountView) -> list[str]:
    """Outcomes of our promises of the last review."""
    if not has_table(view, "promises", "side", "outcome"):
        return []
    made = view.tables["promises"]
    return made.loc[made["side"] == OURS, "outcome"].tolist()


def kept(view: AccountView, words: Language) -> str:
    """Our promises of the last review, kept and missed."""
    ours = our_outcomes(view)
    if not ours:
        return ""
    kept_n, missed = ours.count(KEPT), sum(one in {MISSED, OVERDUE} for one in ours)
    text = words.count("We kept {n} of {made} promises of the last review",
                       "We kept {n} of {made} promises of the last review", kept_n,
                       made=words.number(len(ours)))
    if not missed:
        return f"{text}."
    return words.count("{text}; {n} was missed.", "{text}; {n} were missed.", missed, text=text)


def _promise_rows(view: AccountView, name: str, caption: str) -> Html:
    words = words_of(view)
    rows = view.tables.get(name, pd.DataFrame())
    if rows.empty:
        return nothing()
    return table(rows, [
        ColumnView("text", words.say("Promise"), "sentence"),
        ColumnView("side", words.say("Whose"), words={OURS: words.say("ours"),
                                                      THEIRS: words.say("yours")}),
        ColumnView("owner", words.say("Who")),
        ColumnView("due", words.say("Due"), "date"),
        ColumnView("outcome", words.say("Outcome"), "pill", words=outcome_words(words)),
    ], caption, words)
