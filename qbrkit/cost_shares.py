"""Between which shares of revenue the cost of a product family lies (method, section 1).

Percentiles need all values at once, and a hundred million lines do not fit into memory.
They are found in two passes: how many shares fall into each of many narrow buckets, then
the values of those few buckets that hold the percentiles. The result is exact, and the same
on every engine.
"""

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from qbrkit.facts import with_family

PERCENTILES = {"cost_share_low": 0.05, "cost_share_high": 0.95}
"""Percentiles of the cost share that bound an unknown cost (method, section 1)."""
BUCKETS_PER_UNIT = 2_000
WIDEST = 1_000.0
"""Shares beyond it, up or down, fall into one bucket."""


def gather_cost_shares(lines: Any, products: Any) -> pd.DataFrame:
    """Range of cost ÷ revenue per family, from the sales whose cost is known.

    Parameters
    ----------
    lines, products : DataFrame or relation that narwhals knows
        As in `facts.gather_facts`.

    Returns
    -------
    DataFrame, shape (n_families, 3)
        ``family``, ``cost_share_low`` and ``cost_share_high``: its 5th and 95th
        percentile, interpolated linearly. [share of revenue] Empty when no cost is known
        at all.
    """
    share = nw.col("cost").cast(nw.Float64()) / nw.col("revenue").cast(nw.Float64())
    known = (with_family(nw.from_native(lines).lazy(), products, "")
             .filter((nw.col("revenue") > 0) & ~nw.col("cost").is_null())
             .select("family", cost_share=share)
             .with_columns(bucket=(nw.col("cost_share").clip(-WIDEST, WIDEST) * BUCKETS_PER_UNIT)
                           .floor().cast(nw.Int64())))
    counts = _fetched(known.group_by("family", "bucket").agg(shares_n=nw.len())).sort_values(
        ["family", "bucket"], ignore_index=True)
    wanted = _wanted_ranks(counts)
    if wanted.empty:
        return pd.DataFrame({"family": pd.Series(dtype="str"),
                             **{name: pd.Series(dtype="float64") for name in PERCENTILES}})
    shares = _shares_at(known, counts, wanted)
    low, high = (shares[wanted[end]].to_numpy() for end in ("lower", "upper"))
    wanted["share"] = low + (high - low) * wanted["weight"]
    ranges = wanted.pivot(index="family", columns="name", values="share").reset_index()
    return ranges[["family", *PERCENTILES]].rename_axis(columns=None)


def _wanted_ranks(counts: pd.DataFrame) -> pd.DataFrame:
    """Which values of each family, in ascending order, a percentile lies between."""
    per_family = counts.groupby("family")["shares_n"].sum()
    starts = per_family.cumsum() - per_family
    wanted = []
    for name, percentile in PERCENTILES.items():
        position = (per_family - 1) * percentile
        lower = np.floor(position).astype("int64")
        wanted.append(pd.DataFrame({
            "family": per_family.index, "name": name, "weight": (position - lower).to_numpy(),
            "lower": (starts + lower).to_numpy(),
            "upper": (starts + np.minimum(lower + 1, per_family - 1)).to_numpy()}))
    return pd.concat(wanted, ignore_index=True)


def _shares_at(known: nw.LazyFrame, counts: pd.DataFrame, wanted: pd.DataFrame) -> pd.Series:
    """The values at the ranks wanted, by rank; ranks run through all families in order."""
    ends = counts["shares_n"].cumsum().to_numpy()
    ranks = np.unique(wanted[["lower", "upper"]].to_numpy())
    holding = counts.assign(start=ends - counts["shares_n"].to_numpy()).iloc[
        np.unique(np.searchsorted(ends, ranks, side="right"))]
    chosen = _fetched(known.filter(nw.col("bucket").is_in(holding["bucket"].unique().tolist()),
                                   nw.col("family").is_in(holding["family"].unique().tolist())))
    chosen = chosen.merge(holding[["family", "bucket", "start"]], on=["family", "bucket"])
    chosen = chosen.sort_values(["start", "cost_share"], ignore_index=True)
    rank = chosen["start"] + chosen.groupby("start").cumcount()
    return pd.Series(chosen["cost_share"].to_numpy(), index=rank.to_numpy())


def _fetched(frame: nw.LazyFrame) -> pd.DataFrame:
    return frame.collect("pyarrow").to_native().to_pandas().astype({"family": "str"})
