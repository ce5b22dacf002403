"""Service levels promised and reached, complaints, overrides, and targets."""

from collections.abc import Iterable
from datetime import date, timedelta

from tests.sample_company.account import OWNERS, Account
from tests.sample_company.cast import ACCOUNTS, BY_ID, CLOSE
from tests.sample_company.chance import between, dice, pick, quarters, workday

# More is better of all these.
MEASURES = {
    "de": (("Liefertermintreue", 95), ("Anfragen innerhalb von 4 Stunden beantwortet", 90),
           ("Vollständige Lieferungen", 97)),
    "en": (("Deliveries on time", 95), ("Requests answered within 4 hours", 90),
           ("Complete deliveries", 97)),
}
# And less of this one, promised to some of those with a plan: how long a fitter takes.
ON_SITE = {"de": ("Zeit bis ein Monteur vor Ort ist", "Stunden"),
           "en": ("Time until a fitter is on site", "hours")}
ON_SITE_WITHIN = 8
ON_SITE_ACCOUNTS = ("A-001", "A-002", "A-003", "A-006", "A-007", "A-010", "A-012", "A-017")
SLOW = {"A-012": 3.6}  # hours added

# Why the level of the quarter under review was missed and what we do, by account and measure;
# not everybody wrote one.
REMARKS = {
    ("A-001", 1): "Im August war der Innendienst durch Urlaub dünn besetzt. Ab November vertreten "
                  "sich zwei Teams gegenseitig.",
    ("A-002", 2): "Three orders left from two stocks. Since September your orders are joined in "
                  "one before they leave.",
    ("A-003", 0): "Bis August wechselten die Zuständigen für Ihr Werk. Seither plant ein fester "
                  "Disponent Ihre Aufträge.",
    ("A-004", 0): "Eine Sendung blieb im Juli beim Spediteur liegen; wir haben ihn gewechselt.",
    ("A-004", 1): "An zwei Tagen fiel unsere Telefonanlage aus. Sie ist ersetzt.",
    ("A-004", 2): "Gleitringdichtungen waren zwei Wochen lang vergriffen. Ihr Bedarf liegt jetzt "
                  "auf einem eigenen Lagerplatz.",
    ("A-006", 1): "Two requests came over a weekend. From November on, weekends are covered too.",
    ("A-009", 0): "Rollenketten kamen im Juli verspätet aus dem Werk. Für Ihre Brecher legen wir "
                  "einen Vorrat an.",
    ("A-012", 0): "Wälzlager kamen ab Werk sechs Wochen zu spät. Bis Ende November liegt ein "
                  "Vorrat für vier Wochen bei uns.",
    ("A-012", 3): "Der nächste Monteur saß bisher drei Stunden entfernt. Ab Januar ist einer in "
                  "Ihrer Nähe zugeordnet.",
    ("A-014", 2): "Kühlmittel ging im heißen Juli in Teilmengen hinaus. Für den nächsten Sommer "
                  "reservieren wir Ihren Bedarf im März.",
    ("A-016", 1): "Im August war der Innendienst durch Urlaub dünn besetzt. Ab November vertreten "
                  "sich zwei Teams gegenseitig.",
}
LATE = {"A-003": -9.0, "A-012": -6.5, "A-009": -4.0}  # how far deliveries on time fall short

SUBJECTS = {
    "de": ("Lieferung unvollständig", "Lieferzeit < 48 h nicht eingehalten",
           "Falsche Dichtung geliefert", "Rechnung mit falschem Preis"),
    "en": ("Delivery incomplete", "Delivery time < 48 h not met", "Wrong seal delivered",
           "Invoice with a wrong price"),
}
OPEN_COMPLAINTS = (("A-003", date(2026, 8, 24), "Getriebemotor: Rücklieferung nicht abgeholt"),
                   ("A-010", date(2026, 9, 14), "Food-grade grease: batch certificate missing"),
                   ("A-052", date(2026, 9, 21), "Lieferung unvollständig"))

# Target as a part of what was reached; South was planned to hold last year's level.
PLANNED = {"North": 0.975, "East": 0.93, "West": 0.96, "Overseas": 0.985, "South": 1.42}
ACCOUNT_TARGETS = ("A-001", "A-002", "A-003", "A-004", "A-005", "A-009")


