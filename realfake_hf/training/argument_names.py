"""Which fields of `TrainingArguments` a recipe may set."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

# What the RUN folder and our data loading fix; a recipe that set them would break the contract.
RESERVED = frozenset({"output_dir", "remove_unused_columns", "label_names", "bf16", "fp16"})


@lru_cache
def argument_names() -> tuple[str, ...]:
    """Names of the `TrainingArguments` fields that a recipe may set."""
    from transformers import TrainingArguments

    return tuple(item.name for item in dataclasses.fields(TrainingArguments) if item.init and item.name not in RESERVED)
