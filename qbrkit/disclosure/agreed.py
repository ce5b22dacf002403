"""What both sides have agreed: the plan, the promises, the levels of service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def tables(review: QuarterReview, account_ids: list[str]) -> dict[str, pd.DataFrame | None]:
    """Plan, promises and service levels of some accounts; None for what nobody exported."""
    return {"plan": review.plan_use, "promises": review.promises, "upcoming": review.upcoming,
            "service_levels": review.service_levels}
