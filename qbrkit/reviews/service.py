"""Service of the quarter and of the three before, judged once for every page."""

from dataclasses import dataclass

import pandas as pd

from qbrkit.groups import Groups, roll_up
from qbrkit.periods import quarter_text
from qbrkit.service_levels import QUARTERS, history_of_levels, levels_of_quarter
from qbrkit.sources import Workspace


@dataclass(frozen=True)
class ServiceReview:
    """What was promised and what was reached.

    Parameters
    ----------
    levels : DataFrame
        Measures of the quarter, misses first; see `service_levels.levels_of_quarter`.
    history : DataFrame
        The same of the last four quarters; see `service_levels.history_of_levels`.
    """

    levels: pd.DataFrame
    history: pd.DataFrame


def review_service(workspace: Workspace, groups: Groups,
                   quarter: pd.Period) -> ServiceReview | None:
    """Judge the measures of service; None where the export holds none.

    Notes
    -----
    What is measured at several members of a group stays apart, each with the name of its
    member: no average of two plants was ever promised to anybody.
    """
    if "service_levels" not in workspace.tables:
        return None
    named = _with_member(workspace.tables["service_levels"], workspace.tables.get("accounts"),
                         groups.parents)
    quarters = [quarter_text(quarter - back) for back in reversed(range(QUARTERS))]
    return ServiceReview(levels_of_quarter(named, quarters), history_of_levels(named, quarters))


def _with_member(levels: pd.DataFrame, accounts: pd.DataFrame | None,
                 parents: pd.Series) -> pd.DataFrame:
    """Levels at the top parents, and whose they are where several members have the measure."""
    rolled = roll_up(levels, parents)
    ids = levels["account_id"]
    names = ids if accounts is None else ids.map(
        accounts.set_index("account_id")["name"]).astype("str").fillna(ids)
    members = rolled.assign(member=ids).groupby(["account_id", "measure"])["member"]
    return rolled.assign(member=names.where(members.transform("nunique") > 1))
