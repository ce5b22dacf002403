"""Groups of accounts: children roll up to their top parent once, and are never counted twice."""

from dataclasses import dataclass

import pandas as pd

from qbrkit.currencies import Rates
from qbrkit.errors import DataError

SHOWN = 5
"""Currencies and accounts that a refusal names."""


def top_parents(accounts: pd.DataFrame) -> pd.Series:
    """The account each account rolls up to, itself when it has no parent.

    Parameters
    ----------
    accounts : DataFrame, shape (n_accounts, k)
        ``account_id`` unique, ``parent_id`` missing where there is none; circles were
        refused by the checks.

    Returns
    -------
    Series, shape (n_accounts,)
        Top parent, indexed by ``account_id``. A parent that is no account of its own is
        one all the same: its children roll up to it.
    """
    parent = accounts.set_index("account_id")["parent_id"]
    parent = parent.where(parent.notna(), parent.index.to_series())
    top = parent
    while not (further := top.map(parent).fillna(top)).equals(top):
        top = further
    return top.rename("top_parent")


def roll_up(table: pd.DataFrame, parents: pd.Series) -> pd.DataFrame:
    """A table with each account replaced by its top parent; unknown accounts stay."""
    rolled = table["account_id"].map(parents).astype(table["account_id"].dtype)
    return table.assign(account_id=rolled.where(rolled.notna(), table["account_id"]))


@dataclass(frozen=True)
class Groups:
    """Which account rolls up to which, and the currency and plan of each.

    Parameters
    ----------
    parents : Series
        Top parent by account; empty when nothing rolls up.
    currency, plan : Series
        Currency and ``plan_id`` by account, before rolling up.
    rates : Rates
        To bring a child's amounts into the currency of its parent.
    """

    parents: pd.Series
    currency: pd.Series
    plan: pd.Series
    rates: Rates

    @classmethod
    def of(cls, accounts: pd.DataFrame | None, rates: Rates, rolls_up: bool) -> "Groups":
        """Groups of the contract's ``accounts``."""
        nothing = pd.Series(dtype="str")
        if accounts is None:
            return cls(nothing, nothing, nothing, rates)
        indexed = accounts.set_index("account_id")
        return cls(top_parents(accounts) if rolls_up else nothing,
                   indexed["currency"].fillna(rates.company_currency), indexed["plan_id"], rates)

    def currency_of(self, table: pd.DataFrame) -> pd.Series:
        """Currency of the account of each row; the company's for one that is not known."""
        known = table["account_id"].map(self.currency).astype("str")
        return known.fillna(self.rates.company_currency)

    def roll_up(self, table: pd.DataFrame, month: pd.Series,
                amounts: list[str]) -> pd.DataFrame:
        """A table at the top parents, its amounts in their currency at the rate of the month."""
        rolled = roll_up(table, self.parents)
        factor = self.factor(table, month)
        return rolled.assign(**{name: rolled[name] * factor for name in amounts})

    def factor(self, table: pd.DataFrame, month: pd.Series) -> pd.Series:
        """Top parent's currency for one unit of that of each row's account; missing if unknown."""
        rolled = roll_up(table, self.parents)
        return self.rates.between(self.currency_of(table), self.currency_of(rolled), month)

    def require_rates(self, table: pd.DataFrame, month: pd.Series) -> None:
        """Refuse amounts that cannot be brought into the currency of the top parent.

        Parameters
        ----------
        table : DataFrame
            ``account_id``; rows whose amount counts.
        month : Series
            First day of the month whose rate holds, by row; of more rows, too.

        Raises
        ------
        DataError
            The message names currency and month, as for invoice lines, and the accounts.
        """
        months = month.loc[table.index]
        lacking = table[self.factor(table, months).isna()]
        if lacking.empty:
            return
        sides = pd.concat([self.currency_of(lacking), self.currency_of(
            roll_up(lacking, self.parents))], ignore_index=True)
        days = pd.concat([months.loc[lacking.index]] * 2, ignore_index=True)
        is_unknown = self.rates.to_company(sides, days).isna()
        unknown = set(sides[is_unknown] + " " + days[is_unknown].dt.strftime("%Y-%m"))
        listed = ", ".join(sorted(unknown)[:SHOWN])
        more, ending = (", …" if len(unknown) > SHOWN else ""), "s" if len(unknown) > 1 else ""
        who = ", ".join(sorted(set(lacking["account_id"]))[:SHOWN])
        raise DataError(f"exchange_rates: no rate above 0 for {listed}{more} ({len(unknown)} "
                        f"month{ending}), to bring amounts of {who} into the currency of the "
                        "parent", "exchange_rates", "rate")
