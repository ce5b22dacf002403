"""The firmness held against companies whose expected revenue and margin are known.

    python benchmarks/firmness.py                # about half a minute; --companies 40

Prints (a) how often the 95 % Wilson interval of 2,000 draws holds the firmness of 100,000,
(b) how many of the accounts called firm truly are Green Circle, by their expected revenue
and margin, (c) how often a 95 % band of the resampled revenue holds the expected one, as it
is, without the correction of its spread, and with one more for so few blocks, and (d) the
time for 20,000 accounts.
"""

import argparse
import sys
import time

import numpy as np
import pandas as pd

from qbrkit.segmentation import DRAWS, GREEN_CIRCLE, measure_firmness, segment_accounts
from qbrkit.segmentation.firmness import (
    MONTHS,
    SPREAD,
    draw_perturbations,
    resampled_years,
)

BLOCKS_FREEDOM = 5
"""Degrees of freedom of the spread of circular blocks of three among twelve months: with the
weights w of their spectrum, (sum w)^2 / sum w^2 = 27^2 / 147."""
KINDS = {"even": (25, 0.0), "uneven": (4, 0.0), "wild": (1, 0.0), "each month like the last":
         (6, 0.3), "seasonal": (16, 0.0)}
"""Shape of the gamma distribution of a month, and its correlation with the month before."""


def simulate_months(random: np.random.Generator, accounts_n: int, shape: float,
                    correlation: float = 0.0, season: float = 0.0) -> np.ndarray:
    """Months of accounts whose expected month is 1, seasons aside, which average 1."""
    months = random.gamma(shape, 1 / shape, (accounts_n, MONTHS + 24))
    deviations = months - 1.0
    for month in range(1, deviations.shape[1]):
        deviations[:, month] = (correlation * deviations[:, month - 1]
                                + np.sqrt(1 - correlation**2) * deviations[:, month])
    cycle = 1 + season * np.sin(2 * np.pi * np.arange(MONTHS) / MONTHS)
    return (1.0 + deviations[:, -MONTHS:]) * cycle


def simulate_company(random: np.random.Generator, accounts_n: int,
                     ) -> tuple[pd.DataFrame, dict[str, np.ndarray], pd.Series]:
    """Accounts that order now and then: their figures, months, and their true segment."""
    expected, rate = random.lognormal(9, 1.3, accounts_n), random.beta(8, 14, accounts_n)
    orders = np.exp(random.normal(1, 0.8, accounts_n))[:, np.newaxis]
    placed = random.poisson(orders, (accounts_n, MONTHS))
    revenue = (np.where(placed > 0, random.gamma(np.maximum(placed, 1) * 2, 0.5), 0.0)
               / orders * expected[:, np.newaxis])
    margin = revenue * (rate[:, np.newaxis] + random.normal(0, 0.03, revenue.shape))
    months = {"revenue": revenue, "gross_margin_low": margin, "gross_margin_high": margin}
    truth = _figures(expected * MONTHS, expected * MONTHS * rate)
    return (_figures(revenue.sum(axis=1), margin.sum(axis=1)), months,
            segment_accounts(truth)["segment"] == GREEN_CIRCLE)


def _figures(revenue: np.ndarray, margin: np.ndarray) -> pd.DataFrame:
    names = [f"A{number:05d}" for number in range(len(revenue))]
    return pd.DataFrame({
        "account_id": pd.Series(names, dtype="str"), "revenue": revenue,
        "gross_margin_low": margin, "gross_margin_high": margin,
        "realizable_potential": np.nan, "history_quarters": 8.0})


