"""The bridge from one year to the next: prices, volume, mix, products, returns, exchange rates.

Bennet's indicators: exact and time-symmetric, so that the bars add up to the change and
all change their sign when the periods are swapped.
"""

import pandas as pd

from qbrkit.errors import ReconciliationError
from qbrkit.growth.products import LOST, NEW, compare_products, largest_changes

BARS = ["exchange_rates", "price", "volume", "mix", "not_split", "new_products",
        "lost_products", "returns"]
"""Parts of the change, in the order of the bridge."""
NOT_SPLIT_SALES = ["not_split_sales", "no_product_sales", "other_units_sales"]
HALF_A_CENT = 0.005
PRODUCTS_KEPT = 5
"""Products kept per account and comparison."""


def bridge_accounts(sold: pd.DataFrame, comparisons: tuple[str, ...] = ("quarter", "year"),
                    ) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bridge of every account, and the products behind it; quarter and last twelve months.

    Parameters
    ----------
    sold : DataFrame, shape (n_groups, 13)
        From `qbrkit.sold.convert_sold`, rolled up. [company currency]
    comparisons : tuple of str
        ``quarter`` (on the year-ago quarter), ``year`` (last twelve months on those before).

    Returns
    -------
    accounts : DataFrame, shape (2 n_accounts, 21)
        As from `bridge_periods`, with ``comparison``: ``quarter`` or ``year``.
    products : DataFrame
        As from `largest_changes`, with ``comparison``; accounts whose bars are unknown
        have none.

    Raises
    ------
    ReconciliationError
        If the bars of an account do not add up to its change to the cent.
    """
    accounts, products = [], []
    for comparison in comparisons:
        rows = sold[sold["in_quarter"]] if comparison == "quarter" else sold
        compared = compare_products(rows)
        bridges = bridge_periods(rows, compared)
        known = bridges.loc[bridges["price"].notna(), "account_id"]
        largest = largest_changes(compared, PRODUCTS_KEPT)
        accounts.append(bridges.assign(comparison=comparison))
        products.append(largest[largest["account_id"].isin(known)].assign(comparison=comparison))
    return pd.concat(accounts, ignore_index=True), pd.concat(products, ignore_index=True)


def bridge_periods(sold: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Bridge of every account from the base to the review period.

    With q and p per product bought and measured in both periods, Q = Σ q, s = q/Q and bars
    over two-period means: price = Σ q̄ (p1-p0), volume = (Q1-Q0) Σ p̄ s̄, mix = Q̄ Σ p̄ (s1-s0).

    Parameters
    ----------
    sold : DataFrame
        Rows of the two periods, with ``total``, ``returns`` and ``exchange_rates``.
    products : DataFrame
        From `compare_products` of the same rows.

    Returns
    -------
    DataFrame, shape (n_accounts, 20)
        ``account_id`` (missing = not assigned); ``base``, the `BARS`, ``review`` and
        ``change`` = review - base = their sum [company currency]; ``units_differ``: the
        products have no unit in common, so there is no common Q, ``volume`` is the effect of
        all quantities and ``mix`` is missing; ``returned``: credits and returns of the review
        period (negative); ``not_split_sales``: mean sales of the two periods behind
        ``not_split``, of it ``no_product_sales`` and ``other_units_sales``, the rest has no
        quantity; ``is_measured``: quantities of both periods are compared for some product;
        ``is_price_only`` (see `price_only`).

    Raises
    ------
    ReconciliationError
        If the bars of an account do not add up to its change to the cent.

    Notes
    -----
    ``not_split`` is the change of sales without quantity or product, or of a product in
    other units than before: price and volume cannot be told apart there. Where a rate of a
    year ago is unknown all bars are missing, and the change is known. Renumbered products
    count as lost and new. A unit that is not known is none in common: hours and pieces may
    stand side by side.

    References
    ----------
    .. [1] W. E. Diewert, Index Number Theory Using Differences Rather Than Ratios, American
       Journal of Economics and Sociology 64(1), 2005.
    """
    grouped = sold.groupby("account_id", dropna=False)
    total, of_review = sold["total"], sold["is_review"]
    sides = pd.DataFrame({
        "account_id": sold["account_id"], "base": total.where(~of_review, 0.0),
        "review": total.where(of_review, 0.0), "exchange_rates": sold["exchange_rates"],
        "returns": sold["returns"].where(of_review, -sold["returns"]),
        "returned": sold["returns"].where(of_review, 0.0)})
    table = sides.groupby("account_id", dropna=False).sum()
    table = table.join(_effects(products)).fillna(
        dict.fromkeys([*BARS, *NOT_SPLIT_SALES], 0.0))
    is_measured = table["has_one_unit"].notna()
    units_differ = is_measured & ~table.pop("has_one_unit").eq(True)
    table["volume"] = table["volume"].where(~units_differ, table.pop("quantity_effect"))
    table["mix"] = table["mix"].mask(units_differ)
    is_known = grouped["exchange_rates"].count() == grouped.size()
    table = table.assign(**{name: table[name].where(is_known) for name in BARS},
                         change=table["review"] - table["base"], units_differ=units_differ,
                         returned=table["returned"].where(is_known))
    _require_sums(table[is_known])
    names = ["base", *BARS, "review", "change", "returned", "units_differ", *NOT_SPLIT_SALES]
    return table[names].assign(is_measured=is_measured,
                               is_price_only=price_only(table)).reset_index()


