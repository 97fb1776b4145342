"""Variants are the seed's, or uncut squares without padding; nothing of the original's encoding is left."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from realfake_hf.data.preparing.variants import encode_variant, make_variant
from realfake_hf.images.jpeg_quality import chroma_subsampling, jpeg_quality


def test_pad_is_the_seeds_lanczos_fit_on_black(photo_paths):
    photo = Image.open(photo_paths[1]).convert("RGB")  # 451 x 300
    variant = np.asarray(make_variant(photo, 128, "pad"))
    height = round(128 * photo.height / photo.width)
    top = round((128 - height) * 0.5)
    expected = np.zeros((128, 128, 3), np.uint8)
    expected[top : top + height] = np.asarray(photo.resize((128, height), Image.Resampling.LANCZOS))
    np.testing.assert_array_equal(variant, expected)


def test_small_images_are_enlarged(photo):
    small = photo.resize((40, 30))
    variant = np.asarray(make_variant(small, 224, "pad"))
    assert variant.shape == (224, 224, 3)
    assert variant[:28].max() == 0
    assert variant[30:190].mean() > 20


@pytest.mark.parametrize("size", [(640, 427), (300, 900), (50, 41), (224, 224)])
def test_crop_pads_nothing_and_keeps_the_centre(photo, size):
    source = photo.resize(size)
    variant = np.asarray(make_variant(source, 224, "crop")).astype(float)
    assert variant.shape == (224, 224, 3)
    scale = 224 / min(size)
    fitted = source.resize((round(size[0] * scale), round(size[1] * scale)), Image.Resampling.LANCZOS)
    left, top = (fitted.width - 224) // 2, (fitted.height - 224) // 2
    expected = np.asarray(fitted.crop((left, top, left + 224, top + 224))).astype(float)
    assert np.abs(variant - expected).mean() < 3  # half a pixel of offset at most


@pytest.mark.parametrize("fit", ["pad", "crop"])
@pytest.mark.parametrize("size", [(1, 1), (3000, 3), (2, 900)])
def test_extreme_shapes_keep_some_of_the_picture(fit, size):
    variant = np.asarray(make_variant(Image.new("RGB", size, (200, 100, 50)), 64, fit))
    assert variant.shape == (64, 64, 3)
    assert (variant == (200, 100, 50)).all(axis=-1).any()


def test_encoding_is_the_same_whatever_the_original_was(photo):
    photo.info = {"comment": b"made by X", "exif": b"Exif\0\0", "icc_profile": b"profile", "dpi": (300, 300)}
    encoded = encode_variant(make_variant(photo, 64, "pad"))
    opened = Image.open(io.BytesIO(encoded))
    assert (opened.format, opened.size, opened.mode) == ("JPEG", (64, 64), "RGB")
    assert (jpeg_quality(opened), chroma_subsampling(opened)) == (85, "4:2:0")
    assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"made by X" not in encoded
