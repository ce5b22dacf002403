"""Fiscal quarters against an independent calendar, and which quarters the data cover."""

import calendar
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbrkit.errors import DataError, SettingError
from qbrkit.periods import (
    Coverage,
    booking_rhythm,
    choose_period,
    last_twelve_months,
    parse_quarter,
    quarter_frequency,
    quarter_text,
)
from qbrkit.sources import open_workspace

examples = settings(deadline=None, max_examples=100)
STARTS = st.integers(1, 12)
YEARS = st.integers(1990, 2060)


def calendar_quarter(start_month: int, fiscal_year: int, number: int) -> tuple[date, date]:
    """First and last day by counting months: a fiscal year is named after the year it ends in."""
    first_year = fiscal_year if start_month == 1 else fiscal_year - 1
    first = first_year * 12 + (start_month - 1) + 3 * (number - 1)
    last = first + 2
    last_day = calendar.monthrange(last // 12, last % 12 + 1)[1]
    return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, last_day)


def coverage(first: str, last: str, fiscal_year_start: int = 1) -> Coverage:
    return Coverage(pd.Timestamp(first), pd.Timestamp(last), fiscal_year_start)


def test_fiscal_year_from_april_worked_by_hand():
    # April 2025 to March 2026 is fiscal 2026: Q1 Apr-Jun 2025, Q2 Jul-Sep, Q3 Oct-Dec 2025,
    # Q4 Jan-Mar 2026.
    third = parse_quarter("2026Q3", 4)
    assert quarter_frequency(4) == "Q-MAR"
    assert (third.start_time.date(), third.end_time.date()) == (date(2025, 10, 1),
                                                               date(2025, 12, 31))
    assert [quarter_text(one) for one in last_twelve_months(third)] == [
        "2025Q4", "2026Q1", "2026Q2", "2026Q3"]


@pytest.mark.parametrize("start_month", range(1, 13))
def test_every_start_month_agrees_with_the_calendar(start_month):
    for fiscal_year in (2023, 2024, 2025):   # with and without a leap day
        for number in (1, 2, 3, 4):
            quarter = parse_quarter(f"{fiscal_year}Q{number}", start_month)
            assert (quarter.start_time.date(), quarter.end_time.date()) == calendar_quarter(
                start_month, fiscal_year, number)


