"""How well seasons are told from chance, and accounts that follow an index from those that drift.

    python benchmarks/seasonality.py --series 200

First table: series of known seasonal strength Var(S) / (Var(S) + Var(R)), a sine with its
peak in June, on a slow trend; and noise without a season, white and autocorrelated (0.5).
Second: accounts that have nothing to do with an indicator and accounts that follow it one
quarter later, and how many pass at 5 %: by the kit, and by shuffling the quarters.
"""

import argparse
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
import statsmodels

from qbrkit.risks import find_seasons, find_sensitivities

STRENGTHS = (0.0, 0.3, 0.6, 0.8, 0.95)
PEAK = 6
LEVEL = 100.0


def drifting(random: np.random.Generator, n: int, series: int, persistence: float) -> np.ndarray:
    """Autoregressive series, long begun; one per column, of variance one."""
    values = np.zeros((n + 60, series))
    shocks = random.standard_normal(values.shape)
    for at in range(1, len(values)):
        values[at] = persistence * values[at - 1] + shocks[at]
    return values[60:] * np.sqrt(1 - min(persistence, 0.99) ** 2)


def seasonal_series(strength: float, months: int, series: int, persistence: float,
                    seed: int) -> pd.DataFrame:
    """Monthly series of a known seasonal strength, peak in June."""
    random = np.random.default_rng(seed)
    index = pd.period_range("2023-01", periods=months, freq="M")
    rest = drifting(random, months, series, persistence)
    season = np.sqrt(2 * strength / (1 - strength)) * np.cos(
        2 * np.pi * (index.month.to_numpy() - PEAK) / 12)
    trend = LEVEL + 0.05 * np.arange(months)
    return pd.DataFrame(trend[:, None] + season[:, None] + rest, index=index)


def season_row(strength: float, months: int, series: int, persistence: float = 0.0,
               seed: int = 1) -> dict[str, float]:
    """Mean strength found, share called seasonal, share of these whose peak is named."""
    found = find_seasons(seasonal_series(strength, months, series, persistence, seed))
    called = found[found["is_seasonal"]]
    named = called["peak_months"].str.split(", ").map(lambda listed: str(PEAK) in listed)
    return {"mean": float(found["strength"].mean()),
            "above": float((found["strength"] >= 0.6).mean()),
            "called": float(found["is_seasonal"].mean()),
            "peak": float(named.mean()) if len(called) else float("nan")}


INDICATORS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "persistent (0.9)": lambda random, n: drifting(random, n, 1, 0.9)[:, 0],
    "random walk": lambda random, n: drifting(random, n, 1, 1.0)[:, 0],
    "rising steadily": lambda random, n: 0.3 * np.arange(n) + drifting(random, n, 1, 0.5)[:, 0]}
UNRELATED: dict[str, Callable[[np.random.Generator, int, int], np.ndarray]] = {
    "noise": lambda random, n, series: drifting(random, n, series, 0.0),
    "0.5": lambda random, n, series: drifting(random, n, series, 0.5),
    "0.8": lambda random, n, series: drifting(random, n, series, 0.8),
    "walk": lambda random, n, series: drifting(random, n, series, 1.0),
    "rising": lambda random, n, series: 0.3 * np.arange(n)[:, None] + drifting(
        random, n, series, 0.0)}
RELATED = {"signal 1": 1.0, "signal 2": 2.0, "signal 4": 4.0}
"""Accounts that follow one quarter later: deviation of the signal, that of the noise one."""


def sensitivity_rows(indicator: str, quarters: int, rounds: int, per_round: int = 10,
                     draws: int = 500, seed: int = 1) -> dict[str, tuple[float, float]]:
    """Share of accounts that pass at 5 %, by the kit and by shuffling, per kind of account."""
    random = np.random.default_rng(seed)
    passed: dict[str, list[np.ndarray]] = {}
    for at in range(rounds):
        led = INDICATORS[indicator](random, quarters + 4)
        before = led[3:-1] / max(led[3:-1].std(), 1e-9)
        accounts = {name: make(random, quarters, per_round) for name, make in UNRELATED.items()}
        accounts |= {name: signal * before[:, None] + drifting(random, quarters, per_round, 0.0)
                     for name, signal in RELATED.items()}
        index = pd.period_range("2020Q1", periods=quarters + 4, freq="Q-DEC")
        bought = pd.DataFrame(np.hstack(list(accounts.values())), index=index[4:])
        bought.columns = bought.columns.astype("str")
        found = find_sensitivities(bought, pd.DataFrame({"index": led}, index=index), at, draws)
        chance = found.set_index("account_id")["p_value"][bought.columns].to_numpy()
        shuffled = shuffled_chance(bought.to_numpy(), led, random)
        for kind, start in zip(accounts, range(0, len(chance), per_round), strict=True):
            part = slice(start, start + per_round)
            passed.setdefault(kind, []).append(
                np.column_stack([chance[part] <= 0.05, shuffled[part] <= 0.05]))
    return {kind: tuple(np.vstack(each).mean(axis=0)) for kind, each in passed.items()}


def shuffled_chance(bought: np.ndarray, led: np.ndarray, random: np.random.Generator,
                    draws: int = 200) -> np.ndarray:
    """What the quarters shuffled would say: right only where neighbours are not alike."""
    n = len(bought)
    lags = np.column_stack([led[4 - lag:4 - lag + n] for lag in range(5)])

    def standard(values: np.ndarray) -> np.ndarray:
        ranks = values.argsort(axis=0).argsort(axis=0) - (n - 1) / 2
        return ranks / np.sqrt(np.square(ranks).sum(axis=0))

    ranked, against = standard(bought), standard(lags)
    best = np.abs(ranked.T @ against).max(axis=1)
    by_chance = np.stack([np.abs(ranked[random.permutation(n)].T @ against).max(axis=1)
                          for _ in range(draws)])
    return (1 + (by_chance >= best - 1e-9).sum(axis=0)) / (1 + draws)


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=150, help="series per row")
    parser.add_argument("--rounds", type=int, default=30, help="indicators per block")
    given = parser.parse_args()
    print(f"python {sys.version.split()[0]}, numpy {np.__version__}, pandas {pd.__version__}, "
          f"statsmodels {statsmodels.__version__}; {given.series} series a row")
    print(f"{'months':>6} {'true strength':>20} {'mean':>6} {'>= 0.6':>7} {'called':>7} "
          f"{'June named':>11}")
    for months in (24, 30, 36, 48):
        for strength, persistence in [(one, 0.0) for one in STRENGTHS] + [(0.0, 0.5)]:
            row = season_row(strength, months, given.series, persistence)
            kind = f"{strength:.2f}" + (" autocorrelated" if persistence else "")
            print(f"{months:>6} {kind:>20} {row['mean']:>6.2f} {row['above']:>7.3f} "
                  f"{row['called']:>7.3f} {row['peak']:>11.2f}")
    print(f"\nshare that passes at 5 %, by the kit / by shuffling; {given.rounds} indicators of "
          "10 accounts each")
    print(f"{'quarters':>8} {'indicator':>17} " + " ".join(
        f"{kind:>13}" for kind in [*UNRELATED, *RELATED]))
    for quarters in (12, 16, 20):
        for indicator in INDICATORS:
            rows = sensitivity_rows(indicator, quarters, given.rounds)
            print(f"{quarters:>8} {indicator:>17} " + " ".join(
                f"{kit:>5.3f} / {shuffled:>5.3f}" for kit, shuffled in rows.values()))


if __name__ == "__main__":
    main()
