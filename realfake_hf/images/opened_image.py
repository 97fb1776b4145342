"""One image, opened and decoded once, with what its file tells about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from realfake_hf.images.image_files import (
    ImageSource,
    decode_image,
    describe_source,
    file_of,
    identify_image,
    open_image,
)
from realfake_hf.images.jpeg_quality import jpeg_quality
from realfake_hf.images.provenance import Provenance, read_provenance


@dataclass(frozen=True, eq=False)
class OpenedImage:
    """An image and the facts of its file.

    Attributes:
        image: upright, RGB.
        format: as Pillow names it; None for arrays and images made in memory.
        jpeg_quality: 1..100, estimated from the quantisation tables; None where it is no JPEG.
        provenance: what the file declares about its origin; None where it declares nothing.
    """

    image: Image.Image
    format: str | None = None
    jpeg_quality: int | None = None
    provenance: Provenance | None = None


def open_with_facts(source: ImageSource) -> OpenedImage:
    """Read an image from wherever `open_image` can, and its format, JPEG quality and provenance with it.

    Raises:
        UnreadableImageError: as `open_image`.
    """
    name = describe_source(source)
    if isinstance(source, np.ndarray):
        return OpenedImage(open_image(source))
    if isinstance(source, Image.Image):
        format, quality = source.format, jpeg_quality(source)
        return OpenedImage(open_image(source), format, quality, read_provenance(source))
    with file_of(source, name) as stream:
        header = identify_image(stream, name)
        format, quality = header.format, jpeg_quality(header)
        image = decode_image(header, name)
        # A PNG's texts may stand behind its pixels, so provenance comes last.
        return OpenedImage(image, format, quality, read_provenance(header, stream))
