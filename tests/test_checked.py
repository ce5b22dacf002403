"""What ``qbr check`` tells on one page, and the same for a script."""

import json

import pandas as pd
import pytest
from exports import inspect

from qbrkit.run.checked import checked_json, checked_text, quarter_fault
from qbrkit.sources.counts import RowCount

TOML = "[checks]\nmax_refused_share = 1.0\n"
# 7 rows read: 10 and 20 count; 20 stands twice with its key; 30 and 700 have no date; a line of
# dollars counts; a line without a readable quantity counts: 10 + 20 + 5 = 35
LINES = """invoice_id,line_id,invoice_date,account_id,revenue,quantity,currency
I1,1,2026-01-05,A1,10,1,
I1,2,2026-01-05,A1,20,1,EUR
I1,2,2026-01-05,A1,20,1,EUR
I2,1,soon,A1,30.25,?,
I3,1,,A1,700,1,USD
I4,1,2026-01-06,A1,100,1,USD
I5,1,2026-01-06,A2,5,?,
"""
RATES = "currency,month,rate\nUSD,2026-01,0.9\n"


@pytest.fixture
def workspace(tmp_path):
    return inspect(tmp_path, TOML, invoice_lines_csv=LINES, exchange_rates_csv=RATES)


def test_rows_are_accepted_refused_or_repaired_with_their_money(workspace):
    count = workspace.counts["invoice_lines"]
    assert count == RowCount(rows=7, refused=2, repaired=2, repeated=1, revenue=35.0,
                             revenue_refused=30.25, foreign=1, foreign_refused=1)
    assert count.rows == count.accepted + count.refused + count.repeated
    assert count.accepted == len(workspace.lines.fetchall()) == 4
    assert workspace.counts["exchange_rates"] == RowCount(1, 0)


def test_the_page_shows_rows_money_and_every_problem_with_its_fix(workspace):
    page = checked_text(workspace).splitlines()
    assert page[0].split() == ["table", "rows", "accepted", "refused", "repaired"]
    assert page[1].split() == ["invoice_lines", "7", "4", "2", "2"]
    text = "\n".join(page)
    assert ("revenue accepted               35.00 EUR, and 1 line in another currency, which "
            "counts at its rate") in text
    assert "revenue refused                30.25 EUR, without 1 line in another currency" in text
    assert "rows of invoice_lines that repeat another one and count once with it: 1" in text
    for problem in workspace.problems:
        assert problem.sentence() in text
        assert problem.fix in text
    assert "'soon' (1 row; invoice_lines.csv row 5)" in text
    assert "[revenue 30.25 EUR]" in text


def test_lines_without_a_rate_are_told_as_left_out_of_the_revenue(tmp_path):
    text = checked_text(inspect(tmp_path, TOML, invoice_lines_csv=LINES))
    assert "revenue accepted               35.00 EUR, without 1 line in another currency" in text


def test_a_script_is_told_all_of_it(workspace):
    told = json.loads(checked_json(workspace))
    assert set(told) == {"tables", "problems", "untranslated", "not_searched", "quarters",
                         "usable"}
    assert told["tables"]["invoice_lines"] == {
        "rows": 7, "accepted": 4, "refused": 2, "repaired": 2, "repeated": 1,
        "revenue_accepted": 35.0, "revenue_refused": 30.25, "foreign_accepted": 1,
        "foreign_refused": 1}
    assert told["tables"]["exchange_rates"] == {
        "rows": 1, "accepted": 1, "refused": 0, "repaired": 0, "repeated": 0,
        "revenue_accepted": None, "revenue_refused": None, "foreign_accepted": 0,
        "foreign_refused": 0}
    for record, problem in zip(told["problems"], workspace.problems, strict=True):
        assert set(record) == {"table", "column", "what", "rows", "severity", "values", "places",
                               "money", "fix", "has_more", "sentence"}
        assert record["sentence"] == problem.sentence()
        assert (record["money"], record["places"]) == (problem.money, list(problem.places))
    assert told["usable"] is True


def test_every_field_of_the_answer_is_documented(workspace):
    told = json.loads(checked_json(workspace))
    documented = checked_json.__doc__
    for name in (*told, *told["tables"]["invoice_lines"], *told["problems"][0]):
        assert f"``{name}``" in documented, name


def test_a_sound_export_shows_nothing_refused(tmp_path):
    page = checked_text(inspect(tmp_path))
    assert "revenue refused                 0.00 EUR" in page
    assert page.endswith("The exports can be used; no problem was found.")


def test_dates_nobody_can_mean_are_repaired(tmp_path):
    text = "account_id,contract_end\nA1,9999-12-31\nA2,2027-01-05\n"
    assert inspect(tmp_path, accounts_csv=text).counts["accounts"] == RowCount(2, 0, repaired=1)


def yearly(tmp_path, last, toml=""):
    """One line on every business day of 2024 until a day of 2025."""
    days = pd.bdate_range("2024-01-01", last)
    text = "invoice_date,account_id,revenue\n" + "".join(
        f"{day:%Y-%m-%d},A1,{number}\n" for number, day in enumerate(days, 1))
    return inspect(tmp_path, toml, invoice_lines_csv=text)


def test_the_page_says_which_quarters_can_be_reviewed(tmp_path):
    # Whole are 2024Q1 to 2025Q3; the first with a whole year behind it is 2024Q4.
    workspace = yearly(tmp_path, "2025-11-20")
    assert ("2024Q4 to 2025Q3 can be reviewed; 2025Q4 ends on 2025-12-31, the invoices on "
            "2025-11-20: write data_until = 2025-12-31 under [periods] if it is whole."
            in checked_text(workspace).splitlines())
    assert json.loads(checked_json(workspace))["quarters"] == ["2024Q4", "2025Q1", "2025Q2",
                                                               "2025Q3"]
    whole = yearly(tmp_path, "2025-11-20", "[periods]\ndata_until = 2025-12-31\n")
    assert "2024Q4 to 2025Q4 can be reviewed." in checked_text(whole).splitlines()


def test_the_page_says_of_the_quarter_asked_for_whether_it_can_be_reviewed(tmp_path):
    workspace = yearly(tmp_path, "2025-11-20")
    assert "2025Q3 can be reviewed." in checked_text(workspace, "2025Q3").splitlines()
    told = checked_text(workspace, "2025Q4")
    assert "2025Q4 cannot be reviewed: invoice_lines: 2025Q4 runs from 2025-10-01" in told
    assert "write data_until = 2025-12-31 under [periods] in qbr.toml" in told
    assert quarter_fault(workspace, "2025Q3") == ""
    assert "2025Q4 runs from" in quarter_fault(workspace, "2025Q4")


def test_lines_of_less_than_a_year_can_not_be_reviewed(tmp_path):
    told = checked_text(yearly(tmp_path, "2024-06-28"))
    assert "No quarter can be reviewed: it takes four whole quarters" in told
    assert json.loads(checked_json(inspect(tmp_path, invoice_lines_csv="a\n1\n")))["quarters"] == []
