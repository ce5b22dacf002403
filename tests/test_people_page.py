"""Contacts, value, promises and readiness on the internal page: true in every number."""

import re

import pandas as pd
import pytest
from companies import (
    MEASURED,
    NEXT,
    PROMISE,
    evenly,
    reviewed,
    sample_review,
    situation,
    text_of,
)
from printed import number, read_rows, row_of
from test_sample import read

from qbrkit import readiness as rules
from qbrkit.report.internal import contact_tables, contacts, promises, readiness, value
from qbrkit.report.internal.readiness import phrase
from qbrkit.report.language import language

SECTIONS = (contacts, value, promises, readiness)
EN = language("en")


# --- contacts ----------------------------------------------------------------------------

def spoken(day, account="A", count=4, owners=4, roles="influencer;gatekeeper"):
    """So many contacts of an account, each spoken with on that day by one of so many of ours."""
    return {
        "contacts": [{"contact_id": f"K{at}", "account_id": account, "name": f"Person {at}",
                      "email": f"k{at}@a.example", "roles": roles} for at in range(count)],
        "activities": [{"account_id": account, "contact_id": f"K{at}", "date": day,
                        "direction": "two_way", "owner": f"O{at % owners}"}
                       for at in range(count)]}


ENOUGH, IN_TIME = ("Every Green Circle account is held by at least 4 contacts.",
                   "All were spoken with within 30 days.")
FEW = "1 Green Circle account is held by fewer than 4 contacts: A."


@pytest.mark.parametrize(("given", "told"), [
    (spoken("2026-12-20"), f"{ENOUGH} {IN_TIME}"),
    (spoken("2026-11-30"), f"{ENOUGH} 1 Green Circle account is overdue for a talk: A by 1 day."),
    (spoken("2026-11-29"), f"{ENOUGH} 1 Green Circle account is overdue for a talk: A by 2 days."),
    (spoken("2026-12-20", count=3), f"{FEW} {IN_TIME}"),
    (spoken("2026-12-20", count=1), f"{FEW} A, with revenue of €40 in twelve months, hangs on one "
                                    f"contact alone: Person 0. {IN_TIME}"),
    (spoken("2026-12-20", account="Z"), f"{FEW} No two-way contact is on record with A."),
    (spoken("2026-12-20", owners=1), f"{ENOUGH} Of our people only O0 talks with the contacts "
                                     "that count at A, which brought revenue of €40 in twelve "
                                     f"months. {IN_TIME}"),
    (spoken("2026-12-20", roles="influencer"), f"{ENOUGH} Contacts enough, but a role missing: A "
                                               f"(gatekeeper). {IN_TIME}"),
    (spoken("2026-12-20", roles="gatekeeper;influencer;coach"),
     f"{ENOUGH} {IN_TIME} Roles that are none of the five count for nobody: coach (4).")])
def test_contacts(tmp_path, given, told):
    assert text_of(contacts.state(reviewed(
        tmp_path, invoice_lines=evenly("A", 10), **given))) == told


@pytest.mark.parametrize(("name", "told"), [
    ("lines alone", "Without contacts nobody can be counted. This needs contacts and activities"),
    ("nobody", "Without contacts")])
def test_contacts_that_nobody_exported(name, told):
    assert text_of(contacts.state(situation(name)[0])).startswith(told)


def test_contacts_without_activities_ask_for_them_and_draw_no_table(tmp_path):
    given = spoken("2026-12-20")
    review = reviewed(tmp_path, invoice_lines=evenly("A", 10), contacts=given["contacts"])
    assert text_of(contacts.state(review)).startswith("Contacts are known, but not who spoke with")
    for exhibit in (contact_tables.matrix, contact_tables.how_to_read,
                    contact_tables.overdue_table):
        assert not text_of(exhibit(review))
    assert contacts.headlines(review) == contacts.decisions(review) == []


