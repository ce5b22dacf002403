"""What is included in the customer's plan, what of it was used, and what is still open."""

import pandas as pd

from qbrkit.disclosure import AccountView
from qbrkit.report import style
from qbrkit.report.customer.reading import accent_of, currency_of, has_table, in_currency, words_of
from qbrkit.report.exhibits import (
    ColumnView,
    Html,
    finding,
    not_available,
    note,
    nothing,
    table,
)
from qbrkit.report.figures import BAR_INCHES, short_label
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.style import INK, PALE
from qbrkit.report.words import listed_names

CHARTED = 12
"""Components drawn at most, those of most worth; the table has all."""
NAMED = 44
"""Characters of a name beside its bar."""


def included(view: AccountView) -> Html:
    """What the plan includes, what of it was used, and what is still open."""
    words = words_of(view)
    if "plan" not in view.tables:
        return nothing()  # nobody knows whether there is a plan
    if view.tables["plan"].empty:
        return not_available(words.say("There is no maintenance plan for you at present."))
    return finding(used(view, words), _still_yours(view, words), _left(view, words),
                   _all_used(view, words), _over(view, words))


def use_chart(view: AccountView) -> Html:
    """Used part of what is included, a bar per component."""
    words = words_of(view)
    if not has_table(view, "plan", "name", "included_quantity", "used_quantity"):
        return nothing()
    listed = view.tables["plan"]
    shown = listed[(listed["included_quantity"] > 0) & listed["name"].notna()].head(CHARTED)
    if shown.empty:
        return nothing()
    share = (shown["used_quantity"] / shown["included_quantity"]).clip(0.0, 1.0).tolist()
    labels = [words.say("{used} of {included}", used=_quantity(one, words),
                        included=_quantity(all_in_all, words))
              for one, all_in_all in zip(shown["used_quantity"], shown["included_quantity"],
                                         strict=True)]
    names = shown["name"].tolist()
    with style.chart(0.25 + BAR_INCHES * len(names), left=3.0, right=0.9, bottom=0.1,
                     top=0.1) as axes:
        at = range(len(names))
        axes.barh(at, [1.0] * len(names), color=PALE, height=0.62)
        axes.barh(at, share, color=accent_of(view), height=0.62)
        axes.set_yticks(at, [short_label(name, NAMED) for name in names], color=INK)
        axes.invert_yaxis()
        axes.set_xlim(0.0, 1.0)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        for position, label in zip(at, labels, strict=True):
            axes.annotate(label, (1.0, position), xytext=(6, 0), va="center", fontsize=8.5,
                          textcoords="offset points", annotation_clip=False)
        return style.draw(axes, words.say("Used of what your plan includes"), "", "; ".join(
            f"{name}: {label}" for name, label in zip(names, labels, strict=True)))


def components(view: AccountView) -> Html:
    """Components of the plan: included, used, still open."""
    words = words_of(view)
    listed = view.tables.get("plan", pd.DataFrame())
    if listed.empty:
        return nothing()
    yes_no = {"True": words.say("yes"), "False": words.say("no")}
    is_over, digits = _is_over(view), _digits(listed)
    return table(listed[_told(listed)], [
        ColumnView("name", words.say("Item")),
        ColumnView("plan_only", words.say("With the plan only"), words=yes_no),
        *(ColumnView(name, heading, "number", digits=digits)
          for name, heading in (
              ("included_quantity", words.say("Included")), ("used_quantity", words.say("Used")),
              ("open_quantity", words.say("Not used") if is_over.any() else
               words.say("Still yours")), ("over_quantity", words.say("Beyond it")))),
        ColumnView("year_until", words.say("Until"), "date"),
        ColumnView("used_value", words.say("List value used"), "money"),
        ColumnView("open_value", words.say("List value not used") if is_over.any() else
                   words.say("List value still yours"), "money"),
    ], in_currency(words.say("Included in your plan"), view), words, total=words.say("Total"))


def how_to_read(view: AccountView) -> Html:
    """How to read the table of components."""
    if not has_table(view, "plan", "included_quantity") or view.tables["plan"].empty:
        return nothing()
    return note(words_of(view).say(
        "Included: for the plan year; what ends within it is included pro rata by days."))


def used(view: AccountView, words: Language) -> str:
    """What was used of that which comes with the plan only, or of the plan where nothing does."""
    if not has_table(view, "plan", "plan_only", "used_value", "used_quantity") \
            or view.tables["plan"].empty:
        return ""
    listed, when = view.tables["plan"], _when(view, words)
    only = listed[listed["plan_only"]]
    taken = (listed if only.empty else only).loc[lambda rows: rows["used_quantity"] > 0]
    if taken.empty and only.empty:
        return words.say("{when} you used nothing of your plan.", when=when)
    if taken.empty:
        return words.say("{when} you used none of the items that come with your plan only.",
                         when=when)
    worth = taken["used_value"].sum()
    money = words.money(worth, currency_of(view))
    if taken["used_value"].isna().all():
        text = words.count("{when} you used {n} item of your plan; its list value is not on "
                           "record.", "{when} you used {n} items of your plan; their list "
                           "value is not on record.", len(taken), when=when)
    elif worth < PRINTED_AS_ZERO:
        text = words.count("{when} you used {n} item of your plan.",
                           "{when} you used {n} items of your plan.", len(taken), when=when)
    elif only.empty:
        text = words.say("{when} you used items of your plan worth {money} at list value.",
                         when=when, money=money)
    else:
        text = words.say("{when} you used items worth {money} at list value that come with "
                         "your plan only.", when=when, money=money)
    return text


