"""Sums of the ledger: by part, by class, and how the services multiply the benefit."""

import pandas as pd

from qbrkit.value.ledger import BENEFIT, CONFIRMED, ESTIMATED, EXTRA_MILE, FREE_IN_PLAN, SOFT


def sum_value(ledger: pd.DataFrame, quarters: list[pd.Period]) -> pd.DataFrame:
    """Value per account over some quarters, by part and by class.

    Parameters
    ----------
    ledger : DataFrame
        From `list_value_lines`.
    quarters : list of Period
        Fiscal quarters to sum over.

    Returns
    -------
    DataFrame, shape (n_accounts, 11)
        ``account_id``; ``benefit``, ``extra_mile``, ``free_in_plan`` and their sum
        ``value``; of that ``confirmed``, ``estimated``, ``soft``; ``multiplier`` M = V ÷ B,
        both without soft lines (missing unless B > 0); ``lines_n``, and ``not_measured_n``
        lines without amount. [account currency]

    Notes
    -----
    M multiplies the return, which no soft line enters: a soft benefit moves M as little as
    it moves the return.
    """
    inside = ledger[ledger["quarter"].isin(quarters)]
    by_part = _pivot(inside, "part", [BENEFIT, EXTRA_MILE, FREE_IN_PLAN])
    by_class = _pivot(inside, "class", [CONFIRMED, ESTIMATED, SOFT])
    hard = inside[inside["class"] != SOFT]
    benefit = hard[hard["part"] == BENEFIT].groupby("account_id")["amount"].sum()
    counted = by_class[CONFIRMED] + by_class[ESTIMATED]
    grouped = inside.groupby("account_id")["amount"]
    return by_part.join(by_class).assign(
        value=by_part.sum(axis="columns"),
        multiplier=counted / benefit.where(benefit > 0).reindex(counted.index),
        lines_n=grouped.size(), not_measured_n=grouped.size() - grouped.count(),
    ).reset_index()


def _pivot(lines: pd.DataFrame, column: str, wanted: list[str]) -> pd.DataFrame:
    return (lines.pivot_table(index="account_id", columns=column, values="amount", aggfunc="sum",
                              fill_value=0.0, dropna=False, observed=True)
            .reindex(columns=wanted, fill_value=0.0).astype("float64").rename_axis(columns=None))


def sum_by_quarter(ledger: pd.DataFrame, quarters: list[pd.Period],
                   keys: list[str]) -> pd.DataFrame:
    """Amounts of the ledger quarter by quarter, in rows of some keys.

    Parameters
    ----------
    ledger : DataFrame
        From `list_value_lines`, or a part of it.
    quarters : list of Period
        Fiscal quarters, in the order of the columns.
    keys : list of str
        Columns that make a row, as ``account_id`` and ``part``.

    Returns
    -------
    DataFrame, shape (n_rows, n_quarters)
        A row for each key with a line in these quarters (the index), a column per quarter;
        missing where none of its lines was measured, which is not zero.
        [account currency]
    """
    inside = ledger[ledger["quarter"].isin(quarters)]
    sums = inside.groupby([*keys, "quarter"], dropna=False)["amount"].sum(min_count=1)
    return sums.unstack("quarter").reindex(columns=quarters).astype("float64")
