"""What `prepare` reads: every image a task, whose key names this state of this file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from datasets import Dataset, DatasetDict, Features, Image, Value

from realfake_hf.data.layouts import find_class_folders
from realfake_hf.data.preparing.collection import DatasetCollection, FolderCollection, open_collection
from realfake_hf.data.preparing.scan import ScanTask
from realfake_hf.errors import RealFakeError
from realfake_hf.models.labels import FAKE, REAL

FILES = ("train/real/phone/1.jpg", "train/fake/2.png", "train/fake/sdxl/3.png", "test/real/4.jpg", "test/fake/5.png")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two splits of files that hold their own names."""
    for name in FILES:
        file = tmp_path / "photos" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path / "photos"


def opened(folder: Path) -> FolderCollection:
    return FolderCollection(folder, find_class_folders(folder))


def tasks(folder: Path) -> dict[str, ScanTask]:
    return {task.name: task for task in opened(folder).tasks((32,))}


class TestFolder:
    def test_every_file_is_a_task_with_its_class_source_and_split(self, folder: Path) -> None:
        told = [(task.name, task.label, task.source, task.split) for task in opened(folder).tasks((32, 48))]
        assert told == [
            ("train/real/phone/1.jpg", REAL, "phone", "train"),
            ("train/fake/2.png", FAKE, "", "train"),
            ("train/fake/sdxl/3.png", FAKE, "sdxl", "train"),
            ("test/real/4.jpg", REAL, "", "test"),
            ("test/fake/5.png", FAKE, "", "test"),
        ]
        (first, *_) = opened(folder).tasks((32, 48))
        assert (first.file, first.content, first.sizes) == (str(folder / FILES[0]), None, (32, 48))

    def test_images_are_counted_by_class_and_split(self, folder: Path) -> None:
        collection = opened(folder)
        assert len(collection) == 5
        assert (collection.count(REAL), collection.count(FAKE)) == (2, 3)
        assert (collection.count(FAKE, "train"), collection.count(FAKE, "test"), collection.count(FAKE, "val")) == (
            2,
            1,
            0,
        )

    def test_the_key_stays_where_nothing_changes_and_the_folder_may_move(self, folder: Path) -> None:
        before = {name: task.key for name, task in tasks(folder).items()}
        moved = folder.rename(folder.with_name("elsewhere"))
        assert {name: task.key for name, task in tasks(moved).items()} == before
        assert len(set(before.values())) == 5
        assert all(len(key) == 16 and int(key, 16) >= 0 for key in before.values())

    def test_another_size_or_time_is_another_state(self, folder: Path) -> None:
        before = tasks(folder)
        longer, newer = folder / FILES[0], folder / FILES[1]
        times = (longer.stat().st_atime_ns, longer.stat().st_mtime_ns)
        longer.write_text("longer than before, and of the same time")
        os.utime(longer, ns=times)
        os.utime(newer, ns=(0, 0))
        after = tasks(folder)
        assert [name for name in FILES if before[name].key != after[name].key] == list(FILES[:2])

    def test_a_link_to_nothing_is_a_task_too(self, folder: Path) -> None:
        (folder / "test" / "real" / "gone.jpg").symlink_to(folder / "nowhere.jpg")
        assert tasks(folder)["test/real/gone.jpg"].label == REAL


class TestOpening:
    def test_folders_of_images_are_read_as_they_lie(self, folder: Path) -> None:
        collection = open_collection(folder, folder.with_name("prepared"))
        assert isinstance(collection, FolderCollection)
        assert len(collection) == 5

    def test_a_table_of_images_is_read_as_a_data_set(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
        (tmp_path / "data").mkdir()
        rows(b"a", b"b").to_parquet(tmp_path / "data" / "train.parquet")
        collection = open_collection(tmp_path / "data", tmp_path / "prepared")
        assert isinstance(collection, DatasetCollection)
        assert [task.content for task in collection.tasks((32,))] == [b"a", b"b"]

    def test_a_destination_among_the_images_is_refused(self, folder: Path) -> None:
        with pytest.raises(RealFakeError, match="lies among the images of"):
            open_collection(folder, folder / "train" / "real" / "prepared")

    def test_a_prepared_folder_is_refused(self, folder: Path) -> None:
        (folder / "prepare.json").write_text("{}")
        with pytest.raises(RealFakeError, match="photos is prepared already: give the folder of the originals"):
            open_collection(folder, folder.with_name("prepared"))


def rows(*contents: bytes | None, path: str | None = None) -> Dataset:
    """Fakes whose images are these bytes, or only a path."""
    columns = {
        "image": [{"bytes": content, "path": path} for content in contents],
        "label": [FAKE] * len(contents),
        "source": ["sdxl"] * len(contents),
    }
    return Dataset.from_dict(
        columns, features=Features(image=Image(decode=False), label=Value("int64"), source=Value("string"))
    )


class TestDataset:
    def test_every_row_is_a_task_named_by_its_split_and_number(self) -> None:
        data = DatasetCollection(DatasetDict(train=rows(b"a", b"b"), test=rows(None, path="folder/c.png")))
        told = [(task.name, task.file, task.content, task.split) for task in data.tasks((32,))]
        assert told == [
            ("train/0000000", None, b"a", "train"),
            ("train/0000001", None, b"b", "train"),
            ("test/0000000-c", "folder/c.png", None, "test"),
        ]
        assert {(task.label, task.source, task.sizes) for task in data.tasks((32,))} == {(FAKE, "sdxl", (32,))}

    def test_train_alone_is_no_split_that_was_made(self) -> None:
        (alone,) = DatasetCollection(DatasetDict(train=rows(b"a"))).tasks((32,))
        (other,) = DatasetCollection(DatasetDict(test=rows(b"a"))).tasks((32,))
        assert (alone.split, other.split) == (None, "test")

    def test_images_are_counted_by_class_and_split(self) -> None:
        data = DatasetCollection(DatasetDict(train=rows(b"a", b"b"), test=rows(b"c")))
        assert len(data) == 3
        assert (data.count(FAKE), data.count(FAKE, "test"), data.count(REAL), data.count(FAKE, "val")) == (3, 1, 0, 0)

    def test_other_bytes_are_another_state_whatever_the_name(self) -> None:
        keys = [
            next(DatasetCollection(DatasetDict(train=rows(content, path="a.png"))).tasks((32,))).key
            for content in (b"a", b"b", b"a")
        ]
        assert keys[0] == keys[2] != keys[1]
