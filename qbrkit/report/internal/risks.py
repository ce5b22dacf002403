"""What may come, and what is our answer: the risks with their money, and what they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.exhibits import ColumnView, Html, finding, missing, note, nothing, table
from qbrkit.report.internal import risk_words
from qbrkit.report.internal.candidates import Candidate
from qbrkit.report.language import PRINTED_AS_ZERO, Language
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
                   _others_without(listed, words), _thresholds(review, words),
                   _not_counted(listed, words), _stale(listed, words))


def answers_table(review: QuarterReview) -> Html:
    """The five largest risks with their answers, and what they lack."""
    words, listed = words_of(review), review.risks.register
    if listed is None or not listed["is_top"].any():
        return nothing()
    top, currency = listed[listed["is_top"]], review.settings.company.currency
    rows = top.assign(
        driver=[risk_words.driver(risk, words) for risk in top.to_dict("records")],
        who=[risk_words.exposed(risk, review, words) for risk in top.to_dict("records")],
        when=[risk_words.window(risk, words) for risk in top.to_dict("records")],
        chance=[risk_words.chance(risk, words) for risk in top.to_dict("records")],
        wanting=[risk_words.lacking(risk, words) for risk in top.to_dict("records")])
    return table(rows, [
        ColumnView("driver", words.say("Risk"), "sentence"),
        ColumnView("who", words.say("Exposed")),
        ColumnView("exposed", words.say("Exposed spend, {currency}", currency=currency), "money"),
        ColumnView("when", words.say("When")),
        ColumnView("chance", words.say("Probability")),
        ColumnView("expected_low", words.say("Expected loss from, {currency}", currency=currency),
                   "money"),
        ColumnView("expected_high", words.say("to, {currency}", currency=currency), "money"),
        ColumnView("solution", words.say("Our answer"), "sentence"),
        ColumnView("owner", words.say("Who")),
        ColumnView("due", words.say("Until"), "date"),
        ColumnView("residual_high", words.say("Stays at most, {currency}", currency=currency),
                   "money"),
        ColumnView("wanting", words.say("Lacks"), "sentence"),
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
    for columns, sentence in (
            (top["owner"].isna() & top["due"].isna(),
             words.say("Name an owner and a date for the risk {risks}.")),
            (top["owner"].isna() & top["due"].notna(),
             words.say("Name an owner for the risk {risks}.")),
            (top["due"].isna() & top["owner"].notna(),
             words.say("Set a date for the answer to the risk {risks}.")),
            (top["solution"].isna(), words.say("Find an answer to the risk {risks}."))):
        if columns.any():
            found.append(sentence.format(risks=words.listed(
                [risk_words.driver(risk, words) for risk in top[columns].to_dict("records")])))
    return found


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
                         "{low} to {high}.", low=words.money(low, currency),
                         high=words.money(high, currency))
    return words.say(
        "{n} risks fall into the next twelve months: their expected losses add up to {low} to "
        "{high}, and the largest alone makes up to {most}.", n=words.number(len(counted)),
        low=words.money(low, currency), high=words.money(high, currency),
        most=words.money(counted["expected_high"].max(), currency))


def _largest(review: QuarterReview, words: Language) -> str:
    """The largest risk by name, with its money and its exposure."""
    listed, currency = review.risks.register, review.settings.company.currency
    assert listed is not None
    if not listed["is_top"].any():
        return ""
    first = listed.iloc[0].to_dict()
    return words.say(
        "The largest risk is {risk}, for {who}: an expected loss of {low} to {high}, on {exposed} "
        "of yearly spend.", risk=risk_words.driver(first, words),
        who=risk_words.exposed(first, review, words),
        low=words.money(first["expected_low"], currency),
        high=words.money(first["expected_high"], currency),
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
        reasons = risk_words.reason_words(words)
        told.append(words.say("Not put to money: {risks}.", risks="; ".join(
            f"{risk} ({words.listed([reasons[one] for one in why.split(', ')])})"
            for risk, why in zip(unknown["risk_id"], unknown["not_assessed"], strict=True))))
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
