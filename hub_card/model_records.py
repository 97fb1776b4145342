"""Read what lies beside a model into the facts of its card."""

from __future__ import annotations

import csv
import dataclasses
import re
from pathlib import Path

from hub_card.licences import LICENCE_FILE
from hub_card.model_facts import Figure, ModelFacts, TrainingFacts
from hub_card.sources import SOURCES_FILE, Source, read_sources
from realfake_hf.errors import RealFakeError
from realfake_hf.records import run_folder
from realfake_hf.records.audit import audit_beside
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.cost import ModelCost
from realfake_hf.records.environment import package_version
from realfake_hf.records.evasion import EvasionTable
from realfake_hf.records.model_config import ModelConfig
from realfake_hf.records.peers import PeerComparison
from realfake_hf.records.results import EvaluationResult
from realfake_hf.records.run import RecordedRecipe, RunRecord
from realfake_hf.records.run_folder import HEADLINE_SPLITS
from realfake_hf.storage.portable import portable_command, portable_text
from realfake_hf.weights import WEIGHTS_FOLDER

FIGURES_FOLDER = "figures"
PICTURE = "of-a-hundred.png"
CURVES = "robustness.png"
CAPTIONS = {
    PICTURE: "What happens to 100 photographs and to 100 AI-generated images.",
    "tiers.png": "What it reached on each tier, with 95 % intervals.",
    CURVES: "What is left of its balanced accuracy as images are degraded step by step, with 95 % bands.",
    "sources.png": "How many images of each source it judges right, with 95 % intervals.",
}
BACKBONE_OWNERS = ("facebook", "google", "microsoft", "timm")
"""Whose backbones on the Hub our recipes name; `models/resnet` may as well be a folder of this machine."""

LICENCES = {
    "CC BY-NC-SA 4.0": "cc-by-nc-sa-4.0",
    "CC BY-NC 4.0": "cc-by-nc-4.0",
    "CC BY-SA 4.0": "cc-by-sa-4.0",
    "CC BY 4.0": "cc-by-4.0",
    "Apache License": "apache-2.0",
    "MIT License": "mit",
}
"""A phrase of a LICENSE file -> how the Hub spells that licence."""


def read_model_facts(
    folder: str | Path,
    *,
    repo: str = "",
    licence: str | None = None,
    base_model: str | None = None,
    datasets: tuple[str, ...] = (),
    space: str = "",
) -> ModelFacts:
    """Gather the facts of a RUN folder, of an embedded model's folder, or of any other model's.

    Reads whatever of these lies there: config.json, calibration.json, run.json, evaluations/*/results.json, cost.json,
    audit.json, peers.json, evasion.json, sources.yaml, LICENSE, figures/*.png, codecarbon's emissions.csv.

    Args:
        folder: the model's or the RUN folder.
        repo: `OWNER/NAME` that it goes to; by default it is called as the recipe or the folder.
        licence: as the Hub spells it; by default what a LICENSE beside the model says.
        base_model: Hub id; by default the recipe's backbone, where that surely is one.
        datasets: Hub ids of what it was trained on.
        space: `OWNER/NAME` of a Space that lets people try it.

    Raises:
        RealFakeError: no model there, or a damaged file.
    """
    root = Path(folder).expanduser()
    model = root / "model" if (root / "model" / "config.json").is_file() else root
    config = ModelConfig.read(model)
    if config is None:
        raise RealFakeError(f"{root} holds no model (no config.json): give a model's folder or a RUN folder.")
    record = RunRecord.read(root)
    embedded = root.resolve().parent == WEIGHTS_FOLDER
    named = root.resolve().name if embedded or record is None else record.recipe_name
    licence_file = license_file(root)
    if licence == "other" and licence_file is None:
        raise RealFakeError(f"Which other licence nobody could read: write it into a file {LICENCE_FILE} in {root}.")
    calibration = Calibration.read(model)
    return ModelFacts(
        title=repo.rpartition("/")[2] or named,
        repo=repo,
        space=space,
        embedded=embedded and not repo,
        model_type=config.model_type,
        ours=config.is_ours,
        version=(record and record.versions.get("realfake-hf")) or package_version("realfake-hf") or "unknown",
        licence=licence or _licence_of(licence_file),
        licence_file=licence_file is not None,
        base_model=base_model or _base_model(record),
        datasets=list(datasets),
        notes=[] if record is None else record.notes,
        training=_read_training(record),
        sources=_read_training_sources(root, record),
        audit=audit_beside(root) or (None if record is None else record.audit),
        calibration=calibration and dataclasses.replace(calibration, dataset=portable_text(calibration.dataset)),
        temperature=config.temperature,
        threshold_low=config.threshold_low,
        threshold_high=config.threshold_high,
        training_range=config.training_range or {},
        evaluations=read_evaluations(root),
        cost=ModelCost.read(root) or _count_cost(model),
        carbon_kg=_read_carbon(root),
        figures=find_figures(root),
        peers=PeerComparison.read(root),
        evasion=EvasionTable.read(root),
    )