def test_two_accounts_on_one_contact_each_and_on_one_of_ours_each(tmp_path):
    a, b = spoken("2026-12-20", count=1), spoken("2026-12-20", "B", count=1)
    for row in (*b["contacts"], *b["activities"]):
        row["contact_id"] = "B" + row["contact_id"]
    lines = [*evenly("A", 100), *evenly("B", 90)]
    review = reviewed(tmp_path / "1", invoice_lines=lines,
                      contacts=a["contacts"] + b["contacts"],
                      activities=a["activities"] + b["activities"])
    assert ("2 Green Circle accounts, with revenue of €760 in twelve months, hang on one contact "
            "each: A (€400) and B (€360).") in text_of(contacts.state(review))
    assert contacts.headlines(review)[0].money == 760
    assert "Win a second contact at A and B." in contacts.decisions(review)


def test_the_matrix_names_whom_to_win_and_whom_to_keep(tmp_path):
    given = spoken("2026-12-20", count=2, owners=1, roles="influencer; decider")
    silent = {"contact_id": "S", "account_id": "A", "name": "Silent", "roles": "gatekeeper"}
    review = reviewed(tmp_path, invoice_lines=evenly("A", 10), activities=given["activities"],
                      contacts=[*given["contacts"], silent])
    headings, row = read_rows(contact_tables.matrix(review))
    assert row == ["A", "2", "2.0", "2", "2", "0", "0", "0", "Person 0", "0 without O0",
                   "Silent: gatekeeper"]
    assert len(headings) == len(row)
    review = reviewed(tmp_path / "2", invoice_lines=evenly("A", 10), **given)
    assert read_rows(contact_tables.matrix(review))[1][-1] == "someone new: gatekeeper"


def test_whoever_was_never_spoken_with_leads_the_overdue_list(tmp_path):
    given = spoken("2026-10-15", account="B")
    review = reviewed(tmp_path, invoice_lines=[*evenly("A", 90), *evenly("B", 100)], **given)
    rows = read_rows(contact_tables.overdue_table(review))[1:]
    assert [row[0] for row in rows] == ["A", "B"]
    assert rows[0][2:5] == ["", "–", "–"]
    assert rows[1][3:5] == ["77", "47"]     # 15 October to 31 December, where 30 are allowed


def test_whoever_asked_not_to_be_contacted_is_neither_called_nor_to_be_won(tmp_path):
    review = reviewed(tmp_path, accounts=[{"account_id": "A", "do_not_contact": "yes"}],
                      invoice_lines=evenly("A", 10), **spoken("2026-10-15", count=1))
    assert review.accounts["overdue_days"].tolist() == [47]      # 77 days, where 30 are allowed
    assert not review.accounts["needs_contact"].any()
    assert read_rows(contact_tables.matrix(review))[1][-1] == ""
    assert text_of(contacts.state(review)).endswith(
        "Person 0. 1 Green Circle account asked not to be contacted: A.")
    assert not text_of(contact_tables.overdue_table(review))
    assert contacts.headlines(review) == contacts.decisions(review) == []
    assert not set(review.readiness["rule"]) & rules.BY_CONTACT


def test_accounts_beside_one_that_asked_not_to_be_contacted_are_told_apart(tmp_path):
    a, b = spoken("2026-12-20"), spoken("2026-10-15", "B")
    for row in (*b["contacts"], *b["activities"]):
        row["contact_id"] = "B" + row["contact_id"]
    review = reviewed(tmp_path, accounts=[{"account_id": "B", "do_not_contact": "yes"}],
                      invoice_lines=[*evenly("A", 100), *evenly("B", 90)],
                      contacts=a["contacts"] + b["contacts"],
                      activities=a["activities"] + b["activities"])
    assert text_of(contacts.state(review)) == (
        f"{ENOUGH} 1 Green Circle account asked not to be contacted: B. All others were spoken "
        "with within 30 days.")
    assert contacts.decisions(review) == []


