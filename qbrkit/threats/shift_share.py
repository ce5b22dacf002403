"""Why the revenue of a territory changed: with the market, by its families, or against others."""

import numpy as np
import pandas as pd

from qbrkit.periods import ReviewPeriod, quarter_text
from qbrkit.threats.windows import year_before

MARKET, OTHERS = "market", "other_territories"
COVERED = 0.5
"""Part of a territory's revenue of the year before that the families with a market must make."""
ALL = "*"
"""In place of territory or family where the whole market table names none."""
CENT = 0.01
"""A base below it is none: nothing can be said to have grown from it."""
TERMS = ["market", "mix", "competitive"]


def list_cells(facts: pd.DataFrame, territories: pd.Series, period: ReviewPeriod) -> pd.DataFrame:
    """Revenue of both years by territory and family.

    Parameters
    ----------
    facts : DataFrame
        ``account_id``, ``family``, ``quarter``, ``revenue`` and ``revenue_at_year_ago_rates``.
        [company currency]
    territories : Series
        Territory by account.
    period : ReviewPeriod
        The quarter reviewed.

    Returns
    -------
    DataFrame
        ``territory`` (missing for accounts without one and lines without an account),
        ``family``, ``before`` and ``now``, the revenue of the four quarters before and of the last
        four, and ``constant``, the second at the exchange rates of a year ago (missing where one
        of them is). [company currency]
    """
    is_now = facts["quarter"].isin(period.year)
    inside = facts[is_now | facts["quarter"].isin(year_before(period))]
    is_now = is_now[inside.index]
    constant = inside["revenue_at_year_ago_rates"].where(is_now, 0.0)
    parts = pd.DataFrame({
        "territory": inside["account_id"].map(territories).astype("str"),
        "family": inside["family"], "before": inside["revenue"].where(~is_now, 0.0),
        "now": inside["revenue"].where(is_now, 0.0), "constant": constant.fillna(0.0),
        "is_unknown": constant.isna()})
    cells = parts.groupby(["territory", "family"], dropna=False).sum().reset_index()
    return cells.assign(constant=cells["constant"].mask(cells["is_unknown"] > 0)).drop(
        columns="is_unknown")


def shift_shares(cells: pd.DataFrame, market: pd.DataFrame | None,
                 period: ReviewPeriod) -> pd.DataFrame:
    """Change of revenue per territory, split into market, mix and competition.

    With S the revenue of a family in the year before, G the growth of the reference in all, g that
    of the family in the reference and r our own: market = Σ S G, mix = Σ S (g - G), competitive =
    Σ S (r - g).

    Parameters
    ----------
    cells : DataFrame
        From `list_cells`.
    market : DataFrame or None
        The contract's ``market``, territories in one spelling.
    period : ReviewPeriod
        The quarter reviewed.

    Returns
    -------
    DataFrame
        One row per ``territory`` and one of the company (missing): ``before``, ``now``,
        ``change`` = ``market`` + ``mix`` + ``competitive`` + ``not_compared`` [company currency],
        to the cent; ``reference`` (`MARKET`, `OTHERS`, or missing, and then the three terms too)
        and its ``reference_growth`` in the territory; ``cells_n``, ``not_compared_n``: families.

    Notes
    -----
    The reference is the market where it is known in all eight quarters for families that make at
    least half of the revenue of the year before, else what the other territories sell; that of
    the company is the market alone. A market that names no territory at all, or no family, holds
    for each. Families without a positive revenue in the year before, or without a reference, are
    not compared: their whole change is ``not_compared``. Other territories are compared at the
    exchange rates of a year ago, and what the rates made is ``not_compared`` too; a market in
    company currency moves with them.

    References
    ----------
    .. [1] E. S. Dunn, A statistical and analytical technique for regional analysis, Papers of the
       Regional Science Association 6 (1960).
    """
    named = cells[cells["territory"].notna()]
    company = cells.assign(territory=pd.Series(pd.NA, index=cells.index, dtype="str"))
    by_market, total = _market_growth(cells, market, period)
    own, own_total = _growth_elsewhere(named)
    with_market = by_market.loc[named.index]
    is_market = _is_covered(named, with_market["growth"])
    compared = named.assign(
        growth=with_market["growth"].where(is_market, own),
        total=own_total.where(~is_market, total),
        in_place=with_market["in_place"].where(is_market, own_total),
        compared_now=named["now"].where(is_market, named["constant"]),
        reference=pd.Series(MARKET, index=named.index, dtype="str").where(
            is_market, OTHERS))
    whole = company.assign(growth=by_market["growth"], total=total, in_place=total,
                           compared_now=cells["now"], reference=MARKET)
    is_whole = _is_covered(whole, whole["growth"])
    return pd.concat([_sum_terms(compared), _sum_terms(whole.assign(
        growth=whole["growth"].where(is_whole)))], ignore_index=True)


