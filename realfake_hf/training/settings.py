"""Which settings a recipe has, and what values they may take: told before anything is loaded, in one sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

from realfake_hf.errors import RealFakeError
from realfake_hf.records.run import RecipeValues


class Range(NamedTuple):
    """The numbers that a setting may take; the ends may belong to them or not."""

    low: float
    high: float = float("inf")
    with_low: bool = True
    with_high: bool = True

    def __contains__(self, value: object) -> bool:
        assert isinstance(value, int | float)
        above = value >= self.low if self.with_low else value > self.low
        return above and (value <= self.high if self.with_high else value < self.high)

    def __str__(self) -> str:
        if self.high == float("inf"):
            return f"at least {self.low}" if self.with_low else f"above {self.low}"
        lower = f"from {self.low}" if self.with_low else f"above {self.low}"
        return f"{lower} to {self.high}" if self.with_high else f"{lower} and below {self.high}"


POSITIVE, NOT_NEGATIVE, SHARE = Range(0, with_low=False), Range(0), Range(0, 1)
COUNT, SEED = Range(1), Range(0, 2**32 - 1)

RANGES: Mapping[str, Range] = {
    "training.num_train_epochs": NOT_NEGATIVE,
    "training.per_device_train_batch_size": COUNT,
    "training.per_device_eval_batch_size": COUNT,
    "training.gradient_accumulation_steps": COUNT,
    "training.learning_rate": POSITIVE,
    "training.weight_decay": NOT_NEGATIVE,
    "training.max_grad_norm": NOT_NEGATIVE,
    "training.label_smoothing_factor": SHARE,
    "training.adam_beta1": Range(0, 1, with_high=False),
    "training.adam_beta2": Range(0, 1, with_high=False),
    "training.warmup_ratio": SHARE,
    "training.warmup_steps": NOT_NEGATIVE,
    "training.max_steps": Range(-1),
    "training.dataloader_num_workers": NOT_NEGATIVE,
    "training.seed": SEED,
    "training.data_seed": SEED,
    "model.frozen_fraction": SHARE,
    "model.backbone_lr_scale": NOT_NEGATIVE,
    "processor.size": COUNT,
    "processor.resize_size": COUNT,
    "processor.train_size": COUNT,
    "processor.num_crops": COUNT,
    "sampling.balance_sources": SHARE,
    "sampling.balance_contents": SHARE,
    "sampling.validation_fraction": Range(0, 1, with_low=False, with_high=False),
    "linear_probe.inverse_regularization": POSITIVE,
    "linear_probe.augmented_copies": NOT_NEGATIVE,
    "linear_probe.left_out_folds": NOT_NEGATIVE,
    "linear_probe.final_share": SHARE,
    "distillation.logits_weight": SHARE,
    "distillation.features_weight": NOT_NEGATIVE,
    "distillation.mixing": SHARE,
    "distillation.temperature": Range(1),
    "distillation.unlabelled_share": Range(0, 1, with_high=False),
    "early_stopping_patience": COUNT,
    "weight_averaging": Range(0, 1, with_high=False),
}
"""By dotted key; what is not here takes whatever its type takes."""

ELSEWHERE = {
    "bf16": "mixed_precision",
    "fp16": "mixed_precision",
    "output_dir": "the RUN folder",
    # Whatever a recipe holds is written into run.json and published with the model.
    "hub_token": "`hf auth login`, or HF_TOKEN,",
    "push_to_hub_token": "`hf auth login`, or HF_TOKEN,",
}
"""Fields of `TrainingArguments` that other settings decide."""


def check_values(values: Mapping[str, Any], prefix: str = "") -> None:
    """Check the numbers of a recipe.

    Raises:
        RealFakeError: the first that lies outside its range.
    """
    for name, value in values.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            check_values(value, f"{key}.")
        elif key in RANGES and isinstance(value, int | float) and value not in RANGES[key]:
            raise RealFakeError(f"{key} must be {RANGES[key]}, not {value}.")


def check_training_kinds(training: Mapping[str, Any]) -> None:
    """Check `training.*` against the types of `TrainingArguments`' own defaults.

    Raises:
        RealFakeError: the first value of another type.
    """
    from transformers import TrainingArguments

    defaults = {item.name: item.default for item in dataclasses.fields(TrainingArguments)}
    defaults.update({"data_seed": 0, "num_train_epochs": 3.0})
    for name, value in training.items():
        default = defaults.get(name)
        if isinstance(default, bool):
            wanted, fits = "true or false", isinstance(value, bool)
        elif isinstance(default, int) or name.endswith("_workers"):
            wanted, fits = "a whole number", not isinstance(value, bool) and _number(value, whole=True)
        elif isinstance(default, float):
            wanted, fits = "a number", not isinstance(value, bool) and _number(value, whole=False)
        else:
            continue
        if not fits and not (value is None and name == "data_seed"):
            raise RealFakeError(f"training.{name} must be {wanted}, not {value!r}.")


def settable_keys(recipe: RecipeValues) -> dict[str, object]:
    """Every dotted key that can be overridden, with its value in a recipe; `training.*` where the recipe sets it."""
    found: dict[str, object] = {}
    for name, value in recipe.items():
        if name in ("name", "description"):
            continue
        if isinstance(value, dict):
            found.update({f"{name}.{key}": inner for key, inner in value.items()})
        else:
            found[name] = value
    return found


def _number(value: Any, *, whole: bool) -> bool:
    try:  # YAML 1.1 reads 1e-3 as text
        number = float(value)
    except (TypeError, ValueError):
        return False
    return number == number and abs(number) != float("inf") and (not whole or number == int(number))
