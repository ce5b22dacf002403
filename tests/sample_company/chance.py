"""Seeded chance and the fiscal calendar: the two things every other module draws on."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

SEED = 20261004
FIRST_DAY, QUARTER_END, LAST_DAY = date(2022, 10, 1), date(2026, 9, 30), date(2026, 10, 9)
LTM_START = date(2025, 10, 1)
YEARS = (2023, 2024, 2025, 2026, 2027)


def dice(*key: int) -> np.random.Generator:
    """A generator of its own per key, so that one account's story never moves another's."""
    return np.random.default_rng([SEED, *key])


def pick(rng: np.random.Generator, choices: Sequence):
    """One of the choices, all equally likely."""
    return choices[int(rng.random() * len(choices))]


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """A number from low to high."""
    return low + (high - low) * float(rng.random())


def year_start(fiscal_year: int) -> date:
    """First day of a fiscal year."""
    return date(fiscal_year - 1, 10, 1)


def quarter_of(day: date) -> str:
    """The fiscal quarter of a day, as 2026Q4."""
    year = day.year + (day.month >= 10)
    return f"{year}Q{(day.month - 10) % 12 // 3 + 1}"


def quarter_start(quarter: str) -> date:
    """First day of a fiscal quarter."""
    year, number = int(quarter[:4]), int(quarter[5])
    return date(year - 1, 10, 1) if number == 1 else date(year, 3 * number - 5, 1)


def quarters(first: str, last: str) -> list[str]:
    """All fiscal quarters from the first to the last."""
    return [f"{year}Q{number}" for year in range(int(first[:4]), int(last[:4]) + 1)
            for number in (1, 2, 3, 4) if first <= f"{year}Q{number}" <= last]


def workday(day: date) -> date:
    """The day itself, or a weekday beside it: Friday for Saturday, Monday for Sunday."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def months(first: date, last: date) -> list[date]:
    """First days of all months from the first to the last."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
            for n in range(count)]
