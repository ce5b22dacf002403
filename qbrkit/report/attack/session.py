"""The scores of the last session, and how far the raters agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qbrkit.report.attack import panel
from qbrkit.report.exhibits import ColumnView, Html, finding, missing, note, nothing, table
from qbrkit.report.language import NO_BREAK, Language
from qbrkit.report.sentences import words_of

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def agreement(review: QuarterReview) -> Html:
    """Who scored, how far they agree, and what that allows."""
    words, session = words_of(review), panel.last_session(review)
    if session is None:
        return missing(words, words.say("No black-ops session is on record: nobody has scored "
                                        "where a competitor would attack."),
                       ["black_ops_scores"], words.say("raters of several departments"))
    return finding(_order(session, review, words), _who(session, words),
                   panel.alpha_meaning(review, words)  # where they are divided it stands on top
                   if pd.notna(session["alpha"]) and session["state"] != panel.DIVIDED else "",
                   _before(session, review, words), _concordance(session, words),
                   panel.reserves(review, words), _outside(review, words))


def scores_table(review: QuarterReview) -> Html:
    """Chance of a successful attack by account and dimension: the median and its reach."""
    words, items = words_of(review), panel.of_last(review, "items")
    if items.empty or not panel.has_statistic(review):
        return nothing()
    chances = items.assign(told=[_chance(one, words) for one in items.to_dict("records")])
    rows = chances.drop_duplicates("account_id")[["account_id", "label"]]
    found = list(dict.fromkeys(items["dimension"]))
    known = review.settings.black_ops.dimensions
    ordered = [one for one in known if one in found] + [one for one in found if one not in known]
    by_dimension = chances.pivot_table(index="account_id", columns="dimension", values="told",
                                       aggfunc="first")
    rows = rows.join(by_dimension.add_prefix("of "), on="account_id")
    return table(rows, [
        ColumnView("label", words.say("Account")),
        *(ColumnView(f"of {one}", panel.dimension(one, words), "range") for one in ordered),
    ], words.say("Chance that an attack succeeds within twelve months"), words)


def scores_note(review: QuarterReview) -> Html:
    """How to read the chances."""
    if panel.of_last(review, "items").empty or not panel.has_statistic(review):
        return nothing()
    return note(words_of(review).say(
        "The median of the raters' best guesses, and in brackets the lowest and the highest."))


def _chance(item: dict[Any, Any], words: Language) -> str:
    """A chance with its reach, as ``45% (10% – 80%)``."""
    if pd.isna(item["probability_best"]):
        return ""
    best, lowest, highest = (words.percent(item[name], 0) for name in (
        "probability_best", "lowest", "highest"))
    if lowest == highest:
        return best
    return f"{best}{NO_BREAK}({lowest}{NO_BREAK}–{NO_BREAK}{highest})"


def _order(session: dict[Any, Any], review: QuarterReview, words: Language) -> str:
    """Whether there is a ranking, and by which agreement."""
    if session["state"] != panel.RANKED:
        return panel.why_no_order(review, words)
    return words.say("The raters agree well enough for a ranking: alpha is {alpha}, and {limit} "
                     "is needed.", alpha=panel.alpha_told(session["alpha"], review, words),
                     limit=panel.limit_told(review, words))


def _who(session: dict[Any, Any], words: Language) -> str:
    """How many scored what, and when."""
    return words.count(
        "{n} rater from {departments} scored {accounts}, alone, on {day} (round {round}).",
        "{n} raters from {departments} scored {accounts}, each alone, on {day} (round {round}).",
        session["raters_n"], day=words.date(session["session_date"]),
        departments=words.count("{n} department", "{n} departments", session["departments_n"]),
        accounts=words.count("{n} account", "{n} accounts", session["accounts_n"]),
        round=words.number(session["round"]))


def _before(session: dict[Any, Any], review: QuarterReview, words: Language) -> str:
    """How far they agreed before they had talked."""
    alpha, before = session["alpha"], session["alpha_before"]
    if session["round"] == 1 or pd.isna(alpha) or pd.isna(before):
        return ""
    given = {"before": words.number(before, 2), "alpha": words.number(alpha, 2)}
    if given["before"] == given["alpha"]:
        return words.say("The discussion did not bring them closer: alpha was {before} before "
                         "it, too.", before=given["before"])
    return words.say("The discussion brought them closer: alpha was {before} before it.",
                     before=given["before"]) if alpha > before else words.say(
        "The discussion drove them apart: alpha was {before} before it.", before=given["before"])


def _concordance(session: dict[Any, Any], words: Language) -> str:
    """Kendall's W, over what everyone scored."""
    if pd.isna(session["w"]):
        return ""
    return words.count(
        "Over the {n} point that everyone scored, their orders agree by {w} of 1 (Kendall's W).",
        "Over the {n} points that everyone scored, their orders agree by {w} of 1 (Kendall's W).",
        session["w_items_n"], w=words.number(session["w"], 2))


def _outside(review: QuarterReview, words: Language) -> str:
    """What a reader of one territory has to know of a panel that scored all."""
    if not review.territory:
        return ""
    if len(panel.of_last(review, "items")):
        return words.say("How far they agree rests on all accounts that they scored, in whatever "
                         "territory.")
    return words.say("No account of {territory} was scored.",
                     territory=review.territory)
