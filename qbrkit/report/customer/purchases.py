"""Your business with us: what was bought, and what changed."""

import numpy as np
import pandas as pd

from qbrkit.disclosure import AccountView
from qbrkit.facts import UNKNOWN_FAMILY
from qbrkit.report import style
from qbrkit.report.customer.reading import (
    accent_of,
    currency_of,
    figure_of,
    has_table,
    in_currency,
    words_of,
)
from qbrkit.report.exhibits import (
    ColumnView,
    Html,
    finding,
    not_available,
    note,
    nothing,
    round_to_total,
    table,
)
from qbrkit.report.figures import bars
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.style import MUTED, PALE
from qbrkit.report.words import family_words

CHARTED = 12
"""Product families drawn at most; the table has all."""


def changed(view: AccountView) -> Html:
    """Direction of the purchases, in the quarter and the year, and the family that moved most."""
    words = words_of(view)
    if "revenue_quarter" in view.figures and pd.isna(view.figures["revenue_quarter"]):
        if not currency_of(view):
            return not_available(words.say("Not available: your purchases of this quarter are not "
                                           "on record."))
        return not_available(words.say(
            "Not available: your purchases of this quarter are not on record in {currency}.",
            currency=currency_of(view)))
    return finding(bought(view, words), moving_family(view, words), bought_in_year(view, words))


def by_quarter(view: AccountView) -> Html:
    """The customer's purchases in the last eight quarters, the reviewed one in color."""
    words = words_of(view)
    quarters = view.tables.get("revenue_by_quarter", pd.DataFrame())
    if quarters.empty or not {"quarter", "revenue"} <= set(quarters):
        return nothing()
    labels = [words.months(quarter, short=True) for quarter in quarters["quarter"]]
    figures = [words.number(amount) for amount in quarters["revenue"]]
    amounts = quarters["revenue"].fillna(0.0).to_numpy(dtype=float)  # no bar where not known
    with style.chart(1.9, left=0.15, right=0.15, bottom=0.5, top=0.2) as axes:
        colors = [PALE] * (len(amounts) - 1) + [accent_of(view)]
        axes.bar(range(len(amounts)), amounts, color=colors, width=0.66)
        axes.axhline(0, color=MUTED, linewidth=0.8)
        for at, (amount, figure) in enumerate(zip(amounts, figures, strict=True)):
            axes.annotate(figure, (at, amount), xytext=(0, 4 if amount >= 0 else -11),
                          textcoords="offset points", ha="center", fontsize=8,
                          fontweight="bold" if at == len(amounts) - 1 else "normal")
        axes.set_xticks(range(len(amounts)), [label.replace(" ", "\n") for label in labels],
                        fontsize=8)
        axes.set_yticks([])
        axes.margins(y=0.12)
        return style.draw(
            axes, words.say("Your purchases by quarter"), currency_of(view),
            "; ".join(f"{label}: {figure}"
                      for label, figure in zip(labels, figures, strict=True)))


def by_family(view: AccountView) -> Html:
    """The mix of the quarter: purchases by product family, and a mark for a year before."""
    words = words_of(view)
    if not has_table(view, "revenue_by_family", "family", "revenue"):
        return nothing()
    families = view.tables["revenue_by_family"]
    rounded = families.assign(revenue=round_to_total(families["revenue"]))  # as in the table
    now = rounded[rounded["revenue"].fillna(0.0) != 0].sort_values(
        ["revenue", "family"], ascending=[False, True])
    if now.empty and families["revenue"].isna().any():
        return nothing()  # what is not known is not none; the sentence above says so
    if now.empty:
        return not_available(words.say("There were no purchases in this quarter."))
    if len(now) == 1:
        return nothing()  # the table tells it
    largest = now["revenue"].abs().nlargest(CHARTED).index
    title = words.say("Your purchases by product family")
    if len(now) > CHARTED:
        now = now[now.index.isin(largest)]
        title = words.say("{caption}: the {n} largest", caption=title, n=words.number(CHARTED))
    before = now["revenue_year_ago"] if "revenue_year_ago" in now else now["revenue"] * np.nan
    return bars(now["family"].replace(family_words(words)).tolist(), now["revenue"].tolist(),
                words, accent_of(view), title, currency_of(view), before.tolist())


def how_to_read(view: AccountView) -> Html:
    """What the marks in the chart of the families are."""
    words = words_of(view)
    if not has_table(view, "revenue_by_family", "family", "revenue", "revenue_year_ago"):
        return nothing()
    families = view.tables["revenue_by_family"]
    is_drawn = families["revenue"].fillna(0).ne(0)
    if is_drawn.sum() < 2 or families.loc[is_drawn, "revenue_year_ago"].isna().all():
        return nothing()
    return note(words.say("The dark mark across a bar is the same quarter a year before."))


