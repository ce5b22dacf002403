"""What is included in the plan of the customer, and would have to be bought elsewhere, as it reads.
"""

import re
from dataclasses import replace

import pytest
from companies import (
    COMPONENT,
    DELIVERED,
    GOLD,
    MEASURED,
    WHOLE_YEARS,
    evenly,
    sample_review,
    situation,
    text_of,
    viewed,
)
from notebook_page import exhibits
from printed import read_rows, row_of

from qbrkit.disclosure import allowed, disclose
from qbrkit.report.customer import elsewhere, plan

SPEND = evenly("A", 100)
SINCE = "Since January 1, 2026 "
NONE_USED = SINCE + "you used none of the items that come with your plan only."
STILL = " 1 item is still yours to use, worth "
RUNNING = COMPONENT | {"valid_from": "2025-03-01"}
ENDED = COMPONENT | {"valid_from": "2024-01-01"}
YEAR = "From January 1, 2026 to December 31, 2026 you used "


def with_plan(folder, delivered=(), components=(COMPONENT,), **more):
    return viewed(folder, invoice_lines=SPEND, accounts=GOLD, plan_components=list(components),
                  services=list(delivered), **more)


@pytest.mark.parametrize(("delivered", "components", "told"), [
    # no first day: the year up to the review, 4 included at 70
    ([], [COMPONENT], NONE_USED + STILL + "€280 at list value."),
    ([DELIVERED], [COMPONENT], SINCE + "you used items worth €70 at list value that come "
                                       "with your plan only." + STILL + "€210 at list value."),
    ([DELIVERED | {"quantity": 4}], [COMPONENT],
     SINCE + "you used items worth €280 at list value that come with your plan only. "
             "All that is included has been used."),
    ([DELIVERED | {"quantity": 6}], [COMPONENT],
     SINCE + "you used items worth €420 at list value that come with your plan only. "
             "All that is included has been used. More was used than is included of: inspection."),
    ([DELIVERED], [COMPONENT | {"unit_list_value": None}],
     SINCE + "you used 1 item of your plan; its list value is not on record. 1 item is "
             "still yours to use."),
    ([DELIVERED], [COMPONENT | {"unit_list_value": 0}],
     SINCE + "you used 1 item of your plan. 1 item is still yours to use."),
    ([DELIVERED], [COMPONENT | {"included_quantity": None}],
     SINCE + "you used items worth €70 at list value that come with your plan only."),
    ([DELIVERED], [COMPONENT | {"plan_only": "no"}],
     SINCE + "you used items of your plan worth €70 at list value." + STILL
     + "€210 at list value."),
    ([], [COMPONENT | {"plan_only": "no"}],
     SINCE + "you used nothing of your plan." + STILL + "€280 at list value."),
    # the plan year runs until February 28, 2027; the other ended with the quarter
    ([], [RUNNING], "Since March 1, 2026 you used none of the items that come with your plan "
     "only." + STILL + "€280 at list value; the plan year ends on February 28, 2027."),
    ([DELIVERED], [ENDED], YEAR + "items worth €70 at list value that come with your plan "
     "only. 1 item was not used in full; what was left was worth €210 at list value. The plan "
     "year ended on December 31, 2026; a new one with all that is included began the day after."),
    ([DELIVERED | {"quantity": 4}], [ENDED | {"valid_to": "2026-12-31"}], YEAR + "items worth "
     "€280 at list value that come with your plan only. The plan ended on December 31, 2026. All "
     "that is included has been used."),
    ([DELIVERED], [RUNNING, ENDED | {"component_id": "D"}],
     "In your plan year you used items worth €70 at list value that come with your plan only. "
     "1 item is still yours to use, worth €210 at list value; the plan year ends on February "
     "28, 2027. 1 item was not used in full; what was left was worth €280 at list value. The "
     "plan year of inspection ended on December 31, 2026; a new one with all that is included "
     "began the day after."),
    # one component ends, the plan does not
    ([DELIVERED | {"quantity": 4}, DELIVERED | {"component_id": "D", "quantity": 4}],
     [RUNNING, ENDED | {"component_id": "D", "name": "course", "valid_to": "2026-12-31"}],
     "In your plan year you used items worth €560 at list value that come with your plan only. "
     "Included until December 31, 2026 only: course. All that is included has been used.")])
