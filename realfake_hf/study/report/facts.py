"""The facts that every document is written from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from realfake_hf.errors import RealFakeError
from realfake_hf.records.audit import AuditResult
from realfake_hf.records.cost import ModelCost
from realfake_hf.records.history import EpochRecord
from realfake_hf.records.json_record import FolderRecord
from realfake_hf.records.results import SourceResult, TierResult
from realfake_hf.records.robustness import SweepResult
from realfake_hf.study.report.numbers import Measured

REPORT_FILE = "report.json"
Outcome = Literal["ahead", "level", "behind"]
COST_NAMES = {
    "milliseconds": "time of one image",
    "macs": "multiply-adds of one image",
    "training_seconds": "training time",
}


UNFIT = ("from random weights", "quick")
"""Kinds of notes that keep a model from being recommended."""


def note_kind(note: str) -> str:
    """What a note says before its details, such as `quick` of `quick: 1 epoch on a small sample`."""
    return re.split(r"[:,]", note)[0].strip()


@dataclass(frozen=True)
class SplitFacts:
    """One model on one split.

    Attributes:
        split, dataset: of the evaluation.
        n_real, n_fake, n_errors: images judged, and those that could not be.
        tiers: tier -> metrics, the first one being the headline (`clean` where it was measured).
        accuracy: tier -> share of all images that were judged right at p_fake 0.5.
        log_loss: tier -> mean negative log likelihood; empty where there is no predictions.parquet.
        sources: per tier, label and source; source_intervals: their 95 % Clopper-Pearson intervals, in that order.
        threshold_low, threshold_high: the model's own.
        false_alarms, fakes_found: share of reals and of fakes with the verdict 'fake' at `threshold_high`, first tier;
            None where there is no predictions.parquet, or no image of that class.
    """

    split: str
    dataset: str
    n_real: int
    n_fake: int
    n_errors: int
    tiers: dict[str, TierResult]
    accuracy: dict[str, float]
    log_loss: dict[str, float]
    sources: list[SourceResult]
    source_intervals: list[tuple[float, float]]
    threshold_low: float
    threshold_high: float
    false_alarms: Measured | None = None
    fakes_found: Measured | None = None

    @property
    def first_tier(self) -> str:
        """The tier of the headline."""
        return "clean" if "clean" in self.tiers else next(iter(self.tiers))

    def measured(self, metric: str, tier: str | None = None) -> Measured | None:
        """A metric with its interval; None where it could not be measured.

        Args:
            metric: a name in `METRIC_NAMES`.
            tier: by default the first.
        """
        found = self.tiers.get(tier or self.first_tier)
        value = None if found is None else found.value(metric)
        if found is None or value is None:
            return None
        return Measured(value, *found.ci95.get(metric, (None, None)))


@dataclass(frozen=True)
class ModelFacts:
    """One run.

    Attributes:
        name: of the recipe; with the folder's name where two runs share a recipe.
        run: the RUN folder.
        description: of the recipe, and how the run departed from it.
        notes: what must be said wherever the run's figures are shown.
        pretrained: the backbone that its weights came from; None where it began with random weights.
        mode: how an image becomes inputs (`pad`, `resize-crop`, `native-crops`).
        epochs, best_epoch, history, training_seconds: of the training.
        val_accuracy, val_loss: of the final weights, which are those of the best epoch, or averaged with others.
        rows: images by split, of the training and its validation.
        seed, data, data_fingerprint, command, hardware, versions: how to repeat it.
        calibrated: whether temperature and thresholds were fitted.
        cost: None where it was not measured.
        splits: what was measured of it.
        audit: of its data; None where there was none.
        sweeps: split -> robustness along single degradations.
    """

    name: str
    run: str
    description: str
    notes: list[str]
    pretrained: str | None
    mode: str
    epochs: int
    best_epoch: int
    history: list[EpochRecord]
    training_seconds: float
    val_accuracy: float
    val_loss: float
    rows: dict[str, int]
    seed: int
    data: str
    data_fingerprint: str
    command: str
    hardware: str
    versions: dict[str, str]
    calibrated: bool
    cost: ModelCost | None = None
    splits: dict[str, SplitFacts] = field(default_factory=dict)
    audit: AuditResult | None = None
    sweeps: dict[str, SweepResult] = field(default_factory=dict)

    @property
    def note_kinds(self) -> list[str]:
        """Its notes without their details."""
        return [note_kind(note) for note in self.notes]

    @property
    def unfit(self) -> bool:
        """Whether a note keeps it from being recommended."""
        return any(kind in UNFIT for kind in self.note_kinds)

    @property
    def macs_per_image(self) -> int | None:
        """Multiply-adds of all crops of one image."""
        return None if self.cost is None else self.cost.macs * self.cost.inputs_per_image

    def cost_by(self, measure: str) -> float | None:
        """One of `COST_NAMES`, or `parameters`; None where it was not measured."""
        if measure == "training_seconds":
            return self.training_seconds
        if self.cost is None:
            return None
        values = {
            "milliseconds": self.cost.milliseconds,
            "macs": self.macs_per_image,
            "parameters": self.cost.parameters,
        }
        return values[measure]

    @property
    def best(self) -> EpochRecord:
        """The epoch whose weights were kept."""
        return next((own for own in self.history if own.epoch == self.best_epoch), self.history[-1])


@dataclass(frozen=True)
class PairwiseComparison:
    """Two models on the same images, in the first tier.

    Attributes:
        metric: a name in `METRIC_NAMES`.
        difference: first less second.
        low, high: 95 % interval of the difference by a paired bootstrap; None where the predictions of one are missing.
        outcome: of the first: `level` where the interval holds 0 (without one: where the models' own intervals
            overlap).
    """

    metric: str
    first: str
    second: str
    difference: float
    low: float | None
    high: float | None
    outcome: Outcome


@dataclass(frozen=True)
class Recommendation:
    """What the rule of `recommendation.recommend` gives.

    Attributes:
        cost_measure: a name in `COST_NAMES`.
        front: the Pareto front of accuracy and cost of the unmarked models (of all where all are marked), cheapest
            first.
        accurate: None where no model considered is shown to beat chance.
        cheap: None where nothing viable costs at most half of `accurate`.
        careful: finds the most fakes while 5 % of the reals are called fake; None where that was not measured.
        leader: the highest balanced accuracy among those considered.
        level_with_leader: names that the test cannot tell from the leader.
        provisional: all runs carry a note that would set them aside, and were considered all the same.
        set_aside: name -> why it was not considered.
    """

    cost_measure: str
    front: list[str] = field(default_factory=list)
    accurate: str | None = None
    cheap: str | None = None
    careful: str | None = None
    leader: str | None = None
    level_with_leader: list[str] = field(default_factory=list)
    provisional: bool = False
    set_aside: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Criterion:
    """A criterion of success and what became of it.

    Attributes:
        name: short.
        asks: the criterion, in a sentence.
        target: limit, a share in [0, 1], or None.
        found: value, a share in [0, 1], or None.
        state: `met`, `not met`, `not measured`.
        says: the outcome in a sentence.
    """

    name: str
    asks: str
    target: float | None
    found: float | None
    state: Literal["met", "not met", "not measured"]
    says: str


@dataclass(frozen=True)
class ShownCase:
    """An image of the gallery and what a network said of it.

    Attributes:
        file: below the gallery's folder.
        title: what it shows.
        truth: `real` or `fake`.
        answer: as people read it, such as `likely fake, 88 %`.
        outcome: `right`, `wrong` or `no answer`.
    """

    file: str
    title: str
    truth: str
    answer: str
    outcome: str


@dataclass(frozen=True)
class ShownCases:
    """A few images of the gallery.

    Attributes:
        judge: the model whose answers they have; None for the embedded one, where that model's weights were gone.
        cases: the images.
    """

    judge: str | None
    cases: list[ShownCase]


@dataclass(frozen=True)
class ReportFacts(
    FolderRecord, file=REPORT_FILE, what="the facts of a report", remedy="write the report of its runs again"
):
    """Everything that the documents say: `report.json`.

    Attributes:
        models: in the order in which they were given.
        split: that the headline is measured on; None where nothing was evaluated.
        ranked: the compared models, the most accurate first.
        not_compared: name -> why its figures are not set beside the others'.
        comparisons: pairs of the compared models.
        recommendation, criteria: see there.
        cases: images that the presentation shows; None where there are none.
        audits: names of models -> audit, one entry for each different audit.
    """

    models: list[ModelFacts]
    split: str | None
    ranked: list[str]
    not_compared: dict[str, str]
    comparisons: list[PairwiseComparison]
    recommendation: Recommendation
    criteria: list[Criterion] = field(default_factory=list)
    cases: ShownCases | None = None

    def model(self, name: str) -> ModelFacts:
        """One model by its name.

        Raises:
            RealFakeError: there is none, for the file was altered.
        """
        for own in self.models:
            if own.name == name:
                return own
        raise RealFakeError(
            f"{REPORT_FILE} holds no facts of {name}, which it names: write the report of its runs again."
        )

    def headline(self, name: str) -> SplitFacts | None:
        """What was measured of a model on the headline split; None where it is not compared."""
        return self.model(name).splits[self.split] if self.split is not None and name in self.ranked else None

    def headlines(self) -> dict[str, SplitFacts]:
        """The compared models' measurements, the most accurate first."""
        return {name: found for name in self.ranked if (found := self.headline(name)) is not None}

    def accuracy(self, name: str) -> Measured:
        """Balanced accuracy of a compared model in the first tier."""
        found = self.headline(name)
        measured = None if found is None else found.measured("balanced_accuracy")
        assert measured is not None, f"{name} is not compared"
        return measured

    def pairwise(self, first: str, second: str, metric: str = "balanced_accuracy") -> PairwiseComparison | None:
        """The pair, seen from the first; None where it was not compared."""
        for own in self.comparisons:
            if own.metric == metric and (own.first, own.second) == (first, second):
                return own
            if own.metric == metric and (own.first, own.second) == (second, first):
                turned: dict[Outcome, Outcome] = {"ahead": "behind", "behind": "ahead", "level": "level"}
                low, high = (None if own.high is None else -own.high), (None if own.low is None else -own.low)
                return PairwiseComparison(metric, first, second, -own.difference, low, high, turned[own.outcome])
        return None

    def note_kinds(self) -> list[str]:
        """Every kind of note that a run carries, as they first come."""
        return list(dict.fromkeys(kind for own in self.models for kind in own.note_kinds))

    @property
    def common_notes(self) -> list[str]:
        """Kinds of notes that every run carries."""
        return [kind for kind in self.note_kinds() if all(kind in own.note_kinds for own in self.models)]

    def named(self, name: str) -> str:
        """The name with what must be said beside it, unless that holds for all runs and is said once for all."""
        own = [kind for kind in self.model(name).note_kinds if kind not in self.common_notes]
        return f"{name} ({'; '.join(own)})" if own else name

    def audits(self) -> list[tuple[list[str], AuditResult]]:
        """Each different audit with the models whose data it is of."""
        found: list[tuple[list[str], AuditResult]] = []
        for own in self.models:
            if own.audit is not None:
                known = next((names for names, audit in found if audit == own.audit), None)
                if known is None:
                    found.append(([own.name], own.audit))
                else:
                    known.append(own.name)
        return found

    def criteria_by_state(self) -> dict[str, list[str]]:
        """The names of the criteria that are `met`, `not met` and `not measured`; states of none are left out."""
        names = {
            state: [own.name for own in self.criteria if own.state == state]
            for state in ("met", "not met", "not measured")
        }
        return {state: own for state, own in names.items() if own}

    @property
    def same_training_data(self) -> bool:
        """Whether every run learnt from the same images."""
        return len({own.data_fingerprint for own in self.models}) == 1
