"""Who holds the accounts? Contacts and roles, what hangs on one person, who is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, finding, missing, note, nothing, table
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import Language
from qbrkit.report.sentences import names_of, nobody_green, words_of
from qbrkit.report.words import listed_names, role_words

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def state(review: QuarterReview) -> Html:
    """How many people hold the Green Circle accounts, and where one alone does."""
    words = words_of(review)
    if "contacts" not in review.tables:
        return missing(words, words.say("Without contacts nobody can be counted."),
                       ["contacts", "activities"], words.say("the CRM"))
    if "activities" not in review.tables:
        return missing(words, words.say(
            "Contacts are known, but not who spoke with them and when, so none can be counted."),
            ["activities"], words.say("the CRM"))
    if review.green_circle.empty:
        return finding(nobody_green(words))
    return finding(thin(review, words), _one_contact(review, words), _roles(review, words),
                   _one_of_ours(review, words), overdue(review, words),
                   unknown_roles(review, words))


def matrix(review: QuarterReview) -> Html:
    """Green Circle accounts by contacts and roles: the thinnest first."""
    words, green = words_of(review), review.green_circle
    if green["contacts_n"].isna().all():
        return nothing()
    rows = green.sort_values(["contacts_n", "effective_contacts", "account_id"],
                             na_position="first")
    return table(rows.assign(ours=_left_without_ours(rows, words), next=_next(rows, words)), [
        ColumnView("label", words.say("Account")),
        ColumnView("contacts_n", words.say("Contacts"), "number"),
        ColumnView("effective_contacts", words.say("Effective"), "number", digits=1),
        ColumnView("deciders_n", words.say("Deciders"), "number"),
        ColumnView("influencers_n", words.say("Influencers"), "number"),
        ColumnView("gatekeepers_n", words.say("Gatekeepers"), "number"),
        ColumnView("buyers_n", words.say("Buyers"), "number"),
        ColumnView("users_n", words.say("Users"), "number"),
        ColumnView("weakest_person", words.say("Would be missed most")),
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
    words, green = words_of(review), review.green_circle
    late = green[(green["overdue_days"] > 0) | green["is_never_contacted"]].sort_values(
        ["overdue_days", "account_id"], ascending=[False, True], na_position="first")
    if late.empty:
        return nothing()
    return table(late, [
        ColumnView("label", words.say("Account")),
        ColumnView("owner", words.say("Account manager")),
        ColumnView("last_contact", words.say("Last contact"), "date"),
        ColumnView("days_since_contact", words.say("Days ago"), "number"),
        ColumnView("overdue_days", words.say("Days overdue"), "number"),
        ColumnView("revenue_ltm", words.say("Revenue of twelve months, {currency}",
                                            currency=review.settings.company.currency), "money"),
    ], words.say("Green Circle accounts whose contact is overdue"), words)


def headlines(review: QuarterReview) -> list[Candidate]:
    """The revenue that hangs on one person of theirs, on one of ours, or on nobody."""
    words, green = words_of(review), review.green_circle
    late = green[(green["overdue_days"] > 0) | green["is_never_contacted"]]
    found = [(green[green["is_single_threaded"]], _one_contact(review, words)),
             (_held_by_one_of_ours(green), _one_of_ours(review, words)),
             (late, overdue(review, words) if len(late) else "")]
    return [Candidate(float(accounts["revenue_ltm"].clip(lower=0).sum()), sentence)
            for accounts, sentence in found if sentence]


def decisions(review: QuarterReview) -> list[str]:
    """Which contacts to win, and where a second one of ours has to step in."""
    words, green = words_of(review), review.green_circle
    lacks_role = green["missing_roles"].fillna("") != ""
    found = []
    if names := names_of(green[green["contacts_n"] == 0], words):
        found.append(words.say("Win a first contact at {names}.", names=names))
    if names := names_of(green[green["contacts_n"] == 1], words):
        found.append(words.say("Win a second contact at {names}.", names=names))
    if names := names_of(green[lacks_role & (green["contacts_n"] > 1)], words):
        found.append(words.say("Find the missing influencer or gatekeeper at {names}.",
                               names=names))
    if names := names_of(_held_by_one_of_ours(green), words):
        found.append(words.say("Put a second one of ours beside the only one who talks with "
                               "{names}.", names=names))
    if names := names_of(green[green["overdue_days"] > 0], words):
        found.append(words.say("Speak with {names} before the review: the contact is overdue.",
                               names=names))
    return found


def thin(review: QuarterReview, words: Language) -> str:
    """Green Circle accounts held by too few contacts."""
    green = review.green_circle
    few = green[green["contacts_n"] < review.settings.contacts.minimum]
    if green["contacts_n"].isna().all():
        return ""
    minimum = words.number(review.settings.contacts.minimum)
    if few.empty:
        return words.say("Every Green Circle account is held by at least {minimum} contacts.",
                         minimum=minimum)
    return words.count(
        "{n} Green Circle account is held by fewer than {minimum} contacts: {names}.",
        "{n} Green Circle accounts are held by fewer than {minimum} contacts: {names}.", len(few),
        minimum=minimum, names=names_of(few, words))


def _one_contact(review: QuarterReview, words: Language) -> str:
    """The revenue that hangs on one contact each."""
    alone = review.green_circle[review.green_circle["is_single_threaded"]]
    if alone.empty:
        return ""
    money = words.money(alone["revenue_ltm"].sum(), review.settings.company.currency)
    if len(alone) == 1:
        return words.say("{name}, with revenue of {money} in twelve months, hangs on one contact "
                         "alone: {person}.", person=alone.iloc[0]["weakest_person"],
                         name=alone.iloc[0]["label"], money=money)
    return words.say(
        "{n} Green Circle accounts, with revenue of {money} in twelve months, hang on one contact "
        "each: {names}.", n=words.number(len(alone)), names=names_of(alone, words), money=money)


def _roles(review: QuarterReview, words: Language) -> str:
    """Accounts with contacts enough and a required role missing."""
    green = review.green_circle
    lacks = green[(green["missing_roles"].fillna("") != "")
                  & (green["contacts_n"] >= review.settings.contacts.minimum)]
    if lacks.empty:
        return ""
    known = role_words(words)
    told = [words.say("{name} ({roles})", name=name, roles=known.get(roles, roles))
            for name, roles in zip(lacks["label"], lacks["missing_roles"], strict=True)]
    return words.say("Contacts enough, but a role missing: {names}.",
                     names=listed_names(told, words))


def _held_by_one_of_ours(green: pd.DataFrame) -> pd.DataFrame:
    """Accounts with contacts enough to lose, all of whom only one of ours speaks with."""
    return green[(green["contacts_left_without_ours"] == 0) & (green["contacts_n"] > 1)]


def _one_of_ours(review: QuarterReview, words: Language) -> str:
    """Accounts that one of ours alone speaks with."""
    held = _held_by_one_of_ours(review.green_circle)
    if held.empty:
        return ""
    money = words.money(held["revenue_ltm"].sum(), review.settings.company.currency)
    if len(held) == 1:
        return words.say("Of our people only {person} talks with {name}, which brought revenue of "
                         "{money} in twelve months.", person=held.iloc[0]["sole_owner"],
                         name=held.iloc[0]["label"], money=money)
    told = [words.say("{name} ({person})", name=name, person=person)
            for name, person in zip(held["label"], held["sole_owner"], strict=True)]
    return words.say(
        "With {n} Green Circle accounts, which brought revenue of {money} in twelve months, only "
        "one of our people talks: {names}.", n=words.number(len(held)), money=money,
        names=listed_names(told, words))


def overdue(review: QuarterReview, words: Language) -> str:
    """Accounts whose last contact is too long ago, or that none is known of."""
    green = review.green_circle
    late = green[green["overdue_days"] > 0]
    never = green[green["days_since_contact"].isna()]
    parts = []
    if len(late):
        worst = late.nlargest(1, "overdue_days").iloc[0]
        parts.append(words.count(
            "{n} Green Circle account is overdue for a talk: {name} by {days}.",
            "{n} Green Circle accounts are overdue for a talk, {name} most, by {days}.",
            len(late), name=worst["label"],
            days=words.count("{n} day", "{n} days", worst["overdue_days"])))
    if len(never):
        parts.append(words.say("No two-way contact is on record with {names}.",
                               names=names_of(never, words)))
    return " ".join(parts) or words.say(
        "All were spoken with within {days} days.",
        days=words.number(review.settings.contacts.green_circle_days))


def unknown_roles(review: QuarterReview, words: Language) -> str:
    """Words of the export for roles that count for none, so that they can be mapped."""
    found = review.unknown_roles
    if found is None or found.empty:
        return ""
    told = [f"{word} ({words.number(count)})"
            for word, count in zip(found["word"], found["contacts_n"], strict=True)]
    return words.say("Roles that are none of the five count for nobody: {roles}.",
                     roles=listed_names(told, words))


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
