"""Figures of the whole company, and that the accounts add up to them."""

import hashlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from qbrkit import __version__, segmentation
from qbrkit.errors import ReconciliationError
from qbrkit.periods import quarter_text

HALF_A_CENT = 0.005


def reconcile_accounts(accounts: pd.DataFrame, converted: pd.DataFrame,
                        sums: Mapping[str, list[pd.Period]]) -> None:
    """The accounts shown and what is not assigned are all the lines of a period, to the cent."""
    for name, quarters in sums.items():
        inside = converted[converted["quarter"].isin(quarters)]
        not_assigned = inside.loc[inside["account_id"].isna(), "revenue"].sum()
        by_account, total = accounts[name].sum(), inside["revenue"].sum()
        if not abs(by_account + not_assigned - total) < HALF_A_CENT:
            raise ReconciliationError(
                f"{name}: accounts ({by_account:.2f}) and not assigned ({not_assigned:.2f}) do "
                f"not add up to all lines ({total:.2f})")


def sum_totals(converted: pd.DataFrame, accounts: pd.DataFrame,
               quarter: pd.Period) -> dict[str, float]:
    """Figures of the whole company, of all time and of the quarter, in company currency."""
    inside = converted[converted["quarter"] == quarter]
    has_cost = converted["gross_margin_low"].notna().any()  # a sum over nothing is unknown then
    margins = {f"gross_margin_quarter_{end}": float(
        inside[f"gross_margin_{end}"].sum(skipna=False)) if has_cost else np.nan
        for end in ("low", "high")}
    not_assigned = converted["account_id"].isna()
    return {
        "lines": int(converted["lines_n"].sum()),
        "revenue_all": float(converted["revenue"].sum()),
        "revenue_not_assigned": float(converted.loc[not_assigned, "revenue"].sum()),
        "revenue_quarter": float(inside["revenue"].sum()),
        "returns_quarter": float(inside["returns"].sum()), **margins,
        "accounts": len(accounts),
        "green_circle": int((accounts["segment"] == segmentation.GREEN_CIRCLE).sum())}


def report_id(inputs_hash: str, quarter: pd.Period) -> str:
    """Short hash of inputs, quarter and version: same id, same figures."""
    text = f"{inputs_hash} {quarter_text(quarter)} {__version__}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]
