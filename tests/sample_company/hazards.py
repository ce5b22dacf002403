"""Risks on the register, two black-ops sessions, and what they decided."""

from collections.abc import Iterator
from datetime import date

from tests.sample_company.chance import dice

# exposed as (column, value); the tariff, among the largest, has neither owner nor date.
RISKS = (
    ("R-01", ("family", "Cooling"), "seasonal", "Heat waves exhaust the stock of cooling units",
     (0.3, 0.5), 0.15, (date(2027, 5, 1), date(2027, 8, 31)),
     "Order forecast in March, reserved stock of 60 units", "Tomasz Brandl", date(2027, 3, 15),
     "Seasonal outlook of the weather service", date(2026, 9, 1)),
    ("R-02", ("family", "Service parts"), "seasonal",
     "Winter shutdowns fall into the same two weeks", (0.4, 0.6), 0.10,
     (date(2026, 12, 14), date(2027, 1, 15)),
     "Fitters booked per customer by the end of November", "Tomasz Brandl", date(2026, 11, 27),
     "Shutdown calendars of the customers", date(2026, 9, 15)),
    ("R-03", ("country", "US"), "political", "Import duty on drives and bearings from Europe",
     (0.35, 0.60), 0.25, (date(2027, 1, 1), date(2027, 12, 31)),
     "Stock in a bonded warehouse before the turn of the year", "", None,
     "Trade gazette", date(2026, 9, 4)),
    ("R-04", ("industry", "Paper"), "economic", "Electricity price rises above 120 EUR per MWh",
     (0.15, 0.30), 0.20, (date(2026, 11, 1), date(2027, 3, 31)),
     "Retrofit of frequency inverters with a fixed saving", "Henrike Tolksdorf",
     date(2026, 11, 30), "Power exchange", date(2026, 9, 28)),
    ("R-05", ("industry", "Minerals"), "economic", "Construction orders fall below 95",
     (0.20, 0.40), 0.20, (date(2026, 10, 1), date(2027, 6, 30)),
     "Move from stock orders to call-off orders", "Desmond Achterberg", date(2026, 12, 18),
     "Construction orders index", date(2026, 9, 30)),
    ("R-06", ("account_id", "A-003"), "economic", "Auftragseingang im Maschinenbau geht zurück",
     (0.25, 0.45), 0.30, (date(2026, 10, 1), date(2027, 9, 30)),
     "Gemeinsame Bedarfsvorschau und Abrufauftrag mit fester Laufzeit", "Matthias Oberhauser",
     date(2026, 11, 20), "Purchasing managers index", date(2026, 9, 30)),
    ("R-07", ("account_id", "A-005"), "political", "Förderung für Batteriewerke läuft aus",
     (0.10, 0.30), 0.35, (date(2027, 1, 1), date(2027, 12, 31)),
     "Ersatzteile und Service statt Neuanlagen anbieten", "Jolanta Wiśniewska",
     date(2026, 12, 4), "Haushaltsentwurf", date(2026, 8, 20)),
    ("R-08", ("country", "CH"), "economic", "Starker Franken verschiebt Investitionen",
     (0.10, 0.25), 0.10, (date(2026, 10, 1), date(2027, 9, 30)),
     "Preise in Euro für zwölf Monate halten", "Matthias Oberhauser", None,
     "Wechselkursbericht", date(2026, 9, 30)),
    ("R-09", ("industry", "Shipbuilding"), "economic", "Orders for new ships are postponed",
     (0.10, 0.20), 0.15, (date(2027, 1, 1), date(2027, 12, 31)),
     "Shift to refit and repair packages", "", date(2027, 1, 29), "Shipyard association",
     date(2026, 7, 31)),
)

