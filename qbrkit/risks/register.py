"""The register of risks: what is exposed, what would be lost, and whether there is an answer."""

import numpy as np
import pandas as pd

from qbrkit.countries import find_countries

FIELDS = ("account_id", "industry", "family", "country")
TOP = 5
STALE_DAYS = 90
LONGEST_LEAD = 3660
"""No risk is announced earlier than ten years. [days]"""
COMING, LATER, ENDED = "coming", "later", "ended"
NO_PROBABILITY, NO_IMPACT, NO_EXPOSURE, CONTRADICTS, BACKWARDS = (
    "probability", "impact_share", "exposure", "probability_low above probability_high",
    "window_end before window_start")
NEEDED = ("solution", "owner", "due", "residual_share")
"""What each of the top risks has to have."""
HOLDS_REVIEWS = ("owner", "due")
"""Without these a top risk keeps external reviews drafts."""
TEXT = {"risk_id": "str", "account_id": "str"}


def expose_accounts(risks: pd.DataFrame, spend: pd.DataFrame) -> pd.DataFrame:
    """Spend of each account that each risk exposes.

    Parameters
    ----------
    risks : DataFrame, shape (n_risks, k)
        The contract's ``risks``, rolled up.
    spend : DataFrame
        Of the last twelve months, one row per account and family or several:
        ``account_id`` (missing = of no account), ``family``, ``industry``, ``country``,
        ``revenue`` [company currency / year]. Rows of 0 make known who and what bought
        nothing.

    Returns
    -------
    DataFrame
        ``risk_id``, ``account_id``, ``exposed``: the risks in their order, the largest
        exposure first, accounts without any left out. A risk narrows by every field it names;
        one that names none exposes the whole company. An account that gave back more than it
        bought is not exposed. A risk to which nothing is exposed has one row of 0 without an
        account; one that names what `spend` does not know has no row. A country is the same
        by code and by name.
    """
    risks, spend = _with_country_keys(risks), _with_country_keys(spend)
    parts = [_exposed(risk, spend) for risk in risks.to_dict("records")]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(
        columns=["risk_id", "account_id", "exposed"])
    return found.astype(TEXT | {"exposed": "float64"})


def list_unknown(risks: pd.DataFrame, spend: pd.DataFrame) -> pd.Series:
    """What each risk names that `spend` does not know.

    Parameters
    ----------
    risks, spend : DataFrame
        As for `expose_accounts`.

    Returns
    -------
    Series of str
        By ``risk_id``, the words as they are written, comma-separated; empty for none.
    """
    keyed, known = _with_country_keys(risks), _with_country_keys(spend)
    unknown = {name: risks[name].notna() & ~keyed[name].isin(set(known[name].dropna()))
               for name in FIELDS if name in risks}
    return pd.Series([", ".join(str(risk[name]) for name in unknown if unknown[name].iloc[at])
                      for at, risk in enumerate(risks.to_dict("records"))],
                     index=risks["risk_id"], dtype="str")


def _with_country_keys(table: pd.DataFrame) -> pd.DataFrame:
    """Countries by their code, and in one spelling where the word is no country."""
    if "country" not in table or table.empty:
        return table
    written = pd.Series(table["country"].dropna().unique(), dtype="str")
    keys = find_countries(written).fillna(written.str.strip().str.casefold())
    return table.assign(country=table["country"].map(
        dict(zip(written, keys, strict=True))).astype("str"))


def _exposed(risk: dict, spend: pd.DataFrame) -> pd.DataFrame:
    """Exposure to one risk, by account; one row of 0 where nobody of those named bought."""
    named = {name: spend[name].eq(risk[name]).fillna(False).astype(bool)
             for name in FIELDS if pd.notna(risk[name])}
    hit = pd.Series(True, index=spend.index)
    for one in named.values():
        hit &= one
    sums = spend[hit].groupby("account_id", dropna=False)["revenue"].sum()
    exposed = sums[sums > 0].reset_index(name="exposed").sort_values(
        ["exposed", "account_id"], ascending=[False, True])
    if exposed.empty and all(one.any() for one in named.values()):
        exposed = pd.DataFrame({"account_id": [None], "exposed": [0.0]})
    return exposed.assign(risk_id=risk["risk_id"])[["risk_id", "account_id", "exposed"]]


