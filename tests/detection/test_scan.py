"""A scan judges what is left and remembers how it ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.scan import Scan, ScanSummary
from realfake_hf.records.scan import read_records


@pytest.fixture(scope="module")
def detector(tiny_model: Path) -> Detector:
    return Detector(tiny_model, batch_size=2)


def no_detector() -> Detector:
    raise AssertionError("nothing is left to judge, so no model may be loaded")


def test_verdicts_come_in_order_and_are_counted(detector, photo_paths, tmp_path):
    (tmp_path / "empty.jpg").touch()
    scan = Scan.prepare([str(photo_paths[0].parent), "gone", str(tmp_path)])
    verdicts = list(scan.verdicts(lambda: detector))
    assert [verdict.path for verdict in verdicts] == ["gone", *map(str, photo_paths), str(tmp_path / "empty.jpg")]
    assert scan.summary.total == 8
    assert scan.summary.labels[None] == 2
    assert scan.summary.seconds > 0


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_stopped_scan_is_completed_by_a_resumed_one(detector, photo_paths, tmp_path, suffix):
    file = tmp_path / f"verdicts.{suffix}"
    folder = str(photo_paths[0].parent)
    stopped = Scan.prepare([folder], output=file).verdicts(lambda: detector)
    earlier = [next(stopped).path for _ in range(3)]
    stopped.close()

    resumed = Scan.prepare([folder], output=file, resume=True)
    later = [verdict.path for verdict in resumed.verdicts(lambda: detector)]

    assert earlier + later == [str(path) for path in photo_paths]
    assert [record["path"] for record in read_records(file)] == earlier + later
    assert (resumed.summary.total, resumed.summary.earlier) == (6, 3)


def test_complete_scan_is_resumed_without_loading_a_model(detector, photo_paths, tmp_path):
    file = tmp_path / "verdicts.csv"
    paths = [*map(str, photo_paths[:2]), "gone.jpg"]
    first = Scan.prepare(paths, output=file)
    list(first.verdicts(lambda: detector))
    before = file.read_bytes()

    again = Scan.prepare(paths, output=file, resume=True)
    assert list(again.verdicts(no_detector)) == []
    assert again.summary.labels == first.summary.labels
    assert again.summary.exit_code() == 1
    assert file.read_bytes() == before


def test_image_is_in_the_file_before_its_verdict_is_given(detector, photo_paths, tmp_path):
    file = tmp_path / "verdicts.jsonl"
    for count, _ in enumerate(Scan.prepare(map(str, photo_paths), output=file).verdicts(lambda: detector), start=1):
        assert len(file.read_text().splitlines()) == count


@pytest.mark.parametrize(
    ("labels", "fail_on", "code"),
    [
        (["real", "fake", "unsure"], None, 0),
        (["real", None], None, 1),
        (["real", "unsure"], "fake", 0),
        (["real", "unsure"], "unsure", 3),
        (["real", "fake"], "unsure", 3),
        (["fake", None], "fake", 3),
        (["real", None], "fake", 1),
    ],
)
def test_exit_codes(labels, fail_on, code):
    summary = ScanSummary()
    summary.labels.update(labels)
    assert summary.exit_code(fail_on) == code
