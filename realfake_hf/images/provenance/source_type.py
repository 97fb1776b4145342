"""The IPTC digital source type: what a publisher says an image is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from realfake_hf.images.provenance.generator_claim import Kind
from realfake_hf.images.provenance.text import clean, without_nothing

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

GENERATED, EDITED = "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"
_BY_LOWER_CASE = {code.lower(): code for code in MEANINGS}


@dataclass(frozen=True)
class SourceType:
    """A declared digital source type.

    Attributes:
        code: as IPTC spells it, or as the file does where IPTC knows no such type.
        where: `XMP` or `C2PA`.
    """

    code: str
    where: str

    @classmethod
    def of(cls, value: object, where: str) -> SourceType | None:
        """Read a full URI, a QCode (`digsrctype:...`) or a bare name; None where there is none."""
        text = clean(value, 200) if isinstance(value, str) else ""
        code = text.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        return cls(_BY_LOWER_CASE.get(code.lower(), code), where) if code else None

    @property
    def meaning(self) -> str | None:
        """In words; None for a type that IPTC does not know."""
        return MEANINGS.get(self.code)

    @property
    def kind(self) -> Kind | None:
        """`made` or `edited` where it says that a generative model did so, else None."""
        if self.code == GENERATED:
            return "made"
        return "edited" if self.code == EDITED else None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return without_nothing({"code": self.code, "meaning": self.meaning, "where": self.where})
