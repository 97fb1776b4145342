from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import RandomCrop


def test_every_crop_is_a_piece_of_the_photograph_at_native_resolution(street):
    piece = street.crop((0, 0, 20, 18))
    pixels = np.asarray(piece)
    windows = {
        pixels[top : top + 16, left : left + 16].tobytes() for left in range(20 - 16 + 1) for top in range(18 - 16 + 1)
    }
    step = RandomCrop(size=16)
    assert {step(piece, np.random.default_rng(seed)).tobytes() for seed in range(200)} == windows


def test_an_image_of_exactly_that_size_is_kept(crop):
    assert RandomCrop(size=128)(crop, np.random.default_rng(0)).tobytes() == crop.tobytes()


@given(width=st.integers(1, 80), height=st.integers(1, 80), size=st.integers(1, 80), seed=st.integers(0, 99))
@settings(max_examples=100)
def test_the_size_out_is_the_size_asked_for_whatever_comes_in(street, width, height, size, seed):
    result = RandomCrop(size=size)(street.crop((0, 0, width, height)), np.random.default_rng(seed))
    assert result.size == (size, size)


@given(width=st.integers(1, 40), height=st.integers(1, 40))
@settings(max_examples=50)
def test_small_images_are_filled_with_their_own_pixels_never_with_a_colour(street, width, height):
    small = street.crop((300, 200, 300 + width, 200 + height))
    result = RandomCrop(size=48)(small, np.random.default_rng(0))
    own = {tuple(pixel) for pixel in np.asarray(small).reshape(-1, 3).tolist()}
    assert {tuple(pixel) for pixel in np.asarray(result).reshape(-1, 3).tolist()} <= own


def test_a_small_image_is_reflected(street):
    small = street.crop((300, 200, 332, 232))
    result = np.asarray(RandomCrop(size=48)(small, np.random.default_rng(0)))
    assert np.array_equal(result[8:40, 8:40], np.asarray(small))
    assert np.array_equal(result[8:40, :8], result[8:40, 8:16][:, ::-1])
    assert np.array_equal(result[:8], result[8:16][::-1])


@pytest.mark.parametrize("size", [0, -1, 4097, 12.5, [128, 128], "big"])
def test_wrong_sizes_are_refused(size):
    with pytest.raises(RealFakeError, match="'random_crop' needs size as a whole number within 1 to 4096"):
        RandomCrop(size=size)
