"""Held-out rows: stratified, whole groups, seeded."""

from __future__ import annotations

from datasets import Dataset

from realfake_hf.data.holdout import hold_out


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
