"""What is not disclosed makes sentences shorter or takes them away, and none of them false."""

import re
from dataclasses import replace

import pytest
from companies import COMPONENT, DELIVERED, LEVEL, MEASURED, NEXT, PROMISE, evenly, text_of, viewed

from qbrkit.report.customer import (
    elsewhere,
    next_steps,
    opening,
    outlook,
    plan,
    promises,
    purchases,
    service,
    value,
)

SENTENCES = (opening.headline, opening.facts, opening.concerns, opening.request,
             promises.last_review, purchases.changed, value.state, plan.included,
             elsewhere.needed, service.state, outlook.state, next_steps.promised)
TRUE_WITHOUT = (
    "What was promised is listed below.", "In your plan year ", "Since January 1, 2026 you used ",
    "Please tell us which result of our work we should measure for you.",
    "would have to be bought or paid elsewhere in addition.")
"""Said only where something is not disclosed, and true whatever that was."""
WHOLE = {
    "invoice_lines": [*evenly("A", 100, product_id="P"), *evenly("C", 9, product_id="S"),
                      *evenly("A", 7, product_id="S")[:-1]],
    "products": [{"product_id": "P", "family": "Pumps"}, {"product_id": "S", "family": "Seals"}],
    "accounts": [{"account_id": "A", "name": "Alpha", "plan_id": "GOLD"},
                 {"account_id": "C", "name": "Alpha Nord", "parent_id": "A"}],
    # a plan year that is over
    "plan_components": [COMPONENT | {"valid_from": "2024-01-01"}],
    "services": [DELIVERED, {"account_id": "A", "date": "2026-11-01", "service_id": "night call",
                             "quantity": 1, "unit_list_value": 200, "charged": 80,
                             "evidence": "S-2"}],
    "switching_costs": [{"account_id": "A", "kind": "rebate", "name": "bonus", "amount": 40}],
    "benefits": [MEASURED, MEASURED | {"quarter": "2026Q3", "actual": 4}],
    # overdue, soon, and later; of both sides
    "commitments": [
        PROMISE, PROMISE | {"text": "call", "status": "open", "reason": "It was late."},
        PROMISE | {"side": "theirs", "text": "answer", "status": "missed"},
        NEXT, NEXT | {"text": "far", "due": "2027-05-01"},
        PROMISE | {"review_quarter": "2026Q1", "text": "old", "due": None, "status": "open"}],
    "service_levels": [
        LEVEL | {"account_id": account, "quarter": quarter, "delivered": level, "unit": "%"}
        for account in "AC" for quarter, level in (("2026Q3", 96), ("2026Q4", 90))],
    "risks": [{"risk_id": one, "account_id": "A", "customer_risk": f"risk {one}",
               "window_start": start} for one, start in (("1", "2026-10-01"), ("2", "2027-04-01"))],
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return viewed(tmp_path_factory.mktemp("whole"), **WHOLE)


def told_by(view):
    """The sentences of the page."""
    return [one for show in SENTENCES
            for one in re.split(r"(?<=[.:]) (?=[A-Z0-9])", text_of(show(view)))]


def words_in(sentences):
    return set(re.findall(r"[\w€.,'’%+−-]*\w", " ".join(sentences).lower()))


def test_no_sentence_claims_what_the_whole_page_does_not(whole):
    """A sentence of a shorter page is on the whole one, or made of its words and figures."""
    said = told_by(whole)
    known, wrong, changed = words_in(said), [], 0
    parts = [(name, column, replace(whole, tables=whole.tables | {
        name: table.drop(columns=column)})) for name, table in whole.tables.items()
        for column in table]
    parts += [("figures", name, replace(whole, figures={
        one: figure for one, figure in whole.figures.items() if one != name}))
        for name in whole.figures]
    for name, column, view in parts:
        new = [one for one in told_by(view) if one not in said]
        changed += bool(new)
        wrong += [(name, column, one) for one in new if not words_in([one]) <= known
                  and not any(text in one for text in TRUE_WITHOUT)]
    assert wrong == []
    assert changed > 10, "sentences do become shorter"
