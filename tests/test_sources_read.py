"""Text files, workbooks and Parquet of strangers, read without a guess."""

import gzip
import re
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from exports import LINES, inspect, lines_of, sentences, the_problem, write

from qbrkit.errors import DataError, QbrError, SettingError
from qbrkit.sources import inspect_workspace, open_workspace

EXPECTED = [("2026-01-05", "A1", 10.5), ("2026-02-06", "A2", 20.0)]
CUSTOMER = "Müller & Söhne – „Größe“ 5 €"
CUSTOMERS = f"account_id,name\nA1,{CUSTOMER}\n"


def source(entry: str, name: str = "export") -> str:
    return f"[sources]\n{name} = {entry}\n[tables.invoice_lines]\nsource = \"{name}\"\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("told", [True, False])
def test_any_usual_delimiter_is_read_told_or_not(tmp_path, delimiter, told):
    option = f", delimiter = {delimiter!r}".replace("'", '"') if told else ""
    workspace = inspect(tmp_path, source(f'{{ file = "export.csv"{option} }}'),
                        export_csv=LINES.replace(",", delimiter))
    assert lines_of(workspace) == EXPECTED
    assert workspace.problems == ()


def test_semicolon_is_found_though_decimal_commas_abound(tmp_path):
    text = "invoice_date;account_id;revenue;cost\n05.01.2026;A1;1,5;0,5\n06.01.2026;A2;2,5;1,5\n"
    workspace = inspect(tmp_path, source('{ file = "export.csv", decimal = "," }'),
                        export_csv=text)
    assert [row[2] for row in lines_of(workspace)] == [1.5, 2.5]


def test_semicolon_is_found_without_a_header(tmp_path):
    text = "05.01.2026;A1;1,5;0,5\n06.01.2026;A2;2,5;1,5\n"
    toml = source('{ file = "export.csv", decimal = ",", header = false }') + (
        'columns = { invoice_date = "column1", account_id = "column2", revenue = "column3" }\n')
    assert lines_of(inspect(tmp_path, toml, export_csv=text)) == [
        ("2026-01-05", "A1", 1.5), ("2026-01-06", "A2", 2.5)]


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_file_without_header_keeps_its_first_row(tmp_path, start):
    toml = source('{ file = "export.csv", header = false }') + (
        'columns = { account_id = "column1", invoice_date = "column2", revenue = "column3" }\n')
    workspace = inspect(tmp_path, toml, export_csv=start + "A1,2026-01-05,10.5\nA2,2026-02-06,20\n")
    assert lines_of(workspace) == EXPECTED


def test_skipped_rows_stand_above_the_header(tmp_path):
    workspace = inspect(tmp_path, source('{ file = "export.csv", skip_rows = 3 }'),
                        export_csv=f"Report; 2026, of all\n\n\"as of\n{LINES}")
    assert lines_of(workspace) == EXPECTED


def test_quoted_texts_hold_delimiters_line_breaks_and_doubled_quotes(tmp_path):
    workspace = inspect(tmp_path, accounts_csv='account_id,name\nA1,"one, ""two""\nthree"\nA2,x\n')
    assert workspace.tables["accounts"]["name"].tolist() == ['one, "two"\nthree', "x"]


def test_quotation_marks_are_plain_characters_when_told(tmp_path):
    toml = '[sources]\naccounts = { file = "accounts.csv", quote = "" }\n'
    workspace = inspect(tmp_path, toml, accounts_csv='account_id,name\nA1,"12" pipe\nA2,5" tube"\n')
    assert workspace.tables["accounts"]["name"].tolist() == ['"12" pipe', '5" tube"']


def test_inch_mark_inside_a_text_needs_no_option(tmp_path):
    workspace = inspect(tmp_path, accounts_csv='account_id,name\nA1,pipe 12" long\n')
    assert workspace.tables["accounts"]["name"].tolist() == ['pipe 12" long']


