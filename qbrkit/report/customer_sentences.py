"""The sentences of the external review, each true when its figure is zero, negative or missing.

A sentence that has nothing to say is empty.
"""

import numpy as np
import pandas as pd

from qbrkit.commitments import KEPT, MISSED, OURS, OVERDUE
from qbrkit.disclosure import AccountView
from qbrkit.report.language import PRINTED_AS_ZERO, Language, language
from qbrkit.report.words import family_words


def words_of(view: AccountView) -> Language:
    """The language of the account."""
    return language(view.account["language"])


def figure_of(view: AccountView, name: str) -> float:
    """A figure of the view; missing also where it is not disclosed."""
    return view.figures.get(name, float("nan"))


def has_table(view: AccountView, name: str, *columns: str) -> bool:
    """Whether a table is disclosed with these columns."""
    return name in view.tables and set(columns) <= set(view.tables[name].columns)


def on_year_ago(view: AccountView, words: Language) -> str:
    """Change of the purchases on a year ago, for a tile."""
    rate = figure_of(view, "revenue_change_rate")
    return "" if pd.isna(rate) else words.say("{rate} on a year ago",
                                              rate=words.percent(rate, signed=True))


def purchases(view: AccountView, words: Language) -> str:
    """What was bought, and how much more or less than a year before."""
    currency = view.account["currency"]
    now, change = figure_of(view, "revenue_quarter"), figure_of(view, "revenue_change")
    if pd.isna(now):
        return ""
    text = words.say("From {months} your purchases came to {money}",
                     months=words.months(view.quarter), money=words.money(now, currency))
    if "revenue_change" not in view.figures:
        return f"{text}."
    if pd.isna(change):
        return words.say("{text}; the quarter a year before is not on record.", text=text)
    if abs(change) < PRINTED_AS_ZERO:
        return words.say("{text}, as much as a year before.", text=text)
    rate = figure_of(view, "revenue_change_rate")
    shown = "" if pd.isna(rate) else f" ({words.percent(rate, signed=True)})"
    if change > 0:
        return words.say("{text}, {change} more than a year before{rate}.", text=text,
                         change=words.money(change, currency), rate=shown)
    return words.say("{text}, {change} less than a year before{rate}.", text=text,
                     change=words.money(-change, currency), rate=shown)


def moving_family(view: AccountView, words: Language) -> str:
    """The product family that changed most."""
    if not has_table(view, "revenue_by_family", "family", "revenue", "revenue_year_ago"):
        return ""
    families = view.tables["revenue_by_family"]
    changes = (families["revenue"] - families["revenue_year_ago"]).to_numpy(dtype="float64")
    if len(families) < 2 or not (np.abs(changes) >= PRINTED_AS_ZERO).any():
        return ""
    at = int(np.nanargmax(np.abs(changes)))
    change, family = changes[at], families["family"].iloc[at]
    family = family_words(words).get(family, family)
    money = words.money(abs(change), view.account["currency"])
    if change > 0:
        return words.say("{family} changed most: {money} more.", family=family, money=money)
    return words.say("{family} changed most: {money} less.", family=family, money=money)


def our_outcomes(view: AccountView) -> list[str]:
    """Outcomes of our promises of the last review."""
    if not has_table(view, "promises", "side", "outcome"):
        return []
    made = view.tables["promises"]
    return made.loc[made["side"] == OURS, "outcome"].tolist()


def promises_kept(view: AccountView, words: Language) -> str:
    """Our promises of the last review, kept and missed."""
    ours = our_outcomes(view)
    if not ours:
        return ""
    kept, missed = ours.count(KEPT), sum(one in {MISSED, OVERDUE} for one in ours)
    text = words.count("We kept {n} of {made} promises of the last review",
                       "We kept {n} of {made} promises of the last review", kept,
                       made=words.number(len(ours)))
    if not missed:
        return f"{text}."
    return words.count("{text}; {n} was missed.", "{text}; {n} were missed.", missed, text=text)


def value_received(view: AccountView, words: Language) -> str:
    """Value of twelve months and the confirmed part of it."""
    received, confirmed = figure_of(view, "value_ltm"), figure_of(view, "value_confirmed_ltm")
    if pd.isna(received) or pd.isna(confirmed):
        return ""
    if abs(received) < PRINTED_AS_ZERO:
        return words.say("The value on record for the last twelve months comes to nothing so far.")
    money, sure = (words.money(one, view.account["currency"]) for one in (received, confirmed))
    if 0 <= confirmed <= received + PRINTED_AS_ZERO:
        return words.say("In the last twelve months you received value of {value}, of which "
                         "{confirmed} is confirmed.", value=money, confirmed=sure)
    return words.say("The value of the last twelve months comes to {value}; what is confirmed "
                     "comes to {confirmed}.", value=money, confirmed=sure)


def value_estimated(view: AccountView, words: Language) -> str:
    """Value that waits for confirmation."""
    estimated = figure_of(view, "value_estimated_ltm")
    if not abs(estimated) >= PRINTED_AS_ZERO:
        return ""
    return words.say("{money} is estimated and waits for your confirmation.",
                     money=words.money(estimated, view.account["currency"]))


def value_soft(view: AccountView, words: Language) -> str:
    """Value that is shown and counts in no return."""
    soft = figure_of(view, "value_soft_ltm")
    if not abs(soft) >= PRINTED_AS_ZERO:
        return ""
    return words.say("{money} is soft and counts in no return.",
                     money=words.money(soft, view.account["currency"]))


def value_return(view: AccountView, words: Language) -> str:
    """The return, where it is positive."""
    roi = figure_of(view, "roi")
    if pd.isna(roi):
        return ""
    return words.say("Against all you spent with us and your own effort this is a return of "
                     "{roi}.", roi=words.percent(roi))


def service_reached(view: AccountView, words: Language) -> str:
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


def request(view: AccountView, words: Language) -> str:
    """One request: confirm value, use the plan, or name what should be measured."""
    if figure_of(view, "value_estimated_ltm") >= PRINTED_AS_ZERO:
        return words.say("Our request: please confirm or correct the estimated value.")
    is_open = (view.tables["plan"]["open_quantity"] > 0
               if has_table(view, "plan", "open_quantity") else pd.Series(dtype=bool))
    if is_open.any():
        return words.say("Our request: let us plan the components that are still yours.")
    return words.say("Our request: tell us which result of our work we should measure for you.")
