"""The value an account received: benefit, extra mile, free because of the plan; and its return.

Each line carries its class (confirmed, estimated, soft) and its evidence. Soft lines are
shown and never enter a return.
"""

from qbrkit.value.double_counts import refuse_benefits_twice, refuse_double_counts
from qbrkit.value.ledger import (
    BENEFIT,
    CONFIRMED,
    ESTIMATED,
    EXTRA_MILE,
    FREE_IN_PLAN,
    LEDGER,
    SOFT,
    list_value_lines,
)
from qbrkit.value.months import spread_by_month
from qbrkit.value.returns import find_returns, present_value
from qbrkit.value.stale import mark_stale, stale_unit_values
from qbrkit.value.sums import sum_by_quarter, sum_value

__all__ = ["BENEFIT", "CONFIRMED", "ESTIMATED", "EXTRA_MILE", "FREE_IN_PLAN", "LEDGER", "SOFT",
           "find_returns", "list_value_lines", "mark_stale", "present_value",
           "refuse_benefits_twice", "refuse_double_counts", "spread_by_month",
           "stale_unit_values", "sum_by_quarter", "sum_value"]
