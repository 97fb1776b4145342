"""Find image files and open them: every mode, upright, RGB, with one clear sentence where that fails."""

from __future__ import annotations

import glob
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from realfake_hf.errors import UnreadableImageError

IMAGE_EXTENSIONS = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".avif", ".bmp", ".gif", ".tif", ".tiff"}
    | {".jp2", ".ppm", ".pgm", ".pbm", ".pnm", ".heic", ".heif"}
)
"""Suffixes that count as images in folders. HEIC is among them so that it is named, not overlooked."""

MAX_PIXELS = 200_000_000
"""Larger images are refused before they are decoded (a decompression bomb, or nothing a CNN needs)."""

# Pillow would warn at 89 and refuse at 179 megapixels; phones reach 200. We check the size ourselves.
if Image.MAX_IMAGE_PIXELS is not None:
    Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS, MAX_PIXELS)

ImageSource: TypeAlias = "Path | str | bytes | BinaryIO | Image.Image | np.ndarray"


def find_images(paths: Iterable[str | Path] | str | Path) -> list[Path]:
    """Expand files, folders (recursive, sorted) and globs into image files, each once, in the order given.

    Hidden files and folders are skipped inside folders. A file that is named outright is kept whatever
    its suffix, and so is a path that does not exist: `open_image` then names it in its error.
    """
    if isinstance(paths, str | Path):
        paths = [paths]
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(given).expanduser()
        matches = [path]
        if not path.exists() and glob.has_magic(str(path)):
            matches = _expand_glob(str(path)) or [path]
        for match in matches:
            if match.is_dir():
                found.update(dict.fromkeys(Path(name) for name in walk_images(match)))
            elif len(matches) == 1 or is_image_name(match.name):
                found[match] = None
    return list(found)


def _expand_glob(pattern: str) -> list[Path]:
    return sorted(Path(match) for match in glob.glob(pattern, recursive=True))  # noqa: PTH207 (absolute ones)


def walk_images(folder: str | Path) -> Iterator[str]:
    """Yield the image files below a folder, sorted, following links once, skipping hidden names.

    Strings, not `Path`s: over a hundred thousand files the difference is seconds.
    """
    seen: set[tuple[int, int]] = set()
    for root, folders, files in os.walk(folder, followlinks=True):
        status = Path(root).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if is_image_name(name):
                yield os.path.join(root, name)  # noqa: PTH118


def is_image_name(name: str) -> bool:
    """Whether a file name is a visible one with an image's suffix."""
    return name[0] != "." and os.path.splitext(name)[1].lower() in IMAGE_EXTENSIONS  # noqa: PTH122


def open_image(source: ImageSource) -> Image.Image:
    """Open and wholly decode one image: EXIF-upright, mode RGB, transparency composited on white.

    Args:
        source: a path, the bytes of a file, a binary file object, a PIL image, or an array
            (H, W), (H, W, 1), (H, W, 3) or (H, W, 4): uint8, bool, uint16, or float in [0, 1].

    Raises:
        UnreadableImageError: missing, empty, not an image, truncated, or above `MAX_PIXELS`.
    """
    name = describe_source(source)
    if isinstance(source, np.ndarray):
        return to_rgb(_image_of_array(source))
    if isinstance(source, Image.Image):
        check_pixels(source, name)
        return decode_image(source, name)
    if isinstance(source, bytes | bytearray | memoryview):
        if len(source) == 0:
            raise UnreadableImageError(f"{name} is empty (0 bytes): get a fresh copy of it.")
        return decode_image(identify_image(io.BytesIO(source), name), name)
    if isinstance(source, str | Path):
        try:
            with Path(source).open("rb") as stream:
                return decode_image(identify_image(stream, name), name)
        except OSError as error:  # UnreadableImageError is no OSError and passes through
            raise UnreadableImageError(file_error(Path(source), error)) from None
    return decode_image(identify_image(source, name), name)


def identify_image(stream: BinaryIO, name: str) -> Image.Image:
    """Read an image's header alone; `name` is what error messages call it.

    Raises:
        UnreadableImageError: empty, not an image, or above `MAX_PIXELS`.
    """
    try:
        image = Image.open(stream)
    except UnidentifiedImageError:
        raise UnreadableImageError(_unidentified(stream, name)) from None
    except Exception as error:  # a plugin that meets damaged bytes may raise anything
        raise UnreadableImageError(f"{name} cannot be opened as an image: {_reason(error)}.") from None
    check_pixels(image, name)
    return image


