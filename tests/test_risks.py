"""The register of risks: exposure, expected loss, what is lacking, and what the page says."""

import re
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from companies import sample_review
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from qbrkit.report.internal import indicators, risks, seasons
from qbrkit.report.language import language
from qbrkit.risks import (
    assess_risks,
    block_reviews,
    expose_accounts,
    list_unknown,
    sum_by_account,
)
from qbrkit.risks.register import COMING, ENDED, LATER
from qbrkit.sources import open_workspace
from tests.companies import (
    NASTY,
    check,
    company,
    evenly,
    reviewed,
    sales,
    situation,
    text_of,
)
from tests.tables import contract_table, properties, typed_table

AS_OF = pd.Timestamp("2026-09-30")
SPEND = {"account_id": "str", "family": "str", "industry": "str", "country": "str",
         "revenue": "float64"}
WHOLE = {"probability_low": 0.2, "probability_high": 0.4, "impact_share": 0.5, "solution": "do",
         "owner": "Ann", "due": "2026-11-01", "residual_share": 0.25,
         "source_date": "2026-09-01"}


def spend(*rows):
    return typed_table(SPEND, [dict(zip(SPEND, row, strict=True)) for row in rows])


SOLD = spend(("A", "Pumps", "Paper", "DE", 1000.0), ("A", "Seals", "Paper", "DE", 200.0),
             ("B", "Pumps", "Paper", "US", 500.0), ("C", "Seals", "Glass", "US", 300.0),
             ("D", "Seals", "Glass", "DE", -50.0), (None, "Pumps", None, None, 40.0),
             ("E", None, "Steel", "AT", 0.0))


def register(*records, sold=SOLD, **given):
    rows = contract_table("risks", [
        {"risk_id": f"R{at}"} | record for at, record in enumerate(records, 1)])
    exposures = expose_accounts(rows, sold)
    return assess_risks(rows, exposures, AS_OF, **given).set_index("risk_id", drop=False), exposures


# --- exposure ------------------------------------------------------------------------------

@pytest.mark.parametrize(("named", "accounts", "exposed"), [
    ({}, {"A": 1200, "B": 500, "C": 300, None: 40}, 2040),   # D gave back: not below zero
    ({"account_id": "A"}, {"A": 1200}, 1200),
    ({"industry": "Paper"}, {"A": 1200, "B": 500}, 1700),
    ({"family": "Pumps"}, {"A": 1000, "B": 500, None: 40}, 1540),
    ({"country": "US"}, {"B": 500, "C": 300}, 800),
    ({"country": "US", "family": "Pumps"}, {"B": 500}, 500),
    ({"account_id": "A", "family": "Seals"}, {"A": 200}, 200),
    ({"industry": "Glass", "country": "DE"}, {None: 0}, 0),  # only returns
    ({"industry": "Steel"}, {None: 0}, 0),                   # bought nothing
    ({"account_id": "A", "country": "US"}, {None: 0}, 0),    # known, and not together
    ({"account_id": "Z"}, {}, np.nan),                       # not known at all
    ({"family": "Pump"}, {}, np.nan),
    ({"account_id": "A", "family": "Pump"}, {}, np.nan),
])
def test_a_risk_exposes_what_matches_every_field_it_names(named, accounts, exposed):
    table, exposures = register(named | WHOLE)
    found = {None if pd.isna(one) else one: money for one, money in zip(
        exposures["account_id"], exposures["exposed"], strict=True)}
    assert found == accounts
    np.testing.assert_equal(table["exposed"].iloc[0], exposed)


# --- money ---------------------------------------------------------------------------------

def test_expected_loss_worked_by_hand():
    # 1,200 exposed × 0.5 lost = 600; × 0.2 = 120 and × 0.4 = 240; a quarter stays: 30 and 60.
    row = register({"account_id": "A"} | WHOLE)[0].iloc[0]
    assert row[["exposed", "expected_low", "expected_high", "residual_low",
                "residual_high"]].tolist() == [1200, 120, 240, 30, 60]
    assert row[["accounts_n", "window", "not_assessed", "lacks"]].tolist() == [1, COMING, "", ""]
    assert row["is_top"]
    assert not row["is_stale"]


