"""What text is: tried on values, by the SQL itself."""

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbrkit.sources import kinds, recognize
from qbrkit.sources.kinds import Kind, looks_like_identifier
from qbrkit.sources.recognize import DAY_FIRST, MONTH_FIRST, quoted


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as database:
        yield database


def compute(connection, sql, text):
    found = connection.execute(f"select {sql} from (select ?::varchar as t)", [text]).fetchall()
    return found[0][0]


def kind_of(connection, name, values, decimal=None, formats=(), type_="VARCHAR"):
    connection.execute(f"create or replace table k ({quoted(name)} {type_})")
    if values:
        connection.executemany("insert into k values (?)", [[value] for value in values])
    kind = kinds.find_kinds(connection, "k", {name: type_}, decimal, formats)[name]
    shown = connection.execute(f"select {kind.sql(quoted(name))} from k").fetchall()
    return kind.name, [value for value, in shown]


@pytest.mark.parametrize("name", [
    "CustomerID", "customer_id", "Customer ID", "InvoiceNo", "Kundennr", "KUNDENNR.", "Artikel-Nr",
    "Rechnungsnummer", "StockCode", "PLZ", "zip", "SKU", "EAN", "Order Number", "customer", "Konto",
    "orderid", "productId", "Phone"])
def test_names_of_ids(name):
    assert looks_like_identifier(name)


@pytest.mark.parametrize("name", [
    "PAID", "VOID", "Bid", "GRID", "Casino", "Revenue", "quantity", "Discount", "Period", "Piano",
    "valid", "Unit Price", "Skunk", "amount_paid"])
def test_names_that_only_end_like_ids(name):
    assert not looks_like_identifier(name)


@pytest.mark.parametrize("text", [
    "abc", "", "1,2", "1,23,456", "1.2.3", "--5", "1e5", "0x10", "5 kg", "nan", "inf", "Infinity",
    "1e+999", "٣", "(5", "2026-01-05", "-"])
@pytest.mark.parametrize("decimal", [None, ".", ","])
def test_text_that_is_no_number(connection, text, decimal):
    if (decimal, text) == (",", "1,2"):
        return  # there it is one
    assert compute(connection, recognize.number_sql("t", decimal), text) is None


@given(st.decimals(-10**11, 10**11, places=2))
@settings(max_examples=60, deadline=None)
def test_money_is_exact_whatever_the_notation(connection, amount):
    plain = f"{amount:.2f}"
    grouped = f"{amount:,.2f}"
    german = grouped.translate(str.maketrans(",.", ".,"))
    for decimal, text in ((".", plain), (".", grouped), (",", german),
                          (",", plain.replace(".", ","))):
        sql = recognize.number_sql("t", decimal, recognize.MONEY_TYPE)
        assert compute(connection, sql, text) == amount


@given(st.dates(min_value=date(1000, 1, 1)))
@settings(max_examples=60, deadline=None)
def test_every_date_is_read_back_from_every_notation(connection, day):
    for order, form in ((DAY_FIRST, "%d/%m/%Y"), (DAY_FIRST, "%d.%m.%Y"),
                        (MONTH_FIRST, "%m-%d-%Y"), ("", "%Y-%m-%d"), ("", "%Y/%m/%d"),
                        ("", "%d-%b-%Y"), ("", "%B %d, %Y")):
        text = day.strftime(form)
        found = f"[{recognize.date_sql('t', (), order)}, {recognize.date_sql('t', (form,))}]"
        assert compute(connection, found, text) == [day, day]


@pytest.mark.parametrize("text", [
    "2026-13-01", "2026-02-30", "31/04/2026", "2026-01-05 text", "1/2/26", "2026", "20261301", "5",
    "Q1 2026", "", "1/2/2026x"])
@pytest.mark.parametrize("order", ["", DAY_FIRST, MONTH_FIRST])
def test_text_that_is_no_date(connection, text, order):
    assert compute(connection, recognize.date_sql("t", (), order), text) is None


def test_dates_without_an_order_are_not_read(connection):
    assert compute(connection, recognize.date_sql("t"), "13/1/2026") is None


@pytest.mark.parametrize(("values", "order"), [
    (["1/2/2026", "3/4/2026"], ""), (["1/2/2026", "13/4/2026"], DAY_FIRST),
    (["1/2/2026", "4/13/2026"], MONTH_FIRST), (["1/13/2026", "13/1/2026"], ""),
    (["1.2.2026", "3.4.2026"], DAY_FIRST), (["1.2.2026", "3/4/2026"], ""),
    (["1.2.2026", "4.13.2026"], MONTH_FIRST), (["13/13/2026", "1/13/2026"], MONTH_FIRST)])
