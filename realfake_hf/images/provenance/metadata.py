"""The texts that an image file carries beside its pixels, gathered without judging them."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import ExifTags, Image, IptcImagePlugin

from realfake_hf.images.provenance.xmp import read_xmp

MAX_TEXT = 2_000_000
"""Characters kept of one text: more than any generator writes."""

_BASE_TAGS = ("Make", "Model", "Software", "ImageDescription", "Artist", "DateTime")
_EXIF_TAGS = ("DateTimeOriginal", "UserComment", "MakerNote")
_IIM_CREDIT = (2, 110)
_AROUND = "\0 \n\ufeff"
"""What may stand around a text: padding, and the mark of a byte order."""


@dataclass(frozen=True)
class Metadata:
    """Texts by where they stand; empty where a file has none.

    Attributes:
        format: as Pillow names it; None for an image made in memory.
        texts: text chunks and comments by keyword, lower case (`parameters`, `prompt`, `software`, ...).
        exif: by tag name (`Make`, `UserComment`, ...).
        xmp: by the names of `realfake_hf.images.provenance.xmp.PROPERTIES`.
        credit: IPTC-IIM 2:110.
    """

    format: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    exif: Mapping[str, str] = field(default_factory=dict)
    xmp: Mapping[str, str] = field(default_factory=dict)
    credit: str | None = None

    @classmethod
    def of(cls, image: Image.Image) -> Metadata:
        """Gather an image's metadata; a part that cannot be read counts as absent. Nothing is decoded."""
        return cls(
            format=image.format,
            texts=dict(_texts(image)),
            exif=_tolerant(_exif, image) or {},
            xmp=_tolerant(_xmp, image) or {},
            credit=_tolerant(_credit, image),
        )


def _tolerant(read: Any, image: Image.Image) -> Any:
    try:
        return read(image)
    except Exception:  # parsers that meet arbitrary bytes may raise anything; damaged metadata costs no verdict
        return None


def _texts(image: Image.Image) -> Iterator[tuple[str, str]]:
    for key, value in image.info.items():
        if not isinstance(key, str) or key in ("exif", "xmp", "XML:com.adobe.xmp", "icc_profile"):
            continue
        if isinstance(value, bytes) and key == "comment":
            value = value.decode("utf-8", "replace")
        if isinstance(value, str):
            yield key.lower(), value[:MAX_TEXT]


def _exif(image: Image.Image) -> dict[str, str]:
    exif = image.getexif()
    found = {}
    for names, tags in ((_BASE_TAGS, exif), (_EXIF_TAGS, exif.get_ifd(ExifTags.IFD.Exif))):
        for name in names:
            tag = ExifTags.Base[name]
            text = _exif_text(tags.get(tag, exif.get(tag)))  # some writers put all tags into the first directory
            if text:
                found[name] = text
    return found


def _exif_text(value: Any) -> str:
    if isinstance(value, str):
        return value[:MAX_TEXT].strip(_AROUND)
    if isinstance(value, bytes):
        return _comment_text(value[:MAX_TEXT]).strip(_AROUND)
    return ""


def _comment_text(value: bytes) -> str:
    """An EXIF UserComment (Exif 2.3, 4.6.5): eight bytes name the character code; writers disagree on what it means."""
    code, body = value[:8].upper(), value[8:]
    if code == b"UNICODE\0":
        return body.decode(_unicode_encoding(body), "replace")
    if code in (b"ASCII\0\0\0", b"JIS\0\0\0\0\0", bytes(8)):
        return body.decode("utf-8", "replace")
    return value.decode("utf-8", "replace")


def _unicode_encoding(body: bytes) -> str:
    """UTF-16 in the order of its mark or of its zero bytes, or UTF-8, which the standard does not mean."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(mark):
            return encoding
    if 0 not in body.rstrip(b"\0"):
        try:
            body.rstrip(b"\0").decode("utf-8")
        except UnicodeDecodeError:  # UTF-16 without a single Latin letter
            return "utf-16-be"
        return "utf-8"
    # Mostly ASCII: the zero bytes stand first in big-endian and second in little-endian text.
    return "utf-16-le" if body[1::2].count(0) > body[0::2].count(0) else "utf-16-be"


def _xmp(image: Image.Image) -> dict[str, str]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if packet is None and image.format in ("TIFF", "MPO"):
        packet = image.getexif().get(700)
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    return read_xmp(packet) if isinstance(packet, bytes) else {}


def _credit(image: Image.Image) -> str | None:
    if "photoshop" not in image.info:
        return None
    value: Any = (IptcImagePlugin.getiptcinfo(image) or {}).get(_IIM_CREDIT)  # type: ignore[arg-type]
    value = value[0] if isinstance(value, list) and value else value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else None
