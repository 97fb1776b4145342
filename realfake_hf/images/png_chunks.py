"""PNG files whose metadata keep Pillow from their picture."""

from __future__ import annotations

import io
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
METADATA = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"tIME"})
"""Chunks that do not make the picture (PNG specification, 11.3), in which Pillow trips over damage."""


def without_metadata(stream: BinaryIO) -> BinaryIO | None:
    """A copy of a PNG without its metadata; None where the file is no PNG or has none, so that nothing is gained.

    Pillow gives up a whole PNG for one text with a wrong checksum, or one that unpacks to more than a megabyte.
    """
    stream.seek(0)
    if stream.read(8) != SIGNATURE:
        return None
    copy, removed = io.BytesIO(), False
    copy.write(SIGNATURE)
    while len(header := stream.read(8)) == 8:
        length = int.from_bytes(header[:4], "big") + 4  # with the checksum
        if header[4:] in METADATA:
            stream.seek(length, io.SEEK_CUR)
            removed = True
        else:
            copy.write(header + stream.read(length))
    copy.seek(0)
    return copy if removed else None
