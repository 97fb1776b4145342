"""The photograph's own JPEG, put back on both sides of a pair, and files of one length."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import ExifTags, Image

from realfake_hf.images.jpeg_quality import (
    CHROMINANCE,
    LUMINANCE,
    chroma_subsampling,
    estimate_quality,
    standard_tables,
)

JPEG_FORMATS = ("JPEG", "MPO")
DEFAULT_SUBSAMPLING = "4:2:0"
ENCODABLE = ("4:4:4", "4:2:2", "4:2:0")
"""What libjpeg writes for Pillow; photographs with others (4:4:0, 4:1:1) get `DEFAULT_SUBSAMPLING`."""

TRANSPOSED = {"4:2:2": "4:4:0", "4:4:0": "4:2:2"}
QUALITIES = (75, 96)
"""From which the quality of photographs that were no JPEG is drawn: what cameras, phones and the web use."""

MAX_COMMENT = 65_533
"""Bytes that one comment segment takes."""


@dataclass(frozen=True)
class JpegEncoding:
    """How both sides of a pair are saved.

    Attributes:
        tables: quantisation tables, of luminance first, 64 steps each in natural order.
        subsampling: one of `ENCODABLE`.
        grey: a single channel.
    """

    tables: tuple[tuple[int, ...], ...]
    subsampling: str
    grey: bool

    @property
    def quality(self) -> int | None:
        """The nearest quality on libjpeg's scale, 1 to 100."""
        return estimate_quality(dict(enumerate(self.tables)))

    def encode(self, image: Image.Image) -> bytes:
        """Save an RGB image; nothing but pixels, tables and subsampling decides the bytes."""
        plain = image.convert("L" if self.grey else "RGB")
        plain.info = {}  # Pillow would carry comments and profiles over
        buffer = io.BytesIO()
        plain.save(buffer, "JPEG", qtables=[list(table) for table in self.tables], subsampling=self.subsampling)
        return buffer.getvalue()

    def encode_pair(self, real: Image.Image, fake: Image.Image) -> tuple[bytes, bytes]:
        """Save both sides in files of the same length.

        A decoder's output is smoother than a photograph and takes fewer bytes, so the file size alone would give it
        away. Both files get comment segments that fill them up to one length; the pixels stay what the encoder made
        of them.
        """
        first, second = self.encode(real), self.encode(fake)
        length = max(len(first), len(second)) + 4
        return fill_up(first, length), fill_up(second, length)


def photo_encoding(opened: Image.Image, seed: int) -> JpegEncoding:
    """The encoding of a photograph, from its header.

    Args:
        opened: as `PIL.Image.open` gave it.
        seed: draws the quality where the photograph is no JPEG.
    """
    tables = getattr(opened, "quantization", None)
    layers = getattr(opened, "layer", None)
    if opened.format not in JPEG_FORMATS or not tables or not layers:
        low, high = QUALITIES
        quality = int(np.random.default_rng(seed).integers(low, high + 1))
        standard = (standard_tables(base)[quality - 1] for base in (LUMINANCE, CHROMINANCE))
        return JpegEncoding(tuple(tuple(table.tolist()) for table in standard), DEFAULT_SUBSAMPLING, grey=False)
    # Each component names its table; Cb and Cr mostly share one.
    used = [tuple(tables.get(layer[3], tables[min(tables)])) for layer in layers[:3]]
    if len(layers) != 3 or used[1:2] == used[2:]:
        used = used[:2]
    subsampling = chroma_subsampling(opened) or DEFAULT_SUBSAMPLING
    if orientation_of(opened) >= 5:  # turned by 90 degrees: rows have become columns
        used = [tuple(np.reshape(table, (8, 8)).T.ravel().tolist()) for table in used]
        subsampling = TRANSPOSED.get(subsampling, subsampling)
    grey = subsampling == "grey"
    return JpegEncoding(tuple(used), subsampling if subsampling in ENCODABLE else DEFAULT_SUBSAMPLING, grey)


def orientation_of(opened: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or it cannot be read."""
    try:
        value = opened.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # the EXIF parser meets arbitrary bytes; its damage is not the picture's
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def fill_up(content: bytes, length: int) -> bytes:
    """A JPEG file made exactly `length` bytes long by comment segments behind its first segment.

    Args:
        content: a JPEG file.
        length: equal to, or at least 4 more than, its own.
    """
    missing = length - len(content)
    if missing == 0:
        return content
    if missing < 4:
        raise ValueError(f"A comment takes 4 bytes and more; {missing} are missing.")
    segments = []
    while missing:
        # Never leave a rest that is too short for another segment.
        take = missing if missing <= MAX_COMMENT + 4 else min(MAX_COMMENT + 4, missing - 4)
        segments.append(b"\xff\xfe" + (take - 2).to_bytes(2, "big") + b" " * (take - 4))
        missing -= take
    behind = 4 + int.from_bytes(content[4:6], "big") if content[2:4] == b"\xff\xe0" else 2  # JFIF's must be the first
    return content[:behind] + b"".join(segments) + content[behind:]
