"""Lines beyond one machine: Spark gives the figures, the counts and the faults of the embedded one.

`make test-spark` runs these with pyspark and Java in a set-up of its own.
"""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from qbrkit.accounts_csv import accounts_table
from qbrkit.cost_shares import gather_cost_shares
from qbrkit.errors import DataError, SettingError
from qbrkit.facts import gather_facts
from qbrkit.order_days import gather_order_days
from qbrkit.reviews import review_quarter
from qbrkit.settings import read_settings
from qbrkit.sold import gather_sold
from qbrkit.sources import Workspace, inspect_workspace, keep_workspace, open_workspace
from qbrkit.sources.recognize import (
    DAY_FIRST,
    MONEY_TYPE,
    date_sql,
    flag_sql,
    month_sql,
    number_sql,
    quarter_sql,
)
from tests.exports import inspect, sentences, write

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas",
                                        "ignore::ResourceWarning")
ROOT = Path(__file__).resolve().parents[1]
LOCAL = """
[spark]
master = "local[2]"
[spark.config]
"spark.sql.shuffle.partitions" = 1
"spark.driver.host" = "127.0.0.1"
"spark.driver.bindAddress" = "127.0.0.1"
"spark.driver.extraJavaOptions" = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
"""


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """The session that the kit starts; all tests here share it, as a notebook would."""
    if importlib.util.find_spec("pyspark") is None or importlib.util.find_spec("sqlglot") is None:
        pytest.skip("pyspark is not installed; `make test-spark` installs it apart")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Java is not installed")
    from qbrkit.sources.spark.session import open_session

    folder = tmp_path_factory.mktemp("session")
    (folder / "qbr.toml").write_text(f'[company]\nname = "Test"\n{LOCAL}', encoding="utf-8")
    session = open_session(read_settings(folder))
    yield session
    session.stop()


def on_spark(folder: Path) -> Path:
    """A copy of a workspace whose lines are Spark's."""
    copy = folder.with_name(f"{folder.name}_on_spark")
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("out"))
    toml = (copy / "qbr.toml").read_text(encoding="utf-8")
    (copy / "qbr.toml").write_text(f'engine = "spark"\n{toml}', encoding="utf-8")
    return copy


def faults(workspace: Workspace) -> list[tuple]:
    """What was found wrong; Spark names other rows as examples, and no row numbers."""
    return sorted((one.table, one.column, one.what, one.rows, one.severity, str(one.money))
                  for one in workspace.problems)


def check_equal(spark: Workspace, embedded: Workspace) -> None:
    """The same problems, counts, sums and shares; sums to the last digit."""
    assert faults(spark) == faults(embedded)
    assert spark.counts == embedded.counts
    currency = embedded.settings.company.currency
    assert_frame_equal(gather_facts(spark.lines, spark.products, currency),
                       gather_facts(embedded.lines, embedded.products, currency),
                       check_exact=True)
    quarter = embedded.coverage.quarter_of(embedded.coverage.last)
    assert_frame_equal(gather_sold(spark.lines, currency, quarter),
                       gather_sold(embedded.lines, currency, quarter), check_exact=True)
    last = embedded.coverage.last
    assert_frame_equal(gather_order_days(spark.lines, last),
                       gather_order_days(embedded.lines, last), check_exact=True)
    assert_frame_equal(gather_cost_shares(spark.lines, spark.products),
                       gather_cost_shares(embedded.lines, embedded.products))


@pytest.fixture(scope="module")
def sample(spark, tmp_path_factory) -> tuple[Workspace, Workspace]:
    folder = tmp_path_factory.mktemp("sample") / "sample"
    shutil.copytree(ROOT / "data" / "sample", folder, ignore=shutil.ignore_patterns("out"))
    work = tmp_path_factory.mktemp("work")
    return keep_workspace(open_workspace(on_spark(folder), work), work), open_workspace(folder)


@pytest.mark.spark
@pytest.mark.optional_service
def test_sample_is_equal_to_the_last_digit(sample):
    check_equal(*sample)


@pytest.mark.spark
@pytest.mark.optional_service
def test_review_of_the_sample_is_equal(sample):
    spark, embedded = map(review_quarter, sample)
    assert_frame_equal(accounts_table(spark), accounts_table(embedded))
    assert spark.totals == pytest.approx(embedded.totals, abs=0.005, nan_ok=True)
    assert spark.data_from == embedded.data_from
    assert spark.data_until == embedded.data_until


@pytest.mark.spark
@pytest.mark.optional_service
def test_notebooks_rest_on_the_sums_that_were_kept_and_start_no_spark(sample, monkeypatch):
    spark, _ = sample
    wanted = review_quarter(spark).facts
    monkeypatch.setattr("qbrkit.sources.workspace.read_on_spark", pytest.fail)
    again = open_workspace(spark.state)
    assert again.reading.on_spark is None
    assert_frame_equal(review_quarter(again).facts, wanted)


