"""The value the account received, line by line, and its return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.periods import last_twelve_months

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

EVIDENCE_SHOWN = 3


def tables(review: QuarterReview, account_ids: list[str]) -> dict[str, pd.DataFrame | None]:
    """The value lines of some accounts, in their currency."""
    return {"value_lines": _value_lines(review, account_ids)}


def figures(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame:
    """Value of twelve months by account, and its return where it is positive.

    [account currency]
    """
    accounts = review.accounts.set_index("account_id").loc[account_ids]
    has_return = accounts["roi"] > 0
    return pd.DataFrame({
        "value_ltm": accounts["value"], "value_confirmed_ltm": accounts["confirmed"],
        "value_estimated_ltm": accounts["estimated"], "value_soft_ltm": accounts["soft"],
        "free_in_plan_ltm": accounts["free_in_plan"],
        "roi": accounts["roi"].where(has_return),
        "payback_months": accounts["payback_months"].where(has_return)})


def _value_lines(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame | None:
    """The ledger of the last twelve months: one line per part, name and class."""
    if review.ledger is None:
        return None
    lines = review.ledger[review.ledger["quarter"].isin(last_twelve_months(review.quarter))
                          & review.ledger["account_id"].isin(account_ids)]
    grouped = lines.groupby(["account_id", "part", "name", "class"], dropna=False)
    return pd.DataFrame({
        "times_n": grouped.size(), "amount": grouped["amount"].sum(min_count=1),
        "evidence": grouped["evidence"].agg(_listed).astype("str")}).reset_index()


def _listed(evidence: pd.Series) -> str:
    shown = list(dict.fromkeys(evidence.dropna()))
    more = len(shown) - EVIDENCE_SHOWN
    return ", ".join(shown[:EVIDENCE_SHOWN]) + (f" (+{more})" if more > 0 else "")
