"""The image of a data set's row as `datasets` stores it: bytes, or the path of a file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TypedDict

from PIL import Image

from realfake_hf.images.image_files import open_image


class StoredImage(TypedDict):
    """What `datasets.Image(decode=False)` gives: the file's bytes, else its path; with bytes the path is a name."""

    bytes: bytes | None
    path: str | None


def open_stored(stored: StoredImage, *, name: str = "the image") -> Image.Image:
    """Open a stored image, upright, RGB.

    Args:
        stored: of a row.
        name: what errors call an image that has no path.

    Raises:
        UnreadableImageError: as `open_image`.
    """
    content, path = stored["bytes"], stored["path"] or name
    if content is None:
        return open_image(Path(path))
    stream = io.BytesIO(content)
    stream.name = path  # so that an error names it
    return open_image(stream)