def test_single_quotes_around_texts_are_an_option(tmp_path):
    toml = "[sources]\naccounts = { file = \"accounts.csv\", quote = \"'\" }\n"
    workspace = inspect(tmp_path, toml, accounts_csv="account_id,name\nA1,'a, b'\n")
    assert workspace.tables["accounts"]["name"].tolist() == ["a, b"]


@pytest.mark.parametrize(("encoding", "told"), [
    ("utf-8", False), ("utf-8-sig", False), ("windows-1252", True), ("cp1252", True),
    ("utf-16", False), ("utf-16-le", True), ("utf-16-be", True), ("utf-32", False),
    ("utf-8", True)])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_are_read_packed_or_not(tmp_path, encoding, told, packed):
    data = CUSTOMERS.encode(encoding)
    option = f', encoding = "{encoding}"' if told else ""
    name = "accounts.csv.gz" if packed else "accounts.csv"
    (tmp_path / name).write_bytes(gzip.compress(data) if packed else data)
    workspace = inspect(tmp_path, f'[sources]\naccounts = {{ file = "{name}"{option} }}\n')
    assert workspace.tables["accounts"]["name"].tolist() == [CUSTOMER]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf16_with_its_mark_needs_no_option_whichever_byte_comes_first(tmp_path, mark):
    encoding = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    workspace = inspect(tmp_path, accounts_csv=mark + CUSTOMERS.encode(encoding))
    assert workspace.tables["accounts"]["name"].tolist() == [CUSTOMER]


def test_packed_file_is_known_by_its_bytes_and_not_by_its_ending(tmp_path):
    workspace = inspect(tmp_path, '[sources]\naccounts = "accounts.csv"\ncontacts = "c.csv.gz"\n',
                        accounts_csv=gzip.compress(CUSTOMERS.encode()),
                        **{"c.csv_gz": "contact_id,account_id\nC1,A1\n"})
    assert len(workspace.tables["accounts"]) == len(workspace.tables["contacts"]) == 1


def test_glob_unites_orders_of_columns_extra_columns_and_encodings(tmp_path):
    toml = source('{ files = ["2025.csv", "2026*.csv"], encoding = "windows-1252" }') + (
        'columns = { reference_invoice_id = "Größe" }\n')
    write(tmp_path, toml)
    header = "account_id;invoice_date;revenue;Größe\n"
    (tmp_path / "2025.csv").write_bytes((header + "Ä1;2025-01-01;1;é\n").encode("cp1252"))
    (tmp_path / "2026a.csv").write_bytes(
        "revenue,account_id,Größe,invoice_date,x\n2,Ä2,ü,2026-01-01,7\n".encode())
    (tmp_path / "2026b.csv").write_bytes((header + "Ä3;2026-01-02;3;ß\n").encode("utf-16"))
    (tmp_path / "2026c.csv").write_bytes((header + "Ä4;2026-01-03;4;€\n").encode("utf-8-sig"))
    workspace = inspect_workspace(tmp_path)
    found = workspace.lines.project("account_id, revenue, reference_invoice_id").fetchall()
    assert [(a, float(r), x) for a, r, x in found] == [
        ("Ä1", 1, "é"), ("Ä2", 2, "ü"), ("Ä3", 3, "ß"), ("Ä4", 4, "€")]


def test_a_file_named_twice_is_read_once(tmp_path):
    toml = source('{ files = ["export.csv", "*.csv", "ex*.csv"] }')
    assert len(lines_of(inspect(tmp_path, toml, export_csv=LINES))) == 2


def test_file_names_with_signs_of_patterns_are_plain_names(tmp_path):
    folder = tmp_path / "a [2026] it's"
    folder.mkdir()
    (folder / "b [1].csv").write_text(LINES)
    (folder / "c [1].parquet").write_bytes(b"")
    pq.write_table(pa.table({"account_id": ["A1"]}), folder / "c [1].parquet")
    toml = source('"b [1].csv"') + '[tables.accounts]\nsource = "c"\n'
    toml = toml.replace("[sources]\n", '[sources]\nc = "c [1].parquet"\n')
    workspace = inspect(folder, toml)
    assert lines_of(workspace) == EXPECTED
    assert workspace.tables["accounts"]["account_id"].tolist() == ["A1"]


