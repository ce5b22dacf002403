"""What was sold: account × product × unit × currency, in the two years a bridge compares.

The second step that sees every line, written once like the facts. To keep the groups few,
lines in the company's currency are summed over a whole quarter. Other currencies are summed
by month, since rates are monthly.
"""

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from qbrkit.currencies import Rates

KEY = ["account_id", "product_id", "unit", "currency", "month"]
AMOUNTS = ["revenue", "unmeasured", "returns"]
PARTS = tuple(range(0, -24, -3))
"""First months of the quarters of the two years, counted from that of the review quarter."""
FINEST, LARGEST = 1e-6, 1e9
"""Between these lies a quantity that is one; smaller or larger ones are mistakes."""


def gather_sold(lines: Any, company_currency: str, quarter: pd.Period) -> pd.DataFrame:
    """Sum what was sold and returned by account, product, unit, currency and quarter.

    Parameters
    ----------
    lines : DataFrame or relation that narwhals knows, shape (n_lines, k)
        The contract's ``invoice_lines``.
    company_currency : str
        Currency of lines that name none.
    quarter : Period
        The review quarter, the last of the eight that are summed.

    Returns
    -------
    DataFrame, shape (n_groups, 9)
        ``account_id`` (missing = not assigned), ``product_id``, ``unit``, ``currency``,
        ``month`` (first day of the quarter, of the month in other currencies);
        ``quantity`` and ``revenue`` of the sales that name product and quantity;
        ``unmeasured``, revenue of all other sales; ``returns``, credits and returns
        (negative). [unit; currency of the row] Sorted by the key.

    Notes
    -----
    Free lines are left out: the quantity of free goods would blur the price. A quantity
    that is not above zero on a sale is none. Quantities are summed as millionths in whole
    numbers, so that the sum is the same whatever the order of the lines.
    """
    first = quarter.start_time.year * 12 + quarter.start_time.month
    frame = nw.from_native(lines).lazy().with_columns(
        month=nw.col("invoice_date").dt.year() * 12 + nw.col("invoice_date").dt.month(),
        currency=nw.col("currency").fill_null(company_currency),
        quantity=nw.col("quantity").cast(nw.Float64()))
    inside = frame.filter((nw.col("month") >= first + PARTS[-1]) & (nw.col("month") < first + 3),
                          nw.col("revenue") != 0)
    sums = (_with_amounts(inside.with_columns(month=_part_start(company_currency, first)))
            .group_by(*KEY).agg(nw.col("millionths", *AMOUNTS).sum())
            .with_columns(nw.col("millionths", *AMOUNTS).cast(nw.Float64()).fill_null(0.0))
            .sort(*KEY, nulls_last=True))
    table = sums.collect("pyarrow").select(*KEY, "millionths", *AMOUNTS).to_native().to_pandas(
        ignore_metadata=True)
    number = table["month"].to_numpy(dtype="int64") - 1
    months = (number // 12 - 1970) * 12 + number % 12
    return table.assign(month=months.astype("datetime64[M]").astype("datetime64[us]"),
                        quantity=table["millionths"] * FINEST)[
        [*KEY, "quantity", *AMOUNTS]].astype(dict.fromkeys(KEY[:4], "str"))


def _part_start(company_currency: str, first: int) -> nw.Expr:
    """First month of the quarter a line lies in; in other currencies its month."""
    month = nw.col("month")
    part = nw.lit(first + PARTS[-1])
    for start in PARTS[-2::-1]:
        part = nw.when(month >= first + start).then(nw.lit(first + start)).otherwise(part)
    return nw.when(nw.col("currency") == company_currency).then(part).otherwise(month)


def _with_amounts(lines: nw.LazyFrame) -> nw.LazyFrame:
    """Lines with their revenue put to sales with a quantity, other sales, or returns."""
    revenue, zero = nw.col("revenue"), nw.lit(0)
    has_quantity = ((nw.col("quantity") >= FINEST) & (nw.col("quantity") <= LARGEST)
                    & ~nw.col("product_id").is_null())
    # what is not known must be false on every engine before it is used
    marked = lines.with_columns(is_measured=nw.when((revenue > 0) & has_quantity)
                                .then(nw.lit(1)).otherwise(zero))
    is_measured = nw.col("is_measured") == 1
    return marked.with_columns(
        millionths=nw.when(is_measured).then(nw.col("quantity")).otherwise(nw.lit(0.0)),
        unmeasured=nw.when((revenue > 0) & ~is_measured).then(revenue).otherwise(zero),
        returns=nw.when(revenue < 0).then(revenue).otherwise(zero),
    ).with_columns(
        millionths=(nw.col("millionths") / FINEST).round().cast(nw.Int64()),
        revenue=nw.when(is_measured).then(revenue).otherwise(zero))


def convert_sold(sold: pd.DataFrame, rates: Rates, quarter: pd.Period) -> pd.DataFrame:
    """What was sold in the company's currency, with the work of the exchange rates apart.

    Parameters
    ----------
    sold : DataFrame, shape (n_groups, 9)
        From `gather_sold`. [currency of the row]
    rates : Rates
        Of the company. [company currency / unit]
    quarter : Period
        The review quarter.

    Returns
    -------
    DataFrame, shape (n_groups, 13)
        As `sold`; ``is_review`` (last twelve months, else those before) and
        ``in_quarter`` (review quarter or the same a year before); ``revenue``,
        ``unmeasured`` and ``returns`` at the rates of the earlier year; ``total``, all
        three at their own rates; ``exchange_rates``, the difference. Where a rate of a
        year ago is unknown, all but ``total`` is missing.

    Notes
    -----
    Units are compared without regard to capitals and outer blanks.
    """
    start = quarter.start_time
    is_review = sold["month"] >= start - pd.DateOffset(months=9)
    year_before = start - pd.DateOffset(years=1)
    in_quarter = (sold["month"] >= start) | (
        (sold["month"] >= year_before) & (sold["month"] < year_before + pd.DateOffset(months=3)))
    own = pd.Series(1.0, index=sold.index)
    steady = own.copy()
    foreign = sold[sold["currency"] != rates.company_currency]
    own[foreign.index] = rates.to_company(foreign["currency"], foreign["month"])
    year_ago = rates.to_company(foreign["currency"], foreign["month"] - pd.DateOffset(years=1))
    steady[foreign.index] = np.where(is_review[foreign.index], year_ago, own[foreign.index])
    local = sold[AMOUNTS].sum(axis="columns")
    return sold.assign(
        unit=sold["unit"].str.strip().str.lower(), is_review=is_review, in_quarter=in_quarter,
        total=local * own, exchange_rates=local * own - local * steady,
        **{name: sold[name] * steady for name in AMOUNTS})


def measured_year(sold: pd.DataFrame, rates: Rates, quarter: pd.Period) -> pd.DataFrame:
    """What was sold with its quantity in the last twelve months, in the company's currency.

    Parameters
    ----------
    sold : DataFrame, shape (n_groups, 9)
        From `gather_sold`. [currency of the row]
    rates : Rates
        Of the company. [company currency / unit]
    quarter : Period
        The review quarter.

    Returns
    -------
    DataFrame, shape (n_measured, 5)
        ``account_id``, ``product_id``, ``unit`` (without capitals and outer blanks),
        ``quantity`` and ``revenue`` at the rates of its months; without returns, free lines
        and sales that name no product or quantity. The order stays.
    """
    inside = sold[(sold["month"] >= quarter.start_time - pd.DateOffset(months=9))
                  & (sold["quantity"] > 0)]
    own = rates.to_company(inside["currency"], inside["month"])
    return inside.assign(unit=inside["unit"].str.strip().str.lower(),
                         revenue=inside["revenue"] * own)[
        ["account_id", "product_id", "unit", "quantity", "revenue"]]
