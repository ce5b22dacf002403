"""What is wrong in an export: one record per kind of fault, told in sentences."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from qbrkit.errors import DataError

STOPS, REFUSED, NOTED = "stops", "refused", "noted"
SHOWN = 5
"""How many rows a sentence quotes."""
VALUES_SHOWN = 10
"""How many different values a sentence quotes, where they are listed by themselves."""
LONGEST_VALUE = 300
"""Characters; more of a value is not quoted."""


@dataclass(frozen=True)
class Problem:
    """One kind of fault in one column of one table.

    Parameters
    ----------
    table, column : str
        Where it stands, in the words of the contract.
    what : str
        What is wrong, as a sentence without the counts.
    rows : int
        How many rows are concerned.
    severity : str
        ``stops`` (no figure can be trusted), ``refused`` (the rows are left out and
        counted) or ``noted`` (nothing is left out).
    values : tuple of str
        The offending values or ids, the first few.
    places : tuple of str
        File and row numbers, as a spreadsheet counts them, the first few.
    money : float or None
        Revenue of the rows concerned, where it is known. [company currency]
    fix : str
        What to do about it.
    has_more : bool or None
        Whether there are other values than those; None where each row has one of its own.
    """

    table: str
    column: str
    what: str
    rows: int
    severity: str = NOTED
    values: tuple[str, ...] = field(default=())
    places: tuple[str, ...] = field(default=())
    money: float | None = None
    fix: str = ""
    has_more: bool | None = None

    def sentence(self) -> str:
        """Where, what, which rows and values, and what to do: one line."""
        where = f"{self.table}.{self.column}" if self.column else self.table
        parts = [f"{where}: {self.what}"]
        if self.values:
            is_cut = self.rows > len(self.values) if self.has_more is None else self.has_more
            more = ", …" if is_cut else ""
            parts.append(f": {', '.join(map(_quoted, self.values))}{more}")
        if self.rows:
            parts.append(f" ({self.rows} row{'s' if self.rows != 1 else ''}")
            parts.append(f"; {'; '.join(self.places)})" if self.places else ")")
        if self.fix:
            parts.append(f". {self.fix}")
        return "".join(parts)

    def record(self) -> dict[str, Any]:
        """The problem as plain values, for the manifest and ``qbr check --json``."""
        return asdict(self)


def _quoted(value: str) -> str:
    return repr(value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…")


def stop_on(problems: Iterable[Problem]) -> None:
    """Raise one error that tells every problem that stops the run.

    Raises
    ------
    DataError
        If there is at least one.
    """
    stopping = [problem for problem in problems if problem.severity == STOPS]
    if stopping:
        raise DataError("\n".join(problem.sentence() for problem in stopping),
                        stopping[0].table, stopping[0].column)
