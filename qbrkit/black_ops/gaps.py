"""The gaps in an account plan that rules alone can find."""

import numpy as np
import pandas as pd

FEW_CONTACTS, MISSING_ROLE, ONE_THREAD = "few_contacts", "missing_role", "one_thread"
CONTACT_OVERDUE, NO_CONFIRMED_VALUE = "contact_overdue", "no_confirmed_value"
CONTRACT_ENDS, PRICE_ABOVE_PEERS = "contract_ends", "price_above_peers"
WHITE_SPACE_RIVAL, OPEN_COMPLAINT = "white_space_rival", "open_complaint"
PROMISE_OVERDUE, NO_OBJECTIVE = "promise_overdue", "no_objective"
NEVER = "never"
"""Evidence of an overdue contact where none is on record at all."""
GAPS = (FEW_CONTACTS, MISSING_ROLE, ONE_THREAD, CONTACT_OVERDUE, NO_CONFIRMED_VALUE,
        CONTRACT_ENDS, PRICE_ABOVE_PEERS, WHITE_SPACE_RIVAL, OPEN_COMPLAINT, PROMISE_OVERDUE,
        NO_OBJECTIVE)
COMPARABLE_SHARE = 0.5
"""Products with a smaller part of the revenue do not tell what an account pays."""
EXACT = 9
"""Decimals of a price index: what differs by less is a rounding of the computer."""
CENTS = 2


def find_gaps(accounts: pd.DataFrame, as_of: pd.Timestamp, minimum_contacts: int = 4,
              contract_days: int = 180, price_above: float = 0.05,
              contested: pd.DataFrame | None = None) -> pd.DataFrame:
    """Gaps of Green Circle accounts, with their evidence and the money at stake.

    Parameters
    ----------
    accounts : DataFrame, shape (n_accounts, k)
        One row per Green Circle account: ``account_id``, ``revenue_ltm`` and what is known
        of ``contacts_n``, ``missing_roles``, ``our_people_n``, ``their_people_n``,
        ``overdue_days``, ``is_never_contacted``, ``confirmed_two_quarters``, ``contract_end``,
        ``paid`` and ``at_peers`` (see `prices.compare_prices`), ``open_complaints_n``,
        ``overdue_promises_n``, ``family_without_objective`` and ``family_revenue``. A
        column that is all missing belongs to a table that is not there: its rule is silent.
    as_of : Timestamp
        Day of the review.
    minimum_contacts : int, default 4
        Fewer contacts are a gap.
    contract_days : int, default 180
        A contract that ends within so many days is a gap. [days]
    price_above : float, default 0.05
        Prices above the peers' medians by more than this share are a gap.
    contested : DataFrame, optional
        White space with a competitor, see `contested.find_contested`; of accounts that
        are not in `accounts` nothing is said.

    Returns
    -------
    DataFrame
        ``account_id``; ``gap`` (one of `GAPS`); ``evidence``, the value that met the rule,
        as text; ``family``, where the gap is in one; ``excess``, what is paid above the
        peers' prices in a year; ``at_stake``: for a price the revenue of the products
        compared, for a family without objective its revenue, for white space what peers
        typically spend, which could be won and is not ours yet, for all others the
        account's revenue, each of twelve months. [company currency] The accounts with the
        most revenue first, the rules of each in the order of `GAPS`. One row per account
        and gap; white space has one per family.

    Notes
    -----
    The method calls a price above the peers' median a gap. Half of all accounts pay more
    than the median, so only what exceeds it by `price_above` counts, and only where the
    products compared make at least half of the account's revenue.

    A contract that has ended is none here: whether another one was signed is not on record.
    """
    met = _met(accounts, as_of, minimum_contacts, contract_days, price_above)
    rows = [_rows(accounts[is_met], gap, evidence[is_met])
            for gap, (is_met, evidence) in met.items()]
    if contested is not None:
        rows.append(contested[contested["account_id"].isin(accounts["account_id"])].assign(
            gap=WHITE_SPACE_RIVAL, evidence=contested["competitors"], excess=np.nan,
            at_stake=contested["median_spend"])[list(rows[0])])
    texts, money = ["account_id", "gap", "evidence", "family"], ["excess", "at_stake"]
    found = pd.concat([one.astype({**dict.fromkeys(texts, "str"), **dict.fromkeys(
        money, "float64")}) for one in rows], ignore_index=True)
    revenue = accounts.set_index("account_id")["revenue_ltm"]
    return (found.assign(rule=found["gap"].map(GAPS.index),
                         revenue=found["account_id"].map(revenue))
            .sort_values(["revenue", "account_id", "rule", "at_stake", "family"],
                         ascending=[False, True, True, False, True])
            .drop(columns=["rule", "revenue"]).reset_index(drop=True))


