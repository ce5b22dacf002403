"""From sources to tables of the contract: by columns, by SQL, or by equal names."""

import re

import pandas as pd
import pytest
import xlsxwriter
from exports import LINES, inspect, lines_of, sentences, the_problem, write

from qbrkit.columns import TABLES
from qbrkit.errors import DataError, SettingError
from qbrkit.sources import inspect_workspace, open_workspace

DETAILS = ("OrderID,Customer Größe,Order \"No\",UnitPrice,Quantity,Discount,Day,CustomerID\n"
           '1,gr,x,9.80,10,0,1/13/2026,007\n2,kl,y,14,"3",0.05,2/1/2026,A\n')


def mapped(columns: str, source: str = '"details.csv"') -> str:
    return (f"[sources]\ndetails = {source}\n[tables.invoice_lines]\nsource = \"details\"\n"
            f"columns = {{ {columns} }}\n")


def by_sql(query: str, sources: str = 'details = "details.csv"') -> str:
    return f"[sources]\n{sources}\n[tables.invoice_lines]\nsql = '''{query}'''\n"


DETAIL_FILE = DETAILS.replace('Order "No"', '"Order ""No"""')
BASE = 'invoice_date = "Day", account_id = "CustomerID"'


def test_arithmetic_on_numeric_text_needs_no_casts(tmp_path):
    toml = mapped(BASE + ', revenue = "UnitPrice * Quantity * (1 - Discount)"')
    assert lines_of(inspect(tmp_path, toml, details_csv=DETAIL_FILE)) == [
        ("2026-01-13", "007", 98.0), ("2026-02-01", "A", 39.9)]


def test_column_names_with_blanks_umlauts_and_quotes(tmp_path):
    toml = mapped(BASE + ''', revenue = "UnitPrice", unit = "customer größe ",
product_id = 'Order "No"', kind = "case \\"Customer Größe\\" when 'gr' then 'return' end"'''
                  .replace("\n", " "))
    workspace = inspect(tmp_path, toml, details_csv=DETAIL_FILE)
    assert workspace.lines.project("unit, product_id, kind").fetchall() == [
        ("gr", "x", "return"), ("kl", "y", None)]


def test_columns_of_equal_names_need_no_mapping_and_capitals_do_not_matter(tmp_path):
    text = " ACCOUNT_ID ,Invoice_Date,Revenue,Unit\nA1,2026-01-05,5,kg\n"
    workspace = inspect(tmp_path, invoice_lines_csv=text)
    assert lines_of(workspace) == [("2026-01-05", "A1", 5.0)]
    assert workspace.lines.project("unit").fetchall() == [("kg",)]


def test_empty_mapping_leaves_a_column_of_equal_name_out(tmp_path):
    toml = "[tables.invoice_lines]\nsource = \"export\"\ncolumns = { kind = \"\" }\n" \
           "[sources]\nexport = \"export.csv\"\n"
    text = LINES.replace("revenue\n", "revenue,kind\n").replace("50\n", "50,ZX\n").replace(
        "20\n", "20,ZY\n")
    workspace = inspect(tmp_path, toml, export_csv=text)
    assert workspace.problems == ()
    assert workspace.lines.project("kind").fetchall() == [(None,), (None,)]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "CSV"])
def test_file_named_after_a_table_is_that_table(tmp_path, ending):
    people = pd.DataFrame({"contact_id": ["C1"], "account_id": ["A1"], "name": ["Ö. Öz"]})
    file = tmp_path / f"Contacts.{ending}"
    if ending == "xlsx":
        people.to_excel(file, index=False, engine="xlsxwriter")
    elif ending == "parquet":
        people.to_parquet(file)
    else:
        people.to_csv(file, index=False)
    workspace = inspect(tmp_path)
    assert workspace.tables["contacts"]["name"].tolist() == ["Ö. Öz"]


def test_packed_file_named_after_a_table_is_that_table(tmp_path):
    pd.DataFrame({"account_id": ["A1"]}).to_csv(tmp_path / "accounts.csv.gz", index=False)
    assert inspect(tmp_path).tables["accounts"]["account_id"].tolist() == ["A1"]


def test_two_files_named_after_one_table_are_refused(tmp_path):
    write(tmp_path, accounts_csv="account_id\nA1\n", accounts_txt="account_id\nA2\n")
    with pytest.raises(SettingError, match=r"accounts.csv and accounts.txt are both named after"):
        inspect_workspace(tmp_path)


