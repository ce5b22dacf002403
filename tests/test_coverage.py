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
    LEFT,
    MAILBOX,
    REPEATED,
    REQUIRED_ROLES,
    ROLES,
    choose_next_contact,
    contact_status,
    count_contacts,
    count_threads,
    find_persons,
    is_mailbox,
    list_exchanges,
    list_roles,
    list_uncounted,
    measure_bus_factor,
    measure_cadence,
    overdue_days,
    unknown_roles,
)
from qbrkit.coverage.roles import SYNONYMS

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


def test_records_that_count_for_nobody_are_listed_with_the_reason():
    # K2 repeats K1; K3 is a mailbox; K4 has left, and would be a mailbox too; K5 is anna of B
    people = contacts(("K1", {"email": "anna@a.example"}), ("K2", {"email": "ANNA@a.example"}),
                      ("K3", {"email": "info@a.example"}),
                      ("K4", {"email": "sales@a.example", "active": False}),
                      ("K5", {"email": "anna@a.example", "account_id": "B"}), ("K6", {}))
    assert list_uncounted(people).to_dict("records") == [
        {"account_id": "A", "contact_id": "K2", "why": REPEATED},
        {"account_id": "A", "contact_id": "K3", "why": MAILBOX},
        {"account_id": "A", "contact_id": "K4", "why": LEFT}]
    kept = find_persons(people).drop_duplicates(["account_id", "person"])
    assert len(kept) + len(list_uncounted(people)) == len(people)
    assert list_uncounted(contacts()).empty


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
    assert found.to_dict() == {
        "persons_n": 3, "contacts_n": 2.0, "roles_n": 3, "missing_roles": "gatekeeper",
        "deciders_n": 1, "influencers_n": 1, "gatekeepers_n": 0, "buyers_n": 1, "users_n": 0}


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
    assert list(table) == [
        "account_id", "persons_n", "contacts_n", "roles_n", "missing_roles", "deciders_n",
        "influencers_n", "gatekeepers_n", "buyers_n", "users_n"]
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


# --- who is a person ---------------------------------------------------------------------

@pytest.mark.parametrize(("email", "is_shared"), [
    ("info2@a.example", True), ("info-2@a.example", True), ("info+qbr@a.example", True),
    ("einkauf.nord@a.example", True), ("Einkauf_Süd@a.example", True), ("achats@a.example", True),
    ("compras@a.example", True), ("inkoop@a.example", True), ("zakupy@a.example", True),
    ("comptabilité@a.example", True), ("büro@a.example", True), ("sales-us@a.example", True),
    ("vertrieb.technik@a.example", True), ("sales-team3@a.example", True),
    ("einkauf.meier@a.example", False), ("m.info@a.example", False), ("nord@a.example", False),
    ("infomann@a.example", False), ("anna+info@a.example", False), ("2@a.example", False),
    ("株式会社@a.example", False), ("@a.example", False), (None, False)])
def test_a_mailbox_is_one_by_every_word_before_the_at_sign(email, is_shared):
    assert is_mailbox(contacts(("K1", {"email": email}))).tolist() == [is_shared]


@pytest.mark.parametrize("text", ["n/a", "-", "", "unknown"])
def test_what_is_no_address_makes_nobody_the_same_person(text):
    people = contacts(("K1", {"email": text}), ("K2", {"email": text}))
    assert find_persons(people)["person"].nunique() == 2


def test_whoever_left_counts_no_more_at_once_however_often_she_spoke():
    # Ben left; only Anna is there and counts, and talks with Ben are no thread any more.
    people = contacts(("K1", {"email": "anna@a.example", "roles": "user"}),
                      ("K2", {"email": "ben@a.example", "active": False, "roles": "influencer"}))
    talked = activities(("K1", "2026-09-01", {}), *[("K2", "2026-09-29", {})] * 9)
    assert counted(people, talked)["contacts_n"] == 1
    assert counted(people, talked)["missing_roles"] == "influencer, gatekeeper"
    assert count_threads(people, talked, AS_OF)["their_people_n"].tolist() == [1]
    assert bus_factor(people, talked)["effective_contacts"] == 1


