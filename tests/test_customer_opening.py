"""The first page of the external review."""

import pytest
from companies import (
    COMPONENT,
    GOLD,
    MEASURED,
    evenly,
    situation,
    text_of,
    viewed,
)

from qbrkit.report.customer import opening

SPEND = evenly("A", 100)


@pytest.mark.parametrize(("given", "told"), [
    ({"benefits": [MEASURED | {"class": "estimated"}]},
     "Our request: please confirm or correct the estimated value."),
    ({"accounts": GOLD, "plan_components": [COMPONENT]},
     "Our request: let us plan the components that are still yours."),
    ({}, "Our request: tell us which result of our work we should measure for you.")])
def test_there_is_one_request(tmp_path, given, told):
    shown = text_of(opening.headline(viewed(tmp_path, invoice_lines=SPEND, **given)))
    assert shown.endswith(told)
    assert shown.count("Our request") == 1


def test_tiles_show_only_what_is_known():
    assert text_of(opening.key_figures(situation("lines alone")[1])) == (
        "Your purchases €100 0.0% on a year ago")
    assert text_of(opening.key_figures(situation("one missed")[1])) == (
        "Your purchases €100 0.0% on a year ago Our promises kept 1 of 2 of the last review")
    assert "Value you received" not in text_of(
        opening.key_figures(situation("negative value")[1]))
