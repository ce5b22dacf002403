"""Charts: one message each, labelled directly, zero base for bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from qbrkit.disclosure import AccountView
from qbrkit.report import style
from qbrkit.report.exhibits import Html, not_available, nothing, round_to_total
from qbrkit.report.language import PRINTED_AS_ZERO, Language, language
from qbrkit.report.style import INK, MUTED, PALE, RULE
from qbrkit.report.words import family_words
from qbrkit.segmentation import GREEN_CIRCLE, whale_curve

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

SHOWN = 5
DOTS = 150
"""Accounts drawn at most: more make a page heavy and show nothing new."""
NAME_LENGTH = 28
BAR_INCHES = 0.27
LABEL_POINTS = 11


def account_map(review: QuarterReview) -> Html:
    """Margin against volume of every account with positive amounts, and the cuts."""
    words = language(review.settings.company.language)
    currency = review.settings.company.currency
    accounts = review.accounts.assign(margin=(
        review.accounts["gross_margin_ltm_low"] + review.accounts["gross_margin_ltm_high"]) / 2)
    drawn = accounts[(accounts["revenue_ltm"] > 0) & (accounts["margin"] > 0)].nlargest(
        DOTS, "revenue_ltm")
    if not review.has_cost:
        return not_available(words.say("Without cost data there is no margin to draw."))
    if drawn.empty:
        return not_available(words.say("No account has revenue and margin above zero to draw."))
    green = drawn["segment"] == GREEN_CIRCLE
    with style.chart(4.2, left=0.75, right=0.35, bottom=0.55) as axes:
        axes.scatter(drawn["revenue_ltm"][~green], drawn["margin"][~green], s=26, color=PALE,
                     linewidths=0)
        axes.scatter(drawn["revenue_ltm"][green], drawn["margin"][green], s=34,
                     color=review.settings.company.accent, linewidths=0)
        axes.set_xscale("log")
        axes.set_yscale("log")
        for amount, line in ((review.cuts.volume, axes.axvline),
                             (review.cuts.margin, axes.axhline)):
            if np.isfinite(amount):
                line(amount, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
        _thousands(axes, words)
        _name_largest(axes, drawn[green])
        axes.set_xlabel(words.say("Revenue of the last twelve months, thousand {currency}",
                                  currency=currency))
        axes.set_ylabel(words.say("Gross margin, thousand {currency}", currency=currency))
        axes.grid(color=RULE, linewidth=0.5)
        return style.draw(
            axes, words.say("Accounts by revenue and gross margin"), words.say("log scales"),
            words.say("Green Circle accounts in color: {green}; transactional ones in grey: "
                      "{others}; the dashed lines are the cuts.", green=words.number(green.sum()),
                      others=words.number((~green).sum())))


def whale(review: QuarterReview) -> Html:
    """Cumulative share of the total margin, accounts from most to least profitable."""
    words = language(review.settings.company.language)
    margin = (review.accounts["gross_margin_ltm_low"]
              + review.accounts["gross_margin_ltm_high"]) / 2
    curve = whale_curve(margin[review.accounts["revenue_ltm"] != 0])
    if curve.empty:
        return nothing()
    peak, at = float(curve.max()), int(np.argmax(curve.to_numpy())) + 1
    with style.chart(2.6, left=0.6, right=1.1, bottom=0.5, top=0.2) as axes:
        axes.plot(range(len(curve) + 1), [0, *curve], color=review.settings.company.accent,
                  linewidth=2)
        axes.axhline(1, color=PALE, linewidth=0.8)
        axes.set_xlim(0, len(curve))
        axes.set_ylim(0, max(1.05, peak * 1.05))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        axes.set_xlabel(words.say("Accounts, most profitable first"))
        axes.annotate(words.say("peak {share}", share=words.percent(peak)), (at, peak),
                      xytext=(0, 5), textcoords="offset points", fontsize=8, ha="center",
                      annotation_clip=False)
        return style.draw(
            axes, words.say("Cumulative share of the gross margin"), "",
            words.say("The curve reaches {peak} of the margin after {n} of {all} accounts.",
                      peak=words.percent(peak), n=words.number(at),
                      all=words.number(len(curve))))


def growth_bars(review: QuarterReview) -> Html:
    """Change of the Green Circle accounts that grew and shrank most."""
    words = language(review.settings.company.language)
    ranked = review.green_circle.dropna(subset="change_constant").sort_values(
        ["change_constant", "account_id"], ascending=[False, True])
    if review.year_ago is None:
        return nothing()
    ranked = ranked[ranked["change_constant"].abs() >= PRINTED_AS_ZERO]
    if ranked.empty:
        return not_available(words.say("No Green Circle account grew or shrank."))
    shown = pd.concat([ranked.head(SHOWN), ranked.tail(SHOWN)]).drop_duplicates("account_id")
    return _bars(
        shown["name"].tolist(), shown["change_constant"].tolist(), words,
        review.settings.company.accent,
        words.say("Green Circle accounts that grew and shrank most"),
        words.say("change on the same quarter a year before at constant exchange rates, {currency}",
                  currency=review.settings.company.currency), signed=True)


def revenue_by_quarter(view: AccountView) -> Html:
    """The customer's purchases in the last eight quarters, the reviewed one in color."""
    words = language(view.account["language"])
    quarters = view.tables.get("revenue_by_quarter", pd.DataFrame())
    if quarters.empty or not {"quarter", "revenue"} <= set(quarters):
        return nothing()
    labels = [words.months(quarter, short=True) for quarter in quarters["quarter"]]
    figures = [words.number(amount) for amount in quarters["revenue"]]
    amounts = quarters["revenue"].fillna(0.0).to_numpy(dtype=float)  # no bar where not known
    with style.chart(2.5, left=0.15, right=0.15, bottom=0.5, top=0.25) as axes:
        colors = [PALE] * (len(amounts) - 1) + [view.company["accent"]]
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
            axes, words.say("Your purchases by quarter"), view.account["currency"],
            "; ".join(f"{label}: {figure}"
                      for label, figure in zip(labels, figures, strict=True)))


