"""When each account is contacted: every 60 to 90 days, on a working day of its country."""

import hashlib

import numpy as np
import numpy.typing as npt
import pandas as pd

from qbrkit.year_plan.working_days import Days, WorkingDays

PHONE, EMAIL = "phone", "email"
CHANNELS = (PHONE, EMAIL)
YEAR_DAYS = 365
LEAST_DAYS, MOST_DAYS = 60, 90
"""Two to three months between two contacts."""
FIRST_MONTH_DAYS = 30
"""Within these days an account is contacted that never was, or not for long."""
URGENT_DAYS = 14
"""Within these days an account is called that has fallen silent or is to be won back."""
STEPS = YEAR_DAYS // LEAST_DAYS + 2
_ROUNDING = 1e-9
"""What a day's number may lie below a whole one and still be it."""


def plan_calls(accounts: pd.DataFrame, start: pd.Timestamp, days: WorkingDays,
               target_days: int = 75) -> pd.DataFrame:
    """Dates of a year's outreach, spread evenly over weeks and weekdays.

    Parameters
    ----------
    accounts : DataFrame
        Transactional accounts: ``account_id``, ``name``, ``owner``, ``do_not_contact``,
        ``last_contact`` (the last two-way exchange, missing where none is known) and
        ``is_never_contacted`` (exchanges are on record, and none with this account). Where it
        is given, ``is_urgent`` (to be called at once, however long ago the last exchange is).
    start : Timestamp
        First day of the plan.
    days : WorkingDays
        Working days of the accounts, in their order.
    target_days : int, default 75
        Days between two contacts. [60 to 90]

    Returns
    -------
    DataFrame
        ``owner`` (missing when nobody is named), ``date``, ``account_id``, ``name``,
        ``channel`` (phone, email, in turn), ``earliest`` and ``latest`` (days between which
        the contact may lie as far as what came before it says) and ``at`` (row of the
        account). Sorted by account and date.

    Notes
    -----
    Two contacts lie 60 to 90 days apart, holidays or not. Every account has a row of days
    of its own, `target_days` apart, that follows from a hash of its id and the calendar
    alone: over many accounts it is even in weeks and weekdays, and a plan made later names
    the same days. The contact after another one is on the day of the row that lies next to
    the target, or as near to it as 60 to 90 days allow. The first contact follows the last
    exchange in the same way; it falls within the first month when that is already too long
    ago, or when there never was one; and where no exchanges are on record at all, it is the
    next day of the row. An urgent one is within two weeks and by phone. ``do_not_contact``
    gets none.
    """
    silent = accounts["do_not_contact"].fillna(False).astype(bool).to_numpy()
    of = np.flatnonzero(~silent)
    row_of_days = _RowOfDays(accounts["account_id"].iloc[of], days, of, target_days)
    begin = np.datetime64(start, "D")
    is_urgent = (accounts["is_urgent"].to_numpy(dtype=bool)[of] if "is_urgent" in accounts
                 else np.zeros(len(of), dtype=bool))
    before, first, turn = _first_contacts(accounts.iloc[of], is_urgent, begin, row_of_days)
    dates = np.empty((len(of), STEPS), dtype="datetime64[D]")
    dates[:, 0] = first
    for at in range(1, STEPS):
        dates[:, at] = row_of_days.after(dates[:, at - 1])
    row, step = np.nonzero(dates < begin + np.timedelta64(YEAR_DAYS, "D"))
    before = np.where(step > 0, dates[row, step - 1], before[row])
    within = np.where(is_urgent, URGENT_DAYS, FIRST_MONTH_DAYS)[row]
    plan = accounts.iloc[of[row]][["owner", "account_id", "name"]].assign(
        date=dates[row, step].astype("datetime64[us]"),
        channel=np.array(CHANNELS)[(turn[row] + step) % 2],
        earliest=np.fmax(before + LEAST_DAYS, begin).astype("datetime64[us]"),
        latest=np.where(np.isnat(before), np.maximum(begin + within - 1, first[row]),
                        before + MOST_DAYS).astype("datetime64[us]"), at=of[row])
    return (plan[["owner", "date", "account_id", "name", "channel", "earliest", "latest", "at"]]
            .astype({"channel": "str", "at": "int64"})
            .sort_values(["account_id", "date"]).reset_index(drop=True))


