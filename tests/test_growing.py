"""The sections on growth, retention and silence: true in every situation, complete, drawn right."""

import re

import pandas as pd
import pytest
from companies import evenly, reviewed, sales, sample_review, situation, text_of
from printed import number, paths, read_rows, row_of
from test_sample import read

from qbrkit.report.internal import growing, growing_exhibits, retention, silent
from qbrkit.report.sentences import told_rates
from qbrkit.report.style import MUTED

SECTIONS = [growing, retention, silent]
FINDINGS = [growing.grown, retention.kept, silent.quiet]
EXHIBITS = [growing_exhibits.change_chart, growing_exhibits.change_note,
            growing_exhibits.growth_table, retention.kept_table, retention.kept_note,
            silent.quiet_table, silent.quiet_note]


@pytest.fixture(scope="module")
def sample():
    return sample_review()


@pytest.fixture(scope="module")
def names():
    return read("accounts").set_index("account_id")["name"]


# --- growth ------------------------------------------------------------------------------

def test_green_circle_with_exchange_rates_apart(tmp_path):
    review = reviewed(
        tmp_path, accounts=[{"account_id": "A", "currency": "USD"}],
        exchange_rates=[{"currency": "USD", "month": "2025-11", "rate": 0.5},
                        {"currency": "USD", "month": "2026-11", "rate": 0.6}],
        invoice_lines=[*sales("A", {"2025Q4": 100, "2026Q4": 90}, currency="USD", cost=30),
                       *evenly("Z", 0)])
    assert read_rows(growing_exhibits.growth_table(review))[1:] == [
        ["A", "margin, volume", "54", "66.7%", "−5", "−10.0%", "1", "1", "54", "−5", "9",
         "−10.0%"],
        ["Total", "", "54", "", "−5", "", "", "", "54", "−5", "9", ""]]


def test_without_a_year_ago_change_and_its_total_are_unknown_and_nothing_empty_is_shown():
    rows = read_rows(growing_exhibits.growth_table(situation("not covered a year ago")[0]))
    assert rows == [
        ["Account", "Green Circle by", "Revenue of twelve months, EUR", "Quarter, EUR",
         "Change at constant rates, EUR", "Change"],
        ["A", "volume", "40", "10", "–", "–"], ["Total", "", "40", "10", "–", ""]]


def test_sample_account_that_grows_by_exchange_rates_alone(sample, names):
    row = row_of(growing_exhibits.growth_table(sample), names["A-013"])
    assert number(row[9]) <= 0
    assert number(row[10]) > 0


def test_sample_reasons(sample, names):
    html = growing_exhibits.growth_table(sample)
    assert row_of(html, names["A-019"])[1].startswith("margin")
    assert row_of(html, names["A-023"])[1] == "potential"
    assert row_of(html, names["A-008"])[1] == "volume; loses money"
    assert row_of(html, names["A-035"])[1] == "set by hand"


def test_sample_ranks_of_the_circle(sample, names):
    # The stories: A-005 is first by money and by rate, 446 k to 799 k (+79.1 %); A-003 falls
    # by 27.2 %, the most in money.
    rows = read_rows(growing_exhibits.growth_table(sample))
    assert rows[1][0] == names["A-005"]
    assert rows[1][5] == "+79.1%"
    assert re.fullmatch("1\xa0\\(1\xa0–\u2060\xa0\\d+\\)", rows[1][6])  # no break in it
    assert rows[1][7][0] == "1"
    assert rows[-2][0] == names["A-003"]
    assert rows[-2][5] == "−27.2%"
    year = sample.ranks[sample.ranks["comparison"] == "year"].set_index("account_id")
    assert year.loc["A-005", "circle_growth_rank"] == 1
    told = text_of(growing.grown(sample))
    assert f"Over twelve months {names['A-005']} grew most: +€352,841 (+79.1%)." in told
    assert f"{names['A-003']} lost most: −€355,024 (−27.2%)." in told
    assert f"does not explain the growth of {names['A-005']} and" in told   # all above zero
    assert "Of the 25 accounts that can be judged, all others may be chance." in told


def test_sample_decides_to_ask_who_fell_steeply(sample, names):
    assert growing.decisions(sample) == [
        f"Find out why: {names['A-003']} bought at least 20% less in twelve months than in the "
        "twelve before."]


