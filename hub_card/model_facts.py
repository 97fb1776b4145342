"""What a model's card says: typed, from a RUN folder, an embedded model's folder, or any model's folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from hub_card.sources import Source
from realfake_hf.models.labels import LABEL_NAMES
from realfake_hf.records.audit import AuditResult
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.cost import ModelCost
from realfake_hf.records.evasion import EvasionTable
from realfake_hf.records.peers import PeerComparison
from realfake_hf.records.results import ContentResult, EvaluationResult, SourceResult, TierResult
from realfake_hf.records.run import RecordedAudit

ENOUGH_TO_TELL = 20
"""Images of either class; below that a share says little."""


class ContentShare(NamedTuple):
    """How many of a split's pictures of one kind and class are judged right: `accuracy`, 0..1, of `n`."""

    split: str
    content: str
    label: str
    n: int
    accuracy: float


@dataclass(frozen=True)
class TrainingFacts:
    """How a model came to be.

    Attributes:
        recipe: its name.
        description: of the recipe, a sentence.
        start: what the weights were before, a sentence.
        rows: images by split.
        epochs, best_epoch: trained, and kept.
        seed: of everything drawn.
        seconds: wall time.
        hardware: in words.
        fingerprint: of the data.
        versions: of libraries.
        command: that trained it.
    """

    recipe: str
    description: str
    start: str
    rows: dict[str, int]
    epochs: int
    best_epoch: int
    seed: int
    seconds: float
    hardware: str
    fingerprint: str
    versions: dict[str, str]
    command: str

    @property
    def duration(self) -> str:
        """In words."""
        if self.seconds < 90:
            return f"{self.seconds:.0f} s"
        return f"{self.seconds / 60:.0f} min" if self.seconds < 5400 else f"{self.seconds / 3600:.1f} h"


@dataclass(frozen=True)
class Figure:
    """An image file of the repository and what it shows."""

    path: str
    caption: str


@dataclass(frozen=True)
class ModelFacts:
    """Everything a card says.

    Attributes:
        title: of the card.
        repo: `OWNER/NAME` on the Hub; empty for a model that is embedded in the package or only lies in a folder.
        space: `OWNER/NAME` of a Space that lets people try it, or empty.
        embedded: whether the package brings it along under `title`.
        model_type: of its config.
        ours: whether it is a model of this project, whose code travels with it.
        version: of the package that trained it, or else of this one.
        licence: as the Hub spells it; `unknown` where nobody stated one.
        licence_file: whether a LICENSE lies in the repository.
        base_model: Hub id of the backbone that it started from, or empty.
        datasets: Hub ids of what it was trained on.
        notes: what must be said wherever its figures are shown.
        training: None where no run.json tells.
        sources: of the images it was trained on, where somebody stated them.
        audit: of the data; None where there was none.
        calibration: None where it was not calibrated.
        temperature, threshold_low, threshold_high: of its config.
        training_range: of its config: name -> (smallest, largest) that it was trained on.
        evaluations: split -> what was measured there, the one that counts first.
        cost: None where nothing is known of it.
        carbon_kg: CO2 equivalent of its training, where codecarbon measured it.
        figures: in the repository.
        peers: the model beside other detectors; None where nobody compared.
        evasion: how far simple evasion goes; None where nobody tried.
    """

    title: str
    repo: str
    embedded: bool
    model_type: str
    ours: bool
    version: str
    licence: str
    licence_file: bool
    base_model: str
    datasets: list[str]
    notes: list[str]
    training: TrainingFacts | None
    sources: list[Source]
    audit: AuditResult | RecordedAudit | None
    calibration: Calibration | None
    temperature: float
    threshold_low: float
    threshold_high: float
    training_range: dict[str, tuple[float, float]]
    evaluations: dict[str, EvaluationResult]
    cost: ModelCost | None
    carbon_kg: float | None = None
    space: str = ""
    figures: list[Figure] = field(default_factory=list)
    peers: PeerComparison | None = None
    evasion: EvasionTable | None = None

    @property
    def picture(self) -> Figure | None:
        """The figure for the top of the card."""
        return next((figure for figure in self.figures if figure.path.endswith("of-a-hundred.png")), None)

    def expectations(self) -> list[tuple[str, dict[str, int]]]:
        """Of 100 images how many get which verdict, in three rows; none where too few were measured to tell.

        Photographs and fakes as they are, and the fakes in the last tier, which is the hardest.
        """
        if self.headline is None:
            return []
        tiers = list(self.headline[1].tiers.items())
        first, last = tiers[0][1].outcomes, tiers[-1][1].outcomes
        if first is None or min(first.photographs.total, first.fakes.total) < ENOUGH_TO_TELL:
            return []
        rows = [
            ("photographs", first.photographs.per_hundred()),
            ("AI-generated images", first.fakes.per_hundred()),
        ]
        if len(tiers) > 1 and last is not None and last.fakes.total >= ENOUGH_TO_TELL:
            rows.append((f"AI-generated images, recompressed (`{tiers[-1][0]}`)", last.fakes.per_hundred()))
        return rows

    @property
    def headline(self) -> tuple[str, EvaluationResult] | None:
        """The split that counts first, and what was measured there."""
        return next(iter(self.evaluations.items()), None)

    @property
    def name(self) -> str:
        """By which the examples call it."""
        return self.repo or self.title

    def tier_rows(self) -> Iterator[tuple[str, str, TierResult]]:
        """Split, tier, metrics."""
        for split, result in self.evaluations.items():
            for tier, metrics in result.tiers.items():
                yield split, tier, metrics

    def content_rows(self) -> list[tuple[str, ContentResult]]:
        """Split and kind of picture in the tier clean, where the data told the kinds apart."""
        return [
            (split, row) for split, found in self.evaluations.items() for row in found.contents if row.tier == "clean"
        ]

    def weakest_content(self) -> ContentShare | None:
        """The kind of picture and class judged worst, of those with enough images to tell."""
        shares = [
            ContentShare(split, row.content, label, count, accuracy)
            for split, row in self.content_rows()
            for label, count, accuracy in (
                ("real", row.n_real, row.real_accuracy),
                ("fake", row.n_fake, row.fake_accuracy),
            )
            if accuracy is not None and count >= ENOUGH_TO_TELL
        ]
        return min(shares, key=lambda share: share.accuracy, default=None)

    def source_rows(self) -> Iterator[tuple[SourceResult, list[str]]]:
        """Each source of the split that counts, real ones first, with its accuracy by tier as text."""
        if self.headline is None:
            return
        _, result = self.headline
        found = {(row.label, row.source, row.tier): row for row in result.sources}
        keys = dict.fromkeys((row.label, row.source) for row in result.sources)
        for label, source in sorted(keys, key=lambda key: (LABEL_NAMES.index(key[0]), key[1])):
            rows = [found.get((label, source, tier)) for tier in result.tiers]
            first = next(row for row in rows if row is not None)
            yield first, ["" if row is None else f"{row.accuracy:.2f}" for row in rows]

    def loss_elsewhere(self) -> tuple[str, float, str, float] | None:
        """Balanced accuracy (clean) on the sources it was trained on, and on others: what use will be like."""
        found = {
            split: value
            for split, result in self.evaluations.items()
            if "clean" in result.tiers and (value := result.tiers["clean"].balanced_accuracy) is not None
        }
        known = next((split for split in ("test", "val") if split in found), None)
        if known is None or "unseen" not in found:
            return None
        return known, found[known], "unseen", found["unseen"]
