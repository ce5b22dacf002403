"""Tables of the internal pages: the right rows, in words, with totals that add up."""

import re

import pandas as pd
import pytest
from companies import (
    WHOLE_YEARS,
    check,
    evenly,
    reviewed,
    sample_review,
    situation,
)
from printed import read_rows
from test_sample import read

from qbrkit.black_ops.gaps import GAPS
from qbrkit.report import outreach
from qbrkit.report.attack import gaps
from qbrkit.report.internal import (
    contact_tables,
    data_quality,
    growing_exhibits,
    promises,
    readiness,
    value,
)
from qbrkit.report.language import language

TABLES = [growing_exhibits.growth_table,
          contact_tables.matrix, value.received, promises.broken, readiness.todo_table,
          gaps.gaps_table, gaps.targets_table, outreach.managers_table, data_quality.problems]
EN = language("en")


@pytest.mark.parametrize("table", TABLES)
def test_figures_are_right_aligned(table):
    html = table(situation("many")[0])
    check(html)
    cells = re.findall(r"<td([^>]*)>(?:<[^>]*>)?([^<]*)", str(html.markup))
    for attributes, text in cells:
        if re.fullmatch(r"[−+]?[\d,]+(\.\d+)?%?", text):
            assert not attributes, f"{text} has a class, and only a figure has none"


# --- row by row --------------------------------------------------------------------------

@pytest.mark.parametrize("gap", GAPS)
def test_every_gap_has_a_sentence_and_a_name(gap):
    found = pd.DataFrame([[gap, one, "Pumps {0}", 5.0, 70.0] for one in ("1", "3.0")],
                         columns=["gap", "evidence", "family", "excess", "at_stake"])
    assert all(gaps.gap_sentences(found, EN, "EUR"))
    assert gaps.rule_words(EN)[gap]


def test_gaps_are_told_with_their_evidence():
    found = pd.DataFrame([
        ["missing_role", "influencer, gatekeeper", None, None, 70], ["few_contacts", "0", None,
        None, 70], ["no_objective", "Pumps", "Pumps", None, 70]],
        columns=["gap", "evidence", "family", "excess", "at_stake"])
    assert gaps.gap_sentences(found, EN, "EUR") == [
        "nobody known in the role: influencer, gatekeeper", "contacts that count: 0",
        "no objective for the largest family, Pumps (€70 a year)"]


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
    rows = read_rows(data_quality.problems(review))
    assert rows[0] == ["Table", "Problem", "Rows", "Revenue, EUR"]
    (refused,) = [row for row in rows[1:] if "invoice_date" in row[1]]
    assert refused[2:] == ["1", "40"]
    assert "&lt;b&gt;soon" in refused[1]


# --- the sample company, held against its CSV files ----------------------------------------

@pytest.fixture(scope="module")
def sample():
    return sample_review()


@pytest.fixture(scope="module")
def names():
    return read("accounts").set_index("account_id")["name"]


def test_sample_gaps(sample, names):
    rows = [row for row in read_rows(gaps.gaps_table(sample)) if row[0] == names["A-007"]]
    assert len(rows) == 1
    assert "days until the contract ends: 123" in rows[0][3]
