"""A real database gives the figures of its own CSV export, and never tells its password."""

import csv
import sqlite3
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy
from exports import COMPANY, inspect, sentences, the_problem, write

from qbrkit.errors import SettingError
from qbrkit.sources import inspect_workspace

PASSWORD = "p@ss:w/rd%41é"
QUERY = "select * from export order by line_id"
ROWS = [
    ("00123", 1, "Müller & Söhne", date(2026, 1, 5), Decimal("1234567.89"), 2.5, True, None, 7),
    ("00124", 2, "Ωmega „x“", date(2026, 2, 6), Decimal("-10.00"), None, False, "00012", 8),
    (None, 3, "", date(2026, 3, 7), Decimal("0.01"), 1e-7, None, " x ", None)]
NAMES = ["account_id", "line_id", "unit", "invoice_date", "revenue", "quantity", "flag",
         "product_id", "Buyer"]
POSTGRES = """create table export (account_id text, line_id integer, unit varchar(40),
    invoice_date date, revenue numeric(12, 2), quantity double precision, flag boolean,
    product_id text, "Buyer" numeric(10, 0))"""
SQLITE = POSTGRES.replace("date date", "date text").replace("numeric(12, 2)", "real")


def database_toml(url: str, query: str = QUERY) -> str:
    return (f'[sources]\nerp = {{ url = "{url}", query = """{query}""" }}\n'
            '[tables.invoice_lines]\nsource = "erp"\n'
            "columns = { kind = \"case when flag then 'invoice' end\", invoice_id = \"Buyer\" }\n")


def figures(workspace):
    columns = ("account_id, line_id, unit, invoice_date, revenue, quantity, kind, product_id, "
               "invoice_id")
    return workspace.lines.project(columns).fetchall()


@pytest.fixture
def from_csv(tmp_path):
    """The figures of the CSV export of the same rows."""
    folder = tmp_path / "csv"
    folder.mkdir()
    with open(folder / "erp.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(NAMES)
        writer.writerows(ROWS)
    toml = ('[sources]\nerp = "erp.csv"\n[tables.invoice_lines]\nsource = "erp"\n'
            "columns = { kind = \"case when flag then 'invoice' end\", invoice_id = \"Buyer\" }\n")
    return figures(inspect(folder, toml))


@pytest.fixture
def sqlite_file(tmp_path):
    with sqlite3.connect(tmp_path / "erp.db") as database:
        database.execute(SQLITE)
        database.executemany(f"insert into export values ({', '.join('?' * len(NAMES))})", [
            [float(x) if isinstance(x, Decimal) else str(x) if isinstance(x, date) else x
             for x in row] for row in ROWS])
    database.close()
    return tmp_path / "erp.db"


def engine_of(url):
    return sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))


@pytest.fixture
def postgres(postgres_url):
    engine = engine_of(postgres_url)
    with engine.begin() as database:
        database.exec_driver_sql("drop table if exists export")
        database.exec_driver_sql(POSTGRES)
        marks = ", ".join(f":p{n}" for n in range(len(NAMES)))
        for row in ROWS:
            database.execute(sqlalchemy.text(f"insert into export values ({marks})"),
                             {f"p{n}": value for n, value in enumerate(row)})
    engine.dispose()
    return postgres_url


def check_rows(found, from_csv):
    assert found == from_csv
    assert [row[0] for row in found] == ["00123", "00124", None]
    assert [row[4] for row in found] == [Decimal("1234567.89"), Decimal(-10), Decimal("0.01")]
    assert [row[7] for row in found] == [None, "00012", "x"]
    assert [row[8] for row in found] == ["7", "8", None]
    assert found[0][2:4] == ("Müller & Söhne", date(2026, 1, 5))
    assert found[2][2] is None


def test_sqlite_beside_qbr_toml_gives_the_figures_of_its_csv_export(
        tmp_path, sqlite_file, from_csv, monkeypatch):
    monkeypatch.chdir("/")
    check_rows(figures(inspect(tmp_path, database_toml("sqlite:///erp.db"))), from_csv)


