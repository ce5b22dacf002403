"""Which accounts a session looks at."""

from collections.abc import Collection

from qbrkit.errors import ParameterError, SettingError
from qbrkit.explain.names import find_account
from qbrkit.periods import quarter_text
from qbrkit.reviews import QuarterReview
from qbrkit.sources import Workspace


def choose_accounts(workspace: Workspace, review: QuarterReview, wanted: Collection[str],
                    territory: str, most: int) -> list[str]:
    """Green Circle accounts: those asked for, or those where most is at stake.

    Parameters
    ----------
    workspace, review : Workspace, QuarterReview
        For the accounts and their gaps.
    wanted : collection of str
        Ids or exact names; empty for those where most revenue stands behind most gaps, and
        where there is no gap, for the largest.
    territory : str
        Only accounts of it; empty for all.
    most : int
        How many at most, where none are asked for.

    Returns
    -------
    list of str
        Ids, in the order in which they stand on the sheets.

    Raises
    ------
    SettingError
        If an account or territory is not known.
    ParameterError
        If an account asked for is not Green Circle, or there is none to choose.
    """
    green = review.green_circle
    if wanted:
        found = list(dict.fromkeys(find_account(
            workspace, review, one, "ids are exact, qbr accounts lists them", "--account")
            for one in wanted))
        if others := sorted(set(found) - set(green["account_id"])):
            raise ParameterError(
                f"--account: not Green Circle in {quarter_text(review.quarter)}: "
                f"{', '.join(others)}; a session looks at Green Circle accounts, which qbr "
                "accounts lists; to make one so by hand, enter it in segment_overrides")
        return found
    if territory:
        there = sorted(green["territory"].dropna().unique())
        named = [one for one in there if one.casefold() == territory.strip().casefold()]
        if not named:
            raise SettingError(f"--territory: no Green Circle account is in {territory!r}; there "
                               f"are {', '.join(there) or 'no territories'}")
        green = green[green["territory"].isin(named)]
    if green.empty:
        raise ParameterError(f"no account is Green Circle in {quarter_text(review.quarter)}; "
                             "there is nothing to score")
    gaps_n = green["account_id"].map(review.gaps.groupby("account_id").size()).fillna(0)
    open_to_attack = gaps_n * green["revenue_ltm"].clip(lower=0.0)
    ranked = green.assign(gaps_n=gaps_n, open_to_attack=open_to_attack).sort_values(
        ["open_to_attack", "revenue_ltm", "gaps_n", "account_id"],
        ascending=[False, False, False, True])
    return ranked["account_id"].head(most).tolist()
