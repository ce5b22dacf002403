"""The section on what made the change: true sentences, bars that add up as printed."""

import re

import pandas as pd
import pytest
from companies import (
    MONTHLY_RATES,
    WHOLE_YEARS,
    evenly,
    reviewed,
    sales,
    sample_review,
    situation,
    text_of,
)

from qbrkit.growth.bridge import sum_bridges
from qbrkit.report.internal import bridges
from qbrkit.report.internal.bridge_exhibits import shown_bars
from qbrkit.report.sentences import words_of

YEAR_BEFORE = ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
SECTION = [bridges.made_change, bridges.waterfall_figure, bridges.how_to_read,
           bridges.accounts_table]


@pytest.fixture(scope="module")
def sample():
    return sample_review()


def test_nothing_is_bridged_where_the_year_before_is_not_covered():
    review = situation("not covered a year ago")[0]
    assert review.bridges is None
    assert "nothing to bridge" in text_of(bridges.made_change(review))
    assert text_of(bridges.waterfall_figure(review)) == ""
    assert bridges.headlines(review) == bridges.decisions(review) == []


def measured(account: str, **quantity_and_price: tuple[float, float]) -> list[dict]:
    """Sales of a product in each quarter named, from (quantity, price)."""
    return [row for quarter, (quantity, price) in quantity_and_price.items()
            for row in sales(account, {quarter: quantity * price}, product_id="P",
                             quantity=quantity)]


def test_price_and_volume_of_the_company_are_told(tmp_path):
    # 10 at 10 -> 8 at 15: price 9 x 5 = 45, volume -2 x 12.5 = -25
    review = reviewed(tmp_path, invoice_lines=[
        *evenly("B", 0, list_value=1), *measured("A", **{"2025Q4": (10, 10), "2026Q4": (8, 15)})])
    told = text_of(bridges.made_change(review))
    assert "a year before is made of prices +€45, volume −€25." in told
    assert "A grew by price only: +€20 in twelve months, though what it bought would have made " \
           "−€25 at the same prices." in told
    assert bridges.decisions(review) == ["Win back volume at A: growth came from prices only."]
    assert "Price +45" in " ".join(text_of(bridges.waterfall_figure(review)).replace(
        ":", "").split())


def test_without_quantities_price_and_volume_are_one_bar_that_says_so(tmp_path):
    review = reviewed(tmp_path, invoice_lines=sales("A", {"2025Q4": 100, "2026Q4": 130},
                                                    product_id="P"))
    told = text_of(bridges.made_change(review))
    assert "made of price and volume together +€30." in told
    assert "For 100.0% of the revenue price and volume cannot be told apart" in told
    assert "invoice_lines.quantity" in told
    assert "by price only" not in told


def test_a_product_no_longer_bought_is_named_only_from_twelve_months(tmp_path):
    lines = [*evenly("A", 100, product_id="P", quantity=1),
             *sales("A", {"2025Q2": 30, "2025Q4": 40}, product_id="Q", quantity=2)]
    review = reviewed(tmp_path, invoice_lines=lines, products=[
        {"product_id": "Q", "name": "Pump"}])
    assert "A no longer buys Pump (Q): €70 in the twelve months before, nothing since." in text_of(
        bridges.made_change(review))
    assert bridges.decisions(review) == [
        "Ask why it is no longer bought, and win it back: A (Pump (Q))."]
    bought_again = reviewed(tmp_path / "again", invoice_lines=[
        *lines, *sales("A", {"2026Q2": 70}, product_id="Q", quantity=2)])
    assert "no longer buys" not in text_of(bridges.made_change(bought_again))


def test_growth_by_exchange_rates_only_is_told_with_the_rate_without_them(tmp_path):
    # each dollar rose by 12 cents within a year
    review = reviewed(
        tmp_path, exchange_rates=MONTHLY_RATES, invoice_lines=[
            *evenly("A", 100, currency="USD")[:8],
            *evenly("A", 99, currency="USD")[8:], *evenly("B", 50)])
    told = text_of(bridges.made_change(review))
    assert "A grew by exchange rates only: +" in told
    assert "−1.0% without them." in told


