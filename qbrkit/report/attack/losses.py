"""How much the panel expects to be lost, account by account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.report import style
from qbrkit.report.attack import panel
from qbrkit.report.exhibits import Html, finding, note, nothing
from qbrkit.report.figures import BAR_INCHES, short_label
from qbrkit.report.language import Language
from qbrkit.report.sentences import words_of
from qbrkit.report.style import INK, MUTED, PALE

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

DRAWN = 20


def scored(review: QuarterReview) -> pd.DataFrame:
    """Accounts of the last session whose expected loss is known, in the order of the page."""
    rows = panel.of_last(review, "accounts")
    if rows.empty or not panel.has_statistic(review):
        return rows.head(0)
    return rows[rows["expected_loss"].notna()].reset_index(drop=True)


def expected(review: QuarterReview) -> Html:
    """What the accounts' expected losses add up to, and how wide the guesses are."""
    words, rows = words_of(review), scored(review)
    if panel.last_session(review) is None:
        return finding(words.say("Without a session there are no chances and no losses to "
                                 "multiply."))
    if rows.empty:
        return finding(words.say("No expected loss can be told for the accounts of this page."))
    return finding(total_told(review, words), _reach(rows, review, words),
                   _largest(rows, review, words), _unordered(review, words))


def chart(review: QuarterReview) -> Html:
    """Median expected loss of each account, with the middle half of the raters."""
    rows = scored(review)
    if rows.empty:
        return nothing()
    words, currency, accent = (words_of(review), review.settings.company.currency,
                               review.settings.company.accent)
    shown = rows.head(DRAWN)
    with style.chart(0.3 + BAR_INCHES * len(shown), left=2.35, right=0.95, bottom=0.1,
                     top=0.1) as axes:
        at = range(len(shown))
        axes.hlines(at, shown["expected_q1"], shown["expected_q3"], color=PALE, linewidth=5)
        axes.scatter(shown["expected_loss"], at, s=36, color=accent, zorder=3)
        axes.axvline(0, color=MUTED, linewidth=0.8)
        axes.set_yticks(at, [short_label(label) for label in shown["label"]], color=INK)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        highest = float(shown[["expected_loss", "expected_q3"]].max().max())
        axes.set_xlim(-0.02 * highest if highest > 0 else -0.02, highest * 1.03 or 1.0)
        for position, amount in zip(at, shown["expected_loss"], strict=True):
            axes.annotate(words.number(amount), (1, position),
                          xycoords=axes.get_yaxis_transform(), xytext=(6, 0), va="center",
                          textcoords="offset points", fontsize=8.5, annotation_clip=False)
        return style.draw(axes, _title(len(shown), len(rows), review, words), words.say(
            "dot: median of the raters, bar: the middle half of them, {currency}",
            currency=currency), "; ".join(_described(one, words)
                                          for one in shown.to_dict("records")))


def chart_note(review: QuarterReview) -> Html:
    """What the expected loss is, and that it is a lower bound."""
    if scored(review).empty:
        return nothing()
    return note(words_of(review).say(
        "Expected loss is each rater's best guess × loss at the worst point of the account alone, "
        "so it is a lower bound: an attack elsewhere comes on top."))


def total_told(review: QuarterReview, words: Language) -> str:
    """What the expected losses of all accounts scored add up to; empty for none."""
    rows, currency = scored(review), review.settings.company.currency
    if rows.empty:
        return ""
    return words.count(
        "The raters' median is an expected loss of {money} within twelve months, at the one "
        "account scored.",
        "The raters' medians add up to an expected loss of {money} within twelve months, at the "
        "{n} accounts scored.", len(rows),
        money=words.money(rows["expected_loss"].sum(), currency))


def _reach(rows: pd.DataFrame, review: QuarterReview, words: Language) -> str:
    """The same at the low and at the high chances."""
    currency = review.settings.company.currency
    if rows[["expected_low", "expected_high"]].isna().any(axis=None):
        return ""
    return words.say("By the raters' low chances it is {low}, by their high ones {high}.",
                     low=words.money(rows["expected_low"].sum(), currency),
                     high=words.money(rows["expected_high"].sum(), currency))


def _largest(rows: pd.DataFrame, review: QuarterReview, words: Language) -> str:
    """The account with more than half at stake, only where the panel agrees on an order."""
    first, total = rows.iloc[0].to_dict(), rows["expected_loss"].sum()
    if not panel.is_ranked(review) or len(rows) < 2 or first["expected_loss"] * 2 <= total:
        return ""
    return words.say("Most of it is expected at {name}: {money}.", name=first["label"],
                     money=words.money(first["expected_loss"],
                                       review.settings.company.currency))


def _unordered(review: QuarterReview, words: Language) -> str:
    """That the accounts stand in no order of danger."""
    session = panel.last_session(review)
    if session is None or panel.is_ranked(review):
        return ""
    if session["state"] != panel.DIVIDED:
        return panel.why_no_order(review, words)
    return words.say("The raters do not agree enough for an order, so the accounts stand by name.")


def _title(shown_n: int, all_n: int, review: QuarterReview, words: Language) -> str:
    if shown_n == all_n:
        return words.say("Expected loss by account")
    return words.say("Expected loss by account, the first {n} of {all}", n=words.number(shown_n),
                     all=words.number(all_n)) if panel.is_ranked(review) else words.say(
        "Expected loss by account, the first {n} of {all} by name", n=words.number(shown_n),
        all=words.number(all_n))


def _described(row: dict[Any, Any], words: Language) -> str:
    """One account of the chart in words."""
    return words.say("{name}: {money} ({low} to {high})", name=row["label"],
                     money=words.number(row["expected_loss"]),
                     low=words.number(row["expected_q1"]), high=words.number(row["expected_q3"]))