def test_order_needs_a_value_that_allows_only_one(connection, values, order):
    rows = ", ".join(f"('{value}')" for value in values)
    ((counts,),) = connection.execute(
        f"select struct_pack({recognize.date_order_sql('t')}) from (values {rows}) v(t)").fetchall()
    assert recognize.date_order(counts) == order
    assert recognize.is_undecided(counts) == (not order)


@pytest.mark.parametrize(("name", "values", "kind"), [
    ("Qty", ["1", "20", None, "-3"], "whole"), ("Qty", ["1", "2.5"], "number"),
    ("Qty", ["1", "2", "n/a"], "text"), ("Qty", ["01", "2"], "text"),
    ("Qty", ["0.5", "0"], "number"), ("CustomerID", ["1", "2"], "text"), ("Qty", [], "text"),
    ("Qty", [None], "text"),
    ("d", ["2026-01-05", "20260106"], "date"), ("d", ["20260105", "20260106"], "whole"),
    ("d", ["1/2/2026", "13/2/2026", "2026-01-05"], "date"), ("d", ["1/2/2026"], "text"),
    ("d", ["13/2/2026", "soon"], "text"), ("Amount", ["1e5", "2e5"], "text"),
    ("Amount", ["$5.00", "(1.00)"], "number"), ("name", ["1", "2"], "whole"),
    ("value", ["x"], "text")])
def test_a_whole_column_decides_what_it_is(connection, name, values, kind):
    assert kind_of(connection, name, values)[0] == kind


@pytest.mark.parametrize(("early", "late", "kind"), [
    ("1", "2", "whole"), ("1", "2.5", "number"), ("1", "x", "text"), ("1", "01", "text"),
    (None, "5", "whole"), (None, "x", "text"), ("x", "1", "text"), ("2026-01-05", "soon", "text"),
    ("1/2/2026", "13/2/2026", "date"), ("1/2/2026", "3/2/2026", "text"),
    ("13/2/2026", "2/13/2026", "text"), ("2026-01-05", "13/2/2026", "date"),
    ("20260105", "2026-01-06", "date")])
def test_last_row_of_a_long_column_decides_as_well(connection, monkeypatch, early, late, kind):
    monkeypatch.setattr(kinds, "SAMPLE_ROWS", 3)
    assert kind_of(connection, "x", [early] * 3 + [late])[0] == kind


def test_whole_numbers_read_back_as_the_text_they_were(connection):
    assert kind_of(connection, "Qty", ["-7", "123456789012345678"])[1] == [-7, 123456789012345678]


def test_floats_that_are_whole_become_whole_numbers(connection):
    assert kind_of(connection, "x", [1.0, None, 2.0], type_="DOUBLE") == ("whole", [1, None, 2])
    assert kind_of(connection, "x", [1.5, 2.0], type_="DOUBLE") == ("text", [1.5, 2.0])
    assert kind_of(connection, "x", [float("inf")], type_="FLOAT")[0] == "text"


def test_given_formats_decide_over_the_order_found(connection):
    values = ["3/4/2026", "4/13/2026"]
    assert kind_of(connection, "d", values)[0] == "date"
    assert kind_of(connection, "d", values, formats=("%d/%m/%Y",))[0] == "text"
    assert kind_of(connection, "d", values[:1], formats=("%d/%m/%Y",))[0] == "date"


def test_kind_of_text_leaves_a_column_as_it_is():
    assert Kind("text").sql('"x"') == '"x"'


@pytest.mark.parametrize(("text", "flag"), [
    ("Yes", True), ("ja", True), ("1", True), ("FALSE", False), ("Nein", False), ("0", False),
    ("maybe", None)])
def test_flags(connection, text, flag):
    assert compute(connection, recognize.flag_sql("t"), text) is flag


@pytest.mark.parametrize(("text", "quarter"), [
    ("2026Q3", "2026Q3"), ("2026-q3", "2026Q3"), ("2026/Q3", "2026Q3"), ("Q3 2026", "2026Q3"),
    ("q3/2026", "2026Q3"), ("2026Q5", None), ("3/2026", None)])
def test_quarters(connection, text, quarter):
    assert compute(connection, recognize.quarter_sql("t"), text) == quarter


@pytest.mark.parametrize(("text", "month"), [
    ("2026-08", "2026-08-01"), ("202608", "2026-08-01"), ("2026-08-31", "2026-08-01"),
    ("2026/8", "2026-08-01"), ("20260831", "2026-08-01"), ("2026-13", None), ("August", None)])
def test_months(connection, text, month):
    found = compute(connection, recognize.month_sql("t"), text)
    assert (str(found) if found else None) == month


@given(st.text(max_size=20))
def test_names_and_texts_are_quoted_safely(connection, text):
    text = text.replace("\0", "")
    assert connection.execute(f"select {recognize.literal(text)}").fetchall() == [(text,)]
    if text:
        found = connection.execute(f"describe select 1 as {quoted(text)}").fetchall()
        assert found[0][0] == text
