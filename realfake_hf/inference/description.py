"""Describe a loaded model: parameters, operations, input, thresholds."""

from __future__ import annotations

from typing import Any

from realfake_hf.records.model_description import InputDescription, ModelDescription


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
