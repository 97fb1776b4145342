"""Train a recipe on all sources and without each of them in turn, and measure what is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from datasets import DatasetDict

from realfake_hf.data.fingerprint import data_fingerprint
from realfake_hf.data.layouts import refuse_among_images
from realfake_hf.data.loading import DataSource, describe_data
from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.predict import predict, remove_parts, worker_count
from realfake_hf.evaluation.prepared_images import View
from realfake_hf.evaluation.summary import tier_views
from realfake_hf.inference.predictor import Predictor
from realfake_hf.pages.page import can_draw
from realfake_hf.records.json_record import JsonRecord, json_values
from realfake_hf.records.predictions import LEFT_OUT, WITH, WITHOUT, Predictions
from realfake_hf.records.run import RecipeValues, is_finished
from realfake_hf.statistics.calibration import sigmoid
from realfake_hf.storage.output_folder import PREDICTIONS, is_in_use, refuse_file
from realfake_hf.storage.working import Step, working
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
    data: DataSource,
    output: str | Path,
    over: str = "both",
    sources: Sequence[str] = (),
    tiers: Sequence[str] = ("clean", "web", "hard"),
    split: str | None = None,
    folds: int | None = None,
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

    With many sources that is many trainings. `folds` leaves whole groups of them out instead, and compares the one
    model that never saw a source with the mean of the others, which did: as many trainings as there are groups.

    Writes `leave_one_out.json`, `left_out.parquet`, `page.html` and `figures/`, the RUN folders `runs/all` and
    `runs/<class>-<source>`, or `runs/group-<number>`, and the scores below `evaluations/`.

    Args:
        recipe: a recipe, its name, or a `.yaml` file.
        data: as `load_data` takes it, with sources.
        output: folder; new, or with `resume` one that an interrupted or narrower call left.
        over: leave out `generators`, `reals` or `both`.
        sources: only these; none means all.
        tiers: of `clean`, `web`, `hard`.
        split: to measure on; by default `test`, else `val`, else a fifth of `train` that is held out.
        folds: in how many groups to leave the sources out; none leaves out one at a time.
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
    refuse_among_images(folder, data)
    views = tier_views(tiers)
    fraction, seed = recipe.sampling.validation_fraction, recipe.seed
    plan = make_plan(data, over=over, only=sources, split=split, validation_fraction=fraction, seed=seed)
    _open(folder, _plan_record(recipe, plan, tiers, folds), resume=resume)
    page = page and can_draw(tell)

    trials = _Trials(recipe, data, plan, folder, views, batch_size=batch_size, workers=workers, device=device)
    result = LeaveOneOutResult(recipe.name, describe_data(data), plan.split, list(tiers), notes=plan.notes)
    if folds is None:
        compared = _one_at_a_time(trials, quiet=quiet, tell=tell)
    else:
        compared = _in_groups(trials, plan.folds(folds, seed), quiet=quiet, tell=tell)
        result.notes.append(
            f"The sources were left out in {folds} groups; 'seen' is the mean of the {folds - 1} models that saw it."
        )
    scores, errors = [], []
    for source, reference, held in compared:
        left_out = sum(int(source.rows(part).sum()) for part in plan.splits.values())
        result.costs.extend(source_costs(reference, held, source, left_out))
        scores += [_of_source(held, source, WITHOUT), _of_source(reference, source, WITH)]
        errors += [error for error in reference.error if error]
    Predictions.concatenate(scores).write(folder / LEFT_OUT)
    adjust(result.costs)
    result.summarise()
    result.skipped = [Skipped(source.label_name, source.name, why) for source, why in plan.skipped.items()]
    result.errors = list(dict.fromkeys(errors))
    if page:
        write_page(folder, result)
    result.write(folder / RESULT)
    return result


Compared = tuple[Source, Predictions, Predictions]
"""A source, the scores of what saw it, and of what did not."""


@dataclass
class _Trials:
    """Trainings of one recipe on some of the sources, and their scores."""

    recipe: Recipe
    data: DataSource
    plan: Plan
    folder: Path
    views: Mapping[str, View]
    batch_size: int
    workers: int | None
    device: str | None

    def scores(
        self, name: str, left_out: Sequence[Source], rows: np.ndarray, step: Step, *, quiet: bool
    ) -> Predictions:
        """Train without some sources, unless that was done before, and judge rows of the measured split."""
        run, found = self.folder / "runs" / name, self.folder / "evaluations" / name
        is_done = (found / PREDICTIONS).exists()
        self._train(run, left_out, quiet=quiet)
        if not is_done:
            judged = predict(
                [Predictor.load(run, name=name, device=self.device)],
                self.plan.measured.select(rows),
                self.views,
                batch_size=self.batch_size,
                workers=worker_count(self.workers),
                resume_dir=found,
            )
            judged.index = rows[judged.index]
            judged.write(found / PREDICTIONS)
        remove_parts(found)
        (step.skip if is_done else step.advance)()
        return Predictions.read(found / PREDICTIONS)

    def _train(self, run: Path, left_out: Sequence[Source], *, quiet: bool) -> None:
        if (run / "model" / "config.json").is_file() and is_finished(run):
            return
        shutil.rmtree(run / "model", ignore_errors=True)  # of a run that was killed while it was written
        splits = self.plan.without(*left_out) if left_out else self.plan.splits
        notes = [f"trained without the {source.label_name} source {source.name}" for source in left_out]
        train(self.recipe, data=self.data, output=run, splits=splits, notes=notes, resume=True, quiet=quiet)


def _one_at_a_time(trials: _Trials, *, quiet: bool, tell: Say) -> Iterator[Compared]:
    plan = trials.plan
    total = len(plan.sources) + 1
    with working("Leaving sources out", total) as step:
        tell(f"1 of {total}: trained on all sources")
        reference = trials.scores(ALL, (), np.arange(len(plan.measured)), step, quiet=quiet)
        for number, source in enumerate(plan.sources, start=2):
            tell(f"{number} of {total}: without {source.name} ({source.label_name}){step.left_in_words()}")
            held = trials.scores(source.folder, [source], plan.measured_rows(source), step, quiet=quiet)
            yield source, reference, held


def _in_groups(trials: _Trials, groups: list[list[Source]], *, quiet: bool, tell: Say) -> Iterator[Compared]:
    rows = np.arange(len(trials.plan.measured))
    found = []
    with working("Leaving sources out", len(groups)) as step:
        for number, group in enumerate(groups, start=1):
            names = ", ".join(source.name for source in group)
            tell(f"{number} of {len(groups)}: without {names}{step.left_in_words()}")
            found.append(trials.scores(f"group-{number}", group, rows, step, quiet=quiet))
    for number, group in enumerate(groups):
        reference = _mean([scores for other, scores in enumerate(found) if other != number])
        for source in group:
            own = np.isin(found[number].index, trials.plan.measured_rows(source))
            yield source, reference, found[number].where(own)


def _of_source(scores: Predictions, source: Source, name: str) -> Predictions:
    own = scores.where((scores.label == source.label) & (scores.source == source.name))
    return replace(own, model=np.full(len(own), name, dtype=object))


def _mean(parts: Sequence[Predictions]) -> Predictions:
    """The scores of several models' mean logit on the same images in the same order."""
    logit = np.mean([part.logit for part in parts], axis=0)
    return replace(parts[0], logit=logit, p_fake=sigmoid(logit))


