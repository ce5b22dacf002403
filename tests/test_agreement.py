"""Agreement of a panel: the published examples, what must hold always, and panels made up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare, kendalltau
from tables import properties

from qbrkit.black_ops.agreement import kendall_w, krippendorff_alpha

NO = np.nan
# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), part C: four observers,
# twelve units, values missing; the paper gives nominal 0.743, ordinal 0.815, interval 0.849.
COMPUTING = pd.DataFrame([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NO, NO, NO], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NO, 3],
    [NO, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NO], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NO]]).T
# A. F. Hayes and K. Krippendorff, Answering the Call for a Standard Reliability Measure for
# Coding Data (2007), table 1: five observers of forty articles, ordinal alpha 0.7598. One word
# per article, a dot where an observer did not judge it.
ARTICLES = pd.DataFrame([[NO if mark == "." else int(mark) for mark in article] for article in (
    "112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223 111.1 "
    "111.1 212.2 1233. 1101. 000.0 0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2 "
    "110.0 2121. 22.22 3222. 222.2 223.2 222.2 22.12 2222. 111.1").split()])
# Example program of the NAG library's g08da: three rankings of ten objects with ties, W 0.828.
TIED = pd.DataFrame([
    [1.0, 4.5, 2.0, 4.5, 3.0, 7.5, 6.0, 9.0, 7.5, 10.0],
    [2.5, 1.0, 2.5, 4.5, 4.5, 8.0, 9.0, 6.5, 10.0, 6.5],
    [2.0, 1.0, 4.5, 4.5, 4.5, 4.5, 8.0, 8.0, 8.0, 10.0]]).T
# ProofWiki, Kendall's Coefficient of Concordance, Arbitrary Example 1: four judges rank three.
UNTIED = pd.DataFrame([[1, 1, 2, 3], [3, 2, 3, 1], [2, 3, 1, 2]])
RATINGS = st.lists(st.lists(st.sampled_from([0.1, 0.2, 0.5, 0.6, None]), min_size=3, max_size=3),
                   min_size=2, max_size=7).map(lambda rows: pd.DataFrame(rows, dtype="float64"))


def panel(noise, seed, items=16, raters=6):
    """Best guesses of raters who see the same chances, each with an error of that size."""
    rng = np.random.default_rng(seed)
    true = np.linspace(0.05, 0.9, items)
    return true, pd.DataFrame(true[:, None] + noise * rng.standard_normal((items, raters)))


def test_krippendorffs_own_example():
    assert krippendorff_alpha(COMPUTING) == pytest.approx(0.815, abs=0.0005)


def test_the_forty_articles_of_hayes_and_krippendorff():
    assert ARTICLES.shape == (40, 5)
    assert krippendorff_alpha(ARTICLES) == pytest.approx(0.7598, abs=0.00005)


def test_kendalls_w_without_ties():
    # rank sums 7, 9, 8: S = 2, and W = 12 * 2 / (16 * (27 - 3)) = 1/16
    assert kendall_w(UNTIED) == pytest.approx(1 / 16)


def test_kendalls_w_with_ties():
    assert kendall_w(TIED) == pytest.approx(0.828, abs=0.0005)
    # S = 591; ties of 2 twice, of 2 thrice, of 4 and 3: T = 12 + 18 + 60 + 24 = 114
    assert kendall_w(TIED) == pytest.approx(12 * 591 / (9 * 990 - 3 * 114))


@properties
@given(RATINGS)
def test_w_is_what_friedmans_test_says(ratings):
    whole = ratings.dropna()
    value = kendall_w(ratings)
    if len(whole) < 2 or (whole.nunique() == 1).all():
        assert np.isnan(value)
        return
    chi2 = friedmanchisquare(*whole.to_numpy()).statistic if len(whole) > 2 else None
    assert 0 <= value <= 1 + 1e-12
    if chi2 is not None:  # chi2 = m (n - 1) W, with the same correction for ties
        assert value == pytest.approx(chi2 / (3 * (len(whole) - 1)))


@properties
@given(RATINGS, st.permutations(range(3)))
def test_only_the_order_of_the_ratings_counts(ratings, order):
    relabelled = ratings[list(order)].iloc[::-1]
    stretched = ratings ** 3 + 5  # another scale with the same order
    for measure in (krippendorff_alpha, kendall_w):
        assert measure(relabelled) == pytest.approx(measure(ratings), nan_ok=True)
        assert measure(stretched) == pytest.approx(measure(ratings), nan_ok=True)
    alpha = krippendorff_alpha(ratings)
    assert np.isnan(alpha) or alpha <= 1


@properties
@given(RATINGS)
def test_alpha_is_that_of_its_definition(ratings):
    """Pair by pair, with the ordinal difference as the paper writes it."""
    units = [unit.dropna().to_list() for _, unit in ratings.iterrows()]
    units = [unit for unit in units if len(unit) > 1]
    every = [value for unit in units for value in unit]
    count = pd.Series(every, dtype="float64").value_counts()

    def apart(one, other):
        low, high = sorted((one, other))
        between = count[(count.index >= low) & (count.index <= high)].sum()
        return (between - (count[low] + count[high]) / 2) ** 2

    observed = sum(apart(one, other) / (len(unit) - 1) for unit in units
                   for one in unit for other in unit)
    by_chance = sum(apart(one, other) for one in every for other in every)
    expected = (NO if by_chance == 0
                else 1 - (len(every) - 1) * observed / by_chance)
    assert krippendorff_alpha(ratings) == pytest.approx(expected, nan_ok=True)


def test_nothing_to_compare_gives_no_figure():
    for ratings in (pd.DataFrame({"a": [0.4, 0.4], "b": [0.4, 0.4]}),        # no spread
                    pd.DataFrame({"a": [0.4, NO], "b": [NO, 0.7]}),          # nothing shared
                    pd.DataFrame({"a": [0.4, 0.6]}), pd.DataFrame()):        # one rater, none
        assert np.isnan(krippendorff_alpha(ratings))
        assert np.isnan(kendall_w(ratings))


def test_a_rater_who_leaves_items_out_narrows_w_to_the_complete_ones():
    ratings = pd.DataFrame({"a": [1, 2, 3, 9], "b": [1, 2, 3, NO], "c": [2, 1, 3, 0]})
    assert kendall_w(ratings) == kendall_w(ratings.iloc[:3])
    assert krippendorff_alpha(ratings) != krippendorff_alpha(ratings.iloc[:3])


def test_less_noise_is_more_agreement_and_the_true_ranking_comes_out():
    found = [[(krippendorff_alpha(table), kendall_w(table)) for table in (
        panel(noise, seed)[1] for seed in range(10))] for noise in (0.02, 0.15, 0.4, 5.0)]
    means = np.array(found).mean(axis=1)
    assert (np.diff(means, axis=0) < 0).all()
    true, table = panel(0.02, 0)
    assert krippendorff_alpha(table) > 0.9
    assert kendalltau(true, table.median(axis="columns")).statistic > 0.95


def test_pure_noise_is_hardly_ever_taken_for_agreement():
    rng = np.random.default_rng(7)
    alphas = [krippendorff_alpha(pd.DataFrame(rng.random((16, 6)))) for _ in range(200)]
    assert np.mean(np.array(alphas) < 0.667) > 0.99
    assert abs(np.mean(alphas)) < 0.02  # 0 is what chance gives
