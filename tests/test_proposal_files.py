"""How files are written, found by looking at all of them: what comes out is what was put in."""
# ruff: noqa: E501  (the lines of an export are as long as they are)

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from qbrkit.errors import DataError, SettingError
from qbrkit.proposal import propose
from tests.proposed import lines_of, proposed, put, stops, written

HEAD = "invoice_no{0}invoice_date{0}customer_no{0}net_amount\n"
ROWS = (("R1", "2026-01-31", "007", "10.50"), ("R2", "2026-02-28", "Größe", "20"))
LINES = [("R1", "2026-01-31", "007", 10.5), ("R2", "2026-02-28", "Größe", 20.0)]


def table(delimiter: str = ",", quote: str = "") -> str:
    return HEAD.format(delimiter) + "".join(
        delimiter.join(f"{quote}{cell}{quote}" for cell in row) + "\n" for row in ROWS)


def workspace_of(folder: Path, content: str | bytes, name: str = "sales.csv", encoding="utf-8"):
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    proposal, workspace = proposed(folder)
    assert stops(workspace) == [], proposal.text
    return proposal, workspace


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                      "windows-1252", "cp850", "mac-roman"])
def test_encoding_is_found(tmp_path, encoding):
    _, workspace = workspace_of(tmp_path, table(), encoding=encoding)
    assert lines_of(workspace) == LINES


def test_polish_letters_are_not_read_as_western_signs(tmp_path):
    text = table().replace("Größe", "Śląska Spółka Żółć")
    _, workspace = workspace_of(tmp_path, text, encoding="windows-1250")
    assert lines_of(workspace)[1][2] == "Śląska Spółka Żółć"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~"])
def test_delimiter_is_found(tmp_path, delimiter):
    _, workspace = workspace_of(tmp_path, table(delimiter), name="sales.txt")
    assert lines_of(workspace) == LINES


def test_decimal_comma_in_a_comma_file_stands_in_quotes(tmp_path):
    text = 'invoice_no,invoice_date,customer_no,net_amount\n1,2026-01-31,A,"10,50"\n2,2026-02-28,B,"1.200,00"\n'
    _, workspace = workspace_of(tmp_path, text)
    assert lines_of(workspace, "revenue") == [(10.5,), (1200.0,)]


@pytest.mark.parametrize("quote", ['"', "'"])
def test_quotation_mark_is_found(tmp_path, quote):
    _, workspace = workspace_of(tmp_path, table(";", quote))
    assert lines_of(workspace) == LINES


def test_quotation_marks_that_are_inches_are_plain_characters(tmp_path):
    rows = "".join(f"R{number}|2026-01-31|A|Screen {number}\" wide|1.00\n" for number in range(5))
    text = "invoice_no|invoice_date|customer_no|description|net_amount\n" + rows + \
        'R9|2026-02-28|A|"Bar|2.00\n'
    _, workspace = workspace_of(tmp_path, text)
    assert sum(one for one, in lines_of(workspace, "revenue")) == 7.0  # 5 × 1 + 2


def test_rows_above_the_header_are_skipped(tmp_path):
    text = "Sales report\nprinted 2026-03-01\n\n" + table(";")
    _, workspace = workspace_of(tmp_path, text)
    assert lines_of(workspace) == LINES


@pytest.mark.parametrize("mark", ["NULL", r"\N", "#N/A", "n/a", "-"])
def test_marks_for_nothing_become_missing(tmp_path, mark):
    text = table().replace("10.50", mark).replace("net_amount", "net_amount,cost").replace(
        f",{mark}\n", f",10.50,{mark}\n").replace(",20\n", ",20,12\n")
    _, workspace = workspace_of(tmp_path, text)
    assert lines_of(workspace, "invoice_id, cost is null") == [("R1", 1.0), ("R2", 0.0)]


def test_short_years_are_read_by_their_format(tmp_path):
    text = table().replace("2026-01-31", "31.01.26").replace("2026-02-28", "28.02.26")
    _, workspace = workspace_of(tmp_path, text)
    assert [day for _, day, *_ in lines_of(workspace)] == ["2026-01-31", "2026-02-28"]


