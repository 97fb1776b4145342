"""Intervals of areas: honest with few images and with groups."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

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


def test_three_against_three_leave_much_doubt_whatever_the_area():
    labels = np.array([0, 0, 0, 1, 1, 1])
    assert grouped_auc(labels, labels * 0.8, np.arange(6), seed=0).low < 0.5


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
