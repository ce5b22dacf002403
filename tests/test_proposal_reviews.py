"""The tables of an external review in the words of other systems, as `qbr init` proposes them."""
# ruff: noqa: E501  (the lines of an export are as long as they are)

from pathlib import Path

import pandas as pd

from tests.proposed import edit, proposed, put, stops

INVOICES = """
    invoice_no;invoice_date;customer_no;net amount
    1;2026-01-31;00101;10
    2;2026-02-28;00102;20
    """
CUSTOMERS = "customer_no;name;country;crm id\n00101;Alpha;USA;x1\n00102;Beta;USA;x2\n"
MASTERS = {"invoices.csv": INVOICES, "customers.csv": CUSTOMERS}
GERMAN = {
    "Zusagen.csv": """
        Kundennummer;Besprechung;Seite;Zusage;Verantwortlich;fällig am;Status;Grund
        00101;2026Q1;wir;Lager einrichten;J. Weiß;31.05.2026;erledigt;
        00101;2026Q1;Kunde;Laufzeiten melden;Fr. Söhne;30.06.2026;nicht eingehalten;Urlaub
        00102;2026Q1;wir;Schulung;J. Weiß;15.06.2026;entfallen;verschoben
        """,
    "Servicekennzahlen.csv": """
        Kundennummer;Quartal;Kennzahl;Einheit;besser ist;Soll;Ist
        00101;2026Q1;Pünktlich;%;mehr;95,0;97,5
        00101;2026Q1;Reaktion;Stunden;weniger;8,0;6,5
        """,
    "Nutzen.csv": """
        Kundennummer;Quartal;Nutzen;vorher;nachher;Wert je Einheit;Einstufung;bestätigt von;bestätigt am
        00101;2026Q1;Stillstand;20;12;450,5;bestätigt;Fr. Söhne;15.04.2026
        00102;2026Q1;Strom;11;9;18,5;geschätzt;;
        """,
    "Serviceberichte.csv": """
        Berichtsnummer;Kundennummer;Datum;Baustein-Nr.;Leistung;Menge;Listenpreis;berechnet
        SB-1;00101;15.01.2026;B1;;1;980,5;0,0
        SB-2;00101;16.01.2026;;Leihpumpe;2;150,5;20,5
        """,
    "Wartungsverträge.csv": """
        Vertrag;Baustein-Nr.;Baustein;Inklusivmenge pro Jahr;Listenpreis;gültig ab;gültig bis;nur im Vertrag
        GOLD;B1;Jahreswartung;4;980,5;01.01.2026;31.12.2026;nein
        """,
    "Risiken.csv": """
        Kundennummer;Risiko für den Kunden;Was wir gemeinsam tun;Termin
        00101;Kupfer wird knapp;Wir legen Vorrat an;15.08.2026
        """,
    "Wechselkosten.csv": """
        Kundennummer;Art;Bezeichnung;Betrag;Einstufung
        00101;Rabatt;Jahresbonus;4500,5;bestätigt
        00101;einmalig;Umrüstung;12000,5;geschätzt
        """,
}


def rows(workspace, table: str, columns: str) -> list[list]:
    """Columns of a table as plain values, dates as text, missing as None."""
    found = workspace.tables[table][columns.split()].astype("object")
    return [[None if pd.isna(one) else f"{one:%Y-%m-%d}" if hasattr(one, "year") else one
             for one in row] for row in found.to_numpy().tolist()]


def asked(proposal, *words: str) -> bool:
    return any(all(word in question for word in words) for question in proposal.questions)


def test_german_lists_become_all_seven_tables_without_an_edit(tmp_path):
    proposal, workspace = proposed(put(tmp_path, {**MASTERS, **GERMAN}, encoding="windows-1252"))
    assert stops(workspace) == []
    assert "# ? " not in proposal.text[proposal.text.index("[tables."):]
    assert rows(workspace, "commitments", "account_id review_quarter side text owner due status reason") == [
        ["00101", "2026Q1", "ours", "Lager einrichten", "J. Weiß", "2026-05-31", "kept", None],
        ["00101", "2026Q1", "theirs", "Laufzeiten melden", "Fr. Söhne", "2026-06-30", "missed", "Urlaub"],
        ["00102", "2026Q1", "ours", "Schulung", "J. Weiß", "2026-06-15", "dropped", "verschoben"]]
    assert rows(workspace, "service_levels", "measure promised delivered better unit") == [
        ["Pünktlich", 95.0, 97.5, "more", "%"], ["Reaktion", 8.0, 6.5, "less", "Stunden"]]
    assert rows(workspace, "benefits", "benefit_id name baseline actual unit_value class confirmed_by confirmed_on") == [
        ["Stillstand", "Stillstand", 20.0, 12.0, 450.5, "confirmed", "Fr. Söhne", "2026-04-15"],
        ["Strom", "Strom", 11.0, 9.0, 18.5, "estimated", None, None]]
    assert rows(workspace, "services", "date component_id service_id quantity unit_list_value charged evidence") == [
        ["2026-01-15", "B1", None, 1.0, 980.5, 0.0, "SB-1"],
        ["2026-01-16", None, "Leihpumpe", 2.0, 150.5, 20.5, "SB-2"]]
    assert rows(workspace, "plan_components", "plan_id component_id name included_quantity unit_list_value valid_from valid_to plan_only") == [
        ["GOLD", "B1", "Jahreswartung", 4.0, 980.5, "2026-01-01", "2026-12-31", False]]
    assert rows(workspace, "risks", "account_id customer_risk customer_answer due") == [
        ["00101", "Kupfer wird knapp", "Wir legen Vorrat an", "2026-08-15"]]
    assert rows(workspace, "switching_costs", "kind name amount class") == [
        ["rebate", "Jahresbonus", 4500.5, "confirmed"], ["one_off", "Umrüstung", 12000.5, "estimated"]]


