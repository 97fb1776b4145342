"""Make Transformers' Auto classes and `pipeline` know our models, without importing Transformers early.

Transformers and torch take seconds to import and `realfake --help` must not. So nothing is imported here: registration
waits for somebody to import the Auto class that it concerns, and happens at once where that is already imported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def register_when_imported() -> None:
    """Register configurations, models and image processor with Transformers as soon as it is there."""
    waiting: dict[str, Callable[[ModuleType], None]] = {
        "transformers.models.auto.configuration_auto": _register_configs,
        "transformers.models.auto.modeling_auto": _register_models,
        "transformers.models.auto.image_processing_auto": _register_image_processor,
        "transformers.models.auto.video_processing_auto": _register_no_video_processor,
    }
    sys.meta_path.insert(0, _AfterImport(waiting))
    for name, register in waiting.items():
        if name in sys.modules:
            register(sys.modules[name])


class _AfterImport(MetaPathFinder):
    """Finds modules as the other finders do, and calls a function with each that it waits for once that is imported."""

    def __init__(self, waiting: dict[str, Callable[[ModuleType], None]]) -> None:
        self._waiting = waiting

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._waiting:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _ThenCall(spec.loader, self._waiting[fullname])
                return spec
        return None


class _ThenCall(Loader):
    """Another loader, and a call with what it loaded; afterwards the module has its own loader again."""

    def __init__(self, loader: Any, call: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._call = call

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._call(module)


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
