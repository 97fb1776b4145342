"""Held-out rows: stratified, whole groups, seeded."""

from __future__ import annotations

import pytest
from datasets import Dataset

from realfake_hf.data.holdout import hold_out
from realfake_hf.errors import RealFakeError


def dataset() -> Dataset:
    return Dataset.from_dict(
        {"label": [0] * 40 + [1] * 60, "group": [row // 2 for row in range(100)], "row": range(100)}
    )


def test_parts_are_disjoint_whole_and_stratified() -> None:
    kept, held_out = hold_out(dataset(), 0.2, seed=1)
    assert sorted([*kept["row"], *held_out["row"]]) == list(range(100))
    assert len(held_out) == 20
    assert sum(held_out["label"]) == 12


def test_group_is_never_split() -> None:
    kept, held_out = hold_out(dataset(), 0.2, seed=1)
    assert not set(kept["group"]) & set(held_out["group"])


def test_seed_decides() -> None:
    first = hold_out(dataset(), 0.2, seed=1)[1]["row"]
    assert list(hold_out(dataset(), 0.2, seed=1)[1]["row"]) == list(first)
    assert list(hold_out(dataset(), 0.2, seed=2)[1]["row"]) != list(first)


def two_classes(real: int, fake: int) -> Dataset:
    return Dataset.from_dict({"label": [0] * real + [1] * fake})


def test_too_few_images_of_a_class_are_named() -> None:
    with pytest.raises(RealFakeError, match=r"There are 4 real and 60 fake images .* takes at least 5 of each"):
        hold_out(two_classes(4, 60), 0.2, seed=1)


def test_as_many_of_a_class_as_there_are_parts_will_do() -> None:
    _, held_out = hold_out(two_classes(5, 5), 0.2, seed=1)
    assert sorted(held_out["label"][:]) == [0, 1]


def test_at_most_half_is_held_out() -> None:
    kept, held_out = hold_out(two_classes(2, 2), 0.9, seed=1)
    assert sorted(kept["label"][:]) == sorted(held_out["label"][:]) == [0, 1]