def family_table(view: AccountView) -> Html:
    """Purchases by product family: the quarter on a year before, and the year with its mix."""
    words, families = words_of(view), view.tables.get("revenue_by_family", pd.DataFrame())
    if families.empty or ("family" in families and set(families["family"]) <= {UNKNOWN_FAMILY}):
        return nothing()
    return table(families, [
        ColumnView("family", words.say("Product family"), words=family_words(words)),
        ColumnView("revenue", words.months(view.quarter, short=True), "money"),
        ColumnView("revenue_year_ago", words.months(view.quarter - 4, short=True), "money"),
        ColumnView("change_rate", words.say("Change"), "change"),
        ColumnView("revenue_ltm", words.say("Twelve months"), "money"),
        ColumnView("share_ltm", words.say("Share"), "percent"),
    ], in_currency(words.say("Your purchases by product family"), view), words,
        total=words.say("Total"))


def on_year_ago(view: AccountView, words: Language) -> str:
    """Change of the purchases on a year ago, for a tile."""
    rate = figure_of(view, "revenue_change_rate")
    return "" if pd.isna(rate) else words.say("{rate} on a year ago",
                                              rate=words.percent(rate, signed=True))


def bought(view: AccountView, words: Language) -> str:
    """What was bought, and how much more or less than a year before."""
    now = figure_of(view, "revenue_quarter")
    if pd.isna(now):
        return ""
    text = words.say("From {months} your purchases came to {money}",
                     months=words.months(view.quarter), money=words.money(now, currency_of(view)))
    if "revenue_change" not in view.figures:
        return f"{text}."
    change = view.figures["revenue_change"]
    if pd.isna(change):
        return words.say("{text}; the quarter a year before is not on record.", text=text)
    if figure_of(view, "revenue_quarter_year_ago") == 0 and now > 0:
        return words.say("{text}; in the same quarter a year before there were none.", text=text)
    more, less = words.money(change, currency_of(view)), words.money(-change, currency_of(view))
    rate = _in_brackets(figure_of(view, "revenue_change_rate"), words)
    if abs(change) < PRINTED_AS_ZERO:
        return words.say("{text}, as much as a year before.", text=text)
    if change > 0:
        return words.say("{text}, {change} more than a year before{rate}.", text=text,
                         change=more, rate=rate)
    return words.say("{text}, {change} less than a year before{rate}.", text=text,
                     change=less, rate=rate)


def bought_in_year(view: AccountView, words: Language) -> str:
    """What was bought in twelve months, on the twelve months before those."""
    now, change = figure_of(view, "revenue_ltm"), figure_of(view, "revenue_ltm_change")
    if pd.isna(now) or pd.isna(change) or figure_of(view, "revenue_ltm_before") == 0:
        return ""
    text = words.say("In twelve months your purchases came to {money}",
                     money=words.money(now, currency_of(view)))
    more, less = words.money(change, currency_of(view)), words.money(-change, currency_of(view))
    rate = _in_brackets(figure_of(view, "revenue_ltm_change_rate"), words)
    if abs(change) < PRINTED_AS_ZERO:
        return words.say("{text}, as much as in the twelve months before.", text=text)
    if change > 0:
        return words.say("{text}, {change} more than in the twelve months before{rate}.",
                         text=text, change=more, rate=rate)
    return words.say("{text}, {change} less than in the twelve months before{rate}.",
                     text=text, change=less, rate=rate)


def _in_brackets(rate: float, words: Language) -> str:
    return "" if pd.isna(rate) else f" ({words.percent(rate, signed=True)})"


def moving_family(view: AccountView, words: Language) -> str:
    """The product family that changed most."""
    if not has_table(view, "revenue_by_family", "family", "revenue", "revenue_year_ago"):
        return ""
    families = view.tables["revenue_by_family"]
    if not families["revenue_year_ago"].fillna(0).any():
        return ""
    changes = (families["revenue"] - families["revenue_year_ago"]).to_numpy(dtype="float64")
    if len(families) < 2 or not (np.abs(changes) >= PRINTED_AS_ZERO).any():
        return ""
    at = int(np.nanargmax(np.abs(changes)))
    change, family = changes[at], families["family"].iloc[at]
    family = family_words(words).get(family, family)
    money = words.money(abs(change), currency_of(view))
    if change > 0:
        return words.say("{family} changed most: {money} more.", family=family, money=money)
    return words.say("{family} changed most: {money} less.", family=family, money=money)
