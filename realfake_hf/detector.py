"""Moved to `realfake_hf.detection.detector`; this name goes with the next release."""

from __future__ import annotations

import warnings
from typing import Any

from realfake_hf.detection import detector as _moved

warnings.warn(
    "realfake_hf.detector has moved: use realfake_hf.Detector, or import realfake_hf.detection.detector.",
    DeprecationWarning,
    stacklevel=2,
)


def __getattr__(name: str) -> Any:
    return getattr(_moved, name)
