"""Every fault is found in one run and told so that it can be repaired."""

import re

import pytest
from exports import LINES, inspect, lines_of, sentences, the_problem, write

from qbrkit.errors import DataError
from qbrkit.problems import NOTED, REFUSED, STOPS
from qbrkit.sources import inspect_workspace, open_workspace

LENIENT = "[checks]\nmax_refused_share = 1.0\n"
HEADER = "invoice_date,account_id,revenue\n"


def only(workspace, severity, places=None):
    problem = the_problem(workspace)
    assert problem.severity == severity
    if places is not None:
        assert problem.places == places
    return problem.sentence()


def test_sound_export_has_no_problem(tmp_path):
    workspace = inspect(tmp_path)
    assert workspace.problems == ()
    assert workspace.counts["invoice_lines"].accepted == 2


def test_missing_required_columns_tell_what_was_found(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv="account_id,cost\nA1,x\n")
    assert sentences(workspace) == [
        "invoice_lines: the required columns invoice_date, revenue are missing. Map them in "
        "qbr.toml under [tables.invoice_lines] columns; found so far: account_id, cost",
        "invoice_lines.cost: is not a number; treated as missing: 'x' (1 row; invoice_lines.csv "
        "row 2). If it stands for nothing, name it in null_values of the source"]


def test_one_missing_column_is_told_in_the_singular(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv="account_id,invoice_date\nA1,2026-01-05\n")
    assert "the required column revenue is missing. Map it in" in only(workspace, STOPS)


@pytest.mark.parametrize(("value", "part"), [
    ("abc", "is not a number; the row is left out: 'abc' (1 row; invoice_lines.csv row 3). "
            "If it stands for nothing, name it in null_values"),
    ("NaN", "is not a number; the row is left out: 'NaN'"),
    ("inf", "is not a number; the row is left out: 'inf'"),
    ("5 pcs", "If a comma is the decimal sign, write decimal = \",\" for the source"),
    ("1e+400", "is not a number; the row is left out: '1e+400'"),
    ("5000000000000", "is too large an amount, a million million or more; the row is left out"),
    ("-5000000000000.25", "is too large an amount"),
    ("", "is empty; the row is left out (1 row; invoice_lines.csv row 3)")])
def test_revenue_that_is_none_is_refused(tmp_path, value, part):
    text = HEADER + f'2026-01-05,A1,1\n2026-01-06,A2,"{value}"\n'
    workspace = inspect(tmp_path, LENIENT, invoice_lines_csv=text)
    assert part in only(workspace, REFUSED)
    assert lines_of(workspace) == [("2026-01-05", "A1", 1.0)]
    assert workspace.counts["invoice_lines"].refused == 1


def test_refused_lines_are_counted_with_their_money(tmp_path):
    text = HEADER + "".join(f"2026-01-05,B{n},1.25\n" for n in range(300)) + (
        "2026-13-05,A2,10.10\n,A3,20.20\nsoon,A4,-1\n")
    workspace = inspect(tmp_path, invoice_lines_csv=text)
    unread, empty = workspace.problems
    assert (unread.rows, unread.money) == (2, 9.1)
    assert (empty.rows, empty.money) == (1, 20.2)
    assert unread.places == ("invoice_lines.csv rows 302, 304",)
    assert unread.sentence() == (
        "invoice_lines.invoice_date: is not a date; the rows are left out: '2026-13-05', 'soon' "
        "(2 rows; invoice_lines.csv rows 302, 304). Write how they are written in date_format of "
        'the source, as date_format = "%d.%m.%Y"')


def test_money_of_other_currencies_is_not_added(tmp_path):
    text = ("invoice_date,account_id,revenue,currency\n2026-01-05,,10,\n2026-01-05,,20,EUR\n"
            "2026-01-05,,1000,JPY\n")
    workspace = inspect(tmp_path, invoice_lines_csv=text,
                        exchange_rates_csv="currency,month,rate\nJPY,2026-01,0.006\n")
    assert (workspace.problems[0].rows, workspace.problems[0].money) == (3, 30.0)


