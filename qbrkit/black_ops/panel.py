"""What a panel expects: its sessions, the loss per account and dimension, and per account."""

import numpy as np
import pandas as pd
from pandas.api.typing import DataFrameGroupBy

from qbrkit.black_ops.agreement import kendall_w, krippendorff_alpha
from qbrkit.black_ops.scores import ACCOUNT, ITEM, SESSION, Scores, last_round, last_rounds

RANKED, DIVIDED, NO_SPREAD, NOTHING_SHARED = "ranked", "divided", "no_spread", "nothing_shared"
TOO_FEW_RATERS, TOO_FEW_DEPARTMENTS = "too_few_raters", "too_few_departments"
LEAST_SHOWN = 3
"""One or two raters are no statistic: neither a median nor a range is told of them."""
DIGITS = 9
"""0.9 - 0.6 and 0.6 - 0.3 are the same spread, and differ in binary numbers."""
YEAR = pd.Timedelta(days=365)
QUARTILES = {"expected_q1": 0.25, "expected_q3": 0.75}
MEDIANS = {"low": "probability_low", "best": "probability_best", "high": "probability_high",
           "ease": "ease", "loss": "loss"}
EXPECTED = ["expected_loss", "expected_low", "expected_high"]


def summarize_sessions(scores: Scores, least_raters: int, least_departments: int,
                       least_agreement: float) -> pd.DataFrame:
    """Every session with its raters, their agreement, and what it allows.

    Parameters
    ----------
    scores : Scores
        From `scores.read_scores`.
    least_raters, least_departments : int
        Fewer are no panel.
    least_agreement : float
        Krippendorff's alpha below which nothing is ranked.

    Returns
    -------
    DataFrame
        One row per session, the last first: ``session_date``, ``round`` (the last one),
        ``raters_n``, ``departments_n``, ``accounts_n``, ``items_n``, ``state``, ``alpha``,
        ``alpha_before``, ``w``, ``w_items_n``, ``year_n``, ``only_first_round``,
        ``left_out_n``. A rater who gives no best guess in the last round is none of it; one
        without a department counts as a rater and for no department. `alpha` and `w` are
        missing with fewer than `least_raters`, `alpha_before` also when they were too few
        before the discussion, or when there was no second round.
    """
    rounds = last_rounds(scores)
    rows = [_session(scores, day, rounds, least_raters) for day in rounds.index[::-1]]
    sessions = pd.DataFrame(rows, columns=[
        SESSION, "round", "raters_n", "departments_n", "accounts_n", "items_n", "alpha",
        "alpha_before", "w", "w_items_n", "year_n", "only_first_round", "left_out_n",
        "shared_n"])
    state = np.select(
        [sessions["raters_n"] < least_raters, sessions["departments_n"] < least_departments,
         sessions["shared_n"] == 0, sessions["alpha"].isna(),
         sessions["alpha"] < least_agreement],
        [TOO_FEW_RATERS, TOO_FEW_DEPARTMENTS, NOTHING_SHARED, NO_SPREAD, DIVIDED], RANKED)
    sessions.insert(6, "state", pd.Series(state, index=sessions.index, dtype="str"))
    return sessions.drop(columns="shared_n")


def _session(scores: Scores, day: pd.Timestamp, rounds: pd.Series,
             least_raters: int) -> dict[str, object]:
    """One session in figures."""
    ratings = scores.ratings[scores.ratings[SESSION] == day]
    last, first = (ratings[ratings["round"] == one] for one in (rounds[day], 1))
    table = _by_rater(last)
    is_panel = table.shape[1] >= least_raters
    before = _by_rater(first) if rounds[day] > 1 else table.iloc[:, :0]
    return {
        SESSION: day, "round": int(rounds[day]), "raters_n": table.shape[1],
        "departments_n": last["department"].nunique(), "accounts_n": last[ACCOUNT].nunique(),
        "items_n": len(table), "alpha": krippendorff_alpha(table) if is_panel else np.nan,
        "alpha_before": (krippendorff_alpha(before) if before.shape[1] >= least_raters
                         else np.nan),
        "w": kendall_w(table) if is_panel else np.nan, "w_items_n": len(table.dropna()),
        "year_n": int(((rounds.index > day - YEAR) & (rounds.index <= day)).sum()),
        "only_first_round": len(set(first["rater"]) - set(last["rater"])),
        "left_out_n": int(scores.left_out.get(day, 0)),
        "shared_n": int((table.count(axis="columns") > 1).sum())}


def _by_rater(ratings: pd.DataFrame) -> pd.DataFrame:
    """Best guesses: a row per account and dimension, a column per rater."""
    return ratings.set_index([ACCOUNT, "dimension", "rater"])["best"].unstack("rater")


