"""Intervals of areas: honest with few images and with groups."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from realfake_hf.statistics import intervals
from realfake_hf.statistics.calibration import clopper_pearson_interval
from realfake_hf.statistics.intervals import grouped_auc


def scores(n: int, shift: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    return labels, 1 / (1 + np.exp(-rng.normal(shift * labels, 1)))


def test_value_is_the_area_under_the_curve():
    labels, p_fake = scores(60, 1.0)
    area = grouped_auc(labels, p_fake, np.arange(60), seed=0)
    assert area.value == pytest.approx(roc_auc_score(labels, p_fake))
    assert area.low < area.value < area.high
    assert area.ci95 == [area.low, area.high]


def test_three_against_three_leave_much_doubt_whatever_the_area():
    labels = np.array([0, 0, 0, 1, 1, 1])
    assert grouped_auc(labels, labels * 0.8, np.arange(6), seed=0).low < 0.5


@pytest.mark.parametrize("few", [0, 1])
def test_doubt_is_that_of_the_groups_of_the_smaller_class(few: int):
    """However many images: four groups of the one class, forty of the other, all ranked right."""
    labels = np.repeat([few, 1 - few], [200, 40])
    groups = np.concatenate([np.arange(200) // 50, 4 + np.arange(40)])
    area = grouped_auc(labels, labels * 0.8, groups, seed=0)
    assert (area.value, area.low, area.high) == (1.0, clopper_pearson_interval(4, 4)[0], 1.0)


def test_interval_is_that_of_a_bootstrap_by_groups_done_by_hand():
    labels, p_fake = scores(120, 1.2)
    groups = np.arange(120) % 2 * 100 + np.arange(120) // 8  # each of images of one class
    names = [np.unique(groups[labels == label]) for label in (0, 1)]
    rng, areas = np.random.default_rng(1), []
    for _ in range(2000):
        drawn = np.concatenate([rng.choice(own, len(own)) for own in names])
        rows = np.concatenate([np.flatnonzero(groups == group) for group in drawn])
        areas.append(roc_auc_score(labels[rows], p_fake[rows]))
    low, high = np.percentile(areas, (2.5, 97.5))
    exact = clopper_pearson_interval(round(roc_auc_score(labels, p_fake) * 15), 15)
    area = grouped_auc(labels, p_fake, groups, seed=0)
    assert area.low == pytest.approx(min(low, exact[0]), abs=0.02)
    assert area.high == pytest.approx(max(high, exact[1]), abs=0.02)


def test_interval_is_the_same_where_memory_holds_few_resamples_at_a_time(monkeypatch):
    labels, p_fake = scores(400, 1.0)
    at_once = grouped_auc(labels, p_fake, np.arange(400), seed=0)
    monkeypatch.setattr(intervals, "ELEMENTS_AT_ONCE", 400 * 7)
    in_parts = grouped_auc(labels, p_fake, np.arange(400), seed=0)
    assert (in_parts.low, in_parts.high) == pytest.approx((at_once.low, at_once.high), abs=0.01)


def test_copies_of_an_image_add_no_certainty():
    labels, p_fake = scores(60, 0.5)
    once = grouped_auc(labels, p_fake, np.arange(60), seed=0)
    copied = grouped_auc(np.tile(labels, 5), np.tile(p_fake, 5), np.tile(np.arange(60), 5), seed=0)
    assert copied.value == pytest.approx(once.value)
    assert copied.high - copied.low == pytest.approx(once.high - once.low, abs=0.03)


def test_groups_of_both_classes_are_drawn_whole():
    labels, p_fake = scores(60, 0.5)
    pairs = grouped_auc(labels, p_fake, np.arange(60) // 2, seed=0)
    assert 0 <= pairs.low <= pairs.value <= pairs.high <= 1