def test_more_refused_rows_than_allowed_stop(tmp_path):
    text = HEADER + "".join(f"2026-01-05,B{n},1\n" for n in range(39)) + "2026-01-05,A2,?\n"
    workspace = inspect(tmp_path, invoice_lines_csv=text)
    assert sentences(workspace)[1] == (
        "invoice_lines: 2.5% of the rows cannot be used (1 row). More than 2.0% usually means a "
        "wrong mapping, delimiter, decimal or date_format; if it is right, raise max_refused_share "
        "under [checks] in qbr.toml")
    with pytest.raises(DataError, match="cannot be used"):
        open_workspace(tmp_path)
    raised = inspect(tmp_path, "[checks]\nmax_refused_share = 0.03\n", invoice_lines_csv=text)
    assert raised.counts["invoice_lines"].accepted == 39


def test_words_that_are_not_allowed_stop_and_the_allowed_ones_are_named(tmp_path):
    text = "account_id,date,status\nA1,2026-01-05,erledigt\nA1,2026-01-05,Open\n"
    sentence = only(inspect(tmp_path, complaints_csv=text), STOPS, ("complaints.csv row 2",))
    assert sentence == (
        "complaints.status: is not one of open, closed: 'erledigt' (1 row; complaints.csv row 2). "
        "Translate it in the mapping, as case when … then … end, or leave the column out with "
        'status = ""')


def test_flag_that_is_neither_yes_nor_no_stops(tmp_path):
    text = "account_id,do_not_contact\nA1,on request\nA2,ja\n"
    assert "is not yes or no: 'on request'" in only(inspect(tmp_path, accounts_csv=text), STOPS)


def test_orphans_are_noted_with_what_becomes_of_them(tmp_path):
    workspace = inspect(
        tmp_path, accounts_csv="account_id,parent_id\nA1,P9\n",
        products_csv="product_id\nP1\n", contacts_csv="contact_id,account_id\nC1,A1\n",
        invoice_lines_csv=HEADER.replace("\n", ",product_id\n") + "2026-01-05,A2,7,P2\n",
        activities_csv="account_id,contact_id,date\nA2,C9,2026-01-05\nA9,C1,2026-01-05\n")
    assert [problem.severity for problem in workspace.problems] == [NOTED] * 5
    assert sentences(workspace) == [
        "accounts.parent_id: is not in accounts; the parent is shown by its id: 'P9' (1 row; "
        "accounts.csv row 2). Complete the export of accounts",
        "invoice_lines.account_id: is not in accounts; the account is shown by its id: 'A2' (1 row;"
        " invoice_lines.csv row 2). Complete the export of accounts",
        "invoice_lines.product_id: is not in products; it counts in the family “unknown”: 'P2' (1 "
        "row; invoice_lines.csv row 2). Complete the export of products",
        "activities.account_id: is not in accounts; it counts for no account: 'A9' (1 row; "
        "activities.csv row 3). Complete the export of accounts",
        "activities.contact_id: is not in contacts; it counts for the account, not for a person: "
        "'C9' (1 row; activities.csv row 2). Complete the export of contacts"]
    assert workspace.problems[1].money == 7.0


def test_parents_in_a_circle_stop(tmp_path):
    text = "account_id,parent_id\nA1,A2\nA2,A3\nA3,A1\nA4,A1\nA5,A5\n"
    sentence = only(inspect(tmp_path, accounts_csv=text), STOPS)
    assert "leads back to the account itself, in a circle: 'A1', 'A2', 'A3' (3 rows)" in sentence


def test_missing_rates_stop_with_currency_and_month(tmp_path):
    text = ("invoice_date,account_id,revenue,currency\n2026-01-05,A1,1,usd\n2026-02-05,A1,1,USD\n"
            "2026-02-06,A1,1,EUR\n2026-02-07,A1,1,\n2026-03-07,A1,1,CHF\n")
    rates = "currency,month,rate\nUSD,2026-01-15,0.9\n"
    workspace = inspect(tmp_path, invoice_lines_csv=text, exchange_rates_csv=rates)
    assert only(workspace, STOPS) == (
        "exchange_rates.rate: there is no rate for the invoice lines of these 2 months: "
        "'CHF 2026-03', 'USD 2026-02' (2 rows). Add the rate to exchange_rates: EUR paid for one "
        "unit of the other currency")


