"""The scores of the sessions as they can be used: one per rater, round, account and dimension."""

from dataclasses import dataclass

import pandas as pd

SESSION, ACCOUNT = "session_date", "account_id"
ITEM = [SESSION, ACCOUNT, "dimension"]
RATING = [SESSION, "round", "rater", ACCOUNT, "dimension"]
FIGURES = ["low", "best", "high", "loss", "ease"]
ROUNDS = (1, 2)
EASE = (1, 5)
NO_DIMENSION = ""
"""Stands for a missing dimension while one counts with it: the account as a whole."""


@dataclass(frozen=True)
class Scores:
    """What was scored in the sessions held until a day.

    Parameters
    ----------
    ratings : DataFrame
        One row per session, round, rater, account and dimension with a best guess:
        ``session_date``, ``round``, ``rater``, ``department``, ``account_id``, ``dimension``,
        ``low``, ``best``, ``high`` (an end that is missing is the best guess), ``loss``
        [company currency], ``ease``.
    moves : DataFrame
        Every row as it was written, with ``move``, of the rounds 1 and 2; without figures.
    left_out : Series
        Scores by session that cannot be used.
    """

    ratings: pd.DataFrame
    moves: pd.DataFrame
    left_out: pd.Series


def read_scores(scores: pd.DataFrame, until: pd.Timestamp) -> Scores:
    """Scores that can be used; those that contradict themselves are left out and counted.

    Parameters
    ----------
    scores : DataFrame, shape (n_scores, k)
        The contract's ``black_ops_scores``, rolled up to the top parents.
    until : Timestamp
        Later sessions are of no concern.

    Returns
    -------
    Scores

    Notes
    -----
    Raters, departments, dimensions and moves are the same in capitals or not; each is shown in
    its most frequent spelling. A rater belongs to one department in a session, the one that is
    written most often. A best guess outside its own range, and a round that is neither 1 nor 2,
    cannot be used. When one rater has several different scores of one item, as of two members
    of one group, none can be told to be the right one: none counts. The same score twice counts
    once. A negative loss and an ease outside 1 to 5 are unknown; the chance still counts.
    """
    held = scores[scores[SESSION] <= until].reset_index(drop=True)
    rows = pd.DataFrame({
        SESSION: held[SESSION], "round": held["round"], "rater": one_spelling(held["rater"]),
        "department": one_spelling(held["department"]), ACCOUNT: held[ACCOUNT],
        "dimension": one_spelling(held["dimension"]).fillna(NO_DIMENSION),
        "low": held["probability_low"], "best": held["probability_best"],
        "high": held["probability_high"], "loss": held["loss"].where(held["loss"] >= 0),
        "ease": held["ease"].where(held["ease"].between(*EASE)),
        "move": one_spelling(held["move"])})
    rows = rows.assign(department=_one_department(rows))
    is_scored, is_round = rows["best"].notna(), rows["round"].isin(ROUNDS)
    contradicts = (rows["low"] > rows["best"]) | (rows["best"] > rows["high"])
    usable = rows[is_scored & is_round & ~contradicts].drop(columns="move")
    clashes = usable.drop_duplicates([*RATING, *FIGURES]).duplicated(RATING, keep=False)
    clashing = pd.MultiIndex.from_frame(
        usable.loc[clashes.index[clashes], RATING])
    is_clash = pd.MultiIndex.from_frame(usable[RATING]).isin(clashing)
    bad = pd.concat([rows.loc[is_scored & ~(is_round & ~contradicts), SESSION],
                     usable.loc[is_clash, SESSION]])
    ratings = usable[~is_clash].drop_duplicates(RATING).sort_values(RATING)
    return Scores(
        ratings.assign(low=ratings["low"].fillna(ratings["best"]),
                       high=ratings["high"].fillna(ratings["best"])).reset_index(drop=True),
        rows.loc[is_round, [*RATING, "move"]].reset_index(drop=True),
        bad.groupby(bad).size())


def last_round(rows: pd.DataFrame, rounds: pd.Series) -> pd.DataFrame:
    """Rows of the last round of their session; `rounds` is the last round by session."""
    return rows[rows["round"] == rows[SESSION].map(rounds)]


def last_rounds(scores: Scores) -> pd.Series:
    """The last round of each session in which a chance was scored, or else anything written."""
    written = scores.moves.groupby(SESSION)["round"].max()
    scored = scores.ratings.groupby(SESSION)["round"].max()
    return scored.reindex(written.index).fillna(written).astype("int64")


def one_spelling(texts: pd.Series) -> pd.Series:
    """Texts without extra blanks, each in its most frequent spelling; blank ones are missing."""
    trimmed = texts.astype("str").str.strip().str.replace(r"\s+", " ", regex=True)
    key = trimmed.str.casefold().where(trimmed != "")
    counted = pd.DataFrame({"key": key, "shown": trimmed}).groupby(["key", "shown"]).size()
    shown = (counted.rename("n").reset_index()
             .sort_values(["n", "shown"], ascending=[False, True])
             .drop_duplicates("key").set_index("key")["shown"])
    return key.map(shown).astype("str")


def with_missing_dimension(table: pd.DataFrame) -> pd.DataFrame:
    """A table in which the account as a whole has a missing dimension."""
    return table.assign(dimension=table["dimension"].where(table["dimension"] != NO_DIMENSION))


def _one_department(rows: pd.DataFrame) -> pd.Series:
    """Department of the rater in the session: the most frequent one that is written."""
    by = [SESSION, "rater"]
    counted = rows.groupby([*by, "department"]).size().rename("n").reset_index()
    chosen = (counted.sort_values(["n", "department"], ascending=[False, True])
              .drop_duplicates(by).set_index(by)["department"])
    found = chosen.reindex(pd.MultiIndex.from_frame(rows[by]))
    return pd.Series(found.to_numpy(), index=rows.index).astype("str")
