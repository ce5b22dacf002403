"""Findings and tables of the external review: what the customer reads about itself."""

import numpy as np
import pandas as pd

from qbrkit.commitments import KEPT, MISSED, OVERDUE
from qbrkit.disclosure import AccountView
from qbrkit.report.exhibits import (
    ColumnView,
    Html,
    Tile,
    finding,
    not_available,
    note,
    numbered,
    table,
    tiles,
)
from qbrkit.report.language import Language, language
from qbrkit.report.tables import family_words, outcome_words
from qbrkit.value import BENEFIT, CONFIRMED, ESTIMATED, EXTRA_MILE, FREE_IN_PLAN, SOFT

HALF = 0.5
"""Money below it is printed as 0."""


def key_figures(view: AccountView) -> Html:
    """The quarter in three tiles."""
    words, currency, figures = _words(view), view.account["currency"], view.figures
    shown = []
    if "revenue_quarter" in figures:
        shown.append(Tile(words.say("Your purchases"),
                          words.money(figures["revenue_quarter"], currency),
                          _on_year_ago(view, words)))
    if _figure(view, "value_ltm") >= HALF and "value_confirmed_ltm" in figures:
        shown.append(Tile(words.say("Value you received"),
                          words.money(figures["value_ltm"], currency),
                          words.say("in twelve months, {confirmed} confirmed",
                                    confirmed=words.money(figures["value_confirmed_ltm"],
                                                          currency))))
    if made := _ours(view):
        kept = sum(outcome == KEPT for outcome in made)
        shown.append(Tile(words.say("Our promises kept"),
                          words.say("{kept} of {made}", kept=words.number(kept),
                                    made=words.number(len(made))),
                          words.say("of the last review")))
    return tiles(*shown)


def headline(view: AccountView) -> Html:
    """Three facts, a concern where there is one, and one request."""
    words = _words(view)
    facts = [_purchases(view, words), _promises_sentence(view, words), _value_sentence(view, words),
             _service_sentence(view, words), _request(view, words)]
    return numbered([fact for fact in facts if fact])


def promises(view: AccountView) -> Html:
    """What was promised in the last review, kept and missed."""
    words = _words(view)
    if "promises" not in view.tables:
        return not_available(words.say("Not available: no promises are on record."))
    if view.tables["promises"].empty:
        return not_available(words.say("No promises were made in the last review."))
    if not _has(view, "promises", "side", "outcome"):
        return finding()
    return finding(_promises_sentence(view, words) or words.say(
        "In the last review we made no promise; yours are listed below."))


def promises_table(view: AccountView) -> Html:
    """Promises of the last review, ours first, with their outcome."""
    words = _words(view)
    return _promise_rows(view, "promises", words.say("What was promised in the last review"))


def business(view: AccountView) -> Html:
    """Direction of the purchases and the family that moved them most."""
    words = _words(view)
    if "revenue_quarter" in view.figures and pd.isna(view.figures["revenue_quarter"]):
        return not_available(words.say(
            "Not available: your purchases of this quarter are not on record in {currency}.",
            currency=view.account["currency"]))
    return finding(_purchases(view, words), _moving_family(view, words))


def business_table(view: AccountView) -> Html:
    """Purchases by product family against the same quarter a year before."""
    words, families = _words(view), view.tables.get("revenue_by_family", pd.DataFrame())
    if families.empty:
        return not_available(words.say("There were no purchases in this or the year-ago quarter."))
    return table(families, [
        ColumnView("family", words.say("Product family"), words=family_words(words)),
        ColumnView("revenue", words.months(view.quarter, short=True), "money"),
        ColumnView("revenue_year_ago", words.months(view.quarter - 4, short=True), "money"),
        ColumnView("change_rate", words.say("Change"), "change"),
    ], words.say("Your purchases by product family, {currency}",
                 currency=view.account["currency"]), words, total=words.say("Total"))