def test_blank_lines_mixed_line_breaks_and_rows_of_delimiters_are_no_rows(tmp_path):
    text = ("\r\ninvoice_date,account_id,revenue\r\n2026-01-05,A1,10.50\n\n  \n,,\r\n"
            "2026-02-06,A2,20\r\n\n")
    workspace = inspect(tmp_path, invoice_lines_csv=text)
    assert lines_of(workspace) == EXPECTED
    assert workspace.problems == ()


def test_rows_are_numbered_as_a_spreadsheet_does_whatever_the_lines(tmp_path):
    text = 'Title\nx,invoice_date,account_id,revenue\n"a\nb",2026-01-01,A1,1\n{}c,2026-01-01,A1,?\n'
    toml = source('{ files = ["a.csv", "b.csv"], skip_rows = 1 }') + "[checks]\n" + (
        "max_refused_share = 1.0\n")
    workspace = inspect(tmp_path, toml, a_csv=text.format(""), b_csv=text.format("\n\n"))
    assert workspace.problems[0].places == ("a.csv row 4", "b.csv row 6")


def test_carriage_returns_alone_end_lines(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv=LINES.replace("\n", "\r"))
    assert lines_of(workspace) == EXPECTED


def test_row_numbers_hold_in_a_large_file(tmp_path):
    rows = [f"2026-01-05,A{n},{n}" for n in range(400_000)]
    rows[399_990] = "2026-01-05,A,?"
    workspace = inspect(tmp_path,
                        invoice_lines_csv="invoice_date,account_id,revenue\n" + "\n".join(rows))
    assert the_problem(workspace).places == ("invoice_lines.csv row 399992",)


def test_marks_for_nothing_are_missing(tmp_path):
    toml = '[sources]\naccounts = { file = "accounts.csv", null_values = ["NULL", "n/a"] }\n'
    workspace = inspect(tmp_path, toml,
                        accounts_csv="account_id,name,employees\nA1,NULL,5\nA2,NA, n/a \n")
    accounts = workspace.tables["accounts"]
    assert accounts["name"].isna().tolist() == [True, False]
    assert accounts["employees"].isna().tolist() == [False, True]


@pytest.mark.parametrize("written", [
    "2026-01-05", "2026-1-5", "2026/01/05", "20260105", "2026-01-05 23:59:59", "05-Jan-2026",
    "2026-01-05T00:30:00+02:00", "2026-01-05T23:30:00Z", "2026-01-05 12:00:00.000", "5 Jan 2026"])
def test_dates_that_can_be_read_one_way_only_need_no_format(tmp_path, written):
    workspace = inspect(tmp_path,
                        invoice_lines_csv=f"invoice_date,account_id,revenue\n{written},A1,1\n")
    assert lines_of(workspace) == [("2026-01-05", "A1", 1.0)]


@pytest.mark.parametrize(("first", "second", "expected"), [
    ("3/4/2026", "4/13/2026", "2026-03-04"), ("3/4/2026", "13/4/2026", "2026-04-03"),
    ("03-04-2026", "04-13-2026", "2026-03-04"), ("3.4.2026", "1.2.2026", "2026-04-03"),
    ("03.04.2026 7:05", "13.04.2026 23:10", "2026-04-03"),
    ("3/4/2026 12:00:00 AM", "4/13/2026 11:59 pm", "2026-03-04")])
def test_order_of_a_date_is_decided_by_the_whole_column(tmp_path, first, second, expected):
    text = f"invoice_date,account_id,revenue\n{first},A1,1\n{second},A1,1\n"
    workspace = inspect(tmp_path, invoice_lines_csv=text)
    assert lines_of(workspace)[0][0] == expected
    assert workspace.problems == ()


