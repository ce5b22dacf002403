"""What came back for what the customer spent; only a positive return is ever disclosed."""

import pandas as pd

from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import currency_of, figure_of, has_table, in_currency, words_of
from qbrkit.report.exhibits import ColumnView, Html, nothing, table
from qbrkit.report.language import Language

SPENT = 100
"""Money for which the return is told, so that what came back is a figure without decimals."""
AT_ONCE = 0.05
"""Months printed as 0."""
ALMOST_ALL = 0.995
"""A larger share of the value is told in words: 100 % smaller would be no value at all."""


def returned(view: AccountView, words: Language) -> list[str]:
    """The return in money, when the spending was covered, and how far the value may shrink."""
    if pd.isna(figure_of(view, "roi")):
        return []
    return [one for one in (came_back(view, words), _covered(view, words),
                            _may_shrink(view, words)) if one]


def came_back(view: AccountView, words: Language) -> str:
    """What came back for what the customer spent; empty where that is not disclosed."""
    if pd.isna(figure_of(view, "roi")):
        return ""
    roi, currency = figure_of(view, "roi"), currency_of(view)
    told = {"roi": words.percent(roi), "spent": words.money(SPENT, currency),
            "back": words.money(SPENT * (1 + roi), currency)}
    if has_effort(view):
        return words.say("For every {spent} that you spent with us and on your own effort you "
                         "received {back} at present value, a return of {roi}.", **told)
    return words.say("For every {spent} that you spent with us you received {back} at present "
                     "value, a return of {roi}.", **told)


def has_effort(view: AccountView) -> bool:
    """Whether an effort of the customer's own is in the return, as far as that is disclosed."""
    if not has_table(view, "value_return", "item", "amount"):
        return False
    made = view.tables["value_return"]
    return bool((made.loc[made["item"] == "effort", "amount"].fillna(0.0) != 0).any())


def _covered(view: AccountView, words: Language) -> str:
    months = figure_of(view, "payback_months")
    if pd.isna(months):
        return ""
    if months < AT_ONCE:
        return words.say("The value covered what you spent from the first month on.")
    return words.say("The value had covered what you spent after {months} months.",
                     months=words.number(months, 1))


def _may_shrink(view: AccountView, words: Language) -> str:
    haircut = figure_of(view, "break_even_haircut")
    if pd.isna(haircut):
        return ""
    if haircut > ALMOST_ALL:
        return words.say("Almost all of the value could be missing before the return would be "
                         "zero.")
    return words.say("The value could be {share} smaller before the return would be zero.",
                     share=words.percent(haircut))


def made_of(view: AccountView) -> Html:
    """Value, payments and own effort behind the return, so that it can be computed again."""
    words = words_of(view)
    if not has_table(view, "value_return", "item") or view.tables["value_return"].empty:
        return nothing()
    rows = view.tables["value_return"]
    signs = rows["item"].map({"value": 1.0}).fillna(-1.0)
    money = [one for one in ("amount", "present_value") if one in rows]
    # each rounded for itself, as it stands elsewhere on the page; what remains is their sum
    rows = rows.assign(**{one: rows[one].round() * signs for one in money})
    rate = figure_of(view, "discount_rate")
    caption = in_currency(words.say("What the return is made of"), view)
    if not pd.isna(rate):
        caption = words.say("{caption}; present value at {rate} a year", caption=caption,
                            rate=words.percent(rate))
    return table(rows, [
        ColumnView("item", words.say("What"), words={
            "value": words.say("Value, confirmed and estimated"),
            "paid": words.say("What you paid us"), "effort": words.say("Your own effort")}),
        ColumnView("amount", words.say("Twelve months"), "money"),
        ColumnView("present_value", words.say("Present value"), "money"),
    ], caption, words, total=words.say("What remains"))
