"""Amounts of quarters and of single days, month by month."""

import pandas as pd


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