@pytest.mark.parametrize(("changed", "why"), [
    ({"probability_low": None, "probability_high": None}, "probability"),
    ({"impact_share": None}, "impact_share"),
    ({"account_id": "Z"}, "exposure"),
    ({"probability_low": 0.5}, "probability_low above probability_high"),
    ({"impact_share": None, "account_id": "Z"}, "impact_share, exposure"),
])
def test_what_is_not_known_is_no_loss_of_zero(changed, why):
    row = register({"account_id": "A"} | WHOLE | changed)[0].iloc[0]
    assert np.isnan(row["expected_low"])
    assert np.isnan(row["expected_high"])
    assert np.isnan(row["residual_high"])
    assert row["not_assessed"] == why
    assert not row["is_top"]


@pytest.mark.parametrize("given", ["probability_low", "probability_high"])
def test_one_end_of_the_range_alone_stands_for_both(given):
    other = {"probability_low", "probability_high"} - {given}
    row = register({"account_id": "A"} | WHOLE | {given: 0.3, other.pop(): None})[0].iloc[0]
    assert (row["expected_low"], row["expected_high"]) == (180, 180)


def test_without_a_residual_share_what_stays_is_missing():
    row = register({"account_id": "A"} | WHOLE | {"residual_share": None})[0].iloc[0]
    assert np.isnan(row["residual_high"])
    assert row["lacks"] == "residual_share"
    assert register({"account_id": "A"} | WHOLE | {"residual_share": 0})[0].iloc[0][
        "residual_high"] == 0


@pytest.mark.parametrize(("start", "end", "window"), [
    (None, None, COMING), ("2026-01-01", "2026-09-29", ENDED), (None, "2026-09-29", ENDED),
    ("2026-01-01", "2026-09-30", COMING), ("2027-09-30", None, COMING),
    ("2027-10-01", None, LATER), ("2027-10-01", "2028-01-01", LATER),
    ("2026-12-01", "2029-01-01", COMING)])
def test_a_window_counts_when_it_touches_the_next_twelve_months(start, end, window):
    row = register({"account_id": "A", "window_start": start, "window_end": end} | WHOLE)[0].iloc[0]
    assert row["window"] == window
    assert row["is_top"] == (window == COMING)


def test_the_five_largest_by_the_upper_end_are_on_top():
    # impact 0.1 to 0.7 of A's 1,200 at 0.4; R8 is larger than all and has ended
    shares = [0.1, 0.7, 0.2, 0.6, 0.3, 0.5, 0.4]
    table, _ = register(*({"account_id": "A"} | WHOLE | {"impact_share": one} for one in shares),
                        {"window_end": "2026-01-01"} | WHOLE,
                        {"account_id": "A"} | WHOLE | {"impact_share": 0},
                        {"account_id": "Z"} | WHOLE)
    assert list(table.index[table["is_top"]]) == ["R2", "R4", "R6", "R7", "R5"]
    assert list(table.index) == ["R2", "R4", "R6", "R7", "R5", "R3", "R1", "R9", "R10", "R8"]


def test_a_source_is_stale_after_ninety_days():
    # 90 days before 2026-09-30 is 2026-07-02
    table, _ = register(WHOLE | {"source_date": "2026-07-02"},
                        WHOLE | {"source_date": "2026-07-01"}, WHOLE | {"source_date": None})
    stale = table["is_stale"].sort_index()
    assert list(stale.iloc[:2]) == [False, True]
    assert pd.isna(stale.iloc[2])


def test_the_latest_value_of_an_indicator_stands_beside_its_threshold():
    series = contract_table("indicators", [
        {"indicator": "orders", "month": "2026-08-01", "value": 97.3},
        {"indicator": "orders", "month": "2026-07-01", "value": 99},
        {"indicator": "orders", "month": "2026-10-01", "value": 20}])  # after the review
    table, _ = register(WHOLE | {"indicator": "orders", "threshold": 100},
                        WHOLE | {"indicator": "unheard of"}, WHOLE, indicators=series)
    assert table.loc["R1", "indicator_value"] == 97.3
    assert table.loc["R1", "indicator_month"] == pd.Timestamp("2026-08-01")
    assert table["indicator_value"].isna().tolist().count(True) == 2


