"""One evaluation or calibration from names to files: load the data and the model, measure, write."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from realfake_hf.data.loading import load_data
from realfake_hf.data.processes import available_cores
from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.calibration import Calibration, calibrate
from realfake_hf.evaluation.evaluate import evaluate_model, tier_views, write_evaluation
from realfake_hf.evaluation.predict import PARTS_FOLDER, predict, remove_parts
from realfake_hf.evaluation.predictor import Predictor
from realfake_hf.evaluation.results import EvaluationResult
from realfake_hf.files import write_json
from realfake_hf.model_loading import DEFAULT_MODEL, load_model, model_folder

if TYPE_CHECKING:
    from datasets import Dataset

TIERS = ("clean", "web", "hard")
MAX_WORKERS = 8
CALIBRATION_FILE = "calibration.json"


@dataclass(frozen=True)
class CalibrationRun:
    """A calibration that has been written.

    Attributes:
        folder: the model's, whose config.json has the new temperature and thresholds.
        dataset: what it was calibrated on.
        calibration: the figures; also in `calibration.json` of the folder.
        errors: a sentence for each image that could not be judged.
    """

    folder: Path
    dataset: str
    calibration: Calibration
    errors: list[str]


def evaluate(
    data: str | Path,
    *,
    output: str | Path,
    model: str | Path = DEFAULT_MODEL,
    tiers: Sequence[str] = TIERS,
    split: str | None = None,
    fake_label: str | None = None,
    batch_size: int = 32,
    workers: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
    trust_remote_code: bool = False,
    device: str | None = None,
) -> EvaluationResult:
    """Measure a model on a data set and write `results.json` and `predictions.parquet`.

    Args:
        data: as `load_data` takes it.
        output: folder, made if need be.
        model: as `load_model` takes it; any image classifier.
        tiers: of `clean`, `web`, `hard`.
        split: which to measure on; by default `test`, else `val`, else the only one there is.
        fake_label: the model's label that means fake, where its name does not say so.
        batch_size: inputs that the model sees at a time.
        workers: processes that decode; by default one per core, at most 8; 0 decodes in this one.
        resume: go on with an interrupted evaluation in `output`.
        overwrite: replace an evaluation in `output`.
        trust_remote_code: run code that comes with the model.
        device: by default a GPU if there is one.

    Raises:
        RealFakeError: data or a model that cannot be loaded, labels that do not tell, or an `output` in use.
    """
    folder = Path(output).expanduser()
    tier_views(tiers)
    _check_output(folder, resume=resume, overwrite=overwrite)
    dataset, name = _one_split(data, split, preferred=("test", "val"))
    loaded = load_model(model, trust_remote_code=trust_remote_code)
    result, predictions = evaluate_model(
        loaded.model,
        loaded.processor,
        dataset,
        tiers=tiers,
        batch_size=batch_size,
        workers=_workers(workers),
        resume_dir=folder,
        fake_label=fake_label,
        device=device,
        model_name=str(model),
        dataset_name=name,
    )
    write_evaluation(result, predictions, folder)
    remove_parts(folder)
    return result


def calibrate_folder(
    model: str | Path,
    data: str | Path,
    *,
    max_fpr: float = 0.05,
    split: str | None = None,
    batch_size: int = 32,
    workers: int | None = None,
    device: str | None = None,
) -> CalibrationRun:
    """Fit temperature and thresholds on held-out images and write them into a model's `config.json`.

    The weights stay as they are. `calibration.json` beside them says on what and how well.

    Args:
        model: folder of one of our models, or a RUN folder.
        data: as `load_data` takes it; images that the model was not trained on.
        max_fpr: wished limit on reals called fake, 0..1.
        split: by default `val`, else the only one there is.
        batch_size, workers, device: as for `evaluate`.

    Raises:
        RealFakeError: a model that is not a folder of ours, or data that cannot be loaded.
    """
    if not Path(model).expanduser().is_dir():
        raise RealFakeError(f"{model} is no folder: calibration is written into a model's folder, so give one.")
    folder = model_folder(model)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if not str(config.get("model_type", "")).startswith("realfake"):
        raise RealFakeError(f"{model} is not one of our models: only those keep a temperature and thresholds.")
    dataset, name = _one_split(data, split, preferred=("val",))
    loaded = load_model(model)
    predictor = Predictor.of(loaded.model, loaded.processor, name=str(model), device=device)
    predictions = predict([predictor], dataset, tier_views(["clean"]), batch_size=batch_size, workers=_workers(workers))
    judged = predictions.judged()
    found = calibrate(
        judged.label, judged.logit, max_fpr=max_fpr, current_temperature=float(loaded.model.config.temperature)
    )
    for field in ("temperature", "threshold_low", "threshold_high"):
        config[field] = getattr(found, field)
    write_json(folder / CALIBRATION_FILE, {"dataset": name, **found.to_dict()})
    write_json(folder / "config.json", config)
    return CalibrationRun(folder, name, found, [error for error in predictions.error if error])


def _one_split(data: str | Path, split: str | None, *, preferred: Sequence[str]) -> tuple[Dataset, str]:
    """The split to use and how results call it."""
    splits = load_data(data, split=split)
    if len(splits) == 1:
        ((chosen, dataset),) = splits.items()
        return dataset, str(data) if chosen == "train" and split is None else f"{data} ({chosen})"
    for chosen in preferred:
        if chosen in splits:
            return splits[chosen], f"{data} ({chosen})"
    raise RealFakeError(f"{data} has the splits {', '.join(splits)}: name the one to use with --split.")


def _check_output(folder: Path, *, resume: bool, overwrite: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise RealFakeError(f"--output {folder} is a file: name a folder.")
    if (folder / "results.json").exists() and not overwrite:
        raise RealFakeError(f"{folder} holds an evaluation: name another --output, or replace it with --overwrite.")
    if (folder / PARTS_FOLDER).exists() and not resume:
        if not overwrite:
            raise RealFakeError(
                f"{folder} holds an interrupted evaluation: go on with --resume, or drop it with --overwrite."
            )
        shutil.rmtree(folder / PARTS_FOLDER)


def _workers(workers: int | None) -> int:
    return min(MAX_WORKERS, available_cores()) if workers is None else workers