def expect_losses(scores: Scores) -> pd.DataFrame:
    """Ratings of the last rounds with what each rater expects to lose.

    Parameters
    ----------
    scores : Scores
        From `scores.read_scores`.

    Returns
    -------
    DataFrame
        The ratings of the last round of each session, with ``expected_loss`` (best guess ×
        loss), ``expected_low`` and ``expected_high`` (the same at the ends of the range)
        [company currency]; all missing where the loss is.
    """
    last = last_round(scores.ratings, last_rounds(scores))
    return last.assign(expected_loss=last["best"] * last["loss"],
                       expected_low=last["low"] * last["loss"],
                       expected_high=last["high"] * last["loss"]).reset_index(drop=True)


def summarize_items(expected: pd.DataFrame, ranked: pd.Series) -> pd.DataFrame:
    """Each account and dimension as the panel sees it.

    Parameters
    ----------
    expected : DataFrame
        From `expect_losses`.
    ranked : Series of Timestamp
        The sessions that allow a ranking.

    Returns
    -------
    DataFrame
        One row per session, account and dimension, as `reviews.sessions.SessionReview.items`
        tells. Quartiles are linearly interpolated. No figure is told of fewer than
        `LEAST_SHOWN` raters. Items of which the expected loss is not known have no rank.
    """
    groups = expected.groupby(ITEM)
    items = pd.concat([
        groups.size().rename("raters_n"),
        _middle(groups, list(MEDIANS)).rename(columns=MEDIANS), _middle(groups, EXPECTED),
        _quartiles(groups), groups["best"].min().rename("lowest"),
        groups["best"].max().rename("highest")], axis="columns")
    is_few = items["raters_n"] < LEAST_SHOWN
    ends = items[["lowest", "highest"]].mask(is_few)
    items = items.assign(lowest=ends["lowest"], highest=ends["highest"],
                         spread=(ends["highest"] - ends["lowest"]).round(DIGITS)).reset_index()
    return _with_rank(items, ranked)


def summarize_accounts(expected: pd.DataFrame, ranked: pd.Series) -> pd.DataFrame:
    """Each account as the panel sees it, by the worst dimension of each rater.

    Parameters
    ----------
    expected, ranked : DataFrame, Series
        As for `summarize_items`.

    Returns
    -------
    DataFrame
        One row per session and account, as `reviews.sessions.SessionReview.accounts` tells.
        ``dimension`` is the one that most raters hold the worst; of equally many, the one with
        the larger sum of their expected losses, then the first in the alphabet.

    Notes
    -----
    An account is lost once, so its dimensions are not added up. The chance of any attack is at
    least that of the likeliest one: the expected loss is a lower bound.
    """
    by = [SESSION, ACCOUNT]
    worst = (expected[expected["expected_loss"].notna()]
             .sort_values(["expected_loss", "dimension"], ascending=[False, True], kind="stable")
             .drop_duplicates([*by, "rater"]))
    groups = worst.groupby(by)
    held = worst.groupby(ITEM)["expected_loss"].agg(["size", "sum"]).reset_index()
    dimension = (held.sort_values(["size", "sum", "dimension"], ascending=[False, False, True])
                 .drop_duplicates(by).set_index(by)["dimension"])
    dimension = dimension.where(groups.size().reindex(dimension.index) >= LEAST_SHOWN)
    scored = expected.groupby(by)["rater"].nunique().rename("raters_n")
    accounts = pd.concat([_middle(groups, EXPECTED), _quartiles(groups), dimension],
                         axis="columns").reindex(scored.index)
    return _with_rank(accounts.assign(raters_n=scored).reset_index(), ranked)


def _middle(groups: DataFrameGroupBy, columns: list[str]) -> pd.DataFrame:
    """Medians, where enough raters gave a figure."""
    return groups[columns].median().where(groups[columns].count() >= LEAST_SHOWN)


def _quartiles(groups: DataFrameGroupBy) -> pd.DataFrame:
    """First and third quartile of the expected loss, where enough raters gave one."""
    losses = groups["expected_loss"]
    return pd.DataFrame({name: losses.quantile(share) for name, share in QUARTILES.items()}).where(
        losses.count() >= LEAST_SHOWN)


def _with_rank(table: pd.DataFrame, ranked: pd.Series) -> pd.DataFrame:
    """Ranks by expected loss where the panel allows them; the last session first."""
    losses = table["expected_loss"].where(table[SESSION].isin(ranked))
    rank = losses.groupby(table[SESSION]).rank(ascending=False, method="min")
    keys = [name for name in (ACCOUNT, "dimension") if name in table]
    return table.assign(rank=rank).sort_values(
        [SESSION, "expected_loss", *keys], ascending=[False, False, *[True] * len(keys)],
        ).reset_index(drop=True)
