from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import Cutout


def changed(before: Image.Image, after: Image.Image) -> np.ndarray:
    """`(H, W)` bool: where any channel differs."""
    return np.any(np.asarray(before) != np.asarray(after), axis=2)


def box_of(mask: np.ndarray) -> tuple[int, int]:
    """Height and width of the box around all that is true."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1


@pytest.fixture
def two_tones() -> Image.Image:
    """Black and white stripes: no pixel has the mean's grey, so every masked pixel shows."""
    stripes = np.zeros((100, 140, 3), dtype=np.uint8)
    stripes[:, ::2] = 255
    return Image.fromarray(stripes)


def test_one_square_of_the_size_asked_for_and_nothing_else(two_tones):
    step = Cutout(count=(1, 1), size=(16, 16))
    for seed in range(30):
        mask = changed(two_tones, step(two_tones, np.random.default_rng(seed)))
        assert mask.sum() == 256
        assert box_of(mask) == (16, 16)


def test_the_squares_are_filled_with_the_mean_colour_of_the_photograph(street):
    result = np.asarray(Cutout(count=(1, 1), size=(64, 64))(street, np.random.default_rng(1)), dtype=np.float64)
    mean = np.asarray(street).mean(axis=(0, 1))
    where = np.all(np.abs(result - mean) <= 1.0, axis=2)
    mask = changed(street, Image.fromarray(result.astype(np.uint8)))
    assert mask.sum() > 4000
    assert where[mask].all()


def test_counts_fill_their_range(two_tones):
    step = Cutout(count=(1, 3), size=(4, 4))
    areas = {int(changed(two_tones, step(two_tones, np.random.default_rng(seed))).sum()) for seed in range(60)}
    assert {16, 32, 48} <= areas  # fewer only where squares overlap
    assert max(areas) == 48


def test_sizes_fill_their_range(two_tones):
    step = Cutout(count=(1, 1), size=(6, 9))
    areas = {int(changed(two_tones, step(two_tones, np.random.default_rng(seed))).sum()) for seed in range(60)}
    assert areas == {36, 49, 64, 81}


def test_a_square_larger_than_the_image_takes_the_shorter_side(two_tones):
    mask = changed(two_tones, Cutout(count=(1, 1), size=(500, 500))(two_tones, np.random.default_rng(0)))
    assert box_of(mask) == (100, 100)


def test_squares_reach_every_border(two_tones):
    stripes = two_tones.crop((0, 0, 104, 100))
    step = Cutout(count=(1, 1), size=(98, 98))
    covered = np.zeros((100, 104), dtype=bool)
    for seed in range(200):
        covered |= changed(stripes, step(stripes, np.random.default_rng(seed)))
    assert covered.all()


@pytest.mark.parametrize("settings", [{"count": (0, 2)}, {"count": (2, 1)}, {"size": (0, 8)}, {"size": 1.5}])
def test_wrong_parameters_are_refused(settings):
    with pytest.raises(RealFakeError, match=f"'cutout' needs {next(iter(settings))}"):
        Cutout(**settings)
