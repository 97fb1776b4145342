"""Pictures inside pages: pixels, and nothing that a camera or a program wrote beside them."""

from __future__ import annotations

import base64
import io

from PIL import Image

from realfake_hf.pages.data_uri import jpeg_uri


def test_a_picture_carries_nothing_of_the_originals_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = "who it shows"
    original = io.BytesIO()
    Image.new("RGB", (8, 8)).save(original, "JPEG", exif=exif, comment=b"who it shows", icc_profile=b"who it shows")
    with Image.open(original) as image:
        picture = base64.b64decode(jpeg_uri(image, quality=80).partition(",")[2])
    assert b"who it shows" in original.getvalue()
    assert b"who it shows" not in picture
