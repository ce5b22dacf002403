"""The circle on the internal page: who is in, how firmly, who moved, and who eats the margin."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from companies import evenly, reviewed, sales, sample_review, situation, text_of
from printed import paths

from qbrkit.report.internal import (
    circle,
    circle_cases,
    circle_map,
    circle_tables,
    margins,
    movers,
)
from qbrkit.report.sentences import words_of

FINDINGS = [circle.segments, circle_map.map_note, circle_tables.sizes_note, movers.moved,
            margins.margin_spread]
EXHIBITS = [circle_tables.segments, circle_tables.borderline, circle_tables.borderline_note,
            circle_tables.outside, circle_tables.sizes, movers.moves_table, margins.losing_table,
            circle_map.account_map, margins.whale]


def rows_of(html) -> list[list[str]]:
    """Rows of a table as lists of printed cells, the headings left out."""
    rows = re.findall(r"<tr.*?</tr>", str(html.markup), re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(
        r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows][1:]


def head(reviews: int) -> str:
    return f'[company]\nname = "We"\nreviews_per_quarter = {reviews}\n'


# --- who is in ---------------------------------------------------------------------------

def test_one_account_and_several_agree_with_their_verbs(tmp_path):
    assert "1 of 1 accounts is Green Circle; it makes 100.0% of the revenue" in text_of(
        circle.segments(situation("lines alone")[0]))
    several = reviewed(tmp_path, invoice_lines=[
        *evenly("A", 60), *evenly("B", 30), *evenly("C", 10)])
    assert "2 of 3 accounts are Green Circle; they make 90.0% of the revenue" in text_of(
        circle.segments(several))


@pytest.mark.parametrize(("reviews", "told"), [
    (1, "The team can hold 1 review a quarter, so the circle is drawn at "),
    (3, "The team can hold 3 reviews a quarter, so the circle is drawn at "),
    (8, "The team can hold 8 reviews a quarter, enough for the circle at 80.0% of the total.")])
def test_capacity(tmp_path, reviews, told):
    review = reviewed(tmp_path, head=head(reviews), invoice_lines=[
        line for at in range(5) for line in evenly(f"A{at}", 100 + at)])
    assert told in text_of(circle.segments(review))
    assert len(review.green_circle) <= reviews
    # 104, 103, 102 and 101 of 510 are Green Circle at 0.8; those there is no time for are listed
    outside = [row[0] for row in rows_of(circle_tables.outside(review))]
    assert outside == ["A4", "A3", "A2", "A1"][reviews:]


def test_accounts_just_outside_are_listed_with_the_money_they_miss(tmp_path):
    review = reviewed(tmp_path, head=head(1), invoice_lines=[*evenly("A", 60), *evenly("B", 40)])
    # A alone up to a share of 0.6: the cut is its 4 x 60 = 240; B has 160. Shares from 0.55 to
    # 0.65 take B in one half of the cases.
    (row,) = rows_of(circle_tables.outside(review))
    assert row[:1] + row[2:] == ["B", "80 below"]
    assert float(row[1].rstrip("%")) == pytest.approx(50, abs=4)


def test_a_circle_larger_than_the_team_says_so(tmp_path):
    review = reviewed(tmp_path, head=head(1), invoice_lines=[
        *evenly("A", 100), *evenly("B", 100)])
    assert len(review.green_circle) == 2
    assert "The team can hold 1 review a quarter; the circle, drawn at 0.1% of the total, is " \
        "larger." in text_of(circle.segments(review))


def test_segments_by_reason_and_the_revenue_of_nobody(tmp_path):
    review = reviewed(tmp_path, invoice_lines=[*evenly("A", 100), *evenly("B", 10),
                                               *evenly(None, 15)])
    assert rows_of(circle_tables.segments(review)) == [
        ["Green Circle: volume", "1", "400", "80.0%", "A"],
        ["transactional", "1", "40", "8.0%", ""],
        ["not assigned", "–", "60", "12.0%", ""], ["Total", "", "500", "", ""]]


def test_account_held_by_the_two_quarter_rule_is_told(tmp_path):
    # Twelve months of 2026Q3: A 400, B 300: both, cut 300. Of 2026Q4: A 400, B 75, C 225 of 700:
    # 400 + 225 reach 560, the cut is 225, and B has 75: below 0.9 of it for the first time.
    review = reviewed(tmp_path, invoice_lines=[
        *evenly("A", 100), *sales("B", {"2024Q4": 300, "2025Q4": 225, "2026Q1": 75}),
        *sales("C", {"2024Q1": 1, "2026Q4": 225})])
    told = text_of(circle.segments(review))
    assert "1 stays, though below the cuts, because it is not yet two quarters below 0.9 of " \
        "them: B." in told
    account = review.accounts.set_index("account_id").loc["B"]
    assert (account["segment"], account["reasons"]) == ("green_circle", "held")
    assert account["distance_to_cut"] == 225 - 75
    assert "Green Circle: not yet two quarters below 0.9 of the cuts" in text_of(
        circle_tables.segments(review))


def test_new_account_is_told_with_its_annualized_figure(tmp_path):
    # first invoice in November: two months to the end of the year, so 60 x 12 / 2 = 360
    review = reviewed(tmp_path, invoice_lines=[*evenly("A", 100), {
        "account_id": "N", "invoice_date": "2026-11-20", "revenue": 60, "invoice_id": "N1"}])
    # The cut is 400; 0.9 of it is reached.
    assert "1 account is new and provisional; near or above the cut: N (€60 so far, €360 " \
        "annualized)." in text_of(circle.segments(review))
    small = reviewed(tmp_path / "small", invoice_lines=[*evenly("A", 100), {
        "account_id": "N", "invoice_date": "2026-11-20", "revenue": 59, "invoice_id": "N1"}])
    assert "1 account is new and provisional, and not near the cut." in text_of(
        circle.segments(small))


def test_override_out_of_the_circle_is_seen_with_its_author_and_its_expiry(tmp_path):
    review = reviewed(
        tmp_path, invoice_lines=[*evenly("A", 100), *evenly("B", 90), *evenly("C", 1)],
        segment_overrides=[{"account_id": "B", "segment": "transactional", "author": "Lena",
                            "reason": "head office", "expires": "2027-03-31"}])
    assert "Set by hand: B (transactional until Mar 31, 2027, by Lena: head office)." in text_of(
        circle.segments(review))
    assert rows_of(circle_tables.segments(review))[1:3] == [
        ["transactional: set by hand", "1", "360", "47.1%", "B"],
        ["transactional", "1", "4", "0.5%", ""]]
    assert "What is set by hand counts at every quarter-end up to its expiry" in text_of(
        movers.moved(review))


def test_nobody_leaves_in_a_quarter_that_is_not_complete(tmp_path):
    # B makes 300 from October to December of a year: by mid November its twelve months lack it.
    review = reviewed(
        tmp_path, "2026Q4", toml="\n[periods]\nallow_partial = true\ndata_until = 2026-10-31\n",
        invoice_lines=[*evenly("A", 100)[:11], *sales("B", {"2024Q4": 300, "2025Q4": 300})])
    assert set(review.green_circle["account_id"]) == {"A", "B"}
    assert "2026Q4 is not complete: its twelve months lack some days, so nobody leaves the " \
        "circle in it." in text_of(circle.segments(review))


def test_credits_of_others_explain_a_part_above_the_whole(tmp_path):
    # A 400, R -120 of 280: 142.9%; R costs 80, all of it known
    review = reviewed(tmp_path, invoice_lines=[*evenly("A", 100, cost=40),
                                               *evenly("R", -30, cost=-10)])
    told = text_of(circle.segments(review))
    assert "it makes 142.9% of the revenue of the last twelve months. That is more than the " \
        "whole: the rest, taken together, was credited more than it bought." in told
    assert "largest fifth" not in told
    (headline,) = margins.headlines(review)
    assert headline.sentence == ("R was credited €120 more than it bought in twelve months, and "
                                 "costs us €80.")


def test_unknown_costs_are_told_where_they_decide_and_nothing_else_does(tmp_path):
    review = situation("cost in part")[0]
    for reasons, told in (("", True), ("held", False), ("override", False)):
        shown = replace(review, accounts=review.accounts.assign(
            is_decided_by_guess=review.accounts["account_id"] == "B", reasons=reasons))
        assert ("Unknown costs decide about 1 account" in circle_cases.by_guess(
            shown, words_of(shown))) is told
        assert any("Find the missing costs of B" in one for one in circle.decisions(shown)) is told


def test_the_table_outside_has_ten_rows_at_most(tmp_path):
    review = reviewed(tmp_path, head=head(1), invoice_lines=[
        line for at in range(15) for line in evenly(f"A{at:02}", 100 + at)])
    # 100 to 114 of 1605, goal 1284: the twelve largest are 1302; eleven 1199: 11 are left out
    outside = circle_tables.outside(review)
    assert "Just outside, the nearest 10 of 11:" in text_of(outside)
    assert [row[0] for row in rows_of(outside)] == [f"A{at:02}" for at in range(13, 3, -1)]


# --- who moved ---------------------------------------------------------------------------

def test_moves_tell_quarter_way_and_reason(tmp_path):
    # Up to 2025Q4 and 2026Q1-Q3: A 400, B 905 to 5: in by 905, then 5 is far below; C 0 until
    # 2026Q4. 2026Q3: B 905 of 1305 (2025Q4 is in it): cut 400. 2026Q4: A 400, B 5, C 900 of 1305.
    review = reviewed(tmp_path, invoice_lines=[
        *evenly("A", 100), *sales("B", {"2025Q4": 900, "2026Q1": 5, "2024Q1": 1}),
        *sales("C", {"2026Q4": 900, "2024Q1": 1})])
    rows = rows_of(movers.moves_table(review))
    assert rows[0] == ["C", "2026Q4", "in",
                       "buys again after twelve months without revenue: €900"]
    assert "B" not in [row[0] for row in rows]  # it joined at 2025Q4, more than a year ago
    # held at 2026Q4, the first quarter-end below
    assert "1 account joined the Green Circle since the quarter before: C." in text_of(
        movers.moved(review))
    told = text_of(movers.moved(review))
    assert "Since 2025Q1 the circle went from 1 to 3 accounts: 2 joined, 0 left." in told
    assert "The 1 move before 2026Q1 is not listed." in told


def test_an_expired_override_is_the_reason_why_an_account_left(tmp_path):
    review = reviewed(
        tmp_path, invoice_lines=[*evenly("A", 1000), *evenly("B", 10)],
        segment_overrides=[{"account_id": "B", "segment": "green_circle", "reason": "new board",
                            "author": "Ann", "expires": "2026-12-30"}])
    assert rows_of(movers.moves_table(review)) == [
        ["B", "2026Q4", "out", "no longer set by hand"]]
    assert circle.decisions(review) == [
        "Renew or let go: B was Green Circle by hand, and that has expired."]
    assert text_of(movers.moved(review)).startswith(
        "1 account left the Green Circle since the quarter before: B.")


# --- who eats the margin -----------------------------------------------------------------

def test_losing_accounts():
    assert text_of(margins.margin_spread(situation("loses money")[0])).startswith(
        "1 account loses money: A cost €200 in twelve months.")
    assert text_of(margins.margin_spread(situation("many")[0])).startswith(
        "3 accounts lose money: Account 10, Account 17 and Account 3 cost €1,200 ")
    assert text_of(margins.margin_spread(situation("cost in part")[0])).startswith(
        "No account is known to lose money over the last twelve months; where costs are missing "
        "it may be so: B.")
    assert text_of(margins.margin_spread(situation("cents")[0])) == (
        "No account loses money over the last twelve months.")


def three(tmp_path):
    # Margins 80, 40 and -20 of 100: the curve peaks at 120 % after two accounts.
    return reviewed(
        tmp_path, products=[{"product_id": "P", "family": "Pumps"},
                            {"product_id": "S", "family": "Seals"}], invoice_lines=[
            *sales("A", {"2026Q1": 100, "2024Q1": 1}, cost=20),
            *sales("B", {"2026Q1": 100, "2024Q1": 1}, cost=60),
            *sales("C", {"2026Q1": 30, "2024Q1": 1}, cost=55, product_id="S"),
            *sales("C", {"2026Q1": 70}, cost=65, product_id="P")])


def test_the_whale_curve_tells_its_peak_and_who_eats_it(tmp_path):
    review = three(tmp_path)
    assert "reaches 120.0% of the margin after 2 of 3 accounts" in text_of(margins.whale(review))
    assert text_of(margins.margin_spread(review)) == (
        "1 account loses money: C cost €20 in twelve months. The 2 most profitable "
        "accounts make 120.0% of the gross margin; the rest takes 20.0% of it away again.")
    # Seals: 30 - 55 = -25; Pumps: 70 - 65 = 5
    assert rows_of(margins.losing_table(review)) == [["C", "100", "−20", "−20", "Seals", "−25"]]
    (headline,) = margins.headlines(review)
    assert (headline.money, headline.sentence) == (
        20, "C buys for €100 in twelve months and costs us €20 more than that.")


# --- the map -----------------------------------------------------------------------------

def test_the_map_says_why_it_is_not_there():
    assert "Without cost data" in text_of(circle_map.account_map(situation("lines alone")[0]))
    assert "above zero" in text_of(circle_map.account_map(situation("loses money")[0]))


def test_the_map_counts_what_it_draws():
    review = situation("many")[0]
    shown = text_of(circle_map.account_map(review))
    margin = (review.accounts["gross_margin_ltm_low"] + review.accounts["gross_margin_ltm_high"])
    positive = review.accounts[margin > 0]
    green = (positive["segment"] == "green_circle").sum()
    assert f"in color: {green}; transactional ones in grey: {len(positive) - green};" in shown


def test_the_map_is_light_and_draws_every_dot():
    review = situation("many")[0]
    markup = str(circle_map.account_map(review).markup)
    assert len(markup) < 15_000
    margin = (review.accounts["gross_margin_ltm_low"] + review.accounts["gross_margin_ltm_high"])
    dots = [dot for looks, points in paths(circle_map.account_map(review))
            if looks.get("stroke-linecap") == "round" for dot in points]
    assert len(dots) == 2 * (margin > 0).sum(), "a dot is a line from itself to itself"


def test_every_axis_of_the_map_has_two_labels_at_least(tmp_path):
    review = reviewed(tmp_path, invoice_lines=[*evenly("A", 1200, cost=500),
                                               *evenly("B", 1100, cost=500)])
    shown = text_of(circle_map.account_map(review))
    assert "1 10 Revenue of the last twelve months" in shown
    assert "1 10 Gross margin" in shown


# --- the sample --------------------------------------------------------------------------

@pytest.fixture(scope="module")
def sample():
    return sample_review()


@pytest.fixture(scope="module")
def accounts(sample) -> pd.DataFrame:
    return sample.accounts.set_index("account_id")


def test_sample_moves_are_those_that_were_planted(sample, accounts):
    moves = {row[0]: row[1:] for row in rows_of(movers.moves_table(sample))}
    # its twelve months: 267 k (2026Q2), 201 k (2026Q3), 131 k EUR (2026Q4)
    left = moves[accounts.loc["A-021", "name"]]
    assert left[:2] == ["2026Q4", "out"]
    assert re.match(r"revenue of twelve months fell from €267,\d{3} in 2026Q2 to €131,\d{3}, the "
                    r"second quarter in a row below 0.9 of the cut, now €256,\d{3}", left[2])
    joined = moves[accounts.loc["A-020", "name"]]
    assert joined[:2] == ["2026Q4", "in"]
    assert re.match(r"revenue of twelve months rose from €184,\d{3} to €272,\d{3}", joined[2])
    assert moves[accounts.loc["A-038", "name"]] == ["2026Q4", "out", "no longer set by hand"]


def test_sample_reasons_and_flags(sample, accounts):
    reasons = accounts["reasons"].str.split(", ").map(set)
    for account in ("A-016", "A-019"):
        assert "margin" in reasons[account]
        assert "volume" not in reasons[account]
    assert "volume" in reasons["A-008"]
    assert accounts.loc["A-008", "loses_money"]
    assert reasons["A-023"] == {"potential"}
    assert {"margin", "volume"} <= reasons["A-030"]
    assert reasons["A-035"] == {"override"}
    assert accounts.loc["A-022", "is_provisional"]
    # 86 k EUR from July to September, a quarter of a year
    assert accounts.loc["A-022", "revenue_annualized"] == pytest.approx(
        4 * accounts.loc["A-022", "revenue_ltm"])
    assert accounts.loc["A-022", "revenue_annualized"] > sample.cuts.volume
    assert accounts["revenue_annualized"].notna().sum() == accounts["is_provisional"].sum()
    told = text_of(circle.segments(sample))
    assert f"provisional; near or above the cut: {accounts.loc['A-022', 'name']}" in told


def test_sample_firmness(sample, accounts):
    firmness = accounts["firmness"]
    assert (firmness[["A-001", "A-003", "A-008"]] == 1).all()
    assert (firmness[accounts["is_dormant"]] == 0).all()
    # the narrower of the two by margin only is the less firm
    assert firmness["A-016"] < firmness["A-019"]
    borderline = accounts[accounts["firmness_class"] == "borderline"]
    rows = rows_of(circle_tables.borderline(sample))
    assert {row[0] for row in rows} == set(borderline["name"])
    shown = [float(row[2].rstrip("%")) for row in rows]
    assert shown == sorted(shown, reverse=True)
    assert all(10 <= one <= 90 for one in shown)


def test_sample_decisions_name_the_accounts(sample, accounts):
    told = " ".join(circle.decisions(sample))
    name = accounts["name"]
    assert f"stop the loss at {name['A-008']}." in told
    assert f"Renew or let go: {name['A-038']} was" in told
    assert f"win back: {name['A-021']} fell" in told
    assert f"Plan a review with {name['A-020']}: new" in told
