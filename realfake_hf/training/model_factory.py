"""The network and image processor that a recipe describes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from transformers import AutoConfig, AutoModel, AutoModelForImageClassification

from realfake_hf.errors import RealFakeError, WeightsError, first_sentence
from realfake_hf.training.added_statistics import with_added_statistics
from realfake_hf.training.recipe import ModelSpec, ProcessorSpec
from realfake_hf.training.whole_view_layer import (
    has_whole_view_layer,
    with_whole_view_layer,
    without_whole_view_layer,
)

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
    from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel

# Facts of the ImageNet classifier that mean nothing in a detector's config.
CLASSIFIER_FIELDS = ("id2label", "label2id", "architectures", "dtype", "transformers_version", "_name_or_path")


def build_model(spec: ModelSpec, *, is_trained: bool = True) -> RealFakePreTrainedModel:
    """Build the network, with pretrained weights where the recipe names some, and freeze what it says.

    Random weights come from torch's global generator: seed it before.

    Args:
        spec: of the recipe.
        is_trained: its backbone will be another one, for which a layer of the whole view was not fitted.

    Raises:
        WeightsError: weights that cannot be loaded.
        RealFakeError: a backbone that is not a CNN, or fields that contradict each other.
    """
    try:
        model = _continued(spec.start_from, spec.average_with) if spec.start_from else _fresh(spec)
        if spec.add_statistics_layers:
            model = with_added_statistics(model, spec.add_statistics_layers)
        if is_trained and has_whole_view_layer(model):
            model = without_whole_view_layer(model)
        if spec.add_whole_view_layer:
            model = with_whole_view_layer(model)
        if spec.whole_view_share is not None:
            model.config.whole_view_share = spec.whole_view_share
            model.config.check_verdict_fields()
        model.freeze_backbone(spec.frozen_fraction, batch_norm=spec.freeze_batch_norm)
    except (ValueError, TypeError) as error:
        raise RealFakeError(f"The recipe's model is refused: {' '.join(str(error).split())}") from error
    return model


def build_processor(spec: ProcessorSpec) -> RealFakeImageProcessor:
    """Build the image processor that will travel with the model.

    Raises:
        RealFakeError: fields that contradict each other.
    """
    from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor

    fields = {name: value for name, value in dataclasses.asdict(spec).items() if value is not None}
    fields.pop("train_size", None)
    try:
        return RealFakeImageProcessor(**fields)
    except (ValueError, TypeError) as error:
        raise RealFakeError(f"The recipe's processor is refused: {error}") from error


def build_training_processor(spec: ProcessorSpec) -> RealFakeImageProcessor:
    """Build the processor whose geometry cuts the training crops, of `train_size`."""
    return build_processor(dataclasses.replace(spec, size=spec.train_size or spec.size))


def check_sizes(model: RealFakePreTrainedModel, *processors: RealFakeImageProcessor) -> None:
    """Whether the network takes what the processors give, tried on shapes alone.

    Raises:
        RealFakeError: it takes another size.
    """
    import copy

    from PIL import Image

    from realfake_hf.inference.predictor import prepare_image

    shapes = cast("Any", copy.deepcopy(model)).to("meta").eval()
    for processor in processors:
        crops = prepare_image(processor, Image.new("RGB", (640, 480)))
        try:
            shapes(pixel_values=crops.reshape(-1, *crops.shape[-3:]).to("meta"))
        except ValueError as error:
            raise RealFakeError(f"The recipe's network and its processor.size do not fit: {error}") from error


def _fresh(spec: ModelSpec) -> RealFakePreTrainedModel:
    from realfake_hf.models.configuration_realfake_backbone import RealFakeBackboneConfig
    from realfake_hf.models.presets import preset_config

    if spec.backbone is None:
        return AutoModelForImageClassification.from_config(preset_config(spec.preset, **spec.fields))
    pretrained = _load_backbone(spec.backbone)
    backbone_config = pretrained.config.to_dict()
    for name in CLASSIFIER_FIELDS:
        backbone_config.pop(name, None)
    config = preset_config(spec.preset, **{**spec.fields, "backbone_config": backbone_config})
    if not isinstance(config, RealFakeBackboneConfig):
        raise ValueError(f"{spec.preset} is trained from scratch: it has no backbone (set model.backbone=null).")
    model = AutoModelForImageClassification.from_config(config)
    weights = pretrained.state_dict()
    # Modules that the detector leaves out (squeeze-excite) have weights in the checkpoint all the same.
    missing = model.backbone.load_state_dict(weights, strict=False).missing_keys
    if missing:
        raise ValueError(f"{spec.backbone} lacks weights of the backbone, the first {missing[0]}.")
    return model


def _load_backbone(source: str) -> PreTrainedModel:
    import torch

    from realfake_hf.inference.model_loading import quiet_transformers
    from realfake_hf.models.configuration_realfake_backbone import check_is_cnn

    try:
        config = AutoConfig.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"The backbone {source} cannot be loaded ({first_sentence(error)}): give a folder or a Hub id by "
            f"`overrides` model.backbone=..., or train from random weights by `overrides` model.backbone=null."
        ) from error
    check_is_cnn(config.model_type, getattr(config, "architecture", None))
    try:
        # Transformers would report the ImageNet classifier, which is not wanted, as unexpected.
        with quiet_transformers():
            return AutoModel.from_pretrained(source, dtype=torch.float32, use_safetensors=True)
    except (OSError, ValueError, ImportError) as error:
        raise WeightsError(f"The weights of {source} cannot be loaded: {first_sentence(error)}.") from error


def _continued(source: str, others: Sequence[str]) -> RealFakePreTrainedModel:
    import torch

    model = _detector(source)
    states = [model.state_dict(), *(_detector(other).state_dict() for other in others)]
    for other, state in zip(others, states[1:], strict=True):
        if [(name, tensor.shape) for name, tensor in state.items()] != [
            (name, tensor.shape) for name, tensor in states[0].items()
        ]:
            raise RealFakeError(f"{other} is not the network of {source}: their weights have no mean.")
    mean = {
        name: torch.stack([state[name] for state in states]).mean(dim=0) if tensor.is_floating_point() else tensor
        for name, tensor in states[0].items()
    }
    model.load_state_dict(mean)
    # Calibration belongs to the weights before this training.
    model.config.temperature, model.config.threshold_low, model.config.threshold_high = 1.0, 0.5, 0.5
    return model


def _detector(source: str) -> RealFakePreTrainedModel:
    from realfake_hf.inference.model_loading import load_model
    from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel

    model = load_model(source).model
    if not isinstance(model, RealFakePreTrainedModel):
        raise RealFakeError(f"{source} is no detector of this package; use it with model.backbone instead.")
    return model
