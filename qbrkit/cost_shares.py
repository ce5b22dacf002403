"""Between which shares of revenue the cost of a product family lies (method, section 1).

Percentiles need all values at once, and a hundred million lines do not fit into memory.
They are found by counting: how many shares fall into each of many buckets; then into each
of many narrower ones within those few that hold the percentiles; and so on, until the
values in them are few enough to be looked at. The result is exact to the tenth digit, and
the same on every engine.
"""

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from qbrkit.facts import with_family

PERCENTILES = {"cost_share_low": 0.05, "cost_share_high": 0.95}
"""Percentiles of the cost share that bound an unknown cost (method, section 1)."""
FINER = 2_000
"""Into how many parts a bucket is divided."""
LEVELS = 3
"""From the third on a bucket is narrower than a ten-thousand-millionth of the revenue."""
FEW = 500_000
"""Values that are looked at one by one."""
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
             .select("family", cost_share=share))
    level = _with_bucket(known, 1)
    counts = _started(_counted(level, ["bucket_1"]))
    wanted = _wanted_ranks(counts)
    if wanted.empty:
        return pd.DataFrame({"family": pd.Series(dtype="str"),
                             **{name: pd.Series(dtype="float64") for name in PERCENTILES}})
    shares = _shares_at(level, counts, np.unique(wanted[["lower", "upper"]].to_numpy()))
    low, high = (shares[wanted[end]].to_numpy() for end in ("lower", "upper"))
    wanted["share"] = low + (high - low) * wanted["weight"]
    ranges = wanted.pivot(index="family", columns="name", values="share").reset_index()
    return ranges[["family", *PERCENTILES]].rename_axis(columns=None)


def _with_bucket(shares: nw.LazyFrame, level: int) -> nw.LazyFrame:
    """Shares with their bucket of one level; those of the levels before stay beside it."""
    parts = float(FINER) ** level
    bucket = (nw.col("cost_share").clip(-WIDEST, WIDEST) * parts).floor().cast(nw.Int64())
    return shares.with_columns(bucket.alias(f"bucket_{level}"))


def _counted(shares: nw.LazyFrame, buckets: list[str]) -> pd.DataFrame:
    """Shares by family and bucket, in ascending order of the shares."""
    counts = shares.group_by("family", *buckets).agg(shares_n=nw.len())
    return _fetched(counts).sort_values(["family", *buckets], ignore_index=True)


def _started(counts: pd.DataFrame, starts: np.ndarray | None = None) -> pd.DataFrame:
    """Counts with the rank of the first share of each bucket.

    Ranks run through all families in order; within buckets of the level before they go on
    from the rank at which these start.
    """
    running = counts["shares_n"].cumsum().to_numpy() - counts["shares_n"].to_numpy()
    return counts.assign(start=running if starts is None else starts)


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


def _shares_at(shares: nw.LazyFrame, counts: pd.DataFrame, ranks: np.ndarray) -> pd.Series:
    """The shares at some ranks, by rank."""
    level = 1
    while True:
        buckets = [f"bucket_{one}" for one in range(1, level + 1)]
        ends = (counts["start"] + counts["shares_n"]).to_numpy()
        holding = counts.iloc[np.unique(np.searchsorted(ends, ranks, side="right"))]
        shares = shares.filter(
            nw.col(buckets[-1]).is_in(holding[buckets[-1]].unique().tolist()),
            nw.col("family").is_in(holding["family"].unique().tolist()))
        if level == LEVELS or holding["shares_n"].sum() <= FEW:
            break
        level += 1
        shares = _with_bucket(shares, level)
        finer = _counted(shares, [*buckets, f"bucket_{level}"]).merge(
            holding[["family", *buckets, "start"]], on=["family", *buckets])
        within = finer.groupby("start")["shares_n"].cumsum() - finer["shares_n"]
        counts = _started(finer.drop(columns="start"), (finer["start"] + within).to_numpy())
    found = _fetched(shares.group_by("family", *buckets, "cost_share").agg(shares_n=nw.len()))
    found = found.merge(holding[["family", *buckets, "start"]], on=["family", *buckets])
    found = found.sort_values(["start", "cost_share"], ignore_index=True)
    ends = (found["start"] + found.groupby("start")["shares_n"].cumsum()).to_numpy()
    return pd.Series(found["cost_share"].to_numpy()[np.searchsorted(ends, ranks, side="right")],
                     index=ranks)


def _fetched(frame: nw.LazyFrame) -> pd.DataFrame:
    return frame.collect("pyarrow").to_native().to_pandas().astype({"family": "str"})
