"""Damaged exports, one of every class of fault, and how each must end: the corpus as data.

``python -m tests.damage`` prints it as a table with the sentences that an analyst reads.
"""

import gzip
import io
import os
import sys
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from tests.damaging import (
    COMPANY,
    NORTHWIND,
    SAMPLE,
    SMALL,
    Change,
    Damage,
    Line,
    Unharmed,
    cell,
    column,
    data,
    gone,
    inserted,
    line,
    listed,
    look,
    make,
    make_northwind,
    moved,
    new,
    renamed,
    stops,
    swap,
    table,
    text,
    together,
    without,
    worth,
)

LINES = "invoice_lines_2026.csv"
TOML = "qbr.toml"
FORMAT = '%d/%m/%Y" (day first) or "%m/%d/%Y" (month first)'
ORDERS = "OrderNo;Customer;OrderDate;City\n"
MONTHS = "Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez".split()
UNREADABLE = "a file that may not be read"
NAME = "Zwieselbach Maschinenbau GmbH"
"""The account of row 4."""
WIDTH = 13
"""Columns of the sample's invoice lines."""


def option(source: str, options: str) -> Change:
    """Options added to a source of qbr.toml that names one file."""
    return text(TOML, lambda held: held.replace(
        f'{source} = "{source}.csv"', f'{source} = {{ file = "{source}.csv", {options} }}'))


def lines_option(options: str) -> Change:
    """Options added to the sample's invoice lines."""
    return swap(TOML, '["invoice_lines_*.csv"]', f'["invoice_lines_*.csv"], {options}')


def revenue(edit) -> Change:
    """Every revenue of the sample written otherwise."""
    return column(LINES, "revenue", lambda held, row: edit(held))


def dates(edit) -> Change:
    """Every invoice date of the sample written otherwise, from year, month and day."""
    return column(LINES, "invoice_date", lambda held, row: edit(*held.split("-")))


def grouped(amount: str, thousands: str, decimal: str) -> str:
    """An amount with thousands separated."""
    return f"{float(amount):,.2f}".translate({ord(","): thousands, ord("."): decimal})


def every(count: int, content: str):
    """A content for every so many rows, what was there for the others."""
    return lambda held, row: content if row % count == 0 else held


def linked(file: str, target: str) -> Change:
    """A file that is a link."""
    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).symlink_to(folder / target)
    return change