# The risk from the customer's side, and what both sides do about it. Orders for ships are
# the customers' own business; on them we have nothing to say. Risks that accounts of both
# languages share are worded in English, their German words stand in the settings.
FOR_CUSTOMERS = {
    "R-01": ("A heat wave can make cooling units scarce just when you need them",
             "You tell us by March what you will need; we reserve it for you until August."),
    "R-02": ("Many plants shut down in the same two weeks, and fitters are then booked out",
             "You name your shutdown days by mid-November; we book your fitters by the end of it."),
    "R-03": ("An import duty would make drives and bearings from Europe dearer for you",
             "We bring a year's supply into the country before the duty; you confirm the list."),
    "R-04": ("Electricity above 120 EUR per MWh would raise the cost of your drives",
             "Together we choose the drives on which frequency inverters save most, and we fit "
             "them before winter."),
    "R-05": ("Fewer construction orders would leave you with parts in stock that you do not need",
             "You turn stock orders into call-off orders; we keep the parts for you."),
    "R-06": ("Bei weniger Aufträgen binden bestellte Teile Ihr Geld",
             "Sie geben uns eine Bedarfsvorschau; wir vereinbaren einen Abrufauftrag, den Sie "
             "strecken können."),
    "R-07": ("Läuft die Förderung aus, müssen bestehende Anlagen länger laufen",
             "Sie nennen uns die kritischen Anlagen; wir legen für sie Ersatzteile und Wartung "
             "fest."),
    "R-08": ("Der starke Franken macht Ihre Investitionen schwerer planbar",
             "Wir halten unsere Preise in Euro zwölf Monate; Sie planen Ihre Abrufe danach."),
}
IN_GERMAN = {
    "R-01": ("Bei einer Hitzewelle werden Kühlgeräte knapp, gerade wenn Sie sie brauchen",
             "Sie nennen uns bis März Ihren Bedarf; wir reservieren ihn für Sie bis August."),
    "R-02": ("Viele Werke stehen in denselben zwei Wochen still, dann sind Monteure ausgebucht",
             "Sie nennen uns bis Mitte November Ihre Stillstandstage; wir buchen Ihre Monteure bis "
             "Monatsende."),
    "R-04": ("Strom über 120 EUR je MWh würde Ihre Antriebe im Betrieb verteuern",
             "Gemeinsam wählen wir die Antriebe, an denen Frequenzumrichter am meisten sparen, und "
             "bauen sie vor dem Winter ein."),
    "R-05": ("Bei weniger Bauaufträgen bleiben bei Ihnen Teile auf Lager, die Sie nicht brauchen",
             "Sie machen aus Lageraufträgen Abrufaufträge; wir halten die Teile für Sie bereit."),
}

# What stays of the expected loss after our answer, where the answer has an owner and a date.
RESIDUAL_SHARES = {"R-01": 0.4, "R-02": 0.3, "R-04": 0.5, "R-05": 0.6, "R-06": 0.55, "R-07": 0.65}
# What announces a risk, its value beyond which the risk is near, and how long before.
SIGNS = {"R-04": ("electricity price EUR/MWh", 120), "R-05": ("construction orders index", 95)}
LEAD_DAYS = {"R-01": 60, "R-04": 30, "R-05": 90}

RATERS = (("Kestrel", "Sales"), ("Heron", "Sales"), ("Otter", "Service"), ("Badger", "Service"),
          ("Lynx", "Logistics"), ("Marten", "Purchasing"))
DIMENSIONS = ("price", "delivery", "technology", "relationship")
MOVES = {"price": "Two-year price guarantee below ours",
         "delivery": "Stock at the gate, 24 hours",
         "technology": "Free trial of a servo package",
         "relationship": "Hire away a fitter they trust"}

# session: account: chance of a successful attack per dimension, as all raters see it in
# essence; and the yearly loss in thousands.
AGREED = date(2026, 3, 18)
DIVIDED = date(2026, 9, 15)
VIEWS = {
    AGREED: {"A-003": ((0.70, 0.55, 0.25, 0.35), 420), "A-009": ((0.45, 0.60, 0.15, 0.30), 160),
             "A-007": ((0.20, 0.10, 0.05, 0.40), 180), "A-012": ((0.50, 0.65, 0.20, 0.30), 120)},
    DIVIDED: {"A-004": ((0.40, 0.30, 0.35, 0.45), 300), "A-003": ((0.50, 0.45, 0.40, 0.35), 350),
              "A-001": ((0.30, 0.35, 0.25, 0.20), 500), "A-017": ((0.35, 0.30, 0.20, 0.30), 90)},
}
# In the divided session each rater leans a way of their own, and stays with it.
LEANS = ((0.25, -0.25, 0.10, -0.10), (-0.25, 0.20, -0.15, 0.25), (0.10, 0.15, -0.20, -0.15),
         (-0.20, -0.10, 0.25, 0.15), (0.15, 0.25, -0.10, -0.20), (-0.10, -0.20, 0.20, 0.20))
# The blind spot: on A-004 sales sees no danger in the relationship, everybody else does.
BLIND_SPOT = (DIVIDED, "A-004", "relationship", {"Sales": 0.08, "Service": 0.60,
                                                 "Logistics": 0.55, "Purchasing": 0.65})

