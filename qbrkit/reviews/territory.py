"""A review narrowed to one sales territory: its accounts, and what is told of them."""

from dataclasses import replace

from qbrkit.errors import ParameterError
from qbrkit.reviews import sessions, threats
from qbrkit.reviews.quarter_review import QuarterReview


def territories(review: QuarterReview) -> list[str]:
    """Sales territories of the accounts and of the deals, in the order of the alphabet."""
    named = set(review.accounts["territory"].dropna())
    if review.threats is not None:
        for told in (review.threats.encounters, review.threats.unknown,
                     review.threats.shift_share, review.threats.weaknesses):
            named |= set(told["territory"].dropna()) if "territory" in told else set()
    return sorted(one for one in named if one)


def of_territory(review: QuarterReview, territory: str) -> QuarterReview:
    """Narrow the accounts, gaps, sessions and threats of a review to one sales territory.

    Parameters
    ----------
    review : QuarterReview
        The review of a quarter.
    territory : str
        Name of the territory, in capitals or not; empty for all of them.

    Returns
    -------
    QuarterReview
        With ``territory`` set to the name as the data spell it; the review itself for an
        empty name.

    Raises
    ------
    ParameterError
        If no account and no deal is of this territory; the message lists those there are.

    Notes
    -----
    What is told of the whole company stays so: totals, target, data quality, and how far
    the raters of a session agree, which rests on everything that they scored.
    """
    wanted = " ".join(territory.split())
    if not wanted:
        return review
    known = territories(review)
    same = [one for one in known if one == territory] or [
        one for one in known if " ".join(one.split()).casefold() == wanted.casefold()]
    if not same:
        raise ParameterError(
            f"no sales territory is called {wanted!r}; " + (
                f"there are {', '.join(known)}" if known else
                "the export names no territories (accounts.territory)"))
    name = same[0]
    accounts = review.accounts[review.accounts["territory"] == name]
    return replace(
        review, territory=name, accounts=accounts,
        gaps=review.gaps[review.gaps["account_id"].isin(accounts["account_id"])],
        sessions=None if review.sessions is None else sessions.of_accounts(
            review.sessions, accounts["account_id"]),
        threats=None if review.threats is None else threats.of_territory(review.threats, name))
