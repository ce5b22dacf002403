"""Promises of both sides: what was promised in a review, kept or missed, and what comes."""

import pandas as pd

KEPT, MISSED, OPEN, DROPPED = "kept", "missed", "open", "dropped"
OVERDUE = "overdue"
OURS, THEIRS = "ours", "theirs"
COUNTS = ("made_n", "kept_n", "missed_n", "overdue_n", "dropped_n", "open_n")
COLUMNS = ("account_id", "review_quarter", "side", "text", "owner", "due", "outcome",
           "overdue_days", "reason")


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
        ``account_id``, ``review_quarter``, ``side``, ``text``, ``owner``, ``due``,
        ``outcome``: kept, missed, dropped, open, or overdue (still open after its due day);
        ``overdue_days``, how long it is overdue [days], and ``reason``, why it was missed or
        dropped, both missing where there is none. Ours first, then by due day. Nobody can
        leave one out: every promise of that review is there.
    """
    earlier = commitments[commitments["review_quarter"] < review_quarter]
    last = earlier.groupby("account_id")["review_quarter"].transform("max")
    return _judged(earlier[earlier["review_quarter"] == last], as_of, ["side", "due", "text"])


def open_promises(commitments: pd.DataFrame, as_of: pd.Timestamp,
                  days: int = 90) -> pd.DataFrame:
    """Promises still open, whenever they were made, and which of them the next days concern.

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
        As `review_promises`, and ``is_later``: due after those days. No open promise of
        any review is left out. Overdue ones first, the longest overdue before the others;
        then by due day; those without a day are not later and stand before those that are.
    """
    still_open = commitments[commitments["status"].fillna(OPEN) == OPEN]
    until = as_of.normalize() + pd.Timedelta(days=days)
    return _judged(still_open.assign(is_later=still_open["due"] > until), as_of,
                   ["is_later", "due", "side", "text"])


def count_outcomes(promises: pd.DataFrame) -> pd.DataFrame:
    """Our promises per account: made, kept, missed (overdue ones among them).

    Parameters
    ----------
    promises : DataFrame
        From `review_promises`.

    Returns
    -------
    DataFrame, shape (n_accounts, 5)
        ``account_id``, ``promises_n``, ``kept_n``, ``missed_n``, ``dropped_n``.
    """
    ours = promises[promises["side"].fillna(OURS) == OURS]
    return ours.assign(
        is_kept=ours["outcome"] == KEPT, is_missed=ours["outcome"].isin([MISSED, OVERDUE]),
        is_dropped=ours["outcome"] == DROPPED,
    ).groupby("account_id").agg(
        promises_n=("outcome", "size"), kept_n=("is_kept", "sum"), missed_n=("is_missed", "sum"),
        dropped_n=("is_dropped", "sum")).reset_index()


def count_promises(commitments: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """What became of all promises, by account, review, side and person.

    Parameters
    ----------
    commitments : DataFrame
        The contract's ``commitments``; a side that is not told is ours, a status that is not
        told is open.
    as_of : Timestamp
        Day by which they are judged.

    Returns
    -------
    DataFrame
        ``account_id``, ``review_quarter``, ``side``, ``owner`` (missing where nobody is
        named), and how many were made: ``made_n`` = ``kept_n`` + ``missed_n`` +
        ``dropped_n`` + ``open_n``. Missed are also those still open after their due day,
        ``overdue_n`` of them.
    """
    outcome = _outcome(commitments, as_of)
    told = commitments[["account_id", "review_quarter", "owner"]].assign(
        side=commitments["side"].fillna(OURS), made_n=1, kept_n=outcome == KEPT,
        missed_n=outcome.isin([MISSED, OVERDUE]), overdue_n=outcome == OVERDUE,
        dropped_n=outcome == DROPPED, open_n=outcome == OPEN)
    return told.groupby(["account_id", "review_quarter", "side", "owner"], dropna=False)[
        list(COUNTS)].sum().astype("int64").reset_index()


def kept_share(counts: pd.DataFrame) -> pd.Series:
    """Part of the promises kept of those kept or missed; missing where none is either.

    Dropped promises and those still open are neither, and count for no one.
    """
    decided = counts["kept_n"] + counts["missed_n"]
    return counts["kept_n"] / decided.where(decided > 0)


def _judged(promises: pd.DataFrame, as_of: pd.Timestamp, order: list[str]) -> pd.DataFrame:
    outcome = _outcome(promises, as_of)
    days = (as_of.normalize() - promises["due"].dt.normalize()).dt.days.where(outcome == OVERDUE)
    shown = [*COLUMNS, *(["is_later"] if "is_later" in promises else [])]
    return (promises.assign(outcome=outcome, side=promises["side"].fillna(OURS),
                            overdue_days=days.astype("float64"))
            .sort_values(["account_id", *order], na_position="last")
            .reset_index(drop=True)[shown])


def _outcome(promises: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    status = promises["status"].fillna(OPEN)
    return status.mask((status == OPEN) & (promises["due"] < as_of.normalize()), OVERDUE)
