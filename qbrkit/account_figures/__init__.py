"""One row per account, and every figure that belongs to it.

Each step takes the table of accounts and returns it with more columns: the analyses stay
apart, and this is where their results meet. A figure that is unknown is missing; it is 0
only where the export says so.
"""

from qbrkit.account_figures.benefits import add_value, value_and_cost_by_month
from qbrkit.account_figures.changes import add_growth, compare_year_ago
from qbrkit.account_figures.master import list_accounts
from qbrkit.account_figures.people import add_coverage
from qbrkit.account_figures.promised import add_promises
from qbrkit.account_figures.segments import add_segments, by_month, segmentation_inputs

__all__ = ["add_coverage", "add_growth", "add_promises", "add_segments", "add_value",
           "by_month", "compare_year_ago", "list_accounts", "segmentation_inputs",
           "value_and_cost_by_month"]
