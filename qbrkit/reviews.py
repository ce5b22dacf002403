"""The only place where the analyses meet: one frozen review of the quarter.

The internal review, black ops and the transactional plan read it; the disclosure makes
each customer's view from it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from qbrkit import __version__, account_figures, growth, segmentation, value, year_plan
from qbrkit.black_ops import family_without_objective, find_gaps
from qbrkit.commitments import next_ninety_days, review_promises
from qbrkit.cost_shares import gather_cost_shares
from qbrkit.currencies import Rates
from qbrkit.errors import ReconciliationError
from qbrkit.facts import (
    UNKNOWN_FAMILY,
    convert_facts,
    gather_facts,
    reconcile,
    with_account_revenue,
)
from qbrkit.groups import Groups, roll_up
from qbrkit.periods import ReviewPeriod, choose_period, quarter_frequency, quarter_text
from qbrkit.problems import Problem
from qbrkit.settings import Settings
from qbrkit.sources import Workspace, open_workspace
from qbrkit.sources.workspace import RowCount

HALF_A_CENT = 0.005


@dataclass(frozen=True)
class QuarterReview:
    """Every figure of one quarter.

    Parameters
    ----------
    settings : Settings
        What qbr.toml says.
    quarter : Period
        The fiscal quarter reviewed; ``as_of`` is its last day.
    is_partial : bool
        The quarter, or its last twelve months, is not complete; every page says so.
    year_ago : Period or None
        The same quarter a year before; None when the data do not cover it.
    data_from, data_until : Timestamp
        First and last day of the data.
    facts : DataFrame
        account × month × family in company currency, rolled up, with ``quarter``, and
        ``revenue_account`` in the currency of the account.
    cost_shares : DataFrame
        Range of cost ÷ revenue per family that an unknown cost is taken from.
    accounts : DataFrame
        One row per account with all its figures; see `accounts_csv` for the public part.
    cuts : Cuts
        Where the circle was drawn.
    circle_sizes : DataFrame
        How many accounts would be Green Circle at other cut shares.
    families : DataFrame
        Growth by product family, year on year.
    ledger, plan_use : DataFrame or None
        Value lines and use of the plans, None without their tables. [account currency]
    promises, upcoming : DataFrame or None
        Promises of the review before, and those of the next ninety days.
    service_levels : DataFrame or None
        Service measures of the quarter.
    gaps : DataFrame
        Gaps of Green Circle accounts by rule.
    calls : DataFrame
        Outreach of the transactional accounts.
    totals : mapping
        Figures of the whole company, reconciled to the cent.
    problems, counts : tuple of Problem, mapping
        What was found wrong in the export, and rows per table.
    tables : frozenset of str
        Tables the workspace holds.
    commentary : mapping
        The account managers' own words, Markdown by account.
    report_id : str
        Short hash of inputs, quarter and version: same id, same figures.
    """

    settings: Settings
    quarter: pd.Period
    as_of: pd.Timestamp
    is_partial: bool
    year_ago: pd.Period | None
    data_from: pd.Timestamp
    data_until: pd.Timestamp
    facts: pd.DataFrame
    cost_shares: pd.DataFrame
    accounts: pd.DataFrame
    cuts: segmentation.Cuts
    circle_sizes: pd.DataFrame
    families: pd.DataFrame
    ledger: pd.DataFrame | None
    plan_use: pd.DataFrame | None
    promises: pd.DataFrame | None
    upcoming: pd.DataFrame | None
    service_levels: pd.DataFrame | None
    gaps: pd.DataFrame
    calls: pd.DataFrame
    totals: Mapping[str, float]
    problems: tuple[Problem, ...]
    counts: Mapping[str, RowCount]
    tables: frozenset[str]
    commentary: Mapping[str, str]
    inputs_hash: str
    report_id: str

    @property
    def green_circle(self) -> pd.DataFrame:
        """Rows of the Green Circle accounts, largest revenue of the year first."""
        green = self.accounts[self.accounts["segment"] == segmentation.GREEN_CIRCLE]
        return green.sort_values(["revenue_ltm", "account_id"], ascending=[False, True])

    @property
    def has_cost(self) -> bool:
        """Whether any cost is known, so that margins can be told."""
        return bool(self.facts["gross_margin_low"].notna().any())


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
    converted, cost_shares = _convert(workspace, groups, period)
    tables = {name: roll_up(table, groups.parents) if "account_id" in table.columns
              and name != "accounts" else table for name, table in workspace.tables.items()}
    accounts = account_figures.list_accounts(
        tables.get("accounts"), groups, converted[converted["quarter"] <= period.quarter],
        company, as_of)
    accounts, cuts, sizes = account_figures.add_segments(
        accounts, converted, tables.get("segment_overrides"), settings, period)
    accounts = account_figures.add_growth(accounts, converted, period)
    _reconcile_accounts(accounts, converted, {
        "revenue_ltm": year, "revenue_quarter": [period.quarter]})
    accounts = account_figures.add_coverage(accounts, tables, settings, as_of)
    converted = with_account_revenue(
        converted, accounts.set_index("account_id")["currency"], rates)
    ledger = _ledger(workspace, groups, period.quarter)
    accounts = account_figures.add_value(
        accounts, ledger, converted, customer_effort(workspace, groups, period.quarter),
        settings.value.discount_rate, year)
    promises, upcoming = _promises(tables, period)
    accounts = account_figures.add_promises(
        accounts, promises, upcoming, tables.get("complaints"), as_of)
    is_green = accounts["segment"] == segmentation.GREEN_CIRCLE
    return QuarterReview(
        settings=settings, quarter=period.quarter, as_of=as_of, is_partial=period.is_partial,
        year_ago=period.year_ago, data_from=coverage.first, data_until=coverage.last,
        facts=converted, cost_shares=cost_shares, accounts=accounts, cuts=cuts, circle_sizes=sizes,
        families=(growth.compare_periods(converted, [period.year_ago], [period.quarter], "family")
                  if period.year_ago is not None else pd.DataFrame()),
        ledger=ledger, plan_use=_plan_use(workspace, groups, as_of),
        promises=promises, upcoming=upcoming,
        service_levels=_service_levels(tables, period.quarter),
        gaps=_gaps(accounts[is_green], converted, tables.get("objectives"), settings, period),
        calls=year_plan.plan_calls(accounts[~is_green], max(as_of, coverage.last.normalize())
                                   + pd.Timedelta(days=1),
                                   settings.year_plan.target_days),
        totals=_totals(converted, accounts, period.quarter),
        problems=workspace.problems, counts=workspace.counts,
        tables=frozenset({*tables, "invoice_lines"}), commentary=workspace.commentary,
        inputs_hash=workspace.inputs_hash,
        report_id=_report_id(workspace.inputs_hash, period.quarter))


def _convert(workspace: Workspace, groups: Groups,
             period: ReviewPeriod) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Facts in company currency, rolled up, with their quarter; and the cost shares used."""
    gathered, shares = _gather(workspace, period.as_of)
    converted = convert_facts(gathered, groups.rates, shares)
    frequency = quarter_frequency(workspace.settings.company.fiscal_year_start)
    return roll_up(converted, groups.parents).assign(
        quarter=converted["month"].dt.to_period(frequency)), shares


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


