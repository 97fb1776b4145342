"""Describe what is named: a recipe, or a model."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from realfake_hf.errors import RealFakeError
from realfake_hf.inference.description import describe_model
from realfake_hf.records.model_description import ModelDescription
from realfake_hf.weights import embedded_model_path, embedded_models


def describe(name: str, *, trust_remote_code: bool = False) -> ModelDescription:
    """Describe a recipe (by name or `.yaml` file) or a model (embedded, folder or Hub id).

    A name that is both is taken for the recipe, unless a folder of that name exists; its thresholds are then those of
    the embedded model, for a recipe has none of its own.

    Raises:
        RealFakeError: it is neither.
    """
    from realfake_hf.training.recipe import recipe_names

    if name in recipe_names() and name in embedded_models() and not Path(name).is_dir():
        return _with_thresholds_of(embedded_model_path(name), describe_recipe(name))
    if name.endswith((".yaml", ".yml")) or (name in recipe_names() and not Path(name).is_dir()):
        return describe_recipe(name)
    from realfake_hf.inference.model_loading import load_model

    try:
        loaded = load_model(name, trust_remote_code=trust_remote_code)
    except RealFakeError as error:
        looks_like_a_name = "/" not in name and not Path(name).exists()
        known = f" Recipes are {', '.join(recipe_names())}." if looks_like_a_name else ""
        raise RealFakeError(f"{error}{known}") from error
    return describe_model(loaded.model, loaded.processor, name=name)


def _with_thresholds_of(folder: Path, described: ModelDescription) -> ModelDescription:
    """What a recipe trains, as calibrated in the model that it became."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(folder)
    return dataclasses.replace(
        described,
        kind="recipe and embedded model",
        temperature=float(config.temperature),
        threshold_low=float(config.threshold_low),
        threshold_high=float(config.threshold_high),
    )


def describe_recipe(name: str) -> ModelDescription:
    """Describe what a recipe trains, without its pretrained weights and without memory for any.

    Raises:
        RealFakeError: an unknown or faulty recipe.
    """
    import torch

    from realfake_hf.training.model_factory import build_model, build_processor
    from realfake_hf.training.recipe import load_recipe

    recipe = load_recipe(name)
    if recipe.model.start_from:
        model = build_model(recipe.model)
    else:
        with torch.device("meta"):  # shapes without numbers
            model = build_model(dataclasses.replace(recipe.model, backbone=None))
    return describe_model(model, build_processor(recipe.processor), name=name, kind="recipe")
