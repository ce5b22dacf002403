"""Several files of one source: renamed headings, rows that stand in two of them, sheets."""

import pytest
import xlsxwriter
from exports import inspect, lines_of, sentences

MAPPED = """
[tables.invoice_lines]
source = "lines"
columns = { account_id = "Cust", invoice_date = "Day", revenue = "Price * Quantity" }
"""
A = ("Customer ID,Day,Price,Quantity\n17850.0,2010-11-30,1.5,2\n17850.0,2010-12-01,2.5,2\n"
     "17850.0,2010-12-01,2.5,2\n")
B = ("CustomerID,Day,UnitPrice,Quantity\n17850,2010-12-01,2.50,2\n17850,2010-12-01,2.5,2\n"
     "17850,2010-12-01,2.5,2\n17850,2010-12-02,2.5,1\n")


def source(more=""):
    return ('[sources]\nlines = { files = ["a.csv", "b.csv"], types = { Cust = "id" }, rename = { '
            '"Customer ID" = "Cust", CustomerID = "Cust", UnitPrice = "Price" }' + more + " }\n")


def test_row_of_two_files_counts_once_however_it_is_written(tmp_path):
    # 2010-12-01 stands twice in a.csv and three times in b.csv: three rows are three sales, five
    # are not. 2.50 is 2.5, and 17850.0 is 17850.
    workspace = inspect(tmp_path, source(', overlapping = "once"') + MAPPED, a_csv=A, b_csv=B)
    assert sorted(lines_of(workspace)) == [
        ("2010-11-30", "17850", 3.0), *[("2010-12-01", "17850", 5.0)] * 3,
        ("2010-12-02", "17850", 2.5)]
    assert ("[sources] lines: rows of b.csv stand in an earlier file as well; they count once "
            "(2 rows)") in sentences(workspace)


def test_rows_that_are_different_ones_all_count(tmp_path):
    workspace = inspect(tmp_path, source(', overlapping = "all"') + MAPPED, a_csv=A, b_csv=B)
    assert len(lines_of(workspace)) == 7
    assert not any("several files" in one for one in sentences(workspace))


def test_overlap_is_told_with_what_to_write(tmp_path):
    many = "".join(f"17850,2010-12-01,{at}.5,2\n" for at in range(8))
    workspace = inspect(tmp_path, source() + MAPPED, a_csv=A.splitlines()[0] + "\n" + many,
                        b_csv=B.splitlines()[0] + "\n" + many)
    (told,) = [one for one in sentences(workspace) if "several files" in one]
    assert 'overlapping = "once"' in told
    assert "(8 rows" in told


def test_two_columns_of_one_name_after_renaming_are_a_fault(tmp_path):
    from qbrkit.errors import SettingError
    with pytest.raises(SettingError, match="rename makes two columns Quantity"):
        inspect(tmp_path, source().replace('"Price"', '"Quantity"') + MAPPED, a_csv=A, b_csv=B)


def test_sheets_of_a_workbook_are_one_source(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        for year, revenue in (("2025", 10), ("2026", 20)):
            sheet = book.add_worksheet(f"Year {year}")
            sheet.write_row(0, 0, ["invoice_date", "account_id", "revenue"])
            sheet.write_row(1, 0, [f"{year}-03-01", "A1", revenue])
            sheet.write_row(2, 0, [f"{year}-03-02", "A1", "x"])
    workspace = inspect(tmp_path, '[sources]\ninvoice_lines = { file = "book.xlsx", sheet = '
                        '["Year 2025", 2] }\n[checks]\nmax_refused_share = 1.0\n')
    assert [line[2] for line in lines_of(workspace)] == [10.0, 20.0]
    (told,) = [one for one in sentences(workspace) if "not a number" in one]
    assert "book.xlsx [Year 2025] row 3" in told
    assert "book.xlsx [2] row 3" in told


def test_quotation_mark_behind_its_own_sign_is_read(tmp_path):
    text = 'invoice_date,account_id,revenue\n2026-01-05,"A \\"one\\", Ltd",10\n'
    workspace = inspect(tmp_path, '[sources]\ninvoice_lines = { file = "x.csv", escape = "\\\\" }',
                        x_csv=text)
    assert lines_of(workspace) == [("2026-01-05", 'A "one", Ltd', 10.0)]


def test_file_whose_dates_another_one_decides_is_told(tmp_path):
    head = "invoice_date,account_id,revenue\n"
    workspace = inspect(
        tmp_path, '[sources]\ninvoice_lines = { files = ["a.csv", "b.csv"] }',
        a_csv=head + "1/31/2026,A1,10\n", b_csv=head + "1/2/2026,A1,20\n")
    (told,) = [one for one in sentences(workspace) if "told apart" in one]
    assert "in b.csv alone; read month first, as in the other files (1 row)" in told


def test_column_named_twice_is_told(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv=(
        "invoice_date,account_id,revenue,Revenue\n2026-01-05,A1,10,99\n"))
    assert lines_of(workspace) == [("2026-01-05", "A1", 10.0)]
    assert "names revenue twice; the first keeps its name, the second is revenue_2" in sentences(
        workspace)[0]
