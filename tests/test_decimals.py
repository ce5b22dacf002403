"""The decimal sign is told by a whole column, by the others of its source, or not at all."""

import duckdb
import pytest
from exports import inspect, lines_of, sentences, the_problem

from qbrkit.errors import DataError
from qbrkit.problems import NOTED, STOPS
from qbrkit.sources import decimals, kinds, open_workspace
from qbrkit.sources.decimals import COMMA_ONLY, EITHER, POINT_ONLY, marks_sql

HEADER = "invoice_date;account_id;revenue"


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as database:
        yield database


def marks(connection, *values):
    rows = ", ".join("(null)" if value is None else "('" + value.replace("'", "''") + "')"
                     for value in values)
    ((found,),) = connection.execute(
        f"select {marks_sql('t')} from (values {rows}) v(t)").fetchall()
    return found


def export(folder, *rows, option="", header=HEADER, **more):
    """Invoice lines whose last columns are given; the source has the option."""
    toml = f'[sources]\nlines = {{ file = "lines.csv"{option} }}\n' \
           '[tables.invoice_lines]\nsource = "lines"\n'
    text = "\n".join([header, *(f"2026-01-0{n};A{n};{row}" for n, row in enumerate(rows, 1)), ""])
    return inspect(folder, toml, lines_csv=text, **more)


@pytest.mark.parametrize(("text", "mark"), [
    ("12.5", POINT_ONLY), ("0.250", POINT_ONLY), ("1234.500", POINT_ONLY), ("1.2345", POINT_ONLY),
    (".5", POINT_ONLY), ("5.", POINT_ONLY), ("1,234.56", POINT_ONLY), ("1,234,567", POINT_ONLY),
    ("$ 1,234.50", POINT_ONLY), ("(12.50)", POINT_ONLY), ("12.50-", POINT_ONLY),
    ("-1.2e+5", POINT_ONLY), ("1'234.50", POINT_ONLY),
    ("12,5", COMMA_ONLY), ("0,250", COMMA_ONLY), ("1234,500", COMMA_ONLY), ("1.234,56", COMMA_ONLY),
    ("1.234.567", COMMA_ONLY), ("5,00 €", COMMA_ONLY), ("-0,5", COMMA_ONLY),
    ("1\u00a0234,5", COMMA_ONLY), ("(1,50)", COMMA_ONLY),
    ("1.234", EITHER), ("1,234", EITHER), ("-999.000", EITHER), ("12,345 €", EITHER),
    ("1234", None), ("", None), (None, None), ("05.01.2026", None), ("approx. 5", None),
    ("a,b", None), ("1..5", None), ("12,34,56", None), ("no. 12.5", None), ("1.2.3", None),
    ("1,23.4", None), ("12.5.2026 7:05", None), (".", None), (",", None)])
def test_what_one_value_allows(connection, text, mark):
    assert marks(connection, text) == mark


def test_marks_of_a_column_are_their_union(connection):
    assert marks(connection, "5", "1.234", "12.5", None, "x") == POINT_ONLY | EITHER
    assert marks(connection, "12,5", "12.5") == POINT_ONLY | COMMA_ONLY


@pytest.mark.parametrize(("values", "read"), [
    (["12,5", "1.234"], [12.5, 1234]), (["12.5", "1.234"], [12.5, 1.234]),
    (["12.5", "1,234"], [12.5, 1234]), (["1.234,56", "7"], [1234.56, 7]),
    (["0,250", "1,234"], [0.25, 1.234]), (["1.234.567", "1.234"], [1234567, 1234]),
    (["1,234,567", "1.234"], [1234567, 1.234]), (["1234,5 €", "-2"], [1234.5, -2])])
def test_one_value_of_one_notation_decides_the_column(tmp_path, values, read):
    workspace = export(tmp_path, *values)
    assert workspace.problems == ()
    assert [row[2] for row in lines_of(workspace)] == read


@pytest.mark.parametrize(("other", "read"), [("12,5", [1234, 5678]), ("12.5", [1.234, 5.678])])
def test_the_other_columns_of_the_table_decide_what_one_leaves_open(tmp_path, other, read):
    workspace = export(tmp_path, f"1.234;{other}", "5.678;7", header=HEADER + ";list_value")
    assert workspace.problems == ()
    assert [row[2] for row in lines_of(workspace)] == read