def still_open(view: AccountView) -> pd.DataFrame:
    """Rows of the plan that can still be used; empty where that is not disclosed.

    Without the day on which the plan year ends nobody can tell.
    """
    if not has_table(view, "plan", "open_quantity", "year_until"):
        return pd.DataFrame()
    listed = view.tables["plan"]
    return listed[(listed["open_quantity"] > 0) & ~_is_over(view)]


def _still_yours(view: AccountView, words: Language) -> str:
    """How much is still open, what it is worth, and when it lapses."""
    rows = still_open(view)
    if rows.empty:
        return ""
    text = words.count("{n} item is still yours to use", "{n} items are still yours to "
                       "use", len(rows))
    if (worth := _worth(rows)) >= PRINTED_AS_ZERO:
        text = words.say("{text}, worth {money} at list value", text=text,
                         money=words.money(worth, currency_of(view)))
    if (until := _common(rows, "year_until")) is not None:
        text = words.say("{text}; the plan year ends on {day}", text=text, day=words.date(until))
    return f"{text}."


def _left(view: AccountView, words: Language) -> str:
    """What was left when the plan year ended, and whether it is included anew."""
    if not has_table(view, "plan", "open_quantity", "year_until"):
        return ""
    listed = view.tables["plan"]
    ended = listed[_is_over(view)]
    rows = ended[ended["open_quantity"] > 0]
    told = []
    if len(rows):
        text = words.count("{n} item was not used in full", "{n} items were not used in "
                           "full", len(rows))
        if (worth := _worth(rows)) >= PRINTED_AS_ZERO:
            text = words.say("{text}; what was left was worth {money} at list value", text=text,
                             money=words.money(worth, currency_of(view)))
        told.append(f"{text}.")
    if len(ended) and "is_renewed" in ended and (end := _common(ended, "year_until")) is not None:
        told.append(_ended(ended, len(ended) == len(listed), words.date(end), words))
    return " ".join(filter(None, told))


def _ended(ended: pd.DataFrame, is_whole: bool, day: str, words: Language) -> str:
    """That a plan year ended and whether another began; which components', if not all did."""
    names = listed_names(ended["name"].dropna(), words) if "name" in ended else ""
    if ended["is_renewed"].all():
        if is_whole:
            return words.say("The plan year ended on {day}; a new one with all that is included "
                             "began the day after.", day=day)
        return words.say("The plan year of {names} ended on {day}; a new one with all that is "
                         "included began the day after.", day=day, names=names) if names else ""
    if ended["is_renewed"].any():
        return ""
    if is_whole:
        return words.say("The plan ended on {day}.", day=day)
    return words.say("Included until {day} only: {names}.", day=day, names=names) if names else ""


def _all_used(view: AccountView, words: Language) -> str:
    """That nothing is left of what is included."""
    if not has_table(view, "plan", "included_quantity", "open_quantity"):
        return ""
    listed = view.tables["plan"]
    is_all = (listed["included_quantity"] > 0).all() and (listed["open_quantity"] == 0).all()
    return words.say("All that is included has been used.") if is_all else ""


def _over(view: AccountView, words: Language) -> str:
    """Components of which more was used than is included."""
    if not has_table(view, "plan", "name", "over_quantity"):
        return ""
    listed = view.tables["plan"]
    names = listed.loc[listed["over_quantity"] > 0, "name"].dropna().tolist()
    return words.say("More was used than is included of: {names}.",
                     names=listed_names(names, words)) if names else ""


def _when(view: AccountView, words: Language) -> str:
    """The plan year as the beginning of a sentence."""
    listed = view.tables["plan"]
    begin, end = _common(listed, "year_from"), _common(listed, "year_until")
    if begin is None:
        return words.say("In your plan year")
    if end is not None and _is_over(view).all():
        return words.say("From {begin} to {end}", begin=words.date(begin), end=words.date(end))
    return words.say("Since {day}", day=words.date(begin))


def _is_over(view: AccountView) -> pd.Series:
    """Whether the plan year of each component had ended by the day of the review."""
    listed = view.tables["plan"]
    if "year_until" not in listed:  # or "still yours" would be said of what has lapsed
        return pd.Series(True, index=listed.index)
    last = view.quarter.end_time
    return listed["year_until"] <= (min(last, view.data_until) if view.is_partial else last)


def _told(listed: pd.DataFrame) -> list[str]:
    """Columns worth printing: what was used beyond, and days that are not all the same."""
    silent = [] if (listed.get("over_quantity", pd.Series()) > 0).any() else ["over_quantity"]
    if "year_until" in listed and listed["year_until"].nunique(dropna=False) < 2:
        silent.append("year_until")
    return [str(name) for name in listed if name not in silent]


def _common(rows: pd.DataFrame, name: str) -> pd.Timestamp | None:
    """The day that all rows share; None where they do not, or it is not disclosed."""
    if name not in rows or rows[name].isna().any() or rows[name].nunique() != 1:
        return None
    return rows[name].iloc[0]


def _worth(rows: pd.DataFrame) -> float:
    return float(rows["open_value"].sum()) if "open_value" in rows else 0.0


def _digits(rows: pd.DataFrame) -> int:
    """Decimals that the quantities need: none, or one."""
    quantities = rows.filter(like="_quantity").fillna(0.0)
    return int((quantities != quantities.round()).any(axis=None))


def _quantity(value: float, words: Language) -> str:
    return words.number(value, 0 if value == round(value) else 1)
