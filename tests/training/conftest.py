"""A recipe that trains in seconds on one core."""

from __future__ import annotations

from typing import Any

import pytest
from tiny_recipe import recipe_values

from realfake_hf.training.recipe import Recipe, recipe_from_dict


@pytest.fixture
def tiny_recipe_values() -> dict[str, Any]:
    """`realfake-net` at eight channels, 48 px crops, two epochs."""
    return {
        **recipe_values(2, learning_rate=0.01, dataloader_num_workers=0),
        "sampling": {"balance_classes": True, "balance_sources": 0.5},
        "augmentation": [{"random_crop": {"size": 48}}, {"jpeg": {"probability": 0.5, "quality": [60, 95]}}],
    }


@pytest.fixture
def tiny_recipe(tiny_recipe_values: dict[str, Any]) -> Recipe:
    return recipe_from_dict(tiny_recipe_values)
