"""Against target: what was reached of what was planned, and which accounts made the miss."""

import numpy as np
import pandas as pd

from qbrkit.growth.bridge import BARS, HALF_A_CENT
from qbrkit.periods import last_twelve_months, quarter_text

COMPANY, TERRITORY, OWNER, ACCOUNT = "company", "territory", "owner", "account"
LEVELS = {TERRITORY: "territory", OWNER: "owner", ACCOUNT: "account_id"}
"""Levels of targets and the column that names them; of equal ones the first counts."""
CAUSES_KEPT = 5
"""Accounts kept as causes of one miss."""
REACHED = ["revenue", "gross_margin_low", "gross_margin_high"]
ROW = ["level", "name", "comparison"]
CAUSES = [*ROW, "account_id", "change", "part_of_gap", "falls", "falls_n"]


def measure_targets(targets: pd.DataFrame, accounts: pd.DataFrame, facts: pd.DataFrame,
                    quarter: pd.Period) -> pd.DataFrame:
    """Revenue and margin of each territory, owner and account against its target.

    Parameters
    ----------
    targets : DataFrame
        The contract's ``targets``, accounts rolled up. [company currency]
    accounts : DataFrame
        ``account_id`` (unique), ``owner`` and ``territory``.
    facts : DataFrame
        ``account_id``, ``quarter``, ``revenue``, ``gross_margin_low`` and
        ``gross_margin_high``, rolled up. [company currency, at the rates of their months]
    quarter : Period
        The review quarter.

    Returns
    -------
    DataFrame, shape (n_rows, 12)
        ``level`` (company, territory, owner, account), ``name`` (missing: of the company,
        or without territory or owner), ``comparison`` (quarter, or year: last twelve
        months); ``revenue_target``, ``revenue``, ``revenue_gap`` = revenue - target;
        ``margin_target``, ``gross_margin_low``, ``gross_margin_high``; ``has_account``
        (False: no account bears the name, so nothing can be held against the target);
        ``from_level`` (of the company's row: the level it is added up from, company when
        it has targets of its own), ``revenue_not_covered`` (of the company's row: revenue
        without a target). [company currency] Of each level with targets every name is
        listed, with or without one.

    Notes
    -----
    A target of the year is the sum of its four quarters, missing unless all four have one.
    A target that names an account is the account's, else the owner's, else the
    territory's, else the company's. Levels are views of the same revenue and never added
    to each other: the company's row adds up the level whose targets cover most revenue of
    the quarter, the same level for the year.
    Territories and owners are matched without regard to capitals and outer blanks.
    """
    leveled, spelled, rows, main = _with_level(targets), _one_spelling(accounts), [], ""
    for comparison, quarters in (("quarter", [quarter]), ("year", last_twelve_months(quarter))):
        planned, reached = _planned(leveled, quarters), _reached(facts, spelled, quarters)
        levels = [_of_level(level, planned, reached) for level in LEVELS
                  if (planned["level"] == level).any()]
        company = _of_company(planned, levels, reached, main)
        main = main or "".join(company["from_level"]) if len(company) else main
        rows += [one.assign(comparison=comparison) for one in (company, *levels) if len(one)]
    columns = [*ROW, "revenue_target", "revenue", "revenue_gap", "margin_target", *REACHED[1:],
               "has_account", "from_level", "revenue_not_covered"]
    if not rows:
        return pd.DataFrame(columns=columns)
    table = pd.concat(rows, ignore_index=True)
    return table.assign(revenue_gap=table["revenue"] - table["revenue_target"])[columns].astype(
        {"name": "str", "from_level": "str", "has_account": "bool"})


def _with_level(targets: pd.DataFrame) -> pd.DataFrame:
    """Targets with their level, the name there, and a key to match it by."""
    named = {ACCOUNT: targets["account_id"], OWNER: targets["owner"],
             TERRITORY: targets["territory"]}
    level = pd.Series(COMPANY, index=targets.index, dtype="str")
    name = pd.Series(np.nan, index=targets.index, dtype="str")
    for one, names in reversed(named.items()):
        level, name = level.mask(names.notna(), one), name.mask(names.notna(), names)
    return targets.assign(level=level, name=name, key=_key(name).mask(level == ACCOUNT, name))


