"""What the customer reads about itself: true in every situation, polite in none too much."""

import pandas as pd
import pytest
from companies import (
    COMPONENT,
    DELIVERED,
    GOLD,
    LEVEL,
    MEASURED,
    NASTY,
    NEXT,
    PROMISE,
    SITUATIONS,
    check,
    evenly,
    sales,
    sample_review,
    situation,
    text_of,
    view_of,
    viewed,
)
from printed import read_rows
from test_sample import read

from qbrkit.report import customer

SECTIONS = [customer.key_figures, customer.headline, customer.promises, customer.promises_table,
            customer.business, customer.business_table, customer.value, customer.value_table,
            customer.value_note, customer.plan, customer.plan_table, customer.service,
            customer.service_table, customer.next_steps, customer.next_steps_table]
NEVER = ("Green Circle", "transactional", "margin", "potential", "cost", "segment", "gatekeeper",
         "unknown")
SPEND = evenly("A", 100)


@pytest.mark.parametrize("name", [name for name in SITUATIONS if situation(name)[1]])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_stands_every_situation(name, section):
    html = section(situation(name)[1])
    page = check(html)
    is_exhibit = section.__name__.endswith(("_table", "_note"))
    assert page.text or is_exhibit, "an exhibit may be empty, since the finding above says why"
    for word in NEVER:
        assert word not in page.text.replace("Meilenstein", ""), word
    if "table" in [tag for tag, _ in page.tags]:
        headings, *rows = read_rows(html)
        assert rows
        scopes = [attributes.get("scope") for tag, attributes in page.tags if tag == "th"]
        assert scopes == ["col"] * len(headings) + ["row"] * len(rows)


# --- purchases ---------------------------------------------------------------------------

@pytest.mark.parametrize(("now", "before", "told"), [
    (120, 100, "your purchases came to €120, €20 more than a year before (+20.0%)."),
    (70, 100, "your purchases came to €70, €30 less than a year before (−30.0%)."),
    (100, 100, "your purchases came to €100, as much as a year before."),
    (100.4, 100, "your purchases came to €100, as much as a year before."),
    (50, 0, "your purchases came to €50, €50 more than a year before."),
    (0, 50, "your purchases came to €0, €50 less than a year before (−100.0%)."),
    (-20, 50, "your purchases came to −€20, €70 less than a year before (−140.0%)."),
    (10, -40, "your purchases came to €10, €50 more than a year before.")])
def test_purchases(tmp_path, now, before, told):
    view = viewed(tmp_path, invoice_lines=sales("A", {"2025Q4": before, "2026Q4": now,
                                                      "2026Q1": 9}))
    assert text_of(customer.business(view)) == f"From October to December 2026 {told}"


def test_purchases_without_a_year_ago():
    assert text_of(customer.business(situation("not covered a year ago")[1])) == (
        "From October to December 2026 your purchases came to €10; the quarter a year before is "
        "not on record.")


@pytest.mark.parametrize(("pumps", "seals", "told"), [
    ((100, 90), (50, 55), "Pumps changed most: €10 less."),
    ((100, 101), (50, 75), "Seals changed most: €25 more."),
    ((100, 0), (50, 50), "Pumps changed most: €100 less."),
    ((0, 30), (50, 50), "Pumps changed most: €30 more."), ((100, 100), (50, 50), "")])
def test_the_family_that_moved_most(tmp_path, pumps, seals, told):
    families = {"P": pumps, "S": seals}
    view = viewed(tmp_path, products=[{"product_id": "P", "family": "Pumps"},
                                      {"product_id": "S", "family": "Seals"}],
                  invoice_lines=[line for product, (before, now) in families.items()
                                 for line in sales("A", {"2025Q4": before, "2026Q4": now},
                                                   product_id=product)])
    assert text_of(customer.business(view)).endswith(f"year before. {told}".strip()) or told in (
        text_of(customer.business(view)))
    assert ("changed most" in text_of(customer.business(view))) == bool(told)


def test_families_add_up_as_printed(tmp_path):
    view = viewed(tmp_path, products=[{"product_id": f"P{at}", "family": f"F{at}"}
                                      for at in range(3)],
                  invoice_lines=[line for at in range(3) for line in evenly(
                      "A", 33.4, product_id=f"P{at}")])
    assert read_rows(customer.business_table(view))[1:] == [
        ["F0", "34", "34", "0.0%"], ["F1", "33", "33", "0.0%"], ["F2", "33", "33", "0.0%"],
        ["Total", "100", "100", ""]]


# --- value -------------------------------------------------------------------------------

