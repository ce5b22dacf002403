"""Seasons: strength, peak and trough, shortfall, and what is borrowed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from benchmarks.seasonality import season_row
from qbrkit.risks import borrow_seasons, find_seasons, monthly_revenue, whole_months
from qbrkit.risks.seasonality import CURVE, list_months
from tests.tables import properties, typed_table

FACTS = {"account_id": "str", "family": "str", "month": "datetime64[us]", "revenue": "float64"}


def months(n, start="2023-01"):
    return pd.period_range(start, periods=n, freq="M")


def frame(**series):
    longest = max(len(one) for one in series.values())
    index = months(longest)
    return pd.DataFrame({name: pd.Series(one, index=index[longest - len(one):], dtype="float64")
                         for name, one in series.items()}, index=index)


def sine(n, peak=6, level=100.0, swing=60.0):
    return level + swing * np.cos(2 * np.pi * (months(n).month.to_numpy() - peak) / 12)


def only(table):
    assert len(table) == 1
    return table.iloc[0]


def test_a_pure_sine_is_all_season_and_stands_at_its_peak_in_june():
    row = only(find_seasons(frame(A=sine(48))))
    assert row["strength"] > 0.999
    assert row["is_seasonal"]
    assert row[CURVE].astype(float).idxmax() == "month_6"
    assert row["month_6"] == pytest.approx(1.6, abs=0.02)   # 100 + 60
    assert row["month_12"] == pytest.approx(0.4, abs=0.02)  # 100 - 60


def test_peak_trough_and_shortfall_worked_by_hand():
    # Around 100: June +60, May and July +40, December -60, November and January -40. At
    # least half of the extreme (30): 5, 6, 7 and 11, 12, 1. Below the trend: 60 + 40 + 40.
    above = {5: 40, 6: 60, 7: 40, 11: -40, 12: -60, 1: -40}
    row = only(find_seasons(frame(A=[100 + above.get(month, 0) for month in months(36).month])))
    assert row["peak_months"] == "5, 6, 7"
    assert row["trough_months"] == "11, 12, 1"
    assert row["shortfall"] == pytest.approx(140, rel=0.01)
    assert row["mean"] == pytest.approx(100)


def test_one_month_a_year_is_a_season_of_one_month():
    # 1,200 in December, nothing else: the mean month is 100; December stands at 12 means.
    series = np.where(months(48).month == 12, 1200.0, 0.0)
    row = only(find_seasons(frame(A=series)))
    assert row["peak_months"] == "12"
    assert row["month_12"] == pytest.approx(12, abs=0.05)
    # the eleven other months lie 100 below the trend each
    assert row["shortfall"] == pytest.approx(1100, rel=0.01)


def test_the_trend_is_no_season():
    row = only(find_seasons(frame(A=sine(48) + 20 * np.arange(48))))
    assert row["strength"] > 0.99
    assert row[CURVE].astype(float).idxmax() == "month_6"


@pytest.mark.parametrize("series", [[100.0] * 48, [0.0] * 48, [-5.0] * 30])
def test_what_never_varies_has_no_strength(series):
    row = only(find_seasons(frame(A=series)))
    assert np.isnan(row["strength"])
    assert not row["is_seasonal"]
    assert row["peak_months"] == ""
    assert np.isnan(row["shortfall"])


def test_less_than_two_years_has_no_strength():
    found = find_seasons(frame(A=sine(48), B=sine(48)[25:]))
    assert found["months_n"].tolist() == [48, 23]
    assert np.isnan(found["strength"].iloc[1])


def test_credits_only_have_a_season_in_money_and_none_as_a_share():
    row = only(find_seasons(frame(A=-sine(48))))
    assert row["is_seasonal"]
    assert row["shortfall"] > 0
    assert row[CURVE].isna().all()


def test_strength_from_which_a_series_is_seasonal_can_be_set():
    series = frame(A=sine(48, swing=20) + np.random.default_rng(5).normal(0, 14, 48))
    strength = only(find_seasons(series))["strength"]
    assert 0.3 < strength < 0.9
    assert only(find_seasons(series, strength - 0.01))["is_seasonal"]
    assert not only(find_seasons(series, strength + 0.01))["is_seasonal"]


def test_no_series_gives_no_rows():
    assert find_seasons(pd.DataFrame(index=months(48))).empty
    assert str(find_seasons(pd.DataFrame(index=months(48))).dtypes["is_seasonal"]) == "bool"


@pytest.mark.parametrize(("listed", "text"), [
    ([5, 6, 7], "5, 6, 7"), ([1, 2, 11, 12], "11, 12, 1, 2"), ([1, 4, 12], "12, 1, 4"),
    ([1], "1"), ([12], "12"), ([3, 9], "3, 9"), (list(range(1, 13)), ", ".join(
        str(month) for month in range(1, 13)))])
def test_months_are_listed_in_their_order_across_the_turn_of_the_year(listed, text):
    assert list_months(listed) == text


# --- how sure -----------------------------------------------------------------------------

def test_noise_is_hardly_ever_called_a_season():
    # the large study (benchmarks/seasonality.py) finds 3 %, 1 % and 0 %
    assert season_row(0.0, 24, 60)["called"] <= 0.1
    assert season_row(0.0, 36, 60)["called"] <= 0.07
    assert season_row(0.0, 48, 60)["called"] <= 0.05


def test_a_strong_season_is_found_with_its_peak():
    for n in (24, 36, 48):
        row = season_row(0.95, n, 30)
        assert row["called"] >= 0.95
        assert row["peak"] >= 0.95
        assert 0.93 <= row["mean"] <= 1


# --- months and their revenue --------------------------------------------------------------

def test_whole_months_begin_and_end_within_the_data():
    # 2 January 2023 is the first business day of its month; 30 June 2023 the last of its.
    assert list(whole_months(pd.Timestamp("2023-01-02"), pd.Timestamp("2023-06-30"))) == \
        list(pd.period_range("2023-01", "2023-06", freq="M"))
    # from the middle of January on, January is not whole; until 29 June, June is not
    assert list(whole_months(pd.Timestamp("2023-01-17"), pd.Timestamp("2023-06-29"))) == \
        list(pd.period_range("2023-02", "2023-05", freq="M"))
    assert len(whole_months(pd.Timestamp("2023-01-17"), pd.Timestamp("2023-01-20"))) == 0


def test_a_month_without_revenue_is_zero_and_one_before_the_first_sale_is_missing():
    facts = typed_table(FACTS, [
        {"account_id": "A", "month": "2023-02-01", "revenue": 10},
        {"account_id": "A", "month": "2023-02-01", "revenue": 5},
        {"account_id": "A", "month": "2023-04-01", "revenue": -3},
        {"account_id": "B", "month": "2022-11-01", "revenue": 7},
        {"account_id": None, "month": "2023-03-01", "revenue": 99}])
    table = monthly_revenue(facts, "account_id", months(5))
    assert list(table.columns) == ["A", "B"]
    np.testing.assert_array_equal(table["A"], [np.nan, 15, 0, -3, 0])
    np.testing.assert_array_equal(table["B"], [0, 0, 0, 0, 0])  # a customer since November


# --- borrowed ------------------------------------------------------------------------------

def test_a_short_history_borrows_the_curve_of_the_industry_then_of_the_company():
    own = find_seasons(frame(OLD=sine(48, peak=3), NEW=np.full(12, 10.0), ALONE=[40.0] * 6,
                             LOST=[1.0]))
    industry = pd.Series({"OLD": "Paper", "NEW": "Paper", "ALONE": "Glass"})
    paper = find_seasons(frame(Paper=sine(48)))
    company = find_seasons(frame(all=sine(48, peak=9)))
    table = borrow_seasons(own, industry, paper, company).set_index("key")
    assert table["source"].to_dict() == {
        "OLD": "own", "NEW": "industry", "ALONE": "company", "LOST": "company"}
    assert table["is_borrowed"].to_dict() == {
        "OLD": False, "NEW": True, "ALONE": True, "LOST": True}
    assert table.loc["NEW", "month_6"] == paper["month_6"][0]
    assert table.loc["ALONE", "month_9"] == company["month_9"][0]
    # NEW buys 10 a month where the paper industry buys 100: a tenth of its shortfall
    assert table.loc["NEW", "shortfall"] == pytest.approx(paper["shortfall"][0] / 10, rel=1e-3)
    assert table.loc["OLD", "shortfall"] == own["shortfall"][0]


def test_without_any_curve_nothing_is_known():
    own = find_seasons(frame(NEW=[10.0] * 12))
    nothing = find_seasons(pd.DataFrame(index=months(12)))
    row = only(borrow_seasons(own, pd.Series({"NEW": "Paper"}), nothing, nothing))
    assert pd.isna(row["source"])
    assert not row["is_borrowed"]
    assert np.isnan(row["strength"])


# --- properties ----------------------------------------------------------------------------

some_series = st.lists(st.integers(-10**6, 10**7).map(lambda cents: cents / 100),
                       min_size=24, max_size=50)


@properties
@given(some_series)
def test_strength_is_a_share_and_the_input_stays(series):
    table = frame(A=series)
    before = table.copy()
    row = only(find_seasons(table))
    assert_frame_equal(table, before)
    assert np.isnan(row["strength"]) or 0 <= row["strength"] <= 1
    assert not row["is_seasonal"] or row["shortfall"] >= 0


@properties
@given(some_series, st.integers(2, 100))
def test_the_currency_changes_only_the_money(series, unit):
    one, other = (only(find_seasons(frame(A=np.array(series) * scale))) for scale in (1, unit))
    assert one["peak_months"] == other["peak_months"] or np.isclose(
        one["strength"], 0.6, atol=1e-6)
    np.testing.assert_allclose(other["strength"], one["strength"], atol=1e-6)