@examples
@given(STARTS, st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_every_day_lies_in_the_quarter_that_the_calendar_says(start_month, day):
    found = coverage("2020-01-01", "2020-12-31", start_month).quarter_of(pd.Timestamp(day))
    first, last = calendar_quarter(start_month, found.qyear, found.quarter)
    assert first <= day <= last


@examples
@given(STARTS, YEARS, st.integers(1, 4))
def test_text_and_quarter_are_the_same_thing(start_month, year, number):
    text = f"{year}Q{number}"
    assert quarter_text(parse_quarter(text, start_month)) == text


@examples
@given(STARTS, YEARS, st.integers(1, 4))
def test_last_twelve_months_are_one_whole_year_without_a_hole(start_month, year, number):
    quarters = last_twelve_months(parse_quarter(f"{year}Q{number}", start_month))
    days = [(one.start_time.date(), one.end_time.date()) for one in quarters]
    for (_, end), (start, _) in pairwise(days):
        assert start - end == timedelta(days=1)
    _, last = calendar_quarter(start_month, year, number)
    assert days[-1][1] == last
    year_before = calendar_quarter(start_month, year - 1, number)[1]
    assert days[0][0] - year_before == timedelta(days=1)


@pytest.mark.parametrize("text", ["2026Q3", "2026-Q3", " 2026 q3 ", "2026q3"])
def test_quarter_is_read_in_the_usual_spellings(text):
    assert quarter_text(parse_quarter(text, 10)) == "2026Q3"


@pytest.mark.parametrize("text", ["2026Q5", "2026Q0", "Q3 2026", "26Q3", "2026-09", "", "0000Q1",
                                  "٢٠٢٦Q3"])
def test_what_is_no_quarter_is_refused_with_the_form_expected(text):
    with pytest.raises(SettingError, match="is not a fiscal quarter; write it as 2026Q3"):
        parse_quarter(text, 1)


# 2026Q2 of a fiscal year from December runs from March to May 2026; 31 May 2026 is a Sunday,
# so Friday 29 May is its last business day.
@pytest.mark.parametrize(("last", "complete"), [
    ("2026-05-28", False), ("2026-05-29", True), ("2026-05-29 17:30", True),
    ("2026-05-31", True), ("2026-06-15", True)])
def test_quarter_is_complete_from_its_last_business_day(last, complete):
    quarter = parse_quarter("2026Q2", 12)
    assert coverage("2024-12-01", last, 12).is_complete(quarter) is complete


# 1 January 2026 is a Thursday; five business days later is Thursday 8 January.
@pytest.mark.parametrize(("first", "complete"), [
    ("2025-06-01", True), ("2026-01-08", True), ("2026-01-09", False)])
def test_quarter_may_begin_a_few_business_days_late(first, complete):
    quarter = parse_quarter("2026Q1", 1)
    assert coverage(first, "2026-03-31").is_complete(quarter) is complete


def test_quarters_are_complete_only_together():
    data = coverage("2025-01-01", "2025-12-31")
    assert data.are_complete(last_twelve_months(parse_quarter("2025Q4", 1)))
    assert not data.are_complete(last_twelve_months(parse_quarter("2025Q3", 1)))


def test_incomplete_quarter_is_refused_with_the_last_date_found():
    with pytest.raises(DataError, match=r"2026Q1 runs from 2026-01-01 to 2026-03-31 .*"
                                        r"to 2026-03-30; .*data_until") as caught:
        coverage("2024-01-01", "2026-03-30").require_complete(parse_quarter("2026Q1", 1))
    assert (caught.value.table, caught.value.column) == ("invoice_lines", "invoice_date")


def test_complete_quarter_is_taken():
    coverage("2024-01-01", "2026-03-31").require_complete(parse_quarter("2026Q1", 1))


def test_partial_quarter_is_taken_when_allowed():
    coverage("2024-01-01", "2026-02-10").require_complete(parse_quarter("2026Q1", 1), True)


@pytest.mark.parametrize("quarter", ["2023Q4", "2026Q2"])
def test_quarter_without_a_single_day_of_data_is_refused_even_when_partial_is_allowed(quarter):
    with pytest.raises(DataError, match="the invoices run from 2024-01-01 to 2026-02-10"):
        coverage("2024-01-01", "2026-02-10").require_complete(parse_quarter(quarter, 1), True)


def test_last_complete_quarter_skips_the_running_one():
    assert quarter_text(coverage("2024-01-01", "2026-05-10").last_complete()) == "2026Q1"
    assert quarter_text(coverage("2024-01-01", "2026-06-30").last_complete()) == "2026Q2"


def test_data_without_a_complete_quarter_are_refused_with_both_dates():
    with pytest.raises(DataError, match=r"from 2026-02-10 to 2026-05-10 and hold no complete"):
        coverage("2026-02-10", "2026-05-10").last_complete()


@examples
@given(STARTS, st.dates(date(2020, 1, 1), date(2024, 12, 31)), st.integers(0, 1500))
def test_last_complete_quarter_is_complete_and_the_next_is_not(start_month, first, days):
    data = Coverage(pd.Timestamp(first), pd.Timestamp(first) + pd.Timedelta(days=days), start_month)
    try:
        found = data.last_complete()
    except DataError:
        assert days < 31 + 2 * 92 + 15   # two quarters and the tolerances hold a whole one
        return
    assert data.is_complete(found)
    assert not data.is_complete(found + 1)


def monthly_workspace(folder, periods: str = ""):
    """Invoices on the first of every month from January 2025 to March 2026."""
    days = pd.date_range("2025-01-01", "2026-03-01", freq="MS").strftime("%Y-%m-%d")
    rows = "".join(f"{day},A,100.00\n" for day in days)
    (folder / "invoice_lines.csv").write_text("invoice_date,account_id,revenue\n" + rows)
    (folder / "qbr.toml").write_text(f'[company]\nname = "Monthly"\n{periods}')
    return open_workspace(folder)


def test_one_booking_day_a_month_leaves_the_last_quarter_incomplete(tmp_path):
    data = monthly_workspace(tmp_path).coverage
    with pytest.raises(DataError, match="to 2026-03-01; "):
        data.require_complete(parse_quarter("2026Q1", 1))
    assert quarter_text(data.last_complete()) == "2025Q4"


def test_data_until_completes_the_quarter_of_one_booking_day_a_month(tmp_path):
    data = monthly_workspace(tmp_path, "[periods]\ndata_until = 2026-03-31\n").coverage
    data.require_complete(parse_quarter("2026Q1", 1))
    assert quarter_text(data.last_complete()) == "2026Q1"


def test_a_part_of_a_quarter_is_judged_by_its_last_day_and_compared_with_nothing():
    data = Coverage(pd.Timestamp("2024-01-01"), pd.Timestamp("2026-08-10"), 1)
    period = choose_period(data, "2026Q3", allow_partial=True)
    assert period.is_partial
    assert period.as_of == pd.Timestamp("2026-08-10")
    assert period.year_ago is None
    whole = choose_period(data, "2026Q2")
    assert (whole.as_of, whole.year_ago) == (pd.Timestamp("2026-06-30"), whole.quarter - 4)


def test_a_stated_start_is_taken_to_the_day():
    first, last = pd.Timestamp("2025-01-03"), pd.Timestamp("2026-03-31")
    quarter = pd.Period("2025Q1", freq="Q-DEC")
    assert Coverage(first, last, 1).is_complete(quarter)
    assert not Coverage(first, last, 1, is_stated=True).is_complete(quarter)


def rhythmic(last: str, freq: str, first: str = "2025-01-01", year_start: int = 1) -> Coverage:
    """Data with invoices only on the days of a pandas frequency."""
    days = pd.date_range(first, last, freq=freq)
    return Coverage(days[0], days[-1], year_start, days=tuple(days))


@pytest.mark.parametrize(("freq", "last", "rhythm", "month"), [
    ("MS", "2026-09-01", "one day a month (the 1st)", "September"),
    ("14MS", "2026-09-30", "", ""),
    ("BMS", "2026-09-30", "one day a month", "September"),
    ("W-FRI", "2026-09-25", "one day a week (Friday)", "September"),
    ("B", "2026-09-29", "", "")])
def test_a_rhythm_of_booking_days_is_told_with_the_line_to_write(freq, last, rhythm, month):
    data = rhythmic(last, freq)
    with pytest.raises(DataError) as caught:
        data.require_complete(parse_quarter("2026Q3", 1))
    assert f"invoices run from {data.first:%Y-%m-%d} to {data.last:%Y-%m-%d}; " in str(caught.value)
    if rhythm:
        assert str(caught.value).endswith(
            f"the invoices are booked on {rhythm}; if {month} is whole, write data_until = "
            "2026-09-30 under [periods] in qbr.toml")
    else:
        assert "booked on" not in str(caught.value)


def test_a_rhythm_does_not_excuse_a_quarter_cut_off_in_the_middle():
    # the last of the monthly bookings of 2026Q3 would be 1 September; the data end in August
    with pytest.raises(DataError, match=r"to 2026-08-01; review an earlier quarter"):
        rhythmic("2026-08-01", "MS").require_complete(parse_quarter("2026Q3", 1))


def test_a_rhythm_at_the_end_of_months_asks_for_the_first_day():
    # booked on the last day of each month from January: the quarter begins without an invoice
    data = rhythmic("2025-12-31", "ME")
    with pytest.raises(DataError, match=r"one day a month; if January is whole, write data_from = "
                                        r"2025-01-01 under \[periods\]"):
        data.require_complete(parse_quarter("2025Q1", 1))


@pytest.mark.parametrize("day", [1, 2, 3, 4, 11, 21, 22])
def test_the_booking_day_is_told_as_it_is_spoken(day):
    days = pd.date_range("2026-01-01", periods=6, freq="MS") + pd.Timedelta(days=day - 1)
    spoken = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 21: "21st", 22: "22nd"}
    assert booking_rhythm(days)[0] == f"one day a month (the {spoken[day]})"


