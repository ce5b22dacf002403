"""Fiscal quarters, the last twelve months, and which of them the data cover.

A quarter is a pandas ``Period`` of frequency ``Q-<month in which the fiscal year
ends>``; a fiscal year that starts in April is ``Q-MAR``, and its 2026Q3 runs from
October to December 2025.
"""

import re
from dataclasses import dataclass

import pandas as pd

from qbrkit.errors import DataError, SettingError

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN",
          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
START_TOLERANCE_DAYS = 10
"""Business days by which the first invoice may miss the start of a covered quarter."""


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
    """

    first: pd.Timestamp
    last: pd.Timestamp
    fiscal_year_start: int

    def quarter_of(self, day: pd.Timestamp) -> pd.Period:
        """Fiscal quarter that holds a day."""
        return day.to_period(quarter_frequency(self.fiscal_year_start))

    def is_complete(self, quarter: pd.Period) -> bool:
        """Whether the data reach from about its first to its last business day."""
        first_day, last_day = _first_business_day(quarter), _last_business_day(quarter)
        begun = self.first <= first_day + pd.offsets.BDay(START_TOLERANCE_DAYS)
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
            f"{self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}; review an earlier quarter, export "
            "the missing days, or, if there were no invoices on them, say so in qbr.toml under "
            "[periods] with data_from or data_until",
            "invoice_lines", "invoice_date")


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