def test_a_window_that_ends_before_it_starts_is_told_and_has_no_loss():
    row = register({"account_id": "A", "window_start": "2026-12-01",
                    "window_end": "2026-03-01"} | WHOLE)[0].iloc[0]
    assert row[["window", "not_assessed"]].tolist() == [COMING, "window_end before window_start"]
    assert np.isnan(row["expected_high"])
    assert not row["is_top"]


@pytest.mark.parametrize(("written", "exposed"), [
    ("us", 800), ("United States", 800), ("USA", 800), ("Vereinigte Staaten", 800),
    (" US ", 800), ("Atlantis", np.nan)])
def test_a_country_is_the_same_by_code_and_by_name(written, exposed):
    np.testing.assert_equal(register({"country": written} | WHOLE)[0].iloc[0]["exposed"], exposed)
    named = register({"country": "US"} | WHOLE, sold=SOLD.assign(
        country=SOLD["country"].replace("US", written)))[0].iloc[0]
    np.testing.assert_equal(named["exposed"], exposed)


def test_the_words_that_nothing_matches_are_listed():
    rows = contract_table("risks", [
        {"risk_id": "R1", "country": "Atlantis", "family": "Pumps"},
        {"risk_id": "R2", "account_id": "Z", "industry": "Glas"}, {"risk_id": "R3"}])
    assert list_unknown(rows, SOLD).to_dict() == {"R1": "Atlantis", "R2": "Z, Glas", "R3": ""}


@pytest.mark.parametrize(("due", "is_late"), [
    ("2026-12-02", False), ("2026-12-03", True), (None, None)])
def test_an_answer_due_after_the_lead_time_is_late(due, is_late):
    # 30 days before the 1st of January 2027 is the 2nd of December 2026.
    row = register(WHOLE | {"window_start": "2027-01-01", "lead_days": 30, "due": due})[0].iloc[0]
    assert row["act_by"] == pd.Timestamp("2026-12-02")
    assert pd.isna(row["is_late"]) if is_late is None else row["is_late"] == is_late


@pytest.mark.parametrize(("latest", "threshold", "is_passed"), [
    (90, 95, True), (97, 95, False), (95, 95, False), (120, 110, True), (None, 95, None),
    (90, None, None)])
def test_a_threshold_is_passed_on_the_side_where_the_series_mostly_was_not(
        latest, threshold, is_passed):
    # the middle one of 100, 101, 102 and the latest lies between 100 and 102
    values = [100, 101, 102, *([] if latest is None else [latest])]
    series = contract_table("indicators", [
        {"indicator": "orders", "month": f"2026-0{at}-01", "value": value}
        for at, value in enumerate(values, 1)])
    name = "unheard of" if latest is None else "orders"
    row = register(WHOLE | {"indicator": name, "threshold": threshold},
                   indicators=series)[0].iloc[0]
    assert pd.isna(row["is_passed"]) if is_passed is None else row["is_passed"] == is_passed


# --- accounts ------------------------------------------------------------------------------

def test_overlapping_risks_show_the_largest_and_the_sum():
    # R1: industry Paper, 1,700 exposed, loss 170 to 340; of it A 1,200 / 1,700: 120 to 240.
    # R2: family Pumps with impact 0.1, 1,540 exposed, 30.8 to 61.6; of it A 1,000 / 1,540:
    # 20 to 40. Together 140 to 280, the largest alone 120 to 240. R3 has ended.
    table, exposures = register({"industry": "Paper"} | WHOLE,
                                {"family": "Pumps"} | WHOLE | {"impact_share": 0.1},
                                {"window_end": "2026-01-01"} | WHOLE)
    by_account = sum_by_account(table.reset_index(drop=True), exposures)
    first = by_account.iloc[0]
    assert first[["account_id", "risks_n", "largest_risk"]].tolist() == ["A", 2, "R1"]
    np.testing.assert_allclose(
        first[["largest_low", "largest_high", "sum_low", "sum_high"]].astype(float),
        [120, 240, 140, 280])
    coming = table[table["window"] == COMING]
    assert by_account["sum_high"].sum() == pytest.approx(coming["expected_high"].sum())


