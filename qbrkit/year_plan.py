"""The yearly outreach of transactional accounts: phone and e-mail, every 2 to 3 months."""

import hashlib

import numpy as np
import pandas as pd

CHANNELS = ("phone", "email")
YEAR_DAYS = 365
WEEKEND_DAYS = 2


def plan_calls(accounts: pd.DataFrame, start: pd.Timestamp, target_days: int = 75) -> pd.DataFrame:
    """Dates of a year's outreach, spread evenly over the weeks.

    Parameters
    ----------
    accounts : DataFrame
        Transactional accounts: ``account_id``, ``name``, ``owner``, ``do_not_contact``.
    start : Timestamp
        First day of the plan.
    target_days : int, default 75
        Days between two contacts. [60 to 90]

    Returns
    -------
    DataFrame
        ``owner`` (missing when nobody is named), ``date`` (a weekday), ``account_id``,
        ``name``, ``channel`` (phone, email, in turn). Sorted by owner and date.

    Notes
    -----
    The days follow from a hash of the account's id and the calendar alone: the load is
    even, and a plan that starts later names the same days. A weekend moves to the next
    Monday, so two contacts lie target_days ± 2 apart. Public holidays are not looked at.
    ``do_not_contact`` gets none.
    """
    silent = accounts["do_not_contact"].fillna(False).astype(bool)
    called = accounts[~silent][["owner", "account_id", "name"]]
    phase = np.array([_stable_hash(one) % target_days for one in called["account_id"]], dtype=int)
    begin = np.datetime64(start, "D")
    earliest = begin.astype(int) - WEEKEND_DAYS
    first = -((phase - earliest) // target_days)  # rounded up
    numbers = first[:, np.newaxis] + np.arange(YEAR_DAYS // target_days + 2)
    days = (phase[:, np.newaxis] + numbers * target_days).astype("datetime64[D]")
    dates = np.busday_offset(days, 0, roll="forward")
    end = begin + np.timedelta64(YEAR_DAYS, "D")
    row, column = np.nonzero((dates >= begin) & (dates < end))
    plan = called.iloc[row].assign(
        date=dates[row, column].astype("datetime64[us]"),
        channel=np.array(CHANNELS)[numbers[row, column] % 2])
    return (plan[["owner", "date", "account_id", "name", "channel"]].astype({"channel": "str"})
            .sort_values(["owner", "date", "account_id"], na_position="last")
            .reset_index(drop=True))


def _stable_hash(account_id: str) -> int:
    return int.from_bytes(hashlib.sha256(account_id.encode()).digest()[:4], "big")
