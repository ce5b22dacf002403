"""Tables held against each other: values that lead nowhere, spellings, lines hardly meant so."""

import pytest
from exports import inspect, lines_of, sentences, the_problem

from qbrkit.columns import TABLES
from qbrkit.problems import NOTED, STOPS
from qbrkit.report.language import CATALOGS
from qbrkit.sources.plausible import known_languages
from qbrkit.sources.relations import RELATIONS

HEADER = "invoice_date,account_id,revenue"
ACCOUNTS = "account_id\nA1\nA2\n"


def test_relations_name_columns_of_the_contract():
    for one in RELATIONS:
        assert one.column in TABLES[one.table].names
        assert one.key in TABLES[one.home].names


def test_every_account_of_every_table_is_looked_for():
    told = {one.table for one in RELATIONS if one.column == "account_id"}
    assert told == {name for name, table in TABLES.items()
                    if "account_id" in table.names} - {"accounts"}


WANTED = {"date": "2026-01-05", "month": "2026-01", "quarter": "2026Q1", "share": "0.5",
          "money": "1", "number": "1", "flag": "yes"}


def row_of(table, column, value):
    """The smallest row of a table with one value given."""
    columns = [TABLES[table][name] for name in TABLES[table].required]
    cells = {one.name: WANTED.get(one.kind, next(iter(one.allowed), "x"))
             for one in columns} | {column: value}
    if "account_id" in cells and column != "account_id":
        cells["account_id"] = "A1"
    return f"{','.join(cells)}\n{','.join(cells.values())}\n"


@pytest.mark.parametrize("one", [one for one in RELATIONS if one.table not in {
    "accounts", "invoice_lines"}], ids=lambda one: f"{one.table}.{one.column}")
def test_a_value_that_leads_nowhere_is_told_with_what_becomes_of_it(tmp_path, one):
    files = {f"{one.table}_csv": row_of(one.table, one.column, "Z9"),
             "accounts_csv": "account_id,owner,territory,country,industry,plan_id\n"
                             "A1,x,x,x,x,x\nA2,,,,,\n",
             "products_csv": "product_id,family\nP1,x\n",
             "contacts_csv": "contact_id,account_id\nC1,A1\n",
             "plan_components_csv": "plan_id,component_id\nx,x\n"} | {
                 f"{one.table}_csv": row_of(one.table, one.column, "Z9")}
    found = [problem for problem in inspect(tmp_path, **files).problems
             if (problem.table, problem.column) == (one.table, one.column)]
    assert [(problem.severity, problem.rows, problem.values) for problem in found] == [
        (NOTED, 1, ("Z9",))]
    assert found[0].what == f"is not in {one.home}; {one.outcome}"


def test_plans_without_components_and_components_of_no_plan_are_told(tmp_path):
    workspace = inspect(tmp_path, accounts_csv="account_id,plan_id\nA1,GOLD\nA2,\n",
                        plan_components_csv="plan_id,component_id\nSILVER,S1\n")
    assert [(one.table, one.column, one.values) for one in workspace.problems] == [
        ("accounts", "plan_id", ("GOLD",)), ("plan_components", "plan_id", ("SILVER",))]


def test_a_service_that_is_no_component_of_the_accounts_plan_is_told(tmp_path):
    workspace = inspect(
        tmp_path, accounts_csv="account_id,plan_id\nA1,GOLD\nA2,SILVER\n",
        plan_components_csv="plan_id,component_id\nGOLD,G1\nSILVER,S1\n",
        services_csv="account_id,date,component_id,quantity\nA1,2026-01-05,G1,1\n"
                     "A1,2026-01-06,S1,1\nA2,2026-01-05,,1\n")
    problem = the_problem(workspace)
    assert (problem.table, problem.values, problem.places) == (
        "services", ("S1",), ("services.csv row 3",))


# --- spellings ---------------------------------------------------------------------------

def lines(*ids, revenue=10):
    return HEADER + "\n" + "".join(f"2026-01-{day:02},{one},{revenue + day}\n"
                                   for day, one in enumerate(ids, 1))


def spelled(workspace):
    return [one for one in workspace.problems if "written otherwise" in one.what
            or "two spellings" in one.what]


