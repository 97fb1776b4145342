"""The crop of a recipe, as the audit is told it."""

from __future__ import annotations

import pytest

from realfake_hf.data.auditing.audit import DEFAULT_CROP, TrainingCrop
from realfake_hf.training.crop import training_crop


def test_default_of_the_audit_is_what_its_recipe_says():
    assert training_crop(DEFAULT_CROP.recipe) == DEFAULT_CROP


@pytest.mark.parametrize(
    ("processor", "side"),
    [
        ("{size: 64}", 64),
        ("{size: 64, train_size: 48}", 48),
        ("{size: 64, mode: resize-crop}", 64),
        ("{size: 64, mode: resize-crop, resize_size: 72}", 72),
    ],
)
def test_of_a_file(tmp_path, processor, side):
    recipe = tmp_path / "small.yaml"
    recipe.write_text(f"name: small\nmodel: {{preset: realfake-net}}\nprocessor: {processor}\n")
    assert training_crop(str(recipe)) == TrainingCrop(str(recipe), side)
