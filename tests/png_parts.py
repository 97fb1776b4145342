"""Parts of PNG files, to build odd ones of."""

from __future__ import annotations

import struct
import zlib


def png_chunk(kind: bytes, body: bytes, checksum: bytes | None = None) -> bytes:
    """A chunk; by default with the checksum that it should have."""
    checksum = struct.pack(">I", zlib.crc32(kind + body)) if checksum is None else checksum
    return struct.pack(">I", len(body)) + kind + body + checksum
