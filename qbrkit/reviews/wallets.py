"""Wallets of the accounts: stated, else estimated, else unknown; and their white space."""

from dataclasses import dataclass

import pandas as pd

from qbrkit import potential
from qbrkit.facts import UNKNOWN_FAMILY
from qbrkit.periods import ReviewPeriod, last_twelve_months
from qbrkit.settings import Settings

STATED, ESTIMATED = "stated", "estimated"
BY_EMPLOYEES, BY_REVENUE = "employees", "revenue"


@dataclass(frozen=True)
class WalletReview:
    """What accounts could spend in a year, family by family, and what peers buy.

    Parameters
    ----------
    by_family : DataFrame
        The estimated wallets, one row per account and family: ``account_id``, ``family``,
        ``spend`` of the last twelve months, ``wallet``, ``potential``,
        ``realizable_potential`` [company currency / year], ``peers_n``. Empty when the
        estimate is not used; accounts with a stated wallet have no row.
    proof : Proof
        What the hold-out says of the estimate, and why it is not used.
    white_space : DataFrame
        Families an account does not buy and at least half of its peers do, see
        `potential.find_white_space`.
    peers_by : str
        Size by which white space finds peers: `BY_EMPLOYEES`, or `BY_REVENUE` where the
        employees of most accounts are not known.
    """

    by_family: pd.DataFrame
    proof: potential.Proof
    white_space: pd.DataFrame
    peers_by: str


def review_wallets(accounts: pd.DataFrame, facts: pd.DataFrame, settings: Settings,
                   period: ReviewPeriod) -> WalletReview:
    """Estimate wallets from the last twelve months, prove them, and look for white space.

    Parameters
    ----------
    accounts : DataFrame
        From `account_figures.list_accounts`.
    facts : DataFrame
        Rolled up, in company currency, with ``quarter``.
    settings : Settings
        For the quantile, the fewest peers, and the capture rate.
    period : ReviewPeriod
        The quarter reviewed.

    Notes
    -----
    Accounts without revenue in the last twelve months, and those with too short a history to
    tell a year's spend (``[segmentation] min_history_quarters``), neither tell of wallets
    and white space nor get any: nothing was proven for them. What is bought outside of all
    families is part of the wallet as it is, and no potential is seen in it. Revenue is no
    size for an estimate, which would then rest on what it is to explain.
    """
    spend = _spend_by_family(facts, period.quarter, settings.segmentation.min_history_quarters)
    named = spend.drop(columns=UNKNOWN_FAMILY, errors="ignore")
    known = accounts[["account_id", "employees", "industry", "annual_wallet"]].set_index(
        "account_id").reindex(spend.index)
    features = pd.DataFrame({"size": known["employees"], "industry": known["industry"]})
    quantile, least = settings.potential.quantile, settings.potential.minimum_peers
    proof = potential.prove(named, features, quantile, least)
    has_size = (features["size"] > 0).mean() >= 0.5 if len(features) else False
    sized = features if has_size else features.assign(size=_relative(spend.sum(axis="columns")))
    return WalletReview(
        by_family=_estimates(spend, named, features, proof, settings,
                             known.index[known["annual_wallet"].notna()]),
        proof=proof, white_space=potential.find_white_space(named, sized, least),
        peers_by=BY_EMPLOYEES if has_size else BY_REVENUE)


def _spend_by_family(facts: pd.DataFrame, quarter: pd.Period, history: int) -> pd.DataFrame:
    """Revenue of the year by account and family, of the accounts that bought for long enough."""
    inside = facts[facts["quarter"].isin(last_twelve_months(quarter))]
    spend = inside.groupby(["account_id", "family"])["revenue"].sum().unstack().fillna(0.0)
    until = (quarter - history + 1).end_time  # the first quarter of a history that suffices
    first = facts.groupby("account_id")["month"].min().reindex(spend.index)
    return spend[(spend.sum(axis="columns") > 0) & (first <= until)]


def _relative(revenue: pd.Series) -> pd.Series:
    """Revenue as a multiple of the median, so that bands are the same in every currency."""
    return revenue / revenue.median()


def _estimates(spend: pd.DataFrame, named: pd.DataFrame, features: pd.DataFrame,
               proof: potential.Proof, settings: Settings, stated: pd.Index) -> pd.DataFrame:
    """Estimated wallets by family, with what is bought outside of all families."""
    used = features if proof.is_used else features.head(0)
    least = settings.potential.minimum_peers
    table = (potential.estimate_wallets(named, used, settings.potential.quantile, least)
             if proof.is_used else pd.DataFrame({
                 "account_id": pd.Series(dtype="str"), "family": pd.Series(dtype="str"),
                 **{name: pd.Series(dtype="float64")
                    for name in ("spend", "wallet", "potential", "peers_n")}}))
    if UNKNOWN_FAMILY in spend:
        others = table.drop_duplicates("account_id").assign(family=UNKNOWN_FAMILY)
        amount = others["account_id"].map(spend[UNKNOWN_FAMILY]).astype("float64")
        others = others.assign(spend=amount, wallet=amount.clip(lower=0.0),
                               potential=(-amount).clip(lower=0.0))
        table = pd.concat([table, others[amount != 0]])
    kept = table[~table["account_id"].isin(stated)].sort_values(
        ["account_id", "family"], ignore_index=True)
    return kept.assign(
        realizable_potential=kept["potential"] * settings.potential.capture_rate)


def add_wallets(accounts: pd.DataFrame, wallets: WalletReview) -> pd.DataFrame:
    """Accounts with their wallet and where it comes from.

    Parameters
    ----------
    accounts : DataFrame
        ``account_id`` and ``annual_wallet``, the wallet as stated.
    wallets : WalletReview
        The estimates.

    Returns
    -------
    DataFrame
        With ``wallet``, the stated one, else the sum of the estimates, else missing
        [company currency / year], and ``wallet_source``: `STATED`, `ESTIMATED` or missing.
    """
    estimated = accounts["account_id"].map(
        wallets.by_family.groupby("account_id")["wallet"].sum()).astype("float64")
    stated = accounts["annual_wallet"]
    source = pd.Series(ESTIMATED, index=accounts.index, dtype="str").where(
        estimated.notna()).mask(stated.notna(), STATED)
    return accounts.assign(wallet=stated.fillna(estimated), wallet_source=source)
