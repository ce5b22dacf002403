"""White space with a competitor: which deals count, and what is said of them."""

import pandas as pd
import pytest
from companies import check, evenly, reviewed
from pandas.testing import assert_frame_equal
from printed import read_rows
from tables import typed_table

from qbrkit.black_ops.contested import find_contested
from qbrkit.black_ops.gaps import WHITE_SPACE_RIVAL
from qbrkit.report.attack import gaps

DEALS = {
    "Here": [{"competitor": "Vantoric"}, {"competitor": "VANTORIC"}, {"competitor": "vantoric "}],
    "Several": [{"competitor": "Zeta; Vantoric;n/a"}],
    "Elsewhere": [{"territory": "South", "competitor": "Vantoric"}],
    "Own": [{"account_id": "A", "territory": "South", "competitor": "Vantoric"}],
    "Of a neighbour": [{"account_id": "O1", "territory": None, "competitor": "Vantoric"}],
    "Nowhere": [{"territory": None, "competitor": "Vantoric"}],
    "Unknown": [{"competitor": "Unknown"}, {"competitor": None}, {"competitor": " - ; ?"}],
    "Old": [{"competitor": "Vantoric", "close_date": "2024-12-31"}],
    "Oldest": [{"competitor": "Vantoric", "close_date": "2025-01-01"}],
    "Later": [{"competitor": "Vantoric", "close_date": "2027-01-01"}],
    "Open": [{"competitor": "Vantoric", "close_date": None, "outcome": "open"}],
    "Undated": [{"competitor": "Vantoric", "close_date": None}],
}
"""Deals by the family they are for: lost in the North in 2026, but for what is said."""


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    """A buys Pumps only; six others buy every family for 100 a quarter. Reviewed: 2026Q4."""
    families = ["Pumps", *DEALS]
    deals = [{"territory": "north ", "family": family.upper(), "outcome": "lost", "amount": 1,
              "close_date": "2026-05-05"} | one for family, listed in DEALS.items()
             for one in listed]
    return reviewed(
        tmp_path_factory.mktemp("contested"), accounts=[
            {"account_id": "A", "territory": "North"},
            *({"account_id": f"O{at}", "territory": "North" if at < 3 else "South"}
              for at in range(6))],
        products=[{"product_id": family, "family": family} for family in families],
        invoice_lines=[*evenly("A", 1300, product_id="Pumps"),
                       *(line for at in range(6) for family in families
                         for line in evenly(f"O{at}", 100, product_id=family))],
        deals=[one | {"deal_id": f"D{at}"} for at, one in enumerate(deals)])


def test_only_recent_deals_of_the_territory_or_the_account_with_a_known_competitor_count(review):
    found = review.gaps[review.gaps["gap"] == WHITE_SPACE_RIVAL]
    assert set(found["account_id"]) == {"A"}
    # "Oldest" is the first day of the eight quarters; the name is written as most deals have it
    assert dict(zip(found["family"], found["evidence"], strict=True)) == {
        "Here": "Vantoric", "Several": "Vantoric; Zeta", "Own": "Vantoric",
        "Of a neighbour": "Vantoric", "Oldest": "Vantoric", "Open": "Vantoric"}
    assert set(found["at_stake"]) == {400}  # 4 x 100, the median of those that buy


def test_the_page_tells_the_family_the_competitors_and_what_could_be_bought(review):
    table = gaps.gaps_table(review)
    check(table)
    (row,) = [row for row in read_rows(table) if row[0] == "A"]
    assert ("buys nothing in Several, where Vantoric and Zeta were met in deals (peers that buy "
            "it typically spend €400 a year)") in row[-2]
    assert "buys nothing in Open, where Vantoric was met in deals" in row[-2]


def test_without_deals_the_rule_is_silent(tmp_path):
    families = [f"F{at}" for at in range(3)]
    review = reviewed(tmp_path, products=[{"product_id": one, "family": one} for one in families],
                      invoice_lines=[*evenly("A", 300, product_id="F0"), *(
                          line for at in range(6) for one in families
                          for line in evenly(f"O{at}", 100, product_id=one))])
    assert set(review.wallets.white_space["account_id"]) == {"A"}
    assert review.gaps.empty


def test_what_is_missing_matches_nothing():
    # neither a deal without a family nor an account without a territory is everywhere
    space = typed_table({"account_id": "str", "family": "str", "median_spend": "float64"}, [
        {"account_id": "A", "family": "F", "median_spend": 5.0}])
    nowhere = pd.DataFrame({"account_id": ["A"], "territory": pd.Series([None], dtype="str")})
    met = typed_table(dict.fromkeys(["account_id", "territory", "family", "competitor"], "str"), [
        {"family": "F", "competitor": "X"}, {"account_id": "A", "competitor": "X"},
        {"account_id": "B", "family": "F", "competitor": "X"}])
    found = find_contested(space, nowhere, met)
    assert found.empty
    assert_frame_equal(found, find_contested(space.head(0), nowhere, met.head(0)))
    own = find_contested(space, nowhere, met.fillna({"account_id": "A", "family": "F"}))
    assert own.to_numpy().tolist() == [["A", "F", "X", 5.0]]
