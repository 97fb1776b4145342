"""Some images of a data set with their labels, for the benchmarks beside this file."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
from PIL import Image

from realfake_hf.data.loading import load_data
from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.stored_image import open_stored


def labelled_images(data: str, split: str | None, number: int) -> Iterator[tuple[int, Image.Image]]:
    """At most so many images, of both classes alike, drawn by a fixed seed; unreadable ones are left out."""
    for part in load_data(data, split=split).values():
        labels = np.asarray(part["label"])
        for label in (0, 1):
            rows = np.flatnonzero(labels == label).tolist()
            random.Random(30).shuffle(rows)
            for row in rows[: number // 2]:
                try:
                    yield label, open_stored(part[row]["image"], name=f"row {row}")
                except UnreadableImageError as error:
                    print(error)
        return
