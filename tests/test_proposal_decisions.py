"""What `qbr init` must ask or join rather than take for granted: amounts, states, signs, totals."""
# ruff: noqa: E501  (the lines of an export are as long as they are)

import re
from pathlib import Path

import pytest

from tests.proposed import edit, lines_of, proposed, put, stops, written

SALES = """
    OrderNumber|OrderLine|ProductKey|OrderDate|CustomerKey|OrderQuantity|UnitPrice
    SO1|1|7|2026-01-31|A|2|10.00
    SO1|2|8|2026-01-31|A|1|5.00
    SO2|1|7|2026-02-28|B|3|10.00
    """
AMOUNTS = """
    OrderNumber|OrderLine|ProductKey|TotalProductCost|SalesAmount
    SO2|1|7|18.00|27.00
    SO1|1|7|12.00|20.00
    SO1|2|8|3.00|4.50
    """


def asked(proposal, *words: str) -> str:
    """The one question that holds all of these words."""
    found = [one for one in proposal.questions if all(word in one for word in words)]
    assert len(found) == 1, proposal.questions
    return found[0]


def total(workspace, column: str = "revenue") -> float:
    return sum(one or 0.0 for one, in lines_of(workspace, column))


# amounts


def test_revenue_of_price_times_quantity_is_a_question_since_discounts_are_unknown(tmp_path):
    put(tmp_path, {"FactSales.csv": SALES})
    proposal, workspace = proposed(tmp_path)
    assert total(workspace) == 55.0  # 20 + 5 + 30
    asked(proposal, "UnitPrice times OrderQuantity", "discounts are unknown")
    assert "# ? no column holds the amount of a line" in proposal.text


def test_computed_revenue_with_a_discount_column_is_not_asked_about(tmp_path):
    put(tmp_path, {"orders.csv": "order_no,order_date,customer_id,quantity,unit_price,discount\n"
                                 "1,2026-01-31,A,2,10,0.25\n2,2026-02-28,A,1,10,0\n"})
    proposal, _ = proposed(tmp_path)
    assert not any("discounts are unknown" in one for one in proposal.questions)


def test_amounts_of_another_table_are_joined_over_all_keys_of_a_line(tmp_path):
    put(tmp_path, {"FactSales.csv": SALES, "FactSalesAmounts.csv": written(AMOUNTS, "utf-16")})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    # 20 + 4.50 + 27 = 51.50, and not 20 + 5 + 30; cost 12 + 3 + 18 = 33
    assert (total(workspace), total(workspace, "cost")) == (51.5, 33.0)
    assert lines_of(workspace, "invoice_id, line_id, revenue") == [
        ("SO1", "1", 20.0), ("SO1", "2", 4.5), ("SO2", "1", 27.0)]
    assert not any("discounts are unknown" in one for one in proposal.questions)
    assert re.search(r"OrderNumber = .* and .*OrderLine = .* and .*ProductKey = ", proposal.text)


def test_amounts_that_fit_several_lines_are_not_joined(tmp_path):
    heads = "OrderNumber|SalesAmount\nSO1|24.50\nSO2|27.00\n"
    put(tmp_path, {"FactSales.csv": SALES, "FactSalesHeads.csv": heads})
    proposal, workspace = proposed(tmp_path)
    assert total(workspace) == 55.0  # an amount of the whole order would count twice for SO1
    asked(proposal, "discounts are unknown")


def test_amounts_of_a_part_of_the_lines_are_not_joined(tmp_path):
    part = "\n".join(AMOUNTS.strip("\n").split("\n")[:2])
    put(tmp_path, {"FactSales.csv": SALES, "FactSalesAmounts.csv": part})
    proposal, workspace = proposed(tmp_path)
    assert total(workspace) == 55.0
    asked(proposal, "discounts are unknown")


# states


ORDERS = """
    Order No,Line,Order Date,Customer No,Currency,Net Amount,Status
    1,1,2026-01-31,A,EUR,10,Closed
    1,2,2026-01-31,A,EUR,20,Closed
    2,1,2026-02-28,A,EUR,40,Cancelled
    3,1,2026-03-31,B,EUR,80,
    """


def test_cancelled_orders_count_until_the_analyst_takes_them_out(tmp_path):
    put(tmp_path, {"orders.csv": ORDERS})
    proposal, workspace = proposed(tmp_path)
    assert total(workspace) == 150.0  # nothing is left out unasked
    asked(proposal, "Status is Cancelled in 1 line", "40.00 EUR")
    workspace = edit(tmp_path, "-- and Status", "and Status")
    assert stops(workspace) == []
    assert total(workspace) == 110.0  # 10 + 20 + 80, the order without a status stays