def _key(names: pd.Series) -> pd.Series:
    return names.astype("str").str.strip().str.casefold()


def _one_spelling(accounts: pd.DataFrame) -> pd.DataFrame:
    """Accounts whose territories and owners are written alike where they mean the same."""
    return accounts.assign(**{name: accounts[name].groupby(_key(accounts[name])).transform("first")
                              for name in ("territory", "owner")})


def _planned(leveled: pd.DataFrame, quarters: list[pd.Period]) -> pd.DataFrame:
    """Targets of a level and name over some quarters; missing unless all have one."""
    inside = leveled[leveled["quarter"].isin([quarter_text(one) for one in quarters])]
    keys = ["level", "key"]
    amounts = inside.groupby([*keys, "quarter"], dropna=False)[
        ["revenue", "gross_margin"]].sum(min_count=1).groupby(keys, dropna=False)
    sums = amounts.sum().where(amounts.count() == len(quarters))
    sums = sums.assign(name=inside.groupby(keys, dropna=False)["name"].first())
    return sums.dropna(subset=["revenue", "gross_margin"], how="all").reset_index().rename(
        columns={"revenue": "revenue_target", "gross_margin": "margin_target"})


def _reached(facts: pd.DataFrame, accounts: pd.DataFrame,
             quarters: list[pd.Period]) -> pd.DataFrame:
    """What each account reached, and that of no account; margins missing without any cost."""
    inside = facts[facts["quarter"].isin(quarters)]
    sums = inside.groupby("account_id", dropna=False)[REACHED].sum().reset_index()
    table = accounts[["account_id", "owner", "territory"]].merge(
        sums, on="account_id", how="outer").fillna(dict.fromkeys(REACHED, 0.0))
    has_cost = facts["gross_margin_low"].notna().any()
    return table if has_cost else table.assign(**dict.fromkeys(REACHED[1:], np.nan))


def _of_level(level: str, planned: pd.DataFrame, reached: pd.DataFrame) -> pd.DataFrame:
    """Every name of a level with what it reached; accounts only where they have a target."""
    wanted = planned[planned["level"] == level].set_index("key")
    names = reached[LEVELS[level]]
    named = reached.assign(told=names, key=names if level == ACCOUNT else _key(names))
    by_name = named.groupby("key", dropna=False)
    found = by_name[REACHED].sum(min_count=1).assign(told=by_name["told"].first(),
                                                     has_account=True)
    table = found.join(wanted[["name", "revenue_target", "margin_target"]],
                       how="right" if level == ACCOUNT else "outer")
    return table.assign(
        level=level, name=table["told"].fillna(table["name"]),
        has_account=table["has_account"].eq(True), from_level=level, revenue_not_covered=np.nan,
    ).drop(columns="told").sort_values("name", na_position="last").reset_index(drop=True)


def _of_company(planned: pd.DataFrame, levels: list[pd.DataFrame], reached: pd.DataFrame,
                wanted: str) -> pd.DataFrame:
    """The company against its own target, else that of the level wanted or that covers most."""
    everything = reached[REACHED].sum(min_count=1)
    row = {"level": COMPANY, "name": np.nan, "has_account": True}
    own = planned[planned["level"] == COMPANY]
    if len(own) and wanted in ("", COMPANY):
        amounts = own[["revenue_target", "margin_target"]].iloc[0].to_dict()
        return pd.DataFrame([row | amounts | everything.to_dict() | {
            "from_level": COMPANY, "revenue_not_covered": 0.0}])
    sums = [_covered(one) for one in levels if wanted in ("", one["level"].iloc[0])]
    if not sums:
        return pd.DataFrame()
    best = max(sums, key=lambda one: one["covered"])  # of equal ones the first
    return pd.DataFrame([row | best | {
        "revenue_not_covered": everything["revenue"] - best["covered"]}]).drop(columns="covered")


