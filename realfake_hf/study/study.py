"""A study from names to files: audit the data once, then every candidate through the same stages, then the report."""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from realfake_hf.data.auditing.audit import audit
from realfake_hf.data.fingerprint import data_fingerprint
from realfake_hf.data.layouts import refuse_among_images
from realfake_hf.data.loading import describe_data
from realfake_hf.errors import RealFakeError, WeightsError, first_sentence
from realfake_hf.evaluation.evaluate import calibrate_folder, evaluate
from realfake_hf.inference.model_loading import load_model
from realfake_hf.records.audit import AUDIT_FILE, AuditResult, read_audit
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.cost import COST_FILE, ModelCost
from realfake_hf.records.json_record import json_values
from realfake_hf.records.model_config import ModelConfig
from realfake_hf.records.run import is_finished
from realfake_hf.records.run_folder import EVALUATIONS_FOLDER, RunFolder, headline_split
from realfake_hf.storage.output_folder import is_in_use, refuse_file
from realfake_hf.storage.working import working
from realfake_hf.study.candidates import Candidate, load_candidates
from realfake_hf.study.cost import measure_cost
from realfake_hf.study.data import StudyData, load_study_data, settle
from realfake_hf.study.record import (
    AUDIT_FOLDER,
    DONE,
    FAILED,
    PENDING,
    REPORT_FOLDER,
    RUNS_FOLDER,
    SKIPPED,
    CandidateRecord,
    StudyRecord,
)
from realfake_hf.training.train import train

CALIBRATION_SPLIT = "val"


@dataclass(frozen=True)
class StudySummary:
    """What a study came to.

    Attributes:
        folder: of the study.
        record: `study.json`.
        audit: of the data.
        runs: RUN folders of the candidates that are done.
        report: folder of the documents; None where they could not be written.
        errors: a sentence for everything that was asked for and is missing.
    """

    folder: Path
    record: StudyRecord
    audit: AuditResult
    runs: list[RunFolder]
    report: Path | None
    errors: list[str] = field(default_factory=list)

    def cost(self, name: str) -> ModelCost | None:
        """What a candidate costs to run, a skipped one too; None where it was not measured."""
        return ModelCost.read(self.folder / RUNS_FOLDER / name)


def study(
    recipes: Sequence[str] = (),
    *,
    data: str | Path,
    output: str | Path,
    quick: bool = False,
    from_scratch: bool = False,
    overrides: Sequence[str] = (),
    sweeps: Sequence[str] = (),
    quiet: bool = False,
    say: Callable[[str], None] = lambda sentence: None,
) -> StudySummary:
    """Train, calibrate and measure every candidate on the same data and splits, and write the report.

    A folder that a study left, finished or not, is gone on with: what is there stays. More candidates may be added to
    it; those whose weights could not be loaded, or that failed, are tried again.

    Args:
        recipes: names or `.yaml` files; none means `DEFAULT_CANDIDATES`.
        data: as `load_data` takes it, with a train split. Where it has no `val`, a part of `train` is held out, once
            for all candidates.
        output: the study's folder.
        quick: a small sample, few epochs, small inputs: minutes rather than hours.
        from_scratch: train candidates whose weights cannot be loaded from random ones.
        overrides: `key=value` for every recipe, or `NAME.key=value` for the candidate of that name.
        sweeps: of `realfake_hf.images.degradations.sweep.SWEEPS`, measured on the headline split (`run_folder`)
            beside the tiers; what is measured already stays as it is.
        quiet: no progress bars.
        say: is told in a sentence what begins and what goes wrong.

    Raises:
        RealFakeError: recipes or data that cannot be used, or an `output` that holds something else.
    """
    candidates = load_candidates(recipes, overrides, quick=quick)
    folder = Path(output).expanduser()
    refuse_among_images(folder, data)
    splits = load_study_data(data)
    record = _claim(folder, describe_data(data), data_fingerprint(splits), quick=quick)
    chosen = [_as_begun(candidate, record, folder) for candidate in candidates]
    record.from_scratch = from_scratch
    record.write(folder)
    _say_what_is_missing(say)
    used = settle(data, splits, folder, quick=quick)
    record.rows, record.notes = used.rows, list(used.notes)

    if not (folder / AUDIT_FOLDER / AUDIT_FILE).is_file():
        say(f"audit of {used.path}")
        audit(used.path, folder / AUDIT_FOLDER, progress=not quiet)
    errors: list[str] = []
    stages = _Stages(folder, record, used, sweeps, quiet, say)
    with working("Training and measuring the candidates", len(chosen)) as step:
        for number, candidate in enumerate(chosen, start=1):
            if len(chosen) > 1:
                say(f"{number} of {len(chosen)}: {candidate.name}{step.left_in_words()}")
            count = step.skip if record.candidate(candidate.name).status == DONE else step.advance
            errors += stages.run(candidate, from_scratch=from_scratch)
            count()
    runs = [RunFolder.read(folder / RUNS_FOLDER / own.name) for own in record.candidates if own.status == DONE]
    report = _report(folder, runs, say, errors) if runs else None
    return StudySummary(folder, record, read_audit(folder / AUDIT_FOLDER), runs, report, errors)


