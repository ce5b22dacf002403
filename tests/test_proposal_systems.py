"""Exports in the style of the usual systems: the proposed workspace gives totals worked by hand."""
# ruff: noqa: E501  (the lines of an export are as long as they are)

from pathlib import Path

import pytest

from tests.proposed import edit, lines_of, proposed, put, stops, written


def sap(folder: Path) -> Path:
    """Billing heads and items, customers, materials and material groups; German, windows-1252."""
    return put(folder, {
        "VBRK.csv": """
            VBELN;FKART;FKDAT;KUNAG;WAERK
            0090000001;F2;05.01.2026;0000004711;EUR
            0090000002;F2;17.02.2026;0000004712;EUR
            0090000003;F2;31.03.2026;0000004711;EUR
            """,
        "VBRP.csv": """
            VBELN;POSNR;MATNR;FKIMG;VRKME;NETWR;WAVWR
            0090000001;000010;000000000000000815;2;ST;1.234,50;800,00
            0090000001;000020;000000000000000816;1;ST;65,50;40,25
            0090000002;000010;000000000000000815;1;ST;617,25;400,00
            0090000003;000010;000000000000000816;10;ST;655,00;402,50
            """,
        "KNA1.csv": """
            KUNNR;NAME1;LAND1;BRSCH;SPRAS
            0000004711;Müller Maschinenbau GmbH;DE;Maschinenbau;D
            0000004712;Käserei Öhningen AG;CH;Lebensmittel;D
            """,
        "MARA.csv": """
            MATNR;MAKTX;MATKL
            000000000000000815;Schraube groß;01
            000000000000000816;Mutter;02
            """,
        "T023T.csv": """
            MATKL;WGBEZ
            01;Schrauben
            02;Muttern
            """,
    }, encoding="windows-1252")


def test_sap_tables_are_joined_and_read_with_comma_and_umlauts(tmp_path):
    _, workspace = proposed(sap(tmp_path))
    assert stops(workspace) == []
    # 1234.50 + 65.50 + 617.25 + 655.00 = 2572.25
    assert lines_of(workspace) == [
        ("0090000001", "2026-01-05", "0000004711", 65.5),
        ("0090000001", "2026-01-05", "0000004711", 1234.5),
        ("0090000002", "2026-02-17", "0000004712", 617.25),
        ("0090000003", "2026-03-31", "0000004711", 655.0)]
    # 800 + 40.25 + 400 + 402.50 = 1642.75
    assert sum(cost for cost, in lines_of(workspace, "cost")) == 1642.75
    accounts = workspace.tables["accounts"].set_index("account_id")
    assert accounts.loc["0000004712", "name"] == "Käserei Öhningen AG"
    assert accounts["country"].tolist() == ["DE", "CH"]
    assert accounts["industry"].tolist() == ["Maschinenbau", "Lebensmittel"]
    products = workspace.tables["products"].set_index("product_id")
    assert products["name"].tolist() == ["Schraube groß", "Mutter"]
    assert products["family"].tolist() == ["Schrauben", "Muttern"]


def test_sap_currency_of_the_heads_is_the_company_s(tmp_path):
    _, workspace = proposed(sap(tmp_path))
    assert workspace.settings.company.currency == "EUR"
    assert {currency for currency, in lines_of(workspace, "currency")} == {"EUR"}


def test_german_bookkeeping_in_one_file_gives_accounts_and_products_too(tmp_path):
    put(tmp_path, {"Umsätze 2026.csv": """
        Auswertung Umsätze;;;;;;;;
        Stand: 30.06.2026;;;;;;;;
        Rechnungsnummer;Rechnungsdatum;Kundennummer;Kunde;Artikelnr.;Bezeichnung;Warengruppe;Menge;Nettobetrag;Einstandspreis
        R1;31.01.2026;00012;Bäcker Groß;A7;Mehl;Rohstoff;3;30,00;8,00
        R2;28.02.2026;00013;Café Nord;A8;Salz;Zutat;2;1.000,00;n/a
        R3;01.03.2026;00012;Bäcker Groß;A7;Mehl;Rohstoff;-1;-10,00;8,00
        """}, encoding="windows-1252")
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace) == [("R1", "2026-01-31", "00012", 30.0),
                                   ("R2", "2026-02-28", "00013", 1000.0),
                                   ("R3", "2026-03-01", "00012", -10.0)]
    # the cost price is that of one piece: 3 × 8, unknown, -1 × 8
    assert sorted(lines_of(workspace, "invoice_id, coalesce(cost, 0)")) == [
        ("R1", 24.0), ("R2", 0.0), ("R3", -8.0)]
    assert dict(workspace.tables["accounts"][["account_id", "name"]].to_numpy()) == {
        "00012": "Bäcker Groß", "00013": "Café Nord"}
    assert dict(workspace.tables["products"][["product_id", "family"]].to_numpy()) == {
        "A7": "Rohstoff", "A8": "Zutat"}


