"""A company with one account that has a lot of everything, and long names for it."""

from typing import Any

import pandas as pd

FAMILIES, PRODUCTS, COMPONENTS, MEASURES, PROMISES, BENEFITS = 24, 60, 18, 40, 36, 30
QUARTERS = [str(one) for one in pd.period_range("2024Q1", "2026Q4", freq="Q-DEC")]
NAME = "Vereinigte Norddeutsche Schiffs- und Offshore-Komponenten Beteiligungsgesellschaft mbH"
TOML = "\n[periods]\ndata_from = 2024-01-01\ndata_until = 2026-12-31\n"


def tables() -> dict[str, list[dict[str, Any]]]:
    """Records by table: account ``H``, and ``S`` beside it."""
    return {
        "accounts": [{"account_id": "H", "name": NAME, "currency": "EUR", "language": "en",
                      "owner": "Ann Example", "plan_id": "ALL"},
                     {"account_id": "S", "name": "Small Ltd", "currency": "EUR",
                      "language": "en", "owner": "Ann Example", "plan_id": ""}],
        "products": [{"product_id": f"P{at}", "family": _family(at % FAMILIES)}
                     for at in range(PRODUCTS)],
        "invoice_lines": list(_lines()), "plan_components": list(_components()),
        "services": list(_services()), "benefits": list(_benefits()),
        "service_levels": list(_levels()), "commitments": list(_promises()),
        "switching_costs": [
            {"account_id": "H", "kind": "rebate", "name": "yearly bonus", "amount": "90000.00",
             "class": "confirmed"},
            {"account_id": "H", "kind": "one_off", "name": "new drawings", "amount": "10000.00",
             "class": "confirmed"},
            {"account_id": "H", "kind": "one_off", "name": "new tools", "amount": "5000.00",
             "class": "estimated"}]}


def _family(at: int) -> str:
    return f"Family {at:02} of corrosion-resistant offshore components"


def _day(quarter: str, days: int) -> str:
    return f"{pd.Period(quarter, 'Q-DEC').start_time + pd.Timedelta(days=days):%F}"


def _lines() -> Any:
    for turn, quarter in enumerate(QUARTERS):
        for at in range(PRODUCTS):
            yield {"invoice_date": _day(quarter, at), "account_id": "H", "product_id": f"P{at}",
                   "revenue": f"{1000 + 37 * at + 11 * turn * (at % 4 - 1):.2f}",
                   "currency": "EUR"}
        yield {"invoice_date": _day(quarter, 3), "account_id": "S", "product_id": "P0",
               "revenue": "500.00", "currency": "EUR"}


def _components() -> Any:
    for at in range(COMPONENTS):
        yield {"plan_id": "ALL", "component_id": f"C{at}",
               "name": f"Component {at:02}, inspection on board with a written report",
               "included_quantity": 12 + at, "unit_list_value": f"{150 + 10 * at}.50",
               "valid_from": "2024-01-01", "plan_only": "no" if at % 5 == 4 else "yes",
               "free_elsewhere": "yes" if at == 0 else "no"}


def _services() -> Any:
    """Some hundreds in twelve months: of the plan, and two dozen kinds beyond it."""
    for at in range(300):
        day = f"{pd.Timestamp('2026-01-02') + pd.Timedelta(days=at):%F}"
        row = {"account_id": "H", "date": day, "quantity": 1, "evidence": f"SR-{at:04}"}
        if at % 2:
            number = at // 2 % COMPONENTS
            yield row | {"component_id": f"C{number}", "unit_list_value": f"{150 + 10 * number}.50",
                         "charged": "0.00"}
        else:
            yield row | {"service_id": f"Service {at // 2 % 24:02} beyond the plan, at night",
                         "unit_list_value": "800.00", "charged": f"{at % 7}00.00"}


def _benefits() -> Any:
    for at in range(BENEFITS):
        for quarter in QUARTERS[-5:]:
            kind = ("confirmed", "estimated", "soft")[at % 3]
            yield {"account_id": "H", "benefit_id": f"B{at}", "quarter": quarter,
                   "name": f"Benefit {at:02}: hours saved at the quay", "baseline": "10",
                   "actual": f"{12 + at}", "unit_value": "950.00", "class": kind,
                   "confirmed_on": _day(quarter, 80) if kind == "confirmed" else "",
                   "evidence": f"MB-{quarter}-{at:02}"}


def _levels() -> Any:
    for quarter in QUARTERS[-4:]:
        for at in range(MEASURES):
            yield {"account_id": "H", "quarter": quarter,
                   "measure": f"Measure {at:02} at the berths", "promised": "95",
                   "delivered": f"{97 - at % 4}", "unit": "%",
                   "remark": f"Remark {at:02}." if at % 8 == 3 else ""}


def _promises() -> Any:
    for at in range(PROMISES):
        status = ("kept", "missed", "kept", "dropped")[at % 4]
        yield {"account_id": "H", "review_quarter": "2026Q3",
               "side": "ours" if at % 3 else "theirs", "text": f"Promise {at:02} of the autumn",
               "owner": "Ann Example", "due": "2026-12-01", "status": status,
               "reason": f"Reason {at:02}." if status == "missed" else ""}
    for at in range(12):
        yield {"account_id": "H", "review_quarter": "2026Q4", "side": "ours",
               "text": f"Promise {at:02} of the winter", "owner": "Ann Example",
               "due": "2027-02-01", "status": "open", "reason": ""}
