"""Who goes where: duplicates out, near-duplicates together, splits that stay when files are added."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from realfake_hf.images.hashing import linked, near_duplicate_groups, number_by_appearance

NOWHERE = -1
"""Code for no split, no group, no given split."""

EXPECTED_PER_SOURCE = 3.0
EXPECTED_PER_CLASS = 1.0
"""A source (a class) that should have at least so many groups in a split, and has none by chance, gets one."""


class Fate(IntEnum):
    """What becomes of an image."""

    KEPT = 0
    UNREADABLE = 1
    DUPLICATE = 2
    """The same bytes as another image."""
    LABEL_CONFLICT = 3
    """The same bytes are labelled real and fake: all of them are left out."""
    CROSSES_SPLITS = 4
    """Belongs to a group that other members hold in another split."""


@dataclass(frozen=True)
class SplitRules:
    """How a collection is split.

    Attributes:
        test: share of the groups that becomes `test`, 0 to 1.
        val: share of what `test` leaves that becomes `val`, 0 to 1: the seed's order, 64 / 16 / 20 % by default.
        seed: another seed, another split.
        group_by: `"source"`: no source crosses a split; None: only near-duplicates don't.
    """

    test: float = 0.2
    val: float = 0.2
    seed: int = 30
    group_by: str | None = None


@dataclass
class Collection:
    """The columns of a collection that decide its splits, one entry per image, in a fixed order.

    Attributes:
        sha256: (N,) uint64, the first 64 bits; anything where `readable` is False.
        phash: (N,) uint64.
        label: (N,) int8, 0 real, 1 fake.
        source: (N,) int32 codes; `NOWHERE` where unknown.
        given: (N,) int16 codes of the splits of the layout, or `NOWHERE`.
        before: (N,) int16 codes of the splits of an earlier run, or `NOWHERE`.
        readable: (N,) bool.
        split_names: names of the split codes.
        source_names: names of the source codes.
    """

    sha256: np.ndarray
    phash: np.ndarray
    label: np.ndarray
    source: np.ndarray
    given: np.ndarray
    before: np.ndarray
    readable: np.ndarray
    split_names: list[str] = field(default_factory=list)
    source_names: list[str] = field(default_factory=list)

    def code(self, name: str) -> int:
        """The code of a split, made where it is new."""
        if name not in self.split_names:
            self.split_names.append(name)
        return self.split_names.index(name)


@dataclass
class Assignment:
    """The decision per image.

    Attributes:
        split: (N,) int16 codes, `NOWHERE` for images that are left out.
        group: (N,) int32, numbered by first appearance, `NOWHERE` likewise.
        fate: (N,) int8, `Fate`.
        twin: (N,) int32, of a duplicate the index of the image that stands for it, else `NOWHERE`.
    """

    split: np.ndarray
    group: np.ndarray
    fate: np.ndarray
    twin: np.ndarray


def assign_splits(images: Collection, rules: SplitRules) -> Assignment:
    """Decide which images are kept and where they go.

    - Of equal files one is kept; one that an earlier run or the layout's most protected split has, first.
    - Near-duplicates (and with `group_by="source"` all images of a source) go to one split.
    - Splits of the layout are respected; `val` is taken from its `train` where it has none. Where a group
      lies in several of them, the members outside the most protected split (test, unseen, others, val,
      train) are left out.
    - Splits of an earlier run are kept.
    - Everything else is decided by a hash of the seed and the group's smallest SHA-256, not by position, so adding
      files moves no old ones (without an earlier run to go by, only a new near-duplicate of an old image can). Chance
      makes the shares within each class and source; see `EXPECTED_PER_SOURCE` for the one
      correction, and `group_by="source"`, where few sources are dealt out by count.
    """
    count = len(images.label)
    result = Assignment(
        split=np.full(count, NOWHERE, np.int16),
        group=np.full(count, NOWHERE, np.int32),
        fate=np.where(images.readable, Fate.KEPT, Fate.UNREADABLE).astype(np.int8),
        twin=np.full(count, NOWHERE, np.int32),
    )
    for name in ("train", "val", "test"):
        images.code(name)
    _drop_duplicates(images, result)
    kept = np.flatnonzero(result.fate == Fate.KEPT)
    if len(kept) == 0:
        return result
    groups = near_duplicate_groups(images.phash[kept])
    if rules.group_by == "source":
        groups = join_groups(groups, images.source[kept])
    group_split = _settle(kept, groups, images, rules, result)
    _decide(kept, groups, group_split, images, rules)
    waiting = (result.fate[kept] == Fate.KEPT) & (result.split[kept] == NOWHERE)
    result.split[kept[waiting]] = group_split[groups[waiting]]
    placed = result.fate[kept] == Fate.KEPT
    result.group[kept[placed]] = number_by_appearance(groups[placed])
    return result


def join_groups(groups: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """Join groups that share a source (N,) (codes; `NOWHERE` joins nothing); numbered by first appearance."""
    known = sources != NOWHERE
    offset = int(groups.max()) + 1
    nodes = offset + int(sources.max(initial=0)) + 1
    return number_by_appearance(linked(nodes, groups[known], offset + sources[known])[groups])


def unit_hash(seed: int, key: str) -> float:
    """A number in [0, 1) that depends on the seed and the key alone."""
    digest = hashlib.blake2b(f"{seed}:{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64


def _protection(images: Collection) -> np.ndarray:
    """Rank of every split code, the most protected first: test, unseen, others, val, train."""
    ranks = {"test": 0, "unseen": 1, "val": 3, "train": 4}
    return np.array([ranks.get(name, 2) for name in images.split_names])


def _drop_duplicates(images: Collection, result: Assignment) -> None:
    readable = np.flatnonzero(images.readable)
    if len(readable) == 0:
        return
    given, before = images.given[readable], images.before[readable]
    rank = np.where(given == NOWHERE, len(images.split_names), _protection(images)[given])
    order = readable[np.lexsort((readable, before == NOWHERE, rank, images.sha256[readable]))]
    hashes = images.sha256[order]
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]])
    for start, stop in zip(starts, np.r_[starts[1:], len(order)], strict=True):
        if stop - start == 1:
            continue
        same = order[start:stop]
        if len(np.unique(images.label[same])) > 1:
            result.fate[same] = Fate.LABEL_CONFLICT
        else:
            result.fate[same[1:]] = Fate.DUPLICATE
            result.twin[same[1:]] = same[0]


def _settle(
    kept: np.ndarray, groups: np.ndarray, images: Collection, rules: SplitRules, result: Assignment
) -> np.ndarray:
    """Place the groups that the layout or an earlier run decides; returns (G,) codes, `NOWHERE` for others."""
    given, before = images.given[kept], images.before[kept]
    train, val = images.code("train"), images.code("val")
    divisible = (given == train) & (rules.val > 0) & ~(given == val).any()
    fixed = np.where(divisible, NOWHERE, given)

    by_protection = np.lexsort((np.arange(len(images.split_names)), _protection(images)))
    position = np.empty(len(by_protection), np.int64)
    position[by_protection] = np.arange(len(by_protection))
    nothing = len(by_protection)
    best = np.full(groups.max() + 1, nothing)
    np.minimum.at(best, groups, np.where(fixed == NOWHERE, nothing, position[fixed]))
    group_split = np.r_[by_protection, NOWHERE][best]
    winner = group_split[groups]
    stays = (fixed == winner) | (divisible & (winner == val))
    decided = winner != NOWHERE
    result.split[kept[decided & stays]] = winner[decided & stays]
    result.fate[kept[decided & ~stays]] = Fate.CROSSES_SPLITS

    low, high = np.full(len(best), nothing), np.full(len(best), NOWHERE)
    known = ~decided & (before != NOWHERE)
    np.minimum.at(low, groups[known], before[known])
    np.maximum.at(high, groups[known], before[known])
    group_split = np.where((group_split == NOWHERE) & (high != NOWHERE), high, group_split)
    torn = ~decided & (low < high)[groups]  # a new image links two old groups: the old ones stay
    result.split[kept[torn & known]] = before[torn & known]
    result.fate[kept[torn & ~known]] = Fate.CROSSES_SPLITS
    return group_split


def _decide(
    kept: np.ndarray, groups: np.ndarray, group_split: np.ndarray, images: Collection, rules: SplitRules
) -> None:
    """Place, in `group_split`, the groups that nothing but the hash decides."""
    train, val, test = (images.code(name) for name in ("train", "val", "test"))
    in_test = 0.0 if (images.given != NOWHERE).any() else rules.test
    share = {test: in_test, val: (1 - in_test) * rules.val}
    smallest = np.full(len(group_split), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(smallest, groups, images.sha256[kept])
    first = kept[np.unique(groups, return_index=True)[1]]
    label, source = images.label[first].astype(np.int64), images.source[first].astype(np.int64)

    undecided = np.flatnonzero(group_split == NOWHERE)
    number = np.full(len(group_split), 2.0)
    whole = (source != NOWHERE) & (rules.group_by == "source")
    for group in undecided:
        key = images.source_names[source[group]] if whole[group] else f"{smallest[group]:016x}"
        number[group] = unit_hash(rules.seed, key)
    drawn = np.where(number < share[test], test, np.where(number < share[test] + share[val], val, train))
    ranked = undecided[np.argsort(number[undecided], kind="stable")]
    group_split[undecided] = drawn[undecided]
    for stratum in np.unique(label[ranked[whole[ranked]]]):
        _deal_sources(
            ranked[whole[ranked] & (label[ranked] == stratum)], whole & (label == stratum), group_split, share, train
        )
    free = ranked[~whole[ranked]]
    _fill_empty(free, label * (int(source.max(initial=0)) + 2) + source, group_split, share, train, EXPECTED_PER_SOURCE)
    _fill_empty(free, label, group_split, share, train, EXPECTED_PER_CLASS)


def _fill_empty(
    ranked: np.ndarray,
    stratum: np.ndarray,
    group_split: np.ndarray,
    share: dict[int, float],
    train: int,
    least: float,
) -> None:
    """Give a stratum that should have `least` groups in a split, and has none, its next one by hash.

    Args:
        ranked: undecided groups in the order of their hashes; only these are moved.
        stratum: (G,) names of strata.
        group_split: (G,) codes, changed in place.
        share: of each split, 0 to 1.
        train: code of the split that gives.
        least: groups.
    """
    for name in np.unique(stratum[ranked]):
        members = stratum == name
        for code, fraction in share.items():
            if members.sum() * fraction < least or (group_split[members] == code).any():
                continue
            spare = ranked[members[ranked] & (group_split[ranked] == train)]
            if len(spare) > 1:
                group_split[spare[0]] = code


def _deal_sources(
    ranked: np.ndarray, members: np.ndarray, group_split: np.ndarray, share: dict[int, float], train: int
) -> None:
    """Deal whole sources of one class out by count: chance alone would often leave a split empty."""
    group_split[ranked] = NOWHERE
    total, position = int(members.sum()), 0
    left = total
    for code, fraction in share.items():
        # One at least while another is left for training, and never all of them.
        quota = min(left - 1, max(1, round(total * fraction))) if fraction > 0 and left > 1 else 0
        left -= quota
        missing = max(0, quota - int((group_split[members] == code).sum()))
        group_split[ranked[position : position + missing]] = code
        position += missing
    group_split[ranked[position:]] = train
