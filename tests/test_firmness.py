"""Firmness: by hand on the smallest cases, the rule itself, and the study on a small scale."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_series_equal

from benchmarks import firmness as study
from qbrkit.segmentation import (
    BORDERLINE,
    DRAWS,
    FIRM,
    FIRMLY_TRANSACTIONAL,
    GREEN_CIRCLE,
    class_of_firmness,
    measure_firmness,
    segment_accounts,
)
from qbrkit.segmentation.firmness import (
    BLOCK_MONTHS,
    MONTHS,
    SPREAD,
    draw_perturbations,
    is_green,
    resampled_years,
)

examples = settings(deadline=None, max_examples=15)
NEVER_DRAWN = (1 - BLOCK_MONTHS / MONTHS) ** (MONTHS // BLOCK_MONTHS)
"""A month lies in three of the twelve blocks that may start: none of four draws hits it."""


def company(revenue, low=None, high=None, gain=None, history=None):
    """Figures and months of accounts A, B, …; a number is the same in every month."""
    def months(amounts):
        return np.array([np.full(MONTHS, one) if np.isscalar(one) else one for one in amounts],
                        dtype=float).reshape(len(amounts), MONTHS)
    sums = {"revenue": months(revenue)}
    sums["gross_margin_low"] = months(low) if low else np.full_like(sums["revenue"], np.nan)
    sums["gross_margin_high"] = months(high) if high else sums["gross_margin_low"]
    n = len(revenue)
    figures = pd.DataFrame({
        "account_id": pd.Series([chr(ord("A") + at) for at in range(n)], dtype="str"),
        **{name: amounts.sum(axis=1) for name, amounts in sums.items()},
        "realizable_potential": gain or [np.nan] * n, "history_quarters": history or [8.0] * n})
    return figures, sums


def in_one_month(amount):
    return [0.0] * 6 + [amount] + [0.0] * 5


def firmness_of(*given, **asked) -> list[float]:
    return measure_firmness(*company(*given), **asked).tolist()


def test_account_far_above_is_always_inside_and_one_far_below_never():
    assert firmness_of([100, 1]) == [1, 0]


def test_account_inside_from_a_share_on_is_inside_as_often_as_the_share_is_drawn():
    # A has 78 of 100: one account up to a share of 0.78, B as well above it.
    # The share is uniform from 0.75 to 0.85, so B is inside with (0.85 - 0.78) / 0.1 = 0.7.
    assert firmness_of([78, 22])[1] == pytest.approx(0.7, abs=0.04)
    # around another share: 0.6 is uniform from 0.55 to 0.65; A has 62 of 100: 0.3
    assert firmness_of([62, 38], cut_share=0.6)[1] == pytest.approx(0.3, abs=0.04)


def test_account_that_bought_in_one_month_is_inside_as_often_as_the_month_is_drawn():
    # B is by far the largest where its month counts once or more, and dormant where it does
    # not: 1 - 0.75^4 = 0.684; four standard errors of 2,000 draws are 0.042.
    assert firmness_of([1, in_one_month(10_000)])[1] == pytest.approx(1 - NEVER_DRAWN, abs=0.042)


def test_same_months_are_drawn_for_all_accounts():
    # A and B both bought in the same month only: whenever it counts, both grow alike
    found = firmness_of([in_one_month(60), in_one_month(60), 0.001])
    assert found[0] == found[1] == pytest.approx(1 - NEVER_DRAWN, abs=0.042)


def test_unknown_margin_lies_anywhere_in_its_range():
    # Margins of the year: A 100, B anywhere from 0 to 400. The larger is always inside; B below
    # 100 is as long as A alone misses the share s: 100 < s (100 + b), b > 100 (1 - s) / s,
    # on average over s from 0.75 to 0.85 about 25.1. So P = 1 - 25.1 / 400 = 0.937.
    found = firmness_of([1000, 0.1], [100 / 12, 0], [100 / 12, 400 / 12])
    assert found[1] == pytest.approx(0.937, abs=0.022)


def test_potential_makes_firm_and_a_loss_takes_it_away():
    assert firmness_of([100, 1], [50, 0.5], None, [np.nan, 1150.0]) == [1, 0]
    assert firmness_of([100, 1], [50, 0.5], None, [np.nan, 1300.0]) == [1, 1]
    assert firmness_of([100, 1], [50, -0.5], None, [np.nan, 1300.0]) == [1, 0]


def test_dormant_account_is_never_inside_and_a_provisional_one_draws_no_cut():
    assert firmness_of([100, 0], None, None, [np.nan, 9999.0]) == [1, 0]
    # with P at 400 a year the cut would lie above 300; without it A alone draws it
    assert firmness_of([25, 34], None, None, None, [8, 1]) == [1, 1]
    assert firmness_of([25, 3400], None, None, None, [8, 8]) == [0, 1]


def test_nobody_or_nothing_gives_zeros():
    assert firmness_of([]) == []
    assert firmness_of([0, -5]) == [0, 0]
    assert firmness_of([5, 4], None, None, None, [1, 1]) == [0, 0]  # nobody draws a cut


def test_classes():
    found = class_of_firmness(pd.Series([1.0, 0.9, 0.8995, 0.1005, 0.1, 0.0]))
    assert found.tolist() == [FIRM, FIRM, BORDERLINE, BORDERLINE, FIRMLY_TRANSACTIONAL,
                              FIRMLY_TRANSACTIONAL]


def some_company(n=40, seed=5):
    random = np.random.default_rng(seed)
    revenue = random.gamma(2, 1, (n, MONTHS)) * random.lognormal(3, 1, (n, 1))
    low = revenue * random.uniform(-0.1, 0.5, (n, 1))
    high = low + revenue * 0.2 * (random.random((n, 1)) < 0.3)
    figures, _ = company(list(revenue))
    figures = figures.assign(
        account_id=pd.Series([f"K{at:03}" for at in range(n)], dtype="str"),
        realizable_potential=np.where(random.random(n) < 0.3, random.gamma(1, 500, n), np.nan),
        history_quarters=random.integers(1, 9, n).astype(float))
    return figures, {"revenue": revenue, "gross_margin_low": low, "gross_margin_high": high}


def test_same_inputs_give_the_same_figures_and_another_seed_others():
    one, again = measure_firmness(*some_company()), measure_firmness(*some_company())
    assert_series_equal(one, again)
    other = measure_firmness(*some_company(), seed=7)
    assert not one.equals(other)
    assert (one - other).abs().max() < 0.06  # draws differ, the firmness does not
    assert (one * DRAWS == (one * DRAWS).round()).all()


def test_order_of_the_accounts_moves_no_figure():
    figures, months = some_company()
    order = np.random.default_rng(1).permutation(len(figures))
    shuffled = measure_firmness(figures.iloc[order], {
        name: amounts[order] for name, amounts in months.items()})
    assert_series_equal(shuffled.sort_index(), measure_firmness(figures, months))


def test_how_many_perturbations_are_held_at_once_moves_no_figure(monkeypatch):
    whole = measure_firmness(*some_company(), draws_n=300)
    monkeypatch.setattr("qbrkit.segmentation.firmness.CELLS", 40 * 7)
    assert_series_equal(measure_firmness(*some_company(), draws_n=300), whole)


def test_inputs_stay_as_they_are():
    figures, months = some_company()
    before, amounts = figures.copy(deep=True), {name: one.copy() for name, one in months.items()}
    measure_firmness(figures, months, draws_n=50)
    pd.testing.assert_frame_equal(figures, before)
    assert all((months[name] == amounts[name]).all() for name in months)


def test_year_is_resampled_about_itself_with_the_variance_of_independent_months():
    # Twelve months with variance v (about their mean, n - 1): the year has 12 v.
    random = np.random.default_rng(3)
    months = random.normal(100, 20, (400, MONTHS))
    years = np.concatenate([resampled_years(months, weights)
                            for _, weights, _ in draw_perturbations(0.8, 4000, 1, 400)])
    assert years.mean(axis=0) == pytest.approx(months.sum(axis=1), rel=0.01)
    wanted = 12 * months.var(axis=1, ddof=1).mean()
    assert years.var(axis=0).mean() == pytest.approx(wanted, rel=0.1)
    assert pytest.approx(4 / 3) == SPREAD**2


def test_blocks_are_three_months_that_run_on_from_december_to_january():
    (_, weights, _), = draw_perturbations(0.8, 500, 1, 1)
    counts = np.rint((weights - 1) / SPREAD + 1).astype(int)
    assert (counts.sum(axis=1) == MONTHS).all()
    assert counts.min() == 0
    # each month is as often drawn as any other
    assert counts.mean(axis=0) == pytest.approx(np.ones(MONTHS), abs=0.2)


@st.composite
def any_figures(draw):
    n = draw(st.integers(1, 9))
    whole = st.integers(-50, 100).map(float)

    def column(values):
        return draw(st.lists(values, min_size=n, max_size=n))
    margin = column(whole) if draw(st.booleans()) else [np.nan] * n
    return pd.DataFrame({
        "account_id": [chr(ord("A") + at) for at in range(n)], "revenue": column(whole),
        "gross_margin_low": margin, "gross_margin_high": margin,
        "realizable_potential": column(st.just(np.nan) | whole.map(abs)),
        "history_quarters": column(st.integers(0, 4).map(float))})


@examples
@given(any_figures(), st.sampled_from([0.01, 0.5, 0.7, 0.8, 0.85, 1.0]))
def test_draw_that_perturbs_nothing_is_the_rule(figures, share):
    found = is_green(figures["revenue"].to_numpy()[np.newaxis],
                     figures["gross_margin_low"].to_numpy()[np.newaxis],
                     figures["realizable_potential"].to_numpy(),
                     (figures["history_quarters"] >= 2).to_numpy(), np.array([share]))
    wanted = segment_accounts(figures, share)["segment"] == GREEN_CIRCLE
    assert found[0].tolist() == wanted.tolist()


@examples
@given(st.lists(st.lists(st.integers(0, 50).map(float), min_size=12, max_size=12), min_size=2,
                max_size=5), st.integers(1, 100))
def test_more_revenue_in_every_month_never_makes_less_firm(months, more):
    plain = firmness_of(months, draws_n=60)
    first = np.array(months[0]) + more
    raised = firmness_of([first.tolist(), *months[1:]], draws_n=60)
    assert raised[0] >= plain[0]


@examples
@given(any_figures(), st.integers(1, 200))
def test_more_potential_never_makes_less_firm(figures, more):
    months = {name: np.repeat(figures[[name]].to_numpy() / MONTHS, MONTHS, axis=1)
              for name in ("revenue", "gross_margin_low", "gross_margin_high")}
    plain = measure_firmness(figures, months, draws_n=40)
    raised = measure_firmness(figures.assign(
        realizable_potential=figures["realizable_potential"] + more), months, draws_n=40)
    assert (raised >= plain).all()


# --- the study, small --------------------------------------------------------------------

def test_wilson_interval_by_hand():
    # z² = 3.8415: (0.5 + 0.0192) / (1.0384) = 0.5; half 1.96 / 1.0384 x sqrt(.0025 + .000096)
    low, high = study.wilson(np.array([0.5]), 100)
    assert (low[0], high[0]) == pytest.approx((0.4038, 0.5962), abs=1e-4)


def test_few_draws_hold_what_many_give():
    assert 0.85 <= study.interval_coverage(3, 40, 20_000) <= 1


def test_accounts_called_firm_truly_are_and_the_borderline_ones_are_either():
    found = study.calibration(4, 100)
    assert found.loc["firm", "truly_green"] > 0.95
    assert found.loc["firmly transactional", "truly_green"] < 0.05
    middle = found.loc["0.1 to 0.3":"0.7 to 0.9"]
    share = (middle["truly_green"] * middle["accounts"]).sum() / middle["accounts"].sum()
    assert 0.3 < share < 0.7


def test_band_of_the_resampled_year_is_too_narrow_by_what_the_study_says():
    months = study.simulate_months(np.random.default_rng(5), 1500, 25)
    found = study.band_coverage(months, MONTHS)
    assert found["none"] < found["as used"] < found["and few blocks"]
    assert 0.85 < found["as used"] < 0.93
    assert 0.93 < found["and few blocks"] < 0.97


def test_time_is_measured():
    assert 0 < study.seconds_for(300) < 30
