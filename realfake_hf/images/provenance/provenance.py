"""All that one file declares about its origin."""

from __future__ import annotations

import msgspec

from realfake_hf.images.provenance.camera import Camera
from realfake_hf.images.provenance.content_credentials import ContentCredentials
from realfake_hf.images.provenance.generator_claim import GeneratorClaim
from realfake_hf.images.provenance.source_type import SourceType


class Provenance(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    rename={"claims": "generators", "source_type": "digital_source_type", "credentials": "c2pa"},
):
    """What a file says about itself: facts about the file, no evidence about the picture.

    A declared generator is worth showing, for hardly anybody writes one without reason; that nothing is declared
    means nothing, for metadata are lost with every upload.

    Attributes:
        words: one sentence for people.
        note: in a few words, the declared generator; None where none is declared.
        claims: the declared generators, the most telling first.
        source_type: IPTC digital source type.
        credentials: C2PA.
        camera: EXIF make and model.
    """

    words: str
    note: str | None = None
    claims: tuple[GeneratorClaim, ...] = ()
    source_type: SourceType | None = None
    credentials: ContentCredentials | None = None
    camera: Camera | None = None

    @classmethod
    def of(
        cls,
        claims: tuple[GeneratorClaim, ...] = (),
        source_type: SourceType | None = None,
        credentials: ContentCredentials | None = None,
        camera: Camera | None = None,
    ) -> Provenance | None:
        """Put what was found into words; None where nothing was."""
        parts = [f"{claim.words} ({claim.where})" for claim in claims]
        if source_type:
            meaning = source_type.meaning or f"of the source type {source_type.code}"
            parts.append(f"{meaning} ({source_type.where} digital source type)")
        if credentials:
            parts.append(credentials.words)
        if camera:
            parts.append(f"taken with {camera.name} (EXIF)")
        if not parts:
            return None
        declared = source_type.meaning if source_type and source_type.kind else None
        note = claims[0].words if claims else declared
        return cls(f"The file says: {'; '.join(parts)}.", note, claims, source_type, credentials, camera)
