"""One source of an export and its columns, as all of their values show them."""

from dataclasses import dataclass, field
from typing import Any

from qbrkit.proposal.files import Group, stem_of

NUMBERS = {"whole", "number", "unclear"}
DATES = {"date", "unsettled"}


@dataclass(frozen=True)
class Column:
    """One column of a source by all of its values.

    Parameters
    ----------
    name : str
        Its heading.
    kind : str
        text, whole, number, date, unsettled (dates whose order cannot be told), or unclear
        (numbers whose decimal sign cannot be told).
    filled, distinct : int
        Values, and different values.
    low, high : float or None
        Smallest and largest, of numbers.
    is_date_key : bool
        Numbers, or ids, that are all days, as 20240131.
    examples : tuple of str
        The first few values.
    """

    name: str
    kind: str
    filled: int
    distinct: int
    low: float | None = None
    high: float | None = None
    is_date_key: bool = False
    examples: tuple[str, ...] = ()

    @property
    def is_unique(self) -> bool:
        """No value stands in two rows."""
        return 0 < self.filled == self.distinct

    @property
    def is_number(self) -> bool:
        """Every value is a number."""
        return self.kind in NUMBERS

    @property
    def is_date(self) -> bool:
        """Every value is a day, be its order told or not."""
        return self.kind in DATES or self.is_date_key


@dataclass(frozen=True)
class Export:
    """One source: its options, its columns, and what the analyst should know.

    Parameters
    ----------
    name : str
        Name under ``[sources]``.
    group : Group
        Its files.
    options : dict
        Options of the source but for its files.
    columns : dict of str to Column
        By heading, in the order of the export.
    rows : int
        Records in all files.
    undecided : dict of str to tuple
        Date columns whose day and month cannot be told apart, and the two formats.
    unclear : dict of str to str
        Columns of numbers whose decimal sign cannot be told, each with a value.
    notes : tuple of str
        Sentences for the comment; those that begin with ``?`` are questions.
    """

    name: str
    group: Group
    options: dict[str, Any]
    columns: dict[str, Column]
    rows: int
    undecided: dict[str, tuple[str, str]] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def has_header(self) -> bool:
        """Whether its columns have names of their own."""
        return self.options.get("header", True) is not False

    @property
    def label(self) -> str:
        """What the file and its sheet are called, for the words in it."""
        part = self.group.parts[0]
        sheet = "" if part.is_only_sheet else part.sheet
        return f"{stem_of(part.file)} {sheet}".strip()

    def is_key(self, column: str) -> bool:
        """Whether a column identifies every record."""
        found = self.columns[column]
        return found.is_unique and found.filled == self.rows
