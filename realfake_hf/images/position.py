"""Whether a file says where its picture was taken: what nobody wants to publish unawares."""

from __future__ import annotations

import io

from PIL import ExifTags

from realfake_hf.images.image_files import identify_image

_IN_XMP = b"exif:GPSLatitude"


def tells_position(content: bytes) -> bool:
    """Whether a file's EXIF or XMP holds a position (GPS); no pixel is decoded."""
    if _IN_XMP in content:
        return True
    try:
        with identify_image(io.BytesIO(content), "the image") as image:
            if "exif" not in image.info and image.format != "TIFF":
                return False  # a PNG would be decoded whole to look for EXIF at its end
            return ExifTags.GPS.GPSLatitude in image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # no image, or damaged EXIF, which may raise anything
        return False