@pytest.mark.parametrize(("other", "read"), [("12,5", 1234), ("12.5", 1.234)])
def test_columns_of_the_source_that_are_not_mapped_decide_as_well(tmp_path, other, read):
    workspace = export(tmp_path, f"1.234;{other}", header=HEADER + ";Freight")
    assert workspace.problems == ()
    assert lines_of(workspace)[0][2] == read


def test_an_id_or_a_text_with_a_sign_is_no_evidence(tmp_path):
    workspace = export(tmp_path, "1.234;12,5;v 2,5", header=HEADER + ";Item No;note")
    assert the_problem(workspace).severity == STOPS


def test_other_columns_that_contradict_each_other_decide_nothing(tmp_path):
    workspace = export(tmp_path, "1.234;12,5;12.5", header=HEADER + ";cost;list_value")
    assert [(problem.column, problem.severity) for problem in workspace.problems] == [
        ("revenue", STOPS)]


@pytest.mark.parametrize("value", ["1.234", "1,234"])
@pytest.mark.parametrize("mapping", ["", "sql"])
def test_what_nothing_decides_stops_and_names_the_option(tmp_path, value, mapping):
    toml = '[sources]\nlines = "lines.csv"\n[tables.invoice_lines]\n' + (
        'sql = "select * from lines"\n' if mapping else 'source = "lines"\n')
    workspace = inspect(tmp_path, toml, lines_csv=f"{HEADER}\n2026-01-05;A1;{value}\n")
    problem = the_problem(workspace)
    assert (problem.severity, problem.values) == (STOPS, (value,))
    assert "may be read two ways" in problem.sentence()
    assert 'decimal = "," or decimal = "."' in problem.fix
    with pytest.raises(DataError, match="may be read two ways"):
        open_workspace(tmp_path)


def test_both_notations_in_one_column_stop_with_a_value_of_each(tmp_path):
    problem = the_problem(export(tmp_path, "12,5", "7", "13.5", "1.234"))
    assert problem.severity == STOPS
    assert "as it holds '13.5' and '12,5'" in problem.sentence()
    assert problem.rows == 3   # 12,5 and 13.5 and 1.234, not 7


@pytest.mark.parametrize(("sign", "read"), [(",", [1234, 12.5]), (".", [1.234, None])])
def test_the_sign_given_wins_over_all_evidence(tmp_path, sign, read):
    workspace = export(tmp_path, "1.234;x", "12,5;y", option=f', decimal = "{sign}"',
                       header=HEADER + ";note")
    wanted = [value for value in read if value is not None]
    assert [row[2] for row in lines_of(workspace)] == wanted


def test_whole_numbers_stay_whole(tmp_path):
    toml = ('[sources]\nlines = "lines.csv"\n[tables.invoice_lines]\n'
            'sql = "select *, Qty // 2 as quantity from lines"\n')
    workspace = inspect(tmp_path, toml,
                        lines_csv="invoice_date;account_id;revenue;Qty\n2026-01-05;A1;1,5;7\n")
    assert workspace.lines.project("revenue, quantity").fetchall()[0][1] == 3


def test_sql_calculates_with_columns_in_their_own_notation(tmp_path):
    toml = ('[sources]\nlines = "lines.csv"\n[tables.invoice_lines]\nsource = "lines"\n'
            'columns = { revenue = "Preis * Menge" }\n')
    # 1.234 is more than a thousand, since 12,50 stands in the same column
    workspace = inspect(tmp_path, toml, lines_csv=(
        "invoice_date;account_id;Preis;Menge\n2026-01-05;A1;12,50;2\n2026-01-06;A2;1.234;3\n"))
    assert workspace.problems == ()
    assert [row[2] for row in lines_of(workspace)] == [25, 3702]


