"""Retention over one opening cohort: each part by hand, and all of them to the cent."""

import numpy as np
import pandas as pd
import pytest
from companies import evenly, reviewed, sales, sample_review, situation, text_of
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sample import read

from qbrkit.growth.retention import measure_retention
from qbrkit.report.internal import bridges, growing, retention
from qbrkit.reviews.retained import green_at
from qbrkit.segmentation import GREEN_CIRCLE

BASE, REVIEW = pd.Period("2025Q4", freq="Q-DEC"), pd.Period("2026Q4", freq="Q-DEC")


def facts(*rows: tuple) -> pd.DataFrame:
    """Facts from (account, revenue before, revenue now at the rates of before)."""
    accounts, before, now = zip(*rows, strict=True)
    return pd.concat([
        pd.DataFrame({"account_id": accounts, "quarter": quarter, "revenue": amounts,
                      "revenue_at_year_ago_rates": amounts})
        for quarter, amounts in ((BASE, before), (REVIEW, now))], ignore_index=True).astype(
        {"account_id": "str", "revenue": "float64", "revenue_at_year_ago_rates": "float64"})


def test_retention_worked_by_hand():
    # Opening: A 100, B 200, C 50, D 40, F 10 = 400 of 5 accounts. A +30; B -80; C lost; D as
    # before; F is only credited: -5, so all of its 10 is lost, and 5 is credited on top. E is new
    # with 70, G had credits only and returned with 20; 8 without an account.
    # retained = 400 + 30 - 80 - (50 + 10) - 5 = 285; net 285/400; gross (400 - 80 - 60)/400,
    # the same as min(opening, max(closing, 0)) summed: 100 + 120 + 0 + 40 + 0 = 260.
    found = measure_retention(facts(
        ("A", 100, 130), ("B", 200, 120), ("C", 50, 0), ("D", 40, 40), ("E", 0, 70),
        ("F", 10, -5), ("G", -3, 20), (None, 2, 8)), [BASE], [REVIEW])
    assert (found.opening, found.expansion, found.contraction, found.churn,
            found.credited) == (400, 30, 80, 60, 5)
    assert (found.new, found.not_assigned, found.review) == (90, 8, 383)
    assert (found.opening_n, found.expansion_n, found.same_n, found.contraction_n, found.churn_n,
            found.credited_n, found.new_n) == (5, 1, 1, 1, 2, 1, 2)
    assert found.retained == 285
    assert found.net == pytest.approx(0.7125)
    assert found.gross == pytest.approx(0.65)


def test_expansion_of_one_account_does_not_hide_the_loss_of_another_in_the_gross_rate():
    found = measure_retention(facts(("A", 100, 200), ("B", 100, 0)), [BASE], [REVIEW])
    assert (found.net, found.gross) == (1.0, 0.5)


def test_a_cohort_chosen_before_keeps_those_that_were_lost():
    found = measure_retention(facts(("A", 100, 150), ("B", 100, 0), ("C", 100, 90), (None, 0, 5)),
                              [BASE], [REVIEW], cohort=["A", "B"])
    assert (found.opening, found.retained, found.not_assigned, found.review) == (200, 150, 0, 150)


def test_exchange_rates_are_no_retention():
    table = facts(("A", 100, 100)).assign(revenue=[100.0, 140.0])
    assert measure_retention(table, [BASE], [REVIEW]).net == 1


def test_an_account_without_a_rate_of_a_year_before_is_left_out_and_counted():
    table = facts(("A", 100, 90), ("B", 100, np.nan))
    found = measure_retention(table, [BASE], [REVIEW])
    assert (found.opening, found.net, found.left_out_n) == (100, 0.9, 1)


def test_without_a_cohort_there_is_no_rate():
    found = measure_retention(facts(("A", 0, 90)), [BASE], [REVIEW])
    assert np.isnan(found.net)
    assert np.isnan(found.gross)
    assert found.new == 90


