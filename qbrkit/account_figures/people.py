"""Who holds each account: contacts that count, and the days since the last one."""

import numpy as np
import pandas as pd

from qbrkit import coverage, segmentation
from qbrkit.account_figures.putting import Tables, put
from qbrkit.settings import Settings


def add_coverage(accounts: pd.DataFrame, tables: Tables, settings: Settings,
                 as_of: pd.Timestamp) -> pd.DataFrame:
    """Contacts that count, and the days since the last one.

    Activities that do not tell a direction cannot tell who spoke with whom; they are then
    as good as not there.
    """
    contacts, activities = tables.get("contacts"), tables.get("activities")
    if activities is not None and activities["direction"].isna().all() and len(activities):
        activities = None
    unknown_days = pd.Series(pd.NaT, index=accounts.index, dtype="datetime64[us]")
    table = accounts.assign(
        **dict.fromkeys(["contacts_n", "persons_n", "roles_n", "days_since_contact",
                         "our_people_n", "their_people_n"], np.nan),
        missing_roles=pd.Series(np.nan, index=accounts.index, dtype="str"),
        last_contact=unknown_days, is_never_contacted=False)
    if contacts is not None:
        counted = coverage.count_contacts(contacts, activities, as_of,
                                          settings.contacts.active_days)
        nobody: dict[str, float | str] = {"persons_n": 0.0}
        if activities is not None:
            nobody |= {"contacts_n": 0.0, "roles_n": 0.0,
                       "missing_roles": ", ".join(coverage.REQUIRED_ROLES)}
        table = put(table, counted, nobody)
    if activities is not None:
        table = put(table, coverage.measure_cadence(activities, as_of), {})
        table["is_never_contacted"] = table["days_since_contact"].isna()
        threads = coverage.count_threads(contacts, activities, as_of,
                                         settings.contacts.active_days)
        table = put(table, threads, {"our_people_n": 0.0, "their_people_n": 0.0})
    green = table["segment"] == segmentation.GREEN_CIRCLE
    limit = pd.Series(np.where(green, settings.contacts.green_circle_days,
                               settings.contacts.transactional_days), index=table.index)
    return table.assign(
        contact_status=coverage.contact_status(
            table["contacts_n"], settings.contacts.minimum, settings.contacts.maximum),
        overdue_days=coverage.overdue_days(table["days_since_contact"], limit))
