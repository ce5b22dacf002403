"""What the plan includes, and what would have to be bought elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview


def tables(review: QuarterReview, account_ids: list[str]) -> dict[str, pd.DataFrame | None]:
    """Plans of some accounts, what comes with them only first, and the lines that count."""
    use = review.plan_use
    if use is not None:
        worth = use["included_quantity"].fillna(use["used_quantity"]) * use["unit_list_value"]
        use = use.assign(worth=worth).sort_values(
            ["plan_only", "worth", "name"], ascending=[False, False, True], kind="stable")
    return {"plan": use, "bought_elsewhere": _counted_lines(review)}


def list_unknown(review: QuarterReview, account_ids: list[str]) -> set[str]:
    """Accounts of which nobody knows whether a plan includes anything for them now.

    Their plan has no component that is valid, or the export tells of no account which plan
    it has.
    """
    if review.plan_use is None:
        return set()
    plans = review.accounts.set_index("account_id")["plan_id"]
    asked = plans.reindex(account_ids)
    unknown = asked[asked.notna()] if plans.notna().any() else asked
    return set(unknown.index) - set(review.plan_use["account_id"])


def figures(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame:
    """By account how much cheaper others would have to be, if so set.

    A discount that is not positive stays internal. [account currency]
    """
    if review.switching is None:
        found = pd.DataFrame({"break_even_discount": np.nan}, index=account_ids)
    else:
        found = review.switching.accounts.set_index("account_id").reindex(account_ids)
    if not review.settings.disclosure.break_even_discount:
        return pd.DataFrame(index=found.index)
    discount = found["break_even_discount"]
    return pd.DataFrame({"break_even_discount": discount.where(discount > 0)})


def _counted_lines(review: QuarterReview) -> pd.DataFrame | None:
    """Lines of the sum; what the customer has not confirmed is none of them."""
    if review.switching is None:
        return None
    lines = review.switching.lines
    return lines[lines["is_counted"]].sort_values(
        ["amount", "name"], ascending=[False, True], kind="stable")
