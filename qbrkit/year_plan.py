"""The yearly outreach of transactional accounts: phone and e-mail, every 2 to 3 months."""

import hashlib

import pandas as pd

CHANNELS = ("phone", "email")
YEAR_DAYS = 365


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
    The first date follows from a hash of the account's id, so it stays the same from run
    to run and the load is even. A weekend moves to the next Monday, so two contacts lie
    target_days ± 2 apart. Public holidays are not looked at. ``do_not_contact`` gets none.
    """
    silent = accounts["do_not_contact"].fillna(False).astype(bool)
    called = accounts[~silent]
    calls = [(row.owner, _weekday(start + pd.Timedelta(days=days)), row.account_id, row.name,
              CHANNELS[number % 2])
             for row in called[["account_id", "name", "owner"]].itertuples(index=False)
             for number, days in enumerate(range(
                 _stable_hash(row.account_id) % target_days, YEAR_DAYS, target_days))]
    plan = pd.DataFrame(calls, columns=["owner", "date", "account_id", "name", "channel"])
    return (plan.astype({"owner": "str", "date": "datetime64[us]"})
            .sort_values(["owner", "date", "account_id"], na_position="last")
            .reset_index(drop=True))


def _stable_hash(account_id: str) -> int:
    return int.from_bytes(hashlib.sha256(account_id.encode()).digest()[:4], "big")


def _weekday(day: pd.Timestamp) -> pd.Timestamp:
    return pd.offsets.BDay().rollforward(day)
