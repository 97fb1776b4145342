"""How much one visitor may ask for at a time."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

from realfake_hf.errors import RealFakeError

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What the app accepts; each can be set by an environment variable, such as `REALFAKE_MAX_IMAGES=500`.

    Attributes:
        max_upload_mb: one uploaded file, image or zip.
        max_image_mb: one image, in a zip unpacked.
        max_images: of one batch.
        max_batch_mb: all images of a batch together, unpacked; and what is uploaded in one request.
        max_waiting: visitors in the queue; further ones are asked to come back later.
        keep_seconds: after which an upload is deleted, whatever happens to the app.
    """

    max_upload_mb: int = 200
    max_image_mb: int = 50
    max_images: int = 200
    max_batch_mb: int = 500
    max_waiting: int = 20
    keep_seconds: int = 600

    @classmethod
    def from_environment(cls) -> Limits:
        """The limits, as the environment sets them.

        Raises:
            RealFakeError: a variable is no whole number above zero.
        """
        values = {}
        for field in fields(cls):
            variable = f"REALFAKE_{field.name.upper()}"
            if text := os.environ.get(variable):
                if not text.isdecimal() or int(text) < 1:
                    raise RealFakeError(f"{variable} is {text!r}: set it to a whole number above zero.")
                values[field.name] = int(text)
        return cls(**values)
