"""How figures are put to the accounts they belong to."""

from collections.abc import Mapping

import pandas as pd

MONEY = ["revenue", "gross_margin_low", "gross_margin_high"]
Tables = Mapping[str, pd.DataFrame]


def put(accounts: pd.DataFrame, figures: pd.DataFrame,
         where_absent: Mapping[str, float | str]) -> pd.DataFrame:
    """Accounts with some figures set; accounts without get what absence means, if anything."""
    by_account = figures if figures.index.name == "account_id" else figures.set_index("account_id")
    found = by_account.reindex(accounts["account_id"])
    return accounts.assign(**{str(name): column for name, column in found.fillna(
        dict(where_absent)).set_axis(accounts.index).items()})


def count_rows(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows per account, as a column of that name."""
    return rows.groupby("account_id").size().rename(name).reset_index()


def nothing_sold(facts: pd.DataFrame, revenue: str, margins: list[str]) -> dict[str, float]:
    """What an account without lines has: no revenue, and no margin where margins are known."""
    known_margin = facts["gross_margin_low"].notna().any()
    return {revenue: 0.0} | (dict.fromkeys(margins, 0.0) if known_margin else {})
