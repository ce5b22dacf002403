"""Where the raters of a panel are far apart: the agenda, and what one department overlooks."""

import pandas as pd

from qbrkit.black_ops.panel import DIGITS
from qbrkit.black_ops.scores import ACCOUNT, ITEM, SESSION

APART = 0.25
"""A quarter of certainty: as far as "even chances" is from "three in four". Best guesses this
far apart do not come from rounding, and are worth the time to talk."""


def list_disagreements(expected: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The agenda of each session: what its raters judge at least `APART` apart.

    Parameters
    ----------
    expected : DataFrame
        From `panel.expect_losses`.
    items : DataFrame
        From `panel.summarize_items`.

    Returns
    -------
    DataFrame
        One row per session, account and dimension, the last session first, then the widest:
        ``lowest``, ``highest``, ``spread``, ``expected_loss``, ``low_department``,
        ``low_most``, ``high_departments``, ``high_least``, ``is_blind_spot``. The departments
        are missing where they overlap: no single one lies below all the others. A blind spot is one
        that lies at least `APART` below. Items of fewer than three raters are not listed.

    Notes
    -----
    Raters without a department count for the spread and for no department.
    """
    wide = items[items["spread"] >= APART]
    sides = _sides(expected.merge(wide[ITEM], on=ITEM))
    agenda = wide[[*ITEM, "lowest", "highest", "spread", "expected_loss"]].merge(
        sides, on=ITEM, how="left", validate="one_to_one")
    return agenda.assign(
        is_blind_spot=agenda["is_blind_spot"].eq(True)).sort_values(
        [SESSION, "spread", "expected_loss", ACCOUNT, "dimension"],
        ascending=[False, False, False, True, True]).reset_index(drop=True)


def _sides(ratings: pd.DataFrame) -> pd.DataFrame:
    """The department that lies below all others in an item, where there is one."""
    views = (ratings.groupby([*ITEM, "department"])["best"].agg(["max", "min"]).reset_index()
             .sort_values([*ITEM, "max", "department"]))
    is_lowest = ~views.duplicated(ITEM)
    low = views[is_lowest].rename(columns={"department": "low_department", "max": "low_most"})
    high = views[~is_lowest].sort_values([*ITEM, "department"]).groupby(ITEM).agg(
        high_departments=("department", ", ".join), high_least=("min", "min")).reset_index()
    sides = low[[*ITEM, "low_department", "low_most"]].merge(high, on=ITEM, validate="one_to_one")
    sides = sides[sides["low_most"] < sides["high_least"]]
    return sides.assign(
        is_blind_spot=(sides["high_least"] - sides["low_most"]).round(DIGITS) >= APART)