@pytest.mark.parametrize(("name", "told"), [
    ("negative return", "In the last twelve months you received value of €100, of which €100 is "
                        "confirmed."),
    ("negative value", "The value of the last twelve months comes to −€900; what is confirmed "
                       "comes to −€900."),
    ("confirmed above the sum", "The value of the last twelve months comes to €700; what is "
                                "confirmed comes to €900. −€200 is estimated and waits for your "
                                "confirmation. Against all you spent with us and your own effort "
                                "this is a return of 68.8%."),
    ("value not measured", "The value on record for the last twelve months comes to nothing so "
                           "far."),
    ("soft value", "In the last twelve months you received value of €900, of which €0 is "
                   "confirmed. €900 is soft and counts in no return."),
    ("lines alone", "Not available: no value is on record yet. Let us agree what to measure."),
    ("tables of others", "No value is on record for the last twelve months. Let us agree what to "
                         "measure.")])
def test_value(name, told):
    assert text_of(customer.value(situation(name)[1])) == told


def test_value_lines_are_confirmed_first_and_add_up(tmp_path):
    view = viewed(tmp_path, invoice_lines=SPEND, benefits=[
        MEASURED | {"unit_value": 1.4, "actual": 1, "name": "soft", "class": "soft",
                    "benefit_id": "3"},
        MEASURED | {"unit_value": 2.4, "actual": 1, "name": "guess", "class": "estimated",
                    "benefit_id": "2"},
        MEASURED | {"unit_value": 7, "actual": 1, "name": "sure", "evidence": "R-1"}])
    assert read_rows(customer.value_table(view)) == [
        ["What", "Part", "How sure", "Evidence", "EUR"],
        ["sure", "benefit", "confirmed", "R-1", "7"], ["guess", "benefit", "estimated", "", "3"],
        ["soft", "benefit", "not in the return", "", "1"], ["Total", "", "", "", "11"]]


def test_a_negative_benefit_stays_in_the_statement():
    rows = read_rows(customer.value_table(situation("confirmed above the sum")[1]))
    assert [row[-1] for row in rows[1:]] == ["900", "−200", "700"]


# --- plan --------------------------------------------------------------------------------

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
    assert text_of(customer.plan(with_plan(tmp_path, delivered, components))) == told


def test_plan_that_is_none_and_plan_that_nobody_exported():
    assert text_of(customer.plan(situation("tables of others")[1])) == (
        "There is no maintenance plan for you at present.")
    assert text_of(customer.plan(situation("lines alone")[1])) == (
        "Not available: what your plan includes is not on record.")


# --- promises and service ----------------------------------------------------------------

@pytest.mark.parametrize(("name", "told"), [
    ("all missed", "We kept 0 of 2 promises of the last review; 2 were missed."),
    ("one missed", "We kept 1 of 2 promises of the last review; 1 was missed."),
    ("German company", "Wir haben 1 von 1 Zusagen aus dem letzten Gespräch eingehalten."),
    ("only their promises", "In the last review we made no promise; yours are listed below."),
    ("promises of an older review", "We kept 0 of 1 promises of the last review."),
    ("lines alone", "Not available: no promises are on record.")])
def test_promises(name, told):
    assert text_of(customer.promises(situation(name)[1])) == told


def test_promises_of_both_sides_are_listed_and_none_left_out():
    rows = read_rows(customer.promises_table(situation("all missed")[1]))[1:]
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("call", "ours", "overdue"), ("deliver", "ours", "missed"), ("pay", "yours", "missed")]


@pytest.mark.parametrize(("commitments", "told"), [
    ([NEXT], "Promised for the next ninety days: 1 by us and 0 by you."),
    ([NEXT, NEXT | {"side": "theirs"}], "Promised for the next ninety days: 1 by us and 1 by "
                                        "you."),
    ([PROMISE], "Nothing is promised for the next ninety days yet. Let us agree it in the "
                "meeting.")])
def test_next_steps(tmp_path, commitments, told):
    view = viewed(tmp_path, invoice_lines=SPEND, commitments=commitments)
    assert text_of(customer.next_steps(view)) == told


@pytest.mark.parametrize(("delivered", "told"), [
    ([97], "We promised 1 measure of service and reached it."),
    ([95], "We promised 1 measure of service and reached it."),
    ([94], "1 of 1 measures of service missed what we promised: M0."),
    ([97, 99], "All 2 measures of service reached what we promised."),
    ([90, 99, 80], "2 of 3 measures of service missed what we promised: M0 and M2."),
    ([None, 99], "We promised 1 measure of service and reached it."),
    ([None], "Nothing of these was promised, so nothing could be missed.")])