def made_folder(file: str) -> Change:
    """A folder where a file should be."""
    def change(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        (folder / file).mkdir()
    return change


def workbook(sheets: dict[str, list[list[str]]], merge: str = "",
             errors: dict[tuple[int, int], str] | None = None,
             source: str = "positions") -> Change:
    """One of the small company's files as a workbook; qbr.toml names it."""
    def change(folder: Path) -> None:
        held = [row.split(";") for row in
                (folder / f"{source}.csv").read_text(encoding="utf-8").splitlines()]
        with xlsxwriter.Workbook(folder / f"{source}.xlsx") as book:
            for name, rows in (sheets or {source.title(): held}).items():
                sheet = book.add_worksheet(name)
                for at, row in enumerate(rows):
                    for place, one in enumerate(row):
                        if error := (errors or {}).get((at, place)):
                            sheet.write_formula(at, place, f"={error}", None, error)
                        elif at and place > 1 and source == "positions":
                            sheet.write_number(at, place, float(one))
                        else:
                            sheet.write_string(at, place, str(one))
                if merge:
                    sheet.merge_range(merge, "Amounts")
        swap(TOML, f'"{source}.csv"', f'"{source}.xlsx"')(folder)
    return change


def zipped(held: bytes) -> bytes:
    """Bytes in a zip archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export.csv", held)
    return packed.getvalue()


def shifted_left(held: str) -> str:
    """A line without its unit, one empty field more at its end."""
    fields = held.split(",")
    return ",".join([*fields[:6], *fields[7:], ""])


def doubled(held: list[list[str]]) -> list[list[str]]:
    """Rows with a second column of the name of the eighth, that holds something else."""
    return [[*held[0], held[0][7]], *([*row, "1.00"] for row in held[1:])]


HTML = "<html><body><table><tr><td>invoice_id</td></tr></table></body></html>\n"

FILES = [
    Damage("cut off in the middle of a row", SAMPLE, data(LINES, lambda held: held[:-60]),
           stops(rf"{LINES} line 1990: has \d+ fields? where the first row has {WIDTH}; repair"),
           through_the_command=True),
    Damage("cut off in the middle of a character", COMPANY,
           data("accounts.csv", lambda held: held[:held.rindex("ü".encode()) + 1]),
           stops(r"accounts.csv line \d+: .*(cut off|in the middle of a character)")),
    Damage("cut off in the middle of gzip", SAMPLE,
           together(data(LINES, lambda held: gzip.compress(held)[:20_000]),
                    renamed(LINES, f"{LINES}.gz"), swap(TOML, "*.csv", "*.csv.gz")),
           stops(rf"{LINES}.gz: cannot be read: .*; export or download it again"),
           through_the_command=True),
    Damage("damaged in the middle of gzip", SAMPLE,
           data(LINES, lambda held: (lambda packed: packed[:9000] + b"\0\0\0\0" + packed[9004:])(
               gzip.compress(held))),
           stops(rf"{LINES}: cannot be read: .*; export or download it again")),
    Damage("packed, but named .csv", SAMPLE, data(LINES, gzip.compress), Unharmed()),
    Damage("not packed, but named .csv.gz", SAMPLE,
           together(renamed(LINES, f"{LINES}.gz"), swap(TOML, "*.csv", "*.csv.gz")), Unharmed()),
    Damage("two packed files joined to one", SAMPLE,
           data(LINES, lambda held: gzip.compress(held[:9000]) + gzip.compress(held[9000:])),
           Unharmed()),
    Damage("empty file", SAMPLE, new(LINES, b""), stops(rf"{LINES}: is empty; export it again"),
           through_the_command=True),
    Damage("nothing but blank lines", SAMPLE, new(LINES, b"\r\n  \r\n\r\n"),
           stops(rf"{LINES}: has no row with column names")),
    Damage("header without lines", SAMPLE, text(LINES, lambda held: held.split("\n")[0] + "\n"),
           stops(r"invoice_lines: there is no line that can be used. Check the source")),
    Damage("header of the accounts without accounts", COMPANY,
           text("accounts.csv", lambda held: held.split("\n")[0] + "\n"),
           listed(r"invoice_lines.account_id: is not in accounts; .*Complete the export")),
    Damage("header missing", SAMPLE, text(LINES, lambda held: held.split("\n", 1)[1]),
           stops(r"invoice_lines: .*IN-12636.*\[tables.invoice_lines\]")),
    Damage("rows of a title above the header", SAMPLE,
           text(LINES, lambda held: "Invoice register\nPrinted on 2026-10-02\n" + held),
           stops(rf"{LINES} line \d+: has {WIDTH} fields where the first row has 1; .*skip_rows")),
    Damage("Excel's line sep=, above the header", SAMPLE,
           text(LINES, lambda held: "sep=,\n" + held), Unharmed()),
    Damage("CSV renamed to .xlsx", SAMPLE,
           together(renamed(LINES, "invoice_lines_2026.xlsx"), swap(TOML, "*.csv", "*.xlsx")),
           stops(r"invoice_lines_2026.xlsx: is a text file, not a workbook; .*ending .csv")),
    Damage("workbook renamed to .csv", SMALL,
           together(workbook({}), gone("positions.csv"), renamed("positions.xlsx", "positions.csv"),
                    swap(TOML, '"positions.xlsx"', '"positions.csv"')),
           stops(r"positions.csv: is an Excel workbook or a zip archive, not a text file")),
    Damage("workbook cut off", SMALL,
           together(workbook({}), data("positions.xlsx", lambda held: held[:len(held) // 2])),
           stops(r"positions.xlsx: cannot be read as a workbook .*save it anew")),
    Damage("zip archive named .csv", SAMPLE, data(LINES, zipped),
           stops(rf"{LINES}: is an Excel workbook or a zip archive")),
    Damage("PDF named .csv", SAMPLE, data(LINES, lambda held: b"%PDF-1.7\n" + held),
           stops(rf"{LINES}: is a PDF, not a text file")),
    Damage("JSON saved as .csv", SAMPLE,
           new(LINES, '[{"invoice_id": "1", "revenue": 5.5},\n {"invoice_id": "2"}]\n'),
           stops(rf"{LINES}: .*JSON.*export .*CSV")),
    Damage("HTML table saved as .csv", SAMPLE, new(LINES, HTML),
           stops(rf"{LINES}: .*HTML.*export .*CSV"), through_the_command=True),
    Damage("HTML table saved as .xls", SAMPLE,
           together(gone(LINES), new("invoice_lines_2026.xls", HTML), swap(TOML, "*.csv", "*.xls")),
           stops(r"invoice_lines_2026.xls: .*HTML.*")),
    Damage("garbage like a password", SAMPLE, new(LINES, b"x9$Kq!\x8f\xfe\x02\xc3pL@77\n" * 40),
           stops(rf"{LINES} line 1: ")),
    Damage("a file that is a folder", SAMPLE, made_folder("contacts.csv"), Unharmed()),
    Damage("a source that is a folder", SMALL, made_folder("positions.csv"),
           stops(r"\[sources\] positions: 'positions.csv' is a folder; name the files in it")),
    Damage("a link that leads to itself", SMALL, linked("positions.csv", "positions.csv"),
           stops(r"\[sources\] positions: there is no file 'positions.csv'")),
    Damage("a link that leads nowhere", SMALL, linked("positions.csv", "nowhere.csv"),
           stops(r"\[sources\] positions: there is no file 'positions.csv'")),
    Damage(UNREADABLE, SMALL,
           lambda folder: (folder / "positions.csv").chmod(0),
           stops(r"positions.csv: (cannot|may not) be read")),
    Damage("CSV and workbook of the same table", COMPANY, new("accounts.xlsx", b"PK"),
           stops(r"accounts.csv and accounts.xlsx are both named after the table; say under")),
    Damage("no field of a Parquet file but its name", SAMPLE,
           new("contacts.parquet", b"PAR1 and nothing"),
           stops(r"contacts.parquet: is damaged, or is no file of the kind its ending says")),
]

ENCODINGS = [
    Damage("latin-1 read as UTF-8", COMPANY,
           data("accounts.csv", lambda held: held.decode().encode("windows-1252", "replace")),
           stops(r"accounts.csv line 2: .*'Grünwaldt'.*encoding = \"windows-1252\""),
           through_the_command=True),
    Damage("UTF-8 told to be windows-1252", SMALL,
           data("customers.csv", lambda held: held.decode("windows-1252").encode()), Unharmed()),
    Damage("UTF-16 with its mark", SAMPLE, data(LINES, lambda held: held.decode().encode("utf-16")),
           Unharmed()),
    Damage("UTF-16 without its mark", SAMPLE,
           data(LINES, lambda held: held.decode().encode("utf-16-le")),
           stops(rf"{LINES} line 1: .*write encoding = \"utf-16-le\"")),
    Damage("UTF-16, the other byte first, without its mark", SAMPLE,
           data(LINES, lambda held: held.decode().encode("utf-16-be")),
           stops(rf"{LINES} line 1: .*write encoding = \"utf-16-be\"")),
    Damage("UTF-16 cut off in the middle of a character", SAMPLE,
           data(LINES, lambda held: held.decode().encode("utf-16")[:-1]),
           stops(rf"{LINES} line \d+: .*(cut off|in the middle of a character)")),
    Damage("UTF-8 told to be UTF-16", SMALL, option("positions", 'encoding = "utf-16"'),
           stops(r"positions.csv: is not utf-16; leave encoding out of \[sources\] positions")),
    Damage("UTF-8 encoded twice", COMPANY,
           data("accounts.csv",
                lambda held: held.decode().replace("Ü", "Ue").encode().decode("latin-1").encode()),
           listed(r"accounts.name: .*'GrÃ¼nwaldt Papierwerke AG'.*encod")),
    Damage("letters of DOS told to be windows-1252", SMALL,
           data("customers.csv", lambda held: held.decode("windows-1252").replace("ø", "ü")
                .encode("cp850")),
           stops(r"customers.csv line \d: cannot be read as windows-1252; try another encoding")),
    Damage("accents lost as question marks", COMPANY,
           data("accounts.csv", lambda held: held.decode().encode("ascii", "replace")),
           Unharmed()),
    Damage("accents lost as replacement signs", COMPANY,
           data("accounts.csv", lambda held: held.decode().encode("ascii", "replace")
                .replace(b"?", "\ufffd".encode())),
           listed(r"accounts.name: .*'Gr\ufffdnwaldt .*accounts.csv rows 2, .*port")),
    Damage("an encoding that does not exist", SMALL, option("positions", 'encoding = "utf-9"'),
           stops(r"\[sources\] positions: encoding 'utf-9' is not known; usual ones are utf-8")),
    Damage("a mark at the start", SAMPLE, data(LINES, lambda held: b"\xef\xbb\xbf" + held),
           Unharmed()),
    Damage("a mark in the middle, where files were joined", SMALL,
           line("positions.csv", 60, lambda held: "\ufeff" + held), Unharmed()),
    Damage("accents in two characters instead of one in an id", COMPANY,
           together(swap("accounts.csv", "A-004", "A-Ü4"), swap(LINES, "A-004", "A-Ü4"),
                    cell(LINES, 2, "account_id", "A-U\u03084")),
           listed(r"invoice_lines.account_id: is not in accounts; .*\(1 row", right=lambda held: [
               one._replace(account="A-Ü4" if one.row > 2 else "A-U\u03084")
               if one.account == "A-004" else one for one in held])),
]

LAYOUT = [
    Damage("Windows' line ends", SAMPLE, data(LINES, lambda held: held.replace(b"\n", b"\r\n")),
           Unharmed()),
    Damage("carriage returns alone", SAMPLE, data(LINES, lambda held: held.replace(b"\n", b"\r")),
           Unharmed()),
    Damage("mixed line ends", SAMPLE, data(LINES, lambda held: held.replace(b"\n", b"\r\n", 900)),
           Unharmed()),
    Damage("blank lines between", SAMPLE,
           text(LINES, lambda held: held.replace("\n", "\n\n", 300)), Unharmed()),
    Damage("Ctrl-Z of DOS behind the last line", SAMPLE, data(LINES, lambda held: held + b"\x1a"),
           stops(rf"{LINES} line 1991: has 1 field where the first row has {WIDTH}; repair")),
    Damage("semicolons at the end of every line", SMALL,
           text("positions.csv", lambda held: held.replace("\n", ";;\n")), Unharmed()),
    Damage("delimiters at the end of all lines but the header", SAMPLE,
           text(LINES, lambda held: held.replace("\n", ",\n").replace(",\n", "\n", 1)), Unharmed()),
    Damage("extra columns in some rows", SAMPLE, line(LINES, 700, lambda held: held + ",extra,2"),
           stops(rf"{LINES} line 700: has 15 fields where the first row has {WIDTH}; repair"),
           through_the_command=True),
    Damage("missing columns in some rows", SAMPLE,
           line(LINES, 800, lambda held: held.rsplit(",", 4)[0]),
           stops(rf"{LINES} line 800: has 9 fields where the first row has {WIDTH}; repair")),
    Damage("a delimiter inside unquoted text", COMPANY, swap(
        "accounts.csv", "Zwieselbach Maschinenbau GmbH", "Zwieselbach, Maschinenbau GmbH"),
           stops(r"accounts.csv line 4: has 15 fields where the first row has 14; repair")),
    Damage("columns shifted by one to the left in one row", COMPANY, line(LINES, 10, shifted_left),
           stops(r"no rate for the invoice lines of this month: 'INVOICE 2025-10' \(1 row\)")),
    Damage("columns shifted by one to the right in one row", COMPANY,
           line(LINES, 10, lambda held: "," + held.removesuffix(",")),
           listed(rf"invoice_date: is not a date; the row is left out: '1' \(1 row; {LINES} row 10",
                  right=without(10))),
    Damage("a line break inside unquoted text", COMPANY,
           swap("accounts.csv", "Zwieselbach Masch", "Zwieselbach\nMasch"),
           stops(r"accounts.csv line [45]: has \d+ fields where the first row has 14; repair")),
    Damage("a line break inside quoted text", COMPANY,
           swap("accounts.csv", NAME, '"Zwieselbach\nMaschinenbau GmbH"'), Unharmed()),
    Damage("a quotation mark that is not closed", SAMPLE,
           line(LINES, 500, lambda held: held.replace(",pc,", ',"pc,').replace(",m,", ',"m,')
                .replace(",l,", ',"l,').replace(",set,", ',"set,').replace(",h,", ',"h,')),
           stops(rf"{LINES} line \d+: .*(quotation mark|fields? where the first row)"),
           through_the_command=True),
    Damage("quotation marks inside quoted text, not doubled", COMPANY,
           swap("accounts.csv", NAME, '"Zwieselbach "Maschinenbau", GmbH"'),
           stops(r"accounts.csv line 4: .*quotation mark")),
    Damage("quotation marks inside text behind a backslash", COMPANY,
           swap("accounts.csv", NAME, r'"Zwieselbach \"Maschinenbau\", GmbH"'),
           stops(r'accounts.csv line \d: .*escape = ')),
    Damage("a delimiter told that is none", SMALL, option("positions", 'delimiter = "|"'),
           stops(r"(positions|invoice_lines).*(delimiter|OrderNo;Item)")),
    Damage("header twice: files pasted together", SAMPLE,
           text(LINES, lambda held: held + held.split("\n")[0] + "\n"),
           listed(rf"invoice_lines.*'invoice_date'.*\(1 row; {LINES} row 1991")),
    Damage("header twice, and a column that SQL calculates with", SMALL,
           inserted("positions.csv", 90, "OrderNo;Item;UnitPrice;Quantity;Discount"),
           stops(r"UnitPrice holds 'UnitPrice' \(positions.csv row 90\)")),
    Damage("a column named twice with different values", SAMPLE, table(LINES, doubled),
           listed(rf"{LINES} names revenue twice; the first keeps its name, the second is "
                  "revenue_2")),
    Damage("blanks around the names of the columns", SAMPLE,
           line(LINES, 1, lambda held: held.replace(",", " , ")), Unharmed()),
    Damage("a total at the end, with fewer columns", SMALL,
           inserted("positions.csv", -1, "Total;;;123"),
           stops(r"positions.csv line \d+: has 4 fields where the first row has 5; repair")),
    Damage("a total at the end", SAMPLE,
           inserted(LINES, -1, "Total,,,,,,,123456.78,,,,,"),
           listed(rf"invoice_date: is empty; the row is left out \(1 row; {LINES} row 1991")),
    Damage("a total at the end that bears a date", SAMPLE,
           inserted(LINES, -1, "Total,,2026-09-30,,,,,17543513.37,,,,,"),
           listed(rf"[Tt]otal.*left out.*{LINES} row 1991")),
    Damage("subtotals between the lines", SAMPLE,
           text(LINES, lambda held: "".join(one + (",,,,,,,1.00,,,,,\n" if row % 100 == 0 else "")
                for row, one in enumerate(held.splitlines(keepends=True), 1))),
           listed(r"invoice_date: is empty; the rows are left out")),
    Damage("a field of one megabyte", COMPANY,
           swap("accounts.csv", "Zwieselbach Maschinenbau GmbH", "x" * 1_000_000), Unharmed()),
    Damage("a field of one megabyte as a number", SAMPLE,
           cell(LINES, 10, "revenue", "9" * 1_000_000),
           listed(r"invoice_lines.revenue: is too large an amount", right=without(10))),
    Damage("ten thousand columns", COMPANY,
           text("accounts.csv", lambda held: "".join(
               one + "".join(f",{'c' if row == 0 else ''}{n}" for n in range(10_000)) + "\n"
               for row, one in enumerate(held.splitlines()))),
           stops(r"accounts.csv: its first row has 10,014 fields, more than 2,000 columns")),
]

VALUES = [
    Damage("decimal commas", SAMPLE, revenue(lambda held: held.replace(".", ",")), Unharmed()),
    Damage("thousands separated by commas", SAMPLE, revenue(lambda held: grouped(held, ",", ".")),
           Unharmed()),
    Damage("thousands separated by points, decimal commas", SAMPLE,
           revenue(lambda held: grouped(held, ".", ",")), Unharmed()),
    Damage("thousands separated by blanks", SAMPLE, revenue(lambda held: grouped(held, " ", ".")),
           Unharmed()),
    Damage("thousands separated by narrow no-break spaces", SAMPLE,
           revenue(lambda held: grouped(held, "\u202f", ",")), Unharmed()),
    Damage("thousands separated by apostrophes", SAMPLE,
           revenue(lambda held: grouped(held, "'", ".")), Unharmed()),
    Damage("commas that may be decimal or separate thousands", SAMPLE,
           together(*(column(LINES, name, lambda held, row: f"{1 + row % 900},{100 + row % 900}")
                      for name in ("revenue", "cost", "list_value"))),
           stops(r"invoice_lines.revenue: .*'3,102'.*decimal = \",\"")),
    Damage("decimal commas and decimal points in one column", SAMPLE,
           column(LINES, "revenue", lambda held, row: held.replace(".", ",") if row % 2 else held),
           stops(r"invoice_lines.revenue: .*decimal")),
    Damage("decimal commas in a column that SQL calculates with", SMALL,
           column("positions.csv", "UnitPrice", lambda held, row: held.replace(".", ",")),
           Unharmed()),
    Damage("currency signs", SAMPLE, revenue(lambda held: f"€ {held}"), Unharmed()),
    Damage("currency codes in the amounts", SAMPLE, revenue(lambda held: f"{held} EUR"),
           stops(r"invoice_lines.revenue: is not a number.*'16542.83 EUR'")),
    Damage("minus behind the number", SAMPLE,
           revenue(lambda held: held[1:] + "-" if held[0] == "-" else held), Unharmed()),
    Damage("brackets for negative amounts", SAMPLE,
           revenue(lambda held: f"({held[1:]})" if held[0] == "-" else held), Unharmed()),
    Damage("a typographic minus", SAMPLE, revenue(lambda held: held.replace("-", "−")), Unharmed()),
    Damage("one amount with a D for debit behind it", SAMPLE,
           cell(LINES, 2, "revenue", "16542.83 D"),
           listed(rf"revenue: is not a number; .*'16542.83 D' \(1 row; {LINES} row 2",
                  right=without(2))),
    Damage("per cent signs in a column that SQL calculates with", SMALL,
           column("positions.csv", "Discount", lambda held, row: f"{float(held):.0%}"),
           stops(r"invoice_lines: .*Discount holds '0%' \(positions.csv row 2")),
    Damage("infinity as an amount", SAMPLE, cell(LINES, 10, "revenue", "inf"),
           listed(rf"revenue: is not a number.*'inf' \(1 row; {LINES} row 10", right=without(10))),
    Damage("not-a-number as an amount", SAMPLE, cell(LINES, 10, "revenue", "NaN"),
           listed(rf"revenue: is not a number.*'NaN' \(1 row; {LINES} row 10", right=without(10))),
    Damage("1e309 as an amount", SAMPLE, cell(LINES, 10, "revenue", "1e309"),
           listed(rf"revenue: .*'1e309' \(1 row; {LINES} row 10", right=without(10))),
    Damage("1e309 in a column that SQL calculates with", SMALL,
           cell("positions.csv", 10, "UnitPrice", "1e309"),
           stops(r"UnitPrice.*'1e309' \(positions.csv row 10")),
    Damage("an infinite cost", SAMPLE, cell(LINES, 10, "cost", "Infinity"),
           listed(rf"cost: is not a number; treated as missing: 'Infinity' .*{LINES} row 10")),
    Damage("a formula as an amount", SAMPLE, cell(LINES, 10, "revenue", "=1+1"),
           listed(rf"revenue: is not a number.*'=1\+1' \(1 row; {LINES} row 10",
                  right=without(10))),
    Damage("formulas in names", COMPANY,
           together(cell("accounts.csv", 2, "name", "=1+1"),
                    cell("accounts.csv", 3, "name", "+SUM(A1:A9)"),
                    cell("accounts.csv", 4, "name", "@cmd|' /C calc'!A0")), Unharmed()),
    Damage("HTML in names", COMPANY,
           cell("accounts.csv", 2, "name", "<b>ACME</b><script>alert(1)</script>"), Unharmed()),
    Damage("an error of a workbook as an amount", SAMPLE, cell(LINES, 10, "revenue", "#DIV/0!"),
           listed(rf"revenue: is not a number.*'#DIV/0!' \(1 row; {LINES} row 10",
                  right=without(10))),
    Damage("NUL bytes", SAMPLE, line(LINES, 20, lambda held: held.replace("EUR", "EUR\0")),
           stops(rf"{LINES} line 20: holds NUL characters")),
    Damage("control characters in a name", COMPANY,
           cell("accounts.csv", 2, "name", "Bell\x07 \x1bAG"), Unharmed()),
    Damage("revenue empty in 1 % of the rows", SAMPLE, column(LINES, "revenue", every(100, "")),
           listed(rf"revenue: is empty; the rows are left out \(19 rows; {LINES} rows 100, 200",
                  right=without(*range(100, 1991, 100)))),
    Damage("revenue empty in 50 % of the rows", SAMPLE, column(LINES, "revenue", every(2, "")),
           stops(r"invoice_lines: 50.0% of the rows cannot be used .*max_refused_share")),
    Damage("cost empty everywhere", SAMPLE, column(LINES, "cost", lambda held, row: ""),
           Unharmed()),
    Damage("cost as words", SAMPLE, column(LINES, "cost", every(9, "on request")),
           listed(r"cost: is not a number; treated as missing: 'on request'.*null_values")),
    Damage("quantity zero", SAMPLE, column(LINES, "quantity", every(9, "0")), Unharmed()),
    Damage("digits of another script as an amount", SAMPLE,
           cell(LINES, 10, "revenue", "٥٥٢٧"),
           listed(rf"revenue: is not a number.*'٥٥٢٧' \(1 row; {LINES} row 10", right=without(10))),
    Damage("noise of a float as an amount", SAMPLE,
           cell(LINES, 2, "revenue", "16542.829999999998"), Unharmed()),
    Damage("an amount in scientific notation", SAMPLE, cell(LINES, 2, "revenue", "1.654283E+04"),
           Unharmed()),
    Damage("decimal comma told, decimal points written", SAMPLE, lines_option('decimal = ","'),
           stops(r"invoice_lines.revenue: is not a number.*decimal = \"\.\"")),
]

DATES = [
    Damage("a date 0000-00-00", SAMPLE, cell(LINES, 10, "invoice_date", "0000-00-00"),
           listed(rf"invoice_date: .*the row is left out: '0000-00-00' \(1 row; {LINES} row 10",
                  right=without(10))),
    Damage("a date 31.02.", SAMPLE,
           together(dates(lambda y, m, d: f"{d}.{m}.{y}"),
                    cell(LINES, 10, "invoice_date", "31.02.2026")),
           listed(rf"invoice_date: .*the row is left out: '31.02.2026' \(1 row; {LINES} row 10",
                  right=without(10))),
    Damage("a date 1900-01-00", SAMPLE, cell(LINES, 10, "invoice_date", "1900-01-00"),
           listed(rf"invoice_date: .*the row is left out: '1900-01-00' \(1 row; {LINES} row 10",
                  right=without(10))),
    Damage("a date that means nothing, 1900-01-01", SAMPLE,
           cell(LINES, 10, "invoice_date", "1900-01-01"),
           listed(rf"is no plausible date; the row is left out: '1900-01-01' .*{LINES} row 10",
                  right=without(10))),
    Damage("one date as Excel's serial number", SAMPLE, cell(LINES, 10, "invoice_date", "45321"),
           listed(rf"invoice_date: .*the row is left out: '45321' \(1 row; {LINES} row 10",
                  right=without(10))),
    Damage("all dates as Excel's serial numbers", SAMPLE,
           column(LINES, "invoice_date", lambda held, row: str(45932 + row // 10)),
           stops(r"invoice_lines.*(serial|number of days).*")),
    Damage("mixed time zones", SAMPLE,
           column(LINES, "invoice_date", lambda held, row: held + (
               "T23:30:00+02:00", "T00:10:00Z", " 23:59:59 -0800")[row % 3]), Unharmed()),
    Damage("day first and month first in one column", SAMPLE,
           column(LINES, "invoice_date", lambda held, row: "/".join(
               held.split("-")[one] for one in ((2, 1, 0) if row % 2 else (1, 2, 0)))),
           stops(rf"invoice_date: day and month cannot be told.*{LINES} rows 2.*date_format")),
    Damage("day or month first, every day below 13", SAMPLE,
           dates(lambda y, m, d: f"{int(d) % 12 + 1}/{m}/{y}"),
           stops(r"invoice_date: day and month cannot be told apart.*date_format")),
    Damage("years of two digits", SAMPLE, dates(lambda y, m, d: f"{d}.{m}.{y[2:]}"),
           stops(r"invoice_date: .*'03.10.25'.*date_format")),
    Damage("months by their German names", SAMPLE,
           dates(lambda y, m, d: f"{d}. {MONTHS[int(m) - 1]} {y}"),
           stops(r"invoice_date: is not a date.*'03. Okt 2025'")),
    Damage("months in place of days", SAMPLE, dates(lambda y, m, d: f"{y}-{m}"),
           stops(r"invoice_date: is not a date.*'2025-10'")),
    Damage("one year mistyped", SAMPLE, cell(LINES, 10, "invoice_date", "2062-10-03"),
           stops(rf"invoice_date: lies more than a year after all other dates: '2062-10-03' "
                 rf"\(1 row; {LINES} row 10\)"), through_the_command=True),
    Damage("a second file with the other order of day and month", SMALL,
           together(new("orders_old.csv", f"{ORDERS}9001;17850;5/1/2025;Kiel\n"
                        "9002;17850;25/1/2025;Kiel\n"),
                    inserted("positions.csv", -1, "9001;40;5;10;0\n9002;40;5;10;0"),
                    swap(TOML, 'orders = "orders.csv"', 'orders = { files = ["orders*.csv"] }')),
           stops(r"invoice_date: .*day and month.*")),
    Damage("a second file with the other order of day and month, once a month", SMALL,
           together(text("orders.csv", lambda held: "\n".join(
               ";".join([*one.split(";")[:2], one.split(";")[2].split("/")[0] + "/28/"
                         + one.split(";")[2].split("/")[-1], "Kiel"]) if row else one
               for row, one in enumerate(held.splitlines())) + "\n"),
                    new("orders_old.csv", ORDERS + "".join(
                        f"{9000 + month};17850;01/{month:02}/2024;Kiel\n"
                        for month in range(1, 13))),
                    new("positions_old.csv", "OrderNo;Item;UnitPrice;Quantity;Discount\n"
                        + "".join(f"{9000 + month};40;5;10;0\n" for month in range(1, 13))),
                    swap(TOML, 'orders = "orders.csv"', 'orders = { files = ["orders*.csv"] }'),
                    swap(TOML, '"positions.csv"', '{ files = ["positions*.csv"] }')),
           listed(r"orders.OrderDate: day and month cannot be told apart in orders_old.csv alone; "
                  "read month first, as in the other files",
                  right=lambda held: [*held, *(Line(0, "17850", Decimal(50)) for _ in range(12))])),
]

IDS = [
    Damage("blanks before and behind ids", SAMPLE,
           column(LINES, "account_id", lambda held, row: f"  {held} " if row % 2 else held),
           Unharmed()),
    Damage("no-break spaces before and behind ids", SAMPLE,
           column(LINES, "account_id",
                  lambda held, row: f"\u00a0{held}\u00a0" if row % 2 else held),
           Unharmed()),
    Damage("a blank inside an id", COMPANY, cell(LINES, 10, "account_id", "A- 009"),
           listed(rf"account_id: is not in accounts; .*'A- 009' \(1 row; {LINES} row 10",
                  right=moved(10, "A- 009"))),
    Damage("a no-break space inside an id", COMPANY, cell(LINES, 10, "account_id", "A-\u00a0009"),
           listed(r"account_id: is not in accounts; .*'A-\\xa0009' \(1 row",
                  right=moved(10, "A-\u00a0009"))),
    Damage("a character without width inside an id", COMPANY,
           cell(LINES, 10, "account_id", "A-\u200b009"),
           listed(rf"account_id: is not in accounts; .*'A-\\u200b009' \(1 row; {LINES} row 10",
                  right=moved(10, "A-\u200b009"))),
    Damage("a mark of writing direction before an id", SAMPLE,
           cell(LINES, 10, "account_id", "\u200fA-009"), Unharmed()),
    Damage("small letters in an id", COMPANY, cell(LINES, 10, "account_id", "a-009"),
           listed(r"account_id: is not in accounts; .*'a-009'", right=moved(10, "a-009"))),
    Damage("Excel's 1.23E+05 as ids", SMALL,
           column("orders.csv", "Customer", lambda held, row: "1.785E+04" if held == "17850"
                  else held), stops(r"account_id: .*'1.785E\+04'.*")),
    Damage("ids with a decimal point, 17850.0", SMALL,
           column("orders.csv", "Customer", lambda held, row: f"{held}.0"),
           listed(
               r"account_id: is written otherwise than in accounts.*'05021.0 for 05021'.*types",
               right=lambda held: [one._replace(account=f"{one.account}.0") for one in held])),
    Damage("one id with a decimal point among others without", SMALL,
           cell("orders.csv", 2, "Customer", "17850.0"),
           listed(r"account_id: is written otherwise .*'17850.0 for 17850' \(1 row\)",
                  right=moved(2, "17850.0"))),
    Damage("leading zeros lost", SMALL,
           column("orders.csv", "Customer", lambda held, row: held.lstrip("0")),
           listed(r"account_id: is not in accounts; .*'5021'", right=lambda held: [
               one._replace(account=one.account.lstrip("0")) for one in held])),
    Damage("NULL written as an id", COMPANY, cell(LINES, 10, "account_id", "NULL"),
           listed(r"account_id: is not in accounts; .*'NULL' \(1 row", right=moved(10, "NULL"))),
    Damage("a line without an account", SAMPLE, cell(LINES, 10, "account_id", ""),
           listed(r"account_id: is empty; .*not assigned \(13 rows", right=moved(10, ""))),
    Damage("all lines without an account", SAMPLE,
           column(LINES, "account_id", lambda held, row: ""),
           stops(r"invoice_lines.account_id: .*(no line|every|all)")),
    Damage("an account missing among the accounts", COMPANY,
           text("accounts.csv", lambda held: "".join(
               one for one in held.splitlines(keepends=True) if not one.startswith("A-009"))),
           listed(r"invoice_lines.account_id: is not in accounts; the account is shown by its id: "
                  r"'A-009'")),
    Damage("accounts and products exchanged in the mapping", COMPANY,
           text(TOML, lambda held: held.replace(
               'source = "lines"', 'source = "lines"\ncolumns = { account_id = "product_id" }')),
           stops(r"invoice_lines.account_id: .*accounts")),
    Damage("a parent that is no account", COMPANY, cell("accounts.csv", 2, "parent_id", "A-999"),
           listed(r"accounts.parent_id: is not in accounts; .*'A-999' .*accounts.csv row 2")),
    Damage("parents in a circle", COMPANY,
           together(cell("accounts.csv", 2, "parent_id", "A-002"),
                    cell("accounts.csv", 3, "parent_id", "A-001")),
           stops(r"accounts.parent_id: leads back .* in a circle: 'A-001', 'A-002' \(2 rows\)"),
           through_the_command=True),
    Damage("an account twice, with different content", COMPANY,
           inserted("accounts.csv", -1, "A-001,Another AG" + "," * 12),
           stops(r"accounts.account_id: .*'A-001: name Another AG or .*accounts.csv rows 2, 62")),
]

REPEATS = [
    Damage("one row twice", SAMPLE, line(LINES, 10, lambda held: f"{held}\n{held}"),
           listed(rf"invoice_id \+ line_id: .*counts once: 'IN-12638 / 1' .*{LINES} row 11")),
    Damage("one row twice, without ids of lines", SMALL,
           together(swap(TOML, "p.Item as line_id, ", ""),
                    line("positions.csv", 10, lambda held: f"{held}\n{held}")),
           listed(r"invoice_lines.*(same|twice|repeat).*", right=lambda held: [
               *held, next(one for one in held if one.row == 10)])),
    Damage("a key twice with different content", SAMPLE,
           line(LINES, 10, lambda held: f"{held}\n{held.replace('5527.56', '5500.00')}"),
           stops(rf"'IN-12638 / 1: revenue 5500.0 or 5527.56'.*{LINES} rows 10, 11"),
           through_the_command=True),
    Damage("the same file twice under two names", SAMPLE,
           lambda folder: (folder / "invoice_lines_2026 copy.csv").write_bytes(
               (folder / LINES).read_bytes()),
           listed(r"invoice_lines.*the same in every column.*once.*1989 rows")),
    Damage("the same file twice under two names, without ids of lines", SMALL,
           together(swap(TOML, '"positions.csv"', '{ files = ["positions*.csv"] }'),
                    swap(TOML, "p.Item as line_id, ", ""),
                    lambda folder: (folder / "positions (2).csv").write_bytes(
                        (folder / "positions.csv").read_bytes())),
           stops(r"invoice_lines: nearly every row of whole days.* stands more than once")),
    Damage("two files that overlap", SAMPLE,
           lambda folder: (folder / "invoice_lines_2025b.csv").write_text("\n".join(
               (folder / LINES).read_text().splitlines()[:600]) + "\n"),
           listed(r"invoice_lines.*invoice_lines_2025b.csv")),
    Damage("an order twice, so that the join doubles its lines", SMALL,
           line("orders.csv", 10, lambda held: f"{held}\n{held}"),
           listed(r"invoice_id \+ line_id: .*once")),
    Damage("an order missing, so that the join loses its lines", SMALL,
           line("orders.csv", 10, lambda held: ""),
           listed(r"invoice_lines: rows of .* that have a revenue find no partner in a join, and "
                  r"count nowhere: '10256'.* \(3 rows", right=without(17, 18, 19))),
]

MONEY = [
    Damage("credits without their sign", SAMPLE,
           table(LINES, lambda rows: [
               [*row[:7], row[7].lstrip("-"), *row[8:]] if row[11] in {"credit", "return"} else row
               for row in rows]),
           stops(r"revenue: is above 0 for a credit or return: .*Map revenue as -revenue"),
           through_the_command=True),
    Damage("one credit without its sign", SAMPLE, cell(LINES, 154, "revenue", "221.92"),
           listed(rf"revenue: is above 0 for a credit or return; it counts as it stands: .*{LINES} "
                  r"row 154", right=worth(154, "221.92"))),
    Damage("a kind in another language", SAMPLE,
           column(LINES, "kind", lambda held, row: "Gutschrift" if held == "credit" else held),
           stops(r"invoice_lines.kind: is not one of invoice, credit, return, free: 'Gutschrift'")),
    Damage("an unknown currency", COMPANY, cell(LINES, 10, "currency", "XQX"),
           stops(r"exchange_rates.rate: there is no rate .*'XQX 2025-10' \(1 row\). Add the rate"),
           through_the_command=True),
    Damage("currencies in small letters", COMPANY,
           column(LINES, "currency", lambda held, row: held.lower()), Unharmed()),
    Damage("a currency by its sign", COMPANY, cell(LINES, 10, "currency", "€"),
           stops(r"there is no rate .*'€ 2025-10'")),
    Damage("a month without a rate", COMPANY, text(
        "exchange_rates.csv", lambda held: "".join(
            one for one in held.splitlines(keepends=True) if "2025-12" not in one)),
           stops(r"there is no rate for the invoice lines of this month: 'USD 2025-12'")),
    Damage("no rates at all", COMPANY, gone("exchange_rates.csv"),
           stops(r"there is no rate for the invoice lines of these \d+ months: 'USD 2025-10'")),
    Damage("a negative rate", COMPANY, cell("exchange_rates.csv", 10, "rate", "-0.9"),
           stops(r"exchange_rates.rate: must be above 0: '-0.9' .*exchange_rates.csv row 10")),
    Damage("a rate of zero", COMPANY, cell("exchange_rates.csv", 10, "rate", "0"),
           stops(r"exchange_rates.rate: must be above 0: '0.0' .*exchange_rates.csv row 10")),
    Damage("two rates for one month", COMPANY,
           inserted("exchange_rates.csv", -1, "USD,2026-01,0.5"),
           stops(r"exchange_rates.currency \+ month: .*rate 0.5 or 0.9022'.*rows 41, 51")),
    Damage("rates with decimal commas", COMPANY,
           column("exchange_rates.csv", "rate", lambda held, row: held.replace(".", ",")),
           Unharmed()),
]

SETTINGS = [
    Damage("an option that does not exist", SMALL, option("positions", 'seperator = ";"'),
           stops(r"\[sources\] positions: seperator is no option; allowed are .*delimiter"),
           through_the_command=True),
    Damage("a section that does not exist", SMALL, swap(TOML, "[company]", "[firm]\n[company]"),
           stops(r"qbr.toml: \[firm\] is no section; allowed are")),
    Damage("a table that does not exist", SMALL, swap(TOML, "tables.accounts", "tables.clients"),
           stops(r"qbr.toml: \[tables.clients\] is no table of the contract; allowed are")),
    Damage("a column that does not exist", SMALL, swap(TOML, '"CustomerNo"', '"CustomerNr"'),
           stops(r"accounts: account_id = 'CustomerNr': there is no column .*CustomerNo"),
           through_the_command=True),
    Damage("a column in SQL that does not exist", SMALL, swap(TOML, "p.Quantity *", "p.Menge *"),
           stops(r"invoice_lines: sql: there is no column .*Menge.*Quantity")),
    Damage("a source that does not exist", SMALL, swap(TOML, 'source = "customers"',
                                                       'source = "clients"'),
           stops(r"qbr.toml: \[tables.accounts\] source 'clients' is not under \[sources\]")),
    Damage("a source in SQL that does not exist", SMALL,
           swap(TOML, "join orders o", "join sales o"),
           stops(r"invoice_lines: sql: there is no source 'sales'; there are orders, positions")),
    Damage("no valid TOML", SMALL, swap(TOML, 'source = "customers"', "source = customers"),
           stops(r"qbr.toml cannot be read: .*line 16.*: texts stand in quotes"),
           through_the_command=True),
    Damage("a Windows path in double quotes", SMALL,
           swap(TOML, '"orders.csv"', r'"C:\Users\orders.csv"'),
           stops(r"qbr.toml cannot be read: .*line 5.*backslash .* write paths with / ")),
    Damage("a section twice", SMALL, text(TOML, lambda held: held + "[company]\nname = \"B\"\n"),
           stops(r"qbr.toml cannot be read: .*(twice|line 17)")),
    Damage("qbr.toml in another encoding", SMALL,
           data(TOML, lambda held: held.replace(b"Kestrel", b"K\xfcstrel")),
           stops(r"qbr.toml cannot be read: line 2 is not in utf-8; save the file as UTF-8")),
    Damage("qbr.toml with a mark at the start", SMALL,
           data(TOML, lambda held: b"\xef\xbb\xbf" + held), Unharmed()),
    Damage("no qbr.toml", SMALL, gone(TOML), stops(r"no qbr.toml in ")),
    Damage("an empty qbr.toml", SMALL, new(TOML, b""), stops(r"qbr.toml: \[company\] name is")),
    Damage("a source file that is missing", SMALL, gone("positions.csv"),
           stops(r"\[sources\] positions: there is no file 'positions.csv' in .*; there are "
                 r"customers.csv, orders.csv"), through_the_command=True),
    Damage("a month that does not exist", SMALL,
           swap(TOML, "[sources]", "fiscal_year_start = 13\n[sources]"),
           stops(r"qbr.toml: \[company\] fiscal_year_start = 13: must lie from 1 to 12")),
]

WORKBOOKS = [
    Damage("a sound workbook in place of CSV", SMALL, workbook({}), Unharmed()),
    Damage("a sheet that is missing", SMALL,
           together(workbook({}), swap(TOML, '"positions.xlsx"',
                                       '{ file = "positions.xlsx", sheet = "Lines" }')),
           stops(r"positions.xlsx: there is no sheet 'Lines'; there are 'Positions'"),
           through_the_command=True),
    Damage("a sheet without a cell", SMALL, workbook({"Empty": []}),
           stops(r"positions.xlsx: row 1 of the sheet is empty")),
    Damage("a merged cell above the header", SMALL, together(
        workbook({"Positions": []}, merge="A1:E1")),
           stops(r"(positions.xlsx|invoice_lines).*(skip_rows|no column)")),
    Damage("an error of a formula in a workbook", SMALL, workbook({}, errors={(9, 2): "#REF!"}),
           stops(r"invoice_lines.*UnitPrice.*'#REF!' \(positions.xlsx row 10")),
    Damage("an account that a formula could not look up", SMALL,
           workbook({}, errors={(1, 1): "#N/A"}, source="orders"),
           listed(r"account_id: is not in accounts; .*'#N/A' \(1 row", right=moved(2, "#N/A"))),
]

REAL = [
    Damage("cut off in the middle of a row", NORTHWIND,
           data("Order Details.csv", lambda held: held[:-len(b"1,0.01\r\n") - 8]),
           stops(r"Order Details.csv line \d+: has \d fields? where the first row has 5")),
    Damage("UTF-16 with its mark", NORTHWIND,
           data("Customers.csv", lambda held: held.decode("windows-1252").encode("utf-16")),
           Unharmed()),
    Damage("letters of DOS told to be windows-1252", NORTHWIND,
           data("Customers.csv",
                lambda held: held.decode("windows-1252").encode("cp850", "replace")),
           stops(r"Customers.csv line \d+: cannot be read as windows-1252")),
    Damage("Windows' line ends become Unix's", NORTHWIND,
           data("Orders.csv", lambda held: held.replace(b"\r\n", b"\n")), Unharmed()),
    Damage("a mark in the middle, where files were joined", NORTHWIND,
           data("Order Details.csv", lambda held: held.replace(b"\n10250,", b"\n\xef\xbb\xbf10250,",
                                                               1)), Unharmed()),
    Damage("decimal commas", NORTHWIND,
           text("Order Details.csv", lambda held: "\n".join(
               one.replace(",", ";").replace(".", ",") for one in held.splitlines()) + "\n"),
           Unharmed()),
    Damage("a total at the end", NORTHWIND,
           data("Order Details.csv", lambda held: held.rstrip(b"\r\n") + b"\r\nTotal,,,51317,\r\n"),
           Unharmed()),        # it has no price, so no revenue, and no order
    Damage("an order twice, so that the join doubles its lines", NORTHWIND,
           data("Orders.csv", lambda held: held + next(
               one for one in held.splitlines(keepends=True) if one.startswith(b"10250"))),
           listed(r"invoice_id \+ line_id: .*once")),
    Damage("one date mistyped", NORTHWIND, swap("Orders.csv", "10248,VINET,5,7/4/1996",
                                                "10248,VINET,5,7/4/2096"),
           stops(r"invoice_date: lies more than a year after all other dates: '2096-07-04'")),
    Damage("not a number among the amounts", NORTHWIND,
           swap("Order Details.csv", "10248,42,9.8,", "10248,42,n/a,"),
           stops(r"invoice_lines: .*UnitPrice holds 'n/a' \(Order Details.csv row 3\)")),
    Damage("a column that does not exist", NORTHWIND,
           swap("qbr.toml", "d.UnitPrice * d.Quantity * (1", "d.Price * d.Quantity * (1"),
           stops(r"invoice_lines: sql: there is no column .*Price.*UnitPrice")),
]

DAMAGES = (*FILES, *ENCODINGS, *LAYOUT, *VALUES, *DATES, *IDS, *REPEATS, *MONEY, *SETTINGS,
           *WORKBOOKS, *REAL)


def main() -> None:
    """Print the corpus with what is told today; real exports as far as they are there."""
    real = os.environ.get("QBRKIT_REAL_DATA", "")
    write = sys.stdout.write
    write("| mutation | export | outcome | sentences |\n|---|---|---|---|\n")
    for damage in DAMAGES:
        if damage.base == NORTHWIND and not real:
            continue
        with tempfile.TemporaryDirectory() as held:
            folder = Path(held)
            if damage.base == NORTHWIND:
                make_northwind(folder, Path(real) / "northwind")
            else:
                make(damage.base, folder)
            damage.change(folder)
            seen = look(folder)
        outcome = "stops" if seen.stopping else "listed" if seen.told else "unharmed"
        told = "<br>".join(seen.stopping or seen.told).replace("|", "\\|")[:1500]
        write(f"| {damage.name} | {damage.base} | {outcome} | {told} |\n")


if __name__ == "__main__":
    main()
