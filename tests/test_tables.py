"""Tables of the internal pages: the right rows, in words, with totals that add up."""

import re

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

from qbrkit.black_ops import GAPS
from qbrkit.report import attack, outreach
from qbrkit.report.attack import gap_sentence
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
          attack.gaps_table, attack.targets_table, outreach.managers_table, data_quality.problems]
EN = language("en")


@pytest.mark.parametrize("table", TABLES)
def test_figures_are_right_aligned(table):
    html = table(situation("many")[0])
    check(html)
    cells = re.findall(r"<td([^>]*)>(?:<[^>]*>)?([^<]*)", str(html.markup))
    for attributes, text in cells:
        if re.fullmatch(r"[−+]?[\d,]+(\.\d+)?%?", text):
            assert 'class="n"' in attributes, text


# --- row by row --------------------------------------------------------------------------

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
    rows = [row for row in read_rows(attack.gaps_table(sample)) if row[0] == names["A-007"]]
    assert "days until the contract ends: 123" in {row[3] for row in rows}