def test_sqlite_by_its_whole_path_and_from_the_environment(
        tmp_path, sqlite_file, from_csv, monkeypatch):
    monkeypatch.setenv("QBR_TEST_DATABASE", f"sqlite:///{sqlite_file}")
    check_rows(figures(inspect(tmp_path, database_toml("${QBR_TEST_DATABASE}"))), from_csv)


@pytest.mark.database
def test_postgresql_gives_the_figures_of_its_csv_export(tmp_path, postgres, from_csv):
    check_rows(figures(inspect(tmp_path, database_toml(postgres))), from_csv)


@pytest.mark.database
def test_every_type_of_postgresql_arrives(tmp_path, postgres):
    query = """select 'A1' as account_id, timestamp '2026-01-05 23:59' as invoice_date,
        1234.5::numeric as revenue, 'NaN'::numeric as cost, 5::bigint as quantity,
        timestamptz '2026-01-06 12:00+00' as stamped, 'x'::char(5) as unit, true as active,
        array[1, 2] as list, '{"a": 1}'::json as json, '12:30'::time as hour,
        interval '1 day' as gap, 'invoice' as kind where '12:30' like '%:%' and 'a:b' <> ' :c'"""
    workspace = inspect(tmp_path, database_toml(postgres, query).replace(
        "kind = \"case when flag then 'invoice' end\", invoice_id = \"Buyer\"",
        "line_id = \"strftime(stamped, '%d')\""))
    assert workspace.problems == ()
    found = workspace.lines.project("invoice_date, revenue, cost, quantity, unit, kind, line_id")
    assert found.fetchall() == [
        (date(2026, 1, 5), Decimal("1234.5"), None, 5.0, "x", "invoice", "06")]


@pytest.mark.database
def test_columns_empty_in_the_first_rows_are_read_to_the_end(tmp_path, postgres):
    query = """select case when n > 100500 then 'A' || n end as account_id, n as line_id,
        date '2026-01-05' as invoice_date, n as revenue, '' as product_id, '' as unit,
        1 as quantity, null::boolean as flag, 1 as "Buyer" from generate_series(1, 101000) n"""
    workspace = inspect(tmp_path, database_toml(postgres, query))
    assert workspace.counts["invoice_lines"].accepted == 101_000
    ((assigned,),) = workspace.lines.project("count(account_id)").fetchall()
    assert assigned == 500


def test_query_without_rows_is_an_empty_table(tmp_path, sqlite_file):
    toml = ('[sources]\naccounts = { url = "sqlite:///erp.db", query = "select account_id, unit as '
            'name from export where 1 = 0" }\n')
    workspace = inspect(tmp_path, toml)
    assert len(workspace.tables["accounts"]) == 0


def test_query_can_only_read(tmp_path, sqlite_file):
    toml = database_toml("sqlite:///erp.db", "delete from export")
    assert "must be a select" in the_problem(inspect(tmp_path, toml)).sentence()
    with sqlite3.connect(sqlite_file) as database:
        assert database.execute("select count(*) from export").fetchone() == (3,)
    database.close()


def test_unknown_table_is_what_the_database_says(tmp_path, sqlite_file):
    problem = the_problem(inspect(tmp_path, database_toml("sqlite:///erp.db", "select * from no")))
    assert problem.sentence() == "[sources] erp: the database says: no such table: no"


def test_sqlite_file_that_is_not_there_is_not_made(tmp_path):
    problem = the_problem(inspect(tmp_path, database_toml("sqlite:///none.db")))
    assert "there is no SQLite file 'none.db' in" in problem.sentence()
    assert not (tmp_path / "none.db").exists()


def test_file_that_is_no_database_is_told(tmp_path):
    workspace = inspect(tmp_path, database_toml("sqlite:///x.db"), x_db="no database" * 99)
    problem = the_problem(workspace)
    assert "the database says: file is not a database" in problem.sentence()


def test_missing_variables_of_the_environment_are_named(tmp_path):
    write(tmp_path, database_toml("postgresql://${QBR_TEST_USER}:${QBR_TEST_NONE}@host/db"))
    with pytest.raises(SettingError, match="variables QBR_TEST_USER, QBR_TEST_NONE, which are not"):
        inspect_workspace(tmp_path)