def test_order_of_dates_is_decided_over_all_files(tmp_path):
    header = "invoice_date,account_id,revenue\n"
    workspace = inspect(tmp_path, source('{ files = ["a.csv", "b.csv"] }'),
                        a_csv=header + "3/4/2026,A1,1\n", b_csv=header + "13/4/2026,A1,1\n")
    assert [row[0] for row in lines_of(workspace)] == ["2026-04-03", "2026-04-13"]


@pytest.mark.parametrize("dates", [("3/4/2026", "5/6/2026"), ("13/4/2026", "4/13/2026")])
@pytest.mark.parametrize("mapping", ["", "sql"])
def test_order_that_cannot_be_told_stops_and_names_the_option(tmp_path, dates, mapping):
    toml = source('"export.csv"')
    if mapping:
        toml = toml.replace('source = "export"', 'sql = "select * from export"')
    text = "invoice_date,account_id,revenue\n" + "".join(f"{one},A1,1\n" for one in dates)
    workspace = inspect(tmp_path, toml, export_csv=text)
    problem = the_problem(workspace)
    assert problem.severity == "stops"
    assert problem.values == dates
    assert 'date_format = "%d/%m/%Y"' in problem.fix
    with pytest.raises(DataError, match="day and month cannot be told apart"):
        open_workspace(tmp_path)


def test_impossible_date_does_not_spoil_the_order_of_the_others(tmp_path):
    rows = "".join(f"1/{day}/2026,B{n},1\n" for n in range(4) for day in range(1, 29))
    workspace = inspect(tmp_path, invoice_lines_csv="invoice_date,account_id,revenue\n" + rows
                        + "13/32/2026,A1,1\n")
    problem = the_problem(workspace)
    assert (problem.values, problem.severity) == (("13/32/2026",), "refused")
    assert len(lines_of(workspace)) == 28 * 4


@pytest.mark.parametrize(("form", "written"), [
    ("%d/%m/%Y", "03/04/2026"), ("%m/%d/%Y", "04/03/2026"), ("%d.%m.%y", "03.04.26"),
    ("%Y-%d-%m", "2026-03-04"), ("%d%b%Y", "03APR2026"), ("%d/%m/%Y", "03/04/2026 5:06:07")])
def test_given_format_decides(tmp_path, form, written):
    workspace = inspect(tmp_path, source(f'{{ file = "export.csv", date_format = "{form}" }}'),
                        export_csv=f"invoice_date,account_id,revenue\n{written},A1,1\n")
    assert lines_of(workspace) == [("2026-04-03", "A1", 1.0)]


def test_several_formats_are_tried_in_their_order(tmp_path):
    toml = source('{ file = "export.csv", date_format = ["%d.%m.%y", "%Y|%m|%d"] }')
    workspace = inspect(tmp_path, toml, export_csv=(
        "invoice_date,account_id,revenue\n03.04.26,A1,1\n2026|05|06,A1,1\n"))
    assert [row[0] for row in lines_of(workspace)] == ["2026-04-03", "2026-05-06"]


@pytest.mark.parametrize(("decimal", "written", "value"), [
    (None, "1,234.50", 1234.5), (None, "1,234,567", 1234567), (None, "(12.50)", -12.5),
    (None, "12.50-", -12.5), (None, "$ 1,234.50", 1234.5), (None, "1'234.50", 1234.5),
    (",", "1.234,50", 1234.5), (",", "-1.234,5", -1234.5), (",", "1.234", 1234), (",", "5 €", 5),
    (",", "1 234,5", 1234.5), (".", "1,234", 1234), (None, "1e-3", 0.001), (None, ".5", 0.5)])
def test_amounts_are_read_as_written(tmp_path, decimal, written, value):
    option = f', decimal = "{decimal}"' if decimal else ""
    workspace = inspect(tmp_path, source(f'{{ file = "export.csv"{option} }}'),
                        export_csv=f"invoice_date;account_id;revenue\n2026-01-05;A1;{written}\n")
    assert lines_of(workspace) == [("2026-01-05", "A1", value)]


