"""The only place where the analyses meet: every figure of one quarter, computed and reconciled."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from qbrkit import account_figures, growth, segmentation
from qbrkit.commitments import count_promises, open_promises, review_promises
from qbrkit.cost_shares import gather_cost_shares
from qbrkit.coverage import list_uncounted, unknown_roles
from qbrkit.currencies import Rates
from qbrkit.facts import (
    convert_facts,
    gather_facts,
    reconcile,
    with_account_revenue,
)
from qbrkit.groups import Groups, roll_up
from qbrkit.periods import ReviewPeriod, choose_period, quarter_frequency, quarter_text
from qbrkit.reviews.customer_value import customer_effort, list_value
from qbrkit.reviews.gaps import review_gaps, review_prices
from qbrkit.reviews.group_members import list_members
from qbrkit.reviews.growth_bridge import review_bridges
from qbrkit.reviews.outreach import plan_outreach
from qbrkit.reviews.quarter_review import QuarterReview
from qbrkit.reviews.readiness import check_readiness
from qbrkit.reviews.retained import review_ranks, review_retention, review_silent
from qbrkit.reviews.risk import review_risks
from qbrkit.reviews.service import review_service
from qbrkit.reviews.sessions import review_sessions
from qbrkit.reviews.switching import add_switching, review_plan_use, review_switching
from qbrkit.reviews.target_review import review_targets
from qbrkit.reviews.threats import review_threats
from qbrkit.reviews.totals import reconcile_accounts, report_id, sum_totals
from qbrkit.reviews.wallets import add_wallets, review_wallets
from qbrkit.sources import Workspace, open_workspace
from qbrkit.value import stale_unit_values


def review_quarter(workspace: Workspace | Path | str, quarter: str = "") -> QuarterReview:
    """Compute every figure of one quarter.

    Parameters
    ----------
    workspace : Workspace or path
        An opened workspace, or the folder of one.
    quarter : str, default ""
        Fiscal quarter as ``2026Q3``; empty for the last complete one.

    Returns
    -------
    QuarterReview

    Raises
    ------
    SettingError, DataError
        If the workspace cannot be used or the quarter is not covered by its data.
    ReconciliationError
        If a total differs from the invoice lines by a cent.
    """
    if not isinstance(workspace, Workspace):
        workspace = open_workspace(workspace)
    settings, company = workspace.settings, workspace.settings.company
    coverage = workspace.coverage
    period = choose_period(coverage, quarter, settings.periods.allow_partial)
    year, as_of = period.year, period.as_of
    rates = Rates.of(workspace.tables.get("exchange_rates"), company.currency)
    groups = Groups.of(workspace.tables.get("accounts"), rates, settings.accounts.roll_up)
    converted, cost_shares = _convert(workspace, period, rates)
    members = list_members(converted, groups, year)
    converted = roll_up(converted, groups.parents)
    tables = {name: roll_up(table, groups.parents) if "account_id" in table.columns
              and name != "accounts" else table for name, table in workspace.tables.items()}
    accounts = account_figures.list_accounts(
        tables.get("accounts"), groups, converted[converted["quarter"] <= period.quarter],
        company, as_of)
    wallets = review_wallets(accounts, converted, settings, period)
    segments = account_figures.add_segments(
        add_wallets(accounts, wallets), converted, tables.get("segment_overrides"), settings,
        period)
    compared = account_figures.compare_year_ago(converted, period)
    accounts = account_figures.add_growth(segments.accounts, converted, compared, period)
    reconcile_accounts(accounts, converted, {
        "revenue_ltm": year, "revenue_quarter": [period.quarter]})
    accounts = account_figures.add_coverage(accounts, tables, settings, as_of)
    converted = with_account_revenue(
        converted, accounts.set_index("account_id")["currency"], rates)
    ledger = list_value(workspace, groups, period)
    accounts = account_figures.add_value(
        accounts, ledger, converted, customer_effort(workspace, groups, period.quarter, as_of),
        settings.value.discount_rate, year)
    use = review_plan_use(workspace, groups, as_of)
    switched = review_switching(workspace, groups, ledger, use, converted, year, as_of)
    accounts = add_switching(accounts, switched)
    promises, upcoming, promise_counts = _promises(tables, period)
    accounts = account_figures.add_promises(
        accounts, promises, upcoming, tables.get("complaints"), as_of)
    accounts = accounts.copy()  # in one piece: rows are then selected many times faster
    is_green = accounts["segment"] == segmentation.GREEN_CIRCLE
    service = review_service(workspace, groups, period.quarter)
    prices = review_prices(workspace, groups, period)
    gaps = review_gaps(accounts, converted, tables, wallets.white_space, prices, settings, period)
    bridges = review_bridges(workspace, groups, converted, compared, period)
    risk = review_risks(tables, accounts, converted, coverage, period,
                        settings.risks.seasonal_strength)
    silent = review_silent(workspace, groups, converted, accounts, period)
    sessions = review_sessions(tables, accounts, settings, period)
    return QuarterReview(
        settings=settings, quarter=period.quarter, as_of=as_of, is_partial=period.is_partial,
        year_ago=period.year_ago, data_from=coverage.first, data_until=coverage.last,
        facts=converted, cost_shares=cost_shares, accounts=accounts,
        cuts=segments.cuts, circle_sizes=segments.sizes, circle=segments.circle,
        wallets=wallets,
        families=(growth.compare_periods(converted, [period.year_ago], [period.quarter], "family")
                  if period.year_ago is not None else pd.DataFrame()),
        bridges=bridges,
        ranks=review_ranks(converted, compared, accounts.loc[is_green, "account_id"], period,
                           coverage),
        retention=review_retention(converted, compared, accounts, segments.circle, period),
        silent=silent,
        targets=review_targets(tables, accounts, converted, period.quarter, bridges),
        ledger=ledger, plan_use=use, switching=switched,
        promises=promises, upcoming=upcoming, promise_counts=promise_counts,
        unknown_roles=(unknown_roles(tables["contacts"]) if "contacts" in tables
                       else None),
        uncounted=list_uncounted(tables["contacts"]) if "contacts" in tables else None,
        stale_unit_values=stale_unit_values(ledger, as_of, year),
        members=members,
        service=service,
        threats=review_threats(tables, accounts, converted, gaps, wallets.white_space, period),
        prices=prices, gaps=gaps, sessions=sessions,
        readiness=check_readiness(accounts[is_green], gaps, workspace.commentary,
                                  service.levels if service else None, risk.blocked,
                                  silent, promises, sessions),
        outreach=plan_outreach(accounts, max(as_of, coverage.last.normalize())
                               + pd.Timedelta(days=1), settings, silent,
                               wallets.white_space, tables.get("contacts")),
        risks=risk, totals=sum_totals(converted, accounts, period.quarter),
        problems=workspace.problems, counts=workspace.counts,
        tables=frozenset({*tables, "invoice_lines"}), commentary=workspace.commentary,
        inputs_hash=workspace.inputs_hash,
        report_id=report_id(workspace.inputs_hash, period.quarter))


def _convert(workspace: Workspace, period: ReviewPeriod,
             rates: Rates) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Facts in company currency with their quarter, and the cost shares used."""
    gathered, shares = _gather(workspace, period.as_of)
    converted = convert_facts(gathered, rates, shares)
    frequency = quarter_frequency(workspace.settings.company.fiscal_year_start)
    return converted.assign(quarter=converted["month"].dt.to_period(frequency)), shares


def _gather(workspace: Workspace, as_of: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Facts and cost shares from the lines, or as they were kept."""
    currency = workspace.settings.company.currency

    def facts() -> pd.DataFrame:
        gathered = gather_facts(workspace.lines, workspace.products, currency)
        reconcile(gathered, workspace.lines, currency)
        return gathered

    def shares() -> pd.DataFrame:
        until = workspace.lines.filter(f"invoice_date <= date '{as_of:%Y-%m-%d}'")
        return gather_cost_shares(until, workspace.products)

    return (workspace.kept("facts", facts),
            workspace.kept(f"cost_shares {as_of:%Y-%m-%d}", shares))


def _promises(tables: Mapping[str, pd.DataFrame],
              period: ReviewPeriod) -> tuple[pd.DataFrame | None, ...]:
    """Promises of the review before, those to come, and what became of all."""
    if "commitments" not in tables:
        return None, None, None
    quarter, commitments = quarter_text(period.quarter), tables["commitments"]
    known = commitments[commitments["review_quarter"] <= quarter]  # later ones are not made yet
    return (review_promises(known, quarter, period.as_of),
            open_promises(known, period.as_of), count_promises(known, period.as_of))
