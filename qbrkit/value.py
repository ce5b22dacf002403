"""The value an account received: benefit, extra mile, free because of the plan; and ROI.

Each line carries its class (confirmed, estimated, soft) and its evidence. Soft lines
are shown and never enter a return.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qbrkit.errors import DataError

BENEFIT, EXTRA_MILE, FREE_IN_PLAN = "benefit", "extra_mile", "free_in_plan"
CONFIRMED, ESTIMATED, SOFT = "confirmed", "estimated", "soft"
LEDGER = ["account_id", "part", "name", "month", "quarter", "amount", "class", "evidence"]


def list_value_lines(benefits: pd.DataFrame | None, services: pd.DataFrame | None,
                     plan_components: pd.DataFrame | None, plan_of: pd.Series,
                     frequency: str) -> pd.DataFrame:
    """The value ledger: one line per benefit and per service delivered.

    Parameters
    ----------
    benefits, services, plan_components : DataFrame or None
        Tables of the contract.
    plan_of : Series
        ``plan_id`` by account.
    frequency : str
        Frequency of the fiscal quarters, as ``Q-SEP``.

    Returns
    -------
    DataFrame, shape (n_lines, 8)
        ``account_id``; ``part``: benefit = (actual - baseline) × unit value × (1 - risk),
        extra_mile = list value - charged, free_in_plan = list value of a plan-only
        component of the account's plan - charged; ``name``, ``month`` (missing for
        benefits, which belong to the whole quarter), ``quarter``, ``amount`` (missing when
        it was not measured), ``class``, ``evidence``. [account currency]

    Raises
    ------
    DataError
        If one evidence reference stands in more than one part of an account.

    Notes
    -----
    A benefit without a class is estimated. A service with evidence is confirmed, without
    it estimated. A component that can be had without the plan is an extra mile.
    """
    parts = [_benefit_lines(benefits, frequency)] if benefits is not None else []
    if services is not None:
        parts.append(_service_lines(services, plan_components, plan_of, frequency))
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="float64" if name == "amount" else "str")
                             for name in LEDGER})
    ledger = pd.concat(parts, ignore_index=True)
    _refuse_double_counts(ledger)
    return ledger.sort_values(["account_id", "quarter", "part", "name", "month"]).reset_index(drop=True)


def _benefit_lines(benefits: pd.DataFrame, frequency: str) -> pd.DataFrame:
    measured = benefits["actual"] - benefits["baseline"]
    quarter = pd.PeriodIndex(benefits["quarter"], freq=frequency)
    return pd.DataFrame({
        "account_id": benefits["account_id"], "part": BENEFIT, "name": benefits["name"],
        "month": pd.NaT, "quarter": quarter,
        "amount": measured * benefits["unit_value"] * (1 - benefits["risk"].fillna(0.0)),
        "class": benefits["class"].fillna(ESTIMATED), "evidence": benefits["evidence"]})


def _service_lines(services: pd.DataFrame, plan_components: pd.DataFrame | None,
                   plan_of: pd.Series, frequency: str) -> pd.DataFrame:
    rows = services.assign(plan_id=services["account_id"].map(plan_of))
    rows = _matched_components(rows, plan_components)
    unit_value = rows["component_value"].where(rows["is_free"], rows["unit_list_value"]).fillna(
        rows["unit_list_value"]).fillna(rows["component_value"])
    return pd.DataFrame({
        "account_id": rows["account_id"],
        "part": pd.Series(np.where(rows["is_free"], FREE_IN_PLAN, EXTRA_MILE), index=rows.index),
        "name": rows["component_name"].fillna(rows["service_id"]).fillna(rows["component_id"]),
        "month": rows["date"].dt.to_period("M").dt.start_time,
        "quarter": rows["date"].dt.to_period(frequency),
        "amount": rows["quantity"] * unit_value - rows["charged"].fillna(0.0),
        "class": pd.Series(np.where(rows["evidence"].notna(), CONFIRMED, ESTIMATED),
                           index=rows.index),
        "evidence": rows["evidence"]})


def _matched_components(services: pd.DataFrame,
                        plan_components: pd.DataFrame | None) -> pd.DataFrame:
    """Services with the component of the account's plan that was valid on their day."""
    services = services.reset_index(drop=True)
    if plan_components is None:
        return services.assign(component_name=np.nan, component_value=np.nan, is_free=False)
    joined = services.reset_index(names="service_row").merge(
        plan_components.rename(columns={"name": "component_name",
                                        "unit_list_value": "component_value"})
        [["plan_id", "component_id", "component_name", "component_value", "valid_from",
          "valid_to", "plan_only"]],
        on=["plan_id", "component_id"], how="inner")
    valid = ((joined["valid_from"].isna() | (joined["valid_from"] <= joined["date"]))
             & (joined["valid_to"].isna() | (joined["date"] <= joined["valid_to"])))
    match = joined[valid].drop_duplicates("service_row").set_index("service_row")
    is_free = match["plan_only"].fillna(False).astype(bool).reindex(
        services.index, fill_value=False)
    return services.assign(component_name=match["component_name"],
                           component_value=match["component_value"], is_free=is_free)


