"""Is a competitor growing, and is it at our expense: yes, no or cannot tell, with the reason."""

import numpy as np
import pandas as pd

from qbrkit.threats.rates import newcombe, wilson

YES, NO, CANNOT_TELL = "yes", "no", "cannot_tell"
LEAST_DEALS = 5
"""Decided deals of the two years that must name a competitor before it is judged by them."""
SHARE, SIGNALS, SHARE_AND_SIGNALS = "share", "signals", "share_and_signals"
NOT_SHOWN, SHRINKS = "not_shown", "shrinks"
FEW_DEALS, NO_DEALS_NOW, NO_DEALS_BEFORE = "few_deals", "no_deals_now", "no_deals_before"
LOST, FELL, LOST_AND_FELL = "lost", "fell", "lost_and_fell"
KEEPS_PACE, NOTHING_LOST = "keeps_pace", "nothing_lost"
NO_YEAR_BEFORE, NO_REFERENCE = "no_year_before", "no_reference"
BY_TERRITORY = "by_territory"


def judge_competitors(encounters: pd.DataFrame, shift_share: pd.DataFrame,
                      named: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Rates with their intervals, and the two answers for each competitor and territory.

    Parameters
    ----------
    encounters : DataFrame
        From `encounters.count_encounters`.
    shift_share : DataFrame
        From `shift_share.shift_shares`; empty when the data do not cover the year before.
    named : DataFrame
        From `encounters.list_named`: the families each competitor is named in.
    cells : DataFrame
        From `shift_share.list_cells`; not used when `shift_share` is empty.

    Returns
    -------
    DataFrame
        The same rows with ``win_rate`` (won ÷ met), ``win_low``, ``win_high``, ``win_change`` with
        its ends, ``share`` (met ÷ decided), ``share_change`` with its ends; ``growing`` and
        ``at_our_expense``, each `YES`, `NO` or `CANNOT_TELL`, and the codes of their reasons.

    Notes
    -----
    Growing: the interval of the change of the encounter share lies above zero, or that of the
    signal index above 100. Fewer than `LEAST_DEALS` decided deals in the two years tell nothing,
    but signals still may. At our expense: the competitive term of the territory is below zero,
    and money was lost to the competitor in the last four quarters or our revenue fell in a family
    in which it is named in that territory. Over all territories that is not asked, unless there
    are none: what is lost in one would be laid at the door of whoever is met in another.
    """
    rates = _rates(encounters)
    few = rates["met_n"] + rates["met_n_before"] < LEAST_DEALS
    expense = _at_our_expense(rates, few, shift_share, _fell(rates, named, cells))
    return rates.assign(**_growing(rates, few), **expense)


def _rates(rows: pd.DataFrame) -> pd.DataFrame:
    won, met, decided = rows["won_n"], rows["met_n"], rows["decided_n"]
    won_before, met_before = rows["won_n_before"], rows["met_n_before"]
    win, won_change = wilson(won, met), newcombe(won, met, won_before, met_before)
    shift = newcombe(met, decided, met_before, rows["decided_n_before"])
    return rows.assign(
        win_rate=win["rate"], win_low=win["low"], win_high=win["high"],
        win_change=won_change["change"], win_change_low=won_change["low"],
        win_change_high=won_change["high"], share=met / decided.where(decided > 0),
        share_change=shift["change"], share_change_low=shift["low"],
        share_change_high=shift["high"])


def _growing(rows: pd.DataFrame, few: pd.Series) -> dict[str, pd.Series]:
    """Whether each grows: by deals, by signals, or by both."""
    up, down = ~few & (rows["share_change_low"] > 0), ~few & (rows["share_change_high"] < 0)
    signals = rows["signal_low"] > 100
    reasons = _first([
        (up & signals, SHARE_AND_SIGNALS), (up, SHARE), (signals, SIGNALS), (few, FEW_DEALS),
        (rows["decided_n_before"] == 0, NO_DEALS_BEFORE), (rows["decided_n"] == 0, NO_DEALS_NOW),
        (down, SHRINKS)], NOT_SHOWN, rows.index)
    return {"growing": _answers(reasons, {SHARE_AND_SIGNALS, SHARE, SIGNALS},
                                {NOT_SHOWN, SHRINKS}), "growing_reason": reasons}


def _at_our_expense(rows: pd.DataFrame, few: pd.Series, shift_share: pd.DataFrame,
                    fell: pd.Series) -> dict[str, pd.Series]:
    """Whether it is at our expense: against the reference, and by deals or revenue lost."""
    term = rows[["territory"]].merge(
        shift_share[["territory", "competitive"]], on="territory", how="left",
        validate="many_to_one")["competitive"].set_axis(rows.index)
    # a lost deal without an amount has lost us money that nobody wrote down
    lost = (rows["lost_money"] > 0) | ((rows["lost_n"] > 0) & rows["lost_money"].isna())
    reasons = _first([
        (few, FEW_DEALS),
        (pd.Series(shift_share.empty, index=rows.index), NO_YEAR_BEFORE),
        (rows["territory"].isna() & bool(shift_share["territory"].notna().any()), BY_TERRITORY),
        (term.isna(), NO_REFERENCE), (term >= 0, KEEPS_PACE), (lost & fell, LOST_AND_FELL),
        (lost, LOST), (fell, FELL)], NOTHING_LOST, rows.index)
    return {"at_our_expense": _answers(reasons, {LOST_AND_FELL, LOST, FELL},
                                       {KEEPS_PACE, NOTHING_LOST}), "expense_reason": reasons}


def _first(cases: list[tuple[pd.Series, str]], otherwise: str, index: pd.Index) -> pd.Series:
    """The reason of the first case that holds."""
    found = np.select([is_met.to_numpy(dtype=bool) for is_met, _ in cases],
                      [reason for _, reason in cases], otherwise)
    return pd.Series(found, index=index, dtype="str")


def _answers(reasons: pd.Series, yes: set[str], no: set[str]) -> pd.Series:
    answers = pd.Series(CANNOT_TELL, index=reasons.index, dtype="str")
    return answers.mask(reasons.isin(yes), YES).mask(reasons.isin(no), NO)


def _fell(rows: pd.DataFrame, named: pd.DataFrame, cells: pd.DataFrame) -> pd.Series:
    """Whether our revenue fell in a family in which the competitor is named in the territory."""
    less = cells[(cells["before"] > 0) & (cells["constant"] - cells["before"] < -0.005)]
    met = named[["competitor", "territory", "family"]].dropna().drop_duplicates().merge(
        less[["territory", "family"]].dropna(), on=["territory", "family"])
    pairs = pd.MultiIndex.from_frame(met[["competitor", "territory"]])
    at = pd.MultiIndex.from_frame(rows[["competitor", "territory"]])
    by_pair = pd.Series(at.isin(pairs), index=rows.index)
    somewhere = rows["competitor"].isin(met["competitor"]) | (
        rows["competitor"].isna() & (len(met) > 0))
    anybody = rows["competitor"].isna() & rows["territory"].isin(met["territory"])
    return by_pair | anybody | (rows["territory"].isna() & somewhere)