def test_source_named_like_a_table_is_that_table(tmp_path):
    toml = '[sources]\naccounts = { file = "master.csv", delimiter = ";" }\n'
    workspace = inspect(tmp_path, toml, master_csv="account_id;name\nA1;x\n",
                        accounts_csv="account_id\nZ\n")
    assert workspace.tables["accounts"]["account_id"].tolist() == ["A1"]


def test_section_without_source_takes_the_source_of_its_name(tmp_path):
    toml = '[sources]\naccounts = "m.csv"\n[tables.accounts]\ncolumns = { account_id = "nr" }\n'
    workspace = inspect(tmp_path, toml, m_csv="nr\n007\n")
    assert workspace.tables["accounts"]["account_id"].tolist() == ["007"]


@pytest.mark.parametrize("query", [
    "select * from lines",
    "select * from lines;",
    "-- all lines\nselect * from lines -- and no more",
    "select * from lines; -- done\n",
    "with one as (select * from lines) select * from one",
    "from lines",
    "select L.Account_ID, L.invoice_date, L.REVENUE from Lines L where account_id <> ''",
    "select account_id, invoice_date, sum(revenue) as revenue from lines group by all "
    "order by account_id",
    "select * from lines union all select * from lines where 1 = 0"])
def test_any_one_select_makes_a_table(tmp_path, query):
    toml = by_sql(query, 'lines = "lines.csv"')
    assert lines_of(inspect(tmp_path, toml, lines_csv=LINES)) == [
        ("2026-01-05", "A1", 10.5), ("2026-02-06", "A2", 20.0)]


@pytest.mark.parametrize("expression", [
    "replace(OrderID, '1', '1')", "OrderID || ''", "cast(OrderID as integer)",
    "trim(OrderID)", "case when OrderID like '%1' then OrderID end", "nullif(OrderID, '')",
    "lpad(Quantity, 3, '0')", "case when OrderID = 1 then 1 end", "Quantity || '/' || OrderID",
    "substr(Quantity, 1, 1)", "case when Quantity = '10' then 1 end", "concat(Day, UnitPrice)",
    "try_cast(UnitPrice as varchar)", "coalesce(OrderID, 'none')", "upper(OrderID)"])
def test_functions_of_text_work_on_ids_and_numbers(tmp_path, expression):
    toml = mapped(BASE + f', revenue = "UnitPrice", invoice_id = "{expression}"')
    workspace = inspect(tmp_path, toml, details_csv=DETAIL_FILE)
    assert workspace.problems == ()
    ((first,), _) = workspace.lines.project("invoice_id").fetchall()
    assert first


@pytest.mark.parametrize("expression", [
    "Day", "Day + 0", "date_trunc('day', Day)", "cast(Day as date)", 
    "make_date(2026, month(Day), day(Day))",
    "case when Day < '2026-02-01' then Day else date '2026-02-01' end",
    "strptime(Day, '%m/%d/%Y')", "strptime(Day, '%m/%d/%Y')::date",
    "try_strptime(cast(Day as varchar), ['%d.%m.%Y', '%m/%d/%Y'])",
    "strptime(strftime(Day, '%d.%m.%y'), '%d.%m.%y')"])
def test_expressions_with_a_recognized_date(tmp_path, expression):
    toml = mapped(f'invoice_date = "{expression}", account_id = "CustomerID", revenue = "1"')
    workspace = inspect(tmp_path, toml, details_csv=DETAIL_FILE)
    found = [row[0] for row in lines_of(workspace)]
    assert found[0] == "2026-01-13"


def test_joins_over_text_ids(tmp_path):
    toml = by_sql("""select o.Customer as account_id, o."Order Date" as invoice_date,
        d.UnitPrice * d.Quantity as revenue, p.Name as unit
        from details d join orders o on d.OrderID = o.OrderID
        left join products p on p.ProductNo = d.ProductNo""",
                  'details = "d.csv"\norders = "o.csv"\nproducts = "p.csv"')
    workspace = inspect(
        tmp_path, toml, d_csv="OrderID,ProductNo,UnitPrice,Quantity\n007,1,2.5,2\n7,X1,1,1\n",
        o_csv="OrderID,Customer,Order Date\n007,A,2026-01-05\n7,B,2026-01-06\n",
        p_csv="ProductNo,Name\n1,Bolt\nX1,Nut\n")
    assert lines_of(workspace) == [("2026-01-05", "A", 5.0), ("2026-01-06", "B", 1.0)]
    assert workspace.lines.project("unit").fetchall() == [("Bolt",), ("Nut",)]


