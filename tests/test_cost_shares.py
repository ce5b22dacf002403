"""Percentiles of the cost share, however the shares lie."""

import numpy as np
import pandas as pd
import pytest

from qbrkit import cost_shares
from qbrkit.cost_shares import gather_cost_shares

CHANCE = np.random.default_rng(5)
SHAPES = {
    "spread": lambda n: CHANCE.uniform(-0.2, 1.4, n),
    "all the same": lambda n: np.full(n, 0.62),
    "nearly the same": lambda n: 0.62 + CHANCE.normal(0, 1e-7, n),
    "two heaps": lambda n: CHANCE.choice([0.3, 0.7], n),
    "a few beyond all measure": lambda n: np.r_[CHANCE.uniform(0, 1, n - 9), np.full(9, 5e4)],
    "mostly beyond all measure": lambda n: CHANCE.uniform(2e3, 9e3, n),
}


def lines(shapes):
    frames = [pd.DataFrame({"product_id": name, "revenue": 100.0, "cost": 100.0 * shape(n)})
              for name, (shape, n) in shapes.items()]
    table = pd.concat(frames, ignore_index=True)
    return table.assign(invoice_date=pd.Timestamp("2026-01-01"), account_id="A", currency="EUR")


@pytest.mark.parametrize("few", [0, 40, 10**9], ids=["all levels", "two levels", "at once"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_percentiles_are_those_of_all_shares(monkeypatch, shape, few):
    monkeypatch.setattr(cost_shares, "FEW", few)
    table = lines({"P": (shape, 997), "Q": (SHAPES["spread"], 31), "R": (SHAPES["two heaps"], 1)})
    products = pd.DataFrame({"product_id": ["P", "Q", "R"], "family": ["pumps", "seals", "tools"]})
    found = gather_cost_shares(table, products).set_index("family")
    share = (table["cost"] / table["revenue"]).groupby(table["product_id"])
    for name, percentile in (("cost_share_low", 0.05), ("cost_share_high", 0.95)):
        np.testing.assert_allclose(found[name].to_numpy(), share.quantile(percentile).to_numpy(),
                                   rtol=1e-9)