def test_accounts_exposed_to_a_top_risk_without_owner_or_date_are_blocked():
    table, exposures = register({"country": "US"} | WHOLE | {"owner": None},
                                {"account_id": "A"} | WHOLE,
                                {"family": "Seals"} | WHOLE | {"due": None})
    blocked = block_reviews(table.reset_index(drop=True), exposures)
    assert list(zip(blocked["account_id"], blocked["risk_id"], blocked["exposed"],
                    strict=True)) == [("A", "R3", 200), ("B", "R1", 500), ("C", "R1", 300),
                                      ("C", "R3", 300)]


def test_a_risk_below_the_top_five_blocks_nothing():
    table, exposures = register(*[WHOLE] * 5, {"account_id": "C"} | WHOLE | {"owner": None})
    assert block_reviews(table.reset_index(drop=True), exposures).empty


def test_an_empty_register_and_inputs_that_stay():
    table, exposures = register()
    assert table.empty
    assert exposures.empty
    assert sum_by_account(table.reset_index(drop=True), exposures).empty
    assert block_reviews(table.reset_index(drop=True), exposures).empty
    before = SOLD.copy()
    register(WHOLE)
    assert_frame_equal(SOLD, before)


# --- properties ----------------------------------------------------------------------------

shares = st.none() | st.sampled_from([0.0, 0.25, 0.5, 1.0])
names = {"account_id": st.sampled_from([None, "A", "B", "Z"]),
         "family": st.sampled_from([None, "Pumps", "Seals"]),
         "country": st.sampled_from([None, "DE", "US"])}
some_risks = st.lists(st.fixed_dictionaries(names | {
    "probability_low": shares, "probability_high": shares, "impact_share": shares,
    "residual_share": shares, "owner": st.sampled_from([None, "Ann"])}), max_size=8)


@properties
@given(some_risks)
def test_no_loss_exceeds_what_is_exposed_and_the_shares_of_the_accounts_add_up(records):
    table, exposures = register(*records)
    known = table["expected_high"].notna()
    assert (table["expected_low"] <= table["expected_high"])[known].all()
    assert (table["expected_high"] <= table["exposed"] + 1e-9)[known].all()
    assert table["is_top"].sum() <= 5
    assert (table["not_assessed"] == "").equals(known)
    by_account = sum_by_account(table.reset_index(drop=True), exposures)
    assert by_account["sum_high"].sum() == pytest.approx(table["expected_high"].sum())
    assert (by_account["largest_high"] <= by_account["sum_high"] + 1e-9).all()


@properties
@given(some_risks, st.integers(2, 50))
def test_the_currency_changes_only_the_money(records, unit):
    one, _ = register(*records)
    other, _ = register(*records, sold=SOLD.assign(revenue=SOLD["revenue"] * unit))
    assert list(one.index[one["is_top"]]) == list(other.index[other["is_top"]])
    np.testing.assert_allclose(other["expected_high"], one["expected_high"] * unit)


# --- the sample, as its README tells -------------------------------------------------------

@pytest.fixture(scope="module")
def sample():
    return sample_review()


def test_the_largest_risk_of_the_sample_has_neither_owner_nor_date(sample):
    first = sample.risks.register.iloc[0]
    assert first["risk_id"] == "R-03"
    middle = (first["expected_low"] + first["expected_high"]) / 2
    assert round(middle / 1000) == 239
    assert first["lacks"].startswith("owner, due")
    assert set(sample.risks.blocked["risk_id"]) == {"R-03"}
    told = text_of(risks.answers(sample))
    assert "R-03: no owner and no date" in told
    assert "R-09: no owner; R-08: no date" in told
    assert risks.decisions(sample) == [
        "Name an owner and a date for the risk R-03 (Import duty on drives and bearings from "
        "Europe).",
        "Bring the answers to the risks R-04 (Electricity price rises above 120 EUR per MWh) and "
        "R-05 (Construction orders fall below 95) forward: they are due when it is too late."]
    assert "R-03" in risks.headlines(sample)[0].sentence


