"""Contacts, roles and cadence, worked by hand and as properties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal
from tables import contract_table, properties

from qbrkit.coverage import (
    ABOVE,
    BELOW,
    IN_RANGE,
    contact_status,
    count_contacts,
    count_threads,
    find_persons,
    measure_cadence,
    overdue_days,
)

AS_OF = pd.Timestamp("2026-09-30")
DAY = pd.Timedelta(days=1)


def contacts(*records):
    """Contacts of account A unless told otherwise: (contact_id, columns)."""
    return contract_table("contacts", [
        {"contact_id": contact_id, "account_id": "A"} | columns for contact_id, columns in records])


def activities(*records):
    """Two-way exchanges of account A unless told otherwise: (contact_id, date, columns)."""
    return contract_table("activities", [
        {"activity_id": f"X{number}", "account_id": "A", "contact_id": contact_id, "date": date,
         "direction": "two_way", "owner": "we"} | columns
        for number, (contact_id, date, columns) in enumerate(records)])


def counted(people, exchanges, account="A", **options):
    return count_contacts(people, exchanges, AS_OF, **options).set_index("account_id").loc[account]


SIX_RECORDS = contacts(
    ("K1", {"email": "anna@a.example", "roles": "Decider; influencer"}),
    ("K2", {"email": " Anna@A.example", "roles": "decider"}),
    ("K3", {"email": "Info@a.example", "roles": "gatekeeper"}),
    ("K4", {"email": "ben@a.example", "roles": "gatekeeper", "active": False}),
    ("K5", {"email": "carl@a.example", "roles": "buyer"}),
    ("K6", {"roles": "user", "active": True}))


def test_contacts_worked_by_hand():
    # K1 and K2 are one person; K3 is a shared mailbox; K4 has left: Anna, Carl, K6 are known.
    # Anna was spoken with under K2; Carl 89 days before the review; K6 only got a letter.
    # So 2 count, with decider, influencer, buyer; nobody is a gatekeeper.
    talked = activities(
        ("K2", "2026-08-01", {}), ("K3", "2026-09-01", {}), ("K4", "2026-09-02", {}),
        ("K5", AS_OF - 89 * DAY, {}), ("K6", "2026-09-03", {"direction": "outbound"}))
    found = counted(SIX_RECORDS, talked)
    assert found.to_dict() == {"persons_n": 3, "contacts_n": 2.0, "roles_n": 3,
                               "missing_roles": "gatekeeper"}


@pytest.mark.parametrize(("date", "counts"), [
    (AS_OF - 90 * DAY, 0), (AS_OF - 89 * DAY, 1), (AS_OF, 1), (AS_OF + DAY, 0),
    (AS_OF + pd.Timedelta(hours=15), 1), (AS_OF - 90 * DAY + pd.Timedelta(hours=23), 0)])
def test_the_last_ninety_days_begin_with_the_day_of_the_review(date, counts):
    assert counted(contacts(("K1", {})), activities(("K1", date, {})))["contacts_n"] == counts


def test_recent_days_can_be_set():
    exchange = activities(("K1", AS_OF - 90 * DAY, {}))
    assert counted(contacts(("K1", {})), exchange, active_days=91)["contacts_n"] == 1


@pytest.mark.parametrize(("active", "persons"), [(None, 1), (True, 1), (False, 0)])
def test_a_contact_is_active_unless_said_otherwise(active, persons):
    assert len(find_persons(contacts(("K1", {"active": active})))) == persons


@pytest.mark.parametrize("email", ["info@a.example", "OFFICE@a.example", " Einkauf@b.example "])
def test_a_shared_mailbox_is_no_person(email):
    people = contacts(("K1", {"email": email}), ("K2", {"email": "information@a.example"}))
    assert list(find_persons(people)["contact_id"]) == ["K2"]


def test_the_same_email_is_the_same_person_whichever_record_was_spoken_with():
    records = [("K1", {"email": "anna@a.example"}), ("K2", {"email": "ANNA@a.example"})]
    for people in (contacts(*records), contacts(*records[::-1])):
        for spoken_with in ("K1", "K2"):
            found = counted(people, activities((spoken_with, "2026-09-01", {})))
            assert (found["persons_n"], found["contacts_n"]) == (1, 1)


@pytest.mark.parametrize("spoken_with", ["K1", "K2"])
def test_a_person_with_an_old_inactive_record_still_counts(spoken_with):
    people = contacts(("K1", {"email": "anna@a.example", "active": False, "roles": "influencer"}),
                      ("K2", {"email": "anna@a.example", "roles": "gatekeeper"}))
    found = counted(people, activities((spoken_with, "2026-09-01", {})))
    assert (found["contacts_n"], found["missing_roles"]) == (1, "influencer")


def test_one_person_holds_the_roles_of_all_her_records():
    people = contacts(("K1", {"email": "anna@a.example", "roles": "influencer"}),
                      ("K2", {"email": "anna@a.example", "roles": "gatekeeper"}))
    found = counted(people, activities(("K1", "2026-09-01", {})))
    assert (found["contacts_n"], found["roles_n"], found["missing_roles"]) == (1, 2, "")


def test_the_same_email_at_two_accounts_is_a_contact_of_each():
    people = contacts(("K1", {"email": "anna@a.example"}),
                      ("K2", {"email": "anna@a.example", "account_id": "B"}))
    table = count_contacts(people, activities(("K1", "2026-09-01", {})), AS_OF)
    assert table.set_index("account_id")["contacts_n"].to_dict() == {"A": 1, "B": 0}


@pytest.mark.parametrize("roles", [
    "influencer;gatekeeper", "Influencer, GATEKEEPER", " gatekeeper ;; influencer,", "x/influencer/"
    "gatekeeper"])
def test_roles_are_split_at_any_sign_and_written_in_any_case(roles):
    found = counted(contacts(("K1", {"roles": roles})), activities(("K1", "2026-09-01", {})))
    assert found["missing_roles"] == ""


def test_without_activities_nothing_is_counted_and_nothing_is_zero():
    found = counted(SIX_RECORDS, None)
    assert found["persons_n"] == 3
    assert found[["contacts_n", "roles_n", "missing_roles"]].isna().all()


def test_no_two_way_exchange_means_that_nobody_counts():
    exchanges = activities(("K1", "2026-09-01", {"direction": "outbound"}),
                           ("K1", "2026-09-02", {"direction": None}))
    found = counted(SIX_RECORDS, exchanges)
    assert (found["contacts_n"], found["missing_roles"]) == (0, "influencer, gatekeeper")
    assert measure_cadence(exchanges, AS_OF).empty
    assert count_threads(None, exchanges, AS_OF).empty


@pytest.mark.parametrize("exchanges", [None, contract_table("activities"),
                                       activities(("K1", "2026-09-01", {}))])
def test_empty_contacts_give_an_empty_table(exchanges):
    table = count_contacts(contract_table("contacts"), exchanges, AS_OF)
    assert list(table) == ["account_id", "persons_n", "contacts_n", "roles_n", "missing_roles"]
    assert table.empty


def test_columns_that_the_export_lacks_do_not_stop_the_count():
    # Only ids are known: every record is a person, nobody has a role, nobody is named by us.
    people = contract_table("contacts", [{"contact_id": "K1", "account_id": "A"},
                                         {"contact_id": "K2", "account_id": "A"}])
    bare = contract_table("activities", [{"account_id": "A", "date": "2026-09-01"}])
    assert counted(people, bare)["persons_n"] == 2
    assert counted(people, bare)["contacts_n"] == 0
    assert counted(people, contract_table("activities"))["contacts_n"] == 0


def test_status_follows_the_method_at_its_limits():
    numbers = pd.Series([0.0, 3, 4, 11, 12, np.nan], index=list("abcdef"))
    expected = pd.Series([BELOW, BELOW, IN_RANGE, IN_RANGE, ABOVE, np.nan], index=list("abcdef"),
                         dtype="str")
    assert_series_equal(contact_status(numbers), expected)
    assert list(contact_status(pd.Series([2.0, 6.0]), minimum=2, maximum=5)) == [IN_RANGE, ABOVE]
    assert contact_status(pd.Series([], dtype="float64")).empty


def test_cadence_worked_by_hand():
    # The 5th of September is 25 days before the 30th; later and one-way exchanges do not count.
    table = measure_cadence(activities(
        ("K1", "2026-08-01", {}), ("K2", "2026-09-05 16:30", {}),
        ("K1", "2026-10-02", {}), ("K1", "2026-09-20", {"direction": "inbound"}),
        ("K9", AS_OF + pd.Timedelta(hours=9), {"account_id": "B"})), AS_OF)
    assert_frame_equal(table, pd.DataFrame({
        "account_id": pd.Series(["A", "B"], dtype="str"),
        "last_contact": pd.Series(["2026-09-05", "2026-09-30"], dtype="datetime64[us]"),
        "days_since_contact": [25, 0]}))


def test_overdue_days_are_never_negative_and_unknown_without_a_contact():
    # 30 days at a limit of 30 are in time; 31 are one late; 95 at 90 are five late.
    days = pd.Series([30.0, 31.0, 95.0, 5.0, np.nan])
    limit = pd.Series([30, 30, 90, 30, 30])
    assert_series_equal(overdue_days(days, limit), pd.Series([0.0, 1.0, 5.0, 0.0, np.nan]))


def test_threads_worked_by_hand():
    # Two of theirs, two of ours; the old, the one-way and the later exchange do not count.
    table = count_threads(None, activities(
        ("K1", "2026-09-01", {"owner": "Ute"}), ("K2", "2026-09-02", {"owner": "Ute"}),
        ("K1", "2026-09-03", {"owner": "Max"}), ("K3", AS_OF - 90 * DAY, {"owner": "Eva"}),
        ("K4", "2026-09-04", {"owner": "Eva", "direction": "outbound"}),
        ("K5", AS_OF + DAY, {"owner": "Eva"})), AS_OF)
    assert table.to_dict("records") == [
        {"account_id": "A", "their_people_n": 2, "our_people_n": 2}]


# --- properties --------------------------------------------------------------------------

people = st.lists(st.tuples(
    st.sampled_from(["A", "B"]),
    st.sampled_from([None, "anna@a.example", "ANNA@a.example", "ben@a.example", "info@a.example"]),
    st.sampled_from([None, "influencer", "gatekeeper; buyer", "Influencer,decider"]),
    st.sampled_from([None, True, False])), min_size=1, max_size=8).map(
        lambda rows: contract_table("contacts", [
            {"contact_id": f"K{number}", "account_id": account, "email": email, "roles": roles,
             "active": active} for number, (account, email, roles, active) in enumerate(rows)]))
exchange = st.tuples(
    st.integers(0, 7), st.integers(-200, 30), st.sampled_from(["two_way", "outbound", None]),
    st.sampled_from(["Ute", "Max", None]))


def exchanges_of(table, rows):
    """Exchanges (number of the contact, day, direction, owner) with the contacts of a table."""
    return contract_table("activities", [
        {"account_id": table["account_id"].iloc[number % len(table)],
         "contact_id": table["contact_id"].iloc[number % len(table)],
         "date": AS_OF + day * DAY, "direction": direction, "owner": owner}
        for number, day, direction, owner in rows])


@properties
@given(people, st.lists(exchange, max_size=8), st.randoms(use_true_random=False))
def test_inputs_stay_and_the_order_of_rows_does_not_matter(table, rows, chance):
    talked = exchanges_of(table, rows)
    before, talked_before = table.copy(), talked.copy()
    found = count_contacts(table, talked, AS_OF)
    cadence, threads = measure_cadence(talked, AS_OF), count_threads(None, talked, AS_OF)
    assert_frame_equal(table, before)
    assert_frame_equal(talked, talked_before)
    table = table.sample(frac=1, random_state=chance.randrange(1000))
    talked = talked.sample(frac=1, random_state=chance.randrange(1000))
    assert_frame_equal(count_contacts(table, talked, AS_OF), found)
    assert_frame_equal(measure_cadence(talked, AS_OF), cadence)
    assert_frame_equal(count_threads(None, talked, AS_OF), threads)


@properties
@given(people, st.lists(exchange, min_size=1, max_size=8), st.integers(0, 200))
def test_a_later_contact_never_worsens_coverage_or_cadence(table, rows, days_later):
    number, day, direction, owner = rows[0]
    moved = [(number, max(day, min(day + days_later, 0)), direction, owner), *rows[1:]]
    before, after = exchanges_of(table, rows), exchanges_of(table, moved)
    was, is_now = (count_contacts(table, talked, AS_OF).set_index("account_id")
                   for talked in (before, after))
    assert (is_now[["contacts_n", "roles_n"]] >= was[["contacts_n", "roles_n"]]).all(axis=None)
    was, is_now = (measure_cadence(talked, AS_OF).set_index("account_id")["days_since_contact"]
                   for talked in (before, after))
    assert (is_now.reindex(was.index) <= was).all()


@properties
@given(people, st.lists(exchange, max_size=8), exchange)
def test_one_more_exchange_never_lowers_what_counts(table, rows, more):
    was, is_now = (count_contacts(table, exchanges_of(table, talked), AS_OF)
                   for talked in (rows, [*rows, more]))
    assert (is_now["contacts_n"] >= was["contacts_n"]).all()
    assert (is_now["contacts_n"] <= is_now["persons_n"]).all()


@properties
@given(people, st.lists(exchange, max_size=8))
def test_other_accounts_do_not_move_an_account(table, rows):
    talked = exchanges_of(table, rows)
    alone = table[table["account_id"] == "A"]
    found = count_contacts(table, talked, AS_OF)
    assert_frame_equal(found[found["account_id"] == "A"],
                       count_contacts(alone, talked, AS_OF))


def test_mailboxes_and_second_records_are_no_threads():
    # x@a and " X@a " are one person, info@a is none: one person of theirs, three of ours
    contacts = contract_table("contacts", [
        {"contact_id": "1", "account_id": "A", "email": "x@a"},
        {"contact_id": "2", "account_id": "A", "email": " X@a "},
        {"contact_id": "3", "account_id": "A", "email": "info@a"}])
    activities = contract_table("activities", [
        {"account_id": "A", "contact_id": contact, "owner": owner, "direction": "two_way",
         "date": "2026-09-01"} for contact, owner in (("1", "Ann"), ("2", "Bob"), ("3", "Cem"))])
    (row,) = count_threads(contacts, activities, pd.Timestamp("2026-09-30")).to_dict(
        "records")
    assert (row["their_people_n"], row["our_people_n"]) == (1, 3)
