"""Potential from wallets: never negative, and unknown where the wallet is."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from qbrkit.potential import find_potential

examples = settings(deadline=None, max_examples=15)
MONEY = st.integers(-100_000, 100_000).map(float)


def accounts(**wallets: float) -> pd.DataFrame:
    return pd.DataFrame({"account_id": pd.Series(list(wallets), dtype="str"),
                         "wallet": pd.Series(list(wallets.values()), dtype="float64")})


@st.composite
def accounts_and_revenue(draw):
    n = draw(st.integers(0, 8))
    wallets = draw(st.lists(st.none() | MONEY.map(abs), min_size=n, max_size=n))
    table = accounts(**{f"A{number}": np.nan if wallet is None else wallet
                        for number, wallet in enumerate(wallets)})
    billed = draw(st.lists(st.sampled_from([f"A{number}" for number in range(10)]), unique=True))
    amounts = draw(st.lists(MONEY, min_size=len(billed), max_size=len(billed)))
    return table, pd.Series(amounts, index=pd.Index(billed, dtype="str"), dtype="float64")


def test_potential_worked_by_hand():
    # A: 1000 - 600 = 400, of which 0.3 = 120. B spends 50 more than its wallet: none.
    # C states none: unknown. D buys nothing yet: all 200, 60 of it. E got 30 back: 100 + 30.
    table = accounts(A=1000, B=250, C=np.nan, D=200, E=100)
    revenue = pd.Series({"A": 600.0, "B": 300.0, "C": 80.0, "E": -30.0})
    found = find_potential(table, revenue)
    assert found["account_id"].tolist() == ["A", "B", "C", "D", "E"]
    assert found["potential"].tolist() == pytest.approx([400, 0, np.nan, 200, 130], nan_ok=True)
    assert found["realizable_potential"].tolist() == pytest.approx(
        [120, 0, np.nan, 60, 39], nan_ok=True)


def test_wallet_of_zero_is_known_and_gives_none():
    found = find_potential(accounts(A=0.0), pd.Series(dtype="float64"))
    assert found["potential"].tolist() == [0.0]


def test_no_account_gives_an_empty_table_of_the_same_columns():
    found = find_potential(accounts(), pd.Series(dtype="float64"))
    assert list(found.columns) == ["account_id", "potential", "realizable_potential"]
    assert found.empty
    assert found["potential"].dtype == "float64"


@pytest.mark.parametrize(("capture_rate", "realizable"), [(0.0, 0.0), (0.5, 200.0), (1.0, 400.0)])
def test_capture_rate_is_the_share_that_can_be_won(capture_rate, realizable):
    found = find_potential(accounts(A=1000), pd.Series({"A": 600.0}), capture_rate)
    assert found["realizable_potential"].tolist() == [realizable]


@examples
@given(accounts_and_revenue(), st.sampled_from([0.0, 0.25, 0.3, 1.0]))
def test_potential_is_never_negative_and_unknown_exactly_without_a_wallet(given_, capture_rate):
    table, revenue = given_
    found = find_potential(table, revenue, capture_rate)
    unknown = table["wallet"].isna()
    assert found["potential"].isna().equals(unknown)
    assert found["realizable_potential"].isna().equals(unknown)
    assert (found.loc[~unknown, "potential"] >= 0).all()
    assert (found.loc[~unknown, "realizable_potential"] <= found.loc[~unknown, "potential"]).all()


@examples
@given(accounts_and_revenue())
def test_input_of_potential_is_not_changed(given_):
    table, revenue = given_
    table_before, revenue_before = table.copy(deep=True), revenue.copy(deep=True)
    find_potential(table, revenue)
    assert_frame_equal(table, table_before)
    assert_series_equal(revenue, revenue_before)


@examples
@given(accounts_and_revenue(), st.randoms(use_true_random=False))
def test_row_order_does_not_move_potential(given_, random):
    table, revenue = given_
    order = list(range(len(table)))
    random.shuffle(order)
    shuffled = find_potential(table.iloc[order], revenue.iloc[::-1])
    assert_frame_equal(shuffled.sort_index(), find_potential(table, revenue))


@examples
@given(accounts_and_revenue())
def test_currency_unit_only_scales_potential(given_):
    table, revenue = given_
    scaled = find_potential(table.assign(wallet=table["wallet"] * 4), revenue * 4)
    plain = find_potential(table, revenue)
    for column in ("potential", "realizable_potential"):
        assert_series_equal(scaled[column], plain[column] * 4, check_exact=True)
