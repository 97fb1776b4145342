"""Folders of labelled images are found whatever the convention of their names."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from realfake_hf.data.layouts import find_class_folders, refuse_layout


def layout(root: Path, *files: str) -> Path:
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


@pytest.mark.parametrize(("real", "fake"), [("Real", "FAKE"), ("0_real", "1_fake"), ("nature", "ai"), ("human", "ai")])
def test_classes_are_known_by_several_conventions(tmp_path: Path, real: str, fake: str) -> None:
    root = layout(tmp_path, f"{real}/a.jpg", f"{fake}/b.jpg")
    assert [(found.folder.name, found.label, found.split) for found in find_class_folders(root)] == [
        (real, 0, None),
        (fake, 1, None),
    ]


def test_splits_are_put_in_order_under_their_usual_names(tmp_path: Path) -> None:
    root = layout(tmp_path, *(f"{split}/{name}/a.jpg" for split in ("testing", "train") for name in ("real", "fake")))
    assert [found.split for found in find_class_folders(root)] == ["train", "train", "test", "test"]


def test_two_names_of_one_split_are_left_alone(tmp_path: Path) -> None:
    root = layout(tmp_path, "val/real/a.jpg", "validation/real/a.jpg")
    assert {found.split for found in find_class_folders(root)} == {"val", "validation"}


def test_the_folder_below_a_class_is_the_source_and_other_files_are_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = layout(tmp_path, "real/camera/deep/a.jpg", "real/b.png", "real/notes.txt")
    (folder,) = find_class_folders(root)
    with caplog.at_level(logging.WARNING):
        found = {Path(file).name: source for file, source in folder.images()}
    assert found == {"a.jpg": "camera", "b.png": ""}
    assert ".txt" in caplog.text


def test_one_half_of_somebody_elses_pair_is_no_class(tmp_path: Path) -> None:
    root = layout(tmp_path, "nature/a.jpg", "other/b.jpg")
    assert find_class_folders(root) == []
    assert "has no folders named real and fake (found nature, other)" in str(refuse_layout(root))


def test_a_folder_without_images_is_said_to_be_one(tmp_path: Path) -> None:
    assert str(refuse_layout(tmp_path)) == f"{tmp_path} holds no images: check the path."
