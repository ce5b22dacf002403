"""The black-ops sessions of a company: who scored what, how far they agree, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from qbrkit.black_ops.backtest import score_sessions
from qbrkit.black_ops.counter_measures import judge_measures, list_unanswered, no_measures
from qbrkit.black_ops.disagreements import list_disagreements
from qbrkit.black_ops.moves import first_moves
from qbrkit.black_ops.panel import (
    RANKED,
    TOO_FEW_RATERS,
    expect_losses,
    summarize_accounts,
    summarize_items,
    summarize_sessions,
)
from qbrkit.black_ops.scores import read_scores, with_missing_dimension
from qbrkit.periods import ReviewPeriod
from qbrkit.settings import Settings


@dataclass(frozen=True)
class BacktestReview:
    """Sessions older than twelve months, scored against what happened.

    Parameters
    ----------
    forecasts : DataFrame
        One row per session and account that can be scored: ``session_date``, ``account_id``,
        ``probability`` (of an attack that succeeds, the likeliest dimension), ``happened``
        (0 or 1), ``lost`` (money of the deals lost) [company currency].
    scores : DataFrame
        One row per session: ``session_date``, ``accounts_n``, ``happened_n``, ``brier``,
        ``brier_of_base_rate`` (what the plain share of those that happened would have got).
    calibration : DataFrame
        One row per band of forecasts: ``low``, ``high``, ``n``, ``mean_probability``,
        ``happened_n``, ``share_low``, ``share_high`` (Wilson 95 %).
    not_scored : DataFrame
        ``session_date``, ``reason`` (``too_young``, ``no_deals``, ``deals_not_covered``) and
        ``from_day``, the first day on which a session that is too young can be scored.
    """

    forecasts: pd.DataFrame
    scores: pd.DataFrame
    calibration: pd.DataFrame
    not_scored: pd.DataFrame


@dataclass(frozen=True)
class SessionReview:
    """What the panels of the black-ops sessions found.

    Every table is of the last round of each session held until the end of the quarter after
    the one reviewed, and says by ``session_date`` which one; the last session is `latest`.

    Parameters
    ----------
    latest : Timestamp
        Day of the last session.
    sessions : DataFrame
        One row per session, the last first: ``session_date``, ``round`` (the last one),
        ``raters_n``, ``departments_n``, ``accounts_n``, ``items_n`` (account × dimension),
        ``state`` (``ranked``, ``divided``, ``no_spread``, ``nothing_shared``: no two raters
        scored the same item, ``too_few_raters``, ``too_few_departments``), ``alpha`` and
        ``alpha_before`` (of round 1), ``w``, ``w_items_n`` (items that every rater scored),
        ``year_n`` (sessions within the 365 days that end with it), ``only_first_round``
        (raters who did not score the last round),
        ``left_out_n`` (scores that cannot be used: a range that contradicts its best guess, a
        round that is neither 1 nor 2, or one rater's different scores of one item).
    items : DataFrame
        One row per session, account and dimension: ``raters_n``, the medians
        ``probability_low``, ``probability_best``, ``probability_high``, ``ease``, ``loss``;
        ``expected_loss`` (median of each rater's best guess × loss), ``expected_q1``,
        ``expected_q3``, ``expected_low`` and ``expected_high`` (medians at the low and the high
        chance) [company currency]; ``lowest`` and ``highest`` best guess, ``spread`` between
        them; ``rank`` (1 = first to be attacked; missing unless the state is ranked).
    accounts : DataFrame
        The same per session and account, of the dimension with the largest expected loss of
        each rater: ``dimension`` (the one most raters hold the worst), ``raters_n``,
        ``expected_loss``, ``expected_q1``, ``expected_q3``, ``expected_low``,
        ``expected_high``, ``rank``.
    disagreements : DataFrame
        The agenda, the widest first, one row per session, account and dimension on which the
        best guesses lie 0.25 or more apart: ``lowest``, ``highest``, ``spread``,
        ``expected_loss``, ``low_department``, ``low_most`` (the highest best guess of that
        department), ``high_departments`` and ``high_least``, all missing unless one department
        lies below every other one, and ``is_blind_spot``: it lies so by 0.25 or more.
    moves : DataFrame
        Their first three moves against each account: ``session_date``, ``account_id``,
        ``order`` (1 to 3), ``move``, ``dimension``, ``named_n`` (raters), ``raters_n``,
        ``expected_loss``, ``ease``.
    measures : DataFrame
        Counter-measures of all sessions: ``session_date``, ``account_id``, ``dimension``,
        ``measure``, ``owner``, ``due``, ``status``, ``state`` (``done``, ``dropped``, ``open``,
        ``overdue``, ``unassigned``: open without owner or date), ``days_overdue``.
    unanswered : DataFrame
        First moves of the last session against which no open or done counter-measure
        stands, see `black_ops.counter_measures.list_unanswered`: as `moves`.
    backtest : BacktestReview or None
        None without any session that was complete enough to be scored later.
    """

    latest: pd.Timestamp
    sessions: pd.DataFrame
    items: pd.DataFrame
    accounts: pd.DataFrame
    disagreements: pd.DataFrame
    moves: pd.DataFrame
    measures: pd.DataFrame
    unanswered: pd.DataFrame
    backtest: BacktestReview | None


def review_sessions(tables: Mapping[str, pd.DataFrame], accounts: pd.DataFrame,
                    settings: Settings, period: ReviewPeriod) -> SessionReview | None:
    """What the panels of the black-ops sessions found.

    Parameters
    ----------
    tables : mapping
        The contract's tables, rolled up: ``black_ops_scores``, ``counter_measures``, ``deals``.
    accounts : DataFrame
        One row per account, by ``account_id``; scores and measures of others count for none.
    settings : Settings
        What qbr.toml says.
    period : ReviewPeriod
        The quarter reviewed.

    Returns
    -------
    SessionReview or None
        None without a session of a known account held by then.

    Notes
    -----
    A quarter is reviewed in the one that follows, and so is its session held: sessions until
    the end of the following quarter belong to the review.
    Scores of the members of a group are those of its top parent. A rater who scored several
    members differently in one dimension gave no one score of the group: none counts, see
    ``left_out_n``.
    """
    known, as_of = set(accounts["account_id"]), period.as_of
    written = tables.get("black_ops_scores")
    if written is None:
        return None
    until = (period.quarter + 1).end_time.normalize()
    scores = read_scores(written[written["account_id"].isin(known)], until)
    if scores.moves.empty:
        return None
    limits = settings.black_ops
    sessions = summarize_sessions(scores, limits.least_raters, limits.least_departments,
                                  limits.least_agreement)
    ranked = sessions.loc[sessions["state"] == RANKED, "session_date"]
    panels = sessions.loc[sessions["state"] != TOO_FEW_RATERS, "session_date"]
    expected = expect_losses(scores)
    items = summarize_items(expected, ranked)
    moves = first_moves(scores, items)
    decided = tables.get("counter_measures", no_measures())
    measures = judge_measures(decided[decided["account_id"].isin(known)
                                      & (decided["session_date"] <= until)], as_of)
    return SessionReview(
        latest=sessions["session_date"].max(), sessions=sessions,
        items=with_missing_dimension(items),
        accounts=with_missing_dimension(summarize_accounts(expected, ranked)),
        disagreements=with_missing_dimension(list_disagreements(expected, items)),
        moves=with_missing_dimension(moves), measures=measures,
        unanswered=with_missing_dimension(list_unanswered(moves, measures)),
        backtest=_backtest(expected[expected["session_date"].isin(panels)], tables.get("deals"),
                           settings, as_of))


def _backtest(expected: pd.DataFrame, deals: pd.DataFrame | None, settings: Settings,
              as_of: pd.Timestamp) -> BacktestReview | None:
    """Every session that was a panel, held against what happened; None without any."""
    if expected.empty:
        return None
    until = settings.periods.data_until
    scored = score_sessions(expected, deals, as_of,
                            None if until is None else pd.Timestamp(until))
    return BacktestReview(forecasts=scored.forecasts, scores=scored.scores,
                          calibration=scored.calibration, not_scored=scored.not_scored)


def of_accounts(sessions: SessionReview, account_ids: Iterable[str]) -> SessionReview:
    """The same sessions with the rows of some accounts only.

    Parameters
    ----------
    sessions : SessionReview
        What the panels found.
    account_ids : iterable of str
        The accounts to keep.

    Returns
    -------
    SessionReview
        The table of sessions, the scores of the backtest and its calibration stay those of
        all accounts, and so do the ranks: they are a panel's, and cannot be cut in parts.
    """
    wanted = set(account_ids)

    def some(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["account_id"].isin(wanted)].reset_index(drop=True)

    backtest = sessions.backtest
    return replace(
        sessions, items=some(sessions.items), accounts=some(sessions.accounts),
        disagreements=some(sessions.disagreements), moves=some(sessions.moves),
        measures=some(sessions.measures), unanswered=some(sessions.unanswered),
        backtest=backtest and replace(backtest, forecasts=some(backtest.forecasts)))
