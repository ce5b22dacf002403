"""Measured benefits per quarter, who confirmed them, and what the customer put in itself."""

from collections.abc import Iterator
from datetime import date, timedelta

from tests.sample_company.account import Account
from tests.sample_company.cast import BY_ID
from tests.sample_company.chance import between, dice, quarter_start, quarters

QUARTERS = quarters("2025Q4", "2026Q4")

# account: worth of one hour of its main line, benefit as a multiple of what it pays us.
# A-016 gets less than it pays (negative ROI).
WORTH = {
    "A-001": (8200, 1.55), "A-002": (9500, 1.40), "A-003": (5200, 1.50), "A-005": (6400, 1.35),
    "A-006": (4800, 1.35), "A-007": (5600, 1.60), "A-009": (4200, 1.40), "A-010": (3900, 1.45),
    "A-012": (4100, 1.30), "A-013": (3600, 1.50), "A-014": (3400, 1.30), "A-015": (2900, 1.40),
    "A-016": (3000, 0.35), "A-017": (3300, 1.45),
}
NOT_CONFIRMED = ("A-014",)
STALE = {"A-006": date(2025, 5, 20)}  # its hour was last valued then

# Part of the benefit, class, share taken off for risk, baseline, worth of one (0: the hour).
_KINDS = (("HOURS", 0.75, "confirmed", 0.0, 1900, 0), ("ENERGY", 0.15, "estimated", 0.2, 0, 0.16),
          ("FITTING", 0.10, "confirmed", 0.1, 0, 85))
_NAMES = {
    "de": {"HOURS": "Laufstunden der Hauptlinie (h)",
           "ENERGY": "Eingesparter Strom der Antriebe (kWh)",
           "FITTING": "Eingesparte Montagestunden (h)", "NOISE": "Ruhe am Arbeitsplatz (Punkte)",
           "COST": "Eigene Montage- und Prüfstunden"},
    "en": {"HOURS": "Running hours of the main line (h)",
           "ENERGY": "Power saved by the drives (kWh)",
           "FITTING": "Fitting hours saved (h)", "NOISE": "Quiet at the workplace (points)",
           "COST": "Own fitting and inspection hours"},
}
# A benefit that turned into its opposite: less yield after a conveyor change.
NEGATIVE = ("A-010", "YIELD", "2026Q2", "Yield of the filleting line (kg)", 412000, 408200, "4.20")


def benefit_rows(contacts: list[dict]) -> list[dict]:
    """The table benefits; every measurement has a reference of its own."""
    deciders: dict[str, str] = {}
    for row in contacts:
        deciders.setdefault(row["account_id"], row["name"])
    rows = [row for account_id in WORTH
            for row in _measured(BY_ID[account_id], deciders[account_id])]
    rows.append(_negative(deciders[NEGATIVE[0]]))
    rows.sort(key=lambda row: (row["account_id"], row["quarter"], row["benefit_id"]))
    return [row | {"evidence": f"MB-{row['quarter']}-{number:03d}"}
            for number, row in enumerate(rows, 1)]


def _measured(account: Account, decider: str) -> Iterator[dict]:
    """The benefits of one account."""
    hour, multiple = WORTH[account.account_id]
    rng, names = dice(22, account.number), _NAMES[account.language]
    for quarter in QUARTERS:
        target = 250 * _size(account, int(quarter[:4])) * multiple
        for kind, part, sure, risk, baseline, unit_value in _KINDS:
            worth = unit_value or hour
            gained = round(target * part * between(rng, 0.92, 1.08) / worth)
            confirmed = sure == "confirmed" and account.account_id not in NOT_CONFIRMED
            yield _row(account, quarter, kind, names[kind]) | {
                "baseline": baseline, "actual": baseline + gained, "unit_value": f"{worth:.2f}",
                "class": "confirmed" if confirmed else "estimated", "risk": risk,
                **(_confirmation(account, quarter, decider) if confirmed else {})}
        if account.number % 3 == 2:
            yield _row(account, quarter, "NOISE", names["NOISE"]) | {
                "baseline": 6, "actual": 8, "unit_value": "500.00", "class": "soft", "risk": 0.5}


def _size(account: Account, year: int) -> int:
    """Thousands a year."""
    return sum(account.quarters[year]) if year in account.quarters else account.size[year - 2023]


def _row(account: Account, quarter: str, benefit_id: str, name: str) -> dict:
    return {"account_id": account.account_id, "benefit_id": benefit_id, "quarter": quarter,
            "name": name}


def _confirmation(account: Account, quarter: str, decider: str) -> dict:
    """Who confirmed, and when: late in the quarter, or long ago."""
    day = STALE.get(account.account_id, quarter_start(quarter) + timedelta(days=81))
    return {"confirmed_by": decider, "confirmed_on": day}


def _negative(decider: str) -> dict:
    """The benefit that turned negative, confirmed all the same."""
    account_id, benefit_id, quarter, name, baseline, actual, worth = NEGATIVE
    account = BY_ID[account_id]
    return _row(account, quarter, benefit_id, name) | {
        "baseline": baseline, "actual": actual, "unit_value": worth, "class": "confirmed",
        "risk": 0.0, **_confirmation(account, quarter, decider)}


def customer_cost_rows() -> list[dict]:
    """The table customer_costs."""
    rows = []
    for account_id in WORTH:
        account = BY_ID[account_id]
        rng = dice(23, account.number)
        for quarter in QUARTERS:
            amount = 250 * _size(account, int(quarter[:4])) * between(rng, 0.02, 0.04)
            rows.append({"account_id": account_id, "quarter": quarter,
                         "kind": _NAMES[account.language]["COST"], "amount": f"{amount:.2f}"})
    return rows
