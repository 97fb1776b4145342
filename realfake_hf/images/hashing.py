"""Hashes that find the same picture twice: SHA-256 for equal files, a perceptual hash for near-duplicates."""

from __future__ import annotations

import hashlib

import numpy as np
from PIL import Image

NEAR_DUPLICATE_DISTANCE = 6
"""Perceptual hashes (64 bits) that differ in at most so many bits count as the same picture."""

HASHED_SIDE = 64
"""The shorter side, in pixels, down to which an image is averaged before it is hashed."""

HASHED_PIXELS = 32
HASHED_FREQUENCIES = 8

BAND_BITS = 16
CANDIDATES_AT_ONCE = 1 << 20

# The first rows of the discrete cosine transform, type 2.
_COSINES = np.cos(np.pi / HASHED_PIXELS * np.outer(np.arange(HASHED_FREQUENCIES), np.arange(HASHED_PIXELS) + 0.5))
_POPCOUNT16 = np.array([bin(value).count("1") for value in range(1 << 16)], dtype=np.uint8)


def sha256(content: bytes) -> str:
    """The SHA-256 of a file's bytes, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def perceptual_hash(image: Image.Image) -> str:
    """The DCT hash (pHash) of an image, 16 hexadecimal digits.

    The signs, about their median, of the 8 x 8 lowest frequencies of a 32 x 32 grey version: bit for bit
    `imagehash.phash` of the image averaged to about `HASHED_SIDE` pixels. Averaged first, because Lanczos from
    full size to 32 pixels costs more than all the rest; written here, because imagehash brings SciPy and
    PyWavelets into every worker and takes five times as long.
    """
    factor = min(image.size) // HASHED_SIDE
    small = image.reduce(factor) if factor > 1 else image
    grey = small.convert("L").resize((HASHED_PIXELS, HASHED_PIXELS), Image.Resampling.LANCZOS)
    frequencies = _COSINES @ np.asarray(grey, dtype=np.float64) @ _COSINES.T
    return np.packbits(frequencies > np.median(frequencies)).tobytes().hex()


def near_duplicate_groups(hashes: np.ndarray) -> np.ndarray:
    """Number the groups of images that are linked by near-equal hashes.

    Args:
        hashes: (N,) uint64.

    Returns:
        (N,) int64: the group of each image, numbered from 0 by first appearance.
    """
    unique, inverse = np.unique(np.asarray(hashes, dtype=np.uint64), return_inverse=True)
    return number_by_appearance(linked(len(unique), *near_pairs(unique))[inverse])


def linked(count: int, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Of `count` nodes, (count,): equal numbers for those that the links from `first` to `second` connect."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    links = coo_matrix((np.ones(len(first), np.int8), (first, second)), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1])


def number_by_appearance(names: np.ndarray) -> np.ndarray:
    """Renumber the values of an array from 0 in the order in which they first appear, int64."""
    _, first, inverse = np.unique(names, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse]


def near_pairs(hashes: np.ndarray, max_distance: int = NEAR_DUPLICATE_DISTANCE) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of distinct hashes at Hamming distance 1 to `max_distance`, as two index arrays.

    Multi-index hashing (Norouzi et al. 2012): of four 16-bit bands of two hashes that differ in at most 7
    bits, one differs in at most one bit, so each band is looked up with none and with one bit flipped.
    """
    if not 0 <= max_distance <= 7:
        raise ValueError(f"max_distance must be 0 to 7, not {max_distance}.")
    hashes = np.asarray(hashes, dtype=np.uint64)
    flips = np.array([0] + [1 << bit for bit in range(BAND_BITS)], dtype=np.uint64)
    found: list[np.ndarray] = [np.empty((0, 2), np.int64)]
    for shift in range(0, 64, BAND_BITS):
        band = (hashes >> np.uint64(shift)) & np.uint64((1 << BAND_BITS) - 1)
        order = np.argsort(band, kind="stable")
        ordered = band[order]
        for flip in flips:
            left = np.searchsorted(ordered, band ^ flip, side="left")
            count = np.searchsorted(ordered, band ^ flip, side="right") - left
            found.extend(_matches(hashes, order, left, count, max_distance))
    pairs = np.unique(np.concatenate(found), axis=0)
    return pairs[:, 0], pairs[:, 1]


def hamming_distance(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Differing bits of two uint64 arrays, element by element."""
    words = np.ascontiguousarray(first ^ second).view(np.uint16).reshape(-1, 4)
    return _POPCOUNT16[words].sum(axis=1)


def _matches(
    hashes: np.ndarray, order: np.ndarray, left: np.ndarray, count: np.ndarray, max_distance: int
) -> list[np.ndarray]:
    """The true pairs among `order[left : left + count]` for every hash, in slices of bounded memory."""
    found = []
    ends = np.cumsum(count)
    start = 0
    while start < len(hashes):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + CANDIDATES_AT_ONCE, side="right")))
        rows = np.repeat(np.arange(start, stop), count[start:stop])
        offsets = np.arange(len(rows)) - np.repeat(ends[start:stop] - count[start:stop] - before, count[start:stop])
        others = order[np.repeat(left[start:stop], count[start:stop]) + offsets]
        once = rows < others
        rows, others = rows[once], others[once]
        near = hamming_distance(hashes[rows], hashes[others]) <= max_distance
        if near.any():
            found.append(np.stack([rows[near], others[near]], axis=1))
        start = stop
    return found
