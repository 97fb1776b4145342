"""A validation split out of the training split, for data that come without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from realfake_hf.errors import RealFakeError
from realfake_hf.models.labels import FAKE, REAL

if TYPE_CHECKING:
    from datasets import Dataset


def hold_out(dataset: Dataset, fraction: float, *, seed: int) -> tuple[Dataset, Dataset]:
    """Split a data set in two, stratified by label; rows that share a `group` stay together.

    Args:
        dataset: with `label`, and `group` where near-duplicates are known.
        fraction: of the rows that the second part gets, in (0, 1).
        seed: of the choice.

    Returns:
        What remains and what is held out.

    Raises:
        RealFakeError: a class has too few images.
    """
    import numpy as np
    from sklearn.model_selection import StratifiedGroupKFold

    labels = np.asarray(dataset["label"][:])
    groups = np.asarray(dataset["group"][:]) if "group" in dataset.column_names else np.arange(len(dataset))
    folds = max(2, round(1 / fraction))
    counts = [int((labels == label).sum()) for label in (REAL, FAKE)]
    if min(counts) < folds:
        raise RealFakeError(
            f"There are {counts[REAL]} real and {counts[FAKE]} fake images to train on: to hold {fraction:g} of them "
            f"out for validation takes at least {folds} of each, or give them a val split of their own."
        )
    kept, held_out = next(StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(labels, labels, groups))
    return dataset.select(kept), dataset.select(held_out)
