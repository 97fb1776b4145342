"""Heatmaps of a scan: a file for each judged image, never two in one, none lost to a corrupt neighbour."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.scanning.heatmap_files import HeatmapFiles
from realfake_hf.detection.scanning.scan import Scan
from realfake_hf.errors import RealFakeError


@pytest.fixture(scope="module")
def detector(tiny_model: Path) -> Detector:
    return Detector(tiny_model, batch_size=2)


@pytest.fixture
def photos(photo_paths: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In the current folder: `photos/a.jpg`, a corrupt `photos/b.jpg`, `photos/deep/a.jpg`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos" / "deep").mkdir(parents=True)
    shutil.copy(photo_paths[0], "photos/a.jpg")
    (tmp_path / "photos" / "b.jpg").write_bytes(photo_paths[1].read_bytes()[:5000])
    shutil.copy(photo_paths[2], "photos/deep/a.jpg")
    return Path("photos")


def run(detector: Detector, *paths: object, **options: object) -> Scan:
    scan = Scan.prepare(map(str, paths), **options)  # type: ignore[arg-type]
    list(scan.verdicts(lambda: detector))
    return scan


def found(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_names_mirror_the_paths_and_never_collide(tmp_path, monkeypatch):
    here = tmp_path / "here"
    (here / tmp_path.relative_to("/")).mkdir(parents=True)
    monkeypatch.chdir(here)
    elsewhere, inside = tmp_path / "a.jpg", here / tmp_path.relative_to("/") / "a.jpg"
    inside.touch()
    images = [Path("a.jpg"), Path("a.png"), Path("deep/a.jpg"), inside, elsewhere, Path("n" * 250 + ".jpg")]
    files = [HeatmapFiles(Path("maps")).path_of(image) for image in images]
    assert files[:3] == [Path("maps/a.jpg.png"), Path("maps/a.png.png"), Path("maps/deep/a.jpg.png")]
    assert len(set(files)) == len(files)
    assert max(len(file.name) for file in files) < 255
    assert HeatmapFiles(Path("maps")).path_of(Path("../other/a.jpg")).is_relative_to("maps")


def test_corrupt_file_costs_nothing_else(detector, photos):
    scan = run(detector, photos, heatmaps=Path("maps"))
    assert found(Path("maps")) == ["photos/a.jpg.png", "photos/deep/a.jpg.png"]
    assert Image.open("maps/photos/a.jpg.png").width <= 1024
    assert scan.summary.labels[None] == 1
    assert scan.summary.undrawn == []


def test_existing_heatmaps_are_kept_replaced_or_refused_before_anything_is_loaded(detector, photos):
    file = Path("maps/photos/a.jpg.png")
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    with pytest.raises(RealFakeError, match=r"maps/photos/a\.jpg\.png exists"):
        Scan.prepare([str(photos)], heatmaps=Path("maps"))
    run(detector, photos, heatmaps=Path("maps"), resume=True)
    assert file.read_text() == "mine"
    assert Path("maps/photos/deep/a.jpg.png").exists()
    run(detector, photos / "a.jpg", heatmaps=Path("maps"), overwrite=True)
    assert Image.open(file).format == "PNG"


def test_resumed_scan_draws_what_an_earlier_one_did_not(detector, photos):
    run(detector, photos, output=Path("v.jsonl"))
    scan = run(detector, photos, output=Path("v.jsonl"), heatmaps=Path("maps"), resume=True)
    assert scan.summary.earlier == 3
    assert len(found(Path("maps"))) == 2


def test_heatmaps_are_not_scanned_themselves(detector, photos):
    run(detector, photos / "a.jpg", heatmaps=photos / "maps")
    scan = Scan.prepare([str(photos)], heatmaps=photos / "maps", resume=True)
    assert len(scan.images) == 3


def test_folder_of_heatmaps_that_is_replaced_meanwhile_is_said_without_the_systems_numbers(detector, photos):
    scan = Scan.prepare(["photos"], heatmaps=Path("maps"))
    Path("maps").rmdir()
    Path("maps").write_bytes(b"")
    assert len(list(scan.verdicts(lambda: detector))) == 3
    assert scan.summary.undrawn[0] == "photos/a.jpg has no heatmap: Not a directory."
    assert scan.summary.exit_code() == 1


def test_heatmap_that_fails_is_named_and_the_others_are_drawn(detector, photos, monkeypatch):
    real = Detector.heatmap

    def failing(self, image):
        if str(image).endswith("deep/a.jpg"):
            raise RuntimeError("out of memory")
        return real(self, image)

    monkeypatch.setattr(Detector, "heatmap", failing)
    monkeypatch.setattr("realfake_hf.detection.detector.KEPT_PIXELS", 0)
    monkeypatch.setattr("realfake_hf.detection.detector.KEPT_PIXELS_OF_A_BATCH", 0)
    monkeypatch.setattr("realfake_hf.images.remembered_image.RememberedImage.open", lambda self: self._kept)
    scan = run(detector, photos, heatmaps=Path("maps"))
    assert scan.summary.undrawn == ["photos/deep/a.jpg has no heatmap: out of memory."]
    assert found(Path("maps")) == ["photos/a.jpg.png"]
    assert scan.summary.exit_code() == 1
