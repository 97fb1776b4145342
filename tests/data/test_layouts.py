"""Folders of labelled images are found whatever the convention of their names."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from realfake_hf.data.layouts import find_class_folders, refuse_among_images, refuse_layout
from realfake_hf.errors import RealFakeError


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


@pytest.mark.parametrize(
    ("files", "output"),
    [
        (["real/a.jpg", "fake/b.jpg"], "real"),
        (["real/a.jpg", "fake/b.jpg"], "Fake/../fake/new/out"),
        (["real/a.jpg"], "fake"),  # would be the other class from then on
        (["train/real/a.jpg", "test/real/a.jpg"], "test/real/out"),
        (["train-00000-of-00001.parquet"], "."),
        (["train-00000-of-00001.parquet"], "out"),
    ],
)
def test_what_is_written_must_not_become_data(tmp_path: Path, files: list[str], output: str) -> None:
    root = layout(tmp_path / "data", *files)
    with pytest.raises(RealFakeError, match=r"out|real|fake|data lies among the images of .*: give a folder outside"):
        refuse_among_images(root / output, ["elsewhere", root])


def is_refused(output: Path, data: Path | list[Path | str]) -> bool:
    try:
        refuse_among_images(output, data)
    except RealFakeError:
        return True
    return False


def test_beside_the_images_may_be_written(tmp_path: Path) -> None:
    root = layout(tmp_path / "data", "real/a.jpg", "fake/b.jpg")
    outputs = [root / "real", root, root / "out", tmp_path, tmp_path / "data-out"]
    assert [is_refused(output, root) for output in outputs] == [True, False, False, False, False]
    assert not is_refused(root / "out", layout(root, "prepare.json"))
    assert not is_refused(root, [tmp_path / "gone", "me/data"])


def test_a_link_into_the_images_is_seen_through_and_one_in_a_circle_is_no_fault(tmp_path: Path) -> None:
    root = layout(tmp_path / "data", "real/a.jpg", "fake/b.jpg")
    (tmp_path / "link").symlink_to(root / "real")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(RealFakeError, match="lies among the images"):
        refuse_among_images(tmp_path / "link" / "out", root)
    refuse_among_images(tmp_path / "circle" / "out", root)
