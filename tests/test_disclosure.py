"""What one customer may see: only what is listed, nothing of others, and as it was written."""

import itertools
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import planted
import pytest
from companies import WHOLE_YEARS, company, evenly, sales, view_of, viewed
from notebook_page import exhibits
from pandas.testing import assert_frame_equal

from qbrkit.columns import CUSTOMER, INTERNAL, TABLES
from qbrkit.disclosure import allowed, disclose, read_view, views, write_view
from qbrkit.errors import DataError, ParameterError
from qbrkit.report.customer import value
from qbrkit.reviews import review_quarter
from qbrkit.sources import open_workspace
from tests.disclosure_page import PAGE, SOURCES, SUMMED, disclosure_page


def page_of(view):
    """The markup of every exhibit of the customer's page."""
    return [str(html.markup) for *_, html in exhibits(view, "external_review")]


def everything():
    """A company in which every column of every table is filled.

    Every internal text is a word with ZZ in it and every internal number ends in 7.77 or
    has a 777 in it, so that they can be searched for.
    """
    text = iter(f"ZZ{number}" for number in range(1000, 9000))

    def canaries(table, **given):
        """A record in which every column that is not given holds a canary of its own."""
        filled = dict(given)
        for column in TABLES[table].columns:
            if column.name in filled or column.audience == CUSTOMER:
                continue
            if column.kind in {"text", "id"} and not column.allowed:
                filled[column.name] = next(text)
            elif column.kind in {"money", "number"}:
                filled[column.name] = 777777.77
            elif column.kind == "share":
                filled[column.name] = 0.777
        return filled

    own = {"account_id": "A"}
    records = {
        "accounts": [canaries("accounts", account_id="A", name="Übermut & Söhne", parent_id=None,
                              currency="EUR", language="de", country="DE", owner="Ann Example",
                              plan_id="GOLD", contract_end="2027-07-27", do_not_contact="no"),
                     canaries("accounts", account_id="ZZOTHER", name="ZZOTHERNAME",
                              parent_id=None, currency="EUR")],
        "products": [canaries("products", product_id="ZZPRODUCT", name="pump", family="Pumps")],
        "invoice_lines": [
            *(canaries("invoice_lines", **line, product_id="ZZPRODUCT", currency="EUR",
                       quantity=777, unit="ZZUNIT", kind="invoice", line_id=str(at))
              for at, line in enumerate(evenly("A", 120))),
            *evenly("ZZOTHER", 777777.77)],
        "exchange_rates": [{"currency": "USD", "month": "2026-10", "rate": 0.7771}],
        "targets": [canaries("targets", account_id="A", quarter="2026Q4")],
        "contacts": [canaries("contacts", **own, active="yes", contact_id="ZZC1", influence=5,
                              roles="ZZROLE; decider")],
        "activities": [canaries("activities", **own, contact_id="ZZC1", date="2026-12-01",
                                channel="phone", direction="two_way")],
        "plan_components": [
            {"plan_id": "GOLD", "component_id": component, "name": name, "included_quantity": 4,
             "unit_list_value": 70, "plan_only": "yes", "valid_from": begin,
             "valid_to": "2030-12-31", "free_elsewhere": "no"}
            for component, name, begin in [("C", "inspection", "2026-01-01"),
                                           ("D", "hotline", "2026-07-01")]],
        "services": [{**own, "date": "2026-12-01", "component_id": component,
                      "quantity": quantity, "unit_list_value": 70, "evidence": f"S-{component}"}
                     for component, quantity in (("C", 1), ("D", 5))],
        "benefits": [{**own, "benefit_id": "B", "quarter": "2026Q4", "name": "less scrap",
                      "baseline": 9, "actual": 0, "better": "less", "unit_value": 100,
                      "class": "confirmed", "evidence": "R-1"}],
        "customer_costs": [{**own, "quarter": "2026Q4", "kind": "training", "amount": 5}],
        "switching_costs": [{**own, "kind": kind, "name": f"{kind} of a year", "amount": 36,
                             "class": "confirmed", "confirmed_by": "Bea",
                             "confirmed_on": "2026-12-01", "evidence": f"X-{kind}"}
                            for kind in ("rebate", "one_off")],
        "deals": [canaries("deals", **own, outcome="lost", close_date="2026-11-11")],
        "competitor_signals": [canaries("competitor_signals", date="2026-11-11")],
        "market": [canaries("market", quarter="2026Q4")],
        "service_levels": [{**own, "quarter": quarter, "measure": "answer", "promised": 4,
                            "delivered": hours, "better": "less", "unit": "hours",
                            "remark": "One more at the phone."}
                           for quarter, hours in (("2026Q3", 3), ("2026Q4", 5))],
        "complaints": [canaries("complaints", **own, date="2026-12-12", status="open")],
        "commitments": [{**own, "review_quarter": "2026Q3", "side": "ours", "text": "deliver",
                         "owner": "Ann Example", "due": "2026-12-01", "status": "missed",
                         "reason": "The part came late."},
                        {**own, "review_quarter": "2026Q4", "side": "theirs", "text": "answer",
                         "owner": "Bea", "due": "2027-02-01", "status": "open"}],
        "objectives": [canaries("objectives", **own, due="2027-07-17")],
        "risks": [canaries("risks", account_id="A", category="political",
                           window_start="2027-07-07", window_end="2027-07-17",
                           due="2027-07-17", source_date="2026-07-17", owner="Ann Example",
                           customer_risk="duty", customer_answer="stock")],
        "indicators": [canaries("indicators", month="2026-11")],
        "black_ops_scores": [canaries("black_ops_scores", **own, session_date="2026-07-07",
                                      round=2)],
        "counter_measures": [canaries("counter_measures", **own, session_date="2026-07-07",
                                      due="2027-07-17", status="open")],
        "segment_overrides": [canaries("segment_overrides", **own, segment="green_circle",
                                       valid_from="2026-07-17", expires="2027-07-07")],
    }
    assert set(records) == set(TABLES)
    return records


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = company(tmp_path_factory.mktemp("whole"), commentary={"A": "Danke für **alles**."},
                     **everything())
    workspace = open_workspace(folder)
    review = review_quarter(workspace)
    return review, disclose(review, ["A"])["A"]


