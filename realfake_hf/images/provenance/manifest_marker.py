"""Whether a file carries a C2PA manifest, from its containers' own headers: a few kilobytes are read, at most."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

MANIFEST_STORE = b"jumdc2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"
"""A JUMBF description box of the type that C2PA gives its manifest store (C2PA specification, "Use of JUMBF")."""

MAX_PARTS = 20_000
"""Parts of a container (JPEG segments, PNG chunks, ...) that are looked at."""
HEAD = 256
"""Bytes of a part in which the description box has to begin."""
SEARCHED = 1 << 16
"""Bytes searched of formats whose parts are not known here (GIF has its manifest right behind the palette)."""


def has_manifest(stream: BinaryIO) -> bool:
    """Look for a C2PA manifest store in JPEG APP11, PNG `caBX`, WebP `C2PA`, AVIF and HEIF `uuid`, GIF and TIFF.

    The stream's position is put back; a damaged file has none.
    """
    position = stream.tell()
    try:
        stream.seek(0)
        head = stream.read(SEARCHED)
        if MANIFEST_STORE in head:
            return True
        if head[:4] in (b"II*\0", b"MM\0*"):
            return _in_tail(stream)
        return any(MANIFEST_STORE in _read(stream, offset, HEAD) for offset in _parts(head, stream))
    except (OSError, ValueError, OverflowError):
        return False
    finally:
        stream.seek(position)


def _in_tail(stream: BinaryIO) -> bool:
    """TIFF keeps the manifest where the writer pleases: c2pa-rs appends it, with its directory."""
    size = stream.seek(0, io.SEEK_END)
    return MANIFEST_STORE in _read(stream, max(0, size - 16 * SEARCHED), 16 * SEARCHED)


def _parts(head: bytes, stream: BinaryIO) -> Iterator[int]:
    """Offsets of the parts that may hold a manifest."""
    for begins, start, header_size, wanted, length in _CONTAINERS:
        if begins(head):
            yield from _walk(stream, start, header_size, wanted, length)
            return


def _walk(
    stream: BinaryIO, offset: int, header_size: int, wanted: Callable[[bytes], bool], length: Callable[[bytes], int]
) -> Iterator[int]:
    for _ in range(MAX_PARTS):
        header = _read(stream, offset, header_size)
        if len(header) < header_size:
            return
        if wanted(header):
            yield offset
        if (step := length(header)) <= 0:
            return
        offset += step


def _segment_length(header: bytes) -> int:
    if header[0] != 0xFF or header[1] == 0xDA:  # the image's data begin
        return 0
    return 1 if header[1] == 0xFF else 2 + max(2, int.from_bytes(header[2:], "big"))


def _chunk_length(header: bytes) -> int:
    length = int.from_bytes(header[4:], "little")
    return 8 + length + length % 2


def _box_length(header: bytes) -> int:
    length = int.from_bytes(header[8:16] if header[:4] == b"\0\0\0\1" else header[:4], "big")
    return length if length >= 8 else 0  # 0: the last box, to the end of the file


_CONTAINERS: tuple[tuple[Callable[[bytes], bool], int, int, Callable[[bytes], bool], Callable[[bytes], int]], ...] = (
    (lambda head: head[:2] == b"\xff\xd8", 2, 4, lambda header: header[1] == 0xEB, _segment_length),
    (
        lambda head: head[:8] == b"\x89PNG\r\n\x1a\n",
        8,
        8,
        lambda header: header[4:] == b"caBX",
        lambda header: 12 + int.from_bytes(header[:4], "big"),
    ),
    (lambda head: head[:4] == b"RIFF", 12, 8, lambda header: header[:4] == b"C2PA", _chunk_length),
    (lambda head: head[4:8] == b"ftyp", 0, 16, lambda header: header[4:8] == b"uuid", _box_length),
)
"""By format (JPEG, PNG, WebP, AVIF and HEIF): its first bytes, where its parts begin, how long their headers are,
which may hold a manifest, and how long a part is, header included."""


def _read(stream: BinaryIO, offset: int, size: int) -> bytes:
    stream.seek(offset)
    return stream.read(size)
