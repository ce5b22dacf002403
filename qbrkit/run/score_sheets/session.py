"""What a round of a session is, and the keys by which its sheets are known again."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qbrkit.columns import TABLES

SCORES = "black_ops_scores"
FORMAT = "qbrkit score sheet 1"
"""Written into every workbook; one that says something else is not read."""
KEYS_SHEET = "qbr"
"""Hidden sheet that says whose sheet it is, of which session, and which rows were asked for."""
ITEM = "item"
"""Key of a row that was asked for; the account and the dimension stand beside it."""
ABOUT = ("format", "company", "session_date", "round", "rater", "department", "yes", "no")
"""Keys of the hidden sheet, one value each."""
OWN_PLAN = "is_own_plan"
CHANCES = ("probability_low", "probability_best", "probability_high")
FILLED = (*CHANCES, "loss", "ease", "move")
"""Columns that a rater fills, by their names in the contract."""
ROW_KEYS = ("account_id", "dimension", OWN_PLAN, *FILLED)
"""Names in the hidden first row of the scores, by which columns are found wherever they stand."""
LONGEST_MOVE = 200
COLUMNS = TABLES[SCORES].names


@dataclass(frozen=True)
class Rater:
    """Who scores: a pseudonym and a department, never a name."""

    name: str
    department: str


@dataclass(frozen=True)
class Round:
    """One round of one session, as it is handed out.

    Parameters
    ----------
    company : str
        The company of the workspace; a sheet of another one is refused.
    day : date
        Day of the session.
    number : int
        1 or 2.
    raters : tuple of Rater
        One workbook each.
    items : tuple of (str, str)
        Account and dimension of each row, those of an account together.
    until : date or None
        By when the sheets are to be back.
    own_first : mapping
        In the second round, each rater's own first estimates:
        ``{rater: {(account_id, dimension): row}}``.
    all_first : mapping
        In the second round, lowest, median and highest of all first estimates by item; see
        `first_round.gather_first`.
    """

    company: str
    day: dt.date
    number: int
    raters: tuple[Rater, ...]
    items: tuple[tuple[str, str], ...]
    until: dt.date | None = None
    own_first: Mapping[str, Mapping[tuple[str, str], Mapping[str, Any]]] = field(
        default_factory=dict)
    all_first: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)

    @property
    def accounts(self) -> list[str]:
        """The accounts asked for, in their order."""
        return list(dict.fromkeys(account for account, _ in self.items))


def sheets_folder(out: Path, day: dt.date, number: int) -> Path:
    """Folder of the sheets of one round; beside the quarters, since a session has none."""
    return out / "score_sheets" / f"{day:%Y-%m-%d}_round{number}"
