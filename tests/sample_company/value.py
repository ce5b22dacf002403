"""What the accounts received: plans, services delivered, benefits, their own effort."""

from collections.abc import Iterator
from datetime import date, timedelta

from tests.sample_company.account import Account
from tests.sample_company.cast import ACCOUNTS
from tests.sample_company.chance import between, dice, pick, quarter_start, quarters, workday

# What a plan includes: name, how many a year, list value of one, only with a plan.
_GERMAN = (
    ("Zustandsüberwachung der Hauptlinie (Monat)", 12, 3400, True),
    ("Schwingungsmessung vor Ort", 12, 980, True),
    ("Bereitschaftseinsatz am Wochenende", 6, 2450, True),
    ("Schulungstag Wellenausrichtung", 4, 1900, True),
    ("Inventur im Konsignationslager", 4, 520, False),
    ("Katalog- und Normenservice", 1, 240, False))
_ENGLISH = (
    ("Condition monitoring of the main line (month)", 12, 3400, True),
    ("On-site vibration survey", 12, 980, True),
    ("Weekend standby call-out", 6, 2450, True),
    ("Training day shaft alignment", 4, 1900, True),
    ("Consignment stock count", 4, 520, False),
    ("Catalog and standards service", 1, 240, False))
# Components of each plan, and what its list values are multiplied by (USD).
PLANS = {"WP-PLUS": (_GERMAN, 1.0), "WP-BASIS": (_GERMAN[1:3] + _GERMAN[5:], 1.0),
         "UP-PLUS": (_ENGLISH, 1.0), "UP-US": (_ENGLISH, 1.1)}
VALID = (date(2024, 10, 1), date(2027, 9, 30))

# A component that comes with the plan only, but that others in that country give for nothing.
FREE_ELSEWHERE = ("UP-US", 3)

# What an account would lose or pay once if it changed the supplier: kind, name, amount in its
# currency, and the day its decider confirmed it (none: estimated by us).
SWITCHING = {
    "A-001": (("rebate", "Jahresbonus 2026 aus dem Rahmenvertrag", 41600, date(2026, 9, 22)),
              ("one_off", "Neue Prüfprotokolle für die Hauptlinie", 27300, date(2026, 9, 22)),
              ("one_off", "Umbau der Wellen auf andere Einbaumaße", 62000, None)),
    "A-002": (("rebate", "Yearly bonus of the frame contract", 31800, date(2026, 8, 27)),
              ("one_off", "Rebuild of couplings to other dimensions", 54000, None)),
    "A-003": (("rebate", "Jahresbonus 2026", 14300, None),
              ("one_off", "Freigabe anderer Lager durch Ihre Qualitätssicherung", 26400,
               date(2026, 7, 14))),
    "A-007": (("rebate", "Treuebonus bis Ende der Vereinbarung", 5400, date(2026, 6, 30)),
              ("one_off", "Abnahme anderer Ersatzteile durch die Seilbahnaufsicht", 38500,
               date(2026, 6, 30))),
    "A-012": (("rebate", "Jahresbonus 2026", 4700, date(2026, 9, 8)),),
    "A-013": (("one_off", "Trial runs with other grippers", 9800, None),),
    "A-016": (("rebate", "Jahresbonus 2026", 2600, date(2026, 9, 15)),),
}

# Components never called for in fiscal 2026, by place in the plan.
UNUSED = {"A-007": (2, 3), "A-001": (3,), "A-006": (2,)}

# Service beyond the plan: id, list value, part charged. The id is what is shown.
EXTRA = {
    "de": (("Expresslieferung mit eigenem Fahrzeug", 1850, 0), ("Nachteinsatz Monteur", 3650, 0.4),
           ("Leihgetriebe für die Reparaturzeit", 9400, 0.25),
           ("Ersatzteilliste neu erstellt", 4900, 0), ("Einweisung der Schichten", 2100, 0.5)),
    "en": (("Express delivery by own van", 1850, 0), ("Night call of a fitter", 3650, 0.4),
           ("Loan gear unit during repair", 9400, 0.25),
           ("Spare parts list drawn up anew", 4900, 0), ("Briefing of the shifts", 2100, 0.5)),
}


def _component_id(plan_id: str, place: int) -> str:
    return f"{plan_id}-{place + 1}"


def plan_component_rows() -> list[dict]:
    """The table plan_components."""
    return [{"plan_id": plan_id, "component_id": _component_id(plan_id, place), "name": name,
             "included_quantity": included, "unit_list_value": f"{value * factor:.2f}",
             "valid_from": VALID[0], "valid_to": VALID[1], "plan_only": "yes" if only else "no",
             "free_elsewhere": "yes" if (plan_id, place) == FREE_ELSEWHERE else "no"}
            for plan_id, (components, factor) in PLANS.items()
            for place, (name, included, value, only) in enumerate(components)]


def switching_cost_rows(contacts: list[dict]) -> list[dict]:
    """The table switching_costs; who decides at the account has confirmed what is confirmed."""
    deciders: dict[str, str] = {}
    for row in contacts:
        deciders.setdefault(row["account_id"], row["name"])
    rows = [{"account_id": account_id, "kind": kind, "name": name, "amount": f"{amount:.2f}",
             "class": "confirmed" if day else "estimated",
             "confirmed_by": deciders[account_id] if day else "", "confirmed_on": day or ""}
            for account_id, entries in SWITCHING.items() for kind, name, amount, day in entries]
    return [row | {"evidence": f"SC-2026-{number:03d}"} for number, row in enumerate(rows, 1)]


def service_rows() -> list[dict]:
    """The table services; every delivery has a report number of its own."""
    rows = [row for account in ACCOUNTS for row in (*_from_plan(account), *_beyond_plan(account))]
    rows.sort(key=lambda row: (row["date"], row["account_id"]))
    return [row | {"evidence": f"SR-{row['date']:%Y}-{number:04d}"}
            for number, row in enumerate(rows, 1)]


def _from_plan(account: Account) -> Iterator[dict]:
    """Components delivered in fiscal 2025 and 2026: most of what is included, not all."""
    rng = dice(20, account.number)
    components, factor = PLANS.get(account.plan_id, ((), 1.0))
    for year in (2025, 2026):
        for place, (_, included, value, _) in enumerate(components):
            used = max(1, round(included * between(rng, 0.5, 1.0)))
            if year == 2026 and place in UNUSED.get(account.account_id, ()):
                used = 0
            for index in range(used):
                days = int((index + between(rng, 0.2, 0.8)) * 355 / used)
                yield {"account_id": account.account_id,
                       "date": workday(date(year - 1, 10, 3) + timedelta(days=days)),
                       "component_id": _component_id(account.plan_id, place), "quantity": 1,
                       "unit_list_value": f"{value * factor:.2f}", "charged": "0.00"}


def _beyond_plan(account: Account) -> Iterator[dict]:
    """What was done beyond the plan, at less than its list value."""
    rng = dice(21, account.number)
    if not account.close or account.account_id in ("A-004", "A-021", "A-023"):
        return
    for quarter in quarters("2025Q1", "2026Q4"):
        if rng.random() < 0.55 or quarter == "2026Q3":
            name, value, charged = pick(rng, EXTRA[account.language])
            value *= 1.1 if account.currency == "USD" else 1
            day = workday(quarter_start(quarter) + timedelta(days=int(between(rng, 5, 80))))
            yield {"account_id": account.account_id, "date": day, "service_id": name, "quantity": 1,
                   "unit_list_value": f"{value:.2f}", "charged": f"{value * charged:.2f}"}
