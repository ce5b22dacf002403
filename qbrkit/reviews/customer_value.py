"""What customers received and spent, each under its own plan, put to the top parents."""

import pandas as pd

from qbrkit import value
from qbrkit.groups import Groups
from qbrkit.periods import ReviewPeriod
from qbrkit.sources import Workspace


def list_value(workspace: Workspace, groups: Groups, period: ReviewPeriod) -> pd.DataFrame | None:
    """Value lines of each account under its own plan, then put to the top parents.

    ``unit_value`` and ``charged`` are in the currency of the top parent, as the amount is;
    ``is_stale`` marks lines whose unit value is older than twelve months.
    """
    tables = workspace.tables
    if not {"benefits", "services"} & set(tables):
        return None
    ledger = value.list_value_lines(
        tables.get("benefits"), tables.get("services"), tables.get("plan_components"),
        groups.plan, period.quarter.freqstr)
    month = ledger["month"].fillna(_last_month(ledger["quarter"]))
    rolled = groups.roll_up(ledger, month, ["amount", "unit_value", "charged"]).sort_values(
        "account_id", kind="stable", ignore_index=True)
    value.refuse_double_counts(rolled)  # a parent and its child may cite the same evidence
    return value.mark_stale(rolled, period.as_of, period.year)


def customer_effort(workspace: Workspace, groups: Groups,
                    quarter: pd.Period) -> pd.DataFrame | None:
    """The customers' own effort by quarter, in the currency of the top parent."""
    if "customer_costs" not in workspace.tables:
        return None
    costs = workspace.tables["customer_costs"]
    costs = costs.assign(quarter=pd.PeriodIndex(costs["quarter"], freq=quarter.freqstr))
    rolled = groups.roll_up(costs, _last_month(costs["quarter"]), ["amount"])
    return rolled.assign(month=pd.Series(pd.NaT, index=rolled.index, dtype="datetime64[us]"))


def _last_month(quarters: pd.Series) -> pd.Series:
    """First day of the last month of each quarter."""
    return quarters.dt.asfreq("M", how="end").dt.start_time.astype("datetime64[us]")
