"""The few properties of an XMP packet that tell where an image comes from."""

from __future__ import annotations

from contextlib import suppress
from xml.parsers import expat

MAX_BYTES = 1_000_000
"""Only so much of a packet is parsed; ordinary ones have 3 to 50 kB."""
MAX_VALUE = 100_000
"""Characters kept of one property."""

_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
_XMP = "http://ns.adobe.com/xap/1.0/"
_EXIF = "http://ns.adobe.com/exif/1.0/"
_TIFF = "http://ns.adobe.com/tiff/1.0/"
_DC = "http://purl.org/dc/elements/1.1/"
_DCTERMS = "http://purl.org/dc/terms/"
_RESOURCE = "http://www.w3.org/1999/02/22-rdf-syntax-ns# resource"
_TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"

PROPERTIES = {
    # IPTC Photo Metadata Standard 2025.1, "Digital Source Type" and the AI properties
    # (iptc.org/std/photometadata/specification/IPTC-PhotoMetadata); before 2021 the type was DigitalSourcefileType.
    f"{_IPTC} DigitalSourceType": "DigitalSourceType",
    f"{_IPTC} DigitalSourcefileType": "DigitalSourceType",
    f"{_IPTC} AISystemUsed": "AISystemUsed",
    f"{_IPTC} AISystemVersionUsed": "AISystemVersionUsed",
    f"{_IPTC} AIPromptInformation": "AIPromptInformation",
    f"{_PHOTOSHOP} Credit": "Credit",
    f"{_XMP} CreatorTool": "CreatorTool",
    f"{_EXIF} UserComment": "UserComment",
    f"{_TIFF} Make": "Make",
    f"{_TIFF} Model": "Model",
    f"{_DC} description": "description",
    # C2PA specification, "Embedding a reference to an external manifest".
    f"{_DCTERMS} provenance": "provenance",
    # GB 45438-2025, the Chinese label of AI-generated content.
    f"{_TC260} AIGC": "AIGC",
}
"""XMP names, as namespace and local name, that are read, and how they are called here."""


def read_xmp(packet: bytes) -> dict[str, str]:
    """The properties of `PROPERTIES` that a packet holds, as attributes or as elements.

    Nothing is expanded and nothing fetched: a packet with a document type is refused (XMP has none, entity bombs
    need one). Of a damaged packet the part before the damage counts.

    Args:
        packet: the XML, UTF-8 or UTF-16.

    Returns:
        Texts by name; the first one where a property has several.
    """
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    with suppress(expat.ExpatError, _RefusedError, ValueError, LookupError):
        parser.Parse(packet[:MAX_BYTES].strip(b"\0 \r\n\t"), True)
    return reader.found


class _RefusedError(Exception):
    """A packet with a document type."""


def _refuse(*_: object) -> None:
    raise _RefusedError


class _Reader:
    """Collects wanted attributes, and the text of wanted elements whatever lists are inside."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._depth = 0
        self._inside: tuple[str, int] | None = None
        self._parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        for attribute, value in attributes.items():
            self._keep(PROPERTIES.get(attribute), value)
            if self._inside and attribute == _RESOURCE:
                self._parts.append(value)
        if self._inside is None and name in PROPERTIES:
            self._inside = (PROPERTIES[name], self._depth)
            self._parts = [value for attribute, value in attributes.items() if attribute == _RESOURCE]

    def end(self, _: str) -> None:
        if self._inside and self._inside[1] == self._depth:
            self._keep(self._inside[0], "".join(self._parts))
            self._inside = None
        self._depth -= 1

    def text(self, characters: str) -> None:
        if self._inside:
            self._parts.append(characters)

    def _keep(self, name: str | None, value: str) -> None:
        value = value.strip()
        if name and value:
            self.found.setdefault(name, value[:MAX_VALUE])
