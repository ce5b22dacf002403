"""The circle over quarter-ends: hysteresis, what moves an account, capacity with those held."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from qbrkit.segmentation import (
    GREEN_CIRCLE,
    HELD,
    OVERRIDE,
    TRANSACTIONAL,
    cut_share_for,
    list_moves,
    segment_accounts,
    segment_over_time,
    trace_circle,
)
from qbrkit.segmentation import moves as by

examples = settings(deadline=None, max_examples=12)
FIRST = pd.Period("2026Q1", "Q-DEC")


def over(revenue: dict[str, list[float]], margin: dict[str, list[float]] | None = None,
         gain: dict[str, list[float]] | None = None,
         history: dict[str, list[float]] | None = None) -> dict[pd.Period, pd.DataFrame]:
    """Accounts by name, each with its figures at consecutive quarter-ends from 2026Q1 on."""
    names = list(revenue)
    ends = {}
    for at in range(len(revenue[names[0]])):
        def column(figures, missing, at=at):
            return pd.Series([(figures or {}).get(name, [missing] * (at + 1))[at]
                              for name in names], dtype="float64")
        ends[FIRST + at] = pd.DataFrame({
            "account_id": pd.Series(names, dtype="str"), "revenue": column(revenue, 0),
            "gross_margin_low": column(margin, np.nan),
            "gross_margin_high": column(margin, np.nan),
            "realizable_potential": column(gain, np.nan),
            "history_quarters": column(history, 8)})
    return ends


def path(ends, account, column="segment") -> list[str]:
    return [table.set_index("account_id")[column][account] for _, table in sorted(ends.items())]


def greens(ends, account) -> str:
    return "".join("G" if one == GREEN_CIRCLE else "t" for one in path(ends, account))


# A stays at 100 throughout, so with B at 20 or less: total at most 120, goal 0.8 x 120 = 96:
# A alone reaches it and the cut is 100. With B at b > 25: 100 < 0.8 (100 + b): both, cut b.
@pytest.mark.parametrize(("b", "wanted", "held"), [
    # the cut is 30 where B is inside and 100 where it is not; 0.9 x 100 = 90
    ([30, 20, 20, 20], "GGtt", [False, True, False, False]),   # below twice: out at the second
    ([30, 20, 30, 20], "GGGG", [False, True, False, True]),    # never twice in a row
    ([30, 20, 20, 30], "GGtG", [False, True, False, False]),   # joins again at once
    ([20, 20, 20, 30], "tttG", [False] * 4),                   # the plain rule at the first
    ([30, 0, 0, 30], "GttG", [False] * 4),                     # dormant: out at once
    ([30, 20, 0, 20], "GGtt", [False, True, False, False]),    # dormant while held
])
def test_account_joins_at_once_and_leaves_after_two_quarters_far_below(b, wanted, held):
    found = segment_over_time(over({"A": [100] * 4, "B": b}))
    assert greens(found, "B") == wanted
    assert path(found, "B", "is_held") == held
    assert [one == HELD for one in path(found, "B", "reasons")] == held
    assert greens(found, "A") == "GGGG"


def test_account_just_below_the_cut_stays_as_long_as_it_likes():
    # Q1: 60, 40 of 130 with C 30: 60 + 40 = 100 < 104, so C is in too: cut 30. From Q2 on C has
    # 19 and D 21: total 140, goal 112: 60 + 40 = 100, + 21: cut 21, and 19 >= 0.9 x 21 = 18.9.
    found = segment_over_time(over({"A": [60] * 4, "B": [40] * 4, "C": [30, 19, 19, 19],
                                    "D": [0, 21, 21, 21]}))
    assert greens(found, "C") == "GGGG"
    assert path(found, "C", "is_below") == [False] * 4
    # a little less is below twice
    found = segment_over_time(over({"A": [60] * 4, "B": [40] * 4, "C": [30, 18.8, 18.8, 18.8],
                                    "D": [0, 21, 21, 21]}))
    assert greens(found, "C") == "GGtt"


@pytest.mark.parametrize(("b", "whole", "partial"), [
    ([30, 20, 20], "GGt", "GGG"), ([30, 20, 0], "GGt", "GGG"), ([30, 0, 0], "Gtt", "Gtt"),
    ([20, 20, 120], "ttG", "ttG"), ([30, 20, 20, 20], "GGtt", "GGtt")])
def test_nobody_leaves_at_a_quarter_end_that_is_not_complete(b, whole, partial):
    ends = over({"A": [100] * len(b), "B": b})
    assert greens(segment_over_time(ends), "B") == whole
    assert greens(segment_over_time(ends, is_partial=True), "B") == partial


def test_any_measure_near_its_cut_holds_an_account():
    # B falls far below the volume cut; its margin of 9.5 stays at 0.95 of the margin cut of 10,
    # or its potential of 75 leaves it at 20 + 75 = 95 of the volume cut of 100.
    revenue = {"A": [100] * 3, "B": [30, 20, 20]}
    assert greens(segment_over_time(over(revenue)), "B") == "GGt"
    margin = {"A": [50] * 3, "B": [20, 9.5, 9.5], "C": [0, 10, 10]}
    with_margin = over(revenue | {"C": [0.1] * 3}, margin)
    assert with_margin[FIRST + 1]["gross_margin_low"].sum() * 0.8 > 50  # so that the cut is 10
    assert greens(segment_over_time(with_margin), "B") == "GGG"
    near = segment_over_time(over(revenue, gain={"B": [0, 75, 75]}))
    assert greens(near, "B") == "GGG"
    assert greens(segment_over_time(over(revenue, gain={"B": [0, 65, 65]})), "B") == "GGt"


def test_held_account_keeps_its_distance():
    found = segment_over_time(over({"A": [100, 100], "B": [30, 20]}))[FIRST + 1]
    assert found["distance_to_cut"].tolist() == [0, 80]
    assert found["rule_reasons"].tolist() == ["volume", ""]


def overrides(*rows):
    ids, segments, expires = zip(*rows, strict=True)
    return pd.DataFrame({
        "account_id": pd.Series(ids, dtype="str"), "segment": pd.Series(segments, dtype="str"),
        "reason": "because", "author": pd.Series([None] * len(ids), dtype="str"),
        "valid_from": pd.Series(pd.NaT, index=range(len(ids)), dtype="datetime64[us]"),
        "expires": pd.to_datetime(list(expires)).astype("datetime64[us]")})


def test_override_holds_until_its_own_date_and_holds_nobody_in_the_circle_after_it():
    found = segment_over_time(over({"A": [100] * 3, "B": [10] * 3}), overrides=overrides(
        ("B", GREEN_CIRCLE, "2026-06-30")))
    assert path(found, "B", "reasons") == [OVERRIDE, OVERRIDE, ""]
    assert greens(found, "B") == "GGt"


def test_day_of_the_review_decides_where_the_data_end_before_the_quarter_does():
    ends, by_hand = over({"A": [100] * 2, "B": [10] * 2}), overrides(
        ("B", GREEN_CIRCLE, "2026-05-20"))
    assert greens(segment_over_time(ends, overrides=by_hand), "B") == "Gt"
    early = segment_over_time(ends, overrides=by_hand, as_of=pd.Timestamp("2026-05-15"))
    assert greens(early, "B") == "GG"


# --- moves -------------------------------------------------------------------------------

def moves_of(ends, **given) -> pd.DataFrame:
    return list_moves(segment_over_time(ends, **given))


def only(moves: pd.DataFrame, account: str) -> dict:
    (row,) = moves[moves["account_id"] == account].to_dict("records")
    return row


def test_account_that_rose_over_the_cut():
    # 2026Q1: A alone, cut 100. 2026Q2: B has 30, total 130, goal 104: both, cut 30.
    # The 20 of before would not have reached 30 either, so that B rose, as it did with 120.
    found = only(moves_of(over({"A": [100, 100], "B": [20, 30]})), "B")
    assert (found["segment"], found["cause"], found["measure"]) == (GREEN_CIRCLE, by.ROSE,
                                                                    "volume")
    assert (found["amount_before"], found["amount_after"]) == (20, 30)
    assert (found["cut_before"], found["cut_after"]) == (100, 30)
    rose = only(moves_of(over({"A": [100, 100], "B": [20, 120]})), "B")
    assert (rose["cause"], rose["cut_after"], rose["quarter"]) == (by.ROSE, 100, FIRST + 1)


@pytest.mark.parametrize(("b", "cause"), [
    ([40, 45], by.CUT_FELL), ([40, 40], by.CUT_FELL), ([40, 39], by.CUT_FELL),
    ([20, 45], by.ROSE)])
def test_the_cut_fell_only_where_the_amount_of_before_reaches_it_or_did_not_rise(b, cause):
    # Q1: A alone, 200 of 240.1 or 220.1, cut 200. Q2: A 100, B 39 to 45 and C 38 of 177 to 183:
    # A and B are 139 to 145, short of the goal of 141.6 to 146.4, so that C is in: cut 38.
    assert only(moves_of(over({"A": [200, 100], "B": b, "C": [0.1, 38]})), "B")["cause"] == cause


@pytest.mark.parametrize(("b", "cause"), [([40, 34, 34], by.CUT_ROSE), ([50, 36, 36], by.FELL),
                                          ([34, 36, 36], by.CUT_ROSE)])
def test_the_cut_rose_only_where_the_amount_of_before_lies_below_it_or_did_not_fall(b, cause):
    # Q1: A 40, B 34 to 50, C 30: A and B are 74 to 90, short of the goal of 83 to 96: cut 30, and
    # 0.9 of it 27. Q2, Q3: A and D make 150 of 184 to 186, goal 147 to 149: cut 50, 0.9 of it 45.
    ends = over({"A": [40, 100, 100], "B": b, "C": [30, 0.1, 0.1], "D": [0.1, 50, 50]})
    assert only(moves_of(ends), "B")["cause"] == cause


def test_account_that_fell_is_told_since_it_last_was_inside_by_the_rule():
    found = only(moves_of(over({"A": [100] * 4, "B": [30, 30, 20, 15]})), "B")
    assert (found["segment"], found["cause"]) == (TRANSACTIONAL, by.FELL)
    assert (found["quarter"], found["since"]) == (FIRST + 3, FIRST + 1)
    assert (found["amount_before"], found["amount_after"], found["cut_after"]) == (30, 15, 100)
    assert (found["revenue_before"], found["revenue_after"]) == (30, 15)


def test_account_that_others_have_overtaken_says_that_the_cut_rose():
    # 2026Q1: 40, 30, 10 of 80, goal 64: 40 + 30 = 70: cut 30. Later A has 400: the cut is 400,
    # and the 30 of B, unchanged, lie below 0.9 of it, not of 30.
    found = only(moves_of(over({"A": [40, 400, 400], "B": [30] * 3, "C": [10] * 3})), "B")
    assert (found["cause"], found["cut_before"], found["cut_after"]) == (by.CUT_ROSE, 30, 400)
    assert found["amount_before"] == found["amount_after"] == 30


def test_margin_moves_an_account():
    # Margins 50, 2 and 50, 60 and again 50, 2, 2: with 60 the goal is 88 of 110: cut 50.
    found = moves_of(over({"A": [100] * 4, "B": [1] * 4},
                          {"A": [50] * 4, "B": [2, 60, 2, 2]}))
    joined, left = (found[found["segment"] == one].iloc[0] for one in (GREEN_CIRCLE, TRANSACTIONAL))
    assert (joined["measure"], joined["cause"], joined["amount_after"]) == ("margin", by.ROSE, 60)
    assert (left["measure"], left["cause"], left["since"]) == ("margin", by.FELL, FIRST + 1)
    assert (left["amount_before"], left["amount_after"]) == (60, 2)


def test_potential_moves_an_account():
    # B reaches 10 + 95 = 105 of the cut of 100 with its potential, before only 10 + 50
    ends = over({"A": [100] * 2, "B": [10] * 2}, gain={"B": [50, 95]})
    found = only(moves_of(ends), "B")
    assert (found["measure"], found["cause"]) == ("potential", by.ROSE)
    assert (found["amount_before"], found["amount_after"]) == (60, 105)
    # and without it, it is out two quarter-ends later
    ends = over({"A": [100] * 3, "B": [10] * 3}, gain={"B": [95, 50, 40]})
    found = only(moves_of(ends), "B")
    assert (found["measure"], found["cause"], found["quarter"]) == ("potential", by.FELL,
                                                                    FIRST + 2)
    # a known loss ends it, though the sum stays above the cut
    ends = over({"A": [100] * 3, "B": [10] * 3}, {"A": [50] * 3, "B": [1, -1, -1]},
                gain={"B": [95] * 3})
    assert only(moves_of(ends), "B")["cause"] == by.GONE


def test_margin_with_the_potential_is_a_measure_of_its_own():
    # cut of the margin 50; B earns 5 on 10, so 95 more bring 47.5: 52.5 in all; 105 < 300
    ends = over({"A": [300] * 2, "B": [10] * 2}, {"A": [50] * 2, "B": [1, 5]},
                gain={"B": [95] * 2})
    found = only(moves_of(ends), "B")
    assert (found["measure"], found["cause"]) == (by.POTENTIAL_MARGIN, by.ROSE)
    assert found["amount_after"] == pytest.approx(52.5)


@pytest.mark.parametrize(("b", "history", "cause"), [
    ([0, 120], [0, 1], by.FIRST_INVOICE), ([0, 120], [5, 6], by.RETURNED),
    ([-5, 120], [5, 6], by.RETURNED), ([120, 0], [5, 6], by.DORMANT)])
def test_first_invoice_return_and_silence_are_reasons(b, history, cause):
    ends = over({"A": [100, 100], "B": b}, history={"A": [8, 8], "B": history})
    assert only(moves_of(ends), "B")["cause"] == cause


@pytest.mark.parametrize(("row", "b", "causes"), [
    (("B", GREEN_CIRCLE, "2026-03-31"), [10, 10], [by.OVERRIDE_EXPIRED]),
    (("B", TRANSACTIONAL, "2026-03-31"), [30, 30], [by.OVERRIDE_EXPIRED]),
    (("B", GREEN_CIRCLE, "2026-12-31"), [10, 10], [])])
def test_override_that_expires_is_a_reason(row, b, causes):
    found = moves_of(over({"A": [100, 100], "B": b}), overrides=overrides(row))
    assert found["cause"].tolist() == causes


def test_latest_moves_come_first():
    # Q1: A, B of 131: cut 30. Q2: C, A of 301: cut 100, B is held. Q3: B is out.
    # Q4: B, C of 600: cut 200, B is in again, and A is held.
    found = moves_of(over({"A": [100] * 4, "C": [1, 200, 200, 200], "B": [30, 1, 1, 300]}))
    assert [*zip(found["account_id"], found["quarter"], strict=True)] == [
        ("B", FIRST + 3), ("B", FIRST + 2), ("C", FIRST + 1)]


def test_nobody_moves_and_the_table_has_its_columns():
    found = moves_of(over({"A": [100, 100]}))
    assert found.empty
    assert found.columns.tolist() == by.COLUMNS
    assert moves_of(over({"A": [100]})).empty


def test_circle_is_traced():
    found = trace_circle(segment_over_time(over({"A": [100] * 3, "B": [30, 20, 20]})))
    assert found.quarters.to_dict("list") == {
        "quarter": [FIRST, FIRST + 1, FIRST + 2], "green_n": [2, 2, 1]}
    assert found.moves["account_id"].tolist() == ["B"]


# --- properties --------------------------------------------------------------------------

@st.composite
def any_ends(draw):
    accounts_n, ends_n = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    names = [chr(ord("A") + at) for at in range(accounts_n)]

    def figures(values):
        return {name: draw(st.lists(values, min_size=ends_n, max_size=ends_n)) for name in names}
    whole = st.integers(-20, 100).map(float)
    return over(figures(whole), figures(whole), figures(st.just(np.nan) | st.just(30.0)),
                figures(st.integers(0, 4).map(float)))


def state_by_state(ends, share):
    """The definition once more, an account at a time, from the outputs of the plain rule."""
    green, below = {}, {}
    for quarter in sorted(ends):
        plain = segment_accounts(ends[quarter], share)
        cuts = plain.attrs["cuts"]
        for row in plain.to_dict("records"):
            name, margin = row["account_id"], row["gross_margin_low"]
            gain = row["realizable_potential"]
            near = [row["revenue"] >= 0.9 * cuts.volume, margin >= 0.9 * cuts.margin]
            if row["revenue"] > 0 and margin >= 0 and not np.isnan(gain):
                near += [row["revenue"] + gain >= 0.9 * cuts.volume,
                         margin + gain * margin / row["revenue"] >= 0.9 * cuts.margin]
            was_green, was_below = green.get((quarter - 1, name)), below.get((quarter - 1, name))
            below[quarter, name] = not any(near) or row["revenue"] <= 0
            stays = was_green and row["revenue"] > 0 and not (below[quarter, name] and was_below)
            green[quarter, name] = row["segment"] == GREEN_CIRCLE or bool(stays)
    return green


@examples
@given(any_ends(), st.sampled_from([0.5, 0.8, 0.95]))
def test_hysteresis_is_its_definition_account_by_account(ends, share):
    found = segment_over_time(ends, share)
    wanted = state_by_state(ends, share)
    assert {(quarter, name): segment == GREEN_CIRCLE for quarter, table in found.items()
            for name, segment in zip(table["account_id"], table["segment"], strict=True)} == wanted


@examples
@given(any_ends(), st.sampled_from([0.1, 0.5, 0.7]), st.sampled_from([0.7, 0.8, 1.0]))
def test_wider_share_never_drops_an_account_at_any_quarter_end(ends, narrow, wide):
    fewer, more = segment_over_time(ends, narrow), segment_over_time(ends, wide)
    for quarter in ends:
        is_green = [table[quarter]["segment"] == GREEN_CIRCLE for table in (fewer, more)]
        assert (is_green[1] | ~is_green[0]).all()


@examples
@given(any_ends())
def test_every_change_has_one_row_with_a_cause_and_inputs_stay_as_they_are(ends):
    before = {quarter: table.copy(deep=True) for quarter, table in ends.items()}
    found = segment_over_time(ends)
    moves = list_moves(found)
    for quarter, table in ends.items():
        assert_frame_equal(table, before[quarter])
    wanted = {(name, quarter) for quarter in sorted(ends)[1:]
              for name, was, now in zip(found[quarter]["account_id"], found[quarter - 1]["segment"],
                                        found[quarter]["segment"], strict=True) if was != now}
    assert {(row["account_id"], row["quarter"]) for row in moves.to_dict("records")} == wanted
    assert len(moves) == len(wanted)
    for row in moves.to_dict("records"):
        if row["cause"] == by.ROSE and row["measure"] in {"volume", "margin"}:
            assert row["amount_after"] > row["amount_before"]
        if row["cause"] == by.FELL and row["measure"] in {"volume", "margin"}:
            assert row["amount_after"] < row["amount_before"]
        if row["cause"] == by.CUT_ROSE:
            assert row["cut_after"] > row["cut_before"]
        if row["cause"] == by.CUT_FELL:
            assert row["cut_after"] < row["cut_before"]


def test_capacity_counts_those_held_and_those_set_by_hand():
    # 2026Q2 by the rule: A 100 alone up to a share of 0.8 of 125; B was inside with 30 and is
    # held at any share at which it was inside: 100 < share x 130, so from 0.770 on.
    ends = over({"A": [100, 100], "B": [30, 20], "C": [0, 5]})
    assert cut_share_for(ends, 2) == 0.8
    assert cut_share_for(ends, 1) == 0.769
    # with C set by hand even one review more is needed, whatever the share
    by_hand = overrides(("C", GREEN_CIRCLE, "2026-12-31"))
    assert cut_share_for(ends, 2, overrides=by_hand) == 0.769
    assert cut_share_for(ends, 1, overrides=by_hand) == 0.001
    # and one that is set to transactional leaves room
    assert cut_share_for(ends, 1, overrides=overrides(("B", TRANSACTIONAL, "2026-12-31"))) == 0.8
