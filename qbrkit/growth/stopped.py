"""What an account no longer buys: products or whole families bought again and again before."""

import numpy as np
import pandas as pd

LEAST_QUARTERS = 2
"""Quarters of the year before in which it was bought: a machine bought once is not lost."""
MATERIAL = 0.05
"""Part of what the account bought in the earlier period from which it is listed. House rule."""
QUARTERS = 8
COLUMNS = ["account_id", "comparison", "family", "product_id", "products_n", "base"]


def stopped_products(sold: pd.DataFrame, families: pd.Series,
                     quarter: pd.Period) -> pd.DataFrame:
    """Products and families that accounts bought in several quarters and buy no more.

    Parameters
    ----------
    sold : DataFrame
        From `qbrkit.sold.convert_sold`, rolled up. [company currency]
    families : Series of str
        Family by product; products that are missing there are in none.
    quarter : Period
        The review quarter.

    Returns
    -------
    DataFrame, shape (n_stopped, 6)
        ``account_id``; ``comparison``: ``year`` (bought in at least `LEAST_QUARTERS`
        quarters of the year before, not in the last twelve months) or ``quarter`` (bought in
        each quarter of the year before and in the last twelve months, not in the review
        quarter); ``family`` with missing ``product_id`` where all of a family of several
        products is gone, else ``product_id``; ``products_n``, how many were bought in the
        year before; ``base``, sales of the twelve months before or of the quarter a year
        before, at least `MATERIAL` of those of the account. [company currency] By account
        and comparison, the largest first.

    Notes
    -----
    Sales are without returns. What was bought at an unknown rate counts as bought. A family
    of which products are lost for the year is not told again for the quarter.
    """
    sales = sold["revenue"] + sold["unmeasured"]
    rows = pd.DataFrame({
        "account_id": sold["account_id"], "product_id": sold["product_id"],
        "family": sold["product_id"].map(families).astype("str"), "sales": sales.fillna(0.0),
        "is_bought": ~(sales <= 0),
        "back": quarter.ordinal - sold["month"].dt.to_period(quarter.freqstr).array.asi8})
    rows = rows[rows["account_id"].notna() & rows["is_bought"]]
    whole = _by_quarter(rows, ["account_id"])
    products = _stopped(_by_quarter(rows[rows["product_id"].notna()], [
        "account_id", "product_id"]), whole)
    grouped = rows[rows["family"].notna()]
    gone = _stopped(_by_quarter(grouped, ["account_id", "family"]), whole)
    gone = _count_products(gone, grouped)
    products = products.assign(family=products["product_id"].map(families).astype("str"),
                               products_n=1)
    lost = products.loc[products["comparison"] == "year", ["account_id", "family"]]
    is_told = pd.MultiIndex.from_frame(gone[["account_id", "family"]]).isin(
        pd.MultiIndex.from_frame(lost))
    gone = gone[(gone["comparison"] == "year") | ~is_told]
    told = products.merge(gone[["account_id", "comparison", "family"]], how="left",
                          indicator="told")["told"] == "both"
    found = pd.concat([gone, products[~told.to_numpy()]], ignore_index=True)
    return found.sort_values(["account_id", "comparison", "base", "family", "product_id"],
                             ascending=[True, True, False, True, True])[COLUMNS].reset_index(
        drop=True)


def _by_quarter(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Each key with its sales in every quarter, 0 the review's; missing where none was bought."""
    key = rows.groupby(keys, sort=False).ngroup().to_numpy()
    first = rows[keys].iloc[np.unique(key, return_index=True)[1]].reset_index(drop=True)
    at = key * QUARTERS + rows["back"].to_numpy()
    shape = (len(first), QUARTERS)
    sales = np.bincount(at, rows["sales"], len(first) * QUARTERS).reshape(shape)
    is_bought = np.bincount(at, minlength=len(first) * QUARTERS).reshape(shape) > 0
    return first.join(pd.DataFrame(np.where(is_bought, sales, np.nan)))


def _stopped(sales: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Of the keys those that are bought no more, with what they brought before."""
    accounts = sales[["account_id"]].merge(whole, how="left", validate="m:1")
    now, before = list(range(QUARTERS // 2)), list(range(QUARTERS // 2, QUARTERS))
    n = sales.notna()
    no_more = (n[before].sum(axis="columns") >= LEAST_QUARTERS) & ~n[now].any(axis="columns")
    pauses = n[before].all(axis="columns") & ~n[0] & n[now].any(axis="columns")
    found = []
    for comparison, is_stopped, quarters in (("quarter", pauses, before[:1]),
                                             ("year", no_more, before)):
        base = sales[quarters].sum(axis="columns")
        is_large = base >= MATERIAL * accounts[quarters].sum(axis="columns").to_numpy()
        told = sales.drop(columns=[*now, *before]).assign(comparison=comparison, base=base)
        found.append(told[is_stopped & is_large])
    return pd.concat(found, ignore_index=True)


def _count_products(gone: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Families with their products of the year before; one with a single product is none."""
    keys = ["account_id", "family"]
    before = rows[rows["back"] >= QUARTERS // 2].merge(gone[keys].drop_duplicates(), on=keys)
    counts = before.groupby(keys)["product_id"].nunique().rename("products_n").reset_index()
    found = gone.merge(counts, on=keys, how="left", validate="m:1")
    unnamed = found.assign(product_id=pd.Series(np.nan, index=found.index, dtype="str"))
    return unnamed[found["products_n"] > 1].astype({"products_n": "int64"})
