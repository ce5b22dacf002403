"""The value the customer received, confirmed and estimated apart, and what came back for it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from qbrkit.disclosure import AccountView
from qbrkit.report import style
from qbrkit.report.customer.reading import (
    accent_of,
    currency_of,
    figure_of,
    has_table,
    is_withheld,
    words_of,
)
from qbrkit.report.customer.value_return import returned
from qbrkit.report.exhibits import Html, finding, not_available, note, nothing
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.style import INK, MUTED, PALE
from qbrkit.value import BENEFIT, CONFIRMED, ESTIMATED, SOFT

PRINTED_AS_ONE = 0.005
QUARTERS_NEEDED = 2
"""Quarters with a value from which on a chart tells more than the sentence above it."""


def state(view: AccountView) -> Html:
    """The value received in twelve months and in the quarter, and its return."""
    words = words_of(view)
    told = [received(view, words), estimated(view, words),
            in_the_quarter(view, words) if received(view, words) else "",
            multiplied(view, words), *returned(view, words), soft(view, words),
            nothing_measured(view, words)]
    lines = view.tables.get("value_lines")
    if not any(told) and _is_measured(lines):
        return finding()  # the lines tell it
    if any(told) or (lines is not None and not lines.empty):
        return finding(*told) if any(told) else finding(words.say(
            "What is on record for the last twelve months is not measured yet. Let us agree how "
            "to measure it."))
    if is_withheld(view, "value_lines"):
        return nothing()
    if lines is None:
        return not_available(words.say("Not available: no value is on record yet. Let us agree "
                                       "what to measure."))
    return finding(words.say("No value is on record for the last twelve months. Let us agree "
                             "what to measure."))


def _is_measured(lines: pd.DataFrame | None) -> bool:
    """Whether a line has an amount, or nobody can tell whether one has."""
    if lines is None or lines.empty:
        return False
    return "amount" not in lines or bool(lines["amount"].notna().any())


def by_quarter(view: AccountView) -> Html:
    """Confirmed and estimated value of the last four quarters."""
    words, quarters = words_of(view), view.tables.get("value_by_quarter", pd.DataFrame())
    names = {CONFIRMED: words.say("confirmed"), ESTIMATED: words.say("estimated")}
    names = {one: name for one, name in names.items() if one in quarters}
    if not names or "quarter" not in quarters or (
            quarters[list(names)].abs() >= PRINTED_AS_ZERO).any(axis=1).sum() < QUARTERS_NEEDED:
        return nothing()
    labels = [words.months(quarter, short=True) for quarter in quarters["quarter"]]
    sums = [words.number(amount) for amount in quarters[list(names)].sum(axis=1, min_count=1)]
    with style.chart(1.9, left=0.15, right=0.15, bottom=0.5, top=0.25) as axes:
        high = _stack(axes, quarters[list(names)].fillna(0.0), accent_of(view))
        axes.axhline(0, color=MUTED, linewidth=0.8)
        for at, figure in enumerate(sums):
            axes.annotate(figure, (at, high[at]), xytext=(0, 4), textcoords="offset points",
                          ha="center", fontsize=8.5, color=INK,
                          fontweight="bold" if at == len(sums) - 1 else "normal")
        axes.set_xticks(range(len(labels)), [one.replace(" ", "\n") for one in labels],
                        fontsize=8)
        axes.set_yticks([])
        axes.margins(x=0.2, y=0.14)
        return style.draw(axes, _title([*names], words), currency_of(view), "; ".join(
                f"{label}: " + ", ".join(f"{name} {words.number(row[one])}"
                                         for one, name in names.items())
                for label, row in zip(labels, quarters.to_dict("records"), strict=True)))


def _title(shown: list[str], words: Language) -> str:
    """What the bars are, one class or both."""
    if shown == [CONFIRMED]:
        return words.say("Confirmed value by quarter")
    if shown == [ESTIMATED]:
        return words.say("Estimated value by quarter")
    return words.say("Value you received by quarter: confirmed in color, estimated in grey")


def _stack(axes: Axes, amounts: pd.DataFrame, accent: str) -> list[float]:
    """Bars on each other, what is below zero downwards; the upper end of each."""
    at, up, down = range(len(amounts)), np.zeros(len(amounts)), np.zeros(len(amounts))
    for one, color in ((CONFIRMED, accent), (ESTIMATED, PALE)):
        if one in amounts:
            heights = amounts[one].to_numpy(dtype="float64")
            axes.bar(at, heights, bottom=np.where(heights >= 0, up, down), color=color,
                     width=0.5)
            up, down = up + heights.clip(min=0), down + heights.clip(max=0)
    return list(up)


def how_to_read(view: AccountView) -> Html:
    """How to read the value statement."""
    if view.tables.get("value_lines", pd.DataFrame()).empty:
        return nothing()
    return note(words_of(view).say(
        "Confirmed: by you or by documents. Estimated: by us. Services count at list value less "
        "what was charged."))


def received(view: AccountView, words: Language) -> str:
    """Confirmed and estimated value of twelve months, and the confirmed part of it."""
    all_in_all, confirmed = figure_of(view, "value_ltm"), figure_of(view, "value_confirmed_ltm")
    if pd.isna(all_in_all) or pd.isna(confirmed):
        return ""
    if max(abs(all_in_all), abs(confirmed)) < PRINTED_AS_ZERO:
        return words.say("The value on record for the last twelve months comes to nothing so far.")
    money, sure = (words.money(one, currency_of(view)) for one in (all_in_all, confirmed))
    if abs(confirmed) < PRINTED_AS_ZERO < all_in_all:
        return words.say("In the last twelve months you received value of {value}; none of it is "
                         "confirmed yet.", value=money)
    if money == sure and confirmed > 0:
        return words.say("In the last twelve months you received value of {value}; all of it is "
                         "confirmed.", value=money)
    if 0 <= confirmed <= all_in_all + PRINTED_AS_ZERO:
        return words.say("In the last twelve months you received value of {value}, of which "
                         "{confirmed} is confirmed.", value=money, confirmed=sure)
    return words.say("The value of the last twelve months comes to {value}; what is confirmed "
                     "comes to {confirmed}.", value=money, confirmed=sure)


def estimated(view: AccountView, words: Language) -> str:
    """Value that waits for confirmation, so that with the confirmed it is the printed whole."""
    amount = figure_of(view, "value_estimated_ltm")
    if pd.isna(amount) or abs(amount) < PRINTED_AS_ZERO:
        return ""
    if {"value_ltm", "value_confirmed_ltm"} <= set(view.figures):
        amount = round(view.figures["value_ltm"]) - round(view.figures["value_confirmed_ltm"])
    return words.say("{money} is estimated and waits for your confirmation.",
                     money=words.money(amount, currency_of(view)))


def in_the_quarter(view: AccountView, words: Language) -> str:
    """Value of the quarter against the quarter before."""
    if "value_quarter" not in view.figures or not abs(figure_of(view, "value_ltm")) >= 0:
        return ""
    now, before = figure_of(view, "value_quarter"), figure_of(view, "value_quarter_before")
    months, currency = words.months(view.quarter), currency_of(view)
    if max(abs(figure_of(view, "value_ltm")), abs(now), abs(before)) < PRINTED_AS_ZERO:
        return ""
    if pd.isna(now):
        return words.say("For {months} no value is on record.", months=months)
    money = words.money(now, currency)
    if "value_quarter_before" not in view.figures:
        return words.say("From {months} it came to {money}.", months=months, money=money)
    if pd.isna(before):
        return words.say("From {months} it came to {money}; for the quarter before none is on "
                         "record.", months=months, money=money)
    change = round(now) - round(before)  # of the printed figures
    if not change:
        return words.say("From {months} it came to {money}, as much as in the quarter before.",
                         months=months, money=money)
    told = {"months": months, "money": money, "change": words.money(abs(change), currency)}
    if change > 0:
        return words.say("From {months} it came to {money}, {change} more than in the quarter "
                         "before.", **told)
    return words.say("From {months} it came to {money}, {change} less than in the quarter "
                     "before.", **told)


def multiplied(view: AccountView, words: Language) -> str:
    """How much the services add to the benefit of the product."""
    times = figure_of(view, "multiplier")
    if pd.isna(times) or times < 1 + PRINTED_AS_ONE:
        return ""
    return words.say("With our services the value is {times} times that of the products alone.",
                     times=words.number(times, 2))


def soft(view: AccountView, words: Language) -> str:
    """Value that is shown and counts in no return."""
    amount = figure_of(view, "value_soft_ltm")
    if not abs(amount) >= PRINTED_AS_ZERO:
        return ""
    return words.say("Value of {money} is hard to measure: it counts in no sum and no return.",
                     money=words.money(amount, currency_of(view)))


def nothing_measured(view: AccountView, words: Language) -> str:
    """What a return would need, where services alone are on record."""
    if "roi" not in view.figures or not has_table(view, "value_lines", "part", "class", "amount"):
        return ""
    lines = view.tables["value_lines"]
    hard = lines[(lines["class"] != SOFT) & lines["amount"].notna()]
    if hard.empty or (hard["part"] == BENEFIT).any():
        return ""
    return words.say("A return can be told once a benefit of the products is measured: let us "
                     "agree on one.")
