"""Exchange rates: by month, missing where unknown, never 1 by accident."""

import numpy as np
import pandas as pd
import pytest

from qbrkit.currencies import Rates

JANUARY, FEBRUARY = pd.Timestamp("2026-01-01"), pd.Timestamp("2026-02-01")
RATES = Rates.of(pd.DataFrame({"currency": ["USD", "USD", "CHF", "EUR"],
                               "month": [JANUARY, FEBRUARY, FEBRUARY, FEBRUARY],
                               "rate": [0.8, 0.9, 1.05, 77.0]}), "EUR")


def to_company(currency, month, rates=RATES):
    return rates.to_company(pd.Series([currency]), pd.Series([month]))[0]


def test_rates_of_the_month_worked_by_hand():
    assert to_company("USD", JANUARY) == 0.8
    assert to_company("USD", FEBRUARY) == 0.9
    # from USD to CHF in February: 0.9 EUR for a dollar, 1.05 EUR for a franc
    between = RATES.between(pd.Series(["USD"]), pd.Series(["CHF"]), pd.Series([FEBRUARY]))
    assert between[0] == pytest.approx(0.9 / 1.05)


def test_company_currency_is_one_whatever_the_table_says():
    assert to_company("EUR", FEBRUARY) == 1.0
    assert to_company("EUR", JANUARY, Rates.of(None, "EUR")) == 1.0


@pytest.mark.parametrize(("currency", "month"), [("CHF", JANUARY), ("GBP", FEBRUARY)])
def test_unknown_rate_is_missing(currency, month):
    assert np.isnan(to_company(currency, month))
    assert np.isnan(to_company(currency, month, Rates.of(None, "EUR")))


def test_same_currency_needs_no_rate():
    assert RATES.between(pd.Series(["GBP"]), pd.Series(["GBP"]), pd.Series([JANUARY]))[0] == 1.0


@pytest.mark.parametrize("rate", [0.0, -0.9, np.nan])
def test_rate_that_cannot_be_one_is_missing(rate):
    given = pd.DataFrame({"currency": ["USD"], "month": [JANUARY], "rate": [rate]})
    assert np.isnan(to_company("USD", JANUARY, Rates.of(given, "EUR")))
