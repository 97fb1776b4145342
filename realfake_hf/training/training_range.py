"""Which images a detector was trained on, by size and compression: outside of that its verdicts carry a warning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from datasets import Dataset

COLUMNS = ("width", "height", "jpeg_quality")


def training_range(rows: Dataset, augmentation: Sequence[Any]) -> dict[str, list[float]] | None:
    """The `training_range` of a config, see `RealFakeConfig`, as far as the data tell; None where they tell nothing.

    Args:
        rows: of training; `width` and `height` are the original images', `jpeg_quality` theirs where they were JPEG.
        augmentation: the recipe's steps, whose recompressions count too.
    """
    known = pd.DataFrame({name: list(rows[name]) for name in COLUMNS if name in rows.column_names})
    found: dict[str, list[float]] = {}
    if {"width", "height"} <= set(known):
        sides = known[["width", "height"]].min(axis=1).dropna()
        if len(sides):
            found["side"] = [int(sides.min()), int(sides.max())]
    qualities = [quality for step in augmentation if isinstance(step, dict) for quality in _qualities(step)]
    if "jpeg_quality" in known:
        qualities += known["jpeg_quality"].dropna().astype(float).tolist()
    if qualities:
        found["jpeg_quality"] = [int(np.floor(min(qualities))), int(np.ceil(max(qualities)))]
    return found or None


def joined_ranges(
    former: Mapping[str, Sequence[float]] | None, own: Mapping[str, Sequence[float]] | None
) -> dict[str, list[float]] | None:
    """The `training_range` of a detector that was trained on: all that it ever saw."""
    both = [found for found in (former, own) if found]
    names = dict.fromkeys(name for found in both for name in found)
    parts = {name: [found[name] for found in both if name in found] for name in names}
    return {name: [min(low for low, _ in seen), max(high for _, high in seen)] for name, seen in parts.items()} or None


def _qualities(step: Mapping[str, Any]) -> list[float]:
    settings = step.get("jpeg")
    return list(settings.get("quality", ())) if isinstance(settings, dict) else []
