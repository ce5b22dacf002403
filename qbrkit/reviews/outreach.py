"""The year plan of a review: who is contacted when and why, and what falls out of capacity."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qbrkit import segmentation, year_plan
from qbrkit.countries import find_countries
from qbrkit.coverage.persons import find_persons, list_people
from qbrkit.settings import Settings

CALLS = ["owner", "date", "account_id", "name", "contact", "channel", "reason", "minutes",
         "margin", "is_moved"]
CHANGED_BY = 0.1
"""An account grows or shrinks when its twelve months changed by at least this share."""
NO_COUNTRY, UNKNOWN_COUNTRY, NO_HOLIDAYS, UNKNOWN_USER = (
    "no country", "unknown country", "no holidays", "unknown user")


@dataclass(frozen=True)
class Note:
    """Something about the plan that whoever uses it has to know.

    Parameters
    ----------
    code : str
        ``no country`` (only weekends are left out), ``unknown country`` and ``no holidays``
        (the same, for a word that is no country, and for one whose holidays are not known),
        ``unknown user`` (a capacity for somebody who has no account).
    word : str
        The country or user; empty for none.
    accounts_n : int
        Accounts it concerns.
    """

    code: str
    word: str
    accounts_n: int


@dataclass(frozen=True)
class Outreach:
    """A year's outreach of the transactional accounts.

    Parameters
    ----------
    start : Timestamp
        First day of the plan.
    calls : DataFrame
        Contacts that fit: ``owner`` (missing when nobody is named), ``date``,
        ``account_id``, ``name`` (by which accounts can be told apart), ``contact`` (whom to
        ask for, missing where nobody is known), ``channel``, ``reason`` (a code),
        ``minutes``, ``margin`` (what the account is worth, see `is_margin`) and ``is_moved``
        (for capacity). Sorted by owner and date.
    left_out : DataFrame
        Contacts that do not fit, same columns, the largest margin first; with `calls`
        all that the plan needs.
    load : DataFrame
        ``owner``, ``month``, ``calls_n``, ``left_out_n``, ``minutes``, ``capacity_minutes``
        (missing without a limit).
    reasons : DataFrame
        By ``account_id``, what the reasons rest on: ``change`` of the twelve months
        [company currency], ``days_since_order``, ``usual_days`` between orders, ``family``
        not bought, ``contract_end``; missing where unknown.
    is_margin : bool
        Whether ``margin`` is gross margin of the last twelve months (the middle of its
        range), else their revenue. [company currency]
    notes : tuple of Note
        What has to be known of countries and users.
    """

    start: pd.Timestamp
    calls: pd.DataFrame
    left_out: pd.DataFrame
    load: pd.DataFrame
    reasons: pd.DataFrame
    is_margin: bool
    notes: tuple[Note, ...]


def plan_outreach(accounts: pd.DataFrame, start: pd.Timestamp, settings: Settings,
                  silent: pd.DataFrame | None = None,
                  white_space: pd.DataFrame | None = None,
                  contacts: pd.DataFrame | None = None) -> Outreach:
    """The plan of a year from the figures of the accounts.

    Parameters
    ----------
    accounts : DataFrame
        All accounts with their figures; those in the Green Circle get no plan.
    start : Timestamp
        First day of the plan.
    settings : Settings
        Days between contacts, minutes, capacity.
    silent : DataFrame, optional
        Order rhythms: ``account_id``, ``is_silent``, ``days_since`` the last order,
        ``usual_gap``.
    white_space : DataFrame, optional
        ``account_id`` and ``family`` that the account does not buy and its peers do, the
        largest first.
    contacts : DataFrame, optional
        The contract's ``contacts``, rolled up.

    Returns
    -------
    Outreach

    Notes
    -----
    Accounts that have fallen silent, and those that bought in the twelve months before the
    last twelve and nothing since, are called within two weeks; for these reasons nobody is
    written to.
    """
    chosen = settings.year_plan
    planned = accounts[accounts["segment"] != segmentation.GREEN_CIRCLE].reset_index(drop=True)
    grounds = _grounds(planned, silent, white_space)
    signals = _signals(planned, grounds)
    is_urgent = _is_urgent(signals, grounds)
    countries = find_countries(planned["country"])
    days = year_plan.WorkingDays(countries, start - pd.Timedelta(days=200),
                                 start + pd.Timedelta(days=500))
    calls = year_plan.plan_calls(
        planned.assign(name=planned["label"], is_urgent=is_urgent.to_numpy()), start, days,
        chosen.target_days)
    worth, is_margin = _worth(planned)
    limits = _limits(planned["owner"], settings)
    fitted = year_plan.fit_capacity(calls, worth, limits, start, days,
                                    chosen.minutes_per_contact)
    both = pd.concat([fitted.calls.assign(is_left_out=False),
                      fitted.left_out.assign(is_left_out=True)], ignore_index=True)
    both["reason"] = year_plan.give_reasons(both, signals, grounds["contract_end"])
    both["channel"] = both["channel"].mask(
        both["account_id"].map(is_urgent).astype(bool)
        & both["reason"].isin([year_plan.SILENT, year_plan.DORMANT]), year_plan.PHONE)
    both["contact"] = both["account_id"].map(_whom_to_call(planned, contacts)).astype("str")
    out = both["is_left_out"]
    return Outreach(start, both[~out][CALLS].reset_index(drop=True),
                    both[out][CALLS].reset_index(drop=True), fitted.load, grounds, is_margin,
                    _notes(planned, countries, days, settings))


def _is_urgent(signals: pd.DataFrame, grounds: pd.DataFrame) -> pd.Series:
    """Accounts that have fallen silent, and those lost within the last two years."""
    return signals[year_plan.SILENT] | (signals[year_plan.DORMANT] & (grounds["change"] < 0))


def _whom_to_call(accounts: pd.DataFrame, contacts: pd.DataFrame | None) -> pd.Series:
    """By account, the known person of most influence, of several the one we speak with most."""
    if contacts is None:
        return pd.Series(dtype="str", index=pd.Index([], dtype="str"))
    people = list_people(find_persons(contacts))
    closest = people["account_id"].map(accounts.set_index("account_id")["weakest_person"])
    people = people.assign(is_closest=people["called"].eq(closest).fillna(False)).sort_values(
        ["influence", "is_closest", "called"], ascending=[False, False, True],
        na_position="last")
    return people.drop_duplicates("account_id").set_index("account_id")["called"]


def _worth(accounts: pd.DataFrame) -> tuple[pd.Series, bool]:
    """Gross margin of the twelve months, or their revenue where no cost is known."""
    indexed = accounts.set_index("account_id")
    margin = (indexed["gross_margin_ltm_low"] + indexed["gross_margin_ltm_high"]) / 2
    is_margin = bool(margin.notna().any())
    return (margin if is_margin else indexed["revenue_ltm"]), is_margin


def _limits(owners: pd.Series, settings: Settings) -> dict[str, float]:
    """Minutes a month by user: their own, else everybody's."""
    chosen = settings.year_plan
    everybody = {} if chosen.capacity_minutes is None else dict.fromkeys(
        owners.dropna().unique(), float(chosen.capacity_minutes))
    return everybody | {name: float(minutes) for name, minutes in chosen.capacity.items()}