def _refuse_double_counts(ledger: pd.DataFrame) -> None:
    parts = ledger.dropna(subset="evidence").groupby(["account_id", "evidence"])["part"].nunique()
    if len(twice := parts[parts > 1]):
        listed = ", ".join(f"{evidence!r} of {account}" for account, evidence in twice.index[:5])
        raise DataError(f"benefits and services: one evidence stands in more than one part of the "
                        f"value: {listed} ({len(twice)} in all); count it once", "services",
                        "evidence")


def sum_value(ledger: pd.DataFrame, quarters: list[pd.Period]) -> pd.DataFrame:
    """Value per account over some quarters, by part and by class.

    Parameters
    ----------
    ledger : DataFrame
        From `list_value_lines`.
    quarters : list of Period
        Fiscal quarters to sum over.

    Returns
    -------
    DataFrame, shape (n_accounts, 10)
        ``account_id``; ``benefit``, ``extra_mile``, ``free_in_plan`` and their sum
        ``value``; of that ``confirmed``, ``estimated``, ``soft``; ``multiplier`` M = V ÷ B
        (missing unless B > 0); ``lines_n``, and ``not_measured_n`` lines without amount.
    """
    inside = ledger[ledger["quarter"].isin(quarters)]
    by_part = _pivot(inside, "part", [BENEFIT, EXTRA_MILE, FREE_IN_PLAN])
    by_class = _pivot(inside, "class", [CONFIRMED, ESTIMATED, SOFT])
    value = by_part.sum(axis="columns")
    grouped = inside.groupby("account_id")["amount"]
    return by_part.join(by_class).assign(
        value=value, multiplier=value / by_part[BENEFIT].where(by_part[BENEFIT] > 0),
        lines_n=grouped.size(), not_measured_n=grouped.size() - grouped.count(),
    ).reset_index()


def _pivot(lines: pd.DataFrame, column: str, wanted: list[str]) -> pd.DataFrame:
    return (lines.pivot_table(index="account_id", columns=column, values="amount", aggfunc="sum",
                              fill_value=0.0, dropna=False, observed=True)
            .reindex(columns=wanted, fill_value=0.0).astype("float64").rename_axis(columns=None))


@dataclass(frozen=True)
class Return:
    """Return of one account over a period.

    Missing parts are nan: no cost, no ROI; `payback_months` is nan when not reached yet.
    """

    present_value: float
    present_cost: float
    roi: float
    npv: float
    payback_months: float
    break_even_haircut: float


def find_return(value_by_month: np.ndarray, cost_by_month: np.ndarray,
                discount_rate: float = 0.1) -> Return:
    """ROI, NPV, payback and break-even haircut of monthly value and cost.

    Parameters
    ----------
    value_by_month, cost_by_month : array, shape (n_months,)
        Value without soft lines, and what the customer spent, month by month.
        [account currency]
    discount_rate : float, default 0.1
        Per year; month t (from 1) is divided by (1 + rate) ** (t / 12).

    Returns
    -------
    Return
        ``roi`` = (PV(V) - PV(C)) / PV(C), missing unless PV(C) > 0; ``payback_months``,
        the first month in which the cumulative net (not discounted) is ≥ 0 after having
        been below, interpolated, 0 when never below; ``break_even_haircut`` = 1 -
        PV(C)/PV(V), by how much the value may shrink until the ROI is 0, missing unless
        PV(V) > 0.

    References
    ----------
    .. [1] Forrester, Total Economic Impact methodology (present values at 10 % a year).
    """
    months = np.arange(1, len(value_by_month) + 1)
    discount = (1 + discount_rate) ** (months / 12)
    value, cost = float((value_by_month / discount).sum()), float((cost_by_month / discount).sum())
    return Return(
        present_value=value, present_cost=cost,
        roi=(value - cost) / cost if cost > 0 else float("nan"),
        npv=value - cost,
        payback_months=_payback(np.cumsum(value_by_month - cost_by_month)),
        break_even_haircut=1 - cost / value if value > 0 else float("nan"))


