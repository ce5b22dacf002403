"""Gaps of the Green Circle by rule: where the prices, the white space and the deals meet."""

from collections.abc import Mapping

import pandas as pd

from qbrkit import threats
from qbrkit.black_ops.contested import find_contested
from qbrkit.black_ops.gaps import family_without_objective, find_gaps
from qbrkit.black_ops.prices import compare_prices
from qbrkit.facts import UNKNOWN_FAMILY
from qbrkit.groups import Groups, roll_up
from qbrkit.periods import ReviewPeriod
from qbrkit.reviews.sold import gathered_sold
from qbrkit.segmentation import GREEN_CIRCLE
from qbrkit.settings import Settings
from qbrkit.sold import measured_year
from qbrkit.sources import Workspace
from qbrkit.threats.encounters import OPEN


def review_prices(workspace: Workspace, groups: Groups, period: ReviewPeriod) -> pd.DataFrame:
    """What each account paid in the last twelve months, held against the other accounts.

    Parameters
    ----------
    workspace : Workspace
        What is sold is gathered from its lines once, and kept.
    groups : Groups
        For the rates, and who rolls up to whom.
    period : ReviewPeriod
        Of the review.

    Returns
    -------
    DataFrame
        See `qbrkit.black_ops.prices.compare_prices`: empty where no product was bought with
        its quantity by six accounts. [company currency]
    """
    sold = measured_year(gathered_sold(workspace, groups, period), groups.rates, period.quarter)
    return compare_prices(roll_up(sold, groups.parents))


def review_gaps(accounts: pd.DataFrame, facts: pd.DataFrame, tables: Mapping[str, pd.DataFrame],
                white_space: pd.DataFrame, prices: pd.DataFrame, settings: Settings,
                period: ReviewPeriod) -> pd.DataFrame:
    """Gaps of the Green Circle accounts by rule.

    Parameters
    ----------
    accounts : DataFrame
        All accounts with every figure; gaps are told of the Green Circle, and where a deal
        belongs is known from all.
    facts : DataFrame
        Converted, rolled up, with ``quarter``. [company currency]
    tables : mapping
        The contract's tables, rolled up; those used (objectives, deals, competitor_signals)
        may be missing, and silence their rule.
    white_space : DataFrame
        From `potential.find_white_space`.
    prices : DataFrame
        From `review_prices`.
    settings : Settings
        For the limits.
    period : ReviewPeriod
        Of the review.

    Returns
    -------
    DataFrame
        See `qbrkit.black_ops.gaps.find_gaps`.
    """
    green = accounts[accounts["segment"] == GREEN_CIRCLE]
    known = green.merge(prices, on="account_id", how="left", validate="one_to_one")
    top = pd.DataFrame({"family": pd.Series(dtype="str"), "revenue": pd.Series(dtype="float64")})
    if "objectives" in tables:
        top = family_without_objective(facts[facts["family"] != UNKNOWN_FAMILY],
                                       tables["objectives"], period.year)
    territories = threats.spell(accounts["territory"]).set_axis(accounts["account_id"])
    contested = None if "deals" not in tables else find_contested(
        white_space, green[["account_id"]].assign(
            territory=green["account_id"].map(territories).astype("str")),
        _met(territories, tables, white_space["family"], period))
    return find_gaps(
        known.assign(family_without_objective=known["account_id"].map(top["family"]).astype("str"),
                     family_revenue=known["account_id"].map(top["revenue"]).astype("float64")),
        period.as_of, settings.contacts.minimum, settings.black_ops.contract_days,
        settings.black_ops.price_above, contested)


def _met(territories: pd.Series, tables: Mapping[str, pd.DataFrame], families: pd.Series,
         period: ReviewPeriod) -> pd.DataFrame:
    """Known competitors in the deals of the last eight quarters and in open ones."""
    deals, signals = tables["deals"], tables.get("competitor_signals")
    spelled = deals.assign(territory=threats.spell(deals["territory"], territories),
                           family=threats.spell(deals["family"], families))
    named = threats.list_named(
        threats.prepare_deals(spelled, territories, period),
        pd.Series(dtype="str") if signals is None else signals["competitor"])
    return named[named["window"].notna() | (named["outcome"] == OPEN)]
