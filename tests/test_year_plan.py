"""Calls of a year: working days of each country, 60 to 90 days apart, an even load."""

import holidays
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tables import properties, typed_table

from qbrkit.countries import find_countries
from qbrkit.year_plan import CHANNELS, WorkingDays, plan_calls

START = pd.Timestamp("2026-10-01")
DAY = pd.Timedelta(days=1)
COLUMNS = ["owner", "date", "account_id", "name", "channel", "earliest", "latest", "at"]
NAMED = {"account_id": "str", "name": "str", "owner": "str", "do_not_contact": "boolean",
         "last_contact": "datetime64[us]", "is_never_contacted": "bool", "country": "str"}
COUNTRIES = sorted(holidays.list_supported_countries(include_aliases=False))


def accounts(*records):
    return typed_table(NAMED, [{"is_never_contacted": False} | one for one in records])


def planned(table, start=START, target_days=75):
    days = WorkingDays(table["country"], start - 200 * DAY, start + 500 * DAY)
    return plan_calls(table, start, days, target_days)


def gaps(plan):
    return plan.groupby("account_id")["date"].diff().dropna().dt.days


def days_of(plan):
    return plan["date"].dt.strftime("%Y-%m-%d").tolist()


# --- worked by hand ----------------------------------------------------------------------
# The hash of A-1 begins with bc4e7be9 = 3159260137, which is 0.735572 of 2^32. 75 days are
# 75 x 5 / 7 = 53.5714 working days, so its row begins 0.735572 x 53.5714 = 39.4057 working days
# after Monday the 5th of January 1970. Turn 276 is working day 39.4057 + 276 x 53.5714 = 14825.1,
# 2965 weeks later: Monday the 2nd of November 2026. Turn 277: 14878.7, 2975 weeks and 3 days:
# Thursday, 14 January 2027. Then 14932.3, a Wednesday, 31 March; 14985.8, Monday, 14 June;
# 15039.4, Friday, 27 August; 15093.0 (rounded down 15092) would be in November 2027.

def test_calls_by_the_calendar_worked_by_hand():
    plan = planned(accounts({"account_id": "A-1", "name": "Abel", "owner": "Ute"}))
    assert list(plan) == COLUMNS
    assert days_of(plan) == ["2026-11-02", "2027-01-14", "2027-03-31", "2027-06-14", "2027-08-27"]
    assert list(plan["channel"]) == ["phone", "email", "phone", "email", "phone"]
    assert set(plan["owner"]) == {"Ute"}
    assert set(plan["name"]) == {"Abel"}


def test_calls_after_a_contact_worked_by_hand():
    # The 2nd of November is 43 days after the 20th of September: too soon, so 60 days after it,
    # Thursday the 19th of November. The 14th of January would be 56 days on: so Monday the 18th,
    # 60 days on. From there the 31st of March is 72 days away, and the row goes on.
    plan = planned(accounts({"account_id": "A-1", "last_contact": "2026-09-20"}))
    assert days_of(plan) == ["2026-11-19", "2027-01-18", "2027-03-31", "2027-06-14", "2027-08-27"]
    assert list(plan["channel"])[:2] == ["phone", "email"]
    first = plan.iloc[0]
    assert (first["earliest"], first["latest"]) == (
        pd.Timestamp("2026-11-19"), pd.Timestamp("2026-12-19"))


@pytest.mark.parametrize(("country", "day", "moved"), [
    ("DE", "2026-12-25", "2026-12-28"),   # Christmas is a Friday, the 26th a Saturday
    ("DE", "2026-12-26", "2026-12-28"),
    ("DE", "2026-05-14", "2026-05-15"),   # Ascension
    ("CH", "2027-05-06", "2027-05-07"),   # Ascension
    ("CH", "2026-11-26", "2026-11-26"),
    ("US", "2026-11-26", "2026-11-27"),   # Thanksgiving
    ("US", "2026-07-03", "2026-07-06"),   # the 4th of July is a Saturday, observed the day before
    ("IL", "2026-11-06", "2026-11-08"),   # Friday and Saturday are the weekend
    ("VE", "2026-11-07", "2026-11-09"),   # a working week of six days: nobody is called then
    (None, "2026-12-25", "2026-12-25"),   # nothing is known of the country
    (None, "2026-12-26", "2026-12-28"),
])
def test_a_holiday_moves_to_the_next_working_day(country, day, moved):
    days = WorkingDays(pd.Series([country], dtype="str"), START, START + 365 * DAY)
    found = days.following(np.array([day], dtype="datetime64[D]"), np.array([0]))
    assert str(found[0]) == moved


def test_the_working_day_before_and_that_of_a_share():
    days = WorkingDays(pd.Series(["DE"], dtype="str"), START, START + 365 * DAY)
    christmas, of = np.array(["2026-12-26"], dtype="datetime64[D]"), np.array([0])
    assert str(days.preceding(christmas, of)[0]) == "2026-12-24"
    # 24 December to 3 January: the 24th, 28th, 29th, 30th, 31st; the middle one is the 29th
    first, last = np.array(["2026-12-24"], dtype="datetime64[D]"), np.array(
        ["2027-01-03"], dtype="datetime64[D]")
    assert str(days.among(first, last, np.array([0.5]), of)[0]) == "2026-12-29"
    assert np.isnat(days.among(christmas, christmas + 1, np.array([0.5]), of)[0])


