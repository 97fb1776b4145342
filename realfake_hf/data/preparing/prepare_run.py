"""One run of `prepare`, step by step; every step can be killed and done again."""

from __future__ import annotations

import os
import re
import shutil
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from realfake_hf.data.preparing.collection import ImageCollection
from realfake_hf.data.preparing.prepare_folder import PARQUET, PrepareFolder, output_hash
from realfake_hf.data.preparing.prepare_summary import FileRemark, PrepareSummary
from realfake_hf.data.preparing.prepare_tables import metadata_schema, write_metadata_row, write_parquet
from realfake_hf.data.preparing.scan import Scanner, ScanTask, crashed_record
from realfake_hf.data.preparing.scanned import scan_new, split_columns
from realfake_hf.data.preparing.splits import NOWHERE, Fate, SplitRules, assign_splits
from realfake_hf.errors import RealFakeError
from realfake_hf.models.labels import LABEL_NAMES
from realfake_hf.records.manifest import FIELD_NAMES, ImageRecord, TableWriter, manifest_schema, table_writer
from realfake_hf.storage.journal import Journal
from realfake_hf.storage.processes import map_unordered
from realfake_hf.storage.working import counted, working

MAX_STEM = 60


@dataclass
class PrepareRun:
    """One run: scan, decide, make what is missing, place, write the tables.

    Attributes:
        collection: the originals.
        folder: the destination, open.
        workers: processes.
        progress: show a progress bar, on a terminal.
        write_card: is called with the finished folder, and writes its card.
    """

    collection: ImageCollection
    folder: PrepareFolder
    workers: int
    progress: bool
    write_card: Callable[[Path], object] | None = None

    def run(self, *, parquet: bool) -> PrepareSummary:
        """Do it all; `parquet` writes the variants into parquet files too."""
        self.journal = Journal(self.folder.journal, ImageRecord.to_json, ImageRecord.from_json)
        self.summary = PrepareSummary(str(self.folder.root), list(self.folder.sizes))
        fresh = len(self.journal) == 0
        self._scan()
        self.images = split_columns(map(self.journal.read, self.keys), len(self.keys), self.folder.manifest)
        settings = self.folder.settings
        rules = SplitRules(settings.test, settings.val, settings.seed, settings.group_by)
        with working("Looking for near-duplicates"):
            self.plan = assign_splits(self.images, rules)
        if not fresh:
            self._make_missing()
        self._write(fresh)
        if parquet or (self.folder.root / PARQUET).exists():
            for size in self.folder.sizes:
                write_parquet(self.folder.root, size)
        self.folder.clean_up()
        self.folder.write_settings(complete=True)
        if self.write_card is not None:
            self.write_card(self.folder.root)
        self.journal.close()
        return self.summary

    def _scanner(self) -> Scanner:
        return Scanner(self.folder.staging, self.folder.settings.fit, self.folder.settings.quality)

    def _scan(self) -> None:
        from tqdm import tqdm

        bar = tqdm(total=len(self.collection), unit="image", desc="Looking", disable=None if self.progress else True)
        tasks = self.collection.tasks(self.folder.sizes)
        self.keys, self.summary.scanned = scan_new(tasks, self._scanner(), self.journal, bar, workers=self.workers)
        self.summary.files = len(self.keys)

    def _decided(self, index: int) -> ImageRecord:
        """An image's record with what was decided about it."""
        record = self.journal.read(self.keys[index])
        fate = self.plan.fate[index]
        record.split = None
        if fate == Fate.KEPT:
            record.split = self.images.split_names[self.plan.split[index]]
            record.group = int(self.plan.group[index])
            record.output = output_name(record, record.split)
        elif fate == Fate.DUPLICATE:
            record.dropped = f"the same bytes as {self.journal.read(self.keys[self.plan.twin[index]]).path}"
        elif fate == Fate.LABEL_CONFLICT:
            record.dropped = "the same bytes are labelled real and fake"
        elif fate == Fate.CROSSES_SPLITS:
            record.dropped = "belongs together with images in another split"
        return record

    def _make_missing(self) -> None:
        """Make variants again that were deleted, or that an earlier run was not asked for."""

        def incomplete() -> Iterator[ScanTask]:
            tasks = counted("Looking for missing variants", self.collection.tasks(self.folder.sizes), len(self.keys))
            for index, task in enumerate(tasks):
                if index >= len(self.keys) or int(task.key, 16) != self.keys[index]:
                    raise RealFakeError(f"{self.folder.settings.source} changed meanwhile: run the command again.")
                if self.plan.fate[index] == Fate.KEPT:
                    output = self._decided(index).output
                    sizes = self.folder.missing_sizes(task.key, output or "")
                    if sizes:
                        yield replace(task, sizes=sizes)

        for _, record in map_unordered(self._scanner(), incomplete(), workers=self.workers, crashed=crashed_record):
            if record.error is not None:
                raise RealFakeError(f"{record.path} changed meanwhile: run the command again.")
            self.summary.remade += 1

    def _write(self, fresh: bool) -> None:
        """Place the variants and write the manifest and the metadata of every split."""
        counts: Counter[tuple[str, int, str]] = Counter()
        outputs: array[int] = array("Q")
        made: set[str] = set()
        state = self.folder.staging.parent
        metadata: dict[str, TableWriter] = {}
        with ExitStack() as stack:
            manifest = stack.enter_context(table_writer(self.folder.manifest, manifest_schema()))
            for index in counted("Placing the images", range(len(self.keys))):
                record = self._decided(index)
                manifest.write(*(getattr(record, name) for name in FIELD_NAMES))
                if record.error is not None:
                    self.summary.unreadable.append(FileRemark(record.path, record.error))
                if record.split is None or record.output is None:
                    continue
                counts[record.split, record.label, record.source] += 1
                outputs.append(output_hash(record.output))
                self.folder.place(f"{self.keys[index]:016x}", record.output, made)
                if record.split not in metadata:
                    table = table_writer(state / f"{record.split}.parquet", metadata_schema())
                    metadata[record.split] = stack.enter_context(table)
                write_metadata_row(metadata[record.split], record)
        if not fresh:
            self.summary.removed = self.folder.remove_outdated(outputs)
            self.folder.remove_splits_but(set(metadata))
        for split in metadata:
            for size in self.folder.sizes:
                target = self.folder.root / str(size) / split / "metadata.parquet"
                shutil.copyfile(state / f"{split}.parquet", target.with_suffix(".part"))
                target.with_suffix(".part").replace(target)
            (state / f"{split}.parquet").unlink()
        members = np.bincount(self.plan.group[self.plan.group != NOWHERE])
        self.summary.groups = int((members > 1).sum())
        self.summary.near_duplicates = int(members[members > 1].sum())
        self.summary.duplicates = int((self.plan.fate == Fate.DUPLICATE).sum())
        self.summary.label_conflicts = int((self.plan.fate == Fate.LABEL_CONFLICT).sum())
        self.summary.crossing = int((self.plan.fate == Fate.CROSSES_SPLITS).sum())
        self.summary.set_counts(counts)


def output_name(record: ImageRecord, split: str) -> str:
    """`<split>/<label>/<source>/<name>-<start of the SHA-256>.jpg`: depends on no other file."""
    name, _ = os.path.splitext(record.path.rpartition("/")[2])  # noqa: PTH122 (called for every file)
    stem = _plain(name)[:MAX_STEM].strip("-._") or "image"
    parts = [split, LABEL_NAMES[record.label], _plain(record.source), f"{stem}-{(record.sha256 or '')[:10]}.jpg"]
    return "/".join(part for part in parts if part)


@lru_cache(maxsize=1024)  # sources come again and again
def _plain(name: str) -> str:
    """A name that every file system takes and no tool takes for hidden."""
    return re.sub(r"[^\w.+-]+", "_", name).strip("._ ")
