"""What a plan includes, and what would have to be bought elsewhere without us."""

from qbrkit.switching.elsewhere import (
    EXTRA_MILE,
    FREE_IN_PLAN,
    ONE_OFF,
    REBATE,
    list_bought_elsewhere,
    sum_bought_elsewhere,
)
from qbrkit.switching.plan_years import plan_use

__all__ = ["EXTRA_MILE", "FREE_IN_PLAN", "ONE_OFF", "REBATE", "list_bought_elsewhere", "plan_use",
           "sum_bought_elsewhere"]
