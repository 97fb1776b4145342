"""Which split is measured where none is named, and what results call it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from datasets import Dataset, DatasetDict

from realfake_hf.data import measured_split
from realfake_hf.data.measured_split import drawn_sample, one_split
from realfake_hf.errors import RealFakeError


@pytest.fixture
def splits(monkeypatch: pytest.MonkeyPatch):
    """Let the data have these splits."""

    def have(*names: str) -> None:
        def load(data: str, split: str | None = None) -> DatasetDict:
            chosen: Sequence[str] = names if split is None else [split]
            return DatasetDict({name: Dataset.from_dict({"name": [name]}) for name in chosen})

        monkeypatch.setattr(measured_split, "load_data", load)

    return have


@pytest.mark.parametrize(
    ("there", "named", "called"),
    [
        (("train", "val", "test"), None, "photos (test)"),
        (("train", "val"), None, "photos (val)"),
        (("train",), None, "photos"),
        (("unseen",), None, "photos (unseen)"),
        (("train", "test"), "train", "photos (train)"),
    ],
)
def test_the_test_split_comes_first_and_the_name_says_which(splits, there, named, called) -> None:
    splits(*there)
    dataset, name = one_split("photos", named)
    assert name == called
    assert dataset["name"][0] == (called.partition("(")[2].rstrip(")") or "train")


def test_several_unusual_splits_must_be_chosen_from(splits) -> None:
    splits("train", "unseen")
    with pytest.raises(RealFakeError, match="photos has the splits train, unseen: name the one to use with `split`"):
        one_split("photos", None)


@pytest.fixture
def ten() -> Dataset:
    """Eight real rows and two fake ones, in turn as they come."""
    return Dataset.from_dict({"label": [0, 0, 1, 0, 0, 0, 1, 0, 0, 0], "row": list(range(10))})


def test_a_sample_keeps_the_shares_of_the_classes_and_the_order(ten: Dataset) -> None:
    drawn, name = drawn_sample(ten, "photos (test)", 5, seed=1)
    assert name == "photos (test), 5 of 10 images"
    assert sorted(drawn["label"][:]) == [0, 0, 0, 0, 1]
    assert drawn["row"][:] == sorted(drawn["row"][:])


def test_each_class_is_drawn_in_proportion() -> None:
    data = Dataset.from_dict({"label": [0, 0, 0, 1, 1] * 20})
    drawn, _ = drawn_sample(data, "photos", 20, seed=1)
    assert (drawn["label"][:].count(0), drawn["label"][:].count(1)) == (12, 8)


def test_the_seed_decides_which_rows_are_drawn(ten: Dataset) -> None:
    rows = {seed: drawn_sample(ten, "photos", 5, seed=seed)[0]["row"][:] for seed in range(8)}
    assert rows[3] == drawn_sample(ten, "photos", 5, seed=3)[0]["row"][:]
    assert len({tuple(own) for own in rows.values()}) > 1


def test_the_rarest_class_stays_in_the_smallest_sample(ten: Dataset) -> None:
    assert sorted(drawn_sample(ten, "photos", 2)[0]["label"][:]) == [0, 1]


@pytest.mark.parametrize("images", [None, 10, 11])
def test_no_sample_is_drawn_where_all_images_will_do(ten: Dataset, images: int | None) -> None:
    assert drawn_sample(ten, "photos", images) == (ten, "photos")


def test_a_sample_of_one_image_is_refused(ten: Dataset) -> None:
    with pytest.raises(RealFakeError, match="`sample` 1 is too small: give at least 2 images, one of each class"):
        drawn_sample(ten, "photos", 1)
