"""Transformers' Trainer with our sampler, two learning rates, a history per epoch and averaged weights."""

from __future__ import annotations

import math
import time
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from transformers import PrinterCallback, ProgressCallback, Trainer
from transformers.trainer_utils import HubStrategy

from realfake_hf.errors import RealFakeError
from realfake_hf.records.history import EpochRecord, History
from realfake_hf.storage.processes import end_with_parent
from realfake_hf.training.averaging import WeightAverage
from realfake_hf.training.distillation import Batch, Distillation
from realfake_hf.training.encoder_distillation import EncoderDistillation
from realfake_hf.training.progress import TrainingProgress
from realfake_hf.training.sampler import EpochSampler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel
    from realfake_hf.training.batched_augmentation import BatchedAugmentation


class RealFakeTrainer(Trainer):
    """Trains a detector of ours on `LabelledImages`.

    Args:
        model: to train.
        sampler: draws the rows of each epoch.
        history: gets a record after every evaluation.
        backbone_lr_scale: the backbone's learning rate as a multiple of the head's.
        weight_averaging: decay per step of the average of the weights that is evaluated and saved; 0 is off.
        distillation: a teacher that the model learns from beside the labels.
        augmentation: of the batches that come as `window_pixels`.
        progress: shows every epoch; it takes the place of Trainer's own.
        **kwargs: of `transformers.Trainer`.
    """

    def __init__(
        self,
        *,
        model: RealFakePreTrainedModel,
        sampler: EpochSampler,
        history: History,
        backbone_lr_scale: float = 1.0,
        weight_averaging: float = 0.0,
        distillation: Distillation | None = None,
        augmentation: BatchedAugmentation | None = None,
        progress: TrainingProgress | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(model=cast("Any", model), **kwargs)
        self.detector = model
        self.sampler = sampler
        self.history = history
        self.backbone_lr_scale = backbone_lr_scale
        self.weight_average = WeightAverage(model, weight_averaging) if weight_averaging else None
        if self.weight_average is not None:
            self.add_callback(self.weight_average)
        self.distillation = distillation
        if distillation is not None:
            self.add_callback(distillation)
        self.augmentation = augmentation
        # Trainer's own print dicts, to standard output, which belongs to the command's result.
        for callback in (PrinterCallback, ProgressCallback):
            self.remove_callback(callback)
        self.progress = progress
        if progress is not None:
            self.add_callback(progress)
        # Nothing half-trained goes to the Hub, and no checkpoint, whose arguments are pickled.
        self.args.hub_strategy = HubStrategy.END

    def train(self, *args: Any, **kwargs: Any) -> Any:
        """As Trainer's; the clock of the first epoch starts here."""
        self._start_epoch()
        return super().train(*args, **kwargs)

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """AdamW or what the arguments name, with a group per learning rate and decay."""
        if self.optimizer is None:
            optimizer_class, settings = self.get_optimizer_cls_and_kwargs(self.args, self.detector)
            self.optimizer = optimizer_class(self._parameter_groups(), **settings)
        return self.optimizer

    def compute_loss(
        self,
        model: Any,
        inputs: Batch,
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """As Trainer's, and counts what an epoch's own batches reached."""
        if self.augmentation is not None and "window_pixels" in inputs:
            inputs = self._augmented(inputs, self.augmentation)
        teaching = self.distillation if model.training else None
        if teaching is not None:
            inputs = teaching.prepared(inputs)
        labels = inputs["labels"]
        # What a teacher says of an image travels with it, and is nothing to the model.
        own = {name: value for name, value in inputs.items() if not name.startswith("teacher_")}
        extra = {} if teaching is None else {"output_hidden_states": True}
        loss, outputs = super().compute_loss(model, {**own, **extra}, True, num_items_in_batch)
        if not (labels >= 0).any():  # the mean of no losses is no number
            loss = outputs["logits"].sum() * 0.0
        if model.training:
            labelled = labels >= 0
            count = labelled.sum()
            self._shown += len(labels)
            self._seen += int(count)
            self._correct += ((outputs["logits"].detach().argmax(dim=-1) == labels) & labelled).sum()
            self._loss_sum += loss.detach() * count
        if teaching is not None:
            loss = teaching.loss(loss, outputs, inputs)
        return (loss, outputs) if return_outputs else loss

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        """As Trainer's, with the averaged weights where there are any, and a record in the history."""
        seconds = time.monotonic() - self._epoch_started
        with self.averaged_weights():
            metrics = super().evaluate(*args, **kwargs)
        shown, seen, correct, loss_sum = self._gathered_counts()
        if seen:
            record = EpochRecord(
                epoch=max(1, round(self.state.epoch or 0)),  # 0 is what a linear probe came to
                train_loss=loss_sum / seen,
                train_accuracy=correct / seen,
                val_loss=metrics["eval_loss"],
                val_accuracy=metrics["eval_accuracy"],
                seconds=seconds,
                images_per_second=shown / seconds,
            )
            _refuse_divergence(record)
            self.history.append(record, write=self.is_world_process_zero())
            if self.progress is not None:
                self.progress.show(record)
        self._start_epoch()
        return metrics

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        with self.averaged_weights():
            super().save_model(output_dir, _internal_call)
        # Here and not after the checkpoint: one that has its trainer_state.json, which is written last, is then whole.
        if _internal_call and output_dir and self.is_world_process_zero():
            if hasattr(self.data_collator, "processor"):  # so that `pipeline` takes a checkpoint as it is
                self.data_collator.processor.save_pretrained(output_dir)
            if self.weight_average is not None:
                self.weight_average.write_own_weights(Path(output_dir))
            if self.distillation is not None:
                self.distillation.write_hints(Path(output_dir))

    def create_model_card(self, *args: Any, **kwargs: Any) -> None:
        """Write our card into the output folder; Trainer's draft would leave most of it to fill in."""
        from realfake_hf.hub.push_loaded import write_trained_card

        if self.is_world_process_zero():
            write_trained_card(self, Path(str(self.args.output_dir)), repo=self._hub_name())

    def push_to_hub(
        self,
        commit_message: str | None = "End of training",
        blocking: bool = True,
        token: str | None = None,
        revision: str | None = None,
        private: bool | None = None,
        **kwargs: Any,
    ) -> Any:
        """Send model, code, processor and our card in one commit, never checkpoints or pickled arguments.

        Args:
            commit_message, token, revision, private: as Trainer's.
            blocking: it always waits.
            **kwargs: of Trainer's card, which are not used.

        Returns:
            A `realfake_hf.hub.Push`; None on other processes than the first.

        Raises:
            RealFakeError: the Hub does not take it.
        """
        # The one way from here to the right of the layers: who pushes needs it, who only trains does not.
        from realfake_hf.hub.push_loaded import push_trained
        from realfake_hf.hub.upload import Destination

        if not self.is_world_process_zero():
            return None
        arguments = self.args
        to = Destination(
            self._hub_name(),
            private=bool(arguments.hub_private_repo if private is None else private),
            revision=revision or arguments.hub_revision,
            message=commit_message,
            token=token or arguments.hub_token,
        )
        return push_trained(self, to)

    def _hub_name(self) -> str:
        return self.args.hub_model_id or Path(str(self.args.output_dir)).absolute().name

    def get_train_dataloader(self) -> Any:
        """As Trainer's; its workers end with this process."""
        return _ending_with_us(super().get_train_dataloader())

    def get_eval_dataloader(self, eval_dataset: Any = None) -> Any:
        """As Trainer's; its workers end with this process."""
        return _ending_with_us(super().get_eval_dataloader(eval_dataset))

    def get_test_dataloader(self, test_dataset: Any) -> Any:
        """As Trainer's; its workers end with this process."""
        return _ending_with_us(super().get_test_dataloader(test_dataset))

    # Workers send arrays where the system's shared memory does not suffice for tensors.
    def get_batch_samples(self, *args: Any, **kwargs: Any) -> Any:
        """As Trainer's."""
        batches, count = super().get_batch_samples(*args, **kwargs)
        return [_as_tensors(batch) for batch in batches], count

    def _prepare_inputs(self, inputs: dict[str, Any]) -> Batch:
        return super()._prepare_inputs(_as_tensors(inputs))

    def _augmented(self, inputs: Batch, augmentation: BatchedAugmentation) -> Batch:
        """A batch of windows as the collator gives crops: `pixel_values`, and twins for a teacher that looks too."""
        windows, seeds = inputs.pop("window_pixels"), inputs.pop("seed")
        is_watched = isinstance(self.distillation, EncoderDistillation) and self.distillation.encoder is not None
        # Of the first draw, so that a resumed run sees what one never interrupted would have.
        degraded, twins = augmentation(windows, int(seeds[0]), with_twins=is_watched)
        processor = cast("Any", self.data_collator).processor
        mean, std = (
            torch.tensor(values, device=windows.device) for values in (processor.image_mean, processor.image_std)
        )
        normalised = (degraded / 255 - mean) / std
        taught = {} if twins is None else {"teacher_pixels": twins}
        return {"pixel_values": normalised.permute(0, 3, 1, 2), **inputs, **taught}

    def _get_train_sampler(self, train_dataset: Any = None) -> torch.utils.data.Sampler:
        return self.sampler

    def _start_epoch(self) -> None:
        self._epoch_started = time.monotonic()
        self._shown = self._seen = 0
        self._correct = torch.zeros((), device=self.args.device)
        self._loss_sum = torch.zeros((), device=self.args.device)

    def _gathered_counts(self) -> tuple[int, int, float, float]:
        """Images shown and, of those with a label, how many, how many were right, and their losses' sum."""
        counts = torch.tensor([float(self._shown), float(self._seen)], device=self.args.device)
        sums = torch.cat([counts, torch.stack([self._correct, self._loss_sum])])
        shown, seen, correct, loss_sum = self.accelerator.reduce(sums, reduction="sum").tolist()
        return int(shown), int(seen), correct, loss_sum

    def _parameter_groups(self) -> list[dict[str, list[torch.nn.Parameter] | float]]:
        model = self.detector
        decayed = set(self.get_decay_parameter_names(model))
        groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                groups.setdefault((model.is_head_parameter(name), name in decayed), []).append(parameter)
        if self.distillation is not None:
            groups.setdefault((True, True), []).extend(self.distillation.parameters())
        return [
            {
                "params": parameters,
                "lr": self.args.learning_rate * (1.0 if is_head else self.backbone_lr_scale),
                "weight_decay": self.args.weight_decay if is_decayed else 0.0,
            }
            for (is_head, is_decayed), parameters in groups.items()
        ]

    def averaged_weights(self) -> AbstractContextManager[None]:
        """With the weights that are evaluated and saved in the model: the averaged ones, where there are any."""
        return nullcontext() if self.weight_average is None else self.weight_average.swapped_in()


def _refuse_divergence(record: EpochRecord) -> None:
    """Weights that are no numbers any more never become numbers again.

    Raises:
        RealFakeError: a loss is none.
    """
    if not (math.isfinite(record.train_loss) and math.isfinite(record.val_loss)):
        raise RealFakeError(
            f"The training diverges: in epoch {record.epoch} the loss is no number any more. Lower "
            "training.learning_rate, and train again."
        )


def _as_tensors(batch: Mapping[str, npt.ArrayLike]) -> Batch:
    return {name: torch.as_tensor(value) for name, value in batch.items()}


def _ending_with_us(loader: Any) -> Any:
    inner = getattr(loader, "base_dataloader", loader)  # accelerate's loaders iterate over another
    inner.worker_init_fn = partial(_begin_worker, inner.worker_init_fn)
    return loader


def _begin_worker(seed_worker: Callable[[int], None] | None, worker: int) -> None:
    end_with_parent()
    if seed_worker is not None:
        seed_worker(worker)
