"""Working days of the countries of the accounts: no weekend, no public holiday."""

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

Days = npt.NDArray[np.datetime64]
FIRST_MONDAY = np.datetime64("1970-01-05", "D")
FRIDAY, WEEKEND = 4, frozenset({5, 6})
"""Saturday and Sunday: nobody is called then, unless a country rests on Friday."""


class WorkingDays:
    """The working days of each account's country.

    Parameters
    ----------
    countries : Series of str
        ISO code per account; missing where unknown, which leaves only weekends out.
    first, last : Timestamp
        Days between which holidays have to be known.

    Attributes
    ----------
    without_holidays : list of str
        Countries whose holidays the library does not know; only weekends are left out.

    Notes
    -----
    Holidays are those of the library ``holidays``, for whole countries: holidays of single
    states or cantons are working days here. Saturday and Sunday are left out everywhere,
    also where the working week has six days; a weekend with a Friday is that of the library.
    """

    def __init__(self, countries: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> None:
        codes, names = pd.factorize(countries, sort=True)
        known = [_calendar(str(name), first.year, last.year) for name in names]
        self._which = np.where(codes < 0, len(names), codes)  # the last one knows no country
        every = [*known, None]
        self._calendars = [one or np.busdaycalendar("1111100") for one in every]
        self._weeks = [np.busdaycalendar(one.weekmask) for one in self._calendars]
        self.without_holidays = [str(name) for name, one in zip(names, known, strict=True)
                                 if one is None]

    def a_week(self) -> npt.NDArray[np.int64]:
        """Working days in a week of each account."""
        return np.array([int(one.weekmask.sum()) for one in self._weeks])[self._which]

    def following(self, days: Days, of: npt.NDArray[np.int64]) -> Days:
        """The days, or the next working days of these accounts."""
        return self._each(of, lambda at, day: np.busday_offset(
            day, 0, roll="forward", busdaycal=self._calendars[at]), days)

    def preceding(self, days: Days, of: npt.NDArray[np.int64]) -> Days:
        """The days, or the working days before."""
        return self._each(of, lambda at, day: np.busday_offset(
            day, 0, roll="backward", busdaycal=self._calendars[at]), days)

    def among(self, first: Days, last: Days, share: npt.NDArray[np.float64],
              of: npt.NDArray[np.int64]) -> Days:
        """The working day at a share (0 to 1) of a span of days; NaT when there is none."""
        def pick(at: int, one: Days, end: Days, part: npt.NDArray[np.float64]) -> Days:
            calendar = self._calendars[at]
            count = np.busday_count(one, np.maximum(end + 1, one), busdaycal=calendar)
            found = np.busday_offset(one, (part * count).astype(int), roll="forward",
                                     busdaycal=calendar)
            return np.where(count > 0, found, np.datetime64("NaT"))
        return self._each(of, pick, first, last, share)

    def one_among(self, first: np.datetime64, last: np.datetime64, share: float,
                  at: int) -> np.datetime64 | None:
        """The same for one account alone; None when there is no working day."""
        calendar = self._calendars[self._which[at]]
        count = 0 if last < first else int(np.busday_count(first, last + 1, busdaycal=calendar))
        return None if count == 0 else np.busday_offset(
            first, int(share * count), roll="forward", busdaycal=calendar)

    def number(self, days: Days, of: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Days of the working week, counted from 1970-01-05; holidays count."""
        return self._each(of, lambda at, day: np.busday_count(
            FIRST_MONDAY, day, busdaycal=self._weeks[at]), days, dtype="int64")

    def numbered(self, numbers: npt.NDArray[np.int64], of: npt.NDArray[np.int64]) -> Days:
        """The day of the working week with a number; it may be a holiday."""
        return self._each(of, lambda at, number: np.busday_offset(
            FIRST_MONDAY, number, roll="forward", busdaycal=self._weeks[at]), numbers)

    def _each(self, of: npt.NDArray[np.int64], compute: Callable, *given: npt.NDArray,
              dtype: str = "datetime64[D]") -> npt.NDArray:
        """Compute by country, in the order of the accounts."""
        result, which = np.empty(len(of), dtype=dtype), self._which[of]
        for at in np.unique(which):
            mine = which == at
            result[mine] = compute(at, *(one[mine] for one in given))
        return result


@cache
def _calendar(country: str, first_year: int, last_year: int) -> np.busdaycalendar | None:
    """Calendar of a country; None when the library does not know it."""
    import holidays  # its countries are read when asked for; the command has to start fast

    try:
        found = holidays.country_holidays(country, years=range(first_year, last_year + 1))
    except NotImplementedError:
        return None
    weekend = found.weekend if FRIDAY in found.weekend and len(found.weekend) < 7 else WEEKEND
    weekmask = "".join("0" if day in weekend else "1" for day in range(7))
    return np.busdaycalendar(weekmask, [np.datetime64(day, "D") for day in sorted(found)])
