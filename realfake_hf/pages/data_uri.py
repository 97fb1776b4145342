"""Images as data URIs, so that a page is one file."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image

KINDS = {".png": "image/png", ".jpg": "image/jpeg", ".svg": "image/svg+xml"}


def data_uri(content: bytes, suffix: str) -> str:
    """A file's bytes as a data URI, by the suffix of its format (`.png`, `.jpg`, `.svg`)."""
    return f"data:{KINDS[suffix]};base64,{base64.b64encode(content).decode('ascii')}"


def file_uri(path: Path) -> str:
    """A PNG, JPEG or SVG file as a data URI."""
    return data_uri(path.read_bytes(), path.suffix)


def jpeg_uri(image: Image.Image, *, quality: int, subsampling: str = "4:2:0") -> str:
    """An image as a JPEG in a data URI; nothing but its pixels goes in.

    Args:
        image: of any mode.
        quality: 1 to 95.
        subsampling: `4:4:4` keeps coloured lines and letters sharp.
    """
    buffer = io.BytesIO()
    plain = image.convert("RGB")
    plain.info = {}  # Pillow would carry the comment of the original over
    plain.save(buffer, "JPEG", quality=quality, subsampling=subsampling)
    return data_uri(buffer.getvalue(), ".jpg")