def test_plan(tmp_path, delivered, components, told):
    assert text_of(plan.included(with_plan(tmp_path, delivered, components))) == told


def test_plan_that_is_none_and_plan_that_nobody_exported():
    assert text_of(plan.included(situation("tables of others")[1])) == (
        "There is no maintenance plan for you at present.")
    assert text_of(plan.included(situation("lines alone")[1])) == ""


@pytest.mark.parametrize("accounts", [
    # a plan of which no component is on record, and an export that tells nobody's plan
    [{"account_id": "A", "plan_id": "SILVER"}, {"account_id": "B", "plan_id": "GOLD"}],
    [{"account_id": "A", "name": "Alpha"}]])
def test_no_plan_is_denied_where_nobody_knows(tmp_path, accounts):
    view = viewed(tmp_path, invoice_lines=[*SPEND, *evenly("B", 1)], accounts=accounts,
                  plan_components=[COMPONENT])
    assert "plan" not in view.tables
    assert text_of(plan.included(view)) == ""


def test_chart_and_table_of_a_plan(tmp_path):
    # pro rata: 4 x 306 of 365 days = 3.353, of which 1.5 are used and 1.853 open, 1.853 x 70 =
    # 129.73 and not 1.9 x 70; 5 of 4 are 1 beyond
    view = with_plan(tmp_path, [DELIVERED | {"quantity": 1.5},
                                DELIVERED | {"component_id": "D", "quantity": 5}],
                     [RUNNING | {"valid_to": "2026-12-31", "valid_from": "2025-03-01"},
                      RUNNING | {"component_id": "D", "name": "hotline", "plan_only": "no"}])
    chart = text_of(plan.use_chart(view))
    assert "inspection: 1.5 of 3.4; hotline: 5 of 4" in chart
    rows = plan.components(view)
    assert read_rows(rows)[0] == ["Item", "With the plan only", "Included", "Used",
                                  "Not used", "Beyond it", "Until", "List value used",
                                  "List value not used"]
    assert row_of(rows, "inspection") == ["inspection", "yes", "3.4", "1.5", "1.9", "0.0",
                                          "Dec 31, 2026", "105", "130"]
    assert row_of(rows, "hotline") == ["hotline", "no", "4.0", "5.0", "0.0", "1.0",
                                       "Feb 28, 2027", "350", "0"]


# --- what would have to be bought elsewhere ---------------------------------------------

CALL = {"account_id": "A", "date": "2026-11-01", "service_id": "night call", "quantity": 1,
        "unit_list_value": 200, "charged": 80, "evidence": "S-2"}
BONUS = {"account_id": "A", "kind": "rebate", "name": "bonus", "amount": 40}
MOVE = {"account_id": "A", "kind": "one_off", "name": "approval", "amount": 90,
        "class": "confirmed"}
NEED = "If the next twelve months need what the last twelve did, "
SERVICES = NEED + "services worth {} would have to be bought elsewhere."


@pytest.mark.parametrize(("delivered", "costs", "told"), [
    # one inspection at 70, the call 200 - 80 = 120; 90 spread over three years is 30 a year
    ([DELIVERED, CALL], [], SERVICES.format("€190")),
    ([DELIVERED, CALL], [BONUS, MOVE], SERVICES.format("€190")
     + " Rebates of €40 and one-off effort of €30 a year come on top."),
    ([CALL], [BONUS], SERVICES.format("€120") + " Rebates of €40 come on top."),
    ([CALL], [MOVE], SERVICES.format("€120") + " One-off effort of €30 a year comes on top."),
    ([], [BONUS], NEED + "€40 would have to be bought or paid elsewhere in addition."),
    ([CALL | {"charged": 240}], [],
     "On balance nothing would have to be bought elsewhere in addition: what is listed below adds "
     "up to −€40."),
    ([CALL | {"charged": 240}], [BONUS],
     "On balance nothing would have to be bought elsewhere in addition."),
    ([CALL | {"unit_list_value": None}], [],
     "What would have to be bought elsewhere is not on record: the services of the last twelve "
     "months have no list value."),
    ([CALL, CALL | {"service_id": "loan", "unit_list_value": None, "evidence": None}], [],
     SERVICES.format("€120") + " 1 line has no list value and is not counted."),
    ([], [MOVE | {"class": "estimated"}], ""), ([], [], "")])
