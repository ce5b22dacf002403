"""Who holds the accounts? Contacts and roles, what hangs on one person, who is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.coverage import LEFT, MAILBOX, REPEATED
from qbrkit.report.exhibits import Html, finding, missing
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.internal.contact_tables import late, reachable
from qbrkit.report.language import Language
from qbrkit.report.sentences import names_of, nobody_green, words_of
from qbrkit.report.words import listed_names, role_words
from qbrkit.segmentation import GREEN_CIRCLE

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
    if review.accounts["contacts_n"].isna().all():
        return missing(words, words.say(
            "The activities do not tell who spoke, so nobody can be counted as spoken with."),
            ["activities.direction"], words.say("the CRM"))
    if review.green_circle.empty:
        return finding(nobody_green(words))
    green = review.green_circle
    return finding(thin(review, words), _one_contact(green, review, words),
                   _roles(review, words), _one_of_ours(green, review, words),
                   _one_of_each(green, words), _silent(green, words), overdue(review, words),
                   _late_transactional(review, words), _uncounted(review, words),
                   unknown_roles(review, words))


def headlines(review: QuarterReview) -> list[Candidate]:
    """The revenue that hangs on one person of theirs, on one of ours, or on nobody."""
    words, green = words_of(review), reachable(review.green_circle)
    overdue_ones = late(green)
    found = [(green[green["is_single_threaded"]], _one_contact(green, review, words)),
             (_held_by_one_of_ours(green), _one_of_ours(green, review, words)),
             (overdue_ones, overdue(review, words) if len(overdue_ones) else "")]
    return [Candidate(float(accounts["revenue_ltm"].clip(lower=0).sum()), sentence)
            for accounts, sentence in found if sentence]


def decisions(review: QuarterReview) -> list[str]:
    """Which contacts to win, and where a second one of ours has to step in."""
    words, green = words_of(review), reachable(review.green_circle)
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


def _one_contact(green: pd.DataFrame, review: QuarterReview, words: Language) -> str:
    """The revenue that hangs on one contact each."""
    alone = green[green["is_single_threaded"]]
    if alone.empty:
        return ""
    money = words.money(alone["revenue_ltm"].sum(), review.settings.company.currency)
    if len(alone) == 1:
        return words.say("{name}, with revenue of {money} in twelve months, hangs on one contact "
                         "alone: {person}.", person=alone.iloc[0]["weakest_person"],
                         name=alone.iloc[0]["label"], money=money)
    currency = review.settings.company.currency
    told = [words.say("{name} ({money})", name=name, money=words.money(revenue, currency))
            for name, revenue in zip(alone["label"], alone["revenue_ltm"], strict=True)]
    return words.say(
        "{n} Green Circle accounts, with revenue of {money} in twelve months, hang on one contact "
        "each: {names}.", n=words.number(len(alone)), names=listed_names(told, words), money=money)


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


def _one_of_ours(green: pd.DataFrame, review: QuarterReview, words: Language) -> str:
    """Accounts with several contacts, all of whom one of ours alone speaks with."""
    held = _held_by_one_of_ours(green)
    if held.empty:
        return ""
    money = words.money(held["revenue_ltm"].sum(), review.settings.company.currency)
    if len(held) == 1:
        return words.say(
            "Of our people only {person} talks with the contacts that count at {name}, which "
            "brought revenue of {money} in twelve months.", person=held.iloc[0]["sole_owner"],
            name=held.iloc[0]["label"], money=money)
    told = [words.say("{name} ({person})", name=name, person=person)
            for name, person in zip(held["label"], held["sole_owner"], strict=True)]
    return words.say(
        "With all contacts that count at {n} Green Circle accounts, which brought revenue of "
        "{money} in twelve months, only one of our people talks: {names}.",
        n=words.number(len(held)), money=money, names=listed_names(told, words))


def _one_of_each(green: pd.DataFrame, words: Language) -> str:
    """Accounts with a single contact, with whom one of ours alone speaks, beside those above."""
    single = green[(green["contacts_left_without_ours"] == 0) & (green["contacts_n"] == 1)]
    if single.empty or _held_by_one_of_ours(green).empty:
        return ""
    return words.count(
        "{n} more hangs on one of our people by its only contact: {names}.",
        "{n} more hang on one of our people by their only contact: {names}.", len(single),
        names=names_of(single, words))


def _silent(green: pd.DataFrame, words: Language) -> str:
    """Accounts that asked not to be contacted."""
    silent = green[~green["account_id"].isin(reachable(green)["account_id"])]
    return "" if silent.empty else words.count(
        "{n} Green Circle account asked not to be contacted: {names}.",
        "{n} Green Circle accounts asked not to be contacted: {names}.", len(silent),
        names=names_of(silent, words))


def overdue(review: QuarterReview, words: Language) -> str:
    """Accounts whose last contact is too long ago, or that none is known of.

    Those that asked not to be contacted are left out.
    """
    green = reachable(review.green_circle)
    past, never = green[green["overdue_days"] > 0], green[green["is_never_contacted"]]
    parts = []
    if len(past):
        worst = past.nlargest(1, "overdue_days").iloc[0]
        parts.append(words.count(
            "{n} Green Circle account is overdue for a talk: {name} by {days}.",
            "{n} Green Circle accounts are overdue for a talk, {name} most, by {days}.",
            len(past), name=worst["label"],
            days=words.count("{n} day", "{n} days", worst["overdue_days"])))
    if len(never):
        parts.append(words.say("No two-way contact is on record with {names}.",
                               names=names_of(never, words)))
    days = words.number(review.settings.contacts.green_circle_days)
    if parts or green.empty:
        return " ".join(parts)
    if len(green) < len(review.green_circle):
        return words.say("All others were spoken with within {days} days.", days=days)
    return words.say("All were spoken with within {days} days.", days=days)


def _late_transactional(review: QuarterReview, words: Language) -> str:
    """How many transactional accounts nobody spoke with for too long."""
    accounts = review.accounts
    found = late(accounts[accounts["segment"] != GREEN_CIRCLE])
    return "" if found.empty else words.count(
        "With {n} transactional account no two-way contact is on record in the last {days} days.",
        "With {n} transactional accounts no two-way contact is on record in the last {days} days.",
        len(found), days=words.number(review.settings.contacts.transactional_days))


def _uncounted(review: QuarterReview, words: Language) -> str:
    """Records of contacts that count for nobody: how many, why, and at whom."""
    found = review.uncounted
    if found is None or found.empty:
        return ""
    accounts = review.accounts.sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
    of = {why: rows["account_id"] for why, rows in found.groupby("why")}
    mailboxes, left, repeated = (len(of.get(why, ())) for why in (MAILBOX, LEFT, REPEATED))
    counted = {MAILBOX: words.count("{n} shared mailbox", "{n} shared mailboxes", mailboxes),
               LEFT: words.count("{n} person who has left", "{n} people who have left", left),
               REPEATED: words.count("{n} second record of a person",
                                     "{n} second records of people", repeated)}
    told = [words.say("{what} at {names}", what=what, names=names) if (names := names_of(
        accounts[accounts["account_id"].isin(of[why])], words)) else what
        for why, what in counted.items() if why in of]
    return words.say("On file and not counted: {what}.", what="; ".join(told))


def unknown_roles(review: QuarterReview, words: Language) -> str:
    """Words of the export for roles that count for none, so that they can be mapped."""
    found = review.unknown_roles
    if found is None or found.empty:
        return ""
    told = [f"{word} ({words.number(count)})"
            for word, count in zip(found["word"], found["contacts_n"], strict=True)]
    return words.say("Roles that are none of the five count for nobody: {roles}.",
                     roles=listed_names(told, words))