def test_a_call_on_a_holiday_of_its_country_only_moves_there():
    # Turn 280 of A-1 is Friday the 27th of August 2027, a working day in Germany and Switzerland;
    # turn 278, the 31st of March, as well. In Malta the 31st of March is Freedom Day.
    plan = planned(accounts(*({"account_id": "A-1", "country": one} for one in ("DE",))))
    assert "2027-03-31" in days_of(plan)
    assert "2027-04-01" in days_of(planned(accounts({"account_id": "A-1", "country": "MT"})))


def test_a_country_without_holidays_is_named():
    days = WorkingDays(pd.Series(["DE", "AQ", None], dtype="str"), START, START + 9 * DAY)
    assert days.without_holidays == [one for one in ("AQ",) if one not in COUNTRIES]


def test_the_first_contact_of_who_was_never_contacted_or_not_for_long_is_in_the_first_month():
    plan = planned(accounts(
        *({"account_id": f"N-{at}", "is_never_contacted": True} for at in range(60)),
        *({"account_id": f"L-{at}", "last_contact": "2026-02-01"} for at in range(60))))
    first = plan.groupby("account_id")["date"].min()
    assert first.between(START, START + 29 * DAY).all()
    assert first.nunique() > 15, "spread over the month"
    assert (plan.groupby("account_id")["channel"].first() == "phone").all()


def test_an_urgent_account_is_called_within_two_weeks_however_long_ago_the_last_contact_is():
    table = accounts(*({"account_id": f"U-{at}", "country": "DE", "last_contact": last}
                       for last in ("2026-09-28", "2026-02-01", None) for at in range(20)))
    days = WorkingDays(table["country"], START - 200 * DAY, START + 500 * DAY)
    plan = plan_calls(table.assign(is_urgent=True), START, days)
    first = plan.drop_duplicates("account_id")
    assert first["date"].between(START, START + 13 * DAY).all()
    assert (first["date"].dt.day_of_week < 5).all()
    assert set(first["channel"]) == {"phone"}
    assert (first["latest"] <= START + 13 * DAY).all()


def test_who_asked_not_to_be_contacted_gets_no_call():
    plan = planned(accounts(
        {"account_id": "A", "do_not_contact": True}, {"account_id": "B", "do_not_contact": False},
        {"account_id": "C"}))
    assert set(plan["account_id"]) == {"B", "C"}
    assert plan["at"].isin([1, 2]).all()


@pytest.mark.parametrize("table", [
    accounts(), accounts({"account_id": "A", "do_not_contact": True})])
def test_without_anybody_to_call_the_plan_is_empty_and_typed(table):
    plan = planned(table)
    assert plan.empty
    assert plan.dtypes.astype(str).to_dict() == dict.fromkeys(COLUMNS, "str") | dict.fromkeys(
        ["date", "earliest", "latest"], "datetime64[us]") | {"at": "int64"}


# --- the load ----------------------------------------------------------------------------

