"""Decoded images that stay in memory, and whether processes of their own should load what does not."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image

from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.stored_image import open_stored
from realfake_hf.storage.machine import available_cores, available_memory
from realfake_hf.storage.processes import can_share_work, launched

if TYPE_CHECKING:
    from datasets import Dataset

WORKERS = 2
"""Processes that load images where that helps."""
FEW_CORES = 2
"""So many are busy with the steps of the training: a process that loads takes from them what it gives."""
LITTLE_MEMORY = 4 << 30
"""Bytes: a training of `cnn-128` takes 1.7 GB, and 1.3 GB more with processes, which copy what it overwrites."""
SHARE_OF_MEMORY = 1 / 8
"""Of the available; kept images may fill so much of it."""
SAMPLE = 8
CHUNK = 16 << 20
"""Bytes."""


class KeptImages:
    """Decoded images by row, three bytes a pixel, the first ones that fit.

    They lie in chunks that are mapped for them alone, and only numbers say where: an object of theirs on the C
    library's heap, be it the shape of an array, would cut up what each step allocates and frees, and the heap then
    grows to a multiple of them.

    Args:
        limit: bytes for all of them; 0 keeps none.
    """

    def __init__(self, limit: int = 0) -> None:
        self._left = limit
        self._chunks: list[mmap.mmap] = []
        self._places: dict[int, tuple[int, int, int, int]] = {}
        """Row -> the index of its chunk, where it begins there, width and height."""

    def get(self, row: int) -> Image.Image | None:
        """The image of a row, where it was kept."""
        if (place := self._places.get(row)) is None:
            return None
        index, start, width, height = place
        return Image.frombytes("RGB", (width, height), self._chunks[index][start : start + 3 * width * height])

    def keep(self, row: int, image: Image.Image) -> None:
        """Keep an RGB image, if it still fits."""
        size = 3 * image.width * image.height
        if size > self._left:
            return
        if not self._chunks or size > len(self._chunks[-1]) - self._chunks[-1].tell():
            self._chunks.append(mmap.mmap(-1, max(CHUNK, size)))
        chunk = self._chunks[-1]
        self._places[row] = len(self._chunks) - 1, chunk.tell(), image.width, image.height
        chunk.write(image.tobytes())
        self._left -= size


def memory_for_images() -> int:
    """Bytes that kept images may fill in this process, one of several perhaps."""
    return int(available_memory() * SHARE_OF_MEMORY) // launched("LOCAL_WORLD_SIZE", least=1, otherwise=1)


def loader_workers(splits: Iterable[Dataset]) -> int:
    """How many processes should load images, where nobody says: none on few cores without a GPU, if all can be kept.

    None either where memory is little, or the system lets processes share no work.

    Args:
        splits: with `image` (`Image(decode=False)`).
    """
    if 0 < available_memory() < LITTLE_MEMORY or not can_share_work():
        return 0
    if torch.accelerator.is_available() or available_cores() > FEW_CORES:
        return WORKERS
    return 0 if sum(map(_decoded_bytes, splits)) <= memory_for_images() else WORKERS


def _decoded_bytes(rows: Dataset) -> float:
    """About what all images of a split take, by a few of them."""
    sizes = []
    for row in np.linspace(0, len(rows) - 1, SAMPLE).astype(int):
        try:
            image = open_stored(rows[int(row)]["image"])
        except UnreadableImageError:
            continue
        sizes.append(3 * image.width * image.height)
    return len(rows) * float(np.mean(sizes or [0]))
