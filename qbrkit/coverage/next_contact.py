"""Whom to win next: the missing role first."""

import pandas as pd

from qbrkit.coverage.persons import PAIR, list_people
from qbrkit.coverage.roles import REQUIRED_ROLES, list_roles


def choose_next_contact(accounts: pd.DataFrame, persons: pd.DataFrame, exchanges: pd.DataFrame,
                        minimum: int = 4) -> pd.DataFrame:
    """The contact that would help an account most, where one is needed.

    Parameters
    ----------
    accounts : DataFrame
        ``account_id``, ``contacts_n`` and ``missing_roles`` as from `count_contacts`.
    persons : DataFrame
        From `find_persons`.
    exchanges : DataFrame
        From `list_exchanges`, of the window in which contacts count.
    minimum : int, default 4
        Fewer contacts need another one.

    Returns
    -------
    DataFrame, shape (n_needs, 3)
        ``account_id`` of each account that lacks a required role or has fewer contacts
        than the minimum; ``next_role``, the role to win (missing when none is lacking);
        ``next_person``, a known person who is there and does not count for want of a
        recent two-way activity (missing when it has to be someone new). Of several, who
        brings most of the missing roles, then the first missing role, then the highest
        influence.
    """
    lacking = accounts["missing_roles"].fillna("")
    needs = accounts[["account_id"]].assign(missing=lacking)[
        (lacking != "") | (accounts["contacts_n"] < minimum)]
    wanted = _wanted_roles(needs)
    known = persons[persons["account_id"].isin(needs["account_id"])]
    silent = _silent_people(known, exchanges)
    by_role = silent.merge(list_roles(known), on=PAIR).merge(
        wanted, on=["account_id", "role"])
    by_role["brings_n"] = by_role.groupby(PAIR)["role"].transform("size")
    best = _first(by_role, ["brings_n", "at", "influence"], [False, True, False])
    anyone = _first(silent[silent["account_id"].isin(needs.loc[needs["missing"] == "",
                                                                "account_id"])],
                    ["influence"], [False])
    first_role = wanted.sort_values("at").drop_duplicates("account_id").set_index("account_id")
    return pd.DataFrame({
        "account_id": needs["account_id"],
        "next_role": _of(needs, best["role"]).fillna(_of(needs, first_role["role"])),
        "next_person": _of(needs, best["called"]).fillna(_of(needs, anyone["called"])),
    }).reset_index(drop=True)


def _of(needs: pd.DataFrame, texts: pd.Series) -> pd.Series:
    return needs["account_id"].map(texts).astype("str")


def _wanted_roles(needs: pd.DataFrame) -> pd.DataFrame:
    """Missing roles of each account, in the order of the method."""
    wanted = needs.assign(role=needs["missing"].str.split(", ")).explode("role")
    at = wanted["role"].map({role: at for at, role in enumerate(REQUIRED_ROLES)})
    return wanted.assign(at=at)[at.notna().to_numpy()][["account_id", "role", "at"]]


def _silent_people(persons: pd.DataFrame, exchanges: pd.DataFrame) -> pd.DataFrame:
    people = list_people(persons)
    reached = exchanges[PAIR].dropna().drop_duplicates()
    found = people.merge(reached, on=PAIR, how="left", indicator=True)
    return found[found["_merge"] == "left_only"].drop(columns="_merge")


def _first(people: pd.DataFrame, by: list[str], ascending: list[bool]) -> pd.DataFrame:
    """The first person of each account in some order; names decide between equals."""
    return people.sort_values(["account_id", *by, "called", "person"],
                              ascending=[True, *ascending, True, True]
                              ).drop_duplicates("account_id").set_index("account_id")
