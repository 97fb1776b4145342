from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageFilter

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import GaussianBlur


@pytest.mark.parametrize("radius", [0.3, 1.0, 4.0])
def test_it_is_pillows_gaussian_blur(crop, radius):
    result = GaussianBlur(radius=(radius, radius))(crop, np.random.default_rng(0))
    assert result.tobytes() == crop.filter(ImageFilter.GaussianBlur(radius)).tobytes()


def test_radius_0_is_the_very_image(crop):
    assert GaussianBlur(radius=0)(crop, np.random.default_rng(0)) is crop


def test_drawn_radii_stay_within_the_range(crop):
    def sharpness(image):
        return np.abs(np.diff(np.asarray(image, dtype=np.float32), axis=1)).mean()

    sharpest, softest = (sharpness(crop.filter(ImageFilter.GaussianBlur(radius))) for radius in (0.5, 2.0))
    step = GaussianBlur(radius=(0.5, 2.0))
    drawn = [sharpness(step(crop, np.random.default_rng(seed))) for seed in range(60)]
    assert softest <= min(drawn) < max(drawn) <= sharpest
    assert max(drawn) - min(drawn) > 0.8 * (sharpest - softest)


@pytest.mark.parametrize("radius", [(-1, 1), (2, 1), (0, 21), "soft"])
def test_wrong_radii_are_refused(radius):
    with pytest.raises(RealFakeError, match="'blur' needs radius"):
        GaussianBlur(radius=radius)
