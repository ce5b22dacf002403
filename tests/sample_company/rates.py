"""Exchange rates and economic series, month by month, along drawn anchors."""

from datetime import date
from itertools import pairwise

from tests.sample_company.chance import FIRST_DAY, LAST_DAY, between, dice, months

# Month and EUR paid for one USD. Invented; between the anchors the rate moves evenly,
# with a small wobble. The dollar gains during fiscal 2026: the exchange-rate story of A-013.
USD_ANCHORS = (
    (date(2022, 10, 1), 1.012), (date(2023, 4, 1), 0.918), (date(2023, 10, 1), 0.944),
    (date(2024, 5, 1), 0.926), (date(2024, 12, 1), 0.884), (date(2025, 8, 1), 0.861),
    (date(2025, 11, 1), 0.878), (date(2026, 4, 1), 0.934), (date(2026, 10, 1), 0.962),
)

# Mean of each fiscal quarter, 2022Q1 to 2026Q4. A-026 buys along the construction index
# one quarter later.
INDICATORS = {
    "construction orders index": (
        104, 106, 108, 107, 104, 101, 97, 92, 90, 93, 99, 105, 109, 112, 108, 103, 98, 95, 99, 104),
    "purchasing managers index": (
        57.8, 58.2, 54.6, 52.1, 47.9, 46.8, 45.2, 43.6, 43.1, 44.5, 45.8, 46.9, 45.4, 46.2, 48.1,
        49.0, 49.6, 50.4, 50.9, 51.2),
    "electricity price EUR/MWh": (
        184, 196, 212, 305, 158, 118, 96, 91, 87, 71, 68, 79, 98, 104, 76, 82, 93, 101, 84, 80),
}


def exchange_rate_rows() -> list[dict]:
    """The table exchange_rates."""
    rng = dice(900)
    return [{"currency": "USD", "month": f"{month:%Y-%m}",
             "rate": round(_along(USD_ANCHORS, month) * between(rng, 0.996, 1.004), 4)}
            for month in months(FIRST_DAY, LAST_DAY)]


def _along(anchors: tuple, day: date) -> float:
    """Value of the line through the anchors on a day."""
    for (before, low), (after, high) in pairwise(anchors):
        if before <= day <= after:
            return low + (high - low) * (day - before).days / (after - before).days
    raise ValueError(f"{day} is outside the anchors")


def indicator_rows() -> list[dict]:
    """The table indicators."""
    rng, rows = dice(901), []
    for name, means in INDICATORS.items():
        for index, month in enumerate(months(date(2021, 10, 1), date(2026, 9, 1))):
            value = means[index // 3] * between(rng, 0.992, 1.008)
            rows.append({"indicator": name, "month": f"{month:%Y-%m}", "value": round(value, 1)})
    return rows
