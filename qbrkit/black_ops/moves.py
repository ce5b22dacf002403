"""Their first three moves against each account, as the raters named them."""

import pandas as pd

from qbrkit.black_ops.scores import ACCOUNT, ITEM, SESSION, Scores, last_round, last_rounds

FIRST = 3
COLUMNS = [SESSION, ACCOUNT, "order", "move", "dimension", "named_n", "raters_n",
           "expected_loss", "ease"]


def first_moves(scores: Scores, items: pd.DataFrame) -> pd.DataFrame:
    """The moves to expect first against each account.

    Parameters
    ----------
    scores : Scores
        From `scores.read_scores`; the moves of the last round of each session.
    items : DataFrame
        From `panel.summarize_items`.

    Returns
    -------
    DataFrame
        The last session first: ``session_date``, ``account_id``, ``order`` (1 to 3), ``move``,
        ``dimension``, ``named_n`` (raters who name it), ``raters_n`` (raters who wrote anything
        on the account), ``expected_loss`` and ``ease`` of the account in this dimension
        (medians). A move that is named in several dimensions stands in the one with the
        largest expected loss.

    Notes
    -----
    Moves come in the order of the panel's median expected loss in their dimension, those
    without one last; then of the raters who name them, then of the alphabet. So the one rater
    who expects a huge loss moves nothing up. The same move is told by its words, in capitals
    or not.
    """
    written = last_round(scores.moves, last_rounds(scores))
    raters = written.groupby([SESSION, ACCOUNT])["rater"].nunique().rename("raters_n")
    named = written[written["move"].notna()]
    one_move = [SESSION, ACCOUNT, "move"]
    named_n = named.groupby(one_move)["rater"].nunique().rename("named_n")
    places = named.groupby([*one_move, "dimension"])["rater"].nunique().rename("here_n")
    moves = places.reset_index().merge(
        items[[*ITEM, "expected_loss", "ease"]], on=ITEM, how="left", validate="many_to_one")
    moves = moves.sort_values(["expected_loss", "here_n", "dimension"],
                              ascending=[False, False, True]).drop_duplicates(one_move)
    moves = moves.join(named_n, on=one_move).join(raters, on=[SESSION, ACCOUNT]).sort_values(
        [SESSION, ACCOUNT, "expected_loss", "named_n", "move"],
        ascending=[False, True, False, False, True])
    order = moves.groupby([SESSION, ACCOUNT]).cumcount() + 1
    return moves.assign(order=order)[order <= FIRST][COLUMNS].reset_index(drop=True)
