"""What each member of a group of accounts makes of what the group makes together."""

import pandas as pd

from qbrkit.groups import Groups

AMOUNTS = {"revenue": "revenue_ltm", "gross_margin_low": "gross_margin_ltm_low",
           "gross_margin_high": "gross_margin_ltm_high"}


def list_members(facts: pd.DataFrame, groups: Groups, year: list[pd.Period]) -> pd.DataFrame:
    """Revenue and margin of every member of a group, before they are rolled up.

    Parameters
    ----------
    facts : DataFrame
        ``account_id``, ``quarter``, ``revenue``, ``gross_margin_low``,
        ``gross_margin_high``, not rolled up. [company currency]
    groups : Groups
        Who rolls up to whom.
    year : list of Period
        The quarters to sum over.

    Returns
    -------
    DataFrame, shape (n_members, 5)
        ``account_id`` of the top parent, ``member_id``, ``revenue_ltm`` (0 where nothing
        was bought), ``gross_margin_ltm_low``, ``gross_margin_ltm_high`` (missing without
        costs). The parent is a member of its own group; an account without children is in
        no group. Sorted by both.
    """
    parents = groups.parents
    members = pd.DataFrame({"account_id": parents.to_numpy(),
                            "member_id": parents.index.to_numpy()}).astype("str")
    members = members[members["account_id"].map(members["account_id"].value_counts()) > 1]
    inside = facts[facts["quarter"].isin(year) & facts["account_id"].isin(members["member_id"])]
    sums = inside.groupby("account_id")[list(AMOUNTS)].sum(min_count=1).rename(columns=AMOUNTS)
    found = members.merge(sums, left_on="member_id", right_index=True, how="left")
    return found.assign(revenue_ltm=found["revenue_ltm"].fillna(0.0)).sort_values(
        ["account_id", "member_id"], ignore_index=True)
