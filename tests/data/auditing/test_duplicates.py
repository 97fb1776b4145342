"""The same picture in another split or class."""

from __future__ import annotations

import numpy as np
import pandas as pd

from realfake_hf.data.auditing.duplicates import find_duplicates


def table(*rows: tuple[str, int, int, str], groups: list[str | None] | None = None) -> pd.DataFrame:
    """Rows of split, label, perceptual hash and SHA-256."""
    facts = pd.DataFrame(rows, columns=["split", "label", "phash", "sha256"])
    facts["phash"] = [f"{value:016x}" for value in facts["phash"]]
    return facts.assign(row=range(len(facts)), group=groups or [None] * len(facts))


FAR = 0xFFFF_0000_FFFF_0000


def test_near_image_in_another_split_counts_outside_train():
    found = find_duplicates(table(("train", 0, 0b0, "a"), ("test", 0, 0b111, "b"), ("test", 0, FAR, "c")))
    assert found.elsewhere.tolist() == [False, True, False]
    assert found.examples == [["test 1", "train 0"]]
    assert found.groups.tolist() == [0, 0, 1]


def test_an_example_is_an_image_with_its_own_twin():
    found = find_duplicates(
        table(("train", 0, FAR, "a"), ("test", 0, 0, "b"), ("test", 0, 1, "c"), ("train", 0, 3, "d"))
    )
    assert found.examples == [["test 1", "train 3"], ["test 2", "train 3"]]


def test_near_image_in_the_same_split_is_no_crossing():
    assert not find_duplicates(table(("test", 0, 0, "a"), ("test", 0, 1, "b"))).elsewhere.any()


def test_equal_bytes_and_equal_looks_in_both_classes_are_told_apart():
    found = find_duplicates(
        table(("train", 0, 0, "a"), ("train", 1, 0, "a"), ("train", 0, FAR, "b"), ("train", 1, FAR, "c"))
    )
    assert found.exact_conflict.tolist() == [True, True, False, False]
    assert found.near_conflict.tolist() == [False, False, True, True]


def test_groups_of_the_data_join_what_hashes_do_not():
    facts = table(("train", 0, 0, "a"), ("test", 1, FAR, "b"), ("test", 0, 0xFF00, "c"), groups=["7", "7", None])
    found = find_duplicates(facts)
    assert found.groups[0] == found.groups[1] != found.groups[2]
    assert found.elsewhere.tolist() == [False, True, False]


def test_a_thousand_different_hashes_are_a_thousand_groups():
    hashes = np.random.default_rng(0).integers(0, 2**63, 1000)
    facts = table(*(("train", i % 2, int(value), str(i)) for i, value in enumerate(hashes)))
    assert len(set(find_duplicates(facts).groups.tolist())) == 1000
