"""The folder that `align` writes: its settings, its lock, its hidden state, its pairs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from realfake_hf.data.preparing.prepare_folder import MANIFEST
from realfake_hf.records.align import ALIGN_FILE, AlignRecord, AlignSettings
from realfake_hf.records.environment import package_version
from realfake_hf.storage.files import written_whole
from realfake_hf.storage.locked_folder import LockedFolder

STATE = ".align"
OUTPUT_NAME = re.compile(r".*-[0-9a-f]{10}-\d+\.jpg")
"""File names of tiles: only such files are ever removed."""


class AlignFolder(LockedFolder):
    """The destination, locked while it is open.

    Args:
        root: the folder; made where it is missing.
        settings: of this run.
        overwrite: remove an earlier result first.

    Raises:
        RealFakeError: it holds another result or other files, or another run is writing to it.
    """

    settings_file = ALIGN_FILE
    state = STATE

    def __init__(self, root: Path, settings: AlignSettings, *, overwrite: bool) -> None:
        super().__init__(root, overwrite=overwrite)
        self.settings = settings
        self.manifest = root / MANIFEST
        self.journal = root / STATE / "photos.jsonl"

    def write_settings(self, *, complete: bool) -> None:
        """Write align.json, atomically."""
        versions = {name: package_version(name) for name in ("realfake-hf", "torch", "diffusers", "pillow")}
        AlignRecord(self.settings, complete, versions).write(self.root)

    def has_pair(self, real: str, fake: str) -> bool:
        """Whether both sides of a pair are there."""
        return (self.root / fake).exists() and (self.root / real).exists()

    def write_pair(self, real: str, real_content: bytes, fake: str, fake_content: bytes) -> None:
        """Write both sides, each whole or not at all."""
        for name, content in ((real, real_content), (fake, fake_content)):
            with written_whole(self.root / name) as partial:
                partial.write_bytes(content)

    def remove_outdated(self, wanted: set[str]) -> int:
        """Delete tiles that are not among the paths wanted; returns how many files went."""
        removed = 0
        for split in (child for child in self.root.iterdir() if child.is_dir() and child.name[0] != "."):
            for file in split.rglob("*.jpg"):
                if OUTPUT_NAME.fullmatch(file.name) and file.relative_to(self.root).as_posix() not in wanted:
                    file.unlink()
                    removed += 1
        return removed

    def _clear(self) -> None:
        """Remove an earlier result: the tiles, tables and state, nothing else."""
        self.remove_outdated(set())
        for split in (child for child in self.root.iterdir() if child.is_dir() and child.name[0] != "."):
            (split / "metadata.parquet").unlink(missing_ok=True)
            if not any(file.is_file() for file in split.rglob("*")):
                shutil.rmtree(split)
        for file in (self.root / ALIGN_FILE, self.manifest, self.journal):
            file.unlink(missing_ok=True)

    def _compare(self) -> None:
        if found := AlignRecord.read(self.root):
            self._require_same(found.settings, self.settings)
