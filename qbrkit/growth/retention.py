"""Retention: what became of the revenue of the accounts that bought a year before."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from qbrkit.growth.compare import compare_periods, sum_over


@dataclass(frozen=True)
class Retention:
    """Revenue of an opening cohort in a later period, part by part.

    Parameters
    ----------
    opening : float
        Revenue in the base period of the cohort: the accounts with revenue above zero in it.
    expansion, contraction, churn : float
        What those that bought more added, what those that bought less (but still above
        zero) took away, and what those had bought that bought nothing more, or were only
        credited; the last two are counted positive.
    credited : float
        Credits beyond zero of those that bought nothing more, counted positive.
    new : float
        Revenue in the review period of accounts outside the cohort: new and returned ones.
    not_assigned : float
        Revenue in the review period of no account.
    review : float
        The whole review period = opening + expansion - contraction - churn - credited + new
        + not_assigned. [all in company currency, at the exchange rates of the base period]
    opening_n, expansion_n, same_n, contraction_n, churn_n, credited_n, new_n : int
        Accounts of each kind; those of the cohort are in one of expansion to churn, and those
        credited beyond zero in churn as well.
    left_out_n : int
        Accounts in a currency without a rate of a year before: in no sum, but of the lines
        of no account ``not_assigned`` and ``review`` are missing then.
    """

    opening: float
    expansion: float
    contraction: float
    churn: float
    credited: float
    new: float
    not_assigned: float
    review: float
    opening_n: int
    expansion_n: int
    same_n: int
    contraction_n: int
    churn_n: int
    credited_n: int
    new_n: int
    left_out_n: int = 0

    @property
    def retained(self) -> float:
        """Revenue of the cohort in the review period."""
        return self.opening + self.expansion - self.contraction - self.churn - self.credited

    @property
    def net(self) -> float:
        """Net revenue retention: share of the opening revenue, expansion included."""
        return self.retained / self.opening if self.opening > 0 else float("nan")

    @property
    def gross(self) -> float:
        """Gross revenue retention, from 0 to 1: without expansion, and credits at most to zero."""
        kept = self.opening - self.contraction - self.churn
        return kept / self.opening if self.opening > 0 else float("nan")


def measure_retention(facts: pd.DataFrame, base: list[pd.Period], review: list[pd.Period],
                      cohort: Collection[str] | None = None,
                      compared: pd.DataFrame | None = None) -> Retention:
    """Net and gross revenue retention over the same opening cohort, in constant currency.

    Parameters
    ----------
    facts : DataFrame, shape (n_facts, k)
        ``account_id``, ``quarter``, ``revenue`` and ``revenue_at_year_ago_rates``.
        [company currency]
    base, review : list of Period
        Fiscal quarters of the earlier period, and of the one that lies a year later.
    cohort : collection of str, optional
        Accounts to look at, as they were chosen at the end of the base period; all by
        default. Others then count neither as new nor as not assigned.
    compared : DataFrame, optional
        From `compare_periods` of the same quarters, where it is at hand.

    Returns
    -------
    Retention

    Notes
    -----
    A cohort is chosen by what was known when it opened: accounts chosen by what they buy
    now would leave out those that were lost. Customers without a contract buy unevenly, so
    over a single quarter an account that merely ordered in another one counts as churn.
    """
    accounts = compare_periods(facts, base, review) if compared is None else compared
    if cohort is not None:
        accounts = accounts[accounts["account_id"].isin(list(cohort))]
    is_known = accounts["change_constant"].notna()
    known = accounts[is_known]
    opened = known[known["base"] > 0]
    closing = opened["base"] + opened["change_constant"]
    change = opened["change_constant"].round(6)  # sums of the same lines may differ by rounding
    is_lost = closing.round(6) <= 0
    gained, lowered = (change > 0) & ~is_lost, (change < 0) & ~is_lost
    is_credited = closing.round(6) < 0
    outside = known[known["base"] <= 0]
    closing_outside = outside["base"] + outside["change_constant"]
    loose = _loose(facts, review) if cohort is None else 0.0
    parts = {"opening": opened["base"].sum(), "expansion": change[gained].sum(),
             "contraction": -change[lowered].sum(), "churn": opened.loc[is_lost, "base"].sum(),
             "credited": -closing[is_credited].sum(),
             "new": closing_outside.sum(), "not_assigned": loose}
    return Retention(
        **{name: float(part) + 0.0 for name, part in parts.items()},  # no negative zero
        review=float(closing.sum() + closing_outside.sum() + loose),
        opening_n=len(opened), expansion_n=int(gained.sum()),
        same_n=int((~gained & ~lowered & ~is_lost).sum()), contraction_n=int(lowered.sum()),
        churn_n=int(is_lost.sum()), credited_n=int(is_credited.sum()),
        new_n=int((closing_outside.round(6) != 0).sum()),
        left_out_n=int((~is_known).sum()))


def _loose(facts: pd.DataFrame, review: list[pd.Period]) -> float:
    """Revenue of no account at the rates of a year before; missing where one is unknown."""
    loose = facts[facts["account_id"].isna() & facts["quarter"].isin(review)]
    whole = sum_over(loose.assign(all=True), review, ["revenue_at_year_ago_rates"], "all")
    return float(whole["revenue_at_year_ago_rates"].sum(skipna=False)) if len(whole) else 0.0
