"""What a detector is made with, where it is made later, or by somebody else: by a scan, by every worker of Ray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from realfake_hf.detection.detector import Detector
    from realfake_hf.detection.stability import Stability
    from realfake_hf.inference.onnx.onnx_model import Runtime


@dataclass(frozen=True)
class DetectorSettings:
    """The arguments of `Detector`, but for its threads."""

    model: str
    batch_size: int = 16
    num_crops: int | None = None
    trust_remote_code: bool = False
    runtime: Runtime = "auto"
    stability: Stability = "off"
    device: str | None = None

    @property
    def identity(self) -> str:
        """Of the detector, without loading it; see `model_identity`."""
        from realfake_hf.inference.model_identity import model_identity

        return model_identity(self.model, runtime=self.runtime, num_crops=self.num_crops, stability=self.stability)

    def detector(self, workers: int | None = None) -> Detector:
        """Load it.

        Args:
            workers: as of `Detector`.
        """
        from realfake_hf.detection.detector import Detector

        return Detector(**vars(self), workers=workers)
