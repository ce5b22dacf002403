"""Rows that stand more than once: counted once, refused, or told, and never counted twice."""

import pytest
from exports import inspect, lines_of, sentences, the_problem

from qbrkit.problems import NOTED, STOPS
from qbrkit.sources import inspect_workspace

HEADER = "invoice_date,account_id,revenue\n"
KEYED = "invoice_id,line_id,invoice_date,account_id,revenue\n"
TWO_FILES = ('[sources]\nlines = { files = ["a.csv", "b.csv"] }\n'
             '[tables.invoice_lines]\nsource = "lines"\n')


def days(first, last, month=1):
    """One line a day, each of a revenue of its own: the day of the month."""
    return "".join(f"2026-{month:02}-{day:02},A{day},{day}\n" for day in range(first, last + 1))


def test_equal_rows_of_one_key_count_once(tmp_path):
    # I1 / 1 stands three times: 10 counts once, two rows of 10 each are left out.
    text = KEYED + "I1,1,2026-01-05,A1,10\n" * 3 + "I1,2,2026-01-05,A1,5\n"
    workspace = inspect(tmp_path, invoice_lines_csv=text)
    problem = the_problem(workspace)
    assert (problem.severity, problem.rows, problem.money) == (NOTED, 2, 20.0)
    assert problem.places == ("invoice_lines.csv rows 3, 4",)
    assert problem.sentence().startswith(
        "invoice_lines.invoice_id + line_id: stands more than once, the same in every column, and "
        "counts once: 'I1 / 1'")
    assert [row[2] for row in lines_of(workspace)] == [10, 5]
    count = workspace.counts["invoice_lines"]
    assert (count.rows, count.accepted, count.repaired, count.repeated) == (4, 2, 2, 2)
    assert count.revenue == 15


def test_the_first_of_two_files_keeps_its_row(tmp_path):
    toml = '[sources]\naccounts = { files = ["a.csv", "b.csv"] }\n'
    text = "account_id,name\nA1,x\nA2,y\n"
    workspace = inspect(tmp_path, toml, a_csv=text, b_csv=text)
    assert the_problem(workspace).places == ("b.csv rows 2, 3",)
    assert workspace.tables["accounts"]["account_id"].tolist() == ["A1", "A2"]


def test_rows_of_one_key_that_differ_stop_and_say_in_what(tmp_path):
    text = KEYED + ("I1,1,2026-01-05,A1,10\nI1,1,2026-01-06,A1,12.5\nI2,1,2026-01-05,A1,x\n"
                    "I2,1,2026-01-05,A1,\nI3,1,2026-01-05,A1,1\n")
    workspace = inspect(tmp_path, "[checks]\nmax_refused_share = 1.0\n", invoice_lines_csv=text)
    (problem,) = [one for one in workspace.problems if one.severity == STOPS]
    assert problem.values == (
        "I1 / 1: invoice_date 2026-01-05 or 2026-01-06, revenue 10.0 or 12.5",
        "I2 / 1: revenue nothing or x")
    assert (problem.rows, problem.places) == (4, ("invoice_lines.csv rows 2, 3, 4, 5",))


def test_equal_rows_beside_a_different_one_of_their_key_stop_as_well(tmp_path):
    text = "product_id,name\nP1,x\nP1,x\nP1,y\nP2,z\n"
    workspace = inspect(tmp_path, products_csv=text)
    problem = the_problem(workspace)
    assert (problem.severity, problem.rows) == (STOPS, 3)
    assert problem.values == ("P1: name x or y",)


def test_a_key_that_is_not_filled_in_identifies_nothing(tmp_path):
    text = KEYED + "I1,,2026-01-05,A1,10\nI1,,2026-01-05,A1,12\n,,2026-01-05,A1,1\n"
    assert inspect(tmp_path, invoice_lines_csv=text).problems == ()


def test_equal_rows_without_a_key_in_one_file_are_told_and_count(tmp_path):
    text = HEADER + "2026-01-05,A1,10\n" * 3 + "2026-01-05,A1,11\n"
    workspace = inspect(tmp_path, invoice_lines_csv=text)
    problem = the_problem(workspace)
    assert (problem.severity, problem.rows, problem.money) == (NOTED, 2, 20.0)
    assert "is the same as another row in every column; each counts" in problem.sentence()
    assert len(lines_of(workspace)) == 4


def test_files_that_overlap_stop_with_rows_money_and_days(tmp_path):
    # 5 to 10 January stand in both files: 6 rows, 5 + 6 + 7 + 8 + 9 + 10 = 45
    workspace = inspect(tmp_path, TWO_FILES, a_csv=HEADER + days(1, 10),
                        b_csv=HEADER + days(5, 14))
    problem = the_problem(workspace)
    assert (problem.severity, problem.rows, problem.money) == (STOPS, 6, 45.0)
    assert "from 2026-01-05 to 2026-01-10, and count twice" in problem.what
    assert 'write overlapping = "once"' in problem.fix
    assert any(place.startswith("a.csv") for place in problem.places)