def test_dynamics_lines_and_customers(tmp_path):
    put(tmp_path, {
        "CustInvoiceTrans.csv": """
            InvoiceId,InvoiceDate,LineNum,ItemId,Qty,SalesPrice,LinePercent,LineAmount,CurrencyCode
            CIV-001,2026-01-15,1,D0001,10,100.00,10,900.00,USD
            CIV-001,2026-01-15,2,D0002,1,50.00,0,50.00,USD
            CIV-002,2026-04-02,1,D0001,-2,100.00,0,-200.00,USD
            """,
        "CustInvoiceJour.csv": """
            InvoiceId,InvoiceDate,InvoiceAccount,SalesId
            CIV-001,2026-01-15,US-001,SO-1
            CIV-002,2026-04-02,US-002,SO-2
            """,
        "CustTable.csv": """
            AccountNum,Name,CountryRegionId,LineOfBusinessId
            US-001,Contoso Retail,USA,Retail
            US-002,Fabrikam,USA,Wholesale
            """,
        "InventTable.csv": "ItemId,ItemName,ItemGroupId\nD0001,Speaker,Audio\nD0002,Cable,Parts\n",
    })
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace) == [("CIV-001", "2026-01-15", "US-001", 50.0),
                                   ("CIV-001", "2026-01-15", "US-001", 900.0),
                                   ("CIV-002", "2026-04-02", "US-002", -200.0)]
    assert workspace.settings.company.currency == "USD"
    assert workspace.tables["accounts"]["industry"].tolist() == ["Retail", "Wholesale"]
    assert workspace.tables["products"]["family"].tolist() == ["Audio", "Parts"]
    # price × quantity less 10 % is the amount itself: the proposal says that it was found so
    assert "in 3 of 3 rows" in proposal.text


def test_business_central_headings_with_blanks_and_dots(tmp_path):
    put(tmp_path, {
        "Posted Sales Invoice Lines.csv": """
            Document No.,Line No.,Sell-to Customer No.,Posting Date,No.,Description,Quantity,Unit Price,Line Discount %,Line Amount,Unit Cost (LCY)
            103001,10000,01121212,2026-01-20,1896-S,ATHENS Desk,2,"1,000.80",0,"2,001.60",780.70
            103002,10000,01445544,2026-02-03,1900-S,PARIS Chair,10,192.80,5,"1,831.60",150.30
            """,
        "Customers.csv": """
            No.,Name,Country/Region Code,Salesperson Code,Contact,E-Mail
            01121212,Spotsmeyer's Furnishings,US,JR,Mike Nash,mike@spots.example
            01445544,Progressive Home Furnishings,US,PS,,
            """,
    })
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    # 2001.60 + 1831.60 = 3833.20; cost 2 × 780.70 + 10 × 150.30 = 3064.40
    assert sum(one for one, in lines_of(workspace, "revenue")) == pytest.approx(3833.20)
    assert sum(one for one, in lines_of(workspace, "cost")) == pytest.approx(3064.40)
    assert workspace.tables["accounts"]["owner"].tolist() == ["JR", "PS"]
    contacts = workspace.tables["contacts"]
    assert contacts[["account_id", "name", "email"]].to_numpy().tolist() == [
        ["01121212", "Mike Nash", "mike@spots.example"]]  # one account names nobody


