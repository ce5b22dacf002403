"""Green Circle or transactional: by hand, by brute force, and at every edge of the method."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from qbrkit.errors import SettingError
from qbrkit.segmentation import (
    GREEN_CIRCLE,
    TRANSACTIONAL,
    apply_overrides,
    concentration,
    count_green,
    cut_share_for,
    segment_accounts,
    whale_curve,
)

examples = settings(deadline=None, max_examples=15)
SHARES = st.sampled_from([0.01, 0.5, 0.6, 0.75, 0.8, 0.85, 0.95, 1.0])


def accounts(revenue, low=np.nan, high=None, gain=np.nan, history=8) -> pd.DataFrame:
    """Accounts A, B, C, … with these figures; one margin is a known one."""
    names = [chr(ord("A") + number) for number in range(len(revenue))]
    figures = {"revenue": revenue, "gross_margin_low": low,
               "gross_margin_high": low if high is None else high, "realizable_potential": gain,
               "history_quarters": history}
    return pd.DataFrame({"account_id": pd.Series(names, dtype="str")} | {
        name: pd.Series(figure if isinstance(figure, list) else [figure] * len(names),
                        dtype="float64") for name, figure in figures.items()})


def at_one_end(table: pd.DataFrame) -> dict[pd.Period, pd.DataFrame]:
    """One quarter-end: without a quarter before, the plain rule holds."""
    return {pd.Period("2026Q4", "Q-DEC"): table}


def reasons(segmented: pd.DataFrame) -> dict[str, str]:
    return dict(zip(segmented["account_id"], segmented["reasons"], strict=True))


def green(segmented: pd.DataFrame) -> str:
    return "".join(segmented.loc[segmented["segment"] == GREEN_CIRCLE, "account_id"])


@st.composite
def any_accounts(draw):
    n = draw(st.integers(0, 9))
    whole = st.integers(-50, 100).map(float)

    def column(values):
        return draw(st.lists(values, min_size=n, max_size=n))

    low, spread = column(st.just(np.nan) | whole), column(st.sampled_from([0.0, 1.0, 20.0]))
    return accounts(column(whole), low, [one + more for one, more in zip(low, spread, strict=True)],
                    column(st.just(np.nan) | whole.map(abs)),
                    column(st.integers(0, 8).map(float)))


def test_segments_worked_by_hand():
    # Revenue 60, 25, 10, 5 (total 100, goal 80): 60 < 80, 60 + 25 = 85 reaches it: cut 25.
    # Margin 10, 8, 6, 1 (total 25, goal 20): 10 + 8 = 18 < 20, + 6 = 24 reaches it: cut 6.
    # D: 5 + 20 = 25 reaches the volume cut with its potential, so it is green by potential;
    # its margin 1 + 20 x 1/5 = 5 stays below 6.
    found = segment_accounts(accounts([60, 25, 10, 5], [10, 8, 6, 1],
                                      gain=[np.nan, 0, 0, 20]))
    assert reasons(found) == {"A": "margin, volume", "B": "margin, volume", "C": "margin",
                              "D": "potential"}
    cuts = found.attrs["cuts"]
    assert (cuts.cut_share, cuts.volume, cuts.margin) == (0.8, 25, 6)
    # nearer cut: A min(25-60, 6-10), B min(0, -2), C min(15, 0), D min(20, 5)
    assert found["distance_to_cut"].tolist() == [-35, -2, 0, 5]


def test_potential_counts_for_margin_at_the_rate_of_the_account():
    # Cut share 0.6. Revenue 90, 10, goal 60: cut 90. Margin 9, 6, goal 0.6 x 15 = 9: cut 9.
    # B earns 6 on 10, so 5 more revenue bring 3 more margin: 6 + 3 = 9 reaches the cut; 4 do not.
    enough = segment_accounts(accounts([90, 10], [9, 6], gain=[0, 5]), 0.6)
    short = segment_accounts(accounts([90, 10], [9, 6], gain=[0, 4]), 0.6)
    assert (reasons(enough)["B"], reasons(short)["B"]) == ("potential", "")


def test_several_reasons_can_hold_with_potential_among_them():
    # Volume: 60 of 100 reaches 0.5: cut 60. Margin: 5, 20, 5, goal 15: cut 20.
    # A is inside by volume; its margin 5 + 180 x 5/60 = 20 reaches the margin cut.
    found = segment_accounts(accounts([60, 30, 10], [5, 20, 5], gain=[180, np.nan, np.nan]), 0.5)
    assert reasons(found) == {"A": "volume, potential", "B": "margin", "C": ""}


def test_ties_at_the_cut_all_enter():
    # 50 + 20 = 70 < 80, one 20 more reaches 90 of the goal 88: every 20 enters.
    found = segment_accounts(accounts([50, 20, 20, 20]))
    assert green(found) == "ABCD"
    assert green(segment_accounts(accounts([5, 5, 5, 5]), 0.25)) == "ABCD"


def test_share_reached_exactly_takes_no_further_account():
    assert green(segment_accounts(accounts([60, 20, 15, 5]))) == "AB"
    # 0.7 + 0.5 = 1.2 is 0.8 of 1.5, though not in floating point
    assert green(segment_accounts(accounts([0.7, 0.5, 0.2, 0.1]))) == "AB"


@pytest.mark.parametrize("cut_share", [0, -0.1, 1.01, float("nan")])
def test_share_outside_its_range_is_refused(cut_share):
    with pytest.raises(SettingError, match=r"cut_share must be in \(0, 1\], not "):
        segment_accounts(accounts([1.0]), cut_share)


def test_no_account_gives_an_empty_table_of_the_same_columns():
    empty = segment_accounts(accounts([]))
    assert empty.columns.tolist() == segment_accounts(accounts([1.0])).columns.tolist()
    assert empty.empty
    assert empty.attrs["cuts"].volume == math.inf
    assert count_green(accounts([]), 0.8) == 0
    assert cut_share_for(at_one_end(accounts([])), 5) == 0.8
    assert apply_overrides(empty, None, pd.Timestamp("2026-09-30")).empty


def test_only_account_with_revenue_is_the_circle():
    found = segment_accounts(accounts([0.01]))
    assert reasons(found) == {"A": "volume"}


def test_credits_only_are_dormant_and_transactional():
    found = segment_accounts(accounts([-10.0, -5.0], [-2.0, 1.0]))
    assert found["segment"].tolist() == [TRANSACTIONAL] * 2
    assert found["is_dormant"].all()
    assert found.attrs["cuts"].volume == math.inf


def test_unknown_margins_leave_volume_and_potential():
    found = segment_accounts(accounts([60, 25, 10, 5], gain=[np.nan, np.nan, np.nan, 20]))
    assert reasons(found) == {"A": "volume", "B": "volume", "C": "", "D": "potential"}
    assert found.attrs["cuts"].margin == math.inf
    assert not found["is_decided_by_guess"].any()
    assert not found["loses_money"].any()


def test_total_margin_below_zero_still_finds_who_earns():
    # margins 10, -40, 1: the positive total is 11, its goal 8.8: cut 10.
    found = segment_accounts(accounts([10, 80, 10], [10, -40, 1]))
    assert reasons(found) == {"A": "margin", "B": "volume", "C": ""}
    assert found.attrs["cuts"].margin == 10


def test_nobody_earns_and_there_is_no_margin_cut():
    found = segment_accounts(accounts([60, 40], [-1, 0]))
    assert found.attrs["cuts"].margin == math.inf
    assert reasons(found) == {"A": "volume", "B": "volume"}


def test_account_that_loses_money_is_green_by_volume_at_most():
    # Cut 80. B would reach it with its potential, and loses money; C reaches it and earns.
    found = segment_accounts(accounts([80, 10, 10], [-5, -1, 3], gain=[np.nan, 70, 70]))
    assert reasons(found) == {"A": "volume", "B": "", "C": "margin, potential"}
    assert found["loses_money"].tolist() == [True, True, False]


def test_margin_that_may_be_negative_is_not_yet_a_loss():
    found = segment_accounts(accounts([80], [-5], [1]))
    assert not found["loses_money"].any()


def test_provisional_accounts_do_not_find_the_cut():
    # With P the goal would be 160 of 200 and the cut 60; without it 80 of 100: cut 25.
    figures = [60, 25, 10, 5, 100]
    found = segment_accounts(accounts(figures, figures, history=[8, 8, 8, 8, 1]))
    assert (found.attrs["cuts"].volume, found.attrs["cuts"].margin) == (25, 25)
    assert found["is_provisional"].tolist() == [False] * 4 + [True]
    assert green(found) == "ABE"   # it is measured by the cut all the same


def test_history_that_counts_is_a_setting():
    table = accounts([60, 40], history=[3, 8])
    assert segment_accounts(table, min_history_quarters=4)["is_provisional"].tolist() == [
        True, False]


def test_account_without_revenue_is_dormant_whatever_its_potential():
    found = segment_accounts(accounts([100, 0], [10, 20], gain=[np.nan, 1000]))
    assert found["is_dormant"].tolist() == [False, True]
    assert green(found) == "A"


def test_unknown_potential_never_makes_green_and_known_potential_does():
    unknown = segment_accounts(accounts([80, 20], gain=[np.nan, np.nan]))
    known = segment_accounts(accounts([80, 20], gain=[np.nan, 60]))
    assert (green(unknown), green(known)) == ("A", "AB")


def test_segment_decided_by_the_guess_of_a_cost_says_so():
    # Margins: A 10, B 8, C 0 to 8. Middle: 10, 8, 4, goal 17.6: cut 8, C outside.
    # Low end: 10, 8, 0, goal 14.4: cut 8. High end: 10, 8, 8, goal 20.8: cut 8 and C enters.
    found = segment_accounts(accounts([50, 40, 10], [10, 8, 0], [10, 8, 8]))
    assert green(found) == "AB"
    assert found["is_decided_by_guess"].tolist() == [False, False, True]


def test_account_whose_own_costs_are_known_is_not_decided_by_a_guess():
    # Margins: A 10, B 8, C 0 to 30, D 5. Middle: 15, 10, 8, 5, goal 30.4: C, A and B, cut 8.
    # Low end: 10, 8, 5, goal 18.4: 10, 8 and 5: the cut falls to 5, so that D would enter. High
    # end: 30, 10, 8, 5, goal 42.4: cut 8. It is the costs of C that move the cut; those of D
    # are known, to within a cent if need be.
    for width in (0, 0.009):
        found = segment_accounts(accounts([50, 40, 5, 5], [10, 8, 0, 5], [10, 8, 30, 5 + width]))
        assert green(found) == "ABC"
        assert found["is_decided_by_guess"].tolist() == [False, False, True, False]


@examples
@given(any_accounts(), SHARES)
def test_circle_is_the_smallest_set_that_reaches_the_share_with_its_ties(table, share):
    found = segment_accounts(table.assign(realizable_potential=np.nan, gross_margin_low=np.nan,
                                          gross_margin_high=np.nan, history_quarters=8), share)
    ranked = sorted((Fraction(one) for one in table["revenue"] if one > 0), reverse=True)
    goal, reached, cut = Fraction(str(share)) * sum(ranked), Fraction(0), None
    for amount in ranked:
        if reached >= goal:
            break
        reached, cut = reached + amount, amount
    expected = [cut is not None and Fraction(one) >= cut for one in table["revenue"]]
    assert (found["segment"] == GREEN_CIRCLE).tolist() == expected


@examples
@given(any_accounts(), SHARES, SHARES)
def test_wider_cut_never_drops_an_account(table, one, other):
    narrow = segment_accounts(table, min(one, other))["segment"] == GREEN_CIRCLE
    wide = segment_accounts(table, max(one, other))["segment"] == GREEN_CIRCLE
    assert (wide | ~narrow).all()


@examples
@given(any_accounts(), SHARES, st.randoms(use_true_random=False))
def test_row_order_does_not_move_a_segment_and_input_is_not_changed(table, share, random):
    before = table.copy(deep=True)
    plain = segment_accounts(table, share)
    assert_frame_equal(table, before)
    assert_frame_equal(plain[table.columns], table)
    order = list(range(len(table)))
    random.shuffle(order)
    shuffled = segment_accounts(table.iloc[order], share)
    assert shuffled["account_id"].tolist() == table["account_id"].iloc[order].tolist()
    assert_frame_equal(shuffled.sort_index(), plain)


@examples
@given(any_accounts(), SHARES)
def test_currency_unit_does_not_move_a_segment(table, share):
    money = ["revenue", "gross_margin_low", "gross_margin_high", "realizable_potential"]
    plain = segment_accounts(table, share)
    scaled = segment_accounts(table.assign(**{name: table[name] * 4 for name in money}), share)
    assert_frame_equal(scaled.drop(columns=[*money, "distance_to_cut"]),
                       plain.drop(columns=[*money, "distance_to_cut"]))
    assert_series_equal(scaled["distance_to_cut"], plain["distance_to_cut"] * 4)


@examples
@given(any_accounts(), SHARES)
def test_promises_of_the_method_hold_for_any_accounts(table, share):
    found = segment_accounts(table, share)
    is_green = found["segment"] == GREEN_CIRCLE
    assert is_green.equals(found["reasons"] != "")
    assert not (is_green & found["is_dormant"]).any()
    losing = found[found["loses_money"] & is_green]
    assert set(losing["reasons"]) <= {"volume"}
    unknown = found[found["realizable_potential"].isna()]
    assert not unknown["reasons"].str.contains("potential").any()
    inside = found["reasons"].str.contains("margin|volume")
    assert (found.loc[inside, "distance_to_cut"] <= 0).all()
    assert (found.loc[~inside & ~found["is_dormant"], "distance_to_cut"] > 0).all()


@examples
@given(any_accounts(), SHARES)
def test_more_potential_never_drops_an_account(table, share):
    more = table.assign(realizable_potential=table["realizable_potential"] + 10)
    plain = segment_accounts(table, share)["segment"] == GREEN_CIRCLE
    assert ((segment_accounts(more, share)["segment"] == GREEN_CIRCLE) | ~plain).all()


def test_capacity_worked_by_hand():
    # Revenue 60, 25, 10, 5: one account is green up to a share of 0.6 (60 reaches 60), two up
    # to 0.85, three up to 0.95.
    table = accounts([60, 25, 10, 5])
    assert cut_share_for(at_one_end(table), 1) == 0.6
    assert cut_share_for(at_one_end(table), 2, 0.95) == 0.85
    assert cut_share_for(at_one_end(table), 2) == 0.8
    assert cut_share_for(at_one_end(table), 4, 0.95) == 0.95


def test_capacity_not_set_leaves_the_share():
    assert cut_share_for(at_one_end(accounts([60, 25, 10, 5])), None, 0.73) == 0.73


def test_circle_that_cannot_be_small_enough_gets_the_smallest_share():
    assert cut_share_for(at_one_end(accounts([5, 5, 5, 5])), 3) == 0.001


def test_share_between_two_thousandths_loses_less_than_one():
    # 60 of 100 reaches 0.6, so one account fits at 0.600 and not at 0.6004.
    assert cut_share_for(at_one_end(accounts([60, 25, 15])), 1, 0.6004) == 0.6


@settings(deadline=None, max_examples=15)
@given(any_accounts(), st.integers(1, 6), st.sampled_from([0.5, 0.8, 0.8004, 0.95]))
def test_capacity_share_is_the_largest_that_fits(table, reviews, wanted):
    share = cut_share_for(at_one_end(table), reviews, wanted)
    assert share <= wanted
    if share == wanted:
        assert count_green(table, share) <= reviews
        return
    step = round(share * 1000)
    assert share == step / 1000
    assert count_green(table, min((step + 1) / 1000, wanted)) > reviews
    assume(step > 1)
    assert count_green(table, share) <= reviews


def overrides(*rows: tuple) -> pd.DataFrame:
    ids, segments, why, expires = zip(*rows, strict=True) if rows else ((),) * 4
    return pd.DataFrame({
        "account_id": pd.Series(ids, dtype="str"), "segment": pd.Series(segments, dtype="str"),
        "reason": pd.Series(why, dtype="str"), "author": pd.Series(["us"] * len(ids), dtype="str"),
        "valid_from": pd.Series(pd.NaT, index=range(len(ids)), dtype="datetime64[us]"),
        "expires": pd.Series(pd.to_datetime(list(expires)), dtype="datetime64[us]")})


def override(*rows: tuple, as_of: str = "2026-09-30") -> pd.DataFrame:
    segmented = segment_accounts(accounts([90, 10]))   # A green by volume, B transactional
    return apply_overrides(segmented, overrides(*rows), pd.Timestamp(as_of))


def test_override_replaces_segment_and_reason_and_keeps_its_words():
    found = override(("B", GREEN_CIRCLE, "new plant", "2026-12-31"))
    assert found["segment"].tolist() == [GREEN_CIRCLE] * 2
    assert found["reasons"].tolist() == ["volume", "override"]
    assert found["override_reason"].isna().tolist() == [True, False]
    assert found[["override_reason", "override_author", "override_expires"]].iloc[1].tolist() == [
        "new plant", "us", pd.Timestamp("2026-12-31")]


@pytest.mark.parametrize(("begins", "holds"), [
    ("2026-09-29", True), ("2026-09-30", True), ("2026-10-01", False), (None, True)])
def test_override_counts_from_its_first_day_where_it_has_one(begins, holds):
    rows = overrides(("B", GREEN_CIRCLE, "new plant", "2026-12-31")).assign(
        valid_from=pd.Series([begins], dtype="datetime64[us]"))
    found = apply_overrides(segment_accounts(accounts([90, 10])), rows, pd.Timestamp("2026-09-30"))
    assert (found["segment"].iloc[1] == GREEN_CIRCLE) is holds


def test_override_can_take_an_account_out_of_the_circle():
    found = override(("A", TRANSACTIONAL, "closing down", "2026-12-31"))
    assert found["segment"].tolist() == [TRANSACTIONAL] * 2


@pytest.mark.parametrize(("expires", "holds"), [
    ("2026-09-29", False), ("2026-09-30", True), ("2026-10-01", True)])
def test_override_counts_until_its_last_day(expires, holds):
    found = override(("B", GREEN_CIRCLE, "new plant", expires))
    assert (found["segment"].iloc[1] == GREEN_CIRCLE) is holds
    assert (found["reasons"].iloc[1] == "override") is holds


@pytest.mark.parametrize("rows", [(), (("Z", GREEN_CIRCLE, "nobody", "2026-12-31"),)])
def test_override_of_nobody_changes_nothing(rows):
    plain = segment_accounts(accounts([90, 10]))
    for found in (override(*rows), apply_overrides(plain, None, pd.Timestamp("2026-09-30"))):
        words = ["override_reason", "override_author", "override_expires"]
        assert_frame_equal(found.drop(columns=words), plain)
        assert found[words].isna().all(axis=None)


def test_of_two_overrides_after_a_roll_up_the_one_that_expires_last_holds():
    rows = [("B", TRANSACTIONAL, "small", "2026-11-30"), ("B", GREEN_CIRCLE, "plant", "2026-12-31")]
    for given_rows in (rows, rows[::-1]):
        found = override(*given_rows)
        assert found["segment"].iloc[1] == GREEN_CIRCLE
        assert found["override_reason"].iloc[1] == "plant"


def test_of_two_overrides_that_expire_together_green_circle_holds():
    found = override(("A", TRANSACTIONAL, "small", "2026-12-31"),
                     ("A", GREEN_CIRCLE, "plant", "2026-12-31"))
    assert found["override_reason"].iloc[0] == "plant"


def test_overrides_leave_their_inputs_as_they_are():
    segmented, rows = segment_accounts(accounts([90, 10])), overrides(
        ("B", GREEN_CIRCLE, "plant", "2026-12-31"))
    before = segmented.copy(deep=True), rows.copy(deep=True)
    apply_overrides(segmented, rows, pd.Timestamp("2026-09-30"))
    assert_frame_equal(segmented, before[0])
    assert_frame_equal(rows, before[1])


def test_concentration_worked_by_hand():
    # 60, 20, 10, 5, 5 of 100: the top fifth is one account: 0.6. With a sixth of 0 the same;
    # with a sixth of 20 the top fifth of six is two accounts: 80 of 120.
    amounts = [60.0, 20, 10, 5, 5]
    assert concentration(pd.Series(amounts)) == 0.6
    assert concentration(pd.Series([*amounts, 0.0, np.nan])) == 0.6
    assert concentration(pd.Series([*amounts, 20.0])) == pytest.approx(80 / 120)


@pytest.mark.parametrize("amounts", [[], [0.0], [-1.0, 1.0], [-5.0, 2.0], [np.nan]])
def test_concentration_of_nothing_is_missing(amounts):
    assert np.isnan(concentration(pd.Series(amounts, dtype="float64")))


def test_whale_curve_worked_by_hand():
    # 60, 50, -10 of 100: 0.6, 1.1, 1.0 — the peak exceeds 1.
    curve = whale_curve(pd.Series([50.0, -10.0, 60.0, np.nan], index=list("abcd")))
    assert curve.index.tolist() == ["c", "a", "b"]
    assert curve.tolist() == pytest.approx([0.6, 1.1, 1.0])


@pytest.mark.parametrize("margins", [[], [-1.0, 1.0], [-5.0], [np.nan]])
def test_whale_curve_of_no_positive_total_is_empty(margins):
    assert whale_curve(pd.Series(margins, dtype="float64")).empty


@examples
@given(st.lists(st.integers(-100, 1000).map(float), min_size=1, max_size=12))
def test_whale_curve_ends_at_the_whole_and_peaks_at_one_or_above(margins):
    assume(sum(margins) > 0)
    curve = whale_curve(pd.Series(margins))
    assert len(curve) == len(margins)
    assert curve.iloc[-1] == pytest.approx(1)
    assert curve.max() >= 1 - 1e-12
