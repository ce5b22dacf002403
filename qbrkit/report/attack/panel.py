"""The last session as every section needs it: its rows, whether it ranks, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.report.exhibits import places
from qbrkit.report.language import Language
from qbrkit.report.sentences import name_of

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

RANKED, DIVIDED, NO_SPREAD, NOTHING_SHARED = "ranked", "divided", "no_spread", "nothing_shared"
TOO_FEW_RATERS, TOO_FEW_DEPARTMENTS = "too_few_raters", "too_few_departments"
A_YEAR, SESSIONS_A_YEAR = 365, 2
NO_STATISTIC = 2
"""One or two raters are opinions: neither a middle nor a spread is told of them."""


def last_session(review: QuarterReview) -> dict[Any, Any] | None:
    """The last session that was held; None without any."""
    if review.sessions is None or review.sessions.sessions.empty:
        return None
    every = review.sessions.sessions
    rows = every[every["session_date"] == review.sessions.latest]
    return (rows if len(rows) else every).iloc[0].to_dict()


def is_ranked(review: QuarterReview) -> bool:
    """Whether the raters of the last session agree enough for an order."""
    session = last_session(review)
    return session is not None and session["state"] == RANKED


def has_statistic(review: QuarterReview) -> bool:
    """Whether enough raters scored for a middle to mean anything."""
    session = last_session(review)
    return session is not None and session["raters_n"] > NO_STATISTIC


def of_last(review: QuarterReview, table: str) -> pd.DataFrame:
    """Rows of the last session in a table of the sessions, each account with its label.

    In the order of the ranks where the panel agrees, by name where it does not; the moves
    of an account in their order.
    """
    if review.sessions is None:
        return pd.DataFrame()
    rows: pd.DataFrame = getattr(review.sessions, table)
    rows = rows[(rows["session_date"] == review.sessions.latest)
                & rows["account_id"].isin(review.labels.index)]
    rows = rows.assign(label=rows["account_id"].map(review.labels).astype("str"))
    if table == "disagreements":  # its order is that of the agenda
        return rows.reset_index(drop=True)
    if is_ranked(review):
        places_of = review.sessions.accounts
        place = places_of[places_of["session_date"] == review.sessions.latest].set_index(
            "account_id")["rank"].astype("float64")
        rows = rows.assign(place=rows["account_id"].map(place))
    else:
        rows = rows.assign(place=0.0)
    by = ["place", "label", "account_id", *(["order"] if "order" in rows else [])]
    return rows.sort_values(by, na_position="last").reset_index(drop=True)


def dimension_words(words: Language) -> dict[str, str]:
    """Names of the dimensions that the kit proposes; others are told as the data spell them."""
    return {"price": words.say("price"), "delivery": words.say("delivery"),
            "technology": words.say("technology"), "relationship": words.say("relationship")}


def dimension(name: Any, words: Language) -> str:
    """Where a competitor would attack, in words; empty where it is not told."""
    return "" if pd.isna(name) else dimension_words(words).get(str(name), str(name))


def about(row: dict[Any, Any], review: QuarterReview, words: Language) -> str:
    """An account and where it would be attacked, as ``Alpha, price``."""
    where = dimension(row["dimension"], words)
    name = name_of(review, row["account_id"])
    return f"{name}, {where}" if where else name


def limit_told(review: QuarterReview, words: Language) -> str:
    """The least agreement that allows a ranking."""
    limit = review.settings.black_ops.least_agreement
    return words.number(limit, places(limit, 6))


def alpha_told(alpha: float, review: QuarterReview, words: Language) -> str:
    """Alpha with two decimals, or as many as show on which side of the limit it lies."""
    limit = review.settings.black_ops.least_agreement
    digits = next((one for one in range(2, 6)
                   if (round(alpha, one) < limit) == (alpha < limit)), 6)
    return words.number(alpha, digits)


def alpha_meaning(review: QuarterReview, words: Language) -> str:
    """What alpha is, in one sentence."""
    return words.say("Alpha says how far the raters agree: 1 is full agreement, 0 is what chance "
                     "alone would give, and below {limit} no order of theirs is to be trusted.",
                     limit=limit_told(review, words))


def panel_needed(review: QuarterReview, words: Language) -> str:
    """How a session is held, and who it takes."""
    settings = review.settings.black_ops
    return words.say(
        "Let at least {raters} raters from at least {departments} score the accounts, each alone: "
        "qbr score-sheets writes a sheet for each.", raters=words.number(settings.least_raters),
        departments=words.count("{n} department", "{n} departments",
                                settings.least_departments))


def is_stale(review: QuarterReview) -> bool:
    """Whether the last session was held more than a year before the end of the quarter."""
    session = last_session(review)
    return session is not None and days_since(review) > A_YEAR


def days_since(review: QuarterReview) -> int:
    """Days from the last session to the end of the quarter."""
    assert review.sessions is not None
    return int((review.as_of - review.sessions.latest).days)


def reserves(review: QuarterReview, words: Language) -> str:
    """What the reader has to know of the last session: provisional, old, or one too many."""
    session = last_session(review)
    if session is None:
        return ""
    told = []
    if is_stale(review):
        told.append(words.say("The session is {n} days old at the end of the quarter: what it "
                              "says may no longer hold, so hold another.",
                              n=words.number(days_since(review))))
    if session["round"] == 1:
        told.append(words.say("Only the first round is scored, so everything said of the session "
                              "is provisional until the second."))
    elif (absent := session["only_first_round"]) > 0:
        told.append(words.count("{n} rater scored the first round and not the last.",
                                "{n} raters scored the first round and not the last.", absent))
    if session["left_out_n"] > 0:
        told.append(words.count(
            "{n} score cannot be used and counts for nothing: its range contradicts its best "
            "guess, its round is neither 1 nor 2, or its rater scored the point twice.",
            "{n} scores cannot be used and count for nothing: their ranges contradict their best "
            "guesses, their rounds are neither 1 nor 2, or their raters scored a point twice.",
            session["left_out_n"]))
    if session["year_n"] > SESSIONS_A_YEAR:
        told.append(words.say(
            "Within a year {n} sessions were held; more than two a year dull the raters, and no "
            "round is fresh any more.", n=words.number(session["year_n"])))
    return " ".join(told)


def why_no_order(review: QuarterReview, words: Language) -> str:
    """Why the last session ranks nothing, and what to do; empty where it ranks."""
    session = last_session(review)
    if session is None or session["state"] == RANKED:
        return ""
    settings = review.settings.black_ops
    if session["state"] == DIVIDED:
        return words.say(
            "The raters are divided (alpha {alpha}, a ranking needs {limit}), so no account is "
            "ranked.", alpha=alpha_told(session["alpha"], review, words),
            limit=limit_told(review, words))
    if session["state"] == NO_SPREAD:
        return words.say("Every rater gave every point the same chance, so nothing can be put in "
                         "an order: ask for scores that tell the accounts apart.")
    if session["state"] == NOTHING_SHARED:
        return words.say("No two raters scored the same point, so nothing can be compared or "
                         "ranked: let each of them score every account.")
    if session["state"] == TOO_FEW_DEPARTMENTS:
        return words.count(
            "The raters come from {n} department, and one view is no panel: let at least {least} "
            "score before anything is ranked.",
            "The raters come from {n} departments, which is no panel: let at least {least} score "
            "before anything is ranked.", session["departments_n"],
            least=words.number(settings.least_departments))
    told = words.count(
        "Only {n} rater scored, and at least {least} make a panel, so nothing is ranked.",
        "Only {n} raters scored, and at least {least} make a panel, so nothing is ranked.",
        session["raters_n"], least=words.number(settings.least_raters))
    if session["raters_n"] > NO_STATISTIC:
        return told
    return told + " " + words.say("One or two opinions have no middle and no spread: their "
                                  "figures are not shown.")
