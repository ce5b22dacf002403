"""The two years compared: the last four quarters and the four before."""

import pandas as pd

from qbrkit.periods import ReviewPeriod, last_twelve_months

NOW, BEFORE = "now", "before"


def year_before(period: ReviewPeriod) -> list[pd.Period]:
    """The four quarters before the last four, earliest first."""
    return last_twelve_months(period.quarter - 4)


def window_of(days: pd.Series, period: ReviewPeriod) -> pd.Series:
    """In which of the two years a day lies.

    Parameters
    ----------
    days : Series
        Dates, with or without a time.
    period : ReviewPeriod
        The quarter reviewed.

    Returns
    -------
    Series
        `NOW` from the first day of the last four quarters to the day of the review, `BEFORE` in
        the four quarters before; missing for every other day and for none.
    """
    first, first_before = period.year[0].start_time, year_before(period)[0].start_time
    found = pd.Series(pd.NA, index=days.index, dtype="str")
    found = found.mask((days >= first_before) & (days < first), BEFORE)
    return found.mask((days >= first) & (days < period.as_of + pd.Timedelta(days=1)), NOW)
