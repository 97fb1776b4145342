"""From an upright RGB image to squares of pixels, by PIL and numpy alone.

Apart from the image processor, so that an exported model is fed the same pixels where Transformers is not imported.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

from .fitted import pad_to_square

MAX_ASPECT = 16
"""Of a longer strip only the middle is resized: fitted by its shortest side, 1 x 60000 px would take gigabytes."""

TOLERANCE = 1 / 8
"""How much of a crop's side may stay out of sight at an edge before another row or column of crops is made."""


WHOLE_FROM = 1.25
"""The shortest side, in crops, from which on the whole image is another view than the crop in its middle."""
WHOLE_GAP = 3
"""How many times its size the whole image keeps at least when it is reduced by means of whole pixels."""

MODES = ("pad", "resize-crop", "native-crops")
MAX_PIXELS = 2**26
"""Of all squares of one image: as float32 they are 800 MB."""


class SquareCrops:
    """How an image becomes squares, and these numbers; the fields are those of `RealFakeImageProcessor`."""

    mode: str
    size: int
    resize_size: int | None
    num_crops: int
    whole_view: bool = False
    image_mean: Sequence[float]
    image_std: Sequence[float]

    def check(self) -> None:
        """Raise ValueError for fields of the wrong kind or range, or that contradict each other."""
        if self.mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}, not {self.mode!r}.")
        for name, value in (("size", self.size), ("num_crops", self.num_crops), ("resize_size", self.resize_size)):
            is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
            if not is_whole and not (name == "resize_size" and value is None):
                raise ValueError(f"{name} must be a whole number, not {value!r}.")
        if self.size < 1 or (self.resize_size is not None and self.resize_size < self.size):
            raise ValueError(
                f"size must be at least 1 and resize_size at least size, not {self.size} and {self.resize_size}."
            )
        check_num_crops(self.num_crops, self.mode)
        if self.num_crops * max(self.size, self.resize_size or 0) ** 2 > MAX_PIXELS:
            raise ValueError(f"{self.num_crops} crops of {self.size} px are more than {MAX_PIXELS:,} pixels an image.")
        if not isinstance(self.whole_view, bool):
            raise ValueError(f"whole_view must be true or false, not {self.whole_view!r}.")
        if self.whole_view and self.mode != "native-crops":
            raise ValueError(f"whole_view needs mode='native-crops', not {self.mode!r}.")
        for name, values in (("image_mean", self.image_mean), ("image_std", self.image_std)):
            if not _are_three_numbers(values) or (name == "image_std" and min(values) <= 0):
                raise ValueError(
                    f"image_mean and image_std need three entries each (RGB), deviations above 0, not {values!r}."
                )

    def normalised(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 `(..., H, W, 3)` to float32 `(..., 3, H, W)`, by mean and deviation; a view, not contiguous."""
        *outer, width, channels = pixels.shape
        # A row at a time: numpy takes five times as long where mean and deviation repeat every three values.
        mean, std = (np.tile(np.asarray(values, np.float32), width) for values in (self.image_mean, self.image_std))
        values = np.divide(pixels.reshape(*outer, width * channels), np.float32(255), dtype=np.float32)
        values -= mean
        values /= std
        return np.moveaxis(values.reshape(pixels.shape), -1, -3)

    def boxes(self, width: int, height: int, num_crops: int) -> list[tuple[int, int, int, int]]:
        """Which parts of an image of this size `crops` shows in mode `native-crops`; beyond it is reflection."""
        shift_x, shift_y = max(self.size - width, 0) // 2, max(self.size - height, 0) // 2
        whole = [middle_square(width, height)] if self._shows_whole(width, height, num_crops) else []
        limit = self._most_crops(num_crops, len(whole))
        boxes = crop_boxes(max(width, self.size), max(height, self.size), self.size, limit)
        return [
            *((left - shift_x, top - shift_y, right - shift_x, bottom - shift_y) for left, top, right, bottom in boxes),
            *whole,
        ]

    def crops(self, image: Image.Image, num_crops: int) -> np.ndarray:
        """Cut an upright RGB image: uint8 `(N, size, size, 3)`, as many as it needs, at most `num_crops`.

        With `whole_view` the last of several is the image's middle square as a whole, reduced to `size`; an image that
        is too small for that has one crop, so that several always end with the whole.
        """
        if self.mode == "pad":
            return np.asarray(pad_to_square(image, self.size))[None]
        if self.mode == "resize-crop":
            image = resize_shortest_side(_without_far_ends(image), self.resize_size or self.size)
        views = []
        if self._shows_whole(image.width, image.height, num_crops):
            views.append(reduced_to_square(image, self.size))
        image = tile_to_size(image, self.size, self.size)
        boxes = crop_boxes(image.width, image.height, self.size, self._most_crops(num_crops, len(views)))
        return np.stack([np.asarray(view) for view in (*(image.crop(box) for box in boxes), *views)])

    def whole(self, image: Image.Image) -> np.ndarray:
        """The whole view of an upright RGB image, of any size: uint8 `(size, size, 3)`."""
        return np.asarray(reduced_to_square(tile_to_size(image, self.size, self.size), self.size))

    def _most_crops(self, num_crops: int, whole_views: int) -> int:
        return 1 if self.whole_view and not whole_views else num_crops - whole_views

    def _shows_whole(self, width: int, height: int, num_crops: int) -> bool:
        return (
            self.whole_view
            and self.mode == "native-crops"
            and num_crops > 1
            and min(width, height) >= WHOLE_FROM * self.size
        )


def check_num_crops(num_crops: int, mode: str) -> None:
    """Raise ValueError for a number of crops that a mode cannot give."""
    if num_crops < 1 or (num_crops > 1 and mode != "native-crops"):
        raise ValueError(f"num_crops must be 1, or more with mode='native-crops', not {num_crops} with {mode!r}.")


def _are_three_numbers(values: object) -> bool:
    return (
        isinstance(values, Sequence)
        and len(values) == 3
        and all(isinstance(value, int | float | np.number) and math.isfinite(value) for value in values)
    )


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


def reduced_to_square(image: Image.Image, size: int) -> Image.Image:
    """The middle square as a whole, `size` pixels wide: bicubic, and of a large one means of whole pixels before.

    The means halve the time; `p_fake` of photographs moves by less than 0.005.
    """
    side = min(image.size)
    factor = max(1, side // (WHOLE_GAP * size))
    square = image.reduce(factor, middle_square(*image.size))
    return square.resize((size, size), Image.Resampling.BICUBIC, box=(0, 0, side / factor, side / factor))


def resize_shortest_side(image: Image.Image, size: int) -> Image.Image:
    """Scale an image (bicubic, aspect kept) so that its shortest side is `size` pixels."""
    scale = size / min(image.size)
    width, height = (max(size, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BICUBIC)


def crop_boxes(width: int, height: int, size: int, limit: int) -> list[tuple[int, int, int, int]]:
    """At most `limit` boxes of `size` px inside `width` x `height`: the centre first, then a grid from there outwards.

    The grid covers the image where `limit` boxes are enough for that (an edge of an eighth of a box may stay out);
    else its boxes stand in the middle of equal cells, about as many across and down as the image's aspect asks for.
    No two boxes are the same.
    """
    centre = ((width - size) // 2, (height - size) // 2)
    grid = _grid(width, height, size, limit)
    if centre not in grid:
        grid = [*_grid(width, height, size, limit - 1), centre] if limit > 1 else [centre]
    grid.sort(key=lambda place: ((place[0] - centre[0]) ** 2 + (place[1] - centre[1]) ** 2, place[1], place[0]))
    return [(left, top, left + size, top + size) for left, top in dict.fromkeys(grid)]


def middle_square(width: int, height: int) -> tuple[int, int, int, int]:
    """The largest square in the middle of `width` x `height`."""
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return left, top, left + side, top + side


def share_of_image(boxes: Sequence[tuple[float, float, float, float]], width: int, height: int) -> float:
    """Which share of an image some boxes cover together, 0..1."""
    inside = [(max(left, 0), max(top, 0), min(right, width), min(bottom, height)) for left, top, right, bottom in boxes]
    columns = sorted({side for left, _, right, _ in inside for side in (left, right)})
    rows = sorted({side for _, top, _, bottom in inside for side in (top, bottom)})
    covered = np.zeros((len(rows), len(columns)), dtype=bool)
    for left, top, right, bottom in inside:
        covered[rows.index(top) : rows.index(bottom), columns.index(left) : columns.index(right)] = True
    areas = np.outer(np.diff(rows), np.diff(columns))
    return float((areas * covered[:-1, :-1]).sum() / (width * height))


def _grid(width: int, height: int, size: int, limit: int) -> list[tuple[int, int]]:
    """Left and top of boxes in the middle of equal cells, moved inside the image."""
    most_columns, most_rows = (max(1, math.ceil((side - size * TOLERANCE) / size)) for side in (width, height))
    columns, rows = most_columns, most_rows
    if columns * rows > limit:
        columns = min(most_columns, limit, max(1, round((limit * width / height) ** 0.5)))
        rows = min(most_rows, limit // columns)
        columns = min(most_columns, limit // rows)  # more, where the image is too low for the rows
    return [
        (_middle(width, size, columns, column), _middle(height, size, rows, row))
        for row in range(rows)
        for column in range(columns)
    ]


def _middle(side: int, size: int, count: int, index: int) -> int:
    return (
        min(max((2 * index + 1) * side // (2 * count) - size // 2, 0), side - size) if count > 1 else (side - size) // 2
    )


def _without_far_ends(image: Image.Image) -> Image.Image:
    """The middle of a strip; see `MAX_ASPECT`."""
    limit = MAX_ASPECT * min(image.size)
    left, top = (max(side - limit, 0) // 2 for side in image.size)
    if left == top == 0:
        return image
    return image.crop((left, top, image.width - left, image.height - top))