def _effects(products: pd.DataFrame) -> pd.DataFrame:
    """Bars of the sales of each account."""
    kind = products["kind"]
    is_split = products["is_measured"] | kind.isin([NEW, LOST])
    not_split = ((products["base"] + products["review"]) / 2).mask(is_split, 0.0)
    effects = pd.DataFrame({
        "account_id": products["account_id"], "price": products["price"],
        "quantity_effect": products["quantity_effect"],
        "new_products": products["rest"].where(kind == NEW, 0.0),
        "lost_products": products["rest"].where(kind == LOST, 0.0),
        "not_split": products["rest"].mask(kind.isin([NEW, LOST]), 0.0),
        "not_split_sales": not_split,
        "no_product_sales": not_split.where(products["product_id"].isna(), 0.0),
        "other_units_sales": not_split.where(products["is_in_other_units"], 0.0)})
    sums = effects.groupby("account_id", dropna=False).sum()
    return sums.join(_volume_and_mix(products[products["is_measured"]]))


def _volume_and_mix(measured: pd.DataFrame) -> pd.DataFrame:
    """Volume and mix of each account as if all its products had one unit; whether they have."""
    by_account = measured["account_id"]
    sums = measured.groupby("account_id", dropna=False)[["q0", "q1"]].transform("sum")
    share0, share1 = measured["q0"] / sums["q0"], measured["q1"] / sums["q1"]
    price = (measured["p0"] + measured["p1"]) / 2
    terms = pd.DataFrame({
        "account_id": by_account, "volume": (sums["q1"] - sums["q0"]) * price
        * (share0 + share1) / 2, "mix": (sums["q0"] + sums["q1"]) / 2 * price
        * (share1 - share0)})
    units = measured.groupby("account_id", dropna=False)["unit"]
    known = units.count() == units.size()
    return terms.groupby("account_id", dropna=False).sum().assign(
        has_one_unit=(units.size() == 1) | (known & (units.nunique() == 1)))


def _require_sums(table: pd.DataFrame) -> None:
    difference = (table[BARS].sum(axis="columns") - table["change"]).abs()
    if not (difference < HALF_A_CENT).all():
        at = difference.idxmax()
        raise ReconciliationError(f"bridge of account {at}: the bars and the change differ by "
                                  f"{difference.max():.2f}")


def price_only(bridges: pd.DataFrame) -> pd.Series:
    """Which accounts grow by price only.

    Parameters
    ----------
    bridges : DataFrame
        ``base`` and the `BARS`. [company currency]

    Returns
    -------
    Series of nullable booleans
        True when volume + mix + new - lost ≤ 0 while the revenue and the sales without
        returns grow at constant exchange rates. Missing when the bars are unknown, or when
        what cannot be split decides: it may be all volume or all price.

    Notes
    -----
    That the sales grow is asked for besides, since fewer returns are not a price.
    """
    others = bridges[["volume", "mix", "new_products", "lost_products"]].sum(axis="columns")
    sales = others + bridges["price"] + bridges["not_split"]
    grows = (sales > HALF_A_CENT) & (sales + bridges["returns"] > HALF_A_CENT)
    at_most = others + bridges["not_split"].clip(lower=0.0)
    at_least = others + bridges["not_split"].clip(upper=0.0)
    answer = pd.Series(pd.NA, index=bridges.index, dtype="boolean")
    answer = answer.mask(grows & (at_most <= HALF_A_CENT), True)
    return answer.mask(bridges["price"].notna() & (~grows | (at_least > HALF_A_CENT)), False)


def sum_bridges(bridges: pd.DataFrame) -> pd.Series:
    """The bridge of several accounts together.

    Parameters
    ----------
    bridges : DataFrame
        Rows of `bridge_periods` of one comparison. [company currency]

    Returns
    -------
    Series
        ``base``, the `BARS`, ``review``, ``change``, the sales that are not split, and
        ``without_rate``: the change of the accounts whose bars are unknown. The bars and
        ``without_rate`` add up to the change.
    """
    amounts = ["base", *BARS, "review", "change", *NOT_SPLIT_SALES]
    unknown = bridges.loc[bridges["price"].isna(), "change"].sum()
    return pd.concat([bridges[amounts].sum(), pd.Series({"without_rate": unknown})])


def reconcile_bridges(bridges: pd.DataFrame, compared: pd.DataFrame) -> None:
    """Hold the bridges against the growth of the facts.

    Parameters
    ----------
    bridges : DataFrame
        Rows of one comparison, ``account_id`` without missing ones.
    compared : DataFrame
        From `compare_periods` of the same two periods and accounts.

    Raises
    ------
    ReconciliationError
        If base, review or exchange rates of an account differ by a cent, or only one side
        knows the exchange rates.
    """
    names = ["base", "review", "exchange_rates"]
    left, right = (table.set_index("account_id")[names] for table in (bridges, compared))
    either = left.index.union(right.index)
    left, right = (table.reindex(either).fillna({"base": 0.0, "review": 0.0})
                   for table in (left, right))
    absent = ~either.isin(bridges["account_id"])  # free lines alone: in the facts with zeros
    left["exchange_rates"] = left["exchange_rates"].mask(absent, 0.0)
    same = ((left - right).abs() < HALF_A_CENT) | (left.isna() & right.isna())
    if not same.all(axis=None):
        at = same.index[~same.all(axis="columns")][0]
        raise ReconciliationError(
            f"bridge of account {at}: {left.loc[at].to_dict()} against "
            f"{right.loc[at].to_dict()} in the facts")