def _met(accounts: pd.DataFrame, as_of: pd.Timestamp, minimum_contacts: int, contract_days: int,
         price_above: float) -> dict[str, tuple[pd.Series, pd.Series]]:
    """By rule, which accounts meet it and the value that decides."""
    days_left = (accounts["contract_end"] - as_of).dt.days
    people = accounts[["our_people_n", "their_people_n"]]
    thin = people.where(people > 0).min(axis="columns")  # none: they are not named
    above = (accounts["paid"] / accounts["at_peers"] - 1).round(EXACT)
    tells = (accounts["paid"] - COMPARABLE_SHARE * accounts["revenue_ltm"]).round(CENTS) >= 0
    return {
        FEW_CONTACTS: (accounts["contacts_n"] < minimum_contacts, accounts["contacts_n"]),
        MISSING_ROLE: (accounts["missing_roles"].fillna("") != "", accounts["missing_roles"]),
        ONE_THREAD: (thin == 1, thin),
        CONTACT_OVERDUE: ((accounts["overdue_days"] > 0) | accounts["is_never_contacted"],
                          accounts["overdue_days"].astype(object).where(
                              ~accounts["is_never_contacted"], NEVER)),
        NO_CONFIRMED_VALUE: (accounts["confirmed_two_quarters"].round(CENTS) <= 0,
                             accounts["confirmed_two_quarters"]),
        CONTRACT_ENDS: ((days_left >= 0) & (days_left <= contract_days), days_left),
        PRICE_ABOVE_PEERS: ((above > price_above) & tells, above),
        OPEN_COMPLAINT: (accounts["open_complaints_n"] > 0, accounts["open_complaints_n"]),
        PROMISE_OVERDUE: (accounts["overdue_promises_n"] > 0, accounts["overdue_promises_n"]),
        NO_OBJECTIVE: (accounts["family_without_objective"].notna(),
                       accounts["family_without_objective"]),
    }


def _rows(accounts: pd.DataFrame, gap: str, evidence: pd.Series) -> pd.DataFrame:
    """One gap of the accounts that have it."""
    at_stake = {PRICE_ABOVE_PEERS: "paid", NO_OBJECTIVE: "family_revenue"}
    excess = accounts["paid"] - accounts["at_peers"]
    return pd.DataFrame({
        "account_id": accounts["account_id"], "gap": gap, "evidence": evidence.map(_text),
        "family": accounts["family_without_objective"] if gap == NO_OBJECTIVE else pd.NA,
        "excess": excess if gap == PRICE_ABOVE_PEERS else np.nan,
        "at_stake": accounts[at_stake.get(gap, "revenue_ltm")]})


def _text(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, (int, float)) else str(value)


def family_without_objective(facts: pd.DataFrame, objectives: pd.DataFrame,
                             quarters: list[pd.Period]) -> pd.DataFrame:
    """The largest product family of each account, where no objective names it.

    Parameters
    ----------
    facts : DataFrame
        ``account_id``, ``family``, ``quarter``, ``revenue``.
    objectives : DataFrame
        The contract's ``objectives``.
    quarters : list of Period
        The quarters to find the largest family in.

    Returns
    -------
    DataFrame
        ``family`` and its ``revenue`` in the quarters [company currency] by account;
        accounts whose largest family has an objective, or that bought nothing, are not in
        it. Capitals and blanks do not tell families apart.
    """
    inside = facts[facts["quarter"].isin(quarters)]
    by_family = inside.groupby(["account_id", "family"])["revenue"].sum().reset_index()
    largest = (by_family[by_family["revenue"] > 0]
               .sort_values(["revenue", "family"], ascending=[False, True])
               .drop_duplicates("account_id"))
    named = pd.MultiIndex.from_arrays([objectives["account_id"], _folded(objectives["family"])])
    bought = pd.MultiIndex.from_arrays([largest["account_id"], _folded(largest["family"])])
    return largest[~bought.isin(named)].set_index("account_id")[["family", "revenue"]]


def _folded(texts: pd.Series) -> pd.Series:
    return texts.astype("str").str.split().str.join(" ").str.casefold()
