"""What is called fake is moved, never over something, and a list says what went where."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from typing import TextIO

import pytest

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.scanning.fakes_folder import FakesFolder
from realfake_hf.detection.scanning.scan import Scan
from realfake_hf.errors import RealFakeError


@pytest.fixture
def uploads(photo_paths: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In the current folder: `uploads/a.jpg` and `uploads/deep/b.jpg`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "uploads" / "deep").mkdir(parents=True)
    shutil.copy(photo_paths[0], "uploads/a.jpg")
    shutil.copy(photo_paths[2], "uploads/deep/b.jpg")
    return Path("uploads")


@pytest.fixture
def judge(tiny_model: Path, tmp_path: Path):
    """A detector that calls everything by one label."""

    def load(label: str) -> Detector:
        folder = shutil.copytree(tiny_model, tmp_path.parent / f"{tmp_path.name}-{label}", dirs_exist_ok=True)
        config = json.loads((folder / "config.json").read_text())
        config["threshold_low"], config["threshold_high"] = (0.0, 0.0) if label == "fake" else (1.0, 1.0)
        (folder / "config.json").write_text(json.dumps(config))
        return Detector(folder)

    return load


def run(detector: Detector, **options: object) -> Scan:
    scan = Scan.prepare(["uploads"], move_fakes=Path("review"), **options)  # type: ignore[arg-type]
    list(scan.verdicts(lambda: detector))
    return scan


def files(folder: str) -> list[str]:
    return sorted(str(file) for file in Path(folder).rglob("*") if file.is_file())


def test_fakes_move_below_their_folders_and_the_list_says_so(judge, uploads):
    content = (uploads / "a.jpg").read_bytes()
    scan = run(judge("fake"))
    assert files("uploads") == []
    assert files("review") == ["review/moved.csv", "review/uploads/a.jpg", "review/uploads/deep/b.jpg"]
    assert Path("review/uploads/a.jpg").read_bytes() == content
    with Path("review/moved.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["from"], row["to"]) for row in rows] == [
        ("uploads/a.jpg", "review/uploads/a.jpg"),
        ("uploads/deep/b.jpg", "review/uploads/deep/b.jpg"),
    ]
    assert (scan.summary.moved, scan.summary.exit_code()) == (2, 0)


def test_reals_stay_and_no_folder_is_made(judge, uploads):
    run(judge("real"))
    assert files("uploads") == ["uploads/a.jpg", "uploads/deep/b.jpg"]
    assert not Path("review").exists()


def test_nothing_is_replaced(judge, uploads):
    Path("review/uploads").mkdir(parents=True)
    Path("review/uploads/a.jpg").write_text("mine")
    scan = run(judge("fake"))
    assert Path("review/uploads/a.jpg").read_text() == "mine"
    assert scan.summary.unmoved == ["uploads/a.jpg stays where it is: review/uploads/a.jpg exists."]
    assert (uploads / "a.jpg").exists()
    assert (scan.summary.moved, scan.summary.exit_code()) == (1, 1)


def test_file_that_changed_meanwhile_and_links_stay(judge, uploads, photo_paths):
    (uploads / "link.jpg").symlink_to(photo_paths[1])
    detector = judge("fake")
    scan = Scan.prepare(["uploads"], move_fakes=Path("review"))
    for verdict in scan.verdicts(lambda: detector):
        if verdict.path == "uploads/a.jpg":
            os.utime(verdict.path, (1, 1))
    assert scan.summary.unmoved == [
        "uploads/a.jpg stays where it is: it has changed since it was judged.",
        "uploads/link.jpg stays where it is: it is a link.",
    ]
    assert photo_paths[1].exists()


def test_another_file_system_gets_a_copy_before_the_image_goes(judge, uploads, monkeypatch):
    content = (uploads / "a.jpg").read_bytes()

    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", refuse)
    run(judge("fake"))
    assert Path("review/uploads/a.jpg").read_bytes() == content
    assert files("uploads") == []


def test_report_and_resumed_scans_are_served_first(judge, uploads):
    detector = judge("fake")
    first = Scan.prepare(["uploads"], output=Path("verdicts.csv"))
    list(first.verdicts(lambda: detector))
    scan = run(detector, output=Path("verdicts.csv"), resume=True, report=Path("page.html"))
    assert scan.summary.moved == 2
    assert "data:image/jpeg;base64," in Path("page.html").read_text()


def test_the_page_of_a_resumed_scan_shows_what_was_moved(judge, uploads, photo_paths):
    options = {"output": Path("verdicts.csv"), "report": Path("page.html")}
    run(judge("fake"), **options)
    shutil.copy(photo_paths[3], "uploads/new.jpg")
    run(judge("fake"), resume=True, **options)
    page = Path("page.html").read_text()
    assert all(f"review/uploads/{name}" in page for name in ("a.jpg", "deep/b.jpg"))
    assert page.count("data:image/jpeg;base64,") == 3

    shutil.copy(photo_paths[4], "uploads/newer.jpg")
    scan = Scan.prepare(["uploads"], resume=True, **options)
    list(scan.verdicts(lambda: judge("fake")))
    page = Path("page.html").read_text()
    assert "uploads/a.jpg" in page
    assert "no picture: " in page  # nobody said where it went
    assert scan.summary.total == 1


def test_an_image_that_cannot_be_noted_is_not_moved(judge, uploads, monkeypatch):
    run(judge("fake"))
    shutil.copy("review/uploads/a.jpg", "uploads/c.jpg")
    before = Path("review/moved.csv").read_bytes()

    class Full:
        def __init__(self, stream: TextIO) -> None:
            self.stream = stream

        def writerow(self, row: object) -> None:
            self.stream.write("half a li")
            self.stream.flush()
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("csv.writer", Full)
    scan = run(judge("fake"))
    assert scan.summary.unmoved == ["uploads/c.jpg stays where it is: No space left on device."]
    assert scan.summary.moved == 0
    assert files("uploads") == ["uploads/c.jpg"]
    assert not Path("review/uploads/c.jpg").exists()
    assert Path("review/moved.csv").read_bytes() == before


def test_what_was_moved_is_not_judged_again(judge, uploads):
    run(judge("fake"))
    shutil.copy("review/uploads/a.jpg", "uploads/new.jpg")
    scan = Scan.prepare(["."], move_fakes=Path("review"))
    assert list(scan.images) == [Path("uploads/new.jpg")]


def test_folder_that_is_a_file_or_has_another_list_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RealFakeError, match=r"`move_fakes` .*file is a file: name a folder"):
        FakesFolder(tmp_path / "file")
    for content in (b"house,street\n", b"", b"\xff\xfe,\n", b'from,to,p_fake\n"' + b"a" * 200_000):
        (tmp_path / "moved.csv").write_bytes(content)
        with pytest.raises(RealFakeError, match="is no list of moved images"):
            FakesFolder(tmp_path)
