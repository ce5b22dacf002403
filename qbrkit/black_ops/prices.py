"""What an account pays for its products, held against what the others pay for the same."""

import numpy as np
import pandas as pd

LEAST_OTHERS = 5
"""With fewer other buyers a product says nothing of its price."""
PRICES = ["account_id", "paid", "at_peers", "products_n"]


def compare_prices(sold: pd.DataFrame, least_others: int = LEAST_OTHERS) -> pd.DataFrame:
    """What each account paid, and would have paid at the median price of the others.

    Parameters
    ----------
    sold : DataFrame, shape (n_rows, k)
        ``account_id``, ``product_id``, ``unit``, ``quantity`` (above zero) [unit] and
        ``revenue`` of the last twelve months [company currency]; see
        `qbrkit.sold.measured_year`.
    least_others : int, default 5
        Other accounts that must have bought a product in the same unit.

    Returns
    -------
    DataFrame, shape (n_accounts, 4)
        `PRICES`: accounts with a product that can be compared. ``paid`` for those products,
        ``at_peers``, the same quantities at the median of the other accounts' mean prices
        [company currency], and ``products_n``. By account.

    Notes
    -----
    The price of an account is its mean price: revenue by quantity over the year. A missing
    unit is compared with a missing one. What is not assigned to an account is no peer.
    Peers are all who bought the product, large and small: where the price depends on the
    volume, small accounts pay more than the median, and a competitor can still tell them so.
    Free goods, and rebates that are booked without a quantity, are not in the price.
    """
    named = sold[sold["account_id"].notna() & sold["product_id"].notna()]
    product = named.groupby(["product_id", "unit"], dropna=False).ngroup()
    bought = named.assign(product=product).groupby(
        ["account_id", "product"])[["quantity", "revenue"]].sum().reset_index()
    median = median_of_others(bought["revenue"] / bought["quantity"], bought["product"],
                              least_others)
    compared = bought.assign(at_peers=median * bought["quantity"])[median.notna()]
    return compared.groupby("account_id").agg(
        paid=("revenue", "sum"), at_peers=("at_peers", "sum"),
        products_n=("product", "size")).reset_index()[PRICES].astype({"account_id": "str"})


def median_of_others(values: pd.Series, groups: pd.Series, least_others: int) -> pd.Series:
    """Median of a group's values without each value itself.

    Parameters
    ----------
    values : Series, shape (n,)
        Numbers, none missing.
    groups : Series, shape (n,)
        Numbers of groups from 0, indexed as `values`.
    least_others : int
        With fewer others the median is missing.

    Returns
    -------
    Series, shape (n,)
        Indexed as `values`. In the unit of `values`.

    Notes
    -----
    Sorted within the groups, the k-th of the others is the k-th value, or the next one from
    the value's own place on: one sort gives all medians.
    """
    group, order = groups.to_numpy(dtype="int64"), np.lexsort((values, groups))
    sorted_values, sorted_groups = values.to_numpy(dtype="float64")[order], group[order]
    sizes = np.bincount(group)[sorted_groups] if len(group) else group
    first = np.searchsorted(sorted_groups, sorted_groups)
    place, others = np.arange(len(group)) - first, sizes - 1

    def kth(number: np.ndarray) -> np.ndarray:
        at = first + number + (number >= place)
        return sorted_values[np.clip(at, 0, len(group) - 1)] if len(group) else sorted_values

    medians = np.empty(len(group))
    medians[order] = np.where(others >= max(least_others, 1),
                              (kth((others - 1) // 2) + kth(others // 2)) / 2, np.nan)
    return pd.Series(medians, index=values.index)
