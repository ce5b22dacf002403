"""When we last spoke, and every exchange that counts."""

import pandas as pd

from qbrkit.coverage.persons import is_mailbox, with_person

TWO_WAY = "two_way"


def measure_cadence(activities: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Days since anyone of ours last spoke with anyone of the account.

    Parameters
    ----------
    activities : DataFrame
        The contract's ``activities``.
    as_of : Timestamp
        Day of the review; later activities do not count, its time of day does not matter.

    Returns
    -------
    DataFrame, shape (n_accounts, 3)
        ``account_id``, ``last_contact`` (date of the last two-way activity) and
        ``days_since_contact``. [days] Accounts never spoken with are not in it.
    """
    day = as_of.normalize()
    last = two_way(activities, pd.Timestamp.min, day).groupby("account_id")["date"].max()
    return pd.DataFrame({"last_contact": last, "days_since_contact": (day - last).dt.days}
                        ).reset_index()


def overdue_days(days_since_contact: pd.Series, limit: pd.Series) -> pd.Series:
    """Days past the limit, 0 when within it; missing when there never was a contact."""
    return (days_since_contact - limit).clip(lower=0)


def list_exchanges(contacts: pd.DataFrame | None, activities: pd.DataFrame, as_of: pd.Timestamp,
                   active_days: int = 90) -> pd.DataFrame:
    """Two-way activities of the last days, and between whom they were.

    Parameters
    ----------
    contacts : DataFrame or None
        The contract's ``contacts``, to tell persons from mailboxes and second records;
        without them every contact id is a person.
    activities : DataFrame
        The contract's ``activities``.
    as_of : Timestamp
        Day of the review.
    active_days : int, default 90
        How far to look back, the day of the review being the first of these days. [days]

    Returns
    -------
    DataFrame, shape (n_exchanges, 3)
        ``account_id`` (the one the contact belongs to; the activity's own where the contact
        is not known), ``person`` (of theirs, who may have left since; missing for mailboxes
        and unknown contacts) and ``owner`` (of ours, missing where nobody is named).
    """
    day = as_of.normalize()
    recent = two_way(activities, day - pd.Timedelta(days=active_days), day)[
        ["account_id", "contact_id", "owner"]]
    if contacts is None:
        return recent.rename(columns={"contact_id": "person"})[["account_id", "person", "owner"]]
    named = contacts[contacts["contact_id"].isin(recent["contact_id"].dropna())]
    people = with_person(named).assign(
        person=lambda rows: rows["person"].mask(is_mailbox(rows)))[
        ["contact_id", "account_id", "person"]].drop_duplicates("contact_id").rename(
        columns={"account_id": "of_contact"})
    found = recent.merge(people, on="contact_id", how="left")
    return found.assign(account_id=found["of_contact"].fillna(found["account_id"]))[
        ["account_id", "person", "owner"]]


def two_way(activities: pd.DataFrame, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Two-way activities after one day, up to and including another, without time of day."""
    day = activities["date"].dt.normalize()
    counts = (activities["direction"] == TWO_WAY) & (day > after) & (day <= until)
    return activities[counts].assign(date=day[counts])
