"""Names of splits and of parquet files."""

from __future__ import annotations

from pathlib import Path

import pytest

from realfake_hf.data.split_names import order_splits, split_name, split_of_shard_name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("train", "train"),
        ("Validation", "val"),
        ("dev", "val"),
        ("TEST", "test"),
        ("my-split", "my_split"),
        ("", "train"),
    ],
)
def test_one_spelling(given, name):
    assert split_name(given) == name


def test_usual_order_first():
    assert order_splits(["zoo", "unseen", "test", "abc", "train", "val"]) == [
        "train",
        "val",
        "test",
        "unseen",
        "abc",
        "zoo",
    ]


@pytest.mark.parametrize(
    ("path", "alone", "split"),
    [
        ("train-00000-of-00002.parquet", False, "train"),
        ("validation-00001-of-00002-abc123.parquet", False, "val"),
        ("odd-00000-of-00001.parquet", True, "odd"),
        ("unseen.parquet", True, "unseen"),
        ("shoes.parquet", True, "train"),
        ("shoes.parquet", False, "shoes"),
        ("part_003.parquet", False, "train"),
        ("test/0001.parquet", False, "test"),
        ("default/0001.parquet", False, "train"),
    ],
)
def test_split_of_a_parquet_file(path, alone, split):
    assert split_of_shard_name(Path(path), alone=alone) == split
