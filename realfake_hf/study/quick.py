"""What `--quick` makes of a recipe: a pass through every stage in minutes, not a measurement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from realfake_hf.study.cost import multiply_adds

if TYPE_CHECKING:
    from realfake_hf.training.recipe import Recipe

MACS_PER_IMAGE = 1.5e9
"""A CPU core does some 20 such forward passes a second."""

SMALLEST_SIDE = 64
SIDE_STEP = 32
LARGEST_BATCH = 32


def make_quick(recipe: Recipe) -> tuple[Recipe, str]:
    """A recipe made small, and the note that says what was changed.

    The network stays the one that is asked about. First it sees fewer crops of an image, then smaller ones, until
    an image costs at most `MACS_PER_IMAGE` multiply-adds; then it is trained for as many of the recipe's epochs as
    cost each image of the training split as much again. A large network so gets one epoch of small images.
    """
    processor, training = recipe.processor, recipe.training
    side, macs = processor.size, multiply_adds(recipe, processor.size)
    crops = min(processor.num_crops, max(1, int(MACS_PER_IMAGE / macs)))
    while macs > MACS_PER_IMAGE and side - SIDE_STEP >= SMALLEST_SIDE:
        # They grow with the square of the side, about: what is left over, the next round finds.
        fitting = int(side * (MACS_PER_IMAGE / macs) ** 0.5) // SIDE_STEP * SIDE_STEP
        side = max(SMALLEST_SIDE, min(fitting, side - SIDE_STEP))
        macs = multiply_adds(recipe, side)
    train_side = min(processor.train_size or side, side)
    if train_side != side:
        macs = multiply_adds(recipe, train_side)
    epochs = max(1, min(int(training.get("num_train_epochs", 3)), int(MACS_PER_IMAGE / macs)))
    quick = replace(
        recipe,
        processor=replace(
            processor, size=side, num_crops=crops, train_size=train_side if processor.train_size else None
        ),
        training={
            **training,
            "num_train_epochs": epochs,
            "max_steps": -1,
            "warmup_steps": min(int(training.get("warmup_steps", 0)), 2),
            "per_device_train_batch_size": min(int(training.get("per_device_train_batch_size", 8)), LARGEST_BATCH),
        },
    )
    if side != processor.size:
        quick = replace(quick, model=replace(recipe.model, fields={**recipe.model.fields, "image_size": side}))
    note = f"quick: {epochs} epoch{'s' if epochs > 1 else ''} on a small sample at {side} px"
    return quick, note
