"""The ledger behind the value of an account, and the months behind its return."""

import numpy as np
import pandas as pd

from qbrkit import account_figures, value
from qbrkit.explain.names import Subject
from qbrkit.explain.rows import Evidence, FewRows, plain, summed, unknown
from qbrkit.periods import last_twelve_months, quarter_text
from qbrkit.reviews import QuarterReview, customer_effort
from qbrkit.sources import Workspace

PARTS = (value.BENEFIT, value.EXTRA_MILE, value.FREE_IN_PLAN)
CLASSES = (value.CONFIRMED, value.ESTIMATED, value.SOFT)
SUMMANDS = {"npv": "net_present_value", "present_value": "present_value",
            "present_cost": "present_cost"}
"""Figures of the return that are a sum over the months, and the column summed."""


def explain_value(review: QuarterReview, subject: Subject, figure: str) -> Evidence:
    """Value lines of the last twelve months with their evidence, largest first."""
    if review.ledger is None:
        return unknown("Not known: it needs the table benefits or the table services.")
    quarters = {"value_quarter": [review.quarter], "value_quarter_before": [review.quarter - 1]
                }.get(figure, last_twelve_months(review.quarter))
    lines = review.ledger[(review.ledger["account_id"] == subject.account_id)
                          & review.ledger["quarter"].isin(quarters)]
    kept = (lines["part"] == figure if figure in PARTS else
            lines["class"] == figure if figure in CLASSES else
            lines["class"] != value.SOFT if figure == "multiplier" else lines["part"].notna())
    chosen = lines[kept]
    if figure.startswith("value_quarter") and chosen["amount"].isna().all():
        return unknown("Not known: no value of that quarter is measured.")
    rows = FewRows(pd.DataFrame({
        "quarter": chosen["quarter"].map(quarter_text).astype("str"), "month": chosen["month"],
        "part": chosen["part"], "name": chosen["name"], "class": chosen["class"],
        "evidence": chosen["evidence"], "measured": chosen["measured"],
        "unit_value": chosen["unit_value"], "risk": chosen["risk"], "charged": chosen["charged"],
        "amount": chosen["amount"],
    }).sort_values("amount", key=abs, ascending=False, kind="stable").reset_index(drop=True),
        "amount")
    not_measured = int(chosen["amount"].isna().sum())
    notes = ([f"{not_measured} of the lines were not measured and add nothing."]
             if not_measured else [])
    if figure != "multiplier":
        return summed(rows, *notes)
    total = value.sum_value(lines, last_twelve_months(review.quarter))
    made = plain(total["multiplier"].iloc[0]) if len(total) else None
    return Evidence(rows, made, False, tuple(notes))


def explain_return(workspace: Workspace, review: QuarterReview, subject: Subject,
                   figure: str) -> Evidence:
    """Value and cost month by month, with their present values."""
    if review.ledger is None:
        return unknown("Not known: it needs the table benefits or the table services.")
    effort = customer_effort(workspace, subject.groups, review.quarter, review.as_of)
    received, spent = account_figures.value_and_cost_by_month(
        review.ledger, review.facts, effort, last_twelve_months(review.quarter))
    if subject.account_id not in received.index:
        return unknown("Not known: no benefit of the account was measured in the last twelve "
                       "months, or what it paid has no exchange rate into its currency.")
    mine, cost = received.loc[[subject.account_id]], spent.loc[[subject.account_id]]
    rate = review.settings.value.discount_rate
    summand = SUMMANDS.get(figure, "")
    rows = FewRows(_months(mine.iloc[0], cost.iloc[0], rate), summand)
    note = (f"Value: without soft lines. Cost: what was invoiced, and customer_costs where there "
            f"are any. Discounted with {rate:g} a year.")
    if summand:
        return summed(rows, note)
    found = value.find_returns(mine, cost, rate).iloc[0]
    return Evidence(rows, plain(found[figure]), False, (note, (
        f"Present value {found['present_value']:,.2f}, present cost "
        f"{found['present_cost']:,.2f}.")))


def _months(received: pd.Series, spent: pd.Series, rate: float) -> pd.DataFrame:
    """Each month's value and cost; discounted as if it were the only one of an account."""
    value_alone, cost_alone = (pd.DataFrame(np.diag(one), columns=received.index)
                               for one in (received, spent))
    found = value.find_returns(value_alone, cost_alone, rate)
    return pd.DataFrame({
        "month": received.index.astype("str"), "value": received.to_numpy(),
        "cost": spent.to_numpy(), "cumulative_net": (received - spent).cumsum().to_numpy(),
        "present_value": found["present_value"], "present_cost": found["present_cost"],
        "net_present_value": found["npv"]})
