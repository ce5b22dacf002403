"""One row per account, and every figure that belongs to it.

Each step takes the table of accounts and returns it with more columns: the analyses stay
apart, and this is where their results meet. A figure that is unknown is missing; it is 0
only where the export says so.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from qbrkit import commitments as promised
from qbrkit import coverage, growth, potential, segmentation, value
from qbrkit.groups import Groups, roll_up
from qbrkit.periods import ReviewPeriod, last_twelve_months
from qbrkit.settings import Company, Settings

MASTER = ["account_id", "name", "territory", "industry", "owner", "currency", "language",
          "country", "plan_id", "contract_end", "do_not_contact", "annual_wallet"]
MONEY = ["revenue", "gross_margin_low", "gross_margin_high"]
VALUE = ["benefit", "extra_mile", "free_in_plan", "confirmed", "estimated", "soft", "value",
         "multiplier", "lines_n", "not_measured_n"]
RETURN = ["roi", "npv", "payback_months", "break_even_haircut"]
GROWTH = ["revenue_quarter_year_ago", "revenue_change", "exchange_rates", "change_constant",
          "change_rate", "growth", "growth_rank"]
Tables = Mapping[str, pd.DataFrame]


def list_accounts(master: pd.DataFrame | None, groups: Groups, facts: pd.DataFrame,
                  company: Company, as_of: pd.Timestamp) -> pd.DataFrame:
    """Top accounts: those of the master, then those only the lines know.

    Parameters
    ----------
    master : DataFrame or None
        The contract's ``accounts``.
    groups : Groups
        Who rolls up to whom.
    facts : DataFrame
        Rolled up, in company currency.
    company : Company
        For the currency and language of accounts that name none.
    as_of : Timestamp
        Day whose month's rate converts stated wallets.

    Returns
    -------
    DataFrame
        Columns `MASTER`, sorted by account. ``annual_wallet`` is the sum of the group in
        company currency, unknown without a rate.
    """
    if master is None:
        master = pd.DataFrame({name: pd.Series(dtype="str") for name in MASTER}).astype(
            {"annual_wallet": "float64", "do_not_contact": "boolean",
             "contract_end": "datetime64[us]"})
    parents = groups.parents
    month = pd.Series(as_of.to_period("M").start_time, index=master.index)
    stated = master.assign(annual_wallet=master["annual_wallet"] * groups.rates.to_company(
        groups.currency_of(master), month))
    wallets = roll_up(stated, parents).groupby("account_id")["annual_wallet"].sum(min_count=1)
    tops = master[master["account_id"].isin(parents) | (len(parents) == 0)][MASTER]
    billed = facts["account_id"].dropna().unique()
    unlisted = pd.Series(sorted({*billed, *parents.unique()} - set(tops["account_id"])),
                         dtype="str")
    others = tops.head(0).reindex(unlisted.index).assign(account_id=unlisted)
    accounts = pd.concat([tops, others], ignore_index=True)
    return accounts.assign(
        name=accounts["name"].fillna(accounts["account_id"]),
        currency=accounts["currency"].fillna(company.currency),
        language=accounts["language"].str.lower().fillna(company.language),
        annual_wallet=accounts["account_id"].map(wallets).astype("float64"),
    ).astype({"name": "str"}).sort_values("account_id").reset_index(drop=True)


def add_segments(accounts: pd.DataFrame, facts: pd.DataFrame, overrides: pd.DataFrame | None,
                 settings: Settings, period: ReviewPeriod,
                 ) -> tuple[pd.DataFrame, segmentation.Cuts, pd.DataFrame]:
    """Segment of each account, now and a quarter ago; the cuts; and other circle sizes."""
    history = settings.segmentation.min_history_quarters
    figures = segmentation_input(accounts, facts, settings, period.quarter)
    share = segmentation.cut_share_for(
        figures, _reviews_left(settings.company.reviews_per_quarter, overrides, period.as_of),
        settings.segmentation.cut_share, history)
    segmented = segmentation.segment_accounts(figures, share, history)
    cuts = segmented.attrs["cuts"]
    segmented = segmentation.apply_overrides(segmented, overrides, period.as_of)
    unknown = pd.Series(np.nan, index=segmented.index, dtype="str")
    previous = pd.DataFrame({"segment": unknown, "reasons": unknown})
    if period.has_previous:
        before = segmentation_input(accounts, facts, settings, period.quarter - 1)
        previous = segmentation.apply_overrides(
            segmentation.segment_accounts(before, share, history), overrides,
            (period.quarter - 1).end_time.normalize())
    sizes = pd.DataFrame({"cut_share": segmentation.SHARES_SHOWN, "accounts_n": [
        segmentation.count_green(figures, one, history) for one in segmentation.SHARES_SHOWN]})
    renamed = segmented.assign(
        previous_segment=previous["segment"], previous_reasons=previous["reasons"],
    ).drop(columns="annual_wallet").rename(
        columns={"revenue": "revenue_ltm", "gross_margin_low": "gross_margin_ltm_low",
                 "gross_margin_high": "gross_margin_ltm_high"})
    return accounts.merge(renamed, on="account_id", validate="1:1"), cuts, sizes


def _reviews_left(reviews: int | None, overrides: pd.DataFrame | None,
                  as_of: pd.Timestamp) -> int | None:
    """Reviews the team can hold besides those of accounts that are Green Circle by hand."""
    if reviews is None or overrides is None:
        return reviews
    by_hand = overrides[(overrides["expires"] >= as_of)
                        & (overrides["segment"] == segmentation.GREEN_CIRCLE)]
    return max(reviews - by_hand["account_id"].nunique(), 0)


def segmentation_input(accounts: pd.DataFrame, facts: pd.DataFrame, settings: Settings,
                       quarter: pd.Period) -> pd.DataFrame:
    """What the segmentation needs to know at the end of a quarter."""
    sums = growth.sum_over(facts, last_twelve_months(quarter), MONEY)
    first = facts[facts["quarter"] <= quarter].groupby("account_id")["month"].min()
    history = quarter.ordinal - pd.PeriodIndex(first, freq=quarter.freqstr).asi8 + 1
    table = accounts[["account_id", "annual_wallet"]].merge(
        sums.reset_index(), on="account_id", how="left", validate="1:1")
    table = table.fillna(_nothing_sold(facts, "revenue", MONEY[1:]))
    table["history_quarters"] = table["account_id"].map(
        pd.Series(history, index=first.index)).fillna(0)
    found = potential.find_potential(table, sums["revenue"], settings.potential.capture_rate)
    return table.merge(found, on="account_id", validate="1:1")


def _nothing_sold(facts: pd.DataFrame, revenue: str, margins: list[str]) -> dict[str, float]:
    """What an account without lines has: no revenue, and no margin where margins are known."""
    known_margin = facts["gross_margin_low"].notna().any()
    return {revenue: 0.0} | (dict.fromkeys(margins, 0.0) if known_margin else {})


def add_growth(accounts: pd.DataFrame, facts: pd.DataFrame, period: ReviewPeriod) -> pd.DataFrame:
    """The quarter, and its change on the same quarter a year before."""
    margins = ["gross_margin_quarter_low", "gross_margin_quarter_high"]
    sums = growth.sum_over(facts, [period.quarter], MONEY).set_axis(
        ["revenue_quarter", *margins], axis="columns")
    table = accounts.merge(sums.reset_index(), on="account_id", how="left", validate="1:1").fillna(
        _nothing_sold(facts, "revenue_quarter", margins))
    if period.year_ago is None:
        return table.assign(**dict.fromkeys([*GROWTH, "year_change_constant", "year_change_rate"],
                                            np.nan))
    compared = growth.rank_growth(
        growth.compare_periods(facts, [period.year_ago], [period.quarter])).rename(
        columns={"base": "revenue_quarter_year_ago", "change": "revenue_change"}).drop(
        columns="review")
    table = table.merge(compared, on="account_id", how="left", validate="1:1", indicator=True)
    bought_nothing = table.pop("_merge") == "left_only"  # what is unknown stays unknown
    table = table.assign(**{name: table[name].mask(bought_nothing, 0.0) for name in GROWTH[:4]})
    return _with_year(table, facts, period)


def _with_year(accounts: pd.DataFrame, facts: pd.DataFrame, period: ReviewPeriod) -> pd.DataFrame:
    """Change of the last twelve months on those before, where the data cover both."""
    if not period.has_year_before:
        return accounts.assign(year_change_constant=np.nan, year_change_rate=np.nan)
    before = last_twelve_months(period.quarter - 4)
    compared = growth.compare_periods(facts, before, period.year).set_index("account_id")
    found = compared.reindex(accounts["account_id"]).set_axis(accounts.index)
    return accounts.assign(year_change_constant=found["change_constant"],
                           year_change_rate=found["change_rate"])


def add_coverage(accounts: pd.DataFrame, tables: Tables, settings: Settings,
                 as_of: pd.Timestamp) -> pd.DataFrame:
    """Contacts that count, and the days since the last one.

    Activities that do not tell a direction cannot tell who spoke with whom; they are then
    as good as not there.
    """
    contacts, activities = tables.get("contacts"), tables.get("activities")
    if activities is not None and activities["direction"].isna().all() and len(activities):
        activities = None
    unknown_days = pd.Series(pd.NaT, index=accounts.index, dtype="datetime64[us]")
    table = accounts.assign(
        **dict.fromkeys(["contacts_n", "persons_n", "roles_n", "days_since_contact",
                         "our_people_n", "their_people_n"], np.nan),
        missing_roles=pd.Series(np.nan, index=accounts.index, dtype="str"),
        last_contact=unknown_days, is_never_contacted=False)
    if contacts is not None:
        counted = coverage.count_contacts(contacts, activities, as_of,
                                          settings.contacts.active_days)
        nobody: dict[str, float | str] = {"persons_n": 0.0}
        if activities is not None:
            nobody |= {"contacts_n": 0.0, "roles_n": 0.0,
                       "missing_roles": ", ".join(coverage.REQUIRED_ROLES)}
        table = _put(table, counted, nobody)
    if activities is not None:
        table = _put(table, coverage.measure_cadence(activities, as_of), {})
        table["is_never_contacted"] = table["days_since_contact"].isna()
        threads = coverage.count_threads(contacts, activities, as_of,
                                         settings.contacts.active_days)
        table = _put(table, threads, {"our_people_n": 0.0, "their_people_n": 0.0})
    green = table["segment"] == segmentation.GREEN_CIRCLE
    limit = pd.Series(np.where(green, settings.contacts.green_circle_days,
                               settings.contacts.transactional_days), index=table.index)
    return table.assign(
        contact_status=coverage.contact_status(
            table["contacts_n"], settings.contacts.minimum, settings.contacts.maximum),
        overdue_days=coverage.overdue_days(table["days_since_contact"], limit))


def add_value(accounts: pd.DataFrame, ledger: pd.DataFrame | None, spend: pd.DataFrame,
              effort: pd.DataFrame | None, discount_rate: float,
              year: list[pd.Period]) -> pd.DataFrame:
    """Value of the last twelve months and its return, in the account's currency."""
    table = accounts.assign(**dict.fromkeys([*VALUE, "confirmed_two_quarters", *RETURN], np.nan))
    if ledger is None:
        return table
    table = _put(table, value.sum_value(ledger, year), {
        name: 0.0 for name in VALUE if name != "multiplier"})
    recent = value.sum_value(ledger, year[-2:])[["account_id", "confirmed"]].rename(
        columns={"confirmed": "confirmed_two_quarters"})
    table = _put(table, recent, {"confirmed_two_quarters": 0.0})
    received, spent = value_and_cost_by_month(ledger, spend, effort, year)
    returns = value.find_returns(received, spent, discount_rate)[["account_id", *RETURN]]
    return _put(table, returns, {})


