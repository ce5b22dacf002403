"""From invoice lines to facts: account × month × family × currency.

The only step that sees every line. Written once in narwhals, so that the same sums run
embedded (DuckDB) and on a cluster. What follows works on the facts, which are small
whatever the number of lines.
"""

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from qbrkit.currencies import Rates
from qbrkit.errors import DataError, ReconciliationError

KEY = ["account_id", "month", "family", "currency"]
UNKNOWN_FAMILY = "unknown"
AMOUNTS = ["revenue", "returns", "cost", "free_list_value",
           "sales_without_cost", "returns_without_cost", "free_without_cost"]


def gather_facts(lines: Any, products: Any, company_currency: str) -> pd.DataFrame:
    """Sum the invoice lines by account, month, product family and currency.

    Parameters
    ----------
    lines : DataFrame or relation that narwhals knows, shape (n_lines, k)
        The contract's ``invoice_lines``.
    products : the same kind as `lines`, or None
        The contract's ``products``; without them every line is of the family "unknown".
    company_currency : str
        Currency of lines that name none.

    Returns
    -------
    DataFrame, shape (n_facts, 13)
        ``account_id`` (missing = not assigned), ``month`` (its first day), ``family``,
        ``currency``; amounts in that currency: ``revenue``, ``returns`` (negative),
        ``cost`` where known, ``free_list_value``, and the amounts whose cost is unknown
        (``sales_without_cost``, ``returns_without_cost``, ``free_without_cost``);
        counts: ``lines_n``, ``lines_without_cost_n``. Sorted by the key.

    Notes
    -----
    The embedded database holds amounts as decimals, whose sums are exact whatever the
    order of the lines; sums of floats (pandas) agree with them to within rounding.
    """
    of_families = with_family(nw.from_native(lines).lazy(), products, company_currency)
    zero = nw.lit(0)
    revenue, cost_unknown = nw.col("revenue"), nw.col("cost").is_null()
    is_sale, is_return = revenue > 0, revenue < 0
    parts = of_families.with_columns(
        returns=nw.when(is_return).then(revenue).otherwise(zero),
        free_list_value=nw.when(revenue == 0).then(nw.col("list_value")).otherwise(zero),
        sales_without_cost=nw.when(is_sale & cost_unknown).then(revenue).otherwise(zero),
        returns_without_cost=nw.when(is_return & cost_unknown).then(revenue).otherwise(zero),
        free_without_cost=nw.when((revenue == 0) & cost_unknown)
        .then(nw.col("list_value")).otherwise(zero),
        lines_without_cost_n=nw.when(cost_unknown).then(1).otherwise(0))
    sums = parts.group_by(*KEY).agg(
        nw.col(*AMOUNTS).sum(), lines_n=nw.len(),
        lines_without_cost_n=nw.col("lines_without_cost_n").sum(),
    ).with_columns(  # exact sums become floats before they leave the database: half the time
        nw.col(*AMOUNTS).cast(nw.Float64()).fill_null(0.0)).sort(*KEY, nulls_last=True)
    names = [*KEY, *AMOUNTS, "lines_n", "lines_without_cost_n"]
    return sums.collect("pyarrow").select(*names).to_native().to_pandas(
        ignore_metadata=True).astype(
        {"account_id": "str", "family": "str", "currency": "str", "month": "datetime64[us]",
         "lines_n": "int64", "lines_without_cost_n": "int64"})


def with_family(lines: nw.LazyFrame, products: Any, company_currency: str) -> nw.LazyFrame:
    """Lines with their product family, month and currency filled in.

    Parameters
    ----------
    lines : LazyFrame
        The contract's ``invoice_lines``.
    products : DataFrame or relation of the same kind, or None
        The contract's ``products``.
    company_currency : str
        Currency of lines that name none.
    """
    if products is None:
        lines = lines.with_columns(family=nw.lit(UNKNOWN_FAMILY))
    else:
        families = nw.from_native(products).lazy().select("product_id", "family")
        lines = lines.join(families, on="product_id", how="left")
    return lines.with_columns(
        month=nw.col("invoice_date").dt.truncate("1mo").cast(nw.Datetime("us")),  # Spark has zones
        family=nw.col("family").fill_null(UNKNOWN_FAMILY),
        currency=nw.col("currency").fill_null(company_currency))


