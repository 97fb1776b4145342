"""What a model or a recipe is, in figures: parameters, operations, input, thresholds."""

from __future__ import annotations

import dataclasses
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from realfake_hf.errors import RealFakeError


@dataclass(frozen=True)
class InputDescription:
    """What a model looks at, after its processor.

    Attributes:
        height, width: of one crop, px.
        channels: 3, RGB.
        crops: of each image; their logits are averaged.
        mode: the processor's way to a square (`pad`, `resize-crop`, `native-crops`); "" for a foreign processor.
    """

    height: int
    width: int
    channels: int
    crops: int
    mode: str


@dataclass(frozen=True)
class ModelDescription:
    """A model in figures.

    Attributes:
        name: as it was asked for.
        kind: `model` or `recipe`.
        model_type: of its config.
        parameters: all of them.
        trainable_parameters: those that the recipe trains; of a model, all that are not frozen.
        macs: multiply-accumulate operations of its convolutions and dense layers, for one crop.
        input: see `InputDescription`.
        temperature, threshold_low, threshold_high: of the config; 1, 0.5 and 0.5 before calibration.
        labels: names by output.
    """

    name: str
    kind: str
    model_type: str
    parameters: int
    trainable_parameters: int
    macs: int
    input: InputDescription
    temperature: float
    threshold_low: float
    threshold_high: float
    labels: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def describe(name: str, *, trust_remote_code: bool = False) -> ModelDescription:
    """Describe a recipe (by name or `.yaml` file) or a model (embedded, folder or Hub id).

    A name that is both is taken for the recipe, unless a folder of that name exists.

    Raises:
        RealFakeError: it is neither.
    """
    from realfake_hf.training.recipe import recipe_names

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


def describe_model(model: Any, processor: Any, *, name: str = "", kind: str = "model") -> ModelDescription:
    """Describe a model of Transformers and its image processor. The model is on torch's `meta` device afterwards."""
    config = model.config
    seen = _describe_input(processor)
    parameters = list(model.parameters())
    return ModelDescription(
        name=name,
        kind=kind,
        model_type=config.model_type,
        parameters=sum(parameter.numel() for parameter in parameters),
        trainable_parameters=sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
        macs=count_macs(model, (seen.channels, seen.height, seen.width)),
        input=seen,
        temperature=float(getattr(config, "temperature", 1.0)),
        threshold_low=float(getattr(config, "threshold_low", 0.5)),
        threshold_high=float(getattr(config, "threshold_high", 0.5)),
        labels=[str(config.id2label[index]) for index in sorted(config.id2label)],
    )


def count_macs(model: Any, shape: tuple[int, int, int]) -> int:
    """Multiply-accumulate operations of one input (channels, height, width); the model is on `meta` afterwards."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    model.to("meta").eval()
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        model(pixel_values=torch.zeros(1, *shape, device="meta", dtype=next(model.parameters()).dtype))
    return int(counter.get_total_flops()) // 2  # it counts the multiplication and the addition


def _describe_input(processor: Any) -> InputDescription:
    from PIL import Image

    from realfake_hf.inference.predictor import prepare_image

    shape = tuple(prepare_image(processor, Image.new("RGB", (640, 480))).shape)
    crops = shape[0] if len(shape) == 4 else 1
    channels, height, width = shape[-3:]
    return InputDescription(height, width, channels, crops, str(getattr(processor, "mode", "")))
