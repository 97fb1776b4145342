"""A value that no run can take is refused before anything is loaded, in one sentence that says what would do."""

from __future__ import annotations

import pytest
from datasets import ClassLabel, Dataset, Features

from realfake_hf.data.holdout import hold_out
from realfake_hf.errors import RealFakeError
from realfake_hf.training.recipe import load_recipe, recipe_names
from realfake_hf.training.settings import settable_keys


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("training.num_train_epochs=abc", "training.num_train_epochs must be a number, not 'abc'."),
        ("training.num_train_epochs=-1", "training.num_train_epochs must be at least 0, not -1."),
        ("training.num_train_epochs=.nan", "training.num_train_epochs must be a number, not nan."),
        ("training.per_device_train_batch_size=0", "training.per_device_train_batch_size must be at least 1, not 0."),
        ("training.max_steps=2.5", "training.max_steps must be a whole number, not 2.5."),
        ("training.seed=-3", "training.seed must be from 0 to 4294967295, not -3."),
        ("training.learning_rate=true", "training.learning_rate must be a number, not True."),
        ("training.bf16=true", "training.bf16 cannot be set here: mixed_precision decides it."),
        ("sampling.validation_fraction=0", "sampling.validation_fraction must be above 0 and below 1, not 0."),
        ("distillation.temperature=0.5", "distillation.temperature must be at least 1, not 0.5."),
        ("weight_averaging=1", "weight_averaging must be from 0 and below 1, not 1."),
    ],
)  # fmt: skip
def test_wrong_values_are_one_sentence(override, sentence):
    with pytest.raises(RealFakeError) as caught:
        load_recipe("cnn-128", [override])
    assert str(caught.value) == sentence


def test_unknown_key_says_where_the_keys_are_listed():
    with pytest.raises(RealFakeError, match=r"Unknown key sampling\.balanced; .*`realfake info RECIPE` lists the keys"):
        load_recipe("cnn-128", ["sampling.balanced=true"])


@pytest.mark.parametrize("name", recipe_names())
def test_every_listed_key_can_be_set_to_the_value_it_has(name):
    keys = settable_keys(load_recipe(name).to_dict())
    assert {"training.seed", "processor.size", "sampling.validation_fraction", "mixed_precision"} <= keys.keys()


def test_too_few_images_to_hold_some_out():
    features = Features(label=ClassLabel(names=["real", "fake"]))
    rows = Dataset.from_dict({"label": [0, 0, 0, 1, 1, 1]}, features=features)
    with pytest.raises(RealFakeError) as caught:
        hold_out(rows, 0.2, seed=0)
    assert str(caught.value) == (
        "There are 3 real and 3 fake images to train on: to hold 0.2 of them out for validation takes at least 5 of "
        "each, or give them a val split of their own."
    )
