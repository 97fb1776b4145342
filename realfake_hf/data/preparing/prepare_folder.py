"""The folder that `prepare` writes: its settings, its lock, its hidden state, its outputs."""

from __future__ import annotations

import os
import re
import shutil
from array import array
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

from realfake_hf.data.loading import METADATA
from realfake_hf.data.preparing.scan import staged_path
from realfake_hf.errors import RealFakeError
from realfake_hf.records.prepare import PREPARE_FILE, PrepareRecord, PrepareSettings
from realfake_hf.storage.locked_folder import LockedFolder

STATE = ".prepare"
MANIFEST = "manifest.parquet"
PARQUET = "parquet"
OUTPUT_NAME = re.compile(r".*-[0-9a-f]{10}\.jpg")
"""File names of variants: only such files are ever removed."""


class PrepareFolder(LockedFolder):
    """The destination, locked while it is open.

    Args:
        root: the folder; made where it is missing.
        settings: of this run.
        sizes: variants asked for; those that the folder already has are added.
        overwrite: remove an earlier result first.

    Raises:
        RealFakeError: it holds another result or other files, or another run is writing to it.
    """

    settings_file = PREPARE_FILE
    state = STATE

    def __init__(self, root: Path, settings: PrepareSettings, sizes: Iterable[int], *, overwrite: bool) -> None:
        super().__init__(root, overwrite=overwrite)
        self.settings = settings
        self.manifest = root / MANIFEST
        self.staging = root / STATE / "staged"
        self._staging = str(self.staging)
        self.journal = root / STATE / "scan.jsonl"
        self.sizes = tuple(sorted(set(sizes)))

    def write_settings(self, *, complete: bool) -> None:
        """Write prepare.json, atomically."""
        PrepareRecord(self.settings, list(self.sizes), complete).write(self.root)

    def missing_sizes(self, key: str, output: str) -> tuple[int, ...]:
        """The sizes of which an image has no variant, neither in place nor staged."""
        return tuple(
            size
            for size in self.sizes
            if not Path(self.root, str(size), output).exists()
            and not Path(staged_path(self.staging, size, key)).exists()
        )

    def place(self, key: str, output: str, made: set[str]) -> None:
        """Move an image's staged variants to where they belong; `made` remembers folders that exist."""
        for size in self.sizes:
            folder = f"{self.root}/{size}/{output.rpartition('/')[0]}"
            target = f"{self.root}/{size}/{output}"
            if folder not in made:
                Path(folder).mkdir(parents=True, exist_ok=True)
                made.add(folder)
            try:
                os.replace(staged_path(self._staging, size, key), target)  # noqa: PTH105 (no Path per file)
            except FileNotFoundError:
                if not Path(target).exists():
                    raise RealFakeError(f"{target} could not be made: run the command again.") from None

    def remove_outdated(self, outputs: array[int]) -> int:
        """Delete variants whose `output_hash` is not among `outputs`; returns how many files went."""
        wanted = np.sort(np.array(outputs, dtype=np.uint64))
        removed = 0
        for size in self.sizes:
            base = self.root / str(size)
            for folder, _, names in os.walk(base):
                for name in names:
                    if not OUTPUT_NAME.fullmatch(name):
                        continue
                    path = Path(folder, name)
                    value = np.uint64(output_hash(path.relative_to(base).as_posix()))
                    position = int(np.searchsorted(wanted, value))
                    if position == len(wanted) or wanted[position] != value:
                        path.unlink()
                        removed += 1
        return removed

    def remove_splits_but(self, splits: set[str]) -> None:
        """Remove the metadata and the empty folders of splits that have no images any more."""
        for size in self.sizes:
            for folder in [child for child in (self.root / str(size)).glob("*") if child.name not in splits]:
                (folder / METADATA).unlink(missing_ok=True)
                for root, _, _ in os.walk(folder, topdown=False):
                    with suppress(OSError):  # not empty: somebody else's files
                        Path(root).rmdir()

    def clean_up(self) -> None:
        """Remove what only a running `prepare` needs; the journal stays for the next run."""
        shutil.rmtree(self.staging, ignore_errors=True)

    def _clear(self) -> None:
        """Remove an earlier result: the size folders, tables and state, nothing else."""
        if found := PrepareRecord.read(self.root):
            for size in found.sizes:
                shutil.rmtree(self.root / str(size), ignore_errors=True)
        shutil.rmtree(self.root / PARQUET, ignore_errors=True)
        self.clean_up()
        for file in (self.root / PREPARE_FILE, self.manifest, self.journal):
            file.unlink(missing_ok=True)

    def _compare(self) -> None:
        if found := PrepareRecord.read(self.root):
            self._require_same(found.settings, self.settings)
            self.sizes = tuple(sorted({*self.sizes, *found.sizes}))


def output_hash(output: str) -> int:
    """64 bits that stand for a variant's path."""
    import hashlib

    return int.from_bytes(hashlib.blake2b(output.encode(), digest_size=8).digest(), "big")
