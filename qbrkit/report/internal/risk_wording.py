"""Risks that no customer can read of yet, since nobody has put them in words for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.report.language import Language
from qbrkit.report.words import listed_names
from qbrkit.risks import list_concerned

if TYPE_CHECKING:
    from qbrkit.reviews import QuarterReview


def without_wording(review: QuarterReview, listed: pd.DataFrame) -> pd.DataFrame:
    """Of some risks those that concern Green Circle accounts and can be told to none of them."""
    pairs = list_concerned(listed, review.risks.exposures)
    green = pairs[pairs["account_id"].isin(review.green_circle["account_id"])]
    return listed[listed["customer_risk"].isna() & listed["risk_id"].isin(green["risk_id"])]


def unworded(review: QuarterReview, words: Language) -> str:
    """Risks that stand on no customer's page for want of words, the largest first."""
    listed = review.risks.register
    rows = pd.DataFrame() if listed is None else without_wording(review, listed)
    return "" if rows.empty else words.say("On no customer's page yet, for want of words: {risks}.",
                                           risks=listed_names(rows["risk_id"], words))
