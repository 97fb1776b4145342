"""The draws of an epoch: seeded, whole, balanced as asked."""

from __future__ import annotations

import numpy as np
import pytest

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


def test_contents_are_balanced_as_far_as_asked() -> None:
    labels = [0, 0, 0, 0, 1, 1, 1, 1]
    sources = list("aabbccdd")
    contents = ["photo", "photo", "photo", "painting", "painting", "painting", "photo", "mixed"]

    def share(strength: float) -> float:
        weights = row_weights(labels, sources, SamplingSpec(True, 0.0, balance_contents=strength), contents)
        assert weights is not None
        assert weights.sum() == pytest.approx(1)
        painted = [row for row, content in enumerate(contents) if content == "painting"]
        real = sum(weights[row] for row in painted if labels[row] == 0)
        return real / weights[painted].sum()

    assert share(0.0) == pytest.approx(1 / 3)
    assert share(0.0) < share(0.5) < share(1.0)


def test_a_kind_of_picture_of_one_class_alone_stays_as_it_is() -> None:
    spec = SamplingSpec(balance_classes=True, balance_contents=1.0)
    weights = row_weights([0, 0, 1, 1], ["a", "a", "b", "b"], spec, ["photo", None, "poster", "mixed"])
    np.testing.assert_allclose(weights, 0.25)
