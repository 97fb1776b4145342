"""Quality and subsampling are read back from real JPEG files."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from realfake_hf.images.jpeg_quality import chroma_subsampling, estimate_quality, jpeg_quality


def encoded(image: Image.Image, **options: object) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, **{"format": "JPEG", **options})
    return Image.open(io.BytesIO(buffer.getvalue()))


@pytest.mark.parametrize("quality", [1, 5, 10, 25, 49, 50, 51, 60, 75, 85, 90, 95, 99, 100])
def test_quality_of_a_pillow_jpeg_is_exact(photo, quality):
    assert jpeg_quality(encoded(photo, quality=quality)) == quality


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


def test_grey_and_other_formats(photo):
    assert chroma_subsampling(encoded(photo.convert("L"))) == "grey"
    assert chroma_subsampling(encoded(photo.convert("CMYK"))) == "other"
    for image in (encoded(photo, format="PNG"), photo):
        assert chroma_subsampling(image) is None
        assert jpeg_quality(image) is None
    assert estimate_quality({}) is None