def test_tables_are_held_against_each_other_though_a_third_one_stops(tmp_path):
    workspace = inspect(tmp_path, accounts_csv="account_id,parent_id\nA1,A2\nA2,A1\n",
                        risks_csv="risk_id,impact_share\nR1,7\n",
                        exchange_rates_csv="currency,month,rate\nUSD,2026-01,0\n",
                        invoice_lines_csv=HEADER.replace("\n", ",currency\n")
                        + "2026-01-05,A3,1,USD\n")
    assert [(problem.table, problem.column) for problem in workspace.problems] == [
        ("exchange_rates", "rate"), ("risks", "impact_share"), ("invoice_lines", "account_id"),
        ("accounts", "parent_id")]


def test_rate_must_be_above_zero(tmp_path):
    workspace = inspect(tmp_path, exchange_rates_csv="currency,month,rate\nUSD,2026-01,0\n")
    assert "must be above 0" in only(workspace, STOPS)


def test_share_outside_its_range_stops(tmp_path):
    workspace = inspect(tmp_path, risks_csv="risk_id,impact_share\nR1,30\nR2,0.3\nR3,-0.1\n")
    assert only(workspace, STOPS, ("risks.csv rows 2, 4",)) == (
        "risks.impact_share: must lie from 0 to 1: '30.0', '-0.1' (2 rows; risks.csv rows 2, 4). "
        "Write 30 % as 0.3; a mapping can divide by 100")


@pytest.mark.parametrize("day", ["1900-01-01", "0026-01-05", "2999-12-31"])
def test_implausible_invoice_dates_are_refused(tmp_path, day):
    workspace = inspect(tmp_path, LENIENT,
                        invoice_lines_csv=HEADER + f"{day},A1,1\n2026-01-05,A1,1\n")
    assert "is no plausible date; the row is left out" in only(workspace, REFUSED)
    assert workspace.counts["invoice_lines"].refused == 1


def test_date_that_means_never_is_missing_and_keeps_its_row(tmp_path):
    workspace = inspect(tmp_path, accounts_csv="account_id,contract_end\nA1,9999-12-31\nA2,\n")
    assert "is no plausible date; treated as missing: '9999-12-31'" in only(workspace, NOTED)
    assert workspace.tables["accounts"]["contract_end"].isna().all()
    assert len(workspace.tables["accounts"]) == 2


@pytest.mark.parametrize(("day", "side"), [("2062-01-05", "after"), ("1998-01-05", "before")])
def test_few_dates_far_from_all_others_stop(tmp_path, day, side):
    rows = "".join(f"2026-{month:02}-05,B{n},1\n" for month in range(1, 7) for n in range(30))
    text = HEADER + rows + f"{day},A2,5\n"
    workspace = inspect(tmp_path, invoice_lines_csv=text)
    sentence = only(workspace, STOPS, ("invoice_lines.csv row 182",))
    assert f"lies more than a year {side} all other dates: '{day}'" in sentence
    key = "data_until" if side == "after" else "data_from"
    told = inspect(tmp_path, f"[periods]\n{key} = 2026-06-30\n", invoice_lines_csv=text)
    assert all(problem.severity == NOTED for problem in told.problems)


def test_lines_without_account_count_as_not_assigned(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv=HEADER + "2026-01-05,,7\n2026-01-05,A1,1\n")
    assert "counts in the company total as not assigned (1 row" in only(workspace, NOTED)
    assert the_problem(workspace).money == 7.0
    assert lines_of(workspace)[0] == ("2026-01-05", None, 7.0)


def test_table_that_is_not_there_stops(tmp_path):
    write(tmp_path, accounts_csv="account_id\nA1\n")
    (tmp_path / "invoice_lines.csv").unlink()
    assert only(inspect_workspace(tmp_path), STOPS) == (
        "invoice_lines: there is no such table. Map it in qbr.toml under [tables.invoice_lines]")


