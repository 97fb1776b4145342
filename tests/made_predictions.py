"""Predictions made of numbers: no model, no images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from realfake_hf.records.predictions import Predictions
from realfake_hf.statistics.calibration import sigmoid


def predictions_of(
    labels: npt.ArrayLike,
    p_fake: npt.ArrayLike,
    sources: str | Sequence[str] | np.ndarray = "s",
    *,
    model: str = "m",
    tier: str = "clean",
    logit: npt.ArrayLike | None = None,
    index: npt.ArrayLike | None = None,
    errors: str | Sequence[str] = "",
) -> Predictions:
    """One row per label; a text given alone stands in every row."""
    p = np.asarray(p_fake, dtype=float)
    n = len(p)

    def column(values: str | Sequence[str] | np.ndarray) -> np.ndarray:
        return np.array([values] * n if isinstance(values, str) else list(values), dtype=object)

    return Predictions(
        model=column(model),
        index=np.arange(n) if index is None else np.asarray(index),
        path=column([f"{i}.jpg" for i in range(n)]),
        label=np.asarray(labels),
        source=column(sources),
        tier=column(tier),
        p_fake=p,
        logit=np.log(p / (1 - p)) if logit is None else np.asarray(logit),
        error=column(errors),
    )


def simulated(n: int, seed: int = 0, *, sharpness: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Labels drawn from calibrated logits, and those logits made too sure by `sharpness`."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, n)
    labels = (rng.random(n) < sigmoid(logits)).astype(int)
    return labels, logits * sharpness