def test_a_handful_of_equal_rows_in_two_files_is_told(tmp_path):
    workspace = inspect(tmp_path, TWO_FILES, a_csv=HEADER + days(1, 10),
                        b_csv=HEADER + days(6, 14))
    problem = the_problem(workspace)
    assert (problem.severity, problem.rows, problem.money) == (NOTED, 5, 40.0)


def test_rows_that_are_equal_within_each_file_are_not_taken_for_overlap_beyond_it(tmp_path):
    # Twice in the first file and three times in the second: three sales, so two rows too many
    # of 1 each; and within a file two rows are like another one.
    row = "2026-01-05,A1,1\n"
    workspace = inspect(tmp_path, TWO_FILES, a_csv=HEADER + row * 2 + days(10, 12),
                        b_csv=HEADER + row * 3 + days(20, 22))
    across, within = workspace.problems
    assert (across.rows, across.money, across.severity) == (2, 2.0, NOTED)
    assert "on 2026-01-05 and" in across.what
    assert (within.rows, within.money, within.severity) == (2, 2.0, NOTED)


def test_files_of_different_days_are_not_compared_with_alarm(tmp_path):
    workspace = inspect(tmp_path, TWO_FILES, a_csv=HEADER + days(1, 20),
                        b_csv=HEADER + days(1, 20, month=2))
    assert workspace.problems == ()


def test_overlap_told_to_count_once_is_no_problem_any_more(tmp_path):
    toml = TWO_FILES.replace('"b.csv"]', '"b.csv"], overlapping = "once"')
    workspace = inspect(tmp_path, toml, a_csv=HEADER + days(1, 10), b_csv=HEADER + days(5, 14))
    assert all(problem.severity == NOTED for problem in workspace.problems)
    assert sum(row[2] for row in lines_of(workspace)) == sum(range(1, 15))


@pytest.mark.parametrize(("sql", "two"), [
    ("select * from one union all select * from two", ""),
    ("select one.* from one join two using (account_id)", "account_id\n" + "".join(
        f"A{n}\nA{n}\n" for n in range(1, 13)))])
def test_days_that_sql_reads_twice_stop(tmp_path, sql, two):
    # Twelve lines on each of two days, each twice: 24 rows too many, 2 * (1 + … + 12) = 156
    rows = HEADER + "".join(f"2026-01-{day},A{n},{n}\n" for day in ("05", "06")
                            for n in range(1, 13))
    toml = ('[sources]\none = "one.csv"\ntwo = "two.csv"\n'
            f'[tables.invoice_lines]\nsql = "{sql}"\n')
    problem = the_problem(inspect(tmp_path, toml, one_csv=rows, two_csv=two or rows))
    assert problem.severity == STOPS
    assert (problem.rows, problem.money) == (24, 156.0)
    assert "whole days, from 2026-01-05 to 2026-01-06," in problem.sentence()
    assert 'files = ["…", "…"], rename' in problem.fix  # “union” would drop true repeats
    assert "“union”" not in problem.fix


def test_single_equal_rows_of_sql_are_told(tmp_path):
    toml = ('[sources]\none = "one.csv"\n[tables.invoice_lines]\nsql = "select * from one"\n')
    rows = "".join(f"2026-01-05,A{n},{n}\n" for n in range(1, 13))
    workspace = inspect(tmp_path, toml, one_csv=HEADER + rows + "2026-01-05,A1,1\n")
    problem = the_problem(workspace)
    assert (problem.severity, problem.rows, problem.money) == (NOTED, 1, 1.0)


def test_money_of_repeats_in_other_currencies_is_not_added(tmp_path):
    text = HEADER.replace("\n", ",currency\n") + "2026-01-05,A1,10,EUR\n" * 2 + (
        "2026-01-05,A1,700,USD\n" * 2)
    workspace = inspect(tmp_path, invoice_lines_csv=text,
                        exchange_rates_csv="currency,month,rate\nUSD,2026-01,0.9\n")
    problem = the_problem(workspace)
    assert (problem.rows, problem.money) == (2, 10.0)


def test_what_stands_twice_is_told_alike_in_every_run(tmp_path):
    first = sentences(inspect(tmp_path, TWO_FILES, a_csv=HEADER + days(1, 20),
                              b_csv=HEADER + days(5, 25)))
    assert all(sentences(inspect_workspace(tmp_path)) == first for _ in range(3))


DESCRIBED = "invoice_date,account_id,revenue,description\n"


def described(first, last, text):
    return "".join(f"2026-01-{day:02},A{day},{day},{text}\n" for day in range(first, last + 1))


