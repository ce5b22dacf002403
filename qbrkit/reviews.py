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

from qbrkit import __version__, coverage, facts, growth, potential, segmentation, value, year_plan
from qbrkit import black_ops as gaps_by_rule
from qbrkit import commitments as promised
from qbrkit.errors import DataError, ReconciliationError
from qbrkit.periods import last_twelve_months, parse_quarter, quarter_text
from qbrkit.problems import Problem
from qbrkit.settings import Settings
from qbrkit.sources import Workspace, open_workspace
from qbrkit.sources.workspace import RowCount

ACCOUNT_COLUMNS = ["account_id", "name", "territory", "industry", "owner", "currency", "language",
                   "country", "plan_id", "contract_end", "do_not_contact", "annual_wallet"]
MONEY = ["revenue", "gross_margin_low", "gross_margin_high"]
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
        account × month × family in company currency, rolled up, with ``quarter``.
    accounts : DataFrame
        One row per account with all its figures; see `accounts_table` for the public part.
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
    settings, coverage_ = workspace.settings, workspace.coverage
    period = (parse_quarter(quarter, settings.company.fiscal_year_start) if quarter
              else coverage_.last_complete())
    year = last_twelve_months(period)
    coverage_.require_complete(period, settings.periods.allow_partial)
    if not coverage_.are_complete(year) and not settings.periods.allow_partial:
        raise DataError(
            f"invoice_lines: the last twelve months of {quarter_text(period)} begin with "
            f"{quarter_text(year[0])}, but the invoices begin on {coverage_.first:%Y-%m-%d}; "
            "review a later quarter or export a longer period", "invoice_lines", "invoice_date")
    year_ago = period - 4 if coverage_.is_complete(period - 4) else None  # four quarters
    converted, parents = _convert(workspace)
    _reconcile_total(converted)
    group = _Group.of(workspace, parents)
    tables = {name: facts.roll_up(table, parents) if "account_id" in table.columns
              and name != "accounts" else table for name, table in workspace.tables.items()}
    as_of = period.end_time.normalize()
    accounts = _list_accounts(tables.get("accounts"), group, converted, settings, as_of)
    accounts, cuts, sizes = _with_segments(accounts, converted, tables, settings, period, as_of,
                                           coverage_.are_complete(last_twelve_months(period - 1)))
    accounts = _with_growth(accounts, converted, period, year_ago)
    accounts = _with_coverage(accounts, tables, settings, as_of)
    ledger, plan_use = _ledger(workspace, group, period), _plan_use(workspace, group, as_of)
    effort = _effort(workspace, group, period)
    spend = account_revenue(converted, accounts, tables.get("exchange_rates"),
                            settings.company.currency)
    accounts = _with_value(accounts, ledger, spend, effort, settings, year)
    promises, upcoming = _promises(tables, period, as_of)
    accounts = _with_promises(accounts, promises, upcoming, tables.get("complaints"), as_of)
    families = (growth.compare_periods(converted, [year_ago], [period], "family")
                if year_ago is not None else pd.DataFrame())
    green = accounts[accounts["segment"] == segmentation.GREEN_CIRCLE]
    return QuarterReview(
        settings=settings, quarter=period, as_of=as_of,
        is_partial=not coverage_.are_complete(year), year_ago=year_ago,
        data_from=coverage_.first, data_until=coverage_.last, facts=converted,
        accounts=accounts, cuts=cuts, circle_sizes=sizes, families=families, ledger=ledger,
        plan_use=plan_use, promises=promises, upcoming=upcoming,
        service_levels=_service_levels(tables, period),
        gaps=_gaps(green, converted, tables, settings, year, as_of),
        calls=year_plan.plan_calls(
            accounts[accounts["segment"] == segmentation.TRANSACTIONAL],
            as_of + pd.Timedelta(days=1), settings.year_plan.target_days),
        totals=_totals(workspace, converted, accounts, period),
        problems=workspace.problems, counts=workspace.counts,
        tables=frozenset({*tables, "invoice_lines"}), commentary=workspace.commentary,
        inputs_hash=workspace.inputs_hash,
        report_id=_report_id(workspace.inputs_hash, period))