def test_ids_that_meet_only_without_a_point_name_the_option(tmp_path):
    toml = ('[sources]\nlines = "lines.csv"\n[tables.invoice_lines]\nsource = "lines"\n'
            'columns = { account_id = "Customer ID" }\n')
    text = lines("17850.0", "13085", "17850.0").replace("account_id", "Customer ID")
    workspace = inspect(tmp_path, toml, lines_csv=text, accounts_csv="account_id\n17850\n13085\n")
    (problem,) = spelled(workspace)
    # the first and third line, 11 + 13
    assert (problem.severity, problem.rows, problem.money) == (NOTED, 2, 24.0)
    assert problem.values == ("17850.0 for 17850",)
    assert 'types = { "Customer ID" = "id" } for the source lines' in problem.fix
    told = toml.replace('"lines.csv"', '{ file = "lines.csv", types = { "Customer ID" = "id" } }')
    united = inspect(tmp_path, told, lines_csv=text, accounts_csv="account_id\n17850\n13085\n")
    assert united.problems == ()
    assert [row[1] for row in lines_of(united)] == ["17850", "13085", "17850"]


def test_the_side_that_added_the_point_is_named(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv=lines("17850"),
                        accounts_csv="account_id\n17850.0\n")
    (problem,) = spelled(workspace)
    assert problem.values == ("17850 for 17850.0",)
    assert 'types = { account_id = "id" } for the source accounts' in problem.fix


@pytest.mark.parametrize(("here", "there", "fix"), [
    ("123", "00123", "its zeros"), ("a1", "A1", "upper(trim(…))"),
    ("A\u00a0 1", "a 1", "upper(trim(…))")])
def test_other_spellings_are_told_and_not_united(tmp_path, here, there, fix):
    workspace = inspect(tmp_path, invoice_lines_csv=lines(here),
                        accounts_csv=f"account_id\n{there}\n")
    (problem,) = spelled(workspace)
    assert problem.values == (f"{here} for {there}",)
    assert fix in problem.fix
    assert lines_of(workspace)[0][1] == here


@pytest.mark.parametrize("table", ["invoice_lines", "accounts"])
def test_two_spellings_within_one_table_are_told(tmp_path, table):
    ids = ["17850", "17850.0", "B1"]
    files = ({"invoice_lines_csv": lines(*ids, "17850")} if table == "invoice_lines" else
             {"accounts_csv": "\n".join(["account_id", *ids, "A1", "A2", ""])})
    (problem,) = spelled(inspect(tmp_path, **files))
    assert (problem.table, problem.rows, problem.values) == (table, 1, ("17850.0 for 17850",))


def test_different_ids_are_no_spellings(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv=lines("123", "1230", "12.3", "A-1", "A1", "0"))
    assert spelled(workspace) == []


def test_spellings_are_looked_for_in_other_tables_too(tmp_path):
    workspace = inspect(tmp_path, accounts_csv=ACCOUNTS,
                        contacts_csv="contact_id,account_id\nC1,a1\nC2,A2\n")
    (problem,) = spelled(workspace)
    assert (problem.table, problem.values) == ("contacts", ("a1 for A1",))


@pytest.mark.parametrize("short", ["1.23E+05", "1,23E+05", "2E+11", "1.5e+10"])
def test_short_forms_of_ids_stop_where_they_decide(tmp_path, short):
    workspace = inspect(tmp_path, invoice_lines_csv=(
        f'{HEADER},product_id\n2026-01-05,"{short}",1,"{short}"\n'))
    assert [(one.column, one.severity, one.values) for one in workspace.problems] == [
        ("account_id", STOPS, (short,)), ("product_id", NOTED, (short,))]
    assert "Format the column as text" in workspace.problems[0].fix


@pytest.mark.parametrize("key", ["12E5", "E+5", "A1E+05", "1.23E-05", "1+5"])
def test_codes_that_look_alike_are_no_short_forms(tmp_path, key):
    assert inspect(tmp_path, products_csv=f"product_id\n{key}\n").problems == ()


# --- lines hardly meant so ---------------------------------------------------------------

