"""What was promised in the last review: kept and missed, and why."""

import pandas as pd

from qbrkit.commitments import DROPPED, KEPT, MISSED, OPEN, OURS, OVERDUE, THEIRS
from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import has_table, is_withheld, words_of
from qbrkit.report.exhibits import ColumnView, Html, finding, not_available, note, nothing, table
from qbrkit.report.language import NO_BREAK, Language
from qbrkit.report.words import outcome_words

PAIR = 2


def last_review(view: AccountView) -> Html:
    """What was promised in the last review and became of it, on both sides."""
    words = words_of(view)
    if is_withheld(view, "promises"):
        return nothing()
    if "promises" not in view.tables:
        return not_available(words.say("Not available: no promises are on record."))
    if view.tables["promises"].empty:
        return not_available(
            words.say("No promise of an earlier review is on record.")
            if len(view.tables.get("upcoming", ()))
            else words.say("Not available: no promises are on record."))
    if not has_table(view, "promises", "side", "outcome"):
        return finding(words.say("What was promised is listed below."))
    return finding(kept(view, words) or words.say(
        "In the last review we made no promise; yours are listed below."), _regret(view, words),
        _theirs(view, words))


def last_review_table(view: AccountView) -> Html:
    """Every promise of the last review, ours first, with its outcome and why it was missed."""
    words, made = words_of(view), view.tables.get("promises", pd.DataFrame())
    if made.empty:
        return nothing()
    return table(promise_rows(made, words), [
        *promise_columns(words),
        ColumnView("outcome", words.say("Outcome"), "pill", words=outcome_words(words)),
        ColumnView("late", words.say("Overdue for")),
        ColumnView("reason", words.say("Why"), "sentence"),
    ], _which_review(view, words) or words.say("What was promised in the last review"), words)


def counted_to(view: AccountView) -> Html:
    """Until which day the days overdue are counted, where anything is overdue."""
    words, made = words_of(view), view.tables.get("promises", pd.DataFrame())
    if not {"due", "overdue_days"} <= set(made) or made["overdue_days"].isna().all():
        return nothing()
    late = made.dropna(subset="overdue_days").iloc[0]
    return note(words.say("Days overdue are counted to {day}.", day=words.date(
        late["due"] + pd.Timedelta(days=late["overdue_days"]))))


def over_time(view: AccountView) -> Html:
    """Promises kept in the last reviews, both sides; nothing where there was only one."""
    words = words_of(view)
    if not has_table(view, "promise_counts", "review_quarter", "side", "made_n", "kept_n"):
        return nothing()
    counts = view.tables["promise_counts"]
    if counts["review_quarter"].nunique() < 2:
        return nothing()
    told = counts.assign(told=[_of_made(row, words) for row in counts.to_dict("records")])
    rows = told.groupby(["review_quarter", "side"])["told"].first().unstack("side").sort_index(
        ascending=False).reset_index()
    return table(rows.assign(review=[words.months(one) for one in rows["review_quarter"]]), [
        ColumnView("review", words.say("Review of")),
        ColumnView(OURS, words.say("Kept by us"), "range"),
        ColumnView(THEIRS, words.say("Kept by you"), "range"),
    ], words.say("Promises kept, review by review"), words)


def our_outcomes(view: AccountView) -> list[str]:
    """Outcomes of our promises of the last review."""
    return _outcomes(view, OURS)


def kept(view: AccountView, words: Language) -> str:
    """Our promises of the last review, and what became of each; empty where there are none."""
    ours = our_outcomes(view)
    if not ours:
        return ""
    made, kept_n, rest = len(ours), ours.count(KEPT), _rest(ours, words)
    if made == 1:
        return {KEPT: words.say("We kept our promise of the last review."),
                MISSED: words.say("We did not keep our promise of the last review."),
                OVERDUE: words.say("Our promise of the last review is overdue."),
                DROPPED: words.say("Our promise of the last review was dropped."),
                OPEN: words.say("Our promise of the last review is still open.")}[ours[0]]
    if kept_n == made == PAIR:
        return words.say("We kept both promises of the last review.")
    if kept_n == made:
        return words.count("We kept {n} promise of the last review.",
                           "We kept all {n} promises of the last review.", made)
    if ours.count(MISSED) == made:
        return words.count("We missed {n} promise of the last review.",
                           "We kept none of our {n} promises of the last review.", made)
    if not kept_n:
        return words.say("Of our {made} promises of the last review {rest}.",
                         made=words.number(made), rest=rest)
    text = words.count("We kept {n} of {made} promises of the last review",
                       "We kept {n} of {made} promises of the last review", kept_n,
                       made=words.number(made))
    return words.say("{text}; {rest}.", text=text, rest=rest)


