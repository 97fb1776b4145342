"""A recipe that trains in a second, and scores to compute costs from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml

from realfake_hf.records.predictions import Predictions

TINY = {
    "name": "tiny",
    "model": {
        "preset": "realfake-net",
        "fields": {"widths": [8, 8], "depths": [1, 1], "downsampling": ["none", "stride"], "image_size": 48},
    },
    "processor": {"size": 48},
    "training": {"num_train_epochs": 1, "per_device_train_batch_size": 8, "optim": "adamw_torch", "seed": 7},
}


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """`realfake-net` at eight channels, one epoch, as a file."""
    path = tmp_path / "tiny.yaml"
    path.write_text(yaml.safe_dump(TINY))
    return path


def scored(
    labels: Sequence[int], p_fake: Sequence[float], sources: Sequence[str], index: Sequence[int] | None = None
) -> Predictions:
    """Predictions in the tier clean."""
    n, p = len(labels), np.array(p_fake, dtype=float)
    return Predictions(
        model=np.full(n, "m", dtype=object),
        index=np.arange(n) if index is None else np.array(index),
        path=np.array([f"{i}.jpg" for i in range(n)], dtype=object),
        label=np.array(labels),
        source=np.array(sources, dtype=object),
        tier=np.full(n, "clean", dtype=object),
        p_fake=p,
        logit=np.log(p / (1 - p)),
        error=np.full(n, "", dtype=object),
    )
