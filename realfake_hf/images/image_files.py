"""Open image files: every mode, upright, RGB, with one clear sentence where that fails."""

from __future__ import annotations

import importlib
import io
import logging
import re
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np
from PIL import Image, UnidentifiedImageError

from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.image_folders import RAW_EXTENSIONS, begins_like_an_image
from realfake_hf.images.png_chunks import repaired
from realfake_hf.images.regular_file import open_regular
from realfake_hf.images.tiff_messages import decoded_by_libtiff, named_tiff_messages
from realfake_hf.models.upright_rgb import to_upright_rgb

MAX_PIXELS = 200_000_000
"""Larger images are refused before they are decoded (a decompression bomb, or nothing a CNN needs)."""

NO_PICTURES = frozenset({"EPS", "WMF", "EMF", "BUFR", "GRIB", "HDF5", "MPEG"})
"""Formats that Pillow knows by name, of drawings, measurements and films: other programs would have to draw them."""

PLUGINS = {"HEIC": ("pillow_heif", "register_heif_opener"), "JPEG XL": ("pillow_jxl", None)}
"""What reads the formats that Pillow does not, and the function that registers it; both are in the extra `formats`."""

# Pillow would warn at 89 and refuse at 179 megapixels; phones reach 200. We check the size ourselves.
if Image.MAX_IMAGE_PIXELS is not None:
    Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS, MAX_PIXELS)

# Whatever Pillow has to say of a file stands in our sentence, which names the file.
logging.getLogger("PIL").addHandler(logging.NullHandler())

ImageSource: TypeAlias = "Path | str | bytes | BinaryIO | Image.Image | np.ndarray"


def open_image(source: ImageSource) -> Image.Image:
    """Open and wholly decode one image: EXIF-upright, mode RGB, transparency composited on white.

    Args:
        source: a path, the bytes of a file, a binary file object, a PIL image, or an array
            (H, W), (H, W, 1), (H, W, 3) or (H, W, 4): uint8, bool, uint16, or float in [0, 1].

    Raises:
        UnreadableImageError: missing, no regular file, empty, not an image, damaged, or above `MAX_PIXELS`.
    """
    name = describe_source(source)
    if isinstance(source, np.ndarray):
        try:
            return to_upright_rgb(source)
        except ValueError as error:
            raise UnreadableImageError(str(error)) from None
    if isinstance(source, Image.Image):
        check_pixels(source, name)
        return decode_image(source, name)
    with file_of(source, name) as stream:
        return decode_image(identify_image(stream, name), name)


def file_of(source: Path | str | bytes | BinaryIO, name: str) -> AbstractContextManager[BinaryIO]:
    """An image's file, to be read within the context; only one that was a path is closed at its end.

    Raises:
        UnreadableImageError: missing, or no regular file.
    """
    if isinstance(source, str | Path):
        return open_regular(source, name)
    return nullcontext(io.BytesIO(source) if isinstance(source, bytes | bytearray | memoryview) else source)


def identify_image(stream: BinaryIO, name: str) -> Image.Image:
    """Read an image's header alone; `name` is what error messages call it.

    Every command opens its images here, so that none refuses what another judges. A PNG whose metadata are damaged or
    too large is opened all the same, with what can be read of them.

    Raises:
        UnreadableImageError: empty, not an image, or above `MAX_PIXELS`.
    """
    try:
        stream = repaired(stream)
        image: Image.Image = Image.open(stream)
    except UnidentifiedImageError:
        image = _opened_by_plugin(stream, name)
    except Image.DecompressionBombError as error:
        raise UnreadableImageError(_bomb(name, str(error))) from None
    except Exception as error:  # a plugin that meets damaged bytes may raise anything
        raise UnreadableImageError(f"{name} cannot be opened as an image: {_reason(error)}.") from None
    if image.format in NO_PICTURES:
        raise UnreadableImageError(f"{name} is {image.format}, which holds no pixels: save it as PNG or JPEG.")
    if image.format == "TIFF" and Path(name).suffix.lower() in RAW_EXTENSIONS:
        raise UnreadableImageError(_raw(name))  # the first picture inside is a thumbnail
    check_pixels(image, name)
    return image