def value(view: AccountView) -> Html:
    """The value received in twelve months, confirmed and estimated apart."""
    words = _words(view)
    if "value_lines" not in view.tables:
        return not_available(words.say("Not available: no value is on record yet. Let us agree "
                                       "what to measure."))
    if view.tables["value_lines"].empty:
        return finding(words.say("No value is on record for the last twelve months. Let us agree "
                                 "what to measure."))
    return finding(_value_sentence(view, words), _estimated_sentence(view, words),
                   _return_sentence(view, words))


def value_table(view: AccountView) -> Html:
    """The value statement, line by line with its evidence."""
    words = _words(view)
    lines = view.tables.get("value_lines", pd.DataFrame())
    if lines.empty:
        return not_available(words.say("There is nothing to list."))
    order = {CONFIRMED: 0, ESTIMATED: 1, SOFT: 2}
    rows = lines
    if _has(view, "value_lines", "class", "amount"):
        rows = lines.assign(at=lines["class"].map(order)).sort_values(
            ["at", "amount"], ascending=[True, False], na_position="last")
    return table(rows, [
        ColumnView("name", words.say("What"), "sentence"),
        ColumnView("part", words.say("Part"), words={
            BENEFIT: words.say("benefit"), EXTRA_MILE: words.say("extra mile"),
            FREE_IN_PLAN: words.say("free in your plan")}),
        ColumnView("class", words.say("How sure"), words={
            CONFIRMED: words.say("confirmed"), ESTIMATED: words.say("estimated"),
            SOFT: words.say("not in the return")}),
        ColumnView("evidence", words.say("Evidence")),
        ColumnView("amount", view.account["currency"], "money"),
    ], words.say("Value you received in the last twelve months, {currency}",
                 currency=view.account["currency"]), words, total=words.say("Total"))


def plan(view: AccountView) -> Html:
    """What the maintenance plan includes and what of it is still open."""
    words = _words(view)
    if "plan" not in view.tables:
        return not_available(words.say("Not available: what your plan includes is not on record."))
    components = view.tables["plan"]
    if components.empty:
        return not_available(words.say("There is no maintenance plan for you at present."))
    still_open = int((components["open_quantity"] > 0).sum()) \
        if "open_quantity" in components else 0
    return finding(
        _plan_used(view, words),
        words.count("{n} component is still yours to use.", "{n} components are still yours to "
                    "use.", still_open) if still_open else "")


def plan_table(view: AccountView) -> Html:
    """Components of the plan: included, used, still open."""
    words = _words(view)
    components = view.tables.get("plan", pd.DataFrame())
    if components.empty:
        return not_available(words.say("There is nothing to list."))
    yes_no = {"True": words.say("yes"), "False": words.say("no")}
    return table(components, [
        ColumnView("name", words.say("Component")),
        ColumnView("plan_only", words.say("With the plan only"), words=yes_no),
        ColumnView("included_quantity", words.say("Included a year"), "number"),
        ColumnView("used_quantity", words.say("Used"), "number"),
        ColumnView("open_quantity", words.say("Still yours"), "number"),
        ColumnView("used_value", words.say("List value used, {currency}",
                                           currency=view.account["currency"]), "money"),
    ], words.say("Included in your plan"), words, total=words.say("Total"))


def _plan_used(view: AccountView, words: Language) -> str:
    """What was used of that which comes with the plan only."""
    if not _has(view, "plan", "plan_only", "used_value", "used_quantity"):
        return ""
    components = view.tables["plan"]
    used = components[components["plan_only"] & (components["used_quantity"] > 0)]
    if used.empty:
        return words.say("In the last twelve months you used none of the components that come "
                         "with your plan only.")
    worth = used["used_value"].sum()
    if worth < HALF:
        return words.say("In the last twelve months you used components that come with your plan "
                         "only; their list value is not on record.")
    return words.say("In the last twelve months you used components worth {money} that come with "
                     "your plan only.", money=words.money(worth, view.account["currency"]))


