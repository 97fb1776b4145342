"""Bars are found where they are, and only there."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageOps

from realfake_hf.data.exploring.borders import bar_shares


def saved(image: Image.Image, quality: int = 85) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def test_a_photograph_has_none(photo):
    assert bar_shares(photo) == (0.0, 0.0)


def test_the_black_bars_of_padding_are_found_after_jpeg(photo_paths):
    with Image.open(photo_paths[2]) as china:
        padded = ImageOps.pad(china.convert("RGB"), (224, 224), color="black")
        share = 1 - min(china.size) / max(china.size)
    black, flat = bar_shares(saved(padded))
    assert black == pytest.approx(share, abs=0.03)
    assert flat == pytest.approx(black, abs=0.01)


def test_white_bars_are_flat_but_not_black(photo):
    framed = ImageOps.expand(photo, (0, 0, 40, 0), fill="white")
    black, flat = bar_shares(saved(framed))
    assert black == 0
    assert flat == pytest.approx(40 / framed.width, abs=0.02)


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (64, 64)])
def test_a_flat_image_of_any_size_is_answered(size):
    black, flat = bar_shares(Image.new("RGB", size))
    assert 0 <= black <= 1
    assert black == flat
