"""From an image of any kind to normalised pixels, by PIL and numpy alone: the same with and without torchvision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
from transformers.image_processing_utils import BaseImageProcessor, BatchFeature

from .fitted import fit_inside  # noqa: F401 - Transformers 5.0 copies only what the file itself imports from a folder
from .square_crops import SquareCrops, check_num_crops
from .upright_rgb import to_upright_rgb

try:
    from transformers.image_processing_backends import PilBackend
except ImportError:  # the first releases of Transformers 5 have no backends yet
    PilBackend = BaseImageProcessor  # type: ignore[assignment, misc]

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class RealFakeImagesKwargs(TypedDict, total=False):
    """The fields that `from_pretrained` may override."""

    mode: str
    size: int
    resize_size: int | None
    num_crops: int
    whole_view: bool
    image_mean: Sequence[float]
    image_std: Sequence[float]


class RealFakeImageProcessor(SquareCrops, PilBackend):
    """Turns images into `pixel_values`, float32.

    A resampler that differs from Pillow's is enough to flip verdicts on photographs, so everything here is
    Pillow, whatever else is installed.

    Args:
        mode: how an image becomes a square.
            `"pad"`: the longest side is fitted to `size` (Lanczos) and the rest is black, as the seed did.
            `"resize-crop"`: the shortest side is fitted to `resize_size`, then the centre is cut out.
            `"native-crops"`: crops at the image's own resolution, without resampling; an image
            smaller than `size` is continued by reflection, never by a black border.
        size: side of the output in pixels.
        resize_size: for `resize-crop`, by default `size`.
        num_crops: for `native-crops`, the most crops of one image: the centre first, then a grid that covers it.
        whole_view: for `native-crops` with more than one, whether the last of them is the whole image instead: its
            middle square, reduced to `size` (bicubic). An image that is not much larger than a crop has one crop.
        image_mean, image_std: per RGB channel, on the scale 0..1.

    Called with one image or a list (PIL, path-free; numpy or torch `(H, W)`, `(H, W, C)` or `(C, H, W)`, or a batch
    of these; see `to_upright_rgb`), it returns a `BatchFeature` whose `pixel_values` are `(B, 3, size, size)`, or
    `(B, num_crops, 3, size, size)` where `num_crops` is more than one. An image that needs fewer crops than that has
    zeros in their place, which the model leaves out of its mean.

    Raises:
        ValueError: an unknown mode, fields that contradict each other, or an input that is not an image.
    """

    model_input_names = ["pixel_values"]  # noqa: RUF012 - the name and form that Transformers reads
    valid_kwargs = RealFakeImagesKwargs  # type: ignore[assignment]
    # Its code is written beside it, so that a copied folder works elsewhere.
    _auto_class = "AutoImageProcessor"  # type: ignore[assignment]

    def __init__(
        self,
        mode: str = "native-crops",
        size: int = 128,
        resize_size: int | None = None,
        num_crops: int = 1,
        whole_view: bool = False,
        image_mean: Sequence[float] = IMAGENET_MEAN,
        image_std: Sequence[float] = IMAGENET_STD,
        **kwargs: Any,
    ) -> None:
        # Transformers keeps whatever a preprocessor_config.json holds as an attribute, in the place of a method too.
        for name in kwargs:
            if callable(getattr(type(self), name, None)):
                raise ValueError(f"{name} is no setting of RealFakeImageProcessor.")
        super().__init__(**kwargs)
        self.mode = mode
        self.size = size
        self.resize_size = resize_size
        self.num_crops = num_crops
        self.whole_view = whole_view
        self.image_mean = list(image_mean)
        self.image_std = list(image_std)
        self.check()

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
        check_num_crops(num_crops, self.mode)
        pixel_values = np.zeros((len(images), num_crops, 3, self.size, self.size), dtype=np.float32)
        for row, image in zip(pixel_values, images, strict=True):
            crops = self.crops(to_upright_rgb(image), num_crops)
            row[: len(crops)] = self.normalised(crops)
        if num_crops == 1:
            pixel_values = pixel_values[:, 0]
        return BatchFeature({"pixel_values": pixel_values}, tensor_type=return_tensors)

    __call__ = preprocess

    def to_dict(self) -> dict[str, Any]:
        """The fields that the processor is built from, and no others."""
        fields = {name: getattr(self, name) for name in RealFakeImagesKwargs.__annotations__}
        fields["image_processor_type"] = type(self).__name__
        if auto_map := getattr(self, "auto_map", None):
            fields["auto_map"] = auto_map
        return fields


__all__ = ["RealFakeImageProcessor"]