def test_two_families_of_the_sample_are_seasonal_and_one_account_follows_an_index(sample):
    found = sample.risks.family_seasons.set_index("key")
    assert set(found.index[found["is_seasonal"]]) == {"Cooling", "Service parts"}
    assert found.loc["Cooling", "strength"] > 0.85
    assert found.loc["Service parts", "strength"] > 0.75
    assert {"5", "6"} <= set(found.loc["Cooling", "peak_months"].split(", "))
    assert {"12", "1"} <= set(found.loc["Service parts", "peak_months"].split(", "))
    assert found["strength"].drop(["Cooling", "Service parts"]).max() < 0.45
    first = sample.risks.sensitivities.iloc[0]
    assert first[["account_id", "indicator", "lag", "quarters_n"]].tolist() == [
        "A-026", "construction orders index", 1, 16]
    assert round(first["rho"], 2) == 0.99
    assert first["q_value"] <= 0.1
    told = text_of(indicators.followers(sample))
    assert "moves with construction orders index 1 quarter later" in told
    for shown in (risks.answers_table(sample), seasons.seasons_figure(sample),
                  indicators.followers_table(sample), seasons.seasons(sample)):
        assert text_of(shown)


# --- the page ------------------------------------------------------------------------------

SHOWN = (risks.answers, risks.answers_table, risks.answers_note, seasons.seasons,
         seasons.seasons_figure, indicators.followers, indicators.followers_table,
         indicators.followers_note)


def test_without_the_tables_the_page_says_who_can_supply_them():
    review = situation("lines alone")[0]
    assert review.risks.register is None
    assert "needs risks" in text_of(risks.answers(review))
    assert "needs indicators" in text_of(indicators.followers(review))


def test_empty_tables_are_told_as_empty():
    review = reviewed_with(risks=[], indicators=[])
    assert "nobody has written down" in text_of(risks.answers(review))
    assert "12 quarters" in text_of(indicators.followers(review))


def reviewed_with(**tables):
    with tempfile.TemporaryDirectory() as name:
        return reviewed(Path(name), **({"invoice_lines": evenly("A", 100)} | tables))


def test_each_kind_of_risk_is_told_in_its_own_words():
    review = reviewed_with(
        accounts=[{"account_id": "A", "name": NASTY, "country": "DE"}],
        indicators=[{"indicator": "orders", "month": "2026-12", "value": 97.3}],
        risks=[{"risk_id": "R1", "account_id": "A", "driver": NASTY, "probability_low": 0.5,
                "impact_share": 0.5, "indicator": "orders", "threshold": 100},
               {"risk_id": "R2", "country": "DE", "impact_share": 0.5},
               {"risk_id": "R3", "probability_low": 0.6, "probability_high": 0.3,
                "impact_share": 0.1, "source_date": "2024-01-01"},
               {"risk_id": "R4", "account_id": "nobody", "probability_low": 0.5,
                "impact_share": 0.5},
               {"risk_id": "R5", "window_end": "2026-01-01"},
               {"risk_id": "R6", "window_start": "2028-01-01", "owner": "Ann"}])
    for show in SHOWN:
        check(show(review))
    told = text_of(risks.answers(review))
    # 400 of four quarters × 0.5 × 0.5
    assert "One risk falls into the next twelve months" in told
    assert "with an expected loss of €100. The largest risk" in told
    assert "orders stands at 97.3, below the threshold 100.0 of R1" in told
    assert "R2 (no probability)" in told
    assert "R3 (its lower probability is above the upper one)" in told
    assert "R4 (not known here: nobody)" in told
    assert "Ended and not counted: R5" in told
    assert "Beyond the next twelve months and not counted: R6" in told
    assert "to be read again: R3" in told
    assert "1 external review stays a draft" in told
    assert [re.sub(r"R1 .*", "R1", one) for one in risks.decisions(review)] == [
        "Name an owner and a date for the risk R1", "Find an answer to the risk R1",
        "Write the risk R1"]
    assert [problem.column for problem in review.problems
            if problem.table == "risks" and "probability" in problem.column] == ["probability_low"]