def _is_covered(cells: pd.DataFrame, growth: pd.Series) -> pd.Series:
    """Whether the families with a growth make enough of their territory's revenue."""
    place = cells["territory"].fillna(ALL)
    revenue = cells["before"].groupby(place).transform("sum")
    covered = cells["before"].where(growth.notna(), 0.0).groupby(place).transform("sum")
    return (revenue > 0) & (covered >= COVERED * revenue)


def _market_growth(cells: pd.DataFrame, market: pd.DataFrame | None,
                   period: ReviewPeriod) -> tuple[pd.DataFrame, float]:
    """Growth of each cell's market and of its territory's, by cell, and that of all."""
    nothing = pd.DataFrame({"growth": np.nan, "in_place": np.nan}, index=cells.index)
    if market is None:
        return nothing, np.nan
    keys = ["territory", "family"]
    used = [name for name in keys if market[name].notna().any()]
    level = market.dropna(subset=used).assign(
        **{name: ALL for name in keys if name not in used})
    years = [[quarter_text(one) for one in year] for year in (year_before(period), period.year)]
    sizes = level.groupby([*keys, "quarter"])["size"].sum(min_count=1).unstack("quarter").reindex(
        columns=[*years[0], *years[1]]).dropna()
    both = pd.DataFrame({"base": sizes[years[0]].sum(axis="columns"),
                         "size": sizes[years[1]].sum(axis="columns")})
    if both["base"].sum() <= 0:
        return nothing, np.nan
    at = cells[keys].assign(**{name: ALL for name in keys if name not in used})
    in_place = _growth(both.groupby("territory").sum())
    return pd.DataFrame({
        "growth": _growth(both).reindex(pd.MultiIndex.from_frame(at)).to_numpy(),
        "in_place": at["territory"].map(in_place).astype("float64")},
        index=cells.index), float(both["size"].sum() / both["base"].sum() - 1)


def _growth(sizes: pd.DataFrame) -> pd.Series:
    return sizes["size"] / sizes["base"].where(sizes["base"] >= CENT) - 1


def _growth_elsewhere(cells: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Growth of each cell's family in the other territories, and of all their families."""
    base, size = cells["before"], cells["constant"]

    def sums(amounts: pd.Series, by: str) -> pd.Series:
        return amounts.groupby(cells[by]).transform("sum", skipna=False)

    return (_growth(pd.DataFrame({"base": sums(base, "family") - base,
                                  "size": sums(size, "family") - size})),
            _growth(pd.DataFrame({"base": base.sum() - sums(base, "territory"),
                                  "size": size.sum(skipna=False) - sums(size, "territory")})))


def _sum_terms(cells: pd.DataFrame) -> pd.DataFrame:
    """The terms of each territory in cents, the competitive one what is left."""
    before = cells["before"]
    can = (before > 0) & cells[["growth", "total", "compared_now"]].notna().all(axis="columns")
    change = cells["now"] - before
    parts = cells.assign(
        market=(before * cells["total"]).where(can, 0.0),
        mix=(before * (cells["growth"] - cells["total"])).where(can, 0.0),
        not_compared=(cells["now"] - cells["compared_now"]).where(can, change),
        cells_n=1, not_compared_n=(~can).astype("int64"))
    names = ["before", "now", "market", "mix", "not_compared", "cells_n", "not_compared_n"]
    by = parts.groupby(parts["territory"].fillna(ALL), sort=True)
    sums = by[names].sum()
    cents = (sums[["before", "now", "market", "mix", "not_compared"]] * 100).round()
    left = cents["now"] - cents["before"] - cents[["market", "mix", "not_compared"]].sum(
        axis="columns")
    is_compared = sums["cells_n"] > sums["not_compared_n"]
    money = cents.assign(competitive=left, change=cents["now"] - cents["before"]) / 100
    return money.assign(
        **{name: money[name].where(is_compared) for name in TERMS},
        reference=by["reference"].first().where(is_compared),
        reference_growth=by["in_place"].first().where(is_compared),
        cells_n=sums["cells_n"], not_compared_n=sums["not_compared_n"],
    ).reset_index().pipe(_named)


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(territory=rows["territory"].astype("str").mask(
        rows["territory"] == ALL))[[
            "territory", "before", "now", "change", *TERMS, "not_compared", "reference",
            "reference_growth", "cells_n", "not_compared_n"]]
