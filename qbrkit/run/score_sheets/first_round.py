"""What a second round shows of the first: each rater's own scores, and those of all."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from qbrkit.errors import DataError
from qbrkit.run.score_sheets.session import SCORES, Rater
from qbrkit.sources import Workspace

ITEM_KEY = ["account_id", "dimension"]


def scores_of(workspace: Workspace, day: dt.date, number: int) -> pd.DataFrame:
    """The scores of one round of one session; empty where there are none.

    A dimension that is missing is an empty text: it can be asked for again as any other.
    """
    if SCORES not in workspace.tables:
        return pd.DataFrame()
    scores = workspace.tables[SCORES]
    found = scores[(scores["session_date"] == pd.Timestamp(day)) & (scores["round"] == number)]
    return found.assign(dimension=found["dimension"].fillna(""))


def require_first(scores: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """The scores of the first round.

    Raises
    ------
    DataError
        If there are none.
    """
    if scores.empty:
        raise DataError(
            f"there are no scores of round 1 of {day:%Y-%m-%d}; read the filled sheets first, "
            f"with qbr score-sheets --read --session {day:%Y-%m-%d} --round 1", SCORES)
    return scores


def raters_of(scores: pd.DataFrame) -> tuple[Rater, ...]:
    """Who scored, by department and pseudonym."""
    told = scores.assign(department=scores["department"].fillna("")).drop_duplicates("rater")
    ordered = told.sort_values(["department", "rater"])
    return tuple(map(Rater, ordered["rater"].tolist(), ordered["department"].tolist()))


def items_of(scores: pd.DataFrame,
             dimensions: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """Account and dimension of all that was scored, those of an account together.

    Dimensions stand in the order given, others behind them: whatever the rater whose scores
    come first left empty.
    """
    items = scores.sort_index()[ITEM_KEY].drop_duplicates()
    order = {account: at for at, account in enumerate(items["account_id"].unique())}
    place = {dimension: at for at, dimension in enumerate(dimensions)}
    placed = items.assign(
        at=items["account_id"].map(order),
        place=items["dimension"].map(place).fillna(len(place))).sort_values(
        ["at", "place"], kind="stable")
    return tuple(zip(placed["account_id"], placed["dimension"], strict=True))


def own_scores(scores: pd.DataFrame) -> dict[str, dict[tuple[str, str], dict[str, Any]]]:
    """Rows by rater and item."""
    found: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
    for row in scores.to_dict("records"):
        told = {str(name): value for name, value in row.items()}
        found.setdefault(told["rater"], {})[told["account_id"], told["dimension"]] = told
    return found


def gather_first(scores: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    """Lowest, median and highest of all raters, without names.

    Parameters
    ----------
    scores : DataFrame
        The scores of the first round.

    Returns
    -------
    dict
        By account and dimension: ``best_low``, ``best_middle``, ``best_high`` of the best
        guesses, ``loss_low``, ``loss_middle``, ``loss_high`` [company currency].
    """
    told = scores.groupby(ITEM_KEY).agg(
        best_low=("probability_best", "min"), best_middle=("probability_best", "median"),
        best_high=("probability_best", "max"), loss_low=("loss", "min"),
        loss_middle=("loss", "median"), loss_high=("loss", "max"))
    rows = told.reset_index().to_dict("records")
    return {(row["account_id"], row["dimension"]): {str(name): value for name, value in row.items()}
            for row in rows}