@pytest.mark.spark
@pytest.mark.optional_service
@pytest.mark.real
def test_northwind_is_equal_to_the_last_digit(spark, real_data, tmp_path):
    folder = tmp_path / "northwind"
    folder.mkdir()
    for name in ("Orders", "Order Details", "Customers", "Products", "Categories"):
        shutil.copy(real_data("northwind") / f"{name}.csv", folder)
    shutil.copy(Path(__file__).parent / "northwind" / "qbr.toml", folder)
    there, here = open_workspace(on_spark(folder)), open_workspace(folder)
    check_equal(there, here)
    assert_frame_equal(accounts_table(review_quarter(there)), accounts_table(review_quarter(here)))


BAD = """\
invoice_id;line_id;invoice_date;account_id;revenue;cost;kind;currency
1;1;05.01.2026;00123;1.250,50;800;;
1;2;05.01.2026;00123;99,95;;invoice;
2;1;31.02.2026;A2;100;;;
3;1;13.03.2026;A2;n/a;;;
4;1;13.03.2026;;20,00;x;;
5;1;13.03.2036;A3;30;;;
6;1;14.03.1926;A3;40;;;
7;1;15.03.2026;A3;50;;;
7;1;15.03.2026;A3;50;;;
8;1;16.03.2026;A3;;;;
9;1;17.03.2026;A3;-7,5;;credit;
10;1;18.03.2026;A3;10;;;GBP

"""


@pytest.mark.spark
@pytest.mark.optional_service
def test_bad_lines_are_refused_and_told_with_the_same_counts_and_money(spark, tmp_path):
    folder = tmp_path / "bad"
    folder.mkdir()
    write(folder, '[sources]\nlines = { file = "lines.csv", null_values = ["n/a"] }\n'
          '[checks]\nmax_refused_share = 0.9\n[tables.invoice_lines]\nsource = "lines"\n',
          lines_csv=BAD, accounts_csv="account_id,name\n00123,First\nA2,Second\n",
          exchange_rates_csv="currency,month,rate\nUSD,2026-01,0.9\n")
    there, here = inspect_workspace(on_spark(folder)), inspect_workspace(folder)
    assert faults(there) == faults(here)
    assert there.counts == here.counts
    assert there.counts["invoice_lines"].refused == 4        # 31.02., n/a, 1926, no revenue
    assert any("no rate" in one for one in sentences(there))
    rows = sorted(map(tuple, there.lines.select("invoice_id", "account_id", "revenue").collect()))
    assert rows == sorted(here.lines.project("invoice_id, account_id, revenue").fetchall())


@pytest.mark.spark
@pytest.mark.optional_service
def test_a_table_of_the_session_joined_with_parquet_gives_what_files_give(spark, tmp_path):
    # 2 × 10.25 = 20.50 and 3 × 1.10 = 3.30; the order 3 has no line
    folder = tmp_path / "joined"
    folder.mkdir()
    orders = pa.table({"OrderID": [1, 2, 3], "Customer": ["00123", "A2", "A2"],
                       "OrderDate": pa.array(["1/2/2026", "1/31/2026", "2/1/2026"])})
    details = pa.table({"OrderID": [1, 2], "Quantity": [2, 3], "UnitPrice": ["10.25", "1.10"]})
    pq.write_table(orders, folder / "orders.parquet")
    pq.write_table(details, folder / "details.parquet")
    write(folder, """[sources]
orders = "orders.parquet"
details = "details.parquet"
[tables.invoice_lines]
sql = \"\"\"select o.OrderID as invoice_id, Customer as account_id, OrderDate as invoice_date,
Quantity * UnitPrice as revenue from details d join orders o on o.OrderID = d.OrderID; \"\"\"
""")
    here, copy = open_workspace(folder), on_spark(folder)
    toml = (copy / "qbr.toml").read_text(encoding="utf-8")
    (copy / "qbr.toml").write_text(
        toml.replace('"details.parquet"', '{ table = "sold" }'), encoding="utf-8")
    (copy / "details.parquet").unlink()
    spark.createDataFrame(details).createOrReplaceTempView("sold")
    spark.createDataFrame([(0,)], ["orders"]).createOrReplaceTempView("orders")
    there = open_workspace(copy)
    check_equal(there, here)
    assert sorted(map(str, (row.revenue for row in there.lines.collect()))) == [
        "20.500000", "3.300000"]
    assert spark.table("orders").columns == ["orders"]        # the session's own view is whole


