"""Order days: on which days each account bought, from the invoice lines (method, section 4).

Written once in narwhals, as the sums of `facts`: the same days embedded (DuckDB) and on a
cluster. Exports in which all invoices of a month are booked on one day show the days of
booking, one a month.
"""

from typing import Any

import narwhals as nw
import pandas as pd

MONTHS = 36
"""How far back orders are looked at: long enough for a rhythm, short enough to be today's."""


def gather_order_days(lines: Any, as_of: pd.Timestamp, months: int = MONTHS,
                      until: pd.Timestamp | None = None) -> pd.DataFrame:
    """Distinct days on which each account bought something.

    Parameters
    ----------
    lines : DataFrame or relation that narwhals knows, shape (n_lines, k)
        The contract's ``invoice_lines``.
    as_of : Timestamp
        The day looked back from.
    months : int, default 36
        How many months back from `as_of`. [months]
    until : Timestamp, optional
        Last day that counts; `as_of` by default.

    Returns
    -------
    DataFrame, shape (n_days, 2)
        ``account_id`` and ``day``, each pair once, sorted.

    Notes
    -----
    A day counts with at least one line of revenue above zero: free lines, credits and
    returns are no orders. Lines without an account are left out.
    """
    day = nw.col("invoice_date").cast(nw.Date())
    since = as_of.normalize() - pd.DateOffset(months=months)
    days = (nw.from_native(lines).lazy()
            .filter((nw.col("revenue") > 0) & ~nw.col("account_id").is_null(),
                    day > since.date(), day <= (until or as_of).date())
            .select("account_id", day=day).unique().sort("account_id", "day"))
    return days.collect("pyarrow").select("account_id", "day").to_native().to_pandas(
        ignore_metadata=True).astype({"account_id": "str", "day": "datetime64[us]"})