def test_cost_above_the_revenue_of_a_family_is_told(tmp_path):
    # Pumps: cost 30 + 30 against revenue 20 + 20; pipes 1 against 100: 61 of 140 in all.
    workspace = inspect(
        tmp_path, products_csv="product_id,family\nP1,Pumps\nP2,Pipes\n",
        invoice_lines_csv=f"{HEADER},product_id,cost\n2026-01-05,A1,20,P1,30\n"
                          "2026-01-06,A1,20,P1,30\n2026-01-05,A1,100,P2,1\n2026-01-05,A1,9,P1,\n")
    problem = the_problem(workspace)
    assert (problem.severity, problem.values, problem.rows, problem.money) == (
        NOTED, ("Pumps",), 2, 40.0)
    assert "is above the revenue in all lines of a family together" in problem.what


def test_cost_above_all_revenue_is_told_once_and_never_stops(tmp_path):
    workspace = inspect(tmp_path, invoice_lines_csv=(
        f"{HEADER},cost\n2026-01-05,A1,20,30\n2026-01-06,A1,20,30\n"))
    problem = the_problem(workspace)
    assert (problem.severity, problem.rows, problem.money) == (NOTED, 2, 40.0)
    assert "all costs together are above the revenue" in problem.what


def test_costs_far_above_or_against_their_revenue_are_told(tmp_path):
    # 201 is more than ten times 20, 100 is ten times 10; a credit takes its cost back.
    workspace = inspect(tmp_path, invoice_lines_csv=(
        f"{HEADER},cost\n2026-01-05,A1,20,201\n2026-01-06,A1,10,100\n2026-01-07,A1,900,-1\n"
        "2026-01-08,A1,-5,2\n2026-01-09,A1,-5,-2\n2026-01-10,A1,0,7\n"))
    far, against = workspace.problems
    assert (far.rows, far.money, far.values) == (1, 20.0, ("201.0",))
    assert (against.rows, against.money) == (2, 895.0)
    assert {far.severity, against.severity} == {NOTED}


def test_lines_after_the_stated_end_are_told(tmp_path):
    toml = "[periods]\ndata_until = 2026-01-31\n"
    problem = the_problem(inspect(tmp_path, toml))
    assert (problem.rows, problem.money, problem.severity) == (1, 20.0, NOTED)
    assert problem.values == ("2026-02-06",)
    assert inspect(tmp_path, toml.replace("01-31", "02-06")).problems == ()


def test_languages_without_a_catalog_are_told_with_those_there_are(tmp_path):
    workspace = inspect(tmp_path, accounts_csv="account_id,language\nA1,de-AT\nA2,fr\nA3,\nA4,EN\n")
    problem = the_problem(workspace)
    assert (problem.values, problem.severity) == (("fr",), NOTED)
    assert "There are de, en" in problem.fix


def test_known_languages_are_those_the_report_can_write():
    assert set(known_languages()) == {"en"} | {file.stem for file in CATALOGS.glob("*.po")}


def test_a_table_of_a_header_alone_is_told(tmp_path):
    problem = the_problem(inspect(tmp_path, targets_csv="quarter,revenue\n"))
    assert problem.sentence().startswith("targets: is empty: it has its columns and no row")
    assert problem.severity == NOTED


QUANTITIES = f"{HEADER},quantity\n2026-01-05,A1,100,5\n"


@pytest.mark.parametrize(("rows", "severity"), [
    ("2026-01-06,A1,40,-2\n2026-01-07,A1,30,-1\n2026-01-08,A1,-5,-1\n", STOPS),
    ("2026-01-06,A1,-40,-2\n2026-01-07,A1,30,-1\n2026-01-08,A1,0,-1\n", NOTED)])
def test_cancellations_without_a_sign_stop_and_a_single_one_is_told(tmp_path, rows, severity):
    # 2 of 3 are above 0; of the others 1 of 2, since 0 has no sign
    problem = the_problem(inspect(tmp_path, invoice_lines_csv=QUANTITIES + rows))
    assert (problem.column, problem.severity) == ("revenue", severity)
    assert "is above 0 though the quantity is below 0" in problem.what


def test_a_credit_without_a_quantity_taken_back_is_told_and_never_stops(tmp_path):
    text = QUANTITIES + "2026-01-06,A1,-40,2\n2026-01-07,A1,-30,1\n"
    problem = the_problem(inspect(tmp_path, invoice_lines_csv=text))
    assert (problem.column, problem.severity, problem.rows, problem.money) == (
        "quantity", NOTED, 2, -70.0)


