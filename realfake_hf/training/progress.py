"""What a training shows at a terminal: a bar, and a line for every epoch."""

from __future__ import annotations

import sys
from typing import Any

from tqdm.auto import tqdm
from transformers.trainer_callback import ProgressCallback

from realfake_hf.records.history import EpochRecord


class TrainingProgress(ProgressCallback):
    """Trainer's bars on standard error, and a sentence per epoch in place of its dicts of metrics.

    Standard output belongs to the command's result: nothing is written there.
    """

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        super().on_train_begin(args, state, control, **kwargs)
        self.epochs = int(state.num_train_epochs)
        if self.training_bar is not None:
            self.training_bar.set_description("Training")

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if self.training_bar is not None:
            self.training_bar.leave = False  # the lines of the epochs say all that it says
        super().on_train_end(args, state, control, **kwargs)

    def on_prediction_step(
        self, args: Any, state: Any, control: Any, eval_dataloader: Any = None, **kwargs: Any
    ) -> None:
        super().on_prediction_step(args, state, control, eval_dataloader, **kwargs)
        if self.prediction_bar is not None:
            self.prediction_bar.leave = False
            self.prediction_bar.set_description("Validating", refresh=False)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """Nothing: `show` has the same in words."""

    def show(self, record: EpochRecord) -> None:
        """Write an epoch's line above the bars."""
        if self.training_bar is not None:
            tqdm.write(epoch_line(record, self.epochs), file=sys.stderr)


def epoch_line(record: EpochRecord, epochs: int) -> str:
    """What an epoch came to, in one line of a narrow terminal.

    Args:
        record: of the epoch.
        epochs: that are planned.
    """
    number = f"{record.epoch:>{len(str(epochs))}}"
    return (
        f"Epoch {number} of {epochs}: right {100 * record.train_accuracy:.0f} % in training, "
        f"{100 * record.val_accuracy:.0f} % in validation (loss {record.val_loss:.3f})"
    )
