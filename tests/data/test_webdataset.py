"""Shards of a WebDataset become the same data set as folders and parquet."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path

import datasets
import pytest

from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_files import open_image


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def write_shard(path: Path, members: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return path


def facts(**values: object) -> bytes:
    return json.dumps(values).encode()


@pytest.fixture
def content(photo_paths) -> bytes:
    return photo_paths[0].read_bytes()


def rows(data: datasets.Dataset) -> list[tuple[str, str]]:
    return [(["real", "fake"][row["label"]], row["source"]) for row in data]


def test_shards_give_splits_labels_and_sources(photo_paths, content, tmp_path):
    other = photo_paths[1].read_bytes()
    write_shard(
        tmp_path / "train-000000.tar", {"a/0.jpg": content, "a/0.cls": b"0\n", "a/1.JPG": other, "a/1.cls": b"1"}
    )
    write_shard(
        tmp_path / "train-000001.tar",
        {"2.json": facts(label="fake", source="sdxl"), "2.webp": other, "3.png": content, "3.json": facts(label=0)},
    )
    write_shard(tmp_path / "validation" / "000000.tar", {"7.cls": b"REAL", "7.png": content})
    data = load_data(tmp_path)
    assert list(data) == ["train", "val"]
    assert rows(data["train"]) == [("real", ""), ("fake", ""), ("fake", "sdxl"), ("real", "")]
    assert rows(data["val"]) == [("real", "")]
    assert data["train"][1]["image"] == {"bytes": other, "path": "a/1.JPG"}
    assert open_image(io.BytesIO(data["val"][0]["image"]["bytes"])).size == open_image(photo_paths[0]).size


def test_lone_tar_is_train_and_is_read_again_when_it_changes(content, tmp_path, monkeypatch):
    shard = write_shard(tmp_path / "shoes.tar", {"0.jpg": content, "0.cls": b"0"})
    assert rows(load_data(shard)["train"]) == [("real", "")]
    reading = pytest.MonkeyPatch()
    with reading.context() as patch:
        patch.setattr("realfake_hf.data.webdataset.tar_members", lambda stream: pytest.fail("read again"))
        assert rows(load_data(shard)["train"]) == [("real", "")]
    write_shard(shard, {"0.jpg": content, "0.cls": b"1"})
    os.utime(shard, ns=(0, 1))
    assert rows(load_data(shard)["train"]) == [("fake", "")]


def test_samples_without_an_image_are_passed_over_aloud(content, tmp_path, caplog):
    shard = write_shard(tmp_path / "0.tar", {"0.jpg": content, "0.cls": b"0", "dataset.json": b"{}"})
    assert len(load_data(shard)["train"]) == 1
    assert "has 1 samples without an image" in caplog.text


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"0.jpg": b"\xff\xd8\xff"}, r"0\.tar/0 has no label: put a \.cls"),
        ({"0.jpg": b"\xff\xd8\xff", "0.cls": b"cat"}, r"neither real nor fake \(cat\)"),
        ({"0.jpg": b"\xff\xd8\xff", "0.json": b"{"}, r"0\.tar/0\.json is no JSON"),
        ({"notes.txt": b"none"}, "holds no images"),
    ],
)
def test_what_is_wrong_is_one_sentence(members, sentence, tmp_path):
    with pytest.raises(RealFakeError, match=sentence):
        load_data(write_shard(tmp_path / "0.tar", members))


def test_damaged_tar_is_named(content, tmp_path):
    shard = write_shard(tmp_path / "0.tar", {"0.jpg": content, "0.cls": b"0"})
    shard.write_bytes(shard.read_bytes()[:1000])
    with pytest.raises(RealFakeError, match=r"0\.tar cannot be read to its end"):
        load_data(shard)
    shard.write_bytes(b"none" * 300)
    with pytest.raises(RealFakeError, match=r"0\.tar cannot be read to its end"):
        load_data(shard)