def revenue_by_family(view: AccountView) -> Html:
    """The mix of the quarter: purchases by product family."""
    words = language(view.account["language"])
    families = view.tables.get("revenue_by_family", pd.DataFrame())
    if not {"family", "revenue"} <= set(families):
        return nothing()
    rounded = families.assign(revenue=round_to_total(families["revenue"]))  # as in the table
    bought = rounded[rounded["revenue"].fillna(0.0) != 0]
    if bought.empty:
        return not_available(words.say("There were no purchases in this quarter."))
    names = bought["family"].replace(family_words(words))
    return _bars(names.tolist(), bought["revenue"].tolist(), words,
                 view.company["accent"], words.say("Your purchases by product family"),
                 view.account["currency"])


def _bars(names: Sequence[str], amounts: Sequence[float], words: Language, accent: str, title: str,
          unit: str, signed: bool = False) -> Html:
    """Horizontal bars from zero, each with its figure; negative ones grey."""
    height = 0.25 + BAR_INCHES * len(names)
    with style.chart(height, left=2.35, right=0.95, bottom=0.1, top=0.1) as axes:
        at = range(len(names))
        axes.barh(at, amounts, color=[accent if amount >= 0 else PALE for amount in amounts],
                  height=0.68)
        axes.axvline(0, color=MUTED, linewidth=0.8)
        axes.set_yticks(at, [_short(name) for name in names], color=INK)
        axes.invert_yaxis()
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        low, high = min(0.0, *amounts), max(0.0, *amounts)
        axes.set_xlim(low - 0.02 * (high - low), high if high > low else 1.0)
        for position, amount in zip(at, amounts, strict=True):
            text = words.number(amount)
            text = f"+{text}" if signed and round(amount) > 0 else text
            axes.annotate(text, (max(amount, 0.0), position), xytext=(5, 0), va="center",
                          textcoords="offset points", fontsize=8.5, annotation_clip=False)
        return style.draw(axes, title, unit, "; ".join(
            f"{name}: {words.number(amount)}" for name, amount in zip(names, amounts, strict=True)))


def _short(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= NAME_LENGTH else name[:NAME_LENGTH - 1].rstrip() + "…"


def _name_largest(axes: Axes, accounts: pd.DataFrame) -> None:
    """Names beside the largest accounts, but not where they would cover each other."""
    taken: list[float] = []
    largest = accounts.nlargest(2 * SHOWN, "revenue_ltm")
    for name, revenue, margin in zip(largest["name"], largest["revenue_ltm"], largest["margin"],
                                     strict=True):
        height = axes.transData.transform((revenue, margin))[1]
        if all(abs(height - other) > LABEL_POINTS for other in taken):
            taken.append(height)
            axes.annotate(_short(name), (revenue, margin), xytext=(-6, -3),
                          textcoords="offset points", fontsize=8, ha="right", color=INK)


def _thousands(axes: Axes, words: Language) -> None:
    """Tick labels in thousands, with as many decimals as small amounts need."""
    def label(value: float, _: object) -> str:
        return words.number(value / 1000, 0 if value >= 1000 else 1)
    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        if np.floor(np.log10(high)) <= np.ceil(np.log10(low)):  # fewer than two labels
            axis.axes.set(**{f"{axis.axis_name}lim": (10 ** np.floor(np.log10(low)),
                                                      10 ** np.ceil(np.log10(high)))})
        axis.set_major_formatter(label)
        axis.set_minor_formatter("")
