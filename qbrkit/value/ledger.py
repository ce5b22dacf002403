"""The value ledger: one line per benefit and per service, with what makes its amount."""

import numpy as np
import pandas as pd

from qbrkit.value.double_counts import refuse_double_counts

BENEFIT, EXTRA_MILE, FREE_IN_PLAN = "benefit", "extra_mile", "free_in_plan"
CONFIRMED, ESTIMATED, SOFT = "confirmed", "estimated", "soft"
LESS = "less"
LEDGER = ["account_id", "part", "name", "month", "quarter", "amount", "class", "evidence",
          "measured", "unit_value", "risk", "charged", "confirmed_by", "confirmed_on",
          "component_id"]
_TYPES = dict.fromkeys(LEDGER, "str") | dict.fromkeys(
    ["amount", "measured", "unit_value", "risk", "charged"], "float64") | dict.fromkeys(
    ["month", "confirmed_on"], "datetime64[us]")


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
    DataFrame, shape (n_lines, 15)
        ``account_id``; ``part``: benefit, extra_mile (a service outside the plan) or
        free_in_plan (a plan-only component of the account's plan); ``name``, ``month``
        (missing for benefits, which belong to the whole quarter), ``quarter``;
        ``amount`` = ``measured`` × ``unit_value`` × (1 - ``risk``) - ``charged``, missing
        when it was not measured, where ``measured`` is actual - baseline (baseline -
        actual where less is ``better``) or how many were delivered, ``unit_value`` the worth
        or list value of one, ``risk`` a share (of benefits) and ``charged`` what was charged
        (for services); ``class``, ``evidence``,
        ``confirmed_by``, ``confirmed_on``; ``component_id`` of what is free in the plan,
        missing of all else. [account currency]

    Raises
    ------
    DataError
        If one evidence reference stands in more than one part of an account.

    Notes
    -----
    A benefit without a class is estimated, one without a name is called by its id. A
    service with evidence is confirmed, without it estimated. A component of the plan that
    can be had without it is paid with the plan and no extra mile: it is not in the ledger, and
    neither is one that other suppliers give free. Where two entries of a component were valid
    on the day, the one that began last holds.
    """
    parts = [_benefit_lines(benefits, frequency)] if benefits is not None else []
    if services is not None:
        parts.append(_service_lines(services, plan_components, plan_of, frequency))
    ledger = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=LEDGER)
    ledger = ledger.astype(_TYPES | {"quarter": f"period[{frequency}]"})[LEDGER]
    refuse_double_counts(ledger)
    order = ["account_id", "quarter", "part", "name", "month", "evidence", "class", "amount"]
    return ledger.sort_values([*order, *(one for one in LEDGER if one not in order)]).reset_index(
        drop=True)


def _benefit_lines(benefits: pd.DataFrame, frequency: str) -> pd.DataFrame:
    more, risk = benefits["actual"] - benefits["baseline"], benefits["risk"].fillna(0.0)
    measured = more.mask(benefits["better"] == LESS, -more)
    quarters = {text: pd.Period(text, freq=frequency) for text in benefits["quarter"].unique()}
    return pd.DataFrame({
        "account_id": benefits["account_id"], "part": BENEFIT,
        "name": benefits["name"].fillna(benefits["benefit_id"]),
        "month": pd.Series(pd.NaT, index=benefits.index, dtype="datetime64[us]"),
        "quarter": benefits["quarter"].map(quarters),
        "amount": measured * benefits["unit_value"] * (1 - risk),
        "class": benefits["class"].fillna(ESTIMATED), "evidence": benefits["evidence"],
        "measured": measured, "unit_value": benefits["unit_value"], "risk": risk,
        "charged": np.nan, "confirmed_by": benefits["confirmed_by"],
        "confirmed_on": benefits["confirmed_on"],
        "component_id": pd.Series(np.nan, index=benefits.index, dtype="str")})


def _service_lines(services: pd.DataFrame, plan_components: pd.DataFrame | None,
                   plan_of: pd.Series, frequency: str) -> pd.DataFrame:
    rows = services.assign(plan_id=services["account_id"].map(plan_of).astype("str"))
    rows = _matched_components(rows, plan_components)
    rows = rows[rows["is_free"] | ~rows["is_included"]]
    unit_value = rows["component_value"].where(rows["is_free"], rows["unit_list_value"]).fillna(
        rows["unit_list_value"]).fillna(rows["component_value"])
    charged = rows["charged"].fillna(0.0)
    return pd.DataFrame({
        "account_id": rows["account_id"],
        "part": pd.Series(np.where(rows["is_free"], FREE_IN_PLAN, EXTRA_MILE), index=rows.index),
        "name": rows["component_name"].fillna(rows["service_id"]).fillna(rows["component_id"]),
        "month": rows["date"].dt.to_period("M").dt.start_time,
        "quarter": rows["date"].dt.to_period(frequency),
        "amount": rows["quantity"] * unit_value - charged,
        "class": pd.Series(np.where(rows["evidence"].notna(), CONFIRMED, ESTIMATED),
                           index=rows.index),
        "evidence": rows["evidence"], "measured": rows["quantity"], "unit_value": unit_value,
        "risk": np.nan, "charged": charged,
        "confirmed_by": pd.Series(np.nan, index=rows.index, dtype="str"),
        "confirmed_on": pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]"),
        "component_id": rows["component_id"].where(rows["is_free"])})


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
          "valid_to", "plan_only", "free_elsewhere"]],
        on=["plan_id", "component_id"], how="inner")
    valid = ((joined["valid_from"].isna() | (joined["valid_from"] <= joined["date"]))
             & (joined["valid_to"].isna() | (joined["date"] <= joined["valid_to"])))
    match = (joined[valid].sort_values(["valid_from", "component_value"], na_position="first")
             .drop_duplicates("service_row", keep="last").set_index("service_row"))
    is_free = (match["plan_only"].fillna(False).astype(bool)
               & ~match["free_elsewhere"].fillna(False).astype(bool)).reindex(
                   services.index, fill_value=False)
    return services.assign(component_name=match["component_name"],
                           component_value=match["component_value"], is_free=is_free,
                           is_included=services.index.isin(match.index))
