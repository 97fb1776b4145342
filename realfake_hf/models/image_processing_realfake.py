"""From an image of any kind to normalised pixels, by PIL and numpy alone: the same with and without torchvision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
from PIL import Image
from transformers.image_processing_utils import BaseImageProcessor, BatchFeature

from .fitted import pad_to_square
from .upright_rgb import to_upright_rgb

try:
    from transformers.image_processing_backends import PilBackend
except ImportError:  # the first releases of Transformers 5 have no backends yet
    PilBackend = BaseImageProcessor  # type: ignore[assignment, misc]

MODES = ("pad", "resize-crop", "native-crops")
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class RealFakeImagesKwargs(TypedDict, total=False):
    """The fields that `from_pretrained` may override."""

    mode: str
    size: int
    resize_size: int | None
    num_crops: int
    image_mean: Sequence[float]
    image_std: Sequence[float]


class RealFakeImageProcessor(PilBackend):
    """Turns images into `pixel_values`, float32.

    A resampler that differs from Pillow's is enough to flip verdicts on photographs, so everything here is
    Pillow, whatever else is installed.

    Args:
        mode: how an image becomes a square.
            `"pad"`: the longest side is fitted to `size` (Lanczos) and the rest is black, as the seed did.
            `"resize-crop"`: the shortest side is fitted to `resize_size`, then the centre is cut out.
            `"native-crops"`: `num_crops` crops at the image's own resolution, without resampling; an image
            smaller than `size` is continued by reflection, never by a black border.
        size: side of the output in pixels.
        resize_size: for `resize-crop`, by default `size`.
        num_crops: for `native-crops`; one is the centre, more spread evenly over the image.
        image_mean, image_std: per RGB channel, on the scale 0..1.

    Called with one image or a list (PIL, path-free; numpy or torch `(H, W)`, `(H, W, C)` or `(C, H, W)`, or a batch
    of these; see `to_upright_rgb`), it returns a `BatchFeature` whose `pixel_values` are `(B, 3, size, size)`, or
    `(B, num_crops, 3, size, size)` where `num_crops` is more than one.

    Raises:
        ValueError: an unknown mode, fields that contradict each other, or an input that is not an image.
    """

    model_input_names = ["pixel_values"]  # noqa: RUF012 - the name and form that Transformers reads
    valid_kwargs = RealFakeImagesKwargs  # type: ignore[assignment]

    def __init__(
        self,
        mode: str = "native-crops",
        size: int = 128,
        resize_size: int | None = None,
        num_crops: int = 1,
        image_mean: Sequence[float] = IMAGENET_MEAN,
        image_std: Sequence[float] = IMAGENET_STD,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}, not {mode!r}.")
        if size < 1 or (resize_size is not None and resize_size < size):
            raise ValueError(f"size must be at least 1 and resize_size at least size, not {size} and {resize_size}.")
        _check_num_crops(num_crops, mode)
        if len(image_mean) != 3 or len(image_std) != 3 or min(image_std) <= 0:
            raise ValueError(
                f"image_mean and image_std need three entries each (RGB), deviations above 0, "
                f"not {image_mean} and {image_std}."
            )
        self.mode = mode
        self.size = size
        self.resize_size = resize_size
        self.num_crops = num_crops
        self.image_mean = list(image_mean)
        self.image_std = list(image_std)

    def preprocess(
        self, images: Any, return_tensors: str | None = None, num_crops: int | None = None, **kwargs: Any
    ) -> BatchFeature:
        """See the class. `num_crops` overrides the configured number for this call."""
        if unusable := sorted(kwargs.keys() & RealFakeImagesKwargs.__annotations__.keys()):
            raise ValueError(f"Only num_crops can be given with the images: set {', '.join(unusable)} when loading.")
        if not isinstance(images, (list, tuple)):
            images = list(images) if getattr(images, "ndim", 0) == 4 else [images]
        if len(images) == 0:
            raise ValueError("There is no image to process.")
        if num_crops is None:
            num_crops = self.num_crops
        _check_num_crops(num_crops, self.mode)
        crops = np.stack([self.crops(to_upright_rgb(image), num_crops) for image in images])
        pixel_values = self.normalised(crops)
        if num_crops == 1:
            pixel_values = pixel_values[:, 0]
        return BatchFeature({"pixel_values": np.ascontiguousarray(pixel_values)}, tensor_type=return_tensors)

    __call__ = preprocess

    def normalised(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 `(..., H, W, 3)` to float32 `(..., 3, H, W)`, by mean and deviation; a view, not contiguous."""
        mean = np.asarray(self.image_mean, dtype=np.float32)
        std = np.asarray(self.image_std, dtype=np.float32)
        return np.moveaxis((pixels.astype(np.float32) / np.float32(255) - mean) / std, -1, -3)

    def to_dict(self) -> dict[str, Any]:
        """The fields that the processor is built from, and no others."""
        fields = {name: getattr(self, name) for name in RealFakeImagesKwargs.__annotations__}
        fields["image_processor_type"] = type(self).__name__
        if auto_map := getattr(self, "auto_map", None):
            fields["auto_map"] = auto_map
        return fields

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


def _check_num_crops(num_crops: int, mode: str) -> None:
    if num_crops < 1 or (num_crops > 1 and mode != "native-crops"):
        raise ValueError(f"num_crops must be 1, or more with mode='native-crops', not {num_crops} with {mode!r}.")


def _without_far_ends(image: Image.Image) -> Image.Image:
    """The middle of a strip: fitted by its shortest side, one of 1 x 60000 px would take gigabytes."""
    limit = 16 * min(image.size)
    left, top = (max(side - limit, 0) // 2 for side in image.size)
    if left == top == 0:
        return image
    return image.crop((left, top, image.width - left, image.height - top))


__all__ = ["RealFakeImageProcessor"]
