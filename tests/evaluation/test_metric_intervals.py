"""The bootstrap: the same metrics as scikit-learn's, honest intervals, quick."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realfake_hf.evaluation.metric_intervals import bootstrap_intervals, metric_difference_interval, weighted_metrics
from realfake_hf.evaluation.tier_metrics import compute_metrics
from realfake_hf.statistics.bootstrap import resample_counts

BAND = {"threshold_low": 0.35, "threshold_high": 0.65}


def normal_scores(n: int, seed: int, *, shift: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1], [n // 2, n - n // 2])
    return labels, np.clip(rng.normal(0.4 + shift * labels, 0.15), 0, 1)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 10)), min_size=2, max_size=40).filter(
        lambda rows: len({label for label, _ in rows}) == 2
    ),
    st.integers(0, 2**32 - 1),
)
def test_weighted_metrics_of_counts_equal_the_metrics_of_repeated_images(
    rows: list[tuple[int, int]], seed: int
) -> None:
    labels = np.array([label for label, _ in rows])
    p_fake = np.array([tenths / 10 for _, tenths in rows])
    counts = resample_counts(labels, 1, np.random.default_rng(seed))

    found = weighted_metrics(labels, p_fake, counts, **BAND)

    repeats = counts[0].astype(int)
    expected = compute_metrics(np.repeat(labels, repeats), np.repeat(p_fake, repeats), **BAND)
    assert {name: values[0] for name, values in found.items()} == pytest.approx(expected.values())


def test_intervals_hold_the_value_of_the_sample() -> None:
    labels, p_fake = normal_scores(300, seed=1)
    point = compute_metrics(labels, p_fake, **BAND)

    intervals = bootstrap_intervals(labels, p_fake, point, **BAND)

    assert set(intervals) == set(point.values())
    for name, (low, high) in intervals.items():
        assert low <= point.value(name) <= high, name
        assert low < high, name


def test_no_mistake_of_twenty_images_is_not_said_to_be_certain() -> None:
    labels = np.repeat([0, 1], 20)
    p_fake = np.where(labels == 1, 0.9, 0.1)
    intervals = bootstrap_intervals(labels, p_fake, compute_metrics(labels, p_fake, **BAND), **BAND)
    exact = 0.025 ** (1 / 20)  # Clopper and Pearson's lower end where all 20 are right
    for name in ("real_accuracy", "fake_accuracy", "balanced_accuracy", "roc_auc", "tpr_at_fpr_1"):
        assert intervals[name] == pytest.approx((exact, 1.0)), name
    assert intervals["unsure_rate"] == pytest.approx((0.0, 1 - 0.025 ** (1 / 40)))


def test_a_model_that_calls_everything_fake_is_not_certain_to_be_as_good_as_guessing() -> None:
    labels, p_fake = np.repeat([0, 1], (3, 6)), np.full(9, 0.9)
    intervals = bootstrap_intervals(labels, p_fake, compute_metrics(labels, p_fake, **BAND), **BAND)
    real, fake = (0.0, 1 - 0.025 ** (1 / 3)), (0.025 ** (1 / 6), 1.0)
    assert intervals["real_accuracy"] == pytest.approx(real)
    assert intervals["balanced_accuracy"] == pytest.approx(((real[0] + fake[0]) / 2, (real[1] + fake[1]) / 2))


def test_accuracy_interval_has_the_width_of_the_binomial() -> None:
    labels = np.zeros(400, dtype=int)
    p_fake = np.where(np.arange(400) < 80, 0.9, 0.1)
    point = compute_metrics(labels, p_fake)

    low, high = bootstrap_intervals(labels, p_fake, point, n_resamples=4000)["real_accuracy"]

    half = 1.96 * np.sqrt(0.8 * 0.2 / 400)
    assert (low, high) == pytest.approx((0.8 - half, 0.8 + half), abs=0.006)


def test_intervals_cover_the_true_auc_about_19_times_in_20() -> None:
    from scipy.stats import norm

    truth = norm.cdf(0.2 / (0.15 * np.sqrt(2)))
    covered = 0
    for seed in range(100):
        labels, p_fake = normal_scores(200, seed=seed)
        low, high = bootstrap_intervals(labels, p_fake, compute_metrics(labels, p_fake), n_resamples=300)["roc_auc"]
        covered += low <= truth <= high

    assert 88 <= covered <= 99


def test_same_seed_gives_the_same_intervals_and_another_seed_others() -> None:
    labels, p_fake = normal_scores(80, seed=2)
    point = compute_metrics(labels, p_fake)

    first = bootstrap_intervals(labels, p_fake, point, seed=7)

    assert first == bootstrap_intervals(labels, p_fake, point, seed=7)
    assert first != bootstrap_intervals(labels, p_fake, point, seed=8)


def test_one_class_gives_intervals_for_the_metrics_that_exist() -> None:
    p_fake = np.linspace(0, 1, 20)
    point = compute_metrics(np.ones(20, dtype=int), p_fake)

    intervals = bootstrap_intervals(np.ones(20, dtype=int), p_fake, point)

    assert set(intervals) == {"fake_accuracy", "ece", "brier", "unsure_rate"}


def test_no_images_give_no_intervals() -> None:
    nothing = np.array([], dtype=int)

    assert bootstrap_intervals(nothing, nothing, compute_metrics(nothing, nothing.astype(float))) == {}


def test_chunks_of_resamples_change_nothing_but_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    labels, p_fake = normal_scores(60, seed=3)
    point = compute_metrics(labels, p_fake)
    monkeypatch.setattr("realfake_hf.evaluation.metric_intervals.COUNTS_AT_ONCE", 60 * 64)

    intervals = bootstrap_intervals(labels, p_fake, point, n_resamples=1000)

    assert all(low <= point.value(name) <= high for name, (low, high) in intervals.items())


def test_thousand_resamples_of_a_thousand_images_take_about_a_second() -> None:
    labels, p_fake = normal_scores(1000, seed=4)
    point = compute_metrics(labels, p_fake)

    start = time.process_time()
    bootstrap_intervals(labels, p_fake, point, n_resamples=1000)

    assert time.process_time() - start < 2.0


def test_paired_interval_is_narrower_than_an_unpaired_one() -> None:
    rng = np.random.default_rng(1)
    labels = np.repeat([0, 1], 200)
    shared = rng.normal(0.3 + 0.3 * labels, 0.2)
    first, second = (np.clip(shared + rng.normal(0, 0.02, 400), 0, 1) for _ in range(2))

    low, high = metric_difference_interval(labels, first, second, "roc_auc")
    unrelated = metric_difference_interval(labels, first, np.clip(rng.normal(0.3 + 0.3 * labels, 0.2), 0, 1), "roc_auc")

    assert low < 0 < high
    assert high - low < 0.5 * (unrelated[1] - unrelated[0])