def wilson(shares: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of Wilson for a share of n draws."""
    z = 1.959964
    middle = (shares + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(shares * (1 - shares) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


def interval_coverage(companies_n: int, accounts_n: int, many: int, seed: int = 1) -> float:
    """(a) Part of the accounts, neither always nor never inside, whose interval holds."""
    random, held = np.random.default_rng(seed), []
    for company in range(companies_n):
        figures, months, _ = simulate_company(random, accounts_n)
        few = measure_firmness(figures, months, seed=10 + company)
        true = measure_firmness(figures, months, draws_n=many, seed=10_000 + company)
        low, high = wilson(few.to_numpy(), DRAWS)
        inside = true.between(0.005, 0.995).to_numpy()
        held.append(((low <= true) & (true <= high)).to_numpy()[inside])
    return float(np.concatenate(held).mean())


def calibration(companies_n: int, accounts_n: int, seed: int = 2) -> pd.DataFrame:
    """(b) By class of firmness: accounts, mean firmness, and the part truly Green Circle."""
    random, parts = np.random.default_rng(seed), []
    for company in range(companies_n):
        figures, months, is_green = simulate_company(random, accounts_n)
        parts.append(pd.DataFrame({
            "firmness": measure_firmness(figures, months, seed=company), "green": is_green}))
    every = pd.concat(parts)
    bins = pd.cut(every["firmness"], [-0.01, 0.1, 0.3, 0.5, 0.7, 0.8999, 1.0], labels=[
        "firmly transactional", "0.1 to 0.3", "0.3 to 0.5", "0.5 to 0.7", "0.7 to 0.9", "firm"])
    return every.groupby(bins, observed=True).agg(
        accounts=("green", "size"), firmness=("firmness", "mean"), truly_green=("green", "mean"))


def band_coverage(months: np.ndarray, expected: float, seed: int = 3) -> dict[str, float]:
    """(c) Part of the accounts whose 95 % band holds the expected year, by correction."""
    (_, weights, _), = draw_perturbations(0.8, DRAWS, seed, 1)
    few = np.sqrt(BLOCKS_FREEDOM / np.random.default_rng(seed).chisquare(
        BLOCKS_FREEDOM, len(weights)))[:, np.newaxis]
    scaled = {"none": (weights - 1) / SPREAD, "as used": weights - 1,
              "and few blocks": (weights - 1) * few}
    covered = {}
    for name, deviations in scaled.items():
        low, high = np.percentile(resampled_years(months, 1 + deviations), [2.5, 97.5], axis=0)
        covered[name] = float(((low <= expected) & (expected <= high)).mean())
    return covered


def seconds_for(accounts_n: int, seed: int = 4) -> float:
    """(d) Seconds for a company of that size, a third of its margins unknown."""
    figures, months, _ = simulate_company(np.random.default_rng(seed), accounts_n)
    guessed = np.arange(accounts_n)[:, np.newaxis] % 3 == 0
    months["gross_margin_high"] = months["gross_margin_low"] + 0.1 * guessed * months["revenue"]
    start = time.perf_counter()
    measure_firmness(figures, months)
    return time.perf_counter() - start


def main() -> None:
    """Print the study."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--companies", type=int, default=20)
    parser.add_argument("--accounts", type=int, default=20_000, help="for the time it takes")
    asked = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}, pandas {pd.__version__}")
    print(f"(a) {interval_coverage(asked.companies, 60, 100_000):.1%} of the Wilson intervals of "
          f"{DRAWS:,} draws hold the firmness of 100,000 draws")
    print("(b) by firmness, over", asked.companies, "companies of 150 accounts")
    print(calibration(asked.companies, 150).round(3).to_string())
    print("(c) 95 % bands of the resampled year that hold the expected one")
    random = np.random.default_rng(5)
    rows = {name: band_coverage(simulate_months(
        random, 4000, *kind, 0.5 if name == "seasonal" else 0.0), MONTHS)
        for name, kind in KINDS.items()}
    print(pd.DataFrame(rows).T.round(3).to_string())
    print(f"(d) {seconds_for(asked.accounts):.1f} s for {asked.accounts:,} accounts")


if __name__ == "__main__":
    main()
