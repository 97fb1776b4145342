"""Moved to `realfake_hf.detection.verdict`; this name goes with the next release."""

from __future__ import annotations

import warnings
from typing import Any

from realfake_hf.detection import verdict as _moved

warnings.warn(
    "realfake_hf.verdict has moved: use realfake_hf.Verdict, or import realfake_hf.detection.verdict.",
    DeprecationWarning,
    stacklevel=2,
)


def __getattr__(name: str) -> Any:
    return getattr(_moved, name)
