"""False alarms of the rule for silent accounts, and how late it tells a true stop.

    python benchmarks/silent.py --accounts 2000 --seeds 3

Accounts order by rhythms of their own, and never stop: each that is called silent on the last
day is a false alarm. Then each stops on that day: the delay is how long the rule takes.
"""

import argparse
import sys

import numpy as np
import pandas as pd

from qbrkit.growth.silent import find_silent

AS_OF = pd.Timestamp("2026-12-31")
DAYS = 1_095
"""Days of history: what `order_days` looks back on."""


def gaps_of(rhythm: str, mean: float, orders_n: int, rng: np.random.Generator) -> np.ndarray:
    """Whole days between the orders of one account."""
    if rhythm == "poisson":
        drawn = rng.exponential(mean, orders_n)
    elif rhythm == "regular":           # gamma with shape 4: half the spread of Poisson
        drawn = rng.gamma(4, mean / 4, orders_n)
    elif rhythm == "clumped":           # gamma with shape 0.5: orders in bursts
        drawn = rng.gamma(0.5, mean / 0.5, orders_n)
    elif rhythm == "weekly":            # each Monday, now and then a holiday of one to three weeks
        drawn = 7.0 * np.where(rng.random(orders_n) < 0.06, rng.integers(2, 5, orders_n), 1)
    else:                               # monthly: one booking day
        drawn = rng.choice([28.0, 30, 30, 30, 30, 31, 31, 31, 31, 31, 31, 31], orders_n)
    return np.maximum(np.round(drawn), 1)


def simulate(rhythm: str, mean: float, orders: int, accounts_n: int,
             rng: np.random.Generator) -> pd.DataFrame:
    """Order days of accounts that are seen on a day like any other."""
    rows = []
    for at in range(accounts_n):
        steps = gaps_of(rhythm, mean, 4 * orders + 40, rng)
        days = np.cumsum(steps)
        # seen on a random day of the second half of its orders, whatever the length of the gap
        seen = rng.uniform(days[2 * orders], days[-1] - 1)
        before = days[days <= seen][-orders:]
        rows.append(pd.DataFrame({"account_id": f"A{at:05d}",
                                  "day": AS_OF - pd.to_timedelta(np.floor(seen) - before, "D")}))
    return pd.concat(rows, ignore_index=True)


def judged(rhythm: str, mean: float, orders: int, accounts_n: int, seed: int) -> dict[str, float]:
    """Share of false alarms by the plain rule and by the guarded one, and both delays."""
    days = simulate(rhythm, mean, orders, accounts_n, np.random.default_rng(seed))
    found = find_silent(days, AS_OF)
    told = found[found["limit_days"].notna()]
    return {"plain": float((told["days_since"] > told["gap_95"]).mean()),
            "kit": float(told["is_silent"].mean()),
            "delay_plain": float((told["gap_95"] / mean).median()),
            "delay": float((told["limit_days"] / mean).median())}


CASES = [(rhythm, mean, orders) for rhythm, mean in (
    ("poisson", 20.0), ("regular", 20.0), ("clumped", 20.0), ("weekly", 7.0), ("monthly", 30.0))
    for orders in (5, 10, 20, 36, 100) if not (rhythm == "monthly" and orders > 36)]


def main() -> None:
    """Print false alarms and delays of every rhythm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000)
    parser.add_argument("--seeds", type=int, default=2)
    given = parser.parse_args()
    print(f"silent accounts; numpy {np.__version__}, Python {sys.version.split()[0]}; "
          f"{given.accounts} accounts, seeds 0 to {given.seeds - 1}")
    print("false alarms per active account and review; delay after a stop in mean gaps (median)")
    print(f"{'rhythm':9} {'orders':>6} {'plain':>7} {'kit':>7} {'delay plain':>12} {'delay':>6}")
    for rhythm, mean, orders in CASES:
        found = pd.DataFrame([judged(rhythm, mean, orders, given.accounts, seed)
                              for seed in range(given.seeds)]).mean()
        print(f"{rhythm:9} {orders:6d} {found['plain']:7.1%} {found['kit']:7.1%} "
              f"{found['delay_plain']:12.1f} {found['delay']:6.1f}")


if __name__ == "__main__":
    main()