@pytest.mark.parametrize("hours", [0, 9, 23])
def test_the_time_of_day_of_the_review_does_not_matter(hours):
    at = AS_OF + pd.Timedelta(hours=hours)
    first, last = AS_OF - 89 * DAY, AS_OF + pd.Timedelta(hours=20)
    for date in (first, last):
        table = count_contacts(contacts(("K1", {})), activities(("K1", date, {})), at)
        assert table["contacts_n"].tolist() == [1]
    (row,) = measure_cadence(activities(("K1", first, {})), at).to_dict("records")
    assert row["days_since_contact"] == 89


def test_a_group_counts_a_person_of_parent_and_child_once():
    # after the roll-up both records stand at A, under one address
    people = contacts(("K1", {"email": "anna@a.example"}), ("K2", {"email": "ANNA@a.example"}))
    found = counted(people, activities(("K1", "2026-09-01", {}), ("K2", "2026-09-02", {})))
    assert (found["persons_n"], found["contacts_n"]) == (1, 1)


# --- roles -------------------------------------------------------------------------------

@pytest.mark.parametrize(("written", "role"), [
    ("Economic Buyer", "decider"), ("decision-maker", "decider"), ("Entscheider", "decider"),
    ("CHAMPION", "influencer"), ("Gate Keeper", "gatekeeper"), ("Torwaechter", "gatekeeper"),
    ("Einkäufer", "buyer"), ("Einkaeuferin", "buyer"), ("purchasing agent", "buyer"),
    ("end_user", "user"), (" Anwender ", "user"), ("Secretary", "gatekeeper"),
    ("Sekretariat", "gatekeeper"), ("Assistenz der Geschaeftsfuehrung", "gatekeeper"),
    ("Vorzimmer", "gatekeeper"), ("Reception", "gatekeeper"), ("assistant", "gatekeeper")])
def test_words_of_crm_systems_mean_one_of_the_five_roles(written, role):
    people = contacts(("K1", {"roles": written}))
    assert list_roles(find_persons(people))["role"].tolist() == [role]
    assert unknown_roles(people).empty


def test_every_role_and_every_synonym_means_one_role():
    words = [word for group in SYNONYMS.values() for word in group]
    assert len(words) == len(set(words))
    assert not set(words) & set(ROLES)


def test_words_that_mean_several_roles_are_reported_and_not_lost():
    people = contacts(("K1", {"roles": "technical buyer; decider"}), ("K2", {"roles": "Sponsor"}),
                      ("K3", {"roles": "SPONSOR, sponsor"}), ("K4", {}))
    assert unknown_roles(people).to_dict("records") == [
        {"word": "sponsor", "contacts_n": 2}, {"word": "technical buyer", "contacts_n": 1}]


def test_a_person_with_several_roles_counts_once_and_in_each():
    people = contacts(("K1", {"email": "a@a", "roles": "decider;buyer"}),
                      ("K2", {"email": "A@a", "roles": "buyer"}),
                      ("K3", {"email": "c@a", "roles": "buyer"}))
    found = counted(people, activities(("K1", "2026-09-01", {}), ("K3", "2026-09-01", {})))
    assert (found["contacts_n"], found["deciders_n"], found["buyers_n"]) == (2, 1, 2)


# --- what hangs on one person ------------------------------------------------------------

def bus_factor(people, exchanges, account="A"):
    return measure_bus_factor(find_persons(people), list_exchanges(
        people, exchanges, AS_OF)).set_index("account_id").loc[account]


THREE = contacts(("K1", {"email": "anna@a", "name": "Anna", "roles": "influencer"}),
                 ("K2", {"email": "ben@a", "name": "Ben", "roles": "influencer; gatekeeper"}),
                 ("K3", {"email": "carl@a", "name": "Carl", "roles": "user"}))


