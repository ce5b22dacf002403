"""Where we lose by ourselves: reasons of lost deals, missed levels of service, complaints."""

import pandas as pd

from qbrkit.periods import ReviewPeriod
from qbrkit.threats.encounters import LOST
from qbrkit.threats.names import spell, without_unknown
from qbrkit.threats.windows import BEFORE, NOW, window_of

LOSS_REASON, SERVICE_LEVEL, COMPLAINT = "loss_reason", "service_level", "complaint"
WEAKNESSES = ["territory", "kind", "subject", "n", "of_n", "money", "open_n", "n_before",
              "of_n_before"]
"""Columns of every table here; what a kind does not know is missing."""


def count_loss_reasons(deals: pd.DataFrame) -> pd.DataFrame:
    """Why deals were lost.

    Parameters
    ----------
    deals : DataFrame
        From `encounters.prepare_deals`.

    Returns
    -------
    DataFrame
        `WEAKNESSES`, by territory and in all (missing): ``n`` deals of the last four quarters
        lost for a reason (``subject``; missing where none is told), ``of_n`` lost in all, and
        ``money``, their amounts as far as known [company currency]; ``n_before`` and
        ``of_n_before`` of the four quarters before. Of reasons of earlier years only, none.
    """
    lost = deals[(deals["outcome"] == LOST) & deals["window"].notna()]
    rows = lost.assign(subject=_subjects(lost["loss_reason"]), weight=lost["amount"])
    counted = _count(rows, LOSS_REASON)
    every = counted.groupby("territory", dropna=False)[["n", "n_before"]].transform("sum")
    return counted.assign(of_n=every["n"], of_n_before=every["n_before"])


def count_missed_levels(levels: pd.DataFrame, territories: pd.Series,
                        quarters: dict[str, str]) -> pd.DataFrame:
    """Levels of service that were missed, by measure.

    Parameters
    ----------
    levels : DataFrame
        ``account_id``, ``quarter``, ``measure`` and ``is_missed`` (missing where it cannot be
        judged).
    territories : Series
        Territory by account.
    quarters : dict
        Year (`windows.NOW`, `windows.BEFORE`) by quarter as ``2026Q3``.

    Returns
    -------
    DataFrame
        `WEAKNESSES`: ``n`` levels missed of ``of_n`` judged in the last four quarters, and in the
        four before.
    """
    judged = levels[levels["is_missed"].notna() & levels["quarter"].isin(quarters)]
    rows = judged.assign(territory=judged["account_id"].map(territories).astype("str"),
                         window=judged["quarter"].map(quarters).astype("str"),
                         subject=_subjects(judged["measure"]), weight=float("nan"))
    every = _count(rows, SERVICE_LEVEL)
    missed = _count(rows[rows["is_missed"].astype(bool)], SERVICE_LEVEL)
    by = ["territory", "subject"]
    found = every.drop(columns=["of_n", "of_n_before"]).rename(
        columns={"n": "of_n", "n_before": "of_n_before"}).merge(
        missed[[*by, "n", "n_before"]], on=by, how="left", validate="one_to_one")
    return found.assign(n=found["n"].fillna(0.0), n_before=found["n_before"].fillna(0.0))[
        WEAKNESSES]


def count_complaints(complaints: pd.DataFrame, territories: pd.Series,
                     period: ReviewPeriod) -> pd.DataFrame:
    """Complaints by subject.

    Parameters
    ----------
    complaints : DataFrame
        The contract's ``complaints``.
    territories : Series
        Territory by account.
    period : ReviewPeriod
        The quarter reviewed.

    Returns
    -------
    DataFrame
        `WEAKNESSES`: ``n`` of the last four quarters and ``n_before``; ``open_n`` up to the day
        of the review, whenever they were made; missing where no complaint tells its status.
    """
    known = complaints[complaints["date"] < period.as_of + pd.Timedelta(days=1)]
    rows = known.assign(territory=known["account_id"].map(territories).astype("str"),
                        window=window_of(known["date"], period),
                        subject=_subjects(known["subject"]), weight=float("nan"))
    is_open = rows["status"] == "open"
    counted = _count(rows[rows["window"].notna() | is_open], COMPLAINT, is_open)
    return counted if complaints["status"].notna().any() else counted.assign(open_n=float("nan"))


def _subjects(texts: pd.Series) -> pd.Series:
    known = without_unknown(texts)
    return spell(known, known)


def _count(rows: pd.DataFrame, kind: str, is_open: pd.Series | None = None) -> pd.DataFrame:
    """Rows by territory and in all, by subject and year, the most of now first."""
    flags = rows[["territory", "subject"]].assign(
        n=(rows["window"] == NOW).astype("float64"),
        n_before=(rows["window"] == BEFORE).astype("float64"),
        money=rows["weight"].where(rows["window"] == NOW),
        open_n=0.0 if is_open is None else is_open[rows.index].astype("float64"))
    both = pd.concat([flags[flags["territory"].notna()], flags.assign(
        territory=pd.Series(pd.NA, index=flags.index, dtype="str"))], ignore_index=True)
    groups = both.groupby(["territory", "subject"], dropna=False)
    sums = groups[["n", "n_before", "open_n"]].sum().reset_index().merge(
        groups["money"].sum(min_count=1).round(2).reset_index(), on=["territory", "subject"],
        validate="one_to_one")
    counted = sums.assign(kind=kind, of_n=float("nan"), of_n_before=float("nan"))
    if is_open is None:
        counted = counted.assign(open_n=float("nan"))
    return counted.astype({"kind": "str"}).sort_values(
        ["territory", "n", "n_before", "subject"], ascending=[True, False, False, True],
        ignore_index=True)[WEAKNESSES]
