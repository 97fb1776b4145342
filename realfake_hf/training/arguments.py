"""The `TrainingArguments` that follow from a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from realfake_hf.errors import RealFakeError
from realfake_hf.training.recipe import Recipe

if TYPE_CHECKING:
    from transformers import TrainingArguments

OF_WORKERS = {"dataloader_persistent_workers", "dataloader_prefetch_factor"}
"""Settings that torch refuses where there are no workers."""


def training_arguments(recipe: Recipe, checkpoints: Path, *, quiet: bool, workers: int = 0) -> TrainingArguments:
    """The arguments of a run: the recipe's over our defaults.

    Args:
        recipe: see there.
        checkpoints: their folder.
        quiet: no progress.
        workers: processes that load images, unless the recipe says how many.

    Raises:
        RealFakeError: a value that `TrainingArguments` refuses.
    """
    import torch
    from transformers import TrainingArguments

    fields = {
        "eval_strategy": "epoch",
        "save_strategy": "epoch",
        "logging_strategy": "epoch",
        "save_total_limit": 1,
        "metric_for_best_model": "loss",
        "greater_is_better": False,
        "load_best_model_at_end": True,
        "report_to": "none",
        "disable_tqdm": quiet,
        "dataloader_pin_memory": torch.cuda.is_available(),
        "use_cpu": not torch.accelerator.is_available(),
        "dataloader_num_workers": max(workers, 1) if OF_WORKERS & recipe.training.keys() else workers,
        **recipe.training,
    }
    fields.setdefault("data_seed", fields.get("seed"))
    if fields.get("push_to_hub"):  # Trainer would call the repository after its output folder, `checkpoints`
        fields.setdefault("hub_model_id", checkpoints.absolute().parent.name)
    for key, value in fields.items():
        # YAML 1.1 reads 1e-3 as text: it wants 1.0e-3.
        if isinstance(value, str) and value[:1].isdigit():
            fields[key] = _number(key, value)
    try:
        return TrainingArguments(
            output_dir=str(checkpoints),
            remove_unused_columns=False,
            label_names=["labels"],
            bf16=recipe.mixed_precision == "bf16" or (recipe.mixed_precision == "auto" and _has_bf16(recipe.cpu_bf16)),
            fp16=recipe.mixed_precision == "fp16",
            **fields,
        )
    except (TypeError, ValueError, ImportError) as error:
        raise RealFakeError(f"The recipe's training settings are refused: {' '.join(str(error).split())}") from error


def _number(key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise RealFakeError(f"training.{key} must be a number, not {text!r}.") from error


def _has_bf16(cpu_bf16: bool) -> bool:
    import torch

    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    # Without matrix units bf16 is emulated on CPUs.
    return cpu_bf16 and torch.cpu._is_amx_tile_supported()
