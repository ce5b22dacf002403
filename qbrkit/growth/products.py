"""Why the purchases of each product changed: its price, its quantity, or that it is new or lost."""

import numpy as np
import pandas as pd

NEW, LOST, NOT_SPLIT, CONTINUING = "new_products", "lost_products", "not_split", "continuing"
PERIODS = {"0": False, "1": True}
"""Ending of a column, and whether it is of the review period."""


def compare_products(sold: pd.DataFrame) -> pd.DataFrame:
    """Each product of each account in two periods, and what made its change.

    Parameters
    ----------
    sold : DataFrame, shape (n_groups, k)
        From `qbrkit.sold.convert_sold`, the rows of the two periods: ``account_id``,
        ``product_id``, ``unit``, ``is_review``, ``quantity``, ``revenue`` and
        ``unmeasured``. [unit; company currency at constant rates]

    Returns
    -------
    DataFrame, shape (n_products, 14)
        One row per ``account_id`` (missing = not assigned), ``product_id`` and ``unit``:
        ``base`` and ``review`` (sales without returns); ``kind``, one of `NEW`, `LOST`,
        `CONTINUING` and `NOT_SPLIT`; ``is_measured`` (quantities of both periods are
        compared), ``q0``, ``q1``, ``p0``, ``p1`` (missing unless measured); ``price`` =
        (q0+q1)/2 · (p1-p0), ``quantity_effect`` = (p0+p1)/2 · (q1-q0), and ``rest``, the
        change that is neither. price + quantity_effect + rest = review - base.
        ``is_in_other_units``: not split since its quantities are in other units than before.

    Notes
    -----
    A product is new or lost when the account bought none of it at all in the other
    period. What has no quantity, no product, or other units in the two periods cannot be
    split into price and quantity: all its change is rest.

    References
    ----------
    .. [1] W. E. Diewert, Index Number Theory Using Differences Rather Than Ratios, American
       Journal of Economics and Sociology 64(1), 2005: Bennet's indicators.
    """
    rows, names = _side_by_side(sold)
    bought = [_of_product(rows, rows[f"sales{end}"]) > 0 for end in PERIODS]
    is_product = names["product_id"].notna()[rows["product_id"].to_numpy()]
    one_sided = (rows["q0"] > 0) != (rows["q1"] > 0)
    has_quantity = (rows["q0"] > 0) | (rows["q1"] > 0)
    same_units = _of_product(rows, one_sided) == 0
    kind = np.select([is_product & ~bought[0] & bought[1], is_product & bought[0] & ~bought[1]],
                     [NEW, LOST], CONTINUING)
    measured = is_product & (kind == CONTINUING) & same_units & (rows["q0"] > 0)
    kind = np.where((kind == CONTINUING) & ~measured, NOT_SPLIT, kind)
    known = rows[["q0", "q1"]].where(measured)
    prices = {f"p{end}": rows[f"r{end}"] / known[f"q{end}"] for end in PERIODS}
    price = (known["q0"] + known["q1"]) / 2 * (prices["p1"] - prices["p0"])
    quantity = (prices["p0"] + prices["p1"]) / 2 * (known["q1"] - known["q0"])
    change = rows["sales1"] - rows["sales0"]
    return pd.DataFrame({
        **{name: names[name].take(rows[name].to_numpy()) for name in names},
        "base": rows["sales0"], "review": rows["sales1"], "kind": kind, "is_measured": measured,
        **known, **prices, "price": price.fillna(0.0), "quantity_effect": quantity.fillna(0.0),
        "rest": np.where(measured, rows["u1"] - rows["u0"], change),
        "is_in_other_units": (kind == NOT_SPLIT) & has_quantity & (
            _of_product(rows, has_quantity) > 1)})


def _side_by_side(sold: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, pd.Index]]:
    """Quantity and sales of both periods by codes of the key, and the names of the codes."""
    names: dict[str, pd.Index] = {}
    key = np.zeros(len(sold), dtype="int64")  # one number is grouped many times faster than three
    for name in ("account_id", "product_id", "unit"):
        codes, names[name] = pd.factorize(sold[name], sort=True, use_na_sentinel=False)
        key = key * len(names[name]) + codes
    keys, at = np.unique(key, return_inverse=True)
    amounts = {f"{short}{end}": 0.0 + np.bincount(
        at, np.where(sold["is_review"] == is_review, sold[column], 0.0), len(keys))
        for short, column in (("q", "quantity"), ("r", "revenue"), ("u", "unmeasured"))
        for end, is_review in PERIODS.items()}
    pair, unit = np.divmod(keys, max(len(names["unit"]), 1))
    account, product = np.divmod(pair, max(len(names["product_id"]), 1))
    rows = pd.DataFrame({"account_id": account, "product_id": product, "unit": unit, **amounts})
    rows = rows.assign(**{f"sales{end}": rows[f"r{end}"] + rows[f"u{end}"] for end in PERIODS})
    # a row of returns alone is no purchase of the product
    return rows[(rows["sales0"] > 0) | (rows["sales1"] > 0)].reset_index(drop=True), names


def _of_product(rows: pd.DataFrame, amounts: pd.Series) -> np.ndarray:
    """Sum over all units of the product each row is of; the rows are sorted by product."""
    starts = (rows["account_id"].diff() != 0) | (rows["product_id"].diff() != 0)
    product = starts.cumsum().to_numpy() - 1
    return np.bincount(product, amounts)[product]


def largest_changes(products: pd.DataFrame, most: int) -> pd.DataFrame:
    """The products of each account that changed most.

    Parameters
    ----------
    products : DataFrame
        From `compare_products`.
    most : int
        How many per account.

    Returns
    -------
    DataFrame, shape (n_changes, 9)
        ``account_id``, ``product_id``, ``kind`` (`NOT_SPLIT` where any part of it is),
        ``base``, ``review``, ``change``, ``price``, ``quantity_effect``, ``rest``; by
        account, the largest change first, up or down. [company currency] Sales without
        a product are not listed.
    """
    amounts = ["base", "review", "price", "quantity_effect", "rest"]
    named = products[products["product_id"].notna()]
    first = named.assign(is_split=named["kind"] != NOT_SPLIT).sort_values(
        "is_split", kind="stable")
    grouped = first.groupby(["account_id", "product_id"], dropna=False, sort=False)
    sums = grouped[amounts].sum().assign(kind=grouped["kind"].first()).reset_index()
    sums = sums.assign(change=sums["review"] - sums["base"])
    sums = sums.assign(size=-sums["change"].abs()).sort_values(
        ["account_id", "size", "product_id"], na_position="last")
    top = sums[sums.groupby("account_id", dropna=False).cumcount() < most]
    return top[["account_id", "product_id", "kind", "base", "review", "change", "price",
                "quantity_effect", "rest"]].reset_index(drop=True)
