"""One run of training: from a recipe and data to a RUN folder."""

from __future__ import annotations

import dataclasses
import os
import platform
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from realfake_hf.data.fingerprint import data_fingerprint, rows_fingerprint
from realfake_hf.data.loading import describe_data, load_data, require_both_classes, require_train
from realfake_hf.errors import RealFakeError
from realfake_hf.images.regular_file import escaped_name
from realfake_hf.records.audit import load_verdict
from realfake_hf.records.environment import package_version
from realfake_hf.records.json_record import json_values
from realfake_hf.records.run import Hardware, RecordedAudit, RunRecord, RunResult
from realfake_hf.storage.files import read_json
from realfake_hf.storage.machine import available_cores
from realfake_hf.storage.output_folder import is_in_use
from realfake_hf.storage.working import working
from realfake_hf.training.linear_probe import interpolate, write_anchor
from realfake_hf.training.probing import probe, validate
from realfake_hf.training.recipe import Recipe, load_recipe
from realfake_hf.training.training_range import joined_ranges, training_range

if TYPE_CHECKING:
    import numpy as np
    from datasets import Dataset, DatasetDict

    from realfake_hf.training.encoder_distillation import Lessons
    from realfake_hf.training.trainer import RealFakeTrainer
    from realfake_hf.training.vision_encoder import VisionEncoder

VERSIONS_OF = ("realfake-hf", "torch", "transformers", "datasets", "accelerate", "numpy", "pillow")


@dataclass(frozen=True)
class TrainSummary:
    """What a run came to.

    Attributes:
        run: the RUN folder; `model` inside it loads with `from_pretrained`.
        epochs: how many were trained.
        best_epoch: whose weights were kept: of the lowest validation loss, or the last where
            `training.load_best_model_at_end` is false.
        val_loss, val_accuracy: of the final weights.
        seconds: wall time of this call.
        audit: verdict of the data's audit; none where there was none.
    """

    run: str
    epochs: int
    best_epoch: int
    val_loss: float
    val_accuracy: float
    seconds: float
    audit: str | None