def test_crm_ids_are_brought_to_the_ids_of_the_erp(tmp_path):
    put(tmp_path, {
        "erp_invoices.csv": """
            Invoice No;Invoice Date;Customer No;Net Amount
            1;2026-01-31;10001;100.50
            2;2026-02-28;10002;200
            3;2026-03-31;10001;50
            """,
        "Account.csv": """
            Id,Name,AccountNumber,BillingCountry,Industry,ParentId
            001A1,Acme Corp,10001,US,Energy,
            001A2,Globex,10002,US,Media,
            001A3,Initech,,US,Media,
            """,
        "Contact.csv": """
            Id,AccountId,FirstName,LastName,Title,Email
            003B1,001A1,Jane,Doe,CEO,jane@acme.example
            003B2,001A2,John,Roe,Buyer,john@globex.example
            """,
        "Opportunity.csv": """
            Id,AccountId,Name,StageName,Amount,CloseDate,OwnerId
            006C1,001A1,Renewal,Closed Won,1000,2026-02-01,005X
            006C2,001A2,New line,Closed Lost,500,2026-03-01,005X
            006C3,001A2,Upsell,Negotiation,700,2026-09-01,005Y
            """,
        "Task.csv": """
            Id,AccountId,WhoId,ActivityDate,Subject,Type,OwnerId
            00T1,001A1,003B1,2026-03-03,Call with Jane,Call,005X
            00T2,001A2,003B2,2026-03-04,Visit,Meeting,005X
            """,
    })
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace, "account_id, revenue") == [
        ("10001", 50.0), ("10001", 100.5), ("10002", 200.0)]
    accounts = workspace.tables["accounts"].set_index("account_id")
    assert accounts.loc["10002", "name"] == "Globex"
    contacts = workspace.tables["contacts"]
    assert contacts[["contact_id", "account_id", "name"]].to_numpy().tolist() == [
        ["003B1", "10001", "Jane Doe"], ["003B2", "10002", "John Roe"]]
    deals = workspace.tables["deals"]
    assert deals[["account_id", "outcome", "amount"]].to_numpy().tolist() == [
        ["10001", "won", 1000.0], ["10002", "lost", 500.0], ["10002", "open", 700.0]]
    activities = workspace.tables["activities"]
    assert activities[["account_id", "contact_id", "channel"]].to_numpy().tolist() == [
        ["10001", "003B1", "phone"], ["10002", "003B2", "visit"]]
    assert any("Negotiation" in question for question in proposal.questions)


RETAIL_2010 = """
    Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
    536000,22423,CAKESTAND,2,2010-11-30 09:00:00,10.00,17850,United Kingdom
    536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.50,17850,United Kingdom
    536366,22423,CAKESTAND,1,2010-12-01 08:28:00,12.00,13085,France
    536366,22423,CAKESTAND,1,2010-12-01 08:28:00,12.00,13085,France
    C536379,85123A,HOLDER,-1,2010-12-01 09:41:00,2.50,17850,United Kingdom
    536380,22423,CAKESTAND,1,2010-12-01 09:50:00,11.00,,United Kingdom
    """
RETAIL_2011 = """
    InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
    536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.50,17850,United Kingdom
    536366,22423,CAKESTAND,1,2010-12-01 08:28:00,12.00,13085,France
    536366,22423,CAKESTAND,1,2010-12-01 08:28:00,12.00,13085,France
    C536379,85123A,HOLDER,-1,2010-12-01 09:41:00,2.50,17850,United Kingdom
    536380,22423,CAKESTAND,1,2010-12-01 09:50:00,11.00,,United Kingdom
    540000,22423,CAKESTAND,3,2011-01-04 10:00:00,10.00,13085,France
    C540001,22423,CAKESTAND,-1,2011-01-05 10:00:00,10.00,13085,France
    """


def revenue_by_account(workspace) -> dict:
    sums: dict = {}
    for account, revenue in lines_of(workspace, "account_id, revenue"):
        sums[account] = sums.get(account, 0.0) + revenue
    return sums


def retail(folder: Path) -> Path:
    return put(folder, {"retail_2010.csv": RETAIL_2010, "retail_2011.csv": RETAIL_2011})


def test_overlapping_yearly_files_with_other_headings_count_once(tmp_path):
    proposal, workspace = proposed(retail(tmp_path))
    assert stops(workspace) == []
    # 2010: 20 + 15 + 12 + 12 - 2.50 + 11 = 67.50; new in 2011: 30 - 10 = 20
    assert sum(one for one, in lines_of(workspace, "revenue")) == pytest.approx(87.5)
    assert workspace.counts["invoice_lines"].accepted == 8
    # 17850: 20 + 15 - 2.50; 13085: 12 + 12 + 30 - 10; nobody: 11
    assert revenue_by_account(workspace) == {"17850": 32.5, "13085": 44.0, None: 11.0}
    assert any("more than one" in question for question in proposal.questions)
    assert any("InvoiceNo" in question for question in proposal.questions)


def test_ids_written_with_a_point_are_those_without(tmp_path):
    put(tmp_path, {"sales_2025.csv": """
        Invoice,InvoiceDate,Customer ID,Net Amount
        1,2025-01-31,17850.0,10
        2,2025-02-28,,20
        """, "sales_2026.csv": """
        Invoice,InvoiceDate,Customer ID,Net Amount
        3,2026-01-31,17850,40
        4,2026-02-28,13085,80
        """})
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert revenue_by_account(workspace) == {"17850": 50.0, "13085": 80.0, None: 20.0}