def _convert(workspace: Workspace) -> tuple[pd.DataFrame, pd.Series]:
    """Facts in company currency, rolled up to top parents, with their fiscal quarter."""
    currency = workspace.settings.company.currency
    products = workspace.tables.get("products")
    known = workspace.connection.table("contract.products") if products is not None else None
    gathered = facts.gather_facts(workspace.lines, known, currency)
    facts.reconcile(gathered, workspace.lines, currency)
    shares = facts.gather_cost_shares(workspace.lines, known)
    converted = facts.convert_facts(gathered, workspace.tables.get("exchange_rates"), shares,
                                    currency)
    accounts = workspace.tables.get("accounts")
    parents = (facts.top_parents(accounts)
               if accounts is not None and workspace.settings.accounts.roll_up
               else pd.Series(dtype="str"))
    frequency = workspace.coverage.quarter_of(workspace.coverage.last).freqstr
    return facts.roll_up(converted, parents).assign(
        quarter=converted["month"].dt.to_period(frequency)), parents


@dataclass(frozen=True)
class _Group:
    """Which account rolls up to which, and in which currency and plan each stands."""

    parents: pd.Series
    currency: pd.Series
    plan: pd.Series
    exchange_rates: pd.DataFrame | None
    company_currency: str

    @classmethod
    def of(cls, workspace: Workspace, parents: pd.Series) -> "_Group":
        company = workspace.settings.company.currency
        master = workspace.tables.get("accounts")
        if master is None:
            return cls(parents, pd.Series(dtype="str"), pd.Series(dtype="str"), None, company)
        indexed = master.set_index("account_id")
        return cls(parents, indexed["currency"].fillna(company), indexed["plan_id"],
                   workspace.tables.get("exchange_rates"), company)

    def roll_up(self, table: pd.DataFrame, month: pd.Series,
                amounts: list[str]) -> pd.DataFrame:
        """A table at the top parents, its amounts in their currency at the rate of the month."""
        rolled = facts.roll_up(table, self.parents)
        own, top = (one["account_id"].map(self.currency).fillna(self.company_currency)
                    for one in (table, rolled))
        rates = facts._rates_by_month(self.exchange_rates, self.company_currency)
        factor = (facts._rate_of(own, month, rates, self.company_currency)
                  / facts._rate_of(top, month, rates, self.company_currency)).mask(own == top, 1.0)
        return rolled.assign(**{name: rolled[name] * factor for name in amounts})


def _reconcile_total(converted: pd.DataFrame) -> None:
    """Rolling up must neither lose nor double a cent."""
    assigned = converted["account_id"].notna()
    by_account = converted[assigned].groupby("account_id")["revenue"].sum().sum()
    not_assigned = converted.loc[~assigned, "revenue"].sum()
    total = converted["revenue"].sum()
    if abs(by_account + not_assigned - total) >= HALF_A_CENT:
        raise ReconciliationError(
            f"accounts ({by_account:.2f}) and not assigned ({not_assigned:.2f}) do not add up to "
            f"all lines ({total:.2f})")