@working("Training")
def train(
    recipe: str | Recipe,
    *,
    data: str | Path | Sequence[str | Path],
    output: str | Path,
    overrides: list[str] | None = None,
    resume: bool = False,
    quiet: bool = False,
    audit: str | Path | None = None,
    notes: Sequence[str] = (),
    splits: DatasetDict | None = None,
    say: Callable[[str], None] | None = None,
) -> TrainSummary:
    """Train a detector and write its RUN folder (`model/`, `history.json`, `run.json`, `checkpoints/`).

    Args:
        recipe: a recipe, its name, or a `.yaml` file.
        data: as `data.load_data` takes it, one or several. Validated on the `val` split, or on a part of `train` that
            is held out.
        output: the RUN folder; new, or with `resume` one that an interrupted run left.
        overrides: `key=value` for the recipe; only where that is a name or file.
        resume: go on from the last checkpoint; ends at the same weights as a run never interrupted.
        quiet: no progress.
        audit: of the data, by `realfake audit`; by default the `audit.json` beside the data, if there is one. Its
            verdict goes into `run.json`.
        notes: what must be said wherever the run's figures are shown; they go into `run.json`.
        splits: what to train and validate on where that is not all of `data`, which then says where they come from.
        say: is told in a sentence, before the training, on how many images it is and what was held out.

    Raises:
        WeightsError: the backbone's weights cannot be loaded.
        RealFakeError: a recipe, data, audit or folder that cannot be used.
    """
    if not isinstance(recipe, Recipe):
        recipe = load_recipe(recipe, overrides)
    run = Path(output)
    started = time.monotonic()
    where = describe_data(data)
    verdict = load_verdict(where, audit)
    given = load_data(data) if splits is None else splits
    splits = _train_and_validation(given, recipe, where)
    _prepare_folder(run, resume=resume)
    if say is not None and os.environ.get("RANK", "0") == "0":  # one of several processes speaks
        say(_what_it_trains_on(splits, where, is_held_out="val" not in given))

    trainer = _make_trainer(recipe, splits, run, data=data, quiet=quiet)
    record = RunRecord(
        recipe=recipe.to_dict(),
        training_arguments=trainer.args.to_dict(),
        seed=trainer.args.seed,
        data=where,
        data_fingerprint=data_fingerprint(splits),
        train_fingerprints=[
            rows_fingerprint(rows) for rows in (splits["train"], *([given["train"]] if "val" not in given else []))
        ],
        audit=None if verdict is None else RecordedAudit(verdict.verdict, list(verdict.reasons)),
        rows={name: len(split) for name, split in splits.items()},
        notes=list(notes),
        command=escaped_name(shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])),
        versions={"python": platform.python_version(), **{name: package_version(name) or "" for name in VERSIONS_OF}},
        hardware=_hardware(trainer),
    )
    checkpoint = _last_checkpoint(run) if resume else None
    if checkpoint is not None:
        _check_same_run(run, record)
        trainer.history.load()
    if trainer.is_world_process_zero():
        record.write(run)
    anchor = run / "checkpoints" / "probed.safetensors"
    if checkpoint is None:
        probe(trainer, recipe, splits["train"], run, quiet=quiet)
    if recipe.linear_probe.enabled and checkpoint is None and trainer.is_world_process_zero():
        write_anchor(trainer.detector, anchor)
    if trainer.args.num_train_epochs > 0:
        trainer.train(resume_from_checkpoint=checkpoint)
    with working("Validating the weights that are kept"):
        if recipe.linear_probe.enabled:
            interpolate(trainer.detector, anchor, recipe.linear_probe.final_share)
        val_loss, val_accuracy = _final_validation(trainer, recipe)
    summary = TrainSummary(
        run=str(run),
        epochs=max(record.epoch for record in trainer.history.records),
        best_epoch=trainer.history.kept(best=trainer.args.load_best_model_at_end).epoch,
        val_loss=val_loss,
        val_accuracy=val_accuracy,
        seconds=time.monotonic() - started,
        audit=None if verdict is None else verdict.verdict,
    )
    if trainer.is_world_process_zero():
        config = trainer.detector.config
        config.training_range = joined_ranges(
            config.training_range, training_range(splits["train"], recipe.augmentation)
        )
        _write_model(trainer, recipe, run)
        dataclasses.replace(record, result=RunResult(**dataclasses.asdict(summary))).write(run)
    if trainer.args.push_to_hub:
        trainer.push_to_hub()
    return summary


def _final_validation(trainer: RealFakeTrainer, recipe: Recipe) -> tuple[float, float]:
    """Loss and accuracy of the weights that are kept."""
    if recipe.linear_probe.view == "whole":  # whose one record says it; the network alone would judge crops
        (fitted,) = trainer.history.records
        return fitted.val_loss, fitted.val_accuracy
    return validate(trainer)


def _prepare_folder(run: Path, *, resume: bool) -> None:
    import torch

    if torch.distributed.is_initialized() and torch.distributed.get_rank() > 0:
        return
    if is_in_use(run):
        if (run / "model" / "config.json").is_file() and not (resume and _is_interrupted(run)):
            raise RealFakeError(f"{run} holds a finished run: choose another `output`.")
        if not resume:
            raise RealFakeError(f"{run} is not empty: choose another `output`, or go on there with `resume`.")
    run.mkdir(parents=True, exist_ok=True)


def _is_interrupted(run: Path) -> bool:
    """Whether a kill came between the model and the record of its result, which is written last."""
    record = RunRecord.read(run)
    return record is not None and record.result is None


def _train_and_validation(splits: DatasetDict, recipe: Recipe, where: str) -> DatasetDict:
    from datasets import DatasetDict

    from realfake_hf.data.holdout import hold_out

    train_split, validation = require_train(splits, where), splits.get("val")
    if validation is None:
        require_both_classes(train_split, f"The train split of {where}")
        train_split, validation = hold_out(train_split, recipe.sampling.validation_fraction, seed=recipe.seed)
    require_both_classes(train_split, f"The train split of {where}")
    require_both_classes(validation, f"The validation split of {where}")
    return DatasetDict({"train": train_split, "val": validation})