@dataclass(frozen=True)
class PlanRecord:
    """`plan.json`: what must be the same for kept trainings and measurements to count."""

    recipe: RecipeValues
    data_fingerprint: str
    split: str
    tiers: list[str]
    folds: int | None = None


_PLAN: JsonRecord[PlanRecord] = JsonRecord(
    PlanRecord, "what these measurements were begun with", "choose another `output`"
)


def _plan_record(recipe: Recipe, plan: Plan, tiers: Sequence[str], folds: int | None) -> PlanRecord:
    measured = plan.measured.select_columns(["image", "label", "source"])
    fingerprint = data_fingerprint(DatasetDict({**plan.splits, "measured": measured}))
    return PlanRecord(json_values(recipe.to_dict()), fingerprint, plan.split, list(tiers), folds)


def _open(folder: Path, begun: PlanRecord, *, resume: bool) -> None:
    """Make the folder, or check that what lies there was begun with the same."""
    refuse_file(folder)
    before = _PLAN.read_if_there(folder / PLAN)
    if before is None:
        if is_in_use(folder):
            raise RealFakeError(f"{folder} is not empty: choose another `output`.")
        _PLAN.write(begun, folder / PLAN)
        return
    if not resume:
        raise RealFakeError(f"{folder} was begun before: go on there with `resume`, or choose another `output`.")
    for name, what in (
        ("recipe", "another recipe"),
        ("data_fingerprint", "other data"),
        ("split", "another split"),
        ("folds", "other groups"),
    ):
        if getattr(before, name) != getattr(begun, name):
            raise RealFakeError(f"{folder} was begun with {what}: resume with the same, or choose another `output`.")
    if before.tiers != begun.tiers:
        raise RealFakeError(f"{folder} was begun with the tiers {', '.join(before.tiers)}: resume with the same.")
