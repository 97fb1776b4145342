"""A scan judges what is left and remembers how it ended."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.scanning.scan import Scan, ScanSummary
from realfake_hf.errors import RealFakeError
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
    assert [record.path for record in read_records(file)] == earlier + later
    assert (resumed.summary.total, resumed.summary.earlier) == (6, 3)


def test_nothing_is_resumed_where_nothing_is_kept(photo_paths):
    with pytest.raises(RealFakeError, match="`resume` goes on with a file of verdicts: name it with `output`"):
        Scan.prepare([str(photo_paths[0])], resume=True)


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


class TestResumedAfterAChange:
    @pytest.fixture
    def folder(self, photo_paths, tmp_path):
        folder = tmp_path / "photos"
        folder.mkdir()
        for name, path in (("a.jpg", photo_paths[0]), ("b.jpg", photo_paths[1])):
            shutil.copy(path, folder / name)
        return folder

    @pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
    def test_a_file_that_was_replaced_is_judged_again(self, detector, folder, photo_paths, tmp_path, suffix):
        file = tmp_path / f"v.{suffix}"
        list(Scan.prepare([str(folder)], output=file).verdicts(lambda: detector))
        shutil.copy(photo_paths[2], folder / "a.jpg")
        again = Scan.prepare([str(folder)], output=file, resume=True, identity=lambda: detector.identity)
        assert [verdict.path for verdict in again.verdicts(lambda: detector)] == [str(folder / "a.jpg")]
        assert (again.summary.changed, again.summary.earlier) == (1, 1)
        found = {Path(record.path).name: record for record in read_records(file)}
        assert len(list(read_records(file))) == 2
        assert found["a.jpg"].p_fake == pytest.approx(detector(photo_paths[2]).p_fake, abs=1e-6)
        assert found["a.jpg"].bytes == photo_paths[2].stat().st_size
        assert found["b.jpg"].model == detector.identity

    def test_a_line_that_somebody_doubled_is_there_once(self, detector, folder, tmp_path):
        file = tmp_path / "v.jsonl"
        list(Scan.prepare([str(folder)], output=file).verdicts(lambda: detector))
        before = file.read_text()
        file.write_text(before + before.splitlines(keepends=True)[0])
        list(Scan.prepare([str(folder)], output=file, resume=True).verdicts(no_detector))
        assert file.read_text() == before

    def test_a_file_that_came_late_is_judged(self, detector, folder, photo_paths, tmp_path):
        (folder / "c.jpg").symlink_to(tmp_path / "later.jpg")
        file = tmp_path / "v.jsonl"
        list(Scan.prepare([str(folder)], output=file).verdicts(lambda: detector))
        shutil.copy(photo_paths[2], tmp_path / "later.jpg")
        again = Scan.prepare([str(folder)], output=file, resume=True, identity=lambda: detector.identity)
        assert [Path(verdict.path).name for verdict in again.verdicts(lambda: detector)] == ["c.jpg"]
        assert again.summary.exit_code() == 0

    def test_verdicts_of_another_model_are_not_mixed(self, detector, folder, tmp_path):
        file = tmp_path / "v.jsonl"
        list(Scan.prepare([str(folder)], output=file).verdicts(lambda: detector))
        before = file.read_bytes()
        with pytest.raises(RealFakeError, match=r"v\.jsonl holds verdicts of .*, and this scan's are of other@0"):
            Scan.prepare([str(folder)], output=file, resume=True, identity=lambda: "other@0")
        assert file.read_bytes() == before

    def test_records_that_name_no_model_are_refused(self, folder, tmp_path):
        file = tmp_path / "v.jsonl"
        old = {"path": "a", "label": "real", "p_fake": 0.1, "width": 1, "height": 1, "format": "PNG"}
        file.write_text(json.dumps({**old, "warnings": [], "provenance": None, "error": None}) + "\n")
        with pytest.raises(RealFakeError, match="has records of an earlier version, which name neither the model nor"):
            Scan.prepare([str(folder)], output=file, resume=True, identity=lambda: "m@0")


def test_a_pipe_among_the_images_gets_its_sentence(detector, photo_paths, tmp_path):
    os.mkfifo(tmp_path / "a.jpg")
    shutil.copy(photo_paths[0], tmp_path / "b.jpg")
    scan = Scan.prepare([str(tmp_path)])
    pipe, photo = scan.verdicts(lambda: detector)
    assert pipe.error == f"{tmp_path / 'a.jpg'} is no regular file but a named pipe: it was not opened."
    assert photo.label
    assert scan.summary.exit_code() == 1


def test_a_report_alone_asks_for_no_heatmaps(detector, photo_paths, tmp_path, monkeypatch):
    monkeypatch.setattr(Detector, "heatmap", lambda *_: pytest.fail("a heatmap takes seconds: nobody asked for it"))
    scan = Scan.prepare([str(photo_paths[0])], report=tmp_path / "r.html")
    list(scan.verdicts(lambda: detector))
    assert (tmp_path / "r.html").read_text().count("data:image/jpeg;base64,") == 1


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


@pytest.mark.parametrize("option", ["move_fakes", "heatmaps"])
def test_an_output_folder_that_holds_every_image_is_refused(photo_paths, tmp_path, option):
    """Nothing in it is judged: without a word the scan would end as if all were well."""
    folder = tmp_path / "uploads"
    shutil.copytree(photo_paths[0].parent, folder)
    with pytest.raises(RealFakeError, match=rf"All images lie in `{option}` .*: name a folder that holds none"):
        Scan.prepare([str(folder)], **{option: folder})
    assert len(list(folder.iterdir())) == len(list(photo_paths[0].parent.iterdir()))


def test_a_heatmap_folder_that_cannot_be_made_is_refused_before_anything_is_judged(photo_paths, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RealFakeError, match=r"`heatmaps` .* cannot be made \(Not a directory\): name another folder"):
        Scan.prepare([str(photo_paths[0])], heatmaps=tmp_path / "file" / "maps")


@pytest.mark.parametrize("line", ["[" * 200_000, "null", "[1, 2]", '{"path": 3}'])
def test_a_record_that_is_none_is_said_in_a_sentence(detector, photo_paths, tmp_path, line):
    file = tmp_path / "verdicts.jsonl"
    list(Scan.prepare([str(photo_paths[0])], output=file).verdicts(lambda: detector))
    with file.open("a") as stream:
        stream.write(f"{line}\n")
    with pytest.raises(RealFakeError, match="does not hold the records of a scan"):
        Scan.prepare([str(photo_paths[0])], output=file, resume=True)
