"""Tables of the internal pages: the right rows, in words, with totals that add up."""

import re

import pandas as pd
import pytest
from companies import (
    NEXT,
    PROMISE,
    SITUATIONS,
    WHOLE_YEARS,
    check,
    evenly,
    reviewed,
    sales,
    situation,
)
from test_sample import SAMPLE, read

from qbrkit.black_ops import GAPS
from qbrkit.report import attack, outreach, tables
from qbrkit.report.attack import gap_sentence
from qbrkit.report.language import language
from qbrkit.reviews import review_quarter

TABLES = [tables.segments, tables.circle_sizes, tables.movers, tables.green_circle,
          tables.contacts, tables.value, tables.promises, tables.readiness, attack.gaps_table,
          attack.targets_table, outreach.managers_table, outreach.calls_table, tables.problems]
EN = language("en")


def read_rows(html):
    """Rows of a table as lists of printed cells, the headings first."""
    markup = str(html.markup)
    rows = re.findall(r"<tr.*?</tr>", markup, re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(
        r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("table", TABLES)
def test_every_table_stands_every_situation(name, table):
    html = table(situation(name)[0])
    page = check(html)
    tags = [tag for tag, _ in page.tags]
    if "table" not in tags:
        assert not page.text or page.text.endswith("."), "the finding above or a sentence says why"
        return
    assert "caption" in tags
    headings, *rows = read_rows(html)
    assert rows, "a table without rows is an empty frame"
    assert all(len(row) == len(headings) for row in rows)
    scopes = [attributes.get("scope") for tag, attributes in page.tags if tag == "th"]
    assert scopes == ["col"] * len(headings) + ["row"] * len(rows)
    if rows[-1][0] in {"Total", "Summe"}:
        check_total(headings, rows)


def check_total(headings, rows):
    *parts, total = rows
    for at, heading in enumerate(headings):
        if total[at] not in {"", "–"} and at:
            printed = [number(row[at].replace(".", "") if "Umsatz" in headings[0] else row[at])
                       for row in parts if row[at] != "–"]
            if all("." not in row[at] for row in parts):
                assert sum(printed) == number(total[at]), heading


@pytest.mark.parametrize("table", TABLES)
def test_figures_are_right_aligned(table):
    html = table(situation("many")[0])
    check(html)
    cells = re.findall(r"<td([^>]*)>(?:<[^>]*>)?([^<]*)", str(html.markup))
    for attributes, text in cells:
        if re.fullmatch(r"[−+]?[\d,]+(\.\d+)?%?", text):
            assert 'class="n"' in attributes, text


# --- row by row --------------------------------------------------------------------------

def test_segments_and_the_revenue_of_nobody(tmp_path):
    review = reviewed(tmp_path, invoice_lines=[*evenly("A", 100), *evenly("B", 10),
                                               *evenly(None, 15)])
    assert read_rows(tables.segments(review)) == [
        ["Segment", "Accounts", "Revenue, EUR", "Share"],
        ["Green Circle", "1", "400", "80.0%"], ["transactional", "1", "40", "8.0%"],
        ["not assigned", "–", "60", "12.0%"], ["Total", "", "500", ""]]


def test_movers_and_why(tmp_path):
    review = reviewed(tmp_path, invoice_lines=[
        *evenly("A", 100), *sales("B", {"2025Q4": 900, "2026Q1": 5, "2024Q1": 1}),
        *sales("C", {"2026Q4": 900, "2024Q1": 1})])
    assert read_rows(tables.movers(review))[1:] == [
        ["B", "Green Circle", "transactional", "no longer by volume", "5"],
        ["C", "transactional", "Green Circle", "volume", "900"]]


def test_an_expired_override_is_the_reason_why_an_account_left(tmp_path):
    review = reviewed(
        tmp_path, invoice_lines=[*evenly("A", 1000), *evenly("B", 10)],
        segment_overrides=[{"account_id": "B", "segment": "green_circle", "reason": "new board",
                            "author": "Ann", "expires": "2026-12-30"}])
    assert read_rows(tables.movers(review))[1:] == [
        ["B", "Green Circle", "transactional", "no longer set by hand", "40"]]


def test_green_circle_with_exchange_rates_apart(tmp_path):
    review = reviewed(
        tmp_path, accounts=[{"account_id": "A", "currency": "USD"}],
        exchange_rates=[{"currency": "USD", "month": "2025-11", "rate": 0.5},
                        {"currency": "USD", "month": "2026-11", "rate": 0.6}],
        invoice_lines=[*sales("A", {"2025Q4": 100, "2026Q4": 90}, currency="USD", cost=30),
                       *evenly("Z", 0)])
    assert read_rows(tables.green_circle(review))[1:] == [
        ["A", "margin, volume", "54", "66.7%", "54", "−5", "9", "−10.0%", "−10.0%"],
        ["Total", "", "54", "", "54", "−5", "9", "", ""]]


def test_without_a_year_ago_change_and_its_total_are_unknown():
    rows = read_rows(tables.green_circle(situation("not covered a year ago")[0]))
    assert rows[1][5:] == ["–", "–", "–", "–"]
    assert rows[2][5:] == ["–", "–", "", ""]


def test_value_that_was_not_measured_is_no_zero():
    (row,) = read_rows(tables.value(situation("value not measured")[0]))[1:]
    assert row == ["A", "EUR", "–", "–", "–", "–", "–", "–", "–"]


def test_promises_that_were_not_kept_and_not_those_still_open(tmp_path):
    review = reviewed(tmp_path, invoice_lines=evenly("A", 10), commitments=[
        PROMISE, PROMISE | {"text": "m", "status": "missed"},
        PROMISE | {"text": "d", "status": "dropped"},
        PROMISE | {"text": "late", "status": "open"},
        PROMISE | {"text": "to come", "status": "open", "due": "2027-01-31"},
        PROMISE | {"text": "theirs", "side": "theirs", "status": "missed"}, NEXT])
    assert sorted(row[1] for row in read_rows(tables.promises(review))[1:]) == ["d", "late", "m"]


def test_readiness_lists_what_is_missing(tmp_path):
    review = reviewed(
        tmp_path, invoice_lines=evenly("A", 100), commentary={},
        contacts=[{"contact_id": "K", "account_id": "A", "email": "k@a.example"}],
        activities=[{"account_id": "A", "contact_id": "K", "date": "2026-10-15",
                     "direction": "two_way", "owner": "Ann"}],
        benefits=[{"account_id": "A", "benefit_id": "B", "quarter": "2026Q4", "baseline": 0,
                   "actual": 1, "unit_value": 1, "class": "estimated"}],
        commitments=[PROMISE | {"status": "open"}],
        complaints=[{"account_id": "A", "date": "2026-12-01", "status": "open"}])
    (row,) = read_rows(tables.readiness(review))[1:]
    assert row[2] == "draft"
    assert row[3] == ("write the account manager&#39;s own words; win contacts; call: the contact "
                      "is overdue; have value confirmed; talk about the return first; answer for "
                      "overdue promises; answer the open complaint")


def test_readiness_of_a_finished_account_lists_nothing(tmp_path):
    review = reviewed(tmp_path, invoice_lines=evenly("A", 100), commentary={"A": "Thanks."})
    assert read_rows(tables.readiness(review))[1] == ["A", "", "ready", ""]


@pytest.mark.parametrize("gap", GAPS)
def test_every_gap_has_a_sentence(gap):
    for evidence in ("1", "3.0", "influencer", "influencer, gatekeeper", "Pumps {0}"):
        assert gap_sentence(gap, evidence, EN)
    assert gap_sentence("missing_role", "influencer, gatekeeper", EN) == (
        "nobody known in the role: influencer, gatekeeper")
    assert gap_sentence("few_contacts", "0", EN) == "contacts that count: 0"


def test_a_family_that_nobody_named_is_no_gap(tmp_path):
    review = reviewed(tmp_path, invoice_lines=evenly("A", 100),
                      objectives=[{"account_id": "B", "family": "Pumps", "text": "grow"}])
    assert review.gaps.empty


def test_calls_without_an_owner_belong_to_nobody():
    rows = read_rows(outreach.managers_table(situation("credits only")[0]))
    assert rows[1][0] == "nobody named"


def test_problems_are_told_with_rows_and_money(tmp_path):
    review = reviewed(tmp_path, toml="[checks]\nmax_refused_share = 1.0" + WHOLE_YEARS,
                      invoice_lines=[*evenly("A", 100), {
                          "invoice_date": "<b>soon</b>", "account_id": "A", "revenue": 40}])
    rows = read_rows(tables.problems(review))
    assert rows[0] == ["Table", "Problem", "Rows", "Revenue, EUR"]
    (refused,) = [row for row in rows[1:] if "invoice_date" in row[1]]
    assert refused[2:] == ["1", "40"]
    assert "&lt;b&gt;soon" in refused[1]


# --- the sample company, held against its CSV files ----------------------------------------

@pytest.fixture(scope="module")
def sample():
    return review_quarter(SAMPLE, "2026Q4")


@pytest.fixture(scope="module")
def names():
    return read("accounts").set_index("account_id")["name"]


def row_of(html, name):
    (row,) = [row for row in read_rows(html) if row[0].replace("&amp;", "&").replace(
        "&#39;", "'") == name]
    return row


def test_sample_account_that_grows_by_exchange_rates_alone(sample, names):
    row = row_of(tables.green_circle(sample), names["A-013"])
    assert number(row[5]) <= 0
    assert number(row[6]) > 0
    lines = read("invoice_lines")
    lines = lines[(lines["account_id"] == "A-013") & (lines["currency"] == "USD")]
    day = pd.to_datetime(lines["invoice_date"])
    dollars = lines["revenue"].astype(float)
    change = (dollars[day.between("2026-07-01", "2026-09-30")].sum()
              / dollars[day.between("2025-07-01", "2025-09-30")].sum() - 1)
    assert abs(number(row[7].rstrip("%")) / 100 - change) < 0.02
    assert change < 0


def test_sample_contacts(sample, names):
    html = tables.contacts(sample)
    assert row_of(html, names["A-001"])[2:5] == ["14", "14", "above, fine"]
    assert row_of(html, names["A-004"])[2:5] == ["1", "1", "below minimum"]
    assert row_of(html, names["A-019"])[2:5] == ["3", "3", "below minimum"]
    assert row_of(html, names["A-010"])[5] == "gatekeeper"
    assert row_of(html, names["A-002"])[5] == "influencer"
    assert [row_of(html, names[one])[7] for one in ("A-006", "A-009", "A-012")] == [
        "48", "19", "14"]


def test_sample_movers(sample, names):
    html = tables.movers(sample)
    assert row_of(html, names["A-020"])[1:3] == ["transactional", "Green Circle"]


def test_sample_reasons(sample, names):
    html = tables.green_circle(sample)
    assert row_of(html, names["A-019"])[1] == "margin"
    assert row_of(html, names["A-023"])[1] == "potential"
    assert row_of(html, names["A-008"])[1] == "volume; loses money"
    assert row_of(html, names["A-035"])[1] == "set by hand"


def test_sample_missed_promises(sample, names):
    missed = [row for row in read_rows(tables.promises(sample)) if row[0] == names["A-012"]]
    assert [row[4] for row in missed] == ["missed"] * 3


def test_sample_returns(sample, names):
    rows = read_rows(tables.value(sample))[1:]
    negative = [row[0] for row in rows if row[7].startswith("−")]
    assert negative == [names["A-016"]]
    unmeasured = set(read("services")["account_id"]) - set(read("benefits")["account_id"])
    for account in unmeasured & set(sample.green_circle["account_id"]):
        assert row_of(tables.value(sample), names[account])[7:] == ["–", "–"]


def test_sample_gaps(sample, names):
    rows = [row for row in read_rows(attack.gaps_table(sample)) if row[0] == names["A-007"]]
    assert "days until the contract ends: 123" in {row[3] for row in rows}
