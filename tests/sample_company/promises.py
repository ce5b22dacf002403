"""Commitments of both sides, review by review, and the objectives of the account plans."""

from collections.abc import Iterator
from datetime import date, timedelta

from tests.sample_company.account import FIELD_SERVICE, Account
from tests.sample_company.cast import CLOSE
from tests.sample_company.catalog import FAMILIES
from tests.sample_company.chance import between, dice, pick, workday

OURS = {
    "de": ("Ersatzteilliste für die Hauptlinie vorlegen",
           "Schwingungsbericht mit Maßnahmen nachreichen",
           "Lagerbestand kritischer Teile auf vier Wochen anheben",
           "Schulungstermin für die Instandhaltung anbieten",
           "Lieferavis zwei Tage vor Anlieferung senden",
           "Zweiten Ansprechpartner im Innendienst benennen"),
    "en": ("Present a spare parts list for the main line",
           "Hand in the vibration report with actions",
           "Raise the stock of critical parts to four weeks",
           "Offer a date for maintenance training",
           "Send delivery notices two days ahead",
           "Name a second contact in inside sales"),
}
THEIRS = {
    "de": ("Bedarfsvorschau für zwei Quartale übermitteln",
           "Zugang zur Anlage für die Messung einplanen",
           "Stillstandszeiten je Linie monatlich melden",
           "Ansprechpartner für Wareneingang benennen"),
    "en": ("Share a demand forecast for two quarters",
           "Plan access to the line for the survey",
           "Report downtime per line every month",
           "Name a contact for goods receipt"),
}

# What became of the promises of the review 2026Q3: (ours), (theirs).
USUAL = (("kept", "kept"), ("kept", "open"))
OUTCOMES = {
    "A-001": (("kept", "kept", "kept"), ("kept", "kept")),
    "A-003": (("kept", "missed"), ("dropped", "kept")),
    "A-005": (("kept", "open"), ("kept",)),
    "A-006": (("open", "kept"), ("kept", "kept")),  # ours is open past its date
    "A-007": (("kept", "missed"), ("kept", "missed")),
    "A-010": (("kept", "dropped"), ("kept",)),
    "A-012": (("missed", "missed", "missed"), ("kept", "kept")),
    "A-017": (("kept", "kept"), ("missed", "missed")),
}
# Why, in words for the customer, by account, side and place; A-017 says nothing of its second.
REASONS = {
    ("A-003", "ours", 1): "Unser Messgerät war bis Mitte September in der Kalibrierung; den "
                          "Bericht bringen wir zum Gespräch mit.",
    ("A-003", "theirs", 0): "Gemeinsam gestrichen: Bis zum Jahresende gilt der Abrufplan Ihrer "
                            "Fertigung.",
    ("A-007", "ours", 1): "Die Messung an der Bergstation fiel wegen Sturms aus; sie wird am "
                          "27. Oktober nachgeholt.",
    ("A-007", "theirs", 1): "Der Sommerbetrieb ließ keinen freien Tag an der Anlage.",
    ("A-010", "ours", 1): "Dropped together: the old conveyor it was about has been taken down.",
    ("A-012", "ours", 0): "Zwei Zeichnungen der Hauptlinie fehlten uns, und wir haben zu spät "
                          "danach gefragt.",
    ("A-012", "ours", 1): "Der Techniker war krank und wurde von uns nicht vertreten.",
    ("A-012", "ours", 2): "Die Wälzlager kamen sechs Wochen später aus dem Werk als uns zugesagt.",
    ("A-017", "theirs", 0): "Your forecast waits for the budget round in November.",
}
SILENT = ("A-020", "A-023", "A-030")  # no review held with them in 2026Q3
NEW_IN_2026Q4 = ("A-001", "A-002", "A-003", "A-005", "A-007", "A-010", "A-012", "A-014", "A-017")
WITHOUT_OBJECTIVE = ("A-004", "A-011")


def commitment_rows(contacts: list[dict]) -> list[dict]:
    """The table commitments."""
    buyers: dict[str, str] = {}
    for row in sorted(contacts, key=lambda row: not row["roles"].startswith("buyer")):
        buyers.setdefault(row["account_id"], row["name"])
    rows = []
    for account in CLOSE:
        theirs = buyers[account.account_id]
        rows += [*_older(account, theirs), *_last_review(account, theirs), *_new(account, theirs)]
    return rows


def _older(account: Account, theirs: str) -> Iterator[dict]:
    """The review before the last: all settled."""
    if account.number <= 17:
        yield _row(account, "2026Q2", "ours", 4, date(2026, 6, 12), "kept", theirs)
        yield _row(account, "2026Q2", "theirs", 3, date(2026, 6, 19), "kept", theirs)


def _last_review(account: Account, theirs: str) -> Iterator[dict]:
    """What was promised in the review 2026Q3, due by the end of September."""
    if account.account_id in SILENT:
        return
    rng = dice(30, account.number)
    both = OUTCOMES.get(account.account_id, USUAL)
    for side, outcomes in zip(("ours", "theirs"), both, strict=True):
        for place, status in enumerate(outcomes):
            due = workday(date(2026, 8, 10) + timedelta(days=int(between(rng, 0, 48))))
            yield _row(account, "2026Q3", side, place, due, status, theirs) | {
                "reason": REASONS.get((account.account_id, side, place), "")}


def _new(account: Account, theirs: str) -> Iterator[dict]:
    """Agreed in the running review, due within ninety days."""
    if account.account_id in NEW_IN_2026Q4:
        rng = dice(31, account.number)
        for side, place in (("ours", 5), ("ours", 3), ("theirs", 2)):
            due = workday(date(2026, 10, 26) + timedelta(days=int(between(rng, 0, 55))))
            yield _row(account, "2026Q4", side, place, due, "open", theirs)


def _row(account: Account, review: str, side: str, place: int, due: date, status: str,
         theirs: str) -> dict:
    texts = (OURS if side == "ours" else THEIRS)[account.language]
    owner = theirs if side == "theirs" else FIELD_SERVICE if place == 1 else account.owner
    return {"account_id": account.account_id, "review_quarter": review, "side": side,
            "text": texts[place % len(texts)], "owner": owner, "due": due, "status": status}


def objective_rows() -> list[dict]:
    """The table objectives: the top family of each close account, and one more for some."""
    rows = []
    for account in CLOSE:
        if account.account_id in WITHOUT_OBJECTIVE:
            continue
        rng = dice(32, account.number)
        ranked = sorted(account.families, key=lambda code: -account.families[code])
        for code in ranked[:1 + account.number % 2]:
            text = pick(rng, ("Agree a frame contract for {}", "Standardize {} on two lines",
                              "Keep the share in {} with a yearly price agreement"))
            due = workday(date(2026, 11, 15) + timedelta(days=int(between(rng, 0, 200))))
            rows.append({"account_id": account.account_id, "family": FAMILIES[code],
                         "text": text.format(FAMILIES[code].lower()), "owner": account.owner,
                         "due": due})
    return rows