def decode_image(image: Image.Image, name: str) -> Image.Image:
    """Decode an identified image wholly: upright, RGB.

    Raises:
        UnreadableImageError: truncated, or damaged in another way.
    """
    try:
        with named_tiff_messages(name) if decoded_by_libtiff(image) else nullcontext():
            image.load()
        return to_upright_rgb(image)
    except Image.DecompressionBombError as error:  # of a picture inside, as an ICNS has
        raise UnreadableImageError(_bomb(name, str(error))) from None
    except Exception as error:  # as above: decoders raise OSError, SyntaxError, struct.error, ...
        reason = _reason(error)
        if "truncated" in reason.lower():
            raise UnreadableImageError(f"{name} is truncated: get a complete copy.") from None
        if "broken" in reason:  # Pillow's word for damage of any kind
            raise UnreadableImageError(f"{name} is damaged or cut short: get another copy.") from None
        raise UnreadableImageError(f"{name} cannot be decoded: {reason}.") from None


def describe_source(source: object) -> str:
    """How error messages call an image: its path where it has one."""
    if isinstance(source, str | Path):
        return str(source)
    name = getattr(source, "filename", None) or getattr(source, "name", None)
    return str(name) if isinstance(name, str | Path) and str(name) else "the image"


def check_pixels(image: Image.Image, name: str) -> None:
    """Raise UnreadableImageError for an image that has more than `MAX_PIXELS` (nothing is decoded)."""
    if image.width * image.height > MAX_PIXELS:
        megapixels, allowed = image.width * image.height / 1e6, MAX_PIXELS / 1e6
        raise UnreadableImageError(
            f"{name} is too large ({image.width} x {image.height}, {megapixels:.0f} megapixels; at most "
            f"{allowed:.0f} are opened): scale it down first."
        )


def _opened_by_plugin(stream: BinaryIO, name: str) -> Image.Image:
    """Open HEIC and JPEG XL by the packages that can, where they are installed; raise the sentence of all else."""
    stream.seek(0)
    head = stream.read(16)
    format = _format_without_pillow(head)
    if format is None:
        raise UnreadableImageError(_unidentified(stream, name)) from None
    module, register = PLUGINS[format]
    try:
        plugin = importlib.import_module(module)
        if register:
            getattr(plugin, register)()
        stream.seek(0)
        return Image.open(stream)
    except Exception:  # not installed, or as damaged as any other
        raise UnreadableImageError(
            f"{name} is {format}, a format not read here: convert it to JPEG or PNG, or install realfake-hf[formats]."
        ) from None


def _format_without_pillow(head: bytes) -> str | None:
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"):
        return "HEIC"
    return "JPEG XL" if head.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL ")) else None


def _unidentified(stream: BinaryIO, name: str) -> str:
    if stream.seek(0, io.SEEK_END) == 0:
        return f"{name} is empty (0 bytes): get a fresh copy of it."
    suffix = Path(name).suffix.lower()
    if suffix in (".heic", ".heif"):
        return f"{name} is no HEIC that can be read: convert it to JPEG or PNG."
    if suffix in RAW_EXTENSIONS:
        return _raw(name)
    stream.seek(0)
    if begins_like_an_image(stream.read(64)):
        return f"{name} begins like an image but cannot be read as one: it is damaged, or of a rare kind."
    return f"{name} is not an image in a format that can be read here, whatever its name says."


def _raw(name: str) -> str:
    return f"{name} is a camera's raw file: develop it to JPEG or PNG first."


def _bomb(name: str, message: str) -> str:
    pixels = re.search(r"\d+", message)
    megapixels = f"{int(pixels[0]) / 1e6:.0f} megapixels; " if pixels else ""
    return f"{name} is too large ({megapixels}at most {MAX_PIXELS / 1e6:.0f} are opened): scale it down first."


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (text or type(error).__name__).splitlines()[0].rstrip(".")
