"""From an image of any kind to normalised pixels, by PIL and numpy alone: the same with and without torchvision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageOps
from transformers.image_processing_utils import BaseImageProcessor, BatchFeature

try:
    from transformers.image_processing_backends import PilBackend
except ImportError:  # the first releases of Transformers 5 have no backends yet
    PilBackend = BaseImageProcessor

MODES = ("pad", "resize-crop", "native-crops")
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


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

    Called with one image or a list (PIL, path-free; numpy `(H, W)`, `(H, W, C)` or `(C, H, W)`, uint8 or float
    0..1; torch tensors), it returns a `BatchFeature` whose `pixel_values` are `(B, 3, size, size)`, or
    `(B, num_crops, 3, size, size)` where `num_crops` is more than one.

    Raises:
        ValueError: an unknown mode, sizes below 1, or an input that is not an image.
    """

    model_input_names = ["pixel_values"]  # noqa: RUF012 - the name and form that Transformers reads

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
        if min(size, num_crops, resize_size or size) < 1 or (resize_size or size) < size:
            raise ValueError(
                f"size, num_crops and resize_size must be at least 1 and resize_size at least size, "
                f"not {size}, {num_crops} and {resize_size}."
            )
        if num_crops > 1 and mode != "native-crops":
            raise ValueError(f"num_crops={num_crops} needs mode='native-crops', not {mode!r}.")
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
        if not isinstance(images, (list, tuple)):
            images = [images]
        num_crops = num_crops or self.num_crops
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
        names = ("mode", "size", "resize_size", "num_crops", "image_mean", "image_std")
        fields = {name: getattr(self, name) for name in names}
        fields["image_processor_type"] = type(self).__name__
        if auto_map := getattr(self, "auto_map", None):
            fields["auto_map"] = auto_map
        return fields

    def crops(self, image: Image.Image, num_crops: int) -> np.ndarray:
        """Cut an upright RGB image: uint8 `(num_crops, size, size, 3)`."""
        if self.mode == "pad":
            return np.asarray(pad_to_square(image, self.size))[None]
        if self.mode == "resize-crop":
            image = resize_shortest_side(image, self.resize_size or self.size)
        image = tile_to_size(image, self.size, self.size)
        boxes = crop_boxes(image.width, image.height, self.size, num_crops)
        return np.stack([np.asarray(image.crop(box)) for box in boxes])


def to_upright_rgb(image: Any) -> Image.Image:
    """Any image in any mode as upright RGB.

    EXIF orientation is applied, transparency is composited on white, 16-bit greys are scaled to 8 bits,
    CMYK, palette, grey, LAB, 1-bit and float images are converted.

    Args:
        image: a PIL image, or a numpy array or torch tensor of `(H, W)`, `(H, W, C)` or `(C, H, W)` with C of
            1, 3 or 4, uint8 or float in 0..1.

    Raises:
        ValueError: anything else.
    """
    if not isinstance(image, Image.Image):
        image = _array_to_image(image)
    image = ImageOps.exif_transpose(image)
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        # PIL clips 16-bit greys to white instead of scaling them.
        return Image.fromarray((np.asarray(image).clip(0, 65535) // 257).astype(np.uint8)).convert("RGB")
    if image.mode == "F":
        return Image.fromarray((np.asarray(image).clip(0, 1) * 255).round().astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


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


def pad_to_square(image: Image.Image, size: int) -> Image.Image:
    """Fit the longest side to `size` (Lanczos) and centre the image on black, as the seed's notebook did."""
    return ImageOps.pad(image, (size, size), method=Image.Resampling.LANCZOS, color="black")


def resize_shortest_side(image: Image.Image, size: int) -> Image.Image:
    """Scale an image (bicubic, aspect kept) so that its shortest side is `size` pixels."""
    scale = size / min(image.size)
    width, height = (max(size, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BICUBIC)


def crop_boxes(width: int, height: int, size: int, count: int) -> list[tuple[int, int, int, int]]:
    """`count` boxes of `size` px inside `width` x `height`: the centre, or a grid spread to the borders.

    The grid has about the image's aspect. Where it has more cells than `count`, evenly spaced ones are taken.
    """
    if count == 1:
        columns = rows = 1
    else:
        columns = max(1, min(count, round((count * width / height) ** 0.5)))
        rows = -(-count // columns)
    cells = [
        (_spread(width - size, columns, column), _spread(height - size, rows, row))
        for row in range(rows)
        for column in range(columns)
    ]
    chosen = [cells[round(index * (len(cells) - 1) / max(count - 1, 1))] for index in range(count)]
    return [(left, top, left + size, top + size) for left, top in chosen]


def _spread(room: int, count: int, index: int) -> int:
    return room // 2 if count == 1 else room * index // (count - 1)


def _array_to_image(array: Any) -> Image.Image:
    array = np.asarray(array.cpu() if hasattr(array, "cpu") else array)
    if array.ndim == 3 and array.shape[-1] not in (1, 3, 4) and array.shape[0] in (1, 3, 4):
        array = np.moveaxis(array, 0, -1)
    if array.ndim == 3 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or array.size == 0 or (array.ndim == 3 and array.shape[-1] not in (3, 4)):
        raise ValueError(f"An image array must be (H, W), (H, W, C) or (C, H, W), not {array.shape}.")
    if array.dtype == bool:
        array = array.astype(np.uint8) * 255
    if np.issubdtype(array.dtype, np.floating):
        array = (array.clip(0, 1) * 255).round().astype(np.uint8)
    if array.dtype != np.uint8:
        raise ValueError(f"An image array must be uint8 or float in 0..1, not {array.dtype}.")
    return Image.fromarray(array)


__all__ = ["RealFakeImageProcessor"]
