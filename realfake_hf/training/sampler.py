"""Which rows an epoch draws, in which order: seeded by epoch, optionally balanced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from realfake_hf.training.images import Draw
from realfake_hf.training.recipe import SamplingSpec

UNTOLD = {"", "mixed"}
"""Contents that say nothing."""


class EpochSampler(torch.utils.data.Sampler):
    """Draws as many rows as there are, each with an augmentation seed.

    The draws of an epoch follow from the seed and the epoch's number alone: a resumed run sees what the uninterrupted
    one would have.

    Args:
        weights: `(n,)`, relative frequency of each row; none draws each row once.
        length: number of rows.
        seed: of the run.
    """

    def __init__(self, weights: np.ndarray | None, length: int, seed: int) -> None:
        self.weights = weights
        self.length = length
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose draws the next iteration yields."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[Draw]:
        rng = np.random.default_rng((self.seed, self.epoch))
        rows = rng.permutation(self.length) if self.weights is None else _systematic_draw(self.weights, rng)
        seeds = rng.integers(0, 2**63, size=self.length)
        return (Draw(int(row), int(seed)) for row, seed in zip(rows, seeds, strict=True))


def row_weights(
    labels: Sequence[int],
    sources: Sequence[str],
    sampling: SamplingSpec,
    contents: Sequence[str | None] | None = None,
) -> np.ndarray | None:
    """Weights `(n,)` with sum 1 that balance classes, sources and contents as asked; none where nothing is to be.

    Args:
        labels, sources: of the rows.
        sampling: how far to balance.
        contents: what kind of picture each row shows; none, None or "mixed" where nobody says.
    """
    if not (sampling.balance_classes or sampling.balance_sources or sampling.balance_contents):
        return None
    classes = np.asarray(labels)
    _, groups = np.unique(
        [f"{label}/{source}" for label, source in zip(labels, sources, strict=True)], return_inverse=True
    )
    group_sizes = np.bincount(groups)
    weights = group_sizes[groups] ** -float(sampling.balance_sources)
    if contents is not None and sampling.balance_contents:
        weights *= _content_factors(classes, np.array([content or "" for content in contents]), weights, sampling)
    for label in np.unique(classes):
        rows = classes == label
        share = 1.0 / len(np.unique(classes)) if sampling.balance_classes else rows.mean()
        weights[rows] *= share / weights[rows].sum()
    return weights / weights.sum()


def _content_factors(
    classes: np.ndarray, contents: np.ndarray, weights: np.ndarray, sampling: SamplingSpec
) -> np.ndarray:
    """What raises the rarer class of a kind of picture to the weight of the other: drawings say nothing of who drew."""
    factors = np.ones(len(weights))
    for content in set(contents) - UNTOLD:
        sums = {label: weights[(contents == content) & (classes == label)].sum() for label in np.unique(classes)}
        if min(sums.values()) > 0:
            for label, total in sums.items():
                rows = (contents == content) & (classes == label)
                factors[rows] = (max(sums.values()) / total) ** sampling.balance_contents
    return factors


def _systematic_draw(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """n rows in random order, each as often as its weight says, to within one: less noise than independent draws."""
    order = rng.permutation(len(weights))
    edges = np.cumsum(weights[order])
    positions = (np.arange(len(weights)) + rng.random()) / len(weights) * edges[-1]
    rows = order[np.searchsorted(edges, positions, side="right").clip(max=len(order) - 1)]
    return rng.permutation(rows)