def _payback(cumulative: np.ndarray) -> float:
    below = np.flatnonzero(cumulative < 0)
    if not len(below):
        return 0.0
    after = below[-1] + 1
    if after >= len(cumulative):
        return float("nan")
    last, reached = cumulative[after - 1], cumulative[after]
    return float(after + -last / (reached - last))


def spread_by_month(amounts: pd.DataFrame, quarters: list[pd.Period]) -> np.ndarray:
    """Amounts month by month over some quarters.

    Parameters
    ----------
    amounts : DataFrame
        ``quarter``, ``amount``, and ``month`` where the amount belongs to one month;
        where ``month`` is missing a third falls into each month of the quarter.
    quarters : list of Period
        Fiscal quarters in order.

    Returns
    -------
    array, shape (3 × n_quarters,)
        Missing amounts count as nothing. [currency of the amounts]
    """
    starts = [month for quarter in quarters
              for month in pd.period_range(quarter.start_time, quarter.end_time, freq="M")]
    position = {month: at for at, month in enumerate(starts)}
    total = np.zeros(len(starts))
    for row in amounts.dropna(subset="amount").itertuples():
        if pd.notna(row.month):
            at = position.get(row.month.to_period("M"))
            if at is not None:
                total[at] += row.amount
        elif row.quarter in quarters:
            first = 3 * quarters.index(row.quarter)
            total[first:first + 3] += row.amount / 3
    return total


def plan_use(services: pd.DataFrame | None, plan_components: pd.DataFrame,
             plan_of: pd.Series, as_of: pd.Timestamp) -> pd.DataFrame:
    """Components of each account's plan: included, used, still open.

    Parameters
    ----------
    services : DataFrame or None
        The contract's ``services``.
    plan_components : DataFrame
        The contract's ``plan_components``; only those valid on the day count.
    plan_of : Series
        ``plan_id`` by account.
    as_of : Timestamp
        Day of the review; use is counted over the year up to it, or since the
        component's first day where that is later.

    Returns
    -------
    DataFrame
        ``account_id``, ``component_id``, ``name``, ``plan_only``,
        ``included_quantity`` (per year), ``used_quantity``, ``open_quantity`` = max(0,
        included - used) (missing when nothing is said to be included),
        ``unit_list_value``, ``used_value``. [account currency]
    """
    valid = plan_components[
        (plan_components["valid_from"].isna() | (plan_components["valid_from"] <= as_of))
        & (plan_components["valid_to"].isna() | (plan_components["valid_to"] >= as_of))]
    table = plan_of.dropna().rename("plan_id").rename_axis("account_id").reset_index().merge(
        valid, on="plan_id", how="inner")
    since = (as_of - pd.DateOffset(years=1) + pd.Timedelta(days=1))
    used = pd.Series(0.0, index=table.index)
    if services is not None and len(table):
        delivered = services.dropna(subset="component_id")
        joined = table.reset_index(names="plan_row").merge(
            delivered[["account_id", "component_id", "date", "quantity"]],
            on=["account_id", "component_id"], how="inner")
        counted = joined[(joined["date"] >= joined["valid_from"].fillna(since).clip(lower=since))
                         & (joined["date"] <= as_of)]
        used = counted.groupby("plan_row")["quantity"].sum().reindex(table.index, fill_value=0.0)
    return table.assign(
        used_quantity=used, open_quantity=(table["included_quantity"] - used).clip(lower=0.0),
        used_value=used * table["unit_list_value"],
        plan_only=table["plan_only"].fillna(False).astype(bool),
    )[["account_id", "component_id", "name", "plan_only", "included_quantity", "used_quantity",
       "open_quantity", "unit_list_value", "used_value"]].reset_index(drop=True)
