"""RealFake HF: small CNNs that tell photographs from AI-generated images, on the Hugging Face stack.

Importing this package makes Transformers' Auto classes and `pipeline` know our models.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from wrapt import when_imported

from realfake_hf.models.registration import register_when_imported

__version__ = "0.1.0"

# Public name -> the module that defines it; resolved on first use, so that importing the package stays cheap.
_EXPORTS = {
    "Detector": "detection.detector",
    "embedded_model": "weights",
    "RealFakeError": "errors",
    "Verdict": "detection.verdict",
    "RealFakeCNNConfig": "models.configuration_realfake_cnn",
    "RealFakeCNNForImageClassification": "models.modeling_realfake_cnn",
    "RealFakeBackboneConfig": "models.configuration_realfake_backbone",
    "RealFakeBackboneForImageClassification": "models.modeling_realfake_backbone",
    "RealFakeImageProcessor": "models.image_processing_realfake",
}

__all__ = ["__version__", *_EXPORTS]


def _push_with_card(modeling: ModuleType) -> None:
    """Give `model.push_to_hub` the code, the processor and the card: models themselves know nothing of the Hub."""

    def push_to_hub(self: Any, *args: Any, **kwargs: Any) -> str:
        """As Transformers', and with this model's code, processor and card."""
        from realfake_hf.hub.push_loaded import push_loaded

        return push_loaded(self, *args, **kwargs)

    modeling.RealFakePreTrainedModel.push_to_hub = push_to_hub


class _MovedModule(ModuleType):
    """The old name of a module that went to `detection`: for one release it answers, and says so."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__spec__ = ModuleSpec(name, None)  # `importlib.util.find_spec` asks for it

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # who looks through all modules asks for these
            raise AttributeError(name)
        new = self.__name__.replace(".", ".detection.")
        value = getattr(importlib.import_module(new), name)
        public = new.rpartition(".")[2].title()
        message = f"{self.__name__} has moved: use realfake_hf.{public}, or import {new}."
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return value


detector, verdict = _MovedModule("realfake_hf.detector"), _MovedModule("realfake_hf.verdict")
sys.modules |= {module.__name__: module for module in (detector, verdict)}
register_when_imported()
when_imported(f"{__name__}.models.modeling_realfake")(_push_with_card)


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_EXPORTS[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
