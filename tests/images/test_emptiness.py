"""Where nothing is shown there is nothing to judge; a photograph, however dark, noisy or small, shows something."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.words import NOTHING_TO_JUDGE
from realfake_hf.images.emptiness import shows_nothing
from realfake_hf.images.image_files import open_image


def noise(*size: int, seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8))


def transparent() -> Image.Image:
    image = Image.effect_noise((480, 320), 60).convert("RGBA")
    image.putalpha(0)
    return open_image(image)


def red_with_a_dead_pixel() -> Image.Image:
    image = Image.new("RGB", (300, 200), "red")
    image.putpixel((77, 11), (0, 0, 0))
    return image


def white_with_a_mark(side: int) -> Image.Image:
    """360,000 pixels, of which a black square in the middle takes some: 360 of them are one in a thousand."""
    image = Image.new("RGB", (600, 600), "white")
    image.paste("black", (300, 300, 300 + side, 300 + side))
    return image


EMPTY = {
    "white": lambda: Image.new("RGB", (512, 512), "white"),
    "black": lambda: Image.new("RGB", (512, 512)),
    "grey": lambda: Image.new("RGB", (300, 200), "grey"),
    "red with a dead pixel": red_with_a_dead_pixel,
    "white with a small mark": lambda: white_with_a_mark(18),
    "transparent": transparent,
    "uniform noise": lambda: noise(512, 512),
    "small noise": lambda: noise(48, 48),
    "gaussian noise": lambda: Image.effect_noise((400, 300), 60).convert("RGB"),
    "strip": lambda: Image.effect_noise((3000, 2), 60).convert("RGB"),
    "dot": lambda: Image.new("RGB", (1, 1)),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_is_shown(name):
    assert shows_nothing(EMPTY[name]())


def test_a_mark_on_more_than_a_thousandth_of_the_pixels_is_something():
    assert not shows_nothing(white_with_a_mark(20))


def test_a_mark_in_one_colour_alone_is_something():
    image = Image.new("RGB", (600, 600), "white")
    image.paste((255, 255, 0), (300, 300, 400, 400))
    assert not shows_nothing(image)


@pytest.mark.parametrize("along", ["rows", "columns"])
def test_what_hangs_together_in_one_direction_is_no_noise(along):
    phases = np.random.default_rng(0).uniform(0, 2 * np.pi, (400, 1))
    waves = (128 + 100 * np.sin(phases + 0.1 * np.arange(400))).astype(np.uint8)
    assert not shows_nothing(Image.fromarray(waves if along == "rows" else waves.T.copy()).convert("RGB"))


def test_photographs_show_something(photo_paths):
    for path in photo_paths:
        photo = open_image(path)
        for view in (
            photo,
            photo.resize((32, 24)),
            photo.point(lambda level: level // 16),  # at night
            photo.filter(ImageFilter.GaussianBlur(8)),
            Image.blend(photo, noise(photo.height, photo.width), 0.5),
            photo.crop((0, 0, photo.width, 20)),
        ):
            assert not shows_nothing(view), (path, view.size)


@pytest.mark.parametrize("name", EMPTY)
def test_the_verdict_is_unsure_with_its_warning_and_keeps_p_fake(tiny_model, name):
    detector = Detector(tiny_model)
    detector.threshold_low = detector.threshold_high = 0.0  # everything is fake
    verdict = detector(EMPTY[name]())
    assert verdict.label == "unsure"
    assert NOTHING_TO_JUDGE in verdict.warnings
    assert 0 <= verdict.p_fake <= 1


def test_a_photographs_verdict_is_its_own(tiny_model, photo_paths):
    detector = Detector(tiny_model)
    detector.threshold_low = detector.threshold_high = 0.0
    assert detector(photo_paths[0]).label == "fake"
