"""What a model or a recipe is, in figures: parameters, operations, input, thresholds; `realfake info --json`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InputDescription:
    """What a model looks at, after its processor.

    Attributes:
        height, width: of one crop, px.
        channels: 3, RGB.
        crops: of each image; their logits are averaged.
        mode: the processor's way to a square (`pad`, `resize-crop`, `native-crops`); "" for a third-party processor.
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
        kind: `model`, `recipe`, or `recipe and embedded model` where a name is both.
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