# --- only what is listed -----------------------------------------------------------------

def test_the_file_holds_only_listed_keys(whole):
    _, view = whole
    assert set(view) == {"schema", "account", "company", "quarter", "fiscal_year_start",
                         "data_until", "is_partial", "is_blocked", "figures", "tables",
                         "commentary", "report_id"}
    assert set(view["account"]) == set(allowed.ACCOUNT)
    assert set(view["company"]) == {"name", "accent", "logo"}
    assert set(view["figures"]) <= set(allowed.FIGURES)
    assert set(view["tables"]) == set(allowed.TABLES)
    for name, rows in view["tables"].items():
        assert rows, f"{name} is empty, so nothing of it was tested"
        for row in rows:
            assert set(row) <= set(allowed.TABLES[name].names)
            assert all(value is None or isinstance(value, str | float | int) for value in
                       row.values())


def test_nothing_internal_is_in_it_not_even_as_a_value(whole):
    review, view = whole
    text = json.dumps(view, ensure_ascii=False)
    for canary in ("ZZ", "777", "green", "transactional", "decider", "political", "margin"):
        assert canary not in text, f"{canary!r} in {text}"
    assert review.facts["cost"].abs().sum() > 777777     # the canaries were read, and kept


def test_canaries_stand_in_every_internal_column():
    for name, rows in everything().items():
        filled = {key for row in rows for key, value in row.items() if value is not None}
        internal = {column.name for column in TABLES[name].columns
                    if column.audience == INTERNAL} - {"account_id", "parent_id"}
        assert internal <= filled, f"{name}: {internal - filled}"


