from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import Resample
from realfake_hf.images.degradations.resample import FILTERS, resize_by, shrink_to

PILLOW = {
    "nearest": Image.Resampling.NEAREST,
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


@pytest.mark.parametrize("name", PILLOW)
def test_down_and_up_with_one_filter_is_pillows_resize_twice(crop, name):
    step = Resample(scale=(0.5, 0.5), filters=(name,))
    expected = crop.resize((64, 64), PILLOW[name]).resize((128, 128), PILLOW[name])
    assert step(crop, np.random.default_rng(0)).tobytes() == expected.tobytes()


def test_every_filter_is_drawn_and_the_way_back_draws_its_own(crop):
    step = Resample(scale=(0.5, 0.5))
    expected = {
        crop.resize((64, 64), down).resize((128, 128), up).tobytes()
        for down in PILLOW.values()
        for up in PILLOW.values()
    }
    drawn = {step(crop, np.random.default_rng(seed)).tobytes() for seed in range(300)}
    assert drawn == expected


def test_without_restoring_the_scaled_image_comes_back(street):
    step = Resample(scale=(0.5, 0.5), filters=("lanczos",), restore_size=False)
    result = step(street, np.random.default_rng(0))
    assert result.tobytes() == street.resize((320, 214), Image.Resampling.LANCZOS).tobytes()


def test_drawn_scales_stay_within_the_range_and_reach_its_ends(street):
    step = Resample(scale=(0.25, 0.5), filters=("nearest",), restore_size=False)
    widths = {step(street, np.random.default_rng(seed)).width for seed in range(300)}
    assert min(widths) in range(160, 164)
    assert max(widths) in range(317, 321)


def test_enlarging_works_too(crop):
    step = Resample(scale=(1.5, 1.5), filters=("bicubic",), restore_size=False)
    assert step(crop, np.random.default_rng(0)).size == (192, 192)


def test_scale_1_is_the_very_image(crop):
    assert Resample(scale=(1, 1))(crop, np.random.default_rng(0)) is crop


@given(width=st.integers(1, 40), height=st.integers(1, 40), factor=st.floats(0.05, 4))
@settings(max_examples=100)
def test_scaled_sides_are_rounded_and_never_vanish(street, width, height, factor):
    result = resize_by(street.crop((0, 0, width, height)), factor, "bilinear")
    assert result.size == (max(1, round(width * factor)), max(1, round(height * factor)))


@given(width=st.integers(1, 60), height=st.integers(1, 60), longest=st.integers(1, 60))
@settings(max_examples=100)
def test_shrinking_meets_the_longest_side_and_never_enlarges(street, width, height, longest):
    result = shrink_to(street.crop((0, 0, width, height)), longest)
    assert max(result.size) == min(longest, max(width, height))
    assert min(result.size) >= 1
    assert result.width <= width
    assert result.height <= height


def test_shrinking_keeps_the_shape(street):
    assert shrink_to(street, 320).size == (320, 214)
    assert shrink_to(street.transpose(Image.Transpose.ROTATE_90), 320).size == (214, 320)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scale": (0, 1)}, "needs scale"),
        ({"scale": (1, 0.5)}, "needs scale"),
        ({"scale": (1, 5)}, "needs scale"),
        ({"filters": ("hamming",)}, "Unknown filters of the step 'resample' 'hamming'"),
        ({"restore_size": 1}, "needs restore_size"),
    ],
)
def test_wrong_parameters_are_refused(settings, message):
    with pytest.raises(RealFakeError, match=message):
        Resample(**settings)


def test_the_five_filters_are_those_promised():
    assert FILTERS == PILLOW
