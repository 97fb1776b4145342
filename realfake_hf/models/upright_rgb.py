"""Any image in any mode as upright RGB, by PIL and numpy alone."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageOps

SAMPLES_LOOKED_AT = 1_000_000
NEARLY_ALL = 0.999
"""Quantile of the samples that must lie within a range for the range to be taken for theirs."""
FLOAT_OVERSHOOT = 2.0
"""Floats up to here are taken for 0..1 with some light beyond white."""


def to_upright_rgb(image: Any) -> Image.Image:
    """Any image in any mode as upright RGB.

    EXIF orientation is applied, transparency is composited on white, 16-bit greys are scaled to 8 bits,
    CMYK, palette, grey, LAB, 1-bit and float images are converted; colours of another profile become sRGB.

    Args:
        image: a PIL image, or a numpy array or torch tensor of `(H, W)`, `(H, W, C)` or `(C, H, W)` with C of
            1, 3 or 4: uint8, bool, uint16, or float in 0..1.

    Raises:
        ValueError: anything else.
    """
    if not isinstance(image, Image.Image):
        image = _array_to_image(image)
    image = _in_srgb(_upright(image))
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


def _in_srgb(image: Image.Image) -> Image.Image:
    """Colours of a wide-gamut, CMYK or other embedded profile as sRGB; a profile that is damaged counts as absent."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    try:
        transform = _to_srgb(profile, image.mode)
        converted = image if transform is None else ImageCms.applyTransform(image, transform)
    except Exception:  # littleCMS meets arbitrary bytes
        return image
    return image if converted is None else converted


@lru_cache(maxsize=16)
def _to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The transform from a profile to sRGB; None where it is sRGB, or not of this mode's colours."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    colours = source.profile.xcolor_space.strip()
    if colours != ("CMYK" if mode == "CMYK" else "RGB") or "sRGB" in (source.profile.profile_description or ""):
        return None
    result = "RGBA" if mode == "RGBA" else "RGB"
    return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, result)


def _upright(image: Image.Image) -> Image.Image:
    try:
        if image.getexif().get(ExifTags.Base.Orientation, 1) == 1:
            return image  # exif_transpose would copy it
        return ImageOps.exif_transpose(image)
    except Exception:  # the EXIF parser meets arbitrary bytes; their damage is not the picture's
        return image


def _eight_bits(values: np.ndarray) -> Image.Image:
    """16-bit, 32-bit or float samples as 8 bits; PIL would clip them."""
    with np.errstate(invalid="ignore"):  # a signalling NaN
        samples = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=np.inf, neginf=0.0)
    white = _white(samples, np.issubdtype(values.dtype, np.floating))
    return Image.fromarray((samples * (255 / white)).round().clip(0, 255).astype(np.uint8))


def _white(samples: np.ndarray, floating: bool) -> float:
    """The value that stands for white: the end of the smallest usual range that nearly all samples keep to.

    Nearly, for one hot pixel or one infinity must not turn the rest black. Of whole numbers, 8, 10 and 12 bits in a
    wider type are known by their darkness: as 16 bits nothing would reach a sixteenth of white.
    """
    finite = samples[np.isfinite(samples)]
    if finite.size == 0:
        return 1.0
    highest = float(np.quantile(finite[:: max(1, finite.size // SAMPLES_LOOKED_AT)], NEARLY_ALL))
    if floating and highest <= FLOAT_OVERSHOOT:
        return 1.0
    ranges = (255, 65535) if floating else (255, 1023, 4095, 65535)
    return float(next((end for end in ranges if highest <= end), highest))


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
        return _eight_bits(array)
    if np.issubdtype(array.dtype, np.floating) and array.min() >= 0 and array.max() <= 1:
        array = (array * 255).round().astype(np.uint8)
    if array.dtype != np.uint8:
        raise ValueError(
            f"An image array must be uint8, bool, uint16 or float in 0..1, "
            f"not {array.dtype} from {array.min()} to {array.max()}."
        )
    return Image.fromarray(array)