def test_query_may_be_over_a_source_of_the_name_of_its_table(tmp_path):
    toml = ("[sources]\naccounts = \"a.csv\"\ncontacts = \"c.csv\"\n[tables.accounts]\n"
            "sql = 'select nr as account_id from accounts'\n[tables.contacts]\n"
            "sql = 'select nr as contact_id, nr as account_id from contacts "
            "join accounts using (nr)'\n")
    workspace = inspect(tmp_path, toml, a_csv="nr\n01\n02\n", c_csv="nr\n01\n")
    assert workspace.tables["accounts"]["account_id"].tolist() == ["01", "02"]
    assert workspace.tables["contacts"]["account_id"].tolist() == ["01"]


def test_sql_sees_only_the_sources_it_names(tmp_path):
    toml = by_sql("select * from lines", 'lines = "lines.csv"\nother = "not there.csv"')
    assert inspect(tmp_path, toml, lines_csv=LINES).problems == ()


@pytest.mark.parametrize("query", ["select * from read_csv('{file}')", "select * from '{file}'",
                                   "select content from read_text('{file}')"])
def test_sql_reads_no_file_that_is_not_a_source(tmp_path, query):
    toml = by_sql(query.format(file=tmp_path / "secret.csv"), 'lines = "lines.csv"')
    problem = the_problem(inspect(tmp_path, toml, lines_csv=LINES, secret_csv=LINES))
    assert "name the file under [sources]" in problem.sentence()


def test_sql_does_not_see_the_variables_of_the_program(tmp_path):
    toml = by_sql("select * from settings")
    problem = the_problem(inspect(tmp_path, toml, details_csv=DETAIL_FILE))
    assert "there is no source 'settings'" in problem.sentence()


@pytest.mark.parametrize("query", ["drop table contract.accounts", "select 1; select 2", "",
                                   "create table x as select 1", "-- nothing"])
def test_anything_but_one_select_is_refused(tmp_path, query):
    write(tmp_path, by_sql(query, 'lines = "lines.csv"'), lines_csv=LINES)
    with pytest.raises((DataError, SettingError), match="sql must be"):
        open_workspace(tmp_path)


@pytest.mark.parametrize(("query", "sentence"), [
    ("select * from order", "is no SQL that can be read, near 'order'"),
    ("select * from nowhere", "there is no source 'nowhere'; there are details"),
    ("select Kunde from details", "there is no column 'Kunde'; there are "),
    ("select nofunction(OrderID) from details", "there is no function nofunction()"),
    ("select sum(\"Customer Größe\") as revenue from details",
     "sum() cannot be used with VARCHAR: Customer Größe holds 'gr' (details.csv row 2)"),
    ("select \"Customer Größe\" * Quantity as revenue from details",
     "with a column that is text: Customer Größe holds 'gr' (details.csv row 2), 'kl' (details"),
    ("select cast(\"Customer Größe\" as integer) as revenue from details",
     "the text 'gr' is not a number or date"),
    ("select strptime(\"Customer Größe\", '%m/%d/%Y') as invoice_date from details",
     "the text 'gr' is not written as '%m/%d/%Y'"),
    ("select CustomerID as account_id from details where Quantity <> ''", "write “is null” or"),
    ("select OrderID, Quantity from details group by OrderID", "'Quantity' is neither summed nor"),
    ("select d.x from details", "'d' is no table or alias"),
    ("select OrderID from details a, details b", "'OrderID' is in several sources"),
    ("select 1 as x", "none of its columns is there")])
def test_wrong_sql_is_told_in_a_sentence_that_names_the_table(tmp_path, query, sentence):
    workspace = inspect(tmp_path, by_sql(query), details_csv=DETAIL_FILE)
    problem = the_problem(workspace)
    assert problem.table == "invoice_lines"
    assert sentence in problem.sentence()
    assert not problem.what.startswith(("invoice_lines", "[tables"))
    assert not re.search(r"Candidate|LINE \d|\^|Error:|\n", problem.sentence())
    with pytest.raises(DataError, match=r"invoice_lines"):
        open_workspace(tmp_path)


