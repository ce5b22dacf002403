"""What customers received and spent, each under its own plan, put to the top parents."""

import pandas as pd

from qbrkit import value
from qbrkit.groups import Groups, roll_up
from qbrkit.periods import ReviewPeriod, last_twelve_months
from qbrkit.sources import Workspace


def list_value(workspace: Workspace, groups: Groups, period: ReviewPeriod) -> pd.DataFrame | None:
    """Value lines of each account under its own plan, then put to the top parents.

    ``unit_value`` and ``charged`` are in the currency of the top parent, as the amount is;
    ``is_stale`` marks lines whose unit value is older than twelve months.

    Raises
    ------
    DataError
        If an evidence counts twice, or there is no rate for an amount of the year that a
        child has in another currency than its parent; the message names currency and month.
    """
    tables = workspace.tables
    if not {"benefits", "services"} & set(tables):
        return None
    ledger = value.list_value_lines(
        tables.get("benefits"), tables.get("services"), tables.get("plan_components"),
        groups.plan, period.quarter.freqstr)
    month = ledger["month"].fillna(_last_month(ledger["quarter"], period.as_of))
    groups.require_rates(ledger[ledger["quarter"].isin(period.year) & ledger["amount"].notna()],
                         month)
    rolled = groups.roll_up(ledger, month, ["amount", "unit_value", "charged"])
    # a parent and its child may cite the same evidence
    value.refuse_double_counts(rolled.assign(member=ledger["account_id"]))
    if "benefits" in tables:
        value.refuse_benefits_twice(tables["benefits"],
                                    roll_up(tables["benefits"], groups.parents)["account_id"])
    return value.mark_stale(rolled.sort_values("account_id", kind="stable", ignore_index=True),
                            period.as_of, period.year)


def customer_effort(workspace: Workspace, groups: Groups, quarter: pd.Period,
                    as_of: pd.Timestamp) -> pd.DataFrame | None:
    """The customers' own effort by quarter, in the currency of the top parent.

    Raises
    ------
    DataError
        As from `list_value`, where there is no rate.
    """
    if "customer_costs" not in workspace.tables:
        return None
    costs = workspace.tables["customer_costs"]
    costs = costs.assign(quarter=pd.PeriodIndex(costs["quarter"], freq=quarter.freqstr))
    month = _last_month(costs["quarter"], as_of)
    groups.require_rates(costs[costs["quarter"].isin(last_twelve_months(quarter))], month)
    rolled = groups.roll_up(costs, month, ["amount"])
    return rolled.assign(month=pd.Series(pd.NaT, index=rolled.index, dtype="datetime64[us]"))


def _last_month(quarters: pd.Series, as_of: pd.Timestamp) -> pd.Series:
    """First day of the last month of each quarter, of those that the review has seen."""
    last = quarters.dt.asfreq("M", how="end").dt.start_time.astype("datetime64[us]")
    return last.clip(upper=as_of.to_period("M").start_time)