def assess_risks(risks: pd.DataFrame, exposures: pd.DataFrame, as_of: pd.Timestamp,
                 indicators: pd.DataFrame | None = None) -> pd.DataFrame:
    """Put money to each risk, and say what it lacks.

    Parameters
    ----------
    risks : DataFrame, shape (n_risks, k)
        The contract's ``risks``.
    exposures : DataFrame
        From `expose_accounts`. [company currency / year]
    as_of : Timestamp
        Day of the review.
    indicators : DataFrame or None
        The contract's ``indicators``.

    Returns
    -------
    DataFrame, shape (n_risks, k + 18)
        The risks with ``exposed``, ``accounts_n`` (accounts with exposed spend),
        ``expected_low`` and ``expected_high`` (probability × share of impact × exposed
        spend), ``residual_low`` and ``residual_high`` (what stays of it after the
        solution) [company currency]; ``window`` (coming, later, ended); ``not_assessed``
        (what keeps it from having an expected loss, comma-separated, empty when nothing
        does); ``lacks`` (what of `NEEDED` is not given); ``is_top``; ``is_stale`` (the
        source is older than 90 days, missing without its date); ``indicator_value`` and
        ``indicator_month``, the latest at the day of the review; ``is_passed`` (it lies on
        the other side of the threshold than the middle one of its values); ``act_by``
        (``lead_days`` before the window starts) and ``is_late`` (due after it); missing
        where it cannot be told. Top risks first, then by
        the upper expected loss; those without one after them, what has ended last.

    Notes
    -----
    What is not known stays missing: no probability is not a probability of zero. One end
    of the range alone stands for both. A low end above the high one is not repaired: the
    risk has no expected loss, and neither has one whose window ends before it starts. A risk
    whose account, industry, family or country nothing
    matches has no exposure, as its name may be misspelt.

    The window counts when it touches the twelve months after `as_of`; without dates it
    does. Top are the five coming risks with the largest upper expected loss above zero.
    """
    figures = _expected_losses(risks, exposures)
    runs_backwards = risks["window_end"] < risks["window_start"]
    window = np.select(
        [runs_backwards, risks["window_end"] < as_of.normalize(),
         risks["window_start"] > as_of.normalize() + pd.DateOffset(years=1)],
        [COMING, ENDED, LATER], default=COMING)
    counted = figures["expected_high"].where((window == COMING) & (figures["expected_high"] > 0))
    order = pd.DataFrame({"loss": -counted, "risk_id": risks["risk_id"]}).sort_values(
        ["loss", "risk_id"])
    top = order.index[order["loss"].notna()][:TOP]
    assessed = risks.assign(
        **figures, window=pd.Series(window, index=risks.index, dtype="str"),
        lacks=_joined({name: risks[name].isna() for name in NEEDED}, risks.index),
        is_top=risks.index.isin(top),
        is_stale=(risks["source_date"] < as_of.normalize() - pd.Timedelta(days=STALE_DAYS))
        .astype("boolean").mask(risks["source_date"].isna()),
        **_latest(risks["indicator"], indicators, as_of), **_act_by(risks))
    return _sorted(_with_passed(assessed))


def _expected_losses(risks: pd.DataFrame, exposures: pd.DataFrame) -> pd.DataFrame:
    """Exposed spend, expected loss and what stays of it, and why it is not known."""
    by_risk = exposures.groupby("risk_id")["exposed"]
    exposed = risks["risk_id"].map(by_risk.sum()).astype("float64")
    accounts = exposures[(exposures["exposed"] > 0) & exposures["account_id"].notna()]
    low = risks["probability_low"].fillna(risks["probability_high"])
    high = risks["probability_high"].fillna(risks["probability_low"])
    contradicts, runs_backwards = low > high, risks["window_end"] < risks["window_start"]
    stake = (exposed * risks["impact_share"]).mask(contradicts | runs_backwards)
    expected = {"expected_low": stake * low, "expected_high": stake * high}
    return pd.DataFrame({
        "exposed": exposed,
        "accounts_n": risks["risk_id"].map(accounts.groupby("risk_id").size())
        .astype("float64").fillna(0).astype("int64"), **expected,
        "residual_low": expected["expected_low"] * risks["residual_share"],
        "residual_high": expected["expected_high"] * risks["residual_share"],
        "not_assessed": _joined({
            NO_PROBABILITY: low.isna(), CONTRADICTS: contradicts,
            BACKWARDS: runs_backwards, NO_IMPACT: risks["impact_share"].isna(),
            NO_EXPOSURE: exposed.isna()}, risks.index)})


def _act_by(risks: pd.DataFrame) -> dict[str, pd.Series]:
    """The last day on which an answer is in time, and whether its date lies after it."""
    lead = pd.to_timedelta(risks["lead_days"].astype("float64").clip(0, LONGEST_LEAD), unit="D")
    act_by = (risks["window_start"] - lead).astype("datetime64[us]")
    is_late = (risks["due"] > act_by).astype("boolean")
    return {"act_by": act_by, "is_late": is_late.mask(act_by.isna() | risks["due"].isna())}