def _what_it_trains_on(splits: DatasetDict, where: str, *, is_held_out: bool) -> str:
    train_rows, validation_rows = len(splits["train"]), len(splits["val"])
    if not is_held_out:
        return f"Trains on {train_rows:,} images and validates on {validation_rows:,}."
    share = validation_rows / (train_rows + validation_rows)
    return (
        f"{where} has no val split: {validation_rows:,} images, {100 * share:.0f} % of each class, are held out of "
        f"train for validation, and {train_rows:,} are left to train on."
    )


@working("Preparing the training")
def _make_trainer(
    recipe: Recipe, splits: DatasetDict, run: Path, *, data: str | Path | Sequence[str | Path], quiet: bool
) -> RealFakeTrainer:
    import numpy as np
    import torch
    from transformers import EarlyStoppingCallback, set_seed
    from transformers.utils import logging

    from realfake_hf.images.degradations import build_augmentation
    from realfake_hf.inference.allocator import keep_freed_memory
    from realfake_hf.inference.predictor import limit_torch_threads
    from realfake_hf.records.history import History
    from realfake_hf.training.arguments import training_arguments
    from realfake_hf.training.batched_augmentation import BatchedAugmentation
    from realfake_hf.training.distillation import Distillation, build_distillation
    from realfake_hf.training.encoder_distillation import EncoderDistillation
    from realfake_hf.training.images import CropCollator, LabelledImages
    from realfake_hf.training.kept_images import loader_workers, memory_for_images
    from realfake_hf.training.model_factory import (
        build_model,
        build_processor,
        build_training_processor,
        check_sizes,
    )
    from realfake_hf.training.progress import TrainingProgress
    from realfake_hf.training.sampler import EpochSampler, row_weights
    from realfake_hf.training.trainer import RealFakeTrainer
    from realfake_hf.training.unlabelled import weights_with_unlabelled, with_unlabelled
    from realfake_hf.training.vision_encoder import load_vision_encoder

    quiet = quiet or not sys.stderr.isatty()
    logging.disable_progress_bar()  # of every file that is written; Trainer's own stays
    workers = loader_workers(splits.values())
    arguments = training_arguments(recipe, run / "checkpoints", quiet=quiet, workers=workers)
    kept_bytes = 0 if arguments.dataloader_num_workers else memory_for_images()
    set_seed(arguments.seed)
    if arguments.device.type == "cpu":
        keep_freed_memory()
        limit_torch_threads()
    # Depthwise and full convolutions train about half as fast again on CPUs with channels last.
    model = build_model(recipe.model, is_trained=arguments.num_train_epochs != 0)
    cast("Any", model).to(memory_format=torch.channels_last)
    processor = build_processor(recipe.processor)
    check_sizes(model, processor, build_training_processor(recipe.processor))
    rows = splits["train"]
    contents = rows["content"][:] if "content" in rows.column_names else None
    weights = row_weights(rows["label"][:], rows["source"][:], recipe.sampling, contents)
    if recipe.distillation.unlabelled is not None:
        rows = with_unlabelled(rows, recipe.distillation.unlabelled)
        weights = weights_with_unlabelled(weights, np.asarray(rows["label"][:]), recipe.distillation.unlabelled_share)
    spec = recipe.distillation
    encoder = None if spec.encoder is None else load_vision_encoder(spec.encoder, spec.encoder_size)
    lessons = None
    distillation: Distillation | None
    if encoder is None:
        distillation = build_distillation(spec, model, processor)
    else:
        lessons = _lessons(encoder, recipe, rows, weights, run, data=data, quiet=quiet)
        distillation = EncoderDistillation(lessons, model, processor, spec, encoder if spec.consistent else None)
    augmentation = build_augmentation(recipe.augmentation)
    on_device = BatchedAugmentation(augmentation) if recipe.augmentation_on_device else None
    train_images = LabelledImages(
        rows,
        build_training_processor(recipe.processor),
        augmentation,
        lessons,
        with_twins=spec.consistent,
        kept_bytes=kept_bytes,
        window=None if on_device is None else on_device.window,
    )
    patience = recipe.early_stopping_patience
    return RealFakeTrainer(
        model=model,
        args=arguments,
        train_dataset=train_images,
        eval_dataset=LabelledImages(splits["val"], processor, kept_bytes=kept_bytes // 4),
        data_collator=CropCollator(processor, channels_last=True),
        compute_metrics=_accuracy,
        callbacks=[] if patience is None else [EarlyStoppingCallback(early_stopping_patience=patience)],
        sampler=EpochSampler(weights, len(train_images), seed=int(arguments.data_seed or arguments.seed)),
        history=History(run / "history.json"),
        backbone_lr_scale=recipe.model.backbone_lr_scale,
        weight_averaging=recipe.weight_averaging,
        distillation=distillation,
        augmentation=on_device,
        progress=None if arguments.disable_tqdm else TrainingProgress(),
    )


def _lessons(
    encoder: VisionEncoder,
    recipe: Recipe,
    rows: Dataset,
    weights: np.ndarray | None,
    run: Path,
    *,
    data: str | Path | Sequence[str | Path],
    quiet: bool,
) -> Lessons:
    """What a teaching encoder says of the training rows."""
    import numpy as np

    from realfake_hf.training.encoder_distillation import Lessons
    from realfake_hf.training.teacher_features import cache_folder, teacher_features
    from realfake_hf.training.teacher_probe import probe_verdicts

    spec = recipe.distillation
    folder = cache_folder(data, run) if spec.cache is None else Path(spec.cache)
    features = teacher_features(rows, encoder, folder, quiet=quiet)
    p_fake = probe_verdicts(
        features,
        np.asarray(rows["label"][:]),
        rows["source"][:],
        weights,
        inverse_regularization=spec.encoder_regularization,
        seed=recipe.seed,
    )
    return Lessons.standardised(features, p_fake)


def _accuracy(prediction: Any) -> dict[str, float]:
    return {"accuracy": float((prediction.predictions.argmax(axis=-1) == prediction.label_ids).mean())}


def _last_checkpoint(run: Path) -> str | None:
    """The newest whole checkpoint: `trainer_state.json` is written last, so one that a kill tore has none."""
    whole = [folder for folder in (run / "checkpoints").glob("checkpoint-*") if _is_whole(folder)]
    return str(max(whole, key=_step)) if whole else None


def _is_whole(checkpoint: Path) -> bool:
    try:
        return isinstance(read_json(checkpoint / "trainer_state.json"), dict) and _step(checkpoint) > 0
    except (OSError, ValueError):
        return False


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def _check_same_run(run: Path, record: RunRecord) -> None:
    """A resumed run must be the same run: other data or another recipe would give a model that no record describes."""
    before = RunRecord.read(run)
    if before is None:
        raise RealFakeError(f"{run} has checkpoints but no run.json: train again, into another folder.")
    for is_same, what in (
        (before.recipe == json_values(record.recipe), "another recipe"),
        (before.data_fingerprint == record.data_fingerprint, "other data"),
    ):
        if not is_same:
            raise RealFakeError(f"{run} was begun with {what}: resume with the same, or choose another `output`.")


@working("Writing the model")
def _write_model(trainer: RealFakeTrainer, recipe: Recipe, run: Path) -> None:
    import torch

    from realfake_hf.training.model_factory import build_processor

    # Trainer.save_model would add a pickled training_args.bin.
    model = trainer.accelerator.unwrap_model(trainer.model).to(memory_format=torch.contiguous_format)
    model.save_pretrained(run / "model")
    build_processor(recipe.processor).save_pretrained(run / "model")


def _hardware(trainer: RealFakeTrainer) -> Hardware:
    import torch

    return Hardware(
        device=str(trainer.args.device),
        processes=trainer.args.world_size,
        cpu_count=available_cores(),
        torch_threads=torch.get_num_threads(),
        machine=platform.machine(),
        system=platform.system(),
        gpu=torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    )
