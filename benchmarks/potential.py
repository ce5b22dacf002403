"""Estimated wallets against a truth that is known: gain, closeness, and refusal of noise.

Simulated accounts have a size, an industry and, per family, a wallet that grows with the
size, differs by industry and scatters more where accounts are small; what they spend with
us is a share of it, and half of the families they do not buy at all. For each number of
accounts, over several seeds, the table tells

- gain: share of the plain peer quantile's hold-out loss that the regression saves,
- possible: the same of the true quantile, which nobody knows,
- off: how far the estimated quantile lies from the true one, as a share of it, summed
  over accounts and families,
- covered: share of accounts and families that spend no more than the estimate; it should
  be the quantile,
- covered whole: share of accounts whose whole spend the sum of the estimates covers: more
  than the quantile, since few accounts stand high in every family at once,
- used: share of the companies whose estimate is used,
- noise_refused: the same companies with size and industry dealt out at random, so that they
  say nothing: share whose estimate is refused; and, under "by_peers_alone", if the plain
  peer quantile were all it had to beat.
"""

import argparse
import platform
from dataclasses import dataclass

import numpy as np
import pandas as pd
import sklearn

from qbrkit.potential import pinball_loss, predict_quantiles, prove

FAMILIES, INDUSTRIES, DRAWS = 5, 6, 20_000
QUANTILE, LEAST = 0.85, 20


@dataclass(frozen=True)
class Company:
    """Simulated spend, features, and the true quantile of the spend."""

    spend: pd.DataFrame
    features: pd.DataFrame
    truth: pd.DataFrame


def simulate(accounts_n: int, seed: int, quantile: float = QUANTILE) -> Company:
    """A company whose wallets are known: spend = wallet × share of wallet, or nothing."""
    random = np.random.default_rng([seed, accounts_n])
    accounts = pd.Index([f"A{number:05d}" for number in range(accounts_n)], name="account_id")
    size = np.maximum(np.exp(random.normal(4.5, 1.2, accounts_n)), 1.0).round()
    industry = random.integers(0, INDUSTRIES, accounts_n)
    scatter = 0.3 + 0.7 / np.sqrt(1 + size / 50)  # small accounts differ more
    shares = np.log(random.beta(2.0, 3.0, DRAWS))
    errors = random.normal(size=DRAWS)
    spend, truth = {}, {}
    for family in range(FAMILIES):
        slope, buying = random.uniform(0.6, 1.0), random.uniform(0.4, 0.7)
        middle = 5.0 + slope * np.log(size) + random.normal(0, 0.5, INDUSTRIES)[industry]
        share = np.log(random.beta(2.0, 3.0, accounts_n))
        wallet = middle + scatter * random.normal(size=accounts_n)
        buys = random.random(accounts_n) < buying
        spend[f"F{family}"] = np.where(buys, np.exp(wallet + share), 0.0).round(2)
        level = (quantile - (1 - buying)) / buying  # of those that buy
        grid = np.linspace(scatter.min(), scatter.max(), 30)
        over = [np.quantile(one * errors + shares, level) for one in grid]
        truth[f"F{family}"] = np.exp(middle + np.interp(scatter, grid, over))
    features = pd.DataFrame({"size": size, "industry": np.char.add(
        "industry ", industry.astype(str))}, index=accounts).astype({"industry": "str"})
    return Company(pd.DataFrame(spend, index=accounts), features,
                   pd.DataFrame(truth, index=accounts))


def without_meaning(company: Company, seed: int) -> pd.DataFrame:
    """The same features, dealt out at random."""
    order = np.random.default_rng(seed).permutation(len(company.features))
    return company.features.iloc[order].set_axis(company.features.index)


def measure(accounts_n: int, seed: int) -> dict[str, float]:
    """One company, as a row of figures."""
    company = simulate(accounts_n, seed)
    proof = prove(company.spend, company.features, QUANTILE, LEAST)
    noise = prove(company.spend, without_meaning(company, seed), QUANTILE, LEAST)
    ideal = pinball_loss(company.spend.to_numpy(), company.truth.to_numpy(), QUANTILE).sum()
    off, covered, covered_whole = _against_truth(company)
    return {"accounts": accounts_n, "gain": proof.gain, "possible": 1 - ideal / proof.peers,
            "off": off, "covered": covered, "covered_whole": covered_whole,
            "used": proof.is_used,
            "noise_refused": not noise.is_used,
            "by_peers_alone": not noise.model < noise.peers}


def _against_truth(company: Company) -> tuple[float, float, float]:
    """Distance to the true quantile, and shares of the spend that the estimate covers."""
    estimate = predict_quantiles(company.spend, company.features, company.features, QUANTILE,
                                 LEAST)
    off = (estimate - company.truth).abs().to_numpy().sum() / company.truth.to_numpy().sum()
    whole = company.spend.sum(axis=1) <= estimate.sum(axis=1)
    return (float(off), float((company.spend <= estimate + 0.005).to_numpy().mean()),
            float(whole.mean()))


def study(sizes: list[int], seeds: int) -> pd.DataFrame:
    """Means over the seeds, a row per number of accounts."""
    rows = [measure(accounts_n, seed) for accounts_n in sizes for seed in range(seeds)]
    return pd.DataFrame(rows).groupby("accounts").mean()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, nargs="+", default=[40, 60, 120, 300, 1000])
    parser.add_argument("--seeds", type=int, default=6)
    given = parser.parse_args()
    print(study(given.accounts, given.seeds).round(3).to_string())
    print(f"\n{given.seeds} seeds each, quantile {QUANTILE}, {LEAST} peers; "
          f"Python {platform.python_version()}, numpy {np.__version__}, "
          f"pandas {pd.__version__}, scikit-learn {sklearn.__version__}")


if __name__ == "__main__":
    main()