def service_level_rows() -> list[dict]:
    """The table service_levels, fiscal 2026."""
    rows = []
    for account in CLOSE:
        rng = dice(40, account.number)
        for quarter in quarters("2025Q4", "2026Q4"):
            for place, (measure, promised) in enumerate(MEASURES[account.language]):
                shift = LATE.get(account.account_id, 0.0) if place == 0 else 0.0
                delivered = min(100.0, promised + shift + between(rng, -1.2, 3.4))
                rows.append({"account_id": account.account_id, "quarter": quarter,
                             "measure": measure, "promised": promised,
                             "delivered": round(delivered, 1), "unit": "%",
                             "remark": _remark(account, quarter, place)})
            if account.account_id in ON_SITE_ACCOUNTS:
                rows.append(_on_site(account, quarter))
    return rows


def _on_site(account: Account, quarter: str) -> dict:
    """How long it took until a fitter was there; of a stream of its own."""
    measure, unit = ON_SITE[account.language]
    rng = dice(43, account.number, int(quarter[:4]), int(quarter[5]))
    hours = between(rng, 4.5, 7.8) + SLOW.get(account.account_id, 0.0)
    return {"account_id": account.account_id, "quarter": quarter, "measure": measure,
            "promised": ON_SITE_WITHIN, "delivered": round(hours, 1), "better": "less",
            "unit": unit, "remark": _remark(account, quarter, len(MEASURES["en"]))}


def _remark(account: Account, quarter: str, place: int) -> str:
    """Why the level was missed: written in the quarter under review only."""
    return REMARKS.get((account.account_id, place), "") if quarter == "2026Q4" else ""


def complaint_rows() -> list[dict]:
    """The table complaints: two dozen settled ones and three open."""
    rng, rows = dice(41), []
    for _ in range(24):
        account = pick(rng, ACCOUNTS)
        day = workday(date(2025, 2, 3) + timedelta(days=int(between(rng, 0, 540))))
        if (account.since or day) <= day <= (account.until or day):
            rows.append({"account_id": account.account_id, "date": day,
                         "subject": pick(rng, SUBJECTS[account.language]), "status": "closed"})
    rows += [{"account_id": account_id, "date": day, "subject": subject, "status": "open"}
             for account_id, day, subject in OPEN_COMPLAINTS]
    return sorted(rows, key=lambda row: (row["date"], row["account_id"], row["subject"]))


def override_rows() -> list[dict]:
    """The table segment_overrides: one that holds, one that has run out."""
    return [
        {"account_id": "A-035", "segment": "green_circle", "author": OWNERS["North"],
         "reason": "Reference for measuring technology, pilot until the end of the year",
         "expires": date(2026, 12, 31)},
        {"account_id": "A-038", "segment": "green_circle", "author": OWNERS["South"],
         "reason": "Tender for the new saw line, decided in spring", "expires": date(2026, 6, 30)},
    ]


def target_rows(revenue: dict[tuple[str, str], tuple[float, float]]) -> list[dict]:
    """The table targets, from revenue and margin reached per (territory or account, quarter)."""
    rows = []
    for quarter in quarters("2025Q1", "2026Q4"):
        for territory in OWNERS:
            rng = dice(42, len(rows))
            part = PLANNED[territory] if quarter >= "2026Q1" else 0.985
            if territory == "South" and "2026Q1" <= quarter < "2026Q4":
                part = 1.16
            rows.append({"territory": territory, "quarter": quarter}
                        | _planned(revenue[territory, quarter], part * between(rng, 0.99, 1.01)))
        rows += [{"account_id": account_id, "quarter": quarter}
                 | _planned(revenue[account_id, quarter],
                            PLANNED[BY_ID[account_id].territory]
                            * (6.0 if account_id == "A-009" and quarter == "2026Q4" else 1.0))
                 for account_id in ACCOUNT_TARGETS if quarter >= "2026Q1"]
    return rows


def _planned(reached: Iterable[float], part: float) -> dict:
    """Target in whole thousands."""
    revenue, margin = (round(amount * part, -3) for amount in reached)
    return {"revenue": f"{revenue:.2f}", "gross_margin": f"{margin:.2f}"}
