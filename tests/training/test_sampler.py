"""The draws of an epoch: seeded, whole, balanced as asked."""

from __future__ import annotations

import numpy as np

from realfake_hf.training.recipe import SamplingSpec
from realfake_hf.training.sampler import EpochSampler, row_weights

LABELS = [0] * 30 + [1] * 70
SOURCES = ["a"] * 10 + ["b"] * 20 + ["c"] * 70


def test_without_balance_every_row_is_drawn_once() -> None:
    sampler = EpochSampler(row_weights(LABELS, SOURCES, SamplingSpec()), len(LABELS), seed=1)
    assert sorted(draw.row for draw in sampler) == list(range(100))


def test_epoch_repeats_exactly_and_the_next_one_differs() -> None:
    sampler = EpochSampler(None, 100, seed=1)
    first = list(sampler)
    assert list(sampler) == first
    sampler.set_epoch(1)
    assert list(sampler) != first


def test_balanced_classes_are_drawn_equally_often() -> None:
    weights = row_weights(LABELS, SOURCES, SamplingSpec(balance_classes=True))
    rows = np.array([draw.row for draw in EpochSampler(weights, len(LABELS), seed=1)])
    assert abs((rows < 30).sum() - 50) <= 1


def test_balanced_sources_share_their_class_and_leave_the_classes_as_they_are() -> None:
    weights = row_weights(LABELS, SOURCES, SamplingSpec(balance_sources=1.0))
    assert weights is not None
    np.testing.assert_allclose([weights[:10].sum(), weights[10:30].sum(), weights[30:].sum()], [0.15, 0.15, 0.7])


def test_half_balanced_sources_weigh_the_root_of_their_size() -> None:
    weights = row_weights(LABELS, SOURCES, SamplingSpec(balance_sources=0.5))
    assert weights is not None
    np.testing.assert_allclose(weights[10:30].sum() / weights[:10].sum(), 2**0.5)


def test_every_draw_has_its_own_augmentation_seed() -> None:
    seeds = [draw.seed for draw in EpochSampler(None, 100, seed=1)]
    assert len(set(seeds)) == 100