def test_no_allowed_column_is_internal_in_the_contract():
    assert set(SOURCES) == set(allowed.TABLES)
    for table in allowed.TABLES.values():
        internal = {column for source in SOURCES[table.name] for column in table.names
                    if column in TABLES[source].names
                    and TABLES[source][column].audience == INTERNAL}
        assert internal <= SUMMED, table.name


def test_the_table_of_what_customers_see_is_up_to_date():
    """Made anew by ``python -m tests.disclosure_page``."""
    chapters = {tuple(one.entry): one.chapters for one in planted.findings()}
    assert PAGE.read_text(encoding="utf-8") == disclosure_page(chapters)


def test_the_account_shows_only_columns_for_customers():
    assert set(allowed.ACCOUNT) == {"name", "currency", "language", "owner"}
    assert {column.audience for column in allowed.ACCOUNT.values()} == {CUSTOMER}


def switched_off(monkeypatch, entry):
    """Take an entry off the allow-list: that, and nothing else."""
    lists = {"account": allowed.ACCOUNT, "company": allowed.COMPANY, "figures": allowed.FIGURES}
    if entry.part in lists:
        planted.left_out(monkeypatch, lists[entry.part], entry.column)
    elif not entry.column:
        planted.left_out(monkeypatch, allowed.TABLES, entry.table)
    else:
        table = allowed.TABLES[entry.table]
        monkeypatch.setitem(allowed.TABLES, entry.table, replace(table, columns=tuple(
            one for one in table.columns if one.name != entry.column)))


ENTRY = re.compile(r' +(?:\("(\w+)", ".*"\),|Column\("(\w+)", .*\),|"(\w+)",)')
"""A line of allowed.py that is an entry."""


def _allowed_by(lines):
    """How often each name is allowed, by the text of the allow-list."""
    held: dict = {"__name__": "allowed"}
    exec(compile("".join(lines), "allowed.py", "exec"), held)
    return Counter([*held["ACCOUNT"], *held["COMPANY"], *held["FIGURES"],
                    *(name for table in held["TABLES"].values() for name in table.names)])


def test_each_line_of_the_allow_list_can_be_taken_away():
    """That line, and nothing else: what it allows is gone, and all others stay."""
    lines = Path(allowed.__file__).read_text(encoding="utf-8").splitlines(keepends=True)
    every, taken = _allowed_by(lines), Counter()
    for at, line in enumerate(lines):
        if found := ENTRY.fullmatch(line.rstrip("\n")):
            gone = every - _allowed_by(lines[:at] + lines[at + 1:])
            assert set(gone) == {found[1] or found[2] or found[3]}, line
            taken += gone
    assert taken == every


def _computed(chapter, review):
    """A chapter's module as it answers for account A."""
    answers = {name: getattr(chapter, name)(review, ["A"]) for name in ("tables", "figures")
               if hasattr(chapter, name)}
    return SimpleNamespace(**{name: lambda *_, given=given: given
                              for name, given in answers.items()})


def test_what_is_taken_off_the_list_is_in_no_file(whole, monkeypatch):
    review, view = whole
    for kind in ("CHAPTERS", "FIGURES"):  # computed once: only the list changes
        monkeypatch.setattr(views, kind, [_computed(one, review) for one in getattr(views, kind)])
    lists = {}
    for entry in planted.entries():
        lists.setdefault((entry.part, entry.table), []).append(entry)
    for gone in itertools.zip_longest(*lists.values()):  # one of each list at a time
        with monkeypatch.context() as patched:
            expected = view
            for entry in filter(None, gone):
                switched_off(patched, entry)
                expected = planted.without(expected, entry)
            assert disclose(review, ["A"])["A"] | {"report_id": ""} == expected | {"report_id": ""}


def test_what_is_taken_off_the_list_is_gone_from_the_page_and_the_page_stands():
    """And each entry shows on the page, or it has no business on the list."""
    assert [(one.entry, one.faults) for one in planted.findings() if one.faults] == []