TEXTS = ["1", "-1.5", "1,234.50", "1.234,50", "(5)", "5-", "€ 1 000", "1e-3", "1E+5", "+.5", "5.",
         "1,5", "0,250", "12'345", "n/a", "", "NaN", "inf", "1d", "0x1F", "1.2345675", "--1",
         "999999999999999", "00123", "2026-02-30", "2026-1-5", "20260105", "5 Jan 2026",
         "January 5, 2026", "31.01.2026", "1/2/2026", "13/1/2026 10:30", "2026-01-05T10:00:00Z",
         "5/1/26", "2026", "2026-01", "yes", "nein", "2026Q3", "q3 2026", "1\u00a0234", None]


@pytest.mark.spark
@pytest.mark.optional_service
def test_every_text_is_read_alike_by_both_engines(spark):
    from qbrkit.sources.spark.connection import SparkConnection

    ways = {"point": number_sql("t", "."), "comma": number_sql("t", ","),
            "money": number_sql("t", ".", MONEY_TYPE), "dates": date_sql("t", (), DAY_FIRST),
            "given": date_sql("t", ("%d/%m/%y", "%d. %B %Y")), "month": month_sql("t"),
            "flag": flag_sql("t"), "quarter": quarter_sql("t")}
    asked = ", ".join(f"{sql} as {name}" for name, sql in ways.items())
    table = pa.table({"n": range(len(TEXTS)), "t": pa.array(TEXTS, pa.string())})
    there, here = SparkConnection(spark), duckdb.connect()
    there.register("raw.texts", spark.createDataFrame(table))
    here.execute("create schema raw")
    here.register("given", table)
    here.execute("create table raw.texts as select * from given")
    sql = f"select t, {asked} from raw.texts order by n"
    for spark_row, row in zip(there.execute(sql).fetchall(), here.execute(sql).fetchall(),
                              strict=True):
        assert spark_row == row


@pytest.mark.spark
@pytest.mark.optional_service
@pytest.mark.parametrize(("overlapping", "rows"), [
    ("", "2026-01-0{0},A{0},{0}\n"),                          # six rows in both files: stops
    (', overlapping = "all"', "2026-01-0{0},A{0},{0}\n"),     # told to be different ones
    (', overlapping = "all"', "soon,A{0},{0}\n"),             # too many refused: these stop
    (', overlapping = "all"', "2026-01-0{0},Total,{0}\n")])   # an account called a total
def test_what_stops_one_engine_stops_the_other(spark, tmp_path, overlapping, rows):
    toml = (f'[sources]\nlines = {{ files = ["a.csv", "b.csv"]{overlapping} }}\n'
            '[tables.invoice_lines]\nsource = "lines"\n')
    first = 4 if "Total" in rows else 1
    text = "invoice_date,account_id,revenue\n2026-02-01,A1,100\n" + "".join(
        rows.format(n) for n in range(first, 7))
    (tmp_path / "embedded").mkdir()
    embedded = write(tmp_path / "embedded", toml, a_csv=text, b_csv=text.replace("100", "90")
                     .replace("Total", "A7"))
    assert faults(inspect_workspace(on_spark(embedded))) == faults(inspect_workspace(embedded))


@pytest.mark.spark
@pytest.mark.optional_service
@pytest.mark.parametrize(("lines", "options", "told"), [
    ("invoice_date,account_id,revenue\n2026-01-05,A1,1\n2026-01-06,A1\n", "",
     "Malformed CSV record: 2026-01-06,A1; its fields are not as many"),
    ("invoice_date,account_id,revenue\n2026-01-05,K\xf6ln,1\n".encode("latin-1"), "",
     "holds text that is not UTF-8, as K.ln; write its encoding"),
    ("a,b\n1,2\n", ', sheet = "x"', "sheet cannot be used with Spark"),
    ("a,b\n1,2\n", ', overlapping = "once"', 'overlapping can only be "all"'),
    ("a,b\n1,2\n", "", "none of its columns is there; there are a, b"),
])
def test_what_spark_cannot_read_is_told_in_a_sentence(spark, tmp_path, lines, options, told):
    toml = (f'[sources]\nlines = {{ file = "sold.csv"{options} }}\n'
            '[tables.invoice_lines]\nsource = "lines"\n')
    write(tmp_path, toml, sold_csv=lines)
    text = (tmp_path / "qbr.toml").read_text(encoding="utf-8")
    (tmp_path / "qbr.toml").write_text(f'engine = "spark"\n{text}', encoding="utf-8")
    with pytest.raises((DataError, SettingError), match=told):
        open_workspace(tmp_path)


def test_missing_pyspark_is_told_with_the_command_that_installs_it(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "pyspark"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(SettingError, match=r'pip install "qbrkit\[spark\]"'):
        inspect(tmp_path, '[checks]\n', qbr_toml='engine = "spark"\n[company]\nname = "T"\n')