def _list_accounts(master: pd.DataFrame | None, group: _Group, converted: pd.DataFrame,
                   settings: Settings, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per top account: those of the master, then those only the lines know.

    ``annual_wallet`` is the sum of the group in company currency, unknown without a rate.
    """
    parents = group.parents
    billed = pd.Index(converted["account_id"].dropna().unique(), name="account_id")
    if master is None:
        master = pd.DataFrame({name: pd.Series(dtype="str") for name in ACCOUNT_COLUMNS}).astype(
            {"annual_wallet": "float64", "do_not_contact": "boolean",
             "contract_end": "datetime64[us]"})
    rates = {currency: facts.rate_between(
        currency, as_of.to_period("M").start_time, group.exchange_rates, group.company_currency)
        for currency in group.currency.unique()}
    stated = master.assign(annual_wallet=master["annual_wallet"]
                           * master["account_id"].map(group.currency).map(rates).astype("float64"))
    wallets = facts.roll_up(stated, parents).groupby("account_id")["annual_wallet"].sum(
        min_count=1)
    tops = master[master["account_id"].isin(parents) | (len(parents) == 0)][ACCOUNT_COLUMNS]
    others = pd.DataFrame({"account_id": sorted(
        {*billed, *parents.unique()} - set(tops["account_id"]))}, dtype="str")
    accounts = pd.concat([tops, others], ignore_index=True)
    return accounts.assign(
        name=accounts["name"].fillna(accounts["account_id"]),
        currency=accounts["currency"].fillna(settings.company.currency),
        language=accounts["language"].str.lower().fillna(settings.company.language),
        annual_wallet=accounts["account_id"].map(wallets),
    ).astype({"name": "str"}).sort_values("account_id").reset_index(drop=True)


def _segmentation_input(accounts: pd.DataFrame, converted: pd.DataFrame, settings: Settings,
                        quarter: pd.Period) -> pd.DataFrame:
    """What the segmentation needs to know at the end of a quarter."""
    sums = growth.sum_over(converted, last_twelve_months(quarter), MONEY)
    known_margin = converted["gross_margin_low"].notna().any()
    first = converted[converted["quarter"] <= quarter].groupby("account_id")["month"].min()
    history = (quarter.ordinal
               - pd.PeriodIndex(first, freq=quarter.freqstr).asi8 + 1)
    table = accounts[["account_id", "annual_wallet"]].merge(
        sums.reset_index(), on="account_id", how="left", validate="1:1")
    filled = {"revenue": 0.0} | (dict.fromkeys(MONEY[1:], 0.0) if known_margin else {})
    table = table.fillna(filled)
    table["history_quarters"] = table["account_id"].map(
        pd.Series(history, index=first.index)).fillna(0)
    found = potential.find_potential(table, sums["revenue"], settings.potential.capture_rate)
    return table.merge(found, on="account_id", validate="1:1")


def _with_segments(accounts: pd.DataFrame, converted: pd.DataFrame,
                   tables: Mapping[str, pd.DataFrame], settings: Settings, quarter: pd.Period,
                   as_of: pd.Timestamp, previous_is_covered: bool,
                   ) -> tuple[pd.DataFrame, segmentation.Cuts, pd.DataFrame]:
    given, history = settings.segmentation, settings.segmentation.min_history_quarters
    figures = _segmentation_input(accounts, converted, settings, quarter)
    share = segmentation.cut_share_for(figures, settings.company.reviews_per_quarter,
                                       given.cut_share, history)
    segmented = segmentation.segment_accounts(figures, share, history)
    cuts = segmented.attrs["cuts"]
    overrides = tables.get("segment_overrides")
    segmented = segmentation.apply_overrides(segmented, overrides, as_of)
    sizes = pd.DataFrame({"cut_share": segmentation.SHARES_SHOWN, "accounts_n": [
        segmentation.count_green(figures, one, history) for one in segmentation.SHARES_SHOWN]})
    previous = pd.Series(np.nan, index=segmented.index, dtype="str")
    if previous_is_covered:
        before = _segmentation_input(accounts, converted, settings, quarter - 1)
        previous = segmentation.apply_overrides(
            segmentation.segment_accounts(before, share, history), overrides,
            (quarter - 1).end_time.normalize())["segment"]
    renamed = segmented.assign(previous_segment=previous).drop(columns="annual_wallet").rename(
        columns={"revenue": "revenue_ltm", "gross_margin_low": "gross_margin_ltm_low",
                 "gross_margin_high": "gross_margin_ltm_high"})
    return accounts.merge(renamed, on="account_id", validate="1:1"), cuts, sizes


def _with_growth(accounts: pd.DataFrame, converted: pd.DataFrame, quarter: pd.Period,
                 year_ago: pd.Period | None) -> pd.DataFrame:
    sums = growth.sum_over(converted, [quarter], MONEY)
    known_margin = converted["gross_margin_low"].notna().any()
    table = accounts.merge(sums.rename(columns={
        name: f"{name.replace('gross_margin', 'gross_margin_quarter')}" if name != "revenue"
        else "revenue_quarter" for name in MONEY}).reset_index(),
        on="account_id", how="left", validate="1:1").fillna({"revenue_quarter": 0.0} | (
            dict.fromkeys(["gross_margin_quarter_low", "gross_margin_quarter_high"], 0.0)
            if known_margin else {}))
    if year_ago is None:
        return table.assign(**dict.fromkeys(
            ["revenue_quarter_year_ago", "revenue_change", "exchange_rates", "change_constant",
             "change_rate", "growth", "growth_rank"], np.nan))
    compared = growth.rank_growth(growth.compare_periods(converted, [year_ago], [quarter]))
    compared = compared.rename(columns={"base": "revenue_quarter_year_ago",
                                        "change": "revenue_change"}).drop(columns="review")
    none = ["revenue_quarter_year_ago", "revenue_change", "exchange_rates", "change_constant"]
    table = table.merge(compared, on="account_id", how="left", validate="1:1", indicator=True)
    bought_nothing = table.pop("_merge") == "left_only"  # what is unknown stays unknown
    return table.assign(**{name: table[name].mask(bought_nothing, 0.0) for name in none})


def _with_coverage(accounts: pd.DataFrame, tables: Mapping[str, pd.DataFrame], settings: Settings,
                   as_of: pd.Timestamp) -> pd.DataFrame:
    limits, contacts, activities = settings.contacts, tables.get("contacts"), tables.get(
        "activities")
    table = accounts.assign(**dict.fromkeys(
        ["contacts_n", "persons_n", "roles_n", "days_since_contact", "our_people_n",
         "their_people_n"], np.nan), missing_roles=pd.Series(
             np.nan, index=accounts.index, dtype="str"),
        last_contact=pd.Series(pd.NaT, index=accounts.index, dtype="datetime64[us]"))
    if contacts is not None:
        counted = coverage.count_contacts(contacts, activities, as_of, limits.active_days)
        table = _put(table, counted, {"persons_n": 0.0} | (
            {"contacts_n": 0.0, "roles_n": 0.0,
             "missing_roles": ", ".join(coverage.REQUIRED_ROLES)}
            if activities is not None else {}))
    if activities is not None:
        table = _put(table, coverage.measure_cadence(activities, as_of), {})
        table = _put(table, coverage.count_threads(activities, as_of, limits.active_days),
                     {"our_people_n": 0.0, "their_people_n": 0.0})
    green = table["segment"] == segmentation.GREEN_CIRCLE
    limit = pd.Series(np.where(green, limits.green_circle_days, limits.transactional_days),
                      index=table.index)
    return table.assign(
        contact_status=coverage.contact_status(table["contacts_n"], limits.minimum,
                                               limits.maximum),
        overdue_days=coverage.overdue_days(table["days_since_contact"], limit))


def _put(accounts: pd.DataFrame, figures: pd.DataFrame,
         where_absent: Mapping[str, float | str]) -> pd.DataFrame:
    """Accounts with some figures set; accounts without get what absence means, if anything."""
    indexed = figures.set_index("account_id")
    found = {name: accounts["account_id"].map(indexed[name]) for name in indexed.columns}
    return accounts.assign(**{
        name: column.fillna(where_absent[name]) if name in where_absent else column
        for name, column in found.items()})


def _ledger(workspace: Workspace, group: _Group, quarter: pd.Period) -> pd.DataFrame | None:
    """Value lines of each account under its own plan, then put to the top parents."""
    tables = workspace.tables
    if not {"benefits", "services"} & set(tables):
        return None
    ledger = value.list_value_lines(
        tables.get("benefits"), tables.get("services"), tables.get("plan_components"),
        group.plan, quarter.freqstr)
    month = ledger["month"].fillna(_last_month(ledger["quarter"]))
    return group.roll_up(ledger, month, ["amount"]).sort_values(
        "account_id", kind="stable", ignore_index=True)


def _plan_use(workspace: Workspace, group: _Group, as_of: pd.Timestamp) -> pd.DataFrame | None:
    """Use of the plans of a group together, in the currency of the top parent."""
    if "plan_components" not in workspace.tables:
        return None
    use = value.plan_use(workspace.tables.get("services"), workspace.tables["plan_components"],
                         group.plan, as_of)
    month = pd.Series(as_of.to_period("M").start_time, index=use.index)
    rolled = group.roll_up(use, month, ["unit_list_value", "used_value"])
    columns = ["included_quantity", "used_quantity", "open_quantity", "used_value"]
    return rolled.groupby(
        ["account_id", "component_id", "name", "plan_only", "unit_list_value"], sort=False,
        dropna=False)[columns].sum(min_count=1).reset_index()[list(use.columns)]


def _effort(workspace: Workspace, group: _Group, quarter: pd.Period) -> pd.DataFrame | None:
    """The customers' own effort by quarter, in the currency of the top parent."""
    if "customer_costs" not in workspace.tables:
        return None
    costs = workspace.tables["customer_costs"]
    costs = costs.assign(quarter=pd.PeriodIndex(costs["quarter"], freq=quarter.freqstr))
    rolled = group.roll_up(costs, _last_month(costs["quarter"]), ["amount"])
    return rolled.assign(month=pd.Series(pd.NaT, index=rolled.index, dtype="datetime64[us]"))


def _last_month(quarters: pd.Series) -> pd.Series:
    """First day of the last month of each quarter."""
    return quarters.dt.asfreq("M", how="end").dt.start_time.astype("datetime64[us]")


def _with_value(accounts: pd.DataFrame, ledger: pd.DataFrame | None, spend: pd.DataFrame,
                effort: pd.DataFrame | None, settings: Settings,
                year: list[pd.Period]) -> pd.DataFrame:
    """Value of the last twelve months and its return, in the account's currency."""
    names = ["benefit", "extra_mile", "free_in_plan", "confirmed", "estimated", "soft", "value",
             "multiplier", "lines_n", "not_measured_n"]
    table = accounts.assign(**dict.fromkeys(
        [*names, "confirmed_two_quarters", "roi", "npv", "payback_months", "break_even_haircut"],
        np.nan))
    if ledger is None:
        return table
    table = _put(table, value.sum_value(ledger, year), {
        name: 0.0 for name in names if name != "multiplier"})
    recent = value.sum_value(ledger, year[-2:])[["account_id", "confirmed"]].rename(
        columns={"confirmed": "confirmed_two_quarters"})
    table = _put(table, recent, {"confirmed_two_quarters": 0.0})
    return _put(table, _returns(ledger, spend, effort, settings.value.discount_rate, year), {})


def _returns(ledger: pd.DataFrame, spend: pd.DataFrame, effort: pd.DataFrame | None,
             discount_rate: float, year: list[pd.Period]) -> pd.DataFrame:
    """ROI and its kin of the accounts with a measured benefit in the year and a known spend.

    A benefit that nobody measured is unknown, not zero: services alone make no return.
    """
    names = ["account_id", "quarter", "month", "amount"]
    paid = spend.rename(columns={"revenue_account": "amount"})[names]
    unknown = paid[paid["quarter"].isin(year) & paid["amount"].isna()]["account_id"]
    if effort is not None:
        paid = pd.concat([paid, effort[names]])
    hard = ledger[(ledger["class"] != value.SOFT) & ledger["quarter"].isin(year)]
    measured = hard[(hard["part"] == value.BENEFIT) & hard["amount"].notna()]["account_id"]
    received = value.spread_by_month(hard[hard["account_id"].isin(measured)
                                          & ~hard["account_id"].isin(unknown)], year)
    spent = value.spread_by_month(paid, year).reindex(received.index, fill_value=0.0)
    return value.find_returns(received, spent, discount_rate)[
        ["account_id", "roi", "npv", "payback_months", "break_even_haircut"]]


def account_revenue(converted: pd.DataFrame, accounts: pd.DataFrame,
                    exchange_rates: pd.DataFrame | None, company_currency: str) -> pd.DataFrame:
    """Facts with ``revenue_account``: revenue in the currency of the account.

    Lines billed in that currency keep their amount; others go through the company's
    currency at the rate of their month (missing where there is no rate).
    """
    currency = converted["account_id"].map(accounts.set_index("account_id")["currency"])
    rates = facts._rates_by_month(exchange_rates, company_currency)
    rate = facts._rate_of(currency.fillna(company_currency), converted["month"], rates,
                          company_currency)
    same = currency == converted["currency"]
    return converted.assign(revenue_account=(converted["revenue"] / rate).mask(
        same, converted["revenue_local"]))


def _promises(tables: Mapping[str, pd.DataFrame], quarter: pd.Period,
              as_of: pd.Timestamp) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    if "commitments" not in tables:
        return None, None
    commitments = tables["commitments"]
    return (promised.review_promises(commitments, quarter_text(quarter - 1), as_of),
            promised.next_ninety_days(commitments, as_of))


def _with_promises(accounts: pd.DataFrame, promises: pd.DataFrame | None,
                   upcoming: pd.DataFrame | None, complaints: pd.DataFrame | None,
                   as_of: pd.Timestamp) -> pd.DataFrame:
    """Promises of the review before, and all that is open too long, whenever it was made."""
    names = ["promises_n", "kept_n", "missed_n", "overdue_promises_n", "open_complaints_n"]
    table = accounts.assign(**dict.fromkeys(names, np.nan))
    if promises is not None and upcoming is not None:
        table = _put(table, promised.count_outcomes(promises),
                     {"promises_n": 0.0, "kept_n": 0.0, "missed_n": 0.0})
        overdue = upcoming[(upcoming["outcome"] == promised.OVERDUE)
                           & (upcoming["side"] == "ours")]
        table = _put(table, overdue.groupby("account_id").size().rename(
            "overdue_promises_n").reset_index(), {"overdue_promises_n": 0.0})
    if complaints is not None:
        still_open = complaints[(complaints["status"] == "open") & (complaints["date"] <= as_of)]
        table = _put(table, still_open.groupby("account_id").size().rename(
            "open_complaints_n").reset_index(), {"open_complaints_n": 0.0})
    return table


def _service_levels(tables: Mapping[str, pd.DataFrame],
                    quarter: pd.Period) -> pd.DataFrame | None:
    if "service_levels" not in tables:
        return None
    levels = tables["service_levels"]
    return levels[levels["quarter"] == quarter_text(quarter)].sort_values(
        ["account_id", "measure"]).reset_index(drop=True)


def _gaps(green: pd.DataFrame, converted: pd.DataFrame, tables: Mapping[str, pd.DataFrame],
          settings: Settings, year: list[pd.Period], as_of: pd.Timestamp) -> pd.DataFrame:
    without = pd.Series(np.nan, index=green.index, dtype="str")
    if "objectives" in tables:
        without = green["account_id"].map(gaps_by_rule.family_without_objective(
            converted, tables["objectives"], year))
    return gaps_by_rule.find_gaps(green.assign(family_without_objective=without), as_of,
                                  settings.contacts.minimum, settings.black_ops.contract_days)


def _totals(workspace: Workspace, converted: pd.DataFrame, accounts: pd.DataFrame,
            quarter: pd.Period) -> dict[str, float]:
    inside = converted[converted["quarter"] == quarter]
    margins = {f"gross_margin_quarter_{end}": float(
        inside[f"gross_margin_{end}"].sum(skipna=False)) for end in ("low", "high")}
    return {
        "lines": int(converted["lines_n"].sum()),
        "revenue_all": float(converted["revenue"].sum()),
        "revenue_not_assigned": float(
            converted.loc[converted["account_id"].isna(), "revenue"].sum()),
        "revenue_quarter": float(inside["revenue"].sum()), **margins,
        "accounts": len(accounts),
        "green_circle": int((accounts["segment"] == segmentation.GREEN_CIRCLE).sum())}


def _report_id(inputs_hash: str, quarter: pd.Period) -> str:
    text = f"{inputs_hash} {quarter_text(quarter)} {__version__}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


PUBLIC_ACCOUNT_COLUMNS = [
    "account_id", "name", "segment", "reasons", "firmness", "revenue_ltm", "gross_margin_ltm_low",
    "gross_margin_ltm_high", "revenue_quarter", "revenue_quarter_year_ago", "revenue_change",
    "growth_rank", "potential", "realizable_potential", "contacts_n", "contact_status",
    "overdue_days", "previous_segment"]


def accounts_table(review: QuarterReview) -> pd.DataFrame:
    """The table of accounts.csv: money to the cent, counts whole, what is unknown empty.

    ``firmness`` is not computed yet and stays empty.
    """
    money = [name for name in PUBLIC_ACCOUNT_COLUMNS if "revenue" in name or "margin" in name
             or "potential" in name]
    counts = ["growth_rank", "contacts_n", "overdue_days"]
    table = review.accounts.assign(firmness=np.nan)[PUBLIC_ACCOUNT_COLUMNS]
    return table.round(dict.fromkeys(money, 2)).astype(dict.fromkeys(counts, "Int64"))