def test_activities_without_a_direction_say_what_is_missing_and_nothing_else(tmp_path):
    given = spoken("2026-12-20")
    for row in given["activities"]:
        row["direction"] = None
    review = reviewed(tmp_path, invoice_lines=evenly("A", 10), **given)
    assert text_of(contacts.state(review)) == (
        "The activities do not tell who spoke, so nobody can be counted as spoken with. This "
        "needs activities.direction in the export; the CRM can supply it.")
    assert not text_of(contact_tables.overdue_table(review))
    assert contacts.headlines(review) == contacts.decisions(review) == []


def test_who_speaks_with_a_mailbox_speaks_with_no_contact_that_counts(tmp_path):
    # A has two contacts and a mailbox, O0 speaks with the two, Max with the mailbox; B has one
    # contact, whom only Ute speaks with.
    given = spoken("2026-12-20", count=2, owners=1)
    given["contacts"] += [
        {"contact_id": "M", "account_id": "A", "name": "Mail", "email": "info@a.example"},
        {"contact_id": "B0", "account_id": "B", "name": "Bea", "email": "bea@b.example"}]
    given["activities"] += [given["activities"][0] | one for one in (
        {"contact_id": "M", "owner": "Max"},
        {"contact_id": "B0", "account_id": "B", "owner": "Ute"})]
    review = reviewed(tmp_path, invoice_lines=[*evenly("A", 100), *evenly("B", 90)], **given)
    assert ("Of our people only O0 talks with the contacts that count at A, which brought revenue "
            "of €400 in twelve months. 1 more hangs on one of our people by its only contact: B."
            ) in text_of(contacts.state(review))
    assert [row_of(contact_tables.matrix(review), one)[8:10] for one in "AB"] == [
        ["Person 0", "0 without O0"], ["Bea", "0 without Ute"]]


def test_who_alone_holds_a_required_role_would_leave_none(tmp_path):
    given = spoken("2026-12-20", count=2)
    given["contacts"][1]["roles"] = "influencer"
    review = reviewed(tmp_path, invoice_lines=evenly("A", 10), **given)
    assert row_of(contact_tables.matrix(review), "A")[8] == "Person 0 (no gatekeeper left)"


def test_transactional_accounts_that_nobody_speaks_with_are_one_sentence(tmp_path):
    # Of 1000, 5, 4 and 3 the first makes more than 80%: three are transactional. One was
    # spoken with, one asked not to be contacted, one is left.
    given = spoken("2026-12-20")
    given["contacts"].append({"contact_id": "C", "account_id": "C", "email": "c@c.example"})
    given["activities"].append(given["activities"][0] | {"contact_id": "C", "account_id": "C"})
    review = reviewed(tmp_path, accounts=[{"account_id": "D", "do_not_contact": "yes"}],
                      invoice_lines=[line for one, amount in zip("ABCD", (1000, 5, 4, 3),
                                                                 strict=True)
                                     for line in evenly(one, amount)], **given)
    assert text_of(contacts.state(review)) == (
        f"{ENOUGH} {IN_TIME} With 1 transactional account no two-way contact is on record in the "
        "last 90 days.")


# --- value -------------------------------------------------------------------------------

@pytest.mark.parametrize(("name", "told"), [
    ("soft value", "1 Green Circle account has no confirmed value in the last two quarters: A. 1 "
                   "soft benefit of the last twelve months is shown and in no return: A."),
    ("negative return", "Every Green Circle account has confirmed value in the last two quarters. "
                        "For 1 account, A, the documented value does not cover what the customer "
                        "spends; its return stays off the external page."),
    ("value not measured", "1 Green Circle account has no confirmed value in the last two "
                           "quarters: A.")])
def test_value(name, told):
    assert text_of(value.state(situation(name)[0])) == told


def test_services_alone_are_no_negative_return(tmp_path):
    review = reviewed(tmp_path, invoice_lines=evenly("A", 1000), services=[
        {"account_id": "A", "date": "2026-12-01", "service_id": "S", "quantity": 1,
         "unit_list_value": 9, "evidence": "S-1"}])
    assert text_of(value.state(review)) == (
        "Every Green Circle account has confirmed value in the last two quarters.")


