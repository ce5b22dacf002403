"""The first page of the external review."""

from dataclasses import replace

import pandas as pd
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
     "Please confirm or correct the estimated value of €900."),
    ({"accounts": GOLD, "plan_components": [COMPONENT]},
     "Let us set dates for what is still yours in your plan: inspection."),
    ({}, "Please tell us which result of our work we should measure for you.")])
def test_there_is_one_request(tmp_path, given, told):
    view = viewed(tmp_path, invoice_lines=SPEND, **given)
    assert text_of(opening.request(view)) == f"Our request to you {told}"


def test_the_headline_is_how_we_did_and_the_facts_do_not_repeat_it():
    kept, bought = situation("all missed")[1], situation("lines alone")[1]
    assert "promises" in text_of(opening.headline(kept))
    assert "purchases" in text_of(opening.facts(kept))
    assert "purchases" in text_of(opening.headline(bought))
    assert text_of(opening.facts(bought)) == (
        "What to know In twelve months your purchases came to €400, as much as in the twelve "
        "months before.")


def test_concerns_name_what_was_missed_and_nothing_is_printed_without_any():
    told = text_of(opening.concerns(situation("all missed")[1]))
    assert told.startswith("Where we fell short ")
    assert "call" in told
    assert "on time" in told
    assert text_of(opening.concerns(situation("German company")[1])) == ""


@pytest.mark.parametrize(("outcomes", "told"), [
    # only what is decided counts: neither an open promise nor one that was dropped
    (["open"], ""), (["dropped"], ""), ([], ""),
    (["kept", "missed", "overdue"], "Our promises kept 1 of 3 of the last review"),
    (["kept", "open", "dropped"], "Our promises kept 1 of 1 of the last review, decided so far")])
def test_the_tile_of_our_promises_counts_those_that_are_decided(outcomes, told):
    view = replace(situation("lines alone")[1], figures={}, tables={"promises": pd.DataFrame(
        {"side": "ours", "outcome": outcomes})})
    assert text_of(opening.key_figures(view)) == told


def test_tiles_show_only_what_is_known():
    assert text_of(opening.key_figures(situation("lines alone")[1])) == (
        "Your purchases €100 0.0% on a year ago")
    assert text_of(opening.key_figures(situation("one missed")[1])) == (
        "Your purchases €100 0.0% on a year ago Our promises kept 1 of 2 of the last review")
    assert "Value you received" not in text_of(
        opening.key_figures(situation("negative value")[1]))
