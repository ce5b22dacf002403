"""Levels of service in words: with their unit, and the decimals that the data have."""

import pandas as pd

from qbrkit.report.language import NO_BREAK, NOT_KNOWN, Language
from qbrkit.service_levels import LESS, MORE

DIGITS = 2
"""Decimals printed at most, unless a miss would then look like a hit."""
DIGITS_READ = 6
"""Decimals that a view keeps."""
PERCENT = ("%", "percent", "prozent")
LEVELS = ["promised", "delivered", "delivered_before"]


def measure_names(levels: pd.DataFrame) -> list[str]:
    """Names of the measures, with the member of the group where several have the measure."""
    if "member" not in levels:
        return levels["measure"].tolist()
    return [measure if pd.isna(member) else f"{measure}, {member}"
            for measure, member in zip(levels["measure"], levels["member"], strict=True)]


def level_text(levels: pd.DataFrame, name: str, words: Language) -> list[str]:
    """The figures of one column with their units, those of one measure with equal decimals."""
    return [with_unit(value, unit, digits, words) for value, unit, digits in zip(
        levels[name], _units(levels), _digits(levels), strict=True)]


def quarters_text(levels: pd.DataFrame, words: Language) -> list[str]:
    """The levels of one measure in several quarters, all with as many decimals."""
    digits = max(_digits(levels), default=0)
    return [with_unit(value, unit, digits, words) for value, unit in zip(
        levels["delivered"], _units(levels), strict=True)]


def promised_text(levels: pd.DataFrame, words: Language, digits: int = 0) -> list[str]:
    """What was promised, as at least or at most so much where the better side is told.

    With as many decimals as what was delivered, and at least with `digits`.
    """
    better = levels["better"] if "better" in levels else [""] * len(levels)
    return [_bound(value, unit, side, max(places, digits), words)
            for value, unit, side, places in zip(
                levels["promised"], _units(levels), better, _digits(levels), strict=True)]


def last_promised_text(levels: pd.DataFrame, words: Language) -> str:
    """What was promised last of one measure in several quarters; empty for nothing."""
    promised = levels[levels["promised"].notna()].tail(1)
    return "".join(promised_text(promised, words, max(_digits(levels), default=0)))


def _digits(levels: pd.DataFrame) -> list[int]:
    """Decimals of each row, of what was promised and of what was delivered alike."""
    return [decimals([row[one] for one in LEVELS if one in row], row.get("promised"))
            for row in levels.to_dict("records")]


def with_unit(value: float, unit: str, digits: int, words: Language) -> str:
    """A figure with its unit; a dash when it is not known."""
    if pd.isna(value):
        return NOT_KNOWN
    if unit.lower() in PERCENT:
        return words.percent(value / 100, digits)
    return f"{words.number(value, digits)}{NO_BREAK}{unit}" if unit else words.number(value, digits)


def _bound(value: float, unit: str, better: str, digits: int, words: Language) -> str:
    level = with_unit(value, unit, digits, words)
    if pd.isna(value) or better not in (MORE, LESS):
        return level
    return (words.say("at most {level}", level=level) if better == LESS
            else words.say("at least {level}", level=level))


def decimals(values: list[float], promised: float | None = None) -> int:
    """Decimals that the figures of a measure need.

    As many as the longest of them has, and two at most; more only where a level that
    differs from the one promised would be printed as if it were the same.
    """
    known = [float(one) for one in values if pd.notna(one)]
    digits = min(max(map(_decimals_of, known), default=0), DIGITS)
    if promised is None or pd.isna(promised):
        return digits
    return max([digits, *(_until_told_apart(one, promised, digits) for one in known)])


def _until_told_apart(level: float, promised: float, digits: int) -> int:
    while digits < DIGITS_READ and level != promised and round(level, digits) == round(
            promised, digits):
        digits += 1
    return digits


def _decimals_of(value: float) -> int:
    return len(f"{value:.{DIGITS_READ}f}".rstrip("0").partition(".")[2])


def _units(levels: pd.DataFrame) -> list[str]:
    return (levels["unit"].fillna("").tolist() if "unit" in levels else [""] * len(levels))