def test_the_load_is_even_over_weeks_and_weekdays():
    # 7,500 accounts, 75 days: 100 calls a day, 700 a week; a week's number is binomial with a
    # deviation of about sqrt(7500 x 7/75 x 68/75) = 25. A weekday gets a fifth of them: of some
    # 36,500 calls 7,300, and one in ten of an account's few calls may fall on the same weekday.
    plan = planned(accounts(*({"account_id": f"A-{number}"} for number in range(7500))),
                   pd.Timestamp("2026-10-05"))
    by_week = plan.groupby((plan["date"] - pd.Timestamp("2026-10-05")).dt.days // 7).size()
    assert by_week.loc[:51].between(700 - 5 * 25, 700 + 5 * 25).all()
    by_weekday = plan["date"].dt.day_of_week.value_counts()
    assert sorted(by_weekday.index) == [0, 1, 2, 3, 4]
    assert by_weekday.between(0.95 * len(plan) / 5, 1.05 * len(plan) / 5).all()


def test_the_load_becomes_even_when_all_have_to_be_called_at_once():
    # All 7,500 in the first month; from the second half of the year on a week should again hold
    # 700 of them, within a quarter of it.
    plan = planned(accounts(*({"account_id": f"A-{number}", "is_never_contacted": True}
                              for number in range(7500))), pd.Timestamp("2026-10-05"))
    by_week = plan.groupby((plan["date"] - pd.Timestamp("2026-10-05")).dt.days // 7).size()
    assert by_week.loc[26:51].between(700 * 0.75, 700 * 1.25).all()


def test_a_plan_made_a_quarter_later_names_the_same_days():
    table = accounts(*({"account_id": f"A-{number}", "country": "DE"} for number in range(40)))
    names = ["date", "account_id", "channel"]
    for start in pd.date_range("2026-12-25", periods=8, freq="D"):
        first, second = planned(table)[names], planned(table, start)[names]
        assert_frame_equal(first[first["date"] >= start].reset_index(drop=True),
                           second[second["date"] < START + 365 * DAY].reset_index(drop=True))


# --- properties --------------------------------------------------------------------------

ids = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=8, unique=True)
starts = st.integers(0, 2000).map(lambda days: pd.Timestamp("2024-01-01") + days * DAY)
lasts = st.one_of(st.none(), st.integers(0, 400))


@st.composite
def some(draw):
    start = draw(starts)
    return start, accounts(*({
        "account_id": one, "name": one, "owner": f"owner {len(one) % 3}",
        "country": draw(st.sampled_from([None, *COUNTRIES])),
        "is_never_contacted": draw(st.booleans()),
        "last_contact": None if (ago := draw(lasts)) is None else start - (ago + 1) * DAY,
    } for one in draw(ids)))


@pytest.mark.parametrize("target_days", [60, 61, 75, 89, 90])
def test_in_every_country_two_contacts_lie_60_to_90_days_apart_on_working_days(target_days):
    table = accounts(*({"account_id": f"{country}-{at}", "country": country,
                        "last_contact": None if at else "2026-08-30"}
                       for country in COUNTRIES for at in range(2)))
    plan = planned(table, target_days=target_days)
    assert gaps(plan).between(60, 90).all()
    assert plan["account_id"].nunique() == len(table)
    of_country = table.set_index("account_id")["country"]
    for country, calls in plan.groupby(plan["account_id"].map(of_country)):
        calendar = holidays.country_holidays(country, years=[2026, 2027])
        assert not [day for day in calls["date"].dt.date if day in calendar], country
        weekend = set(calendar.weekend) if 4 in calendar.weekend else {5, 6}
        assert not {day.weekday() for day in calls["date"].dt.date} & weekend


@properties
@given(some(), st.integers(60, 90))
def test_calls_of_the_year_are_60_to_90_days_apart(given_start, target_days):
    start, table = given_start
    plan = planned(table, start, target_days)
    assert plan["date"].between(start, start + 364 * DAY).all()
    assert gaps(plan).between(60, 90).all()
    assert set(plan["account_id"]) == set(table["account_id"])
    first = plan.drop_duplicates("account_id").set_index("account_id")["date"]
    last = table.set_index("account_id")["last_contact"]
    assert ((first - last).dropna() >= 60 * DAY).all()
    assert (plan["date"] >= plan["earliest"]).all()
    assert (plan["date"] <= plan["latest"]).all()
    turn = plan["channel"].map({"phone": 0, "email": 1}).groupby(plan["account_id"]).diff()
    assert set(turn.dropna().abs()) <= {1.0}
    assert set(plan["channel"]) <= set(CHANNELS)


@properties
@given(some())
def test_a_recent_contact_is_followed_within_90_days(given_start):
    start, table = given_start
    first = planned(table, start).drop_duplicates("account_id").set_index("account_id")["date"]
    last = table.set_index("account_id")["last_contact"]
    recent = last[last > start - 80 * DAY]  # ten days before it is due, none a holiday throughout
    assert ((first - recent).dropna() <= 90 * DAY).all()


@properties
@given(some(), st.integers(0, 1000))
def test_inputs_stay_and_the_order_of_rows_does_not_matter(given_start, seed):
    start, table = given_start
    before = table.copy()
    plan = planned(table, start).drop(columns="at")
    assert_frame_equal(table, before)
    shuffled = table.sample(frac=1, random_state=seed).reset_index(drop=True)
    assert_frame_equal(planned(shuffled, start).drop(columns="at"), plan)
    alone = planned(table.head(1), start).drop(columns="at")
    mine = plan[plan["account_id"] == table["account_id"].iloc[0]]
    assert_frame_equal(alone, mine.reset_index(drop=True))


# --- countries ---------------------------------------------------------------------------

@pytest.mark.parametrize(("written", "code"), [
    ("DE", "DE"), ("de", "DE"), ("DEU", "DE"), ("Germany", "DE"), ("Deutschland", "DE"),
    (" GERMANY ", "DE"), ("Schweiz", "CH"), ("Suisse", "CH"), ("Österreich", "AT"),
    ("UK", "GB"), ("U.K.", "GB"), ("England", "GB"), ("USA", "US"), ("U.S.A.", "US"),
    ("United States", "US"), ("The Netherlands", "NL"), ("España", "ES"), ("Brasil", "BR"),
    ("Česko", "CZ"), ("Czech Republic", "CZ"), ("日本", "JP"), ("Trinidad & Tobago", "TT"),
    ("Nirgendland", None), ("", None), (None, None), ("XX", None), ("-", None)])
def test_a_country_is_known_by_code_and_by_name(written, code):
    found = find_countries(pd.Series([written, "FR"], dtype="str"))
    assert found.iloc[1] == "FR"
    assert (found.iloc[0] == code) if code else pd.isna(found.iloc[0])


def test_without_any_country_all_are_missing():
    found = find_countries(pd.Series([None, None], dtype="str"))
    assert found.isna().all()
    assert str(found.dtype) == "str"
