"""What may come: the register with money to it, seasons, and the accounts that follow an index."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from qbrkit import risks
from qbrkit.periods import Coverage, ReviewPeriod
from qbrkit.risks.seasonality import LEAST_MONTHS
from qbrkit.segmentation import GREEN_CIRCLE

LARGEST = 300
"""Accounts looked at one by one; more take their time and are read by nobody."""
SPEND = ["account_id", "family", "industry", "country", "revenue"]


@dataclass(frozen=True)
class RiskReview:
    """Risks with their answers, seasons, and sensitivity to indicators.

    Parameters
    ----------
    register : DataFrame or None
        The risks with their money, from `risks.assess_risks`, and ``unknown``, the words by
        which no account is known; None without the table.
    exposures : DataFrame
        Spend of each account that each risk exposes: ``risk_id``, ``account_id``, ``exposed``.
        [company currency / year]
    by_account : DataFrame
        Largest and summed expected loss per account, from `risks.sum_by_account`.
    blocked : DataFrame
        ``account_id``, ``risk_id``, ``exposed``: reviews that a top risk without owner or date
        keeps drafts.
    family_seasons, account_seasons : DataFrame
        Seasons of the product families and of the Green Circle accounts, from
        `risks.find_seasons` and `risks.borrow_seasons`.
    months_n : int
        Whole months up to the end of the quarter.
    unseen_accounts_n : int
        Green Circle accounts left out of the seasons, and those of the company left out of
        the sensitivities, beyond the largest `LARGEST`.
    sensitivities : DataFrame or None
        From `risks.find_sensitivities`; None without the table of indicators.
    quarters_n : int
        Complete quarters up to the reviewed one.
    """

    register: pd.DataFrame | None
    exposures: pd.DataFrame
    by_account: pd.DataFrame
    blocked: pd.DataFrame
    family_seasons: pd.DataFrame
    account_seasons: pd.DataFrame
    months_n: int
    unseen_accounts_n: int
    sensitivities: pd.DataFrame | None
    quarters_n: int


def review_risks(tables: Mapping[str, pd.DataFrame], accounts: pd.DataFrame, facts: pd.DataFrame,
                 coverage: Coverage, period: ReviewPeriod,
                 least_strength: float = 0.6) -> RiskReview:
    """What may come, and what is our answer.

    Parameters
    ----------
    tables : mapping
        The contract's tables, rolled up; ``risks`` and ``indicators`` may be missing.
    accounts : DataFrame
        One row per account with ``industry``, ``country``, ``segment``, ``revenue_ltm``.
    facts : DataFrame
        Converted, rolled up, with ``quarter``. [company currency]
    coverage : Coverage
        What the data cover.
    period : ReviewPeriod
        The quarter reviewed.
    least_strength : float, default 0.6
        Strength from which a series counts as seasonal.

    Returns
    -------
    RiskReview

    Notes
    -----
    Industry and country are those of the top parent.
    """
    known = facts[facts["month"] <= period.as_of]
    register, exposures = _register(tables, accounts, known, period)
    months = risks.whole_months(coverage.first, period.as_of)
    account_seasons = _account_seasons(known, accounts, months, least_strength)
    quarters = _complete_quarters(coverage, period)
    largest = accounts.nlargest(LARGEST, "revenue_ltm")["account_id"]
    green_n = int((accounts["segment"] == GREEN_CIRCLE).sum())
    indicators = tables.get("indicators")
    return RiskReview(
        register=register, exposures=exposures,
        by_account=risks.sum_by_account(register, exposures) if register is not None
        else pd.DataFrame(),
        blocked=risks.block_reviews(register, exposures) if register is not None
        else pd.DataFrame({"account_id": pd.Series(dtype="str"),
                           "risk_id": pd.Series(dtype="str"),
                           "exposed": pd.Series(dtype="float64")}),
        family_seasons=risks.find_seasons(
            risks.monthly_revenue(known, "family", months), least_strength),
        account_seasons=account_seasons, months_n=len(months),
        unseen_accounts_n=max(0, green_n - len(account_seasons)),
        sensitivities=None if indicators is None else risks.find_sensitivities(
            risks.quarterly_revenue(known[known["account_id"].isin(largest)], quarters),
            risks.quarterly_indicators(indicators, period.quarter.freqstr, period.as_of)),
        quarters_n=len(quarters))


def _register(tables: Mapping[str, pd.DataFrame], accounts: pd.DataFrame, facts: pd.DataFrame,
              period: ReviewPeriod) -> tuple[pd.DataFrame | None, pd.DataFrame]:
    """The register with its money, and who is exposed; what no name matches has no exposure."""
    spend = facts[facts["quarter"].isin(period.year)].merge(
        accounts[["account_id", "industry", "country"]], on="account_id", how="left")[SPEND]
    # accounts and families that bought nothing are exposed with nothing, and that is known
    spend = pd.concat([
        spend, accounts[["account_id", "industry", "country"]].assign(revenue=0.0),
        facts[["family"]].drop_duplicates().assign(revenue=0.0)], ignore_index=True)
    listed = tables.get("risks")
    if listed is None:
        return None, risks.expose_accounts(pd.DataFrame(columns=["risk_id"]), spend)
    exposures = risks.expose_accounts(listed, spend)
    register = risks.assess_risks(listed, exposures, period.as_of, tables.get("indicators"))
    return register.assign(unknown=register["risk_id"].map(
        risks.list_unknown(listed, spend)).astype("str")), exposures


def _account_seasons(facts: pd.DataFrame, accounts: pd.DataFrame, months: pd.PeriodIndex,
                     least_strength: float) -> pd.DataFrame:
    """Seasons of Green Circle accounts, with the industry's or company's curve where too short."""
    green = accounts[accounts["segment"] == GREEN_CIRCLE].nlargest(LARGEST, "revenue_ltm")
    monthly = risks.monthly_revenue(facts, "account_id", months)
    own = risks.find_seasons(monthly.reindex(columns=green["account_id"]), least_strength)
    industry = accounts.set_index("account_id")["industry"]
    whole = monthly.loc[:, monthly.notna().sum() >= LEAST_MONTHS]
    short = own.loc[own["months_n"] < LEAST_MONTHS, "key"]
    wanted = industry[industry.index.isin(short)].dropna().unique()
    by_industry = whole.T.groupby(industry.reindex(whole.columns)).sum(min_count=1).T
    company = facts.assign(company="all")
    return risks.borrow_seasons(
        own, industry,
        risks.find_seasons(by_industry[[one for one in by_industry if one in set(wanted)]],
                           least_strength),
        risks.find_seasons(risks.monthly_revenue(company, "company", months)
                           if len(short) else monthly.iloc[:, :0], least_strength))


def _complete_quarters(coverage: Coverage, period: ReviewPeriod) -> pd.PeriodIndex:
    """Complete quarters without a gap up to the reviewed one."""
    quarter = period.quarter
    if not coverage.is_complete(quarter):
        quarter -= 1
    first = quarter
    while coverage.is_complete(first - 1):
        first -= 1
    none = not coverage.is_complete(quarter)
    return pd.period_range(first, quarter - 1 if none else quarter, freq=quarter.freqstr)