def test_english_lists_are_mapped_and_what_the_customer_would_read_is_asked(tmp_path):
    proposal, workspace = proposed(put(tmp_path, {**MASTERS, "Action items.csv": """
        Customer No,Review,Side,Commitment,Owner,Due Date,Status,Reason,Notes
        00101,2026-02-10,us,Stock report,Ann,05/15/2026,Done,,our mistake
        00102,2026-02-11,customer,Forecast,Bob,06/01/2026,In progress,,
        """, "KPI.csv": """
        Customer No,Quarter,KPI,Target,Actual,Direction,Comment
        00101,2026Q1,Response,4,5.5,lower,Strike
        00101,2026Q1,On time,95,97,higher,
        """, "Savings.csv": """
        Customer No,Benefit ID,Quarter,Benefit,Before,After,Value per unit,Confidence,Confirmed by
        00101,B1,2026Q1,Downtime,14,6,250,High,Al
        """}))
    assert stops(workspace) == []
    assert rows(workspace, "commitments", "review_quarter side text due status") == [
        ["2026Q1", "ours", "Stock report", "2026-05-15", "kept"],  # February is in the first quarter
        ["2026Q1", "theirs", "Forecast", "2026-06-01", "open"]]
    assert asked(proposal, "Review holds days", "fiscal year")
    assert rows(workspace, "service_levels", "measure better remark") == [
        ["Response", "less", "Strike"], ["On time", "more", None]]
    assert asked(proposal, "Comment is taken as remark", "customer reads")
    assert rows(workspace, "benefits", "benefit_id baseline actual class") == [
        ["B1", 14.0, 6.0, "confirmed"]]
    assert asked(proposal, "High of Confidence", "did the customer confirm")
    assert "Notes" in proposal.text[proposal.text.index("# Columns left over"):]


def test_names_of_the_contract_match_in_any_writing_and_empty_columns_too(tmp_path):
    _, workspace = proposed(put(tmp_path, {**MASTERS, "Commitments.csv": """
        Account ID,REVIEW-QUARTER,Side,Commitment,Owner,Due Date,Status,Reason
        00101,2026Q1,ours,Deliver on Tuesdays,Ann,2026-05-31,kept,
        """, "risks.csv": """
        risk_id,account_id,Customer Risk,customerAnswer
        R1,00101,Strike,Rail
        """, "Customer costs.csv": "Account Id,Quarter,Kind,Amount\n00101,2026Q1,Training,70\n"}))
    assert stops(workspace) == []
    assert rows(workspace, "commitments", "side text owner due status") == [
        ["ours", "Deliver on Tuesdays", "Ann", "2026-05-31", "kept"]]
    assert 'reason         = "Reason"' in (tmp_path / "qbr.toml").read_text()  # filled next quarter
    assert rows(workspace, "risks", "risk_id customer_risk customer_answer") == [
        ["R1", "Strike", "Rail"]]
    assert rows(workspace, "customer_costs", "kind amount") == [["Training", 70.0]]


def test_table_that_cannot_be_mapped_says_that_its_line_is_to_be_replaced(tmp_path):
    proposal, _ = proposed(put(tmp_path, {**MASTERS, "commitments.csv": "who,what\nAnn,Call\n"}))
    stub = proposal.text[proposal.text.index("[tables.commitments]"):].splitlines()
    assert "REPLACE the line below" in stub[1]
    assert stub[2].startswith('sql = "select null as account_id')


def test_risk_of_an_unknown_account_is_left_out_and_never_one_of_all(tmp_path):
    _, workspace = proposed(put(tmp_path, {**MASTERS, "risks.csv": """
        risk no,crm id,customer risk
        R1,x1,Strike
        R2,x2,Frost
        R3,x9,Secret of a prospect
        R4,,Prices rise
        """.replace("crm id", "account id")}))
    assert stops(workspace) == []
    assert rows(workspace, "risks", "risk_id account_id") == [
        ["R1", "00101"], ["R2", "00102"], ["R4", None]]


def test_lists_of_a_review_are_neither_lines_nor_accounts(tmp_path):
    listed = "Customer No,Kind,Name,Amount,Date,Quantity\n" + "".join(
        f"{account},rebate,Bonus,99,2026-01-31,1\n" for account in ("00101", "00102"))
    proposal, workspace = proposed(put(tmp_path, {"invoices.csv": INVOICES, "Rebates.csv": listed}))
    assert "could be lines" not in proposal.text
    assert workspace.counts["invoice_lines"].accepted == 2
    assert "accounts" not in proposal.tables
    assert rows(workspace, "switching_costs", "account_id amount") == [["00101", 99.0], ["00102", 99.0]]


def currency_of(folder: Path, country: str) -> tuple[str, str]:
    put(folder, {"invoices.csv": INVOICES.replace(";10\n", ";$10.50\n").replace(";20\n", ";$20\n"),
                 "customers.csv": CUSTOMERS.replace("USA", country)})
    proposal, workspace = proposed(folder)
    return workspace.settings.company.currency, next(
        one for one in proposal.questions if "tells the currency" in one)


def test_dollars_are_those_of_the_customers_country_and_asked_where_it_is_unknown(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "c").mkdir()
    assert currency_of(tmp_path / "a", "USA")[0] == "USD"
    assert currency_of(tmp_path / "b", "Canada")[0] == "CAD"
    currency, question = currency_of(tmp_path / "c", "")
    assert currency == "USD"
    assert "which dollar is it?" in question
    assert edit(tmp_path / "c", 'currency = "USD"', 'currency = "AUD"').settings.company.currency \
        == "AUD"
