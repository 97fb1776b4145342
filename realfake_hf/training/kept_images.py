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

    They lie in chunks that are mapped for them alone. Between what each step allocates and frees they would pin down
    the C library's heap, which then holds a multiple of them.

    Args:
        limit: bytes for all of them; 0 keeps none.
    """

    def __init__(self, limit: int = 0) -> None:
        self._left = limit
        self._chunk = np.empty(0, np.uint8)
        self._pixels: dict[int, np.ndarray] = {}

    def get(self, row: int) -> Image.Image | None:
        """The image of a row, where it was kept."""
        pixels = self._pixels.get(row)
        return None if pixels is None else Image.fromarray(pixels)

    def keep(self, row: int, image: Image.Image) -> None:
        """Keep an RGB image, if it still fits."""
        size = 3 * image.width * image.height
        if size > self._left:
            return
        if size > len(self._chunk):
            self._chunk = np.frombuffer(mmap.mmap(-1, max(CHUNK, size)), np.uint8)
        pixels, self._chunk = self._chunk[:size].reshape(image.height, image.width, 3), self._chunk[size:]
        pixels[:] = np.asarray(image)
        self._pixels[row] = pixels
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
