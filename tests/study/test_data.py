"""One data set for all candidates: validation held out once, quick samples from every source, large images reduced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realfake_hf.data.fingerprint import data_fingerprint
from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.study.data import load_study_data, quick_rows, settle


def test_data_with_a_validation_split_are_used_as_they_are(data: Path, tmp_path: Path) -> None:
    used = settle(data, load_study_data(data), tmp_path, quick=False)
    assert used.path == str(data)
    assert used.measured == ["val", "unseen"]
    assert not list(tmp_path.iterdir())


def test_validation_is_held_out_once(make_imagefolder: Callable[..., Path], tmp_path: Path) -> None:
    source = make_imagefolder({"train": 10, "test": 2}, size=48)
    first = settle(source, load_study_data(source), tmp_path / "study", quick=False)
    assert first.rows == {"train": 16, "val": 4, "test": 4}
    assert first.notes == ("val is 20 % of train, held out once for all candidates",)
    written = load_data(first.path)
    again = settle(source, load_study_data(source), tmp_path / "study", quick=False)
    assert data_fingerprint(load_data(again.path)) == data_fingerprint(written)


def test_data_without_train_are_refused(make_imagefolder: Callable[..., Path]) -> None:
    with pytest.raises(RealFakeError, match="no train split"):
        load_study_data(make_imagefolder({"val": 4, "test": 4}, size=48))


def test_quick_sample_takes_the_sources_of_each_class_in_turn(data: Path) -> None:
    split = load_data(data)["train"]
    chosen = split.select(quick_rows(split, 5))
    counts = Counter(zip(chosen["label"], chosen["source"], strict=True))
    assert sorted(counts.values()) == [2, 2, 3, 3]
    assert quick_rows(split, 5) == quick_rows(split, 5)
    assert len(quick_rows(split, 100)) == len(split)


def test_quick_data_have_no_large_images_but_tell_what_they_were(
    make_imagefolder: Callable[..., Path], photo: Image.Image, tmp_path: Path
) -> None:
    source = make_imagefolder({"train": 4, "val": 2}, size=48)
    photo.resize((1500, 900)).save(source / "train" / "real" / "large.jpg", quality=70)
    (source / "train" / "real" / "broken.jpg").write_bytes(b"no image")
    used = settle(source, load_study_data(source), tmp_path / "study", quick=True)
    train = load_data(used.path)["train"]
    assert train.features["label"].names == ["real", "fake"]
    large = int(np.argmax([width or 0 for width in train["width"]]))
    assert (train[large]["width"], train[large]["height"], train[large]["format"]) == (1500, 900, "JPEG")
    assert train[large]["jpeg_quality"] == 70
    from realfake_hf.images.image_files import open_image

    assert open_image(train[large]["image"]["bytes"]).size == (1024, 614)
    assert b"no image" in [row["bytes"] for row in train["image"]]
