"""Recipes: what ships is whole, overrides reach their key, mistakes are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.models.presets import PRESETS
from realfake_hf.training.recipe import load_recipe, recipe_from_dict, recipe_names


def test_there_is_a_recipe_for_every_candidate() -> None:
    assert set(recipe_names()) == set(PRESETS)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_shipped_recipe_names_its_own_preset_and_a_seed(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == recipe.model.preset == name
    assert isinstance(recipe.training["seed"], int)


def test_override_reaches_a_nested_key_with_its_yaml_type() -> None:
    recipe = load_recipe(
        "cnn-128", ["training.num_train_epochs=3", "training.learning_rate=1e-4", "augmentation=[flip]"]
    )
    assert recipe.training["num_train_epochs"] == 3
    assert recipe.training["learning_rate"] == pytest.approx(1e-4)
    assert recipe.augmentation == ["flip"]


def test_recipe_of_ones_own_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("model: {preset: cnn-128}\n")
    assert load_recipe(str(path)).name == "mine"


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("training.num_train_epoch=3", "training.num_train_epochs"),
        ("proccessor.size=3", "processor"),
        ("model.frozen_fractoin=1", "model.frozen_fraction"),
        ("processor.size=big", "processor.size must be int"),
        ("model.preset=resnet-05", "resnet-50"),
        ("mixed_precision=half", "mixed_precision must be"),
        ("augmentation=[jpg]", "jpeg"),
        ("no-equals-sign", "key=value"),
        ("name.first=x", "is not a mapping"),
        ("training.bf16=true", "training.bf16 cannot be set here: mixed_precision decides it"),
    ],
)
def test_wrong_override_is_one_sentence_with_the_nearest_known_name(override: str, said: str) -> None:
    with pytest.raises(RealFakeError, match=said) as caught:
        load_recipe("cnn-128", [override])
    assert "\n" not in str(caught.value)


def test_unknown_recipe_names_the_nearest() -> None:
    with pytest.raises(RealFakeError, match="did you mean cnn-128"):
        load_recipe("cnn128")


@pytest.mark.parametrize("text", ["- a list", "a: [unclosed"])
def test_file_that_is_no_recipe_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text)
    with pytest.raises(RealFakeError, match=r"broken\.yaml"):
        load_recipe(str(path))


def test_round_trip_through_plain_values(tiny_recipe_values: dict[str, Any]) -> None:
    recipe = recipe_from_dict(tiny_recipe_values)
    assert recipe_from_dict(recipe.to_dict()) == recipe
