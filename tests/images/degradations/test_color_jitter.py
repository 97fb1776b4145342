from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageEnhance

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import ColorJitter


def test_it_is_brightness_then_contrast_then_saturation_of_pillow(crop):
    rng = np.random.default_rng(7)
    rng.random()  # whether the step acts
    brightness, contrast, saturation = (1 - change + 2 * change * rng.random() for change in (0.1, 0.2, 0.3))
    expected = ImageEnhance.Brightness(crop).enhance(brightness)
    expected = ImageEnhance.Contrast(expected).enhance(contrast)
    expected = ImageEnhance.Color(expected).enhance(saturation)
    step = ColorJitter(brightness=0.1, contrast=0.2, saturation=0.3)
    assert step(crop, np.random.default_rng(7)).tobytes() == expected.tobytes()


def test_brightness_stays_within_its_range(crop):
    step = ColorJitter(brightness=0.2, contrast=0, saturation=0)
    mean = np.asarray(crop).mean()
    ratios = [np.asarray(step(crop, np.random.default_rng(seed))).mean() / mean for seed in range(80)]
    assert 0.79 < min(ratios) < 0.85
    assert 1.1 < max(ratios) <= 1.2  # bright pixels clip: the mean falls a little short of the factor


def test_contrast_stays_within_its_range_and_leaves_the_mean(crop):
    step = ColorJitter(brightness=0, contrast=0.2, saturation=0)
    grey = crop.point([96 + value // 4 for value in range(256)] * 3)
    results = [np.asarray(step(grey, np.random.default_rng(seed)), dtype=np.float64) for seed in range(80)]
    spreads = [result.std() / np.asarray(grey).std() for result in results]
    assert 0.79 < min(spreads) < 0.84
    assert 1.16 < max(spreads) < 1.21
    assert max(abs(result.mean() - np.asarray(grey).mean()) for result in results) < 2


def test_saturation_1_reaches_nearly_grey_and_keeps_the_luma(crop):
    step = ColorJitter(brightness=0, contrast=0, saturation=1)
    results = [step(crop, np.random.default_rng(seed)) for seed in range(80)]
    spreads = [float(np.asarray(image, dtype=np.float64).std(axis=2).mean()) for image in results]
    assert min(spreads) < 0.1 * max(spreads)


def test_grey_images_stay_grey_under_saturation(crop):
    grey = crop.convert("L").convert("RGB")
    step = ColorJitter(brightness=0, contrast=0, saturation=0.5)
    assert step(grey, np.random.default_rng(0)).tobytes() == grey.tobytes()


def test_nothing_to_change_is_the_very_image(crop):
    assert ColorJitter(brightness=0, contrast=0, saturation=0)(crop, np.random.default_rng(0)) is crop


@pytest.mark.parametrize("key", ["brightness", "contrast", "saturation"])
@pytest.mark.parametrize("value", [-0.1, 1.1, (0.8, 1.2), "much"])
def test_wrong_strengths_are_refused(key, value):
    with pytest.raises(RealFakeError, match=f"'color_jitter' needs {key} as a number within 0 to 1"):
        ColorJitter(**{key: value})
