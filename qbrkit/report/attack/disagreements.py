"""Where the raters are furthest apart: the agenda of the next talk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes

from qbrkit.report import style
from qbrkit.report.attack import panel
from qbrkit.report.exhibits import ColumnView, Html, finding, nothing, table
from qbrkit.report.figures import short_label
from qbrkit.report.language import Language
from qbrkit.report.sentences import words_of
from qbrkit.report.style import INK, MUTED, PALE

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

DRAWN, LISTED, ROW_INCHES, SIDE = 6, 8, 0.52, 46
"""Points drawn and listed, the height of one, and how long the words beside a dot may be."""


def found(review: QuarterReview) -> Html:
    """How far apart the raters are at most, and which department sees no danger."""
    words, agenda = words_of(review), panel.of_last(review, "disagreements")
    if panel.last_session(review) is None:
        return finding(words.say("Without a session nobody has disagreed yet."))
    if agenda.empty or not agenda["spread"].gt(0).any():
        return finding(words.say("On no point of the accounts shown here are the raters far "
                                 "apart."))
    first = agenda.iloc[0].to_dict()
    return finding(
        words.say("The raters are furthest apart on {point}: their best guesses run from {low} to "
                  "{high}.", point=panel.about(first, review, words),
                  low=words.percent(first["lowest"], 0), high=words.percent(first["highest"], 0)),
        _blind_spots(agenda, review, words))


def strip(review: QuarterReview) -> Html:
    """The points on which the raters are furthest apart, with who holds which end."""
    agenda = panel.of_last(review, "disagreements")
    agenda = agenda[agenda["spread"].gt(0)].head(DRAWN) if len(agenda) else agenda
    if agenda.empty:
        return nothing()
    words, accent = words_of(review), review.settings.company.accent
    points = agenda.to_dict("records")
    with style.chart(0.35 + ROW_INCHES * len(points), left=2.35, right=0.25, bottom=0.3,
                     top=0.05) as axes:
        at = range(len(points))
        axes.hlines(at, agenda["lowest"], agenda["highest"], color=PALE, linewidth=2.4)
        axes.scatter(agenda["lowest"], at, s=34, color=MUTED, zorder=3)
        axes.scatter(agenda["highest"], at, s=34, color=accent, zorder=3)
        for position, point in zip(at, points, strict=True):
            _label(axes, point["lowest"], position, low_side(point, words), below=True)
            _label(axes, point["highest"], position, high_side(point, words), below=False)
            _name(axes, position, point, words)
        axes.set_yticks([])
        axes.set_ylim(len(points) - 0.5, -0.5)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], [words.percent(one / 4, 0) for one in range(5)])
        return style.draw(axes, words.say("Where the raters are furthest apart"),
                          words.say("best guess of the chance that an attack succeeds"),
                          "; ".join(f"{panel.about(one, review, words)}: {low_side(one, words)}, "
                                    f"{high_side(one, words)}" for one in points))


def listed(review: QuarterReview) -> pd.DataFrame:
    """The points of the agenda: the widest, and every one that may be a blind spot."""
    agenda = panel.of_last(review, "disagreements")
    if len(agenda) <= LISTED:
        return agenda
    is_blind = [_is_blind(one) for one in agenda.to_dict("records")]
    return agenda[(agenda.index < LISTED) | is_blind]


def agenda_table(review: QuarterReview) -> Html:
    """What the raters have to settle, the widest first."""
    words, agenda = words_of(review), listed(review)
    if agenda.empty:
        return nothing()
    rows = agenda.assign(
        reach=[f"{words.percent(one['lowest'], 0)} – {words.percent(one['highest'], 0)}"
               for one in agenda.to_dict("records")],
        told=[_told(one, words) for one in agenda.to_dict("records")])
    return table(rows, [
        ColumnView("label", words.say("Account")),
        ColumnView("dimension", words.say("Where"), words=panel.dimension_words(words)),
        ColumnView("reach", words.say("Best guesses"), "range"),
        ColumnView("told", words.say("Who stands alone"), "sentence"),
    ], words.say("The agenda: what the raters disagree on, the widest first"), words)


def low_side(point: dict[Any, Any], words: Language) -> str:
    """Who sees little danger."""
    if pd.isna(point["low_department"]):
        return words.say("lowest: {chance}", chance=words.percent(point["lowest"], 0))
    return words.say("{department}: at most {chance}", department=point["low_department"],
                     chance=words.percent(point["low_most"], 0))


def high_side(point: dict[Any, Any], words: Language) -> str:
    """Who sees much of it."""
    if pd.isna(point["high_departments"]) or pd.isna(point["high_least"]):
        return words.say("highest: {chance}", chance=words.percent(point["highest"], 0))
    return words.say("{departments}: at least {chance}", departments=point["high_departments"],
                     chance=words.percent(point["high_least"], 0))


def _told(point: dict[Any, Any], words: Language) -> str:
    """What stands against what, and whether one department is blind."""
    if pd.isna(point["low_department"]):
        return ""
    told = f"{low_side(point, words)}; {high_side(point, words)}"
    if not _is_blind(point):
        return told
    return words.say("{told}. Does {department} overlook something?", told=told,
                     department=point["low_department"])


def _is_blind(point: dict[Any, Any]) -> bool:
    return bool(point["is_blind_spot"]) and pd.notna(point["low_department"])


def _blind_spots(agenda: pd.DataFrame, review: QuarterReview, words: Language) -> str:
    """Points where one department sees no danger and every other one does."""
    spots = [one for one in agenda.to_dict("records") if _is_blind(one)]
    if not spots:
        return ""
    first = spots[0]
    told = words.say(
        "A blind spot may be {point}: {department} gives it a chance of at most {low}, all others "
        "({departments}) at least {high}.", point=panel.about(first, review, words),
        department=first["low_department"], low=words.percent(first["low_most"], 0),
        departments=first["high_departments"], high=words.percent(first["high_least"], 0))
    more = len(spots) - 1
    return told if not more else told + " " + words.count(
        "There is {n} more of this kind.", "There are {n} more of this kind.", more)


def _name(axes: Axes, position: int, point: dict[Any, Any], words: Language) -> None:
    """The account beside its line, and below it where it would be attacked.

    One text each: the lines of one text are set by the width of a font the page does not use.
    """
    where = panel.dimension(point["dimension"], words)
    for text, rise, color in ((point["label"], 5 if where else 0, INK), (where, -6, MUTED)):
        axes.annotate(short_label(text), (0, position), xycoords=axes.get_yaxis_transform(),
                      xytext=(-6, rise), textcoords="offset points", fontsize=8.5, ha="right",
                      va="center", color=color, annotation_clip=False)


def _label(axes: Axes, chance: float, position: int, text: str, below: bool) -> None:
    """Words beside the end of a line, turned inwards so that they stay on the chart."""
    axes.annotate(short_label(text, SIDE), (chance, position),
                  xytext=(0, -6 if below else 6), textcoords="offset points", fontsize=8,
                  ha="left" if chance < 0.5 else "right", va="top" if below else "bottom",
                  color=MUTED if below else INK, annotation_clip=False)
