"""`realfake info`: versions, devices, models and recipes in figures."""

from __future__ import annotations

import importlib.util
import json
import re

import pytest
import torch

from realfake_hf.training.recipe import recipe_names
from realfake_hf.weights import embedded_model_path, embedded_models

from .conftest import one_sentence


def test_versions_devices_and_recipes(invoke):
    values = json.loads(invoke("info", "--json").stdout)
    # That of a CUDA build says +cu130 in the module alone.
    assert values["versions"]["torch"].split("+")[0] == torch.__version__.split("+")[0]
    assert any(device.startswith("cpu") for device in values["devices"])
    assert "cnn-128" in values["recipes"]


@pytest.mark.parametrize(("recipe", "one_logit_parameters"), [("cnn-128", 7_392_449), ("cnn-224", 41_823_617)])
def test_recipes_of_the_seed_have_its_parameters_but_for_the_second_logit(invoke, recipe, one_logit_parameters):
    values = json.loads(invoke("info", recipe, "--json").stdout)
    dense_width = {"cnn-128": 128, "cnn-224": 224}[recipe]
    assert values["parameters"] == one_logit_parameters + dense_width + 1
    assert values["trainable_parameters"] == values["parameters"]
    side = int(recipe.split("-")[1])
    assert values["input"] == {"height": side, "width": side, "channels": 3, "crops": 1, "mode": "pad"}


def test_macs_are_those_counted_by_hand(invoke):
    values = json.loads(invoke("info", "cnn-128", "--json").stdout)
    first, second = 126 * 126 * 32 * 3 * 9, 61 * 61 * 64 * 32 * 9
    dense = 30 * 30 * 64 * 128 + 128 * 2
    assert values["macs"] == first + second + dense


def test_frozen_backbone_is_not_trainable(invoke, tmp_path):
    recipe = tmp_path / "frozen.yaml"
    recipe.write_text("model: {preset: efficientnet-lite0, frozen_fraction: 1.0}\nprocessor: {size: 64}\n")
    values = json.loads(invoke("info", recipe, "--json").stdout)
    assert 0 < values["trainable_parameters"] < 10_000
    assert values["parameters"] > 3_000_000


def test_model_folder(invoke, tiny_model):
    result = invoke("info", tiny_model)
    assert result.exit_code == 0
    for words in ("model_type", "realfake_cnn", "threshold_high", "0.5", "native-crops"):
        assert words in result.output


@pytest.mark.parametrize("name", sorted(set(recipe_names()) & set(embedded_models())))
def test_a_recipe_that_became_an_embedded_model_shows_the_thresholds_that_judge(invoke, name):
    values = json.loads(invoke("info", name, "--json").stdout)
    config = json.loads((embedded_model_path(name) / "config.json").read_text())
    for key in ("temperature", "threshold_low", "threshold_high"):
        assert values[key] == config[key], key
    assert values["threshold_low"] < values["threshold_high"]
    assert values["kind"] == "recipe and embedded model"
    assert "training.num_train_epochs" in values["settings"]


def test_unknown_name_lists_the_recipes(invoke):
    result = invoke("info", "nonsense")
    assert result.exit_code == 2
    assert "cnn-128" in one_sentence(result.stderr)


def test_a_setting_that_is_not_set_is_none_and_a_missing_package_not_installed(invoke):
    recipe = invoke("info", "realfake-net").output
    assert re.search(r"early_stopping_patience +none$", recipe, re.MULTILINE)
    assert "not installed" not in recipe
    # Without timm, which the tests do not need.
    assert ("not installed" in invoke("info").output) is (importlib.util.find_spec("timm") is None)