def test_value_that_was_not_measured_is_no_zero():
    (row,) = read_rows(value.received(situation("value not measured")[0]))[1:]
    assert row == ["A", "EUR", *["–"] * 8]


# --- promises ----------------------------------------------------------------------------

@pytest.mark.parametrize(("name", "told"), [
    ("all missed", "We kept 0 of 2 promises of the last review and missed 2: A."),
    ("one missed", "We kept 1 of 2 promises of the last review and missed 1: A."),
    ("only their promises", "No promise was made in the review of 2026Q3."),
    ("promises of an older review", "We kept 0 of 1 promises of the last review. 1 is still open: "
                                    "A."),
    ("lines alone", "No promises are recorded. This needs commitments in the export; account "
                    "managers can supply it.")])
def test_promises(name, told):
    assert text_of(promises.state(situation(name)[0])).startswith(told)


def test_promises_of_all_reviews_and_both_sides(tmp_path):
    # Of ours 1 kept, 1 missed, 1 overdue, 1 dropped: 1 of 3. Of theirs nothing was decided.
    older = PROMISE | {"review_quarter": "2026Q2", "text": "older", "due": "2026-09-01"}
    review = reviewed(tmp_path, invoice_lines=evenly("A", 10), commitments=[
        PROMISE, older | {"status": "missed"}, older | {"status": "open", "owner": "Bob"},
        older | {"status": "dropped"}, NEXT | {"side": "theirs"}])
    assert text_of(promises.state(review)) == (
        "We kept 1 of 1 promises of the last review. 1 of ours is overdue: A. Over all reviews we "
        "kept 33.3% of those kept or missed.")
    assert [row[:2] + row[2:7] for row in read_rows(promises.by_review(review))[1:]] == [
        ["2026Q4", "the customers&#39;", "1", "0", "0", "0", "0"],
        ["2026Q3", "ours", "1", "1", "0", "0", "0"], ["2026Q2", "ours", "3", "0", "2", "1", "1"]]
    assert [row[:4] + row[7:] for row in read_rows(promises.by_owner(review))[1:]] == [
        ["Ann", "3", "1", "1", "50.0%"], ["Bob", "1", "0", "1", "0.0%"]]
    assert promises.decisions(review) == ["Keep what is overdue or agree on a new day: A."]


def test_promises_that_were_not_kept_and_not_those_still_open(tmp_path):
    review = reviewed(tmp_path, invoice_lines=evenly("A", 10), commitments=[
        PROMISE, PROMISE | {"text": "m", "status": "missed"},
        PROMISE | {"text": "d", "status": "dropped"},
        PROMISE | {"text": "late", "status": "open"},
        PROMISE | {"text": "to come", "status": "open", "due": "2027-01-31"},
        PROMISE | {"text": "theirs", "side": "theirs", "status": "missed"}, NEXT])
    assert sorted(row[1] for row in read_rows(promises.broken(review))[1:]) == ["d", "late", "m"]


def test_promises_without_a_day_are_open_and_neither_missed_nor_dropped(tmp_path):
    undated = PROMISE | {"status": "open", "due": None}
    review = reviewed(tmp_path, invoice_lines=evenly("A", 10), commitments=[
        undated, undated | {"text": "call"}])
    assert text_of(promises.state(review)) == (
        "We kept 0 of 2 promises of the last review. 2 are still open: A.")
    assert text_of(promises.broken(review)) == "No promise of ours was missed or dropped."
    assert promises.headlines(review) == promises.decisions(review) == []


def test_only_the_last_eight_reviews_are_shown(tmp_path):
    quarters = [str(one) for one in pd.period_range("2024Q1", "2026Q3", freq="Q-DEC")]
    review = reviewed(tmp_path, invoice_lines=evenly("A", 10), commitments=[
        PROMISE | {"review_quarter": one} for one in quarters])
    assert [row[0] for row in read_rows(promises.by_review(review))[1:]] == quarters[:-9:-1]


