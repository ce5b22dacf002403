"""The sentences of the transactional plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.exhibits import Html, finding
from qbrkit.report.language import Language
from qbrkit.report.outreach import unreached
from qbrkit.report.sentences import names_of, words_of
from qbrkit.report.words import listed_names
from qbrkit.segmentation import GREEN_CIRCLE

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

NO_COUNTRY, UNKNOWN_COUNTRY, NO_HOLIDAYS, UNKNOWN_USER = (
    "no country", "unknown country", "no holidays", "unknown user")


def load(review: QuarterReview) -> Html:
    """Whether the contacts fit into the time of the account managers."""
    words, outreach = words_of(review), review.outreach
    by_month = outreach.load.groupby("month")["calls_n"].sum()
    if outreach.calls.empty and outreach.left_out.empty:
        return finding(words.say("There is nothing to be planned."))
    minutes = review.settings.year_plan.minutes_per_contact
    return finding(_fullest(by_month, minutes, words), _fits(review, words))


def _fullest(by_month: pd.Series, minutes: int, words: Language) -> str:
    """The month with most contacts, or the first of several that have as many."""
    if not by_month.sum():
        return ""
    given = {"month": words.date(pd.Timestamp(str(by_month.idxmax())), "LLLL y"),
             "minutes": words.number(minutes)}
    if (equal := int((by_month == by_month.max()).sum())) > 1:
        return words.count(
            "{months} months are the fullest, {month} the first of them, with {n} contact of "
            "{minutes} minutes.", "{months} months are the fullest, {month} the first of them, "
            "with {n} contacts of {minutes} minutes each.", by_month.max(),
            months=words.number(equal), **given)
    return words.count(
        "The fullest month is {month}, with {n} contact of {minutes} minutes.",
        "The fullest month is {month}, with {n} contacts of {minutes} minutes each.",
        by_month.max(), **given)


def _fits(review: QuarterReview, words: Language) -> str:
    outreach = review.outreach
    if outreach.load["capacity_minutes"].isna().all():
        return words.say("No capacity is set, so nothing falls out of it.")
    moved, out = int(outreach.calls["is_moved"].sum()), len(outreach.left_out)
    fits = words.say("Everything fits into the capacity that is set.") if not out else words.count(
        "{n} contact does not fit into the capacity that is set.",
        "{n} contacts do not fit into the capacity that is set.", out)
    shifted = "" if not moved else words.count(
        "{n} contact was moved to another month for it.",
        "{n} contacts were moved to another month for it.", moved)
    return " ".join(filter(None, [fits, shifted]))


def left_out(review: QuarterReview) -> Html:
    """Which contacts fall out, of whom, and what is lost with them."""
    words, outreach = words_of(review), review.outreach
    if outreach.left_out.empty:
        return finding(words.say("Nothing falls out of capacity."))
    out = outreach.left_out
    users = out["owner"].value_counts().sort_index()
    told = words.count(
        "{n} contact with {accounts} falls out of the capacity of {names}.",
        "{n} contacts with {accounts} fall out of the capacity of {names}.", len(out),
        accounts=words.count("{n} account", "{n} accounts", out["account_id"].nunique()),
        names=listed_names(users.index, words))
    return finding(told, unreached(review))


def do_not_contact(review: QuarterReview) -> Html:
    """Accounts that asked not to be contacted."""
    words, silent = words_of(review), silent_accounts(review)
    if silent.empty:
        return finding(words.say("No transactional account asked not to be contacted."))
    return finding(words.count(
        "{n} account asked not to be contacted and gets none: {names}.",
        "{n} accounts asked not to be contacted and get none: {names}.", len(silent),
        names=names_of(silent, words)))


def silent_accounts(review: QuarterReview) -> pd.DataFrame:
    """Transactional accounts that asked not to be contacted, largest revenue first."""
    accounts = review.accounts
    asked = accounts["do_not_contact"].fillna(False).astype(bool)
    return accounts[asked & (accounts["segment"] != GREEN_CIRCLE)].sort_values(
        ["revenue_ltm", "account_id"], ascending=[False, True])


def holidays(review: QuarterReview) -> Html:
    """On which days nobody is contacted, and for which accounts that is not known."""
    words, notes = words_of(review), review.outreach.notes
    told = words.say("Nobody is contacted on a weekend or public holiday of the account's country; "
                     "holidays of single regions are working days here.")
    return finding(told, *(_note(one.code, one.word, one.accounts_n, words) for one in notes))


def _note(code: str, word: str, accounts_n: int, words: Language) -> str:
    if code == NO_COUNTRY:
        return words.count("For {n} account no country is known: only weekends are left out.",
                           "For {n} accounts no country is known: only weekends are left out.",
                           accounts_n)
    if code == UNKNOWN_COUNTRY:
        return words.count(
            "“{word}” is no country known here ({n} account): only weekends are left out.",
            "“{word}” is no country known here ({n} accounts): only weekends are left out.",
            accounts_n, word=word)
    if code == NO_HOLIDAYS:
        return words.count(
            "The holidays of {word} are not known ({n} account): only weekends are left out.",
            "The holidays of {word} are not known ({n} accounts): only weekends are left out.",
            accounts_n, word=words.locale.territories.get(word, word))
    return words.say("A capacity is set for {word}, who has no transactional account.", word=word)


def users(review: QuarterReview) -> Html:
    """How much the next thirteen weeks hold, and for whom."""
    words, soon = words_of(review), next_weeks(review)
    if soon.empty:
        return finding(words.say("No contact falls into the next thirteen weeks."))
    nobody = soon[soon["owner"].isna()]
    unnamed = "" if nobody.empty else words.count(
        "Nobody is named for {n} of them.", "Nobody is named for {n} of them.", len(nobody))
    return finding(words.count(
        "{n} contact falls into the next thirteen weeks.",
        "{n} contacts fall into the next thirteen weeks.", len(soon)), unnamed,
        words.say("The calendar file of each account manager lies in the folder calls beside this "
                  "page, the list of the whole year in calls.csv."))


def next_weeks(review: QuarterReview) -> pd.DataFrame:
    """Contacts of the first thirteen weeks of the plan."""
    calls = review.outreach.calls
    return calls[calls["date"] < review.outreach.start + pd.Timedelta(weeks=13)]
