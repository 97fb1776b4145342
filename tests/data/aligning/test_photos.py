"""Which photographs `align` takes, and the splits they get."""

from __future__ import annotations

import pytest
from PIL import Image

from realfake_hf.data.aligning.photos import open_photos
from realfake_hf.errors import RealFakeError


@pytest.fixture
def folder(photo_paths, tmp_path):
    """Photographs of two cameras, one of them without a folder of its own."""
    root = tmp_path / "photos"
    (root / "nikon").mkdir(parents=True)
    for index, path in enumerate(photo_paths):
        target = root / "nikon" if index % 2 else root
        (target / path.name).write_bytes(path.read_bytes())
    return root


def found(photos, tmp_path, split=None):
    """Name, source and split of every photograph."""
    tasks = open_photos(photos, tmp_path / "aligned", split).tasks()
    return [(task.name, task.source, task.split) for task in tasks]


def test_folder_below_names_the_source(folder, tmp_path):
    assert {(source, split) for _, source, split in found(folder, tmp_path)} == {("", None), ("nikon", None)}
    assert len(found(folder, tmp_path)) == 6


def test_folders_named_after_splits_are_splits(folder, photo_paths, tmp_path):
    root = tmp_path / "by-split"
    for split in ("train", "validation"):
        (root / split / "canon").mkdir(parents=True)
        (root / split / "canon" / "a.jpg").write_bytes(photo_paths[0].read_bytes())
    assert {(source, split) for _, source, split in found(root, tmp_path)} == {("canon", "train"), ("canon", "val")}


def test_of_a_data_set_the_real_images_are_taken(make_imagefolder, tmp_path):
    data = make_imagefolder({"train": 4, "test": 2})
    names = found(data, tmp_path)
    assert len(names) == 6
    assert all("/real/" in name for name, _, _ in names)
    assert {split for _, _, split in found(data, tmp_path, "test")} == {"test"}


def test_parquet_is_taken(make_imagefolder, tmp_path):
    from datasets import DatasetDict, Image

    from realfake_hf.data.loading import load_data

    data = load_data(make_imagefolder({"train": 4}))["train"]
    data.cast_column("image", Image()).to_parquet(tmp_path / "data.parquet")
    assert isinstance(load_data(tmp_path / "data.parquet"), DatasetDict)
    assert len(found(tmp_path / "data.parquet", tmp_path)) == 4


def test_destination_among_the_photographs_is_refused(folder):
    with pytest.raises(RealFakeError, match="lies among the photographs"):
        open_photos(folder, folder / "aligned", None)


def test_single_photograph_is_refused(photo_paths, tmp_path):
    with pytest.raises(RealFakeError, match="is a file: give a folder of photographs"):
        open_photos(photo_paths[0], tmp_path, None)


def test_hidden_files_are_no_photographs(folder, tmp_path):
    Image.new("RGB", (8, 8)).save(folder / ".thumbnail.jpg")
    assert len(found(folder, tmp_path)) == 6