def test_bus_factor_worked_by_hand():
    # Anna 2 talks, Ben 1, Carl 1: shares 1/2, 1/4, 1/4, so 1 / (1/4 + 1/16 + 1/16) = 2.67.
    # Without Ben nobody is a gatekeeper: 1 of the 2 required roles is left, and 2 contacts.
    # Anna talks with Ute and Max, Ben and Carl with Ute alone: without her only Anna is left.
    found = bus_factor(THREE, activities(
        ("K1", "2026-09-01", {"owner": "Ute"}), ("K1", "2026-09-02", {"owner": "Max"}),
        ("K2", "2026-09-03", {"owner": "Ute"}), ("K3", "2026-09-04", {"owner": "Ute"})))
    assert found["effective_contacts"] == pytest.approx(8 / 3)
    assert (found["contacts_left"], found["roles_left"], found["weakest_person"]) == (2, 1, "Ben")
    assert found["lost_roles"] == "gatekeeper"
    assert (found["contacts_left_without_ours"], found["sole_owner"]) == (1, "Ute")


def test_with_equal_roles_who_talks_most_would_be_missed_most():
    people = contacts(("K1", {"name": "Anna", "influence": 5}), ("K2", {"name": "Ben"}))
    talked = activities(("K1", "2026-09-01", {}), *[("K2", "2026-09-02", {})] * 2)
    assert bus_factor(people, talked)["weakest_person"] == "Ben"
    assert bus_factor(people, talked.iloc[:2])["weakest_person"] == "Anna"     # more influence


def test_one_contact_never_holds_an_account():
    found = bus_factor(THREE, activities(("K2", "2026-09-01", {})))
    assert (found["contacts_left"], found["roles_left"]) == (0, 0)
    assert found["effective_contacts"] == 1


def test_talks_with_a_mailbox_are_talks_of_ours_with_nobody():
    people = contacts(("K1", {"email": "info@a"}))
    found = bus_factor(people, activities(("K1", "2026-09-01", {"owner": "Ute"})))
    assert (found["contacts_left"], found["contacts_left_without_ours"]) == (0, 0)
    assert found[["effective_contacts", "weakest_person", "sole_owner"]].isna().all()


def test_talks_whose_owner_nobody_wrote_down_hang_on_no_one_known():
    unnamed = activities(("K1", "2026-09-01", {"owner": None}))
    assert bus_factor(THREE, unnamed)[
        ["contacts_left_without_ours", "sole_owner"]].isna().all()
    # Anna also talked with somebody, whoever it was: only Ben is Ute's alone
    mixed = activities(("K1", "2026-09-01", {"owner": None}), ("K1", "2026-09-02", {"owner": "U"}),
                       ("K2", "2026-09-03", {"owner": "U"}))
    found = bus_factor(THREE, mixed)
    assert (found["contacts_left_without_ours"], found["sole_owner"]) == (1, "U")


def test_nobody_of_ours_alone_holds_contacts_that_two_speak_with():
    talked = activities(*[(one, "2026-09-01", {"owner": owner}) for one in ("K1", "K2")
                          for owner in ("Ute", "Max")])
    found = bus_factor(THREE, talked)
    assert found["contacts_left_without_ours"] == 2
    assert pd.isna(found["sole_owner"])


@pytest.mark.parametrize(("people", "exchanges"), [
    (contract_table("contacts"), contract_table("activities")),
    (contract_table("contacts"), activities(("K1", "2020-09-01", {}))),
    (THREE, contract_table("activities"))])
def test_bus_factor_of_nothing_is_an_empty_table(people, exchanges):
    table = measure_bus_factor(find_persons(people), list_exchanges(people, exchanges, AS_OF))
    assert table.empty
    assert len(table.columns) == 8


def test_talks_of_an_account_without_contacts_are_no_error():
    found = bus_factor(contract_table("contacts"), activities(("K1", "2026-09-01", {})))
    assert (found["contacts_left"], found["contacts_left_without_ours"]) == (0, 0)


# --- whom to win next --------------------------------------------------------------------

def next_of(people, exchanges, minimum=4):
    persons, talked = find_persons(people), list_exchanges(people, exchanges, AS_OF)
    table = choose_next_contact(count_contacts(people, exchanges, AS_OF), persons, talked, minimum)
    return [(row["next_role"], row["next_person"])
            for row in table.astype(object).where(table.notna(), None).to_dict("records")]


