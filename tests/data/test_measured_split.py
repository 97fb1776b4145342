"""Which split is measured where none is named, and what results call it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from datasets import Dataset, DatasetDict

from realfake_hf.data import measured_split
from realfake_hf.data.measured_split import one_split
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
