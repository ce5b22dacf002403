"""The value the customer received, confirmed and estimated apart, and its return."""

import pandas as pd

from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import figure_of, has_table, words_of
from qbrkit.report.exhibits import (
    ColumnView,
    Html,
    finding,
    not_available,
    note,
    nothing,
    table,
)
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.value import BENEFIT, CONFIRMED, ESTIMATED, EXTRA_MILE, FREE_IN_PLAN, SOFT


def state(view: AccountView) -> Html:
    """The value received in twelve months, confirmed and estimated apart."""
    words = words_of(view)
    if "value_lines" not in view.tables:
        return not_available(words.say("Not available: no value is on record yet. Let us agree "
                                       "what to measure."))
    if view.tables["value_lines"].empty:
        return finding(words.say("No value is on record for the last twelve months. Let us agree "
                                 "what to measure."))
    return finding(received(view, words), estimated(view, words),
                   soft(view, words), returned(view, words))


def statement(view: AccountView) -> Html:
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


def how_to_read(view: AccountView) -> Html:
    """How to read the value statement."""
    if view.tables.get("value_lines", pd.DataFrame()).empty:
        return nothing()
    return note(words_of(view).say(
        "Confirmed: confirmed by you or documented. Estimated: calculated by us. "
        "Soft items are shown and never counted in a return."))


def received(view: AccountView, words: Language) -> str:
    """Value of twelve months and the confirmed part of it."""
    all_in_all, confirmed = figure_of(view, "value_ltm"), figure_of(view, "value_confirmed_ltm")
    if pd.isna(all_in_all) or pd.isna(confirmed):
        return ""
    if abs(all_in_all) < PRINTED_AS_ZERO:
        return words.say("The value on record for the last twelve months comes to nothing so far.")
    money, sure = (words.money(one, view.account["currency"]) for one in (all_in_all, confirmed))
    if 0 <= confirmed <= all_in_all + PRINTED_AS_ZERO:
        return words.say("In the last twelve months you received value of {value}, of which "
                         "{confirmed} is confirmed.", value=money, confirmed=sure)
    return words.say("The value of the last twelve months comes to {value}; what is confirmed "
                     "comes to {confirmed}.", value=money, confirmed=sure)


def estimated(view: AccountView, words: Language) -> str:
    """Value that waits for confirmation."""
    amount = figure_of(view, "value_estimated_ltm")
    if not abs(amount) >= PRINTED_AS_ZERO:
        return ""
    return words.say("{money} is estimated and waits for your confirmation.",
                     money=words.money(amount, view.account["currency"]))


def soft(view: AccountView, words: Language) -> str:
    """Value that is shown and counts in no return."""
    amount = figure_of(view, "value_soft_ltm")
    if not abs(amount) >= PRINTED_AS_ZERO:
        return ""
    return words.say("{money} is soft and counts in no return.",
                     money=words.money(amount, view.account["currency"]))


def returned(view: AccountView, words: Language) -> str:
    """The return, where it is positive."""
    roi = figure_of(view, "roi")
    if pd.isna(roi):
        return ""
    return words.say("Against all you spent with us and your own effort this is a return of "
                     "{roi}.", roi=words.percent(roi))