def test_overlap_in_which_ids_are_written_in_two_ways_is_counted_once_or_told(tmp_path):
    put(tmp_path, {"retail_2010.csv": RETAIL_2010.replace("17850", "17850.0"),
                   "retail_2011.csv": RETAIL_2011})
    proposal, workspace = proposed(tmp_path)
    total = sum(one for one, in lines_of(workspace, "revenue"))
    assert total == pytest.approx(87.5) or any(
        "still count twice" in question for question in proposal.questions)


def test_cancelled_invoices_are_credits_by_their_letter(tmp_path):
    _, workspace = proposed(retail(tmp_path))
    assert {(invoice[0], kind) for invoice, kind in lines_of(workspace, "invoice_id, kind")} == {
        ("5", "invoice"), ("C", "credit")}


def test_without_master_files_accounts_and_products_come_from_the_lines(tmp_path):
    _, workspace = proposed(retail(tmp_path))
    accounts = workspace.tables["accounts"].set_index("account_id")["country"]
    assert accounts.to_dict() == {"17850": "United Kingdom", "13085": "France"}
    assert workspace.tables["products"].set_index("product_id")["name"].to_dict() == {
        "22423": "CAKESTAND", "85123A": "HOLDER"}


def test_star_schema_with_date_keys_and_two_steps_to_the_family(tmp_path):
    put(tmp_path, {
        "FactSales.csv": """
            SalesOrderNumber|SalesOrderLineNumber|OrderDateKey|ProductKey|CustomerKey|OrderQuantity|UnitPrice|UnitPriceDiscountPct|SalesAmount|TotalProductCost
            SO1|1|20240131|1|1|2|10.00|0|20.00|12.00
            SO1|2|20240131|2|1|1|5.00|0.1|4.50|3.00
            SO2|1|20240415|3|2|4|2.50|0|10.00|8.00
            """,
        "DimCustomer.csv": """
            CustomerKey|CustomerAlternateKey|CompanyName
            1|AW0001|Bike World
            2|AW0002|Velo Nord
            """,
        "DimProduct.csv": """
            ProductKey|EnglishProductName|ProductSubcategoryKey
            1|Road Bike|1
            2|Helmet|2
            3|Cap|2
            """,
        "DimProductSubcategory.csv": """
            ProductSubcategoryKey|EnglishProductSubcategoryName|ProductCategoryKey
            1|Road Bikes|1
            2|Clothing items|2
            """,
        "DimProductCategory.csv": """
            ProductCategoryKey|EnglishProductCategoryName
            1|Bikes
            2|Accessories
            """,
    }, encoding="utf-16")
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace) == [("SO1", "2024-01-31", "1", 4.5), ("SO1", "2024-01-31", "1", 20.0),
                                   ("SO2", "2024-04-15", "2", 10.0)]
    assert workspace.tables["accounts"]["name"].tolist() == ["Bike World", "Velo Nord"]
    assert workspace.tables["products"]["family"].tolist() == ["Bikes", "Accessories",
                                                               "Accessories"]


def test_date_key_that_is_only_a_number_is_joined_to_the_calendar(tmp_path):
    put(tmp_path, {
        "fact_sales.csv": "date_key,customer_key,net_amount\n1,7,10\n2,7,20\n2,8,5.5\n",
        "dim_date.csv": "date_key,full_date,month\n1,2026-01-31,1\n2,2026-02-28,2\n",
        "dim_customer.csv": "customer_key,name\n7,Alpha\n8,Beta\n",
    })
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace, "invoice_date, account_id, revenue") == [
        ("2026-01-31", "7", 10.0), ("2026-02-28", "7", 20.0), ("2026-02-28", "8", 5.5)]
    assert workspace.tables["accounts"]["name"].tolist() == ["Alpha", "Beta"]


def test_warehouse_without_headings_says_what_is_missing(tmp_path):
    put(tmp_path, {
        "FactSales.csv": "SO1|20240131|1|20.00\nSO2|20240415|2|10.00\n",
        "DimCustomer.csv": "1|AW0001|Bike World\n2|AW0002|Velo Nord\n",
    }, encoding="utf-16")
    proposal, workspace = proposed(tmp_path)
    assert any("no row with column names" in question for question in proposal.questions)
    assert "invoice_lines: there is no such table" in " ".join(stops(workspace))