def test_a_passed_threshold_and_two_risks_without_owner_lead_to_decisions():
    # 400 of four quarters × 0.5 × 0.5 = 100, and × 0.4 = 80: 180 together.
    review = reviewed_with(
        indicators=[{"indicator": "orders", "month": f"2026-{at:02d}",
                     "value": 90 if at == 12 else 100} for at in range(1, 13)],
        risks=[{"risk_id": "R1", "probability_low": 0.5, "impact_share": 0.5, "due": "2027-01-05",
                "indicator": "orders", "threshold": 95, "solution": "do"},
               {"risk_id": "R2", "probability_low": 0.4, "impact_share": 0.5, "due": "2027-01-05",
                "solution": "do"}])
    assert "add up to €180, and the largest alone makes up to €100." in text_of(
        risks.answers(review))
    assert risks.decisions(review) == [
        "Act now on the risk R1: its indicator has passed the threshold.",
        "Name owners for the risks R1 and R2.",
        "Write the risks R1 and R2 and their answers in words for the customer."]


def test_a_risk_to_nothing_is_told_as_such():
    review = reviewed_with(accounts=[{"account_id": "B"}], risks=[
        {"risk_id": "R1", "account_id": "B", "probability_low": 0.5, "impact_share": 0.5}])
    assert "no spend worth naming" in text_of(risks.answers(review))
    assert text_of(risks.answers_table(review)) == ""
    assert risks.headlines(review) == []
    assert risks.decisions(review) == []


def test_two_years_are_needed_for_a_season():
    short = "\n[periods]\ndata_from = 2025-04-01\ndata_until = 2026-12-31\n"
    review = reviewed_with(toml=short, invoice_lines=evenly("A", 100)[5:])
    assert "the data hold 21 whole months, and it takes 24" in text_of(seasons.seasons(review))
    assert text_of(seasons.seasons_figure(review)) == ""


def seasonal_lines(account, years=3, **columns):
    """100 a month, 500 in June."""
    return [{"invoice_date": str((month.start_time + pd.Timedelta(days=9)).date()),
             "account_id": account, "revenue": 500 if month.month == 6 else 100, **columns}
            for month in pd.period_range(f"{2027 - years}-01", "2026-12", freq="M")]


def test_a_new_account_borrows_the_season_of_its_industry_and_the_page_says_so():
    review = reviewed_with(
        accounts=[{"account_id": "A", "name": "Alpha", "industry": "Paper"},
                  {"account_id": "B", "name": "Beta", "industry": "Paper"}],
        products=[{"product_id": "P", "family": "Pumps"}],
        invoice_lines=[*seasonal_lines("A", product_id="P"), *sales(
            "B", {"2026Q3": 5000, "2026Q4": 6000}, product_id="P")],
        toml="\n[segmentation]\ncut_share = 0.95\n[periods]\ndata_from = 2024-01-01\n"
             "data_until = 2026-12-31\n")
    table = review.risks.account_seasons.set_index("key")
    assert table["source"].to_dict() == {"A": "own", "B": "industry"}
    assert table["peak_months"].to_dict() == {"A": "6", "B": "6"}
    told = text_of(seasons.seasons(review))
    assert "1 account with less than 24 months borrows the season of its industry" in told
    assert "Beta" in told


def test_products_without_a_family_sell_in_the_plural():
    review = reviewed_with(invoice_lines=seasonal_lines("A"))
    told = text_of(seasons.seasons(review))
    assert told.startswith("Other products sell most in June and least in ")
    assert "The one Green Circle account with enough history buys in the same months" in told
    assert seasons.decisions(review) == []


def test_months_are_told_as_runs():
    words = language("en")
    assert seasons.months_told("5, 6, 7", words) == "May to July"
    assert seasons.months_told("12, 1", words) == "December and January"
    assert seasons.months_told("11, 12, 1, 6", words) == "November to January and June"
    assert seasons.months_told("3", words) == "March"


def test_the_check_notes_a_range_that_runs_backwards(tmp_path):
    workspace = open_workspace(company(tmp_path, invoice_lines=evenly("A", 100), risks=[
        {"risk_id": "R1", "probability_low": 0.5, "probability_high": 0.2},
        {"risk_id": "R2", "window_start": "2026-05-01", "window_end": "2026-04-01"},
        {"risk_id": "R3", "probability_low": 0.5}]))
    found = [one for one in workspace.problems if one.table == "risks"]
    assert [(one.column, one.rows, one.severity) for one in found] == [
        ("probability_low", 1, "noted"), ("window_start", 1, "noted")]
