"""Why the revenue changed: the bridge of every account, held against the facts."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from qbrkit.groups import Groups, roll_up
from qbrkit.growth import compare_periods
from qbrkit.growth.bridge import bridge_accounts, reconcile_bridges
from qbrkit.growth.stopped import stopped_products
from qbrkit.periods import ReviewPeriod, last_twelve_months
from qbrkit.reviews.sold import gathered_sold
from qbrkit.sold import convert_sold
from qbrkit.sources import Workspace

NO_ACCOUNT = ""
"""Stands for what is not assigned where a name is needed; no id of an export is empty."""


@dataclass(frozen=True)
class BridgeReview:
    """The bridges of a quarter.

    Parameters
    ----------
    by_account : DataFrame
        See `qbrkit.growth.bridge.bridge_accounts`; a missing ``account_id`` is what is not
        assigned. ``comparison`` is quarter or year; the year is there only where the data
        cover both. [company currency]
    product_changes : DataFrame
        The products of each account that changed most, with their ``name``.
    stopped : DataFrame
        See `qbrkit.growth.stopped.stopped_products`, with the ``name`` of the product or
        family; empty where the year before is not covered.
    """

    by_account: pd.DataFrame
    product_changes: pd.DataFrame
    stopped: pd.DataFrame

    def of(self, comparison: str) -> pd.DataFrame:
        """Bridges of one comparison: quarter or year; empty where there is none."""
        return self.by_account[self.by_account["comparison"] == comparison]


def review_bridges(workspace: Workspace, groups: Groups, facts: pd.DataFrame,
                   compared: Mapping[str, pd.DataFrame],
                   period: ReviewPeriod) -> BridgeReview | None:
    """Bridges of all accounts; None where the year-ago quarter is not covered.

    Parameters
    ----------
    workspace : Workspace
        What is sold is gathered from its lines once, and kept.
    groups : Groups
        For the rates, and who rolls up to whom.
    facts : DataFrame
        Converted and rolled up, with their quarter. [company currency]
    compared : mapping of str to DataFrame
        Its comparisons, see `account_figures.compare_year_ago`.
    period : ReviewPeriod
        Of the review.

    Raises
    ------
    ReconciliationError
        If a bridge does not add up, or differs from the facts by a cent.
    """
    if period.year_ago is None:
        return None
    sold = gathered_sold(workspace, groups, period)
    converted = roll_up(convert_sold(sold, groups.rates, period.quarter), groups.parents)
    periods = {"quarter": ([period.year_ago], [period.quarter])}
    if period.has_year_before:
        periods["year"] = (last_twelve_months(period.year_ago), period.year)
    bridges, changes = bridge_accounts(converted, tuple(periods))
    loose = facts[facts["account_id"].isna()].assign(account_id=NO_ACCOUNT)
    for comparison, (base, review) in periods.items():
        ours = bridges[bridges["comparison"] == comparison]
        reconcile_bridges(ours.assign(account_id=ours["account_id"].fillna(NO_ACCOUNT)),
                          pd.concat([compared[comparison], compare_periods(loose, base, review)])
                          if len(loose) else compared[comparison])
    return BridgeReview(
        bridges.copy(),  # in one piece: rows are then selected faster
        changes.assign(name=_product_names(changes["product_id"], workspace.tables)),
        _stopped(converted if period.has_year_before else converted.iloc[:0], workspace.tables,
                 period.quarter))


def _stopped(sold: pd.DataFrame, tables: Mapping[str, pd.DataFrame],
             quarter: pd.Period) -> pd.DataFrame:
    """What is no longer bought, by the name of its family or product."""
    families = tables["products"].drop_duplicates("product_id").set_index("product_id")[
        "family"].dropna() if "products" in tables else pd.Series(dtype="str")
    stopped = stopped_products(sold, families, quarter)
    products = _product_names(stopped["product_id"], tables)
    return stopped.assign(name=products.where(stopped["product_id"].notna(), stopped["family"]))


def _product_names(products: pd.Series, tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Names of products where the export has them, else their ids."""
    if "products" not in tables:
        return products
    names = tables["products"].drop_duplicates("product_id").set_index("product_id")["name"]
    return products.map(names).astype("str").fillna(products)
