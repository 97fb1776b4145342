"""The IPTC digital source type: what a publisher says an image is."""

from __future__ import annotations

import msgspec

from realfake_hf.images.provenance.generator_claim import Kind
from realfake_hf.images.provenance.text import clean

MEANINGS = {
    "digitalCapture": "a digital photograph",
    "computationalCapture": "a digital photograph computed from several frames",
    "negativeFilm": "a photograph on negative film",
    "positiveFilm": "a photograph on positive film",
    "print": "a digitised print",
    "humanEdits": "edited by a human",
    "minorHumanEdits": "edited slightly by a human",
    "compositeCapture": "a composite of photographs",
    "algorithmicallyEnhanced": "enhanced by an algorithm",
    "softwareImage": "made by software",
    "digitalArt": "digital art by a human",
    "digitalCreation": "a digital work by a human",
    "dataDrivenMedia": "drawn from data",
    "trainedAlgorithmicMedia": "made by a generative model",
    "compositeWithTrainedAlgorithmicMedia": "edited with a generative model",
    "algorithmicMedia": "made by an algorithm that was not trained",
    "screenCapture": "a screenshot",
    "virtualRecording": "a recording of a virtual event",
    "composite": "a composite",
    "compositeSynthetic": "a composite with synthetic parts",
}
"""The vocabulary with its meanings in short, retired terms included (cv.iptc.org/newscodes/digitalsourcetype)."""

_KINDS: dict[str, Kind] = {"trainedAlgorithmicMedia": "made", "compositeWithTrainedAlgorithmicMedia": "edited"}
_BY_LOWER_CASE = {code.lower(): code for code in MEANINGS}


class SourceType(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A declared digital source type.

    Attributes:
        code: as IPTC spells it, or as the file does where IPTC knows no such type.
        meaning: in words; None for a type that IPTC does not know.
        where: `XMP` or `C2PA`.
    """

    code: str
    meaning: str | None = None
    where: str

    @classmethod
    def of(cls, value: object, where: str) -> SourceType | None:
        """As `source_code` reads it; None where there is none."""
        code = source_code(value)
        return cls(code=code, meaning=MEANINGS.get(code), where=where) if code else None

    @property
    def kind(self) -> Kind | None:
        """`made` or `edited` where it says that a generative model did so, else None."""
        return kind_of(self.code)


def source_code(value: object) -> str | None:
    """The code in a full URI, a QCode (`digsrctype:...`) or a bare name; None where there is none."""
    text = clean(value, 200) if isinstance(value, str) else ""
    code = text.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    return _BY_LOWER_CASE.get(code.lower(), code) or None


def kind_of(code: str | None) -> Kind | None:
    """`made` or `edited` where a code says that a generative model did so, else None."""
    return _KINDS.get(code or "")