@pytest.mark.parametrize("written", ["12,34,56", "5 pcs", "1..5"])
def test_amount_that_is_no_number_is_not_guessed(tmp_path, written):
    workspace = inspect(tmp_path, invoice_lines_csv=(
        f"invoice_date;account_id;revenue\n2026-01-05;A1;{written}\n"))
    assert 'write decimal = ","' in sentences(workspace)[0]
    assert workspace.problems[0].values == (written,)


def parquet(folder: Path, name: str, **columns: pa.Array) -> None:
    pq.write_table(pa.table(columns), folder / name)


def test_parquet_keeps_types_and_ids_become_plain_text(tmp_path):
    parquet(tmp_path, "export.parquet",
            account_id=pa.array([17850.0, float("nan"), 3.0]), product_id=pa.array([7, 8, None]),
            invoice_id=pa.array(["007", " ", "x"]), invoice_date=pa.array(
                [datetime(2026, 1, 5, 23), datetime(2026, 1, 6), datetime(2026, 1, 7)]),
            revenue=pa.array([1.5, 2.0, 3.0]), cost=pa.array([float("nan"), 1.0, None]))
    workspace = inspect(tmp_path, source('"export.parquet"'))
    found = workspace.lines.project(
        "account_id, product_id, invoice_id, invoice_date, revenue::double, cost::double")
    assert found.fetchall() == [
        ("17850", "7", "007", date(2026, 1, 5), 1.5, None),
        (None, "8", None, date(2026, 1, 6), 2.0, 1.0),
        ("3", None, "x", date(2026, 1, 7), 3.0, None)]
    assert "invoice_lines.account_id: is empty" in sentences(workspace)[0]
    assert "export.parquet row 3" in sentences(workspace)[0]


def test_several_parquet_files_of_different_types_are_one_table(tmp_path):
    day = pa.array([date(2026, 1, 5)])
    parquet(tmp_path, "a.parquet", account_id=pa.array([1]), invoice_date=day,
            revenue=pa.array([1.0]))
    parquet(tmp_path, "b.parquet", revenue=pa.array([2]), invoice_date=day,
            account_id=pa.array(["X1"]), more=pa.array([True]))
    parquet(tmp_path, "c.parquet", account_id=pa.array([2.0, None]).slice(0, 1), invoice_date=day,
            revenue=pa.array([3.0]))
    workspace = inspect(tmp_path, source('{ files = ["*.parquet"] }'))
    assert [row[1:] for row in lines_of(workspace)] == [("1", 1), ("X1", 2), ("2", 3)]


def test_float_ids_of_parquet_match_the_text_ids_of_csv_in_sql(tmp_path):
    parquet(tmp_path, "export.parquet", Buyer=pa.array([17850.0, None]),
            d=pa.array([date(2026, 1, 5)] * 2), revenue=pa.array([1.0, 2.0]))
    toml = '''[sources]
export = "export.parquet"
people = "people.csv"
[tables.invoice_lines]
sql = """select p.no as account_id, d as invoice_date, revenue
from export join people p on Buyer = p.no"""
'''
    workspace = inspect(tmp_path, toml, people_csv="no,name\n17850,x\n")
    assert lines_of(workspace) == [("2026-01-05", "17850", 1.0)]


def workbook(folder: Path, rows: list[list]) -> None:
    book = xlsxwriter.Workbook(str(folder / "export.xlsx"), {"default_date_format": "dd.mm.yyyy"})
    book.add_worksheet("Cover").write(0, 0, "nothing here")
    page = book.add_worksheet("Data")
    for at, row in enumerate(rows):
        page.write_row(at, 0, row)
    book.close()


ROWS = [["account_id", "invoice_date", "revenue", "invoice_id", "kind", None],
        [17850, date(2026, 1, 5), 10.5, "00123", "invoice", None],
        [None] * 6,
        ["A2", datetime(2026, 2, 6, 12, 30), 20, 123, None, "note"]]


