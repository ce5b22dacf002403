"""Values of a unit that nobody has confirmed for more than a year."""

import pandas as pd

from qbrkit.value.ledger import BENEFIT, CONFIRMED


def stale_unit_values(ledger: pd.DataFrame | None, as_of: pd.Timestamp,
                      year: list[pd.Period]) -> pd.DataFrame:
    """Confirmed benefits of the year whose unit value was last confirmed over a year ago.

    Parameters
    ----------
    ledger : DataFrame or None
        From `list_value_lines`, rolled up.
    as_of : Timestamp
        Day of the review.
    year : list of Period
        The quarters that count.

    Returns
    -------
    DataFrame
        ``account_id``, ``name`` of the benefit, ``confirmed_on``, the last of all quarters up
        to the year's end; oldest first. A benefit without any such day has no row: that it
        is stale is not known.
    """
    columns = ["account_id", "name", "confirmed_on"]
    if ledger is None:
        return pd.DataFrame(columns=columns).astype(
            {"account_id": "str", "name": "str", "confirmed_on": "datetime64[us]"})
    rows = ledger[(ledger["part"] == BENEFIT) & (ledger["class"] == CONFIRMED)
                  & (ledger["quarter"] <= year[-1])]
    last = rows.groupby(["account_id", "name"], as_index=False)["confirmed_on"].max()
    counted = rows.loc[rows["quarter"] >= year[0], ["account_id", "name"]].drop_duplicates()
    found = last.merge(counted, on=["account_id", "name"])[columns]
    return found[found["confirmed_on"] < as_of.normalize() - pd.DateOffset(years=1)].sort_values(
        ["confirmed_on", "account_id", "name"], ignore_index=True)


def mark_stale(ledger: pd.DataFrame, as_of: pd.Timestamp, year: list[pd.Period]) -> pd.DataFrame:
    """The ledger with ``is_stale``: a confirmed benefit of the year on an old unit value.

    Parameters
    ----------
    ledger, as_of, year
        As for `stale_unit_values`.

    Returns
    -------
    DataFrame
        A copy with the flag added; the amounts stay as they are.
    """
    stale = stale_unit_values(ledger, as_of, year)[["account_id", "name"]]
    found = ledger[["account_id", "name"]].merge(stale.assign(is_stale=True), how="left",
                                                 on=["account_id", "name"], validate="m:1")
    return ledger.assign(is_stale=(
        found["is_stale"].notna().to_numpy() & (ledger["part"] == BENEFIT)
        & (ledger["class"] == CONFIRMED) & ledger["quarter"].isin(year)))
