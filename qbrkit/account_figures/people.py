"""Who holds each account: contacts that count, their roles, and the days since the last one."""

import numpy as np
import pandas as pd

from qbrkit import coverage, segmentation
from qbrkit.account_figures.putting import Tables, put
from qbrkit.settings import Contacts, Settings

ROLE_COUNTS = [f"{role}s_n" for role in coverage.ROLES]
BUS_FACTOR = ["contacts_left", "roles_left", "effective_contacts",
              "contacts_left_without_ours"]
NAMES = ["missing_roles", "weakest_person", "lost_roles", "sole_owner", "next_role",
         "next_person"]


def add_coverage(accounts: pd.DataFrame, tables: Tables, settings: Settings,
                 as_of: pd.Timestamp) -> pd.DataFrame:
    """Contacts that count, their roles, how much hangs on one person, and whom to win next.

    Columns as from `coverage.count_contacts`, `coverage.count_threads`,
    `coverage.measure_bus_factor`, `coverage.measure_cadence` and
    `coverage.choose_next_contact`, and besides ``contact_status``, ``overdue_days`` beyond
    the limit of the segment, ``is_never_contacted``, ``is_single_threaded`` (one contact
    alone holds the account) and ``needs_contact`` (there is a next contact to win).

    Activities that do not tell a direction cannot tell who spoke with whom; they are then
    as good as not there. Whoever asked not to be contacted needs no next contact.
    """
    contacts, activities = tables.get("contacts"), tables.get("activities")
    if activities is not None and activities["direction"].isna().all() and len(activities):
        activities = None
    table = _with_nothing_known(accounts)
    if contacts is not None:
        table = _with_contacts(table, contacts, activities, as_of, settings.contacts)
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
        is_single_threaded=table["contacts_n"] == 1,
        overdue_days=coverage.overdue_days(table["days_since_contact"], limit))


def _with_nothing_known(accounts: pd.DataFrame) -> pd.DataFrame:
    """Every column, as without contacts and activities."""
    figures = ["contacts_n", "persons_n", "roles_n", *ROLE_COUNTS, *BUS_FACTOR,
               "days_since_contact", "our_people_n", "their_people_n"]
    unknown = pd.Series(np.nan, index=accounts.index, dtype="str")
    return accounts.assign(
        **dict.fromkeys(figures, np.nan), **dict.fromkeys(NAMES, unknown),
        last_contact=pd.Series(pd.NaT, index=accounts.index, dtype="datetime64[us]"),
        is_never_contacted=False, needs_contact=False)


def _with_contacts(accounts: pd.DataFrame, contacts: pd.DataFrame,
                   activities: pd.DataFrame | None, as_of: pd.Timestamp,
                   chosen: Contacts) -> pd.DataFrame:
    """Contacts that count and what hangs on them; without activities the persons known."""
    counted = coverage.count_contacts(contacts, activities, as_of, chosen.active_days)
    if activities is None:
        return put(accounts, counted, {"persons_n": 0.0})
    table = put(accounts, counted, {
        **dict.fromkeys(["persons_n", "contacts_n", "roles_n", *ROLE_COUNTS], 0.0),
        "missing_roles": ", ".join(coverage.REQUIRED_ROLES)})
    persons = coverage.find_persons(contacts)
    exchanges = coverage.list_exchanges(contacts, activities, as_of, chosen.active_days)
    table = put(table, coverage.measure_bus_factor(persons, exchanges),
                {"contacts_left": 0.0, "roles_left": 0.0})
    reachable = table[~table["do_not_contact"].fillna(False).astype(bool)]
    needed = coverage.choose_next_contact(reachable, persons, exchanges, chosen.minimum)
    return put(table, needed, {}).assign(
        needs_contact=table["account_id"].isin(needed["account_id"]))