def test_all_faults_of_all_tables_are_found_in_one_run(tmp_path):
    toml = """[sources]
lines = "lines.csv"
broken = "broken.csv"
[tables.invoice_lines]
source = "lines"
[tables.deals]
source = "broken"
[tables.contacts]
sql = "select nothing from lines"
[tables.accounts]
source = "lines"
columns = { employees = "nothing" }
"""
    workspace = inspect(
        tmp_path, toml, lines_csv=HEADER + "2026-01-05,A1,x\n2026-01-05,A1,1\nsoon,A1,1\n",
        contacts_csv="contact_id\nC1\n", products_csv="product_id\nP1\nP1\n",
        exchange_rates_csv="currency,month\nUSD,2026-01\n",
        broken_csv=b"deal_id\na\0b\n", risks_csv="risk_id,impact_share\nR1,7\n",
        complaints_csv="account_id,date,status\n,2026-01-05,\nA1,2026-01-05,odd\n")
    found = " ".join(sentences(workspace))
    for part in ("broken.csv line 2", "contacts: sql: there is no column 'nothing'",
                 "accounts: employees = 'nothing': there is no column", "risks.impact_share: must",
                 "complaints.account_id: is empty", "complaints.status: is not one of",
                 "exchange_rates: the required column rate is missing",
                 "products.product_id: stands more than once",
                 "invoice_lines.revenue: is not a number", "invoice_lines.invoice_date: is not a"):
        assert part in found
    with pytest.raises(DataError) as raised:
        open_workspace(tmp_path)
    assert len(str(raised.value).splitlines()) == sum(
        problem.severity == STOPS for problem in workspace.problems) >= 6


@pytest.mark.parametrize("mapping", [
    'source = "lines"\ncolumns = { revenue = "Preis * Menge" }',
    'sql = "select *, Preis * Menge as revenue from lines"'])
def test_text_that_cannot_be_calculated_with_is_told_with_its_rows(tmp_path, mapping):
    toml = f'[sources]\nlines = "lines.csv"\n[tables.invoice_lines]\n{mapping}\n'
    workspace = inspect(tmp_path, toml, lines_csv=(
        "invoice_date;account_id;Preis;Menge\n2026-01-05;A1;1,50;3\n2026-01-05;A1;2;?\n"))
    assert only(workspace, STOPS).endswith(
        "it calculates (*) with a column that is text: Menge holds '?' (lines.csv row 3). Write "
        'types = { Menge = "number" } for the source: such cells then count as missing, and rows '
        "that need them are left out and counted; or, if they stand for nothing, name them in "
        "null_values")


def test_id_that_is_to_be_calculated_with_needs_its_kind(tmp_path):
    toml = ('[sources]\nlines = "lines.csv"\n[tables.invoice_lines]\nsource = "lines"\n'
            'columns = { revenue = "Code * 2" }\n')
    text = "invoice_date,account_id,Code\n2026-01-05,A1,5\n"
    assert 'types = { Code = "number" }' in only(inspect(tmp_path, toml, lines_csv=text), STOPS)
    told = toml.replace('"lines.csv"', '{ file = "lines.csv", types = { Code = "number" } }')
    assert lines_of(inspect(tmp_path, told, lines_csv=text)) == [("2026-01-05", "A1", 10.0)]


def test_rows_of_a_query_are_named_by_their_ids(tmp_path):
    toml = ('[sources]\nlines = "lines.csv"\n[tables.invoice_lines]\n'
            'sql = "select * from lines"\n') + LENIENT
    text = ("invoice_id,line_id,invoice_date,account_id,revenue\nI7,2,soon,A1,1\n"
            "I8,1,2026-01-05,A,1\n")
    sentence = only(inspect(tmp_path, toml, lines_csv=text), REFUSED)
    assert "(1 row; invoice_id I7, line_id 2)" in sentence


@pytest.mark.parametrize(("values_n", "rest"), [(10, ""), (11, ", …")])
def test_ten_different_values_and_five_rows_are_quoted(tmp_path, values_n, rest):
    written = [f"x{n:02}" for n in range(values_n)]
    text = HEADER + "".join(f"2026-01-05,A1,{one}\n" for one in written * 2)
    sentence = only(inspect(tmp_path, LENIENT, invoice_lines_csv=text + "2026-01-05,A1,1\n"),
                    REFUSED)
    assert (f": {', '.join(map(repr, written[:10]))}{rest} ({2 * values_n} rows; "
            "invoice_lines.csv rows 2, 3, 4, 5, 6)") in sentence


