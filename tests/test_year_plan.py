"""Calls of a year: weekdays, even gaps, the same days from run to run."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tables import contract_table, properties

from qbrkit.year_plan import CHANNELS, plan_calls

START = pd.Timestamp("2026-10-01")
DAY = pd.Timedelta(days=1)
COLUMNS = ["owner", "date", "account_id", "name", "channel"]


def accounts(*records):
    return contract_table("accounts", records)


def gaps(plan):
    return plan.sort_values("date").groupby("account_id")["date"].diff().dropna().dt.days


def day_of(account_id, target_days):
    return int(hashlib.sha256(account_id.encode()).hexdigest()[:8], 16) % target_days


def test_calls_worked_by_hand():
    # The hash of A-1 begins with bc4e7be9 = 3159260137, which leaves 37 when divided by 75; so do
    # its days, counted from 1970-01-01. The 1st of October 2026 is day 20727 = 276 x 75 + 27, so
    # ten days on, Sunday the 11th, call 276 is due; an even number: phone; moved to Monday the
    # 12th. Then every 75 days: Friday 25 December (holidays are not looked at), Wednesday 10
    # March, Monday 24 May, Saturday 7 August (moved to the 9th); 21 October is after the year.
    plan = plan_calls(accounts({"account_id": "A-1", "name": "Abel", "owner": "Ute"}), START)
    assert day_of("A-1", 75) == 37
    assert list(plan) == COLUMNS
    assert list(zip(plan["date"].dt.strftime("%Y-%m-%d"), plan["channel"], strict=True)) == [
        ("2026-10-12", "phone"), ("2026-12-25", "email"), ("2027-03-10", "phone"),
        ("2027-05-24", "email"), ("2027-08-09", "phone")]
    assert set(plan["owner"]) == {"Ute"}
    assert set(plan["name"]) == {"Abel"}


def test_who_asked_not_to_be_contacted_gets_no_call():
    plan = plan_calls(accounts(
        {"account_id": "A", "do_not_contact": True}, {"account_id": "B", "do_not_contact": False},
        {"account_id": "C"}), START)
    assert set(plan["account_id"]) == {"B", "C"}


def test_calls_without_an_owner_come_last_and_stay_without():
    plan = plan_calls(accounts({"account_id": "A"}, {"account_id": "B", "owner": "Ute"}), START)
    is_named = plan["owner"].notna()
    assert is_named.is_monotonic_decreasing
    assert list(is_named.groupby(plan["account_id"]).all()) == [False, True]
    assert plan["name"].isna().all()


@pytest.mark.parametrize("table", [
    accounts(), accounts({"account_id": "A", "do_not_contact": True})])
def test_without_anybody_to_call_the_plan_is_empty_and_typed(table):
    plan = plan_calls(table, START)
    assert plan.empty
    assert plan.dtypes.astype(str).to_dict() == dict.fromkeys(COLUMNS, "str") | {
        "date": "datetime64[us]"}


def test_the_load_is_even():
    # 7,500 accounts, 75 days: 100 calls a day, the weekend's on Monday, so 700 a week; a week's
    # number is binomial with a deviation of about sqrt(7500 x 7/75 x 68/75) = 25.
    many = contract_table("accounts", [{"account_id": f"A-{number}"} for number in range(7500)])
    plan = plan_calls(many, pd.Timestamp("2026-10-05"))
    by_week = plan.groupby((plan["date"] - pd.Timestamp("2026-10-05")).dt.days // 7).size()
    assert by_week[:52].between(700 - 5 * 25, 700 + 5 * 25).all()


def test_a_plan_made_a_quarter_later_names_the_same_days():
    table = accounts(*({"account_id": f"A-{number}", "owner": "Ute"} for number in range(40)))
    for start in pd.date_range("2026-12-25", periods=8, freq="D"):
        first, second = plan_calls(table, START), plan_calls(table, start)
        assert_frame_equal(first[first["date"] >= start].reset_index(drop=True),
                           second[second["date"] < START + 365 * DAY].reset_index(drop=True))


# --- properties --------------------------------------------------------------------------

ids = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=8, unique=True)
starts = st.integers(0, 4000).map(lambda days: pd.Timestamp("2024-01-01") + days * DAY)


def some(account_ids):
    return accounts(*({"account_id": one, "name": one, "owner": f"owner {len(one) % 3}"}
                      for one in account_ids))


@properties
@given(ids, starts, st.integers(60, 90))
def test_calls_fall_on_weekdays_of_the_year_with_even_gaps(account_ids, start, target_days):
    plan = plan_calls(some(account_ids), start, target_days)
    assert (plan["date"].dt.day_of_week < 5).all()
    assert plan["date"].between(start, start + 364 * DAY).all()
    assert (gaps(plan) - target_days).abs().le(2).all()
    if target_days == 75:
        assert gaps(plan).between(60, 90).all()
    first = plan.groupby("account_id")["date"].min()
    last = plan.groupby("account_id")["date"].max()
    assert set(first.index) == set(account_ids)
    assert (first <= start + (target_days + 2) * DAY).all()
    assert (last > start + (364 - target_days - 2) * DAY).all()


@properties
@given(ids, starts)
def test_the_usual_target_keeps_every_gap_within_two_to_three_months(account_ids, start):
    plan = plan_calls(some(account_ids), start)
    assert gaps(plan).between(60, 90).all()
    assert plan.groupby("account_id").size().between(4, 5).all()


@properties
@given(ids, starts)
def test_channels_are_phone_and_email_in_turn(account_ids, start):
    plan = plan_calls(some(account_ids), start).sort_values(["account_id", "date"])
    assert set(plan["channel"]) == set(CHANNELS)
    turn = plan["channel"].map({"phone": 0, "email": 1}).groupby(plan["account_id"]).diff()
    assert set(turn.dropna().abs()) == {1.0}


@properties
@given(ids, ids, starts)
def test_other_accounts_do_not_move_an_account(account_ids, others, start):
    alone = plan_calls(some(account_ids), start)
    together = plan_calls(some(dict.fromkeys([*others, *account_ids])), start)
    shown = together[together["account_id"].isin(account_ids)].reset_index(drop=True)
    assert_frame_equal(shown, alone)


@properties
@given(ids, starts, st.integers(0, 1000))
def test_inputs_stay_and_the_order_of_rows_does_not_matter(account_ids, start, seed):
    table = some(account_ids)
    before = table.copy()
    plan = plan_calls(table, start)
    assert_frame_equal(table, before)
    assert_frame_equal(plan_calls(table.sample(frac=1, random_state=seed), start), plan)
    assert np.array_equal(plan["owner"], np.sort(plan["owner"]))