@pytest.mark.parametrize("sheet", ['"Data"', "2"])
def test_workbook_is_read_by_name_or_number_of_the_sheet(tmp_path, sheet):
    workbook(tmp_path, ROWS)
    workspace = inspect(tmp_path, source(f'{{ file = "export.xlsx", sheet = {sheet} }}'))
    found = workspace.lines.project("invoice_date, account_id, revenue::double, invoice_id")
    assert found.fetchall() == [(date(2026, 1, 5), "17850", 10.5, "00123"),
                                (date(2026, 2, 6), "A2", 20.0, "123")]
    assert workspace.problems == ()


def test_title_rows_of_a_sheet_are_skipped_and_counted(tmp_path):
    workbook(tmp_path, [["Report"], [], *ROWS, ["A3", "?", 5, "x"]])
    toml = source('{ file = "export.xlsx", sheet = "Data", skip_rows = 2 }')
    workspace = inspect(tmp_path, toml + "[checks]\nmax_refused_share = 0.5\n")
    assert len(lines_of(workspace)) == 2
    assert the_problem(workspace).places == ("export.xlsx row 7",)


@pytest.mark.parametrize(("sheet", "sentence"), [
    ('"Zahlen"', "there is no sheet 'Zahlen'; there are 'Cover', 'Data'"),
    ("3", "there is no sheet 3; there are"), ("1", "required columns")])
def test_wrong_sheet_names_those_that_are_there(tmp_path, sheet, sentence):
    workbook(tmp_path, ROWS)
    toml = source(f'{{ file = "export.xlsx", sheet = {sheet} }}') + (
        'columns = { revenue = \'"nothing here"\' }\n' if sheet == "1" else "")
    assert sentence in sentences(inspect(tmp_path, toml))[0]


def test_sheet_without_names_where_they_should_be_tells_skip_rows(tmp_path):
    workbook(tmp_path, [[], *ROWS])
    workspace = inspect(tmp_path, source('{ file = "export.xlsx", sheet = 2 }'))
    assert "row 1 of the sheet is empty" in the_problem(workspace).sentence()
    assert "set skip_rows" in the_problem(workspace).sentence()


def test_leading_zeros_survive_mapping_and_sql(tmp_path):
    toml = '''[sources]
export = "export.csv"
[tables.invoice_lines]
sql = """select customer_nr as account_id, invoice_date, revenue from export
where customer_nr like '00%'"""
[tables.accounts]
source = "export"
columns = { account_id = "customer_nr", plan_id = "Plan" }
'''
    workspace = inspect(tmp_path, toml, export_csv=(
        "customer_nr,invoice_date,revenue,Plan\n00123,2026-01-05,1,007\n00124,2026-01-05,2,12\n"))
    assert [row[1] for row in lines_of(workspace)] == ["00123", "00124"]
    assert workspace.tables["accounts"]["account_id"].tolist() == ["00123", "00124"]
    assert workspace.tables["accounts"]["plan_id"].tolist() == ["007", "12"]


def test_ids_with_and_without_point_are_united_only_by_an_expression(tmp_path):
    toml = source('"export.csv"')
    text = ("Customer ID,invoice_date,revenue\n17850,2026-01-05,1\n17850.0,2026-01-05,2\n"
            "X1,2026-01-05,3\n")
    plain = inspect(tmp_path, toml + 'columns = { account_id = "Customer ID" }\n', export_csv=text)
    assert [row[1] for row in lines_of(plain)] == ["17850", "17850.0", "X1"]
    united = inspect(tmp_path, toml + (
        "columns = { account_id = \"regexp_replace(\\\"Customer ID\\\", '[.]0$', '')\" }\n"))
    assert [row[1] for row in lines_of(united)] == ["17850", "17850", "X1"]


