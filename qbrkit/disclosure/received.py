"""The value the account received: by part, by quarter, line by line, and its return.

Soft lines stand in the lines and in their own figure, and in no other sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qbrkit import value
from qbrkit.periods import last_twelve_months, quarter_text

if TYPE_CHECKING:  # the customer's page loads no reader of the company's data
    from qbrkit.reviews import QuarterReview

EVIDENCE_SHOWN = 3
LINE = ["account_id", "part", "name", "class"]
"""What makes a line of the statement."""


def tables(review: QuarterReview, account_ids: list[str]) -> dict[str, pd.DataFrame | None]:
    """The value of some accounts in twelve months, in their currency; None without a ledger."""
    if review.ledger is None:
        return dict.fromkeys(["value_by_quarter", "value_by_part", "value_lines",
                              "value_calculations", "value_return"])
    year = last_twelve_months(review.quarter)
    lines = review.ledger[review.ledger["quarter"].isin(year)
                          & review.ledger["account_id"].isin(account_ids)]
    counted = lines[lines["class"] != value.SOFT]
    return {"value_by_quarter": _by_quarter(counted, year), "value_by_part": _by_part(
        counted, year), "value_lines": _lines(lines, year),
        "value_calculations": _calculations(lines),
        "value_return": _return(_with_return(review, account_ids))}


def figures(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame:
    """Value by account without soft lines, and its return where it is positive.

    Missing where no line was measured, which is not zero. [account currency]
    """
    accounts = review.accounts.set_index("account_id").loc[account_ids]
    returned = _with_return(review, account_ids).reindex(account_ids)
    quarters = [review.quarter, review.quarter - 1]
    found = pd.DataFrame(np.nan, index=accounts.index, columns=["ltm", *quarters])
    if review.ledger is not None:
        hard = review.ledger[review.ledger["class"] != value.SOFT]
        year = value.sum_by_quarter(hard, last_twelve_months(review.quarter), ["account_id"])
        found = year[quarters].assign(ltm=year.sum(axis="columns", min_count=1)).reindex(
            account_ids)
    measured = found["ltm"].notna()
    return pd.DataFrame({
        "value_ltm": found["ltm"], "value_confirmed_ltm": accounts["confirmed"].where(measured),
        "value_estimated_ltm": accounts["estimated"].where(measured),
        "value_soft_ltm": accounts["soft"], "free_in_plan_ltm": accounts["free_in_plan"],
        "value_quarter": found[quarters[0]], "value_quarter_before": found[quarters[1]],
        "multiplier": accounts["multiplier"], "roi": returned["roi"],
        "payback_months": returned["payback_months"],
        "break_even_haircut": returned["break_even_haircut"],
        "discount_rate": returned["roi"] * 0.0 + review.settings.value.discount_rate})


def _with_return(review: QuarterReview, account_ids: list[str]) -> pd.DataFrame:
    """Accounts with a positive return; any other stays internal."""
    accounts = review.accounts[review.accounts["account_id"].isin(account_ids)]
    return accounts[accounts["roi"] > 0].set_index("account_id")


def _by_quarter(counted: pd.DataFrame, year: list[pd.Period]) -> pd.DataFrame:
    """Confirmed and estimated value of each quarter of the year, quarters without any too."""
    sums = counted.groupby(["account_id", "quarter", "class"])["amount"].sum(min_count=1)
    every = pd.MultiIndex.from_product([sums.index.unique("account_id"), year],
                                       names=["account_id", "quarter"])
    table = sums.unstack("class").reindex(index=every, columns=[value.CONFIRMED, value.ESTIMATED])
    table = table.rename_axis(columns=None).reset_index()
    return table.assign(quarter=_texts(table["quarter"]))


def _by_part(counted: pd.DataFrame, year: list[pd.Period]) -> pd.DataFrame:
    sums = value.sum_by_quarter(counted, year, ["account_id", "part"])
    return pd.DataFrame({
        "amount_quarter_before": sums[year[-2]], "amount_quarter": sums[year[-1]],
        "amount": sums.sum(axis="columns", min_count=1)}).reset_index()


def _lines(lines: pd.DataFrame, year: list[pd.Period]) -> pd.DataFrame:
    """The statement: one line per part, name and class."""
    grouped = lines.groupby(LINE, dropna=False)
    sums = value.sum_by_quarter(lines, year, LINE)
    return pd.DataFrame({
        "amount_quarter_before": sums[year[-2]],
        "amount_quarter": sums[year[-1]], "amount": grouped["amount"].sum(min_count=1),
        "evidence": grouped["evidence"].agg(_listed).astype("str"),
        "confirmed_by": grouped["confirmed_by"].agg(_listed).astype("str"),
        "confirmed_on": grouped["confirmed_on"].max(),
        "is_old": grouped["is_stale"].any()}).reset_index()


def _calculations(lines: pd.DataFrame) -> pd.DataFrame:
    """What makes each amount: over the year where unit value and risk are the same in all of it.

    Otherwise quarter by quarter, so that measured × unit value × (1 - risk) - charged is
    the amount in every row.
    """
    made = lines[lines["amount"].notna()]
    same = made.groupby(LINE, dropna=False)[["unit_value", "risk"]].transform("nunique") <= 1
    split = _texts(made["quarter"]).mask(same.all(axis="columns"))
    grouped = made.assign(quarter=split).groupby([*LINE, "quarter", "unit_value", "risk"],
                                                 dropna=False)
    return grouped[["measured", "charged", "amount"]].sum(min_count=1).reset_index()


def _return(accounts: pd.DataFrame) -> pd.DataFrame:
    """What the return is made of, as received and spent, and as worth at the year's start."""
    parts = {"value": ("return_value", "present_value"), "paid": ("return_paid", "present_paid"),
             "effort": ("return_effort", "present_effort")}
    return pd.concat([pd.DataFrame({
        "item": item, "amount": accounts[amount],
        "present_value": accounts[present].where(accounts[amount].notna())}).reset_index()
        for item, (amount, present) in parts.items()])


def _texts(quarters: pd.Series) -> pd.Series:
    return quarters.map({one: quarter_text(one) for one in quarters.unique()}).astype("str")


def _listed(entries: pd.Series) -> str:
    shown = list(dict.fromkeys(entries.dropna()))
    more = len(shown) - EVIDENCE_SHOWN
    return ", ".join(shown[:EVIDENCE_SHOWN]) + (f" (+{more})" if more > 0 else "")