def service(view: AccountView) -> Html:
    """Service against what was promised."""
    words = _words(view)
    if "service_levels" not in view.tables or view.tables["service_levels"].empty:
        return not_available(words.say("Not available: no service measures are on record for this "
                                       "quarter."))
    if not _has(view, "service_levels", "measure", "promised", "delivered"):
        return finding()
    return finding(_service_sentence(view, words) or words.say(
        "Nothing of these was promised, so nothing could be missed."))


def service_table(view: AccountView) -> Html:
    """Every measure of service, misses included."""
    words = _words(view)
    levels = view.tables.get("service_levels", pd.DataFrame())
    if levels.empty:
        return not_available(words.say("There is nothing to list."))
    if _has(view, "service_levels", "promised", "delivered"):
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


def next_steps(view: AccountView) -> Html:
    """What both sides have promised for the next ninety days."""
    words = _words(view)
    upcoming = view.tables.get("upcoming")
    if upcoming is None or upcoming.empty:
        return not_available(words.say("Nothing is promised for the next ninety days yet. Let us "
                                       "agree it in the meeting."))
    if "side" not in upcoming:
        return finding()
    ours = int((upcoming["side"] == "ours").sum())
    return finding(words.say(
        "Promised for the next ninety days: {ours} by us and {theirs} by you.",
        ours=words.number(ours), theirs=words.number(len(upcoming) - ours)))


def next_steps_table(view: AccountView) -> Html:
    """Promises of the next ninety days of both sides."""
    return _promise_rows(view, "upcoming", _words(view).say("The next ninety days"))


def value_note(view: AccountView) -> Html:
    """How to read the value statement."""
    return note(_words(view).say(
        "Confirmed: confirmed by you or documented. Estimated: calculated by us. "
        "Soft items are shown and never counted in a return."))


def _promise_rows(view: AccountView, name: str, caption: str) -> Html:
    words = _words(view)
    rows = view.tables.get(name, pd.DataFrame())
    if rows.empty:
        return not_available(words.say("There is nothing to list."))
    return table(rows, [
        ColumnView("text", words.say("Promise"), "sentence"),
        ColumnView("side", words.say("Whose"), words={"ours": words.say("ours"),
                                                      "theirs": words.say("yours")}),
        ColumnView("owner", words.say("Who")),
        ColumnView("due", words.say("Due"), "date"),
        ColumnView("outcome", words.say("Outcome"), "pill", words=outcome_words(words)),
    ], caption, words)


def _words(view: AccountView) -> Language:
    return language(view.account["language"])


def _figure(view: AccountView, name: str) -> float:
    """A figure of the view; missing also where it is not disclosed."""
    return view.figures.get(name, float("nan"))


def _has(view: AccountView, name: str, *columns: str) -> bool:
    """Whether a table is disclosed with these columns."""
    return name in view.tables and set(columns) <= set(view.tables[name].columns)


def _on_year_ago(view: AccountView, words: Language) -> str:
    rate = _figure(view, "revenue_change_rate")
    return "" if pd.isna(rate) else words.say("{rate} on a year ago",
                                              rate=words.percent(rate, signed=True))


def _purchases(view: AccountView, words: Language) -> str:
    currency = view.account["currency"]
    now, change = _figure(view, "revenue_quarter"), _figure(view, "revenue_change")
    if pd.isna(now):
        return ""
    text = words.say("From {months} your purchases came to {money}",
                     months=words.months(view.quarter), money=words.money(now, currency))
    if "revenue_change" not in view.figures:
        return f"{text}."
    if pd.isna(change):
        return words.say("{text}; the quarter a year before is not on record.", text=text)
    if abs(change) < HALF:
        return words.say("{text}, as much as a year before.", text=text)
    rate = _figure(view, "revenue_change_rate")
    shown = "" if pd.isna(rate) else f" ({words.percent(rate, signed=True)})"
    if change > 0:
        return words.say("{text}, {change} more than a year before{rate}.", text=text,
                         change=words.money(change, currency), rate=shown)
    return words.say("{text}, {change} less than a year before{rate}.", text=text,
                     change=words.money(-change, currency), rate=shown)


