"""Service of the customer, as it reads it: misses first, with figures as in the data."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from companies import LEVEL, evenly, reviewed, sample_review, situation, text_of, view_of
from notebook_page import charts_as_texts
from printed import read_rows
from tables import contract_table
from test_sample import read

from qbrkit.currencies import Rates
from qbrkit.disclosure.agreed import tables as disclosed_of
from qbrkit.groups import Groups
from qbrkit.readiness import SERVICE_MISSED
from qbrkit.report.customer import service, service_history
from qbrkit.report.customer.levels import decimals, with_unit
from qbrkit.report.language import language
from qbrkit.reviews.service import review_service

QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")


def served(*levels, accounts=None):
    """The view of A with these measures, of 2026Q4 and promised 95 unless told otherwise.

    They are judged and disclosed without a whole review.
    """
    levels = contract_table("service_levels", [LEVEL | one for one in levels])
    held = {"service_levels": levels}
    if accounts:
        held["accounts"] = contract_table("accounts", accounts)
    quarter = pd.Period("2026Q4", "Q-DEC")
    groups = Groups.of(held.get("accounts"), Rates.of(None, "EUR"), True)
    review = SimpleNamespace(
        quarter=quarter, promises=None, upcoming=None, promise_counts=None,
        service=review_service(SimpleNamespace(tables=held), groups, quarter))
    tables = {name: frame for name, frame in disclosed_of(review, ["A"]).items()
              if frame is not None}
    history = tables["service_history"]
    tables["service_history"] = history.assign(
        quarter=pd.PeriodIndex(history["quarter"], freq="Q-DEC"))
    return replace(situation("lines alone")[1], tables=tables)


@pytest.mark.parametrize(("delivered", "told"), [
    ([97], "We promised 1 measure of service and reached it."),
    ([95], "We promised 1 measure of service and reached it."),
    ([94.5], "The measure of service that we promised was missed: M0 (94.5, promised at least "
             "95.0)."),
    ([97, 99], "All 2 measures of service reached what we promised."),
    ([90, 80], "All 2 measures of service missed what we promised: M0 (90, promised at least 95) "
               "and M1 (80, promised at least 95)."),
    ([90, 99, 94.996], "2 of 3 measures of service missed what we promised: M0 (90, promised at "
                       "least 95) and M2 (94.996, promised at least 95.000)."),
    ([None, 99], "We promised 1 measure of service and reached it. Promised, but not measured in "
                 "this quarter: M0."),
    ([None], "Promised, but not measured in this quarter: M0.")])
def test_service(delivered, told):
    view = served(*({"measure": f"M{at}", "delivered": level}
                              for at, level in enumerate(delivered)))
    assert text_of(service.state(view)) == told
    outcomes = [row[3] for row in sorted(read_rows(service.measures(view))[1:])]
    assert outcomes == ["" if level is None else "missed" if level < 95 else "reached"
                        for level in delivered]


def test_service_without_a_promise_or_of_another_quarter():
    view = served({"promised": None}, {"measure": "old", "quarter": "2026Q3"})
    assert text_of(service.state(view)) == (
        "In the quarter before, the 1 that was promised was reached. Measured without a promise: "
        "on time. On record in the quarter before, and not in this one: old.")
    view = served({"quarter": "2026Q3"})
    assert text_of(service.state(view)).startswith("Not available: no service measures")


def test_less_is_better_where_the_data_say_so():
    # 3.5 hours of at most 4 are reached, 4.5 are not.
    view = served(*({"measure": name, "promised": 4, "delivered": hours,
                               "better": "less", "unit": "hours"}
                              for name, hours in (("answer", 3.5), ("visit", 4.5))))
    assert text_of(service.state(view)) == (
        "1 of 2 measures of service missed what we promised: visit (4.5 hours, promised at most "
        "4.0 hours).")
    rows = read_rows(service.measures(view))
    assert [row[:4] for row in rows[1:]] == [
        ["visit", "at most 4.0\u00a0hours", "4.5\u00a0hours", "missed"],
        ["answer", "at most 4.0\u00a0hours", "3.5\u00a0hours", "reached"]]


def test_one_verdict_is_on_the_page_and_in_the_list_of_what_is_to_be_done(tmp_path):
    # 4.5 hours miss at most 4 and 3.5 do not, from the file to both pages.
    review = reviewed(tmp_path, invoice_lines=evenly("A", 100), service_levels=[
        LEVEL | {"measure": name, "promised": 4, "delivered": hours, "better": "less",
                 "unit": "hours", "remark": "why"}
        for name, hours in (("answer", 3.5), ("visit", 4.5))])
    view = view_of(review, "A", tmp_path)
    assert read_rows(service.measures(view))[1] == [
        "visit", "at most 4.0\u00a0hours", "4.5\u00a0hours", "missed", "why"]
    assert review.readiness.loc[review.readiness["rule"] == SERVICE_MISSED,
                                "evidence"].tolist() == ["visit"]


def test_misses_are_explained_and_the_quarter_before_stands_beside():
    view = served({"delivered": 95.6, "unit": "%"},
                  {"delivered": 96, "unit": "%", "quarter": "2026Q3"},
                  {"measure": "whole", "delivered": 90, "remark": "A press failed."},
                  {"measure": "polite", "delivered": 90},
                  {"measure": "whole", "delivered": 80, "quarter": "2026Q3"})
    rows = read_rows(service.measures(view))
    assert rows == [
        ["Measure", "Promised", "Delivered", "Outcome", "The quarter before",
         "Why, and what we do about it"],
        ["polite", "at least 95", "90", "missed", "–", "no reason on record"],
        ["whole", "at least 95", "90", "missed", "80", "A press failed."],
        ["on time", "at least 95.0%", "95.6%", "reached", "96.0%", ""]]
    assert "In the quarter before, 1 of 2 was missed." in text_of(service.state(view))


def test_four_quarters_are_drawn_with_misses_by_word():
    view = served(*({"quarter": quarter, "delivered": level, "unit": "%"} for
                              quarter, level in zip(QUARTERS, (97.5, 94, 96, 98), strict=True)),
                  {"measure": "new"})
    drawn = text_of(service_history.history(view))
    assert "on time: Jan–Mar 2026 97.5%, Apr–Jun 2026 94.0% missed, Jul–Sep 2026 96.0%" in drawn
    assert drawn.count("missed") == 2, "once in the legend"
    assert "new" not in drawn, "one quarter is no history"
    assert "97.5%" not in text_of(service.measures(view))
    assert text_of(service_history.history(served({}))) == ""


def test_levels_of_one_measure_have_equal_decimals_and_the_unit_stands_in_the_heading():
    # 8 hours promised, 9.5 and 7 delivered
    levels = [{"measure": "visit", "quarter": quarter, "delivered": hours, "promised": 8,
               "better": "less", "unit": "hours"}
              for quarter, hours in (("2026Q3", 9.5), ("2026Q4", 7))]
    with charts_as_texts():
        drawn = str(service_history.history(served(*levels)).markup)
    assert "promised: at most 8.0\u00a0hours" in drawn
    assert "<p>9.5</p>" in drawn
    assert "<p>7.0</p>" in drawn


@pytest.mark.parametrize("panels", [1, 2, 3, 4])
def test_a_row_of_charts_fills_the_width(panels, monkeypatch):
    monkeypatch.setattr(service_history.style, "draw", lambda axes, *_: [
        one.get_position() for one in axes.child_axes])
    drawn = service_history.history(served(*(
        {"measure": f"M{at}", "quarter": quarter} for at in range(panels)
        for quarter in QUARTERS)))
    assert len(drawn) == panels
    assert max(one.x1 for one in drawn) - min(one.x0 for one in drawn) > 0.9


@pytest.mark.parametrize("table", ["service_levels", "service_history"])
def test_no_measure_is_missing_where_only_one_table_names_the_members(table):
    view = served({}, {"account_id": "C"}, {"quarter": "2026Q3"},
                  {"account_id": "C", "quarter": "2026Q3"}, {"measure": "old", "quarter": "2026Q3"},
                  accounts=[{"account_id": "A", "name": "Alpha"},
                            {"account_id": "C", "name": "Alpha Nord", "parent_id": "A"}])
    view = replace(view, tables=view.tables | {table: view.tables[table].drop(columns="member")})
    assert "On record in the quarter before, and not in this one: old." in text_of(
        service.state(view))
    assert ("on time" in text_of(service_history.history(view))) == (table == "service_levels")


def test_nothing_looks_reached_where_outcomes_are_not_disclosed():
    view = served({"delivered": 90}, {"quarter": "2026Q3"})
    assert "×: missed" in text_of(service_history.history(view))
    view = replace(view, tables=view.tables | {
        "service_history": view.tables["service_history"].drop(columns="outcome")})
    assert "missed" not in text_of(service_history.history(view))


def test_the_same_measure_at_two_members_of_a_group_stays_apart():
    view = served({}, {"account_id": "C", "delivered": 90}, {"measure": "whole"},
                  accounts=[{"account_id": "A", "name": "Alpha"},
                            {"account_id": "C", "name": "Alpha Nord", "parent_id": "A"}])
    assert [row[0] for row in read_rows(service.measures(view))[1:]] == [
        "on time, Alpha Nord", "on time, Alpha", "whole"]


@pytest.mark.parametrize(("values", "promised", "digits"), [
    ([95.0], None, 0), ([95.6, 97], None, 1), ([95.123456], None, 2), ([], None, 0),
    ([94.996], 95, 3), ([94.9999996], 95, 6), ([95.0], 95.0, 0), ([float("nan"), 1.5], 2, 1)])
def test_decimals_are_those_of_the_data_and_never_hide_a_miss(values, promised, digits):
    assert decimals(values, promised) == digits


@pytest.mark.parametrize(("code", "unit", "told"), [
    ("en", "%", "95.6%"), ("de", "%", "95,6\u00a0%"), ("en", "hours", "95.6\u00a0hours"),
    ("de", "", "95,6")])
def test_levels_have_their_unit(code, unit, told):
    assert with_unit(95.6, unit, 1, language(code)) == told


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    review, folder = sample_review(), tmp_path_factory.mktemp("views")
    return lambda account: view_of(review, account, folder)


def test_sample_late_deliveries(sample):
    levels = read("service_levels")
    own = levels[(levels["account_id"] == "A-003") & (levels["quarter"] == "2026Q4")]
    is_more = own["better"].fillna("more") == "more" if "better" in own else True
    late = own[is_more & (own["delivered"].astype(float) < own["promised"].astype(float))]
    view = sample("A-003")
    assert len(late)
    assert all(measure in text_of(service.state(view)) for measure in late["measure"])
    shown = [row[0] for row in read_rows(service.measures(view))[1:]]
    assert set(shown[:len(late)]) == set(late["measure"]), "misses stand first"
