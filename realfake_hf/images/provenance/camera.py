"""What EXIF says about a camera: a declared fact, and never proof, for EXIF is trivially forged."""

from __future__ import annotations

import re

import msgspec

from realfake_hf.images.provenance.metadata import Metadata
from realfake_hf.images.provenance.text import clean

MAX_NAME = 80
"""Makes and models are short; longer texts in those tags are something else (ComfyUI: `workflow:{...}`)."""

_PARAMETERS = re.compile(r":\s*[{\[]|^\s*(?:prompt|workflow)\s*:", re.IGNORECASE)


class Camera(msgspec.Struct, frozen=True, omit_defaults=True):
    """The camera that a file names.

    Attributes:
        make, model: as written by the camera.
        taken: EXIF DateTimeOriginal, as written (`2024:05:17 18:03:22`).
        software: the camera's, or that of the last program that saved the file.
    """

    make: str | None = None
    model: str | None = None
    taken: str | None = None
    software: str | None = None

    @classmethod
    def of(cls, metadata: Metadata) -> Camera | None:
        """The camera of EXIF (or of XMP, where EXIF is gone); None where neither make nor model is declared."""
        fields = {**metadata.xmp, **metadata.exif}
        make, model = (_name(fields.get(tag)) for tag in ("Make", "Model"))
        if not (make or model):
            return None
        taken, software = (_name(metadata.exif.get(tag)) for tag in ("DateTimeOriginal", "Software"))
        return cls(make, model, taken, software)

    @property
    def name(self) -> str:
        """Make and model without saying the make twice (`Canon` and `Canon EOS R5`)."""
        make, model = self.make or "", self.model or ""
        return model if model.lower().startswith(make.lower().split(" ")[0]) and model else f"{make} {model}".strip()


def _name(text: str | None) -> str | None:
    if not text or len(text) > MAX_NAME or _PARAMETERS.search(text):
        return None
    return clean(text, MAX_NAME) or None