def _grounds(accounts: pd.DataFrame, silent: pd.DataFrame | None,
             white_space: pd.DataFrame | None) -> pd.DataFrame:
    """What the reasons rest on, by account."""
    table = accounts.set_index("account_id")
    unknown = pd.Series(np.nan, index=table.index)
    grounds = pd.DataFrame({
        "change": table["year_change_constant"], "days_since_order": unknown,
        "usual_days": unknown, "family": unknown.astype("str"),
        "contract_end": table["contract_end"]})
    if silent is not None:
        found = silent[silent["is_silent"].astype(bool)].set_index("account_id").reindex(
            table.index)
        grounds = grounds.assign(days_since_order=found["days_since"].astype("float64"),
                                 usual_days=found["usual_gap"].astype("float64"))
    if white_space is not None:
        found = white_space.drop_duplicates("account_id").set_index("account_id")
        grounds["family"] = found["family"].reindex(table.index).astype("str")
    return grounds


def _signals(accounts: pd.DataFrame, grounds: pd.DataFrame) -> pd.DataFrame:
    """Which rules each account meets; what is unknown is not met."""
    table = accounts.set_index("account_id")
    buys, rate = ~table["is_dormant"].astype(bool), table["year_change_rate"]
    return pd.DataFrame({
        year_plan.COMPLAINT: table["open_complaints_n"] > 0,
        year_plan.SILENT: grounds["days_since_order"].notna() & buys,
        year_plan.DORMANT: ~buys,
        year_plan.SHRINKING: buys & (rate <= -CHANGED_BY) & (grounds["change"] < 0),
        year_plan.NEVER: table["is_never_contacted"].astype(bool),
        year_plan.NEW: buys & table["is_provisional"].astype(bool),
        year_plan.WHITE_SPACE: grounds["family"].notna(),
        year_plan.GROWING: buys & (rate >= CHANGED_BY) & (grounds["change"] > 0)})


def _notes(accounts: pd.DataFrame, countries: pd.Series, days: year_plan.WorkingDays,
           settings: Settings) -> tuple[Note, ...]:
    """Countries whose holidays are not looked at, and users that have no account."""
    written = accounts["country"].where(accounts["country"].str.strip() != "")
    not_found = written[countries.isna()].dropna().value_counts().sort_index()
    owners = set(accounts["owner"].dropna())
    nowhere = int(written.isna().sum())
    return (
        *([Note(NO_COUNTRY, "", nowhere)] if nowhere else []),
        *(Note(UNKNOWN_COUNTRY, str(word), int(n)) for word, n in not_found.items()),
        *(Note(NO_HOLIDAYS, code, int((countries == code).sum()))
          for code in days.without_holidays),
        *(Note(UNKNOWN_USER, name, 0) for name in settings.year_plan.capacity
          if name not in owners))
