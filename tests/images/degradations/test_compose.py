from __future__ import annotations

import numpy as np
import pytest
import yaml

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import (
    STEPS,
    Compose,
    Cutout,
    Flip,
    GaussianBlur,
    RandomCrop,
    RecompressJpeg,
    RecompressWebp,
    Resample,
    build_augmentation,
)

RECIPE = """
- random_crop: {size: 128}
- flip: {}
- resample: {probability: 0.3, scale: [0.5, 1.0], filters: [bilinear, lanczos]}
- jpeg: {probability: 0.7, rounds: [1, 3], quality: [30, 95]}
- webp: {probability: 0.1, quality: 80}
- blur:
- cutout
"""


def test_a_recipes_list_becomes_its_steps_in_order():
    assert build_augmentation(yaml.safe_load(RECIPE)) == Compose(
        [
            RandomCrop(size=128),
            Flip(),
            Resample(probability=0.3, scale=(0.5, 1.0), filters=("bilinear", "lanczos")),
            RecompressJpeg(probability=0.7, rounds=(1, 3), quality=(30, 95)),
            RecompressWebp(probability=0.1, quality=(80, 80)),
            GaussianBlur(),
            Cutout(),
        ]
    )


def test_a_whole_recipe_turns_a_photograph_into_a_seeded_crop(street):
    augmentation = build_augmentation(yaml.safe_load(RECIPE))
    results = [augmentation(street, np.random.default_rng(seed)) for seed in (1, 2, 1)]
    assert {result.size for result in results} == {(128, 128)}
    assert results[0].tobytes() == results[2].tobytes()
    assert results[0].tobytes() != results[1].tobytes()


def test_steps_follow_each_other_with_one_generator(street):
    steps = [RandomCrop(size=64), RecompressJpeg(quality=(20, 90)), GaussianBlur()]
    rng = np.random.default_rng(5)
    rng.random()  # whether the whole row acts
    expected = street
    for step in steps:
        expected = step(expected, rng)
    assert Compose(steps)(street, np.random.default_rng(5)).tobytes() == expected.tobytes()


def test_a_row_acts_as_a_whole_with_its_probability(crop):
    row = Compose([GaussianBlur(radius=2), Cutout()], probability=0.5)
    rng = np.random.default_rng(0)
    untouched = sum(row(crop, rng) is crop for _ in range(300))
    assert 110 < untouched < 190


def test_a_step_may_come_several_times_and_rows_may_hold_rows(crop):
    spec = [{"jpeg": {"quality": 90}}, {"random_crop": {"size": 100}}, {"jpeg": {"quality": 50}}]
    assert [step.name for step in build_augmentation(spec).steps] == ["jpeg", "random_crop", "jpeg"]
    assert Compose([build_augmentation(spec), Flip()])(crop, np.random.default_rng(0)).size == (100, 100)


@pytest.mark.parametrize("spec", [None, [], ()])
def test_no_steps_leave_the_very_image(crop, spec):
    assert build_augmentation(spec)(crop, np.random.default_rng(0)) is crop


def message(spec) -> str:
    with pytest.raises(RealFakeError) as caught:
        build_augmentation(spec)
    return str(caught.value)


def test_an_unknown_step_is_named_with_the_nearest_known_one():
    assert message([{"jpge": {"quality": 60}}]) == (
        f"Unknown augmentation step 'jpge' (did you mean 'jpeg'?): known are {', '.join(STEPS)}."
    )


def test_an_unknown_key_is_named_with_its_step_and_the_nearest_known_one():
    assert message([{"jpeg": {"qualty": 60}}]) == (
        "Unknown key of the step 'jpeg' 'qualty' (did you mean 'quality'?): known are probability, rounds, "
        "quality, subsampling."
    )


def test_a_wrong_value_is_named_with_its_step_and_key():
    assert message([{"flip": {}}, {"resample": {"scale": [1.0, 0.5]}}]) == (
        "The step 'resample' needs scale as a number or a pair [smallest, largest] within 0.05 to 4, not [1.0, 0.5]."
    )


@pytest.mark.parametrize(
    ("spec", "part"),
    [
        ("jpeg", "is a list of steps"),
        ({"jpeg": {}}, "is a list of steps"),
        (7, "is a list of steps"),
        ([{"jpeg": {}, "flip": {}}], "is one name with its parameters"),
        ([{}], "is one name with its parameters"),
        ([3], "is one name with its parameters"),
        ([None], "is one name with its parameters"),
        ([{"jpeg": 60}], "parameters of the step 'jpeg' are names with values"),
        ([{"jpeg": [60]}], "parameters of the step 'jpeg' are names with values"),
        ([{3: {}}], "Unknown augmentation step '3'"),
        ([{"jpeg": {3: 4}}], "Unknown key of the step 'jpeg' '3'"),
        (["compose"], "Unknown augmentation step 'compose'"),
    ],
)
def test_a_wrong_list_is_refused_in_one_sentence(spec, part):
    sentence = message(spec)
    assert part in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