CENTS = st.integers(-30_000, 80_000).map(lambda cents: cents / 100)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C", "D", None]), CENTS | st.just(0.0),
                          CENTS | st.just(0.0)), min_size=1, max_size=12))
def test_the_parts_add_up_to_the_cent(rows):
    table = facts(*rows)
    found = measure_retention(table, [BASE], [REVIEW])
    total = table.loc[table["quarter"] == REVIEW, "revenue"].sum()
    parts = (found.opening + found.expansion - found.contraction - found.churn - found.credited
             + found.new + found.not_assigned)
    assert parts == pytest.approx(total, abs=0.004)
    assert found.review == pytest.approx(total, abs=0.004)
    assert found.opening_n == (found.expansion_n + found.same_n + found.contraction_n
                               + found.churn_n)
    if found.opening > 0:
        assert -1e-12 <= found.gross <= 1 + 1e-12
        assert found.gross <= found.net + found.credited / found.opening + 1e-12
    assert min(found.expansion, found.contraction, found.churn, found.credited) >= 0
    sums = table.dropna().pivot_table(values="revenue", index="account_id", columns="quarter",
                                      aggfunc="sum", fill_value=0).reindex(
        columns=[BASE, REVIEW], fill_value=0)
    opened = sums[sums[BASE] > 0]
    left = opened[REVIEW].clip(lower=0).clip(upper=opened[BASE]).sum()
    assert found.opening - found.contraction - found.churn == pytest.approx(left, abs=0.004)


# --- in a review -------------------------------------------------------------------------

@pytest.fixture(scope="module")
def sample():
    return sample_review()


def test_sample_retention_agrees_with_the_files(sample):
    lines, accounts = read("invoice_lines"), read("accounts").set_index("account_id")
    lines["day"] = pd.to_datetime(lines["invoice_date"])
    lines["top"] = lines["account_id"].map(accounts["parent_id"]).fillna(lines["account_id"])
    euros = lines[lines["currency"].isna() | (lines["currency"] == "EUR")].assign(
        revenue=lambda one: one["revenue"].astype(float))
    before = euros[euros["day"].between("2024-10-01", "2025-09-30 23:59")].groupby("top")[
        "revenue"].sum()
    now = euros[euros["day"].between("2025-10-01", "2026-09-30 23:59")].groupby("top")[
        "revenue"].sum()
    lost = before[(before > 0) & ~before.index.isin(now[now > 0].index)]
    assert lost.index.tolist() == ["A-024"]
    year = sample.retention.year
    assert year.churn == pytest.approx(lost.sum())
    assert year.churn_n == 1
    assert year.new == pytest.approx(now["A-022"])
    ranks = sample.ranks[sample.ranks["comparison"] == "year"]
    assert year.expansion - year.contraction - year.churn + year.new == pytest.approx(
        ranks["change"].sum())


def test_sample_circle_of_a_year_ago_is_a_cohort_of_its_own(sample):
    circle = green_at(sample.circle, sample.accounts, sample.quarter - 4)
    assert "A-021" in circle            # left in the review quarter
    assert "A-020" not in circle        # joined in it
    assert sample.retention.circle_year.opening_n == len(circle)
    assert green_at(sample.circle, sample.accounts, sample.quarter) == set(
        sample.accounts.loc[sample.accounts["segment"] == GREEN_CIRCLE, "account_id"])
    assert green_at(sample.circle, sample.accounts, sample.quarter - 40) is None


