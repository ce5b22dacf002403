"""What may come, in words for the customer, and the seasons of its own purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qbrkit.risks import list_concerned
from qbrkit.risks.seasonality import CURVE

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

PEAK, TROUGH = "peak", "trough"
AHEAD = ["customer_risk", "window_start", "window_end", "act_by", "customer_answer", "owner", "due"]
"""What a customer may read of a risk."""


def tables(review: QuarterReview, account_ids: list[str]) -> dict[str, pd.DataFrame | None]:
    """Risks with words for the customer, and the usual year of its purchases."""
    return {"ahead": _ahead(review, account_ids), "season": _season(review, account_ids)}


def figures(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame:
    """Months of purchases behind the season of some accounts, missing without a season."""
    return pd.DataFrame({"season_months": _own(review, account_ids)["months_n"].astype(
        "float64").reindex(account_ids)})


def _ahead(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame | None:
    """Risks that concern the account and have words for it, by when they may come.

    Their order tells nothing of their weight, and what two risks say alike stands once. A day
    in the past is no day until when something will be done: it is left out.
    """
    register = review.risks.register
    if register is None:
        return None
    told = register[register["customer_risk"].notna()]
    pairs = list_concerned(told, review.risks.exposures)
    pairs = pairs[pairs["account_id"].isin(account_ids)]
    runs_backwards = told["window_end"] < told["window_start"]
    told = told.assign(
        act_by=told["act_by"].where((told["act_by"] >= review.as_of) & ~runs_backwards),
        due=told["due"].where(told["due"] >= review.as_of.normalize()),
        **{name: told[name].mask(runs_backwards) for name in ("window_start", "window_end")})
    rows = pairs.merge(told[["risk_id", *AHEAD]], on="risk_id", validate="many_to_one")
    return rows.sort_values(["window_start", "window_end", "customer_risk", "risk_id"])[
        ["account_id", *AHEAD]].drop_duplicates().reset_index(drop=True)


def _season(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame:
    """Twelve months of each account that buys by season: its own purchases alone.

    [share of the average month, to whole percents]
    """
    own = _own(review, account_ids)
    shares = own[CURVE].round(2).set_axis(range(1, len(CURVE) + 1), axis="columns").melt(
        var_name="calendar_month", value_name="share_of_average", ignore_index=False).reset_index()
    named = {(account, int(month)): level for level, column in (
        (PEAK, "peak_months"), (TROUGH, "trough_months"))
        for account, listed in own[column].items() for month in listed.split(", ") if month}
    return shares.assign(season=pd.Series(
        [named.get(key, "") for key in zip(shares["account_id"], shares["calendar_month"],
                                           strict=True)], index=shares.index, dtype="str"))


def _own(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame:
    """Seasons of accounts that have one by the rule, in their own data."""
    found = review.risks.account_seasons.rename(columns={"key": "account_id"})
    has_season = found["is_seasonal"] & ~found["is_borrowed"] & found[CURVE].notna().all(axis=1)
    return found[has_season & found["account_id"].isin(account_ids)].set_index("account_id")