def test_dimension_without_headings_gives_names_as_a_question(tmp_path):
    put(tmp_path, {
        "FactSales.csv": written("""
            OrderNo|DateKey|CustomerKey|NetAmount
            SO1|20240131|1|20.00
            SO2|20240415|2|10.00
            """),
        "DimCustomer.csv": "1|Bike World|DE\n2|Velo Nord|DE\n".encode("utf-16"),
    })
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace, "account_id, revenue") == [("1", 20.0), ("2", 10.0)]
    assert workspace.tables["accounts"]["name"].tolist() == ["Bike World", "Velo Nord"]
    assert any("column2" in question for question in proposal.questions)


def test_lines_that_need_three_keys_are_joined_by_three(tmp_path):
    put(tmp_path, {
        "invoice_items.csv": """
            Company;Year;DocNo;Item;Net Amount
            A;2025;1;X;10
            A;2026;1;X;20
            B;2026;1;Y;40
            """,
        "invoice_heads.csv": """
            Company;Year;DocNo;Invoice Date;Customer No
            A;2025;1;2025-12-30;C1
            A;2026;1;2026-01-02;C2
            B;2026;1;2026-01-03;C1
            """,
    })
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace, "account_id, invoice_date, revenue") == [
        ("C1", "2025-12-30", 10.0), ("C1", "2026-01-03", 40.0), ("C2", "2026-01-02", 20.0)]


def test_discount_is_read_as_share_or_per_cent_by_its_values(tmp_path):
    shares, per_cents = tmp_path / "shares", tmp_path / "per_cents"
    head = "order_no,order_date,customer_id,quantity,unit_price,discount\n"
    put(shares, {"orders.csv": head + "1,2026-01-31,A,2,10,0.25\n2,2026-02-28,A,1,10,0\n"})
    put(per_cents, {"orders.csv": head + "1,2026-01-31,A,2,10,25\n2,2026-02-28,A,1,10,0\n"})
    for folder in (shares, per_cents):
        _, workspace = proposed(folder)
        # 2 × 10 × 0.75 + 10 = 25
        assert sum(one for one, in lines_of(workspace, "revenue")) == pytest.approx(25.0)


def test_ambiguous_dates_stop_until_one_line_is_uncommented(tmp_path):
    put(tmp_path, {"sales.csv": """
        invoice_no,invoice date,customer_id,net amount
        1,03/04/2026,A,10
        2,05/06/2026,B,20
        """})
    proposal, workspace = proposed(tmp_path)
    assert any("day and month" in one for one in stops(workspace))
    assert any("cannot be told apart" in question for question in proposal.questions)
    workspace = edit(tmp_path, '# date_format = "%d/%m/%Y"   # day first', 'date_format = "%d/%m/%Y"')
    assert stops(workspace) == []
    assert lines_of(workspace, "invoice_date, revenue") == [("2026-04-03", 10.0),
                                                            ("2026-06-05", 20.0)]


def test_ambiguous_decimals_stop_until_one_line_is_uncommented(tmp_path):
    put(tmp_path, {"sales.csv": """
        invoice_no;invoice date;customer_id;quantity;net amount
        1;2026-01-31;A;1;1.234
        2;2026-02-28;B;2;2.500
        """})
    proposal, workspace = proposed(tmp_path)
    assert any("1.234" in question for question in proposal.questions)
    assert stops(workspace) != []
    workspace = edit(tmp_path, '# decimal = ","   # comma', 'decimal = ","')
    assert lines_of(workspace, "revenue") == [(1234.0,), (2500.0,)]


def test_credits_written_without_sign_are_turned_and_asked_about(tmp_path):
    put(tmp_path, {"invoices.csv": """
        Belegnummer;Belegart;Belegdatum;Kundennr;Nettobetrag
        1;Rechnung;31.01.2026;A;100,00
        2;Gutschrift;15.02.2026;A;30,00
        3;Rechnung;28.02.2026;B;50,00
        """})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    # 100 - 30 + 50 = 120
    assert lines_of(workspace, "invoice_id, revenue, kind") == [
        ("1", 100.0, "invoice"), ("2", -30.0, "credit"), ("3", 50.0, "invoice")]
    assert any("-abs" in question for question in proposal.questions)