def test_what_would_have_to_be_bought(tmp_path, delivered, costs, told):
    assert text_of(elsewhere.needed(with_plan(
        tmp_path, delivered, switching_costs=costs))) == told


def test_lines_add_up_and_estimated_one_off_costs_are_not_among_them(tmp_path):
    view = with_plan(tmp_path, [DELIVERED, CALL], switching_costs=[
        BONUS, MOVE, MOVE | {"name": "guess", "class": "estimated", "amount": 9999}])
    printed = elsewhere.lines_table(view)
    assert read_rows(printed)[1:] == [
        ["night call", "extra service", "confirmed", "120"],
        ["inspection", "with your plan only", "confirmed", "70"],
        ["bonus", "rebate", "estimated", "40"],
        ["approval", "one-off effort, part of a year", "confirmed", "30"],
        ["Total", "", "", "260"]]


TOLD = WHOLE_YEARS + "\n[disclosure]\nbreak_even_discount = true\n"


@pytest.mark.parametrize(("charged", "told"), [
    # 4 x 100 paid: 200 - 80 = 120 is 30 %, 200 + 300 = 500 is above it, 200 - 200 = 0 is none
    (80, "An offer from elsewhere comes to the same when it is 30.0% lower than your purchases of "
         "the last twelve months."),
    (-300, "This is more than your purchases of the last twelve months."), (200, "")])
def test_the_break_even_discount_is_told_by_the_setting_alone(tmp_path, charged, told):
    given = {"invoice_lines": SPEND, "accounts": GOLD, "services": [CALL | {"charged": charged}]}
    view = viewed(tmp_path / "told", toml=TOLD, **given)
    assert text_of(elsewhere.needed(view)).endswith(told)
    silent = viewed(tmp_path / "silent", **given)
    assert "break_even_discount" not in silent.figures
    assert "lower than" not in text_of(elsewhere.needed(silent))
    assert "more than your" not in text_of(elsewhere.needed(silent))


def test_the_file_holds_no_discount_unless_it_is_set():
    views = disclose(sample_review(), sample_review().green_circle["account_id"].tolist())
    assert all("break_even_discount" not in view["figures"] for view in views.values())
    assert "switching" not in str(views)


def test_no_word_of_leaving_on_any_page(tmp_path):
    view = with_plan(tmp_path, [DELIVERED, CALL], [COMPONENT, ENDED | {"component_id": "D"}],
                     switching_costs=[BONUS, MOVE], toml=TOLD, benefits=[MEASURED])
    for question, _, _, html in exhibits(view, "external_review"):
        found = re.findall(r"\b(?:los[es]\w*|leav\w*|left us|switch\w*|threat\w*|forgo\w*|"
                           r"competitor\w*|supplier would)\b", text_of(html), re.IGNORECASE)
        assert not found, f"{question}: {found}"


def test_nothing_is_still_yours_where_the_end_of_the_plan_year_is_not_told(tmp_path):
    view = with_plan(tmp_path, [DELIVERED], [ENDED])
    view = replace(view, tables=view.tables | {
        "plan": view.tables["plan"].drop(columns="year_until")})
    assert "still" not in text_of(plan.included(view)).lower()
    assert "still" not in text_of(plan.components(view)).lower()


@pytest.mark.parametrize(("table", "column"), [
    (table, column) for table in ("plan", "bought_elsewhere")
    for column in allowed.TABLES[table].names])
def test_any_column_may_be_missing(table, column):
    view = situation("plan and switching costs")[1]
    view = replace(view, tables={**view.tables, table: view.tables[table].drop(columns=column)})
    for shown in (plan.included, plan.use_chart, plan.components, plan.how_to_read,
                  elsewhere.needed, elsewhere.lines_table, elsewhere.how_to_read):
        assert "nan" not in text_of(shown(view))
