"""Growth: what changed between two periods, in money, as a rate, and by exchange rates."""

import pandas as pd


def compare_periods(facts: pd.DataFrame, base: list[pd.Period], review: list[pd.Period],
                    by: str = "account_id") -> pd.DataFrame:
    """Revenue of two periods side by side.

    Parameters
    ----------
    facts : DataFrame, shape (n_facts, k)
        ``quarter``, `by`, ``revenue`` and ``revenue_at_year_ago_rates``.
        [company currency]
    base, review : list of Period
        Fiscal quarters of the earlier and the later period; the review period lies one
        year after the base, so that the rates of a year ago are those of the base.
    by : str, default "account_id"
        Column to compare by; rows where it is missing are left out.

    Returns
    -------
    DataFrame, shape (n_groups, 8)
        `by`; ``base``, ``review``; ``change`` = review - base = ``exchange_rates`` +
        ``change_constant`` [company currency]; ``change_rate`` = change_constant ÷ base
        (missing unless base > 0); ``growth`` g = 2(R1-R0)/(R1+R0) in [-2, 2] in constant
        currency (new +2, lost -2; missing when a period is negative or both are zero).

    Notes
    -----
    Where a rate of a year ago is unknown, ``exchange_rates`` and all that needs constant
    currency is missing.
    """
    before = facts.loc[facts["quarter"].isin(base), [by, "revenue"]].groupby(by)["revenue"].sum()
    rates = "revenue_at_year_ago_rates"
    now = facts.loc[facts["quarter"].isin(review), [by, "revenue", rates]].groupby(by)
    sums = pd.DataFrame({"base": before, "review": now["revenue"].sum()}).fillna(0.0)
    constant = now[rates].sum(skipna=False).reindex(sums.index, fill_value=0.0)
    change_constant = constant - sums["base"]
    return sums.assign(
        change=sums["review"] - sums["base"],
        exchange_rates=sums["review"] - constant,
        change_constant=change_constant,
        change_rate=change_constant / sums["base"].where(sums["base"] > 0),
        growth=symmetric_growth(sums["base"], constant),
    ).rename_axis(by).reset_index()


def symmetric_growth(base: pd.Series, review: pd.Series) -> pd.Series:
    """Growth g = 2(R1-R0)/(R1+R0): new accounts +2, lost ones -2.

    Parameters
    ----------
    base, review : Series
        Revenue of the two periods. [currency]

    Returns
    -------
    Series
        g in [-2, 2]; missing when a period is negative or both are zero.

    References
    ----------
    .. [1] S. J. Davis, J. Haltiwanger, S. Schuh, Job Creation and Destruction, MIT Press,
       1996: growth rates symmetric about zero.
    """
    total = base + review
    defined = (base >= 0) & (review >= 0) & (total > 0)
    return (2 * (review - base) / total.where(defined)).astype("float64")


def rank_growth(growth: pd.DataFrame) -> pd.DataFrame:
    """Accounts by money growth in constant currency, largest first.

    Parameters
    ----------
    growth : DataFrame
        From `compare_periods`.

    Returns
    -------
    DataFrame
        Sorted, with ``growth_rank`` (1 = most; ties share the better rank; missing where
        the change is).
    """
    rank = growth["change_constant"].rank(ascending=False, method="min")
    return (growth.assign(growth_rank=rank)
            .sort_values(["growth_rank", "account_id"], na_position="last")
            .reset_index(drop=True))


def sum_over(facts: pd.DataFrame, quarters: list[pd.Period], amounts: list[str],
             by: str = "account_id") -> pd.DataFrame:
    """Amounts over some quarters per account; an unknown part makes the sum unknown."""
    inside = facts.loc[facts["quarter"].isin(quarters), [by, *amounts]]
    return inside.groupby(by)[amounts].sum(skipna=False)
