"""What we do before a competitor acts: which measures stand, and which moves none answers."""

import numpy as np
import pandas as pd

from qbrkit.black_ops.panel import YEAR
from qbrkit.black_ops.scores import ACCOUNT, NO_DIMENSION, SESSION, one_spelling

DONE, DROPPED, OPEN, OVERDUE, UNASSIGNED = "done", "dropped", "open", "overdue", "unassigned"
URGENCY = {OVERDUE: 0, UNASSIGNED: 1, OPEN: 2, DONE: 3, DROPPED: 4}
COLUMNS = [SESSION, ACCOUNT, "dimension", "measure", "owner", "due", "status", "state",
           "days_overdue"]


def judge_measures(measures: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Counter-measures with what became of them by a day.

    Parameters
    ----------
    measures : DataFrame
        The contract's ``counter_measures``, rolled up.
    as_of : Timestamp
        Day of the review.

    Returns
    -------
    DataFrame
        The contract's columns, ``state`` and ``days_overdue`` [days], which is missing unless
        the state is ``overdue``. A measure is open unless its status says otherwise; open
        without owner or date it is ``unassigned``; it is overdue from the day after its date.
        The last session first, then the most urgent.

    Notes
    -----
    The status is the one of the export: what was done after `as_of` counts as done.
    """
    owner, spelled = measures["owner"].str.strip(), one_spelling(measures["dimension"])
    late = (as_of - measures["due"]).dt.days
    state = np.select(
        [measures["status"] == "done", measures["status"] == "dropped",
         owner.fillna("").eq("") | measures["due"].isna(), late > 0],
        [DONE, DROPPED, UNASSIGNED, OVERDUE], OPEN)
    judged = measures.assign(dimension=spelled, owner=owner.where(owner != ""),
                         state=pd.Series(state, index=measures.index, dtype="str"))
    judged = judged.assign(days_overdue=late.where(judged["state"] == OVERDUE).astype("float64"),
                           urgency=judged["state"].map(URGENCY))
    return judged.sort_values(
        [SESSION, "urgency", "due", ACCOUNT, "dimension", "measure"],
        ascending=[False, True, True, True, True, True])[COLUMNS].reset_index(drop=True)


def no_measures() -> pd.DataFrame:
    """The table of a company that keeps none."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS[:-2]}).astype(
        {SESSION: "datetime64[us]", "due": "datetime64[us]"})


def list_unanswered(moves: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """First moves of the last session against which no counter-measure stands.

    Parameters
    ----------
    moves : DataFrame
        From `moves.first_moves`.
    measures : DataFrame
        From `judge_measures`.

    Returns
    -------
    DataFrame
        Rows of `moves`. A measure stands against the moves in its dimension of its account,
        one without a dimension against all of the account. It stands while it is still to be
        done, late or without owner or not, whichever session decided it; done, it stands when
        the last session or one of the 365 days before decided it: the chances are those of
        twelve months.
    """
    latest = moves[SESSION].max()
    last, state = moves[moves[SESSION] == latest], measures["state"]
    stands = state.isin([OPEN, OVERDUE, UNASSIGNED]) | (
        (state == DONE) & (measures[SESSION] > latest - YEAR))
    against = measures[stands]
    whole = set(against.loc[against["dimension"].isna(), ACCOUNT])
    answered = _points(against[against["dimension"].notna()])
    is_answered = last[ACCOUNT].isin(whole) | _points(last).isin(answered) | (
        (last["dimension"] == NO_DIMENSION) & last[ACCOUNT].isin(against[ACCOUNT]))
    return last[~is_answered].reset_index(drop=True)


def _points(table: pd.DataFrame) -> pd.Series:
    """Account and dimension in one, the dimension in capitals or not."""
    return table[ACCOUNT] + "\n" + table["dimension"].str.casefold()
