"""Who changed the segment from one quarter-end to the next, and what brought it about."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from qbrkit.segmentation.history import STAY
from qbrkit.segmentation.overrides import OVERRIDE
from qbrkit.segmentation.rule import (
    GREEN_CIRCLE,
    MARGIN,
    POTENTIAL,
    VOLUME,
    Cuts,
    middle_margin,
)

POTENTIAL_MARGIN = "potential_margin"
"""Measure of an account whose margin, not its revenue, reaches a cut with its potential."""
ROSE, FELL, CUT_FELL, CUT_ROSE, GONE = "rose", "fell", "cut_fell", "cut_rose", "potential_gone"
OVERRIDE_SET, OVERRIDE_EXPIRED = "override_set", "override_expired"
DORMANT, RETURNED, FIRST_INVOICE = "dormant", "returned", "first_invoice"
MEASURES = [VOLUME, MARGIN, POTENTIAL, POTENTIAL_MARGIN]
COLUMNS = ["account_id", "quarter", "segment", "cause", "measure", "since", "amount_before",
           "amount_after", "cut_before", "cut_after", "revenue_before", "revenue_after"]


@dataclass(frozen=True)
class CircleHistory:
    """The circle at consecutive quarter-ends.

    Parameters
    ----------
    quarters : DataFrame, one row per quarter-end, earliest first
        ``quarter``, ``green_n`` (accounts in the circle).
    moves : DataFrame
        From `list_moves`.
    """

    quarters: pd.DataFrame
    moves: pd.DataFrame


def trace_circle(ends: Mapping[pd.Period, pd.DataFrame]) -> CircleHistory:
    """Size of the circle at each quarter-end, and every move.

    Parameters
    ----------
    ends : mapping of Period to DataFrame
        From `segment_over_time`.
    """
    rows = [{"quarter": quarter, "green_n": int((end["segment"] == GREEN_CIRCLE).sum())}
            for quarter, end in sorted(ends.items())]
    return CircleHistory(pd.DataFrame(rows), list_moves(ends))


def list_moves(ends: Mapping[pd.Period, pd.DataFrame]) -> pd.DataFrame:
    """Every change of segment between consecutive quarter-ends, with its reason.

    Parameters
    ----------
    ends : mapping of Period to DataFrame
        From `segment_over_time`.

    Returns
    -------
    DataFrame, one row per change
        ``account_id``, ``quarter`` (the first quarter-end of the new ``segment``), ``cause``,
        and what it is measured by: ``measure``, ``since`` (the quarter-end of the figures
        before: the last one at which the rule itself called the account Green Circle, for one
        that joined the one before), ``amount_before``, ``amount_after``, ``cut_before``,
        ``cut_after``; ``revenue_before`` and ``revenue_after``. [currency / year] Latest
        quarter first, then by account.

    Notes
    -----
    The cut moved, and not the account, when the amount before would have the new segment at
    the cut after, or the amount did not move that way, and the amount after would not have
    changed the segment at the cut before: causes ``cut_fell`` and ``cut_rose`` say so.
    """
    quarters = sorted(ends)
    parts = [part for before, now in pairwise(quarters)
             for part in (_joined(ends, before, now), _left(ends, before, now)) if len(part)]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    moves = pd.concat(parts, ignore_index=True)[COLUMNS]
    order = np.lexsort((moves["account_id"], [-one.ordinal for one in moves["quarter"]]))
    return moves.iloc[order].reset_index(drop=True)


def _joined(ends: Mapping[pd.Period, pd.DataFrame], before: pd.Period,
            now: pd.Period) -> pd.DataFrame:
    """Those that joined, measured by what they reach now against the quarter-end before."""
    old, new = ends[before], ends[now]
    moved = ((old["segment"] != GREEN_CIRCLE) & (new["segment"] == GREEN_CIRCLE)).to_numpy()
    if not moved.any():
        return pd.DataFrame(columns=COLUMNS)
    old, new = old[moved], new[moved]
    cuts = ends[before].attrs["cuts"], ends[now].attrs["cuts"]
    compared = _compared(old, new, cuts, _measure(new, cuts[1]))
    was, now_is = compared["amount_before"], compared["amount_after"]
    rose = (now_is >= compared["cut_before"]) | ((now_is > was) & (was < compared["cut_after"]))
    first = (old["history_quarters"] <= 0).to_numpy() & (new["history_quarters"] > 0).to_numpy()
    cause = np.select([
        new["reasons"] == OVERRIDE, old["reasons"] == OVERRIDE, first, old["is_dormant"],
        rose], [OVERRIDE_SET, OVERRIDE_EXPIRED, FIRST_INVOICE, RETURNED, ROSE], CUT_FELL)
    return _dated(compared, now, before, new["segment"], cause)


def _left(ends: Mapping[pd.Period, pd.DataFrame], before: pd.Period,
          now: pd.Period) -> pd.DataFrame:
    """Those that left, measured by what made them Green Circle when the rule last did."""
    old, new = ends[before], ends[now]
    moved = ((old["segment"] == GREEN_CIRCLE) & (new["segment"] != GREEN_CIRCLE)).to_numpy()
    if not moved.any():
        return pd.DataFrame(columns=COLUMNS)
    since = _last_ruled(ends, before, moved)
    old, new = old[moved], new[moved]
    parts = []
    for quarter in sorted(since.unique()):
        rows = (since == quarter).to_numpy()
        cuts = ends[quarter].attrs["cuts"], ends[now].attrs["cuts"]
        then = ends[quarter][moved][rows]
        compared = _compared(then, new[rows], cuts, _measure(then, cuts[0]))
        was, amount = compared["amount_before"], compared["amount_after"]
        fell = (amount < STAY * compared["cut_before"]) | (
            (amount < was) & (was >= STAY * compared["cut_after"]))
        cause = np.select([
            new[rows]["reasons"] == OVERRIDE, old[rows]["reasons"] == OVERRIDE,
            new[rows]["is_dormant"], ~(amount < STAY * compared["cut_after"]),
            fell], [OVERRIDE_SET, OVERRIDE_EXPIRED, DORMANT, GONE, FELL], CUT_ROSE)
        parts.append(_dated(compared, now, quarter, new[rows]["segment"], cause))
    return pd.concat(parts, ignore_index=True)


def _dated(compared: pd.DataFrame, quarter: pd.Period, since: pd.Period, segment: pd.Series,
           cause: np.ndarray) -> pd.DataFrame:
    """Compared figures with both quarter-ends, the new segment and the cause."""
    ends = {name: pd.Series(one, index=compared.index)
            for name, one in (("quarter", quarter), ("since", since))}
    return compared.assign(**ends, segment=segment.to_numpy(), cause=cause)


def _last_ruled(ends: Mapping[pd.Period, pd.DataFrame], before: pd.Period,
                moved: np.ndarray) -> pd.Series:
    """The last quarter-end up to `before` at which the rule made each Green Circle."""
    found = pd.Series(before, index=range(int(moved.sum())))
    for quarter in sorted(one for one in ends if one <= before):
        ruled = (ends[quarter]["rule_reasons"][moved] != "").to_numpy()
        found = found.mask(ruled, quarter)
    return found


def _measure(accounts: pd.DataFrame, cuts: Cuts) -> np.ndarray:
    """By what the rule makes each Green Circle: revenue before margin before potential."""
    reasons = accounts["rule_reasons"].str
    reach = accounts["revenue"] + accounts["realizable_potential"]
    return np.select([reasons.contains(VOLUME), reasons.contains(MARGIN),
                      ~reasons.contains(POTENTIAL), reach >= cuts.volume],
                     [VOLUME, MARGIN, VOLUME, POTENTIAL], POTENTIAL_MARGIN)


def _compared(before: pd.DataFrame, now: pd.DataFrame, cuts: tuple[Cuts, Cuts],
              measure: np.ndarray) -> pd.DataFrame:
    """Amounts and cuts of both quarter-ends, by the measure of each account."""
    amounts = [np.select([measure == name for name in MEASURES], _amounts(accounts), np.nan)
               for accounts in (before, now)]
    by_volume = np.isin(measure, (VOLUME, POTENTIAL))
    return pd.DataFrame({
        "account_id": now["account_id"].to_numpy(), "measure": measure,
        "amount_before": amounts[0], "amount_after": amounts[1],
        "cut_before": np.where(by_volume, cuts[0].volume, cuts[0].margin),
        "cut_after": np.where(by_volume, cuts[1].volume, cuts[1].margin),
        "revenue_before": before["revenue"].to_numpy(), "revenue_after": now["revenue"].to_numpy()})


def _amounts(accounts: pd.DataFrame) -> list[np.ndarray]:
    """Each of the measures, in their order."""
    revenue, margin = accounts["revenue"], middle_margin(accounts)
    gain = accounts["realizable_potential"]
    reach = margin + gain * (margin / revenue.where(revenue > 0))
    return [one.to_numpy() for one in (revenue, margin, revenue + gain, reach)]
