"""Competitors per territory: are they growing, is it at our expense, whom can they reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import pandas as pd

from qbrkit import threats
from qbrkit.periods import ReviewPeriod, quarter_text
from qbrkit.segmentation import GREEN_CIRCLE
from qbrkit.service_levels import MISSED, judge_levels
from qbrkit.threats.names import fold, without_unknown
from qbrkit.threats.windows import BEFORE, NOW, year_before

SOURCES = ("deals", "competitor_signals", "service_levels", "complaints")
"""Tables one of which is wanted; the market alone tells nothing of competitors."""


@dataclass(frozen=True)
class ThreatReview:
    """What the deals, the signals and the market say of the competitors.

    Parameters
    ----------
    encounters : DataFrame
        One row per competitor and territory, and one per competitor over all territories
        (missing ``territory``); the competitor is missing in the rows of all known ones
        together. Counts of the last four quarters and (``_before``) of the four before:
        ``decided_n`` (won and lost deals of the territory), ``met_n`` (those that name the
        competitor), ``won_n``, ``lost_n``, ``no_decision_n``; ``open_n`` (today, whatever
        day they are expected on: nobody recorded what was open a year ago); ``win_rate``,
        ``win_low``, ``win_high`` (Wilson 95 %), ``win_change``, ``win_change_low``,
        ``win_change_high`` (Newcombe 95 %); ``share`` (of encounters), ``share_change``,
        ``share_change_low``, ``share_change_high``; ``lost_money`` [company currency];
        ``first_seen``, its first deal or signal; ``signal_index`` (100 = the four quarters
        before), ``signal_low``, ``signal_high``; ``growing`` and ``growing_reason``,
        ``at_our_expense`` and ``expense_reason``: ``yes``, ``no`` or ``cannot_tell``, with the
        code of the reason; see `threats.verdicts`.
    unknown : DataFrame
        One row per territory and one of all (missing): ``decided_n``, ``unknown_n``,
        ``unknown_share``, ``no_decision_n``, ``open_n``, ``won_n``, ``lost_n``, ``win_rate``,
        ``lost_money``, and the same ``_before`` (but ``open_n``); of both years and what is open
        ``deals_n`` and ``unnamed_n`` (no known competitor); ``unpriced_n``, lost deals of the
        last four quarters without an amount; ``left_out_n``, deals that are in no other figure,
        without an outcome or ended on no known day. Empty without deals.
    shift_share : DataFrame
        One row per territory and one of the company (missing): ``before``, ``now``,
        ``change`` = ``market`` + ``mix`` + ``competitive`` + ``not_compared``, to the cent
        [company currency]; ``reference``: ``market``, ``other_territories`` or missing (and then
        the three terms are missing too), ``reference_growth`` in the territory; ``cells_n``,
        ``not_compared_n``. Empty where the data do not cover the year before.
    exposed : DataFrame
        Green Circle accounts that a competitor can reach, the largest first: ``account_id``,
        ``territory``, ``competitors`` (text), ``deals_n`` (of both years, and open ones),
        ``open_deals_n``, ``lost_money`` (of both years), ``white_space_families`` (text),
        ``gaps_n``, ``revenue_ltm``.
    weaknesses : DataFrame
        One row per territory, kind (``loss_reason``, ``service_level``, ``complaint``) and
        ``subject``: ``n``, ``of_n``, ``money`` (lost deals) [company currency], ``open_n``,
        ``n_before``, ``of_n_before``; a missing territory is all of them, a missing subject one
        that nobody wrote down. See `threats.weaknesses`.
    """

    encounters: pd.DataFrame
    unknown: pd.DataFrame
    shift_share: pd.DataFrame
    exposed: pd.DataFrame
    weaknesses: pd.DataFrame


def review_threats(tables: Mapping[str, pd.DataFrame], accounts: pd.DataFrame,
                   facts: pd.DataFrame, gaps: pd.DataFrame, white_space: pd.DataFrame,
                   period: ReviewPeriod) -> ThreatReview | None:
    """What is known of the competitors; None without deals, signals, service and complaints.

    Parameters
    ----------
    tables : mapping
        The contract's tables, rolled up; each of those used may be missing.
    accounts : DataFrame
        One row per account with ``territory``, ``segment`` and ``revenue_ltm``.
    facts : DataFrame
        Converted, rolled up, with ``quarter``. [company currency]
    gaps : DataFrame
        Gaps of Green Circle accounts by rule.
    white_space : DataFrame
        From `potential.find_white_space`.
    period : ReviewPeriod
        The quarter reviewed.

    Notes
    -----
    Territories are those of the top parents, in their spelling there.
    """
    if not any(name in tables for name in SOURCES):
        return None
    territories = accounts.set_index("account_id")["territory"]
    given = _spelled(tables, territories)
    deals = threats.prepare_deals(given["deals"], territories, period)
    named = threats.list_named(deals, given["competitor_signals"]["competitor"])
    totals = threats.count_deals(deals, named)
    encounters = threats.count_encounters(named, totals, threats.index_signals(
        _of_known(given["competitor_signals"], named), period))
    cells = threats.list_cells(facts, territories, period)
    shifts = threats.shift_shares(cells, given["market"] if len(given["market"]) else None, period)
    if not period.has_year_before:
        cells, shifts = cells.head(0), shifts.head(0)
    green = accounts.loc[accounts["segment"] == GREEN_CIRCLE,
                         ["account_id", "territory", "revenue_ltm"]]
    recent = named[named["window"].notna() | (named["outcome"] == "open")]
    return ThreatReview(
        encounters=threats.judge_competitors(encounters, shifts, recent, cells),
        unknown=totals, shift_share=shifts,
        exposed=threats.list_exposed(green, recent, white_space, gaps),
        weaknesses=_weaknesses(tables, deals, territories, period))


def of_territory(found: ThreatReview, territory: str) -> ThreatReview:
    """What is known of the competitors in one territory.

    Parameters
    ----------
    found : ThreatReview
        Of all territories.
    territory : str
        Its name, in any case.

    Returns
    -------
    ThreatReview
        The rows of that territory alone, without those over all of them.
    """
    wanted = fold(pd.Series([territory])).iloc[0]
    return ThreatReview(**{one.name: _rows_of(getattr(found, one.name), wanted)
                           for one in fields(found)})


def _rows_of(rows: pd.DataFrame, wanted: str) -> pd.DataFrame:
    return rows[fold(rows["territory"]) == wanted].reset_index(drop=True)


def _spelled(tables: Mapping[str, pd.DataFrame],
             territories: pd.Series) -> dict[str, pd.DataFrame]:
    """The tables of the competitors, empty where the export has none, territories as ours."""
    empty = {
        "deals": {"account_id": "str", "territory": "str", "family": "str", "outcome": "str",
                  "competitor": "str", "amount": "float64", "close_date": "datetime64[us]",
                  "loss_reason": "str"},
        "competitor_signals": {"competitor": "str", "territory": "str", "kind": "str",
                               "date": "datetime64[us]", "value": "float64"},
        "market": {"territory": "str", "family": "str", "quarter": "str", "size": "float64"}}
    found = {name: tables.get(name, pd.DataFrame({
        column: pd.Series(dtype=kind) for column, kind in columns.items()}))
        for name, columns in empty.items()}
    return {name: table.assign(territory=threats.spell(table["territory"], territories))
            for name, table in found.items()}


def _of_known(signals: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Signals of known competitors, spelled as in the deals."""
    known = without_unknown(signals["competitor"])
    return signals.assign(competitor=threats.spell(known, named["competitor"], known))[
        known.notna()]


def _weaknesses(tables: Mapping[str, pd.DataFrame], deals: pd.DataFrame, territories: pd.Series,
                period: ReviewPeriod) -> pd.DataFrame:
    """Where we lose by ourselves, of whatever the export knows."""
    found = [threats.count_loss_reasons(deals)]
    if (levels := tables.get("service_levels")) is not None:
        outcome = judge_levels(levels)["outcome"]
        quarters = {quarter_text(one): window for window, year in (
            (BEFORE, year_before(period)), (NOW, period.year)) for one in year}
        found.append(threats.count_missed_levels(
            levels.assign(is_missed=(outcome == MISSED).astype("boolean").where(
                outcome.notna())), territories, quarters))
    if (complaints := tables.get("complaints")) is not None:
        found.append(threats.count_complaints(complaints, territories, period))
    return pd.concat(found, ignore_index=True)
