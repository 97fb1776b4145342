"""Which rows of a data set are measured, and what results call them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from realfake_hf.data.loading import DataSource, describe_data, load_data
from realfake_hf.errors import RealFakeError

if TYPE_CHECKING:
    from datasets import Dataset

MEASURED = ("test", "val")
"""Splits to measure on where none is named, the first that there is."""
SEED = 30
"""Of a sample, by default."""


def one_split(data: DataSource, split: str | None, *, preferred: Sequence[str] = MEASURED) -> tuple[Dataset, str]:
    """The split to use and how results call it.

    Args:
        data: as `load_data` takes it.
        split: its name; None takes the first of `preferred`, else the only one there is.

    Raises:
        RealFakeError: nothing to load, no such split, or several of which none is preferred.
    """
    where = describe_data(data)
    splits = load_data(data, split=split)
    if len(splits) == 1:
        ((chosen, dataset),) = splits.items()
        return dataset, where if chosen == "train" and split is None else f"{where} ({chosen})"
    for chosen in preferred:
        if chosen in splits:
            return splits[chosen], f"{where} ({chosen})"
    raise RealFakeError(f"{where} has the splits {', '.join(splits)}: name the one to use with `split`.")


def drawn_sample(dataset: Dataset, name: str, images: int | None, *, seed: int = SEED) -> tuple[Dataset, str]:
    """At most so many images, each class with its share of them, in the order of their rows; and what results call it.

    Args:
        dataset, name: of `one_split`.
        images: at least 2; None keeps all.
        seed: of the draw. The same seed draws the same rows of the same data.

    Raises:
        RealFakeError: fewer than two images are asked for.
    """
    import numpy as np

    if images is not None and images < 2:
        raise RealFakeError(f"`sample` {images} is too small: give at least 2 images, one of each class.")
    if images is None or images >= len(dataset):
        return dataset, name
    labels = np.asarray(dataset["label"][:])
    rng = np.random.default_rng(seed)
    of_classes = [rng.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)]
    counts = [max(1, round(images * len(rows) / len(labels))) for rows in of_classes]
    counts[int(np.argmax(counts))] += images - sum(counts)
    chosen = np.concatenate([rows[:count] for rows, count in zip(of_classes, counts, strict=True)])
    return dataset.select(np.sort(chosen)), f"{name}, {images:,} of {len(dataset):,} images"