# session, account, dimension: what we do, who, until when, and what became of it. One is overdue,
# one has neither owner nor date, one was dropped; the second session has hardly decided yet.
COUNTER_MEASURES = (
    (AGREED, "A-003", "price", "Offer a frame contract with prices fixed for two years",
     "Matthias Oberhauser", date(2026, 5, 29), "done"),
    (AGREED, "A-003", "delivery", "Consignment stock of their twenty fastest parts",
     "Tomasz Brandl", date(2026, 7, 31), "open"),
    (AGREED, "A-007", "relationship", "Bring a second fitter to the plant and introduce him",
     "Tomasz Brandl", date(2026, 6, 12), "done"),
    (AGREED, "A-009", "delivery", "Second carrier with arrival before noon",
     "Henrike Tolksdorf", date(2026, 6, 30), "done"),
    (AGREED, "A-012", "delivery", "Agree on a stock list for shutdowns", "", None, "open"),
    (AGREED, "A-012", "price", "Answer every price guarantee with one of ours",
     "Henrike Tolksdorf", date(2026, 5, 15), "dropped"),
    (DIVIDED, "A-004", "relationship", "Service visits every month with the account manager",
     "Tomasz Brandl", date(2026, 10, 30), "open"),
    (DIVIDED, "A-001", "delivery", "Test a 24-hour delivery from the nearest store",
     "Pia Rehfeldt", date(2026, 11, 13), "open"),
)


def risk_rows() -> list[dict]:
    """The table risks."""
    return [{"risk_id": risk_id, exposed[0]: exposed[1], "category": category, "driver": driver,
             "probability_low": chance[0], "probability_high": chance[1], "impact_share": impact,
             "window_start": window[0], "window_end": window[1], "solution": solution,
             "owner": owner, "due": due, "source": source, "source_date": source_date,
             "indicator": SIGNS.get(risk_id, ("", ""))[0],
             "threshold": SIGNS.get(risk_id, ("", ""))[1],
             "lead_days": LEAD_DAYS.get(risk_id, ""),
             "residual_share": RESIDUAL_SHARES.get(risk_id, ""),
             "customer_risk": FOR_CUSTOMERS.get(risk_id, ("", ""))[0],
             "customer_answer": FOR_CUSTOMERS.get(risk_id, ("", ""))[1]}
            for (risk_id, exposed, category, driver, chance, impact, window, solution, owner, due,
                 source, source_date) in RISKS]


def black_ops_rows() -> list[dict]:
    """The table black_ops_scores."""
    return [row for session in VIEWS for row in _scores(session)]


def counter_measure_rows() -> list[dict]:
    """The table counter_measures."""
    names = ("session_date", "account_id", "dimension", "measure", "owner", "due", "status")
    return [dict(zip(names, one, strict=True)) for one in COUNTER_MEASURES]


def _scores(session: date) -> Iterator[dict]:
    """Two rounds of one session; in the second the raters come nearer to each other."""
    rng = dice(60, session.month)
    for round_ in (1, 2):
        for number, (rater, department) in enumerate(RATERS):
            for account_id, (_, loss) in VIEWS[session].items():
                for place, dimension in enumerate(DIMENSIONS):
                    best = _best(session, round_, number, account_id, place, rng.random())
                    yield {"session_date": session, "round": round_, "rater": rater,
                           "department": department, "account_id": account_id,
                           "dimension": dimension, "probability_low": round(best * 0.7, 2),
                           "probability_best": best,
                           "probability_high": round(min(0.95, best * 1.25 + 0.05), 2),
                           "loss": f"{1000 * round(loss * (0.9 + 0.04 * number))}.00",
                           "ease": min(5, max(1, round(1 + 5 * best))), "move": MOVES[dimension]}


def _best(session: date, round_: int, rater: int, account_id: str, place: int,
          play: float) -> float:
    """The rater's best guess."""
    department, dimension = RATERS[rater][1], DIMENSIONS[place]
    if (session, account_id, dimension) == BLIND_SPOT[:3]:
        return round(BLIND_SPOT[3][department] + 0.02 * (rater % 2), 2)
    chance = VIEWS[session][account_id][0][place]
    lean = LEANS[rater][(place + int(account_id[-1])) % 4] if session == DIVIDED else 0
    spread = 0.36 if round_ == 1 else 0.20
    return round(min(0.9, max(0.03, chance + lean + spread * (play - 0.5))), 2)
