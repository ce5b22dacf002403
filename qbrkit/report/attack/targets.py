"""Where a competitor would begin: the first screen of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qbrkit.report.attack import disagreements, gaps, losses, moves, panel
from qbrkit.report.exhibits import ColumnView, Html, Tile, finding, table, tiles
from qbrkit.report.language import NO_BREAK, NOT_KNOWN, Language
from qbrkit.report.sentences import nobody_green, words_of

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def key_figures(review: QuarterReview) -> Html:
    """The last session in four tiles; without one, what the rules find."""
    words, session = words_of(review), panel.last_session(review)
    if session is None:
        return tiles(
            Tile(words.say("Last session"), words.say("none"),
                 words.say("qbr score-sheets begins one")),
            Tile(words.say("Green Circle accounts"), words.number(len(review.green_circle))),
            Tile(words.say("Gaps by rule"), words.number(len(review.gaps)), words.count(
                "in {n} account", "in {n} accounts", review.gaps["account_id"].nunique())))
    return tiles(
        Tile(words.say("Last session"), words.date(session["session_date"], "medium"),
             words.count("{n} rater, round {round}", "{n} raters, round {round}",
                         session["raters_n"], round=words.number(session["round"]))),
        Tile(words.say("Agreement (alpha)"), NOT_KNOWN if session["alpha"] != session["alpha"]
             else panel.alpha_told(session["alpha"], review, words),
             words.say("a ranking needs {limit}", limit=panel.limit_told(review, words))),
        _loss_tile(review, words), _moves_tile(review, words))


def begin(review: QuarterReview) -> Html:
    """Where a competitor would begin, what may be lost, and what has no answer yet."""
    words, session = words_of(review), panel.last_session(review)
    if session is None:
        return finding(_by_rule(review, words), words.say(
            "No session has scored where a competitor would attack, so only the rules speak."),
            panel.panel_needed(review, words))
    if session["state"] != panel.RANKED:
        return finding(*_without_order(session, review, words))
    scored = losses.scored(review)
    if scored.empty:
        return finding(words.say("The last session scored no account of this page."),
                       panel.reserves(review, words), _by_rule(review, words))
    return finding(_first(scored.iloc[0].to_dict(), review, words),
                   losses.total_told(review, words), moves.unanswered_told(review, words),
                   panel.reserves(review, words))


def first_table(review: QuarterReview) -> Html:
    """The accounts by rank; the agenda where the panel is divided, else the rules alone."""
    session = panel.last_session(review)
    if session is not None and session["state"] == panel.DIVIDED and len(
            disagreements.listed(review)):
        return disagreements.agenda_table(review)
    if session is None or session["state"] != panel.RANKED or losses.scored(review).empty:
        return gaps.targets_table(review)
    return _ranked_table(review)


def _ranked_table(review: QuarterReview) -> Html:
    """Accounts in the order in which the panel would attack them."""
    words, currency = words_of(review), review.settings.company.currency
    rows = losses.scored(review)
    found = review.gaps.groupby("account_id").size()
    bare = panel.of_last(review, "unanswered").groupby("account_id").size()
    territories = review.accounts.set_index("account_id")["territory"]
    rows = rows.assign(
        territory=rows["account_id"].map(territories).astype("str").fillna(""),
        middle=[_range(one, words) for one in rows.to_dict("records")],
        gaps_n=rows["account_id"].map(found).fillna(0),
        bare_n=rows["account_id"].map(bare).fillna(0))
    shown = rows if review.territory == "" and (rows["territory"] != "").any() else rows.drop(
        columns="territory")
    return table(shown, [
        ColumnView("label", words.say("Account")),
        ColumnView("territory", words.say("Territory")),
        ColumnView("dimension", words.say("Weakest at"), words=panel.dimension_words(words)),
        ColumnView("expected_loss", words.say("Expected loss, {currency}", currency=currency),
                   "money"),
        ColumnView("middle", words.say("Middle half of the raters"), "range"),
        ColumnView("gaps_n", words.say("Gaps by rule"), "number"),
        ColumnView("bare_n", words.say("Moves without an answer"), "number"),
    ], words.say("Where a competitor would begin, most expected loss first"), words)


def _loss_tile(review: QuarterReview, words: Language) -> Tile:
    rows, currency = losses.scored(review), review.settings.company.currency
    if rows.empty:
        return Tile(words.say("Expected loss"), NOT_KNOWN)
    return Tile(words.say("Expected loss"), words.money(rows["expected_loss"].sum(), currency),
                words.count("{n} account scored", "{n} accounts scored", len(rows)))


def _moves_tile(review: QuarterReview, words: Language) -> Tile:
    return Tile(words.say("Moves without an answer"),
                words.number(len(panel.of_last(review, "unanswered"))),
                words.say("of {n}", n=words.number(len(panel.of_last(review, "moves")))))


def _first(row: dict[Any, Any], review: QuarterReview, words: Language) -> str:
    """The account they would begin with."""
    currency, where = review.settings.company.currency, panel.dimension(row["dimension"], words)
    given = {"name": row["label"], "money": words.money(row["expected_loss"], currency),
             "low": words.money(row["expected_q1"], currency),
             "high": words.money(row["expected_q3"], currency)}
    if given["low"] == given["high"]:
        return words.say("A competitor would begin with {name}: half of the raters and more expect "
                         "a loss of {money} there.", **given)
    if not where:
        return words.say("A competitor would begin with {name}: the panel expects a loss of "
                         "{money} there, half of the raters between {low} and {high}.", **given)
    return words.say("A competitor would begin with {name}, by {where}: the panel expects a loss "
                     "of {money} there, half of the raters between {low} and {high}.", where=where,
                     **given)


def _without_order(session: dict[Any, Any], review: QuarterReview,
                   words: Language) -> Iterator[str]:
    """Why nothing is ranked, what that means, and what to do instead."""
    if session["state"] == panel.DIVIDED:
        yield words.say("Nobody can say yet where a competitor would begin: the raters are divided "
                        "(alpha {alpha}, a ranking needs {limit}).",
                        alpha=panel.alpha_told(session["alpha"], review, words),
                        limit=panel.limit_told(review, words))
        yield panel.alpha_meaning(review, words)
        yield _discuss(review, session, words)
    else:
        yield panel.why_no_order(review, words)
    if session["state"] in {panel.TOO_FEW_RATERS, panel.TOO_FEW_DEPARTMENTS}:
        yield panel.panel_needed(review, words)
    yield losses.total_told(review, words)
    yield moves.unanswered_told(review, words)
    yield panel.reserves(review, words)
    if session["state"] != panel.DIVIDED or not len(disagreements.listed(review)):
        yield _by_rule(review, words)


def _discuss(review: QuarterReview, session: dict[Any, Any], words: Language) -> str:
    """What to do with the disagreements."""
    every, shown = len(panel.of_last(review, "disagreements")), len(disagreements.listed(review))
    again = words.say("then let them score the second round") if session["round"] == 1 else \
        words.say("then let them score again")
    if not shown:
        return words.say("Let the raters explain their scores to each other, {again}.",
                         again=again)
    if shown < every:
        return words.say("Discuss the points below, {n} of {all} on which they are far apart, "
                         "{again}.", n=words.number(shown), all=words.number(every), again=again)
    return words.count("Discuss the point below, on which they are far apart, {again}.",
                       "Discuss the {n} points below, on which they are far apart, {again}.",
                       shown, again=again)


def _by_rule(review: QuarterReview, words: Language) -> str:
    """The account with most gaps by rule."""
    if review.green_circle.empty:
        return nobody_green(words)
    if review.gaps.empty:
        return words.say("The rules find no gap in any Green Circle account.")
    first = gaps.by_account(review).sort_values(
        ["gaps_n", "revenue_ltm", "account_id"], ascending=[False, False, True]).iloc[0]
    return words.count(
        "By rule most stands open at {name}: {n} gap, with revenue of {money} in twelve months.",
        "By rule most stands open at {name}: {n} gaps, with revenue of {money} in twelve months.",
        first["gaps_n"], name=first["label"],
        money=words.money(first["revenue_ltm"], review.settings.company.currency))


def _range(row: dict[Any, Any], words: Language) -> str:
    """The quartiles, as ``120,000 – 310,000``."""
    low, high = words.number(row["expected_q1"]), words.number(row["expected_q3"])
    return f"{low}{NO_BREAK}–{NO_BREAK}{high}"
