"""What customers received and spent, each under its own plan, put to the top parents."""

import pandas as pd

from qbrkit import value
from qbrkit.groups import Groups
from qbrkit.sources import Workspace


def list_value(workspace: Workspace, groups: Groups, quarter: pd.Period) -> pd.DataFrame | None:
    """Value lines of each account under its own plan, then put to the top parents."""
    tables = workspace.tables
    if not {"benefits", "services"} & set(tables):
        return None
    ledger = value.list_value_lines(
        tables.get("benefits"), tables.get("services"), tables.get("plan_components"),
        groups.plan, quarter.freqstr)
    month = ledger["month"].fillna(_last_month(ledger["quarter"]))
    rolled = groups.roll_up(ledger, month, ["amount"]).sort_values(
        "account_id", kind="stable", ignore_index=True)
    value.refuse_double_counts(rolled)  # a parent and its child may cite the same evidence
    return rolled


def stale_unit_values(benefits: pd.DataFrame | None, as_of: pd.Timestamp,
                      year: list[pd.Period]) -> pd.DataFrame:
    """Confirmed benefits of the year whose unit value was last confirmed over a year ago.

    Parameters
    ----------
    benefits : DataFrame or None
        The contract's ``benefits``, rolled up.
    as_of : Timestamp
        Day of the review.
    year : list of Period
        The quarters that count.

    Returns
    -------
    DataFrame
        ``account_id``, ``name`` of the benefit, ``confirmed_on``, the last of all quarters up
        to the year's end; oldest first. A benefit without any such day has no row: that it
        is stale is not known.
    """
    columns = ["account_id", "name", "confirmed_on"]
    if benefits is None:
        return pd.DataFrame(columns=columns).astype(
            {"account_id": "str", "name": "str", "confirmed_on": "datetime64[us]"})
    quarter = pd.Series(pd.PeriodIndex(benefits["quarter"], freq=year[0].freqstr),
                        index=benefits.index)
    rows = benefits[(benefits["class"] == value.CONFIRMED) & (quarter <= year[-1])]
    last = rows.groupby(["account_id", "name"], as_index=False)["confirmed_on"].max()
    counted = rows.loc[quarter >= year[0], ["account_id", "name"]].drop_duplicates()
    found = last.merge(counted, on=["account_id", "name"])[columns]
    return found[found["confirmed_on"] < as_of.normalize() - pd.DateOffset(years=1)].sort_values(
        ["confirmed_on", "account_id", "name"], ignore_index=True)


def plan_use(workspace: Workspace, groups: Groups, as_of: pd.Timestamp) -> pd.DataFrame | None:
    """Use of the plans of a group together, in the currency of the top parent."""
    if "plan_components" not in workspace.tables:
        return None
    use = value.plan_use(workspace.tables.get("services"), workspace.tables["plan_components"],
                         groups.plan, as_of)
    month = pd.Series(as_of.to_period("M").start_time, index=use.index)
    rolled = groups.roll_up(use, month, ["unit_list_value", "used_value"])
    columns = ["included_quantity", "used_quantity", "open_quantity", "used_value"]
    return rolled.groupby(
        ["account_id", "component_id", "name", "plan_only", "unit_list_value"], sort=False,
        dropna=False)[columns].sum(min_count=1).reset_index()[list(use.columns)]


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