def test_retention_in_words(tmp_path):
    # A 400 -> 500, B 400 -> 300, C 40 -> 0: 840 before, 800 now; gross (840 - 100 - 40)/840.
    years = [f"{year}Q{at}" for year in (2025, 2026) for at in (1, 2, 3, 4)]
    review = reviewed(tmp_path, invoice_lines=[
        *sales("A", dict(zip(years, [100] * 4 + [125] * 4, strict=True))),
        *sales("B", dict(zip(years, [100] * 4 + [75] * 4, strict=True))),
        *sales("C", dict.fromkeys(years[:4], 10))])
    told = text_of(retention.kept(review))
    assert told.startswith(
        "Net revenue retention is 95.2%: 3 accounts that bought for €840 in the twelve months "
        "before bought for €800 now; without what was added it is 83.3% (gross). 1 account "
        "bought €100 more, 1 bought €100 less and 1 that bought for €40 bought nothing more.")


def test_an_account_that_was_only_credited_lost_what_it_had_bought(tmp_path):
    # A bought 400 and was then credited 150: 400 are lost, and 150 more; B 100 -> 60.
    years = {**dict.fromkeys(["2025Q1", "2025Q2", "2025Q3", "2025Q4"], 100), "2026Q1": -150}
    review = reviewed(tmp_path, invoice_lines=[
        *sales("A", years), *sales("B", {"2025Q1": 100, "2026Q4": 60})])
    told = text_of(retention.kept(review))
    assert told.startswith(
        "Net revenue retention is −18.0%: 2 accounts that bought for €500 in the twelve months "
        "before bought for −€90 now")
    assert ("12.0% (gross). 1 bought €40 less, 1 that bought for €400 bought nothing more and 1 of "
            "these was credited €150 on top. Most was lost at A: −€550.") in told
    assert "Credited on top" in text_of(retention.kept_table(review))
    (headline,) = [one for one in retention.headlines(review) if "was kept" in one.sentence]
    assert headline.sentence == ("Of the €500 bought in the twelve months before, 12.0% was kept. "
                                 "Most was lost at A: −€550.")
    assert headline.money == 590                    # 500 - (-90)


def test_the_largest_losses_of_all_accounts_are_listed_whatever_their_segment(tmp_path):
    # Twelve months of A0 to A6: 400, 404, ..., 424 before, and 10, 20, ... less a quarter now.
    quarters = [f"{year}Q{at}" for year in (2025, 2026) for at in (1, 2, 3, 4)]
    by_hand = {"account_id": "A6", "segment": "transactional", "reason": "board",
               "expires": "2027-12-31"}
    review = reviewed(tmp_path, segment_overrides=[by_hand], invoice_lines=[
        line for at in range(7) for line in sales(f"A{at}", {
            one: 100 + at - (10 * at if one > "2026" else 0) for one in quarters})])
    found = text_of(retention.losses_table(review))
    assert [found.index(f"A{at}") for at in (6, 5, 4, 3, 2)] == sorted(
        found.index(f"A{at}") for at in range(2, 7))
    assert "A1" not in found
    assert "A6 transactional 424 184 −240" in found
    assert "Most was lost at A6: −€240." in text_of(retention.kept(review))


def test_a_part_of_a_quarter_is_told_as_such_and_not_as_missing_history():
    for section in (retention.kept, growing.grown, bridges.made_change):
        assert text_of(section(situation("partial")[0])) == (
            "A part of a quarter is not compared with a whole one.")
        assert "do not cover the same quarter" in text_of(
            section(situation("not covered a year ago")[0]))


def test_retention_without_anything_to_keep_is_told(tmp_path):
    assert "export two whole years" in text_of(
        retention.kept(situation("not covered a year ago")[0]))
    review = reviewed(tmp_path, invoice_lines=[*sales("A", {"2024Q1": 5, "2026Q4": 90})])
    assert text_of(retention.kept(review)) == (
        "No account bought a year before, so there is nothing to keep.")
    assert not text_of(retention.kept_table(review))


def test_a_company_that_kept_everything_tells_no_loss(tmp_path):
    told = text_of(retention.kept(reviewed(tmp_path, invoice_lines=evenly("A", 100))))
    assert "Net revenue retention is 100.0%: 1 account that bought for €400" in told
    assert "less" not in told
    assert "nothing more" not in told
