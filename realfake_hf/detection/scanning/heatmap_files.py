"""The heatmaps of a scan, one PNG for each judged image."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from realfake_hf.detection.scanning.mirrored_paths import absolute_path, mirrored_path, path_digest
from realfake_hf.errors import RealFakeError
from realfake_hf.storage.output_folder import refuse_file

LONGEST_NAME = 240
"""Bytes of a file name; file systems allow 255, and a file is written under a slightly longer name first."""


class HeatmapFiles:
    """Which file holds an image's heatmap.

    The files mirror the images' paths as seen from the current folder, with `.png` added to the whole name: the
    heatmap of `photos/a.jpg` is `DIR/photos/a.jpg.png`. An image elsewhere has its absolute path below DIR.

    Args:
        folder: DIR.
        overwrite: replace heatmaps that are there.
        resume: keep them.

    Raises:
        RealFakeError: DIR is a file, or cannot be made.
    """

    def __init__(self, folder: Path, *, overwrite: bool = False, resume: bool = False) -> None:
        refuse_file(folder, "heatmaps")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise RealFakeError(f"`heatmaps` {folder} cannot be made ({reason}): name another folder.") from error
        self.folder = folder
        self.overwrite = overwrite
        self.resume = resume

    def path_of(self, image: Path) -> Path:
        """The heatmap's file."""
        relative = mirrored_path(image)
        name = f"{relative.name}.png"
        if len(os.fsencode(name)) > LONGEST_NAME:
            name = f"{relative.name[:40]}-{path_digest(absolute_path(image))}.png"
        return self.folder / relative.with_name(name)

    def refuse_to_touch(self, images: Iterable[Path]) -> None:
        """Raise RealFakeError if a file is there already and nothing says what to do with it."""
        if self.overwrite or self.resume or not self.folder.exists():
            return
        for image in images:
            if (file := self.path_of(image)).exists():
                raise RealFakeError(
                    f"{file} exists: keep such heatmaps with `resume`, or replace them with `overwrite`."
                )

    def is_wanted(self, image: Path) -> bool:
        """Whether the image's heatmap is to be made."""
        return not (self.resume and self.path_of(image).exists())
