from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import RecompressJpeg
from realfake_hf.images.degradations.jpeg import jpeg_round_trip


def through_pillow(image: Image.Image, quality: int, subsampling: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=quality, subsampling=subsampling)
    return Image.open(io.BytesIO(buffer.getvalue())).tobytes()


@pytest.mark.parametrize("quality", [1, 30, 75, 95, 100])
@pytest.mark.parametrize(("subsampling", "number"), [("4:4:4", 0), ("4:2:2", 1), ("4:2:0", 2)])
def test_one_round_is_what_pillow_saves_at_that_quality(crop, quality, subsampling, number):
    step = RecompressJpeg(rounds=(1, 1), quality=(quality, quality), subsampling=(subsampling,))
    assert step(crop, np.random.default_rng(0)).tobytes() == through_pillow(crop, quality, number)


def test_drawn_qualities_fill_the_range_and_never_leave_it(crop):
    step = RecompressJpeg(rounds=(1, 1), quality=(50, 53), subsampling=("4:2:0",))
    expected = {through_pillow(crop, quality, 2) for quality in range(50, 54)}
    assert {step(crop, np.random.default_rng(seed)).tobytes() for seed in range(60)} == expected


def test_both_subsamplings_are_drawn(crop):
    step = RecompressJpeg(rounds=(1, 1), quality=(70, 70))
    expected = {through_pillow(crop, 70, 0), through_pillow(crop, 70, 2)}
    assert {step(crop, np.random.default_rng(seed)).tobytes() for seed in range(40)} == expected


def test_rounds_are_drawn_from_the_range_and_follow_each_other(crop):
    step = RecompressJpeg(rounds=(1, 3), quality=(30, 30), subsampling=("4:2:0",))
    once = jpeg_round_trip(crop, 30)
    twice = jpeg_round_trip(once, 30)
    thrice = jpeg_round_trip(twice, 30)
    expected = {image.tobytes() for image in (once, twice, thrice)}
    assert len(expected) == 3
    assert {step(crop, np.random.default_rng(seed)).tobytes() for seed in range(60)} == expected


def test_every_round_has_a_quality_of_its_own(crop):
    step = RecompressJpeg(rounds=(2, 2), quality=(30, 31), subsampling=("4:2:0",))
    expected = {
        jpeg_round_trip(jpeg_round_trip(crop, first), second).tobytes() for first in (30, 31) for second in (30, 31)
    }
    assert len(expected) == 4
    assert {step(crop, np.random.default_rng(seed)).tobytes() for seed in range(80)} == expected


def test_lower_quality_is_further_from_the_photograph(street):
    original = np.asarray(street, dtype=np.int16)
    errors = [np.abs(np.asarray(jpeg_round_trip(street, quality)) - original).mean() for quality in (95, 75, 50, 20)]
    assert errors == sorted(errors)
    assert errors[0] > 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rounds": (0, 3)}, "needs rounds"),
        ({"rounds": (3, 1)}, "needs rounds"),
        ({"quality": (0, 90)}, "needs quality"),
        ({"quality": (30, 101)}, "needs quality"),
        ({"quality": 72.5}, "needs quality"),
        ({"subsampling": ("4:1:1",)}, "Unknown subsampling of the step 'jpeg' '4:1:1'"),
        ({"subsampling": ()}, "needs subsampling"),
    ],
)
def test_wrong_parameters_are_refused(settings, message):
    with pytest.raises(RealFakeError, match=message):
        RecompressJpeg(**settings)


def test_yaml_lists_are_kept_as_tuples():
    step = RecompressJpeg(rounds=[1, 2], quality=60, subsampling="4:4:4")
    assert (step.rounds, step.quality, step.subsampling) == ((1, 2), (60, 60), ("4:4:4",))


def test_an_image_longer_than_a_jpeg_can_be_is_refused_in_one_sentence(crop):
    with pytest.raises(RealFakeError, match="65501 x 1 px cannot be a JPEG"):
        jpeg_round_trip(crop.resize((65_501, 1)), 60)
    assert jpeg_round_trip(crop.resize((65_500, 1)), 60).size == (65_500, 1)
