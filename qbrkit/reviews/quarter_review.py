"""The frozen review of one quarter: every figure, as plain tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from qbrkit import segmentation
from qbrkit.problems import Problem
from qbrkit.reviews.growth_bridge import BridgeReview
from qbrkit.reviews.outreach import Outreach
from qbrkit.reviews.retained import RetentionReview
from qbrkit.reviews.risk import RiskReview
from qbrkit.reviews.service import ServiceReview
from qbrkit.reviews.sessions import SessionReview
from qbrkit.reviews.switching import SwitchingReview
from qbrkit.reviews.target_review import TargetReview
from qbrkit.reviews.threats import ThreatReview
from qbrkit.reviews.wallets import WalletReview
from qbrkit.settings import Settings
from qbrkit.sources.workspace import RowCount


@dataclass(frozen=True, eq=False)  # one review is the same as itself only
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
        How many accounts the rule alone would take at other cut shares.
    circle : CircleHistory
        The circle at the last eight quarter-ends, and every move in or out with its reason.
    wallets : WalletReview
        Estimated wallets by family, whether they prove themselves, and white space.
    families : DataFrame
        Growth by product family, year on year.
    bridges : BridgeReview or None
        Why the revenue of each account changed; None where the year-ago quarter is not covered.
    targets : TargetReview or None
        What was reached of the targets; None without any for the quarter.
    ranks : DataFrame
        Change of each account over the quarter and the year, its rank, and how firm both are;
        see `retained.review_ranks`.
    retention : RetentionReview
        Revenue kept from the accounts that bought a year before, part by part.
    silent : DataFrame
        Order rhythm of each account and whether it broke it; see `growth.silent.find_silent`.
    ledger, plan_use : DataFrame or None
        Value lines and use of the plans, None without their tables. [account currency]
    switching : SwitchingReview or None
        What accounts would have to buy elsewhere; None without services and switching costs.
    promises, upcoming : DataFrame or None
        Promises of the review before, and all that are open; see `commitments`.
    promise_counts : DataFrame or None
        What became of all promises by account, review, side and owner; see
        `commitments.count_promises`.
    unknown_roles : DataFrame or None
        Words for roles of contacts that the kit does not know, and how often they stand.
    uncounted : DataFrame or None
        Records of contacts that count for nobody, and why; see `coverage.list_uncounted`.
    stale_unit_values : DataFrame
        Values of a unit that were last confirmed more than twelve months ago; see
        `value.stale_unit_values`.
    members : DataFrame
        What each member of a group makes; see `group_members.list_members`.
    service : ServiceReview or None
        Service measures of the quarter and of the three before, judged; None without them.
    threats : ThreatReview or None
        Competitors per territory; None where the export knows nothing of them.
    prices : DataFrame
        What each account paid, held against the prices of the others; see
        `gaps.review_prices`.
    gaps : DataFrame
        Gaps of Green Circle accounts by rule; see `black_ops.gaps.find_gaps`.
    sessions : SessionReview or None
        What the panels of the black-ops sessions found; None without a session.
    readiness : DataFrame
        What is missing before each external review: ``account_id``, ``rule``, ``evidence``,
        ``severity``; see `readiness.list_todo`.
    outreach : Outreach
        A year's contacts of the transactional accounts, why, and what does not fit.
    risks : RiskReview
        What may come and our answer: the register with its money, seasons, indicators.
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
    territory : str, default ""
        The sales territory that accounts, gaps, sessions and threats are narrowed to; empty
        for all, see `territory.of_territory`.
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
    circle: segmentation.CircleHistory
    wallets: WalletReview
    families: pd.DataFrame
    bridges: BridgeReview | None
    targets: TargetReview | None
    ranks: pd.DataFrame
    retention: RetentionReview
    silent: pd.DataFrame
    ledger: pd.DataFrame | None
    plan_use: pd.DataFrame | None
    switching: SwitchingReview | None
    promises: pd.DataFrame | None
    upcoming: pd.DataFrame | None
    promise_counts: pd.DataFrame | None
    unknown_roles: pd.DataFrame | None
    uncounted: pd.DataFrame | None
    stale_unit_values: pd.DataFrame
    members: pd.DataFrame
    service: ServiceReview | None
    threats: ThreatReview | None
    prices: pd.DataFrame
    gaps: pd.DataFrame
    sessions: SessionReview | None
    readiness: pd.DataFrame
    outreach: Outreach
    risks: RiskReview
    totals: Mapping[str, float]
    problems: tuple[Problem, ...]
    counts: Mapping[str, RowCount]
    tables: frozenset[str]
    commentary: Mapping[str, str]
    inputs_hash: str
    report_id: str
    territory: str = ""

    @cached_property
    def green_circle(self) -> pd.DataFrame:
        """Rows of the Green Circle accounts, largest revenue of the year first."""
        green = self.accounts[self.accounts["segment"] == segmentation.GREEN_CIRCLE]
        return green.sort_values(["revenue_ltm", "account_id"], ascending=[False, True])

    @cached_property
    def labels(self) -> pd.Series:
        """How each account is called on the pages, by its id."""
        return self.accounts[["account_id", "label"]].set_index("account_id")["label"]

    @property
    def has_cost(self) -> bool:
        """Whether any cost is known, so that margins can be told."""
        return bool(self.facts["gross_margin_low"].notna().any())
