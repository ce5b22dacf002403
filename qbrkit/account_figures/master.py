"""Who the accounts are: those of the master, and those only the lines know."""

import pandas as pd

from qbrkit.groups import Groups, roll_up
from qbrkit.settings import Company

MASTER = ["account_id", "name", "territory", "industry", "owner", "currency", "language",
          "country", "plan_id", "contract_end", "do_not_contact", "annual_wallet", "employees"]


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
        company currency, unknown without a rate, and ``employees`` that of the group, as far
        as known. ``label`` is the name on internal pages,
        see `label_accounts`; ``name`` stays as the customer knows it.
    """
    if master is None:
        master = pd.DataFrame({name: pd.Series(dtype="str") for name in MASTER}).astype(
            {"annual_wallet": "float64", "employees": "float64", "do_not_contact": "boolean",
             "contract_end": "datetime64[us]"})
    parents = groups.parents
    month = pd.Series(as_of.to_period("M").start_time, index=master.index)
    stated = master.assign(annual_wallet=master["annual_wallet"] * groups.rates.to_company(
        groups.currency_of(master), month))
    sums = roll_up(stated, parents).groupby("account_id")[["annual_wallet", "employees"]].sum(
        min_count=1)
    tops = master[master["account_id"].isin(parents) | (len(parents) == 0)][MASTER]
    billed = facts["account_id"].dropna().unique()
    unlisted = pd.Series(sorted({*billed, *parents.unique()} - set(tops["account_id"])),
                         dtype="str")
    others = tops.head(0).reindex(unlisted.index).assign(account_id=unlisted)
    accounts = pd.concat([tops, others], ignore_index=True)
    named = accounts.assign(
        name=accounts["name"].fillna(accounts["account_id"]),
        currency=accounts["currency"].fillna(company.currency),
        language=accounts["language"].str.lower().fillna(company.language),
        **{name: accounts["account_id"].map(sums[name]).astype("float64")
           for name in ("annual_wallet", "employees")},
    ).astype({"name": "str"}).sort_values("account_id").reset_index(drop=True)
    return named.assign(label=label_accounts(named))


def label_accounts(accounts: pd.DataFrame) -> pd.Series:
    """Names by which a reader can tell the accounts apart.

    Parameters
    ----------
    accounts : DataFrame
        ``account_id``, unique, and ``name``.

    Returns
    -------
    Series
        The name; where several accounts share it, in whatever case and spacing, the name
        and the id in brackets.
    """
    read = accounts["name"].str.split().str.join(" ").str.casefold()
    is_shared = read.duplicated(keep=False)
    return accounts["name"].mask(
        is_shared, accounts["name"] + " (" + accounts["account_id"] + ")").astype("str")
