"""The value that the customer received, as it reads it."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from companies import (
    MEASURED,
    WHOLE_YEARS,
    evenly,
    reviewed,
    situation,
    text_of,
    view_of,
    viewed,
)
from hypothesis import given
from hypothesis import strategies as st
from printed import number, read_rows
from tables import properties

from qbrkit.report.customer import value, value_calculation, value_return, value_statement
from qbrkit.report.customer.reading import words_of
from qbrkit.report.customer.value_lines import round_to, whole_lines

SPEND = evenly("A", 100)
NO_DISCOUNT = "[value]\ndiscount_rate = 0.0" + WHOLE_YEARS
QUARTER = "From October to December 2026 it came to "
NONE_BEFORE = "; for the quarter before none is on record."


@pytest.mark.parametrize(("name", "told"), [
    ("negative return", "In the last twelve months you received value of €100; all of it is "
                        f"confirmed. {QUARTER}€100{NONE_BEFORE}"),
    ("negative value", "The value of the last twelve months comes to −€900; what is confirmed "
                       f"comes to −€900. {QUARTER}−€900{NONE_BEFORE}"),
    ("cents", "The value on record for the last twelve months comes to nothing so far."),
    ("value not measured", "What is on record for the last twelve months is not measured yet. Let "
                           "us agree how to measure it."),
    ("soft value", "Value of €900 is hard to measure: it counts in no sum and no return."),
    ("lines alone", "Not available: no value is on record yet. Let us agree what to measure."),
    ("tables of others", "No value is on record for the last twelve months. Let us agree what to "
                         "measure.")])
def test_value(name, told):
    assert text_of(value.state(situation(name)[1])) == told


def rich(folder, **given):
    """Two quarters with confirmed, estimated and soft value, services charged and free.

    B = (90 - 40) x 10 = 500 in 2026Q3 and (100 - 40) x 10 = 600 in 2026Q4, confirmed; 20 x 5
    x (1 - 0.1) = 90 in 2026Q4, estimated; 7 soft. E = 2 x 60 - 30 = 90, F = 3 x 70 = 210 in
    2026Q4, both with evidence. C = 4 x 100 + 40 own effort = 440.
    """
    measured = MEASURED | {"baseline": 40, "unit_value": 10, "confirmed_by": "Bea"}
    service = {"account_id": "A", "date": "2026-12-01"}
    return reviewed(folder, **{
        "toml": NO_DISCOUNT, "invoice_lines": SPEND, "accounts": [
            {"account_id": "A", "plan_id": "GOLD"}],
        "benefits": [
            measured | {"quarter": "2026Q3", "actual": 90, "evidence": "R-1",
                        "confirmed_on": "2025-10-01"},
            measured | {"actual": 100, "evidence": "R-2", "confirmed_on": "2025-12-30"},
            MEASURED | {"benefit_id": "G", "name": "guess", "actual": 20, "unit_value": 5,
                        "risk": 0.1, "class": "estimated"},
            MEASURED | {"benefit_id": "S", "name": "calm", "actual": 1, "unit_value": 7,
                        "class": "soft"}],
        "services": [
            service | {"service_id": "night shift", "quantity": 2, "unit_list_value": 60,
                       "charged": 30, "evidence": "S-1"},
            service | {"component_id": "C", "quantity": 3, "evidence": "S-2"}],
        "plan_components": [{"plan_id": "GOLD", "component_id": "C", "name": "inspection",
                             "unit_list_value": 70, "plan_only": "yes"}],
        "customer_costs": [{"account_id": "A", "quarter": "2026Q1", "amount": 40}], **given})


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rich")
    return view_of(rich(folder), "A", folder)


def test_figures_worked_by_hand(account):
    # V = 500 + 600 + 90 + 90 + 210 = 1490 without the soft 7; quarter 990, the one before 500.
    # M = 1490 / (500 + 600 + 90); ROI = (1490 - 440)/440; haircut 1 - 440/1490. Net by month: 40/3
    # of effort in January to March, 100 in the 2nd month of each quarter: -240 after June,
    # +500/3 in July: -73.33; then 500/3 - 100 in August: -6.67; September +166.67:
    # reached after 8 + 6.67/166.67 months = 8.04.
    shown = {name: figure for name, figure in account.figures.items()
             if not name.startswith(("revenue", "plan", "bought", "break_even_d", "free"))}
    expected = {
        "value_ltm": 1490, "value_confirmed_ltm": 1400, "value_estimated_ltm": 90,
        "value_soft_ltm": 7, "value_quarter": 990, "value_quarter_before": 500,
        "multiplier": 1490 / 1190, "roi": 1050 / 440,
        "break_even_haircut": 1 - 440 / 1490, "discount_rate": 0.0, "payback_months": 8.04}
    assert {name: shown[name] for name in expected} == pytest.approx(expected, rel=1e-5)


def test_sentences_worked_by_hand(account):
    # 100 x 1490/440 = 338.64 came back for 100; 990 - 500 = 490.
    assert text_of(value.state(account)) == (
        "In the last twelve months you received value of €1,490, of which €1,400 is confirmed. €90 "
        f"is estimated and waits for your confirmation. {QUARTER}€990, €490 more than in the "
        "quarter before. With our services the value is 1.25 times that of the products alone. For "
        "every €100 that you spent with us and on your own effort you received €339 at present "
        "value, a return of 238.6%. The value had covered what you spent after 8.0 months. The "
        "value could be 70.5% smaller before the return would be zero. Value of €7 is hard to "
        "measure: it counts in no sum and no return.")


def test_tables_worked_by_hand(account):
    quarters = ["Jul–Sep 2026", "Oct–Dec 2026", "Twelve months"]
    assert read_rows(value_statement.by_part(account)) == [
        ["Kind", *quarters], ["benefit", "500", "690", "1,190"], ["extra service", "–", "90", "90"],
        ["free in your plan", "–", "210", "210"], ["Total", "500", "990", "1,490"]]
    assert read_rows(value_return.made_of(account)) == [
        ["What", "Twelve months", "Present value"],
        ["Value, confirmed and estimated", "1,490", "1,490"], ["What you paid us", "−400", "−400"],
        ["Your own effort", "−40", "−40"], ["What remains", "1,050", "1,050"]]
    proof = "R-1, R-2; confirmed: Bea, Dec 30, 2025; unit value older than a year"
    assert read_rows(value_statement.confirmed(account)) == [
        ["What", "Evidence", *quarters], ["less scrap", proof, "500", "600", "1,100"],
        ["3 × inspection", "S-2", "–", "210", "210"], ["night shift", "S-1", "–", "90", "90"],
        ["Total", "", "500", "900", "1,400"]]
    assert read_rows(value_statement.estimated(account)) == [
        ["What", *quarters], ["guess", "–", "90", "90"], ["Total", "–", "90", "90"]]
    assert read_rows(value_statement.soft(account)) == [
        ["What", *quarters], ["calm", "–", "7", "7"], ["Total", "–", "7", "7"]]


def test_each_benefit_and_each_charged_service_is_calculated(account):
    # 110 x 10; 2 x 60 - 30; 20 x 5 - 10; 1 x 7
    assert read_rows(value_calculation.calculation(account)) == [
        ["What", "Kind", "Measured or delivered", "Value per unit", "Deduction", "Value"],
        ["less scrap", "benefit", "110", "10", "0", "1,100"],
        ["night shift", "extra service", "2", "60", "30", "90"],
        ["guess", "benefit", "20", "5", "10", "90"], ["calm", "benefit", "1", "7", "0", "7"]]


def test_where_the_unit_value_changed_the_calculation_goes_by_quarter(tmp_path):
    # 9 x 100 = 900 and 9 x 100.2555 = 902.2995
    view = viewed(tmp_path, invoice_lines=SPEND, benefits=[
        MEASURED | {"quarter": "2026Q3"}, MEASURED | {"unit_value": 100.2555}])
    assert read_rows(value_calculation.calculation(view)) == [
        ["What", "Kind", "When", "Measured or delivered", "Value per unit", "Value"],
        ["less scrap", "benefit", "Oct–Dec 2026", "9", "100.2555", "902"],
        ["less scrap", "benefit", "Jul–Sep 2026", "9", "100", "900"]]


def test_the_chart_holds_four_quarters_and_no_soft_value(account):
    shown = text_of(value.by_quarter(account))
    assert ("Jan–Mar 2026: confirmed –, estimated –; Apr–Jun 2026: confirmed –, estimated –; "
            "Jul–Sep 2026: confirmed 500, estimated –; Oct–Dec 2026: confirmed 900, estimated 90"
            ) in shown
    assert shown.endswith("– – 500 990")     # what stands on the bars
    assert not text_of(value.by_quarter(situation("negative return")[1])), "one bar tells nothing"


@pytest.mark.parametrize(("before", "now", "told"), [
    (7, 9, "€900, €200 more than in the quarter before."),
    (9, 7, "€700, €200 less than in the quarter before."),
    (9, 9, "€900, as much as in the quarter before."),
    (9, -1, "−€100, €1,000 less than in the quarter before."),
    (-1, 9, "€900, €1,000 more than in the quarter before."),
    (9.004, 8.996, "€900, as much as in the quarter before."),
    (None, 9, f"€900{NONE_BEFORE}")])
def test_the_quarter_is_told_against_the_quarter_before(account, before, now, told):
    view = replace(account, figures=account.figures | {
        "value_quarter": 100 * now, "value_quarter_before": 100 * before if before else np.nan})
    assert value.in_the_quarter(view, words_of(view)) == QUARTER + told


def test_a_quarter_without_value_is_not_zero(tmp_path):
    view = viewed(tmp_path, invoice_lines=SPEND, benefits=[MEASURED | {"quarter": "2026Q3"}])
    assert np.isnan(view.figures["value_quarter"])
    assert "For October to December 2026 no value is on record." in text_of(value.state(view))


@pytest.mark.parametrize(("months", "told"), [
    (0.0, "The value covered what you spent from the first month on."),
    (1.0, "The value had covered what you spent after 1.0 months."), (np.nan, "")])
def test_payback_is_told_where_it_is_reached(account, months, told):
    view = replace(account, figures=account.figures | {"payback_months": months})
    assert (told or "covered") in " ".join(value_return.returned(view, words_of(view))) or not told


@pytest.mark.parametrize(("haircut", "told"), [
    (0.7051, "The value could be 70.5% smaller"), (0.9951, "Almost all of the value could be")])
def test_the_haircut_is_never_the_whole_value(account, haircut, told):
    view = replace(account, figures=account.figures | {"break_even_haircut": haircut})
    assert told in " ".join(value_return.returned(view, words_of(view)))


def test_without_own_effort_the_return_is_on_what_was_paid_alone(account):
    made = account.tables["value_return"]
    none = made.assign(amount=made["amount"].mask(made["item"] == "effort"))
    view = replace(account, tables=account.tables | {"value_return": none})
    assert "For every €100 that you spent with us you received" in " ".join(
        value_return.returned(view, words_of(view)))


def test_proof_says_what_there_is_and_no_confirmation_of_what_waits_for_it(tmp_path):
    by_kim = {"confirmed_by": "Kim", "confirmed_on": "2026-12-01"}
    view = viewed(tmp_path, invoice_lines=SPEND, benefits=[
        MEASURED | by_kim | {"benefit_id": "B1", "name": "sure", "evidence": "R-1"},
        MEASURED | {"benefit_id": "B2", "name": "bare"},
        MEASURED | by_kim | {"benefit_id": "B3", "name": "guess", "class": "estimated",
                             "evidence": "R-3"}])
    proofs = {row[0]: row[1] for kind in (value_statement.confirmed, value_statement.estimated)
              for row in read_rows(kind(view))}
    assert "R-1; confirmed: Kim, Dec 1, 2026" in proofs["sure"]
    assert (proofs["bare"], proofs["guess"]) == ("no proof on record", "R-3")


def test_figures_of_a_calculation_have_the_decimals_they_need_each_for_itself(tmp_path):
    view = viewed(tmp_path, invoice_lines=SPEND, benefits=[
        MEASURED | {"benefit_id": name, "name": name, "actual": actual, "unit_value": worth}
        for name, actual, worth in (("B1", 1000000, 0.1234), ("B2", 0.5, 900), ("B3", 7, 5))])
    rows = {row[0]: row[2:4] for row in read_rows(value_calculation.calculation(view))[1:]}
    assert rows == {"B1": ["1,000,000", "0.1234"], "B2": ["0.50", "900"], "B3": ["7", "5"]}


def test_services_alone_say_what_a_return_needs(tmp_path):
    view = viewed(tmp_path, invoice_lines=SPEND, services=[
        {"account_id": "A", "date": "2026-12-01", "service_id": "S", "quantity": 2,
         "unit_list_value": 9, "evidence": "S-1"}])
    assert text_of(value.state(view)) == (
        "In the last twelve months you received value of €18; all of it is confirmed. "
        f"{QUARTER}€18{NONE_BEFORE} A return can be told once a benefit of the products is "
        "measured: let us agree on one.")
    assert read_rows(value_statement.confirmed(view))[1] == ["2 × S", "S-1", "–", "18", "18"]
    assert not text_of(value_calculation.calculation(view))


@pytest.mark.parametrize("actual", [4, -5])
def test_a_return_that_is_not_positive_is_nowhere(tmp_path, actual):
    # C = 400; 4 x 100 makes a return of zero
    view = viewed(tmp_path, toml=NO_DISCOUNT, invoice_lines=SPEND,
                  benefits=[MEASURED | {"actual": actual}])
    assert np.isnan([view.figures[name] for name in (
        "roi", "payback_months", "break_even_haircut", "discount_rate")]).all()
    assert view.tables["value_return"].empty
    assert "return" not in text_of(value.state(view))


def test_a_negative_benefit_stays_in_and_is_among_the_lines_however_many(tmp_path):
    view = viewed(tmp_path, invoice_lines=SPEND, benefits=[
        *(MEASURED | {"benefit_id": f"B{at}", "name": f"benefit {at}", "actual": 0.5 + at / 1000}
          for at in range(20)),
        MEASURED | {"benefit_id": "N", "name": "more scrap", "actual": -9}])
    rows = read_rows(value_statement.confirmed(view))
    assert len(rows) == 1 + 12 + 1
    assert ["more scrap", "no proof on record", "–", "−900", "−900"] in rows
    assert rows[-2][0] == "10 more items"
    # 20 x 50 + (0 + 1 + ... + 19)/10 - 900 = 119: as printed
    assert rows[-1] == ["Total", "", "–", "119", "119"]
    assert sum(number(row[-1]) for row in rows[1:-1]) == 119


def test_a_group_in_two_currencies_counts_in_that_of_its_parent(tmp_path):
    # 9 x 100 USD of the child at 0.5 are 450 EUR: the worth of one is printed in EUR, too.
    view = viewed(
        tmp_path, invoice_lines=SPEND, benefits=[MEASURED | {"account_id": "K"}],
        accounts=[{"account_id": "A", "currency": "EUR"},
                  {"account_id": "K", "parent_id": "A", "currency": "USD"}],
        exchange_rates=[{"currency": "USD", "month": "2026-12", "rate": 0.5}])
    assert read_rows(value_calculation.calculation(view))[1][2:] == ["9", "50", "450"]


CENTS = st.integers(-10**7, 10**7).map(lambda cents: cents / 100)


@properties
@given(st.lists(CENTS, min_size=1, max_size=8), st.integers(-1, 1))
def test_rounded_lines_add_up_to_any_total_nearby(amounts, off):
    parts = pd.Series(amounts)
    total = round(parts.sum()) + off
    rounded = round_to(parts, total)
    assert rounded.sum() == total
    assert (rounded % 1 == 0).all()
    assert ((rounded - parts).abs() <= 2).all()


@properties
@given(st.lists(st.tuples(CENTS, st.sampled_from(["confirmed", "estimated"])), min_size=1,
                max_size=6))
def test_printed_classes_make_the_printed_whole(lines):
    table = pd.DataFrame(lines, columns=["amount", "class"]).assign(name="n", part="benefit")
    view = replace(situation("negative return")[1], tables={"value_lines": table})
    whole = whole_lines(view).groupby("class")["amount"].sum()
    assert whole.sum() == round(table["amount"].sum())
    if "confirmed" in whole:
        sure = table.loc[table["class"] == "confirmed", "amount"].sum()
        assert whole["confirmed"] == round(sure) or "estimated" not in whole


def test_the_figures_of_the_finding_stand_in_the_tables(account):
    told = set(re.findall(r"€([\d,]*\d)", text_of(value.state(account))))
    printed = {cell for exhibit in (value_statement.by_part, value_statement.confirmed,
                                    value_statement.estimated, value_statement.soft)
               for row in read_rows(exhibit(account)) for cell in row}
    assert told - printed == {"490", "100", "339"}     # a difference, and the return for 100


# --- what is not disclosed makes nothing false -------------------------------------------

def without_column(view, name, column):
    return replace(view, tables=view.tables | {name: view.tables[name].drop(columns=column)})


def test_where_classes_are_not_told_nothing_is_called_received_and_nothing_summed(tmp_path):
    view = viewed(tmp_path, invoice_lines=evenly("A", 100), benefits=[
        MEASURED, MEASURED | {"benefit_id": "S", "name": "calm", "class": "soft"}])
    rows = read_rows(value_statement.confirmed(without_column(view, "value_lines", "class")))
    assert sorted(row[0] for row in rows[1:]) == ["calm", "less scrap"]
    assert read_rows(value_statement.confirmed(view))[-1][0] == "Total"


def test_nothing_known_has_no_total(tmp_path):
    view = viewed(tmp_path, invoice_lines=evenly("A", 100), benefits=[
        MEASURED | {"name": "calm", "class": "soft", "unit_value": None}])
    shown = value_statement.soft(view)
    assert [row[0] for row in read_rows(shown)[1:]] == ["calm"]


@pytest.mark.parametrize(("gone", "title"), [
    ("confirmed", "Estimated value by quarter"), ("estimated", "Confirmed value by quarter")])
def test_a_chart_of_one_class_is_called_by_it(tmp_path, gone, title):
    view = viewed(tmp_path, invoice_lines=evenly("A", 100), benefits=[
        MEASURED | {"benefit_id": kind, "name": kind, "quarter": quarter, "class": kind}
        for kind in ("confirmed", "estimated") for quarter in ("2026Q3", "2026Q4")])
    assert title in text_of(value.by_quarter(without_column(view, "value_by_quarter", gone)))
    assert title not in text_of(value.by_quarter(view))


def test_what_is_measured_is_not_called_unmeasured_where_the_sums_are_not_disclosed(tmp_path):
    view = viewed(tmp_path, invoice_lines=evenly("A", 100), benefits=[MEASURED])
    assert "not measured" not in text_of(value.state(replace(view, figures={})))
    view = viewed(tmp_path / "not", invoice_lines=evenly("A", 100),
                  benefits=[MEASURED | {"unit_value": None}])
    assert "not measured" in text_of(value.state(replace(view, figures={})))
