"""McNemar and DeLong against textbook values and first principles."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import kstest
from sklearn.metrics import roc_auc_score

from realfake_hf.statistics.paired_tests import (
    accuracy_difference_interval,
    adjust_p_values,
    delong,
    holm,
    mcnemar,
)


def test_mcnemar_counts_only_the_images_on_which_the_models_differ() -> None:
    first = [True] * 90 + [True] * 9 + [False] * 1
    second = [True] * 90 + [False] * 9 + [True] * 1

    found = mcnemar(first, second)

    assert (found.only_first, found.only_second) == (9, 1)
    assert found.p_value == pytest.approx(2 * (1 + 10) / 2**10)  # 0 or 1 heads in ten tosses, both sides


def test_mcnemar_of_equal_models_is_one() -> None:
    assert mcnemar([True, False], [True, False]).p_value == 1.0


def naive_delong_variance(labels: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    """The definition, pair by pair."""

    def components(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        fakes, reals = scores[labels == 1], scores[labels == 0]
        wins = (fakes[:, None] > reals) + 0.5 * (fakes[:, None] == reals)
        return wins.mean(axis=1), wins.mean(axis=0)

    (fakes_1, reals_1), (fakes_2, reals_2) = components(first), components(second)
    return float(np.var(fakes_1 - fakes_2, ddof=1) / len(fakes_1) + np.var(reals_1 - reals_2, ddof=1) / len(reals_1))


def test_delong_equals_its_definition_with_ties() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], [40, 30])
    first = (rng.normal(labels, 1) * 4).round()
    second = (rng.normal(labels * 0.5, 1) * 4).round()

    found = delong(labels, first, second)

    assert found.first == pytest.approx(roc_auc_score(labels, first))
    assert found.second == pytest.approx(roc_auc_score(labels, second))
    error = np.sqrt(naive_delong_variance(labels, first, second))
    assert found.ci95 == pytest.approx((found.difference - 1.959964 * error, found.difference + 1.959964 * error))


def test_delong_p_values_are_uniform_where_the_models_are_equally_good() -> None:
    p_values = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        labels = np.repeat([0, 1], 60)
        shared = rng.normal(labels, 1)
        p_values.append(delong(labels, shared + rng.normal(0, 1, 120), shared + rng.normal(0, 1, 120)).p_value)

    assert kstest(p_values, "uniform").pvalue > 0.01


def test_delong_of_the_same_scores_is_one_and_of_perfect_against_reversed_is_zero() -> None:
    labels = np.repeat([0, 1], 5)
    scores = np.arange(10.0)

    assert delong(labels, scores, 3 * scores).p_value == 1.0
    reversed_ = delong(labels, scores, -scores)
    assert (reversed_.difference, reversed_.p_value) == (1.0, 0.0)


def test_two_of_each_class_are_enough_for_delong() -> None:
    assert delong([0, 0, 1, 1], [1, 3, 2, 4], [1, 2, 3, 4]).difference == pytest.approx(-0.25)


def test_delong_needs_two_of_each_class() -> None:
    with pytest.raises(ValueError, match="two images of each class"):
        delong([0, 1, 1], [0.1, 0.2, 0.3], [0.1, 0.2, 0.3])


def test_holm_adjusts_as_in_its_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def test_interval_of_a_paired_accuracy_difference_as_computed_by_hand() -> None:
    # Of 21 images the first alone has 1, the second alone 7: (2 - 8) / 23 -+ 1.96 sqrt((10/23 - (6/23)^2) / 23).
    assert accuracy_difference_interval(1, 7, 21) == pytest.approx((-0.5084, -0.0134), abs=1e-4)


def test_models_that_never_differ_on_few_images_may_still_differ() -> None:
    low, high = accuracy_difference_interval(0, 0, 4)

    assert low == -high
    assert high > 0.4
    assert accuracy_difference_interval(0, 0, 4000)[1] < 0.001


def test_interval_of_a_difference_stays_among_differences() -> None:
    assert accuracy_difference_interval(0, 9, 9)[0] == -1.0
    assert accuracy_difference_interval(9, 0, 9)[1] == 1.0


def test_family_is_adjusted_by_each_test_and_pairs_without_areas_do_not_count() -> None:
    family = [
        SimpleNamespace(mcnemar_p=p, mcnemar_p_holm=p, delong_p=area, delong_p_holm=area)
        for p, area in ((0.01, 0.02), (0.02, None), (0.5, 0.03))
    ]

    adjust_p_values(family)

    assert [own.mcnemar_p_holm for own in family] == pytest.approx([0.03, 0.04, 0.5])
    assert [own.delong_p_holm for own in family] == [pytest.approx(0.04), None, pytest.approx(0.04)]
