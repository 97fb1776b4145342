"""Any image in any mode as upright RGB, by PIL and numpy alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageOps


def to_upright_rgb(image: Any) -> Image.Image:
    """Any image in any mode as upright RGB.

    EXIF orientation is applied, transparency is composited on white, 16-bit greys are scaled to 8 bits,
    CMYK, palette, grey, LAB, 1-bit and float images are converted.

    Args:
        image: a PIL image, or a numpy array or torch tensor of `(H, W)`, `(H, W, C)` or `(C, H, W)` with C of
            1, 3 or 4: uint8, bool, uint16, or float in 0..1.

    Raises:
        ValueError: anything else.
    """
    if not isinstance(image, Image.Image):
        image = _array_to_image(image)
    image = _upright(image)
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode[0] in "IF":
        return _eight_bits(np.asarray(image)).convert("RGB")
    if image.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
        assert converted is not None
        return converted
    if image.mode == "La":
        image = image.convert("LA")  # Pillow knows no direct way from premultiplied grey
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def _upright(image: Image.Image) -> Image.Image:
    try:
        if image.getexif().get(ExifTags.Base.Orientation, 1) == 1:
            return image  # exif_transpose would copy it
        return ImageOps.exif_transpose(image)
    except Exception:  # the EXIF parser meets arbitrary bytes; their damage is not the picture's
        return image


def _eight_bits(values: np.ndarray) -> Image.Image:
    """Scale 16-bit, 32-bit or float greys by the range that their type or maximum implies; PIL would clip them."""
    samples = np.nan_to_num(values.astype(np.float64))
    highest = float(samples.max())
    if values.dtype.itemsize == 2 or 255 < highest <= 65535:
        samples = samples / 257
    elif highest > 65535:
        samples = samples * (255 / highest)
    elif np.issubdtype(values.dtype, np.floating) and highest <= 1:
        samples = samples * 255
    return Image.fromarray(samples.round().clip(0, 255).astype(np.uint8))


def _array_to_image(array: Any) -> Image.Image:
    if hasattr(array, "detach"):
        array = array.detach().cpu()
        array = array.float() if array.is_floating_point() else array  # numpy knows no bfloat16
    array = np.asarray(array)
    if array.ndim == 3 and array.shape[-1] not in (1, 3, 4) and array.shape[0] in (1, 3, 4):
        array = np.moveaxis(array, 0, -1)
    if array.ndim == 3 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or array.size == 0 or (array.ndim == 3 and array.shape[-1] not in (3, 4)):
        raise ValueError(f"An image array must be (H, W), (H, W, C) or (C, H, W), not {array.shape}.")
    if array.dtype == bool:
        array = array.astype(np.uint8) * 255
    if array.dtype == np.uint16:
        array = (array / 257).round().astype(np.uint8)
    if np.issubdtype(array.dtype, np.floating) and array.min() >= 0 and array.max() <= 1:
        array = (array * 255).round().astype(np.uint8)
    if array.dtype != np.uint8:
        raise ValueError(
            f"An image array must be uint8, bool, uint16 or float in 0..1, "
            f"not {array.dtype} from {array.min()} to {array.max()}."
        )
    return Image.fromarray(array)