@pytest.mark.parametrize("url", [
    f"postgresql://user:{PASSWORD}@host:port/db", "not a url", "nosuch://u:secret@host/db",
    "mssql+nodriver://u:secret@host/db"])
def test_url_that_cannot_be_used_is_not_repeated(tmp_path, url):
    write(tmp_path, database_toml(url))
    with pytest.raises(SettingError) as raised:
        inspect_workspace(tmp_path)
    assert "[sources] erp: " in str(raised.value)
    assert not any(part in str(raised.value) for part in (PASSWORD, "secret", "w/rd", "not a url"))
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("in_environment", [True, False])
def test_unreachable_server_is_told_without_url_and_password(tmp_path, monkeypatch, in_environment):
    monkeypatch.setenv("QBR_TEST_PASSWORD", "geheim-4711")
    password = "${QBR_TEST_PASSWORD}" if in_environment else "geheim-4711"
    toml = database_toml(f"postgresql://qbr:{password}@127.0.0.1:1/erp")
    sentence = the_problem(inspect(tmp_path, toml)).sentence()
    assert "[sources] erp: the database says: connection failed" in sentence
    assert "geheim" not in sentence
    assert "postgresql" not in sentence


@pytest.mark.database
def test_wrong_password_is_refused_and_not_told_and_the_right_one_may_hold_any_sign(
        tmp_path, postgres, monkeypatch):
    engine = engine_of(postgres)
    with engine.begin() as database:
        ((hba,),) = database.exec_driver_sql("show hba_file").fetchall()
        database.exec_driver_sql("drop role if exists analyst")
        database.exec_driver_sql(
            f"create role analyst login password '{PASSWORD}'".replace("%", "%%"))
        database.exec_driver_sql("grant select on export to analyst")
        with open(hba, encoding="utf-8") as file:
            rules = file.read()
        with open(hba, "w", encoding="utf-8") as file:
            file.write("local all analyst scram-sha-256\n" + rules)
        database.exec_driver_sql("select pg_reload_conf()")
    engine.dispose()
    host = postgres.partition("?")[2]
    toml = database_toml(f"postgresql://analyst:${{QBR_TEST_PASSWORD}}@/postgres?{host}")
    monkeypatch.setenv("QBR_TEST_PASSWORD", PASSWORD)
    assert inspect(tmp_path, toml).counts["invoice_lines"].rows == 3
    monkeypatch.setenv("QBR_TEST_PASSWORD", "wrong-4711")
    (sentence,) = sentences(inspect(tmp_path, toml))
    assert "password authentication failed" in sentence
    assert "wrong-4711" not in sentence


def test_hash_of_the_inputs_follows_the_rows_of_the_database(tmp_path, sqlite_file):
    toml = database_toml("sqlite:///erp.db")
    before = inspect(tmp_path, toml).inputs_hash
    assert inspect(tmp_path, toml).inputs_hash == before
    with sqlite3.connect(sqlite_file) as database:
        database.execute("update export set revenue = 2 where line_id = 3")
    database.close()
    assert inspect(tmp_path, toml).inputs_hash != before


def test_marks_for_nothing_and_date_formats_hold_for_databases_too(tmp_path):
    with sqlite3.connect(tmp_path / "erp.db") as database:
        database.execute("create table t (account_id text, invoice_date text, revenue text)")
        database.execute("insert into t values ('NULL', '03/04/2026', '1,5')")
    database.close()
    (tmp_path / "qbr.toml").write_text(
        COMPANY + '[sources]\nerp = { url = "sqlite:///erp.db", query = "select * from t", '
        'null_values = ["NULL"], date_format = "%d/%m/%Y", decimal = "," }\n'
        '[tables.invoice_lines]\nsource = "erp"\n')
    workspace = inspect_workspace(tmp_path)
    assert workspace.lines.project("account_id, invoice_date, revenue::double").fetchall() == [
        (None, date(2026, 4, 3), 1.5)]
