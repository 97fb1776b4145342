"""From an upright RGB image to squares of pixels, by PIL and numpy alone.

Apart from the image processor, so that an exported model is fed the same pixels where Transformers is not imported.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from .fitted import pad_to_square

MAX_ASPECT = 16
"""Of a longer strip only the middle is resized: fitted by its shortest side, 1 x 60000 px would take gigabytes."""


class SquareCrops:
    """How an image becomes squares, and these numbers; the fields are those of `RealFakeImageProcessor`."""

    mode: str
    size: int
    resize_size: int | None
    num_crops: int
    image_mean: Sequence[float]
    image_std: Sequence[float]

    def normalised(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 `(..., H, W, 3)` to float32 `(..., 3, H, W)`, by mean and deviation; a view, not contiguous."""
        mean = np.asarray(self.image_mean, dtype=np.float32)
        std = np.asarray(self.image_std, dtype=np.float32)
        return np.moveaxis((pixels.astype(np.float32) / np.float32(255) - mean) / std, -1, -3)

    def crops(self, image: Image.Image, num_crops: int) -> np.ndarray:
        """Cut an upright RGB image: uint8 `(num_crops, size, size, 3)`."""
        if self.mode == "pad":
            return np.asarray(pad_to_square(image, self.size))[None]
        if self.mode == "resize-crop":
            image = resize_shortest_side(_without_far_ends(image), self.resize_size or self.size)
        image = tile_to_size(image, self.size, self.size)
        boxes = crop_boxes(image.width, image.height, self.size, num_crops)
        return np.stack([np.asarray(image.crop(box)) for box in boxes])


def tile_to_size(image: Image.Image, width: int, height: int) -> Image.Image:
    """Continue an image by reflection to at least `width` x `height`; a larger one comes back as it is."""
    if image.width >= width and image.height >= height:
        return image
    # Half on either side; numpy's symmetric mode repeats the reflection as often as it takes.
    missing_y, missing_x = max(height - image.height, 0), max(width - image.width, 0)
    border = (
        (missing_y // 2, missing_y - missing_y // 2),
        (missing_x // 2, missing_x - missing_x // 2),
        (0, 0),
    )
    return Image.fromarray(np.pad(np.asarray(image), border, mode="symmetric"))


def resize_shortest_side(image: Image.Image, size: int) -> Image.Image:
    """Scale an image (bicubic, aspect kept) so that its shortest side is `size` pixels."""
    scale = size / min(image.size)
    width, height = (max(size, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BICUBIC)


def crop_boxes(width: int, height: int, size: int, count: int) -> list[tuple[int, int, int, int]]:
    """`count` boxes of `size` px inside `width` x `height`: the centre, or a grid spread to the borders.

    The grid has about the image's aspect. Where it has more cells than `count`, evenly spaced ones are taken.
    No two boxes are the same, unless the image has fewer than `count` places for one.
    """
    places_x, places_y = width - size + 1, height - size + 1
    columns = max(1, min(count, places_x, round((count * width / height) ** 0.5)))
    rows = min(places_y, -(-count // columns))
    columns = min(places_x, max(columns, -(-count // rows)))  # more, where the image is too low for the rows
    cells = [
        (_spread(width - size, columns, column), _spread(height - size, rows, row))
        for row in range(rows)
        for column in range(columns)
    ]
    chosen = [cells[round(index * (len(cells) - 1) / max(count - 1, 1))] for index in range(count)]
    return [(left, top, left + size, top + size) for left, top in chosen]


def _spread(room: int, count: int, index: int) -> int:
    return room // 2 if count == 1 else room * index // (count - 1)


def _without_far_ends(image: Image.Image) -> Image.Image:
    """The middle of a strip; see `MAX_ASPECT`."""
    limit = MAX_ASPECT * min(image.size)
    left, top = (max(side - limit, 0) // 2 for side in image.size)
    if left == top == 0:
        return image
    return image.crop((left, top, image.width - left, image.height - top))
