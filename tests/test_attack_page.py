"""The black-ops page: what it says of a panel that agrees, one that does not, and none."""

from dataclasses import fields, replace
from types import SimpleNamespace

import pandas as pd
import pytest
from companies import (
    AGREED,
    DIVIDED,
    SITUATIONS,
    by_raters,
    check,
    evenly,
    reviewed,
    scores,
    situation,
    text_of,
)
from notebook_page import exhibits
from tables import contract_table

from qbrkit.disclosure import disclose
from qbrkit.errors import ParameterError
from qbrkit.readiness import ADVISES, ATTACK_UNANSWERED
from qbrkit.report.attack import backtest, disagreements, losses, moves, session, targets
from qbrkit.report.attack import measures as measures_page
from qbrkit.report.internal import black_ops
from qbrkit.report.internal.readiness import phrase
from qbrkit.report.language import language
from qbrkit.reviews import of_territory
from qbrkit.reviews.readiness import check_readiness
from qbrkit.reviews.sessions import review_sessions
from qbrkit.run import manifest
from qbrkit.run.quarter import BLACK_OPS, Batch
from qbrkit.sources import open_workspace

NAMES = {"A": "Alpha", "B": "Beta", "C": "Gamma"}
NO_ORDER = ("would begin with", "most expected loss first", "Move no.", "The first of all",
            "Most of it is expected")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Three Green Circle accounts in two territories: A has two gaps, B and C one, no session."""
    return reviewed(
        tmp_path_factory.mktemp("base"), accounts=[
            {"account_id": one, "name": name, "territory": "North" if one == "C" else "South",
             "contract_end": "2027-02-01" if one == "A" else None}
            for one, name in NAMES.items()],
        complaints=[{"account_id": one, "date": "2026-12-01", "status": "open"} for one in NAMES],
        toml="\n[segmentation]\ncut_share = 0.95\n[periods]\ndata_from = 2024-01-01\n"
             "data_until = 2026-12-31\n",
        invoice_lines=[*evenly("A", 100), *evenly("B", 90), *evenly("C", 80)])


def held(base, *given, measures=(), deals=None, as_of="2026-12-31"):
    """The review with the sessions of some scores, as they stand on a day."""
    tables = {"black_ops_scores": contract_table("black_ops_scores", [
        record for records in given for record in records])}
    if measures:
        tables["counter_measures"] = contract_table("counter_measures", measures)
    if deals is not None:
        tables["deals"] = contract_table("deals", deals)
    day = pd.Timestamp(as_of)
    return replace(base, as_of=day, tables=base.tables | set(tables), sessions=review_sessions(
        tables, base.accounts, base.settings,
        SimpleNamespace(as_of=day, quarter=base.quarter)))


def page(review):
    """The whole page as read; every piece of it is checked on the way."""
    return " ".join(check(html).text for *_, html in exhibits(review, "black_ops"))


def agreed(base, day="2026-10-01", **given):
    return held(base, scores(day, AGREED), **given)


# --- a panel that agrees -----------------------------------------------------------------

def test_a_panel_that_agrees_says_where_a_competitor_would_begin_and_what_it_would_take(base):
    # Median best guess × 1,000 at the worst point: A 600 by price (quartiles 580 and 620), B 200.
    told = text_of(targets.begin(agreed(base)))
    assert told.startswith("A competitor would begin with Alpha, by price: the panel expects a "
                           "loss of €600 there, half of the raters between €580 and €620.")
    assert ("medians add up to an expected loss of €800 within twelve months, at the 2 accounts "
            "scored.") in told
    assert "All 4 first moves are without a counter-measure, at Alpha and Beta." in told
    table = text_of(targets.first_table(agreed(base)))
    assert table.endswith("Alpha South price 600 580 – 620 2 2 Beta South price 200 190 – 210 1 2")


def test_expected_loss_is_told_with_its_low_and_high_chances_and_as_a_lower_bound(base):
    # The chances are 0.1 lower and higher: at the medians 500 + 100 and 700 + 300.
    told = text_of(losses.expected(agreed(base)))
    assert "By the raters' low chances it is €600, by their high ones €1,000." in told
    assert "Most of it is expected at Alpha: €600." in told
    # the largest of two is most of them only beyond a half
    same = AGREED["A", "price"]
    even = {("A", "price"): same, ("B", "price"): same, ("A", "speed"): dict.fromkeys(same, 0.0)}
    halves = held(base, scores("2026-10-01", even))
    assert losses.scored(halves)["expected_loss"].tolist() == [600, 600]
    assert "Most of it" not in text_of(losses.expected(halves))
    assert "lower bound" in text_of(losses.chart_note(agreed(base)))
    assert "Alpha: 600 (580 to 620); Beta: 200 (190 to 210)" in text_of(losses.chart(agreed(base)))


def test_scores_stand_by_account_and_dimension_with_their_reach(base):
    table = text_of(session.scores_table(agreed(base)))
    assert table.endswith("Alpha 60% (56% – 64%) 42% (40% – 44%) Beta 20% (18% – 22%) 3% (1% – 5%)")


# --- a panel that does not ----------------------------------------------------------------

def test_a_divided_panel_ranks_nothing_anywhere_and_begins_with_its_agenda(base):
    review = held(base, scores("2026-10-01", DIVIDED | {("B", "price"): by_raters(
        0.9, 0.1, 0.1, 0.9, 0.5)}, loss=1000))
    told = page(review)
    assert not [one for one in NO_ORDER if one in told]
    begin = text_of(targets.begin(review))
    assert begin.startswith("Nobody can say yet where a competitor would begin: the raters are "
                            "divided (alpha ")
    assert "0 is what chance alone would give" in begin
    assert begin.count("then let them score again") == 1
    assert text_of(targets.first_table(review)).startswith("The agenda")
    assert told.count("Does Sales overlook something?") == 1
    assert ("A blind spot may be Alpha, price: Sales gives it a chance of at most 10%, all others "
            "(Service) at least 80%.") in text_of(disagreements.found(review))
    assert not review.sessions.accounts["rank"].notna().any()


def test_accounts_of_a_divided_panel_stand_by_name_however_much_they_may_cost(base):
    guesses = {("A" if one == "B" else "B", where): best for (one, where), best in DIVIDED.items()}
    dear = [one | {"loss": 9000 if one["account_id"] == "B" else 10}
            for one in scores("2026-10-01", guesses)]
    review = held(base, dear)
    rows = losses.scored(review)
    assert rows["label"].tolist() == ["Alpha", "Beta"]
    assert rows["expected_loss"].is_monotonic_increasing
    for shown in (session.scores_table, moves.moves_table, losses.chart):
        text = text_of(shown(review))
        assert text.index("Alpha") < text.index("Beta")


FEW = {point: dict(list(best.items())[:4]) for point, best in AGREED.items()}
TWO = {point: dict(list(best.items())[:2]) for point, best in AGREED.items()}
ONE = {point: dict(list(best.items())[:1]) for point, best in AGREED.items()}
ALONE = {point: {f"Sales {at}": one for at, one in enumerate(best.values())}
         for point, best in AGREED.items()}
APART = {("A", f"point {at}"): {rater: 0.5} for at, rater in enumerate(AGREED["A", "price"])}
STATES = {
    "one rater": (ONE, "Only 1 rater scored, and at least 5 make a panel"),
    "two raters": (TWO, "Only 2 raters scored, and at least 5 make a panel"),
    "four raters": (FEW, "Only 4 raters scored, and at least 5 make a panel"),
    "one department": (ALONE, "The raters come from 1 department, and one view is no panel: let at "
                              "least 2 score before anything is ranked."),
    "no spread": ({point: by_raters(*[0.5] * 5) for point in AGREED},
                  "Every rater gave every point the same chance"),
    "nothing shared": (APART, "No two raters scored the same point"),
}


@pytest.mark.parametrize("state", STATES)
def test_scores_that_are_no_panel_say_why_and_rank_nothing(base, state):
    guesses, why = STATES[state]
    review = held(base, scores("2026-10-01", guesses))
    assert why in text_of(targets.begin(review))
    assert text_of(session.agreement(review)).startswith(why)
    told = page(review)
    assert not [one for one in NO_ORDER if one in told]
    assert "do not agree enough" not in told
    assert ("qbr score-sheets" in told) == (state not in {"no spread", "nothing shared"})


@pytest.mark.parametrize("guesses", [ONE, TWO])
def test_of_one_or_two_opinions_no_figure_is_told(base, guesses):
    review = held(base, scores("2026-10-01", guesses))
    assert "their figures are not shown" in text_of(targets.begin(review))
    assert text_of(targets.key_figures(review)).count("–") == 2, "neither alpha nor a loss"
    assert not text_of(session.scores_table(review)) + text_of(losses.chart(review))


def test_without_a_session_the_rules_speak_and_the_page_says_how_to_hold_one(base):
    told = page(base)
    assert "No session has scored where a competitor would attack, so only the rules speak." in told
    assert "at least 5 raters from at least 2 departments" in told
    assert "By rule most stands open at Alpha: 2 gaps" in told
    assert "qbr score-sheets" in text_of(black_ops.state(base))
    assert black_ops.decisions(base) == black_ops.headlines(base) == []


@pytest.mark.parametrize(("given", "said", "unsaid"), [
    ({}, [], ["provisional", "days old", "dull the raters", "cannot be used"]),
    ({"round": 1}, ["Only the first round is scored"], ["days old"]),
    ({"day": "2025-12-30"}, ["The session is 366 days old"], ["provisional"]),
    ({"day": "2025-12-31"}, [], ["days old"]),
    ({"days": ["2026-02-01", "2026-06-01"]}, ["Within a year 3 sessions were held"], []),
    ({"days": ["2026-06-01"]}, [], ["dull the raters"]),
])
def test_what_makes_a_session_weaker_is_said_and_nothing_else(base, given, said, unsaid):
    columns = {"round": given["round"]} if "round" in given else {}
    days = [given.get("day", "2026-10-01"), *given.get("days", [])]
    review = held(base, *(scores(day, AGREED, **columns) for day in days))
    told = text_of(targets.begin(review))
    assert all(one in told for one in said)
    assert not [one for one in unsaid if one in told]


def test_a_range_that_contradicts_its_best_guess_is_left_out_and_told(base):
    wrong = scores("2026-10-01", {("C", "price"): {"Sales 0": 0.2}}, probability_low=0.9)
    told = text_of(session.agreement(held(base, scores("2026-10-01", AGREED), wrong)))
    assert "1 score cannot be used and counts for nothing" in told


def test_no_rater_is_named_anywhere(base):
    secret = [one | {"rater": f"Zanzibar {one['rater'][-1]}"}
              for one in [*scores("2026-10-01", DIVIDED), *scores("2026-05-01", AGREED)]]
    review = held(base, secret)
    everything = page(review) + "".join(text_of(html) for *_, html in exhibits(
        review, "internal_review", "What did the last black-ops session find?"))
    assert "Sales" in everything
    assert "Zanzibar" not in everything


def test_nothing_raises_where_every_table_is_empty(base):
    full = agreed(base).sessions
    tables = {one.name: getattr(full, one.name) for one in fields(full)}
    empty = replace(full, **{name: table.head(0) for name, table in tables.items()
                             if isinstance(table, pd.DataFrame)}, backtest=None)
    assert page(replace(base, sessions=empty))
    assert text_of(black_ops.state(replace(base, sessions=empty)))
    only_session = replace(empty, sessions=full.sessions)
    assert page(replace(base, sessions=only_session))
    assert text_of(black_ops.state(replace(base, sessions=only_session)))


# --- moves and counter-measures ------------------------------------------------------------

PLACED = {"session_date": "2026-10-01", "account_id": "A", "dimension": "price",
          "measure": "bind the price", "owner": "Ann", "due": "2026-12-30"}


def test_a_move_stands_beside_its_counter_measure_or_beside_none(base):
    review = agreed(base, measures=[PLACED])
    assert ("Alpha 1 attack price price 5 of 5 3.0 bind the price Alpha 2 attack delivery delivery "
            "5 of 5 3.0 none yet") in text_of(moves.moves_table(review))
    assert ("3 of their 4 first moves have no counter-measure yet, at Alpha and Beta."
            ) in text_of(targets.begin(review))


def test_measures_are_counted_by_what_became_of_them_and_the_pressing_come_first(base):
    review = agreed(base, measures=[
        PLACED, PLACED | {"measure": "later", "due": "2027-02-01"},
        PLACED | {"measure": "nobody's", "owner": None, "account_id": "B"},
        PLACED | {"measure": "ready", "status": "done"}])
    told = text_of(measures_page.state(review))
    assert "4 counter-measures were decided: 1 done and 3 still to be done." in told
    assert "1 is overdue, by 1 day: Alpha." in told  # due on the 30th, reviewed on the 31st
    assert "1 has no owner or no date: Beta." in told
    table = text_of(measures_page.measures_table(review))
    assert table.index("bind the price") < table.index("nobody's") < table.index("later")
    assert "ready" not in table
    assert [one for one in black_ops.decisions(review) if "overdue" in one] == [
        "Finish or drop the overdue counter-measure of Alpha."]


# --- what happened -------------------------------------------------------------------------

def lost(*days):
    return [{"deal_id": f"D{at}", "account_id": "A", "close_date": day, "amount": 70,
             "outcome": "lost"} for at, day in enumerate(days)]


def test_an_old_session_is_held_against_what_happened(base):
    # A was given 0.6 and lost a deal, B 0.2 and did not: ((0.6 - 1)² + 0.2²) / 2 = 0.10.
    # One of two lost: the plain share 0.5 gets 0.25 whatever happened.
    review = agreed(base, "2025-06-01", deals=lost("2025-05-01", "2025-09-01"))
    told = text_of(backtest.scored(review))
    assert told.startswith("Of 2 accounts scored on June 1, 2025, 1 lost a deal within the year")
    assert "The panel was better than the plain share" in told
    assert "0.10 against 0.25 (0 is perfect)." in told
    assert text_of(backtest.calibration_note(review)).startswith("2 forecasts say little")
    assert text_of(backtest.calibration_table(review))


@pytest.mark.parametrize(("day", "deals", "why"), [
    ("2026-10-01", lost("2026-12-30"), "can be scored from October 1, 2027 on"),
    ("2025-06-01", lost("2025-09-01"), "the deals on record do not cover the year"),
    ("2025-06-01", None, "the export holds no decided deal"),
])
def test_a_session_that_cannot_be_scored_says_why(base, day, deals, why):
    review = agreed(base, day, deals=deals)
    assert why in text_of(backtest.scored(review))
    assert not text_of(backtest.calibration_table(review))


# --- territories ---------------------------------------------------------------------------

def test_a_territory_narrows_accounts_gaps_and_sessions_whatever_its_capitals(base):
    review = held(base, scores("2026-10-01", AGREED | {("C", "price"): by_raters(*[0.9] * 5)}))
    south = of_territory(review, " south ")
    assert south.territory == "South"
    assert set(south.accounts["account_id"]) == {"A", "B"} == set(south.gaps["account_id"])
    assert "Only the sales territory South, with 2 Green Circle accounts." in page(south)
    assert text_of(targets.begin(review)).startswith("A competitor would begin with Gamma")
    assert text_of(targets.begin(south)).startswith("A competitor would begin with Alpha")
    for html in exhibits(south, "black_ops"):
        assert "Gamma" not in str(html[-1].markup)
    assert of_territory(review, "  ") is review


def test_a_territory_without_a_scored_account_says_so(base):
    north = of_territory(agreed(base), "North")
    assert "No account of North was scored." in page(north)
    assert "Only the sales territory North, with 1 Green Circle account." in page(north)


def test_a_territory_that_nobody_knows_is_an_error_that_lists_those_there_are(base):
    with pytest.raises(ParameterError, match="'Moon'; there are North, South"):
        of_territory(base, "Moon")
    with pytest.raises(ParameterError, match="names no territories"):
        of_territory(replace(base, threats=None, accounts=base.accounts.assign(
            territory=pd.Series(None, index=base.accounts.index, dtype="str"))), "Moon")


def test_the_page_of_a_territory_is_another_one_than_that_of_all(tmp_path):
    folder = tmp_path / "company"
    review = reviewed(folder, accounts=[{"account_id": "A", "territory": "Süd Ost"}],
                      invoice_lines=evenly("A", 10))
    batch = Batch(open_workspace(folder, tmp_path / "out" / "work"), review, tmp_path / "out")
    (whole,), (part,) = (batch.list_jobs([BLACK_OPS], territory=one) for one in ("", "SÜD OST"))
    assert (whole.page.name, part.page.name) == ("black_ops.html", "black_ops_Sued-Ost.html")
    assert whole.key != part.key
    assert part.parameters["territory"] == part.name == "Süd Ost"
    with pytest.raises(ParameterError, match="Moon"):
        batch.list_jobs([BLACK_OPS], territory="Moon")
    records = [{"kind": one.kind, "account_id": None, "name": one.name or None, "file": None}
               for one in (whole, part)]
    assert manifest.merge_pages(records[1:], records[:1], tmp_path) == records
    assert manifest.merge_pages(records, [records[1] | {"status": "new"}], tmp_path) == [
        records[0], records[1] | {"status": "new"}]


# --- what it feeds, and what it must not ---------------------------------------------------

def test_an_attack_without_an_answer_is_advised_before_the_external_review(base):
    review = agreed(base, measures=[PLACED])
    todo = check_readiness(review.green_circle, review.gaps, {}, sessions=review.sessions)
    rows = todo[todo["rule"] == ATTACK_UNANSWERED]
    # A: delivery has no answer, and the measure against the price is overdue by a day.
    assert rows[["account_id", "evidence", "severity"]].to_numpy().tolist() == [
        ["A", "delivery, price", ADVISES], ["B", "price, delivery", ADVISES]]
    assert phrase(ATTACK_UNANSWERED, "delivery, price", language("en")) == (
        "settle the counter-measure: delivery, price")


def test_nothing_of_a_session_reaches_what_a_customer_sees(tmp_path):
    given = dict(SITUATIONS["panel that agrees"])
    review = situation("panel that agrees")[0]
    assert (review.readiness["rule"] == ATTACK_UNANSWERED).any()
    for table in ("black_ops_scores", "counter_measures", "deals"):
        del given[table]
    without = reviewed(tmp_path, **given)
    assert disclose(review, ["A"]) == disclose(without, ["A"])


def test_the_internal_review_tells_the_session_in_one_table(base):
    review = agreed(base, measures=[PLACED])
    assert ("a competitor would begin with Alpha, with an expected loss of €600; at all 2 accounts "
            "scored it is €800.") in text_of(black_ops.state(review))
    assert [one.money for one in black_ops.headlines(review)] == [pytest.approx(800)]
    table = text_of(black_ops.to_do_table(review))
    assert "Alpha price: bind the price Ann Dec 30, 2026 overdue" in table
    assert "Beta their moves: attack price; attack delivery no answer" in table
    assert black_ops.headlines(agreed(base, "2025-06-01")) == [], "too old to head a page"