def test_tpch_style_prefixes_without_common_names(tmp_path):
    put(tmp_path, {
        "lineitem.csv": """
            l_orderkey|l_partkey|l_linenumber|l_quantity|l_extendedprice|l_discount
            1|155|1|17|100.00|0.04
            1|67|2|36|50.00|0.00
            2|155|1|10|80.00|0.10
            """,
        "orders.csv": """
            o_orderkey|o_custkey|o_orderdate
            1|370|1996-01-02
            2|781|1996-12-01
            """,
        "customer.csv": "c_custkey|c_name|c_mktsegment\n370|Customer 370|BUILDING\n781|Customer 781|AUTO\n",
        "part.csv": "p_partkey|p_name|p_type\n155|lace spring|STEEL\n67|tan moccasin|BRASS\n",
    })
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert {(day, account) for day, account in lines_of(workspace, "invoice_date, account_id")} == {
        ("1996-01-02", "370"), ("1996-12-01", "781")}
    assert workspace.tables["accounts"]["name"].tolist() == ["Customer 370", "Customer 781"]
    assert workspace.tables["products"]["family"].tolist() == ["STEEL", "BRASS"]


def test_invoices_with_tax_on_the_line_amount_give_the_net_amount(tmp_path):
    put(tmp_path, {
        "Sales.InvoiceLines.csv": """
            InvoiceLineID,InvoiceID,StockItemID,Description,Quantity,UnitPrice,TaxRate,TaxAmount,LineProfit,ExtendedPrice
            1,1,67,Ride on toy,10,230.00,15,345.00,850.00,2645.00
            2,2,50,Mug,9,13.00,15,17.55,76.50,134.55
            3,2,10,Cap,9,32.00,15,43.20,94.50,331.20
            """,
        "Sales.Invoices.csv": """
            InvoiceID,CustomerID,BillToCustomerID,OrderID,InvoiceDate
            1,832,832,5,2026-01-01
            2,803,1,6,2026-02-01
            """,
        "Sales.Customers.csv": """
            CustomerID,CustomerName,BillToCustomerID,PhoneNumber
            1,Tailspin Toys,1,555
            832,Aakriti,832,555
            803,Bala,1,555
            """,
        "Sales.Orders.csv": "OrderID,CustomerID,OrderDate\n5,832,2025-12-30\n6,803,2026-01-30\n",
        "Sales.OrderLines.csv": """
            OrderLineID,OrderID,StockItemID,Quantity,UnitPrice
            1,5,67,10,230.00
            2,6,50,9,13.00
            """,
        "Warehouse.StockItems.csv": "StockItemID,StockItemName,UnitPrice\n67,Ride on toy,230\n50,Mug,13\n10,Cap,32\n",
    })
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    # 10 × 230 + 9 × 13 + 9 × 32 = 2300 + 117 + 288 = 2705; profit 850 + 76.50 + 94.50 = 1021
    assert sum(one for one, in lines_of(workspace, "revenue")) == pytest.approx(2705.0)
    assert sum(one for one, in lines_of(workspace, "cost")) == pytest.approx(2705.0 - 1021.0)
    assert any("BillToCustomerID" in question for question in proposal.questions)
    assert any("order_lines" in question or "orderlines" in question
               for question in proposal.questions)
    assert workspace.tables["products"]["name"].tolist() == ["Ride on toy", "Mug", "Cap"]


def test_items_of_an_order_without_quantity_count_by_their_price_and_are_asked_about(tmp_path):
    put(tmp_path, {
        "orders_dataset.csv": """
            order_id,customer_id,order_status,order_purchase_timestamp
            o1,c1,delivered,2026-01-02 10:56:33
            o2,c2,delivered,2026-02-24 20:41:37
            """,
        "order_items_dataset.csv": """
            order_id,order_item_id,product_id,price,freight_value
            o1,1,p1,58.90,13.29
            o1,2,p2,10.00,1.00
            o2,1,p1,58.90,19.93
            """,
        "order_payments_dataset.csv": "order_id,payment_type,payment_value\no1,card,83.19\no2,card,78.83\n",
        "customers_dataset.csv": "customer_id,customer_city\nc1,Franca\nc2,Mauá\n",
    })
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace, "account_id, revenue") == [("c1", 10.0), ("c1", 58.9), ("c2", 58.9)]
    assert any("no quantity" in question for question in proposal.questions)


def test_hubspot_names_are_brought_to_the_ids_of_the_companies(tmp_path):
    put(tmp_path, {
        "companies.csv": """
            Record ID,Company name,Country/Region,Industry,Company owner
            501,Acme GmbH,Germany,Machinery,Eva
            502,Globex Ltd,UK,Energy,Tom
            """,
        "deals.csv": """
            Record ID,Deal Name,Deal Stage,Amount,Close Date,Associated Company
            1,Big one,Closed won,1200,2026-02-03,Acme GmbH
            2,Small one,Appointment scheduled,50,2026-05-06,Globex Ltd
            """,
        "contacts.csv": """
            Record ID,First Name,Last Name,Email,Job Title,Associated Company
            9001,Ann,Li,ann@acme.example,CFO,Acme GmbH
            """,
        "invoices.csv": """
            Invoice number,Invoice date,Company ID,Currency,Subtotal
            I1,2026-01-31,501,EUR,100
            I2,2026-02-28,502,EUR,70
            """,
    })
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace, "account_id, revenue") == [("501", 100.0), ("502", 70.0)]
    assert workspace.tables["deals"][["account_id", "outcome"]].to_numpy().tolist() == [
        ["501", "won"], ["502", "open"]]
    assert workspace.tables["contacts"]["account_id"].tolist() == ["501"]
    assert workspace.tables["accounts"]["owner"].tolist() == ["Eva", "Tom"]