def value_and_cost_by_month(ledger: pd.DataFrame, spend: pd.DataFrame,
                            effort: pd.DataFrame | None, year: list[pd.Period],
                            ) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Months of the accounts with a measured benefit in the year and a known spend.

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
    return received, spent


def add_promises(accounts: pd.DataFrame, promises: pd.DataFrame | None,
                 upcoming: pd.DataFrame | None, complaints: pd.DataFrame | None,
                 as_of: pd.Timestamp) -> pd.DataFrame:
    """Promises of the review before, and all that is open too long, whenever it was made.

    Complaints that do not tell their status are neither open nor closed.
    """
    names = ["promises_n", "kept_n", "missed_n", "overdue_promises_n", "open_complaints_n"]
    table = accounts.assign(**dict.fromkeys(names, np.nan))
    if promises is not None and upcoming is not None:
        table = _put(table, promised.count_outcomes(promises),
                     {"promises_n": 0.0, "kept_n": 0.0, "missed_n": 0.0})
        overdue = upcoming[(upcoming["outcome"] == promised.OVERDUE)
                           & (upcoming["side"] == "ours")]
        table = _put(table, _count(overdue, "overdue_promises_n"), {"overdue_promises_n": 0.0})
    if complaints is not None and (complaints["status"].notna().any() or complaints.empty):
        still_open = complaints[(complaints["status"] == "open") & (complaints["date"] <= as_of)]
        table = _put(table, _count(still_open, "open_complaints_n"), {"open_complaints_n": 0.0})
    return table


def _count(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows.groupby("account_id").size().rename(name).reset_index()


def _put(accounts: pd.DataFrame, figures: pd.DataFrame,
         where_absent: Mapping[str, float | str]) -> pd.DataFrame:
    """Accounts with some figures set; accounts without get what absence means, if anything."""
    found = figures.set_index("account_id").reindex(accounts["account_id"])
    return accounts.assign(**{str(name): column for name, column in found.fillna(
        dict(where_absent)).set_axis(accounts.index).items()})
