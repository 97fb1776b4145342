"""Units, their parts and the workers that make one of the other; Ray only hands them out."""

from __future__ import annotations

import io
import json
import os
import sys
import tarfile
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.detector_settings import DetectorSettings
from realfake_hf.detection.scanning.parts_folder import PartsFolder
from realfake_hf.detection.scanning.plan import plan_units
from realfake_hf.detection.scanning.ray_scan import Judge, scan_with_ray, stay_at_home
from realfake_hf.detection.scanning.unit import Unit
from realfake_hf.errors import RealFakeError
from realfake_hf.records.scan import ScanRecord, read_records

MODEL = "realfake-net"
"""Runs by onnxruntime, without torch."""


@pytest.fixture
def pictures(photo_paths: list[Path]) -> dict[str, bytes]:
    """Seven small images by name."""
    found = {}
    for number in range(7):
        with Image.open(photo_paths[number % len(photo_paths)]) as photo:
            stream = io.BytesIO()
            photo.convert("RGB").crop((number, 0, number + 90, 80)).save(stream, "PNG")
        found[f"{number}.png"] = stream.getvalue()
    return found


@pytest.fixture
def folder(pictures: dict[str, bytes], tmp_path: Path) -> Path:
    """Four images as files, three in a parquet file of two row groups and in a tar, and one that is none."""
    root = tmp_path / "inputs"
    (root / "files").mkdir(parents=True)
    names = list(pictures)
    for name in names[:4]:
        (root / "files" / name).write_bytes(pictures[name])
    (root / "files" / "broken.jpg").write_bytes(b"none")
    rows = pa.table({"image": [{"bytes": pictures[name], "path": None} for name in names[4:]], "label": [0, 1, 0]})
    pq.write_table(rows, root / "rows.parquet", row_group_size=2)
    with tarfile.open(root / "shard.tar", "w") as tar:
        for name in names[4:]:
            for member, content in ((name, pictures[name]), (name.replace(".png", ".json"), b"{}")):
                entry = tarfile.TarInfo(member)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    return root


def records(output: Path) -> list[ScanRecord]:
    found = [record for part in sorted(output.glob("part-*.parquet")) for record in read_records(part)]
    return sorted(found, key=lambda record: record.path)


def judged(units: list[Unit], output: Path) -> list[ScanRecord]:
    worker = Judge(DetectorSettings(MODEL), str(output), workers=1)
    for unit in units:
        worker.judge(Unit.from_json(unit.to_json()))
    return records(output)


def test_every_image_of_files_parquet_and_tars_has_one_record(folder, tmp_path, pictures):
    units = plan_units([str(folder)], files_a_unit=2)
    assert [unit.kind for unit in units] == ["parquet", "parquet", "tar", "files", "files", "files"]
    found = judged(units, tmp_path / "out")
    names = list(pictures)
    assert [record.path for record in found] == sorted(
        [str(folder / "files" / name) for name in [*names[:4], "broken.jpg"]]
        + [f"{folder}/rows.parquet#{row}" for row in range(3)]
        + [f"{folder}/shard.tar/{name}" for name in names[4:]]
    )
    by_path = {record.path: record for record in found}
    assert "broken.jpg" in by_path[str(folder / "files" / "broken.jpg")].error
    wanted = Detector(MODEL)([pictures[name] for name in names[4:]])
    for where in ("rows.parquet#{row}", "shard.tar/{name}"):
        for row, name in enumerate(names[4:]):
            record = by_path[f"{folder}/{where.format(row=row, name=name)}"]
            assert record.p_fake == pytest.approx(wanted[row].p_fake, abs=1e-5)
            assert record.format == "PNG"


def test_units_of_a_store_are_those_of_its_files(folder, pictures, tmp_path):
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    for name, content in list(pictures.items())[:3]:
        memory.pipe_file(f"/bucket/{name}", content)
    memory.pipe_file("/bucket/notes.txt", b"none")
    memory.put_file(str(folder / "shard.tar"), "/bucket/shard.tar")
    units = plan_units(["memory://bucket"])
    assert sorted(unit.kind for unit in units) == ["files", "tar"]
    found = judged(units, tmp_path / "out")
    assert [record.path for record in found] == [
        *(f"memory:///bucket/{name}" for name in list(pictures)[:3]),
        *(f"memory:///bucket/shard.tar/{name}" for name in list(pictures)[4:]),
    ]
    assert {record.label for record in found} <= {"real", "unsure", "fake"}


def test_file_that_changed_is_another_unit(folder):
    before = plan_units([str(folder / "files")])
    assert plan_units([str(folder / "files")]) == before
    (folder / "files" / "0.png").write_bytes((folder / "files" / "1.png").read_bytes())
    assert plan_units([str(folder / "files")])[0].id != before[0].id


