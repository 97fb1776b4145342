from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import Flip


def outcomes(step: Flip, image, draws: int = 800) -> Counter[bytes]:
    rng = np.random.default_rng(0)
    return Counter(step(image, rng).tobytes() for _ in range(draws))


def symmetries(pixels: np.ndarray) -> list[np.ndarray]:
    """The eight symmetries of a square, written with NumPy: turns, then mirrored turns."""
    turns = [np.rot90(pixels, quarter) for quarter in range(4)]
    return turns + [turn[:, ::-1] for turn in turns]


def test_by_default_left_and_right_change_places_half_of_the_time(crop):
    found = outcomes(Flip(), crop)
    pixels = np.asarray(crop)
    assert set(found) == {pixels.tobytes(), pixels[:, ::-1].tobytes()}
    assert min(found.values()) > 330


def test_vertical_adds_upside_down_and_half_a_turn_all_equally_often(crop):
    found = outcomes(Flip(probability=0.75, vertical=True), crop)
    pixels = np.asarray(crop)
    expected = (pixels, pixels[:, ::-1], pixels[::-1], pixels[::-1, ::-1])
    assert set(found) == {symmetry.tobytes() for symmetry in expected}
    assert min(found.values()) > 140


def test_rot90_draws_all_eight_symmetries_of_the_square_equally_often(crop):
    found = outcomes(Flip(probability=7 / 8, rot90=True), crop)
    assert set(found) == {symmetry.tobytes() for symmetry in symmetries(np.asarray(crop))}
    assert min(found.values()) > 65


def test_rot90_swaps_the_sides_of_a_rectangle_the_others_keep_them(street):
    sizes = {Flip(probability=1, rot90=True)(street, np.random.default_rng(seed)).size for seed in range(20)}
    assert sizes == {(640, 427), (427, 640)}
    sizes = {Flip(probability=1, vertical=True)(street, np.random.default_rng(seed)).size for seed in range(20)}
    assert sizes == {(640, 427)}


@pytest.mark.parametrize("key", ["vertical", "rot90"])
def test_what_is_not_true_or_false_is_refused(key):
    with pytest.raises(RealFakeError, match=f"'flip' needs {key} as true or false, not 'no'"):
        Flip(**{key: "no"})
