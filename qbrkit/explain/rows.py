"""What an explanation holds: rows, however many, their sum, and what they prove."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from qbrkit.errors import ReconciliationError
from qbrkit.explain.catalog import Figure

HALF_A_CENT = 0.005
Value = float | str | None


class Rows(Protocol):
    """Rows behind a figure."""

    @property
    def amount(self) -> str:
        """Name of the column that is summed; empty when nothing is."""
        ...

    @property
    def count(self) -> int:
        """Number of rows."""
        ...

    @property
    def total(self) -> float:
        """Sum over all rows."""
        ...

    def largest(self, rows_n: int) -> pd.DataFrame:
        """The first rows in their order: by size where there are amounts."""
        ...

    def batches(self) -> Iterator[pd.DataFrame]:
        """All rows in the same order, a part at a time; at least one, be it empty."""
        ...


@dataclass(frozen=True)
class FewRows:
    """Rows in memory, in the order in which they are shown."""

    frame: pd.DataFrame
    amount: str = ""

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.frame)

    @property
    def total(self) -> float:
        """Sum of the amounts; what was not measured adds nothing."""
        return float(math.fsum(self.frame[self.amount].dropna())) if self.amount else math.nan

    def largest(self, rows_n: int) -> pd.DataFrame:
        """The first rows."""
        return self.frame.head(rows_n)

    def batches(self) -> Iterator[pd.DataFrame]:
        """All rows at once."""
        yield self.frame


NO_ROWS = FewRows(pd.DataFrame())


@dataclass(frozen=True)
class Evidence:
    """Rows of one figure, and what they make of it.

    Parameters
    ----------
    rows : Rows
        The rows used.
    made : float, str or None
        The figure made from these rows: their sum, or what the function of the analysis
        gives for them; None where the figure is unknown.
    is_sum : bool
        `made` is the sum of the rows.
    notes : tuple of str
        What the rows alone do not tell, a sentence each.
    """

    rows: Rows
    made: Value
    is_sum: bool
    notes: tuple[str, ...] = ()


def summed(rows: Rows, *notes: str) -> Evidence:
    """Evidence of a figure that is the sum of its rows."""
    return Evidence(rows, rows.total, True, notes)


def unknown(*notes: str, rows: Rows = NO_ROWS) -> Evidence:
    """Evidence of a figure that is not known, and why."""
    return Evidence(rows, None, False, notes)


@dataclass(frozen=True)
class Explanation:
    """One figure of one account, or of the company, with all that it was made from.

    Parameters
    ----------
    account_id, account : str
        Id and name; "company" and the company's name for a total.
    about : Figure
        What the figure is.
    value : float, str or None
        The figure as the review holds it; None when it is unknown.
    unit : str
        ISO code of the currency, or a word.
    evidence : Evidence
        Rows and what they make.
    quarter : str
        The quarter reviewed, as ``2026Q3``.
    inputs_hash : str
        SHA-256 over all that was read.
    """

    account_id: str
    account: str
    about: Figure
    value: Value
    unit: str
    evidence: Evidence
    quarter: str
    inputs_hash: str

    @property
    def reconciles(self) -> bool:
        """Whether the rows make the figure: a sum to the cent, all else as the review has it."""
        made = self.evidence.made
        if isinstance(made, float) and isinstance(self.value, float):
            if self.evidence.is_sum:
                return abs(made - self.value) < HALF_A_CENT
            return math.isclose(made, self.value, rel_tol=1e-9, abs_tol=1e-9)
        return made == self.value

    def require_reconciled(self) -> None:
        """Refuse a figure that its rows do not make.

        Raises
        ------
        ReconciliationError
            If the rows make something else.
        """
        if not self.reconciles:
            raise ReconciliationError(
                f"{self.about.name} of {self.account_id} is {self.value} in the review, but its "
                f"rows make {self.evidence.made}: do not use the figure, and report it with "
                f"the hash of the inputs {self.inputs_hash}")


def plain(value: object) -> Value:
    """A figure of a table as a plain value; None when it is missing."""
    if value is None or isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    return None if math.isnan(number) else number
