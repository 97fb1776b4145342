"""Where what belongs to an image lies in a folder of its own: below the same folders as the image."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path


def mirrored_path(image: Path) -> Path:
    """An image's path as seen from the current folder; of an image elsewhere the absolute path, without its root."""
    absolute, here = absolute_path(image), Path.cwd()
    if absolute.is_relative_to(here):
        return absolute.relative_to(here)
    relative = absolute.relative_to(absolute.anchor)
    if (here / relative).exists():  # the current folder has another image of that path
        relative = relative.with_name(f"{path_digest(absolute)}-{relative.name}")
    return relative


def outside(folder: Path, images: Iterable[Path]) -> Iterator[Path]:
    """The images less those inside the folder."""
    absolute = absolute_path(folder)
    return (image for image in images if not absolute_path(image).is_relative_to(absolute))


def absolute_path(path: Path) -> Path:
    """Without `..`, and without following links: two links to one image are two images."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def path_digest(path: Path) -> str:
    """Eight digits that tell paths apart."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
