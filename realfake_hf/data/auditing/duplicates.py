"""The same picture where it should not be again: in another split, or in the other class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from realfake_hf.data.preparing.splits import NOWHERE, join_groups
from realfake_hf.images.hashing import near_duplicate_groups, near_pairs
from realfake_hf.storage.working import working

if TYPE_CHECKING:
    import pandas as pd

Ints = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

EXAMPLES = 20


@dataclass(frozen=True)
class Duplicates:
    """What was found among the readable images.

    Attributes:
        groups: (N,), near-duplicates (and rows that share the data's own `group`) have the same number.
        elsewhere: (N,), whether an image lies outside `train` and has a near-duplicate in another split.
        exact_conflict: (N,), whether its very bytes are in the other class, too.
        near_conflict: (N,), whether a near-duplicate is; exact ones are not counted again.
        examples: some pairs of `elsewhere`, as `split row`.
    """

    groups: Ints
    elsewhere: Booleans
    exact_conflict: Booleans
    near_conflict: Booleans
    examples: list[list[str]]


@working("Looking for duplicates")
def find_duplicates(facts: pd.DataFrame) -> Duplicates:
    """Compare all images by SHA-256, perceptual hash (see `images.hashing`) and the data's own groups.

    Args:
        facts: of images that could be read.
    """
    hashes = np.array([int(value, 16) for value in facts["phash"]], dtype=np.uint64)
    unique, of_hash = np.unique(hashes, return_inverse=True)
    pairs = near_pairs(unique)
    splits, labels = _codes(facts["split"]), facts["label"].to_numpy(np.int64)
    outside_train = facts["split"].to_numpy() != "train"
    twin_split = _other_value_near(of_hash, len(unique), pairs, splits)
    twin_label = _other_value_near(of_hash, len(unique), pairs, labels)
    alone = (np.empty(0, np.int64), np.empty(0, np.int64))
    files = _codes(facts["sha256"])
    exact = _other_value_near(files, int(files.max()) + 1, alone, labels)
    elsewhere = twin_split & outside_train
    near = near_duplicate_groups(hashes)
    known = facts["group"].notna().to_numpy(bool)
    if known.any():
        codes = _codes(facts["group"].fillna(""))
        groups = join_groups(near, np.where(known, codes, NOWHERE))
        elsewhere |= _other_value_near(codes, int(codes.max()) + 1, alone, splits) & outside_train & known
    else:
        groups = near
    return Duplicates(groups, elsewhere, exact, twin_label & ~exact, _examples(facts, groups, splits, elsewhere))


def _other_value_near(key: Ints, keys: int, pairs: tuple[Ints, Ints], value: Ints) -> Booleans:
    """Whether a row with the same key, or one paired with it, has another value."""
    has = np.zeros((keys, int(value.max()) + 1), bool)
    has[key, value] = True
    around = has.copy()
    for first, second in (pairs, pairs[::-1]):
        np.logical_or.at(around, first, has[second])
    near = around[key]
    near[np.arange(len(key)), value] = False
    return np.asarray(near.any(axis=1))


def _codes(values: pd.Series) -> Ints:
    return np.unique(values.to_numpy(str), return_inverse=True)[1].astype(np.int64)


def _examples(facts: pd.DataFrame, groups: Ints, splits: Ints, elsewhere: Booleans) -> list[list[str]]:
    names = [f"{split} {row}" for split, row in zip(facts["split"], facts["row"], strict=True)]
    found = []
    for index in np.flatnonzero(elsewhere)[:EXAMPLES].tolist():
        twins = np.flatnonzero((groups == groups[index]) & (splits != splits[index]))
        if len(twins):
            found.append([names[index], names[int(twins[0])]])
    return found