def test_a_page_stands_with_nothing_disclosed(tmp_path):
    bare = planted.planted_view() | {"account": {}, "company": {}, "figures": {}, "tables": {}}
    shown = planted.page_of(planted.read(bare, tmp_path))
    assert "Zzcommentary" in " ".join(one.text for one in shown.values())


# --- figures -----------------------------------------------------------------------------

def measured(actual):
    return [{"account_id": "A", "benefit_id": "B", "quarter": "2026Q3", "name": "scrap",
             "baseline": 0, "actual": actual, "unit_value": 10, "class": "confirmed"}]


@pytest.mark.parametrize(("actual", "is_shown"), [(40.4, True), (40, False), (10, False),
                                                  (-10, False)])
def test_a_return_that_is_not_positive_is_not_disclosed(tmp_path, actual, is_shown):
    # C = 4 x 100; 10 x 40 is a return of zero.
    view = viewed(tmp_path, toml="[value]\ndiscount_rate = 0.0" + WHOLE_YEARS,
                  invoice_lines=evenly("A", 100), benefits=measured(actual))
    assert np.isfinite(view.figures["roi"]) == is_shown
    assert np.isfinite(view.figures["payback_months"]) == is_shown
    assert ("a return of" in str(value.state(view).markup)) == is_shown


def test_figures_are_in_the_currency_of_the_account(tmp_path):
    # 90 USD against 100 USD a year before: -10 %, though 54 EUR are more than 50 EUR.
    view = viewed(tmp_path, "U", accounts=[{"account_id": "U", "currency": "USD"}],
                  invoice_lines=[*sales("U", {"2025Q4": 100, "2026Q4": 90}, currency="USD"),
                                 *evenly("A", 1)],
                  exchange_rates=[{"currency": "USD", "month": "2025-11", "rate": 0.5},
                                  {"currency": "USD", "month": "2026-11", "rate": 0.6}])
    assert view.figures["revenue_quarter"] == 90
    assert view.figures["revenue_change_rate"] == pytest.approx(-0.1)
    assert view.tables["revenue_by_family"]["revenue"].tolist() == [90]


def test_an_amount_that_cannot_be_converted_is_unknown_and_not_zero(tmp_path):
    view = viewed(tmp_path, "U", accounts=[{"account_id": "U", "currency": "USD"}],
                  invoice_lines=[*evenly("A", 1), *sales("U", {"2026Q4": 90}, currency="EUR"),
                                 *sales("U", {"2025Q4": 50}, currency="USD")],
                  exchange_rates=[{"currency": "USD", "month": "2025-11", "rate": 0.5}])
    assert np.isnan(view.figures["revenue_quarter"])
    families = view.tables["revenue_by_family"]
    assert families["revenue"].isna().all()
    assert families["revenue_year_ago"].tolist() == [50]
    assert np.isnan(view.tables["revenue_by_quarter"]["revenue"].iloc[-1])
    shown = "".join(page_of(view))
    assert "not on record in USD" in shown
    assert "nan" not in shown


def test_a_quarter_that_the_data_do_not_cover_is_no_bar(tmp_path):
    # The data begin in the middle of 2025Q2: shown from 2025Q3 on.
    view = viewed(tmp_path, toml="[periods]\ndata_from = 2025-05-10\ndata_until = 2026-12-31",
                  invoice_lines=[*sales("A", {"2025Q2": 7}), *sales("A", dict.fromkeys(
                      ["2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4"], 10))])
    assert [str(one) for one in view.tables["revenue_by_quarter"]["quarter"]] == [
        "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4"]


def test_the_value_of_the_year_is_summed_by_part_name_and_class(tmp_path):
    view = viewed(tmp_path, invoice_lines=evenly("A", 100), benefits=[
        {"account_id": "A", "benefit_id": f"B{at}", "quarter": quarter, "name": "scrap",
         "baseline": 0, "actual": 1, "unit_value": at + 1, "class": "confirmed",
         "evidence": f"R-{at}"}
        for at, quarter in enumerate(["2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026Q4"])])
    (line,) = view.tables["value_lines"].to_dict("records")
    assert line["amount"] == 2 + 3 + 4 + 5 + 6
    assert line["evidence"] == "R-1, R-2, R-3 (+2)"