def test_state_of_the_joined_head_is_asked_about_with_its_currencies(tmp_path):
    put(tmp_path, {
        "order_header.csv": """
            Order No,Account Code,Order Date,Currency,Status
            1,A,2026-01-31,USD,open
            2,B,2026-02-28,CAD,Storniert
            3,B,2026-02-28,USD,draft
            """,
        "order_positions.csv": """
            Order No,Line,Item,Net Amount
            1,1,X,10
            1,2,X,20
            2,1,X,40
            3,1,X,80
            """})
    proposal, workspace = proposed(tmp_path)
    assert total(workspace) == 150.0
    asked(proposal, "Storniert or draft in 2 lines", "40.00 CAD", "80.00 USD")
    assert total(edit(tmp_path, "-- and order_header", "and order_header")) == 30.0


def test_column_of_marks_under_a_heading_that_says_cancelled_is_asked_about(tmp_path):
    put(tmp_path, {"orders.csv": ORDERS.replace("Cancelled", "1").replace("Closed", "0")
                   .replace("Status", "IsCancelled")})
    proposal, _ = proposed(tmp_path)
    asked(proposal, "is 1 in 1 line")
    assert total(edit(tmp_path, "-- and", "and")) == 110.0


def test_states_that_are_all_sales_are_not_asked_about(tmp_path):
    put(tmp_path, {"orders.csv": ORDERS.replace("Cancelled", "Open")})
    proposal, _ = proposed(tmp_path)
    assert "-- and" not in proposal.text


def test_line_number_is_the_id_of_a_line_where_it_stands_once_in_an_order(tmp_path):
    put(tmp_path / "once", {"orders.csv": ORDERS})
    put(tmp_path / "twice", {"orders.csv": ORDERS.replace("1,2,2026", "1,1,2026")})
    once, workspace = proposed(tmp_path / "once")
    assert lines_of(workspace, "invoice_id, line_id") == [
        ("1", "1"), ("1", "2"), ("2", "1"), ("3", "1")]
    twice, _ = proposed(tmp_path / "twice")
    assert "line_id" in once.text
    assert "line_id" not in twice.text


# signs


BILLS = """
    VBELN;POSNR;FKART;KUNAG;FKDAT;MATNR;ARKTX;FKIMG;NETWR;WAERK
    1;10;F2;A;05.01.2026;M1;Hülse;1,000;1.000,00;EUR
    2;10;G2;A;06.02.2026;M1;Hülse;1,000;100,00;EUR
    3;10;S1;B;07.03.2026;M2;Ring;1,000;20,00;EUR
    4;10;S2;B;08.03.2026;M2;Ring;1,000;3,00;EUR
    5;10;RE;B;09.03.2026;M2;Ring;1,000;0,50;EUR
    ;;;;;Summe;;;1.123,50;EUR
    """


def test_cancelling_billing_types_are_turned_and_told_with_rows_and_money(tmp_path):
    put(tmp_path, {"Fakturen.csv": BILLS})
    proposal, workspace = proposed(tmp_path)
    # 1000 - 100 - 20 + 3 - 0.50: S1 cancels an invoice, S2 cancels a credit
    assert total(workspace) == 882.5
    asked(proposal, "G2 1 row, 100.00 EUR", "S1 1 row, 20.00 EUR", "RE 1 row, 0.50 EUR")


def test_unknown_billing_types_are_told_with_rows_and_money(tmp_path):
    put(tmp_path, {"Fakturen.csv": BILLS.replace(";S2;", ";F8;")})
    proposal, _ = proposed(tmp_path)
    asked(proposal, "F8", "1 row, 3.00 EUR", "taken as invoices")


def test_cancellations_above_0_among_credits_below_are_turned_too(tmp_path):
    put(tmp_path, {"Fakturen.csv": BILLS.replace(";100,00;", ";-100,00;").replace(";0,50;", ";-0,50;")})
    _, workspace = proposed(tmp_path)
    assert total(workspace) == 882.5


def test_total_row_is_no_product(tmp_path):
    put(tmp_path, {"Fakturen.csv": BILLS})
    proposal, workspace = proposed(tmp_path)
    assert sorted(workspace.tables["products"]["product_id"]) == ["M1", "M2"]
    assert "Summe in MATNR is a total row" in proposal.text


def test_product_that_is_called_like_a_total_stays_where_it_was_sold(tmp_path):
    put(tmp_path, {"Fakturen.csv": BILLS.replace("M2", "Total")})
    proposal, _ = proposed(tmp_path)
    assert "MATNR <> 'Total'" not in proposal.text


# overlap


