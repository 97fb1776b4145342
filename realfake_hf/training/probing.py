"""What is fitted before the first step: the head by a linear probe, the layer of hints by least squares."""

from __future__ import annotations

import copy
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from torch import nn

from realfake_hf.images.degradations import build_augmentation
from realfake_hf.records.history import EpochRecord
from realfake_hf.records.predictions import AUGMENTED, LEFT_OUT, WITH, WITHOUT, Predictions
from realfake_hf.statistics.calibration import sigmoid
from realfake_hf.training.encoder_distillation import EncoderDistillation
from realfake_hf.training.images import LabelledImages
from realfake_hf.training.linear_probe import ProbedFeatures, fit_linear_probe, fitted_layer, pooled_features
from realfake_hf.training.model_factory import build_processor

if TYPE_CHECKING:
    from datasets import Dataset

    from realfake_hf.training.recipe import Recipe
    from realfake_hf.training.trainer import RealFakeTrainer


def probe(trainer: RealFakeTrainer, recipe: Recipe, rows: Dataset, run: Path, *, quiet: bool) -> None:
    """Fit the head, and the layer that predicts a teacher's features, to what the network says before training.

    A recipe of no epochs ends here: its one record of the history, epoch 0, is of the probe. What heads say that were
    fitted without an image's source goes into the folder `run`.
    """
    started = time.monotonic()
    # Whole images as at inference: what cuts training crops is left out.
    steps = [step for step in recipe.augmentation if "random_crop" not in step]
    whole = recipe.linear_probe.view == "whole"
    images = LabelledImages(rows, build_processor(recipe.processor), build_augmentation(steps), whole=whole)
    workers = trainer.args.dataloader_num_workers
    quiet = quiet or not sys.stderr.isatty()
    if recipe.linear_probe.enabled:
        found = fit_linear_probe(
            trainer.detector,
            images,
            _of_labelled(trainer.sampler.weights, len(images)),
            recipe.linear_probe,
            sources=rows["source"][:],
            workers=workers,
            seed=trainer.sampler.seed,
            quiet=quiet,
        )
        layer = fitted_layer(trainer.detector, recipe.linear_probe)
        if found.left_out is not None and trainer.is_world_process_zero():
            tier = AUGMENTED if recipe.linear_probe.augmented_copies else "clean"
            known = _logits(layer, found.features[: len(images)])
            _write_left_out(run, rows, images.labels, found.left_out, known, tier)
        if trainer.args.num_train_epochs == 0:
            measured = _of_whole_views(trainer, layer, quiet=quiet) if whole else validate(trainer)
            _record(trainer, layer, found, images, measured, time.monotonic() - started)
    elif recipe.model.start_from and isinstance(trainer.distillation, EncoderDistillation):
        # A head that is there already stays; the layer of hints is not kept with a model, and is new.
        found = pooled_features(trainer.detector, images, workers=workers, quiet=quiet)
    else:
        return
    if trainer.distillation is not None:
        trainer.distillation.fit_hints(found.features, found.rows)


def _of_labelled(weights: np.ndarray | None, count: int) -> np.ndarray | None:
    """Of the first rows, with sum 1: what nobody labelled stands behind them."""
    return None if weights is None else weights[:count] / weights[:count].sum()


def _logits(layer: nn.Linear, features: np.ndarray) -> torch.Tensor:
    """The logits `(m, 2)` of what a last layer sees."""
    with torch.inference_mode():
        return layer(torch.from_numpy(features).to(layer.weight.device, layer.weight.dtype)).float().cpu()


def _write_left_out(
    run: Path, rows: Dataset, labels: np.ndarray, without: np.ndarray, logits: torch.Tensor, tier: str
) -> None:
    """What `leave_one_out` writes of whole trainings; heads without an image's source judged it in the view `tier`."""
    count = len(rows)
    names = {WITHOUT: without, WITH: (logits[:, 1] - logits[:, 0]).double().numpy()}
    both = np.concatenate([*names.values()])
    Predictions(
        model=np.repeat(np.array([*names], dtype=object), count),
        index=np.tile(np.arange(count), 2),
        path=np.tile(np.array([str(row) for row in range(count)], dtype=object), 2),
        label=np.tile(labels.astype(np.int64), 2),
        source=np.tile(np.array(rows["source"][:], dtype=object), 2),
        tier=np.repeat(np.array([tier, "clean"], dtype=object), count),
        p_fake=sigmoid(both),
        logit=both,
        error=np.full(2 * count, "", dtype=object),
    ).write(run / LEFT_OUT)


def validate(trainer: RealFakeTrainer) -> tuple[float, float]:
    """Loss and accuracy on the validation images."""
    metrics = trainer.predict(cast("Any", trainer.eval_dataset), metric_key_prefix="val").metrics or {}
    return metrics["val_loss"], metrics["val_accuracy"]


def _of_whole_views(trainer: RealFakeTrainer, layer: nn.Linear, *, quiet: bool) -> tuple[float, float]:
    """As `validate`, of the whole views alone, which the network judges only beside a crop."""
    images = copy.copy(cast("LabelledImages", trainer.eval_dataset))
    images.whole = True
    seen = pooled_features(trainer.detector, images, workers=trainer.args.dataloader_num_workers, quiet=quiet)
    return _loss_and_accuracy(_logits(layer, seen.features), images.labels)


def _loss_and_accuracy(logits: torch.Tensor, labels: np.ndarray) -> tuple[float, float]:
    targets = torch.from_numpy(labels)
    hits = logits.argmax(dim=-1) == targets
    return float(nn.functional.cross_entropy(logits, targets)), float(hits.float().mean())


def _record(
    trainer: RealFakeTrainer,
    layer: nn.Linear,
    found: ProbedFeatures,
    images: LabelledImages,
    measured: tuple[float, float],
    seconds: float,
) -> None:
    train_loss, train_accuracy = _loss_and_accuracy(_logits(layer, found.features), images.labels[found.rows])
    val_loss, val_accuracy = measured
    record = EpochRecord(
        epoch=0,
        train_loss=train_loss,
        train_accuracy=train_accuracy,
        val_loss=val_loss,
        val_accuracy=val_accuracy,
        seconds=seconds,
        images_per_second=len(found.rows) / seconds,
    )
    trainer.history.append(record, write=trainer.is_world_process_zero())
