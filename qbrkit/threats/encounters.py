"""How often competitors are met in deals, what became of those, and what stays unknown."""

import pandas as pd

from qbrkit.periods import ReviewPeriod
from qbrkit.threats.names import spell, without_unknown
from qbrkit.threats.windows import BEFORE, NOW, window_of

WON, LOST, NO_DECISION, OPEN = "won", "lost", "no_decision", "open"
SEVERAL = ";"
"""Between the names of several competitors of one deal."""


def prepare_deals(deals: pd.DataFrame, territories: pd.Series,
                  period: ReviewPeriod) -> pd.DataFrame:
    """Deals with the year they were decided in and their territory.

    Parameters
    ----------
    deals : DataFrame
        The contract's ``deals``, territories in one spelling.
    territories : Series
        Territory by account.
    period : ReviewPeriod
        The quarter reviewed.

    Returns
    -------
    DataFrame
        The deals decided up to the day of the review, and those that are open or cannot be
        placed: ``territory`` (its own, else that of its account), ``window`` (`windows.NOW` or
        `windows.BEFORE`; missing for open deals, whatever day they hold, for earlier ones and for
        those without a day) and ``is_left_out``: without an outcome, or ended on no known day.
    """
    is_open = deals["outcome"] == OPEN
    later = deals["close_date"] >= period.as_of + pd.Timedelta(days=1)
    kept = deals[is_open | ~later]
    own = kept["territory"]
    is_open = is_open[kept.index]
    return kept.assign(
        territory=own.where(own.notna(), kept["account_id"].map(territories).astype("str")),
        window=window_of(kept["close_date"], period).mask(is_open | kept["outcome"].isna()),
        is_left_out=kept["outcome"].isna() | (~is_open & kept["close_date"].isna()))


def list_named(deals: pd.DataFrame, spellings: pd.Series) -> pd.DataFrame:
    """Every known competitor of every deal.

    Parameters
    ----------
    deals : DataFrame
        From `prepare_deals`.
    spellings : Series
        Further names of competitors, which help to find the spelling written most often.

    Returns
    -------
    DataFrame
        The rows of `deals` once for each competitor named, ``competitor`` in one spelling; a
        deal that names nobody known is not in it.
    """
    each = deals["competitor"].astype("str").str.split(SEVERAL).explode()
    known = without_unknown(each.astype("str")).dropna()
    spelled = spell(known, pd.concat([known, without_unknown(spellings).dropna()]))
    named = deals.drop(columns="competitor").join(spelled.rename("competitor"), how="inner")
    return named[~named.assign(at=named.index).duplicated(["at", "competitor"])]


