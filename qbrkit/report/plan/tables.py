"""The tables of the transactional plan, and the part of each account manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from qbrkit.report.exhibits import ColumnView, Html, element_id, nothing, table
from qbrkit.report.language import NO_BREAK, Language
from qbrkit.report.plan.findings import next_weeks, silent_accounts
from qbrkit.report.plan.reasons import channel_words, worded_calls
from qbrkit.report.sentences import words_of

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

MOST_USERS = 40
MOST_CALLS = 180
"""Contacts printed at most for all account managers together: the rest is in calls.csv."""


def left_out(review: QuarterReview) -> Html:
    """What falls out of capacity by account, the largest margin first."""
    words, out = words_of(review), review.outreach.left_out
    if out.empty:
        return nothing()
    currency = review.settings.company.currency
    worth = (words.say("Margin of twelve months, {currency}", currency=currency)
             if review.outreach.is_margin else
             words.say("Revenue of twelve months, {currency}", currency=currency))
    shown = out.assign(month=[words.date(day, "LLL y") for day in out["date"]]).groupby(
        "account_id", sort=False).agg(
        name=("name", "first"), owner=("owner", "first"), calls_n=("date", "size"),
        months=("month", lambda months: ", ".join(dict.fromkeys(months))),
        minutes=("minutes", "sum"), margin=("margin", "first"))
    return table(shown, [
        ColumnView("name", words.say("Account")), ColumnView("owner", words.say("Account manager")),
        ColumnView("calls_n", words.say("Fall out"), "number"),
        ColumnView("months", words.say("Months"), "sentence"),
        ColumnView("minutes", words.say("Minutes"), "number"),
        ColumnView("margin", worth, "money"),
    ], words.say("What falls out of capacity, the largest first"), words)


def do_not_contact(review: QuarterReview) -> Html:
    """Accounts that asked not to be contacted, with their managers."""
    words, silent = words_of(review), silent_accounts(review)
    if silent.empty:
        return nothing()
    return table(silent, [
        ColumnView("label", words.say("Account")),
        ColumnView("owner", words.say("Account manager"))],
        words.say("Accounts that are not contacted"), words)


def users(review: QuarterReview) -> Html:
    """A part per account manager: calls by week with why and what to say, then by month."""
    words, soon = words_of(review), next_weeks(review)
    if soon.empty:
        return nothing()
    names = soon["owner"].value_counts(dropna=False)
    shown = sorted(names.index[:MOST_USERS], key=lambda name: (pd.isna(name), str(name)))
    each = max(MOST_CALLS // len(shown), 3)
    parts = [_user(review, name, each, words) for name in shown]
    links = Markup("").join(Markup('<li><a href="#{}">{}</a></li>').format(
        _anchor(name), _called(name, words)) for name in shown)
    more = len(names) - len(shown)
    rest = "" if more <= 0 else words.count(
        "{n} more account manager stands in calls.csv only.",
        "{n} more account managers stand in calls.csv only.", more)
    return Html(Markup('<ul class="users">{}</ul>{}{}').format(
        links, Markup("<p>{}</p>").format(rest) if rest else "", Markup("").join(parts)))


def _user(review: QuarterReview, name: str | float, each: int, words: Language) -> Markup:
    """The part of one account manager; it starts on a new printed page."""
    calls = review.outreach.calls
    mine = calls[calls["owner"].isna() if pd.isna(name) else calls["owner"] == name]
    until = review.outreach.start + pd.Timedelta(weeks=13)
    soon, later = mine[mine["date"] < until], mine[mine["date"] >= until]
    return Markup('<div class="user"><h3 id="{}">{}</h3>{}{}{}</div>').format(
        _anchor(name), _called(name, words),
        _weeks(review, soon.sort_values(["date", "account_id"]).head(each), name, words),
        _line(_more(len(soon) - each, words)), _line(_by_month(later, words)))


def _weeks(review: QuarterReview, calls: pd.DataFrame, name: str | float,
           words: Language) -> Markup:
    worded = worded_calls(review, calls)
    if worded["contact"].isna().all():
        worded = worded.drop(columns="contact")
    worded = worded.assign(
        week=worded["date"].dt.isocalendar().week.astype("str"),
        day=[f"{words.date(day, 'EEE')} {words.date(day, 'medium')}".replace(" ", NO_BREAK)
             for day in worded["date"]])
    return table(worded, [
        ColumnView("week", words.say("Week")), ColumnView("day", words.say("Day"), "text"),
        ColumnView("name", words.say("Account")),
        ColumnView("contact", words.say("Ask for")),
        ColumnView("channel", words.say("By"), words=channel_words(words)),
        ColumnView("why", words.say("Why"), "sentence"),
        ColumnView("say", words.say("What to say"), "sentence"),
    ], _caption(name, words), words).markup


def _caption(name: str | float, words: Language) -> str:
    if pd.isna(name):
        return words.say("Contacts in the next thirteen weeks that nobody is named for")
    return words.say("Contacts of {name} in the next thirteen weeks", name=name)


def _more(count: int, words: Language) -> str:
    """That the rest of these weeks stands elsewhere."""
    return "" if count <= 0 else words.count("{n} more in these weeks: see calls.csv.",
                                             "{n} more in these weeks: see calls.csv.", count)


def _by_month(calls: pd.DataFrame, words: Language) -> str:
    """Contacts of the months after."""
    if calls.empty:
        return ""
    months = calls.groupby(calls["date"].dt.to_period("M").dt.start_time).size()
    return words.say("Later: {months}.", months=", ".join(
        f"{words.date(month, 'LLLL y')} {words.number(n)}"
        for month, n in zip(pd.DatetimeIndex(months.index), months, strict=True)))


def _line(text: str) -> Markup:
    return Markup('<p class="note">{}</p>').format(text) if text else Markup("")


def _called(name: str | float, words: Language) -> str:
    return words.say("nobody named") if pd.isna(name) else str(name)


def _anchor(name: str | float) -> str:
    return element_id("user" if pd.isna(name) else f"user {name}")
