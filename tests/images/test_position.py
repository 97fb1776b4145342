"""Files that say where their picture was taken."""

from __future__ import annotations

import io

import pytest
from PIL import ExifTags, Image

from realfake_hf.images.position import tells_position

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="52,31.2N"/></x:xmpmeta>'


def stored(kind: str, *, gps: bool, **options: object) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "a camera"
    if gps:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (52.0, 31.0, 12.0)})
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, kind, exif=exif.tobytes(), **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_position_in_exif_is_found(kind: str) -> None:
    assert tells_position(stored(kind, gps=True))
    assert not tells_position(stored(kind, gps=False))


def test_a_position_in_xmp_is_found() -> None:
    assert tells_position(stored("JPEG", gps=False, xmp=XMP))


@pytest.mark.parametrize("content", [b"", b"no image", b"\xff\xd8\xff\xe1\xff\xffExif\0\0MM\0*"])
def test_what_cannot_be_read_tells_none(content: bytes) -> None:
    assert not tells_position(content)
