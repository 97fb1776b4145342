"""RUN folders made of numbers alone: nothing is trained, everything is as `train`, `evaluate` and `study` leave it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_predictions import predictions_of

from realfake_hf.evaluation.summary import summarise
from realfake_hf.records.audit import AuditResult
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.cost import ModelCost
from realfake_hf.records.predictions import Predictions
from realfake_hf.storage.files import write_json
from realfake_hf.study.report.facts import ReportFacts
from realfake_hf.study.report.gather import gather_facts

PER_CLASS = 100
MakeRun = Callable[..., Path]


def scores(real: float, fake: float, tiers: dict[str, float]) -> Predictions:
    """Predictions in which the given shares of reals and fakes are right, less the loss of each tier.

    The same images are right for every model that is as good, so that better models differ by more than chance.
    """
    parts = []
    for tier, lost in tiers.items():
        label = np.repeat([0, 1], PER_CLASS)
        place = np.tile(np.arange(PER_CLASS), 2)
        share = np.where(label == 0, real, fake) - lost
        right = place < np.round(PER_CLASS * share)
        sure = 0.55 + 0.4 * ((37 * place) % PER_CLASS) / PER_CLASS
        p_fake = np.where(right == (label == 1), sure, 1 - sure)
        sources = np.array([["camera-a", "camera-b"], ["maker-x", "maker-y"]], dtype=object)
        parts.append(predictions_of(label, p_fake, sources[label, (place >= 60).astype(int)], tier=tier))
    return Predictions.concatenate(parts)


def audit_of(verdict: str) -> AuditResult:
    """An audit with the given verdict."""
    auc = {"pass": 0.512, "warn": 0.634, "fail": 0.871}[verdict]
    reasons = [] if verdict == "pass" else [f"Metadata alone tell fakes from reals: AUC {auc:.3f}. Encode both alike."]
    names = ("metadata_auc", "border_auc", "thumbnail_auc", "real_vs_real_auc")
    return AuditResult(
        verdict=verdict,
        reasons=reasons,
        metadata_auc=auc,
        border_auc=0.507,
        thumbnail_auc=0.561,
        real_vs_real_auc=0.702,
        original_metadata_auc=None,
        ci95={name: [0.487, 0.893] for name in names},
        strongest_feature=None,
        near_duplicates_across_splits=0,
        n_real=1234,
        n_fake=1432,
    )


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """Write a RUN folder; see the arguments for what it holds."""
    return lambda name, **values: write_run(tmp_path / "runs", name, **values)


@pytest.fixture
def facts_of(make_run: MakeRun) -> Callable[..., ReportFacts]:
    """Facts of runs given as name -> arguments of `write_run`."""
    return lambda **runs: gather_facts([make_run(name.replace("_", "-"), **own) for name, own in runs.items()])


def write_run(
    folder: Path,
    name: str,
    *,
    real: float = 0.8,
    fake: float = 0.8,
    known: float = 0.05,
    tiers: dict[str, float] | None = None,
    splits: tuple[str, ...] = ("val", "unseen"),
    milliseconds: float | None = 20.0,
    notes: tuple[str, ...] = (),
    audit: str | None = "pass",
    data: str = "abcdef",
    predictions: bool = True,
    calibrated: bool = True,
    epochs: int = 3,
    trained_on: float = 0.9,
) -> Path:
    """A RUN folder.

    Args:
        real, fake: shares judged right on `unseen` (and `test`), clean; on `val` it is `known` more.
        tiers: tier -> what it loses.
        milliseconds: of one image; None writes no cost.json.
        audit: verdict; None writes no audit.json.
        data: fingerprint.
        predictions: whether predictions.parquet is kept.
        trained_on: accuracy on the training images after the last epoch.
    """
    run = folder / name
    config: dict[str, Any] = {"model_type": "realfake"}
    (run / "model").mkdir(parents=True)
    write_json(run / "model" / "config.json", config)
    if calibrated:
        Calibration(
            temperature=1.5, threshold_low=0.3, threshold_high=0.7, max_fpr=0.05, max_fnr=0.05, fpr=0.0, fnr=0.0,
            fpr_upper95=0.1, fnr_upper95=0.1, fpr_guarantee=0.05, fnr_guarantee=0.05, ece_before=0.2, ece_after=0.1,
            n_real=40, n_fake=40,
        ).write(run / "model")  # fmt: skip
    size = 1 + sum(map(ord, name)) % 7
    history = [
        {
            "epoch": epoch,
            "train_loss": 0.71 - 0.071 * epoch,
            "train_accuracy": trained_on - 0.0437 * (epochs - epoch),
            "val_loss": 0.69 - 0.053 * epoch,
            "val_accuracy": min(1.0, (real + fake) / 2 + known) - 0.0213 * (epochs - epoch),
            "seconds": 61.7 * size + epoch,
            "images_per_second": 51.0,
        }
        for epoch in range(1, epochs + 1)
    ]
    write_json(run / "history.json", history)
    settings = {
        "recipe": {"name": name, "description": f"A network called {name}.", "model": {}, "processor": {"mode": "pad"}},
        "notes": list(notes),
        "seed": 30,
        "data": "somewhere/photos",
        "data_fingerprint": data,
        "rows": {"train": 4321, "val": 765},
        "command": f"realfake train {name} --data photos --output runs/{name}",
        "versions": {"torch": "2.13.0"},
        "hardware": {"device": "cpu", "cpu_count": 2, "machine": "x86_64"},
        "result": {"best_epoch": epochs},
    }
    write_json(run / "run.json", settings)
    for split in splits:
        more = known if split == "val" else 0.0
        found = scores(min(1.0, real + more), min(1.0, fake + more), tiers or {"clean": 0.0, "web": 0.02, "hard": 0.04})
        result = summarise(found, model=name, dataset=f"photos ({split})", thresholds=(0.3, 0.7), n_resamples=60)
        result.write(run / "evaluations" / split / "results.json")
        if predictions:
            found.write(run / "evaluations" / split / "predictions.parquet")
    if milliseconds is not None:
        layers = {"Conv2d": 10 * size + 3, "BatchNorm2d": 9, "Linear": 2}
        ModelCost(
            1_234_567 * size, 123_456 * size, 98_765_432 * size, (3, 128, 128), layers, ["flatten", "dense 2"],
            milliseconds, 1, "a processor",
        ).write(run)  # fmt: skip
    if audit is not None:
        audit_of(audit).write(run)
    return run


def numbers_of(file: Path) -> Any:
    """A JSON file's content."""
    return json.loads(file.read_text(encoding="utf-8"))
