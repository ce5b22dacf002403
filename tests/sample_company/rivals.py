"""Deals, who else offered, what was seen of them, and the size of the market."""

from collections.abc import Iterator
from datetime import date, timedelta

from tests.sample_company.cast import ACCOUNTS
from tests.sample_company.catalog import FAMILIES
from tests.sample_company.chance import between, dice, pick, quarters, workday

BEFORE, NOW = date(2024, 10, 7), date(2025, 10, 6)
GROWING, HARMLESS, SELDOM = "Vantoric", "Brakkmann", "Ostrelia"

# territory, competitor, families, (won, lost) in fiscal 2025, (won, lost) in fiscal 2026.
# Vantoric takes South; Brakkmann is met as often as ever and mostly beaten; Ostrelia was
# met in three decided deals and cannot be judged.
DECIDED = (
    ("South", GROWING, "DB", (2, 2), (4, 12)), ("South", HARMLESS, "ST", (2, 1), (2, 1)),
    ("South", "unknown", "DBTL", (5, 3), (2, 2)), ("South", "", "DBLR", (4, 1), (2, 0)),
    ("North", HARMLESS, "BTL", (4, 2), (5, 1)), ("North", "unknown", "DCS", (3, 2), (4, 2)),
    ("North", "", "LR", (2, 0), (2, 1)),
    ("West", HARMLESS, "PST", (3, 2), (4, 2)), ("West", "unknown", "DBP", (3, 2), (3, 2)),
    ("West", "", "TS", (2, 1), (2, 0)),
    ("East", SELDOM, "PC", (1, 0), (1, 1)), ("East", "unknown", "DPT", (3, 1), (4, 1)),
    ("East", "", "BC", (2, 1), (2, 1)),
    ("Overseas", GROWING, "DT", (1, 1), (1, 1)), ("Overseas", "unknown", "BTL", (3, 2), (3, 2)),
    ("Overseas", "", "LC", (2, 1), (2, 1)),
)
OPEN_DEALS = (("South", GROWING, "D"), ("South", GROWING, "B"), ("South", "", "L"),
              ("North", HARMLESS, "T"), ("North", "", "C"), ("East", SELDOM, "P"),
              ("East", "unknown", "D"), ("West", "", "P"), ("West", HARMLESS, "S"),
              ("Overseas", "unknown", "B"))
REASONS = {GROWING: ("price", "price", "delivery time"), HARMLESS: ("price", "technical fit"),
           SELDOM: ("technical fit",)}
ELSE = ("price", "delivery time", "relationship", "not known")

# competitor, territory, what is counted, source, value per quarter of fiscal 2025 and 2026
SIGNALS = (
    (GROWING, "South", "job adverts in sales and service", "public job boards",
     (2, 3, 2, 4, 7, 9, 11, 14)),
    (GROWING, "South", "branches", "its website", (1, 1, 1, 1, 2, 2, 3, 3)),
    (HARMLESS, "North", "job adverts in sales and service", "public job boards",
     (4, 3, 4, 4, 3, 4, 4, 3)),
    (HARMLESS, "West", "job adverts in sales and service", "public job boards",
     (2, 2, 3, 2, 2, 3, 2, 2)),
    (SELDOM, "East", "trade fair stands", "fair catalogs", (0, 1, 0, 0, 0, 1, 0, 0)),
)
MARKET_GROWTH = {"North": 1.03, "South": 1.05, "East": 1.09, "West": 1.03, "Overseas": 1.02}


def deal_rows() -> list[dict]:
    """The table deals."""
    drawn = [*_decided(), *_without_decision(), *_open()]
    drawn.sort(key=lambda row: (row["close_date"] or date.max, row["territory"], row["family"]))
    return [{"deal_id": f"D-{number:04d}", **row} for number, row in enumerate(drawn, 1)]


def _decided() -> Iterator[dict]:
    """Won and lost deals, spread over their year."""
    rng = dice(50)
    for territory, competitor, codes, *years in DECIDED:
        for start, counts in zip((BEFORE, NOW), years, strict=True):
            for outcome, count in zip(("won", "lost"), counts, strict=True):
                for _ in range(count):
                    reason = pick(rng, REASONS.get(competitor, ELSE)) if outcome == "lost" else ""
                    yield _deal(rng, territory, pick(rng, codes), start) | {
                        "outcome": outcome, "competitor": competitor, "loss_reason": reason}


def _without_decision() -> Iterator[dict]:
    """Deals that came to nothing."""
    rng = dice(51)
    for territory in MARKET_GROWTH:
        for start in (BEFORE, NOW):
            yield _deal(rng, territory, pick(rng, "DBTP"), start) | {
                "outcome": "no_decision", "competitor": "", "loss_reason": ""}


def _open() -> Iterator[dict]:
    """Deals still open."""
    rng = dice(52)
    for territory, competitor, code in OPEN_DEALS:
        yield _deal(rng, territory, code, NOW) | {
            "close_date": None, "outcome": "open", "competitor": competitor, "loss_reason": ""}


def _deal(rng, territory: str, code: str, start: date) -> dict:
    """Where, who, what, how much and when."""
    local = [account for account in ACCOUNTS if account.territory == territory
             and code in account.families and not account.since]
    large = [account for account in local if account.close]
    account = pick(rng, large if large and rng.random() < 0.7 else local or large)
    share = between(rng, 0.03, 0.12) if account.close else between(rng, 0.1, 0.4)
    amount = max(2500.0, round(1000 * max(account.size[1], 60) * share, -2))
    return {"account_id": account.account_id, "territory": territory, "family": FAMILIES[code],
            "amount": f"{amount:.2f}",
            "close_date": workday(start + timedelta(days=int(between(rng, 0, 355))))}


def signal_rows() -> list[dict]:
    """The table competitor_signals."""
    days = [date(year, month, 15) for year, month in (
        (2024, 11), (2025, 2), (2025, 5), (2025, 8), (2025, 11), (2026, 2), (2026, 5), (2026, 8))]
    return [{"competitor": competitor, "territory": territory, "date": day, "kind": kind,
             "value": value, "source": source}
            for competitor, territory, kind, source, values in SIGNALS
            for day, value in zip(days, values, strict=True)]


def market_rows() -> list[dict]:
    """The table market: fiscal 2025 and 2026 per territory and family, growing a little."""
    rng, rows = dice(53), []
    for territory, growth in MARKET_GROWTH.items():
        for name in FAMILIES.values():
            base = between(rng, 900, 3200)
            for quarter in quarters("2025Q1", "2026Q4"):
                size = base * (growth if quarter >= "2026Q1" else 1) * between(rng, 0.985, 1.015)
                rows.append({"territory": territory, "family": name, "quarter": quarter,
                             "size": f"{1000 * round(size)}.00"})
    return rows