def test_overlap_counted_once_still_stops_where_a_column_that_is_not_mapped_differs(tmp_path):
    # 5 to 10 January stand in both files, once as "tea" and once as "TEA": 6 rows, 45 twice
    toml = TWO_FILES.replace('"b.csv"]', '"b.csv"], overlapping = "once"')
    workspace = inspect(tmp_path, toml, a_csv=DESCRIBED + described(1, 10, "tea"),
                        b_csv=DESCRIBED + described(5, 14, "TEA"))
    problem = the_problem(workspace)
    assert (problem.severity, problem.rows, problem.money) == (STOPS, 6, 45.0)
    assert 'overlapping = ["invoice_date", "account_id", "revenue"]' in problem.fix
    assert 'overlapping = "once"' not in problem.fix


def test_rows_that_overlap_told_different_ones_do_not_stop(tmp_path):
    toml = TWO_FILES.replace('"b.csv"]', '"b.csv"], overlapping = "all"')
    workspace = inspect(tmp_path, toml, a_csv=HEADER + days(1, 10), b_csv=HEADER + days(5, 14))
    assert all(problem.severity == NOTED for problem in workspace.problems)


def test_sales_that_are_alike_within_the_files_do_not_stop_once_the_overlap_is_settled(tmp_path):
    # Each of 10 days stands once in the first file and twice in the second: two sales a day.
    toml = TWO_FILES.replace('"b.csv"]', '"b.csv"], overlapping = "once"')
    workspace = inspect(tmp_path, toml, a_csv=HEADER + days(1, 10),
                        b_csv=HEADER + days(1, 10) * 2)
    assert all(problem.severity == NOTED for problem in workspace.problems)
    assert sum(row[2] for row in lines_of(workspace)) == 2 * sum(range(1, 11))


def test_the_columns_that_make_a_row_are_named_as_the_source_names_them(tmp_path):
    toml = ('[sources]\nlines = { files = ["a.csv", "b.csv"], overlapping = "once" }\n'
            '[tables.invoice_lines]\nsource = "lines"\ncolumns = { invoice_date = "Buchung am", '
            'revenue = "revenue * 2" }\n')
    header = DESCRIBED.replace("invoice_date", "Buchung am")
    workspace = inspect(tmp_path, toml, a_csv=header + described(1, 10, "tea"),
                        b_csv=header + described(1, 10, "TEA"))
    assert '["account_id", "Buchung am", "…"]' in the_problem(workspace).fix


def test_rows_that_are_refused_are_not_told_as_counting_twice(tmp_path):
    # The two lines without a date are left out, and so none of them counts; 5 stands twice.
    text = HEADER + ",A1,10\n" * 2 + "2026-01-05,A1,5\n" * 2
    workspace = inspect(tmp_path, "[checks]\nmax_refused_share = 1.0\n", invoice_lines_csv=text)
    (problem,) = [one for one in workspace.problems if "each counts" in one.what]
    assert (problem.rows, problem.money) == (1, 5.0)


JOINED = ('[sources]\norders = "orders.csv"\ncosts = "costs.csv"\n[tables.invoice_lines]\n'
          'sql = "select invoice_date, account_id, product_id, revenue, cost from orders '
          'join costs using ({})"\n')
ORDERS = "invoice_date,account_id,product_id,revenue\n"
COSTS = "account_id,product_id,cost\n"


def test_a_join_over_too_few_keys_that_yields_more_lines_is_told(tmp_path):
    # P1 has a cost for each of two accounts: its line of 10 becomes two, P2 (20) stays one;
    # 3 lines from 2 orders (costs: 3 rows), so a third order of P1 (30) makes 5 lines of 3 rows.
    orders = ORDERS + "2026-01-05,A1,P1,10\n2026-01-06,A1,P2,20\n2026-01-07,A2,P1,30\n"
    costs = COSTS + "A1,P1,4\nA2,P1,5\nA1,P2,6\n"
    toml = JOINED.format("product_id").replace("account_id, product_id,",
                                               "orders.account_id, product_id,")
    problem = the_problem(inspect(tmp_path, toml, orders_csv=orders, costs_csv=costs))
    assert (problem.severity, problem.rows, problem.money) == (NOTED, 2, 40.0)
    assert "sql makes 5 lines of the 3 rows of orders, the largest source it uses" in problem.what


def test_a_join_over_all_keys_is_not_told(tmp_path):
    orders = ORDERS + "2026-01-05,A1,P1,10\n2026-01-06,A1,P2,20\n2026-01-07,A2,P1,30\n"
    costs = COSTS + "A1,P1,4\nA2,P1,5\nA1,P2,6\n"
    toml = JOINED.format("account_id, product_id")
    assert inspect(tmp_path, toml, orders_csv=orders, costs_csv=costs).problems == ()
