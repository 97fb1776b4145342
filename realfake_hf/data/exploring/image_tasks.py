"""The images of a data set as a stream, and a seeded sample of them for what is costly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from realfake_hf.data.exploring.facts import ImageFacts
from realfake_hf.data.preparing.collection import printable

if TYPE_CHECKING:
    from datasets import DatasetDict

ORIGINAL_COLUMNS = ("width", "height", "format", "jpeg_quality")
GROUP_COLUMN = "group"


@dataclass(slots=True)
class ImageTask:
    """One image to look at.

    Attributes:
        facts: its place, label and source; what the data tell of its original.
        file: where to read it; None where `content` has it.
        content: the file's bytes, of an image that lies in parquet.
        sampled: whether it belongs to the sample.
    """

    facts: ImageFacts
    file: str | None
    content: bytes | None
    sampled: bool


def image_tasks(dataset: DatasetDict, sampled: npt.NDArray[np.bool_]) -> Iterator[ImageTask]:
    """One task per image, split by split, in the order of the rows.

    Args:
        dataset: as `load_data` gives it.
        sampled: (N,) over all splits in their order.
    """
    number = 0
    for split, part in dataset.items():
        known = [name for name in (*ORIGINAL_COLUMNS, GROUP_COLUMN) if name in part.column_names]
        for index, row in enumerate(part.select_columns(["image", "label", "source", *known])):
            content, file = row["image"]["bytes"], row["image"]["path"]
            facts = ImageFacts(split, index, printable(file or ""), int(row["label"]), printable(row["source"]))
            _fill_original(facts, row)
            yield ImageTask(facts, file if content is None else None, content, bool(sampled[number]))
            number += 1


def random_ranks(dataset: DatasetDict, *, seed: int) -> npt.NDArray[np.int64]:
    """Number the images of each source of each class, over all splits, in random order from 0; (N,).

    Those with a rank below n are n of them, each as likely as the others; the same seed gives the same order.
    """
    labels = np.concatenate([np.asarray(part["label"][:], dtype=np.int64) for part in dataset.values()])
    sources = np.concatenate([np.asarray(part["source"][:], dtype=np.str_) for part in dataset.values()])
    _, strata = np.unique(np.char.add(labels.astype(np.str_), sources), return_inverse=True)
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    order = shuffled[np.argsort(strata[shuffled], kind="stable")]
    starts = np.flatnonzero(np.diff(strata[order], prepend=-1))
    sizes = np.diff(np.append(starts, len(order)))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - np.repeat(starts, sizes)
    return ranks


def _fill_original(facts: ImageFacts, row: Mapping[str, Any]) -> None:
    for name in ORIGINAL_COLUMNS:
        value = row.get(name)
        if value is not None:
            setattr(facts, f"original_{name}", str(value) if name == "format" else round(float(value)))
    if row.get(GROUP_COLUMN) is not None:
        facts.group = str(row[GROUP_COLUMN])
