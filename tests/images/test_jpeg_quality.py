"""Quality and subsampling are read back from real JPEG files."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from realfake_hf.images.jpeg_quality import (
    CHROMINANCE,
    LUMINANCE,
    chroma_subsampling,
    estimate_quality,
    jpeg_quality,
    standard_tables,
)


def encoded(image: Image.Image, **options: object) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, **{"format": "JPEG", **options})
    return Image.open(io.BytesIO(buffer.getvalue()))


@pytest.mark.parametrize("quality", [1, 5, 10, 25, 49, 50, 51, 60, 75, 85, 90, 95, 99, 100])
def test_quality_of_a_pillow_jpeg_is_exact(photo, quality):
    assert jpeg_quality(encoded(photo, quality=quality)) == quality


def test_tables_are_those_of_libjpeg_at_every_quality():
    image = Image.new("RGB", (8, 8))
    tables = [encoded(image, quality=quality).quantization for quality in range(1, 101)]
    assert standard_tables(LUMINANCE).tolist() == [table[0] for table in tables]
    assert standard_tables(CHROMINANCE).tolist() == [table[1] for table in tables]


def test_quality_of_a_grey_jpeg(photo):
    assert jpeg_quality(encoded(photo.convert("L"), quality=70)) == 70


def test_tables_of_its_own_give_the_nearest_quality(photo):
    tables = encoded(photo, quality=80).quantization
    shifted = {
        number: [max(1, step + index % 2) for index, step in enumerate(table)] for number, table in tables.items()
    }
    assert abs(estimate_quality(shifted) - 80) <= 2


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_subsampling(photo, subsampling):
    assert chroma_subsampling(encoded(photo, subsampling=subsampling)) == subsampling


@pytest.mark.parametrize(
    ("factors", "name"),
    [
        ((0x12, 0x11, 0x11), "4:4:0"),
        ((0x41, 0x11, 0x11), "4:1:1"),
        ((0x22, 0x22, 0x22), "4:4:4"),
        ((0x42, 0x21, 0x21), "4:2:0"),
        ((0x44, 0x11, 0x11), "other"),
        ((0x22, 0x21, 0x11), "other"),
    ],
)
def test_subsampling_is_the_ratio_of_the_factors_in_the_header(photo, factors, name):
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG")
    content = bytearray(buffer.getvalue())
    frame = content.index(b"\xff\xc0")  # marker, length, precision, height, width, 3, then 3 times: id, factors, table
    content[frame + 11 : frame + 20 : 3] = bytes(factors)
    assert chroma_subsampling(Image.open(io.BytesIO(content))) == name


def test_grey_and_other_formats(photo):
    assert chroma_subsampling(encoded(photo.convert("L"))) == "grey"
    assert chroma_subsampling(encoded(photo.convert("CMYK"))) == "other"
    for image in (encoded(photo, format="PNG"), photo):
        assert chroma_subsampling(image) is None
        assert jpeg_quality(image) is None
    assert estimate_quality({}) is None
