"""Fiscal quarters, the last twelve months, and which of them the data cover.

A quarter is a pandas ``Period`` of frequency ``Q-<month in which the fiscal year
ends>``; a fiscal year that starts in April is ``Q-MAR``, and its 2026Q3 runs from
October to December 2025.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from qbrkit.errors import DataError, SettingError

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN",
          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
START_TOLERANCE_DAYS = 5
"""Business days by which the first invoice may miss the start of a covered quarter, where the
settings do not say from when the data are whole."""
QUARTER_ENDS = 8
"""Quarter-ends at which the circle is drawn: two years of it."""
RHYTHM_DAYS = 4
"""So many months with one invoice day each are a rhythm; of weeks, twice as many."""


def quarter_frequency(fiscal_year_start: int) -> str:
    """Frequency of the fiscal quarters of a year that starts in that month (1 to 12)."""
    return f"Q-{MONTHS[fiscal_year_start - 2]}"


def parse_quarter(text: str, fiscal_year_start: int) -> pd.Period:
    """Fiscal quarter from its text form ``2026Q3``.

    Parameters
    ----------
    text : str
        Fiscal year and quarter; ``2026-Q3`` and lower case are read too.
    fiscal_year_start : int
        Month in which the fiscal year starts. [1 to 12]

    Returns
    -------
    Period

    Raises
    ------
    SettingError
        If the text is no quarter.
    """
    found = re.fullmatch(r"\s*([1-9][0-9]{3})[-\s]?Q([1-4])\s*", str(text), re.IGNORECASE)
    if not found:
        raise SettingError(f"quarter: {text!r} is not a fiscal quarter; write it as 2026Q3")
    return pd.Period(f"{found[1]}Q{found[2]}", freq=quarter_frequency(fiscal_year_start))


@dataclass(frozen=True)
class Coverage:
    """The days from which and until which the data are whole.

    Parameters
    ----------
    first, last : Timestamp
        First and last invoice date, or what the settings say instead.
    fiscal_year_start : int
        Month in which the fiscal year starts. [1 to 12]
    is_stated : bool
        The settings say from when: then to the day.
    days : tuple of Timestamp
        The invoice days of the last year, each once, where they are known; from them a
        refusal tells that the invoices are booked once a month or week.
    """

    first: pd.Timestamp
    last: pd.Timestamp
    fiscal_year_start: int
    is_stated: bool = False
    days: tuple[pd.Timestamp, ...] = ()

    def quarter_of(self, day: pd.Timestamp) -> pd.Period:
        """Fiscal quarter that holds a day."""
        return day.to_period(quarter_frequency(self.fiscal_year_start))

    def is_complete(self, quarter: pd.Period) -> bool:
        """Whether the data reach from about its first to its last business day."""
        first_day, last_day = _first_business_day(quarter), _last_business_day(quarter)
        tolerance = 0 if self.is_stated else START_TOLERANCE_DAYS
        begun = self.first <= first_day + pd.offsets.BDay(tolerance)
        return begun and self.last.normalize() >= last_day

    def are_complete(self, quarters: list[pd.Period]) -> bool:
        """Whether every one of the quarters is complete."""
        return all(self.is_complete(quarter) for quarter in quarters)

    def last_complete(self) -> pd.Period:
        """The latest complete quarter.

        Raises
        ------
        DataError
            If the data hold no complete quarter.
        """
        quarter = self.quarter_of(self.last)
        while quarter.end_time >= self.first:
            if self.is_complete(quarter):
                return quarter
            quarter -= 1
        raise DataError(
            f"invoice_lines: the data run from {self.first:%Y-%m-%d} to {self.last:%Y-%m-%d} "
            "and hold no complete fiscal quarter; export a longer period, or say in qbr.toml "
            "under [periods] data_from and data_until from when until when they are whole",
            "invoice_lines", "invoice_date")

    def require_complete(self, quarter: pd.Period, allow_partial: bool = False) -> None:
        """Refuse a quarter that the data do not cover.

        Raises
        ------
        DataError
            If the quarter is incomplete and `allow_partial` is not set, or if the data
            hold no day of it; the message names the first and the last date found.
        """
        has_days = self.first <= quarter.end_time and self.last >= quarter.start_time
        if self.is_complete(quarter) or (allow_partial and has_days):
            return
        first_day, last_day = _first_business_day(quarter), _last_business_day(quarter)
        raise DataError(
            f"invoice_lines: {quarter_text(quarter)} runs from {first_day:%Y-%m-%d} to "
            f"{last_day:%Y-%m-%d} (business days), but the invoices run from "
            f"{self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}; "
            + (self._rhythm_advice(quarter) or (
                "review an earlier quarter, export the missing days, or, if there were no "
                f"invoices on them, write {self.missing_lines(quarter)} under [periods] in "
                "qbr.toml" if has_days else "review another quarter or export its days")),
            "invoice_lines", "invoice_date")

    def missing_lines(self, quarter: pd.Period) -> str:
        """What to write under ``[periods]`` if the data of an incomplete quarter are whole."""
        lines = []
        if self.first > _first_business_day(quarter):
            lines.append(f"data_from = {quarter.start_time:%Y-%m-%d}")
        if self.last.normalize() < _last_business_day(quarter):
            lines.append(f"data_until = {quarter.end_time:%Y-%m-%d}")
        return " and ".join(lines)

    def quarter_ends(self, quarter: pd.Period) -> tuple[pd.Period, ...]:
        """A quarter and those right before it whose twelve months are complete, earliest first."""
        ends = [quarter]
        while (len(ends) < QUARTER_ENDS
               and self.are_complete(last_twelve_months(ends[0] - 1))):
            ends.insert(0, ends[0] - 1)
        return tuple(ends)

    def reviewable(self) -> list[pd.Period]:
        """Quarters that are complete together with the three before them, earliest first."""
        quarters = pd.period_range(self.quarter_of(self.first), self.quarter_of(self.last))
        return [one for one in quarters if self.are_complete(last_twelve_months(one))]

    def _rhythm_advice(self, quarter: pd.Period) -> str:
        """What to write when only the rhythm of the bookings makes a quarter look incomplete."""
        rhythm, step = booking_rhythm(self.days)
        if not rhythm:
            return ""
        advice = []
        if quarter.start_time < self.first <= quarter.start_time + step:
            advice.append(f"if {quarter.start_time:%B} is whole, write data_from = "
                          f"{quarter.start_time:%Y-%m-%d}")
        if quarter.end_time - step < self.last < _last_business_day(quarter):
            advice.append(f"if {quarter.end_time:%B} is whole, write data_until = "
                          f"{quarter.end_time:%Y-%m-%d}")
        return (f"the invoices are booked on {rhythm}; {'; '.join(advice)} under [periods] in "
                "qbr.toml" if advice else "")


@dataclass(frozen=True)
class ReviewPeriod:
    """The quarter reviewed and the periods it is compared with.

    Parameters
    ----------
    quarter : Period
        The fiscal quarter.
    as_of : Timestamp
        The day by which everything is judged: its last day, or the last day of the data
        where they end before.
    year_ago : Period or None
        The same quarter a year before; None when the data do not cover it.
    quarter_ends : tuple of Period
        The quarter and those right before it whose last twelve months the data cover as well,
        earliest first; at most `QUARTER_ENDS`.
    has_year_before : bool
        The data cover the twelve months before the last twelve as well.
    is_partial : bool
        The quarter, or its last twelve months, is not complete.
    """

    quarter: pd.Period
    as_of: pd.Timestamp
    year_ago: pd.Period | None
    quarter_ends: tuple[pd.Period, ...]
    has_year_before: bool
    is_partial: bool

    @property
    def year(self) -> list[pd.Period]:
        """The last twelve months: four quarters, earliest first."""
        return last_twelve_months(self.quarter)


def booking_rhythm(days: Iterable[pd.Timestamp]) -> tuple[str, pd.Timedelta]:
    """Whether invoices are booked on one day a month or week only.

    Parameters
    ----------
    days : iterable of Timestamp
        The invoice days, each once.

    Returns
    -------
    tuple of str and Timedelta
        ``one day a month (the 1st)`` or ``one day a week (Friday)``, and the longest time
        from one such day to the next; an empty text where there is no such rhythm.
    """
    found = pd.DatetimeIndex(sorted(days))
    if len(found) >= RHYTHM_DAYS and not found.to_period("M").has_duplicates:
        same = {day.day for day in found}
        which = f" (the {_ordinal(same.pop())})" if len(same) == 1 else ""
        return f"one day a month{which}", pd.Timedelta(days=31)
    if len(found) >= 2 * RHYTHM_DAYS and len(weekdays := set(found.day_name())) == 1:
        return f"one day a week ({weekdays.pop()})", pd.Timedelta(days=7)
    return "", pd.Timedelta(0)


def _ordinal(number: int) -> str:
    ending = "th" if number in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def choose_period(coverage: Coverage, quarter: str = "",
                  allow_partial: bool = False) -> ReviewPeriod:
    """The period of a review.

    Parameters
    ----------
    coverage : Coverage
        The days from which and until which the data are whole.
    quarter : str, default ""
        Fiscal quarter as ``2026Q3``; empty for the last complete one.
    allow_partial : bool, default False
        Let an incomplete quarter through, marked as such.

    Returns
    -------
    ReviewPeriod

    Raises
    ------
    SettingError
        If the text is no quarter.
    DataError
        If the quarter or its last twelve months are not covered; the message names the
        dates found.
    """
    chosen = (parse_quarter(quarter, coverage.fiscal_year_start) if quarter
              else coverage.last_complete())
    coverage.require_complete(chosen, allow_partial)
    year = last_twelve_months(chosen)
    is_whole = coverage.are_complete(year)
    if not is_whole and not allow_partial:
        raise DataError(
            f"invoice_lines: the last twelve months of {quarter_text(chosen)} begin with "
            f"{quarter_text(year[0])}, but the invoices begin on {coverage.first:%Y-%m-%d}; "
            "review a later quarter or export a longer period", "invoice_lines", "invoice_date")
    # a part of a quarter is not compared with a whole one
    is_comparable = coverage.is_complete(chosen) and coverage.is_complete(chosen - 4)
    return ReviewPeriod(
        chosen, min(chosen.end_time.normalize(), coverage.last.normalize()),
        year_ago=chosen - 4 if is_comparable else None,
        quarter_ends=coverage.quarter_ends(chosen),
        has_year_before=is_whole and coverage.are_complete(last_twelve_months(chosen - 4)),
        is_partial=not is_whole)


def last_twelve_months(quarter: pd.Period) -> list[pd.Period]:
    """The four fiscal quarters that end with this one, earliest first."""
    return [quarter - back for back in (3, 2, 1, 0)]


def quarter_text(quarter: pd.Period) -> str:
    """Text form of a fiscal quarter, as ``2026Q3``."""
    return f"{quarter.qyear}Q{quarter.quarter}"


def _first_business_day(quarter: pd.Period) -> pd.Timestamp:
    return pd.offsets.BDay().rollforward(quarter.start_time)


def _last_business_day(quarter: pd.Period) -> pd.Timestamp:
    return pd.offsets.BDay().rollback(quarter.end_time.normalize())
