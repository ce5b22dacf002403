"""The facts on an account that a rater should know before scoring it, one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.report.attack.gaps import gap_sentences
from qbrkit.report.language import PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import HIGHEST_RATE, words_of
from qbrkit.report.words import role_words

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def account_facts(review: QuarterReview, account_id: str,
                  met: pd.DataFrame | None) -> list[tuple[str, str]]:
    """What is known of one account; what is not known is said to be unknown.

    Parameters
    ----------
    review : QuarterReview
        The review of the last quarter.
    account_id : str
        The account.
    met : DataFrame or None
        Competitors met in the deals of all accounts: ``account_id``, ``competitor``,
        ``won_n``, ``lost_n``; None without a table of deals.

    Returns
    -------
    list of (str, str)
        Topic and sentence, always in the same order; gaps found by rule are lines of one
        sentence. An account that the review does not know has one row that says so.
    """
    words = words_of(review)
    rows = review.accounts[review.accounts["account_id"] == account_id]
    if rows.empty:
        return [(words.say("Account"), words.say("Not in the data of this quarter."))]
    account = rows.iloc[0]
    return [(words.say("Territory"), _or_unknown(account["territory"], words)),
            (words.say("Account manager"), _or_unknown(account["owner"], words)),
            (words.say("Revenue"), _revenue(review, account, words)),
            (words.say("Contract"), _contract(account["contract_end"], review.as_of, words)),
            (words.say("Contacts"), _contacts(account, words)),
            (words.say("Competitors met"), _competitors(account_id, met, words)),
            (words.say("Complaints"), _complaints(account["open_complaints_n"], words)),
            (words.say("Our promises"), _promises(account["overdue_promises_n"], words)),
            (words.say("Gaps found by rule"), _gaps(review, account_id, words))]


def known_until(review: QuarterReview) -> pd.Timestamp:
    """The day up to which the facts are known: in a partial quarter, the last there is."""
    return min(review.as_of, review.data_until) if review.is_partial else review.as_of


def _or_unknown(value: Any, words: Language) -> str:
    return value if isinstance(value, str) and value.strip() else words.say("Not known.")


def _revenue(review: QuarterReview, account: pd.Series, words: Language) -> str:
    """Revenue of twelve months, and how far it is from the year before."""
    currency, change = review.settings.company.currency, account["year_change_constant"]
    told = words.say("{money} in the twelve months to {day}",
                     money=words.money(account["revenue_ltm"], currency),
                     day=words.date(known_until(review)))
    if pd.isna(change):
        return words.say("{revenue}; the change on the year before is not known.", revenue=told)
    if abs(change) < PRINTED_AS_ZERO:
        return words.say("{revenue}, as much as in the year before.", revenue=told)
    money, rate = words.money(abs(change), currency), account["year_change_rate"]
    by = money if pd.isna(rate) or abs(rate) > HIGHEST_RATE else words.say(
        "{money} ({rate})", money=money, rate=words.percent(abs(rate)))
    if change > 0:
        return words.say("{revenue}, {by} more than in the year before.", revenue=told, by=by)
    return words.say("{revenue}, {by} less than in the year before.", revenue=told, by=by)


def _contract(end: pd.Timestamp, as_of: pd.Timestamp, words: Language) -> str:
    if pd.isna(end):
        return words.say("Its end is not known.")
    if end < as_of:
        return words.say("Ended on {day}.", day=words.date(end))
    return words.say("Ends on {day}.", day=words.date(end))


def _contacts(account: pd.Series, words: Language) -> str:
    """How many contacts count, and which role nobody fills."""
    if pd.isna(account["contacts_n"]):
        return words.say("Not known.")
    known = words.count("{n} contact that counts.", "{n} contacts that count.",
                        account["contacts_n"]) if account["contacts_n"] else words.say(
        "No contact that counts is known.")
    roles = account["missing_roles"]
    if not isinstance(roles, str) or not roles:
        return known
    missing = ", ".join(role_words(words).get(role, role) for role in roles.split(", "))
    return f"{known} " + words.say("Nobody is known in the role: {roles}.", roles=missing)


def _competitors(account_id: str, met: pd.DataFrame | None, words: Language) -> str:
    """Who was met in deals of the last two years, and how these ended."""
    if met is None:
        return words.say("Not known: the data hold no deals.")
    own = met[met["account_id"] == account_id]
    if own.empty:
        return words.say("None named in a deal decided in the last two years.")
    told = [words.say("{competitor} ({won} won by us, {lost} lost)", competitor=name,
                      won=words.number(won), lost=words.number(lost))
            for name, won, lost in zip(own["competitor"], own["won_n"], own["lost_n"],
                                       strict=True)]
    return words.say("In deals decided in the last two years: {competitors}.",
                     competitors=words.listed(told))


def _complaints(open_n: float, words: Language) -> str:
    if pd.isna(open_n):
        return words.say("Not known.")
    return words.count("{n} complaint is open.", "{n} complaints are open.", open_n) if open_n \
        else words.say("None is open.")


def _promises(overdue_n: float, words: Language) -> str:
    if pd.isna(overdue_n):
        return words.say("Not known.")
    return words.count("{n} promise of ours is overdue.", "{n} promises of ours are overdue.",
                       overdue_n) if overdue_n else words.say("None is overdue.")


def _gaps(review: QuarterReview, account_id: str, words: Language) -> str:
    own = review.gaps[review.gaps["account_id"] == account_id]
    if own.empty:
        return words.say("None in the data that are there.")
    return "\n".join(gap_sentences(own, words, review.settings.company.currency))