def promise_rows(rows: pd.DataFrame, words: Language) -> pd.DataFrame:
    """Promises as they are printed: days in words, and what is not told said."""
    shown = rows
    if "overdue_days" in rows and rows["overdue_days"].notna().any():
        shown = shown.assign(late=["" if pd.isna(days) else words.count(
            "{n} day", "{n} days", days) for days in rows["overdue_days"]])
    if "due" in rows:
        # of what is not known to be open, no day is still to be agreed
        is_open = rows["outcome"] == OPEN if "outcome" in rows else pd.Series(
            False, index=rows.index)
        shown = shown.assign(due=[_day(*one, words) for one in zip(rows["due"], is_open,
                                                                  strict=True)])
    if not {"reason", "outcome"} <= set(rows):
        return shown
    is_broken = rows["outcome"].isin([MISSED, DROPPED, OVERDUE])
    if not (is_broken | rows["reason"].notna()).any():
        return shown.drop(columns="reason")
    return shown.assign(reason=rows["reason"].fillna("").mask(
        is_broken & rows["reason"].isna(), words.say("no reason on record")))


def promise_columns(words: Language) -> list[ColumnView]:
    """What every list of promises shows: what, whose, who, until when."""
    return [
        ColumnView("text", words.say("Promise"), "sentence"),
        ColumnView("side", words.say("Whose"), words={OURS: words.say("ours"),
                                                      THEIRS: words.say("yours")}),
        ColumnView("owner", words.say("Who")),
        ColumnView("due", words.say("Due"))]


def _day(day: pd.Timestamp, is_open: bool, words: Language) -> str:
    """The day a promise is due; of an open one without a day, that one is to be agreed."""
    if pd.isna(day):
        return words.say("date to be agreed") if is_open else ""
    return words.date(day, "medium").replace(" ", NO_BREAK)


def _outcomes(view: AccountView, side: str) -> list[str]:
    """Outcomes of one side's promises of the last review."""
    if not has_table(view, "promises", "side", "outcome"):
        return []
    made = view.tables["promises"]
    return made.loc[made["side"] == side, "outcome"].tolist()


def _rest(outcomes: list[str], words: Language) -> str:
    """What became of the promises that are not kept, each outcome with its number."""
    missed, overdue, dropped, still_open = (
        outcomes.count(one) for one in (MISSED, OVERDUE, DROPPED, OPEN))
    return words.listed([text for n, text in (
        (missed, words.count("{n} was missed", "{n} were missed", missed)),
        (overdue, words.count("{n} is overdue", "{n} are overdue", overdue)),
        (dropped, words.count("{n} was dropped", "{n} were dropped", dropped)),
        (still_open, words.count("{n} is still open", "{n} are still open", still_open))) if n])


def _theirs(view: AccountView, words: Language) -> str:
    """The customer's promises of the last review, and what became of each."""
    theirs = _outcomes(view, THEIRS)
    made, kept_n = len(theirs), theirs.count(KEPT)
    if not theirs:
        return ""
    if made == 1:
        return {KEPT: words.say("You kept yours."), MISSED: words.say("Yours was not kept."),
                OVERDUE: words.say("Yours is overdue."), DROPPED: words.say("Yours was dropped."),
                OPEN: words.say("Yours is still open.")}[theirs[0]]
    if kept_n == made == PAIR:
        return words.say("You kept both of yours.")
    if kept_n == made:
        return words.count("You kept {n} of yours.", "You kept all {n} of yours.", made)
    if not kept_n:
        return words.say("Of your {made} promises {rest}.", made=words.number(made),
                         rest=_rest(theirs, words))
    return words.count("You kept {n} of your {made}; {rest}.", "You kept {n} of your {made}; "
                       "{rest}.", kept_n, made=words.number(made), rest=_rest(theirs, words))


def _regret(view: AccountView, words: Language) -> str:
    """One sentence where nothing of ours was kept and all of it was due."""
    ours = our_outcomes(view)
    if not ours or not set(ours) <= {MISSED, OVERDUE}:
        return ""
    return words.say("We apologize for that.")


def _which_review(view: AccountView, words: Language) -> str:
    """The review that the promises are of, in words."""
    if not has_table(view, "promises", "review_quarter"):
        return ""
    return words.say("What was promised in the review of {months}", months=words.months(
        view.tables["promises"]["review_quarter"].iloc[0]))


def _of_made(row: dict, words: Language) -> str:
    """Kept of made, and how many may still be kept."""
    text = words.say("{kept} of {made}", kept=words.number(row["kept_n"]),
                     made=words.number(row["made_n"]))
    if not row.get("open_n"):
        return text
    return words.count("{text}, {n} still open", "{text}, {n} still open", row["open_n"],
                       text=text)
