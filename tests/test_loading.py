"""Columns read as numbers and dates at once give what the slow way gives."""

import random

import duckdb
import pytest
from exports import inspect, sentences, the_problem

from qbrkit.sources import loading
from qbrkit.sources.embedded import connect
from qbrkit.sources.entries import Source
from qbrkit.sources.loading import load_texts
from qbrkit.sources.text_files import scan_text

CHANCE = random.Random(3)
HEAD = "invoice_id,line_id,invoice_date,account_id,revenue,quantity\n"
ROWS = [f"R{at},1,2026-{at % 12 + 1:02}-{at % 28 + 1:02},A{at % 7},{at}.{at % 100:02},{at % 9}"
        for at in range(1, 400)]
ODD = {
    "none": "",
    "a grouped number": 'R900,1,2026-03-03,A1,"1,234.50",2',
    "a number with a sign behind it": "R900,1,2026-03-03,A1,12.50-,2",
    "an amount too large for a float": "R900,1,2026-03-03,A1,123456789012.654321,2",
    "infinity": "R900,1,2026-03-03,A1,inf,2",
    "no number": "R900,1,2026-03-03,A1,n/a,2",
    "a date of another form": "R900,1,03.04.2026,A1,12.50,2",
    "a date and a time": "R900,1,2026-03-03 23:59:59,A1,12.50,2",
    "a word that the database knows as a date": "R900,1,epoch,A1,12.50,2",
    "an impossible date": "R900,1,2026-02-30,A1,12.50,2",
    "a quantity with leading zeros": "R900,1,2026-03-03,A1,12.50,007",
    "blanks around everything": " R900 , 1 , 2026-03-03 , A1 , 12.50 , 2 ",
    "nothing in a field": "R900,1,2026-03-03,A1,,",
    "no field filled": ",,,,,",
}


def seen(folder, text, large, monkeypatch):
    monkeypatch.setattr(loading, "LARGE", large)
    folder.mkdir()
    workspace = inspect(folder, "[checks]\nmax_refused_share = 1.0\n", invoice_lines_csv=text)
    lines = workspace.connection.execute(
        "select * exclude (__file) from contract.invoice_lines order by __row").fetchall()
    return lines, [one.replace(str(folder), "") for one in sentences(workspace)]


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_quick_and_slow_way_agree(tmp_path, monkeypatch, odd):
    text = HEAD + "\n".join([*ROWS, *([odd] if odd else [])]) + "\n"
    monkeypatch.setattr(loading, "SAMPLE_ROWS", 100)     # the odd row lies beyond
    quick = seen(tmp_path / "quick", text, 0, monkeypatch)
    slow = seen(tmp_path / "slow", text, 1 << 40, monkeypatch)
    assert quick == slow


@pytest.fixture
def however_small(monkeypatch):
    monkeypatch.setattr(loading, "LARGE", 0)


def types_of(tmp_path, text, **options):
    file = tmp_path / "x.csv"
    file.write_text(text)
    source = Source("x", (file,), {"file": "x.csv", **options}, tmp_path)
    connection = connect()
    (part,) = load_texts(connection, source, [scan_text(file, source, tmp_path / "copy")],
                         {"as_text"})
    return {name: str(kind) for name, kind, *_ in connection.execute(
        f"describe {part}").fetchall() if not name.startswith("__")}


@pytest.mark.usefixtures("however_small")
def test_only_what_leaves_no_doubt_is_read_at_once(tmp_path):
    # 1.234 may be a thousand; 12.5 is a number with a point; 007 keeps its zeros
    text = ("day,sure,doubtful,zeros,customer_id,as_text,us_day\n"
            "2026-01-31,12.5,1.234,007,1.5,1.5,1/2/2026\n2026-02-01,-0.25,2.345,8.5,2.5,2.5,3/4/2026\n")
    assert types_of(tmp_path, text) == {
        "day": "DATE", "sure": "DOUBLE", "doubtful": "VARCHAR", "zeros": "VARCHAR",
        "customer_id": "VARCHAR", "as_text": "VARCHAR", "us_day": "VARCHAR"}


@pytest.mark.parametrize("options", [{"decimal": ","}, {"types": {"sure": "text"}}])
def test_what_the_analyst_says_is_not_overruled(tmp_path, options):
    assert types_of(tmp_path, "sure,b\n12.5,x\n1.25,y\n", **options)["sure"] == "VARCHAR"


def test_short_row_far_down_is_told_as_always(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "SAMPLE_ROWS", 100)
    monkeypatch.setattr(loading, "LARGE", 0)
    text = HEAD + "\n".join([*ROWS, "R900,1,2026-03-03"]) + "\n"
    told = the_problem(inspect(tmp_path, invoice_lines_csv=text)).sentence()
    assert "invoice_lines.csv line 401: has 3 fields where the first row has 6" in told


@pytest.mark.usefixtures("however_small")
def test_marks_for_nothing_are_nothing_in_either_way(tmp_path):
    text = "day,amount\n2026-01-31,12.5\nNULL,NULL\n2026-02-01,1.5\n"
    assert types_of(tmp_path, text, null_values="NULL") == {"day": "DATE", "amount": "DOUBLE"}


def test_invisible_marks_at_the_ends_of_a_text_are_taken_off():
    sql = loading.trimmed_sql("t")
    texts = ["\ufeffA", "A\u200b", "\u00a0 A\t", "A", "A\u200bB", ""]
    found = [duckdb.execute(f"select {sql} from (select ? as t)", [text]).fetchall()[0][0]
             for text in texts]
    assert found == ["A", "A", "A", "A", "A\u200bB", ""]


OPEN = [f"R{at},1,2026-01-{at % 28 + 1:02},A{at % 7},{at % 9 + 1}.{at % 1000:03},{at % 9}.5"
        for at in range(1, 400)]
"""Amounts that may be thousands, beside quantities with a point that is a decimal sign."""


@pytest.mark.parametrize("more", ["", ',"2,5"', ',"2,50"', ",1.5"],
                         ids=["alone", "a comma elsewhere", "two commas", "a point elsewhere"])
@pytest.mark.parametrize("mapping", ["", """
[tables.invoice_lines]
source = "l"
columns = { revenue = "revenue * 1" }
""", """
[tables.invoice_lines]
sql = "select account_id, invoice_date, invoice_id, line_id, revenue * 1 as revenue from l"
"""], ids=["columns", "an expression", "sql"])
def test_column_read_at_once_decides_the_others_all_the_same(tmp_path, monkeypatch, more, mapping):
    head = HEAD.strip() + (",other" if more else "") + "\n"
    text = head + "\n".join(row + more for row in OPEN) + "\n"
    found = []
    for name, large in (("quick", 0), ("slow", 1 << 40)):
        monkeypatch.setattr(loading, "LARGE", large)
        folder = tmp_path / name
        folder.mkdir()
        if mapping:
            workspace = inspect(folder, '[sources]\nl = "l.csv"\n' + mapping, l_csv=text)
        else:
            workspace = inspect(folder, invoice_lines_csv=text)
        found.append((sentences(workspace), workspace.lines.aggregate("sum(revenue)").fetchall()
                      if "invoice_lines" in workspace.counts else None))
    assert found[0] == found[1]