def count_deals(deals: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Deals by territory and in all, and how many of them name no known competitor.

    Parameters
    ----------
    deals, named : DataFrame
        From `prepare_deals` and `list_named`.

    Returns
    -------
    DataFrame
        One row per ``territory`` and one of all (missing), as `_count` of the deals: with
        ``decided_n``, ``unknown_n`` (decided, no known competitor), ``unknown_share``,
        ``win_rate`` and the same ``_before``; of both years and what is open ``deals_n`` and
        ``unnamed_n`` (no known competitor); ``unpriced_n``, deals lost in the last four quarters
        that have no amount; ``left_out_n``, deals that are in no other figure.
    """
    told = deals.assign(is_unnamed=~deals.index.isin(named.index))
    counts = _count(_with_all(told), ["territory"])
    decided = {name: told["outcome"].isin([WON, LOST]) & (told["window"] == name)
               for name in (NOW, BEFORE)}
    flags = _with_all(told.assign(
        unknown_n=told["is_unnamed"] & decided[NOW],
        unknown_n_before=told["is_unnamed"] & decided[BEFORE],
        deals_n=_is_counted(told), unnamed_n=_is_counted(told) & told["is_unnamed"],
        unpriced_n=(told["window"] == NOW) & (told["outcome"] == LOST) & told["amount"].isna(),
        left_out_n=told["is_left_out"]))
    names = ["unknown_n", "unknown_n_before", "deals_n", "unnamed_n", "unpriced_n", "left_out_n"]
    found = counts.merge(flags.groupby("territory", dropna=False)[names].sum().reset_index(),
                         on="territory", validate="one_to_one")
    for ending in ("", "_before"):
        found[f"decided_n{ending}"] = found[f"won_n{ending}"] + found[f"lost_n{ending}"]
        some = found[f"decided_n{ending}"].where(found[f"decided_n{ending}"] > 0)
        found[f"unknown_share{ending}"] = found[f"unknown_n{ending}"] / some
        found[f"win_rate{ending}"] = found[f"won_n{ending}"] / some
    return found


def count_encounters(named: pd.DataFrame, totals: pd.DataFrame,
                     signals: pd.DataFrame) -> pd.DataFrame:
    """How often each competitor was met in each territory, and what became of it.

    Parameters
    ----------
    named : DataFrame
        From `list_named`.
    totals : DataFrame
        From `count_deals`.
    signals : DataFrame
        From `signals.index_signals`.

    Returns
    -------
    DataFrame
        One row per ``competitor`` and ``territory`` with a deal of the two years, an open one,
        or a signal; one per competitor over all territories (missing ``territory``), and one per
        territory and one in all of every known competitor together (missing ``competitor``),
        where a deal counts once: ``won_n``, ``lost_n``, ``no_decision_n``, ``met_n`` = won_n +
        lost_n, ``lost_money`` [company currency] and the same ``_before``; ``open_n``;
        ``decided_n`` of the territory and its ``_before``; ``first_seen``; and the columns of
        `signals`.
    """
    every = named[~named.index.duplicated()].assign(
        competitor=pd.Series(pd.NA, index=named.index.unique(), dtype="str"))
    told = _with_all(pd.concat([named, every]))
    by = ["competitor", "territory"]
    counts = _count(told[_is_counted(told)], by)
    first = told.assign(first_deal=told["close_date"].mask(told["outcome"] == OPEN)).groupby(
        by, dropna=False)["first_deal"].min().reset_index()
    rows = counts.merge(first, on=by, how="left").merge(signals, on=by, how="outer")
    rows = rows.merge(totals[["territory", "decided_n", "decided_n_before"]], on="territory",
                      how="left", validate="many_to_one")
    numbers = [one for one in map(str, rows.columns) if one.endswith(("_n", "_n_before"))]
    rows[numbers] = rows[numbers].fillna(0).astype("int64")
    for ending in ("", "_before"):
        rows[f"met_n{ending}"] = rows[f"won_n{ending}"] + rows[f"lost_n{ending}"]
        rows[f"lost_money{ending}"] = rows[f"lost_money{ending}"].mask(
            rows[f"lost_n{ending}"] == 0, 0.0)
    rows["first_seen"] = rows[["first_deal", "first_signal"]].min(axis="columns")
    return rows.drop(columns=["first_deal", "first_signal"]).sort_values(
        by, ignore_index=True, na_position="last")


def _is_counted(deals: pd.DataFrame) -> pd.Series:
    """Deals of the two years, and open ones."""
    return deals["window"].notna() | (deals["outcome"] == OPEN)


def _with_all(deals: pd.DataFrame) -> pd.DataFrame:
    """Deals of the territories, and every deal once more for all (missing territory)."""
    every = deals.assign(territory=pd.Series(pd.NA, index=deals.index, dtype="str"))
    return pd.concat([deals[deals["territory"].notna()], every], ignore_index=True)


def _count(deals: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Deals by outcome and year, and the money lost: unknown where no lost deal has an amount."""
    parts = {"open_n": deals["outcome"] == OPEN}
    money = {}
    for window, ending in ((NOW, ""), (BEFORE, "_before")):
        inside = deals["window"] == window
        for outcome in (WON, LOST, NO_DECISION):
            parts[f"{outcome}_n{ending}"] = inside & (deals["outcome"] == outcome)
        money[f"lost_money{ending}"] = deals["amount"].where(parts[f"{LOST}_n{ending}"])
    keys = [deals[name] for name in by]
    counted = pd.DataFrame(parts, index=deals.index).groupby(keys, dropna=False).sum()
    sums = pd.DataFrame(money, index=deals.index).groupby(keys, dropna=False).sum(min_count=1)
    return counted.reset_index().merge(sums.round(2).reset_index(), on=by, validate="one_to_one")
