"""One evaluation or calibration from names to files: load the data and the model, measure, write."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from realfake_hf.data.layouts import refuse_among_images
from realfake_hf.data.loading import DataSource
from realfake_hf.data.measured_split import SEED, drawn_sample, one_split
from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.calibration import calibrate, check_rate
from realfake_hf.evaluation.page_files import write_evaluation_page
from realfake_hf.evaluation.predict import predict, remove_parts, worker_count
from realfake_hf.evaluation.processes import Share
from realfake_hf.evaluation.summary import model_thresholds, summarise, tier_views
from realfake_hf.evaluation.sweep import all_views, part_sweeps
from realfake_hf.evaluation.trained_on import TRAINED_ON, was_trained_on
from realfake_hf.inference.model_loading import DEFAULT_MODEL, load_model, model_folder, model_name
from realfake_hf.inference.predictor import scoring_predictor
from realfake_hf.pages.page import Say, can_draw, silent
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.model_config import ModelConfig, set_calibration
from realfake_hf.records.predictions import AUGMENTED, LEFT_OUT, WITH, WITHOUT, Predictions
from realfake_hf.records.results import EvaluationResult
from realfake_hf.storage.output_folder import PREDICTIONS, check_output, clear_extras
from realfake_hf.storage.working import working

TIERS = ("clean", "web", "hard")
RESULTS = "results.json"


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


@working("Evaluating")
def evaluate(
    data: DataSource,
    *,
    output: str | Path,
    model: str | Path = DEFAULT_MODEL,
    tiers: Sequence[str] = TIERS,
    sweeps: Sequence[str] = (),
    split: str | None = None,
    sample: int | None = None,
    seed: int = SEED,
    fake_label: str | None = None,
    batch_size: int = 32,
    workers: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
    page: bool = True,
    trust_remote_code: bool = False,
    device: str | None = None,
    say: Callable[[str], None] | None = None,
) -> EvaluationResult:
    """Measure a model on a data set and write what was found.

    Started by `torchrun`, each process judges its share of the images; the result is that of one process.

    `results.json` and `predictions.parquet`; with `sweeps` also `robustness.json`; with `page` also `page.html`,
    `figures/*.svg` and, where the model was wrong, `mistakes.png`.

    Args:
        data: as `load_data` takes it.
        output: folder, made if need be.
        model: as `load_model` takes it; any image classifier.
        tiers: of `clean`, `web`, `hard`.
        sweeps: of `realfake_hf.images.degradations.sweep.SWEEPS`; the images are decoded once for tiers and sweeps.
        split: which to measure on; by default `test`, else `val`, else the only one there is.
        sample: judge at most so many images, drawn at random; None judges all.
        seed: of the sample.
        fake_label: the model's label that means fake, where its name does not say so.
        batch_size: inputs that the model sees at a time.
        workers: processes that decode; by default one per core, at most 8; 0 decodes in this one.
        resume: go on with an interrupted evaluation in `output`.
        overwrite: replace an evaluation in `output`.
        page: draw; takes the extra `report`, without which it is left out.
        trust_remote_code: run code that comes with the model.
        device: by default a GPU if there is one.
        say: is told in a sentence what it will take, and what had to be left out.

    Raises:
        RealFakeError: data or a model that cannot be loaded, labels that do not tell, or an `output` in use.
    """
    folder = Path(output).expanduser()
    refuse_among_images(folder, data)
    views = all_views(tiers, sweeps)
    share = Share.of_this_process()
    if share.is_first:
        check_output(folder, RESULTS, resume=resume, overwrite=overwrite)
    page = page and share.is_first and can_draw(say or silent)
    dataset, name = drawn_sample(*one_split(data, split), sample, seed=seed)
    loaded = load_model(model, trust_remote_code=trust_remote_code)
    predictor = scoring_predictor(loaded, name=model_name(model), fake_label=fake_label, device=device)
    scores = predict(
        [predictor],
        dataset,
        views,
        batch_size=batch_size,
        workers=worker_count(None) // share.of if workers is None else workers,
        resume_dir=folder,
        say=(say or silent) if share.is_first else silent,
        share=share,
    )
    if not share.is_first:
        share.wait()
        return EvaluationResult.read(folder / RESULTS)
    predictions, robustness = part_sweeps(scores, sweeps, dataset=name)
    result = summarise(
        predictions,
        model=predictor.name,
        dataset=name,
        thresholds=model_thresholds(loaded.model),
        contents=dataset["content"][:] if "content" in dataset.column_names else None,
    )
    clear_extras(folder)
    if robustness is not None:
        robustness.write(folder)
    if page:
        write_evaluation_page(
            folder,
            result,
            predictions,
            dataset=dataset,
            loaded=loaded,
            fake_label=fake_label,
            robustness=robustness,
            say=say,
        )
    predictions.write(folder / PREDICTIONS)
    result.write(folder / RESULTS)
    remove_parts(folder)
    share.wait()
    return result


def _calibrate_for_new_sources(
    judged: Predictions, raw_logits: npt.NDArray[np.float64], left_out: Path, max_fpr: float, max_fnr: float | None
) -> Calibration:
    if not (left_out / LEFT_OUT).is_file():
        raise RealFakeError(f"{left_out} holds no {LEFT_OUT}: name the folder of a `leave_one_out`.")
    scores = Predictions.read(left_out / LEFT_OUT).judged()
    asked = set(zip(judged.label, judged.source, strict=True))
    scores = scores.where(np.array([one in asked for one in zip(scores.label, scores.source, strict=True)], dtype=bool))
    seen, without = scores.of_model(WITH).of_tier("clean"), scores.of_model(WITHOUT)
    unseen = without.of_tier(AUGMENTED if AUGMENTED in without.tier else "clean")
    if not len(seen) or not len(unseen):
        raise RealFakeError(f"{left_out} holds no scores of these sources left out: measure the tier clean there.")
    scale = float(raw_logits.std() / seen.logit.std())
    return calibrate(unseen.label, unseen.logit * scale, max_fpr=max_fpr, max_fnr=max_fnr, sources=list(unseen.source))


@working("Calibrating")
def calibrate_folder(
    model: str | Path,
    data: DataSource,
    *,
    max_fpr: float = 0.05,
    max_fnr: float | None = None,
    split: str | None = None,
    left_out: str | Path | None = None,
    new_sources: bool = False,
    batch_size: int = 32,
    workers: int | None = None,
    device: str | None = None,
    say: Say | None = None,
) -> CalibrationRun:
    """Fit temperature and thresholds on held-out images and write them into a model's `config.json`.

    The weights stay as they are. `calibration.json` beside them says on what and how well.

    Args:
        model: folder of one of our models, or a RUN folder.
        data: as `load_data` takes it; images that the model was not trained on.
        max_fpr: requested limit on reals called fake, 0..1.
        max_fnr: requested limit on fakes called real, 0..1; by default `max_fpr`.
        split: by default `val`, else the only one there is.
        left_out: folder of a `leave_one_out` of the same recipe, or the RUN folder of a linear probe with
            `left_out_folds`: temperature and thresholds then come from the scores of models that had not seen an
            image's source, and hold for new sources. Those of the sources in `data` count. Those models may be trained
            for less long: their logits are brought to the scale of this model's, by the spread of both on images of
            sources that they knew.
        new_sources: training had no image of any source of `data`, which has the column `source`: the thresholds
            then hold for new sources, by the model's own scores.
        batch_size, workers, device: as for `evaluate`.
        say: is told in a sentence what it will take, and what to mind.

    Raises:
        RealFakeError: a model that is not a folder of ours, data that cannot be loaded or do not name their sources,
            or both `left_out` and `new_sources`.
    """
    if not Path(model).expanduser().is_dir():
        raise RealFakeError(f"{model} is no folder: calibration is written into a model's folder, so give one.")
    folder = model_folder(model)
    config = ModelConfig.read(folder)
    if config is None or not config.is_ours:
        raise RealFakeError(f"{model} is not one of our models: only those keep a temperature and thresholds.")
    check_rate("max_fpr", max_fpr)
    if left_out is not None and new_sources:
        raise RealFakeError(
            "`left_out` and `new_sources` exclude one another: thresholds come from models that had not seen a source, "
            "or from this model's scores of sources that are new to it."
        )
    dataset, name = one_split(data, split, preferred=("val",))
    if new_sources and not all(dataset["source"][:]):
        raise RealFakeError(f"{name} does not name the source of every image, so none can be known as new.")
    tell = say or silent
    # Models that left a source out judge it honestly, whatever this one was trained on.
    is_known = left_out is None and was_trained_on(Path(model).expanduser(), dataset, data=data, measured=name)
    if is_known:
        tell(TRAINED_ON)
    loaded = load_model(model)
    predictor = scoring_predictor(loaded, name=str(model), device=device)
    predictions = predict(
        [predictor], dataset, tier_views(["clean"]), batch_size=batch_size, workers=worker_count(workers), say=tell
    )
    judged = predictions.judged()
    temperature = float(loaded.model.config.temperature)
    if left_out is None:
        found = calibrate(
            judged.label,
            judged.logit,
            max_fpr=max_fpr,
            max_fnr=max_fnr,
            current_temperature=temperature,
            sources=list(judged.source) if new_sources else None,
        )
    else:
        found = _calibrate_for_new_sources(judged, judged.logit * temperature, Path(left_out), max_fpr, max_fnr)
    if is_known:
        found = dataclasses.replace(found, notes=[*found.notes, TRAINED_ON])
    dataclasses.replace(found, dataset=name).write(folder)
    set_calibration(folder, found)
    _set_onnx_temperature(folder, found.temperature)
    return CalibrationRun(folder, name, found, [error for error in predictions.error if error])


def _set_onnx_temperature(folder: Path, temperature: float) -> None:
    """Let the model's ONNX file, if there is one, give calibrated logits to other programs too; ours do it anyway."""
    from realfake_hf.inference.onnx.shared_weights import ONNX_FILE, set_temperature

    if (folder / ONNX_FILE).is_file() and find_spec("onnx"):
        set_temperature(folder / ONNX_FILE, temperature)