def test_ordinary_cancellations_are_lines_like_others(tmp_path):
    text = ("invoice_id,line_id,invoice_date,account_id,revenue,quantity,kind\n"
            "536365,1,2026-01-05,A1,100,5,invoice\nC536379,1,2026-01-06,A1,-40,-2,invoice\n")
    workspace = inspect(tmp_path, invoice_lines_csv=text)
    assert workspace.problems == ()
    assert [row[2] for row in lines_of(workspace)] == [100, -40]


def test_no_clock_decides_what_lies_in_the_future(tmp_path):
    assert inspect(tmp_path, invoice_lines_csv=f"{HEADER}\n2075-01-05,A1,1\n").problems == ()


def test_sentences_of_relations_have_no_jargon(tmp_path):
    workspace = inspect(tmp_path, accounts_csv="account_id,plan_id\nB1,P\n",
                        plan_components_csv="plan_id,component_id\nQ,C\n",
                        contacts_csv="contact_id,account_id\nC1,Z\n")
    for sentence in sentences(workspace):
        assert not any(word in sentence for word in ("NULL", "VARCHAR", "__", "select"))


FOUR = HEADER + "\n2026-01-05,A1,10.10\n2026-01-06,A2,20.20\n2026-01-07,A3,5\n"
MANY = FOUR + "".join(f"2026-01-{day},A3,0.5\n" for day in range(10, 20))


def test_a_line_that_is_the_sum_of_all_others_stops(tmp_path):
    # 10.10 + 20.20 + 5 + 10 * 0.50 = 40.30: with it the revenue would be 80.60
    problem = the_problem(inspect(tmp_path, invoice_lines_csv=MANY + "2026-01-31,A9,40.30\n"))
    assert (problem.severity, problem.rows, problem.money) == (STOPS, 1, 40.3)
    assert "is the sum of all other lines: a total, not a line" in problem.sentence()
    assert problem.places == ("invoice_lines.csv row 15",)
    assert "where" in problem.fix


@pytest.mark.parametrize("last", ["2026-01-31,A9,40.29\n", "2026-01-31,A9,-40.30\n", ""])
def test_a_line_that_is_not_the_sum_to_the_cent_counts(tmp_path, last):
    assert inspect(tmp_path, invoice_lines_csv=MANY + last).problems == ()


def test_of_a_few_lines_one_may_be_the_sum_of_the_others(tmp_path):
    text = FOUR + "2026-01-31,A9,35.30\n"
    assert inspect(tmp_path, invoice_lines_csv=text).problems == ()


@pytest.mark.parametrize("name", ["Total", "GESAMT:", "Grand total", "Summe"])
def test_an_account_that_is_called_a_total_stops(tmp_path, name):
    problem = the_problem(inspect(tmp_path, invoice_lines_csv=f"{FOUR}2026-01-31,{name},30\n"))
    assert (problem.severity, problem.rows, problem.money) == (STOPS, 1, 30.0)
    assert "names a total, not an account" in problem.what
    assert problem.values == (name,)


def test_an_account_may_be_called_total_energies_or_stand_in_accounts(tmp_path):
    accounts = "account_id,name\n" + "".join(f"{one},x\n" for one in ("A1", "A2", "A3", "Total"))
    text = FOUR + "2026-01-31,Total,30\n"
    assert inspect(tmp_path, invoice_lines_csv=text, accounts_csv=accounts).problems == ()


def test_an_account_with_more_than_a_handful_of_lines_is_no_total(tmp_path):
    text = FOUR + "2026-01-30,Total Energies,3\n" + "".join(
        f"2026-01-1{n},Total,{n}\n" for n in range(6))
    assert inspect(tmp_path, invoice_lines_csv=text).problems == ()


def test_dates_of_one_month_in_every_year_may_have_day_and_month_changed(tmp_path):
    # The first of each month, read as month-day: 1 to 12 January of both years.
    text = "invoice_date,account_id,revenue\n" + "".join(
        f"{year}-01-{day:02},A1,{day}\n" for year in (2023, 2024) for day in range(1, 13))
    problem = the_problem(inspect(tmp_path, invoice_lines_csv=text))
    assert (problem.severity, problem.rows) == (NOTED, 24)
    assert ("every date lies in January of 2023, 2024: day and month may have changed places"
            in problem.what)
    assert "date_format" in problem.fix


