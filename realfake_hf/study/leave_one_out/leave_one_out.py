"""Train a recipe on all sources and without each of them in turn, and measure what is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset, DatasetDict

from realfake_hf.data.fingerprint import data_fingerprint
from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.predict import predict, remove_parts, worker_count
from realfake_hf.evaluation.summary import tier_views
from realfake_hf.inference.predictor import Predictor
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.run import is_finished
from realfake_hf.storage.files import read_json_object, write_json
from realfake_hf.storage.output_folder import PREDICTIONS
from realfake_hf.study.leave_one_out.cost import adjust, source_costs
from realfake_hf.study.leave_one_out.page import write_page
from realfake_hf.study.leave_one_out.plan import Plan, Source, make_plan
from realfake_hf.study.leave_one_out.result import LeaveOneOutResult, Skipped
from realfake_hf.training.recipe import Recipe, load_recipe
from realfake_hf.training.train import train

RESULT = "leave_one_out.json"
PLAN = "plan.json"
ALL = "all"
"""Folder of the model that was trained on every source."""

Say = Callable[[str], None]


def leave_one_out(
    recipe: str | Recipe,
    *,
    data: str | Path,
    output: str | Path,
    over: str = "both",
    sources: Sequence[str] = (),
    tiers: Sequence[str] = ("clean", "web", "hard"),
    split: str | None = None,
    overrides: Sequence[str] = (),
    batch_size: int = 32,
    workers: int | None = None,
    resume: bool = False,
    page: bool = True,
    quiet: bool = False,
    device: str | None = None,
    say: Say | None = None,
) -> LeaveOneOutResult:
    """Train a recipe once on all sources and once without each, and measure the left-out source's images by both.

    Writes `leave_one_out.json`, `page.html` and `figures/`, the RUN folders `runs/all` and `runs/<class>-<source>`, and
    the scores below `evaluations/`.

    Args:
        recipe: a recipe, its name, or a `.yaml` file.
        data: as `load_data` takes it, with sources.
        output: folder; new, or with `resume` one that an interrupted or narrower call left.
        over: leave out `generators`, `reals` or `both`.
        sources: only these; none means all.
        tiers: of `clean`, `web`, `hard`.
        split: to measure on; by default `test`, else `val`, else a fifth of `train` that is held out.
        overrides: `key=value` for the recipe, where that is a name or file.
        batch_size, workers, device: of the measurement.
        resume: go on; finished trainings and measurements in `output` are kept.
        page: draw; takes the extra `report`.
        quiet: no progress of the trainings.
        say: is told in a sentence what goes on.

    Raises:
        RealFakeError: a recipe, data or folder that cannot be used, or no source that can be left out.
    """
    if not isinstance(recipe, Recipe):
        recipe = load_recipe(recipe, list(overrides))
    tell = say or (lambda sentence: None)
    folder = Path(output).expanduser()
    views = tier_views(tiers)
    fraction, seed = recipe.sampling.validation_fraction, int(recipe.training.get("seed", 42))
    plan = make_plan(data, over=over, only=sources, split=split, validation_fraction=fraction, seed=seed)
    _open(folder, _described(recipe, plan, tiers), resume=resume)

    def scores(source: Source | None) -> Predictions:
        name = ALL if source is None else source.folder
        run = folder / "runs" / name
        _train(recipe, data, plan, source, run, quiet=quiet)
        rows = np.arange(len(plan.measured)) if source is None else plan.measured_rows(source)
        found = folder / "evaluations" / name
        if not (found / PREDICTIONS).exists():
            predictor = Predictor.load(run, name=name, device=device)
            judged = predict(
                [predictor],
                plan.measured.select(rows),
                views,
                batch_size=batch_size,
                workers=worker_count(workers),
                resume_dir=found,
            )
            judged.index = rows[judged.index]
            judged.write(found / PREDICTIONS)
        remove_parts(found)
        return Predictions.read(found / PREDICTIONS)

    tell(f"1 of {len(plan.sources) + 1}: trained on all sources")
    reference = scores(None)
    result = LeaveOneOutResult(recipe.name, str(data), plan.split, list(tiers), notes=plan.notes)
    for number, source in enumerate(plan.sources, start=2):
        tell(f"{number} of {len(plan.sources) + 1}: without {source.name} ({source.label_name})")
        left_out = sum(int(source.rows(part).sum()) for part in plan.splits.values())
        result.costs.extend(source_costs(reference, scores(source), source, left_out))
    adjust(result.costs)
    result.summarise()
    result.skipped = [Skipped(source.label_name, source.name, why) for source, why in plan.skipped.items()]
    result.errors = list(dict.fromkeys(error for error in reference.error if error))
    if page:
        write_page(folder, result, say=tell)
    result.write(folder / RESULT)
    return result


def _train(recipe: Recipe, data: str | Path, plan: Plan, source: Source | None, run: Path, *, quiet: bool) -> None:
    if (run / "model" / "config.json").is_file() and is_finished(run):
        return
    shutil.rmtree(run / "model", ignore_errors=True)  # of a run that was killed while it was written
    splits: DatasetDict = plan.splits if source is None else plan.without(source)
    notes = () if source is None else (f"trained without the {source.label_name} source {source.name}",)
    train(recipe, data=data, output=run, splits=splits, notes=notes, resume=True, quiet=quiet)


def _described(recipe: Recipe, plan: Plan, tiers: Sequence[str]) -> dict[str, Any]:
    """What must be the same for kept trainings and measurements to count."""
    return {
        "recipe": recipe.to_dict(),
        "data_fingerprint": data_fingerprint(DatasetDict({**plan.splits, "measured": _plain(plan.measured)})),
        "split": plan.split,
        "tiers": list(tiers),
    }


def _plain(dataset: Dataset) -> Dataset:
    return dataset.select_columns(["image", "label", "source"])


def _open(folder: Path, described: dict[str, Any], *, resume: bool) -> None:
    """Make the folder, or check that what lies there was begun with the same."""
    if folder.exists() and not folder.is_dir():
        raise RealFakeError(f"`output` {folder} is a file: name a folder.")
    note = folder / PLAN
    if not note.exists():
        if folder.exists() and any(folder.iterdir()):
            raise RealFakeError(f"{folder} is not empty: choose another `output`.")
        write_json(note, described)
        return
    if not resume:
        raise RealFakeError(f"{folder} was begun before: go on there with `resume`, or choose another `output`.")
    before = _read(note)
    for key, what in (("recipe", "another recipe"), ("data_fingerprint", "other data"), ("split", "another split")):
        if before.get(key) != described[key]:
            raise RealFakeError(f"{folder} was begun with {what}: resume with the same, or choose another `output`.")
    if before.get("tiers") != described["tiers"]:
        raise RealFakeError(f"{folder} was begun with the tiers {', '.join(before['tiers'])}: resume with the same.")


def _read(file: Path) -> dict[str, Any]:
    try:
        return read_json_object(file)
    except RealFakeError:
        return {}
