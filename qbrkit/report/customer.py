"""Findings and tables of the external review: what the customer reads about itself."""

import pandas as pd

from qbrkit.commitments import KEPT, MISSED, OURS, OVERDUE, THEIRS
from qbrkit.disclosure import AccountView
from qbrkit.report.customer_sentences import (
    figure_of,
    has_table,
    moving_family,
    on_year_ago,
    our_outcomes,
    promises_kept,
    purchases,
    request,
    service_reached,
    value_estimated,
    value_received,
    value_return,
    value_soft,
    words_of,
)
from qbrkit.report.exhibits import (
    ColumnView,
    Html,
    Tile,
    finding,
    not_available,
    note,
    nothing,
    numbered,
    table,
    tiles,
)
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.words import family_words, outcome_words
from qbrkit.value import BENEFIT, CONFIRMED, ESTIMATED, EXTRA_MILE, FREE_IN_PLAN, SOFT


def key_figures(view: AccountView) -> Html:
    """The quarter in three tiles."""
    words, currency, figures = words_of(view), view.account["currency"], view.figures
    shown = []
    if "revenue_quarter" in figures:
        shown.append(Tile(words.say("Your purchases"),
                          words.money(figures["revenue_quarter"], currency),
                          on_year_ago(view, words)))
    if figure_of(view, "value_ltm") >= PRINTED_AS_ZERO and "value_confirmed_ltm" in figures:
        shown.append(Tile(words.say("Value you received"),
                          words.money(figures["value_ltm"], currency),
                          words.say("in twelve months, {confirmed} confirmed",
                                    confirmed=words.money(figures["value_confirmed_ltm"],
                                                          currency))))
    if made := our_outcomes(view):
        kept = sum(outcome == KEPT for outcome in made)
        shown.append(Tile(words.say("Our promises kept"),
                          words.say("{kept} of {made}", kept=words.number(kept),
                                    made=words.number(len(made))),
                          words.say("of the last review")))
    return tiles(*shown)


def headline(view: AccountView) -> Html:
    """Three facts, a concern where there is one, and one request."""
    words = words_of(view)
    received = value_received(view, words) if figure_of(view, "value_ltm") > 0 else ""
    facts = [purchases(view, words), promises_kept(view, words), received,
             service_reached(view, words), request(view, words)]
    return numbered([fact for fact in facts if fact])


def promises(view: AccountView) -> Html:
    """What was promised in the last review, kept and missed."""
    words = words_of(view)
    if "promises" not in view.tables:
        return not_available(words.say("Not available: no promises are on record."))
    if view.tables["promises"].empty:
        return not_available(words.say("No promises were made in the last review."))
    if not has_table(view, "promises", "side", "outcome"):
        return finding()
    return finding(promises_kept(view, words) or words.say(
        "In the last review we made no promise; yours are listed below."))


def promises_table(view: AccountView) -> Html:
    """Promises of the last review, ours first, with their outcome."""
    words = words_of(view)
    return _promise_rows(view, "promises", words.say("What was promised in the last review"))


def business(view: AccountView) -> Html:
    """Direction of the purchases and the family that moved them most."""
    words = words_of(view)
    if "revenue_quarter" in view.figures and pd.isna(view.figures["revenue_quarter"]):
        return not_available(words.say(
            "Not available: your purchases of this quarter are not on record in {currency}.",
            currency=view.account["currency"]))
    return finding(purchases(view, words), moving_family(view, words))


def business_table(view: AccountView) -> Html:
    """Purchases by product family against the same quarter a year before."""
    words, families = words_of(view), view.tables.get("revenue_by_family", pd.DataFrame())
    if families.empty:
        return nothing()
    return table(families, [
        ColumnView("family", words.say("Product family"), words=family_words(words)),
        ColumnView("revenue", words.months(view.quarter, short=True), "money"),
        ColumnView("revenue_year_ago", words.months(view.quarter - 4, short=True), "money"),
        ColumnView("change_rate", words.say("Change"), "change"),
    ], words.say("Your purchases by product family, {currency}",
                 currency=view.account["currency"]), words, total=words.say("Total"))


def value(view: AccountView) -> Html:
    """The value received in twelve months, confirmed and estimated apart."""
    words = words_of(view)
    if "value_lines" not in view.tables:
        return not_available(words.say("Not available: no value is on record yet. Let us agree "
                                       "what to measure."))
    if view.tables["value_lines"].empty:
        return finding(words.say("No value is on record for the last twelve months. Let us agree "
                                 "what to measure."))
    return finding(value_received(view, words), value_estimated(view, words),
                   value_soft(view, words), value_return(view, words))


def value_table(view: AccountView) -> Html:
    """The value statement, line by line with its evidence."""
    words = words_of(view)
    lines = view.tables.get("value_lines", pd.DataFrame())
    if lines.empty:
        return nothing()
    order = {CONFIRMED: 0, ESTIMATED: 1, SOFT: 2}
    rows = lines
    if has_table(view, "value_lines", "class", "amount"):
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
    words = words_of(view)
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
    words = words_of(view)
    components = view.tables.get("plan", pd.DataFrame())
    if components.empty:
        return nothing()
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
    if not has_table(view, "plan", "plan_only", "used_value", "used_quantity"):
        return ""
    components = view.tables["plan"]
    used = components[components["plan_only"] & (components["used_quantity"] > 0)]
    if used.empty:
        return words.say("In the last twelve months you used none of the components that come "
                         "with your plan only.")
    worth = used["used_value"].sum()
    if worth < PRINTED_AS_ZERO:
        return words.say("In the last twelve months you used components that come with your plan "
                         "only; their list value is not on record.")
    return words.say("In the last twelve months you used components worth {money} that come with "
                     "your plan only.", money=words.money(worth, view.account["currency"]))


def service(view: AccountView) -> Html:
    """Service against what was promised."""
    words = words_of(view)
    if "service_levels" not in view.tables or view.tables["service_levels"].empty:
        return not_available(words.say("Not available: no service measures are on record for this "
                                       "quarter."))
    if not has_table(view, "service_levels", "measure", "promised", "delivered"):
        return finding()
    return finding(service_reached(view, words) or words.say(
        "Nothing of these was promised, so nothing could be missed."))


def service_table(view: AccountView) -> Html:
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


def next_steps(view: AccountView) -> Html:
    """What both sides have promised for the next ninety days."""
    words = words_of(view)
    upcoming = view.tables.get("upcoming")
    if upcoming is None or upcoming.empty:
        return not_available(words.say("Nothing is promised for the next ninety days yet. Let us "
                                       "agree it in the meeting."))
    if "side" not in upcoming:
        return finding()
    ahead = upcoming[upcoming["outcome"] != OVERDUE] if "outcome" in upcoming else upcoming
    ours = int((ahead["side"] == OURS).sum())
    late = len(upcoming) - len(ahead)
    return finding(
        words.say("Promised for the next ninety days: {ours} by us and {theirs} by you.",
                  ours=words.number(ours), theirs=words.number(len(ahead) - ours)),
        words.count("{n} promise is overdue and stands below as well.",
                    "{n} promises are overdue and stand below as well.", late) if late else "")


def next_steps_table(view: AccountView) -> Html:
    """Promises of the next ninety days of both sides."""
    return _promise_rows(view, "upcoming", words_of(view).say("The next ninety days"))


def value_note(view: AccountView) -> Html:
    """How to read the value statement."""
    if view.tables.get("value_lines", pd.DataFrame()).empty:
        return nothing()
    return note(words_of(view).say(
        "Confirmed: confirmed by you or documented. Estimated: calculated by us. "
        "Soft items are shown and never counted in a return."))


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
