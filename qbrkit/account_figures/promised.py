"""Promises to each account, and what is open too long."""

import numpy as np
import pandas as pd

from qbrkit import commitments as promised
from qbrkit.account_figures.putting import count_rows, put


def add_promises(accounts: pd.DataFrame, promises: pd.DataFrame | None,
                 upcoming: pd.DataFrame | None, complaints: pd.DataFrame | None,
                 as_of: pd.Timestamp) -> pd.DataFrame:
    """Promises of the review before, and all that is open too long, whenever it was made.

    ``promises_n``, ``kept_n``, ``missed_n`` and ``dropped_n`` are ours of the review before;
    ``overdue_promises_n`` ours of any review. Complaints that do not tell their status are
    neither open nor closed.
    """
    names = ["promises_n", "kept_n", "missed_n", "dropped_n", "overdue_promises_n",
             "open_complaints_n"]
    table = accounts.assign(**dict.fromkeys(names, np.nan))
    if promises is not None and upcoming is not None:
        table = put(table, promised.count_outcomes(promises),
                    {"promises_n": 0.0, "kept_n": 0.0, "missed_n": 0.0, "dropped_n": 0.0})
        overdue = upcoming[(upcoming["outcome"] == promised.OVERDUE)
                           & (upcoming["side"] == promised.OURS)]
        table = put(table, count_rows(overdue, "overdue_promises_n"), {"overdue_promises_n": 0.0})
    if complaints is not None and (complaints["status"].notna().any() or complaints.empty):
        still_open = complaints[(complaints["status"] == "open") & (complaints["date"] <= as_of)]
        table = put(table, count_rows(still_open, "open_complaints_n"), {"open_complaints_n": 0.0})
    return table
