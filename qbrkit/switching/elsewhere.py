"""What would have to be bought elsewhere in twelve months: the loss by switching."""

import numpy as np
import pandas as pd

FREE_IN_PLAN, EXTRA_MILE = "free_in_plan", "extra_mile"
"""Parts of the value ledger that nobody else delivers at our price."""
REBATE, ONE_OFF = "rebate", "one_off"
KINDS = [FREE_IN_PLAN, EXTRA_MILE, REBATE, ONE_OFF]
CONFIRMED, ESTIMATED = "confirmed", "estimated"
LINES = ["account_id", "kind", "name", "class", "amount", "whole_amount", "is_counted"]


def list_bought_elsewhere(received: pd.DataFrame | None, switching_costs: pd.DataFrame | None,
                          use: pd.DataFrame | None, horizon_months: float) -> pd.DataFrame:
    """Lines of the loss by switching, twelve months ahead.

    Parameters
    ----------
    received : DataFrame or None
        Value lines of the last twelve months, as from `value.list_value_lines`; only the
        extra mile and what is free in the plan count here. A component keeps its id
        whatever it was called within the year.
    switching_costs : DataFrame or None
        The contract's ``switching_costs``.
    use : DataFrame or None
        From `plan_use`: components that have left the plan are not counted.
    horizon_months : float
        Over so many months a one-off cost is spread.

    Returns
    -------
    DataFrame, shape (n_lines, 7)
        One line per account, ``kind`` (free_in_plan, extra_mile, rebate, one_off), ``name``
        and ``class`` (confirmed, estimated); ``amount`` of twelve months, missing when none
        of it has a list value; ``whole_amount``: of a one-off cost, before it was spread;
        ``is_counted``: no for a one-off cost that the customer has not confirmed.
        [account currency]

    Notes
    -----
    The next twelve months are taken to need what the last twelve used. Services count at
    list value minus what was charged, so that a line is negative when more was charged.
    Each line of the ledger has one part, and `value.refuse_double_counts` refuses an
    evidence that stands in two: nothing is counted twice. A cost without a class is
    estimated.

    References
    ----------
    .. [1] The method, section 6: F + E + forfeited rebates + confirmed one-off switching
       cost spread over the horizon.
    """
    parts = [pd.DataFrame(columns=LINES)]
    if received is not None:
        parts.append(_service_lines(received, use))
    if switching_costs is not None:
        parts.append(_cost_lines(switching_costs, horizon_months))
    lines = pd.concat([one for one in parts if len(one)] or parts, ignore_index=True).astype(
        dict.fromkeys(LINES, "str") | {"amount": "float64", "whole_amount": "float64",
                                       "is_counted": "bool"})
    return lines.sort_values(["account_id", "kind", "name", "class"], ignore_index=True)


def _service_lines(received: pd.DataFrame, use: pd.DataFrame | None) -> pd.DataFrame:
    """Extra mile, and the components that are still in the plan, by the name they have now."""
    kept = received[received["part"].isin([FREE_IN_PLAN, EXTRA_MILE])]
    if use is not None:
        only = use[use["plan_only"]].drop_duplicates(["account_id", "component_id"])
        now = kept[["account_id", "component_id"]].merge(
            only.assign(name=only["name"].fillna(only["component_id"]))[
                ["account_id", "component_id", "name"]],
            on=["account_id", "component_id"], how="left")["name"].set_axis(kept.index)
        is_free = kept["part"] == FREE_IN_PLAN
        kept = kept.assign(name=kept["name"].where(~is_free, now))[~is_free | now.notna()]
    return _summed(kept.rename(columns={"part": "kind"}).assign(
        whole_amount=kept["amount"], is_counted=True))


def _cost_lines(costs: pd.DataFrame, horizon_months: float) -> pd.DataFrame:
    """Rebates, and one-off costs with the part of them that falls into twelve months."""
    is_once = costs["kind"] == ONE_OFF
    share = np.where(is_once, 12 / horizon_months, 1.0)  # months of a year
    sure = costs["class"].fillna(ESTIMATED)
    return _summed(costs.assign(
        amount=costs["amount"] * share, whole_amount=costs["amount"],
        is_counted=~is_once | (sure == CONFIRMED), **{"class": sure}))


def _summed(lines: pd.DataFrame) -> pd.DataFrame:
    keys = ["account_id", "kind", "name", "class", "is_counted"]
    return lines.groupby(keys, dropna=False)[["amount", "whole_amount"]].sum(
        min_count=1).reset_index()[LINES]


def sum_bought_elsewhere(lines: pd.DataFrame, spend: pd.Series) -> pd.DataFrame:
    """Loss by switching per account, and the discount that would make up for it.

    Parameters
    ----------
    lines : DataFrame
        From `list_bought_elsewhere`.
    spend : Series
        What each account paid in the last twelve months; the next twelve are taken to be
        alike. [account currency]

    Returns
    -------
    DataFrame, shape (n_accounts, 10)
        Accounts with a line: ``account_id``; ``free_in_plan``, ``extra_mile``, ``rebate``,
        ``one_off`` (spread), each missing without a line of it; their sum
        ``switching_loss``, missing when nothing counted is known; ``spend``;
        ``break_even_discount`` = loss ÷ spend, by how much cheaper another supplier would
        have to be, missing unless spend > 0, above 1 when the loss is larger than the
        spend; ``not_confirmed``, one-off cost that is not counted because it is
        estimated; ``not_valued_n``, lines without a list value. [account currency]
    """
    counted = lines[lines["is_counted"]]
    parts = counted.pivot_table(index="account_id", columns="kind", values="amount",
                                aggfunc=lambda amounts: amounts.sum(min_count=1)).reindex(
        columns=KINDS).astype("float64").rename_axis(columns=None)
    by_account = lines.groupby("account_id")
    estimated = lines["whole_amount"].where(~lines["is_counted"])
    table = parts.reindex(sorted(lines["account_id"].unique())).rename_axis("account_id")
    loss, paid = table.sum(axis="columns", min_count=1), spend.reindex(table.index)
    return table.assign(
        switching_loss=loss, spend=paid, break_even_discount=loss / paid.where(paid > 0),
        not_confirmed=estimated.groupby(lines["account_id"]).sum(min_count=1),
        not_valued_n=by_account["amount"].size() - by_account["amount"].count()).reset_index()