def convert_facts(facts: pd.DataFrame, rates: Rates, cost_shares: pd.DataFrame) -> pd.DataFrame:
    """Facts in the company's currency, with the range of the gross margin.

    Each amount converts at the rate of its month. ``revenue_at_year_ago_rates`` is the
    same revenue at the rates of the month one year before: the difference between the
    two is the work of the exchange rates alone.

    Parameters
    ----------
    facts : DataFrame, shape (n_facts, 13)
        From `gather_facts`. [currency of the row]
    rates : Rates
        Of the company. [company currency / unit]
    cost_shares : DataFrame, shape (n_families, 3)
        From `cost_shares.gather_cost_shares`. [share of revenue]

    Returns
    -------
    DataFrame, shape (n_facts, 17)
        As `facts`, amounts in company currency, and ``revenue_at_year_ago_rates``
        (missing where there is no such rate), ``revenue_local``,
        ``gross_margin_low``, ``gross_margin_high`` (missing without any cost data).

    Raises
    ------
    DataError
        If a rate is missing or not above zero; the message names currency and month.

    Notes
    -----
    A line of unknown cost has a cost between the 5th and the 95th percentile of its
    family's cost share, of all families where its own knows none. For a free line the
    share is taken of its list value; a free line that comes back counts as returned.
    """
    rate = rates.to_company(facts["currency"], facts["month"])
    if missing := sorted(set(zip(facts["currency"][rate.isna()],
                                 facts["month"][rate.isna()].dt.strftime("%Y-%m"), strict=True))):
        listed = ", ".join(f"{currency} {month}" for currency, month in missing[:5])
        more, ending = ", …" if len(missing) > 5 else "", "s" if len(missing) > 1 else ""
        raise DataError(f"exchange_rates: no rate above 0 for {listed}{more} "
                        f"({len(missing)} month{ending})", "exchange_rates", "rate")
    year_ago = rates.to_company(facts["currency"], facts["month"] - pd.DateOffset(years=1))
    converted = facts.assign(
        revenue_local=facts["revenue"],
        revenue_at_year_ago_rates=facts["revenue"] * year_ago,
        **{name: facts[name] * rate for name in AMOUNTS})
    low, high = _cost_range(converted, cost_shares)
    return converted.assign(gross_margin_low=converted["revenue"] - high,
                            gross_margin_high=converted["revenue"] - low)


def _cost_range(facts: pd.DataFrame, cost_shares: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Lowest and highest plausible cost of each fact; missing without any cost data."""
    if cost_shares.empty:
        unknown = pd.Series(np.nan, index=facts.index)
        return unknown, unknown
    by_family = cost_shares.set_index("family")
    low = facts["family"].map(by_family["cost_share_low"]).fillna(
        by_family["cost_share_low"].min())
    high = facts["family"].map(by_family["cost_share_high"]).fillna(
        by_family["cost_share_high"].max())
    free = facts["free_without_cost"]
    outgoing = facts["sales_without_cost"] + free.clip(lower=0.0)
    returned = facts["returns_without_cost"] + free.clip(upper=0.0)
    return (facts["cost"] + outgoing * low + returned * high,
            facts["cost"] + outgoing * high + returned * low)


def with_account_revenue(facts: pd.DataFrame, currency_of: pd.Series,
                         rates: Rates) -> pd.DataFrame:
    """Facts with ``revenue_account``: revenue in the currency of the account.

    Parameters
    ----------
    facts : DataFrame
        From `convert_facts`.
    currency_of : Series
        Currency by account.
    rates : Rates
        Of the company.

    Returns
    -------
    DataFrame
        A copy. Lines billed in the account's currency keep their amount; others go through
        the company's at the rate of their month, and are missing where there is none.
    """
    currency = facts["account_id"].map(currency_of).astype("str")
    rate = rates.to_company(currency.fillna(rates.company_currency), facts["month"])
    same = currency == facts["currency"]
    return facts.assign(revenue_account=(facts["revenue"] / rate).mask(
        same, facts["revenue_local"]))


def reconcile(facts: pd.DataFrame, lines: Any, company_currency: str) -> None:
    """Hold the facts against the lines they were made from.

    Parameters
    ----------
    facts : DataFrame
        From `gather_facts`, in the currency of the lines.
    lines : DataFrame or relation that narwhals knows
        The contract's ``invoice_lines``.
    company_currency : str
        Currency of lines that name none.

    Raises
    ------
    ReconciliationError
        If the number of lines, or in any currency the revenue in cents, differs, or
        only one side knows a currency.
    """
    totals = (nw.from_native(lines).lazy()
              .with_columns(currency=nw.col("currency").fill_null(company_currency))
              .group_by("currency").agg(revenue=nw.col("revenue").sum(), lines_n=nw.len())
              .collect("pyarrow").to_native().to_pandas()
              .astype({"currency": "str", "revenue": "float64"}).set_index("currency"))
    summed = facts.groupby("currency")[["revenue", "lines_n"]].sum()
    either = summed.index.union(totals.index)
    difference = (summed.reindex(either) - totals.reindex(either))[["revenue", "lines_n"]].abs()
    if not ((difference["revenue"] < 0.005) & (difference["lines_n"] == 0)).all():
        raise ReconciliationError(
            "the facts do not add up to the invoice lines: "
            f"{summed.to_dict('index')} against {totals.to_dict('index')}")