def _reconcile_accounts(accounts: pd.DataFrame, converted: pd.DataFrame,
                        sums: Mapping[str, list[pd.Period]]) -> None:
    """The accounts shown and what is not assigned are all the lines of a period, to the cent."""
    for name, quarters in sums.items():
        inside = converted[converted["quarter"].isin(quarters)]
        not_assigned = inside.loc[inside["account_id"].isna(), "revenue"].sum()
        by_account, total = accounts[name].sum(), inside["revenue"].sum()
        if not abs(by_account + not_assigned - total) < HALF_A_CENT:
            raise ReconciliationError(
                f"{name}: accounts ({by_account:.2f}) and not assigned ({not_assigned:.2f}) do "
                f"not add up to all lines ({total:.2f})")


def _ledger(workspace: Workspace, groups: Groups, quarter: pd.Period) -> pd.DataFrame | None:
    """Value lines of each account under its own plan, then put to the top parents."""
    tables = workspace.tables
    if not {"benefits", "services"} & set(tables):
        return None
    ledger = value.list_value_lines(
        tables.get("benefits"), tables.get("services"), tables.get("plan_components"),
        groups.plan, quarter.freqstr)
    month = ledger["month"].fillna(_last_month(ledger["quarter"]))
    rolled = groups.roll_up(ledger, month, ["amount"]).sort_values(
        "account_id", kind="stable", ignore_index=True)
    value.refuse_double_counts(rolled)  # a parent and its child may cite the same evidence
    return rolled