def test_damaged_tar_keeps_what_was_read_and_says_so(folder, tmp_path):
    tar = folder / "shard.tar"
    tar.write_bytes(tar.read_bytes()[: tar.stat().st_size // 3])
    found = judged(plan_units([str(tar)]), tmp_path / "out")
    assert any("cannot be read to its end" in (record.error or "") for record in found)


def test_parquet_without_images_is_refused(tmp_path):
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    with pytest.raises(RealFakeError, match=r"a\.parquet has no column of images"):
        plan_units([str(tmp_path)])


@pytest.mark.parametrize("where", ["local", "memory"])
def test_folder_of_parts_is_claimed_once(where, tmp_path):
    name = str(tmp_path / "out") if where == "local" else "memory://parts-of-a-test"
    if where == "memory":
        fsspec.filesystem("memory").store.clear()
    parts = PartsFolder(name)
    assert parts.begin("m@1", ["a", "b"]) == set()
    parts.write("a", [])
    with pytest.raises(RealFakeError, match="holds a scan already"):
        parts.begin("m@1", ["a", "b"])
    assert parts.begin("m@1", ["a", "b"], resume=True) == {"a"}
    with pytest.raises(RealFakeError, match=r"holds verdicts of m@1, and this scan's are of m@2"):
        parts.begin("m@2", ["a", "b"], resume=True)
    with pytest.raises(RealFakeError, match="holds 1 parts of files that are not among these"):
        parts.begin("m@1", ["b"], resume=True)
    assert parts.begin("m@2", ["b"], overwrite=True) == set()
    assert parts.parts() == set()


@pytest.mark.parametrize("where", ["inputs/parts", "inputs", "link"])
def test_parts_among_what_is_scanned_are_not_scanned(folder, tmp_path, where):
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    parts = PartsFolder(str(tmp_path / where))
    units = plan_units([str(folder)], leave_out=parts.holds)
    judged(units, tmp_path / where)
    assert len(parts.parts()) == len(units)
    assert plan_units([str(folder)], leave_out=parts.holds) == units


def test_parts_among_what_is_scanned_in_a_store_are_not_scanned(folder):
    store = fsspec.filesystem("memory")
    store.store.clear()
    store.put(str(folder), "/inputs", recursive=True)
    parts = PartsFolder("memory://inputs/parts/")
    units = plan_units(["memory://inputs"], leave_out=parts.holds)
    parts.write(units[0].id, [])
    assert len(store.ls("/inputs/parts")) == 1
    assert plan_units(["memory://inputs"], leave_out=parts.holds) == units
    assert not parts.holds(f"memory://elsewhere/part-{units[0].id}.parquet")
    assert not parts.holds("memory://inputs/parts/rows.parquet")


@pytest.mark.parametrize("where", ["ray", "inputs/ray"])
def test_ray_gives_each_unit_to_an_actor_and_goes_on(folder, tmp_path, where):
    ray = pytest.importorskip("ray")
    settings = DetectorSettings(MODEL)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        options = {"settings": settings, "actors": 2, "files_a_unit": 2, "progress": False}
        summary = scan_with_ray([str(folder)], output=str(tmp_path / where), **options)
        assert (summary.units, summary.earlier, sum(summary.labels.values()), summary.labels[""]) == (6, 0, 11, 1)
        parts = PartsFolder(str(tmp_path / where))
        alone = judged(plan_units([str(folder)], files_a_unit=2, leave_out=parts.holds), tmp_path / "alone")
        assert records(tmp_path / where) == alone
        assert json.loads((tmp_path / where / "scan.json").read_text())["complete"]
        next((tmp_path / where).glob("part-*.parquet")).unlink()
        again = scan_with_ray([str(folder)], output=str(tmp_path / where), resume=True, **options)
        assert (again.earlier, again.labels) == (5, summary.labels)
        assert records(tmp_path / where) == alone
    finally:
        ray.shutdown()


@pytest.mark.parametrize(
    ("address", "runs_here", "expected"), [("", False, "0"), ("ray://head:10001", False, None), ("", True, None)]
)
def test_ray_of_this_machine_alone_listens_to_nobody_else(tmp_path, monkeypatch, address, runs_here, expected):
    for name in ("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "RAY_ADDRESS"):
        monkeypatch.setenv(name, "")  # so that it is undone
        monkeypatch.delenv(name)
    monkeypatch.delitem(sys.modules, "ray", raising=False)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    monkeypatch.setenv("RAY_ADDRESS", address)
    if runs_here:
        (tmp_path / "ray").mkdir()
        (tmp_path / "ray" / "ray_current_cluster").touch()
    stay_at_home()
    assert os.environ.get("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER") == expected


def test_command_refuses_what_needs_all_verdicts_in_one_place(invoke, folder, tmp_path):
    result = invoke("scan", folder, "--engine", "ray", "-o", tmp_path / "out", "--report", tmp_path / "r.html")
    assert result.exit_code == 2
    assert "The engine ray knows no --report" in result.stderr
