"""All that one file declares about its origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from realfake_hf.images.provenance.camera import Camera
from realfake_hf.images.provenance.content_credentials import ContentCredentials
from realfake_hf.images.provenance.generator_claim import GeneratorClaim
from realfake_hf.images.provenance.source_type import SourceType
from realfake_hf.images.provenance.text import without_nothing


@dataclass(frozen=True)
class Provenance:
    """What a file says about itself: facts about the file, no evidence about the picture.

    A declared generator is worth showing, for hardly anybody writes one without reason; that nothing is declared
    means nothing, for metadata are lost with every upload.

    Attributes:
        claims: the declared generators, the most telling first.
        source_type: IPTC digital source type.
        credentials: C2PA.
        camera: EXIF make and model.
    """

    claims: tuple[GeneratorClaim, ...] = ()
    source_type: SourceType | None = None
    credentials: ContentCredentials | None = None
    camera: Camera | None = None

    def __bool__(self) -> bool:
        return bool(self.claims or self.source_type or self.credentials or self.camera)

    @property
    def note(self) -> str | None:
        """In a few words, the declared generator; None where none is declared."""
        if self.claims:
            return self.claims[0].words
        return self.source_type.meaning if self.source_type and self.source_type.kind else None

    @property
    def words(self) -> str:
        """One sentence for people."""
        parts = [f"{claim.words} ({claim.where})" for claim in self.claims]
        if self.source_type:
            meaning = self.source_type.meaning or f"of the source type {self.source_type.code}"
            parts.append(f"{meaning} ({self.source_type.where} digital source type)")
        if self.credentials:
            parts.append(self.credentials.words)
        if self.camera:
            parts.append(f"taken with {self.camera.name} (EXIF)")
        return f"The file says: {'; '.join(parts)}." if parts else "The file says nothing about its origin."

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: `words` always; `note`, `generators`, `digital_source_type`, `c2pa`, `camera` where declared."""
        return without_nothing(
            {
                "words": self.words,
                "note": self.note,
                "generators": [claim.to_dict() for claim in self.claims],
                "digital_source_type": self.source_type and self.source_type.to_dict(),
                "c2pa": self.credentials and self.credentials.to_dict(),
                "camera": self.camera and self.camera.to_dict(),
            }
        )
