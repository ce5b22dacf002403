"""A finding that may head the internal review, with the money at stake."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A finding that may head the page.

    Parameters
    ----------
    money : float
        What is at stake, absolute. [company currency / year]
    sentence : str
        The finding; it stands alone, names the accounts, and compares.
    """

    money: float
    sentence: str