def test_sql_over_a_column_that_may_be_read_two_ways_names_the_option(tmp_path):
    toml = ('[sources]\nlines = "lines.csv"\n[tables.invoice_lines]\nsource = "lines"\n'
            'columns = { revenue = "Preis * 2" }\n')
    workspace = inspect(tmp_path, toml,
                        lines_csv="invoice_date;account_id;Preis\n2026-01-05;A1;1.234\n")
    assert the_problem(workspace).sentence().endswith(
        "Preis holds '1.234' (lines.csv row 2), which may be read with a decimal point or a "
        'decimal comma; write decimal = "," or decimal = "." for the source')


@pytest.mark.parametrize(("early", "late", "kind", "last"), [
    ("5", "12,5", "number", 12.5), ("5", "12.5", "number", 12.5),
    ("1.234", "12,5", "number", 12.5), ("1,234", "12.5", "number", 12.5),
    ("12,5", "1.234", "number", 1234), ("12,5", "7,x", "text", 0), ("12,5", "12.5", "text", 0),
    ("12.5", "1.234,5", "text", 0), ("1.234", "5.678", "text", 0)])
def test_the_last_row_of_a_long_column_decides_as_well(connection, monkeypatch, early, late, kind,
                                                       last):
    monkeypatch.setattr(kinds, "SAMPLE_ROWS", 3)
    connection.execute("create or replace table k (x VARCHAR)")
    connection.executemany("insert into k values (?)", [[early]] * 4 + [[late]])
    found = kinds.find_kinds(connection, "k", {"x": "VARCHAR"}, None, ())["x"]
    assert found.name == kind
    values = connection.execute(f"select {found.sql('x')} from k").fetchall()
    assert values[-1][0] == (last if kind == "number" else late)
    assert None not in {value for value, in values}


@pytest.mark.parametrize("rows", [1, 9])
def test_another_column_decides_a_long_one(connection, monkeypatch, rows):
    monkeypatch.setattr(kinds, "SAMPLE_ROWS", 3)
    connection.execute("create or replace table k (x VARCHAR, y VARCHAR)")
    connection.executemany("insert into k values (?, ?)", [["1.234", "0,5"]] * rows)
    found = kinds.find_kinds(connection, "k", {"x": "VARCHAR", "y": "VARCHAR"}, None, ())
    assert connection.execute(f"select {found['x'].sql('x')}, {found['y'].sql('y')} from k limit 1"
                              ).fetchall() == [(1234.0, 0.5)]


def test_a_column_told_to_be_numbers_takes_its_sign_from_the_others(tmp_path):
    option = ', types = { Price = "number" }'
    text = "Price;cost\n"
    toml = ('[sources]\nlines = { file = "lines.csv"' + option + ' }\n[tables.invoice_lines]\n'
            'source = "lines"\ncolumns = { revenue = "coalesce(Price, 0) * 2" }\n')
    rows = "invoice_date;account_id;" + text + "2026-01-05;A1;1.234;0,5\n2026-01-06;A2;n/a;0,5\n"
    workspace = inspect(tmp_path, toml, lines_csv=rows)
    assert [row[2] for row in lines_of(workspace)] == [2468, 0]
    open_too = inspect(tmp_path, toml, lines_csv=rows.replace("0,5", "7"))
    assert any("the decimal sign of Price cannot be told from '1.234'" in one
               for one in sentences(open_too))


@pytest.mark.parametrize(("written", "share"), [
    ("12.5 %", 0.125), ("12,5 %", 0.125), ("30%", 0.3), ("0,3", 0.3), ("100 %", 1.0)])
def test_shares_may_be_written_per_cent(tmp_path, written, share):
    workspace = inspect(tmp_path, risks_csv=f"risk_id;impact_share\nR1;{written}\n")
    assert workspace.problems == ()
    assert workspace.tables["risks"]["impact_share"].tolist() == [share]


def test_per_cent_is_no_number_elsewhere(tmp_path):
    workspace = inspect(tmp_path, accounts_csv="account_id;employees\nA1;12 %\nA2;3\n")
    problem = the_problem(workspace)
    assert (problem.values, problem.severity) == (("12 %",), NOTED)


def test_examples_are_one_value_of_each_kind(connection):
    connection.execute("create or replace table k (x VARCHAR)")
    connection.executemany("insert into k values (?)", [["7,5"], ["2.25"], ["1.234"], ["x"]])
    assert decimals.examples(connection, "k", "x") == ("2.25", "7,5", "1.234")