def test_order_of_problems_is_the_same_in_every_run(tmp_path):
    files = {f"{name}_csv": "account_id,date,kind\n,x,\n" for name in ("complaints", "services")}
    first = sentences(inspect(tmp_path, **files))
    assert all(sentences(inspect_workspace(tmp_path)) == first for _ in range(2))


def test_every_sentence_ends_without_jargon(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv=HEADER + "x,,y\n" * 3
                        + "2026-01-06,1E+05,1.5\n2026-01-06,A1,1,5\n".replace("1,5", '"1,5"')
                        + LINES.split("\n", 1)[1])
    for sentence in sentences(workspace):
        assert not re.search(r"NULL|VARCHAR|cast|Error|__", sentence)


CREDITS = "invoice_date,account_id,revenue,kind\n2026-01-05,A,100,invoice\n"


@pytest.mark.parametrize(("rows", "severity"), [
    ("2026-01-06,A,40,credit\n2026-01-07,A,30,return\n", STOPS),
    ("2026-01-06,A,-40,credit\n2026-01-07,A,-30,return\n2026-01-08,A,5,credit\n", NOTED),
])
def test_credits_without_a_sign_stop_and_a_single_one_is_noted(tmp_path, rows, severity):
    (tmp_path / "qbr.toml").write_text('[company]\nname = "C"\n')
    (tmp_path / "invoice_lines.csv").write_text(CREDITS + rows)
    (found,) = inspect_workspace(tmp_path).problems
    assert (found.column, found.severity) == ("revenue", severity)
    assert "is above 0 for a credit or return" in found.sentence()


def test_evidence_in_two_tables_stops_before_any_page_is_made(tmp_path):
    (tmp_path / "qbr.toml").write_text('[company]\nname = "C"\n')
    (tmp_path / "invoice_lines.csv").write_text(CREDITS)
    (tmp_path / "benefits.csv").write_text(
        "account_id,benefit_id,quarter,evidence\nA,b,2026Q1,S-1\n")
    (tmp_path / "services.csv").write_text(
        "account_id,date,quantity,evidence\nA,2026-01-05,1,S-1\n")
    (found,) = inspect_workspace(tmp_path).problems
    assert found.severity == STOPS
    assert "'S-1 of A'" in found.sentence()


def test_a_table_that_stops_for_its_refused_rows_says_which_values(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv=HEADER + "03.10.25,A1,1\n04.10.25,A1,2\n")
    reason, share = workspace.problems
    assert (reason.severity, share.severity) == (STOPS, STOPS)
    assert reason.what == "is not a date"
    with pytest.raises(DataError, match=r"is not a date: '03.10.25'.*date_format.*\n.*100.0% of"):
        open_workspace(tmp_path)


def test_serial_numbers_of_days_are_told_as_such(tmp_path):
    workspace = inspect(tmp_path, LENIENT,
                        invoice_lines_csv=HEADER + "45932,A1,1\n2026-01-05,A,1\n")
    assert ("is a serial number of a day, as a spreadsheet counts them; the row is left out: "
            "'45932'" in only(workspace, REFUSED))


def test_lines_without_any_account_stop(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv=HEADER + "2026-01-05,,1\n2026-01-06,,2\n")
    problem = the_problem(workspace)
    assert (problem.what, problem.severity, problem.money) == ("is empty in all lines", STOPS, 3.0)


def test_accounts_of_which_no_line_knows_any_stop(tmp_path):
    def files(accounts):
        return {"accounts_csv": "account_id\n" + "".join(f"{one}\n" for one in accounts),
                "invoice_lines_csv": HEADER + "".join(
                    f"2026-01-{n:02},A{n},1\n" for n in range(1, 11))}

    problem = inspect(tmp_path, **files(f"P{n}" for n in range(10))).problems[-1]
    assert (problem.severity, problem.what) == (STOPS, "is not in accounts in any line")
    few = inspect(tmp_path, **files(f"P{n}" for n in range(9)))
    one_known = inspect(tmp_path, **files([*(f"P{n}" for n in range(10)), "A1"]))
    assert {one.severity for one in (*few.problems, *one_known.problems)} == {NOTED}


