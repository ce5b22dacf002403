"""What is left of a relationship when one person goes, theirs or ours."""

import numpy as np
import pandas as pd

from qbrkit.coverage.cadence import list_exchanges
from qbrkit.coverage.counting import keep_counted
from qbrkit.coverage.persons import PAIR, find_persons, list_people
from qbrkit.coverage.roles import REQUIRED_ROLES, list_roles


def count_threads(contacts: pd.DataFrame | None, activities: pd.DataFrame, as_of: pd.Timestamp,
                  active_days: int = 90) -> pd.DataFrame:
    """People on both sides who spoke with each other lately.

    Parameters
    ----------
    contacts : DataFrame or None
        The contract's ``contacts``, to tell persons from mailboxes and second records, and
        who has left; without them every contact id counts as a person.
    activities : DataFrame
        The contract's ``activities``.
    as_of : Timestamp
        Day of the review.
    active_days : int, default 90
        How far to look back. [days]

    Returns
    -------
    DataFrame, shape (n_accounts, 3)
        ``account_id``, ``their_people_n`` (who are still there) and ``our_people_n`` of the
        two-way activities.
    """
    exchanges = list_exchanges(contacts, activities, as_of, active_days)
    if contacts is not None:
        there = find_persons(contacts)[PAIR].drop_duplicates().assign(is_there=True)
        is_there = exchanges.merge(there, on=PAIR, how="left")["is_there"].notna()
        exchanges = exchanges.assign(person=exchanges["person"].where(is_there.to_numpy()))
    return exchanges.groupby("account_id").agg(
        their_people_n=("person", "nunique"), our_people_n=("owner", "nunique")).reset_index()


def measure_bus_factor(persons: pd.DataFrame, exchanges: pd.DataFrame) -> pd.DataFrame:
    """How much of each account hangs on one person, theirs and ours.

    Each contact that counts, and each of our people, is taken away in turn; told is the
    worst case.

    Parameters
    ----------
    persons : DataFrame
        From `find_persons`.
    exchanges : DataFrame
        From `list_exchanges`, of the window in which contacts count.

    Returns
    -------
    DataFrame, shape (n_accounts, 8)
        ``account_id`` of accounts with any two-way activity in the window, and

        - ``contacts_left`` and ``roles_left`` (required roles still held, 0 to 2) without
          the person of theirs who would be missed most, ``weakest_person`` by name: first
          who alone holds most required roles, then who talks most, then has most influence;
        - ``lost_roles``, the required roles that nobody else holds, comma-separated;
        - ``effective_contacts``, 1 / Σ share² of the two-way activities with contacts that
          count: as many people who all talk equally much would be as concentrated
          [1 to contacts_n]; missing without such contacts;
        - ``contacts_left_without_ours``: contacts that somebody else of ours speaks with
          too, or no one named; without ``sole_owner``, who alone speaks with most contacts.
          Missing where no owner is named; nobody is ``sole_owner`` where no contact
          depends on one.

    References
    ----------
    Effective number: A. O. Hirschman, National Power and the Structure of Foreign Trade
    (1945); M. Laakso and R. Taagepera, Effective Number of Parties (1979).
    """
    counted = keep_counted(persons, exchanges)
    talks = exchanges.merge(counted[PAIR].drop_duplicates(), on=PAIR, how="inner")
    table = _theirs(counted, talks).join(_ours(exchanges, talks), how="outer").fillna(
        {"contacts_left": 0.0, "roles_left": 0.0})
    depend, contacts_n = table.pop("depend_n"), table.pop("contacts_n").fillna(0.0)
    left = (contacts_n - depend).where(table.pop("is_named").notna())
    return table.assign(contacts_left_without_ours=left).reset_index()


def _theirs(counted: pd.DataFrame, talks: pd.DataFrame) -> pd.DataFrame:
    """Contacts and required roles left without the person of theirs missed most."""
    people = list_people(counted)
    shares = _shares(talks, "person")
    held = list_roles(counted)
    held = held[held["role"].isin(REQUIRED_ROLES)]
    alone = held[~held.duplicated(["account_id", "role"], keep=False)]
    lost = alone.groupby(PAIR).size().rename("lost_n")
    missed = people.join(shares, on=PAIR).join(lost, on=PAIR).fillna({"lost_n": 0}).sort_values(
        ["account_id", "lost_n", "share", "influence", "called", "person"],
        ascending=[True, False, False, False, True, True])
    weakest = missed.drop_duplicates("account_id").set_index("account_id")
    contacts_n = people.groupby("account_id").size().astype("float64")
    roles_n = held.groupby("account_id")["role"].nunique().reindex(contacts_n.index, fill_value=0)
    return pd.DataFrame({
        "contacts_n": contacts_n, "contacts_left": contacts_n - 1,
        "roles_left": (roles_n - weakest["lost_n"]).astype("float64"),
        "weakest_person": weakest["called"], "lost_roles": _lost_roles(alone, weakest["person"]),
        "effective_contacts": _effective(shares)})


def _lost_roles(alone: pd.DataFrame, weakest: pd.Series) -> pd.Series:
    """Required roles that one person of each account holds alone."""
    lost = pd.Series("", index=weakest.index, dtype="str")
    for role in REQUIRED_ROLES:
        holder = alone[alone["role"] == role].set_index("account_id")["person"]
        lost = lost + np.where(weakest == holder.reindex(weakest.index), f", {role}", "")
    return lost.str.removeprefix(", ")


def _ours(exchanges: pd.DataFrame, talks: pd.DataFrame) -> pd.DataFrame:
    """How much of the talks is one person's of ours, and which contacts are hers alone."""
    shares = _shares(exchanges.dropna(subset="owner"), "owner")
    pairs = talks.drop_duplicates([*PAIR, "owner"])  # who is not named is somebody, too
    alone = pairs[~pairs.duplicated(PAIR, keep=False)].dropna(subset="owner")
    depending = alone.groupby(["account_id", "owner"]).size().rename("depend_n").reset_index()
    largest = depending.join(shares, on=["account_id", "owner"]).sort_values(
        ["account_id", "depend_n", "share", "owner"], ascending=[True, False, False, True]
    ).drop_duplicates("account_id").set_index("account_id")
    named = shares.index.unique("account_id")
    table = pd.DataFrame({"is_named": 1.0}, index=named)
    return table.assign(
        sole_owner=largest["owner"].reindex(table.index),
        depend_n=largest["depend_n"].reindex(table.index, fill_value=0).astype("float64"))


def _shares(exchanges: pd.DataFrame, name: str) -> pd.Series:
    """Part of the account's exchanges that each one has, by account and person."""
    counts = exchanges.groupby(["account_id", name]).size()
    return (counts / counts.groupby("account_id").transform("sum")).rename("share")


def _effective(shares: pd.Series) -> pd.Series:
    return 1 / (shares ** 2).groupby("account_id").sum()