def test_column_names_are_trimmed_repeated_and_missing_ones_told_apart(tmp_path):
    toml = source('"export.csv"') + 'columns = { product_id = "revenue_2", unit = "column5" }\n'
    workspace = inspect(tmp_path, toml, export_csv=(
        " Invoice_Date , ACCOUNT_ID,revenue,Revenue,\n2026-01-05,A1,1,P1,kg\n"))
    assert lines_of(workspace) == [("2026-01-05", "A1", 1.0)]
    assert workspace.lines.project("product_id, unit").fetchall() == [("P1", "kg")]


def test_forced_kinds_hold_and_tell_what_they_cannot_read(tmp_path):
    toml = '''[sources]
export = { file = "export.csv", types = { d = "date", Qty = "number", Rate = "text" } }
[tables.invoice_lines]
sql = """select d as invoice_date, account_id, coalesce(Qty, 0) * 2 as revenue, Rate as unit
from export"""
'''
    workspace = inspect(tmp_path, toml, export_csv=(
        "d,account_id,Qty,Rate\n2026-01-05,A1,2,1.50\n2026-01-06,A1,none,2.0\n"))
    assert [row[2] for row in lines_of(workspace)] == [4, 0]
    assert workspace.lines.project("unit").fetchall() == [("1.50",), ("2.0",)]
    assert the_problem(workspace).sentence().startswith(
        "[sources] export.Qty: is not a number; SQL sees it empty: 'none' (1 row)")


BAD_FILES = {
    "empty": (b"", "accounts.csv: is empty"),
    "only blank": (b"\n  \n", "accounts.csv: has no row with column names"),
    "binary": (bytes(range(256)), "accounts.csv line 1: holds NUL characters"),
    "nul": (b"account_id,name\nA1,a\0b\n", "accounts.csv line 2: holds NUL characters"),
    "utf-16 without mark": ("account_id\nA1\n".encode("utf-16-le"), "utf-16-le"),
    "workbook": (b"PK\x03\x04" + bytes(50), "is an Excel workbook or a zip archive"),
    "too few fields": (b"account_id,name\nA1,x\nA2\n",
                       "accounts.csv line 3: has 1 field where the first row has 2"),
    "too many fields": (b"account_id,name\nA1,x\nA2,Smith, Ltd\n",
                        "accounts.csv line 3: has 3 fields where the first row has 2"),
    "too many, uneven": (b"account_id,name\nA1,x\n\nA2,Smith, Ltd\n",
                         "accounts.csv line 4: has 3 fields where the first row has 2"),
    "quote left open": (b'account_id,name\nA1,"12 pipe\nA2,x\n',
                        "accounts.csv line 2: a quotation mark opens a text"),
    "quote in a quoted text": (b'account_id,name\nA1,"12" pipe"\nA2,x\n', 'write quote = ""'),
    "quote left open, uneven": (b'account_id,name\n\nA1,"12" pipe"\nA2,x\n', 'write quote = ""'),
    "header left open": (b'account_id,"name\nA1,x\n', "a quotation mark opens a text"),
    "windows-1252": ("account_id,name\nA1,Müller\n".encode("cp1252"),
                     "accounts.csv line 2: cannot be read as utf-8; it is probably windows-1252, "
                     "in which the place reads 'Müller': if so, write accounts = { file = "
                     '"accounts.csv", encoding = "windows-1252" }'),
    "damaged archive": (gzip.compress(b"account_id\nA1\n" * 99)[:40], "cannot be read"),
}


@pytest.mark.parametrize("fault", BAD_FILES)
def test_file_that_is_no_table_is_told_in_a_sentence(tmp_path, fault):
    data, sentence = BAD_FILES[fault]
    problem = the_problem(inspect(tmp_path, accounts_csv=data))
    assert sentence in problem.sentence()
    assert problem.severity == "stops"
    assert "\n" not in problem.sentence()
    assert not re.search(r"null_padding|strict_mode|ignore_errors|Error:", problem.sentence())


@pytest.mark.parametrize("ending", ["xlsx", "parquet", "ods"])
@pytest.mark.parametrize("data", [b"", b"account_id\nA1\n", bytes(range(256)) * 9])
def test_other_bytes_under_the_ending_of_a_workbook_or_parquet(tmp_path, ending, data):
    workspace = inspect(tmp_path, **{f"accounts_{ending}": data})
    assert f"accounts.{ending}: " in the_problem(workspace).sentence()