# --- the file ----------------------------------------------------------------------------

def test_round_trip(tmp_path):
    view = {
        "schema": 3, "account": {"name": "Übermut “GmbH”", "currency": "EUR", "language": "de",
                                 "owner": None},
        "company": {"name": "We", "accent": "#123456", "logo": ""},
        "quarter": "2026Q4", "fiscal_year_start": 10, "data_until": "2026-10-09",
        "is_partial": False, "is_blocked": False,
        "figures": {"roi": None, "revenue_quarter": 0.1},
        "tables": {
            "revenue_by_quarter": [{"quarter": "2026Q3", "revenue": None},
                                   {"quarter": "2026Q4", "revenue": -1.5}],
            "promises": [{"side": "ours", "text": "Öl prüfen", "owner": None, "due": None,
                          "outcome": "open"}],
            "upcoming": [], "service_levels": [{"measure": "on time", "promised": None,
                                                "delivered": None}],
            "plan": [{"name": "C", "plan_only": True, "included_quantity": None}]},
        "commentary": "Zeile 1\nZeile 2", "report_id": "abc"}
    write_view(view, tmp_path / "deep" / "view.json")
    found = read_view(tmp_path / "deep" / "view.json")
    assert found.account["name"] == "Übermut “GmbH”"
    assert found.quarter == pd.Period("2026Q4", freq="Q-SEP")
    assert found.data_until == pd.Timestamp("2026-10-09")
    assert np.isnan(found.figures["roi"])
    assert found.figures["revenue_quarter"] == 0.1
    assert found.commentary == "Zeile 1\nZeile 2"
    assert_frame_equal(found.tables["revenue_by_quarter"], pd.DataFrame({
        "quarter": pd.PeriodIndex(["2026Q3", "2026Q4"], freq="Q-SEP"),
        "revenue": [np.nan, -1.5]}))
    assert found.tables["promises"]["due"].dtype.kind == "M"
    assert found.tables["promises"]["owner"].isna().all()
    assert found.tables["service_levels"]["promised"].dtype == "float64"
    assert found.tables["plan"]["plan_only"].dtype == "bool"
    assert list(found.tables["upcoming"]) == list(allowed.TABLES["upcoming"].names)
    assert found.tables["upcoming"].empty


def test_what_is_disclosed_comes_back(whole, tmp_path):
    review, view = whole
    found = view_of(review, "A", tmp_path)
    for name, rows in view["tables"].items():
        assert len(found.tables[name]) == len(rows)
        for row, back in zip(rows, found.tables[name].to_dict("records"), strict=True):
            for column, given in row.items():
                if given is None:
                    assert pd.isna(back[column])
                elif allowed.TABLES[name][column].kind not in {"date", "quarter"}:
                    assert back[column] == given
    assert found.tables["promises"]["due"].tolist() == [pd.Timestamp("2026-12-01")]
    assert found.account["name"] == "Übermut & Söhne"


def test_a_column_that_is_not_listed_is_not_even_read(tmp_path, whole):
    _, view = whole
    planted = json.loads(json.dumps(view))
    for row in planted["tables"]["promises"]:
        row["cost"] = 1
    write_view(planted, tmp_path / "view.json")
    assert "cost" not in read_view(tmp_path / "view.json").tables["promises"]


