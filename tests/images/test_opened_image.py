"""Format and JPEG quality come from the same open as the pixels."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.image_files import open_image
from realfake_hf.images.opened_image import open_with_facts


@pytest.fixture
def jpeg(photo: Image.Image, tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    photo.save(path, quality=37)
    return path


def test_every_source_of_a_file_tells_format_and_quality(jpeg):
    with jpeg.open("rb") as stream:
        opened = [open_with_facts(source) for source in (jpeg, str(jpeg), jpeg.read_bytes(), stream, Image.open(jpeg))]
    for image in opened:
        assert (image.format, image.jpeg_quality) == ("JPEG", 37)
        np.testing.assert_array_equal(np.asarray(image.image), np.asarray(open_image(jpeg)))


def test_png_has_no_jpeg_quality(photo, tmp_path):
    photo.save(tmp_path / "photo.png")
    opened = open_with_facts(tmp_path / "photo.png")
    assert (opened.format, opened.jpeg_quality) == ("PNG", None)


def test_a_file_that_pillow_closes_early_is_opened_too():
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    texture = b"FTEX" + struct.pack("<8i", 0, 4, 4, 1, 1, 1, 32, 48) + pixels.tobytes()
    opened = open_with_facts(texture)
    assert (opened.format, opened.provenance) == ("FTEX", None)
    np.testing.assert_array_equal(np.asarray(opened.image), pixels)


def test_arrays_have_no_format(photo):
    opened = open_with_facts(np.asarray(photo))
    assert (opened.format, opened.jpeg_quality, opened.image.size) == (None, None, photo.size)


def test_a_file_is_opened_once(jpeg, monkeypatch):
    opens = []
    original = Image.open
    monkeypatch.setattr(Image, "open", lambda *args, **kwargs: opens.append(args) or original(*args, **kwargs))
    open_with_facts(jpeg)
    assert len(opens) == 1


def test_rotated_photo_is_upright_and_keeps_its_facts(photo, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    photo.resize((60, 40)).save(tmp_path / "turned.jpg", exif=exif, quality=80)
    opened = open_with_facts(tmp_path / "turned.jpg")
    assert (opened.image.size, opened.format, opened.jpeg_quality) == ((40, 60), "JPEG", 80)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", r"is empty \(0 bytes\)"),
        (io.BytesIO(b""), r"is empty \(0 bytes\)"),
        (b"text", "is not an image in a format that can be read here"),
        ("nowhere/x.jpg", r"nowhere/x\.jpg does not exist"),
        (Path("nowhere/x.jpg"), r"nowhere/x\.jpg does not exist"),
    ],
)
def test_unreadable_sources_say_so(source, sentence):
    with pytest.raises(UnreadableImageError, match=sentence):
        open_with_facts(source)
