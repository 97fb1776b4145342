from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import TIERS, apply_tier


def jpeg_420(image: Image.Image, quality: int) -> bytes:
    """Pillow's own calls, by hand: JPEG with 4:2:0 there and back."""
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=quality, subsampling=2)
    buffer.seek(0)
    return Image.open(buffer).convert("RGB").tobytes()


@pytest.fixture(scope="module")
def large(street: Image.Image) -> Image.Image:
    """The photograph at 1500 x 1001 px."""
    return street.resize((1500, 1001), Image.Resampling.BICUBIC)


def test_there_are_three_tiers_in_the_order_of_the_contract():
    assert [(tier.name, tier.longest_side, tier.jpeg_quality) for tier in TIERS.values()] == [
        ("clean", None, None),
        ("web", 768, 60),
        ("hard", 512, 40),
    ]
    assert list(TIERS) == ["clean", "web", "hard"]


def test_clean_is_the_very_image(large):
    assert apply_tier(large, "clean") is large


def test_web_is_768_px_and_jpeg_60(large):
    result = apply_tier(large, "web")
    assert result.size == (768, 513)  # 1001 * 768 / 1500 = 512.5..., rounded
    assert result.tobytes() == jpeg_420(large.resize((768, 513), Image.Resampling.LANCZOS), 60)


def test_hard_is_512_px_and_jpeg_40(large):
    result = apply_tier(large, "hard")
    assert result.size == (512, 342)
    assert result.tobytes() == jpeg_420(large.resize((512, 342), Image.Resampling.LANCZOS), 40)


def test_upright_images_are_measured_by_their_height(large):
    upright = large.transpose(Image.Transpose.ROTATE_90)
    result = apply_tier(upright, "hard")
    assert result.tobytes() == jpeg_420(upright.resize((342, 512), Image.Resampling.LANCZOS), 40)


def test_images_that_are_small_enough_are_compressed_but_not_resampled(street):
    assert apply_tier(street, "web").tobytes() == jpeg_420(street, 60)
    exact = street.crop((0, 0, 512, 300))
    assert apply_tier(exact, "hard").tobytes() == jpeg_420(exact, 40)


def test_one_pixel_too_many_is_resampled(street):
    wide = street.crop((0, 0, 513, 300))
    expected = jpeg_420(wide.resize((512, 299), Image.Resampling.LANCZOS), 40)
    assert apply_tier(wide, "hard").tobytes() == expected


def test_a_photograph_opened_from_its_file_gives_the_same_pixels_as_its_copy(photo_paths: list[Path]):
    for path in photo_paths:
        with Image.open(path) as opened:
            assert apply_tier(opened, "hard").tobytes() == apply_tier(opened.convert("RGB"), "hard").tobytes()


def test_every_call_gives_the_same_pixels_and_leaves_the_image(street):
    before = street.tobytes()
    assert apply_tier(street, "hard").tobytes() == apply_tier(street, "hard").tobytes()
    assert street.tobytes() == before


@given(width=st.integers(1, 40), height=st.integers(1, 40), name=st.sampled_from(["clean", "web", "hard"]))
@settings(max_examples=60)
def test_tiny_images_keep_their_size(street, width, height, name):
    result = apply_tier(street.crop((0, 0, width, height)), name)
    assert result.size == (width, height)
    assert result.mode == "RGB"


def test_a_very_long_strip_keeps_at_least_one_pixel(street):
    assert apply_tier(street.resize((5000, 2)), "hard").size == (512, 1)


def test_an_unknown_tier_is_named_with_the_nearest_known_one(street):
    with pytest.raises(RealFakeError, match=r"^Unknown tier 'clena' \(did you mean 'clean'\?\): known are clean, web"):
        apply_tier(street, "clena")


@pytest.mark.parametrize("name", ["clean", "web", "hard"])
def test_other_modes_than_rgb_are_refused(street, name):
    with pytest.raises(RealFakeError, match="needs an RGB image, not RGBA"):
        apply_tier(street.convert("RGBA"), name)
