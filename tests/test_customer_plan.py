"""What is included in the plan of the customer, as it reads it."""

import pytest
from companies import (
    COMPONENT,
    DELIVERED,
    GOLD,
    evenly,
    sample_review,
    situation,
    text_of,
    view_of,
    viewed,
)
from printed import read_rows

from qbrkit.report.customer import plan

SPEND = evenly("A", 100)


def with_plan(folder, delivered=(), components=(COMPONENT,)):
    return viewed(folder, invoice_lines=SPEND, accounts=GOLD, plan_components=list(components),
                  services=list(delivered))


NONE_USED = "In the last twelve months you used none of the components that come with your plan "


@pytest.mark.parametrize(("delivered", "components", "told"), [
    ([], [COMPONENT], NONE_USED + "only. 1 component is still yours to use."),
    ([DELIVERED], [COMPONENT], "In the last twelve months you used components worth €70 that come "
                               "with your plan only. 1 component is still yours to use."),
    ([DELIVERED | {"quantity": 4}], [COMPONENT],
     "In the last twelve months you used components worth €280 that come with your plan only."),
    ([DELIVERED], [COMPONENT, COMPONENT | {"component_id": "D"}],
     "In the last twelve months you used components worth €70 that come with your plan only. "
     "2 components are still yours to use."),
    ([DELIVERED], [COMPONENT | {"unit_list_value": None}],
     "In the last twelve months you used components that come with your plan only; their list "
     "value is not on record. 1 component is still yours to use."),
    ([DELIVERED], [COMPONENT | {"plan_only": "no"}],
     NONE_USED + "only. 1 component is still yours to use.")])
def test_plan(tmp_path, delivered, components, told):
    assert text_of(plan.included(with_plan(tmp_path, delivered, components))) == told


def test_plan_that_is_none_and_plan_that_nobody_exported():
    assert text_of(plan.included(situation("tables of others")[1])) == (
        "There is no maintenance plan for you at present.")
    assert text_of(plan.included(situation("lines alone")[1])) == (
        "Not available: what your plan includes is not on record.")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    review, folder = sample_review(), tmp_path_factory.mktemp("views")
    return lambda account: view_of(review, account, folder)


def test_sample_plan_that_is_still_open(sample):
    rows = {row[0]: row for row in read_rows(plan.components(sample("A-007")))}
    for name in ("Bereitschaftseinsatz am Wochenende", "Schulungstag Wellenausrichtung"):
        included, used, still_open = rows[name][2:5]
        assert used == "0"
        assert still_open == included
