"""What `prepare` reads: a folder of labelled images, or a data set, as a stream of scan tasks."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from realfake_hf.data.layouts import ClassFolder, find_class_folders, refuse_among_images
from realfake_hf.data.loading import load_data
from realfake_hf.data.preparing.scan import ScanTask
from realfake_hf.errors import RealFakeError
from realfake_hf.models.labels import FAKE, REAL
from realfake_hf.records.prepare import PREPARE_FILE

if TYPE_CHECKING:
    from datasets import DatasetDict


class ImageCollection(Protocol):
    """Labelled images in a fixed order."""

    def __len__(self) -> int:
        """The number of images."""

    def count(self, label: int, split: str | None = None) -> int:
        """The number of images of one class, in one split or in all."""

    def tasks(self, sizes: tuple[int, ...]) -> Iterator[ScanTask]:
        """One task per image, each time in the same order."""


def open_collection(source: str | Path, destination: Path) -> ImageCollection:
    """Open a collection of any layout that `load_data` knows.

    Raises:
        RealFakeError: it is none, or the destination lies inside its images.
    """
    path = Path(source).expanduser()
    if path.is_dir():
        if (path / PREPARE_FILE).exists():
            raise RealFakeError(f"{path} is prepared already: give the folder of the originals.")
        refuse_among_images(destination, path)
        if folders := find_class_folders(path):
            return FolderCollection(path, folders)
    return DatasetCollection(load_data(source))


class FolderCollection:
    """Images in folders; the state of a file is its path, size and time of change."""

    def __init__(self, root: Path, folders: list[ClassFolder]) -> None:
        self.root, self.folders = root.absolute(), [replace(f, folder=f.folder.absolute()) for f in folders]

    def __len__(self) -> int:
        return sum(self.count(label) for label in (REAL, FAKE))

    def count(self, label: int, split: str | None = None) -> int:
        """See `ImageCollection`."""
        chosen = [own for own in self.folders if own.label == label and split in (None, own.split)]
        return sum(1 for folder in chosen for _ in folder.images())

    def tasks(self, sizes: tuple[int, ...]) -> Iterator[ScanTask]:
        """One task per file, sorted within each class folder."""
        cut = len(str(self.root).rstrip(os.sep)) + 1
        for folder in self.folders:
            for path, source in folder.images():
                name = printable(path[cut:].replace(os.sep, "/"))
                try:
                    status = os.stat(path)  # noqa: PTH116 (called for every file: no Path made)
                    state = f"{status.st_size}|{status.st_mtime_ns}"
                except OSError:  # a dangling link: the worker will say so
                    state = "gone"
                key = _key(f"{path[cut:]}|{folder.label}|{source}|{folder.split}|{state}")
                yield ScanTask(key, name, path, None, folder.label, printable(source), folder.split, sizes)


class DatasetCollection:
    """Images in a `datasets.DatasetDict`; the state of one is its bytes."""

    def __init__(self, dataset: DatasetDict) -> None:
        self.dataset = dataset

    def __len__(self) -> int:
        return sum(len(part) for part in self.dataset.values())

    def count(self, label: int, split: str | None = None) -> int:
        """See `ImageCollection`."""
        chosen = [part for name, part in self.dataset.items() if split in (None, name)]
        return sum(part["label"][:].count(label) for part in chosen)

    def tasks(self, sizes: tuple[int, ...]) -> Iterator[ScanTask]:
        """One task per row, split by split."""
        unsplit = list(self.dataset) == ["train"]
        for split, part in self.dataset.items():
            for index, row in enumerate(part.select_columns(["image", "label", "source"])):
                content, file = row["image"]["bytes"], row["image"]["path"]
                stem = printable(Path(file).stem) if file else ""
                name = f"{split}/{index:07d}" + (f"-{stem}" if stem else "")
                given = None if unsplit else split
                state = hashlib.blake2b(content, digest_size=16).hexdigest() if content is not None else file
                key = _key(f"{name}|{row['label']}|{row['source']}|{given}|{state}")
                source = printable(row["source"])
                yield ScanTask(key, name, None if content else file, content, row["label"], source, given, sizes)


def printable(name: str) -> str:
    """A file name whose bytes are no valid UTF-8 with those bytes replaced, so that it can be written down."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _key(state: str) -> str:
    return hashlib.blake2b(state.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
