"""What the customer would have to buy or pay elsewhere in twelve months."""

import pandas as pd

from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import (
    currency_of,
    figure_of,
    has_table,
    in_currency,
    words_of,
)
from qbrkit.report.customer.value_lines import few
from qbrkit.report.exhibits import ColumnView, Html, finding, note, nothing, table
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.switching import EXTRA_MILE, FREE_IN_PLAN, ONE_OFF, REBATE

LINES_SHOWN = 12
"""Lines that are printed one by one, those of the largest amounts."""


def needed(view: AccountView) -> Html:
    """What the next twelve months would need from elsewhere, if they are like the last."""
    words, lines = words_of(view), view.tables.get("bought_elsewhere", pd.DataFrame())
    if lines.empty or "amount" not in lines:
        return nothing()
    if lines["amount"].isna().all():
        return finding(words.say("What would have to be bought elsewhere is not on record: the "
                                 "services of the last twelve months have no list value."))
    return finding(_balance(lines, view, words), _discount(view, words), _unknown(lines, words))


def lines_table(view: AccountView) -> Html:
    """Each service, rebate and effort with its worth, and the total."""
    words, lines = words_of(view), view.tables.get("bought_elsewhere", pd.DataFrame())
    if lines.empty:
        return nothing()
    return table(few(lines, words, LINES_SHOWN), [
        ColumnView("name", words.say("What"), "sentence"),
        ColumnView("kind", words.say("Kind"), words={
            FREE_IN_PLAN: words.say("with your plan only"), EXTRA_MILE: words.say("extra service"),
            REBATE: words.say("rebate"), ONE_OFF: words.say("one-off effort, part of a year")}),
        ColumnView("class", words.say("How sure"), words={
            "confirmed": words.say("confirmed"), "estimated": words.say("estimated")}),
        ColumnView("amount", words.say("Twelve months"), "money"),
    ], in_currency(words.say("What would have to be bought elsewhere"), view), words,
        total=words.say("Total"))


def how_to_read(view: AccountView) -> Html:
    """How to read the lines."""
    if not has_table(view, "bought_elsewhere", "amount") \
            or view.tables["bought_elsewhere"].empty:
        return nothing()
    return note(words_of(view).say(
        "Services at list value less what we charged, as much as in the last twelve months."))


def _balance(lines: pd.DataFrame, view: AccountView, words: Language) -> str:
    """Services to be bought, and what else would come on top."""
    total, currency = lines["amount"].sum(), currency_of(view)
    if abs(total) < PRINTED_AS_ZERO:
        return words.say("On balance nothing would have to be bought elsewhere in addition.")
    if total < 0:
        return words.say("On balance nothing would have to be bought elsewhere in addition: what "
                         "is listed below adds up to {money}.", money=words.money(total, currency))
    rebates, one_off = (_of_kind(lines, kind) for kind in (REBATE, ONE_OFF))
    services = total - rebates - one_off
    if "kind" not in lines or services < PRINTED_AS_ZERO \
            or min(rebates, one_off) <= -PRINTED_AS_ZERO:
        return words.say("If the next twelve months need what the last twelve did, {money} would "
                         "have to be bought or paid elsewhere in addition.",
                         money=words.money(total, currency))
    bought = words.say("If the next twelve months need what the last twelve did, services worth "
                       "{money} would have to be bought elsewhere.",
                       money=words.money(services, currency))
    return f"{bought} {_on_top(rebates, one_off, currency, words)}".strip()


def _on_top(rebates: float, one_off: float, currency: str, words: Language) -> str:
    """Rebates, and the effort of a change."""
    rebate, effort = (words.money(one, currency) for one in (rebates, one_off))
    if rebates >= PRINTED_AS_ZERO and one_off >= PRINTED_AS_ZERO:
        return words.say("Rebates of {rebate} and one-off effort of {effort} a year come on top.",
                         rebate=rebate, effort=effort)
    if rebates >= PRINTED_AS_ZERO:
        return words.say("Rebates of {rebate} come on top.", rebate=rebate)
    if one_off >= PRINTED_AS_ZERO:
        return words.say("One-off effort of {effort} a year comes on top.", effort=effort)
    return ""


def _discount(view: AccountView, words: Language) -> str:
    """How much lower an offer from elsewhere would have to be, where that is disclosed."""
    discount = figure_of(view, "break_even_discount")
    if not discount > 0:
        return ""
    if discount >= 1:
        return words.say("This is more than your purchases of the last twelve months.")
    return words.say("An offer from elsewhere comes to the same when it is {discount} lower than "
                     "your purchases of the last twelve months.",
                     discount=words.percent(discount))


def _unknown(lines: pd.DataFrame, words: Language) -> str:
    """Lines without a list value."""
    unknown_n = int(lines["amount"].isna().sum())
    return words.count("{n} line has no list value and is not counted.",
                       "{n} lines have no list value and are not counted.",
                       unknown_n) if unknown_n else ""


def _of_kind(lines: pd.DataFrame, kind: str) -> float:
    return float(lines.loc[lines["kind"] == kind, "amount"].sum()) if "kind" in lines else 0.0
