"""Find image files and open them: every mode, upright, RGB, with one clear sentence where that fails."""

from __future__ import annotations

import glob
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np
from PIL import Image, UnidentifiedImageError

from realfake_hf.errors import UnreadableImageError
from realfake_hf.models.upright_rgb import to_upright_rgb

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
        try:
            return to_upright_rgb(source)
        except ValueError as error:
            raise UnreadableImageError(str(error)) from None
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
        return to_upright_rgb(image)
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
