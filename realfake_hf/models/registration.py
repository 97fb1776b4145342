"""Make Transformers' Auto classes and `pipeline` know our models, without importing Transformers early.

Transformers and torch take seconds to import and `realfake --help` must not. So nothing is imported here: registration
waits for somebody to import the Auto class that it concerns, and happens at once where that is already imported.
"""

from __future__ import annotations

from types import ModuleType

from wrapt import when_imported


def register_when_imported() -> None:
    """Register configurations, models and image processor with Transformers as soon as it is there."""
    for name, register in {
        "configuration_auto": _register_configs,
        "modeling_auto": _register_models,
        "image_processing_auto": _register_image_processor,
        "video_processing_auto": _register_no_video_processor,
    }.items():
        when_imported(f"transformers.models.auto.{name}")(register)


def _register_configs(auto: ModuleType) -> None:
    from .configuration_realfake_backbone import RealFakeBackboneConfig
    from .configuration_realfake_cnn import RealFakeCNNConfig

    for config in (RealFakeCNNConfig, RealFakeBackboneConfig):
        auto.AutoConfig.register(config.model_type, config, exist_ok=True)


def _register_models(auto: ModuleType) -> None:
    from .configuration_realfake_backbone import RealFakeBackboneConfig
    from .configuration_realfake_cnn import RealFakeCNNConfig
    from .modeling_realfake_backbone import RealFakeBackboneForImageClassification
    from .modeling_realfake_cnn import RealFakeCNNForImageClassification

    for config, model in (
        (RealFakeCNNConfig, RealFakeCNNForImageClassification),
        (RealFakeBackboneConfig, RealFakeBackboneForImageClassification),
    ):
        auto.AutoModelForImageClassification.register(config, model, exist_ok=True)


def _register_image_processor(auto: ModuleType) -> None:
    from .configuration_realfake_backbone import RealFakeBackboneConfig
    from .configuration_realfake_cnn import RealFakeCNNConfig
    from .image_processing_realfake import RealFakeImageProcessor

    # The same class for either backend: where torchvision is installed, Transformers looks for its own first.
    classes = {"pil": RealFakeImageProcessor, "torchvision": RealFakeImageProcessor}
    for config in (RealFakeCNNConfig, RealFakeBackboneConfig):
        try:
            auto.AutoImageProcessor.register(config, image_processor_classes=classes, exist_ok=True)
        except TypeError:  # the first releases of Transformers 5 have no backends yet
            auto.AutoImageProcessor.register(config, RealFakeImageProcessor, exist_ok=True)


def _register_no_video_processor(auto: ModuleType) -> None:
    """Say that our models have none: `pipeline` looks for every kind of processor, takes the code of the image
    processor for a video processor's, and would ask whether to run it."""
    from .configuration_realfake_backbone import RealFakeBackboneConfig
    from .configuration_realfake_cnn import RealFakeCNNConfig

    for config in (RealFakeCNNConfig, RealFakeBackboneConfig):
        auto.VIDEO_PROCESSOR_MAPPING.register(config, {}, exist_ok=True)
