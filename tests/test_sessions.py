"""Black-ops sessions: what a panel expects, whether it agrees, its moves, and what became of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from companies import COMPANY, company, evenly, sample_review
from exports import sentences
from pandas.testing import assert_frame_equal
from tables import contract_table

from qbrkit.periods import ReviewPeriod
from qbrkit.reviews import review_quarter
from qbrkit.reviews.sessions import of_accounts, review_sessions
from qbrkit.settings import Settings
from qbrkit.settings.sections import BlackOps, Company, Periods
from qbrkit.sources import inspect_workspace
from tests.companies import SAMPLE

RATERS = {"Owl": "Sales", "Fox": "Sales", "Elk": "Service", "Bat": "Service", "Jay": "Logistics"}
DAY, BEFORE = "2026-06-10", "2025-11-20"
QUARTER = pd.Period("2026Q4", freq="Q-DEC")
ACCOUNTS = pd.DataFrame({"account_id": ["A", "B", "C", "D"]}, dtype="str")


def scored(account, dimension, bests, raters=RATERS, **others):
    """A score per rater, in the order of `raters`; None where one left it out."""
    given = {"session_date": DAY, "round": 2, "loss": 100, "account_id": account,
             "dimension": dimension} | others
    return [given | {"rater": rater, "department": department, "probability_best": best}
            for (rater, department), best in zip(raters.items(), bests, strict=False)
            if best is not None]


def reviewed(*parts, measures=(), deals=None, until="2026-12-31", data_until=None, **limits):
    """The review of sessions scored as given."""
    tables = {"black_ops_scores": contract_table("black_ops_scores", [
        row for part in parts for row in part])}
    if measures:
        tables["counter_measures"] = contract_table("counter_measures", measures)
    if deals is not None:
        tables["deals"] = contract_table("deals", deals)
    settings = Settings(Path(), Company(name="We"), black_ops=replace(BlackOps(), **limits),
                        periods=replace(Periods(), data_until=data_until))
    quarter = pd.Period(until, freq="Q-DEC")
    period = ReviewPeriod(quarter, pd.Timestamp(until), None, (quarter,), False, False)
    return review_sessions(tables, ACCOUNTS, settings, period)


def session(review, day=DAY):
    return review.sessions.set_index("session_date").loc[pd.Timestamp(day)]


def at(table, **where):
    """The one row with these values."""
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


AGREED = [*scored("A", "price", [.8, .8, .7, .9, .8]), *scored("A", "delivery", [.2] * 5),
          *scored("B", "price", [.5, .4, .5, .5, .6]), *scored("C", "price", [.1] * 5)]


# --- figures by hand -----------------------------------------------------------------------

def test_expected_losses_are_medians_and_quartiles_over_the_raters():
    scores = scored("A", "price", [.1, .2, .3, .4, .5], probability_low=.1, ease=2,
                    probability_high=.6)
    scores[1]["loss"] = 300
    # best × loss: 10, 60, 30, 40, 50; low × loss: 10, 30, 10, 10, 10; high: 60, 180, 60, 60, 60
    row = at(reviewed(scores).items, account_id="A")
    assert row["expected_loss"] == pytest.approx(40)
    assert row[["expected_q1", "expected_q3"]].tolist() == pytest.approx([30, 50])
    assert row[["expected_low", "expected_high"]].tolist() == pytest.approx([10, 60])
    assert row[["probability_low", "probability_best", "probability_high"]].tolist() == [
        .1, .3, .6]
    assert row[["raters_n", "loss", "ease"]].tolist() == [5, 100, 2]
    assert row[["lowest", "highest", "spread"]].tolist() == pytest.approx([.1, .5, .4])


def test_an_account_is_lost_once_by_the_worst_dimension_of_each_rater():
    found = reviewed(scored("A", "price", [.1, .2, .3, .4, .5]),
                     scored("A", "delivery", [.3, .3, .3, .3, .3], probability_low=.1))
    row = at(found.accounts, account_id="A")
    # the worst of each: 30, 30, 30 (a tie), 40, 50; delivery for two, price for two, and of the
    # tie the first by name, delivery; low ends 10, 10, 10 and 40, 50
    assert row[["expected_loss", "expected_q1", "expected_q3", "expected_low"]].tolist() == \
        pytest.approx([30, 30, 40, 10])
    assert row["dimension"] == "delivery"


def test_what_a_rater_leaves_out_is_missing_and_not_zero():
    scores = scored("A", "price", [.2, .4, .6, .8, None], probability_low=.1)
    scores[0] |= {"loss": None, "probability_low": None}
    row = at(reviewed(scores).items, account_id="A")
    assert (row["raters_n"], row["expected_loss"]) == (4, pytest.approx(60))  # 40, 60, 80
    # of the first, whose lower end is missing, the best guess: 0.1, 0.1, 0.1, 0.2
    assert row["probability_low"] == pytest.approx(.1)
    nothing = reviewed(scored("A", "price", [.2, .4, .6, .8, .9], loss=None))
    assert nothing.items["expected_loss"].isna().all()
    assert nothing.accounts["expected_loss"].isna().all()
    assert nothing.items["rank"].isna().all()


def test_no_figure_is_told_of_one_or_two_raters():
    found = reviewed(AGREED, scored("D", "price", [.2, .9, None, None, None]))
    row = at(found.items, account_id="D")
    assert row["raters_n"] == 2
    told = row.drop(["session_date", "account_id", "dimension", "raters_n"])
    assert told.isna().all()
    row = at(found.accounts, account_id="D")
    assert row.drop(["session_date", "account_id", "raters_n"]).isna().all()
    assert "D" not in set(found.disagreements["account_id"])


# --- states --------------------------------------------------------------------------------

def test_a_panel_that_agrees_ranks_by_expected_loss():
    found = reviewed(AGREED)
    row = session(found)
    assert row[["state", "raters_n", "departments_n", "accounts_n", "items_n", "w_items_n",
                "round", "year_n", "left_out_n"]].tolist() == ["ranked", 5, 3, 3, 4, 4, 2, 1, 0]
    assert row["alpha"] > .9
    assert row["w"] == pytest.approx(1, abs=.05)
    assert found.items[["account_id", "dimension", "rank"]].to_numpy().tolist() == [
        ["A", "price", 1], ["B", "price", 2], ["A", "delivery", 3], ["C", "price", 4]]
    assert found.accounts[["account_id", "rank"]].to_numpy().tolist() == [
        ["A", 1], ["B", 2], ["C", 3]]


@pytest.mark.parametrize(("scores", "limits", "state", "has_alpha"), [
    ([*scored("A", "price", [.1, .9, .2, .8, .3]), *scored("B", "price", [.8, .1, .9, .2, .6])],
     {}, "divided", True),
    ([*scored("A", "price", [.4] * 5), *scored("B", "price", [.4] * 5)], {}, "no_spread", False),
    ([row for row in AGREED if row["rater"] != "Jay"], {}, "too_few_raters", False),
    ([row | {"department": "Sales"} for row in AGREED], {}, "too_few_departments", True),
    ([row | {"department": None if row["rater"] == "Owl" else "sales"} for row in AGREED], {},
     "too_few_departments", True),
    ([row | {"department": None} for row in AGREED], {"least_departments": 1},
     "too_few_departments", True),
    ([row | {"account_id": account} for account, row in zip("ABCDA", AGREED, strict=False)],
     {}, "nothing_shared", False),
    (AGREED, {"least_raters": 6}, "too_few_raters", False),
    (AGREED, {"least_departments": 4}, "too_few_departments", True),
    (AGREED, {"least_agreement": 1.0}, "divided", True),
])
def test_what_is_no_agreeing_panel_ranks_nothing(scores, limits, state, has_alpha):
    if state == "nothing_shared":
        scores = [row | {"dimension": row["rater"]} for row in scores]
    found = reviewed(scores, **limits)
    row = session(found)
    assert row["state"] == state
    assert pd.notna(row["alpha"]) == has_alpha
    assert found.items["rank"].isna().all()
    assert found.accounts["rank"].isna().all()


def test_three_raters_have_a_median_and_two_have_none():
    few = [row for row in AGREED if row["rater"] in ("Owl", "Fox", "Elk")]
    assert reviewed(few).items["expected_loss"].notna().all()
    row = session(reviewed(few))
    assert row["state"] == "too_few_raters"
    assert row[["alpha", "w"]].isna().all()
    assert reviewed(few).backtest is None
    fewer = reviewed([row for row in few if row["rater"] != "Elk"])
    assert fewer.items["expected_loss"].isna().all()
    assert session(fewer)["raters_n"] == 2


def test_the_last_round_counts_and_who_left_it_out_is_told():
    apart = scored("A", "price", [.1, .9, .2, .8, .3], round=1)
    first = [*apart, *scored("B", "price", [.9, .1, .8, .2, .7], round=1),
             *scored("A", "price", [.1], raters={"Hen": "Sales"}, round=1)]
    row = session(reviewed(first, AGREED))
    assert row[["round", "raters_n", "only_first_round", "state"]].tolist() == [
        2, 5, 1, "ranked"]
    assert row["alpha_before"] < 0
    only = session(reviewed(first))
    assert only[["round", "raters_n", "only_first_round"]].tolist() == [1, 6, 0]
    assert np.isnan(only["alpha_before"])


def test_a_missing_rating_leaves_alpha_and_narrows_w():
    row = session(reviewed(AGREED, scored("D", "price", [.3, .3, .3, .3, None])))
    assert (row["items_n"], row["w_items_n"]) == (5, 4)
    sparse = scored("A", "price", [.8, .8, .7, .9, .8]) + scored("B", "price", [.1] * 4)
    row = session(reviewed(sparse))
    assert row["state"] == "ranked"
    assert (row["w_items_n"], np.isnan(row["w"])) == (1, True)


def test_sessions_after_the_review_are_not_used_and_three_a_year_are_counted():
    three = [*AGREED, *[row | {"session_date": BEFORE} for row in AGREED],
             *[row | {"session_date": "2025-06-11"} for row in AGREED],   # 364 days before
             *[row | {"session_date": "2025-06-10"} for row in AGREED]]   # 365 days before
    found = reviewed(three)
    assert found.latest == pd.Timestamp(DAY)
    assert found.sessions["year_n"].tolist() == [3, 3, 2, 1]
    early = reviewed(three, until="2025-12-31")      # reviewed by the end of March
    assert early.latest == pd.Timestamp(BEFORE)
    assert set(early.items["session_date"]) == set(early.sessions["session_date"])
    assert reviewed(three, until="2026-03-31").latest == pd.Timestamp(DAY)  # held in June
    assert reviewed(three, until="2024-12-31") is None
    assert reviewed([row | {"account_id": "nobody"} for row in AGREED]) is None


def test_rows_that_cannot_be_used_are_left_out_and_counted():
    spoilt = [
        *scored("B", "delivery", [.5, .5, .5]),
        *scored("B", "delivery", [.5], raters={"Bat": "Service"}, probability_low=.6),
        *scored("B", "delivery", [.5], raters={"Jay": "Logistics"}, probability_high=.4),
        *scored("B", "delivery", [.9], raters={"Owl ": "Sales"}),     # not the .5 of Owl
        *scored("B", "Delivery", [.5], raters={"fox": "Sales"}),      # the same again
        *scored("B", "delivery", [.5], raters={"Hen": "Sales"}, round=3),
        *scored("C", "price", [.1], raters={"Hen": "Sales"}, loss=-5, ease=9)]
    found = reviewed(AGREED, spoilt)
    row = at(found.items, account_id="B", dimension="delivery")
    assert row["raters_n"] == 2                  # Fox, and Elk; nothing of Owl, Bat, Jay, Hen
    assert session(found)["left_out_n"] == 5     # Bat, Jay, Hen, and twice Owl
    row = at(found.items, account_id="C", dimension="price")
    assert (row["raters_n"], row["expected_loss"]) == (6, 10)  # the chance of Hen counts
    assert np.isnan(row["ease"])


def test_the_order_of_the_rows_and_the_unit_of_money_do_not_matter():
    rows = [*AGREED, *scored("B", "delivery", [.5, .1, .9, .3, .7], move="call")]
    found, mixed = reviewed(rows), reviewed(rows[::-1])
    for name in ("sessions", "items", "accounts", "disagreements", "moves", "unanswered"):
        assert_frame_equal(getattr(found, name), getattr(mixed, name))
    dear = reviewed([row | {"loss": 1000 * row["loss"]} for row in rows])
    assert dear.items["expected_loss"].tolist() == pytest.approx(
        (1000 * found.items["expected_loss"]).tolist())
    assert dear.items["rank"].tolist() == found.items["rank"].tolist()


# --- agenda --------------------------------------------------------------------------------

def test_one_department_far_below_all_others_is_a_blind_spot():
    found = reviewed(
        scored("A", "price", [.05, .10, .35, .60, .45]),     # 0.10 and 0.35: just 0.25 apart
        scored("B", "price", [.05, .11, .35, .60, .45]),     # 0.24: low, no blind spot
        scored("C", "price", [.05, .60, .35, .60, .45]),     # sales lies on both sides
        scored("D", "price", [.30, .30, .30, .30, .50]))     # 0.20 apart: not worth the time
    agenda = found.disagreements
    # all 0.55 apart: the largest expected loss first, then by name
    assert agenda["account_id"].tolist() == ["C", "A", "B"]
    assert agenda["is_blind_spot"].tolist() == [False, True, False]
    row = at(agenda, account_id="A")
    assert row[["low_department", "low_most", "high_departments", "high_least"]].tolist() == [
        "Sales", .10, "Logistics, Service", .35]
    assert at(agenda, account_id="B")["low_most"] == .11
    assert agenda.loc[agenda["account_id"] == "C", ["low_department", "high_least"]].isna().all(
        axis=None)


def test_the_widest_disagreement_comes_first_and_no_department_is_no_side():
    rows = [*scored("A", "price", [.1, .1, .5, .5, .5]),
            *scored("B", "price", [.1, .1, .9, .9, .9])]
    agenda = reviewed([row | {"department": row["department"] if row["rater"] in ("Owl", "Fox")
                              else None} for row in rows]).disagreements
    assert agenda["account_id"].tolist() == ["B", "A"]
    assert agenda["spread"].tolist() == pytest.approx([.8, .4])
    assert agenda["low_department"].isna().all()
    assert not agenda["is_blind_spot"].any()


# --- moves and measures --------------------------------------------------------------------

def test_first_moves_come_by_the_panels_expected_loss_then_by_who_names_them():
    rows = [*scored("A", "price", [.8] * 5), *scored("A", "delivery", [.5] * 5, ease=4),
            *scored("A", "service", [.1] * 5, loss=9999, raters={"Owl": "Sales"})]
    for row, move in zip(rows, ["Cheaper", " cheaper ", "Cheaper", "gift", "", "Faster", "gift",
                                "lease", "lease", None, "Hire them"], strict=True):
        row["move"] = move
    moves = reviewed(rows).moves
    # price (80): Cheaper by three, gift by two in both dimensions; delivery (50): lease by two;
    # Faster by one comes fourth, and the huge loss of one rater moves nothing up
    assert moves[["order", "move", "dimension", "named_n", "raters_n", "expected_loss"]
                 ].to_numpy().tolist() == [
        [1, "Cheaper", "price", 3, 5, 80], [2, "gift", "price", 2, 5, 80],
        [3, "lease", "delivery", 2, 5, 50]]
    assert moves["ease"].tolist()[2] == 4


def measure(account="A", dimension="price", **others):
    return {"session_date": DAY, "account_id": account, "dimension": dimension,
            "measure": "call", "owner": "Ann", "due": "2027-02-01", "status": "open"} | others


def test_a_measure_is_done_dropped_open_overdue_or_nobodys():
    found = reviewed(AGREED, measures=[
        measure(), measure(due="2026-12-31", status=None), measure(due="2026-12-01"),
        measure(owner=" "), measure(due=None), measure(due=None, status="done"),
        measure(due="2026-01-01", status="dropped"), measure(session_date="2027-04-01")])
    assert found.measures["state"].tolist() == [
        "overdue", "unassigned", "unassigned", "open", "open", "done", "dropped"]
    assert found.measures["days_overdue"].dropna().tolist() == [30]
    assert reviewed(AGREED).measures.columns.tolist() == found.measures.columns.tolist()


def test_a_first_move_is_answered_by_what_is_open_or_was_done_within_the_year():
    rows = [row for account in "ABCD" for where in ("price", "delivery") for row in scored(
        account, where, [.5] * 5, move=f"attack on {where}")]
    older = [row | {"session_date": "2025-01-15"} for row in rows]
    found = reviewed(rows, older, measures=[
        measure("A", "Price", status="done"), measure("B", None, due="2026-07-01"),
        measure("C", "price", status="dropped"),
        measure("D", "price", session_date="2025-01-15", status="done"),
        measure("D", "delivery", session_date="2025-01-15")])
    assert list(zip(found.unanswered["account_id"], found.unanswered["dimension"],
                    strict=True)) == [("A", "delivery"), ("C", "delivery"), ("C", "price"),
                                      ("D", "price")]
    assert set(found.unanswered["session_date"]) == {pd.Timestamp(DAY)}
    assert list(found.unanswered) == list(found.moves)


def test_scores_without_a_dimension_are_of_the_account_as_a_whole():
    rows = [row | {"move": "copy us"} for row in scored("A", None, [.1, .2, .3, .9, .5])]
    found = reviewed(rows, scored("B", None, [.3] * 5))
    for table in (found.items, found.accounts, found.disagreements, found.moves, found.unanswered):
        assert table["dimension"].isna().all()
        assert len(table)
    assert reviewed(rows, measures=[measure(dimension="price")]).unanswered.empty


# --- backtest ------------------------------------------------------------------------------

YEAR_AGO = [row | {"session_date": "2025-10-01"} for row in AGREED]


def lost(account, day, amount=None, outcome="lost"):
    return {"deal_id": f"{account}{day}", "account_id": account, "outcome": outcome,
            "close_date": day, "amount": amount}


DEALS = [lost("D", "2025-09-30", outcome="won"), lost("A", "2025-12-01", 70),
         lost("A", "2026-10-01", 30), lost("B", "2026-10-02", 5), lost("C", "2025-10-01", 9),
         lost("B", "2026-03-01", 8, "no_decision"), lost("D", "2026-11-01", outcome="won")]


def test_an_old_session_is_scored_by_brier_and_by_bands():
    found = reviewed(YEAR_AGO, AGREED, deals=DEALS).backtest
    forecasts = found.forecasts.set_index("account_id")
    assert forecasts["probability"].to_dict() == {"A": .8, "B": .5, "C": .1}
    # lost on the last day of the year: it happened; on the day of the session or after: not
    assert forecasts["happened"].to_dict() == {"A": 1, "B": 0, "C": 0}
    assert forecasts["lost"].to_dict() == {"A": 100, "B": 0, "C": 0}
    row = at(found.scores, session_date=pd.Timestamp("2025-10-01"))
    # (0.2² + 0.5² + 0.1²) / 3 = 0.1; the share of 1/3: 1/3 · 2/3 = 0.2222
    assert row[["accounts_n", "happened_n"]].tolist() == [3, 1]
    assert row[["brier", "brier_of_base_rate"]].tolist() == pytest.approx([.1, 2 / 9])
    assert found.calibration[["low", "high", "n", "happened_n"]].to_numpy().tolist() == [
        [0, .2, 1, 0], [.4, .6, 1, 0], [.8, 1, 1, 1]]
    # Wilson with one trial: z² / (1 + z²) from the side where nothing lies
    z2 = 1.959964 ** 2
    assert found.calibration["share_high"].tolist() == pytest.approx(
        [z2 / (1 + z2)] * 2 + [1], abs=1e-6)
    assert found.calibration["share_low"].tolist() == pytest.approx(
        [0, 0, 1 / (1 + z2)], abs=1e-6)
    young = at(found.not_scored, reason="too_young")
    assert young[["session_date", "from_day"]].tolist() == [
        pd.Timestamp(DAY), pd.Timestamp("2027-06-10")]


@pytest.mark.parametrize(("given", "reason"), [
    ({"deals": DEALS, "until": "2026-09-30"}, "too_young"),
    ({"deals": DEALS, "until": "2026-10-01"}, None),
    ({}, "no_deals"), ({"deals": []}, "no_deals"),
    ({"deals": [lost(None, "2026-11-01")]}, "no_deals"),
    ({"deals": [one for one in DEALS if one["close_date"] > "2025-10-01"]},
     "deals_not_covered"),                                # begins after the session
    ({"deals": DEALS[:2]}, "deals_not_covered"),          # ends before the year does
    ({"deals": DEALS[:2], "data_until": pd.Timestamp("2026-12-31").date()}, None),
    ({"deals": [*DEALS[:2], lost("A", "2026-12-30", outcome="open")]}, "deals_not_covered"),
])
def test_a_session_is_scored_only_when_the_deals_cover_its_year(given, reason):
    found = reviewed(YEAR_AGO, **given).backtest
    assert found.not_scored["reason"].tolist() == ([] if reason is None else [reason])
    assert found.scores.empty == (reason is not None)
    assert found.calibration.empty == (reason is not None)
    assert found.not_scored["from_day"].notna().tolist() == (
        [] if reason is None else [reason == "too_young"])


def test_lost_deals_without_an_amount_are_unknown_money():
    deals = [*DEALS, lost("C", "2026-01-05")]
    forecasts = reviewed(YEAR_AGO, deals=deals).backtest.forecasts.set_index("account_id")
    assert forecasts.loc["C", "happened"] == 1
    assert np.isnan(forecasts.loc["C", "lost"])


# --- some accounts, the checks, the sample ---------------------------------------------------

def test_a_part_of_the_accounts_keeps_the_sessions_and_their_ranks():
    found = reviewed(YEAR_AGO, AGREED, deals=DEALS, measures=[measure(), measure("B")])
    part = of_accounts(found, pd.Series(["B"]))
    assert_frame_equal(part.sessions, found.sessions)
    assert_frame_equal(part.backtest.scores, found.backtest.scores)
    for table in (part.items, part.accounts, part.measures, part.backtest.forecasts):
        assert set(table["account_id"]) == {"B"}
    assert part.accounts["rank"].tolist() == [2, 2]
    assert of_accounts(reviewed(AGREED[:1]), []).backtest is None


def test_every_fault_of_scores_and_measures_is_told(tmp_path):
    one = scored("A", "price", [.2], probability_low=.1, probability_high=.3, ease=3)[0]
    rows = [one, one | {"rater": "owl ", "probability_best": .25},
            one | {"rater": "B", "probability_low": .5},
            one | {"rater": "C", "probability_high": .1}, one | {"rater": "D", "ease": 6},
            one | {"rater": "E", "round": 3}, one | {"rater": "F", "loss": -1},
            one | {"rater": "G"}, one | {"rater": "G"},
            *(one | {"session_date": day} for day in ("2025-06-11", "2026-01-05"))]
    found = "\n".join(sentences(inspect_workspace(company(
        tmp_path, invoice_lines=evenly("A", 10), accounts=[{"account_id": "A"}],
        black_ops_scores=rows, counter_measures=[
            measure(), measure(owner=None), measure(due=None, status="done"),
            measure(session_date="2026-02-02"), measure("Z"), measure("A", "Preis")]))))
    for told in (
            "probability_low: is above probability_best; the score does not count: '0.5' (1 row",
            "probability_high: is below probability_best; the score does not count: '0.1' (1 row",
            "ease: is not from 1 to 5; the ease is unknown: '6.0' (1 row",
            "round: is neither 1 nor 2; the score does not count: '3.0' (1 row",
            "loss: is below 0; what the rater expects to lose is unknown: '-1.0' (1 row",
            "none of them counts: 'Owl', 'owl' (2 rows",
            "in every column; a score given twice counts once (1 row",
            "fewer than 5 in the last round of the session, which ranks nothing: '2025-06-11', "
            "'2026-01-05' (2 rows",
            "fewer than 2 in the last round of the session, which ranks nothing: '2026-06-10', ",
            "365 days with more than 2 sessions: '2026-06-10' (9 rows",
            "or due is empty though the measure is open; nobody has to take it by a day: 'call' "
            "(1 row",
            "is the day of no session in black_ops_scores; the measure stands all the same: "
            "'2026-02-02' (1 row",
            "is no dimension that any session scored; the measure answers no move: 'Preis' (1 row",
            "counter_measures.account_id: is not in accounts; it answers no move against an "
            "account: 'Z' (1 row"):
        assert told in found, (told, found)


def test_a_sound_session_is_told_nothing_of_and_one_setting_changes_that(tmp_path):
    given = {"invoice_lines": evenly("A", 10), "accounts": [{"account_id": one} for one in "ABC"],
             "black_ops_scores": AGREED, "counter_measures": [measure()]}
    assert not [one for one in sentences(inspect_workspace(company(tmp_path / "a", **given)))
                if "black_ops" in one or "counter" in one]
    found = inspect_workspace(company(
        tmp_path / "b", head=COMPANY + "\n[black_ops]\nleast_raters = 6\n", **given))
    assert any("fewer than 6" in one for one in sentences(found))


def test_scores_of_a_groups_members_are_the_parents_where_they_are_one(tmp_path):
    rows = [row | {"account_id": {"A": "P1", "B": "P2"}.get(row["account_id"], "C")}
            for row in AGREED if row["dimension"] == "price"]
    found = review_quarter(company(
        tmp_path, invoice_lines=[*evenly("P", 10), *evenly("C", 5)], black_ops_scores=[
            *rows, *scored("P1", "delivery", [.3] * 5)],
        accounts=[{"account_id": "P"}, {"account_id": "C"}, {"account_id": "P1", "parent_id": "P"},
                  {"account_id": "P2", "parent_id": "P"}])).sessions
    # each rater gave the two members different chances by price: none is that of the group
    assert sorted(zip(found.items["account_id"], found.items["dimension"], strict=True)) == [
        ("C", "price"), ("P", "delivery")]
    assert session(found)["left_out_n"] == 10


def test_the_samples_two_sessions_and_its_blind_spot_are_found():
    found = sample_review().sessions
    assert found.sessions["state"].tolist() == ["divided", "ranked"]
    assert found.sessions["alpha"].round(2).tolist() == [-.02, .94]
    last = found.disagreements[found.disagreements["session_date"] == found.latest]
    blind = last[last["is_blind_spot"]]
    assert blind[["account_id", "dimension", "low_department", "high_departments"]
                 ].to_numpy().tolist() == [
        ["A-004", "relationship", "Sales", "Logistics, Purchasing, Service"]]
    assert blind[["low_most", "high_least"]].to_numpy().tolist() == [[.10, .55]]
    assert found.accounts.loc[found.accounts["rank"] == 1, "account_id"].tolist() == ["A-003"]
    assert len(found.unanswered) == 8
    assert found.measures["state"].value_counts().to_dict() == {
        "done": 3, "open": 2, "overdue": 1, "unassigned": 1, "dropped": 1}
    assert set(found.backtest.not_scored["reason"]) == {"too_young"}


def test_an_earlier_quarter_knows_the_sessions_until_the_quarter_after_and_no_later_ones():
    tables = {name: contract_table(name, pd.read_csv(SAMPLE / f"{name}.csv").to_dict("records"))
              for name in ("black_ops_scores", "counter_measures")}
    settings = Settings(Path(), Company(name="We"))
    period = ReviewPeriod(QUARTER - 3, pd.Timestamp("2026-03-31"), None, (QUARTER,), False, False)
    found = review_sessions(tables, sample_review().accounts, settings, period)
    assert found.sessions["session_date"].tolist() == [pd.Timestamp("2026-03-18")]
    for table in (found.items, found.moves, found.measures, found.unanswered):
        assert set(table["session_date"]) == {pd.Timestamp("2026-03-18")}