def test_odoo_lines_with_names_for_ids(tmp_path):
    put(tmp_path, {"Journal Item (account.move.line).csv": """
        "Journal Entry","Date","Partner","Product","Quantity","Unit Price","Discount (%)","Subtotal","Total"
        "INV/2026/00001","2026-01-15","Deco Addict","[FURN_1] Desk",2,100.00,10,180.00,214.20
        "INV/2026/00002","2026-02-15","Gemini","[FURN_2] Chair",1,50.00,0,50.00,59.50
        """})
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace) == [("INV/2026/00001", "2026-01-15", "Deco Addict", 180.0),
                                   ("INV/2026/00002", "2026-02-15", "Gemini", 50.0)]


def test_heads_only_are_lines_too(tmp_path):
    put(tmp_path, {"Rechnungen.csv": """
        Rechnungsnr;Datum;Kunde;Netto;MwSt;Brutto
        1;15.01.2026;Huber;100,00;19,00;119,00
        2;16.02.2026;Maier;50,00;9,50;59,50
        """})
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert lines_of(workspace, "account_id, revenue") == [("Huber", 100.0), ("Maier", 50.0)]


def test_gross_amount_less_tax_is_asked_about(tmp_path):
    put(tmp_path, {"invoices.csv": """
        invoice_no,invoice_date,customer_no,gross amount,vat
        1,2026-01-31,A,119.00,19.00
        2,2026-02-28,B,59.50,9.50
        """})
    proposal, workspace = proposed(tmp_path)
    assert lines_of(workspace, "revenue") == [(50.0,), (100.0,)]
    assert any("less vat" in question for question in proposal.questions)


def test_several_currencies_with_rates_leave_the_company_s_own(tmp_path):
    put(tmp_path, {
        "invoices.csv": """
            invoice_no,invoice_date,customer_no,currency,net amount
            1,2026-01-31,A,USD,10
            2,2026-01-31,B,USD,20
            3,2026-01-31,B,CHF,30
            """,
        "exchange_rates.csv": "currency,month,rate\nUSD,2026-01,0.8\n"})
    _, workspace = proposed(tmp_path)
    assert workspace.settings.company.currency == "CHF"
    assert stops(workspace) == []


def test_lines_without_a_head_are_kept_and_told(tmp_path):
    put(tmp_path, {
        "order_details.csv": "order_id,product_id,quantity,unit_price\n1,P,1,10\n2,P,1,20\n3,P,1,40\n",
        "orders.csv": "order_id,order_date,customer_id\n1,2026-01-31,A\n2,2026-02-28,B\n"})
    proposal, workspace = proposed(tmp_path)
    # the line of order 3 has no date: it is refused and counted, not lost in the join
    assert workspace.counts["invoice_lines"].rows == 3
    assert workspace.counts["invoice_lines"].refused == 1
    assert any("2 of 3" in question for question in proposal.questions)


def warehouse(folder: Path) -> Path:
    """Facts and dimensions without any headings; every second file in UTF-16."""
    facts = []
    for number in range(1, 41):
        quantity, price = number % 7 + 2, 10 + number / 4
        amount = quantity * price
        off = amount / 10 if number % 5 == 0 else 0
        facts.append(f"{200 + number % 25}|2026{number % 12 + 1:02d}01|{number % 9 + 1}|SO{number // 2}|"
                     f"{number % 2 + 1}|{quantity}|{price:.4f}|{amount:.4f}|{off:.4f}|"
                     f"{amount - off:.4f}")
    shops = [f"{number}|AW{number:05d}|Shop {'ABCDEFGHI'[number - 1]} Ltd" for number in range(1, 10)]
    products = [f"{number}|BK-{number}|Road Bike {number}" for number in range(200, 230)]
    return put(folder, {"FactSales.csv": "\n".join(facts).encode("utf-16"),
                        "DimReseller.csv": "\n".join(shops).encode(),
                        "DimProduct.csv": "\n".join(products).encode("utf-16")})


