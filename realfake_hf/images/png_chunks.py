"""PNG files whose metadata keep Pillow from their picture: repaired, and what can be read of the metadata kept."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
MAX_TEXT = 200_000
"""Bytes kept of one text that is longer than `LONG_TEXT`: prompts and the first nodes of a workflow stand first."""
LONG_TEXT = 900_000
"""Pillow refuses a whole PNG for a compressed text of more than 1 MiB (`PngImagePlugin.MAX_TEXT_CHUNK`)."""
MAX_TEXTS = 32_000_000
"""Bytes kept of all texts together; Pillow refuses a PNG above 64 MiB (`MAX_TEXT_MEMORY`)."""
MAX_CHUNK = 64_000_000
"""Metadata in longer chunks are dropped unread."""
MAX_PROFILE = 1_000_000


class _Chunk(NamedTuple):
    kind: bytes
    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + 12 + self.length


def repaired(stream: BinaryIO) -> BinaryIO:
    """The stream itself, or a copy of a PNG that Pillow can open where its metadata are damaged or too large.

    As libpng does (`png_set_crc_action`, its default), an auxiliary chunk with a wrong checksum is left out, and the
    picture is shown all the same. Long texts are cut, so that their beginning can still be read.
    """
    stream.seek(0)
    if stream.read(8) != SIGNATURE:
        stream.seek(0)
        return stream
    replaced: list[tuple[_Chunk, bytes]] = []
    budget = MAX_TEXTS
    for chunk in _chunks(stream):
        if not chunk.kind[:1].islower() or chunk.kind in (b"fdAT", b"fcTL", b"acTL"):
            continue
        now = _without_fault(stream, chunk)
        if chunk.kind in TEXTS:
            budget -= chunk.length if now is None else len(now)
            now = b"" if budget < 0 else now
        if now is not None:
            replaced.append((chunk, now))
    stream.seek(0)
    return _copy(stream, replaced) if replaced else stream


def _chunks(stream: BinaryIO) -> Iterator[_Chunk]:
    """The chunks, as far as they are whole, up to IEND."""
    end = stream.seek(0, io.SEEK_END)
    position = len(SIGNATURE)
    while position + 12 <= end:
        stream.seek(position)
        length, kind = struct.unpack(">I4s", stream.read(8))
        chunk = _Chunk(kind, position, length)
        if chunk.end > end or kind == b"IEND" or not kind.isalpha():
            return
        yield chunk
        position = chunk.end


def _without_fault(stream: BinaryIO, chunk: _Chunk) -> bytes | None:
    """What to put in an auxiliary chunk's place: None keeps it, nothing drops it."""
    if chunk.length > MAX_CHUNK:
        return b""
    stream.seek(chunk.start + 8)
    body, checksum = stream.read(chunk.length), stream.read(4)
    if zlib.crc32(chunk.kind + body) != int.from_bytes(checksum, "big"):
        return b""
    if chunk.kind == b"tEXt" and len(body) > LONG_TEXT:
        return _whole_chunk(b"tEXt", body[:MAX_TEXT])
    if chunk.kind == b"zTXt":
        return _shorter_text(*_parted(body))
    if chunk.kind == b"iTXt":
        return _shorter_international(body)
    if chunk.kind == b"iCCP":
        _, packed = _parted(body)
        text = _unpacked(packed, MAX_PROFILE)
        return b"" if text is None or len(text) > MAX_PROFILE else None
    return None


def _parted(body: bytes) -> tuple[bytes, bytes]:
    keyword, _, rest = body.partition(b"\0")
    return keyword, rest


def _shorter_text(keyword: bytes, packed: bytes) -> bytes | None:
    text = _unpacked(packed, LONG_TEXT)
    if text is None:
        return b""
    return None if len(text) <= LONG_TEXT else _whole_chunk(b"tEXt", keyword + b"\0" + text[:MAX_TEXT])


def _shorter_international(body: bytes) -> bytes | None:
    keyword, rest = _parted(body)
    flag, method = rest[:1], rest[1:2]
    language, _, rest = rest[2:].partition(b"\0")
    translated, _, value = rest.partition(b"\0")
    head = keyword + b"\0\0\0" + language + b"\0" + translated + b"\0"
    if flag == b"\1":
        text = _unpacked(method + value, LONG_TEXT)
        if text is None:
            return b""
        return None if len(text) <= LONG_TEXT else _whole_chunk(b"iTXt", head + text[:MAX_TEXT])
    return None if len(value) <= LONG_TEXT else _whole_chunk(b"iTXt", head + value[:MAX_TEXT])


def _unpacked(packed: bytes, limit: int) -> bytes | None:
    """At most `limit` + 1 bytes of a compression method's byte and a deflated text; None where nothing can be read."""
    if packed[:1] != b"\0":
        return None
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed[1:], limit + 1)
    except zlib.error:
        return None
    return text


def _whole_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _copy(stream: BinaryIO, replaced: list[tuple[_Chunk, bytes]]) -> BinaryIO:
    copy, position = io.BytesIO(), 0
    for chunk, now in replaced:
        stream.seek(position)
        copy.write(stream.read(chunk.start - position))
        copy.write(now)
        position = chunk.end
    stream.seek(position)
    copy.write(stream.read())
    copy.seek(0)
    return copy