# --- readiness ---------------------------------------------------------------------------

@pytest.mark.parametrize(("written", "told"), [
    ({}, "No external review is ready; all wait for the account manager's own words. 2 wait for "
         "nothing but these words: A and B."),
    ({"A": "x"}, "1 of 2 external reviews is ready; the others wait for the account manager's own "
                 "words. 1 waits for nothing but these words: B."),
    ({"A": "x", "B": "y"}, "Every external review is ready.")])
def test_readiness(tmp_path, written, told):
    review = reviewed(tmp_path, invoice_lines=[*evenly("A", 100), *evenly("B", 90)],
                      commentary=written)
    assert text_of(readiness.state(review)) == told


def test_who_waits_for_own_words_only_is_told_above_the_table_and_not_in_it(tmp_path):
    review = reviewed(
        tmp_path, invoice_lines=[*evenly("A", 100), *evenly("B", 90)], commentary={},
        complaints=[{"account_id": "B", "date": "2026-12-01", "status": "open"}])
    assert "1 waits for nothing but these words: A." in text_of(readiness.state(review))
    assert [row[0] for row in read_rows(readiness.todo_table(review))[1:]] == ["B"]


def test_readiness_lists_what_is_missing_by_weight(tmp_path):
    review = reviewed(
        tmp_path, invoice_lines=evenly("A", 100), commentary={},
        contacts=[{"contact_id": "K", "account_id": "A", "email": "k@a.example"}],
        activities=[{"account_id": "A", "contact_id": "K", "date": "2026-10-15",
                     "direction": "two_way", "owner": "Ann"}],
        benefits=[MEASURED | {"actual": 0.01, "class": "estimated"}],
        service_levels=[{"account_id": "A", "quarter": "2026Q4", "measure": "on time",
                         "promised": 95, "delivered": 90}],
        commitments=[PROMISE | {"status": "open"}],
        complaints=[{"account_id": "A", "date": "2026-12-01", "status": "open"}])
    (row,) = read_rows(readiness.todo_table(review))[1:]
    assert row[2] == "draft"
    assert row[3] == ("write the account manager&#39;s own words; answer for overdue promises; "
                      "answer the open complaint; talk about the return first; explain the missed "
                      "service level; call: the contact is overdue; have value confirmed; win "
                      "contacts; win the missing role: influencer, gatekeeper")


def test_readiness_of_a_finished_account_lists_nothing(tmp_path):
    review = reviewed(tmp_path, invoice_lines=evenly("A", 100), commentary={"A": "Thanks."})
    assert read_rows(readiness.todo_table(review))[1] == ["A", "", "ready", ""]


@pytest.mark.parametrize("rule", rules.SEVERITY)
def test_every_rule_has_a_phrase(rule):
    for evidence in ("", "1", "3", "influencer", "R-{1}"):
        assert phrase(rule, evidence, EN)


def test_a_risk_without_owner_keeps_a_written_page_a_draft(tmp_path):
    review = reviewed(
        tmp_path, accounts=[{"account_id": "A", "industry": "paper"}, {"account_id": "B"}],
        invoice_lines=[*evenly("A", 100), *evenly("B", 90)], commentary={"A": "x"},
        risks=[{"risk_id": "R-1", "industry": "paper", "category": "economic", "driver": "tariffs",
                "probability_low": 0.5, "probability_high": 0.5, "impact_share": 0.5}])
    assert text_of(readiness.state(review)) == (
        "0 of 2 external reviews are ready. 1 waits for the account manager's own words. 1 waits "
        "for nothing but these words: B. 1 has a large risk without an owner or a date: A.")
    row = row_of(readiness.todo_table(review), "A")
    assert row[2:] == ["draft", "give the risk an owner and a date: R-1"]


# --- the sample company, held against its CSV files --------------------------------------