def _moving_family(view: AccountView, words: Language) -> str:
    if not _has(view, "revenue_by_family", "family", "revenue", "revenue_year_ago"):
        return ""
    families = view.tables["revenue_by_family"]
    changes = (families["revenue"] - families["revenue_year_ago"]).to_numpy(dtype="float64")
    if len(families) < 2 or not (np.abs(changes) >= HALF).any():
        return ""
    at = int(np.nanargmax(np.abs(changes)))
    change, family = changes[at], families["family"].iloc[at]
    family = family_words(words).get(family, family)
    money = words.money(abs(change), view.account["currency"])
    if change > 0:
        return words.say("{family} changed most: {money} more.", family=family, money=money)
    return words.say("{family} changed most: {money} less.", family=family, money=money)


def _ours(view: AccountView) -> list[str]:
    """Outcomes of our promises of the last review."""
    if not _has(view, "promises", "side", "outcome"):
        return []
    made = view.tables["promises"]
    return made.loc[made["side"] == "ours", "outcome"].tolist()


def _promises_sentence(view: AccountView, words: Language) -> str:
    ours = _ours(view)
    if not ours:
        return ""
    kept, missed = ours.count(KEPT), sum(one in {MISSED, OVERDUE} for one in ours)
    text = words.count("We kept {n} of {made} promises of the last review",
                       "We kept {n} of {made} promises of the last review", kept,
                       made=words.number(len(ours)))
    if not missed:
        return f"{text}."
    return words.count("{text}; {n} was missed, and we say below what comes of it.",
                       "{text}; {n} were missed, and we say below what comes of them.",
                       missed, text=text)


def _value_sentence(view: AccountView, words: Language) -> str:
    received, confirmed = _figure(view, "value_ltm"), _figure(view, "value_confirmed_ltm")
    if pd.isna(received) or pd.isna(confirmed):
        return ""
    if abs(received) < HALF:
        return words.say("The value on record for the last twelve months comes to nothing so far.")
    money, sure = (words.money(one, view.account["currency"]) for one in (received, confirmed))
    if 0 <= confirmed <= received + HALF:
        return words.say("In the last twelve months you received value of {value}, of which "
                         "{confirmed} is confirmed.", value=money, confirmed=sure)
    return words.say("The value of the last twelve months comes to {value}; what is confirmed "
                     "comes to {confirmed}.", value=money, confirmed=sure)


def _estimated_sentence(view: AccountView, words: Language) -> str:
    estimated = _figure(view, "value_estimated_ltm")
    if not abs(estimated) >= HALF:
        return ""
    return words.say("{money} is estimated and waits for your confirmation.",
                     money=words.money(estimated, view.account["currency"]))


def _return_sentence(view: AccountView, words: Language) -> str:
    roi = _figure(view, "roi")
    if pd.isna(roi):
        return ""
    return words.say("Against all you spent with us and your own effort this is a return of "
                     "{roi}.", roi=words.percent(roi))


def _service_sentence(view: AccountView, words: Language) -> str:
    if not _has(view, "service_levels", "measure", "promised", "delivered"):
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


def _request(view: AccountView, words: Language) -> str:
    """One request: confirm value, use the plan, or name what should be measured."""
    if _figure(view, "value_estimated_ltm") >= HALF:
        return words.say("Our request: please confirm or correct the estimated value.")
    if _has(view, "plan", "open_quantity") and (view.tables["plan"]["open_quantity"] > 0).any():
        return words.say("Our request: let us plan the components that are still yours.")
    return words.say("Our request: tell us which result of our work we should measure for you.")
