"""Growth of the Green Circle drawn and listed: changes, ranks, and what chance leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qbrkit.report import style
from qbrkit.report.exhibits import (
    MOST_ROWS,
    ColumnView,
    Html,
    not_available,
    note,
    nothing,
    table,
)
from qbrkit.report.figures import BAR_INCHES, SHOWN, short_label
from qbrkit.report.internal.growing import QUARTER, YEAR, firmest, ranked_circle
from qbrkit.report.language import NO_BREAK, PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import told_rates, words_of
from qbrkit.report.style import INK, MUTED, PALE
from qbrkit.report.words import reasons_in_words
from qbrkit.segmentation import OVERRIDE

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


MAY_BE_EMPTY = ["rate", "year_change_constant", "year_change_rate", "rank", "growth_rank",
                "exchange_rates"]
"""Columns that are not shown where no account has anything in them."""
JOINED = "\u2060"
"""Without it a line breaks behind a dash, whatever space follows."""


def change_chart(review: QuarterReview) -> Html:
    """Change of the Green Circle accounts that grew and shrank most, with its interval."""
    words = words_of(review)
    if review.year_ago is None:
        return nothing()
    ranked = ranked_circle(review, firmest(review))
    ranked = ranked[ranked["change"].abs() >= PRINTED_AS_ZERO]
    if ranked.empty:
        return not_available(words.say("No Green Circle account grew or shrank."))
    shown = pd.concat([ranked.head(SHOWN), ranked.tail(SHOWN)]).drop_duplicates("account_id")
    return _whiskered_bars(shown, review, words, firmest(review))


def change_note(review: QuarterReview) -> Html:
    """How to read the whiskers and the ranks."""
    words = words_of(review)
    if review.year_ago is None or ranked_circle(review, firmest(review)).empty:
        return nothing()
    return note(words.say(
        "Thin lines, and ranks in brackets: what chance in single months leaves open (95%: about "
        "one account in twenty lies outside by chance alone); missing where an account bought in "
        "fewer than eight months."))


def growth_table(review: QuarterReview) -> Html:
    """Every Green Circle account with its reason, its growth, and its rank."""
    words, currency = words_of(review), review.settings.company.currency
    green = review.green_circle
    if green.empty:
        return nothing()
    found = {one: rows.set_index("account_id").reindex(green["account_id"]) for one, rows in (
        (one, review.ranks[review.ranks["comparison"] == one]) for one in (QUARTER, YEAR))}
    ranks = found[firmest(review)]
    rows = green.assign(
        year_change_rate=told_rates(found[YEAR]["base"], found[YEAR]["review"]).to_numpy(),
        change_rate=told_rates(found[QUARTER]["base"], found[QUARTER]["review"]).to_numpy(),
        why=_why(green, words), place=ranks["circle_rank"].to_numpy(),
        rank=[_rank(one, "circle_rank", words) for one in ranks.to_dict("records")],
        growth_rank=[_rank(one, "circle_growth_rank", words) for one in ranks.to_dict("records")],
        rate=green["gross_margin_ltm_low"].add(green["gross_margin_ltm_high"])
        .div(2).div(green["revenue_ltm"].where(green["revenue_ltm"] > 0)))
    caption = words.say("Green Circle accounts, largest first")
    if len(rows) <= MOST_ROWS and rows["place"].notna().any():
        rows = rows.sort_values(["place", "account_id"], na_position="last")
        caption = words.say("Green Circle accounts by rank")
    empty = [name for name in MAY_BE_EMPTY if rows[name].isin([0, ""]).where(
        rows[name].notna(), True).all()]
    return table(rows.drop(columns=empty), _columns(words, currency), caption, words,
                 total=words.say("Total"))


def _whiskered_bars(shown: pd.DataFrame, review: QuarterReview, words: Language,
                    comparison: str) -> Html:
    """Bars from zero, each with its figure and a thin line over its interval."""
    amounts = shown["change"].to_numpy()
    ends = shown[["change_low", "change_high"]].to_numpy()
    lowest = min(0.0, float(amounts.min()), float(np.nan_to_num(ends).min()))
    highest = max(0.0, float(amounts.max()), float(np.nan_to_num(ends).max()))
    accent = review.settings.company.accent
    with style.chart(0.25 + BAR_INCHES * len(shown), left=2.35, right=0.95, bottom=0.1,
                     top=0.1) as axes:
        at = range(len(shown))
        axes.barh(at, amounts, color=[accent if one >= 0 else PALE for one in amounts], height=0.62)
        axes.hlines(at, ends[:, 0], ends[:, 1], color=MUTED, linewidth=0.9)
        axes.axvline(0, color=MUTED, linewidth=0.8)
        axes.set_yticks(at, [short_label(label) for label in shown["label"]], color=INK)
        axes.invert_yaxis()
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.set_xlim(lowest - 0.02 * (highest - lowest), highest)
        told = [("+" if round(amount) > 0 else "") + words.number(amount) for amount in amounts]
        for position, figure in zip(at, told, strict=True):
            axes.annotate(figure, (1, position), xycoords=axes.get_yaxis_transform(),
                          xytext=(6, 0), va="center", textcoords="offset points", fontsize=8.5,
                          annotation_clip=False)
        return style.draw(axes, *_title(comparison, review, words), "; ".join(
            f"{label}: {words.number(amount)}"
            for label, amount in zip(shown["label"], amounts, strict=True)))


def _title(comparison: str, review: QuarterReview, words: Language) -> tuple[str, str]:
    """What the chart shows, and against what, in which currency."""
    currency = review.settings.company.currency
    title = words.say("Green Circle accounts that grew and shrank most")
    if comparison == YEAR:
        return title, words.say("change of twelve months on those before at constant exchange "
                                "rates, {currency}", currency=currency)
    return title, words.say("change on the same quarter a year before at constant exchange rates, "
                            "{currency}", currency=currency)


def _rank(row: dict[Any, Any], name: str, words: Language) -> str:
    """A rank with what is left open, as ``3 (2 – 7)``; empty where there is none."""
    if pd.isna(row[name]):
        return ""
    rank = words.number(row[name])
    if pd.isna(row[f"{name}_low"]):
        return rank
    low, high = (words.number(row[f"{name}_{end}"]) for end in ("low", "high"))
    return f"{rank}{NO_BREAK}({low}{NO_BREAK}–{JOINED}{NO_BREAK}{high})"


def _columns(words: Language, currency: str) -> list[ColumnView]:
    """What the table of the Green Circle shows."""
    return [
        ColumnView("label", words.say("Account")),
        ColumnView("why", words.say("Green Circle by")),
        ColumnView("revenue_ltm", words.say("Revenue of twelve months, {currency}",
                                            currency=currency), "money"),
        ColumnView("rate", words.say("Gross margin rate"), "percent"),
        ColumnView("year_change_constant", words.say(
            "Change of twelve months at constant rates, {currency}", currency=currency), "money"),
        ColumnView("year_change_rate", words.say("Change of twelve months"), "change"),
        ColumnView("rank", words.say("Rank"), "range"),
        ColumnView("growth_rank", words.say("Rank by rate"), "range"),
        ColumnView("revenue_quarter", words.say("Quarter, {currency}", currency=currency),
                   "money"),
        ColumnView("change_constant", words.say("Change at constant rates, {currency}",
                                                currency=currency), "money"),
        ColumnView("exchange_rates", words.say("Exchange rates, {currency}", currency=currency),
                   "money"),
        ColumnView("change_rate", words.say("Change"), "change")]


def _why(accounts: pd.DataFrame, words: Language) -> list[str]:
    """Why each is Green Circle, or no longer is."""
    told = []
    for row in accounts.to_dict("records"):
        parts = [reasons_in_words(row["reasons"], words)]
        before = row.get("previous_reasons")
        if not row["reasons"] and isinstance(before, str) and before:
            parts.append(words.say("no longer set by hand") if before == OVERRIDE else
                         words.say("no longer by {reasons}",
                                       reasons=reasons_in_words(before, words)))
        parts += [words.say("provisional")] if row["is_provisional"] else []
        parts += [words.say("dormant")] if row["is_dormant"] else []
        parts += [words.say("loses money")] if row["loses_money"] else []
        told.append("; ".join(part for part in parts if part))
    return told
