"""A recipe that trains in a second, and scores to compute costs from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from made_predictions import predictions_of

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
    return predictions_of(labels, p_fake, sources, index=index)
