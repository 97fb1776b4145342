"""The same picture has nearly the same hash; other pictures have not; groups are what brute force finds."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from realfake_hf.images import hashing
from realfake_hf.images.hashing import (
    NEAR_DUPLICATE_DISTANCE,
    hamming_distance,
    near_duplicate_groups,
    near_pairs,
    number_by_appearance,
    perceptual_hash,
    sha256,
)

PHASH_OF_IMAGEHASH = {
    "astronaut.jpg": "c2924c5532bddfc8",
    "chelsea.jpg": "b15fe6465121175e",
    "china.jpg": "9db8e2c7445d3b24",
    "coffee.jpg": "bb8320376c0f3637",
    "flower.jpg": "9b643866b365c9cc",
    "rocket.jpg": "c8371bec1ae51663",
}
"""str(imagehash.phash(image.reduce(min(image.size) // 64))), imagehash 4.3.2."""


def distance(first: str, second: str) -> int:
    return bin(int(first, 16) ^ int(second, 16)).count("1")


def test_sha256_of_known_bytes():
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_hash_is_that_of_imagehash(photo_paths):
    assert {path.name: perceptual_hash(Image.open(path)) for path in photo_paths} == PHASH_OF_IMAGEHASH


def test_recompressed_and_scaled_photos_are_near_and_different_photos_far(photo_paths):
    hashes = []
    for path in photo_paths:
        photo = Image.open(path).convert("RGB")
        hashes.append(perceptual_hash(photo))
        buffer = io.BytesIO()
        photo.resize((photo.width * 2 // 3, photo.height * 2 // 3)).save(buffer, "JPEG", quality=50)
        assert distance(hashes[-1], perceptual_hash(Image.open(buffer))) <= NEAR_DUPLICATE_DISTANCE
    for index, first in enumerate(hashes):
        for second in hashes[:index]:
            assert distance(first, second) > 15


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (5000, 2)])
def test_odd_shapes_have_a_hash(size):
    assert len(perceptual_hash(Image.new("RGB", size, (120, 30, 10)))) == 16


@settings(max_examples=40)
@given(
    seeds=st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=12),
    flips=st.lists(st.tuples(st.integers(0, 11), st.sets(st.integers(0, 63), max_size=9)), max_size=24),
    limit=st.integers(0, 7),
)
def test_pairs_are_those_of_brute_force(seeds, flips, limit):
    changed = [seeds[index % len(seeds)] ^ sum(1 << bit for bit in bits) for index, bits in flips]
    hashes = np.unique(np.array(seeds + changed, dtype=np.uint64))
    first, second = near_pairs(hashes, limit)
    expected = {
        (i, j)
        for i in range(len(hashes))
        for j in range(i + 1, len(hashes))
        if bin(int(hashes[i]) ^ int(hashes[j])).count("1") <= limit
    }
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == expected


@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_pairs_are_the_same_in_slices_of_any_size(monkeypatch, at_once):
    rng = np.random.default_rng(5)
    hashes = np.unique(
        rng.integers(0, 2**64, 6, dtype=np.uint64)[:, None] ^ (np.uint64(1) << np.arange(64, dtype=np.uint64))
    )
    whole = [indices.tolist() for indices in near_pairs(hashes, 2)]
    monkeypatch.setattr(hashing, "CANDIDATES_AT_ONCE", at_once)
    assert [indices.tolist() for indices in near_pairs(hashes, 2)] == whole
    assert len(whole[0]) == 6 * 64 * 63 // 2  # two hashes with one bit of the same one flipped differ in two bits


def test_groups_are_linked_through_common_neighbours():
    base = 0x0123456789ABCDEF
    near, farther, other = base ^ 0x3F, base ^ 0x3F ^ (0x3F << 40), base ^ 0xFFFFFFFF
    assert near_duplicate_groups(np.array([other, base, farther, near, base], np.uint64)).tolist() == [0, 1, 1, 1, 1]


def test_two_thousand_random_hashes_and_their_copies_are_found():
    rng = np.random.default_rng(3)
    hashes = rng.integers(0, 2**64, 2000, dtype=np.uint64)
    copies = hashes.copy()
    for _ in range(NEAR_DUPLICATE_DISTANCE):
        copies ^= np.uint64(1) << rng.integers(0, 64, 2000, dtype=np.uint64)
    groups = near_duplicate_groups(np.concatenate([hashes, copies]))
    assert groups.tolist() == [*range(2000), *range(2000)]


def test_no_hashes_no_groups():
    assert near_duplicate_groups(np.empty(0, np.uint64)).tolist() == []


def test_distance_above_what_the_bands_can_find_is_refused():
    with pytest.raises(ValueError, match="0 to 7"):
        near_pairs(np.zeros(2, np.uint64), 8)


def test_hamming_distance():
    first = np.array([0, 2**64 - 1, 5], np.uint64)
    assert hamming_distance(first, np.array([1, 0, 5], np.uint64)).tolist() == [1, 64, 0]


def test_numbers_by_first_appearance():
    assert number_by_appearance(np.array([7, 3, 7, 9, 3])).tolist() == [0, 1, 0, 2, 1]
