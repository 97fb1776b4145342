"""The crop that a recipe trains on, for the audit of the images."""

from __future__ import annotations

from realfake_hf.data.auditing.audit import TrainingCrop
from realfake_hf.training.recipe import load_recipe


def training_crop(recipe: str) -> TrainingCrop:
    """The side in px that images should have for the training of a recipe, by its name or file.

    Raises:
        RealFakeError: an unknown or faulty recipe.
    """
    processor = load_recipe(recipe).processor
    if processor.mode == "resize-crop":
        return TrainingCrop(recipe, processor.resize_size or processor.size)
    return TrainingCrop(recipe, processor.train_size or processor.size)
