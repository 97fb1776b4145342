"""The folder that `prepare` writes: its settings, its lock, its hidden state, its outputs."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from array import array
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np

from realfake_hf.data.loading import METADATA, PREPARE_FILE
from realfake_hf.data.scan import staged_path
from realfake_hf.errors import RealFakeError

FORMAT_VERSION = 1
STATE = ".prepare"
MANIFEST = "manifest.parquet"
PARQUET = "parquet"
OUTPUT_NAME = re.compile(r".*-[0-9a-f]{10}\.jpg")
"""File names of variants: only such files are ever removed."""


LOCK_PATIENCE = 5.0
"""Seconds to wait for the lock: the workers of a killed run hold it until they notice."""


@dataclass(frozen=True)
class PrepareSettings:
    """What decides the result; a folder holds the result of one set of settings alone.

    Attributes:
        source: absolute path of the originals, or the Hub id.
        fit: `"pad"` or `"crop"`.
        quality: JPEG quality of the variants, 1 to 100.
        test, val: shares, 0 to 1; `val` of what `test` leaves.
        seed: of the splits.
        group_by: `"source"` or None.
    """

    source: str
    fit: str
    quality: int
    test: float
    val: float
    seed: int
    group_by: str | None


class PrepareFolder:
    """The destination, locked while it is open.

    Args:
        root: the folder; made where it is missing.
        settings: of this run.
        sizes: variants asked for; those that the folder already has are added.
        overwrite: remove an earlier result first.

    Raises:
        RealFakeError: it holds another result or other files, or another run is writing to it.
    """

    def __init__(self, root: Path, settings: PrepareSettings, sizes: Iterable[int], *, overwrite: bool) -> None:
        self.root = root
        self.settings = settings
        self.manifest = root / MANIFEST
        self.staging = root / STATE / "staged"
        self._staging = str(self.staging)
        self.journal = root / STATE / "scan.jsonl"
        self._lock: IO[str] | None = None
        self.sizes = tuple(sorted(set(sizes)))
        self._overwrite = overwrite

    def __enter__(self) -> PrepareFolder:
        if self.root.exists() and not self.root.is_dir():
            raise RealFakeError(f"{self.root} is a file: give a folder to write to.")
        ours = (self.root / PREPARE_FILE).exists() or (self.root / STATE).exists()
        if self.root.exists() and not ours and any(self.root.iterdir()):
            raise RealFakeError(f"{self.root} holds other files: give an empty or new folder.")
        (self.root / STATE).mkdir(parents=True, exist_ok=True)
        self._lock = lock_folder(self.root / STATE / "lock", self.root)
        try:
            if self._overwrite:
                self._clear()
            self._compare()
            self.write_settings(complete=False)
        except BaseException:
            self._lock.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.close()

    def write_settings(self, *, complete: bool) -> None:
        """Write prepare.json, atomically."""
        content = {
            "version": FORMAT_VERSION,
            "settings": asdict(self.settings),
            "sizes": list(self.sizes),
            "complete": complete,
        }
        temporary = self.root / f".{PREPARE_FILE}.part"
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        temporary.replace(self.root / PREPARE_FILE)

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
        if (self.root / PREPARE_FILE).exists():
            for size in _read_settings(self.root)["sizes"]:
                shutil.rmtree(self.root / str(size), ignore_errors=True)
        shutil.rmtree(self.root / PARQUET, ignore_errors=True)
        self.clean_up()
        for file in (self.root / PREPARE_FILE, self.manifest, self.journal):
            file.unlink(missing_ok=True)

    def _compare(self) -> None:
        if not (self.root / PREPARE_FILE).exists():
            return
        found = _read_settings(self.root)
        now = asdict(self.settings)
        for name, value in now.items():
            before = found["settings"].get(name)
            if before != value:
                raise RealFakeError(
                    f"{self.root} was prepared with {name} {before!r}, not {value!r}: "
                    "give another folder, or --overwrite."
                )
        self.sizes = tuple(sorted({*self.sizes, *found["sizes"]}))


def output_hash(output: str) -> int:
    """64 bits that stand for a variant's path."""
    import hashlib

    return int.from_bytes(hashlib.blake2b(output.encode(), digest_size=8).digest(), "big")


def _read_settings(root: Path) -> dict:
    try:
        found = json.loads((root / PREPARE_FILE).read_text(encoding="utf-8"))
        if found["version"] == FORMAT_VERSION and isinstance(found["settings"], dict):
            return found
    except (ValueError, KeyError, TypeError):
        pass
    raise RealFakeError(f"{root / PREPARE_FILE} cannot be read: give another folder, or delete this one.")


def lock_folder(path: Path, root: Path) -> IO[str]:
    """Hold a file lock, which the system gives back when the process ends, however it ends."""
    file = path.open("w")
    with suppress(ImportError):  # Windows: no lock
        import fcntl

        deadline = time.monotonic() + LOCK_PATIENCE
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > deadline:
                    file.close()
                    raise RealFakeError(f"{root} is being written by another run: wait for its end.") from None
                time.sleep(0.1)
    return file
