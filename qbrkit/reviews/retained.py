"""What was kept: growth of each account and how firm it is, retention, silent accounts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from qbrkit.groups import Groups, roll_up
from qbrkit.growth.ranks import rank_changes
from qbrkit.growth.retention import Retention, measure_retention
from qbrkit.growth.silent import find_silent
from qbrkit.order_days import gather_order_days
from qbrkit.periods import Coverage, ReviewPeriod, last_twelve_months
from qbrkit.segmentation import GREEN_CIRCLE, CircleHistory
from qbrkit.sources import Workspace

QUARTER, YEAR = "quarter", "year"


@dataclass(frozen=True)
class RetentionReview:
    """Retention of both comparisons, each None where the data do not cover it.

    Parameters
    ----------
    year, quarter : Retention or None
        Of all accounts: twelve months on those before, quarter on the same a year before.
    circle_year : Retention or None
        Of the accounts that were Green Circle a year ago; None where that is not known.
    """

    year: Retention | None
    quarter: Retention | None
    circle_year: Retention | None


def review_ranks(facts: pd.DataFrame, compared: Mapping[str, pd.DataFrame],
                 circle: Collection[str], period: ReviewPeriod,
                 coverage: Coverage) -> pd.DataFrame:
    """Ranks of both comparisons, one below the other.

    Parameters
    ----------
    facts : DataFrame
        Converted and rolled up, with their quarter. [company currency]
    compared : mapping of str to DataFrame
        The comparisons that the data cover, see `account_figures.compare_year_ago`.
    circle : collection of str
        Green Circle accounts.
    period : ReviewPeriod
        Of the review.
    coverage : Coverage
        Tells which quarters of the year, and of the year before, are whole.

    Returns
    -------
    DataFrame
        See `growth.ranks.rank_changes`, with ``comparison`` (quarter or year) in front; no
        row of a comparison that the data do not cover.
    """
    paired = [one for one in period.year if coverage.are_complete([one - 4, one])]
    reviewed = {QUARTER: [period.quarter], YEAR: period.year}
    found = [rank_changes(facts, reviewed[comparison], paired, circle, compared=table).assign(
        comparison=comparison) for comparison, table in compared.items()]
    every = pd.concat(found, ignore_index=True) if found else rank_changes(
        facts.iloc[:0], [period.quarter], [period.quarter]).assign(
        comparison=pd.Series(dtype="str"))
    return every[["comparison", *every.columns.drop("comparison")]]


def review_retention(facts: pd.DataFrame, compared: Mapping[str, pd.DataFrame],
                     accounts: pd.DataFrame, history: CircleHistory,
                     period: ReviewPeriod) -> RetentionReview:
    """Retention of all accounts, and of those that were Green Circle a year ago.

    Parameters
    ----------
    facts, accounts : DataFrame
        Of the review. [company currency]
    compared : mapping of str to DataFrame
        The comparisons that the data cover, see `account_figures.compare_year_ago`.
    history : CircleHistory
        Tells who was in the circle a year ago.
    period : ReviewPeriod
        Of the review.
    """
    year = circle_year = quarter = None
    if period.year_ago is not None:
        quarter = measure_retention(facts, [period.year_ago], [period.quarter],
                                    compared=compared[QUARTER])
    if period.has_year_before:
        before = last_twelve_months(period.quarter - 4)
        year = measure_retention(facts, before, period.year, compared=compared[YEAR])
        circle = green_at(history, accounts, period.quarter - 4)
        if circle is not None:
            circle_year = measure_retention(facts, before, period.year, circle, compared[YEAR])
    return RetentionReview(year, quarter, circle_year)


def green_at(history: CircleHistory, accounts: pd.DataFrame,
             quarter: pd.Period) -> set[str] | None:
    """Accounts that were Green Circle at an earlier quarter-end; None where it is not known."""
    if not (history.quarters["quarter"] == quarter).any():
        return None
    later = history.moves[history.moves["quarter"] > quarter].sort_values("quarter")
    first = later.drop_duplicates("account_id")
    joined = first["segment"] == GREEN_CIRCLE
    now = set(accounts.loc[accounts["segment"] == GREEN_CIRCLE, "account_id"])
    return now - set(first.loc[joined, "account_id"]) | set(first.loc[~joined, "account_id"])


def review_silent(workspace: Workspace, groups: Groups, facts: pd.DataFrame,
                  accounts: pd.DataFrame, period: ReviewPeriod) -> pd.DataFrame:
    """Order rhythm of every account, with the revenue at stake.

    Parameters
    ----------
    workspace : Workspace
        The order days are gathered from its lines once, and kept; those after the quarter
        tell who has ordered again.
    groups : Groups
        Who rolls up to whom: an order of a child is one of its parent.
    facts, accounts : DataFrame
        Of the review. [company currency]
    period : ReviewPeriod
        Of the review.

    Returns
    -------
    DataFrame
        See `growth.silent.find_silent`, with ``revenue_ltm`` and ``revenue_year_before``
        (missing where the data do not cover the twelve months before).
    """
    until = max(period.as_of, workspace.coverage.last)
    days = workspace.kept(
        f"order_days {period.as_of:%Y-%m-%d} {until:%Y-%m-%d}",
        lambda: gather_order_days(workspace.lines, period.as_of, until=until))
    found = find_silent(roll_up(days, groups.parents), period.as_of)
    inside = facts[facts["quarter"].isin(last_twelve_months(period.quarter - 4))]
    before = inside.groupby("account_id")["revenue"].sum().reindex(found["account_id"])
    return found.merge(accounts[["account_id", "revenue_ltm"]], on="account_id", how="left",
                       validate="1:1").assign(
        revenue_year_before=before.fillna(0.0).to_numpy() if period.has_year_before else None,
    ).astype({"revenue_year_before": "float64"})
