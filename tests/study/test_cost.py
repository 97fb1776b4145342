"""What a network costs, told in figures and words."""

from __future__ import annotations

import torch
from models.battery import build

from realfake_hf.study.cost import head_in_words, layer_counts, measure_cost
from realfake_hf.training.model_factory import build_model
from realfake_hf.training.recipe import load_recipe, recipe_from_dict

from .conftest import TINY


def test_cnn_128_has_the_seeds_layers_and_head() -> None:
    with torch.device("meta"):
        model = build_model(load_recipe("cnn-128").model)
    assert layer_counts(model) == {"Conv2d": 2, "MaxPool2d": 2, "Linear": 2, "ReLU": 1, "Dropout": 1}
    assert head_in_words(model) == ["flatten", "dense 128, ReLU", "dropout 0.5", "dense 2"]


def test_frozen_backbone_is_not_counted_as_trainable() -> None:
    recipe = load_recipe("efficientnetv2-b0", ["model.fields.backbone_config={model_type: resnet, depths: [1]}"])
    cost = measure_cost(recipe_from_dict({**recipe.to_dict(), "processor": {"mode": "pad", "size": 32}}))
    assert cost.trainable_parameters < cost.parameters
    assert cost.head == ["global average pooling", "dropout 0.5", "dense 128, ReLU", "dense 2"]


def test_every_crop_of_an_image_counts_in_its_milliseconds() -> None:
    one = measure_cost(recipe_from_dict({**TINY, "name": "one"}))
    many = measure_cost(recipe_from_dict({**TINY, "name": "many", "processor": {"size": 48, "num_crops": 9}}))
    assert (one.macs, one.input, one.threads) == (many.macs, (3, 48, 48), 1)
    assert many.inputs_per_image == 9
    assert many.milliseconds > one.milliseconds > 0
    assert one.total_layers == sum(one.layers.values())
    assert "core" in one.hardware


def test_layer_of_the_whole_view_is_named() -> None:
    model = build("resnet", standardize_features=True, whole_view_layer=True)
    last = "dense 2, and another for the whole view"
    assert head_in_words(model) == ["global average pooling", "standardisation", last]
