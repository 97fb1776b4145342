"""The photographs that `align` starts from: found, looked at once, deduplicated, split."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from realfake_hf.data.aligning.folder import AlignFolder
from realfake_hf.data.layouts import ClassFolder, find_class_folders, refuse_inside
from realfake_hf.data.preparing.collection import FolderCollection, ImageCollection, open_collection
from realfake_hf.data.preparing.scan import Scanner, ScanTask
from realfake_hf.data.preparing.scanned import scan_new, split_columns
from realfake_hf.data.preparing.splits import NOWHERE, Fate, SplitRules, assign_splits
from realfake_hf.data.preparing.variants import JPEG_QUALITY
from realfake_hf.data.split_names import KNOWN, split_name
from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_folders import walk_images
from realfake_hf.models.labels import REAL
from realfake_hf.records.manifest import ImageRecord
from realfake_hf.storage.journal import Journal

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

    def __len__(self) -> int:
        return self.collection.count(REAL, self.split)

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
        refuse_inside(destination, [path], f"the photographs of {path}")
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

    keys: array[int]
    records: list[ImageRecord]


def scan_photos(photos: RealImages, folder: AlignFolder, *, workers: int, progress: bool) -> ScannedPhotos:
    """Hash and decode every photograph once, drop duplicates, and give near-duplicates one split.

    Splits of the layout are kept whole; otherwise they are drawn by the seed, and stay when photographs are added.
    """
    from tqdm import tqdm

    journal = Journal(folder.journal, ImageRecord.to_json, ImageRecord.from_json)
    bar = tqdm(desc="look", total=len(photos), unit="photo", disable=None if progress else True)
    scanner = Scanner(folder.journal.parent, "crop", JPEG_QUALITY)  # no sizes: it only looks
    keys, _ = scan_new(photos.tasks(), scanner, journal, bar, workers=workers)
    records = [journal.read(key) for key in keys]
    journal.close()
    return ScannedPhotos(keys, _decide(records, folder))


def _decide(records: list[ImageRecord], folder: AlignFolder) -> list[ImageRecord]:
    images = split_columns(records, len(records), folder.manifest)
    images.source[:] = NOWHERE  # photographs are shared out alike, whoever took them
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
