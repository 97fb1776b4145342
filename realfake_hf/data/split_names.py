"""Names of splits: one spelling for each, and the split that the name of a parquet file or tar tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

ALIASES = {"training": "train", "validation": "val", "valid": "val", "dev": "val", "testing": "test"}
"""Other spellings of the splits that every part of the package knows."""

KNOWN = ("train", "val", "test", "unseen")
"""The usual order; splits with other names follow, sorted."""

NOT_A_SPLIT = frozenset({"", "data", "part", "shard", "chunk", "default", "dataset", "images"})
"""What remains of a shard's name when its number is taken off."""


def split_name(name: str) -> str:
    """One spelling per split: `validation` becomes `val`; characters that `datasets` refuses become `_`."""
    cleaned = re.sub(r"\W+", "_", name.strip()).strip("_")
    return ALIASES.get(cleaned.lower(), cleaned.lower() if cleaned.lower() in KNOWN else cleaned) or "train"


def order_splits(names: Iterable[str]) -> list[str]:
    """train, val, test, unseen, then the others by name."""
    return sorted(names, key=lambda name: (KNOWN.index(name) if name in KNOWN else len(KNOWN), name))


def split_of_shard_name(file: Path, *, alone: bool) -> str:
    """The split that a parquet file or a tar belongs to, from its name.

    `train-00000-of-00002.parquet` and `train.parquet` are train, `train/0000.parquet` too; a lone file
    whose name is no split's (`alone`), and shards named by number only, are train.
    """
    stem, shards = re.subn(r"-\d+-of-\d+(-\w+)?$", "", file.stem)
    stem = re.sub(r"[-_.]?\d*$", "", stem) if not shards else stem
    if stem.lower() in NOT_A_SPLIT:
        parent = split_name(file.parent.name) if file.parent.name else ""
        return parent if parent in KNOWN else "train"
    name = split_name(stem)
    return name if shards or not alone or name in KNOWN else "train"
