"""Which contacts count and why others do not, and when we last spoke with the account."""

import numpy as np
import pandas as pd

from qbrkit import coverage
from qbrkit.explain.names import Subject
from qbrkit.explain.rows import Evidence, FewRows, plain, unknown
from qbrkit.groups import roll_up
from qbrkit.reviews import QuarterReview
from qbrkit.segmentation import GREEN_CIRCLE
from qbrkit.sources import Workspace


def explain_contacts(workspace: Workspace, review: QuarterReview, subject: Subject,
                     figure: str) -> Evidence:
    """The contacts of an account with their last two-way exchange, and whether they count."""
    contacts, activities = (_of_group(workspace, subject, name)
                            for name in ("contacts", "activities"))
    if contacts is None or activities is None or _tells_no_direction(workspace):
        return unknown("Not known: it needs the tables contacts and activities, with the "
                       "direction of each activity.")
    settings = review.settings.contacts
    rows = _contact_rows(contacts, workspace.tables["activities"], review.as_of,
                         settings.active_days)
    counted = float((rows["counts"] == "yes").sum())
    if figure == "contacts_n":
        return Evidence(FewRows(rows), counted, False, (
            f"A contact counts with a two-way exchange in the {settings.active_days} days up to "
            f"{review.as_of:%Y-%m-%d}.",))
    status = coverage.contact_status(pd.Series([counted]), settings.minimum, settings.maximum)
    return Evidence(FewRows(rows), plain(status.iloc[0]), False, (
        f"{counted:g} contacts count; {settings.minimum} to {settings.maximum} are in range.",))


def _of_group(workspace: Workspace, subject: Subject, name: str) -> pd.DataFrame | None:
    """Rows of a table that belong to an account or to one that rolls up to it."""
    if name not in workspace.tables:
        return None
    table = workspace.tables[name]
    rolled = roll_up(table, subject.groups.parents)
    return rolled[rolled["account_id"] == subject.account_id].assign(
        billed=table["account_id"])


def _tells_no_direction(workspace: Workspace) -> bool:
    activities = workspace.tables["activities"]
    return len(activities) > 0 and bool(activities["direction"].isna().all())


def _contact_rows(contacts: pd.DataFrame, activities: pd.DataFrame, as_of: pd.Timestamp,
                  active_days: int) -> pd.DataFrame:
    """Contacts, those that count first; a person counts once, under the first record kept."""
    persons = coverage.find_persons(contacts.assign(active=True))["person"]
    person = persons.reindex(contacts.index).astype("str")  # missing: a shared mailbox
    kept = pd.Series(contacts.index.isin(coverage.find_persons(contacts).index), contacts.index)
    spoken = activities[(activities["direction"] == coverage.TWO_WAY)
                        & (activities["date"].dt.normalize() <= as_of)]
    latest = spoken.groupby("contact_id")["date"].max().dt.normalize()
    of_record = latest.reindex(contacts["contact_id"]).set_axis(contacts.index)
    last = of_record.groupby(person).max().reindex(person).set_axis(contacts.index).fillna(
        of_record)
    is_recent = last > as_of - pd.Timedelta(days=active_days)
    is_second = person.where(kept).duplicated() & kept
    why = np.select(
        [person.isna(), ~kept, is_second, last.isna(), ~is_recent],
        ["shared mailbox", "not active", "same person as above", "never spoken with",
         f"no two-way exchange in {active_days} days"], "")
    return pd.DataFrame({
        "contact_id": contacts["contact_id"], "account_id": contacts["billed"],
        "name": contacts["name"], "email": contacts["email"], "roles": contacts["roles"],
        "last_two_way": last, "person": person.fillna(""),
        "counts": np.where(why == "", "yes", "no"), "why_not": _where_told(why, contacts),
    }).sort_values(["counts", "last_two_way", "person", "contact_id"],
                   ascending=[False, False, True, True], na_position="last").drop(
        columns="person").reset_index(drop=True)


def _where_told(why: np.ndarray, table: pd.DataFrame) -> pd.Series:
    """Reasons as a column, missing where there is none."""
    reasons = pd.Series(why, index=table.index, dtype="str")
    return reasons.mask(reasons == "")


def explain_overdue(workspace: Workspace, review: QuarterReview, subject: Subject) -> Evidence:
    """Activities with the account, the latest first, and the limit."""
    activities = _of_group(workspace, subject, "activities")
    if activities is None or _tells_no_direction(workspace):
        return unknown("Not known: it needs the table activities with the direction of each.")
    rows = FewRows(_activity_rows(activities, review.as_of))
    cadence = coverage.measure_cadence(activities, review.as_of)
    if cadence.empty:
        return unknown("Not known: there never was a two-way contact; unknown is not zero.",
                       rows=rows)
    settings = review.settings.contacts
    account = review.accounts.set_index("account_id").loc[subject.account_id]
    is_green = account["segment"] == GREEN_CIRCLE
    limit = settings.green_circle_days if is_green else settings.transactional_days
    overdue = coverage.overdue_days(cadence["days_since_contact"], pd.Series([limit]))
    return Evidence(rows, plain(overdue.iloc[0]), False, (
        f"Last two-way contact {cadence['last_contact'].iloc[0]:%Y-%m-%d}, "
        f"{cadence['days_since_contact'].iloc[0]} days before {review.as_of:%Y-%m-%d}; the limit "
        f"is {limit} days for {account['segment']}.",))


def _activity_rows(activities: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Activities, the latest first; those of both directions up to the day count."""
    is_two_way = activities["direction"] == coverage.TWO_WAY
    is_later = activities["date"].dt.normalize() > as_of
    why = np.select([is_later, ~is_two_way], ["after the quarter", "not two-way"], "")
    return activities.assign(
        counts=np.where(why == "", "yes", "no"), why_not=_where_told(why, activities),
        account_id=activities["billed"])[
        ["date", "account_id", "contact_id", "owner", "channel", "direction", "counts", "why_not"]
    ].sort_values(["counts", "date", "contact_id"], ascending=[False, False, True]).reset_index(
        drop=True)