def test_the_same_view_gives_the_same_bytes(whole, tmp_path):
    review, view = whole
    write_view(view, tmp_path / "one.json")
    again = disclose(review, ["A"])["A"]
    write_view(dict(reversed(again.items())), tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert b"\r" not in (tmp_path / "one.json").read_bytes()


def test_another_account_leaves_the_file_as_it_is(tmp_path):
    def file_of_a(folder: Path, more):
        lines = [*evenly("A", 100, cost=40), *evenly("B", 50), *more]
        workspace = open_workspace(company(
            folder, invoice_lines=lines, benefits=measured(90), commitments=[
                {"account_id": "A", "review_quarter": "2026Q3", "text": "deliver"}]))
        view_of(review_quarter(workspace), "A", folder)
        return (folder / "view_A.json").read_bytes()

    before = file_of_a(tmp_path / "before", [])
    after = file_of_a(tmp_path / "after", [*evenly("B", 9, cost=1), *evenly("C", 5000),
                                           *evenly(None, 3)])
    assert before == after


def test_each_account_asked_for_gets_its_own_view(tmp_path):
    workspace = open_workspace(company(tmp_path, invoice_lines=[
        *evenly("A", 100), *evenly("B", 50), *evenly("C", 1)]))
    views = disclose(review_quarter(workspace), ["B", "A", "nobody"])
    assert set(views) == {"A", "B"}
    assert views["B"]["figures"]["revenue_ltm"] == 200
    assert views["A"]["report_id"] != views["B"]["report_id"]


# --- files that are none -----------------------------------------------------------------

@pytest.mark.parametrize("given", ["nowhere.json", ""])
def test_a_missing_file_says_which_command_writes_it(given):
    with pytest.raises(ParameterError, match=r"there is no file.*qbr external --account"):
        read_view(given)


@pytest.mark.parametrize("text", [
    "", "{", "[]", "[1]", "3", '"text"', "null", "{}", '{"schema": 3}',
    '{"schema": 3, "company": "We"}', '{"schema": 3, "fiscal_year_start": 99}',
    '{"schema": 3, "fiscal_year_start": 1, "company": {}, "account": {}, "quarter": "soon"}'])
def test_another_file_is_refused_in_a_sentence(tmp_path, text):
    file = tmp_path / "view.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"view\.json is no account view.*qbr external"):
        read_view(file)


def test_a_file_that_is_no_text_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "view.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="is no account view"):
        read_view(tmp_path / "view.json")


@pytest.mark.parametrize("damage", [
    {"tables": {"margins": [{"a": 1}]}}, {"tables": {"promises": [{"side": 1, "due": "soon"}]}},
    {"tables": {"revenue_by_quarter": [{"quarter": "2026Q9", "revenue": 1}]}},
    {"tables": {"revenue_by_quarter": [{"quarter": "2026Q4", "revenue": "much"}]}},
    {"tables": []}, {"figures": None}, {"data_until": "soon"}])
def test_a_damaged_view_is_refused_in_a_sentence(whole, tmp_path, damage):
    _, view = whole
    write_view(view | damage, tmp_path / "view.json")
    with pytest.raises(DataError, match="is no account view"):
        read_view(tmp_path / "view.json")


def test_a_view_of_another_version_says_so(whole, tmp_path):
    _, view = whole
    write_view(view | {"schema": 0}, tmp_path / "view.json")
    with pytest.raises(DataError, match=r"another version.*qbr external again"):
        read_view(tmp_path / "view.json")


def test_the_customers_page_loads_no_reader_of_the_companys_data():
    """What its notebook imports cannot open a table, because it is not even loaded."""
    imports = "from qbrkit import disclosure; from qbrkit.report.customer import opening, value"
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys; {imports}; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
        cwd=Path(__file__).resolve().parents[1]).stdout.split()
    assert "qbrkit.disclosure" in loaded
    assert not {"qbrkit.sources", "qbrkit.reviews", "duckdb"} & set(loaded)


def test_an_entry_left_out_and_put_back_stands_where_it_stood(monkeypatch):
    before = list(allowed.TABLES)
    with monkeypatch.context() as patched:
        planted.left_out(patched, allowed.TABLES, before[1])
        assert list(allowed.TABLES) == [before[0], *before[2:]]
    assert list(allowed.TABLES) == before
