"""What a model costs: parameters, multiply-adds, layers, milliseconds."""

from __future__ import annotations

import dataclasses
import os
import platform
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realfake_hf.records.cost import ModelCost

if TYPE_CHECKING:
    from torch import nn

    from realfake_hf.training.recipe import Recipe

THREADS = 1
WARM_UP = 3
REPEATS = 25
SECONDS = 10.0
"""A slow network is timed as often as fits into so many, at least five times."""


def measure_cost(recipe: Recipe, model: Any = None) -> ModelCost:
    """Measure a network on one CPU thread.

    The clock sees the network alone, batch 1: an image's crops go through it together, as they do for a verdict. The
    median of up to 25 repeats counts, after a warm-up.

    Args:
        recipe: says what is frozen in training, and how an image becomes inputs.
        model: what was trained by it, on the CPU; it is on torch's `meta` device afterwards. By default the recipe's
            network with random weights, which costs the same.

    Raises:
        RealFakeError: the recipe's model is refused.
    """
    import torch

    from realfake_hf.inference.description import describe_model
    from realfake_hf.training.model_factory import build_model, build_processor

    spec = recipe.model
    if model is None:
        with torch.random.fork_rng():
            model = build_model(spec if spec.start_from else dataclasses.replace(spec, backbone=None))
    model.freeze_backbone(spec.frozen_fraction)
    model.eval()
    layers, head = layer_counts(model), head_in_words(model)
    seen = (3, recipe.processor.size, recipe.processor.size)
    crops = recipe.processor.num_crops
    milliseconds = _milliseconds(model, (1, crops, *seen) if crops > 1 else (1, *seen))
    described = describe_model(model, build_processor(recipe.processor))
    return ModelCost(
        parameters=described.parameters,
        trainable_parameters=described.trainable_parameters,
        macs=described.macs,
        input=seen,
        layers=layers,
        head=head,
        milliseconds=milliseconds,
        threads=THREADS,
        hardware=processor_in_words(),
        inputs_per_image=crops,
    )


def multiply_adds(recipe: Recipe, side: int) -> int:
    """Of one input of `side` px; nothing is computed and no memory taken."""
    import torch

    from realfake_hf.inference.description import count_macs
    from realfake_hf.training.model_factory import build_model

    spec = recipe.model
    if spec.start_from:
        return count_macs(build_model(spec), (3, side, side))
    fields = {**spec.fields, "image_size": side}
    with torch.device("meta"):
        model = build_model(dataclasses.replace(spec, backbone=None, fields=fields))
    return count_macs(model, (3, side, side))


def layer_counts(model: nn.Module) -> dict[str, int]:
    """Type of layer -> how many, the most frequent first; containers and what passes everything on are no layers."""
    leaves = [module for module in model.modules() if not any(module.children()) and not _passes_on(module)]
    return dict(Counter(type(module).__name__ for module in leaves).most_common())


def _passes_on(module: nn.Module) -> bool:
    from torch import nn

    from realfake_hf.models.modeling_realfake_cnn import RealFakeHighPass

    return isinstance(module, nn.Identity) or (isinstance(module, RealFakeHighPass) and not module.filters)


def head_in_words(model: Any) -> list[str]:
    """How the backbone's map becomes two logits, step by step."""
    config, words = model.config, []
    pooling = getattr(config, "pooling", None) or {"flatten": "flatten"}.get(getattr(config, "head", ""), "")
    if pooling:
        words.append({"gap": "global average pooling", "gem": "generalised-mean pooling"}.get(pooling, pooling))
    if getattr(config, "statistics_layers", None):
        words.append("mean and deviation of middle layers beside it")
    of_whole_view = getattr(model.head, "whole_view_classifier", None)
    for module in model.head.modules():
        word = _layer_in_words(module)
        if module is of_whole_view:
            words[-1] += ", and another for the whole view"
        elif word == "ReLU" and words and words[-1].startswith("dense"):
            words[-1] += ", ReLU"
        elif word:
            words.append(word)
    if getattr(config, "head", "") == "patch":
        words.append("mean over all places")
    return words


def _layer_in_words(module: nn.Module) -> str:
    from torch import nn

    from realfake_hf.models.modeling_realfake_backbone import RealFakeStandardization

    if isinstance(module, (nn.Dropout, nn.Dropout2d)):
        return f"dropout {module.p:g}" if module.p else ""
    if isinstance(module, nn.Linear):
        return f"dense {module.out_features}"
    if isinstance(module, nn.Conv2d):
        return f"convolution {module.kernel_size[0]} x {module.kernel_size[1]}, {module.out_channels} logits"
    if isinstance(module, RealFakeStandardization):
        return "standardisation"
    return "ReLU" if isinstance(module, nn.ReLU) else ""


def processor_in_words() -> str:
    """The CPU that this runs on, as its maker calls it."""
    name = ""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    except OSError:
        name = platform.processor()
    cores = os.cpu_count() or 1
    return f"{name or platform.machine()}, {cores} core{'s' if cores > 1 else ''}"


def _milliseconds(model: nn.Module, shape: tuple[int, ...]) -> float:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        pixels = torch.rand(shape)
        times: list[float] = []
        with torch.inference_mode():
            for _ in range(WARM_UP):
                model(pixel_values=pixels)
            while len(times) < 5 or (len(times) < REPEATS and sum(times) < SECONDS):
                started = time.perf_counter()
                model(pixel_values=pixels)
                times.append(time.perf_counter() - started)
    finally:
        torch.set_num_threads(threads)
    return round(1000 * statistics.median(times), 3)
