"""What fits into the minutes of each user and month, and what falls out of them."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from qbrkit.year_plan.dates import LEAST_DAYS, MOST_DAYS, YEAR_DAYS, hash_shares
from qbrkit.year_plan.working_days import Days, WorkingDays

Numbers = npt.NDArray[np.int64]


class Fitted(NamedTuple):
    """Calls that fit, calls that do not, and the load by user and month."""

    calls: pd.DataFrame
    left_out: pd.DataFrame
    load: pd.DataFrame


def fit_capacity(calls: pd.DataFrame, margin: pd.Series, limits: Mapping[str, float],
                 start: pd.Timestamp, days: WorkingDays, minutes: int = 15) -> Fitted:
    """Keep each user's calls within the minutes of the month.

    Parameters
    ----------
    calls : DataFrame
        From `plan_calls`.
    margin : Series
        What an account is worth, by ``account_id``; missing ranks last. [currency / year]
    limits : mapping of str to float
        Minutes a month by user; a user without an entry has no limit. [minutes]
    start : Timestamp
        First day of the plan; the first and last month count by their days in it.
    days : WorkingDays
        That made the calls.
    minutes : int, default 15
        Minutes of one contact.

    Returns
    -------
    Fitted
        ``calls`` that fit, sorted by owner and date, with ``minutes``, ``margin`` and
        ``is_moved``; ``left_out`` with the same columns, sorted by margin, the largest
        first, then by account and date; ``load`` with ``owner``, ``month``, ``calls_n``,
        ``left_out_n``, ``minutes`` (of the calls that fit) and ``capacity_minutes`` (missing
        without a limit). Calls that fit and those left out are together all calls.

    Notes
    -----
    Month by month what is too much is moved, the largest margin first, to the month before
    and then to the month after where there is room and the contact stays 60 to 90 days from
    those before and after it. Where a user still has too much, accounts choose in the order
    of their margin over the year: each contact keeps its day or takes the nearest month that
    has room and is 60 to 90 days after the one before; one that finds none is left out, and
    the next may then lie in any month, 60 days after the last one kept. So no account goes
    without any contact while one of a smaller margin takes time that it could have used.
    """
    board = _Board(calls, margin, limits, start, days, minutes)
    if limits:
        for month in range(len(board.months)):
            board.spread(month)
        board.choose()
    fitted = calls.drop(columns=["earliest", "latest", "at"]).assign(
        date=board.date.astype("datetime64[us]"), minutes=minutes,
        margin=board.margin, is_moved=board.date != board.planned)
    out = board.is_left_out
    return Fitted(
        fitted[~out].sort_values(["owner", "date", "account_id"], na_position="last")
        .reset_index(drop=True),
        fitted[out].sort_values(["margin", "account_id", "date"], na_position="last",
                                ascending=[False, True, True]).reset_index(drop=True),
        board.load())


class _Board:
    """Dates of all contacts, and how many each user has in each month."""

    def __init__(self, calls: pd.DataFrame, margin: pd.Series, limits: Mapping[str, float],
                 start: pd.Timestamp, days: WorkingDays, minutes: int) -> None:
        self.days, self.minutes, self.at = days, minutes, calls["at"].to_numpy()
        self.begin = np.datetime64(start, "D")
        self.planned = calls["date"].to_numpy(dtype="datetime64[D]")
        self.date = self.planned.copy()
        self.earliest = calls["earliest"].to_numpy(dtype="datetime64[D]")
        self.latest = calls["latest"].to_numpy(dtype="datetime64[D]")
        account = calls["account_id"].to_numpy()
        self.is_after = np.r_[False, account[1:] == account[:-1]][:len(account)]
        self.is_before = np.r_[account[1:] == account[:-1], False][:len(account)]
        self.share = hash_shares(calls["account_id"])[1]
        self.margin = calls["account_id"].map(margin).to_numpy(dtype="float64")
        codes, names = pd.factorize(calls["owner"], sort=True)
        self.names = [*map(str, names), None]
        self.user = np.where(codes < 0, len(names), codes)
        last = self.begin + np.timedelta64(YEAR_DAYS - 1, "D")
        self.months = np.arange(self.begin.astype("datetime64[M]"),
                                last.astype("datetime64[M]") + 1)
        self.opens = np.maximum(self.months.astype("datetime64[D]"), self.begin)
        self.closes = np.minimum((self.months + 1).astype("datetime64[D]") - 1, last)
        self.capacity = self._capacity(limits)
        self.slots = np.floor(self.capacity / minutes + 1e-9)
        self.is_left_out = np.zeros(len(calls), dtype=bool)
        self.count = np.zeros(self.slots.shape, dtype=int)
        np.add.at(self.count, (self.user, self.month()), 1)

    def month(self) -> Numbers:
        """Number of the month of each contact."""
        return (self.date.astype("datetime64[M]") - self.months[0]).astype(int)

    def _capacity(self, limits: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Minutes by user and month; infinite without a limit."""
        a_month = np.array([np.inf if one is None else limits.get(one, np.inf)
                            for one in self.names])
        whole = ((self.months + 1).astype("datetime64[D]")
                 - self.months.astype("datetime64[D]")).astype(int)
        inside = (self.closes - self.opens).astype(int) + 1
        return a_month[:, np.newaxis] * (inside / whole)

    def spread(self, month: int) -> None:
        """Move what is too much in a month to the months beside it."""
        surplus = np.maximum(self.count[:, month] - np.minimum(self.slots[:, month], 1e9), 0)
        here = np.flatnonzero((self.month() == month) & (surplus[self.user] > 0))
        here = here[np.lexsort((here, -np.nan_to_num(self.margin[here], nan=-np.inf)))]
        for other in (month - 1, month + 1):
            if 0 <= other < len(self.months) and len(here):
                moved = self._move(here, other, surplus)
                np.subtract.at(surplus, self.user[moved], 1)
                np.subtract.at(self.count[:, month], self.user[moved], 1)
                np.add.at(self.count[:, other], self.user[moved], 1)
                here = here[~np.isin(here, moved)]

    def choose(self) -> None:
        """Let accounts choose by margin where a user still has too much.

        One after the other, since each takes from what the others left; only for users whose
        months do not hold everything, so that a plan that fits takes no time here.
        """
        is_short = np.any(self.count > self.slots, axis=1)
        starts = np.flatnonzero(~self.is_after)
        ends = np.r_[starts[1:], len(self.date)]
        order = np.lexsort((starts, -np.nan_to_num(self.margin[starts], nan=-np.inf)))
        self.count[is_short] = 0
        for at in order[is_short[self.user[starts[order]]]]:
            if np.any(self.count[self.user[starts[at]]] < self.slots[self.user[starts[at]]]):
                self._choose_days(range(starts[at], ends[at]))
            else:
                self.is_left_out[starts[at]:ends[at]] = True

    def _choose_days(self, contacts: range) -> None:
        """Days of the contacts of one account, in what the larger ones left."""
        user, before, is_free = self.user[contacts[0]], None, False
        for one in contacts:
            first = self.earliest[contacts[0]] if before is None else before + LEAST_DAYS
            last = (self.closes[-1] if is_free else self.latest[one] if before is None
                    else before + MOST_DAYS)
            day = self._day_with_room(one, user, first, last)
            if is_free := day is None:
                self.is_left_out[one] = True
            else:
                self.date[one] = before = day
                self.count[user, self._month_of(day)] += 1

    def _day_with_room(self, one: int, user: int, first: np.datetime64,
                       last: np.datetime64) -> np.datetime64 | None:
        """Its day, or one in the nearest month with room, best so that the next can stay."""
        has_room = self.count[user] < self.slots[user]
        planned = self.date[one]
        wanted = self._month_of(planned)
        if first <= planned <= last and has_room[wanted]:
            return planned
        near = sorted(np.flatnonzero(has_room & (self.opens <= last) & (self.closes >= first)),
                      key=lambda month: (abs(month - wanted), month))
        windows = [(first, last)]
        if self.is_before[one]:
            following = self.date[one + 1]
            windows.insert(0, (max(first, following - MOST_DAYS),
                               min(last, following - LEAST_DAYS)))
        for begin, end in windows:
            for month in near:
                day = self.days.one_among(max(begin, self.opens[month]),
                                          min(end, self.closes[month]),
                                          self.share[one], self.at[one])
                if day is not None:
                    return day
        return None

    def _month_of(self, day: np.datetime64) -> int:
        return int((day.astype("datetime64[M]") - self.months[0]).astype(int))

    def _move(self, here: Numbers, other: int, surplus: npt.NDArray[np.float64]) -> Numbers:
        """Give contacts a working day in another month; those that got one."""
        first = np.maximum(self._earliest(here), self.opens[other])
        last = np.minimum(self._latest(here), self.closes[other])
        dates = self.days.among(first, last, self.share[here], self.at[here])
        room = np.maximum(self.slots[:, other] - self.count[:, other], 0)
        movable = ~np.isnat(dates)
        moved = self._first_of_each(here[movable], np.minimum(surplus, room))
        self.date[moved] = dates[np.isin(here, moved)]
        return moved[np.argsort(moved)]

    def _earliest(self, here: Numbers) -> Days:
        """No nearer than 60 days to the contact before, no further than 90 from the next."""
        before = np.where(self.is_after[here], self.date[here - 1] + LEAST_DAYS,
                          self.earliest[here])
        following = self.date[np.minimum(here + 1, len(self.date) - 1)] - MOST_DAYS
        return np.where(self.is_before[here], np.maximum(before, following), before)

    def _latest(self, here: Numbers) -> Days:
        before = np.where(self.is_after[here], self.date[here - 1] + MOST_DAYS, self.latest[here])
        following = self.date[np.minimum(here + 1, len(self.date) - 1)] - LEAST_DAYS
        return np.where(self.is_before[here], np.minimum(before, following), before)

    def _first_of_each(self, contacts: Numbers, quota: npt.NDArray[np.float64]) -> Numbers:
        """The first contacts of each user, as many as the quota of the user says."""
        users = pd.Series(self.user[contacts])
        place = users.groupby(users).cumcount().to_numpy()
        return contacts[place < quota[self.user[contacts]]]

    def load(self) -> pd.DataFrame:
        """Contacts and minutes by user and month, for users with any contact."""
        left_out = np.zeros(self.count.shape, dtype=int)
        month = self.month()
        np.add.at(left_out, (self.user[self.is_left_out], month[self.is_left_out]), 1)
        user, at = np.nonzero(np.isin(np.arange(len(self.names)), self.user)[:, np.newaxis]
                              & np.ones(self.count.shape, dtype=bool))
        capacity = self.capacity[user, at]
        return pd.DataFrame({
            "owner": pd.Series([self.names[one] for one in user], dtype="str"),
            "month": self.months[at].astype("datetime64[us]"),
            "calls_n": self.count[user, at], "left_out_n": left_out[user, at],
            "minutes": self.count[user, at] * self.minutes,
            "capacity_minutes": np.where(np.isinf(capacity), np.nan, capacity)})