def read_evaluations(root: Path) -> dict[str, EvaluationResult]:
    """By split, the one that counts first; with no path of this machine in them."""
    found = {
        split: dataclasses.replace(result, model=portable_text(result.model), dataset=portable_text(result.dataset))
        for split, result in run_folder.read_evaluations(root).items()
    }
    order = [*HEADLINE_SPLITS, *sorted(set(found) - set(HEADLINE_SPLITS))]
    return {split: found[split] for split in order if split in found}


def find_figures(root: Path) -> list[Figure]:
    """The figures below a folder that have a caption."""
    return [
        Figure(f"{FIGURES_FOLDER}/{name}", caption)
        for name, caption in CAPTIONS.items()
        if (root / FIGURES_FOLDER / name).is_file()
    ]


def license_file(root: Path) -> Path | None:
    """The LICENSE of the weights: beside them, or of an embedded model beside all of them."""
    folders = [root, root / "model", *([root.resolve().parent] if root.resolve().parent == WEIGHTS_FOLDER else [])]
    return next((folder / LICENCE_FILE for folder in folders if (folder / LICENCE_FILE).is_file()), None)


def _licence_of(file: Path | None) -> str:
    text = "" if file is None else file.read_text(encoding="utf-8", errors="replace")
    first = {text.find(phrase): name for phrase, name in LICENCES.items() if phrase in text}
    return first[min(first)] if first else "unknown" if file is None else "other"


def _base_model(record: RunRecord | None) -> str:
    backbone = (None if record is None else record.described.model.backbone) or ""
    return backbone if re.fullmatch(rf"({'|'.join(BACKBONE_OWNERS)})/[\w.-]+", backbone) else ""


def _read_training(record: RunRecord | None) -> TrainingFacts | None:
    if record is None or record.result is None:
        return None
    result, hardware = record.result, record.hardware
    cores = f", {hardware.cpu_count} cores" if hardware.cpu_count else ""
    return TrainingFacts(
        recipe=record.recipe_name,
        description=record.described.description,
        start=_start(record.described),
        rows=record.rows,
        epochs=result.epochs,
        best_epoch=result.epochs if result.best_epoch is None else result.best_epoch,
        seed=record.seed,
        seconds=result.seconds or 0.0,
        hardware=hardware.gpu or f"{hardware.device or 'cpu'} ({hardware.machine}{cores})",
        fingerprint=record.data_fingerprint,
        versions={name: record.versions[name] for name in ("torch", "transformers") if name in record.versions},
        command=portable_command(record.command),
    )


def _start(recipe: RecordedRecipe) -> str:
    if recipe.model.start_from:
        detectors = [portable_text(name) for name in (recipe.model.start_from, *recipe.model.average_with)]
        kind = "those of the detector" if len(detectors) == 1 else "the mean of those of"
        begun = f"Its weights were {kind} {' and '.join(detectors)}."
    elif recipe.model.backbone:
        begun = f"Its backbone was pretrained ({portable_text(recipe.model.backbone)})."
    else:
        begun = "Its weights were random."
    teacher = recipe.distillation.teacher
    return f"{begun} It learnt from {Path(teacher).name} beside the labels." if teacher else begun


def _read_training_sources(root: Path, record: RunRecord | None) -> list[Source]:
    """From a sources.yaml beside the model (of an embedded one: beside all of them), else beside the data."""
    data = Path("" if record is None else record.data).expanduser()
    for folder in (root, *([root.parent] if root.resolve().parent == WEIGHTS_FOLDER else []), data):
        found = read_sources(folder / SOURCES_FILE)
        if found:
            return list(found.values())
    return []


def _count_cost(model: Path) -> ModelCost | None:
    """What can be counted without measuring; None of a folder without weights or processor."""
    from realfake_hf.inference.description import describe_model
    from realfake_hf.inference.model_loading import load_model

    if not any(model.glob("model*.safetensors")) or not any(model.glob("*processor_config.json")):
        return None
    loaded = load_model(model.resolve())
    found = describe_model(loaded.model, loaded.processor)
    shape = (found.input.channels, found.input.height, found.input.width)
    return ModelCost(
        found.parameters, found.trainable_parameters, found.macs, shape, {}, [], inputs_per_image=found.input.crops
    )


def _read_carbon(root: Path) -> float | None:
    """kg of CO2 equivalent, as codecarbon's callback of Trainer leaves it in the output folder."""
    for file in (root / "emissions.csv", root / "checkpoints" / "emissions.csv"):
        if file.is_file():
            with file.open(encoding="utf-8", newline="") as lines:
                return sum(float(row["emissions"]) for row in csv.DictReader(lines))
    return None