def test_month_first_is_told_by_one_day_above_twelve(tmp_path):
    text = table().replace("2026-01-31", "1/2/2026").replace("2026-02-28", "2/28/2026")
    proposal, workspace = workspace_of(tmp_path, text)
    assert [day for _, day, *_ in lines_of(workspace)] == ["2026-01-02", "2026-02-28"]
    assert not any("day and month" in question for question in proposal.questions)


def test_packed_file_and_parquet_are_read(tmp_path):
    packed, parquet = tmp_path / "packed", tmp_path / "parquet"
    packed.mkdir()
    parquet.mkdir()
    _, workspace = workspace_of(packed, gzip.compress(table(";").encode()), name="sales.csv.gz")
    assert lines_of(workspace) == LINES
    head = HEAD.format(",").strip().split(",")
    columns = list(zip(*ROWS, strict=True))
    pq.write_table(pa.table({**dict(zip(head[:3], columns[:3], strict=True)),
                             "net_amount": [10.5, 20.0]}), parquet / "sales.parquet")
    _, workspace = proposed(parquet)
    assert lines_of(workspace) == LINES


def workbook(file: Path, sheets: dict[str, list[list]]) -> None:
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)


def test_every_sheet_with_data_is_a_source(tmp_path):
    workbook(tmp_path / "export.xlsx", {
        "Info": [["made by the ERP"]],
        "Invoices": [["Quarterly export"], [], ["Invoice No", "Invoice Date", "Customer No", "Net Amount"],
                     ["R1", "2026-01-31", "7", 10.5], ["R2", "2026-02-28", "8", 20]],
        "Customers": [["Customer No", "Name"], ["7", "Alpha"], ["8", "Beta"]]})
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace, "account_id, revenue") == [("7", 10.5), ("8", 20.0)]
    assert workspace.tables["accounts"]["name"].tolist() == ["Alpha", "Beta"]


def test_sheets_of_one_kind_are_one_source(tmp_path):
    head = ["Invoice No", "Invoice Date", "Customer No", "Net Amount"]
    workbook(tmp_path / "sales.xlsx", {"Year 2025": [head, ["R1", "2025-01-31", "7", 10.5]],
                                       "Year 2026": [head, ["R2", "2026-01-31", "7", 20]]})
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace, "invoice_date, revenue") == [("2025-01-31", 10.5), ("2026-01-31", 20.0)]


def test_yearly_files_of_a_subfolder_are_one_source_by_a_pattern(tmp_path):
    put(tmp_path, {
        "erp/invoices_2025.csv": HEAD.format(";") + "R1;2025-01-31;A;1\n",
        "erp/invoices_2026.csv": HEAD.format(";") + "R2;2026-01-31;A;2\n",
        "notes.txt": "Please mind the gap.\n"})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace, "invoice_id, revenue") == [("R1", 1.0), ("R2", 2.0)]
    assert "invoices_*.csv" in proposal.text
    assert any("notes.txt" in one for one in proposal.refused)


def test_files_with_more_columns_than_others_are_told(tmp_path):
    put(tmp_path, {
        "sales_2025.csv": HEAD.format(",") + "R1,2025-01-31,A,1\n",
        "sales_2026.csv": HEAD.format(",").strip() + ",region\nR2,2026-01-31,A,2,North\n"})
    proposal, workspace = proposed(tmp_path)
    assert lines_of(workspace, "invoice_id, revenue") == [("R1", 1.0), ("R2", 2.0)]
    assert "it lacks region" in proposal.text


def test_leading_zeros_stay_and_joins_find_them(tmp_path):
    put(tmp_path, {
        "invoices.csv": HEAD.format(",") + "R1,2026-01-31,00012,5\nR2,2026-02-28,00007,6\n",
        "customers.csv": "customer_no,name\n12,Alpha\n7,Beta\n"})
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    named = workspace.tables["accounts"].set_index("account_id")["name"]
    assert {named[account]: revenue for account, revenue in
            lines_of(workspace, "account_id, revenue")} == {"Alpha": 5.0, "Beta": 6.0}


