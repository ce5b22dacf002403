"""What a rater typed into a cell: a value, or a sentence about what is wrong with it."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from qbrkit.run.score_sheets.session import CHANCES, LONGEST_MOVE

LEAST_CHANCE = 0.01
"""A chance between 0 and this was typed as 0.4 where 40 was meant, in LibreOffice."""
NAMES = {"probability_low": "the chance “at least”", "probability_best": "the best guess",
         "probability_high": "the chance “at most”", "loss": "the loss", "ease": "the ease",
         "move": "the move", "is_own_plan": "the answer whether this rater wrote the plan"}
PERCENT = re.compile(r"\s*(\d{1,3}(?:[.,]\d+)?)\s*%\s*")


class CellError(Exception):
    """A value that cannot stand in a cell, told as a part of a sentence."""


def is_empty(value: Any) -> bool:
    """Whether a cell holds nothing, or blanks only."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_chance(value: Any) -> float:
    """A share from 0 to 1; a text only where it says %.

    Raises
    ------
    CellError
        If it is none.
    """
    if isinstance(value, str) and (typed := PERCENT.fullmatch(value)):
        value = float(typed[1].replace(",", ".")) / 100
    allowed = "allowed are 0 to 100%; type 40 for 40%"
    number = _number(value, allowed)
    if number > 1 and number <= 100:
        raise CellError(f"is {_short(number)}, that is {_short(number * 100)}%; {allowed}, or "
                        f"“{_short(number)}%” where the cell is no percentage any more")
    if not 0 <= number <= 1:
        raise CellError(f"is {_short(number * 100)}%; {allowed}")
    if 0 < number < LEAST_CHANCE:
        raise CellError(f"is {_short(number * 100)}%, which is hardly meant; {allowed}")
    return number


def read_loss(value: Any) -> float:
    """Money of 0 or more.

    Raises
    ------
    CellError
        If it is none.
    """
    allowed = "allowed is a number of 0 or more, without currency and words"
    number = _number(value, allowed)
    if not 0 <= number < float("inf"):
        raise CellError(f"is {_short(number)}; {allowed}")
    return round(number, 2)


def read_ease(value: Any) -> int:
    """A whole number from 1 to 5; a text where it is just that.

    Raises
    ------
    CellError
        If it is none.
    """
    allowed = "allowed are 1, 2, 3, 4 and 5"
    if isinstance(value, str) and value.strip() in {"1", "2", "3", "4", "5"}:
        return int(value)
    number = _number(value, allowed)
    if number not in {1, 2, 3, 4, 5}:
        raise CellError(f"is {_short(number)}; {allowed}")
    return int(number)


def read_move(value: Any) -> str:
    """A text of one line.

    Raises
    ------
    CellError
        If it is too long, or the error of a formula.
    """
    text = " ".join(str(_short(value) if isinstance(value, float) else value).split())
    if text.startswith("#") and text.endswith(("!", "?", "/A")):
        raise CellError(f"is {text}, the error of a formula; type a few words")
    if len(text) > LONGEST_MOVE:
        raise CellError(f"has {len(text)} characters; allowed are {LONGEST_MOVE}")
    return text


def read_yes(value: Any, yes: str, no: str) -> bool:
    """Whether the answer is yes, in the language of the sheet or in English.

    Raises
    ------
    CellError
        If it is neither yes nor no.
    """
    text = str(value).strip().casefold()
    if text in {yes.casefold(), "yes"}:
        return True
    if text in {no.casefold(), "no"}:
        return False
    raise CellError(f"is {value!r}; allowed are {yes}, {no} and nothing")


READERS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(CHANCES, read_chance), "loss": read_loss, "ease": read_ease,
    "move": read_move}
"""How each column that is filled in is read."""


def _number(value: Any, allowed: str) -> float:
    if isinstance(value, bool):
        raise CellError(f"is {'TRUE' if value else 'FALSE'}; {allowed}")
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        raise CellError(f"has become a date or time ({value}); {allowed}")
    if not isinstance(value, (int, float)) or value != value:
        raise CellError(f"is the text {str(value).strip()!r}; {allowed}")
    return float(value)


def _short(value: float) -> str:
    return f"{value:.10g}"
