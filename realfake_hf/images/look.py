"""Look at one image of many: its file read once, its pixels decoded once, and a sentence for whatever is wrong."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Generic, TypeVar

from PIL import Image

from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.hashing import perceptual_hash, sha256
from realfake_hf.images.image_files import decode_image, identify_image
from realfake_hf.images.jpeg_quality import chroma_subsampling, jpeg_quality
from realfake_hf.images.regular_file import read_regular

Result = TypeVar("Result")


@dataclass(slots=True)
class FileFacts:
    """What a file is, as far as it could be read.

    Attributes:
        bytes: its size.
        sha256: 64 hexadecimal digits.
        width, height: pixels, upright once it is decoded.
        mode, format: as Pillow names them.
        jpeg_quality: 1 to 100, estimated from the quantisation tables; None where it is no JPEG.
        subsampling: `"4:2:0"`, ...; None where it is no JPEG.
        phash: 16 hexadecimal digits; None where it could not be decoded.
    """

    bytes: int = 0
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    mode: str | None = None
    format: str | None = None
    jpeg_quality: int | None = None
    subsampling: str | None = None
    phash: str | None = None

    def copy_to(self, record: object) -> None:
        """Set the attributes of these names."""
        for field in fields(self):
            setattr(record, field.name, getattr(self, field.name))


@dataclass(frozen=True, slots=True)
class Look(Generic[Result]):
    """What a look at an image gave: its facts, and either what was made of it or why there is nothing."""

    facts: FileFacts
    result: Result | None = None
    error: str | None = None


def look_at(
    name: str,
    file: str | None,
    content: bytes | None,
    use: Callable[[Image.Image, Image.Image], Result],
    *,
    refuse: Callable[[Image.Image], None] = lambda header: None,
) -> Look[Result]:
    """Read and decode an image once; no image ends a run over a hundred thousand.

    Args:
        name: what errors call it.
        file: where to read it.
        content: the file's bytes, in place of `file`.
        use: what is made of it: the header as `identify_image` gives it, and the image, decoded, upright, RGB.
        refuse: raises UnreadableImageError for a header whose pixels are not wanted.
    """
    facts = FileFacts()
    try:
        if content is None:
            if file is None:
                raise UnreadableImageError(f"{name} has neither bytes nor a path: the data set is damaged.")
            content = read_regular(file, name)
        facts.bytes, facts.sha256 = len(content), sha256(content)
        header = identify_image(io.BytesIO(content), name)
        facts.width, facts.height = header.size
        facts.mode, facts.format = header.mode, header.format
        facts.jpeg_quality, facts.subsampling = jpeg_quality(header), chroma_subsampling(header)
        refuse(header)
        image = decode_image(header, name)
        facts.width, facts.height = image.size
        facts.phash = perceptual_hash(image)
        return Look(facts, use(header, image))
    except UnreadableImageError as error:
        return Look(facts, error=str(error))
    except Exception as error:  # decoders and plugins raise anything
        return Look(facts, error=f"{name} cannot be used: {type(error).__name__} {error}".rstrip())


def crash(name: str) -> str:
    """The sentence for an image whose decoder took its process down."""
    return f"{name} ends the process that decodes it (damaged, or too large for the memory)."
