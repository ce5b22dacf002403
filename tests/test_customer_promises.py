"""Promises of both sides, as the customer reads them: none left out, each with its reason."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from companies import NEXT, PROMISE, sample_review, situation, text_of, view_of
from printed import read_rows
from tables import contract_table
from test_sample import read

from qbrkit.commitments import count_promises, open_promises, review_promises
from qbrkit.disclosure.agreed import tables as disclosed_of
from qbrkit.report.customer import next_steps, promises
from qbrkit.report.language import language

AS_OF = pd.Timestamp("2026-12-31")
SETTLED = {"kept": {"status": "kept"}, "missed": {"status": "missed"},
           "dropped": {"status": "dropped"}, "open": {"status": "open", "due": "2027-03-01"},
           "overdue": {"status": "open", "due": "2026-12-01"}}


def agreed(*made):
    """The view of A with these promises alone, judged and disclosed without a whole review."""
    table = contract_table("commitments", [PROMISE | one for one in made])
    review = SimpleNamespace(
        quarter=pd.Period("2026Q4", "Q-DEC"), promises=review_promises(table, "2026Q4", AS_OF),
        upcoming=open_promises(table, AS_OF), promise_counts=count_promises(table, AS_OF),
        service=None)
    disclosed = {name: frame.assign(review_quarter=pd.PeriodIndex(
        frame["review_quarter"], freq="Q-DEC")) for name, frame in disclosed_of(
            review, ["A"]).items() if frame is not None}
    return replace(situation("lines alone")[1], tables=disclosed)


def last(*outcomes, **columns):
    """Promises of the last review with these outcomes."""
    return [SETTLED[one] | {"text": f"promise {at}"} | columns
            for at, one in enumerate(outcomes)]


@pytest.mark.parametrize(("ours", "theirs", "told"), [
    ("kept", "", "We kept our promise of the last review."),
    ("kept kept", "kept", "We kept both promises of the last review. You kept yours."),
    ("missed", "missed", "We did not keep our promise of the last review. We apologize for that. "
                         "Yours was not kept."),
    ("missed missed", "kept kept", "We kept none of our 2 promises of the last review. We "
                                   "apologize for that. You kept both of yours."),
    ("overdue", "overdue", "Our promise of the last review is overdue. We apologize for that. "
                           "Yours is overdue."),
    ("dropped", "dropped", "Our promise of the last review was dropped. Yours was dropped."),
    ("open", "open", "Our promise of the last review is still open. Yours is still open."),
    ("missed overdue", "missed open", "Of our 2 promises of the last review 1 was missed and 1 is "
                                      "overdue. We apologize for that. Of your 2 promises 1 was "
                                      "missed and 1 is still open."),
    ("open open dropped", "", "Of our 3 promises of the last review 1 was dropped and 2 are still "
                              "open."),
    ("kept kept missed missed overdue dropped open", "kept dropped dropped",
     "We kept 2 of 7 promises of the last review; 2 were missed, 1 is overdue, 1 was dropped and "
     "1 is still open. You kept 1 of your 3; 2 were dropped."),
    ("", "kept", "In the last review we made no promise; yours are listed below. You kept yours.")])
def test_the_sentences_of_the_last_review(ours, theirs, told):
    view = agreed(*last(*ours.split()), *last(*theirs.split(), side="theirs"))
    assert text_of(promises.last_review(view)) == told


def test_promises_of_an_older_review_name_it():
    view = situation("promises of an older review")[1]
    assert text_of(promises.last_review(view)) == (
        "Our promise of the last review is still open.")
    assert text_of(promises.last_review_table(view)).startswith(
        "What was promised in the review of July to September 2025 ")
    (row,) = read_rows(next_steps.promised_table(view))[1:]
    assert row == ["deliver", "ours", "to be named", "date to be agreed", "open", "Jul–Sep 2025"]


def test_nothing_on_record_and_nothing_promised_are_told_apart():
    assert text_of(promises.last_review(situation("lines alone")[1])) == (
        "Not available: no promises are on record.")
    assert text_of(promises.last_review(agreed(NEXT))) == (
        "No promise of an earlier review is on record.")
    assert text_of(promises.last_review(agreed())) == (
        "Not available: no promises are on record.")


def test_every_promise_of_the_last_review_stands_on_the_page_with_its_reason():
    # Due 1 December and open on 31 December: 30 days overdue.
    view = agreed(*last("kept", "missed", "dropped", "open", "overdue"),
                  SETTLED["missed"] | {"text": "told", "reason": "The part came late."},
                  SETTLED["missed"] | {"text": "theirs", "side": "theirs", "owner": None})
    rows = read_rows(promises.last_review_table(view))
    assert rows[0] == ["Promise", "Whose", "Who", "Due", "Outcome", "Overdue for", "Why"]
    day = "Dec\u00a01,\u00a02026"
    assert sorted(rows[1:]) == [
        ["promise 0", "ours", "Ann", day, "kept", "", ""],
        ["promise 1", "ours", "Ann", day, "missed", "", "no reason on record"],
        ["promise 2", "ours", "Ann", day, "dropped", "", "no reason on record"],
        ["promise 3", "ours", "Ann", "Mar\u00a01,\u00a02027", "open", "", ""],
        ["promise 4", "ours", "Ann", day, "overdue", "30 days", "no reason on record"],
        ["theirs", "yours", "", day, "missed", "", "no reason on record"],
        ["told", "ours", "Ann", day, "missed", "", "The part came late."]]
    assert rows[-1][0] == "theirs"
    assert text_of(promises.counted_to(view)) == (
        "Days overdue are counted to December 31, 2026.")


def test_what_is_all_kept_has_no_column_of_reasons():
    view = agreed(*last("kept", "kept"))
    assert read_rows(promises.last_review_table(view))[0] == [
        "Promise", "Whose", "Who", "Due", "Outcome"]
    assert text_of(promises.counted_to(view)) == ""


def test_the_reviews_before_are_counted_for_both_sides():
    # 2026Q3: ours 1 of 2; 2026Q1: ours 2 of 3, theirs 1 of 2 and the other not yet due.
    view = agreed(*last("kept", "missed"),
                  *last("kept", "kept", "overdue", review_quarter="2026Q1"),
                  *last("kept", "open", review_quarter="2026Q1", side="theirs"), NEXT)
    assert read_rows(promises.over_time(view)) == [
        ["Review of", "Kept by us", "Kept by you"], ["July to September 2026", "1 of 2", "–"],
        ["January to March 2026", "2 of 3", "1 of 2, 1 still open"]]
    assert text_of(promises.over_time(agreed(*last("kept")))) == ""


def test_at_most_four_reviews_are_counted():
    view = agreed(*(PROMISE | {"review_quarter": quarter} for quarter in (
        "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1")))
    assert [row[0] for row in read_rows(promises.over_time(view))[1:]] == [
        "January to March 2026", "October to December 2025", "July to September 2025",
        "April to June 2025"]


NOTHING_YET = ("Nothing is promised for the next ninety days yet. Let us agree it in the meeting.")
FIRST = " The first day to keep is February 1, 2027."


@pytest.mark.parametrize(("made", "told"), [
    ([NEXT], f"Promised for the next ninety days: 1 by us, nothing by you yet.{FIRST}"),
    ([NEXT, NEXT | {"side": "theirs"}],
     f"Promised for the next ninety days: 1 by us and 1 by you.{FIRST}"),
    ([NEXT | {"side": "theirs", "due": None}],
     "Promised for the next ninety days: nothing by us yet, 1 by you."),
    ([PROMISE], NOTHING_YET),
    (last("overdue", "overdue"), "Nothing new is promised for the next ninety days yet. Let us "
                                 "agree it in the meeting. 2 promises are overdue."),
    ([NEXT, NEXT | {"due": "2027-04-01"}], f"Promised for the next ninety days: 1 by us, nothing "
                                           f"by you yet.{FIRST} 1 more is due later.")])
def test_the_sentences_of_the_next_ninety_days(made, told):
    # Ninety days after 31 December end on 31 March.
    assert text_of(next_steps.promised(agreed(*made))) == told


@pytest.mark.parametrize("column", ["side", "outcome", "is_later"])
def test_nothing_is_said_to_come_where_nobody_can_tell_what_comes(column):
    # Overdue since 1 December, due on 1 February, and due after the ninety days.
    view = agreed(*last("overdue"), NEXT, NEXT | {"due": "2027-04-01", "text": "far"})
    assert FIRST in text_of(next_steps.promised(view))
    view = replace(view, tables=view.tables | {
        "upcoming": view.tables["upcoming"].drop(columns=column)})
    assert text_of(next_steps.promised(view)) == next_steps.coming(view, language("en")) == ""
    assert len(read_rows(next_steps.promised_table(view))) == 4


def test_no_day_is_to_be_agreed_of_what_is_not_known_to_be_open():
    view = agreed(*last("kept", due=None), *last("open", due=None))
    assert text_of(promises.last_review_table(view)).count("date to be agreed") == 1
    view = replace(view, tables=view.tables | {
        "promises": view.tables["promises"].drop(columns="outcome")})
    assert "date to be agreed" not in text_of(promises.last_review_table(view))


def test_open_promises_of_older_reviews_do_not_disappear():
    old = {"review_quarter": "2026Q1", "status": "open"}
    view = agreed(*last("kept", "open"), NEXT | {"text": "new", "owner": None},
                  old | {"text": "late", "due": "2026-06-30"},
                  old | {"text": "far", "due": "2028-01-01", "side": "theirs"},
                  old | {"text": "some day", "due": None})
    assert "3 open promises were made before the last review." in text_of(
        next_steps.promised(view))
    assert [(row[0], row[1], row[2], row[4], row[5], row[6])
            for row in read_rows(next_steps.promised_table(view))[1:]] == [
        ("late", "ours", "Ann", "overdue", "184 days", "Jan–Mar 2026"),
        ("new", "ours", "to be named", "open", "", "Oct–Dec 2026"),
        ("promise 1", "ours", "Ann", "open", "", "Jul–Sep 2026"),
        ("some day", "ours", "Ann", "open", "", "Jan–Mar 2026"),
        ("far", "yours", "Ann", "open", "", "Jan–Mar 2026")]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    review, folder = sample_review(), tmp_path_factory.mktemp("views")
    return lambda account: view_of(review, account, folder)


def test_sample_accounts_show_every_promise_of_the_last_review(sample):
    made = read("commitments")
    for account in ("A-001", "A-003", "A-010", "A-012"):
        earlier = made[(made["account_id"] == account) & (made["review_quarter"] < "2026Q4")]
        own = earlier[earlier["review_quarter"] == earlier["review_quarter"].max()]
        rows = read_rows(promises.last_review_table(sample(account)))[1:]
        assert sorted(row[0] for row in rows) == sorted(own["text"]), account
    ours = made[(made["account_id"] == "A-012") & (made["review_quarter"] == "2026Q3")
                & (made["side"] == "ours")]
    assert promises.our_outcomes(sample("A-012")) == ["missed"] * len(ours) == ["missed"] * 3
