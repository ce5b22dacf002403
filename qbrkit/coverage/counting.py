"""How many people hold an account: the contacts that count, and the roles they hold."""

import numpy as np
import pandas as pd

from qbrkit.coverage.cadence import list_exchanges
from qbrkit.coverage.persons import find_persons
from qbrkit.coverage.roles import REQUIRED_ROLES, ROLES, count_roles, list_roles

BELOW, IN_RANGE, ABOVE = "below minimum", "in range", "above, fine"
COUNTED = ["contacts_n", "roles_n", *(f"{role}s_n" for role in ROLES)]
"""Figures that cannot be told without activities."""


def count_contacts(contacts: pd.DataFrame, activities: pd.DataFrame | None, as_of: pd.Timestamp,
                   active_days: int = 90) -> pd.DataFrame:
    """Contacts that count, per account, and the roles they hold.

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
        Day of the review; its time of day does not matter.
    active_days : int, default 90
        How recent the last two-way activity must be, the day of the review being the
        first of these days. [days]

    Returns
    -------
    DataFrame, shape (n_accounts, 10)
        ``account_id``; ``persons_n`` known, recent or not; ``contacts_n`` that count
        (missing without activities), and of those ``roles_n`` distinct roles,
        ``missing_roles`` (required roles that nobody holds, comma-separated) and how many
        hold each role: ``deciders_n``, ``influencers_n``, ``gatekeepers_n``, ``buyers_n``,
        ``users_n``. A person with several roles counts in each.
    """
    persons = find_persons(contacts)
    known = persons.groupby("account_id")["person"].nunique().rename("persons_n")
    table = known.to_frame()
    if activities is None:
        return table.assign(**dict.fromkeys(COUNTED, np.nan), missing_roles=pd.Series(
            np.nan, index=table.index, dtype="str"))[_ORDER].reset_index()
    counted = keep_counted(persons, list_exchanges(contacts, activities, as_of, active_days))
    table["contacts_n"] = counted.groupby("account_id")["person"].nunique()
    found = table.join(count_roles(list_roles(counted)))
    return found.fillna(dict.fromkeys(COUNTED, 0.0) | {
        "missing_roles": ", ".join(REQUIRED_ROLES)})[_ORDER].astype(
            dict.fromkeys(COUNTED, "float64")).reset_index()


_ORDER = ["persons_n", "contacts_n", "roles_n", "missing_roles", *COUNTED[2:]]


def keep_counted(persons: pd.DataFrame, exchanges: pd.DataFrame) -> pd.DataFrame:
    """Records of the persons that somebody of ours spoke with.

    Parameters
    ----------
    persons : DataFrame
        From `find_persons`.
    exchanges : DataFrame
        From `list_exchanges`.
    """
    reached = exchanges[["account_id", "person"]].dropna().drop_duplicates()
    return persons.merge(reached, on=["account_id", "person"], how="inner", validate="m:1")


def contact_status(contacts_n: pd.Series, minimum: int = 4, maximum: int = 11) -> pd.Series:
    """Below minimum, in range, or above (which is fine); missing where the count is."""
    status = np.select([contacts_n < minimum, contacts_n <= maximum, contacts_n > maximum],
                       [BELOW, IN_RANGE, ABOVE], default="")
    return pd.Series(status, index=contacts_n.index, dtype="str").replace("", np.nan)