def _say_what_is_missing(say: Callable[[str], None]) -> None:
    """Before hours of work rather than after them."""
    from realfake_hf.study.report.write import check_installed

    try:
        check_installed()
    except RealFakeError as error:
        say(f"there will be no report: {error}")


def _claim(folder: Path, data: str, fingerprint: str, *, quick: bool) -> StudyRecord:
    """The study that the folder holds, or a new one.

    Raises:
        RealFakeError: it holds something else, or a study of other data or of the other kind.
    """
    refuse_file(folder)
    known = StudyRecord.read(folder)
    if known is None:
        if is_in_use(folder):
            raise RealFakeError(f"{folder} is not empty and holds no study: choose another `output`.")
        folder.mkdir(parents=True, exist_ok=True)
        return StudyRecord(data, fingerprint, quick)
    if known.fingerprint != fingerprint:
        raise RealFakeError(f"{folder} holds a study of other data ({known.data}): choose another `output`.")
    if known.quick != quick:
        holds, without = ("a quick study", "without") if known.quick else ("a study that is not quick", "with")
        raise RealFakeError(f"{folder} holds {holds}: choose another `output` {without} `quick`.")
    return known


def _as_begun(candidate: Candidate, record: StudyRecord, folder: Path) -> Candidate:
    """The candidate as an earlier call began it, from random weights or not.

    Raises:
        RealFakeError: it has learnt something by another recipe.
    """
    own, run = record.candidate(candidate.name), folder / RUNS_FOLDER / candidate.name
    if not (run / "model").is_dir() and not any((run / "checkpoints").glob("checkpoint-*")):
        return candidate
    for version in (candidate, candidate.from_scratch()):
        if own.recipe == json_values(version.recipe.to_dict()):
            return version
    raise RealFakeError(
        f"{folder} holds {candidate.name} with other settings: choose another `output`, or the settings of before."
    )


