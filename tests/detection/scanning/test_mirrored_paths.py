"""What belongs to an image lies below the same folders as the image."""

from __future__ import annotations

from pathlib import Path

import pytest

from realfake_hf.detection.scanning.mirrored_paths import mirrored_path, outside


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def test_an_image_below_this_folder_keeps_its_path(here: Path) -> None:
    for given in ("a/b.jpg", "./a/../a/b.jpg", here / "a" / "b.jpg"):
        assert mirrored_path(Path(given)) == Path("a/b.jpg")


def test_an_image_elsewhere_keeps_all_its_folders(tmp_path: Path) -> None:
    assert mirrored_path(Path("../other/b.jpg")) == (tmp_path / "other" / "b.jpg").relative_to(tmp_path.anchor)


def test_two_images_never_share_a_place(here: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "other" / "b.jpg"
    mine = here / elsewhere.relative_to(elsewhere.anchor)
    mine.parent.mkdir(parents=True)
    mine.touch()
    assert mirrored_path(elsewhere).parent == mirrored_path(mine).parent
    assert mirrored_path(elsewhere) != mirrored_path(mine)


def test_images_inside_a_folder_are_left_out() -> None:
    images = [Path("review/a.jpg"), Path("reviewed/a.jpg"), Path("review/../b.jpg")]
    assert list(outside(Path("review"), images)) == images[1:]