def test_file_named_after_the_contract_needs_no_mapping(tmp_path):
    put(tmp_path, {"invoice_lines.csv": "invoice_date,account_id,revenue\n2026-01-31,A,5\n",
                   "accounts.csv": "account_id,name\nA,Alpha\n"})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert "[tables." not in proposal.text
    assert lines_of(workspace, "account_id, revenue") == [("A", 5.0)]


def test_file_that_only_bears_a_contract_name_does_not_stop_the_rest(tmp_path):
    put(tmp_path, {"invoices.csv": table(), "services.csv": "what,when\nrepair,2026-01-01\n"})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace) == LINES
    assert any("services.csv" in question for question in proposal.questions)


def test_delimiter_of_two_characters_is_told_in_a_sentence(tmp_path):
    put(tmp_path, {"invoices.csv": table(),
                   "orders.csv": "a+|b+|c\n1+|2+|3\n4+|5+|6\n"})
    proposal, workspace = proposed(tmp_path)
    assert any("'+|'" in one for one in proposal.refused)
    assert lines_of(workspace) == LINES


def test_damaged_and_foreign_files_are_told_and_the_rest_is_read(tmp_path):
    put(tmp_path, {"invoices.csv": table(), "broken.xlsx": b"PK\x03\x04no workbook",
                   "picture.csv": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "empty.csv": b"",
                   "page.csv": "<html><body>Please log in</body></html>\n",
                   "cut.csv.gz": gzip.compress(table().encode())[:20]})
    proposal, workspace = proposed(tmp_path)
    assert lines_of(workspace) == LINES
    for name in ("broken.xlsx", "picture.csv", "empty.csv", "page.csv", "cut.csv.gz"):
        assert any(name in one for one in proposal.refused), name


def test_folder_without_exports_is_an_error_and_nothing_is_written(tmp_path):
    (tmp_path / "letter.docx").write_bytes(b"PK")
    with pytest.raises(DataError, match=r"no file in .* can be read"):
        propose(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["letter.docx"]


def test_a_qbr_toml_that_is_there_stays(tmp_path):
    put(tmp_path, {"invoices.csv": table(), "qbr.toml": "mine"})
    with pytest.raises(SettingError, match="stays as it is"):
        propose(tmp_path)
    assert (tmp_path / "qbr.toml").read_text() == "mine\n"


def test_names_that_sql_or_toml_would_misread_are_quoted(tmp_path):
    put(tmp_path, {"order.csv": written("""
        Order;Order Date;Customer "No";Qty.;Unit "Price";Select
        1;2026-01-31;A;2;5.00;x
        2;2026-02-28;B;1;7.50;y
        """)})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == [], proposal.text
    assert sum(one for one, in lines_of(workspace, "revenue")) == 17.5  # 2 × 5 + 7.50


def test_two_files_named_after_one_table_do_not_stop_the_check(tmp_path):
    put(tmp_path, {"invoice_lines.csv": "invoice_date,account_id,revenue\n2026-01-31,A,5\n",
                   "accounts.csv": "account_id,name\nA,Alpha\n",
                   "accounts.tsv": "account_id\tname\nA\tAlpha again\n"})
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert workspace.tables["accounts"]["name"].tolist() == ["Alpha"]


def test_file_with_column_names_only_is_no_source_of_anything(tmp_path):
    put(tmp_path, {"invoices.csv": table(), "returns.csv": HEAD.format(",")})
    _, workspace = proposed(tmp_path)
    assert lines_of(workspace) == LINES


def test_sheets_that_overlap_count_once_and_are_asked_about(tmp_path):
    head = ["Invoice No", "Invoice Date", "Customer No", "Net Amount"]
    row = ["R1", "2025-12-31", "7", 10.5]
    workbook(tmp_path / "sales.xlsx", {"Year 2025": [head, row],
                                       "Year 2026": [head, row, ["R2", "2026-01-31", "7", 20]]})
    proposal, workspace = proposed(tmp_path)
    # R1 stands in both sheets: 10.50 + 20
    assert sum(one for one, in lines_of(workspace, "revenue")) == 30.5
    assert any("1 records stand in more than one of its sheets" in question
               for question in proposal.questions)
