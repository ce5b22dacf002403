"""Levels of service against what was promised, worked by hand and as properties."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tables import contract_table, properties

from qbrkit.service_levels import KEPT, MISSED, history_of_levels, judge_levels, levels_of_quarter

QUARTERS = ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]


def levels(*records):
    """Measures of A in 2026Q4, unless told otherwise, of no member of a group."""
    table = contract_table("service_levels", [
        {"account_id": "A", "quarter": "2026Q4", "measure": "on time"} | one for one in records])
    return table.assign(member=pd.Series(pd.NA, index=table.index, dtype="str"))


def test_levels_are_judged_by_their_better_side():
    # Of 95 promised: 95 reaches it, 94.9 does not; of 4 hours at most: 4 and 3 do, 4.5 does not.
    judged = judge_levels(levels(
        {"promised": 95, "delivered": 95}, {"promised": 95, "delivered": 94.9},
        {"promised": 4, "delivered": 4, "better": "less"},
        {"promised": 4, "delivered": 3, "better": "less"},
        {"promised": 4, "delivered": 4.5, "better": "less"},
        {"promised": 4, "delivered": 4.5, "better": "more"},
        {"promised": 95}, {"delivered": 95}, {"promised": 0, "delivered": 0, "better": "less"}))
    assert judged["outcome"].fillna("").tolist() == [
        KEPT, MISSED, KEPT, KEPT, MISSED, KEPT, "", "", KEPT]
    assert judged["better"].tolist() == ["more"] * 2 + ["less"] * 3 + ["more"] * 3 + ["less"]


def test_the_quarter_and_the_one_before_worked_by_hand():
    # b is missed and first; c was measured in another unit before; a's 2026Q2 is too long ago.
    found = levels_of_quarter(levels(
        {"measure": "a", "promised": 5, "delivered": 6},
        {"measure": "a", "quarter": "2026Q2", "delivered": 4},
        {"measure": "b", "promised": 5, "delivered": 4, "unit": "%"},
        {"measure": "b", "quarter": "2026Q3", "promised": 5, "delivered": 7, "unit": "%"},
        {"measure": "c", "promised": 5, "delivered": 5, "unit": "days"},
        {"measure": "c", "quarter": "2026Q3", "delivered": 120, "unit": "hours"},
        {"measure": "gone", "quarter": "2026Q3", "promised": 5, "delivered": 4}), QUARTERS)
    assert found["measure"].tolist() == ["b", "a", "c"]
    assert found["outcome"].tolist() == [MISSED, KEPT, KEPT]
    assert found["delivered_before"].fillna(-1).tolist() == [7, -1, -1]


def test_the_history_holds_four_quarters_and_one_unit():
    found = history_of_levels(levels(
        *({"quarter": quarter, "promised": 5, "delivered": at} for at, quarter in enumerate(
            ["2025Q4", *QUARTERS])),
        {"measure": "c", "quarter": "2026Q3", "delivered": 120, "unit": "hours"},
        {"measure": "c", "delivered": 5, "unit": "days"},
        {"measure": "gone", "quarter": "2026Q2", "delivered": 1}), QUARTERS)
    assert found[["measure", "quarter", "delivered"]].to_numpy().tolist() == [
        ["c", "2026Q4", 5], ["gone", "2026Q2", 1],
        *(["on time", quarter, at + 1] for at, quarter in enumerate(QUARTERS))]
    assert found["outcome"].fillna("").tolist() == ["", "", MISSED, MISSED, MISSED, MISSED]


def test_without_measures_nothing_is_judged():
    assert levels_of_quarter(levels(), QUARTERS).empty
    assert history_of_levels(levels(), QUARTERS).empty


@properties
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(QUARTERS),
                          st.sampled_from(["more", "less", None]), st.integers(0, 3)),
                unique_by=lambda one: one[:2], max_size=8), st.integers(0, 99))
def test_inputs_stay_no_measure_is_lost_and_the_order_does_not_matter(rows, seed):
    table = levels(*({"measure": measure, "quarter": quarter, "better": better, "promised": 2,
                      "delivered": delivered} for measure, quarter, better, delivered in rows))
    before = table.copy()
    found = levels_of_quarter(table, QUARTERS)
    assert_frame_equal(table, before)
    assert sorted(found["measure"]) == sorted(one[0] for one in rows if one[1] == "2026Q4")
    assert len(history_of_levels(table, QUARTERS)) == len(rows)
    mixed = table.sample(frac=1, random_state=seed)
    assert_frame_equal(levels_of_quarter(mixed, QUARTERS), found)
    assert_frame_equal(history_of_levels(mixed, QUARTERS), history_of_levels(table, QUARTERS))
