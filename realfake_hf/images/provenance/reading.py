"""Read the provenance of an opened image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from PIL import Image

from realfake_hf.images.provenance.camera import Camera
from realfake_hf.images.provenance.content_credentials import NOT_A_FILE, ContentCredentials, read_credentials
from realfake_hf.images.provenance.generator_claim import GeneratorClaim
from realfake_hf.images.provenance.generators import find_claims, names_generator
from realfake_hf.images.provenance.manifest_marker import MANIFEST_STORE, has_manifest
from realfake_hf.images.provenance.metadata import Metadata
from realfake_hf.images.provenance.provenance import Provenance
from realfake_hf.images.provenance.source_type import SourceType
from realfake_hf.images.provenance.text import clean


def read_provenance(image: Image.Image, stream: BinaryIO | None = None) -> Provenance | None:
    """What a file declares about its origin; None where it declares nothing.

    Metadata alone are read, the pixels are left alone, and nothing is fetched. Whatever the metadata hold, no error
    is raised for it.

    Args:
        image: as Pillow opened it (a PNG's chunks behind the pixels are known once it is loaded).
        stream: the file; without it C2PA manifests are noticed in some formats but not read.
    """
    metadata = Metadata.of(image)
    credentials, credited = _credentials(image, stream, metadata)
    camera = Camera.of(metadata)
    if camera and names_generator(camera.make or ""):  # Flux writes its maker there
        camera = None
    return Provenance.of(
        claims=tuple(_each_once([*find_claims(metadata), *credited])),
        source_type=SourceType.of(metadata.xmp.get("DigitalSourceType"), "XMP"),
        credentials=credentials,
        camera=camera,
    )


def _credentials(
    image: Image.Image, stream: BinaryIO | None, metadata: Metadata
) -> tuple[ContentCredentials | None, Sequence[GeneratorClaim]]:
    if stream is not None and not stream.closed:  # as Pillow's reader of FTEX leaves it
        if has_manifest(stream):
            return read_credentials(stream, image.format)
    elif _holds_manifest(image):
        return ContentCredentials(note=NOT_A_FILE), ()
    address = clean(metadata.xmp.get("provenance", ""), 200)
    if address.startswith(("http://", "https://")):
        return ContentCredentials(note=f"names a C2PA manifest at {address} that was not fetched"), ()
    return None, ()


def _holds_manifest(image: Image.Image) -> bool:
    """What Pillow keeps of a JPEG's APP segments and a PNG's private chunks."""
    parts = (*getattr(image, "applist", ()), *getattr(image, "private_chunks", ()))
    return any(isinstance(part[1], bytes) and MANIFEST_STORE in part[1][:256] for part in parts)


def _each_once(claims: list[GeneratorClaim]) -> list[GeneratorClaim]:
    first: dict[tuple[str, str], GeneratorClaim] = {}
    for claim in claims:
        first.setdefault((claim.name, claim.kind), claim)
    return list(first.values())
