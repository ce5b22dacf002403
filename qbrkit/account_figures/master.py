"""Who the accounts are: those of the master, and those only the lines know."""

import pandas as pd

from qbrkit.groups import Groups, roll_up
from qbrkit.settings import Company

MASTER = ["account_id", "name", "territory", "industry", "owner", "currency", "language",
          "country", "plan_id", "contract_end", "do_not_contact", "annual_wallet"]


def list_accounts(master: pd.DataFrame | None, groups: Groups, facts: pd.DataFrame,
                  company: Company, as_of: pd.Timestamp) -> pd.DataFrame:
    """Top accounts: those of the master, then those only the lines know.

    Parameters
    ----------
    master : DataFrame or None
        The contract's ``accounts``.
    groups : Groups
        Who rolls up to whom.
    facts : DataFrame
        Rolled up, in company currency.
    company : Company
        For the currency and language of accounts that name none.
    as_of : Timestamp
        Day whose month's rate converts stated wallets.

    Returns
    -------
    DataFrame
        Columns `MASTER`, sorted by account. ``annual_wallet`` is the sum of the group in
        company currency, unknown without a rate.
    """
    if master is None:
        master = pd.DataFrame({name: pd.Series(dtype="str") for name in MASTER}).astype(
            {"annual_wallet": "float64", "do_not_contact": "boolean",
             "contract_end": "datetime64[us]"})
    parents = groups.parents
    month = pd.Series(as_of.to_period("M").start_time, index=master.index)
    stated = master.assign(annual_wallet=master["annual_wallet"] * groups.rates.to_company(
        groups.currency_of(master), month))
    wallets = roll_up(stated, parents).groupby("account_id")["annual_wallet"].sum(min_count=1)
    tops = master[master["account_id"].isin(parents) | (len(parents) == 0)][MASTER]
    billed = facts["account_id"].dropna().unique()
    unlisted = pd.Series(sorted({*billed, *parents.unique()} - set(tops["account_id"])),
                         dtype="str")
    others = tops.head(0).reindex(unlisted.index).assign(account_id=unlisted)
    accounts = pd.concat([tops, others], ignore_index=True)
    return accounts.assign(
        name=accounts["name"].fillna(accounts["account_id"]),
        currency=accounts["currency"].fillna(company.currency),
        language=accounts["language"].str.lower().fillna(company.language),
        annual_wallet=accounts["account_id"].map(wallets).astype("float64"),
    ).astype({"name": "str"}).sort_values("account_id").reset_index(drop=True)
