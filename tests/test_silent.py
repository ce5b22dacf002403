"""Silence against an account's own rhythm: by hand, at the limits, and how often it errs."""

import numpy as np
import pandas as pd
import pytest
from companies import evenly, reviewed, sample_review, situation, text_of
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tables import contract_table, properties
from test_sample import read

from benchmarks.silent import judged
from qbrkit.growth.silent import find_silent
from qbrkit.order_days import gather_order_days
from qbrkit.report.internal import silent

AS_OF = pd.Timestamp("2026-12-31")


def days(**ago: list[int]) -> pd.DataFrame:
    """Order days of accounts, so many days before the last day of 2026."""
    return pd.DataFrame([(account, AS_OF - pd.Timedelta(days=one))
                         for account, every in ago.items() for one in every],
                        columns=["account_id", "day"]).astype({"account_id": "str",
                                                               "day": "datetime64[us]"})


def by_account(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("account_id")


# --- days of orders ----------------------------------------------------------------------

def lines(*rows: tuple) -> pd.DataFrame:
    """Invoice lines from (account, day, revenue)."""
    return contract_table("invoice_lines", [
        {"account_id": account, "invoice_date": day, "revenue": revenue}
        for account, day, revenue in rows])


def test_a_day_counts_once_and_only_with_a_sale():
    found = gather_order_days(lines(
        ("B", "2026-12-31", 5), ("A", "2026-12-30", 5), ("A", "2026-12-30", 7),
        ("A", "2026-12-29", -5), ("A", "2026-12-28", 0), ("A", "2026-12-27", None),
        (None, "2026-12-26", 9), ("A", "2027-01-01", 5), ("A", "2023-12-31", 5),
        ("A", "2024-01-01", 5)), AS_OF)
    assert [(account, f"{day:%F}") for account, day in found.to_numpy()] == [
        ("A", "2024-01-01"), ("A", "2026-12-30"), ("B", "2026-12-31")]
    assert found.dtypes.astype(str).to_dict() == {"account_id": "str", "day": "datetime64[us]"}


def test_without_a_sale_there_is_no_day():
    assert gather_order_days(lines(("A", "2026-12-30", -1)), AS_OF).empty


# --- the rule ----------------------------------------------------------------------------

def test_silence_worked_by_hand():
    # A: orders 150, 140, 130, 110, 100 days ago: gaps 10, 10, 20, 10; sorted 10 10 10 20, the
    # 95th percentile at place 0.95 x 3 = 2.85: 10 + 0.85 x 10 = 18.5. On 5 % of its 50 days,
    # 2.5, it waited longer than 20 - 2.5 = 17.5. The limit: 18.5 x (1 + 4/4) = 37 days.
    # B: the same, but last order 37 days ago: at the limit, not over it. C: 38 days ago.
    shift = {"A": 0, "B": -63, "C": -62}
    found = by_account(find_silent(days(**{
        name: [one + by for one in (150, 140, 130, 110, 100)] for name, by in shift.items()}),
        AS_OF))
    assert found["gap_95"].tolist() == pytest.approx([18.5] * 3)
    assert found["limit_days"].tolist() == pytest.approx([37] * 3)
    assert found["usual_gap"].tolist() == [10] * 3
    assert found["days_since"].tolist() == [100, 37, 38]
    assert found["is_silent"].tolist() == [True, False, True]
    assert found["orders_n"].tolist() == [5] * 3


def test_days_spent_waiting_count_as_well_as_the_number_of_gaps():
    # 39 gaps of one day and one of 60, a burst and a long pause: the 95th percentile of the
    # gaps is 1, but on 5 % of the 99 days, 4.95, it had waited longer than 60 - 4.95 = 55.05.
    # The limit: 55.05 x (1 + 4/40) = 60.555.
    ago = [*range(20, 60), 119]
    (row,) = find_silent(days(A=ago), AS_OF).to_dict("records")
    assert row["gap_95"] == pytest.approx(1)
    assert row["limit_days"] == pytest.approx(60.555)
    assert not row["is_silent"]


@pytest.mark.parametrize(("orders", "is_told"), [(4, False), (5, True)])
def test_a_rhythm_needs_five_order_days(orders, is_told):
    (row,) = find_silent(days(A=[200 + 10 * at for at in range(orders)]), AS_OF).to_dict("records")
    assert pd.notna(row["gap_95"]) == is_told
    assert row["is_silent"] == is_told
    assert row["days_since"] == 200


def test_orders_after_the_day_of_the_review_end_a_silence_and_change_no_rhythm():
    # A is silent, B stopped, C neither; all order 5 and 9 days later, and D for the first time.
    table = days(A=[100, 90, 80, 70, 60], B=[400], C=[3])
    later = pd.concat([table, days(A=[-9, -5], B=[-5], C=[-5], D=[-5])])
    found, before = (by_account(find_silent(one, AS_OF)) for one in (later, table))
    assert before["is_silent"].tolist() == [True, False, False]
    assert before["is_stopped"].tolist() == [False, True, False]
    assert not found[["is_silent", "is_stopped"]].any(axis=None)
    assert found["is_back"].tolist() == [True, True, False]
    assert found["ordered_again"].tolist() == [pd.Timestamp("2027-01-05")] * 3
    same = ["orders_n", "last_order", "days_since", "usual_gap", "gap_95", "limit_days"]
    assert_frame_equal(found[same], before[same])


@pytest.mark.parametrize(("since", "is_stopped"), [
    (364, False), (365, True), (729, True), (730, False)])
def test_a_year_without_an_order_is_stopped_and_two_are_past(since, is_stopped):
    (row,) = find_silent(days(A=[since + 10 * at for at in range(6)]), AS_OF).to_dict("records")
    assert row["is_stopped"] == is_stopped
    assert row["is_silent"] == (since == 364)


@pytest.mark.parametrize("day", [1, 15, 28, "last"])
@pytest.mark.parametrize("wait", [0, 1, 5, 27])
def test_who_is_booked_once_a_month_is_not_silent_between_two_bookings(day, wait):
    months = pd.date_range("2025-01-01", "2026-11-01", freq="MS")
    booked = [one + (pd.offsets.MonthEnd(0) if day == "last" else pd.Timedelta(days=day - 1))
              for one in months]
    table = pd.DataFrame({"account_id": "A", "day": booked})
    (row,) = find_silent(table, booked[-1] + pd.Timedelta(days=wait)).to_dict("records")
    assert not row["is_silent"]
    (row,) = find_silent(table, booked[-1] + pd.Timedelta(days=45)).to_dict("records")
    assert row["is_silent"], "a booking was missed"


def test_no_order_days_give_no_rows():
    assert find_silent(days().iloc[:0], AS_OF).empty


@properties
@given(st.lists(st.lists(st.integers(-20, 900), max_size=12), min_size=1, max_size=4),
       st.randoms(use_true_random=False))
def test_order_of_rows_is_irrelevant_and_a_later_order_ends_no_silence_of_others(accounts, random):
    table = days(**{f"A{at}": ago for at, ago in enumerate(accounts)})
    found = find_silent(table, AS_OF)
    order = list(table.index)
    random.shuffle(order)
    assert_frame_equal(find_silent(table.loc[order], AS_OF), found)
    assert (found["days_since"] >= 0).all()
    assert not (found["is_silent"] & found["is_stopped"]).any()
    known = found.dropna(subset="limit_days")
    assert (known["limit_days"] >= known["gap_95"]).all()
    with_today = find_silent(pd.concat([table, days(A0=[0])]), AS_OF)
    assert not by_account(with_today).loc["A0", "is_silent"]
    others = by_account(found).drop(index="A0", errors="ignore")
    assert_frame_equal(by_account(with_today).drop(index="A0"), others)


@pytest.mark.parametrize(("rhythm", "mean"), [
    ("poisson", 20.0), ("regular", 20.0), ("weekly", 7.0), ("monthly", 30.0)])
def test_few_active_accounts_are_called_silent(rhythm, mean):
    # At most a tenth at ten orders (the benchmark has more cases and more accounts), where the
    # plain 95th percentile errs more often; a stop is told within four mean gaps.
    found = judged(rhythm, mean, orders=10, accounts_n=250, seed=2)
    assert found["kit"] <= min(0.1, found["plain"])
    assert found["delay"] < 4


# --- in a review -------------------------------------------------------------------------

@pytest.fixture(scope="module")
def sample():
    return sample_review()


def test_sample_silent_and_stopped_accounts(sample):
    found = by_account(sample.silent)
    assert found.index[found["is_silent"]].tolist() == ["A-009"]
    assert found.index[found["is_stopped"]].tolist() == ["A-024"]
    assert found.loc["A-009", "days_since"] == 79
    assert found.loc["A-009", "gap_95"] <= 17
    assert f"{found.loc['A-009', 'last_order']:%F}" == "2026-07-13"
    assert found.loc["A-024", "revenue_year_before"] == pytest.approx(107_342.89)
    assert found.loc["A-024", "revenue_ltm"] == 0


def test_sample_orders_of_children_are_those_of_their_parent(sample):
    rows = read("invoice_lines")
    rows = rows[rows["account_id"].isin(["A-030", "A-031", "A-032"])
                & (rows["revenue"].astype(float) > 0)]
    day = pd.to_datetime(rows["invoice_date"]).dt.normalize()
    inside = day[(day > "2023-09-30") & (day <= "2026-09-30")]
    assert by_account(sample.silent).loc["A-030", "orders_n"] == inside.nunique()
    assert not sample.silent["account_id"].isin(["A-031", "A-032"]).any()


def test_sample_silence_in_words(sample):
    name = by_account(sample.accounts).loc["A-009", "label"]
    told = text_of(silent.quiet(sample))
    assert (f"{name} has not ordered for 79 days; usually it orders every 12 days, and 95% of its "
            "gaps are at most 17 days.") in told
    assert "after €107,343 in those before" in told
    assert silent.decisions(sample)[0].startswith(f"Call {name} now")
    assert [one.money for one in silent.headlines(sample)] == pytest.approx(
        [by_account(sample.accounts).loc["A-009", "revenue_ltm"], 107_342.89])


def test_nobody_silent_is_told_and_shows_no_table(tmp_path):
    review = reviewed(tmp_path, invoice_lines=evenly("A", 100))
    assert text_of(silent.quiet(review)) == (
        "1 account has a rhythm of its own, and it is not silent longer than that allows.")
    assert not text_of(silent.quiet_table(review))
    assert silent.decisions(review) == []


def test_who_ordered_again_after_the_quarter_is_told_and_not_to_be_decided(tmp_path):
    # In 2026Q3 A had been silent since May; it orders on October 5. B is not back.
    lines = [{"account_id": account, "revenue": 10, "invoice_date": f"{day:%F}"}
             for account in "AB" for day in pd.date_range("2025-06-10", "2026-05-10", freq="30D")]
    review = reviewed(tmp_path, "2026Q3", invoice_lines=[
        *lines, *evenly("C", 100), {"account_id": "A", "revenue": 10,
                                    "invoice_date": "2026-10-05"}])
    told = text_of(silent.quiet(review))
    assert "1 account that had gone silent has ordered again since: A (October 5, 2026)." in told
    assert silent.decisions(review) == [
        "Call B now: silent longer than their own rhythm allows."]
    assert not text_of(silent.quiet_table(review)).count("A silent")


def test_a_day_up_to_the_end_of_the_data_is_gathered_where_asked():
    table = lines(("A", "2026-12-31", 5), ("A", "2027-01-01", 5), ("A", "2027-01-02", 5))
    found = gather_order_days(table, AS_OF, until=pd.Timestamp("2027-01-01"))
    assert [f"{day:%F}" for day in found["day"]] == ["2026-12-31", "2027-01-01"]


def test_several_silent_accounts_are_told_with_the_most_money_first_and_how_many_err(tmp_path):
    # 12 accounts with a rhythm: one in twenty of them, 0.6, is about one.
    lines = [{"account_id": f"A{at:02}", "revenue": 10 + at, "invoice_date": f"{day:%F}"}
             for at in range(12) for day in pd.date_range(
                 "2026-01-05", "2026-12-30" if at > 1 else "2026-08-10", freq="7D")]
    review = reviewed(tmp_path, toml="\n[periods]\ndata_from = 2026-01-01\n"
                      "data_until = 2026-12-31\n", invoice_lines=lines)
    (headline,) = silent.headlines(review)
    assert headline.sentence.startswith("A01 has not ordered for 143 days;")
    assert headline.sentence.endswith(
        "In twelve months €352 was bought there. 1 more account is silent, with €320. About one "
        "active account in twenty is called silent in error: of 12 about 1.")
    assert headline.money == 672                    # 32 weeks of 11 and of 10


def test_too_few_orders_are_told(tmp_path):
    review = situation("new this quarter")[0]
    assert np.isnan(by_account(review.silent).loc["A", "limit_days"])
    alone = situation("nothing a year ago")[0]
    assert "none has a rhythm" in text_of(silent.quiet(alone))