def _plan_use(workspace: Workspace, groups: Groups, as_of: pd.Timestamp) -> pd.DataFrame | None:
    """Use of the plans of a group together, in the currency of the top parent."""
    if "plan_components" not in workspace.tables:
        return None
    use = value.plan_use(workspace.tables.get("services"), workspace.tables["plan_components"],
                         groups.plan, as_of)
    month = pd.Series(as_of.to_period("M").start_time, index=use.index)
    rolled = groups.roll_up(use, month, ["unit_list_value", "used_value"])
    columns = ["included_quantity", "used_quantity", "open_quantity", "used_value"]
    return rolled.groupby(
        ["account_id", "component_id", "name", "plan_only", "unit_list_value"], sort=False,
        dropna=False)[columns].sum(min_count=1).reset_index()[list(use.columns)]


def customer_effort(workspace: Workspace, groups: Groups,
                    quarter: pd.Period) -> pd.DataFrame | None:
    """The customers' own effort by quarter, in the currency of the top parent."""
    if "customer_costs" not in workspace.tables:
        return None
    costs = workspace.tables["customer_costs"]
    costs = costs.assign(quarter=pd.PeriodIndex(costs["quarter"], freq=quarter.freqstr))
    rolled = groups.roll_up(costs, _last_month(costs["quarter"]), ["amount"])
    return rolled.assign(month=pd.Series(pd.NaT, index=rolled.index, dtype="datetime64[us]"))


def _last_month(quarters: pd.Series) -> pd.Series:
    """First day of the last month of each quarter."""
    return quarters.dt.asfreq("M", how="end").dt.start_time.astype("datetime64[us]")


def _promises(tables: Mapping[str, pd.DataFrame],
              period: ReviewPeriod) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    if "commitments" not in tables:
        return None, None
    quarter, commitments = quarter_text(period.quarter), tables["commitments"]
    known = commitments[commitments["review_quarter"] <= quarter]  # later ones are not made yet
    return (review_promises(known, quarter, period.as_of),
            next_ninety_days(known, period.as_of))


def _service_levels(tables: Mapping[str, pd.DataFrame],
                    quarter: pd.Period) -> pd.DataFrame | None:
    if "service_levels" not in tables:
        return None
    levels = tables["service_levels"]
    return levels[levels["quarter"] == quarter_text(quarter)].sort_values(
        ["account_id", "measure"]).reset_index(drop=True)


def _gaps(green: pd.DataFrame, converted: pd.DataFrame, objectives: pd.DataFrame | None,
          settings: Settings, period: ReviewPeriod) -> pd.DataFrame:
    without: pd.Series = pd.Series(np.nan, index=green.index, dtype="str")
    if objectives is not None:
        named = converted[converted["family"] != UNKNOWN_FAMILY]
        without = green["account_id"].map(
            family_without_objective(named, objectives, period.year)).astype("str")
    return find_gaps(green.assign(family_without_objective=without), period.as_of,
                     settings.contacts.minimum, settings.black_ops.contract_days)


def _totals(converted: pd.DataFrame, accounts: pd.DataFrame,
            quarter: pd.Period) -> dict[str, float]:
    inside = converted[converted["quarter"] == quarter]
    has_cost = converted["gross_margin_low"].notna().any()  # a sum over nothing is unknown then
    margins = {f"gross_margin_quarter_{end}": float(
        inside[f"gross_margin_{end}"].sum(skipna=False)) if has_cost else np.nan
        for end in ("low", "high")}
    not_assigned = converted["account_id"].isna()
    return {
        "lines": int(converted["lines_n"].sum()),
        "revenue_all": float(converted["revenue"].sum()),
        "revenue_not_assigned": float(converted.loc[not_assigned, "revenue"].sum()),
        "revenue_quarter": float(inside["revenue"].sum()),
        "returns_quarter": float(inside["returns"].sum()), **margins,
        "accounts": len(accounts),
        "green_circle": int((accounts["segment"] == segmentation.GREEN_CIRCLE).sum())}


def _report_id(inputs_hash: str, quarter: pd.Period) -> str:
    text = f"{inputs_hash} {quarter_text(quarter)} {__version__}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]