@pytest.fixture(scope="module")
def sample():
    return sample_review()


@pytest.fixture(scope="module")
def names():
    return read("accounts").set_index("account_id")["name"]


def test_sample_contacts(sample, names):
    told, html = text_of(contacts.state(sample)), contact_tables.matrix(sample)
    assert f"{names['A-004']}, {names['A-006']}, {names['A-019']} and" in told
    assert f"only Claire Vandamme talks with the contacts that count at {names['A-015']}" in told
    counts = {one: row_of(html, names[one])[1] for one in ("A-001", "A-004", "A-019")}
    assert counts == {"A-001": "14", "A-004": "1", "A-019": "3"}
    assert row_of(html, names["A-010"])[-1] == "someone new: gatekeeper"
    assert row_of(html, names["A-002"])[-1] == "someone new: influencer"
    assert row_of(html, names["A-015"])[-2] == "0 without Claire Vandamme"
    late = contact_tables.overdue_table(sample)
    # last spoken with 78, 49 and 44 days ago, where 30 are allowed
    assert [row_of(late, names[one])[3:5] for one in ("A-006", "A-009", "A-012")] == [
        ["78", "48"], ["49", "19"], ["44", "14"]]


def test_sample_one_person_holds_much_revenue(sample, names):
    accounts = sample.accounts.set_index("account_id")
    one = accounts.loc["A-004"]
    assert one["is_single_threaded"]
    assert one["revenue_ltm"] == pytest.approx(811_000, abs=1_000)
    assert (one["contacts_left"], one["roles_left"]) == (0, 0)
    assert accounts.loc["A-001", "effective_contacts"] <= 14


def test_sample_promises(sample, names):
    made = read("commitments")
    ours = made[(made["review_quarter"] == "2026Q3") & (made["side"] == "ours")]
    overdue = (ours["status"] == "open") & (pd.to_datetime(ours["due"]) < "2026-09-30")
    missed = ours[(ours["status"] == "missed") | overdue]
    told = text_of(promises.state(sample))
    assert told.startswith(f"We kept {(ours['status'] == 'kept').sum()} of {len(ours)} promises of "
                           f"the last review and missed {len(missed)}: {names['A-012']}")
    assert re.search(f"2 of ours are overdue: {names['A-005']} and {names['A-006']}", told)
    by_account = sample.accounts.set_index("account_id")[["promises_n", "kept_n", "missed_n"]]
    assert by_account.loc["A-012"].tolist() == [3, 0, 3]
    assert by_account.loc["A-001", "promises_n"] == by_account.loc["A-001", "kept_n"] > 0


def test_sample_missed_promises(sample, names):
    missed = [row for row in read_rows(promises.broken(sample)) if row[0] == names["A-012"]]
    assert [row[4] for row in missed] == ["missed"] * 3


def test_sample_promises_by_person_add_up(sample):
    made = read("commitments")
    rows = read_rows(promises.by_owner(sample))[1:]
    assert sum(number(row[1]) for row in rows) == (made["side"] == "ours").sum()


def test_sample_returns(sample, names):
    rows = read_rows(value.returns(sample))[1:]
    negative = [row[0] for row in rows if row[6].startswith("−")]
    assert negative == [names["A-016"]]
    unmeasured = set(read("services")["account_id"]) - set(read("benefits")["account_id"])
    for account in unmeasured & set(sample.green_circle["account_id"]):
        assert names[account] not in [row[0] for row in rows]


def test_sample_readiness(sample, names):
    html = readiness.todo_table(sample)
    assert row_of(html, names["A-016"])[3].find("talk about the return first") > 0
    assert "answer the open complaint" in row_of(html, names["A-003"])[3]
    assert "answer for overdue promises" in row_of(html, names["A-005"])[3]
    assert row_of(html, names["A-004"])[2] == "draft"
    (ending,) = readiness.headlines(sample)
    assert f"The contract of {names['A-007']} ends within 123 days" in ending.sentence
