"""What may come, and what is our answer: the risks with their money, and what they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, finding, missing, note, nothing, table
from qbrkit.report.internal import risk_wording, risk_words
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import NO_BREAK, PRINTED_AS_ZERO, Language
from qbrkit.report.sentences import words_of
from qbrkit.report.words import listed_names
from qbrkit.risks.register import COMING, ENDED, HOLDS_REVIEWS, LATER

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def answers(review: QuarterReview) -> Html:
    """What the coming risks may cost, and which of the largest has no answer."""
    words, listed = words_of(review), review.risks.register
    if listed is None:
        return missing(words, words.say("No risk is on record, so none has an answer."), ["risks"],
                       words.say("account managers and controlling"))
    if listed.empty:
        return finding(words.say("The table of risks is empty: nobody has written down what may "
                                 "come."))
    return finding(_cost(review, words), _largest(review, words), _without_answer(review, words),
                   _others_without(listed, words), _late(listed, words), _thresholds(review, words),
                   _not_counted(listed, words), _stale(listed, words),
                   risk_wording.unworded(review, words))


def answers_table(review: QuarterReview) -> Html:
    """The five largest risks with their answers, and what they lack."""
    words, listed = words_of(review), review.risks.register
    if listed is None or not listed["is_top"].any():
        return nothing()
    top, currency = listed[listed["is_top"]], review.settings.company.currency
    told = top.to_dict("records")
    rows = top.assign(
        driver=[risk_words.with_source(risk, words) for risk in told],
        who=[f"{risk_words.exposed(risk, review, words)}:{NO_BREAK}"
             f"{words.number(risk['exposed'])}" for risk in told],
        when=[risk_words.window(risk, words) for risk in told],
        chance=[risk_words.chance(risk, words) for risk in told],
        loss=[risk_words.loss(risk, words) for risk in told],
        until=[risk_words.owner_and_date(risk, words) for risk in told],
        wanting=[risk_words.lacking(risk, words) for risk in told])
    return table(rows, [
        ColumnView("driver", words.say("Risk"), "sentence"),
        ColumnView("who", words.say("Exposed spend, {currency}", currency=currency)),
        ColumnView("when", words.say("When")),
        ColumnView("chance", words.say("Probability")),
        ColumnView("loss", words.say("Expected loss, {currency}", currency=currency)),
        ColumnView("solution", words.say("Our answer"), "sentence"),
        ColumnView("until", words.say("Who, until when")),
        ColumnView("residual_high", words.say("Stays at most, {currency}", currency=currency),
                   "money"),
        ColumnView("wanting", words.say("Lacks")),
    ], words.say("The largest risks of the next twelve months"), words)


def answers_note(review: QuarterReview) -> Html:
    """How to read the expected loss."""
    listed = review.risks.register
    if listed is None or not listed["is_top"].any():
        return nothing()
    return note(words_of(review).say(
        "Expected loss is probability × share of impact × spend of the last twelve months that is "
        "exposed; where risks overlap, their sum counts the same spend twice."))


def headlines(review: QuarterReview) -> list[Candidate]:
    """The largest risk, for the head of the page."""
    listed = review.risks.register
    if listed is None or not listed["is_top"].any():
        return []
    words = words_of(review)
    told = " ".join(one for one in (_largest(review, words),
                                    _without_answer(review, words)) if one)
    return [Candidate(float(listed.iloc[0]["expected_high"]), told)]


def decisions(review: QuarterReview) -> list[str]:
    """Owners, dates and answers that the team has to name."""
    listed = review.risks.register
    if listed is None:
        return []
    words, top = words_of(review), listed[listed["is_top"]]
    found = []
    coming = listed[listed["window"] == COMING]
    passed = coming[coming["is_passed"].fillna(False).astype(bool)]
    if len(passed):
        found.append(words.count(
            "Act now on the risk {risks}: its indicator has passed the threshold.",
            "Act now on the risks {risks}: their indicators have passed the thresholds.",
            len(passed), risks=_drivers(passed, words)))
    lacks_owner, lacks_date = top["owner"].isna(), top["due"].isna()
    if (rows := top[lacks_owner & lacks_date]).size:
        found.append(words.count("Name an owner and a date for the risk {risks}.",
                                 "Name owners and dates for the risks {risks}.", len(rows),
                                 risks=_drivers(rows, words)))
    if (rows := top[lacks_owner & ~lacks_date]).size:
        found.append(words.count("Name an owner for the risk {risks}.",
                                 "Name owners for the risks {risks}.", len(rows),
                                 risks=_drivers(rows, words)))
    if (rows := top[lacks_date & ~lacks_owner]).size:
        found.append(words.count("Set a date for the answer to the risk {risks}.",
                                 "Set dates for the answers to the risks {risks}.", len(rows),
                                 risks=_drivers(rows, words)))
    if (rows := top[top["solution"].isna()]).size:
        found.append(words.count("Find an answer to the risk {risks}.",
                                 "Find answers to the risks {risks}.", len(rows),
                                 risks=_drivers(rows, words)))
    if (rows := risk_wording.without_wording(review, top)).size:
        found.append(words.count(
            "Write the risk {risks} and its answer in words for the customer.",
            "Write the risks {risks} and their answers in words for the customer.", len(rows),
            risks=_drivers(rows, words)))
    if (rows := top[top["is_late"].fillna(False).astype(bool)]).size:
        found.append(words.count(
            "Bring the answer to the risk {risks} forward: it is due when it is too late.",
            "Bring the answers to the risks {risks} forward: they are due when it is too late.",
            len(rows), risks=_drivers(rows, words)))
    return found


def _drivers(rows: pd.DataFrame, words: Language) -> str:
    """Some risks by id and driver."""
    return words.listed([risk_words.driver(risk, words) for risk in rows.to_dict("records")])


def _cost(review: QuarterReview, words: Language) -> str:
    """What the coming risks may cost: the largest alone, and all together."""
    listed, currency = review.risks.register, review.settings.company.currency
    assert listed is not None
    counted = listed[(listed["window"] == COMING) & listed["expected_high"].notna()]
    if counted.empty:
        return words.say("No risk of the next twelve months can be put to money.")
    low, high = counted["expected_low"].sum(), counted["expected_high"].sum()
    if high < PRINTED_AS_ZERO:
        return words.count(
            "{n} risk falls into the next twelve months; no spend worth naming is exposed to it.",
            "{n} risks fall into the next twelve months; no spend worth naming is exposed to them.",
            len(counted))
    if len(counted) == 1:
        return words.say("One risk falls into the next twelve months, with an expected loss of "
                         "{loss}.", loss=risk_words.money_range(low, high, currency, words))
    return words.say(
        "{n} risks fall into the next twelve months: their expected losses add up to {loss}, and "
        "the largest alone makes up to {most}.", n=words.number(len(counted)),
        loss=risk_words.money_range(low, high, currency, words),
        most=words.money(counted["expected_high"].max(), currency))


def _largest(review: QuarterReview, words: Language) -> str:
    """The largest risk by name, with its money and its exposure."""
    listed, currency = review.risks.register, review.settings.company.currency
    assert listed is not None
    if not listed["is_top"].any():
        return ""
    first = listed.iloc[0].to_dict()
    return words.say(
        "The largest risk is {risk}, for {who}: an expected loss of {loss}, on {exposed} of yearly "
        "spend.", risk=risk_words.driver(first, words),
        who=risk_words.exposed(first, review, words),
        loss=risk_words.money_range(first["expected_low"], first["expected_high"], currency,
                                    words),
        exposed=words.money(first["exposed"], currency))


def _without_answer(review: QuarterReview, words: Language) -> str:
    """Top risks without owner or date, and the reviews they keep drafts."""
    listed, blocked = review.risks.register, review.risks.blocked
    assert listed is not None
    top = listed[listed["is_top"]]
    if top.empty:
        return ""
    open_risks = top[top[list(HOLDS_REVIEWS)].isna().any(axis=1)]
    if open_risks.empty:
        return words.say("Each of the largest has an owner and a date.")
    told = _each_lacks(open_risks, words)
    green = review.green_circle
    held = green[green["account_id"].isin(blocked["account_id"])]
    if held.empty:
        return words.say("Of the largest, these lack an owner or a date: {told}.", told=told)
    return words.count(
        "Of the largest, these lack an owner or a date: {told}; so {n} external review stays a "
        "draft: {names}.", "Of the largest, these lack an owner or a date: {told}; so {n} external "
        "reviews stay drafts: {names}.", len(held), told=told,
        names=listed_names(held["label"], words))


def _others_without(listed: pd.DataFrame, words: Language) -> str:
    """Smaller risks without owner or date; they hold no review back."""
    rest = listed[(listed["window"] == COMING) & ~listed["is_top"]
                  & listed[list(HOLDS_REVIEWS)].isna().any(axis=1)]
    if rest.empty:
        return ""
    return words.say("Of the others, these lack an owner or a date: {told}.",
                     told=_each_lacks(rest, words))


def _each_lacks(listed: pd.DataFrame, words: Language) -> str:
    """Some risks, each with what it lacks of owner and date."""
    return "; ".join(words.say("{risk}: {lacks}", risk=risk["risk_id"], lacks=words.listed(
        risk_words.needed(risk, words, HOLDS_REVIEWS))) for risk in listed.to_dict("records"))


def _late(listed: pd.DataFrame, words: Language) -> str:
    """Coming risks whose answer is due when it is too late."""
    rows = listed[(listed["window"] == COMING) & listed["is_late"].fillna(False).astype(bool)]
    if rows.empty:
        return ""
    return words.say("Answers that are due too late: {told}.", told="; ".join(
        words.say("{risk} ({due}, to act by {day})", risk=risk["risk_id"],
                  due=words.date(risk["due"], "medium"), day=words.date(risk["act_by"], "medium"))
        for risk in rows.to_dict("records")))


def _thresholds(review: QuarterReview, words: Language) -> str:
    """Where the indicators of the coming risks stand against their thresholds."""
    listed = review.risks.register
    assert listed is not None
    rows = listed[(listed["window"] == COMING) & listed["threshold"].notna()
                  & listed["indicator_value"].notna()]
    told = []
    for risk in rows.to_dict("records"):
        value, threshold = risk["indicator_value"], risk["threshold"]
        given = {"indicator": risk["indicator"], "value": words.number(value, 1),
                 "threshold": words.number(threshold, 1), "risk": risk["risk_id"]}
        told.append(
            words.say("{indicator} stands at {value}, above the threshold {threshold} of {risk}.",
                      **given) if value > threshold else
            words.say("{indicator} stands at {value}, below the threshold {threshold} of {risk}.",
                      **given) if value < threshold else
            words.say("{indicator} stands at the threshold of {risk}, {threshold}.", **given))
    return " ".join(told)


def _not_counted(listed: pd.DataFrame, words: Language) -> str:
    """Risks without an expected loss, and those whose window does not count."""
    told = []
    unknown = listed[(listed["window"] == COMING) & (listed["not_assessed"] != "")]
    if len(unknown):
        told.append(words.say("Not put to money: {risks}.", risks="; ".join(
            f"{risk['risk_id']} ({risk_words.why_not_assessed(risk, words)})"
            for risk in unknown.to_dict("records"))))
    ended, later = (listed.loc[listed["window"] == name, "risk_id"] for name in (ENDED, LATER))
    if len(ended):
        told.append(words.say("Ended and not counted: {risks}.",
                              risks=listed_names(ended, words)))
    if len(later):
        told.append(words.say("Beyond the next twelve months and not counted: {risks}.",
                              risks=listed_names(later, words)))
    return " ".join(told)


def _stale(listed: pd.DataFrame, words: Language) -> str:
    """Risks whose source is old."""
    old = listed.loc[(listed["window"] == COMING) & listed["is_stale"].fillna(False), "risk_id"]
    if old.empty:
        return ""
    return words.say("Sources older than ninety days, to be read again: {risks}.",
                     risks=listed_names(old, words))
