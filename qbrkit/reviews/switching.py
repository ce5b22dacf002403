"""The plan of each customer, and what it would have to buy elsewhere without us."""

from dataclasses import dataclass

import pandas as pd

from qbrkit import switching, value
from qbrkit.account_figures.putting import put
from qbrkit.groups import Groups
from qbrkit.sources import Workspace

LOSS = ["switching_loss", "break_even_discount"]


@dataclass(frozen=True)
class SwitchingReview:
    """What accounts would have to buy elsewhere in the next twelve months.

    Parameters
    ----------
    lines : DataFrame
        See `switching.list_bought_elsewhere`. [account currency]
    accounts : DataFrame
        See `switching.sum_bought_elsewhere`. [account currency]
    """

    lines: pd.DataFrame
    accounts: pd.DataFrame


def review_plan_use(workspace: Workspace, groups: Groups,
                    as_of: pd.Timestamp) -> pd.DataFrame | None:
    """Use of the plans of a group together, in the currency of the top parent.

    Members of a group with the same component of the same list value, each in its own
    currency, are one row. What was used counts at the rate of the month of its delivery, as
    in the value ledger, what is open at that of the review; ``unit_list_value`` is the mean
    of the members at the latter.

    Raises
    ------
    DataError
        If there is no rate for a list value that counts; the message names currency and month.
    """
    if "plan_components" not in workspace.tables:
        return None
    services = workspace.tables.get("services")
    if services is not None:
        services = services.assign(rate=groups.factor(services, _month_of(services["date"])))
    use = switching.plan_use(services, workspace.tables["plan_components"], groups.plan, as_of)
    month = _month(use, as_of)
    groups.require_rates(use[use["unit_list_value"].notna()], month)
    rolled = groups.roll_up(use, month, ["unit_list_value", "open_value"]).assign(
        own_list_value=use["unit_list_value"])
    summed = ["included_quantity", "used_quantity", "open_quantity", "over_quantity",
              "used_value", "open_value"]
    by_component = rolled.groupby([name for name in rolled.columns if name not in
                                   {*summed, "unit_list_value"}], sort=False, dropna=False)
    return by_component[summed].sum(min_count=1).assign(
        unit_list_value=by_component["unit_list_value"].mean()).reset_index()[list(use.columns)]


def review_switching(workspace: Workspace, groups: Groups, ledger: pd.DataFrame | None,
                     use: pd.DataFrame | None, facts: pd.DataFrame, year: list[pd.Period],
                     as_of: pd.Timestamp) -> SwitchingReview | None:
    """What each account would have to buy elsewhere; None without services and switching costs.

    Parameters
    ----------
    workspace, groups : Workspace, Groups
        Opened, and who rolls up to whom.
    ledger, use : DataFrame or None
        Of the review, rolled up.
    facts : DataFrame
        With ``revenue_account``.
    year : list of Period
        The last four quarters.
    as_of : Timestamp
        Day of the review.

    Raises
    ------
    DataError
        If an evidence of a switching cost stands in another part of the value, too, or there
        is no rate to bring it into the currency of the parent.
    """
    costs = workspace.tables.get("switching_costs")
    if costs is None and "services" not in workspace.tables:
        return None
    if costs is not None:
        groups.require_rates(costs, _month(costs, as_of))
        costs = groups.roll_up(costs, _month(costs, as_of), ["amount"])
        _refuse_double_counts(ledger, costs)
    received = ledger[ledger["quarter"].isin(year)] if ledger is not None else None
    lines = switching.list_bought_elsewhere(
        received, costs, use, workspace.settings.value.switching_horizon_months)
    spend = facts[facts["quarter"].isin(year)].groupby("account_id")["revenue_account"].sum(
        skipna=False)
    return SwitchingReview(lines, switching.sum_bought_elsewhere(lines, spend))


def add_switching(accounts: pd.DataFrame, found: SwitchingReview | None) -> pd.DataFrame:
    """Accounts with their loss by switching and break-even discount, missing where unknown."""
    if found is None:
        return accounts.assign(**dict.fromkeys(LOSS, float("nan")))
    return put(accounts, found.accounts[["account_id", *LOSS]], {})


def _refuse_double_counts(ledger: pd.DataFrame | None, costs: pd.DataFrame) -> None:
    cited = [costs.rename(columns={"kind": "part"})]
    if ledger is not None:
        cited.append(ledger)
    value.refuse_double_counts(pd.concat(
        [one[["account_id", "part", "evidence", "name"]] for one in cited], ignore_index=True))


def _month_of(days: pd.Series) -> pd.Series:
    return days.dt.to_period("M").dt.start_time.astype("datetime64[us]")


def _month(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    return pd.Series(as_of.to_period("M").start_time, index=table.index)
