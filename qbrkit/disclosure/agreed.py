"""What both sides have agreed: the promises and the levels of service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.commitments import COUNTS
from qbrkit.periods import quarter_text

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

REVIEWS_SHOWN = 4
"""Reviews before this one of which is told how many promises were kept."""


def tables(review: QuarterReview, account_ids: list[str]) -> dict[str, pd.DataFrame | None]:
    """Promises and service levels of some accounts; None for what nobody exported."""
    return {"promises": review.promises, "upcoming": review.upcoming,
            "promise_counts": _counts(review, account_ids),
            "service_levels": review.service.levels if review.service else None,
            "service_history": review.service.history if review.service else None}


def _counts(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame | None:
    """What became of the promises of the last reviews before this one, by side."""
    counts = review.promise_counts
    if counts is None:
        return None
    earlier = counts[counts["account_id"].isin(account_ids)
                     & (counts["review_quarter"] < quarter_text(review.quarter))]
    place = earlier.groupby("account_id")["review_quarter"].rank("dense", ascending=False)
    return earlier[place <= REVIEWS_SHOWN].groupby(
        ["account_id", "review_quarter", "side"])[list(COUNTS)].sum().reset_index().sort_values(
        ["account_id", "review_quarter", "side"], ascending=[True, False, True])
