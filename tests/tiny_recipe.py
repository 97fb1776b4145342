"""A recipe that trains in seconds on one core."""

from __future__ import annotations

import copy
from typing import Any

TINY_MODEL = {
    "preset": "realfake-net",
    "fields": {"widths": [8, 8], "depths": [1, 1], "downsampling": ["none", "stride"], "image_size": 48},
}


def recipe_values(epochs: int = 1, **training: Any) -> dict[str, Any]:
    """`realfake-net` at eight channels, 48 px crops, as plain values; `training` on top of what it needs."""
    settings = {"num_train_epochs": epochs, "per_device_train_batch_size": 8, "optim": "adamw_torch", "seed": 7}
    return {
        "name": "tiny",
        "model": copy.deepcopy(TINY_MODEL),
        "processor": {"size": 48},
        "training": {**settings, **training},
    }
