"""From RUN folders to the facts that the documents are written from."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.metric_intervals import metric_difference_interval
from realfake_hf.models.labels import FAKE, LABEL_NAMES, REAL
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import EvaluationResult
from realfake_hf.records.robustness import SweepResult
from realfake_hf.records.run import Hardware
from realfake_hf.records.run_folder import EVALUATIONS_FOLDER, HEADLINE_SPLITS, RunFolder
from realfake_hf.statistics.calibration import clopper_pearson_interval
from realfake_hf.storage.output_folder import PREDICTIONS
from realfake_hf.study.report.criteria import judge_criteria
from realfake_hf.study.report.facts import (
    ModelFacts,
    Outcome,
    PairwiseComparison,
    Recommendation,
    ReportFacts,
    SplitFacts,
)
from realfake_hf.study.report.numbers import Measured, overlap
from realfake_hf.study.report.recommendation import Candidate, recommend

COMPARED_METRICS = ("balanced_accuracy", "tpr_at_fpr_5")


def gather_facts(runs: Sequence[str | Path]) -> ReportFacts:
    """Read RUN folders and compare what was measured on the same images.

    Raises:
        RealFakeError: no folder, the same one twice, or one that is no finished run.
    """
    if not runs:
        raise RealFakeError("A report needs at least one RUN folder: name those that `realfake train` wrote.")
    folders = [RunFolder.read(run) for run in runs]
    paths = Counter(folder.path.resolve() for folder in folders)
    twice = [path for path, times in paths.items() if times > 1]
    if twice:
        raise RealFakeError(f"{twice[0]} is named twice: name each RUN folder once.")
    names = _names(folders)
    predictions = {name: _predictions(folder) for name, folder in zip(names, folders, strict=True)}
    models = [_model(name, folder, predictions[name]) for name, folder in zip(names, folders, strict=True)]
    split, compared = _compared(models)
    ranked = sorted(compared, key=lambda own: -_accuracy(own, split).value)
    comparisons = [
        pairwise
        for first, second in combinations(ranked, 2)
        for metric in COMPARED_METRICS
        if (pairwise := _pairwise(metric, first, second, str(split), predictions)) is not None
    ]
    facts = ReportFacts(
        models=models,
        split=split,
        ranked=[own.name for own in ranked],
        not_compared={own.name: _why_not(own, split) for own in models if own not in ranked},
        comparisons=comparisons,
        recommendation=Recommendation("training_seconds"),
    )
    facts = dataclasses.replace(facts, recommendation=_recommendation(facts))
    return dataclasses.replace(facts, criteria=judge_criteria(facts))


def _names(folders: Sequence[RunFolder]) -> list[str]:
    """Names of the recipes; where two runs share one, with as much of their paths as tells them apart."""
    times = Counter(folder.name for folder in folders)
    names = [
        folder.name if times[folder.name] == 1 else f"{folder.name} in {folder.path.resolve().name}"
        for folder in folders
    ]
    if len(set(names)) < len(names):
        names = [f"{name} ({number})" for number, name in enumerate(names, start=1)]
    return names


def _predictions(folder: RunFolder) -> dict[str, Predictions]:
    """The scores of every evaluation of a run that kept them."""
    files = {split: folder.path / EVALUATIONS_FOLDER / split / PREDICTIONS for split in folder.evaluations}
    return {split: Predictions.read(file).judged() for split, file in files.items() if file.is_file()}


def _model(name: str, folder: RunFolder, predictions: dict[str, Predictions]) -> ModelFacts:
    record, recipe = folder.record, folder.record.described
    result = record.result
    assert result is not None
    if not folder.history:  # a head alone was fitted, or somebody deleted the file
        raise RealFakeError(f"{folder.path} has no history of epochs (history.json): leave it out of the report.")
    last, description = folder.history[-1], recipe.description
    if description and folder.notes:  # the run was not quite what the recipe says of it
        description = f"By its recipe: {description} In this run: {'; '.join(folder.notes)}."
    return ModelFacts(
        name=name,
        run=str(folder.path),
        description=description,
        notes=folder.notes,
        pretrained=_pretrained(recipe.model.start_from or recipe.model.backbone),
        mode=recipe.processor.mode,
        epochs=len(folder.history),
        best_epoch=len(folder.history) if result.best_epoch is None else result.best_epoch,
        history=folder.history,
        training_seconds=folder.training_seconds,
        val_accuracy=last.val_accuracy if result.val_accuracy is None else result.val_accuracy,
        val_loss=last.val_loss if result.val_loss is None else result.val_loss,
        rows=record.rows,
        seed=record.seed,
        data=record.data,
        data_fingerprint=record.data_fingerprint,
        command=record.command,
        hardware=_hardware(record.hardware),
        versions=record.versions,
        calibrated=folder.calibration is not None,
        cost=folder.cost,
        splits={split: _split(split, own, predictions.get(split)) for split, own in folder.evaluations.items()},
        audit=folder.audit,
        sweeps=_sweeps(folder),
    )


def _pretrained(source: str | None) -> str | None:
    """A Hub id as it is, of a folder its name."""
    return Path(source).name if source and source.startswith((".", "/", "~")) else source


def _sweeps(folder: RunFolder) -> dict[str, SweepResult]:
    """By split the robustness curves, where the run was measured along single degradations."""
    found = {split: SweepResult.read(folder.path / EVALUATIONS_FOLDER / split) for split in folder.evaluations}
    return {split: curves for split, curves in found.items() if curves is not None}


def _hardware(hardware: Hardware) -> str:
    words = [word for word in (hardware.device, hardware.machine) if word]
    return ", ".join([*words, *([f"{hardware.cpu_count} cores"] if hardware.cpu_count else [])])


def _split(split: str, result: EvaluationResult, predictions: Predictions | None) -> SplitFacts:
    n = result.n_real + result.n_fake
    accuracy = {
        tier: ((own.real_accuracy or 0.0) * result.n_real + (own.fake_accuracy or 0.0) * result.n_fake) / n
        for tier, own in result.tiers.items()
    }
    facts = SplitFacts(
        split=split,
        dataset=result.dataset,
        n_real=result.n_real,
        n_fake=result.n_fake,
        n_errors=len(result.errors),
        tiers=result.tiers,
        accuracy=accuracy,
        log_loss={},
        sources=result.sources,
        source_intervals=[own.interval for own in result.sources],
        threshold_low=result.threshold_low,
        threshold_high=result.threshold_high,
    )
    if predictions is None:
        return facts
    first = predictions.of_tier(facts.first_tier)
    called = first.p_fake >= result.threshold_high
    return dataclasses.replace(
        facts,
        log_loss={tier: _log_loss(predictions.of_tier(tier)) for tier in result.tiers},
        false_alarms=_share(called[first.label == REAL]),
        fakes_found=_share(called[first.label == FAKE]),
    )


def _log_loss(rows: Predictions) -> float:
    from sklearn.metrics import log_loss

    return float(log_loss(rows.label, rows.p_fake, labels=list(range(len(LABEL_NAMES)))))


def _share(hits: npt.NDArray[np.bool_]) -> Measured | None:
    if len(hits) == 0:
        return None
    return Measured(float(hits.mean()), *clopper_pearson_interval(int(hits.sum()), len(hits)))


def _accuracy(model: ModelFacts, split: str | None) -> Measured:
    found = model.splits[str(split)].measured("balanced_accuracy")
    assert found is not None
    return found


def _compared(models: Sequence[ModelFacts]) -> tuple[str | None, list[ModelFacts]]:
    """The split of the headline and the models that were measured there, on the same images.

    Of test, unseen, val and any others it is the first on which two models can be compared, else the first that was
    measured.
    """
    order = [*HEADLINE_SPLITS, *sorted({split for own in models for split in own.splits} - set(HEADLINE_SPLITS))]
    groups: dict[tuple[str, str, int, int, str], list[ModelFacts]] = {}
    for split in order:
        for own in models:
            found = own.splits.get(split)
            if found is not None and found.measured("balanced_accuracy") is not None:
                images = (split, found.dataset, found.n_real, found.n_fake, found.first_tier)
                groups.setdefault(images, []).append(own)
    if not groups:
        return None, []

    def rank(images: tuple[str, str, int, int, str]) -> tuple[bool, int, int]:
        return len(groups[images]) > 1, -order.index(images[0]), len(groups[images])

    chosen = max(groups, key=rank)
    return chosen[0], groups[chosen]


def _why_not(model: ModelFacts, split: str | None) -> str:
    if not model.splits:
        return "it was not evaluated"
    if split is not None and split not in model.splits:
        return f"it was not evaluated on {split}"
    if split is None or model.splits[split].measured("balanced_accuracy") is None:
        return "it was evaluated on images of one class only"
    return "it was evaluated on other images"


def _pairwise(
    metric: str, first: ModelFacts, second: ModelFacts, split: str, predictions: dict[str, dict[str, Predictions]]
) -> PairwiseComparison | None:
    one, other = (own.splits[split].measured(metric) for own in (first, second))
    if one is None or other is None:
        return None
    difference = one.value - other.value
    rows = (predictions[own.name].get(split) for own in (first, second))
    interval = _paired_interval(metric, first.splits[split].first_tier, *rows)
    level = overlap(one, other) if interval is None else interval[0] <= 0 <= interval[1]
    outcome: Outcome = "level" if level or difference == 0 else "ahead" if difference > 0 else "behind"
    low, high = interval if interval is not None else (None, None)
    return PairwiseComparison(metric, first.name, second.name, difference, low, high, outcome)


def _paired_interval(
    metric: str, tier: str, first: Predictions | None, second: Predictions | None
) -> tuple[float, float] | None:
    """Of the difference; None where the two did not judge the same rows."""
    if first is None or second is None:
        return None
    one, other = (rows.where(np.argsort(rows.index)) for rows in (first.of_tier(tier), second.of_tier(tier)))
    if len(one) != len(other) or (one.index != other.index).any() or (one.label != other.label).any():
        return None
    return metric_difference_interval(one.label, one.p_fake, other.p_fake, metric)


def _recommendation(facts: ReportFacts) -> Recommendation:
    models = [facts.model(name) for name in facts.ranked]
    measure = _cost_measure(models)
    candidates = [
        Candidate(
            name=name,
            accuracy=facts.accuracy(name),
            found_at_fpr_5=found.measured("tpr_at_fpr_5"),
            cost=float(facts.model(name).cost_by(measure) or 0),
            marked=facts.model(name).unfit,
        )
        for name, found in facts.headlines().items()
    ]

    def level(first: str, second: str, metric: str) -> bool:
        pairwise = facts.pairwise(first, second, metric)
        return pairwise is None or pairwise.outcome == "level"

    return recommend(candidates, level, cost_measure=measure)


def _cost_measure(models: Sequence[ModelFacts]) -> str:
    """Milliseconds where all were measured on the same machine, else multiply-adds, else the training time."""
    costs = [own.cost for own in models if own.cost is not None]
    if not costs or len(costs) < len(models):
        return "training_seconds"
    machines = {(own.hardware, own.threads) for own in costs}
    timed = all(own.milliseconds is not None for own in costs)
    return "milliseconds" if timed and len(machines) == 1 else "macs"