def test_heavy_returns_are_told_with_their_share_of_what_was_bought(tmp_path):
    # 400 bought in twelve months, 40 given back
    review = reviewed(tmp_path, invoice_lines=[*evenly("A", 100), *sales("A", {"2026Q3": -40})])
    assert "Credits and returns took 10.0% of what A bought in twelve months: €40." in text_of(
        bridges.made_change(review))
    assert "Find the cause of the credits and returns at A." in bridges.decisions(review)


def test_an_account_without_a_rate_of_a_year_ago_is_its_own_bar(tmp_path):
    review = reviewed(
        tmp_path, exchange_rates=MONTHLY_RATES[24:], invoice_lines=[
            *evenly("B", 100), *sales("A", {"2026Q4": 100}, currency="USD")])
    assert "No rate of a year ago" in text_of(bridges.waterfall_figure(review))
    assert "accounts without a rate of a year ago +€" in text_of(bridges.made_change(review))


def test_products_newly_and_no_longer_bought_in_bulk_may_be_new_numbers(tmp_path):
    lines = [*sales("A", {"2025Q4": 100}, product_id="OLD", quantity=1),
             *sales("A", {"2026Q4": 100}, product_id="NEW", quantity=1)]
    note = text_of(bridges.how_to_read(reviewed(tmp_path, invoice_lines=lines)))
    assert "given new numbers" in note


def test_printed_bars_of_the_chart_and_of_each_row_add_up():
    for name in ("many", "foreign account", "cost in part", "cents"):
        review = situation(name)[0]
        rows = review.bridges.of("quarter")
        bridge = sum_bridges(rows)
        bars = shown_bars(bridge, False)
        assert abs(round(bridge["review"]) - bars.sum() - bridge["base"]) <= 1
        printed = text_of(bridges.accounts_table(review))
        assert printed or review.green_circle.empty


