from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import RecompressWebp
from realfake_hf.images.degradations.webp import webp_round_trip


def through_pillow(image: Image.Image, quality: int, method: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="WEBP", lossless=False, quality=quality, method=method)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB").tobytes()


@pytest.mark.parametrize("quality", [1, 40, 80, 100])
@pytest.mark.parametrize("effort", [0, 4])
def test_it_is_what_pillow_saves_at_that_quality_and_effort(crop, quality, effort):
    step = RecompressWebp(quality=(quality, quality), effort=effort)
    assert step(crop, np.random.default_rng(0)).tobytes() == through_pillow(crop, quality, effort)


def test_drawn_qualities_fill_the_range_and_never_leave_it(crop):
    step = RecompressWebp(quality=(60, 62))
    expected = {through_pillow(crop, quality, 0) for quality in (60, 61, 62)}
    assert {step(crop, np.random.default_rng(seed)).tobytes() for seed in range(40)} == expected


def test_by_itself_the_round_trip_takes_the_encoders_default_effort(crop):
    buffer = io.BytesIO()
    crop.save(buffer, format="WEBP", quality=70)
    assert webp_round_trip(crop, 70).tobytes() == Image.open(buffer).convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"quality": (0, 90)}, "needs quality"), ({"quality": (90, 40)}, "needs quality"), ({"effort": 7}, "effort")],
)
def test_wrong_parameters_are_refused(settings, message):
    with pytest.raises(RealFakeError, match=message):
        RecompressWebp(**settings)


def test_an_image_longer_than_a_webp_can_be_is_refused_in_one_sentence(crop):
    with pytest.raises(RealFakeError, match="16384 x 1 px cannot be a WebP"):
        webp_round_trip(crop.resize((16_384, 1)), 60)
    assert webp_round_trip(crop.resize((16_383, 1)), 60).size == (16_383, 1)