def test_only_a_material_fall_has_to_be_explained_and_not_one_that_was_only_ordered_later(tmp_path):
    # Known from 2025-10: 2026Q3 has no year before, 2026Q4 only the quarter. Before: 10,000 in
    # all, so from 100 on a fall is material. A fell by 100 of 500; B by 90 of 100; C by 10 %;
    # D bought nothing, but did in January; E bought nothing.
    before = {"A": 500, "B": 100, "C": 8_000, "D": 700, "E": 700}
    now = {"A": 400, "B": 10, "C": 7_200}
    toml = ("\n[segmentation]\ncut_share = 0.95\n[periods]\ndata_from = 2025-10-01\n"
            "data_until = 2027-01-31\n")
    by_hand = {"account_id": "B", "segment": "green_circle", "reason": "board",
               "expires": "2027-12-31"}
    review = reviewed(tmp_path, "2026Q4", toml=toml, segment_overrides=[by_hand], invoice_lines=[
        *(line for at, amount in before.items() for line in sales(
            at, {"2025Q4": amount, "2026Q1": amount})),
        *(line for at, amount in now.items() for line in sales(at, {"2026Q4": amount})),
        {"account_id": "D", "revenue": 700, "invoice_date": "2027-01-20"}])
    assert len(review.green_circle) == 5
    assert growing.decisions(review) == [
        "Find out why: E and A bought at least 20% less in the quarter than a year before."]


@pytest.mark.parametrize(("base", "now", "told"), [
    (100, 1_100, 10.0), (100, 1_101, None), (100, -1, None), (-5, 100, None), (0.3, 0.2, None),
    (100, 0, -1.0)])
def test_a_rate_is_told_only_where_it_means_something(base, now, told):
    (found,) = told_rates(pd.Series([base]), pd.Series([now])).tolist()
    assert found == pytest.approx(told) if told is not None else pd.isna(found)


def test_growth_names_those_that_grew_and_shrank():
    shown = text_of(growing_exhibits.change_chart(situation("many")[0]))
    assert "Account 0: 150" in shown                 # 30 lines of 10.5 + n against 20 each
    assert ": 0" not in shown
    assert "No Green Circle account grew or shrank." in text_of(
        growing_exhibits.change_chart(situation("lines alone")[0]))
    assert not text_of(growing_exhibits.change_chart(situation("not covered a year ago")[0]))


def test_growth_shows_the_five_largest_of_each_side(tmp_path):
    lines = [line for at in range(12) for line in [*evenly(f"A{at:02}", 100), *sales(
        f"A{at:02}", {"2026Q4": at - 5.5})]]
    review = reviewed(tmp_path, toml="[segmentation]\ncut_share = 0.95\n[periods]\n"
                      "data_from = 2024-01-01\ndata_until = 2026-12-31\n", invoice_lines=lines)
    shown = text_of(growing_exhibits.change_chart(review))
    green = review.green_circle.sort_values("change_constant", ascending=False)
    assert [name for name in green["name"] if f"{name}: " in shown] == [
        *green["name"].head(5), *green["name"].tail(5)]


def test_a_whisker_spans_the_interval_and_lies_over_the_end_of_its_bar(sample):
    lines = [points for looks, points in paths(growing_exhibits.change_chart(sample))
             if looks.get("stroke") == MUTED]
    level = [(x0, x1) for (x0, y0), (x1, y1) in lines if y0 == y1 and x0 != x1]
    year = sample.ranks[(sample.ranks["comparison"] == "year")
                        & sample.ranks["circle_rank"].notna()].sort_values("circle_rank")
    shown = year.iloc[[*range(5), *range(-5, 0)]]
    assert len(level) == len(shown)
    widths = shown["change_high"] - shown["change_low"]
    assert [x1 - x0 for x0, x1 in level] == pytest.approx(
        (widths / widths.max() * max(x1 - x0 for x0, x1 in level)).tolist(), abs=0.1)


def test_a_rank_that_is_firm_is_told_as_firm(tmp_path):
    # A buys 10 a month, then 40; B 20 in all months: nothing is open.
    months = [f"{year}-{month:02}-10" for year in (2025, 2026) for month in range(1, 13)]
    review = reviewed(tmp_path, toml="[segmentation]\ncut_share = 0.95\n[periods]\n"
                      "data_from = 2024-01-01\ndata_until = 2026-12-31\n", invoice_lines=[
                          {"account_id": account, "invoice_date": day,
                           "revenue": 20 if account == "B" else 10 if day < "2026" else 40}
                          for account in "AB" for day in months])
    assert text_of(growing.grown(review)).endswith(
        "Over twelve months A grew most: +€360 (+300.0%). It is first of 2, whatever single "
        "months do. Chance in single months does not explain the growth of A. Of the 2 accounts "
        "that can be judged, all others may be chance.")
    assert growing.headlines(review)[0].money == 360
