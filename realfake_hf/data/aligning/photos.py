"""The photographs that `align` starts from: found, looked at once, deduplicated, split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from realfake_hf.data.aligning.folder import AlignFolder
from realfake_hf.data.layouts import ClassFolder, find_class_folders
from realfake_hf.data.preparing.collection import FolderCollection, ImageCollection, open_collection
from realfake_hf.data.preparing.manifest import FIELD_NAMES, ImageRecord, TableWriter, manifest_schema
from realfake_hf.data.preparing.prepare_run import EarlierSplits
from realfake_hf.data.preparing.scan import Scanner, ScanTask, crashed_record
from realfake_hf.data.preparing.splits import NOWHERE, Collection, Fate, SplitRules, assign_splits
from realfake_hf.data.preparing.variants import JPEG_QUALITY
from realfake_hf.data.split_names import KNOWN, split_name
from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_folders import walk_images
from realfake_hf.models.labels import REAL
from realfake_hf.storage.journal import Journal
from realfake_hf.storage.processes import map_unordered

CHUNK = 8
"""Photographs that a worker gets at once."""

REASONS = {
    Fate.DUPLICATE: "the same bytes as another photograph",
    Fate.CROSSES_SPLITS: "belongs together with photographs in another split",
}


@dataclass(frozen=True)
class RealImages:
    """The real images of a collection, or of one of its splits.

    Attributes:
        collection: everything.
        split: keep this one alone; None keeps all.
    """

    collection: ImageCollection
    split: str | None

    def tasks(self) -> Iterator[ScanTask]:
        """One task per photograph, each time in the same order."""
        for task in self.collection.tasks(()):
            if task.label == REAL and self.split in (None, task.split):
                yield task


def open_photos(photos: str | Path, destination: Path, split: str | None) -> RealImages:
    """Open a folder of photographs, or the real images of a data set of any layout.

    A plain folder's first level below names the source, as below a class folder; folders that are all named after
    splits (train, val, test, unseen) are splits.

    Raises:
        RealFakeError: there are none, or the destination lies among them.
    """
    path = Path(photos).expanduser()
    if path.is_file() and path.suffix != ".parquet":
        raise RealFakeError(f"{path} is a file: give a folder of photographs, or a data set.")
    wanted = split_name(split) if split is not None else None
    if path.is_dir() and _is_plain(path):
        inside = destination.resolve()
        if inside.is_relative_to(path.resolve()):
            raise RealFakeError(f"{destination} lies among the photographs of {path}: give a folder outside of them.")
        children = [child for child in sorted(path.iterdir()) if child.is_dir() and child.name[0] not in "._"]
        if children and all(split_name(child.name) in KNOWN for child in children):
            folders = [ClassFolder(child, REAL, split_name(child.name)) for child in children]
        else:
            folders = [ClassFolder(path, REAL, None)]
        return RealImages(FolderCollection(path, folders), wanted)
    return RealImages(open_collection(photos, destination), wanted)


def _is_plain(path: Path) -> bool:
    """Whether a folder holds images, and is no data set."""
    marks = (path / "state.json", path / "dataset_dict.json", path / "prepare.json")
    return (
        not any(mark.exists() for mark in marks)
        and not find_class_folders(path)
        and next(walk_images(path), None) is not None
    )


@dataclass
class ScannedPhotos:
    """What is known of every photograph, in the order of `RealImages.tasks`.

    Attributes:
        keys: name the state of each file.
        records: with split and group where the photograph is kept, with the reason where not.
    """

    keys: list[str]
    records: list[ImageRecord]

    def write_manifest(self, path: Path) -> None:
        """Write a row per photograph, atomically."""
        with TableWriter(path, manifest_schema()) as table:
            for record in self.records:
                table.write(*(getattr(record, name) for name in FIELD_NAMES))


def scan_photos(photos: RealImages, folder: AlignFolder, *, workers: int, progress: bool) -> ScannedPhotos:
    """Hash and decode every photograph once, drop duplicates, and give near-duplicates one split.

    Splits of the layout are kept whole; otherwise they are drawn by the seed, and stay when photographs are added.
    """
    from tqdm import tqdm

    journal = Journal(folder.journal, ImageRecord.to_json, ImageRecord.from_json)
    keys: list[str] = []
    bar = tqdm(desc="look", unit="photo", disable=None if progress else True)

    def unknown() -> Iterator[ScanTask]:
        for task in photos.tasks():
            keys.append(task.key)
            if task.key in journal:
                bar.update()
            else:
                yield task

    scanner = Scanner(folder.journal.parent, "crop", JPEG_QUALITY)  # no sizes: it only looks
    with bar:
        for key, record in map_unordered(scanner, unknown(), workers=workers, chunk_size=CHUNK, crashed=crashed_record):
            journal.append(key, record)
            bar.update()
    journal.refresh()
    records = [journal.read(int(key, 16)) for key in keys]
    journal.close()
    return ScannedPhotos(keys, _decide(records, folder))


def _decide(records: list[ImageRecord], folder: AlignFolder) -> list[ImageRecord]:
    count = len(records)
    images = Collection(
        sha256=np.array([int(record.sha256[:16], 16) if record.sha256 else 0 for record in records], np.uint64),
        phash=np.array([int(record.phash, 16) if record.phash else 0 for record in records], np.uint64),
        label=np.zeros(count, np.int8),
        source=np.full(count, NOWHERE, np.int32),
        given=np.full(count, NOWHERE, np.int16),
        before=np.full(count, NOWHERE, np.int16),
        readable=np.array([record.error is None and bool(record.sha256 and record.phash) for record in records], bool),
    )
    earlier = EarlierSplits(folder.manifest, images)
    for index, record in enumerate(records):
        if record.split is not None:
            images.given[index] = images.code(record.split)
        if images.readable[index]:
            images.before[index] = earlier.of(int(images.sha256[index]))
    settings = folder.settings
    val = 0.0 if (images.given != NOWHERE).any() else settings.val  # splits that exist stay whole
    plan = assign_splits(images, SplitRules(settings.test, val, settings.seed))
    decided = []
    for index, record in enumerate(records):
        fate = Fate(int(plan.fate[index]))
        kept = fate == Fate.KEPT
        decided.append(
            replace(
                record,
                split=images.split_names[plan.split[index]] if kept else None,
                group=int(plan.group[index]) if kept else None,
                dropped=REASONS.get(fate),
            )
        )
    return decided