def test_the_missing_role_comes_first_and_who_is_known_in_it():
    # Anna talks; an influencer and a gatekeeper are missing. Of the silent ones Dora brings
    # both, so she comes before Ben, whose influence is higher.
    people = contacts(("K1", {"name": "Anna", "email": "anna@a"}),
                      ("K2", {"name": "Ben", "roles": "influencer", "influence": 5}),
                      ("K3", {"name": "Dora", "roles": "gatekeeper; influencer", "influence": 1}))
    talked = activities(("K1", "2026-09-01", {}))
    assert next_of(people, talked) == [("influencer", "Dora")]
    assert next_of(people.iloc[:2], talked) == [("influencer", "Ben")]
    only_gatekeeper = people.iloc[[0, 2]].assign(roles=[None, "gatekeeper"]).astype(
        {"roles": "str"})
    assert next_of(only_gatekeeper, talked) == [("gatekeeper", "Dora")]
    assert next_of(people.iloc[:1], talked) == [("influencer", None)]          # someone new


def test_of_two_silent_people_in_the_role_the_more_influential_one_is_won():
    people = contacts(("K1", {"name": "Ben", "roles": "influencer", "influence": 2}),
                      ("K2", {"name": "Ann", "roles": "influencer"}),
                      ("K3", {"name": "Cem", "roles": "influencer", "influence": 4}))
    assert next_of(people, activities(("K9", "2026-09-01", {}))) == [("influencer", "Cem")]


def test_with_all_roles_and_too_few_contacts_any_silent_person_is_won():
    people = contacts(("K1", {"roles": "influencer;gatekeeper"}), ("K2", {"name": "Ben"}))
    talked = activities(("K1", "2026-09-01", {}))
    assert next_of(people, talked) == [(None, "Ben")]
    assert next_of(people.iloc[:1], talked) == [(None, None)]                  # someone new
    assert next_of(people, talked, minimum=1) == []


@pytest.mark.parametrize("who", [{"active": False}, {"email": "info@a"}])
def test_nobody_who_left_and_no_mailbox_is_to_be_won(who):
    people = contacts(("K1", {}), ("K2", {"roles": "influencer"} | who))
    assert next_of(people, activities(("K1", "2026-09-01", {}))) == [("influencer", None)]


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


@properties
@given(people, st.lists(exchange, max_size=12))
def test_effective_contacts_lie_between_one_and_the_number_of_contacts(table, rows):
    talked = exchanges_of(table, rows)
    listed = list_exchanges(table, talked, AS_OF)
    found = measure_bus_factor(find_persons(table), listed).set_index("account_id")
    counts = count_contacts(table, talked, AS_OF).set_index("account_id").reindex(found.index)
    effective = found["effective_contacts"].dropna()
    assert (effective >= 1 - 1e-9).all()
    assert (effective <= counts["contacts_n"].reindex(effective.index) + 1e-9).all()


@properties
@given(people, st.lists(exchange, max_size=12), st.randoms(use_true_random=False))
def test_taking_anyone_away_never_leaves_more_and_never_less_than_told(table, rows, chance):
    talked = exchanges_of(table, rows)
    persons, listed = find_persons(table), list_exchanges(table, talked, AS_OF)
    found = measure_bus_factor(persons, listed).set_index("account_id")
    shuffled = measure_bus_factor(persons.sample(frac=1, random_state=chance.randrange(99)),
                                  listed.sample(frac=1, random_state=chance.randrange(99)))
    assert_frame_equal(shuffled.set_index("account_id"), found)
    for account, told in found.iterrows():
        theirs = set(listed.loc[listed["account_id"] == account, "person"].dropna())
        left = []
        for gone in theirs & set(persons.loc[persons["account_id"] == account, "person"]):
            kept = persons[(persons["account_id"] != account) | (persons["person"] != gone)]
            spoken = listed[listed["person"].isin(theirs - {gone})
                            & (listed["account_id"] == account)]
            held = list_roles(kept[kept["person"].isin(spoken["person"])
                                   & (kept["account_id"] == account)])
            left.append((len(set(spoken["person"]) & set(kept.loc[
                kept["account_id"] == account, "person"])),
                len(set(held["role"]) & set(REQUIRED_ROLES))))
        assert told["contacts_left"] == min((one for one, _ in left), default=0)
        assert told["roles_left"] == min((one for _, one in left), default=0)
