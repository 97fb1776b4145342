"""The image behind a verdict, for when its heatmap is wanted, without keeping whole data sets in memory."""

from __future__ import annotations

import weakref
from pathlib import Path

import numpy as np
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.image_files import ImageSource, open_image
from realfake_hf.images.opened_image import OpenedImage


class RememberedImage:
    """Where to find an image again.

    A file is its path, and is read again. An image from memory that was judged alone is kept, for a few lines later
    somebody will ask. Of many judged together, PIL images and arrays are remembered weakly: they are there as long as
    the caller keeps them. Bytes and streams are not remembered: a list of verdicts would hold on to every file.

    Args:
        source: as the caller gave it.
        opened: what was read from it.
        alone: judged by itself, not in a list or a stream.
    """

    def __init__(self, source: ImageSource, opened: OpenedImage, *, alone: bool) -> None:
        self._kept: ImageSource | None = None
        self._weak: weakref.ref[Image.Image | np.ndarray] | None = None
        if isinstance(source, str | Path):
            self._kept = Path(source).absolute()  # the working folder may change meanwhile
        elif alone:
            self._kept = source if isinstance(source, Image.Image | np.ndarray | bytes) else opened.image
        elif isinstance(source, Image.Image | np.ndarray):
            self._weak = weakref.ref(source)

    def open(self) -> Image.Image:
        """The image, upright, RGB.

        Raises:
            RealFakeError: it is no longer there.
        """
        source = self._kept if self._weak is None else self._weak()
        if source is None:
            raise RealFakeError(
                "The image of this verdict is no longer in memory: keep it yourself, or judge it alone, "
                "to see its heatmap."
            )
        return open_image(source)
