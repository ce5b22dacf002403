"""Exchange rates by month; a rate that is not known is missing, never 1."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Rates:
    """Rates of one company.

    Parameters
    ----------
    company_currency : str
        ISO code.
    by_month : Series
        Company currency for one unit of the foreign one, by ``currency`` and ``month``.
    """

    company_currency: str
    by_month: pd.Series

    @classmethod
    def of(cls, exchange_rates: pd.DataFrame | None, company_currency: str) -> "Rates":
        """Rates of the contract's ``exchange_rates``; a rate that is not above 0 is none."""
        if exchange_rates is None:
            return cls(company_currency, pd.Series(
                dtype="float64", index=pd.MultiIndex.from_arrays(
                    [pd.Index([], dtype="str"), pd.DatetimeIndex([])],
                    names=["currency", "month"])))
        foreign = exchange_rates[(exchange_rates["currency"] != company_currency)
                                 & (exchange_rates["rate"] > 0)]
        return cls(company_currency, foreign.set_index(["currency", "month"])["rate"])

    def to_company(self, currency: pd.Series, month: pd.Series) -> pd.Series:
        """Company currency for one unit of each currency in its month; missing if unknown.

        Parameters
        ----------
        currency, month : Series
            ISO codes, and first days of months.

        Returns
        -------
        Series
            Indexed as `currency`; 1 for the company's own. [company currency / unit]
        """
        rates = np.ones(len(currency))
        foreign = (currency != self.company_currency).to_numpy(dtype=bool)
        if foreign.any():
            wanted = pd.MultiIndex.from_arrays([currency[foreign], month[foreign]])
            rates[foreign] = self.by_month.reindex(wanted).to_numpy(dtype="float64")
        return pd.Series(rates, index=currency.index)

    def between(self, currency: pd.Series, other: pd.Series, month: pd.Series) -> pd.Series:
        """Units of the other currency for one unit of each; 1 where both are the same."""
        factor = self.to_company(currency, month) / self.to_company(other, month)
        return factor.mask(currency == other, 1.0)