@pytest.mark.parametrize("odd", ["2024-02-01", "2024-01-13"])
def test_dates_of_other_months_or_later_days_are_in_order(tmp_path, odd):
    text = "invoice_date,account_id,revenue\n" + "".join(
        f"{year}-01-{day:02},A1,{day}\n" for year in (2023, 2024) for day in range(1, 13))
    assert inspect(tmp_path, invoice_lines_csv=f"{text}{odd},A1,40\n").problems == ()


def test_one_booking_day_a_year_is_in_order(tmp_path):
    text = "invoice_date,account_id,revenue\n2023-01-01,A1,1\n2024-01-01,A1,2\n2025-01-01,A1,4\n"
    assert inspect(tmp_path, invoice_lines_csv=text).problems == ()


# --- what can be read and is hardly meant so ---------------------------------------------

def doubts(tmp_path, table, text):
    return [one for one in inspect(tmp_path, accounts_csv=ACCOUNTS, **{f"{table}_csv": text})
            .problems if one.table == table]


def test_a_measure_that_falls_and_counts_as_a_loss_asks_which_way_is_better(tmp_path):
    # A1 downtime falls in two of three quarters, scrap in one of two; A2 says less itself
    (problem,) = doubts(tmp_path, "benefits", """\
account_id,benefit_id,quarter,name,baseline,actual,unit_value,better
A1,D,2026Q1,Downtime (h),20,12,450,
A1,D,2026Q2,Downtime (h),20,12.5,450,
A1,D,2026Q3,Downtime (h),20,21,450,
A1,D,2026Q4,Downtime (h),20,,450,
A1,S,2026Q1,Output,20,12,450,
A1,S,2026Q2,Output,20,30,450,
A1,N,2026Q2,Waste,20,12,-5,
A2,D,2026Q1,Downtime (h),20,12,450,less
""")
    assert (problem.column, problem.severity, problem.rows) == ("better", NOTED, 2)
    assert problem.values == ("Downtime (h) of A1: 20 → 12 at 450",
                              "Downtime (h) of A1: 20 → 12.5 at 450")
    assert problem.places == ("benefits.csv rows 2, 3",)
    assert "better = 'less'" in problem.fix


def test_per_cent_written_as_shares_is_told_by_measure(tmp_path):
    (problem,) = doubts(
        tmp_path, "service_levels", """account_id,quarter,measure,promised,delivered,unit
A1,2026Q1,on time,0.95,0.97,%
A2,2026Q1,on time,0.95,1,Percent
A1,2026Q1,whole,95,0.97,%
A1,2026Q1,answer,0.5,0.4,hours
A1,2026Q1,returns,0,0,%
A1,2026Q1,unknown,,,%
""")
    assert (problem.severity, problem.rows, problem.values) == (NOTED, 2, ("on time",))
    assert problem.places == ("service_levels.csv rows 2, 3",)
    assert "by 100 in the mapping" in problem.fix


def test_a_risk_that_every_customer_reads_is_told(tmp_path):
    (problem,) = doubts(tmp_path, "risks", """risk_id,account_id,country,customer_risk
R1,A1,,strike
R2,,,prices rise
R3,,,
""")
    assert (problem.severity, problem.rows, problem.values) == (NOTED, 1, ("R2",))
    assert "stands on every customer's page" in problem.sentence()


def test_a_confirmed_benefit_that_nothing_and_nobody_proves_is_told(tmp_path):
    told = the_problem(inspect(
        tmp_path, accounts_csv=ACCOUNTS, invoice_lines_csv=f"{HEADER}\n2026-01-05,A1,5\n",
        benefits_csv="account_id,benefit_id,quarter,class,confirmed_by,evidence\n"
                     "A1,B1,2026Q1,confirmed,,\nA1,B2,2026Q1,confirmed,Kim,\n"
                     "A1,B3,2026Q1,confirmed,,R-3\nA1,B4,2026Q1,estimated,,\n"))
    assert (told.severity, told.rows, told.values) == (NOTED, 1, ("B1",))
