"""How often the intervals of growth and its ranks hold the truth, on simulated companies.

    python benchmarks/growth_intervals.py --companies 200 --accounts 30

Each account has an expected revenue a month (its level, a season of its own, a trend) and a
noise around it; the truth is the change of what was expected. The main scenario is "gamma".
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qbrkit.growth.ranks import rank_changes

MONTHS = pd.date_range("2025-01-01", periods=24, freq="MS")
YEAR = list(pd.period_range("2026Q1", "2026Q4", freq="Q-DEC"))
PERIODS = {"quarter": YEAR[-1:], "year": YEAR}


@dataclass(frozen=True)
class Scenario:
    """What moves the months of an account.

    Parameters
    ----------
    noise : str
        ``gamma``, ``lognormal`` or ``normal``.
    no_order : float
        Mean share of months without any revenue; between 0 and twice this by account.
    season : float
        Greatest amplitude of the season. [share of the level]
    trend : float
        Standard deviation of the yearly growth. [log]
    """

    noise: str = "gamma"
    no_order: float = 0.1
    season: float = 0.3
    trend: float = 0.3


SCENARIOS = {
    "gamma": Scenario(), "lognormal": Scenario("lognormal"), "normal": Scenario("normal"),
    "no empty months": Scenario(no_order=0.0), "many empty months": Scenario(no_order=0.3),
    "strong season": Scenario(season=0.7), "steep trends": Scenario(trend=0.7)}


def simulate(scenario: Scenario, accounts_n: int,
             rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Expected and observed revenue of each account and month."""
    column = (accounts_n, 1)
    level = np.exp(rng.normal(8, 1, column))
    at = np.arange(len(MONTHS))
    season = 1 + scenario.season * rng.random(column) * np.sin(
        2 * np.pi * (at + rng.integers(0, 12, column)) / 12)
    trend = np.exp(rng.normal(0, scenario.trend, column) * at / 12)
    wanted = level * season * trend
    spread = rng.uniform(0.2, 0.8, column)
    if scenario.noise == "gamma":
        factor = rng.gamma(1 / spread**2 * np.ones_like(wanted)) * spread**2
    elif scenario.noise == "lognormal":
        variance = np.log1p(spread**2)
        factor = np.exp(rng.normal(0, 1, wanted.shape) * np.sqrt(variance) - variance / 2)
    else:
        factor = 1 + spread * rng.normal(0, 1, wanted.shape)
    empty = 2 * scenario.no_order * rng.random(column)
    return wanted * (1 - empty), wanted * factor * (rng.random(wanted.shape) >= empty)


def facts_of(observed: np.ndarray) -> pd.DataFrame:
    """Facts with one row per account and month."""
    names = [f"A{at:05d}" for at in range(len(observed))]
    return pd.DataFrame({
        "account_id": np.repeat(names, len(MONTHS)), "month": np.tile(MONTHS, len(observed)),
        "revenue": observed.ravel(), "revenue_at_year_ago_rates": observed.ravel(),
    }).assign(quarter=lambda facts: facts["month"].dt.to_period("Q-DEC"))


def judged(scenario: Scenario, companies_n: int, accounts_n: int,
           seed: int) -> Iterator[pd.DataFrame]:
    """Each interval told, and whether it holds the truth."""
    rng = np.random.default_rng(seed)
    for _ in range(companies_n):
        expected, observed = simulate(scenario, accounts_n, rng)
        facts = facts_of(observed)
        for period, quarters in PERIODS.items():
            found = rank_changes(facts, quarters, YEAR, circle=facts["account_id"].unique())
            months = 3 * len(quarters)
            base = expected[:, 12 - months:12].sum(axis=1)
            review = expected[:, -months:].sum(axis=1)
            change, growth = review - base, 2 * (review - base) / (review + base)
            truth = pd.DataFrame({
                "change": change, "circle_rank": pd.Series(change).rank(ascending=False),
                "circle_growth_rank": pd.Series(growth).rank(ascending=False)})
            told = found["change_low"].notna()
            yield pd.DataFrame({"period": period} | {
                name: true.between(found[f"{name}_low"], found[f"{name}_high"])
                for name, true in truth.items()})[told]


def coverage(scenario: Scenario, companies_n: int, accounts_n: int, seed: int) -> pd.DataFrame:
    """Share of intervals that hold the truth, by period.

    Parameters
    ----------
    scenario : Scenario
        How revenue moves.
    companies_n, accounts_n : int
        Companies simulated, and accounts of each.
    seed : int
        Of the simulation.

    Returns
    -------
    DataFrame, shape (2, 4)
        Indexed by ``period``: shares for ``change``, ``circle_rank`` and
        ``circle_growth_rank``, and ``intervals_n``.
    """
    every = pd.concat(judged(scenario, companies_n, accounts_n, seed)).groupby("period")
    return every.mean().assign(intervals_n=every.size())


def main() -> None:
    """Print the shares of every scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=60)
    parser.add_argument("--accounts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"share of 95 % intervals that hold the truth; numpy {np.__version__}, "
          f"Python {sys.version.split()[0]}, seed {given.seed}")
    print(f"{'scenario':18} {'period':8} {'change':>7} {'rank':>7} {'g rank':>7} {'n':>7}")
    for name, scenario in SCENARIOS.items():
        for period, row in coverage(scenario, given.companies, given.accounts,
                                    given.seed).iterrows():
            print(f"{name:18} {period:8} {row['change']:7.1%} "
                  f"{row['circle_rank']:7.1%} {row['circle_growth_rank']:7.1%} "
                  f"{row['intervals_n']:7.0f}")


if __name__ == "__main__":
    main()