def _covered(level: pd.DataFrame) -> dict:
    """Sums of a level over the names that have a target and an account: like with like."""
    known = level[level["has_account"]]
    by_revenue, by_margin = (known[known[name].notna()] for name in (
        "revenue_target", "margin_target"))
    amounts = {name: by_revenue[name].sum(min_count=1) for name in ("revenue_target", "revenue")}
    amounts |= {name: by_margin[name].sum(min_count=1) for name in (
        "margin_target", *REACHED[1:])}
    either = known[known["revenue_target"].notna() | known["margin_target"].notna()]
    return amounts | {"from_level": level["level"].iloc[0], "covered": either["revenue"].sum()}


def find_causes(levels: pd.DataFrame, accounts: pd.DataFrame,
                bridges: pd.DataFrame) -> pd.DataFrame:
    """The accounts that made each miss: those whose revenue fell most on the year before.

    Parameters
    ----------
    levels : DataFrame
        From `measure_targets`.
    accounts : DataFrame
        ``account_id`` (unique), ``owner`` and ``territory``.
    bridges : DataFrame
        From `bridge.bridge_accounts`: ``account_id``, ``comparison``, ``change``.
        [company currency]

    Returns
    -------
    DataFrame, shape (n_causes, 8)
        ``level``, ``name``, ``comparison`` of a missed revenue target, ``account_id``,
        ``change`` (negative) and ``part_of_gap`` (change ÷ gap; above 1 where others made
        up for it); ``falls`` and ``falls_n``, the sum and the count of all accounts that fell
        there; the largest fall first. Empty for a miss that no fall explains.
    """
    missed = levels[levels["revenue_gap"] < -HALF_A_CENT]
    falls = bridges[(bridges["change"] < -HALF_A_CENT) & bridges["account_id"].notna()]
    placed = _placed(falls[["account_id", "comparison", "change"]], accounts)
    found = missed[[*ROW, "revenue_gap"]].merge(placed, on=ROW)
    found = found.assign(part_of_gap=found["change"] / found["revenue_gap"]).sort_values(
        [*ROW, "change", "account_id"]).reset_index(drop=True)
    grouped = found.groupby(ROW, dropna=False)
    found = found.assign(falls=grouped["change"].transform("sum"),
                         falls_n=grouped["change"].transform("size"))
    rank = grouped.cumcount()
    return found.loc[rank < CAUSES_KEPT, CAUSES].reset_index(drop=True)


def bridge_levels(bridges: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """The bridge of every territory, owner and account: the sum of those of its accounts.

    Parameters
    ----------
    bridges : DataFrame
        From `bridge.bridge_accounts`. [company currency]
    accounts : DataFrame
        ``account_id`` (unique), ``owner`` and ``territory``.

    Returns
    -------
    DataFrame
        ``level``, ``name`` (missing: without territory or owner, or the company),
        ``comparison``, ``base``, `BARS`, ``review``, ``change``, and ``without_rate``, the
        change of accounts whose bars are unknown.
    """
    amounts = ["base", *BARS, "review", "change", "without_rate"]
    unknown = bridges["change"].where(bridges["price"].isna(), 0.0)
    placed = _placed(bridges.assign(without_rate=unknown), accounts)
    return placed.groupby(ROW, dropna=False)[amounts].sum().reset_index()


def _placed(rows: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Rows of accounts once for each level, with the name they count for there."""
    by_account = _one_spelling(accounts).set_index("account_id", drop=False)
    company = rows.assign(level=COMPANY, name=pd.Series(np.nan, index=rows.index, dtype="str"))
    return pd.concat([company, *(rows.assign(
        level=level, name=rows["account_id"].map(by_account[column]).astype("str"))
        for level, column in LEVELS.items())], ignore_index=True)
