"""What was reached of the targets, and which accounts made the miss."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from qbrkit.growth.targets import CAUSES, bridge_levels, find_causes, measure_targets
from qbrkit.reviews.growth_bridge import BridgeReview


@dataclass(frozen=True)
class TargetReview:
    """Targets of a quarter and of its last twelve months, held against what was reached.

    Parameters
    ----------
    levels : DataFrame
        See `qbrkit.growth.targets.measure_targets`. [company currency]
    causes : DataFrame
        See `qbrkit.growth.targets.find_causes`; empty where nothing is known of the year
        before.
    bridges : DataFrame or None
        See `qbrkit.growth.targets.bridge_levels`; None where nothing is known of the year
        before.
    """

    levels: pd.DataFrame
    causes: pd.DataFrame
    bridges: pd.DataFrame | None


def review_targets(tables: Mapping[str, pd.DataFrame], accounts: pd.DataFrame,
                   facts: pd.DataFrame, quarter: pd.Period,
                   bridges: BridgeReview | None) -> TargetReview | None:
    """Targets against what was reached; None where the quarter and its year have no target.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Of the workspace, rolled up.
    accounts, facts : DataFrame
        Of the review.
    quarter : Period
        The review quarter.
    bridges : BridgeReview or None
        Of the review.
    """
    if "targets" not in tables:
        return None
    levels = measure_targets(tables["targets"], accounts, facts, quarter)
    if levels.empty:
        return None
    if bridges is None:
        return TargetReview(levels, pd.DataFrame(columns=CAUSES), None)
    return TargetReview(levels, find_causes(levels, accounts, bridges.by_account),
                        bridge_levels(bridges.by_account, accounts))
