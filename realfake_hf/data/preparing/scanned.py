"""A collection whose images were looked at: what a journal knows of them, as the columns that decide their splits."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from realfake_hf.data.preparing.scan import Scanner, ScanTask, crashed_record
from realfake_hf.data.preparing.splits import NOWHERE, Collection
from realfake_hf.errors import RealFakeError
from realfake_hf.records.manifest import ImageRecord, read_manifest
from realfake_hf.storage.journal import Journal
from realfake_hf.storage.processes import map_unordered
from realfake_hf.storage.working import counted

if TYPE_CHECKING:
    from tqdm import tqdm


def scan_new(
    tasks: Iterable[ScanTask], scanner: Scanner, journal: Journal[ImageRecord], bar: tqdm, *, workers: int
) -> tuple[array[int], int]:
    """Look at the images that a journal does not know, and record them in it.

    Args:
        tasks: all images.
        scanner: looks at one.
        journal: what is known already.
        bar: counts all images; closed at the end.
        workers: processes.

    Returns:
        The keys of all images in their order, and how many were looked at.
    """
    keys: array[int] = array("Q")
    scanned = 0

    def unknown() -> Iterator[ScanTask]:
        for task in tasks:
            keys.append(int(task.key, 16))
            if task.key in journal:
                bar.update()
            else:
                yield task

    with bar:
        for key, record in map_unordered(scanner, unknown(), workers=workers, crashed=crashed_record):
            journal.append(key, record)
            scanned += 1
            bar.update()
    journal.refresh()
    return keys, scanned


def split_columns(records: Iterable[ImageRecord], count: int, manifest: Path) -> Collection:
    """What decides the splits, as columns of numbers.

    Args:
        records: of all images, in their order.
        count: of them.
        manifest: of an earlier run, whose splits images keep; there may be none.

    Raises:
        RealFakeError: the manifest is damaged.
    """
    images = Collection(
        sha256=np.zeros(count, np.uint64),
        phash=np.zeros(count, np.uint64),
        label=np.zeros(count, np.int8),
        source=np.full(count, NOWHERE, np.int32),
        given=np.full(count, NOWHERE, np.int16),
        before=np.full(count, NOWHERE, np.int16),
        readable=np.zeros(count, bool),
    )
    sources: dict[str, int] = {}
    earlier = EarlierSplits(manifest, images)
    for index, record in enumerate(counted("Gathering what was found", records, count)):
        images.label[index] = record.label
        if record.source:
            images.source[index] = sources.setdefault(record.source, len(sources))
        if record.split is not None:
            images.given[index] = images.code(record.split)
        if record.error is None and record.sha256 and record.phash:
            images.readable[index] = True
            images.sha256[index] = int(record.sha256[:16], 16)
            images.phash[index] = int(record.phash, 16)
            images.before[index] = earlier.of(int(images.sha256[index]))
    images.source_names = list(sources)
    return images


class EarlierSplits:
    """The splits that an earlier run gave to images, found by their SHA-256.

    Args:
        manifest: of the earlier run; where there is none, nothing is known.
        images: makes the codes of the splits.

    Raises:
        RealFakeError: the manifest is damaged, so that images could change their splits.
    """

    def __init__(self, manifest: Path, images: Collection) -> None:
        hashes: array[int] = array("Q")
        codes: array[int] = array("h")
        try:
            for record in read_manifest(manifest) if manifest.exists() else ():
                if record.split is not None and record.sha256 is not None:
                    hashes.append(int(record.sha256[:16], 16))
                    codes.append(images.code(record.split))
        except (OSError, ValueError, TypeError, LookupError, NotImplementedError) as error:  # pyarrow's are of these
            raise RealFakeError(
                f"{manifest} is damaged, and it says which image went where: give another folder, or `overwrite`."
            ) from error
        order = np.argsort(np.array(hashes, dtype=np.uint64), kind="stable")
        self._hashes = np.array(hashes, dtype=np.uint64)[order]
        self._codes = np.array(codes, dtype=np.int16)[order]

    def of(self, sha256: int) -> int:
        """The code of an image's earlier split, or `NOWHERE`."""
        position = int(np.searchsorted(self._hashes, np.uint64(sha256)))
        if position < len(self._hashes) and int(self._hashes[position]) == sha256:
            return int(self._codes[position])
        return NOWHERE
