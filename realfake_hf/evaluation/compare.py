"""Several models on one data set from names to files: load, judge in one pass, compare, write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from realfake_hf.data.layouts import refuse_among_images
from realfake_hf.data.loading import DataSource
from realfake_hf.data.measured_split import SEED, drawn_sample, one_split
from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.comparison import ComparisonResult, compare_predictions
from realfake_hf.evaluation.page_files import write_comparison_page
from realfake_hf.evaluation.predict import predict, remove_parts, worker_count
from realfake_hf.evaluation.summary import model_thresholds
from realfake_hf.evaluation.sweep import all_views, part_sweeps
from realfake_hf.inference.model_loading import load_model, model_name
from realfake_hf.inference.predictor import scoring_predictor
from realfake_hf.pages.page import can_draw, silent
from realfake_hf.storage.output_folder import PREDICTIONS, check_output, clear_extras
from realfake_hf.storage.working import working

COMPARISON = "comparison.json"


@working("Comparing the models")
def compare(
    data: DataSource,
    *,
    output: str | Path,
    models: Sequence[str | Path],
    tiers: Sequence[str] = ("clean", "web", "hard"),
    sweeps: Sequence[str] = (),
    split: str | None = None,
    sample: int | None = None,
    seed: int = SEED,
    fake_labels: Mapping[str, str] | None = None,
    batch_size: int = 32,
    workers: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
    page: bool = True,
    trust_remote_code: bool = False,
    device: str | None = None,
    say: Callable[[str], None] | None = None,
) -> ComparisonResult:
    """Measure several models on the same images and test every pair.

    Writes `comparison.json` and `predictions.parquet`; with `sweeps` also `robustness.json`; with `page` also
    `page.html` and `figures/*.svg`. Every image is decoded once for all models, tiers and sweeps.

    Args:
        models: at least two, each as `load_model` takes it; all are in memory at once.
        fake_labels: model -> the label that means fake, where its name does not say so.
        data, output, tiers, sweeps, split, sample, seed, batch_size, workers, resume, overwrite, page,
            trust_remote_code, device, say: as for `realfake_hf.evaluation.evaluate.evaluate`.

    Raises:
        RealFakeError: fewer than two models, one named twice, or what `evaluate` raises.
    """
    folder = Path(output).expanduser()
    names = [str(model) for model in models]
    _check_names(names, fake_labels or {})
    refuse_among_images(folder, data)
    views = all_views(tiers, sweeps)
    check_output(folder, COMPARISON, resume=resume, overwrite=overwrite)
    page = page and can_draw(say or silent)
    dataset, name = drawn_sample(*one_split(data, split), sample, seed=seed)
    predictors = [
        scoring_predictor(
            load_model(model, trust_remote_code=trust_remote_code),
            name=model_name(model),
            fake_label=(fake_labels or {}).get(model),
            device=device,
        )
        for model in names
    ]
    scores = predict(
        predictors,
        dataset,
        views,
        batch_size=batch_size,
        workers=worker_count(workers),
        resume_dir=folder,
        say=say or silent,
    )
    predictions, robustness = part_sweeps(scores, sweeps, dataset=name)
    thresholds = {predictor.name: model_thresholds(predictor.model) for predictor in predictors}
    result = compare_predictions(predictions, dataset=name, thresholds=thresholds)
    clear_extras(folder)
    if robustness is not None:
        robustness.write(folder)
    if page:
        write_comparison_page(folder, result, predictions, robustness=robustness)
    predictions.write(folder / PREDICTIONS)
    result.write(folder / COMPARISON)
    remove_parts(folder)
    return result


def _check_names(models: Sequence[str], fake_labels: Mapping[str, str]) -> None:
    if len(models) < 2:
        raise RealFakeError("A comparison takes at least two models: name another one with `model`.")
    shown = [model_name(model) for model in models]
    if len(set(shown)) < len(shown):
        raise RealFakeError(f"{max(shown, key=shown.count)} is named twice: name each model once.")
    for model in fake_labels:
        if model not in models:
            raise RealFakeError(f"`fake_label` is given for {model}, which is none of {', '.join(models)}.")