def _with_passed(assessed: pd.DataFrame) -> pd.DataFrame:
    """Whether the indicator stands beyond the threshold, seen from where it mostly stood."""
    side = np.sign(assessed["indicator_value"] - assessed["threshold"])
    usual = np.sign(assessed["indicator_usual"] - assessed["threshold"])
    return assessed.drop(columns="indicator_usual").assign(
        is_passed=pd.Series(side * usual < 0, index=assessed.index, dtype="boolean")
        .mask(np.isnan(side) | (usual == 0)))


def _joined(lacking: dict[str, pd.Series], index: pd.Index) -> pd.Series:
    """Names of what is lacking in each row, comma-separated."""
    table = pd.DataFrame(lacking, index=index)
    return pd.Series([", ".join(table.columns[row]) for row in table.to_numpy(dtype=bool)],
                     index=index, dtype="str")


def _latest(named: pd.Series, indicators: pd.DataFrame | None,
            as_of: pd.Timestamp) -> dict[str, pd.Series]:
    """Latest value of the indicator each risk names, its month, and the middle value."""
    if indicators is None:
        unknown = pd.Series(np.nan, index=named.index)
        return {"indicator_value": unknown, "indicator_usual": unknown,
                "indicator_month": pd.Series(pd.NaT, index=named.index, dtype="datetime64[us]")}
    known = indicators[indicators["month"] <= as_of].dropna(subset=["value"]).sort_values("month")
    last = known.drop_duplicates("indicator", keep="last").set_index("indicator")
    latest = last.reindex(named)[["value", "month"]].set_axis(named.index)
    return {"indicator_value": latest["value"].astype("float64"),
            "indicator_month": latest["month"].astype("datetime64[us]"),
            "indicator_usual": named.map(known.groupby("indicator")["value"].median())
            .astype("float64")}


def _sorted(assessed: pd.DataFrame) -> pd.DataFrame:
    order = assessed.assign(
        rank=assessed["window"].map({COMING: 0, LATER: 1, ENDED: 2})).sort_values(
        ["is_top", "rank", "expected_high", "risk_id"], ascending=[False, True, False, True])
    return order.drop(columns="rank").reset_index(drop=True)


def sum_by_account(assessed: pd.DataFrame, exposures: pd.DataFrame) -> pd.DataFrame:
    """What each account may lose to the coming risks: the largest, and all together.

    Parameters
    ----------
    assessed : DataFrame
        From `assess_risks`.
    exposures : DataFrame
        From `expose_accounts`.

    Returns
    -------
    DataFrame
        One row per account with exposed spend (missing = of no account): ``risks_n``,
        ``largest_risk`` and ``largest_low``, ``largest_high`` (the risk with the largest
        upper expected loss), ``sum_low``, ``sum_high`` [company currency]. Largest first.

    Notes
    -----
    Risks overlap: what one has taken another cannot take again. So the loss lies between
    the largest alone and the sum, and both are told. The shares of the accounts add up to
    the expected loss of each risk.
    """
    coming = assessed[(assessed["window"] == COMING) & assessed["expected_high"].notna()]
    share = exposures[exposures["exposed"] > 0].merge(
        coming[["risk_id", "exposed", "expected_low", "expected_high"]], on="risk_id",
        suffixes=("", "_in_all"))
    part = share["exposed"] / share["exposed_in_all"]
    share = share.assign(low=share["expected_low"] * part, high=share["expected_high"] * part)
    share = share.sort_values(["high", "risk_id"], ascending=[False, True])
    return share.groupby("account_id", dropna=False).agg(
        risks_n=("risk_id", "size"), largest_risk=("risk_id", "first"),
        largest_low=("low", "first"), largest_high=("high", "first"),
        sum_low=("low", "sum"), sum_high=("high", "sum")).reset_index().sort_values(
        ["sum_high", "account_id"], ascending=[False, True]).reset_index(drop=True)


def block_reviews(assessed: pd.DataFrame, exposures: pd.DataFrame) -> pd.DataFrame:
    """Accounts whose external review stays a draft, and the risk that keeps it so.

    Parameters
    ----------
    assessed, exposures : DataFrame
        From `assess_risks` and `expose_accounts`.

    Returns
    -------
    DataFrame
        ``account_id``, ``risk_id``, ``exposed``: every account with exposed spend in a top
        risk that lacks an owner or a date.
    """
    open_risks = assessed[assessed["is_top"] & assessed[list(HOLDS_REVIEWS)].isna().any(axis=1)]
    hit = exposures["risk_id"].isin(open_risks["risk_id"]) & exposures["account_id"].notna()
    return exposures[hit & (exposures["exposed"] > 0)].sort_values(
        ["account_id", "risk_id"])[["account_id", "risk_id", "exposed"]].reset_index(drop=True)