def test_few_days_are_no_rhythm():
    assert booking_rhythm(pd.date_range("2026-01-01", periods=3, freq="MS"))[0] == ""
    assert booking_rhythm(())[0] == ""


def test_the_workspace_knows_its_booking_days(tmp_path):
    data = monthly_workspace(tmp_path).coverage
    assert [f"{day:%Y-%m-%d}" for day in data.days][:1] == ["2025-04-01"]  # the last year
    with pytest.raises(DataError, match=r"the 1st\); if March is whole, write data_until = "
                                        r"2026-03-31"):
        data.require_complete(parse_quarter("2026Q1", 1))


def test_an_incomplete_quarter_names_the_line_to_write_at_either_end():
    with pytest.raises(DataError, match=r"write data_until = 2026-03-31 under \[periods\]"):
        coverage("2024-01-01", "2026-03-30").require_complete(parse_quarter("2026Q1", 1))
    with pytest.raises(DataError, match=r"write data_from = 2024-01-01 under \[periods\]"):
        coverage("2024-01-15", "2026-03-31").require_complete(parse_quarter("2024Q1", 1))


def test_a_quarter_can_be_reviewed_with_three_whole_ones_before_it():
    assert [quarter_text(one) for one in coverage("2024-01-01", "2025-05-01").reviewable()] == [
        "2024Q4", "2025Q1"]


def test_a_quarter_without_a_day_is_given_no_line_to_write():
    with pytest.raises(DataError, match="review another quarter or export its days") as caught:
        coverage("2024-01-01", "2026-03-31").require_complete(parse_quarter("2027Q1", 1))
    assert "data_until" not in str(caught.value)