FIRST = """
    Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
    1,A,MUG,2,2024-11-30 09:00:00,10.00,17850.0,France
    2,A,MUG,1,2024-12-01 08:26:00,10.00,17850.0,France
    2,A,MUG,1,2024-12-01 08:26:00,10.00,17850.0,France
    """
LATER = """
    InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
    2,A,mug (new name),1,12/1/2024 8:26,10.00,17850,France
    2,A,mug (new name),1,12/1/2024 8:26,10.00,17850,France
    3,A,mug (new name),5,12/20/2025 8:26,10.00,17850,France
    """


@pytest.mark.parametrize(("first", "later"), [
    ("online_2023-2024.csv", "online_2025.csv"), ("sales 2024.csv", "sales 2024-2025.csv")])
def test_files_of_years_and_of_spans_of_years_are_one_source_and_overlap_once(
        tmp_path, first, later):
    put(tmp_path, {first: FIRST, later: LATER})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    # 20 + 10 + 10 + 50: invoice 2 stands twice in both files and counts twice, not four times,
    # though its description was written anew
    assert total(workspace) == 90.0
    assert workspace.counts["invoice_lines"].accepted == 4
    assert re.search(r"overlapping = \[.*\]", proposal.text)
    assert '"Description"' not in proposal.text
    assert '"Quantity"' in proposal.text


def test_files_of_other_names_that_hold_the_same_lines_are_one_source(tmp_path):
    put(tmp_path, {"shop_archive.csv": FIRST, "webshop.csv": LATER})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert total(workspace) == 90.0
    assert "union all" not in proposal.text
    assert "rename = " in proposal.text
    asked(proposal, "stand in more than one of its files", "Quantity")


def test_files_of_the_same_headings_without_a_common_line_stay_apart_and_are_asked_about(tmp_path):
    put(tmp_path, {"berlin.csv": FIRST.replace("17850.0", "17850"),
                   "hamburg.csv": FIRST.replace("17850.0", "99").replace("    2,A", "    9,A")
                   .replace("    1,A", "    8,A")})
    proposal, workspace = proposed(tmp_path)
    assert "overlapping" not in proposal.text
    assert total(workspace) == 40.0  # one of them, until the analyst adds the other
    asked(proposal, "could be lines as well")


def test_yearly_files_of_different_delimiters_are_not_read_as_one(tmp_path):
    put(tmp_path, {"sales_2024.csv": FIRST.replace(",", ";"), "sales_2025.csv": LATER.replace(",", "|")})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    asked(proposal, "could be lines as well")


# currencies


def test_currency_without_rates_is_the_company_s_as_a_question(tmp_path):
    put(tmp_path, {
        "invoices.csv": """
            invoice_no,invoice_date,customer_no,currency,net amount
            1,2026-01-31,A,USD,10
            2,2026-01-31,B,CAD,20
            """,
        "rates.csv": "From,To,Month,Rate\nCAD,USD,2026-01,0.7\n"})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert workspace.settings.company.currency == "USD"
    asked(proposal, "CAD is converted")
    assert "# the currency of the lines" not in proposal.text
    assert workspace.tables["exchange_rates"][["currency", "rate"]].to_numpy().tolist() == [
        ["CAD", 0.7]]


def rated(folder: Path, rates: str):
    put(folder, {
        "invoices.csv": """
            invoice_no,invoice_date,customer_no,currency,net amount
            1,2026-01-31,A,USD,10
            2,2026-01-31,B,USD,10
            3,2026-01-31,B,CAD,20
            """, "fx rates.csv": rates})
    return proposed(folder)


def test_rates_that_lead_from_the_company_s_currency_are_turned_and_asked_about(tmp_path):
    proposal, workspace = rated(tmp_path, """
        From,To,Month,Rate
        USD,CAD,2026-01,1.25
        USD,EUR,2026-01,0.5
        """)
    assert stops(workspace) == []
    # 1 / 1.25 = 0.8 and 1 / 0.5 = 2
    assert dict(workspace.tables["exchange_rates"][["currency", "rate"]].to_numpy()) == {
        "CAD": 0.8, "EUR": 2.0}
    assert workspace.settings.company.currency == "USD"
    asked(proposal, "1 / rate")


def test_rates_to_several_currencies_are_those_to_the_most_frequent_of_the_lines(tmp_path):
    proposal, workspace = rated(tmp_path, """
        From,To,Month,Rate
        CAD,USD,2026-01,0.8
        USD,CAD,2026-01,1.25
        """)
    assert stops(workspace) == []
    assert workspace.tables["exchange_rates"][["currency", "rate"]].to_numpy().tolist() == [
        ["CAD", 0.8]]
    assert workspace.settings.company.currency == "USD"
    asked(proposal, "only rates to USD")
