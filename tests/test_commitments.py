"""Promises of both sides, worked by hand and as properties."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tables import contract_table, properties

from qbrkit.commitments import (
    DROPPED,
    KEPT,
    MISSED,
    OPEN,
    OVERDUE,
    count_outcomes,
    count_promises,
    kept_share,
    open_promises,
    review_promises,
)

AS_OF = pd.Timestamp("2026-09-30")
DAY = pd.Timedelta(days=1)
COLUMNS = ["account_id", "review_quarter", "side", "text", "owner", "due", "outcome",
           "overdue_days", "reason"]


def commitments(*records):
    """Promises of ours to A in 2026Q3, unless told otherwise."""
    return contract_table("commitments", [
        {"account_id": "A", "review_quarter": "2026Q3", "side": "ours", "text": f"promise {number}"}
        | columns for number, columns in enumerate(records)])


HAND = commitments(
    {"text": "c", "status": "open", "due": "2026-10-15"},
    {"text": "a", "side": "theirs", "status": "open", "due": "2026-07-31"},
    {"text": "d", "status": "open"},
    {"text": "b", "status": "kept", "due": "2026-08-15", "owner": "Ute"},
    {"text": "e", "status": "missed", "due": "2026-09-01"},
    {"text": "f", "status": "dropped", "due": "2026-07-01"},
    {"text": "g", "due": "2026-09-15"},
    {"text": "h", "review_quarter": "2026Q2", "status": "open", "due": "2026-09-20"},
    {"text": "i", "account_id": "B", "status": "kept"})


def test_promises_of_a_review_worked_by_hand():
    # Ours to A by due day: f 1 Jul, b 15 Aug, e 1 Sep, g 15 Sep (no status: open, so overdue),
    # c 15 Oct, d without a day last; then theirs; then account B. h was made in an older review.
    table = review_promises(HAND, "2026Q4", AS_OF)
    assert list(table) == COLUMNS
    assert list(zip(table["text"], table["outcome"], strict=True)) == [
        ("f", DROPPED), ("b", KEPT), ("e", MISSED), ("g", OVERDUE), ("c", OPEN), ("d", OPEN),
        ("a", OVERDUE), ("i", KEPT)]
    # Of A's six promises from us one is kept; missed are e and the overdue g; theirs is apart.
    assert count_outcomes(table).to_dict("records") == [
        {"account_id": "A", "promises_n": 6, "kept_n": 1, "missed_n": 2,
         "dropped_n": 1},
        {"account_id": "B", "promises_n": 1, "kept_n": 1, "missed_n": 0, "dropped_n": 0}]


def test_open_promises_worked_by_hand():
    # Of whatever review: overdue a (61 days), g (15), h (10), then c due 15 October, d without
    # a day, and last what is due after 29 December, 90 days on.
    late = commitments({"text": "z", "due": "2026-12-30", "side": "theirs"})
    table = open_promises(pd.concat([HAND, late], ignore_index=True), AS_OF)
    assert list(zip(table["text"], table["outcome"], table["is_later"], strict=True)) == [
        ("a", OVERDUE, False), ("g", OVERDUE, False), ("h", OVERDUE, False), ("c", OPEN, False),
        ("d", OPEN, False), ("z", OPEN, True)]
    assert table["overdue_days"].fillna(0).tolist() == [61, 15, 10, 0, 0, 0]
    assert table["review_quarter"].tolist() == ["2026Q3"] * 2 + ["2026Q2"] + ["2026Q3"] * 3


def test_why_a_promise_was_missed_is_told_as_it_was_written():
    made = commitments({"status": "missed", "reason": "The part came late."}, {"status": "kept"})
    assert review_promises(made, "2026Q4", AS_OF)["reason"].fillna("").tolist() == [
        "The part came late.", ""]


@pytest.mark.parametrize(("due", "outcome"), [
    (AS_OF - DAY, OVERDUE), (AS_OF, OPEN), (AS_OF + DAY, OPEN), (None, OPEN)])
def test_a_promise_is_overdue_from_the_day_after_it_was_due(due, outcome):
    table = review_promises(commitments({"status": "open", "due": due}), "2026Q4", AS_OF)
    assert list(table["outcome"]) == [outcome]


@pytest.mark.parametrize("status", [KEPT, MISSED, DROPPED])
def test_what_was_settled_stays_settled_after_its_day(status):
    promises = commitments({"status": status, "due": "2026-01-01"})
    assert list(review_promises(promises, "2026Q4", AS_OF)["outcome"]) == [status]
    assert open_promises(promises, AS_OF).empty


@pytest.mark.parametrize(("due", "days", "is_later"), [
    (AS_OF + 90 * DAY, 90, False), (AS_OF + 91 * DAY, 90, True), (AS_OF + 91 * DAY, 91, False),
    (AS_OF - 400 * DAY, 90, False), (None, 90, False)])
def test_the_look_ahead_ends_with_its_last_day(due, days, is_later):
    assert open_promises(commitments({"due": due}), AS_OF, days)["is_later"].tolist() == [is_later]


def test_columns_that_the_export_lacks_make_our_open_promises():
    bare = contract_table("commitments", [
        {"account_id": "A", "review_quarter": "2026Q3", "text": "deliver"}])
    table = review_promises(bare, "2026Q4", AS_OF)
    assert table[["side", "outcome"]].to_dict("records") == [{"side": "ours", "outcome": OPEN}]
    assert count_outcomes(table)["promises_n"].tolist() == [1]


def test_without_promises_the_tables_are_empty_and_typed():
    table = review_promises(contract_table("commitments"), "2026Q4", AS_OF)
    assert list(table) == COLUMNS
    assert table.empty
    assert open_promises(contract_table("commitments"), AS_OF).empty
    counts = count_outcomes(table)
    assert counts.empty
    assert set(counts.drop(columns="account_id").dtypes.astype(str)) == {"int64"}


def test_only_their_promises_leave_nothing_of_ours_to_count():
    table = review_promises(commitments({"side": "theirs"}), "2026Q4", AS_OF)
    assert count_outcomes(table).empty


def test_promises_are_counted_by_review_side_and_person():
    # Ute: kept, overdue (open since yesterday) and open (due today); Max: dropped, missed.
    counts = count_promises(commitments(
        {"owner": "Ute", "status": "kept"}, {"owner": "Ute", "due": AS_OF - DAY},
        {"owner": "Ute", "due": AS_OF}, {"owner": "Max", "status": "dropped"},
        {"owner": "Max", "status": "missed"}, {"side": "theirs", "status": "kept"},
        {"review_quarter": "2026Q2", "side": None, "status": "kept"}), AS_OF)
    named = counts.set_index(["review_quarter", "side", "owner"]).drop(columns="account_id")
    assert list(named) == ["made_n", "kept_n", "missed_n", "overdue_n", "dropped_n", "open_n"]
    assert named.loc[("2026Q3", "ours", "Ute")].tolist() == [3, 1, 1, 1, 0, 1]
    assert named.loc[("2026Q3", "ours", "Max")].tolist() == [2, 0, 1, 0, 1, 0]
    assert len(named) == 4                                   # theirs and 2026Q2 have no owner
    assert counts.loc[counts["review_quarter"] == "2026Q2", "side"].tolist() == ["ours"]
    assert (counts["made_n"] == counts["kept_n"] + counts["missed_n"] + counts["dropped_n"]
            + counts["open_n"]).all()


def test_the_kept_share_is_of_what_was_kept_or_missed():
    # 3 of 4; nothing decided: unknown, not zero; all missed: zero.
    counts = pd.DataFrame({"kept_n": [3, 0, 0], "missed_n": [1, 0, 2]})
    assert kept_share(counts).fillna(-1).tolist() == [0.75, -1, 0]


def test_dropped_promises_are_shown_and_neither_kept_nor_missed():
    table = review_promises(commitments({"status": "dropped"}, {"status": "kept"}), "2026Q4", AS_OF)
    (row,) = count_outcomes(table).to_dict("records")
    assert row == {"account_id": "A", "promises_n": 2, "kept_n": 1, "missed_n": 0, "dropped_n": 1}


def test_the_time_of_day_makes_nothing_overdue():
    at = AS_OF + 15 * pd.Timedelta(hours=1)
    assert count_promises(commitments({"due": AS_OF}), at)["overdue_n"].tolist() == [0]


def test_no_promises_at_all_give_an_empty_count():
    assert count_promises(contract_table("commitments"), AS_OF).empty


# --- properties --------------------------------------------------------------------------

promises = st.lists(st.fixed_dictionaries({
    "account_id": st.sampled_from(["A", "B"]),
    "review_quarter": st.sampled_from(["2026Q2", "2026Q3"]),
    "side": st.sampled_from(["ours", "theirs", None]),
    "status": st.sampled_from([OPEN, KEPT, MISSED, DROPPED, None]),
    "due": st.none() | st.integers(-200, 200).map(lambda days: AS_OF + days * DAY)}),
    max_size=10).map(lambda records: commitments(*records))


@properties
@given(promises, st.integers(0, 1000))
def test_inputs_stay_and_the_order_of_rows_does_not_matter(table, seed):
    before = table.copy()
    made, coming = review_promises(table, "2026Q4", AS_OF), open_promises(table, AS_OF)
    assert_frame_equal(table, before)
    mixed = table.sample(frac=1, random_state=seed)
    assert_frame_equal(review_promises(mixed, "2026Q4", AS_OF), made)
    assert_frame_equal(open_promises(mixed, AS_OF), coming)
    assert_frame_equal(count_outcomes(made.sample(frac=1, random_state=seed)),
                       count_outcomes(made))


@properties
@given(promises)
def test_nobody_can_leave_a_promise_out(table):
    made = review_promises(table, "2026Q4", AS_OF)
    last = {account: max(own["review_quarter"]) for account, own in table.groupby("account_id")}
    assert sorted(made["text"]) == sorted(
        row.text for row in table.itertuples() if row.review_quarter == last[row.account_id])
    assert set(made["outcome"]) <= {KEPT, MISSED, DROPPED, OPEN, OVERDUE}
    assert sorted(open_promises(table, AS_OF)["text"]) == sorted(
        table.loc[table["status"].fillna(OPEN) == OPEN, "text"])
    counts = count_outcomes(made)
    assert counts["promises_n"].sum() == (made["side"] == "ours").sum()
    assert (counts["kept_n"] + counts["missed_n"] <= counts["promises_n"]).all()


@properties
@given(promises, st.integers(0, 100))
def test_what_is_overdue_stays_overdue(table, days):
    today, later = (set(frame["text"][frame["outcome"] == OVERDUE]) for frame in (
        review_promises(table, "2026Q3", day) for day in (AS_OF, AS_OF + days * DAY)))
    assert today <= later


def test_a_quarter_without_a_review_makes_no_promise_disappear():
    # A was last reviewed in 2026Q2, B in 2026Q3; what 2026Q4 itself promises is not judged yet.
    made = contract_table("commitments", [
        {"account_id": "A", "review_quarter": "2026Q1", "text": "older", "status": "kept"},
        {"account_id": "A", "review_quarter": "2026Q2", "text": "missed one", "status": "missed"},
        {"account_id": "B", "review_quarter": "2026Q3", "text": "kept one", "status": "kept"},
        {"account_id": "B", "review_quarter": "2026Q4", "text": "new one", "status": "open"}])
    found = review_promises(made, "2026Q4", pd.Timestamp("2026-12-31"))
    assert found[["account_id", "text"]].to_numpy().tolist() == [
        ["A", "missed one"], ["B", "kept one"]]