class _RowOfDays:
    """The days of each account, `target_days` apart in working days."""

    def __init__(self, account_ids: pd.Series, days: WorkingDays, of: npt.NDArray[np.int64],
                 target_days: int) -> None:
        self.days, self.of = days, of
        self.share, self.other_share = hash_shares(account_ids)
        self.step = target_days * days.a_week()[of] / 7
        self.phase = self.share * self.step

    def turn(self, days: Days) -> npt.NDArray[np.float64]:
        """How many days of the row lie before these; a fraction in between."""
        return (self.days.number(days, self.of) - self.phase) / self.step

    def at(self, turn: npt.NDArray[np.float64]) -> Days:
        """A day of the row, or the next working day where that is a holiday."""
        number = np.floor(self.phase + turn * self.step + _ROUNDING).astype(int)
        return self.days.following(self.days.numbered(number, self.of), self.of)

    def after(self, before: Days) -> Days:
        """The next contact after one: on the day of the row next to the target, if it can be."""
        wanted = self.at(np.round(self.turn(before) + 1))
        wanted = np.maximum(wanted, self.days.following(before + LEAST_DAYS, self.of))
        return np.minimum(wanted, self.days.preceding(before + MOST_DAYS, self.of))

    def within(self, first: np.datetime64, last: Days) -> Days:
        """A working day of a span; the next one after it when there is none in it."""
        begin = np.full(len(self.of), first)
        found = self.days.among(begin, last, self.other_share, self.of)
        return np.where(np.isnat(found), self.days.following(begin, self.of), found)


def _first_contacts(accounts: pd.DataFrame, is_urgent: npt.NDArray[np.bool_],
                    begin: np.datetime64, row: _RowOfDays,
                    ) -> tuple[Days, Days, npt.NDArray[np.int64]]:
    """What came before each plan (NaT for nothing that counts), its first day, and its turn."""
    last = np.where(is_urgent, np.datetime64("NaT"),
                    accounts["last_contact"].to_numpy(dtype="datetime64[D]"))
    is_known = ~np.isnat(last)
    turn = np.ceil(row.turn(np.full(len(last), begin)) - _ROUNDING) - 1
    turn += row.at(turn) < begin
    by_calendar = ~is_known & ~is_urgent & ~accounts["is_never_contacted"].to_numpy(dtype=bool)
    due = row.after(np.where(is_known, last, begin))
    within = np.where(is_urgent, URGENT_DAYS, FIRST_MONTH_DAYS)
    until = np.where(last + MOST_DAYS >= begin, last + MOST_DAYS, begin + within - 1)
    soon = row.within(begin, until)
    first = np.where(by_calendar, row.at(turn), np.where(is_known & (due >= begin), due, soon))
    counts = np.where(last + MOST_DAYS >= first, last, np.datetime64("NaT"))
    earlier = np.clip(row.at(turn - 1), first - MOST_DAYS, first - LEAST_DAYS)
    return (np.where(by_calendar, earlier, counts), first,
            np.where(by_calendar, turn, 0).astype(int))


def hash_shares(account_ids: pd.Series) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Two shares from 0 to 1 per account that follow from its id alone.

    Parameters
    ----------
    account_ids : Series of str

    Returns
    -------
    tuple of ndarray
        Evenly spread, and the same on every machine.
    """
    digests = [hashlib.sha256(one.encode()).digest() for one in account_ids]
    halves = np.frombuffer(b"".join(one[:8] for one in digests), dtype=">u4").reshape(-1, 2)
    shares = halves / 2.0 ** 32
    return shares[:, 0], shares[:, 1]
