"""An exponential moving average of the weights, evaluated and saved in their place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch.optim.swa_utils import get_ema_multi_avg_fn
from transformers import TrainerCallback

OWN_WEIGHTS_FILE = "own_weights.safetensors"


class WeightAverage(TrainerCallback):
    """Keeps the average in memory; a checkpoint's `model.safetensors` holds it, and this the weights trained on.

    The decay is ramped up (`(1 + step) / (10 + step)` at first, as in TensorFlow's ExponentialMovingAverage), so
    that the first weights, which are the worst, are soon forgotten.

    Args:
        model: whose parameters and running statistics are averaged.
        decay: per optimiser step, in (0, 1).
    """

    def __init__(self, model: torch.nn.Module, decay: float) -> None:
        self.model = model
        self.decay = decay
        self.average: dict[str, torch.Tensor] = {}

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.average = {name: tensor.detach().clone() for name, tensor in self._tensors()}
        if state.global_step:
            # Resumed: what was loaded is the checkpoint's average; the weights to go on with lie beside it.
            self._copy(load_file(Path(args.output_dir) / f"checkpoint-{state.global_step}" / OWN_WEIGHTS_FILE))

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        decay = min(self.decay, (1 + state.global_step) / (10 + state.global_step))
        tensors = dict(self._tensors())
        # All at once: on a GPU hundreds of small steps would each cost a kernel's launch.
        get_ema_multi_avg_fn(decay)([self.average[name] for name in tensors], list(tensors.values()), 0)

    def write_own_weights(self, checkpoint: Path) -> None:
        """Write the weights to go on with beside the average, which is what a checkpoint holds as its model."""
        own = {name: tensor.detach().contiguous() for name, tensor in self._tensors()}
        save_file(own, checkpoint / OWN_WEIGHTS_FILE)

    @contextmanager
    def swapped_in(self) -> Iterator[None]:
        """The model has the averaged weights inside this context."""
        if not self.average:  # nothing was trained yet
            yield
            return
        own = {name: tensor.detach().clone() for name, tensor in self._tensors()}
        self._copy(self.average)
        try:
            yield
        finally:
            self._copy(own)

    def _tensors(self) -> Iterator[tuple[str, torch.Tensor]]:
        for name, tensor in self.model.state_dict().items():
            if tensor.is_floating_point():
                yield name, tensor

    def _copy(self, values: dict[str, torch.Tensor]) -> None:
        with torch.no_grad():
            for name, tensor in self._tensors():
                tensor.copy_(values[name])
