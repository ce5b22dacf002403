"""Calls within the minutes of each user and month: moved, and left out by margin."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tables import properties, typed_table

from qbrkit.year_plan import WorkingDays, fit_capacity, give_reasons, plan_calls

START = pd.Timestamp("2026-10-01")
DAY = pd.Timedelta(days=1)
CALLS = {"owner": "str", "date": "datetime64[us]", "account_id": "str", "name": "str",
         "channel": "str", "earliest": "datetime64[us]", "latest": "datetime64[us]", "at": "int64"}


def call(account_id, date, earliest=None, latest=None, owner="Ute", **more):
    return {"account_id": account_id, "date": date, "earliest": earliest or date,
            "latest": latest or date, "owner": owner, "at": 0, **more}


def fitted(calls, margin, limits, minutes=15, start=START):
    table = typed_table(CALLS, calls).sort_values(["account_id", "date"]).reset_index(drop=True)
    days = WorkingDays(pd.Series([None], dtype="str"), start, start + 400 * DAY)
    return fit_capacity(table, pd.Series(margin, dtype="float64"), limits, start, days, minutes)


def told(table):
    return list(zip(table["account_id"], table["date"].dt.strftime("%Y-%m-%d"), strict=True))


def test_without_a_limit_everything_fits():
    found = fitted([call("A", "2026-10-05"), call("B", "2026-10-05", owner=None)],
                   {"A": 5, "B": 9}, {})
    assert told(found.calls) == [("A", "2026-10-05"), ("B", "2026-10-05")]
    assert found.left_out.empty
    assert found.load["capacity_minutes"].isna().all()
    assert found.load.groupby("owner", dropna=False)["calls_n"].sum().to_list() == [1, 1]


def test_what_cannot_be_moved_falls_out_by_the_smallest_margin():
    # 40 minutes hold two contacts of 15. All three may lie on their own day only.
    found = fitted([call("A", "2026-10-05"), call("B", "2026-10-06"), call("C", "2026-10-07")],
                   {"A": 500, "B": 20, "C": 100}, {"Ute": 40})
    assert told(found.calls) == [("A", "2026-10-05"), ("C", "2026-10-07")]
    assert told(found.left_out) == [("B", "2026-10-06")]
    assert found.left_out["minutes"].tolist() == [15]
    october = found.load.iloc[0]
    assert (october["calls_n"], october["left_out_n"], october["minutes"],
            october["capacity_minutes"]) == (2, 1, 30, 40)


def test_an_unknown_margin_falls_out_before_a_loss():
    found = fitted([call("A", "2026-10-05"), call("B", "2026-10-06")],
                   {"A": -50, "B": np.nan}, {"Ute": 15})
    assert told(found.left_out) == [("B", "2026-10-06")]


def test_what_is_too_much_moves_to_the_next_month_with_room():
    # One contact a month. C may wait until the 4th of November; the others may not.
    found = fitted([call("A", "2026-10-05"),
                    call("C", "2026-10-07", "2026-10-01", "2026-11-04")],
                   {"A": 1, "C": 100}, {"Ute": 15})
    assert found.left_out.empty
    moved = found.calls[found.calls["is_moved"]]
    assert moved["account_id"].tolist() == ["C"]
    assert moved["date"].between("2026-11-02", "2026-11-04").all(), "the 1st is a Sunday"
    assert found.load.set_index("month")["calls_n"].head(3).tolist() == [1, 1, 0]


def test_the_month_before_is_taken_first():
    found = fitted([call("A", "2026-11-10"), call("B", "2026-11-12", "2026-10-29", "2026-12-20")],
                   {"A": 1, "B": 2}, {"Ute": 15})
    assert told(found.calls)[0][0] == "B"
    assert found.calls["date"].iloc[0] in pd.date_range("2026-10-29", "2026-10-30")


def test_a_move_keeps_60_days_to_the_contact_after():
    # A's next contact is on the 28th of December, so A may wait until the 29th of October only:
    # not until November. B's next is later, and B waits, although A is worth more.
    found = fitted([call("A", "2026-10-20", "2026-10-01", "2026-11-30"),
                    call("A", "2026-12-28"),
                    call("B", "2026-10-21", "2026-10-01", "2026-11-30"),
                    call("B", "2027-01-04")], {"A": 9, "B": 1}, {"Ute": 15})
    assert found.left_out.empty
    assert found.calls[found.calls["is_moved"]]["account_id"].tolist() == ["B"]
    assert told(found.calls)[0] == ("A", "2026-10-20")


def test_users_have_their_own_time_and_whoever_is_not_named_has_no_limit():
    calls = [call(f"{owner}-{at}", "2026-10-05", owner=owner) for owner in ("Ute", "Max", None)
             for at in range(3)]
    margin = {one["account_id"]: at for at, one in enumerate(calls)}
    found = fitted(calls, margin, {"Ute": 15, "Max": 30})
    assert found.left_out["account_id"].tolist() == ["Max-0", "Ute-1", "Ute-0"]
    assert found.calls["owner"].isna().sum() == 3


def test_the_first_and_last_month_count_by_their_days():
    # From the 17th of October 15 of 31 days are left: 15/31 of 62 minutes are 30, two contacts.
    calls = [call(f"A{at}", "2026-10-20") for at in range(4)]
    found = fitted(calls, {f"A{at}": at for at in range(4)}, {"Ute": 62},
                   start=pd.Timestamp("2026-10-17"))
    assert (len(found.calls), len(found.left_out)) == (2, 2)
    assert found.load["capacity_minutes"].iloc[0] == pytest.approx(30)
    assert found.load["capacity_minutes"].iloc[1] == 62
    assert len(found.load) == 13
    assert found.load["capacity_minutes"].iloc[12] == pytest.approx(62 * 16 / 31)


def test_no_time_at_all_leaves_everything_out():
    found = fitted([call("A", "2026-10-05", "2026-10-01", "2026-11-30")], {"A": 5}, {"Ute": 0})
    assert found.calls.empty
    assert found.left_out["account_id"].tolist() == ["A"]


def test_a_plan_without_calls_has_no_load():
    found = fitted([], {}, {"Ute": 15})
    assert found.calls.empty
    assert found.left_out.empty
    assert found.load.empty


def test_no_account_goes_without_while_a_smaller_one_takes_time_it_could_have_used():
    # One contact a month. L (100) takes its October and December. M (50) finds October taken and
    # its first contact may not wait; its second takes November, which S (1) had for itself.
    calls = [call("L", "2026-10-05"), call("L", "2026-12-14", "2026-12-04", "2027-01-03"),
             call("M", "2026-10-06"), call("M", "2026-12-15", "2026-12-05", "2027-01-04"),
             call("S", "2026-11-05"), call("S", "2027-01-15", "2027-01-04", "2027-02-03")]
    found = fitted(calls, {"L": 100, "M": 50, "S": 1}, {"Ute": 15})
    kept = found.calls.groupby("account_id").size()
    assert kept["L"] == 2
    assert kept["M"] == 1
    assert len(found.calls) + len(found.left_out) == 6
    assert ("M", "2026-10-06") in told(found.left_out)


def test_the_larger_of_two_takes_the_months_of_the_smaller():
    # One contact a month. L keeps the even months, whole; M wants the same ones and S the odd
    # ones. By months alone S would keep both and M none; by the year M gets S's time.
    calls = [call("L", "2026-10-05"), call("L", "2026-12-10"),
             call("M", "2026-10-06"), call("M", "2026-12-11"),
             call("S", "2026-11-05"), call("S", "2027-01-07")]
    found = fitted(calls, {"L": 100, "M": 50, "S": 1}, {"Ute": 15})
    kept = found.calls.groupby("account_id").size()
    assert kept.reindex(["L", "M"]).tolist() == [2, 1]
    m = found.calls.set_index("account_id").loc["M", "date"]
    assert m.strftime("%Y-%m") in {"2026-11", "2027-01"}, "the nearest month with room"


# --- properties --------------------------------------------------------------------------

@properties
@given(st.integers(0, 40), st.integers(0, 300), st.integers(5, 60), st.integers(60, 90),
       st.integers(0, 5))
def test_nothing_is_lost_nobody_has_too_much_and_gaps_hold(accounts_n, limit, minutes, target,
                                                           seed):
    random = np.random.default_rng(seed)
    table = pd.DataFrame({
        "account_id": pd.Series([f"A{at}" for at in range(accounts_n)], dtype="str"),
        "name": "x", "owner": pd.Series(random.choice(["Ute", "Max", "Eva"], accounts_n),
                                        dtype="str"),
        "do_not_contact": pd.Series(False, index=range(accounts_n), dtype="boolean"),
        "is_never_contacted": random.random(accounts_n) < 0.2,
        "last_contact": pd.Series(START - pd.to_timedelta(random.integers(1, 120, accounts_n),
                                                          unit="D")).astype("datetime64[us]")})
    countries = pd.Series(random.choice(["DE", "US", "IL"], accounts_n), dtype="str")
    days = WorkingDays(countries, START - 200 * DAY, START + 500 * DAY)
    calls = plan_calls(table, START, days, target)
    margin = pd.Series(random.normal(size=accounts_n), index=table["account_id"])
    before = calls.copy()
    found = fit_capacity(calls, margin, {"Ute": limit, "Max": limit / 2}, START, days, minutes)
    assert_frame_equal(calls, before)
    both = pd.concat([found.calls, found.left_out]).sort_values(["account_id", "date"])
    assert both["account_id"].tolist() == calls["account_id"].tolist()
    kept = found.calls.sort_values(["account_id", "date"])
    gaps = kept.groupby("account_id")["date"].diff().dt.days
    assert (gaps.dropna() >= 60).all()
    assert (gaps[~kept["account_id"].isin(found.left_out["account_id"])].dropna() <= 90).all()
    assert both["date"].between(START, START + 364 * DAY).all()
    load = found.load
    assert not (load["minutes"] > load["capacity_minutes"] + 1e-6).any()
    assert load["calls_n"].sum() == len(found.calls)
    assert load["left_out_n"].sum() == len(found.left_out)
    assert "Eva" not in set(found.left_out["owner"])
    starts = calls.groupby("account_id")["earliest"].min()
    for owner, out in found.left_out.groupby("owner"):
        without = out[~out["account_id"].isin(found.calls["account_id"])]
        kept = found.calls[found.calls["owner"] == owner]
        for account, worth in zip(without["account_id"], without["margin"], strict=True):
            later = kept["date"] >= starts[account].to_period("M").end_time
            assert not (kept.loc[later, "margin"] < worth).any()


# --- reasons -----------------------------------------------------------------------------

def test_reasons_are_raised_one_a_contact_the_most_urgent_first():
    calls = typed_table({"account_id": "str", "date": "datetime64[us]"}, [
        {"account_id": "A", "date": "2027-03-01"}, {"account_id": "A", "date": "2026-10-05"},
        {"account_id": "B", "date": "2026-10-06"}, {"account_id": "A", "date": "2026-12-15"}])
    signals = pd.DataFrame({"growing": [True, False], "open_complaint": [True, False]},
                           index=["A", "B"])
    ends = pd.Series(pd.to_datetime([None, None]), index=["A", "B"])
    assert give_reasons(calls, signals, ends).tolist() == [
        "regular", "open_complaint", "regular", "growing"]


def test_the_end_of_a_contract_is_raised_at_the_last_contact_before_it():
    calls = typed_table({"account_id": "str", "date": "datetime64[us]"}, [
        {"account_id": "A", "date": day} for day in ("2026-10-05", "2026-12-15", "2027-03-01")])
    signals = pd.DataFrame({"shrinking": [True]}, index=["A"])

    def reasons(end):
        return give_reasons(calls, signals, pd.Series(pd.to_datetime([end]),
                                                      index=["A"])).tolist()

    assert reasons("2027-02-28") == ["shrinking", "contract_ends", "regular"]
    assert reasons("2026-10-05") == ["contract_ends", "shrinking", "regular"]
    assert reasons("2026-10-04") == ["shrinking", "regular", "regular"]
    assert reasons("2030-10-04") == ["shrinking", "regular", "regular"]


def test_without_calls_or_signals_there_are_no_reasons():
    calls = typed_table({"account_id": "str", "date": "datetime64[us]"})
    assert give_reasons(calls, pd.DataFrame(index=pd.Index([], dtype="str")),
                        pd.Series(dtype="datetime64[us]", index=pd.Index([], dtype="str"))).empty
