"""Gaps found by rule: each on its own case, and silent without its table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal
from tables import contract_table, properties, typed_table

from qbrkit.black_ops.gaps import (
    CONTACT_OVERDUE,
    CONTRACT_ENDS,
    FEW_CONTACTS,
    GAPS,
    MISSING_ROLE,
    NO_CONFIRMED_VALUE,
    NO_OBJECTIVE,
    ONE_THREAD,
    OPEN_COMPLAINT,
    PRICE_ABOVE_PEERS,
    PROMISE_OVERDUE,
    WHITE_SPACE_RIVAL,
    family_without_objective,
    find_gaps,
)

AS_OF = pd.Timestamp("2026-09-30")
DAY = pd.Timedelta(days=1)
ACCOUNT = {
    "account_id": "str", "revenue_ltm": "float64", "contacts_n": "float64",
    "missing_roles": "str", "our_people_n": "float64", "their_people_n": "float64",
    "overdue_days": "float64", "is_never_contacted": "bool",
    "confirmed_two_quarters": "float64",
    "contract_end": "datetime64[us]", "open_complaints_n": "float64",
    "overdue_promises_n": "float64", "paid": "float64", "at_peers": "float64",
    "family_without_objective": "str", "family_revenue": "float64"}
SOUND = {"account_id": "A", "revenue_ltm": 1000.0, "contacts_n": 4, "missing_roles": "",
         "our_people_n": 2, "their_people_n": 2, "overdue_days": 0,
         "is_never_contacted": False, "confirmed_two_quarters": 0.01,
         "contract_end": AS_OF + 181 * DAY, "open_complaints_n": 0, "overdue_promises_n": 0,
         "paid": 525.0, "at_peers": 500.0}


def accounts(*changes):
    """Accounts without a gap, but for these changes."""
    return typed_table(ACCOUNT, [SOUND | change for change in changes])


def gaps_of(**change):
    table = find_gaps(accounts(change), AS_OF)
    return list(zip(table["gap"], table["evidence"], strict=True))


def test_a_sound_account_has_no_gap():
    assert gaps_of() == []


@pytest.mark.parametrize(("change", "gap", "evidence"), [
    ({"contacts_n": 3}, FEW_CONTACTS, "3"),
    ({"contacts_n": 0}, FEW_CONTACTS, "0"),
    ({"missing_roles": "influencer, gatekeeper"}, MISSING_ROLE, "influencer, gatekeeper"),
    ({"our_people_n": 1}, ONE_THREAD, "1"),
    ({"their_people_n": 1, "our_people_n": 5}, ONE_THREAD, "1"),
    ({"their_people_n": 1, "our_people_n": 0}, ONE_THREAD, "1"),  # ours are not named
    ({"overdue_days": 12}, CONTACT_OVERDUE, "12"),
    ({"overdue_days": None, "is_never_contacted": True}, CONTACT_OVERDUE, "never"),
    ({"confirmed_two_quarters": 0}, NO_CONFIRMED_VALUE, "0"),
    ({"confirmed_two_quarters": 0.004}, NO_CONFIRMED_VALUE, "0.004"),  # less than a cent
    ({"confirmed_two_quarters": -1234567.5}, NO_CONFIRMED_VALUE, "-1234567.5"),
    ({"contract_end": AS_OF + 180 * DAY}, CONTRACT_ENDS, "180"),
    ({"contract_end": AS_OF}, CONTRACT_ENDS, "0"),
    ({"paid": 525.01}, PRICE_ABOVE_PEERS, "0.05002"),  # 525.01 / 500 - 1
    ({"open_complaints_n": 2}, OPEN_COMPLAINT, "2"),
    ({"overdue_promises_n": 1}, PROMISE_OVERDUE, "1"),
    ({"family_without_objective": "Pumps"}, NO_OBJECTIVE, "Pumps")])
def test_each_rule_fires_on_its_own_case_only(change, gap, evidence):
    assert gaps_of(**change) == [(gap, evidence)]


@pytest.mark.parametrize("change", [
    {"contacts_n": 12}, {"overdue_days": 0}, {"contract_end": AS_OF - DAY},
    {"our_people_n": 0, "their_people_n": 0},
    {"paid": 400.0}, {"paid": 499.99, "at_peers": 1.0}])  # less than half of 1000 tells nothing
def test_rules_stay_silent_at_the_other_side_of_their_limits(change):
    assert gaps_of(**change) == []


@pytest.mark.parametrize("column", [name for name in ACCOUNT
                                    if name not in {"account_id", "revenue_ltm"}])
def test_a_rule_is_silent_when_its_table_is_missing(column):
    bad = {"contacts_n": 0, "missing_roles": "influencer", "our_people_n": 1, "their_people_n": 1,
           "overdue_days": 5, "confirmed_two_quarters": 0, "contract_end": AS_OF,
           "open_complaints_n": 1, "overdue_promises_n": 1, "family_without_objective": "Pumps",
           "paid": 600, "at_peers": 500, "family_revenue": 9}
    assert set(dict(gaps_of(**bad))) == set(GAPS) - {WHITE_SPACE_RIVAL}
    missing = np.nan if column != "contract_end" else pd.NaT
    named = set(dict(gaps_of(**bad | {column: missing})))
    rule = {"contacts_n": FEW_CONTACTS, "missing_roles": MISSING_ROLE,
            "overdue_days": CONTACT_OVERDUE, "confirmed_two_quarters": NO_CONFIRMED_VALUE,
            "contract_end": CONTRACT_ENDS, "open_complaints_n": OPEN_COMPLAINT,
            "overdue_promises_n": PROMISE_OVERDUE, "family_without_objective": NO_OBJECTIVE,
            "paid": PRICE_ABOVE_PEERS, "at_peers": PRICE_ABOVE_PEERS}
    # One thread rests on two columns of the same table: it is silent when both are missing.
    assert set(GAPS) - named - {WHITE_SPACE_RIVAL} == ({rule[column]} if column in rule else set())


def test_with_no_table_at_all_every_rule_is_silent():
    table = find_gaps(typed_table(ACCOUNT, [{"account_id": "A", "revenue_ltm": 5.0,
                                              "is_never_contacted": False}]), AS_OF)
    assert table.empty


def test_without_green_accounts_the_table_is_empty_and_typed():
    table = find_gaps(typed_table(ACCOUNT), AS_OF)
    assert table.empty
    assert table.dtypes.astype(str).to_dict() == {
        "account_id": "str", "gap": "str", "evidence": "str", "family": "str",
        "excess": "float64", "at_stake": "float64"}


def test_limits_can_be_set():
    table = accounts({"contacts_n": 4, "contract_end": AS_OF + 181 * DAY})
    assert find_gaps(table, AS_OF, 4, 180).empty
    assert list(find_gaps(table, AS_OF, 5, 181)["gap"]) == [FEW_CONTACTS, CONTRACT_ENDS]


def test_gaps_are_sorted_by_the_revenue_of_the_account_then_by_rule():
    # B has more revenue than A and C, who tie; an unknown one comes last.
    table = find_gaps(accounts(
        {"account_id": "C", "overdue_days": 1},
        {"account_id": "A", "open_complaints_n": 1, "contacts_n": 1},
        {"account_id": "D", "revenue_ltm": np.nan, "contacts_n": 1},
        {"account_id": "B", "revenue_ltm": 9000.0, "contacts_n": 2}), AS_OF)
    assert list(zip(table["account_id"], table["gap"], strict=True)) == [
        ("B", FEW_CONTACTS), ("A", FEW_CONTACTS), ("A", OPEN_COMPLAINT),
        ("C", CONTACT_OVERDUE), ("D", FEW_CONTACTS)]
    assert table["at_stake"].tolist()[:4] == [9000.0, 1000.0, 1000.0, 1000.0]


def test_the_money_at_stake_is_that_of_the_gap():
    # A: pays 660 for 600, and buys Pumps for 400; its other gap puts all 1000 at stake.
    # Belts and Seals could be won: what peers spend there, the larger one first.
    contested = typed_table(
        {"account_id": "str", "family": "str", "competitors": "str", "median_spend": "float64"},
        [{"account_id": "A", "family": "Seals", "competitors": "Rival", "median_spend": 20},
         {"account_id": "A", "family": "Belts", "competitors": "Other; Rival", "median_spend": 70},
         {"account_id": "Z", "family": "Belts", "competitors": "Rival", "median_spend": 999}])
    table = find_gaps(accounts(
        {"open_complaints_n": 1, "paid": 660, "at_peers": 600, "family_revenue": 400,
         "family_without_objective": "Pumps"}), AS_OF, contested=contested)
    assert table.astype(object).where(table.notna(), None).to_numpy().tolist() == [
        ["A", PRICE_ABOVE_PEERS, "0.1", None, 60, 660],
        ["A", WHITE_SPACE_RIVAL, "Other; Rival", "Belts", None, 70],
        ["A", WHITE_SPACE_RIVAL, "Rival", "Seals", None, 20],
        ["A", OPEN_COMPLAINT, "1", None, None, 1000],
        ["A", NO_OBJECTIVE, "Pumps", "Pumps", None, 400]]


# --- the top family ----------------------------------------------------------------------

QUARTERS = list(pd.period_range("2025Q4", periods=4, freq="Q-SEP"))
FACTS = {"account_id": "str", "family": "str", "quarter": "period[Q-SEP]", "revenue": "float64"}


def facts(*rows):
    return typed_table(FACTS, [dict(zip(FACTS, row, strict=True)) for row in rows])


def objectives(*pairs):
    return contract_table("objectives", [
        {"account_id": account, "family": family, "text": "grow"} for account, family in pairs])


def expect(**families):
    return pd.Series(list(families.values()), index=pd.Index(list(families), dtype="str",
                     name="account_id"), dtype="str", name="family")


def families_of(*given):
    return family_without_objective(*given, QUARTERS)["family"]


def test_top_family_worked_by_hand():
    # A: Pumps 60 + 50 = 110 beats Valves 100, and has no objective (Valves has one).
    # B: Valves 70 beats Pumps 90 - 40 = 50, and has one. C: its only objective names no family.
    # D bought only before the four quarters. E only gave goods back.
    found = family_without_objective(facts(
        ("A", "Pumps", QUARTERS[0], 60), ("A", "Pumps", QUARTERS[3], 50),
        ("A", "Valves", QUARTERS[1], 100), ("A", "Valves", QUARTERS[0] - 1, 500),
        ("B", "Pumps", QUARTERS[2], 90), ("B", "Pumps", QUARTERS[3], -40),
        ("B", "Valves", QUARTERS[2], 70), ("C", "Seals", QUARTERS[2], 10),
        ("D", "Seals", QUARTERS[0] - 1, 10), ("E", "Seals", QUARTERS[0], -10)),
        objectives(("A", "Valves"), ("B", "Valves"), ("C", None), ("D", "Pumps")), QUARTERS)
    assert_series_equal(found["family"].sort_index(), expect(A="Pumps", C="Seals"))
    assert found["revenue"].to_dict() == {"A": 110, "C": 10}


def test_families_that_tie_are_taken_by_name():
    rows = [("A", "Valves", QUARTERS[0], 10), ("A", "Pumps", QUARTERS[0], 10)]
    for order in (rows, rows[::-1]):
        assert_series_equal(families_of(facts(*order), objectives()), expect(A="Pumps"))


def test_an_objective_names_a_family_in_any_capitals_and_blanks():
    table = facts(("A", "Belts and chains", QUARTERS[0], 10))
    assert families_of(table, objectives(("A", " belts  And chains "))).empty
    assert len(families_of(table, objectives(("A", "belts"))))


def test_an_objective_of_another_account_does_not_help():
    found = families_of(facts(("A", "Pumps", QUARTERS[0], 10)), objectives(("B", "Pumps")))
    assert_series_equal(found, expect(A="Pumps"))


@pytest.mark.parametrize("table", [
    facts(), facts(("A", "Pumps", QUARTERS[0] - 1, 10)), facts((None, "Pumps", QUARTERS[0], 10)),
    facts(("A", None, QUARTERS[0], 10))])
def test_without_a_known_family_nothing_is_named(table):
    assert_series_equal(families_of(table, objectives()), expect())


# --- properties --------------------------------------------------------------------------

numbers = st.none() | st.integers(0, 6)
some_accounts = st.lists(st.fixed_dictionaries({
    "revenue_ltm": st.integers(0, 10**9).map(lambda cents: cents / 100), "contacts_n": numbers,
    "missing_roles": st.sampled_from([None, "", "gatekeeper"]), "our_people_n": numbers,
    "their_people_n": numbers, "overdue_days": numbers,
    "confirmed_two_quarters": st.none() | st.integers(-100, 100),
    "contract_end": st.none() | st.integers(-300, 300).map(lambda days: AS_OF + days * DAY),
    "open_complaints_n": numbers, "overdue_promises_n": numbers,
    "family_without_objective": st.sampled_from([None, "Pumps"]),
    "paid": st.none() | st.integers(0, 10**9).map(lambda cents: cents / 100),
    "at_peers": st.none() | st.integers(1, 10**9).map(lambda cents: cents / 100)}), max_size=6).map(
        lambda records: typed_table(ACCOUNT, [
            {"account_id": f"A-{number}"} | record for number, record in enumerate(records)]))


@properties
@given(some_accounts, st.integers(0, 1000))
def test_inputs_stay_and_the_order_of_rows_does_not_matter(table, seed):
    before = table.copy()
    found = find_gaps(table, AS_OF)
    assert_frame_equal(table, before)
    assert_frame_equal(find_gaps(table.sample(frac=1, random_state=seed), AS_OF), found)


@properties
@given(some_accounts, st.integers(1, 1000))
def test_the_currency_changes_only_the_money_at_stake(table, unit):
    found = find_gaps(table, AS_OF)
    money = ["revenue_ltm", "paid", "at_peers"]
    scaled = find_gaps(table.assign(**{name: table[name] * unit for name in money}), AS_OF)
    sums = ["excess", "at_stake"]
    assert_frame_equal(scaled.drop(columns=sums), found.drop(columns=sums))
    np.testing.assert_allclose(scaled[sums], found[sums] * unit, rtol=1e-6, atol=1e-6)


@properties
@given(some_accounts)
def test_a_gap_appears_once_and_depends_on_its_own_account_only(table):
    found = find_gaps(table, AS_OF)
    assert not found.duplicated(["account_id", "gap"]).any()
    assert set(found["gap"]) <= set(GAPS)
    alone = [find_gaps(table.iloc[[number]], AS_OF) for number in range(len(table))]
    assert len(found) == sum(len(one) for one in alone)


@properties
@given(some_accounts, st.integers(0, 5))
def test_more_contacts_never_open_a_gap(table, more):
    was = find_gaps(table, AS_OF)
    is_now = find_gaps(table.assign(contacts_n=table["contacts_n"] + more), AS_OF)
    assert len(is_now) <= len(was)
