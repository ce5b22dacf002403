"""The value an account received: benefit, extra mile, free because of the plan; and ROI.

Each line carries its class (confirmed, estimated, soft) and its evidence. Soft lines
are shown and never enter a return.
"""

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
    it estimated. A component of the plan that can be had without it is paid with the plan and
    no extra mile: it is not in the ledger. Where two entries of a component were valid on
    the day, the one that began last holds.
    """
    parts = [_benefit_lines(benefits, frequency)] if benefits is not None else []
    if services is not None:
        parts.append(_service_lines(services, plan_components, plan_of, frequency))
    ledger = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=LEDGER)
    ledger = ledger.astype(dict.fromkeys(LEDGER, "str") | {
        "month": "datetime64[us]", "quarter": f"period[{frequency}]", "amount": "float64"})
    refuse_double_counts(ledger)
    order = ["account_id", "quarter", "part", "name", "month", "evidence", "class", "amount"]
    return ledger.sort_values(order).reset_index(drop=True)


def _benefit_lines(benefits: pd.DataFrame, frequency: str) -> pd.DataFrame:
    measured = benefits["actual"] - benefits["baseline"]
    quarters = {text: pd.Period(text, freq=frequency) for text in benefits["quarter"].unique()}
    return pd.DataFrame({
        "account_id": benefits["account_id"], "part": BENEFIT, "name": benefits["name"],
        "month": pd.Series(pd.NaT, index=benefits.index, dtype="datetime64[us]"),
        "quarter": benefits["quarter"].map(quarters),
        "amount": measured * benefits["unit_value"] * (1 - benefits["risk"].fillna(0.0)),
        "class": benefits["class"].fillna(ESTIMATED), "evidence": benefits["evidence"]})


def _service_lines(services: pd.DataFrame, plan_components: pd.DataFrame | None,
                   plan_of: pd.Series, frequency: str) -> pd.DataFrame:
    rows = services.assign(plan_id=services["account_id"].map(plan_of).astype("str"))
    rows = _matched_components(rows, plan_components)
    rows = rows[rows["is_free"] | ~rows["is_included"]]
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
        return services.assign(
            component_name=pd.Series(np.nan, index=services.index, dtype="str"),
            component_value=np.nan, is_free=False, is_included=False)
    joined = services.reset_index(names="service_row").merge(
        plan_components.rename(columns={"name": "component_name",
                                        "unit_list_value": "component_value"})
        [["plan_id", "component_id", "component_name", "component_value", "valid_from",
          "valid_to", "plan_only"]],
        on=["plan_id", "component_id"], how="inner")
    valid = ((joined["valid_from"].isna() | (joined["valid_from"] <= joined["date"]))
             & (joined["valid_to"].isna() | (joined["date"] <= joined["valid_to"])))
    match = (joined[valid].sort_values(["valid_from", "component_value"], na_position="first")
             .drop_duplicates("service_row", keep="last").set_index("service_row"))
    is_free = match["plan_only"].fillna(False).astype(bool).reindex(
        services.index, fill_value=False)
    return services.assign(component_name=match["component_name"],
                           component_value=match["component_value"], is_free=is_free,
                           is_included=services.index.isin(match.index))


def refuse_double_counts(ledger: pd.DataFrame) -> None:
    """Raise a `DataError` when one evidence stands in more than one part of an account."""
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


def find_returns(value_by_month: pd.DataFrame, cost_by_month: pd.DataFrame,
                 discount_rate: float = 0.1) -> pd.DataFrame:
    """ROI, NPV, payback and break-even haircut of each account's monthly value and cost.

    Parameters
    ----------
    value_by_month, cost_by_month : DataFrame, shape (n_accounts, n_months)
        From `spread_by_month`: value without soft lines, and what the customer spent; the
        same accounts and months in both. [account currency]
    discount_rate : float, default 0.1
        Per year; month t (from 1) is divided by (1 + rate) ** (t / 12).

    Returns
    -------
    DataFrame, shape (n_accounts, 7)
        ``account_id``; ``present_value`` PV(V), ``present_cost`` PV(C); ``roi`` = (PV(V) -
        PV(C)) / PV(C), missing unless PV(C) > 0; ``npv`` = PV(V) - PV(C);
        ``payback_months``, when the cumulative net (not discounted) reaches 0 and stays
        there, interpolated, 0 when never below, missing when below at the end;
        ``break_even_haircut`` = 1 - PV(C)/PV(V), by how much the value may shrink until the
        ROI is 0, missing without an ROI or unless PV(V) > 0.

    References
    ----------
    .. [1] Forrester, Total Economic Impact methodology (present values at 10 % a year).
    """
    discount = (1 + discount_rate) ** (np.arange(1, value_by_month.shape[1] + 1) / 12)
    value = value_by_month.div(discount, axis="columns").sum(axis="columns")
    cost = cost_by_month.div(discount, axis="columns").sum(axis="columns")
    net = (value_by_month - cost_by_month).to_numpy()
    return pd.DataFrame({
        "present_value": value, "present_cost": cost,
        "roi": (value - cost) / cost.where(cost > 0), "npv": value - cost,
        "payback_months": _payback(net.cumsum(axis=1)),
        "break_even_haircut": 1 - cost.where(cost > 0) / value.where(value > 0),
    }).rename_axis("account_id").reset_index()


def _payback(cumulative: np.ndarray) -> np.ndarray:
    """Months until each row stays at or above 0."""
    cumulative = cumulative.round(6)  # thirds of an amount only nearly add up to it
    below, (accounts_n, months_n) = cumulative < 0, cumulative.shape
    months = np.where(below.any(axis=1), months_n - below[:, ::-1].argmax(axis=1), 0)
    row = np.arange(accounts_n)
    last = cumulative[row, np.maximum(months - 1, 0)]
    reached = cumulative[row, np.minimum(months, months_n - 1)]
    part = -last / np.where(reached > last, reached - last, 1.0)
    return np.select([months == 0, months < months_n], [0.0, months + part], default=np.nan)


def spread_by_month(amounts: pd.DataFrame, quarters: list[pd.Period]) -> pd.DataFrame:
    """Amounts of each account month by month over some quarters.

    Parameters
    ----------
    amounts : DataFrame
        ``account_id``, ``quarter``, ``amount``, and ``month`` where the amount belongs to
        one month; where it is missing a third falls into each month of the quarter.
    quarters : list of Period
        Consecutive fiscal quarters.

    Returns
    -------
    DataFrame, shape (n_accounts, 3 × n_quarters)
        A row per ``account_id`` (the index) with an amount in these quarters, a column per
        month. Missing amounts count as nothing. [currency of the amounts]
    """
    months = pd.period_range(quarters[0].start_time, quarters[-1].end_time, freq="M")
    inside = amounts[amounts["quarter"].isin(quarters)].dropna(subset="amount")
    dated, whole = inside[inside["month"].notna()], inside[inside["month"].isna()]
    first = whole["quarter"].dt.asfreq("M", how="start")
    parts = [dated.assign(month=dated["month"].dt.to_period("M"))] + [
        whole.assign(month=first + later, amount=whole["amount"] / 3) for later in range(3)]
    sums = pd.concat(parts).groupby(["account_id", "month"])["amount"].sum()
    return sums.unstack("month").reindex(columns=months).fillna(0.0)


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
        begin = joined["valid_from"].where(joined["valid_from"] > since, since)
        counted = joined[(joined["date"] >= begin) & (joined["date"] <= as_of)]
        used = counted.groupby("plan_row")["quantity"].sum().reindex(table.index, fill_value=0.0)
    return table.assign(
        used_quantity=used, open_quantity=(table["included_quantity"] - used).clip(lower=0.0),
        used_value=used * table["unit_list_value"],
        plan_only=table["plan_only"].fillna(False).astype(bool),
    )[["account_id", "component_id", "name", "plan_only", "included_quantity", "used_quantity",
       "open_quantity", "unit_list_value", "used_value"]].reset_index(drop=True)
