"""Service against what was promised, misses first."""

import pandas as pd

from qbrkit.disclosure import AccountView
from qbrkit.report.customer.levels import level_text, measure_names, promised_text
from qbrkit.report.customer.reading import has_table, is_withheld, words_of
from qbrkit.report.exhibits import ColumnView, Html, finding, not_available, nothing, table
from qbrkit.report.language import Language
from qbrkit.report.words import listed_names
from qbrkit.service_levels import KEPT, MISSED


def state(view: AccountView) -> Html:
    """Which promises of service were reached and which missed, and how it was before."""
    words = words_of(view)
    if is_withheld(view, "service_levels"):
        return nothing()
    if "service_levels" not in view.tables or view.tables["service_levels"].empty:
        return not_available(words.say("Not available: no service measures are on record for this "
                                       "quarter."))
    if not has_table(view, "service_levels", "measure", "outcome"):
        return finding()
    return finding(reached(view, words), _quarter_before(view, words), _unknown(view, words),
                   _no_longer(view, words))


def measures(view: AccountView) -> Html:
    """Every measure of service with the quarter before, misses first and explained."""
    words, levels = words_of(view), view.tables.get("service_levels", pd.DataFrame())
    if levels.empty:
        return nothing()
    rows = levels.assign(**{name: level_text(levels, name, words) for name in (
        "delivered", "delivered_before") if name in levels})
    if "promised" in levels:
        rows = rows.assign(promised=promised_text(levels, words))
    if "delivered_before" in levels and levels["delivered_before"].isna().all():
        rows = rows.drop(columns="delivered_before")
    if "measure" in levels:
        rows = rows.assign(measure=measure_names(levels))
    return table(_explained(rows, words), [
        ColumnView("measure", words.say("Measure"), "sentence"),
        ColumnView("promised", words.say("Promised"), "range"),
        ColumnView("delivered", words.say("Delivered"), "range"),
        ColumnView("outcome", words.say("Outcome"), "pill", words=level_words(words)),
        ColumnView("delivered_before", words.say("The quarter before"), "range"),
        ColumnView("remark", words.say("Why, and what we do about it"), "sentence"),
    ], words.say("Service in this quarter"), words)


def reached(view: AccountView, words: Language) -> str:
    """Which measures of service were reached and which missed; empty where none can be."""
    if not has_table(view, "service_levels", "measure", "outcome"):
        return ""
    told = view.tables["service_levels"].dropna(subset="outcome")
    if told.empty:
        return ""
    missed = told[told["outcome"] == MISSED]
    if missed.empty:
        return words.count("We promised {n} measure of service and reached it.",
                           "All {n} measures of service reached what we promised.", len(told))
    names = listed_names(_by_how_much(missed, words), words)
    if len(missed) == len(told):
        return words.count("The measure of service that we promised was missed: {names}.",
                           "All {n} measures of service missed what we promised: {names}.",
                           len(told), names=names)
    return words.count(
        "{n} of {all} measures of service missed what we promised: {names}.",
        "{n} of {all} measures of service missed what we promised: {names}.", len(missed),
        all=words.number(len(told)), names=names)


def level_words(words: Language) -> dict[str, str]:
    """Names of what became of a level of service."""
    return {KEPT: words.say("reached"), MISSED: words.say("missed")}


def _by_how_much(missed: pd.DataFrame, words: Language) -> list[str]:
    """Names of missed measures with the level reached and the one promised."""
    names = measure_names(missed)
    if not {"promised", "delivered"} <= set(missed):
        return names
    return [words.say("{measure} ({delivered}, promised {promised})", measure=name,
                      delivered=delivered, promised=promised)
            for name, delivered, promised in zip(
                names, level_text(missed, "delivered", words), promised_text(missed, words),
                strict=True)]


def _explained(rows: pd.DataFrame, words: Language) -> pd.DataFrame:
    """Remarks where there are any, and said where a miss has none."""
    if not {"outcome", "remark"} <= set(rows):
        return rows
    is_missed = rows["outcome"] == MISSED
    if not is_missed.any() and rows["remark"].isna().all():
        return rows.drop(columns="remark")
    return rows.assign(remark=rows["remark"].fillna("").mask(
        is_missed & rows["remark"].isna(), words.say("no reason on record")))


def _quarter_before(view: AccountView, words: Language) -> str:
    """How many of the promised measures were missed in the quarter before."""
    if not has_table(view, "service_history", "quarter", "outcome"):
        return ""
    history = view.tables["service_history"]
    before = history[history["quarter"] == view.quarter - 1].dropna(subset="outcome")
    if before.empty:
        return ""
    missed = int((before["outcome"] == MISSED).sum())
    if not missed:
        return words.count("In the quarter before, the {n} that was promised was reached.",
                           "In the quarter before, all {n} were reached.", len(before))
    return words.count("In the quarter before, {n} of {all} was missed.",
                       "In the quarter before, {n} of {all} were missed.", missed,
                       all=words.number(len(before)))


def _unknown(view: AccountView, words: Language) -> str:
    """Measures that cannot be judged: nothing promised, or nothing measured."""
    levels = view.tables["service_levels"]
    if not {"promised", "delivered"} <= set(levels):
        return ""
    unpromised = levels[levels["promised"].isna()]
    unmeasured = levels[levels["promised"].notna() & levels["delivered"].isna()]
    told = []
    if len(unmeasured):
        told.append(words.say("Promised, but not measured in this quarter: {names}.",
                              names=listed_names(measure_names(unmeasured), words)))
    if len(unpromised):
        told.append(words.say("Measured without a promise: {names}.",
                              names=listed_names(measure_names(unpromised), words)))
    return " ".join(told)


def _no_longer(view: AccountView, words: Language) -> str:
    """Measures of the quarter before that are not on record in this one."""
    if not has_table(view, "service_history", "measure", "quarter"):
        return ""
    history, levels = view.tables["service_history"], view.tables["service_levels"]
    if ("member" in history) != ("member" in levels):  # the same names for both
        history, levels = (one[["measure", *one.columns.intersection(["quarter"])]]
                           for one in (history, levels))
    before = measure_names(history[history["quarter"] == view.quarter - 1])
    gone = [name for name in dict.fromkeys(before) if name not in set(measure_names(levels))]
    return words.say("On record in the quarter before, and not in this one: {names}.",
                     names=listed_names(gone, words)) if gone else ""
