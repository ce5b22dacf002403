"""Why an account is contacted and what to say there, in words for whoever calls. Internal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from qbrkit import year_plan
from qbrkit.report.language import Language
from qbrkit.report.sentences import words_of
from qbrkit.report.words import family_words

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


class Grounds(NamedTuple):
    """What the words of one reason rest on."""

    change: float
    days_since_order: float
    usual_days: float
    family: str | float
    contract_end: pd.Timestamp


def channel_words(words: Language) -> dict[str, str]:
    """Names of the channels, as they stand in a table."""
    return {year_plan.PHONE: words.say("phone"), year_plan.EMAIL: words.say("e-mail")}


def calendar_title(owner: str, words: Language) -> str:
    """Name of the calendar of an account manager; of nobody when empty."""
    return (words.say("Calls of {name}", name=owner) if owner
            else words.say("Calls that nobody is named for"))


def worded_calls(review: QuarterReview, calls: pd.DataFrame) -> pd.DataFrame:
    """Calls with the words of their reasons.

    Parameters
    ----------
    review : QuarterReview
        For the language, the currency, and what the reasons rest on.
    calls : DataFrame
        Some of ``review.outreach.calls`` or ``left_out``.

    Returns
    -------
    DataFrame
        The calls with ``why`` and ``say``, one sentence or two each.
    """
    words, currency = words_of(review), review.settings.company.currency
    pairs = calls[["account_id", "reason"]].drop_duplicates()
    grounds = review.outreach.reasons.loc[pairs["account_id"], list(Grounds._fields)]
    told = [(why(reason, Grounds(*one), words, currency), what_to_say(reason, Grounds(*one), words))
            for reason, one in zip(pairs["reason"], grounds.itertuples(index=False), strict=True)]
    texts = pairs.assign(why=pd.Series([one for one, _ in told], index=pairs.index, dtype="str"),
                         say=pd.Series([one for _, one in told], index=pairs.index, dtype="str"))
    return calls.merge(texts, on=["account_id", "reason"], how="left", validate="m:1")


def why(reason: str, grounds: Grounds, words: Language, currency: str) -> str:
    """Why the account is contacted, with the figure where there is one."""
    if reason == year_plan.SILENT:
        return words.count(
            "No order for {n} day; {usual} days between two are usual.",
            "No order for {n} days; {usual} days between two are usual.",
            grounds.days_since_order, usual=words.number(grounds.usual_days))
    if reason == year_plan.SHRINKING:
        return words.say("Bought {money} less in the last twelve months than in those before.",
                         money=words.money(-grounds.change, currency))
    if reason == year_plan.GROWING:
        return words.say("Bought {money} more in the last twelve months than in those before.",
                         money=words.money(grounds.change, currency))
    if reason == year_plan.WHITE_SPACE:
        return words.say("Buys no {family}; at least half of the accounts like it do.",
                         family=_family(grounds, words))
    if reason == year_plan.CONTRACT:
        return words.say("The contract ends on {day}.", day=words.date(grounds.contract_end))
    return {
        year_plan.COMPLAINT: words.say("A complaint is open."),
        year_plan.DORMANT: words.say("Bought nothing in the last twelve months."),
        year_plan.NEVER: words.say("No two-way contact is on record."),
        year_plan.NEW: words.say("A new customer: its history is still short."),
    }.get(reason, words.say("The regular contact."))


def what_to_say(reason: str, grounds: Grounds, words: Language) -> str:
    """What to speak or write about."""
    if reason == year_plan.WHITE_SPACE:
        return words.say("Ask where they buy {family}, and offer to quote.",
                         family=_family(grounds, words))
    return {
        year_plan.COMPLAINT: words.say("Say where the complaint stands and when it will be solved, "
                                       "before anything else."),
        year_plan.SILENT: words.say("Ask whether anything has changed, and what they need next."),
        year_plan.SHRINKING: words.say("Ask what they need less of, or buy elsewhere, and why."),
        year_plan.GROWING: words.say("Thank them; ask what is behind it and what comes next."),
        year_plan.CONTRACT: words.say("Ask what should be different, and offer to extend it."),
        year_plan.DORMANT: words.say("Ask who supplies them now, and what would bring them back."),
        year_plan.NEVER: words.say("Introduce yourself; ask who decides and who uses the "
                                   "products."),
        year_plan.NEW: words.say("Ask whether the first deliveries went well, and what else they "
                                 "need."),
    }.get(reason, words.say("Ask how business is, and what they plan for the next months."))


def _family(grounds: Grounds, words: Language) -> str:
    name = str(grounds.family)
    return family_words(words).get(name, name)
