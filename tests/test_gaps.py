"""What the page of an account could be better with, and what a run tells of it."""

from planted import left_out

from qbrkit.disclosure import allowed
from qbrkit.run.gaps import find_gaps

BROKEN = {"side": "ours", "outcome": "missed", "reason": None}


def view(**tables):
    row = [{"name": "x"}]
    return {"tables": {"value_lines": row, "plan": row, "service_levels": row,
                       "promises": [BROKEN | {"outcome": "kept"}], **tables}}


def test_a_page_with_everything_on_record_lacks_nothing():
    assert find_gaps(view()) == {}


def test_a_table_that_is_missing_or_empty_is_a_gap_unless_no_customer_sees_it(monkeypatch):
    assert find_gaps({"tables": {"plan": []}}) == {
        "no_value": 1, "no_plan": 1, "no_service": 1, "no_promises": 1}
    left_out(monkeypatch, allowed.TABLES, "service_levels")
    assert find_gaps(view(service_levels=[], plan=[])) == {"no_plan": 1}


def test_our_promises_that_were_not_kept_are_counted_until_a_reason_is_given():
    promises = [BROKEN, BROKEN | {"outcome": "overdue"}, BROKEN | {"reason": "strike"},
                BROKEN | {"side": "theirs"}, BROKEN | {"outcome": "open"}]
    assert find_gaps(view(promises=promises)) == {"unexplained": 2}
    hidden = [{"side": "ours", "outcome": "missed"}]  # the reason is on no customer's page
    assert find_gaps(view(promises=hidden)) == {}


def test_words_of_the_data_count_once_and_only_where_the_customer_reads_them():
    tables = {"plan": [{"name": "Inspection"}, {"name": "Inspection"}],
              "service_levels": [{"measure": "on time", "unit": None}]}
    assert find_gaps(view(**tables), ["Inspection", "on time", "Overhaul"]) == {"untranslated": 2}