@dataclass
class _Stages:
    """Takes a candidate through what is not done yet."""

    folder: Path
    record: StudyRecord
    data: StudyData
    sweeps: Sequence[str]
    quiet: bool
    say: Callable[[str], None]

    def run(self, candidate: Candidate, *, from_scratch: bool) -> list[str]:
        """All stages; returns a sentence for everything that is missing in the end."""
        own = self.record.candidate(candidate.name)
        started = time.monotonic()
        own.status, own.reason, errors = PENDING, "", []
        try:
            try:
                errors = self._stages(candidate, own)
            except WeightsError as error:
                if not from_scratch:
                    raise
                self.say(f"{candidate.name}: {_why_not(candidate, error)}; it starts from random ones (`from_scratch`)")
                errors = self._stages(candidate.from_scratch(), own)
            own.status = DONE
        except WeightsError as error:
            own.status = SKIPPED
            own.reason = (
                f"{_why_not(candidate, error)}; give them by `overrides` {candidate.name}.model.backbone=FOLDER, or "
                f"start from random ones with `from_scratch`."
            )
            self._cost_of_skipped(candidate)
        except Exception as error:  # whatever one candidate dies of, the others go on
            own.status, own.reason = FAILED, _sentence(error)
        if own.reason:
            errors = [f"{candidate.name} {'is' if own.status == SKIPPED else 'has'} {own.status}: {own.reason}"]
            self.say(errors[0])
        gc.collect()  # a trainer is full of cycles: its network would wait in memory beside the next one
        own.seconds = round(own.seconds + time.monotonic() - started, 1)
        self.record.write(self.folder)
        return errors

    def _stages(self, candidate: Candidate, own: CandidateRecord) -> list[str]:
        run = self.folder / RUNS_FOLDER / candidate.name
        own.notes, own.recipe = list(candidate.notes), candidate.recipe.to_dict()
        self.record.write(self.folder)
        if not is_finished(run):
            (run / COST_FILE).unlink(missing_ok=True)  # of a version that was skipped
            self.say(f"{candidate.name}: training")
            train(
                candidate.recipe,
                data=self.data.path,
                output=run,
                resume=True,
                quiet=self.quiet,
                audit=self.folder / AUDIT_FOLDER,
                notes=[*candidate.notes, *self.data.notes],
            )
        if not (run / AUDIT_FILE).is_file():
            shutil.copyfile(self.folder / AUDIT_FOLDER / AUDIT_FILE, run / AUDIT_FILE)
        errors: list[str] = []
        if not _is_calibrated(run):
            self.say(f"{candidate.name}: calibration on {CALIBRATION_SPLIT}")
            errors += calibrate_folder(run, self.data.path, split=CALIBRATION_SPLIT).errors
        if not (run / COST_FILE).is_file():
            measure_cost(candidate.recipe, load_model(run).model).write(run)
        for split in self.data.measured:
            errors += self._measure(candidate, run, split)
        return [f"{candidate.name}: {error}" for error in dict.fromkeys(errors)]

    def _measure(self, candidate: Candidate, run: Path, split: str) -> list[str]:
        output = run / EVALUATIONS_FOLDER / split
        if (output / "results.json").is_file():
            return []
        self.say(f"{candidate.name}: evaluation on {split}")
        result = evaluate(
            self.data.path,
            output=output,
            model=run,
            sweeps=self.sweeps if split == headline_split(self.data.measured) else (),
            split=split,
            resume=True,
            page=not self.record.quick,
            say=self.say,
        )
        return [failed.error for failed in result.errors]

    def _cost_of_skipped(self, candidate: Candidate) -> None:
        """What the network would cost is known without its weights."""
        run = self.folder / RUNS_FOLDER / candidate.name
        try:
            if not (run / COST_FILE).is_file():
                measure_cost(candidate.recipe).write(run)
        except RealFakeError as error:
            self.say(f"{candidate.name}: its cost cannot be measured either: {error}")


def _why_not(candidate: Candidate, error: WeightsError) -> str:
    cause = first_sentence(error.__cause__ or error)
    return f"the weights of {candidate.recipe.model.backbone} cannot be loaded ({cause})"


def _is_calibrated(run: Path) -> bool:
    """Whether both files of a calibration are there and agree: they are written one after the other."""
    try:
        found, config = Calibration.read(run / "model"), ModelConfig.read(run / "model")
    except RealFakeError:
        return False
    return found is not None and config is not None and config.has(found)


def _report(folder: Path, runs: Sequence[RunFolder], say: Callable[[str], None], errors: list[str]) -> Path | None:
    say("report")
    try:
        from realfake_hf.study.report import write_report

        told = [run.path for run in runs if run.history]
        for run in runs:
            if run.path not in told:
                errors.append(f"{run.path.name} is not in the report: it has no history of epochs (history.json).")
                say(errors[-1])
        if not told:
            return None
        write_report(told, folder / REPORT_FOLDER, overwrite=True)
    except Exception as error:  # hours of training must not be lost to a document
        errors.append(f"The report is not written: {_sentence(error)}")
        say(errors[-1])
        return None
    return folder / REPORT_FOLDER


def _sentence(error: Exception) -> str:
    return " ".join((str(error) if isinstance(error, RealFakeError) else f"{type(error).__name__}: {error}").split())
