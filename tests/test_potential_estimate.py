"""Wallets estimated from peers: who is a peer, what they spend, and whether that proves itself."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from benchmarks.potential import simulate, study, without_meaning
from qbrkit.potential import (
    band_of,
    estimate_wallets,
    find_white_space,
    group_peers,
    peer_quantiles,
    pinball_loss,
    predict_quantiles,
    prove,
)
from qbrkit.potential.estimate import sample_rows
from qbrkit.potential.proof import NO_FAMILY, NO_SIZE, NOT_BETTER, TOO_FEW

examples = settings(deadline=None, max_examples=10)
LEAST = 20


def features(sizes, industries=None) -> pd.DataFrame:
    index = pd.Index([f"A{number:03d}" for number in range(len(sizes))], name="account_id")
    industry = [np.nan] * len(sizes) if industries is None else industries
    return pd.DataFrame({"size": pd.Series(sizes, index=index, dtype="float64"),
                         "industry": pd.Series(industry, index=index, dtype="str")})


def peers_of(table: pd.DataFrame, least: int) -> dict[int, list[int]]:
    return {int(row): peers.tolist() for rows, peers in group_peers(table, table, least)
            for row in rows}


# --- peers ---------------------------------------------------------------------------------

def test_band_rises_by_one_with_each_doubling():
    sizes = pd.Series([1, 2, 3, 4, 7, 8, 640, 0, -5, np.nan])
    assert band_of(sizes).tolist() == pytest.approx(
        [0, 1, 1, 2, 2, 3, 9, np.nan, np.nan, np.nan], nan_ok=True)


def test_band_is_widened_until_the_peers_suffice():
    # bands 0, 1, 2, 3, 6: three accounts are within one band of the second, and no other
    # within two of the last; with three bands the fourth joins it.
    table = features([1, 2, 4, 8, 64])
    found = peers_of(table, 3)
    assert found[1] == [0, 1, 2]
    assert found[0] == [0, 1, 2]        # band 0 to 2
    assert found[4] == [3, 4]           # the widest band holds two, and that is said
    assert peers_of(table, 1)[1] == [1]


def test_peers_are_of_the_same_industry_where_it_holds_enough():
    table = features([4, 4, 4, 4, 4], ["Food", "Food", "Food", "Wood", np.nan])
    assert peers_of(table, 3) == {0: [0, 1, 2], 1: [0, 1, 2], 2: [0, 1, 2],
                                  3: [0, 1, 2, 3, 4], 4: [0, 1, 2, 3, 4]}


def test_account_of_unknown_size_has_its_industry_for_peers():
    table = features([np.nan, 4, 900, np.nan], ["Food", "Food", "Food", np.nan])
    found = peers_of(table, 3)
    assert found[0] == [0, 1, 2]
    assert found[3] == []               # neither size nor industry


def test_peer_quantile_worked_by_hand():
    # Peers 0, 10, …, 40 of one band: the 0.75 quantile is 30; the account far off has no
    # other within three bands, so no quantile.
    table = features([4, 5, 6, 7, 4, 4000])
    spend = pd.DataFrame({"Seals": [0.0, 10, 20, 30, 40, 999]}, index=table.index)
    found, peers_n = peer_quantiles(spend, table, table, 0.75, 5)
    assert found["Seals"].tolist() == pytest.approx([30] * 5 + [np.nan], nan_ok=True)
    assert peers_n.tolist() == [5] * 5 + [1]


@examples
@given(st.sampled_from([0.01, 0.5, 2.0, 3.7, 1e6]), st.integers(0, 100))
def test_unit_of_money_only_scales_the_peer_quantile(factor, seed):
    company = simulate(40, seed)
    plain, _ = peer_quantiles(company.spend, company.features, company.features, 0.85, 5)
    scaled, _ = peer_quantiles(company.spend * factor, company.features, company.features, 0.85, 5)
    assert_frame_equal(scaled, plain * factor, rtol=1e-12)


# --- regression ----------------------------------------------------------------------------

def test_quantile_is_read_back_from_the_logarithm_without_correction():
    # Spend 1 to 99 at one size: the 0.8 quantile line passes through the 80th of the 99
    # amounts, whatever rising function they went through.
    table = features([8.0] * 99)
    spend = pd.DataFrame({"Seals": np.arange(1.0, 100.0)}, index=table.index)
    found = predict_quantiles(spend, table, table, 0.8, LEAST)
    assert found["Seals"].to_numpy() == pytest.approx(80, rel=1e-6)


def test_spend_that_follows_the_size_exactly_is_estimated_exactly():
    # log(1 + spend) = 1 + log(size): spend = e × size - 1 at every quantile.
    sizes = [2.0, 4, 8, 16, 32, 64] * 5
    table = features(sizes)
    spend = pd.DataFrame({"Seals": np.e * table["size"] - 1})
    found = predict_quantiles(spend, table, features([10.0]), 0.85, LEAST)
    assert found["Seals"].tolist() == pytest.approx([10 * np.e - 1], rel=1e-6)


def test_nothing_is_read_off_past_the_largest_spend_seen():
    table = features([2.0, 4, 8, 16, 32, 64] * 5)
    spend = pd.DataFrame({"Seals": np.e * table["size"] - 1})
    found = predict_quantiles(spend, table, features([1_000_000.0]), 0.85, LEAST)
    assert found["Seals"].tolist() == pytest.approx([64 * np.e - 1], rel=1e-6)


def test_industry_has_a_term_of_its_own_only_with_enough_accounts():
    # Twenty of Food spend 100, twenty of all others 10, of one size. Nineteen of Wood spend
    # 10 too, and one more of Food more makes no difference to what Wood is told.
    table = features([8.0] * 40, ["Food"] * 20 + ["Wood"] * 19 + ["Glass"])
    spend = pd.DataFrame({"Seals": [100.0] * 20 + [10.0] * 20}, index=table.index)
    own = predict_quantiles(spend, table, table, 0.85, LEAST)["Seals"]
    assert own.iloc[[0, 20, 39]].tolist() == pytest.approx([100, 10, 10], rel=1e-6)
    together = predict_quantiles(spend, table, table, 0.85, 21)["Seals"]
    assert together.nunique() == 1


@examples
@given(st.integers(0, 1000), st.sampled_from([0.5, 0.85, 0.99]))
def test_wallet_is_never_negative_and_never_below_the_spend(seed, quantile):
    company = simulate(45, seed)
    spend = company.spend - 20.0  # some credits
    found = estimate_wallets(spend, company.features, quantile, 5)
    assert len(found) > 0
    assert (found["wallet"] >= 0).all()
    assert (found["wallet"] >= found["spend"]).all()
    assert (found["potential"] >= 0).all()
    assert (found["potential"] == found["wallet"] - found["spend"]).all()
    assert (found["peers_n"] >= 5).all()


def test_potential_is_summed_over_families_and_not_netted_between_them():
    # All spend 100 in both families but the last: 300 in Seals, none in Drives. Wallet
    # 300 + 100; potential 0 + 100, though it spends more than 200 in all.
    table = features([8.0] * 30)
    spend = pd.DataFrame({"Drives": [100.0] * 29 + [0], "Seals": [100.0] * 29 + [300]},
                         index=table.index)
    last = estimate_wallets(spend, table, 0.85, LEAST).tail(2)
    assert last["family"].tolist() == ["Drives", "Seals"]
    assert last["wallet"].tolist() == pytest.approx([100, 300])
    assert last["potential"].tolist() == pytest.approx([100, 0])


def test_credits_count_as_no_spend_and_leave_the_whole_wallet_open():
    table = features([8.0] * 30)
    spend = pd.DataFrame({"Seals": [100.0] * 29 + [-30]}, index=table.index)
    last = estimate_wallets(spend, table, 0.85, LEAST).iloc[-1]
    assert last["wallet"] == pytest.approx(100)
    assert last["potential"] == pytest.approx(130)


def test_account_with_too_few_others_of_its_size_has_no_estimate():
    table = features([8.0] * 30 + [5000.0, np.nan])
    spend = pd.DataFrame({"Seals": [100.0] * 32}, index=table.index)
    found = estimate_wallets(spend, table, 0.85, LEAST)
    assert set(found["account_id"]) == set(table.index[:30])
    assert (found["peers_n"] == 29).all()  # without the account itself


def test_where_nobody_has_enough_peers_nobody_has_an_estimate():
    table = features([2.0 ** (8 * at) for at in range(10)] * 2)  # two of each, far apart
    spend = pd.DataFrame({"Seals": [100.0] * 20}, index=table.index)
    found = estimate_wallets(spend, table, 0.85, LEAST)
    assert found.empty
    assert found["wallet"].dtype == "float64"


def test_family_that_nobody_buys_has_a_wallet_of_nothing():
    company = simulate(60, 1)
    found = estimate_wallets(company.spend.assign(Belts=0.0, Returns=-5.0), company.features, 0.85,
                             LEAST).groupby("family")["wallet"].max()
    assert found[["Belts", "Returns"]].tolist() == [0, 0]


@pytest.mark.parametrize("factor", [2.0, 100.0])
def test_wallets_grow_with_all_money_about_in_proportion(factor):
    company = simulate(200, 3)
    plain = estimate_wallets(company.spend, company.features, 0.85, LEAST)["wallet"]
    scaled = estimate_wallets(company.spend * factor, company.features, 0.85, LEAST)["wallet"]
    assert scaled.sum() == pytest.approx(factor * plain.sum(), rel=0.1)


@examples
@given(st.integers(0, 50), st.randoms(use_true_random=False))
def test_row_order_moves_neither_estimate_nor_proof_nor_white_space(seed, random):
    company = simulate(45, seed)
    order = list(range(45))
    random.shuffle(order)
    spend, table = company.spend.iloc[order], company.features.iloc[order]
    assert_frame_equal(estimate_wallets(spend, table, 0.85, 10),
                       estimate_wallets(company.spend, company.features, 0.85, 10))
    assert prove(spend, table, 0.85, 10) == prove(company.spend, company.features, 0.85, 10)
    assert_frame_equal(find_white_space(spend, table, 10),
                       find_white_space(company.spend, company.features, 10))


def test_inputs_are_not_changed():
    company = simulate(60, 1)
    spend, table = company.spend - 10, company.features.copy()
    before = spend.copy(), table.copy()
    prove(spend, table, 0.85, LEAST)
    estimate_wallets(spend, table, 0.85, LEAST)
    find_white_space(spend, table, LEAST)
    assert_frame_equal(spend, before[0])
    assert_frame_equal(table, before[1])


def test_large_companies_are_sampled_the_same_way_every_time():
    rows = sample_rows(10_000, 100)
    assert len(set(rows)) == 100
    assert (np.diff(rows) > 0).all()
    assert (rows == sample_rows(10_000, 100)).all()
    assert sample_rows(7, 100).tolist() == list(range(7))


# --- proof ---------------------------------------------------------------------------------

def test_pinball_loss_worked_by_hand():
    # 10 short: 0.85 × 10; 10 over: 0.15 × 10; exact: none.
    loss = pinball_loss(np.array([30.0, 10, 20]), np.array([20.0, 20, 20]), 0.85)
    assert loss.tolist() == pytest.approx([8.5, 1.5, 0])


@examples
@given(st.lists(st.integers(0, 100), min_size=1, max_size=30), st.integers(0, 100))
def test_no_guess_has_a_lower_loss_than_the_quantile(spend, guess):
    amounts = np.array(spend, dtype=float)
    best = np.quantile(amounts, 0.8, method="inverted_cdf")
    assert (pinball_loss(amounts, best, 0.8).sum()
            <= pinball_loss(amounts, float(guess), 0.8).sum() + 1e-9)


def test_estimate_that_follows_size_and_industry_is_used():
    company = simulate(300, 1)
    proof = prove(company.spend, company.features, 0.85, LEAST)
    assert proof.is_used
    assert proof.model < min(proof.peers, proof.everyone)
    assert proof.gain == pytest.approx(1 - proof.model / proof.peers)
    assert proof.accounts_n == 300
    assert proof.folds_won_n >= 3


@pytest.mark.parametrize("seed", range(6))
def test_estimate_from_features_without_meaning_is_refused(seed):
    company = simulate(100, seed)
    proof = prove(company.spend, without_meaning(company, seed), 0.85, LEAST)
    assert proof.reason == NOT_BETTER
    assert not proof.is_used
    assert proof.accounts_n == 100  # it was tried


def test_poor_cases_have_no_estimate_and_say_why():
    company = simulate(40, 1)
    spend, table = company.spend, company.features
    assert prove(spend[[]], table, 0.85, LEAST).reason == NO_FAMILY
    assert prove(spend.head(19), table.head(19), 0.85, LEAST).reason == TOO_FEW
    assert prove(spend.head(0), table.head(0), 0.85, LEAST).reason == TOO_FEW
    assert prove(spend, table.assign(size=np.nan), 0.85, LEAST).reason == NO_SIZE
    few = table.assign(size=table["size"].where(np.arange(40) < 19))
    assert prove(spend, few, 0.85, LEAST).reason == NO_SIZE
    assert prove(spend, table.assign(size=0.0), 0.85, LEAST).reason == NO_SIZE


def test_spend_that_is_the_same_everywhere_is_no_reason_for_an_estimate():
    table = features(list(range(1, 41)))
    spend = pd.DataFrame({"Seals": [100.0] * 40}, index=table.index)
    assert prove(spend, table, 0.85, LEAST).reason == NOT_BETTER


def test_a_single_size_leaves_nothing_to_learn():
    company = simulate(60, 2)
    alike = company.features.assign(size=50.0, industry=np.nan).astype({"industry": "str"})
    assert prove(company.spend, alike, 0.85, LEAST).reason == NOT_BETTER


# --- white space ---------------------------------------------------------------------------

def test_white_space_worked_by_hand():
    # Eight accounts of one band. Seals: 4 of A000's 7 peers buy, for 10, 20, 30 and 40: white
    # space of 25 for A000, and for each other that buys none (A005: 4 of 7 too). Drives: 3
    # of 7 are less than half.
    table = features([4.0] * 8)
    spend = pd.DataFrame({"Drives": [0.0, 5, 5, 5, 0, 0, 0, 0],
                          "Seals": [0.0, 10, 20, 30, 40, 0, -3, 0]}, index=table.index)
    found = find_white_space(spend, table, 7)
    assert found["account_id"].tolist() == ["A000", "A005", "A006", "A007"]
    assert found.iloc[0].drop("account_id").to_dict() == {
        "family": "Seals", "peers_n": 7, "buyers_n": 4, "median_spend": 25}


def test_exactly_half_of_the_peers_suffice():
    table = features([4.0] * 7)
    spend = pd.DataFrame({"Seals": [0.0, 10, 20, 30, 0, 0, 0]}, index=table.index)
    assert find_white_space(spend, table, 6)["buyers_n"].tolist() == [3] * 4
    assert find_white_space(spend.assign(Seals=spend["Seals"].where(
        spend["Seals"] != 10, 0.0)), table, 6).empty


def test_fewer_peers_than_wanted_are_told_and_fewer_than_five_say_nothing():
    for accounts_n, told in ((6, [5]), (5, [])):
        table = features([4.0] * accounts_n)
        spend = pd.DataFrame({"Seals": [0.0] + [10.0] * (accounts_n - 1)}, index=table.index)
        assert find_white_space(spend, table, LEAST)["peers_n"].tolist() == told


def test_no_white_space_gives_an_empty_table_of_the_same_columns():
    table = features([4.0] * 30)
    spend = pd.DataFrame({"Seals": [10.0] * 30}, index=table.index)
    for found in (find_white_space(spend, table, LEAST),
                  find_white_space(spend[[]], table, LEAST),
                  find_white_space(spend.head(0), table.head(0), LEAST)):
        assert list(found.columns) == ["account_id", "family", "peers_n", "buyers_n",
                                       "median_spend"]
        assert found.empty


# --- the study, small ----------------------------------------------------------------------

def test_study_finds_gain_and_refuses_noise():
    found = study([150], 4).loc[150]
    assert 0 < found["gain"] < found["possible"] < 0.5
    assert 0.8 < found["covered"] < 0.92
    assert found["covered_whole"] > 0.85
    assert found["off"] < 0.6
    assert found["used"] >= 0.5
    assert found["noise_refused"] >= 0.75
