"""The models that a visitor may choose from: a fixed list, each loaded once, in this process."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from realfake_hf.detection.detector import Detector
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import DEFAULT_MODEL, model_folder
from realfake_hf.weights import embedded_models
from space_app.measured import Measured

MODEL_VARIABLE = "REALFAKE_MODEL"
BATCH_SIZE = 4
"""Images held at a time; uploads may be large."""


@dataclass
class Models:
    """The choice of models and those of them that are loaded.

    Attributes:
        sources: name as visitors see it -> what `Detector` loads; the first is the default.
    """

    sources: dict[str, str]
    _loaded: dict[str, Detector] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def offered(cls, model: str | None = None) -> Models:
        """The embedded models, and before them the one that the operator names here or in REALFAKE_MODEL.

        Raises:
            RealFakeError: there is none at all.
        """
        named = model or os.environ.get(MODEL_VARIABLE) or DEFAULT_MODEL
        sources = {name: name for name in embedded_models()}
        if named in sources:
            sources = {named: named, **sources}
        elif named != DEFAULT_MODEL:
            sources = {_shown_name(named): named, **sources}
        if not sources:
            raise RealFakeError("There is no model to offer: name one with --model or REALFAKE_MODEL.")
        return cls(sources)

    @property
    def names(self) -> list[str]:
        """As visitors see them, the default first."""
        return list(self.sources)

    @property
    def default(self) -> str:
        """The name of the model that is chosen at first."""
        return self.names[0]

    def detector(self, name: str) -> Detector:
        """The detector of an offered model; code that comes with a model is never run.

        Raises:
            RealFakeError: the name is not on the list, or the model cannot be loaded.
        """
        source = self._source(name)
        with self._lock:
            if name not in self._loaded:
                detector = Detector(source, batch_size=BATCH_SIZE)
                detector.identity = f"{name}@{detector.identity.rpartition('@')[2]}"  # verdicts carry it
                self._loaded[name] = detector
            return self._loaded[name]

    def measured(self, name: str) -> Measured:
        """The figures that lie beside an offered model."""
        return Measured.read(model_folder(self._source(name)))

    def thresholds(self, name: str) -> tuple[float, float]:
        """Below the first an offered model says real, from the second on fake."""
        detector = self.detector(name)
        return detector.threshold_low, detector.threshold_high

    def _source(self, name: str) -> str:
        if name not in self.sources:
            raise RealFakeError(f"There is no model {name!r} here: choose from {', '.join(self.names)}.")
        return self.sources[name]


def _shown_name(model: str) -> str:
    """A Hub id as it is; of a folder its name alone, because paths of the machine are nobody's business."""
    path = Path(model).expanduser()
    if not path.is_dir():
        return model
    path = path.resolve()
    return path.parent.name if path.name == "model" else path.name
