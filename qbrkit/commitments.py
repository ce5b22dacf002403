"""Promises of both sides: what was promised in a review, kept or missed, and what comes."""

import pandas as pd

KEPT, MISSED, OPEN, DROPPED = "kept", "missed", "open", "dropped"
OVERDUE = "overdue"


def review_promises(commitments: pd.DataFrame, review_quarter: str,
                    as_of: pd.Timestamp) -> pd.DataFrame:
    """What was promised in the review before, and what became of it.

    Parameters
    ----------
    commitments : DataFrame
        The contract's ``commitments``.
    review_quarter : str
        The review now held, as ``2026Q4``. The review before it is, for each account, the
        latest earlier one in which anything was promised: no quarter without a review
        makes a promise disappear.
    as_of : Timestamp
        Day by which they are judged.

    Returns
    -------
    DataFrame
        ``account_id``, ``side``, ``text``, ``owner``, ``due``, ``outcome``: kept, missed,
        dropped, open, or overdue (still open after its due day). Ours first, then by due
        day. Nobody can leave one out: every promise of that review is there.
    """
    earlier = commitments[commitments["review_quarter"] < review_quarter]
    last = earlier.groupby("account_id")["review_quarter"].transform("max")
    return _with_outcome(earlier[earlier["review_quarter"] == last], as_of)


def next_ninety_days(commitments: pd.DataFrame, as_of: pd.Timestamp,
                     days: int = 90) -> pd.DataFrame:
    """Promises still open that fall due within ninety days, whenever they were made.

    Parameters
    ----------
    commitments : DataFrame
        The contract's ``commitments``.
    as_of : Timestamp
        Day of the review.
    days : int, default 90
        How far to look ahead. [days]

    Returns
    -------
    DataFrame
        As `review_promises`; overdue ones and those without a day stay in.
    """
    still_open = commitments["status"].fillna(OPEN) == OPEN
    until = as_of + pd.Timedelta(days=days)
    due_by_then = commitments["due"].isna() | (commitments["due"] <= until)
    return _with_outcome(commitments[still_open & due_by_then], as_of)


def count_outcomes(promises: pd.DataFrame) -> pd.DataFrame:
    """Our promises per account: made, kept, missed (overdue ones among them).

    Parameters
    ----------
    promises : DataFrame
        From `review_promises`.

    Returns
    -------
    DataFrame, shape (n_accounts, 4)
        ``account_id``, ``promises_n``, ``kept_n``, ``missed_n``.
    """
    ours = promises[promises["side"].fillna("ours") == "ours"]
    return ours.assign(
        is_kept=ours["outcome"] == KEPT, is_missed=ours["outcome"].isin([MISSED, OVERDUE]),
    ).groupby("account_id").agg(
        promises_n=("outcome", "size"), kept_n=("is_kept", "sum"), missed_n=("is_missed", "sum"),
    ).reset_index()


def _with_outcome(promises: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    status = promises["status"].fillna(OPEN)
    outcome = status.mask((status == OPEN) & (promises["due"] < as_of), OVERDUE)
    return (promises.assign(outcome=outcome, side=promises["side"].fillna("ours"))
            .sort_values(["account_id", "side", "due", "text"], na_position="last")
            .reset_index(drop=True)
            [["account_id", "side", "text", "owner", "due", "outcome"]])
