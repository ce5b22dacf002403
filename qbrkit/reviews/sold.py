"""What was sold, gathered once for all that is said of products and prices."""

import pandas as pd

from qbrkit.groups import Groups
from qbrkit.periods import ReviewPeriod
from qbrkit.sold import gather_sold
from qbrkit.sources import Workspace


def gathered_sold(workspace: Workspace, groups: Groups, period: ReviewPeriod) -> pd.DataFrame:
    """What was sold in the two years up to the review quarter.

    Parameters
    ----------
    workspace : Workspace
        The lines are read once; afterwards it is kept with the tables.
    groups : Groups
        For the company's currency.
    period : ReviewPeriod
        Of the review.

    Returns
    -------
    DataFrame
        See `qbrkit.sold.gather_sold`; not rolled up, in the currency of each row.
    """
    return workspace.kept(
        f"sold by quarter {period.quarter.end_time:%Y-%m-%d}",
        lambda: gather_sold(workspace.lines, groups.rates.company_currency, period.quarter))
