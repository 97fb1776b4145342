"""What holds for every step that a recipe can name."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import STEPS, Degradation
from realfake_hf.images.degradations.base import draw_integer, draw_number, draw_one

EVERY_STEP = pytest.mark.parametrize("step_class", STEPS.values(), ids=STEPS)


def degraded(step: Degradation, image: Image.Image, seed: int) -> bytes:
    return step(image, np.random.default_rng(seed)).tobytes()


@EVERY_STEP
def test_same_seed_gives_the_same_pixels(step_class, crop):
    step = step_class(probability=1.0)
    assert [degraded(step, crop, seed) for seed in range(5)] == [degraded(step, crop, seed) for seed in range(5)]


@EVERY_STEP
def test_other_seeds_give_other_pixels(step_class, street):
    step = step_class(probability=0.5)
    assert len({degraded(step, street, seed) for seed in range(20)}) > 1


@EVERY_STEP
def test_probability_0_returns_the_very_image(step_class, crop):
    step = step_class(probability=0.0)
    assert all(step(crop, np.random.default_rng(seed)) is crop for seed in range(20))


@EVERY_STEP
def test_probability_1_always_acts(step_class, street):
    step = step_class(probability=1.0)
    untouched = street.tobytes()
    assert all(degraded(step, street, seed) != untouched for seed in range(20))


@EVERY_STEP
def test_probability_one_quarter_acts_about_every_fourth_time(step_class, crop):
    step = step_class(probability=0.25)
    rng = np.random.default_rng(30)
    acted = sum(step(crop, rng) is not crop for _ in range(400))
    assert 60 <= acted <= 140  # 100 expected, 4.6 standard deviations either way


@EVERY_STEP
def test_a_changed_probability_leaves_the_draws_of_an_acting_step_as_they_are(step_class, street):
    seed = next(seed for seed in range(100) if np.random.default_rng(seed).random() < 0.3)
    assert degraded(step_class(probability=0.3), street, seed) == degraded(step_class(probability=1.0), street, seed)


@EVERY_STEP
def test_the_given_image_is_left_untouched(step_class, street):
    image, before = street.copy(), street.tobytes()
    for seed in range(5):
        step_class(probability=1.0)(image, np.random.default_rng(seed))
    assert image.tobytes() == before
    assert image.size == street.size


@EVERY_STEP
@given(width=st.integers(1, 24), height=st.integers(1, 24), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_tiny_images_survive_as_rgb_of_the_promised_size(step_class, street, width, height, seed):
    step = step_class(probability=1.0)
    result = step(street.crop((300, 200, 300 + width, 200 + height)), np.random.default_rng(seed))
    assert result.mode == "RGB"
    assert result.size == ((step.size, step.size) if step.name == "random_crop" else (width, height))


@EVERY_STEP
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (8, 8), (17, 5)])
def test_narrow_images_keep_their_size(step_class, street, size):
    step = step_class(probability=1.0)
    result = step(street.crop((0, 0, *size)), np.random.default_rng(3))
    assert result.size == ((step.size, step.size) if step.name == "random_crop" else size)


@EVERY_STEP
def test_results_are_plain_images_that_a_worker_can_send(step_class, crop):
    result = step_class(probability=1.0)(crop, np.random.default_rng(0))
    assert type(result) is Image.Image
    assert pickle.loads(pickle.dumps(result)).tobytes() == result.tobytes()


@EVERY_STEP
def test_steps_are_frozen_equal_by_value_and_picklable(step_class):
    step = step_class(probability=0.5)
    assert step == step_class(probability=0.5)
    assert step != step_class(probability=0.25)
    assert hash(step) == hash(step_class(probability=0.5))
    assert pickle.loads(pickle.dumps(step)) == step
    with pytest.raises(FrozenInstanceError):
        step.probability = 1.0


@EVERY_STEP
@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan"), "often", None, True])
def test_a_probability_outside_0_to_1_is_refused(step_class, probability):
    with pytest.raises(RealFakeError, match=f"'{step_class.name}' needs probability as a number within 0 to 1"):
        step_class(probability=probability)


@EVERY_STEP
@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_other_modes_than_rgb_are_refused_even_when_the_step_would_not_act(step_class, crop, mode):
    with pytest.raises(RealFakeError, match=f"needs an RGB image, not {mode}"):
        step_class(probability=0.0)(crop.convert(mode), np.random.default_rng(0))


def test_whole_numbers_are_drawn_uniformly_with_both_ends():
    rng = np.random.default_rng(0)
    counts = np.bincount([draw_integer((3, 6), rng) for _ in range(4000)], minlength=7)
    assert counts[:3].sum() == 0
    assert counts[3:].min() > 850


def test_numbers_stay_within_their_bounds_and_reach_their_ends():
    rng = np.random.default_rng(0)
    drawn = sorted(draw_number((0.5, 0.75), rng) for _ in range(2000))
    assert 0.5 <= drawn[0] < 0.502
    assert 0.748 < drawn[-1] <= 0.75
    assert max(after - before for before, after in pairwise(drawn)) < 0.005


def test_every_name_is_drawn():
    rng = np.random.default_rng(0)
    drawn = [draw_one(("a", "b", "c"), rng) for _ in range(3000)]
    assert min(drawn.count(name) for name in "abc") > 850
