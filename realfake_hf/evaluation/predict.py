"""Score a data set with one or several models in one pass that survives a kill."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import datasets
import numpy as np
import torch
from tqdm.auto import tqdm

from realfake_hf.data.fingerprint import images_fingerprint
from realfake_hf.errors import RealFakeError, one_line
from realfake_hf.evaluation.prepared_images import (
    PixelGroup,
    PreparedBatch,
    PreparedImages,
    View,
    collate,
)
from realfake_hf.evaluation.processes import ALONE, Share
from realfake_hf.evaluation.time_left import TimeLeft
from realfake_hf.images.regular_file import require_folder_of
from realfake_hf.inference.allocator import keep_freed_memory
from realfake_hf.inference.predictor import Predictor
from realfake_hf.pages.page import Say, silent
from realfake_hf.records.predictions import Predictions
from realfake_hf.statistics.calibration import sigmoid
from realfake_hf.storage.files import read_json_object, write_json
from realfake_hf.storage.machine import available_cores
from realfake_hf.storage.output_folder import PARTS_FOLDER
from realfake_hf.storage.processes import can_share_work, end_with_parent

SCORES_PER_PART = 768
"""A part is written after at least so many scores (images x views x models): what a kill can cost."""


MAX_WORKERS = 8


def predict(
    predictors: Sequence[Predictor],
    dataset: datasets.Dataset,
    views: Mapping[str, View],
    *,
    batch_size: int = 32,
    workers: int = 0,
    resume_dir: Path | None = None,
    images_per_part: int | None = None,
    say: Say = silent,
    share: Share = ALONE,
) -> Predictions:
    """Judge every image in every view by every model; each image is read and decoded once.

    An image that cannot be read or judged in one view is an error in all of them, so that every view and
    every model is measured on the same images.

    Args:
        predictors: their names must differ.
        dataset: columns `image`, `label` (0 real, 1 fake), `source`.
        views: name -> what is done to the image first.
        batch_size: inputs (images x views, each crop counted) a model sees at a time.
        workers: processes that decode and prepare.
        resume_dir: where parts are kept (in `predictions-parts`); parts of the same models, data and views
            that lie there are not computed again. `remove_parts` clears them away.
        images_per_part: a part is written after at least so many; by default what makes `SCORES_PER_PART`.
        share: of several processes with one `resume_dir`; the others' rows are read from their parts.
        say: is told before anything is judged how much it is and, where no bar shows it, how long it will take.

    Returns:
        One row per image, model and view, in the order of the data set; in all processes but the first, their own.

    Raises:
        RealFakeError: no image could be judged, a folder of images was removed meanwhile, a label is neither 0 nor 1,
            or `resume_dir` holds the parts of another run.
    """
    _check_arguments(predictors, dataset)
    if any(predictor.is_torch_on_cpu for predictor in predictors):
        keep_freed_memory()
    if images_per_part is None:
        images_per_part = max(1, SCORES_PER_PART // (len(predictors) * max(1, len(views))))
    parts = None
    if resume_dir and share.is_first:
        parts = _open_parts(resume_dir, predictors, dataset, views)
    share.wait()
    if resume_dir and not share.is_first:
        parts = _open_parts(resume_dir, predictors, dataset, views)
    done = [Predictions.read(part) for part in sorted(parts.glob("part-*.parquet"))] if parts else []
    finished = {int(index) for part in done for index in part.index}
    rows = [index for index in range(len(dataset)) if share.has(index) and index not in finished]

    prepared = PreparedImages(dataset, rows, views, {p.name: p.processor for p in predictors})
    loader = torch.utils.data.DataLoader(
        prepared,
        batch_size=max(1, batch_size // max(1, len(views))),
        num_workers=min(workers, len(rows)) if can_share_work() else 0,
        collate_fn=collate,
        pin_memory=torch.cuda.is_available(),
        worker_init_fn=end_with_parent,
    )
    say(_what_it_takes(len(rows), len(finished), len(views), len(predictors)))
    pending: list[Predictions] = []
    waiting = 0
    with tqdm(total=len(dataset), initial=len(finished), unit="img", desc="Judging", disable=None) as progress:
        estimate = TimeLeft(len(rows), silent if not progress.disable else say)
        for batch in loader:
            _require_folders(batch, prepared)
            pending.append(_judge(batch, predictors, list(views), batch_size))
            waiting += len(batch.images)
            progress.update(len(batch.images))
            estimate.update(len(batch.images))
            if parts and waiting >= images_per_part:
                done.append(_write_part(parts, pending, len(done), share))
                pending, waiting = [], 0
    if parts and pending:
        done.append(_write_part(parts, pending, len(done), share))
        pending = []
    share.wait()
    if parts and share.of > 1 and share.is_first:
        done = [Predictions.read(part) for part in sorted(parts.glob("part-*.parquet"))]
    predictions = Predictions.concatenate(done + pending)
    # Parts of several processes, or of runs that were interrupted, come in any order.
    predictions = predictions.where(np.argsort(predictions.index, kind="stable"))
    if len(predictions) and not (predictions.error == "").any():
        raise RealFakeError(f"None of the {len(dataset)} images could be judged; the first: {predictions.error[0]}")
    return predictions


def _what_it_takes(images: int, finished: int, views: int, models: int) -> str:
    of_each = [f"{views} versions of each"] if views > 1 else []
    by = [f"{models} models"] if models > 1 else []
    total = f": {images * views * models:,} judgements" if views * models > 1 else ""
    earlier = f"; {finished:,} were judged before" if finished else ""
    return f"{images:,} images to judge{''.join(f', {part}' for part in (*of_each, *by))}{total}{earlier}."


def worker_count(requested: int | None) -> int:
    """Processes that decode: as requested, or one per core, at most 8."""
    return min(MAX_WORKERS, available_cores()) if requested is None else requested


def remove_parts(resume_dir: Path) -> None:
    """Delete the parts below `resume_dir` once their sum is written elsewhere."""
    shutil.rmtree(resume_dir / PARTS_FOLDER, ignore_errors=True)


def _require_folders(batch: PreparedBatch, prepared: PreparedImages) -> None:
    """Look after what cannot be read: one image is an error among others, a folder that is gone ends the run."""
    for image in batch.images:
        if image.error:
            stored = prepared.dataset[image.index]["image"]
            if stored and stored["bytes"] is None and stored["path"]:
                require_folder_of(stored["path"])


def _judge(batch: PreparedBatch, predictors: Sequence[Predictor], views: list[str], batch_size: int) -> Predictions:
    logits = np.full((len(batch.images), len(predictors), len(views)), np.nan)
    models = {predictor.name: position for position, predictor in enumerate(predictors)}
    for group in batch.groups:
        predictor, pixels = predictors[models[group.model]], torch.as_tensor(group.pixels)
        crops = pixels.shape[1] if pixels.ndim == 5 else 1
        step = max(1, batch_size // crops)
        for start in range(0, len(group.members), step):
            chunk = PixelGroup(group.model, pixels[start : start + step], group.members[start : start + step])
            scores = _score(predictor, chunk, batch)
            for (member, view), score in zip(chunk.members, scores, strict=True):
                logits[member, models[group.model], views.index(view)] = score
    for position, image in enumerate(batch.images):
        if not image.error and not np.isfinite(logits[position]).all():
            image.error = f"{image.path} got a score from the model that is no finite number."
        if image.error:
            logits[position] = np.nan
    return _rows(batch, [predictor.name for predictor in predictors], views, logits)


def _score(predictor: Predictor, chunk: PixelGroup, batch: PreparedBatch) -> list[float]:
    """The logits of one stack; if it fails, of its images one by one, so that only the culprit is lost."""
    try:
        return [float(score) for score in predictor.logits(torch.as_tensor(chunk.pixels))]
    except (RuntimeError, ValueError) as error:  # a side below the network's kernel; too little memory
        if len(chunk.members) == 1:
            image = batch.images[chunk.members[0][0]]
            image.error = f"{image.path} cannot be judged by {predictor.name}: {one_line(error)}."
            return [np.nan]
    return [
        _score(predictor, PixelGroup(chunk.model, chunk.pixels[i : i + 1], [member]), batch)[0]
        for i, member in enumerate(chunk.members)
    ]


def _rows(batch: PreparedBatch, models: list[str], views: list[str], logits: np.ndarray) -> Predictions:
    per_image = len(models) * len(views)
    flat = logits.reshape(-1)

    def repeated(values: list[str]) -> np.ndarray:
        return np.repeat(np.array(values, dtype=object), per_image)

    return Predictions(
        model=np.tile(np.repeat(np.array(models, dtype=object), len(views)), len(batch.images)),
        index=np.repeat(np.array([image.index for image in batch.images], dtype=np.int64), per_image),
        path=repeated([image.path for image in batch.images]),
        label=np.repeat(np.array([image.label for image in batch.images], dtype=np.int64), per_image),
        source=repeated([image.source for image in batch.images]),
        tier=np.tile(np.array(views, dtype=object), len(batch.images) * len(models)),
        p_fake=sigmoid(flat),
        logit=flat,
        error=repeated([image.error for image in batch.images]),
    )


def _check_arguments(predictors: Sequence[Predictor], dataset: datasets.Dataset) -> None:
    names = [predictor.name for predictor in predictors]
    if len(set(names)) < len(names):
        raise RealFakeError(f"Two models are both called {max(names, key=names.count)}: give each its own name.")
    if len(dataset) == 0:
        raise RealFakeError("The data set has no images: give one that has.")
    wrong = set(dataset.select_columns(["label"])[:]["label"]) - {0, 1}
    if wrong:
        shown = ", ".join(sorted(map(str, wrong)))
        raise RealFakeError(f"The data set has the label {shown}: every image must be 0 (real) or 1 (fake).")


def _open_parts(
    resume_dir: Path, predictors: Sequence[Predictor], dataset: datasets.Dataset, views: Mapping[str, View]
) -> Path:
    parts = resume_dir / PARTS_FOLDER
    described = {
        "models": {predictor.name: predictor.fingerprint() for predictor in predictors},
        "data": images_fingerprint(dataset),
        "views": list(views),
    }
    note = parts / "run.json"
    if note.exists():
        if read_json_object(note, f"delete {parts}, and judge again") != described:
            raise RealFakeError(
                f"{parts} holds the unfinished predictions of another model, data set or choice of tiers: "
                f"finish that run, or delete the folder."
            )
        return parts
    write_json(note, described)
    return parts


def _write_part(parts: Path, pending: list[Predictions], number: int, share: Share) -> Predictions:
    part = Predictions.concatenate(pending)
    part.write(parts / f"part-{number:06d}-{share.rank:04d}.parquet")
    return part