def test_two_bad_files_of_one_source_are_both_told(tmp_path):
    workspace = inspect(tmp_path, source('{ files = ["a.csv", "b.csv"] }'), a_csv="", b_csv=b"\xff")
    assert [re.search(r"[ab]\.csv", one)[0] for one in sentences(workspace)] == ["a.csv", "b.csv"]


def test_header_alone_is_an_empty_table(tmp_path):
    workspace = inspect(tmp_path, accounts_csv="account_id,name\n")
    assert len(workspace.tables["accounts"]) == 0
    assert workspace.tables["accounts"].dtypes.astype(str).to_dict()["name"] == "str"
    assert "in accounts" in sentences(workspace)[-1]


def test_lines_without_a_row_stop(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv="invoice_date,account_id,revenue\n")
    assert the_problem(workspace).what == "there is no line that can be used"


@pytest.mark.parametrize(("entry", "sentence"), [
    ('"nowhere.csv"', "there is no file 'nowhere.csv' in"),
    ('"folder"', "'folder' is a folder; name the files in it, as folder/*.csv"),
    ('{ files = ["*.tsv"] }', "there is no file '*.tsv' in"),
    ('{ files = ["export.csv", "x.parquet"] }', "must all be of one kind, not .csv and .parquet"),
    ('"qbr.toml"', "files that end in .toml cannot be read; allowed are .csv"),
    ("5", "must be a file name in quotes, or options as {"),
    ("{ }", "give one of file, files and url"),
    ('{ file = "export.csv", url = "x" }', "give one of file, files and url, not several"),
    ('{ file = "export.csv", seperator = ";" }', "seperator is no option; allowed are date_format"),
    ('{ file = "export.csv", delimiter = ";;" }', "delimiter = ';;' must be one character"),
    ('{ file = "export.csv", decimal = "x" }', "decimal = 'x' must be"),
    ('{ file = "export.csv", date_format = "DD.MM.YYYY" }', 'must be a format as "%d.%m.%Y"'),
    ('{ file = "export.csv", skip_rows = -1 }', "skip_rows = -1 must be a whole number"),
    ('{ file = "export.csv", header = "no" }', "header = 'no' must be true or false"),
    ('{ file = "export.csv", types = { revenue = "money" } }', "the kinds are text, number, date"),
    ('{ file = "export.csv", types = { x = "text" } }', "types names 'x', which is no text column"),
    ('{ file = "export.csv", sheet = 0 }', "its number; the first is 1"),
    ('{ file = "export.csv", encoding = "klingon" }', "encoding 'klingon' is not known"),
    ('{ file = "export.csv", query = "select 1" }', "a query needs the url of a database"),
    ('{ url = "sqlite:///x.db" }', "give the query to run at the url")])
def test_option_that_cannot_be_used_is_a_setting_error(tmp_path, entry, sentence):
    (tmp_path / "folder").mkdir()
    pq.write_table(pa.table({"a": [1]}), tmp_path / "x.parquet")
    write(tmp_path, source(entry), export_csv=LINES)
    with pytest.raises(SettingError, match=re.escape(sentence)):
        inspect_workspace(tmp_path)


def test_all_faults_of_the_sources_are_one_message(tmp_path):
    toml = """[sources]
a = { file = "none.csv", headr = true }
A = "none2.csv"
[tables.invoice_lines]
source = "a"
[tables.accounts]
source = "A"
"""
    with pytest.raises(SettingError) as raised:
        inspect_workspace(write(tmp_path, toml))
    assert "headr" in str(raised.value)
    assert "same name but for capital letters" in str(raised.value)


def test_nothing_but_an_error_of_the_kit_leaves(tmp_path):
    for number, (data, _) in enumerate(BAD_FILES.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(QbrError):
            open_workspace(write(folder, invoice_lines_csv=data))
