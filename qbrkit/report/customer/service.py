"""Service against what was promised, misses included."""

import pandas as pd

from qbrkit.commitments import KEPT, MISSED
from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import has_table, words_of
from qbrkit.report.exhibits import ColumnView, Html, finding, not_available, nothing, table
from qbrkit.report.language import Language
from qbrkit.report.words import outcome_words


def state(view: AccountView) -> Html:
    """Service against what was promised."""
    words = words_of(view)
    if "service_levels" not in view.tables or view.tables["service_levels"].empty:
        return not_available(words.say("Not available: no service measures are on record for this "
                                       "quarter."))
    if not has_table(view, "service_levels", "measure", "promised", "delivered"):
        return finding()
    return finding(reached(view, words) or words.say(
        "Nothing of these was promised, so nothing could be missed."))


def measures(view: AccountView) -> Html:
    """Every measure of service, misses included."""
    words = words_of(view)
    levels = view.tables.get("service_levels", pd.DataFrame())
    if levels.empty:
        return nothing()
    if has_table(view, "service_levels", "promised", "delivered"):
        outcome = pd.Series(KEPT, index=levels.index).mask(
            levels["delivered"] < levels["promised"], MISSED).where(
            levels["delivered"].notna() & levels["promised"].notna(), "")
        levels = levels.assign(outcome=outcome)
    return table(levels, [
        ColumnView("measure", words.say("Measure"), "sentence"),
        ColumnView("promised", words.say("Promised"), "number", digits=1),
        ColumnView("delivered", words.say("Delivered"), "number", digits=1),
        ColumnView("outcome", words.say("Outcome"), "pill", words=outcome_words(words)),
    ], words.say("Service in this quarter"), words)


def reached(view: AccountView, words: Language) -> str:
    """Which measures of service were reached and which missed."""
    if not has_table(view, "service_levels", "measure", "promised", "delivered"):
        return ""
    told = view.tables["service_levels"].dropna(subset=["promised", "delivered"])
    if told.empty:
        return ""
    missed = told[told["delivered"] < told["promised"]]["measure"].tolist()
    if not missed:
        return words.count("We promised {n} measure of service and reached it.",
                           "All {n} measures of service reached what we promised.", len(told))
    return words.count(
        "{n} of {all} measures of service missed what we promised: {names}.",
        "{n} of {all} measures of service missed what we promised: {names}.", len(missed),
        all=words.number(len(told)), names=words.listed(missed))
