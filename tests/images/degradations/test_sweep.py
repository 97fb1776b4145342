from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import SWEEPS, apply_sweep

EVERY_POINT = [(name, value) for name, sweep in SWEEPS.items() for value in sweep.values]


def through_pillow(image: Image.Image, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, **options)
    buffer.seek(0)
    return Image.open(buffer).convert("RGB").tobytes()


def test_the_sweeps_and_their_ends_are_those_promised():
    ends = {name: (sweep.values[0], sweep.values[-1]) for name, sweep in SWEEPS.items()}
    promised = {
        "jpeg": (100, 30),
        "webp": (100, 30),
        "scale": (1.0, 0.25),
        "blur": (0.0, 3.0),
        "noise": (0.0, 16.0),
        "screenshot": (1.5, 0.5),
    }
    assert promised.items() <= ends.items()


@pytest.mark.parametrize("name", SWEEPS)
def test_values_go_one_way_without_repeats(name):
    values = list(SWEEPS[name].values)
    assert len(set(values)) == len(values)
    assert values in (sorted(values), sorted(values, reverse=True))


@pytest.mark.parametrize(("name", "value"), EVERY_POINT)
def test_every_point_gives_the_same_pixels_each_time_and_leaves_the_image(crop, name, value):
    before = crop.tobytes()
    first, second = apply_sweep(crop, name, value), apply_sweep(crop.copy(), name, value)
    assert first.tobytes() == second.tobytes()
    assert first.size == second.size
    assert crop.tobytes() == before


@pytest.mark.parametrize("quality", SWEEPS["jpeg"].values)
def test_jpeg_is_one_pillow_jpeg_of_that_quality(crop, quality):
    expected = through_pillow(crop, format="JPEG", quality=quality, subsampling=2)
    assert apply_sweep(crop, "jpeg", quality).tobytes() == expected


@pytest.mark.parametrize("quality", SWEEPS["webp"].values)
def test_webp_is_one_pillow_webp_of_that_quality(crop, quality):
    assert apply_sweep(crop, "webp", quality).tobytes() == through_pillow(crop, format="WEBP", quality=quality)


def test_scale_leaves_the_reduced_image(street):
    expected = street.resize((160, 107), Image.Resampling.BICUBIC)
    assert apply_sweep(street, "scale", 0.25).tobytes() == expected.tobytes()


def test_blur_is_pillows_of_that_radius(crop):
    assert apply_sweep(crop, "blur", 1.5).tobytes() == crop.filter(ImageFilter.GaussianBlur(1.5)).tobytes()


def test_a_screenshot_is_drawn_at_the_screens_scale_and_sent_as_jpeg_80(street):
    drawn = street.resize((480, 320), Image.Resampling.BILINEAR)
    expected = through_pillow(drawn, format="JPEG", quality=80, subsampling=2)
    assert apply_sweep(street, "screenshot", 0.75).tobytes() == expected


@pytest.mark.parametrize(("name", "value"), [("scale", 1.0), ("blur", 0.0), ("noise", 0.0)])
def test_the_mildest_point_of_these_is_the_very_image(crop, name, value):
    assert apply_sweep(crop, name, value) is crop


def test_noise_differs_between_images_so_that_no_pattern_is_shared(street):
    left, right = (street.crop((x, 100, x + 128, 228)) for x in (200, 340))
    noises = [
        np.asarray(apply_sweep(piece, "noise", 8.0), dtype=np.int16) - np.asarray(piece) for piece in (left, right)
    ]
    assert abs(np.corrcoef(noises[0].ravel(), noises[1].ravel())[0, 1]) < 0.05


@pytest.mark.parametrize("name", ["jpeg", "webp", "blur", "noise"])
def test_each_value_is_further_from_the_photograph_than_the_one_before(street, name):
    original = np.asarray(street, dtype=np.int16)
    errors = [np.square(np.asarray(apply_sweep(street, name, v)) - original).mean() for v in SWEEPS[name].values]
    assert errors == sorted(errors)


@given(width=st.integers(1, 12), height=st.integers(1, 12), point=st.sampled_from(EVERY_POINT))
@settings(max_examples=100)
def test_tiny_images_survive_every_point(street, width, height, point):
    result = apply_sweep(street.crop((0, 0, width, height)), *point)
    assert result.mode == "RGB"
    assert min(result.size) >= 1


def test_an_unknown_sweep_is_named_with_the_nearest_known_one(crop):
    with pytest.raises(RealFakeError, match=r"^Unknown sweep 'jepg' \(did you mean 'jpeg'\?\)"):
        apply_sweep(crop, "jepg", 50)


@pytest.mark.parametrize(("name", "value"), [("jpeg", 0), ("webp", 101), ("scale", 0), ("blur", -1), ("noise", 101)])
def test_a_value_out_of_range_is_refused(crop, name, value):
    with pytest.raises(RealFakeError, match="needs"):
        apply_sweep(crop, name, value)