def test_warehouse_without_any_heading_is_told_by_its_values_and_asked_about(tmp_path):
    proposal, workspace = proposed(warehouse(tmp_path))
    assert stops(workspace) == []
    # Σ quantity × price, less a tenth of every fifth
    amounts = [(n % 7 + 2) * (10 + n / 4) * (0.9 if n % 5 == 0 else 1) for n in range(1, 41)]
    assert sum(one for one, in lines_of(workspace, "revenue")) == pytest.approx(sum(amounts))
    assert {account for account, in lines_of(workspace, "account_id")} == set("123456789")
    assert workspace.tables["accounts"]["name"].tolist()[:2] == ["Shop A Ltd", "Shop B Ltd"]
    assert workspace.tables["products"]["name"].tolist()[0] == "Road Bike 200"
    assert any("no headings; by their values" in question for question in proposal.questions)


def test_prospects_of_the_crm_are_left_out_and_parents_only_taken_where_they_are_accounts(tmp_path):
    put(tmp_path, {
        "invoices.csv": """
            Invoice No,Invoice Date,Customer No,Net Amount
            1,2026-01-31,10001,100
            2,2026-02-28,10002,200
            """,
        "Account.csv": """
            Id,Name,AccountNumber,ParentId
            001A1,Acme Corp,10001,
            001A2,Globex,10002,001A1
            001A3,Prospect Ltd,,
            """,
        "Contact.csv": """
            Id,AccountId,FirstName,LastName
            003B1,001A1,Jane,Doe
            003B2,001A3,Pat,Maybe
            """,
    })
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert workspace.tables["contacts"]["name"].tolist() == ["Jane Doe"]
    assert workspace.tables["accounts"]["name"].tolist() == ["Acme Corp", "Globex"]
    assert workspace.tables["accounts"]["parent_id"].isna().all()
    assert any("ParentId" in question for question in proposal.questions)


def test_parents_that_are_accounts_are_taken(tmp_path):
    put(tmp_path, {
        "invoices.csv": "invoice_no,invoice_date,customer_no,net amount\n1,2026-01-31,C1,5\n2,2026-02-28,C2,6\n",
        "customers.csv": "customer_no,name,parent_customer\nC1,Alpha,\nC2,Beta,C1\n"})
    _, workspace = proposed(tmp_path)
    assert workspace.tables["accounts"].set_index("account_id").loc["C2", "parent_id"] == "C1"


def test_product_with_several_keys_is_asked_about(tmp_path):
    put(tmp_path, {
        "FactSales.csv": "OrderNo,DateKey,CustomerKey,ProductKey,NetAmount\n1,20260131,7,1,5\n2,20260228,7,2,6\n",
        "DimCustomer.csv": "CustomerKey,Name\n7,Alpha\n",
        "DimProduct.csv": "ProductKey,ProductAlternateKey,ProductName\n1,BK-1,Bike\n2,BK-1,Bike\n3,HL-1,Helmet\n"})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert any("ProductAlternateKey repeats" in question for question in proposal.questions)


def test_of_two_records_of_an_account_one_is_taken_and_asked_about(tmp_path):
    put(tmp_path, {
        "invoices.csv": "invoice_no,invoice_date,customer_no,net amount\n" + "".join(
            f"{number},2026-01-31,C{number},1\n" for number in range(1, 31)),
        "customers.csv": "customer_no,name,country\nC1,Alpha,DE\n" + "".join(
            f"C{number},Name {number},DE\n" for number in range(1, 31))})
    proposal, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert len(workspace.tables["accounts"]) == 30
    assert any("customer_no repeats" in question for question in proposal.questions)


def test_rate_and_target_tables_are_mapped_by_their_headings(tmp_path):
    put(tmp_path, {
        "invoices.csv": """
            invoice_no,invoice_date,customer_no,currency,net amount
            1,2026-01-31,A,USD,10
            2,2026-02-28,A,EUR,20
            """,
        "Wechselkurse.csv": "Währung;Monat;Kurs\nUSD;2026-01;0,8\nUSD;2026-02;0,9\n",
        "Reklamationen.csv": "Kundennr;Datum;Betreff;Status\nA;03.02.2026;Bruch;erledigt\nA;15.02.2026;Fehlteil;offen\n"})
    _, workspace = proposed(tmp_path)
    assert stops(workspace) == []
    assert workspace.tables["exchange_rates"]["rate"].tolist() == [0.8, 0.9]
    assert workspace.tables["complaints"]["status"].tolist() == ["closed", "open"]
    assert workspace.settings.company.currency == "EUR"