def test_service(tmp_path, delivered, told):
    view = viewed(tmp_path, invoice_lines=SPEND, service_levels=[
        LEVEL | {"measure": f"M{at}", "delivered": level} for at, level in enumerate(delivered)])
    assert text_of(customer.service(view)) == told
    outcomes = [row[3] for row in read_rows(customer.service_table(view))[1:]]
    assert outcomes == ["" if level is None else "missed" if level < 95 else "kept"
                        for level in delivered]


# --- one page ----------------------------------------------------------------------------

@pytest.mark.parametrize(("given", "told"), [
    ({"benefits": [MEASURED | {"class": "estimated"}]},
     "Our request: please confirm or correct the estimated value."),
    ({"accounts": GOLD, "plan_components": [COMPONENT]},
     "Our request: let us plan the components that are still yours."),
    ({}, "Our request: tell us which result of our work we should measure for you.")])
def test_there_is_one_request(tmp_path, given, told):
    shown = text_of(customer.headline(viewed(tmp_path, invoice_lines=SPEND, **given)))
    assert shown.endswith(told)
    assert shown.count("Our request") == 1


def test_tiles_show_only_what_is_known():
    assert text_of(customer.key_figures(situation("lines alone")[1])) == (
        "Your purchases €100 0.0% on a year ago")
    assert text_of(customer.key_figures(situation("one missed")[1])) == (
        "Your purchases €100 0.0% on a year ago Our promises kept 1 of 2 of the last review")
    assert "Value you received" not in text_of(
        customer.key_figures(situation("negative value")[1]))


@pytest.mark.parametrize("section", SECTIONS)
def test_words_from_data_are_never_markup(section):
    html = section(situation("nasty words")[1])
    check(html)
    assert "<script" not in str(html.markup)
    assert "&amp;amp;" in str(html.markup) or NASTY[:20] not in check(html).text


def test_money_of_a_currency_that_nobody_knows_names_it():
    shown = text_of(customer.business(situation("currency that is none")[1]))
    assert "XQZ" in shown
    assert "1,234" in shown


def test_a_german_page_is_german():
    for section in SECTIONS:
        shown = text_of(section(situation("German company")[1]))
        for english in ("your", "you ", "There is", "last review"):
            assert english not in shown, f"{section.__name__}: {shown}"


# --- the sample company, held against its CSV files ----------------------------------------

@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    review, folder = sample_review(), tmp_path_factory.mktemp("views")
    return lambda account: view_of(review, account, folder)


def test_sample_account_whose_promises_were_all_missed(sample):
    made = read("commitments")
    ours = made[(made["account_id"] == "A-012") & (made["review_quarter"] == "2026Q3")
                & (made["side"] == "ours")]
    assert ours["status"].tolist() == ["missed"] * 3
    view = sample("A-012")
    assert view.account["language"] == "de"
    kept = read_rows(customer.promises_table(view))[1:]
    assert [row[4] for row in kept[:3]] == ["nicht eingehalten"] * 3 or len(kept) >= 3
    assert "0 von 3" in text_of(customer.promises(view))


def test_sample_purchases_in_dollars(sample):
    lines = read("invoice_lines")
    own = lines[(lines["account_id"] == "A-002")]
    assert set(own["currency"]) == {"USD"}
    day, amounts = pd.to_datetime(own["invoice_date"]), own["revenue"].astype(float)
    now = amounts[day.between("2026-07-01", "2026-09-30")].sum()
    before = amounts[day.between("2025-07-01", "2025-09-30")].sum()
    assert (f"From July to September 2026 your purchases came to ${now:,.0f}, "
            f"${now - before:,.0f} more than a year before (+{now / before - 1:.1%}).") in text_of(
                customer.business(sample("A-002")))


def test_sample_plan_that_is_still_open(sample):
    rows = {row[0]: row for row in read_rows(customer.plan_table(sample("A-007")))}
    for name in ("Bereitschaftseinsatz am Wochenende", "Schulungstag Wellenausrichtung"):
        included, used, still_open = rows[name][2:5]
        assert used == "0"
        assert still_open == included


def test_sample_late_deliveries(sample):
    levels = read("service_levels")
    own = levels[(levels["account_id"] == "A-003") & (levels["quarter"] == "2026Q4")]
    late = own[own["delivered"].astype(float) < own["promised"].astype(float)]
    shown = text_of(customer.service(sample("A-003")))
    assert len(late)
    assert all(measure in shown for measure in late["measure"])


def test_sample_account_with_a_negative_return_reads_none(sample):
    shown = text_of(customer.value(sample("A-016")))
    assert "Rendite" not in shown
    assert "Rendite" in text_of(customer.value(sample("A-001")))
