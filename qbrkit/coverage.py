"""Contacts and cadence: how many people hold the account, and when we last spoke."""

from collections.abc import Hashable

import numpy as np
import pandas as pd

BELOW, IN_RANGE, ABOVE = "below minimum", "in range", "above, fine"
REQUIRED_ROLES = ("influencer", "gatekeeper")
TWO_WAY = "two_way"
SHARED_MAILBOXES = frozenset({
    "info", "office", "sales", "einkauf", "purchasing", "buchhaltung", "accounting", "kontakt",
    "contact", "mail", "service", "support", "order", "orders", "bestellung", "zentrale",
    "reception", "empfang", "admin", "team", "hello"})
"""Names before the @ that no single person reads."""


def count_contacts(contacts: pd.DataFrame, activities: pd.DataFrame | None, as_of: pd.Timestamp,
                   active_days: int = 90) -> pd.DataFrame:
    """Contacts that count, per account.

    A contact counts when it is active, a distinct person, and had at least one two-way
    activity in the last days, under any record of it. Shared mailboxes are no persons; the
    same e-mail at an account is the same person.

    Parameters
    ----------
    contacts : DataFrame
        The contract's ``contacts``.
    activities : DataFrame or None
        The contract's ``activities``; without them nobody can be counted as recent.
    as_of : Timestamp
        Day of the review.
    active_days : int, default 90
        How recent the last two-way activity must be, the day of the review being the
        first of these days. [days]

    Returns
    -------
    DataFrame, shape (n_accounts, 5)
        ``account_id``; ``contacts_n`` that count (missing without activities);
        ``persons_n`` known, recent or not; ``roles_n`` distinct roles of those counted;
        ``missing_roles`` (required roles that nobody counted holds, comma-separated).
    """
    persons = find_persons(contacts)
    reached = (_persons_reached(contacts, _two_way(
        activities, as_of - pd.Timedelta(days=active_days), as_of))
        if activities is not None else persons[:0][["account_id", "person"]])
    counted = persons.merge(reached, on=["account_id", "person"], how="inner", validate="m:1")
    known = persons.groupby("account_id")["person"].nunique().rename("persons_n")
    table = known.to_frame().assign(
        contacts_n=counted.groupby("account_id")["person"].nunique().reindex(
            known.index, fill_value=0).astype("float64"))
    roles = _roles_held(counted)
    held = [roles.get(account, set()) for account in table.index]
    table["roles_n"] = pd.Series([len(one) for one in held], index=table.index, dtype="float64")
    table["missing_roles"] = pd.Series(
        [", ".join(role for role in REQUIRED_ROLES if role not in one) for one in held],
        index=table.index, dtype="str")
    if activities is None:
        table[["contacts_n", "roles_n"]] = np.nan
        table["missing_roles"] = pd.Series(np.nan, index=table.index, dtype="str")
    return table.reset_index()


def find_persons(contacts: pd.DataFrame) -> pd.DataFrame:
    """Active contacts that are persons, and which records are the same person.

    Parameters
    ----------
    contacts : DataFrame
        The contract's ``contacts``; ``active`` missing means yes.

    Returns
    -------
    DataFrame
        The rows kept, in their order, with ``person``: equal, within an account, for all
        records of one person.
    """
    active = contacts[contacts["active"].fillna(True).astype(bool)]
    return _with_person(active[~_is_mailbox(active)])


def _is_mailbox(contacts: pd.DataFrame) -> pd.Series:
    name = _address(contacts).str.replace(r"@.*", "", regex=True).str.strip()
    return name.isin(SHARED_MAILBOXES)


def _persons_reached(contacts: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """Account and person of the records that the activities name, active or not."""
    named = _with_person(contacts[contacts["contact_id"].isin(activities["contact_id"].dropna())])
    return named[["account_id", "person"]].drop_duplicates()


def _roles_held(persons: pd.DataFrame) -> dict[Hashable, set[str]]:
    roles = (persons.assign(role=persons["roles"].fillna("").str.lower().str.split(r"[;,/]"))
             .explode("role").assign(role=lambda table: table["role"].str.strip()))
    return roles[roles["role"] != ""].groupby("account_id")["role"].agg(set).to_dict()


def _with_person(contacts: pd.DataFrame) -> pd.DataFrame:
    return contacts.assign(person=_address(contacts).fillna("id " + contacts["contact_id"]))


def _address(contacts: pd.DataFrame) -> pd.Series:
    return contacts["email"].str.lower().str.strip()


def contact_status(contacts_n: pd.Series, minimum: int = 4, maximum: int = 11) -> pd.Series:
    """Below minimum, in range, or above (which is fine); missing where the count is."""
    status = np.select([contacts_n < minimum, contacts_n <= maximum, contacts_n > maximum],
                       [BELOW, IN_RANGE, ABOVE], default="")
    return pd.Series(status, index=contacts_n.index, dtype="str").replace("", np.nan)


def measure_cadence(activities: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Days since anyone of ours last spoke with anyone of the account.

    Parameters
    ----------
    activities : DataFrame
        The contract's ``activities``.
    as_of : Timestamp
        Day of the review; later activities do not count.

    Returns
    -------
    DataFrame, shape (n_accounts, 3)
        ``account_id``, ``last_contact`` (date of the last two-way activity) and
        ``days_since_contact``. [days] Accounts never spoken with are not in it.
    """
    last = _two_way(activities, pd.Timestamp.min, as_of).groupby("account_id")["date"].max()
    return pd.DataFrame({"last_contact": last, "days_since_contact": (as_of - last).dt.days}
                        ).reset_index()


def count_threads(contacts: pd.DataFrame | None, activities: pd.DataFrame, as_of: pd.Timestamp,
                  active_days: int = 90) -> pd.DataFrame:
    """People on both sides who spoke with each other lately.

    Parameters
    ----------
    contacts : DataFrame or None
        The contract's ``contacts``, to tell persons from mailboxes and second records;
        without them every contact id counts as a person.
    activities : DataFrame
        The contract's ``activities``.
    as_of : Timestamp
        Day of the review.
    active_days : int, default 90
        How far to look back. [days]

    Returns
    -------
    DataFrame, shape (n_accounts, 3)
        ``account_id``, ``their_people_n`` and ``our_people_n`` of the two-way activities.
    """
    recent = _two_way(activities, as_of - pd.Timedelta(days=active_days), as_of)
    person = recent["contact_id"]
    if contacts is not None:
        people = _with_person(contacts[~_is_mailbox(contacts)]).set_index("contact_id")["person"]
        person = person.map(people[~people.index.duplicated()])
    return recent.assign(person=person).groupby("account_id").agg(
        their_people_n=("person", "nunique"), our_people_n=("owner", "nunique")).reset_index()


def overdue_days(days_since_contact: pd.Series, limit: pd.Series) -> pd.Series:
    """Days past the limit, 0 when within it; missing when there never was a contact."""
    return (days_since_contact - limit).clip(lower=0)


def _two_way(activities: pd.DataFrame, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Two-way activities after one day, up to and including another, without time of day."""
    day = activities["date"].dt.normalize()
    return activities.assign(date=day)[
        (activities["direction"] == TWO_WAY) & (day > after) & (day <= until)]