def decode_image(image: Image.Image, name: str) -> Image.Image:
    """Decode an identified image wholly: upright, RGB.

    Raises:
        UnreadableImageError: truncated, or damaged in another way.
    """
    try:
        image.load()
        return to_rgb(upright(image))
    except Exception as error:  # as above: decoders raise OSError, SyntaxError, struct.error, ...
        reason = _reason(error)
        if "truncated" in reason or "broken" in reason:
            raise UnreadableImageError(f"{name} is truncated ({reason}): get a complete copy.") from None
        raise UnreadableImageError(f"{name} cannot be decoded: {reason}.") from None


def describe_source(source: object) -> str:
    """How error messages call an image: its path where it has one."""
    if isinstance(source, str | Path):
        return str(source)
    name = getattr(source, "filename", None) or getattr(source, "name", None)
    return str(name) if isinstance(name, str | Path) and str(name) else "the image"


def check_pixels(image: Image.Image, name: str, limit: int = MAX_PIXELS) -> None:
    """Raise UnreadableImageError for an image that has more pixels than the limit (nothing is decoded)."""
    if image.width * image.height > limit:
        megapixels, allowed = image.width * image.height / 1e6, limit / 1e6
        raise UnreadableImageError(
            f"{name} is too large ({image.width} x {image.height}, {megapixels:.0f} megapixels; at most "
            f"{allowed:.0f} are opened): scale it down first."
        )


def upright(image: Image.Image) -> Image.Image:
    """Turn an image as its EXIF orientation says; damaged EXIF counts as none."""
    try:
        if image.getexif().get(ExifTags.Base.Orientation, 1) == 1:
            return image  # exif_transpose would copy it
        return ImageOps.exif_transpose(image)
    except Exception:  # the EXIF parser meets arbitrary bytes; its damage is not the picture's
        return image


def to_rgb(image: Image.Image) -> Image.Image:
    """Convert any PIL mode to RGB, 16-bit and float modes scaled, transparency composited on white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _eight_bits(np.asarray(image)).convert("RGB")
    if image.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
        assert converted is not None
        return converted
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        background = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(background, rgba).convert("RGB")
    return image.convert("RGB")


def _unidentified(stream: BinaryIO, name: str) -> str:
    stream.seek(0, io.SEEK_END)
    if stream.tell() == 0:
        return f"{name} is empty (0 bytes): get a fresh copy of it."
    if Path(name).suffix.lower() in (".heic", ".heif"):
        return f"{name} is HEIC, which Pillow cannot read: convert it to JPEG or PNG."
    return f"{name} is not an image in a format that Pillow knows, whatever its name says."


def file_error(path: Path, error: OSError) -> str:
    """One sentence for a file that the system does not give."""
    if isinstance(error, FileNotFoundError):
        return f"{path} does not exist: check the path."
    if isinstance(error, IsADirectoryError):
        return f"{path} is a folder, not an image."
    return f"{path} cannot be read: {_reason(error)}."


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (text or type(error).__name__).splitlines()[0].rstrip(".")


def _image_of_array(array: np.ndarray) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.size == 0 or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))):
        raise UnreadableImageError(
            f"An array of shape {array.shape} is not an image: give (H, W), (H, W, 3) or (H, W, 4)."
        )
    if array.dtype == np.uint8:
        return Image.fromarray(array)
    if array.dtype == np.bool_:
        return Image.fromarray(array.astype(np.uint8) * np.uint8(255))
    if array.dtype == np.uint16:
        return _eight_bits(array)
    if np.issubdtype(array.dtype, np.floating) and array.min() >= 0 and array.max() <= 1:
        return Image.fromarray((array * 255).round().astype(np.uint8))
    raise UnreadableImageError(
        f"An array of {array.dtype} is not an image: give uint8, bool, uint16, or float in [0, 1]."
    )


def _eight_bits(values: np.ndarray) -> Image.Image:
    """Scale 16-bit, 32-bit or float samples to 8 bits by the range that their type or maximum implies."""
    samples = np.nan_to_num(values.astype(np.float64))
    highest = float(samples.max())
    if values.dtype.itemsize == 2 or 255 < highest <= 65535:
        samples = samples / 257.0
    elif highest > 65535:
        samples = samples * (255.0 / highest)
    elif np.issubdtype(values.dtype, np.floating) and highest <= 1.0:
        samples = samples * 255.0
    return Image.fromarray(np.clip(samples.round(), 0, 255).astype(np.uint8))