def test_every_wrong_expression_is_told_with_the_columns_there_are(tmp_path):
    toml = mapped('invoice_date = "Days", account_id = "Customer Nr", unit = "CustomerID", '
                  'revenue = "UnitPrice * Number"')
    found = sentences(inspect(tmp_path, toml, details_csv=DETAIL_FILE))
    assert len(found) == 3
    assert "invoice_date = 'Days': there is no column 'Days'; there are OrderID, " in found[0]
    assert "__" not in found[0]
    assert "account_id = 'Customer Nr': there is no column 'Customer Nr'; there are " in found[1]
    assert "revenue = 'UnitPrice * Number': there is no column 'Number'" in found[2]


def test_all_faults_of_the_mapping_are_one_message_with_what_is_allowed(tmp_path):
    toml = """[sources]
export = "export.csv"
[tables.invoice_lines]
source = "exports"
colums = { }
columns = { acount_id = "x", revenue = 5 }
[tables.contacts]
source = "export"
sql = "select 1"
[tables.targets]
[tables.deals]
source = 5
columns = "x"
"""
    with pytest.raises(SettingError) as raised:
        inspect_workspace(write(tmp_path, toml, export_csv=LINES))
    message = str(raised.value)
    for part in (
            "[tables.invoice_lines] source 'exports' is not under [sources]; there are export",
            "[tables.invoice_lines] colums is not known; allowed are source, columns, sql",
            f"acount_id is no column of invoice_lines; allowed are "
            f"{', '.join(TABLES['invoice_lines'].names)}",
            "columns: revenue = 5 must be text in quotes",
            "[tables.contacts] give sql, or source and columns, not both",
            "[tables.targets] give its source, or sql; there are export",
            "[tables.deals] source must be text in quotes", "[tables.deals] columns must be {"):
        assert part in message


@pytest.mark.parametrize(("toml", "sentence"), [
    ("[tables.invoices]\nsource = \"x\"\n", "[tables.invoices] is no table of the contract"),
    ("[sourcs]\n", "[sourcs] is no section; allowed are"),
    ("[tables]\ninvoice_lines = \"x\"\n", "invoice_lines must be a section")])
def test_unknown_sections_and_tables_are_setting_errors(tmp_path, toml, sentence):
    with pytest.raises(SettingError, match=re.escape(sentence)):
        inspect_workspace(write(tmp_path, toml))


@pytest.mark.parametrize("toml", ["sources = 5\n", "tables = 5\n", "[[tables]]\nx = 1\n"])
def test_sections_that_are_none_are_setting_errors(tmp_path, toml):
    (tmp_path / "qbr.toml").write_text(toml + '[company]\nname = "x"\n')
    with pytest.raises(SettingError):
        inspect_workspace(tmp_path)


def test_typed_cells_of_a_workbook_reach_every_kind_of_column(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "contacts.xlsx"))
    page = book.add_worksheet()
    page.write_row(0, 0, ["contact_id", "account_id", "active", "influence", "title"])
    page.write_row(1, 0, [12, 7, True, 3, 5.5])
    page.write_row(2, 0, ["013", "A", "nein", 4.5, "x"])
    book.close()
    contacts = inspect(tmp_path).tables["contacts"]
    assert contacts["contact_id"].tolist() == ["12", "013"]
    assert contacts["active"].tolist() == [True, False]
    assert contacts["influence"].tolist() == [3.0, 4.5]
    assert contacts["title"].tolist() == ["5.5", "x"]


def test_currency_codes_are_upper_case_and_allowed_words_are_normalized(tmp_path):
    text = ("invoice_date,account_id,revenue,currency,kind\n2026-01-05,A1,1,eur,Invoice\n")
    workspace = inspect(tmp_path, invoice_lines_csv=text,
                        activities_csv="account_id,date,direction\nA1,2026-01-05,Two-Way\n")
    assert workspace.problems == ()
    assert workspace.lines.project("currency, kind").fetchall() == [("EUR", "invoice")]
    assert workspace.tables["activities"]["direction"].tolist() == ["two_way"]


def test_options_of_the_sources_hold_for_text_that_a_query_yields(tmp_path):
    toml = by_sql("select day as invoice_date, nr as account_id, price as revenue from details",
                  'details = { file = "d.csv", decimal = ",", date_format = "%d/%m/%Y" }')
    toml += "[checks]\nmax_refused_share = 0.5\n"
    workspace = inspect(tmp_path, toml, d_csv=(
        "day;nr;price\n03/04/2026;A1;1,5\n05/04/2026;A2;2,5\nsoon;A3;none\n"))
    assert lines_of(workspace) == [("2026-04-03", "A1", 1.5), ("2026-04-05", "A2", 2.5)]
    assert len(workspace.problems) == 2