def test_table_rows_of_the_sample_add_up_as_printed(sample):
    shown = bridges.accounts_table(sample).markup
    for row in re.findall(r"<tr>(.*?)</tr>", shown)[1:]:
        cells = [int(re.sub(r"<[^>]*>|,", "", one).replace("−", "-"))
                 for one in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        assert sum(cells[:-1]) == cells[-1], row


def test_stories_of_the_sample_are_told_by_name(sample):
    told = text_of(bridges.made_change(sample))
    names = sample.accounts.set_index("account_id")["label"]
    assert f"{names['A-003']} no longer buys Helical gear unit HG 600 (D-600): €336," in told
    assert f"{names['A-017']} grew by price only: +€15," in told
    assert f"{names['A-013']} grew by exchange rates only: +3.4%" in told
    assert "−1.7% without them" in told
    assert f"% of what {names['A-011']} bought in twelve months" in told
    assert any(names["A-003"] in one and "D-600" in one for one in bridges.decisions(sample))


def test_bridges_of_the_sample_show_the_stories_in_figures(sample):
    # README of the sample: A-003 lost D-600 of 336 k; A-017 grew from 255 k to 271 k though its
    # quantities made -7 k; A-013 rose by 3.4 % in euro and fell by 1.7 % in dollars.
    year = sample.bridges.of("year").set_index("account_id")
    changes = sample.bridges.product_changes
    lost = changes[(changes["account_id"] == "A-003") & (changes["comparison"] == "year")].iloc[0]
    assert (lost["product_id"], lost["kind"]) == ("D-600", "lost_products")
    assert round(lost["change"] / 1000) == -336
    price = year.loc["A-017"]
    assert [round(price[name] / 1000) for name in ("base", "review", "volume")] == [255, 271, -7]
    assert bool(price["is_price_only"])
    rates = year.loc["A-013"]
    assert rates["change"] / rates["base"] == pytest.approx(0.034, abs=0.0005)
    assert (rates["change"] - rates["exchange_rates"]) / rates["base"] == pytest.approx(
        -0.017, abs=0.0005)
    assert (year.loc["A-011", "returned"] / -1000).round() in (56, 57)


def test_reviews_without_a_year_before_bridge_the_quarter_alone(tmp_path):
    review = reviewed(tmp_path, toml="\n[periods]\ndata_from = 2025-10-01\n"
                      "data_until = 2026-12-31\n", invoice_lines=evenly("A", 100)[7:])
    assert review.bridges.of("year").empty
    assert set(review.bridges.by_account["comparison"]) == {"quarter"}
    assert "Quarter a year before" in text_of(bridges.accounts_table(review))


def test_chart_tells_its_bars_in_its_description(sample):
    words = words_of(sample)
    bars = shown_bars(sum_bridges(sample.bridges.of("year")), True)
    (description,) = re.findall(r"<desc[^>]*>(.*?)</desc>",
                                bridges.waterfall_figure(sample).markup)
    for amount in bars:
        assert words.number(abs(amount)) in description
    assert isinstance(bars, pd.Series)
    assert description.endswith(f"Change in all: +{words.number(bars.sum())}")


def test_lost_products_of_an_account_are_added_up_and_a_whole_family_is_named(tmp_path):
    # Paint of two products 4 x 30 + 4 x 20 = 200, and the hammer HM1, whose name holds its id: 40
    lines = [*evenly("A", 100, product_id="P"), *evenly("B", 10),
             *sales("A", dict.fromkeys(YEAR_BEFORE, 30), product_id="W1"),
             *sales("A", dict.fromkeys(YEAR_BEFORE, 20), product_id="W2"),
             *sales("A", dict.fromkeys(YEAR_BEFORE, 10), product_id="HM1")]
    review = reviewed(tmp_path, invoice_lines=lines, products=[
        {"product_id": "W1", "name": "White", "family": "Paint"},
        {"product_id": "W2", "name": "Black", "family": "Paint"},
        {"product_id": "HM1", "name": "Hammer HM1", "family": "Tools"},
        {"product_id": "P", "name": "Pump", "family": "Tools"}])
    assert "A no longer buys Paint (2 products) and Hammer HM1: €240 in the twelve months " \
           "before, nothing since." in text_of(bridges.made_change(review))


def test_a_product_of_every_quarter_that_is_missing_in_this_one_is_told(tmp_path):
    lines = [*evenly("A", 100, product_id="P"), *evenly("Q", 50, product_id="P")[:11],
             *evenly("A", 30, product_id="PAY")[:11], *evenly("Q", 90, product_id="PAY")[:11]]
    review = reviewed(tmp_path, invoice_lines=lines, products=[
        {"product_id": "PAY", "name": "Payroll"}])
    told = text_of(bridges.made_change(review))
    assert "A has bought no Payroll (PAY) this quarter: €30 in the quarter a year before." in told
    assert "Q has bought no" not in told  # it bought nothing at all


def test_a_quarter_of_other_orders_than_a_year_ago_is_left_to_the_twelve_months(tmp_path):
    # a third of 100 is new and lost: 33 of each may be told, 40 of each are other orders
    def text(folder, amount):
        return text_of(bridges.made_change(reviewed(folder, invoice_lines=[
            *evenly("A", 100 - amount, product_id="P"),
            *sales("A", {"2025Q4": amount}, product_id="OLD"),
            *sales("A", {"2026Q4": amount}, product_id="NEW")])))

    assert "The change on the quarter a year before" in text(tmp_path / "a", 33)
    assert "The change on the quarter a year before" not in text(tmp_path / "b", 40)


def test_price_is_unknown_and_not_zero_where_it_cannot_be_told_apart(tmp_path):
    # A without quantities, B at a price of 10 -> 12; nothing is new, lost or returned
    review = reviewed(tmp_path, toml=WHOLE_YEARS + "\n[segmentation]\ncut_share = 0.95\n",
                      invoice_lines=[
        *sales("A", {"2025Q4": 100, "2026Q4": 130}, product_id="P"),
        *sales("B", {"2025Q4": 100}, product_id="P", quantity=10),
        *sales("B", {"2026Q4": 120}, product_id="P", quantity=10)])
    shown = text_of(bridges.accounts_table(review))
    assert "A 100 – 30 130" in shown
    assert "B 100 20 0 120" in shown
    assert "No longer bought" not in shown
    assert "this needs invoice_lines.quantity in the export." in text_of(
        bridges.made_change(review))


def test_bars_lie_between_the_amounts_as_printed():
    # 10.4 -> 20.6 is printed 10 -> 21: 11, though the change is 10.2
    bridge = pd.Series({"base": 10.4, "review": 20.6, "price": 4.1, "volume": 6.1})
    bars = shown_bars(bridge, False)
    assert bars.to_dict() == {"price": 4, "volume": 7}