@pytest.mark.parametrize("word", ["Total", "TOTAL 2026", "Summe:", "Grand total", "Zwischensumme"])
def test_a_total_at_the_end_is_left_out(tmp_path, word):
    text = "invoice_id,invoice_date,account_id,revenue\nI1,2026-01-05,A1,40\nI2,2026-01-06,A1,2\n"
    workspace = inspect(tmp_path, LENIENT, invoice_lines_csv=f"{text}{word},2026-01-31,,42\n")
    problem = next(one for one in workspace.problems if one.severity == REFUSED)
    assert "names a total, not a line; the row is left out" in problem.sentence()
    assert (problem.rows, problem.money) == (1, 42.0)
    assert workspace.counts["invoice_lines"].revenue == 42
    assert [row[2] for row in lines_of(workspace)] == [40, 2]


def test_an_account_or_a_product_by_such_a_name_is_none(tmp_path):
    text = ("invoice_id,invoice_date,account_id,revenue,product_id\nI1,2026-01-05,Total,40,Summer\n"
            "I2,2026-01-05,,41,Totally\n")
    workspace = inspect(tmp_path, invoice_lines_csv=text)
    assert len(lines_of(workspace)) == 2


def test_words_of_a_row_that_is_left_out_anyway_stop_nothing(tmp_path):
    # files pasted together: the header stands once more among the rows
    text = HEADER.replace("\n", ",kind\n")
    workspace = inspect(tmp_path, LENIENT, invoice_lines_csv=(
        text + "2026-01-05,A1,1,invoice\n" + text + "2026-01-06,A1,2,credit\n"))
    assert all(one.severity != STOPS for one in workspace.problems if one.column == "kind")
    assert workspace.counts["invoice_lines"].refused == 1


@pytest.mark.parametrize(("name", "what"), [
    ("Gr\ufffdnwaldt AG", "has lost letters"), ("Gr\u00c3\u00bcnwaldt AG", "was encoded twice")])
def test_names_whose_letters_are_damaged_are_told(tmp_path, name, what):
    workspace = inspect(tmp_path, accounts_csv=f"account_id,name\nA1,{name}\nA2,Grünwaldt ÂG\n")
    problem = the_problem(workspace)
    assert (problem.column, problem.severity, problem.values) == ("name", NOTED, (name,))
    assert what in problem.what


@pytest.mark.parametrize("minus", ["-", "\u2212", "\u2013"])
def test_any_minus_is_one(tmp_path, minus):
    workspace = inspect(tmp_path, invoice_lines_csv=HEADER + f"2026-01-05,A1,{minus}12.50\n")
    assert [row[2] for row in lines_of(workspace)] == [-12.5]
    assert workspace.problems == ()


def test_a_line_without_number_and_account_counts_in_the_control_totals(tmp_path):
    # No number and no account is no total: 100 + 50 + 70 = 220 count.
    text = ("invoice_id,invoice_date,account_id,revenue\nA1,2025-10-02,K1,100\n"
            "A2,2025-12-31,K2,50\n,2025-12-31,,70\n")
    workspace = inspect(tmp_path, invoice_lines_csv=text)
    count = workspace.counts["invoice_lines"]
    assert (count.revenue, count.revenue_refused, count.refused) == (220.0, 0.0, 0)
    assert sum(row[2] for row in lines_of(workspace)) == 220


def test_a_refused_line_without_account_is_not_told_as_counting(tmp_path):
    # Of three lines without account one has no date and one is a total: only 7 counts.
    text = ("invoice_id,invoice_date,account_id,revenue\nI1,2026-01-05,A1,40\nI2,,,3\n"
            "I3,2026-01-06,,7\nTotal,2026-01-31,,50\n")
    workspace = inspect(tmp_path, LENIENT, invoice_lines_csv=text)
    (problem,) = [one for one in workspace.problems if "not assigned" in one.what]
    assert (problem.rows, problem.money) == (1, 7.0)
