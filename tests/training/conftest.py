"""A recipe that trains in seconds on one core."""

from __future__ import annotations

from typing import Any

import pytest

from realfake_hf.training.recipe import Recipe, recipe_from_dict


@pytest.fixture
def tiny_recipe_values() -> dict[str, Any]:
    """`realfake-net` at eight channels, 48 px crops, two epochs."""
    return {
        "name": "tiny",
        "model": {
            "preset": "realfake-net",
            "fields": {"widths": [8, 8], "depths": [1, 1], "downsampling": ["none", "stride"], "image_size": 48},
        },
        "processor": {"size": 48},
        "sampling": {"balance_classes": True, "balance_sources": 0.5},
        "augmentation": [{"random_crop": {"size": 48}}, {"jpeg": {"probability": 0.5, "quality": [60, 95]}}],
        "training": {
            "num_train_epochs": 2,
            "per_device_train_batch_size": 8,
            "learning_rate": 0.01,
            "optim": "adamw_torch",
            "dataloader_num_workers": 0,
            "seed": 7,
        },
    }


@pytest.fixture
def tiny_recipe(tiny_recipe_values: dict[str, Any]) -> Recipe:
    return recipe_from_dict(tiny_recipe_values)
