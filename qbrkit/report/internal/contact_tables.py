"""Tables of contacts: who holds each account and what hangs on one person, who is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, note, nothing, table
from qbrkit.report.language import Language
from qbrkit.report.sentences import words_of
from qbrkit.report.words import role_words

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def matrix(review: QuarterReview) -> Html:
    """Green Circle accounts by contacts and roles: the thinnest first."""
    words, green = words_of(review), review.green_circle
    if green["contacts_n"].isna().all():
        return nothing()
    rows = green.sort_values(["contacts_n", "effective_contacts", "account_id"],
                             na_position="first")
    return table(rows.assign(missed=_missed(rows, words), ours=_left_without_ours(rows, words),
                             next=_next(rows, words)), [
        ColumnView("label", words.say("Account")),
        ColumnView("contacts_n", words.say("Contacts"), "number"),
        ColumnView("effective_contacts", words.say("Effective"), "number", digits=1),
        ColumnView("deciders_n", words.say("Deciders"), "number"),
        ColumnView("influencers_n", words.say("Influencers"), "number"),
        ColumnView("gatekeepers_n", words.say("Gatekeepers"), "number"),
        ColumnView("buyers_n", words.say("Buyers"), "number"),
        ColumnView("users_n", words.say("Users"), "number"),
        ColumnView("missed", words.say("Would be missed most")),
        ColumnView("ours", words.say("Contacts left without one of ours")),
        ColumnView("next", words.say("Next contact to win")),
    ], words.say("Contacts and roles of Green Circle accounts, thinnest first"), words)


def how_to_read(review: QuarterReview) -> Html:
    """What the effective number is."""
    if review.green_circle["effective_contacts"].isna().all():
        return nothing()
    return note(words_of(review).say(
        "Effective: the number of contacts who, all talking equally often, would spread the talks "
        "as widely."))


def overdue_table(review: QuarterReview) -> Html:
    """Green Circle accounts that were not spoken with in time; those never spoken with first."""
    words = words_of(review)
    rows = late(review.green_circle).sort_values(
        ["overdue_days", "account_id"], ascending=[False, True], na_position="first")
    if rows.empty:
        return nothing()
    return table(rows, [
        ColumnView("label", words.say("Account")),
        ColumnView("owner", words.say("Account manager")),
        ColumnView("last_contact", words.say("Last contact"), "date"),
        ColumnView("days_since_contact", words.say("Days ago"), "number"),
        ColumnView("overdue_days", words.say("Days overdue"), "number"),
        ColumnView("revenue_ltm", words.say("Revenue of twelve months, {currency}",
                                            currency=review.settings.company.currency), "money"),
    ], words.say("Green Circle accounts whose contact is overdue"), words)


def reachable(accounts: pd.DataFrame) -> pd.DataFrame:
    """Accounts that did not ask not to be contacted."""
    return accounts[~accounts["do_not_contact"].fillna(False).astype(bool)]


def late(accounts: pd.DataFrame) -> pd.DataFrame:
    """Accounts that may be contacted and were not spoken with in time, or never."""
    free = reachable(accounts)
    return free[(free["overdue_days"] > 0) | free["is_never_contacted"]]


def _missed(accounts: pd.DataFrame, words: Language) -> list[str]:
    """Who of theirs would be missed most, and which required roles nobody else holds."""
    known = role_words(words)
    return ["" if pd.isna(person) else person if not roles else
            words.say("{person} (no {roles} left)", person=person, roles=known[roles])
            for person, roles in zip(accounts["weakest_person"],
                                     accounts["lost_roles"].fillna(""), strict=True)]


def _left_without_ours(accounts: pd.DataFrame, words: Language) -> list[str]:
    """How many contacts are left without the one of ours that most hang on, and who that is."""
    return ["" if pd.isna(left) else words.number(left) if pd.isna(person) else
            words.say("{n} without {person}", n=words.number(left), person=person)
            for left, person in zip(accounts["contacts_left_without_ours"],
                                    accounts["sole_owner"], strict=True)]


def _next(accounts: pd.DataFrame, words: Language) -> list[str]:
    """Whom to win next, by name where somebody is known, and in which role."""
    known, told = role_words(words), []
    for is_needed, role, person in zip(accounts["needs_contact"], accounts["next_role"],
                                       accounts["next_person"], strict=True):
        who = words.say("someone new") if pd.isna(person) else person
        told.append("" if not is_needed else who if pd.isna(role) else
                    words.say("{person}: {role}", person=who, role=known.get(role, role)))
    return told
