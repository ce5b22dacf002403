"""Levels of service: what was promised, what was reached, and how that went before."""

import pandas as pd

KEPT, MISSED = "kept", "missed"
MORE, LESS = "more", "less"
QUARTERS = 4
"""Quarters of the history, the reviewed one included."""
MEASURE = ["account_id", "member", "measure"]
"""What tells one measure from another: a group may measure the same at several members."""


def judge_levels(levels: pd.DataFrame) -> pd.DataFrame:
    """Say of each measure whether the level promised was reached.

    Parameters
    ----------
    levels : DataFrame
        ``promised``, ``delivered`` and ``better``: `LESS` where less is better, as of a
        response time; more is better where nothing is told.

    Returns
    -------
    DataFrame
        The same rows, ``better`` filled, and ``outcome``: `KEPT` when the level promised was
        reached or passed, else `MISSED`; missing where either level is not known.
    """
    better = levels["better"].fillna(MORE)
    short = levels["promised"] - levels["delivered"]
    is_missed = short.mask(better == LESS, -short) > 0
    outcome = pd.Series(KEPT, index=levels.index, dtype="str").mask(is_missed, MISSED)
    return levels.assign(better=better, outcome=outcome.where(short.notna()))


def levels_of_quarter(levels: pd.DataFrame, quarters: list[str]) -> pd.DataFrame:
    """The measures of a quarter with the level of the quarter before, misses first.

    Parameters
    ----------
    levels : DataFrame
        The contract's ``service_levels``, and ``member``: of which member of a group it is,
        missing where that is no question.
    quarters : list of str
        The quarters of the history as ``2026Q3``, the reviewed one last.

    Returns
    -------
    DataFrame
        The rows of the last of those quarters as `judge_levels`, and ``delivered_before``,
        the level reached in the quarter before, missing where it was not measured or in
        another unit.
    """
    judged = judge_levels(levels)
    now = judged[judged["quarter"] == quarters[-1]]
    before = judged[judged["quarter"].isin(quarters[-2:-1])]
    found = now.merge(before[[*MEASURE, "unit", "delivered"]].drop_duplicates(
        MEASURE, keep=False),
                      on=[*MEASURE, "unit"], how="left", suffixes=("", "_before"),
                      validate="many_to_one")
    return (found.assign(at=found["outcome"] != MISSED)
            .sort_values(["account_id", "at", "measure", "member"], ignore_index=True)
            .drop(columns=["at", "quarter"]))


def history_of_levels(levels: pd.DataFrame, quarters: list[str]) -> pd.DataFrame:
    """Every measure in each of some quarters, judged.

    Parameters
    ----------
    levels, quarters
        As for `levels_of_quarter`.

    Returns
    -------
    DataFrame
        As `judge_levels`, by account, measure and quarter. Levels in another unit than that
        of the last quarter in which the measure stands cannot be compared with it and are
        left out. A measure that stands in earlier quarters only is there as well.
    """
    judged = judge_levels(levels[levels["quarter"].isin(quarters)]).sort_values(
        ["account_id", "measure", "member", "quarter"], ignore_index=True)
    unit = judged["unit"].fillna("")
    last = judged.assign(unit=unit).groupby(MEASURE, dropna=False)["unit"].transform("last")
    return judged[unit == last].reset_index(drop=True)
