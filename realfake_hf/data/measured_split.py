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
