"""Risks and our answers: seasons, economic indicators, and the register of what may come.

`seasonality` finds the months in which a family or an account sells less, `sensitivity` the
accounts that follow an economic series, `register` puts money to the rows of the risk table,
`concerned` says whose business each of them is.
"""

from qbrkit.risks.concerned import list_concerned
from qbrkit.risks.register import (
    assess_risks,
    block_reviews,
    expose_accounts,
    list_unknown,
    sum_by_account,
)
from qbrkit.risks.seasonality import borrow_seasons, find_seasons, monthly_revenue, whole_months
from qbrkit.risks.sensitivity import (
    find_sensitivities,
    quarterly_indicators,
    quarterly_revenue,
)

__all__ = ["assess_risks", "block_reviews", "borrow_seasons", "expose_accounts", "find_seasons",
           "find_sensitivities", "list_concerned", "list_unknown", "monthly_revenue",
           "quarterly_indicators", "quarterly_revenue", "sum_by_account", "whole_months"]
