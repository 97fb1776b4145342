"""Paths of any number of images, in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path


class ImagePaths:
    """Paths in their order, kept as text: as `Path`s, fifty thousand of them take 25 MB more.

    Args:
        paths: the first ones.
    """

    def __init__(self, paths: Iterable[str | Path] = ()) -> None:
        self._names = [str(path) for path in paths]

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Path]:
        return map(Path, self._names)

    def append(self, path: Path) -> None:
        """Put one more at the end."""
        self._names.append(str(path))
