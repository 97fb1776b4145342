"""What a verdict card says, before it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from realfake_hf.detection.pages.track_record import TrackRecord
from realfake_hf.detection.words import (
    CANNOT_JUDGE,
    CONFLICT_LEAD,
    CONFLICT_SAID,
    DISAGREEMENT,
    LEADS,
    NEXT_STEPS,
    NOTHING_DECLARED,
    ONE_THRESHOLD,
    ORIGIN_NOTE,
    SEEN,
    TWO_THRESHOLDS,
    UNSTABLE,
    UNSTABLE_LEAD,
    WARNING_MEANINGS,
    WORDS,
    answer,
    why_not_judged,
)
from realfake_hf.images.provenance import Provenance
from realfake_hf.pages.templates import percent
from realfake_hf.records.scan import path_key
from realfake_hf.statistics.decision import Label, shown_probability

Kind = Literal["real", "unsure", "fake", "conflict", "none"]

_CAMERA_TYPES = {"digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm"}


def _percent(share: float) -> str:
    return shown_probability(share).replace(" ", "\u00a0")  # on one line


class Judged(Protocol):
    """What a card needs of a verdict; see `realfake_hf.detection.verdict.Verdict`."""

    @property
    def path(self) -> str | None: ...
    @property
    def label(self) -> Label | None: ...
    @property
    def p_fake(self) -> float | None: ...
    @property
    def threshold_low(self) -> float: ...
    @property
    def threshold_high(self) -> float: ...
    @property
    def width(self) -> int | None: ...
    @property
    def height(self) -> int | None: ...
    @property
    def format(self) -> str | None: ...
    @property
    def warnings(self) -> list[str]: ...
    @property
    def provenance(self) -> Provenance | None: ...
    @property
    def error(self) -> str | None: ...
    @property
    def model(self) -> str | None: ...
    @property
    def share_seen(self) -> float | None: ...


@dataclass(frozen=True)
class Bar:
    """A probability between two thresholds, each 0..1."""

    p_fake: float
    low: float
    high: float

    @property
    def shown(self) -> str:
        """The probability in whole per cent, 1 to 99."""
        return _percent(self.p_fake)

    @property
    def place(self) -> float:
        """Where the mark stands, 0..1, inside the bar."""
        return min(max(self.p_fake, 0.01), 0.99)

    @property
    def sentence(self) -> str:
        """The two thresholds in words."""
        template = ONE_THRESHOLD if self.low == self.high else TWO_THRESHOLDS
        return template.format(low=_percent(self.low), high=_percent(self.high))


@dataclass(frozen=True)
class VerdictCard:
    """The parts of a card in their order; a part that is None or empty is left out.

    Attributes:
        kind: what colours it; `conflict` is neutral, `none` was not judged.
        origin: what the file says of its own origin.
        origin_note: what that is worth.
        declares: whether the file says anything of its origin.
        title, lead: the answer.
        warnings: each with its meaning.
        bar: None where there is nothing to judge.
        track_record: how often such answers are right.
        share_seen: of the picture, 0..1.
        next_steps: each with a sentence.
        details: names and values, folded.
    """

    kind: Kind = "none"
    title: str = ""
    lead: str = ""
    origin: str | None = None
    origin_note: str = ""
    declares: bool = False
    warnings: Sequence[tuple[str, str]] = ()
    bar: Bar | None = None
    track_record: TrackRecord | None = None
    share_seen: float | None = None
    next_steps: Sequence[tuple[str, str]] = ()
    details: Sequence[tuple[str, str]] = ()

    @property
    def seen(self) -> str:
        """The share of the picture in a sentence; "" where it is not known."""
        return "" if self.share_seen is None else SEEN.format(share=percent(self.share_seen))

    @classmethod
    def of(cls, verdict: Judged, track_record: TrackRecord | None = None) -> VerdictCard:
        """The card of a verdict."""
        if verdict.label is None or verdict.p_fake is None:
            lead = path_key(verdict.error) or "It was not judged."
            return cls("none", WORDS[None].capitalize(), lead, details=_details(verdict))
        card = cls(origin=NOTHING_DECLARED, next_steps=NEXT_STEPS, details=_details(verdict, with_score=True))
        if verdict.provenance:
            card = replace(card, origin=path_key(verdict.provenance.words), origin_note=ORIGIN_NOTE, declares=True)
        if reason := why_not_judged(verdict.warnings):
            return replace(card, title=f"{CANNOT_JUDGE.capitalize()} this", lead=reason)
        kind: Kind = verdict.label
        title = answer(verdict.label, verdict.p_fake)
        lead = LEADS[verdict.label].format(p=_percent(verdict.p_fake))
        if UNSTABLE in verdict.warnings:
            lead = UNSTABLE_LEAD.format(p=_percent(verdict.p_fake))
        if disagree(verdict):
            kind, title, lead = "conflict", DISAGREEMENT, _conflict(verdict.label, verdict.p_fake)
        return replace(
            card,
            kind=kind,
            title=title,
            lead=lead,
            warnings=[
                (name[:1].upper() + name[1:], WARNING_MEANINGS.get(name, ""))
                for name in map(path_key, verdict.warnings)
            ],
            bar=Bar(verdict.p_fake, verdict.threshold_low, verdict.threshold_high),
            track_record=track_record,
            share_seen=verdict.share_seen,
        )


def disagree(verdict: Judged) -> bool:
    """Whether the file declares one origin and the model finds the other: a generator and real, a camera and fake."""
    declared = verdict.provenance
    if declared is None:
        return False
    source_type = declared.source_type
    if (source_type and source_type.kind == "made") or any(claim.kind == "made" for claim in declared.claims):
        return verdict.label == "real"
    camera = declared.camera is not None or (source_type is not None and source_type.code in _CAMERA_TYPES)
    return camera and not declared.claims and verdict.label == "fake"


def _conflict(label: Label, p_fake: float) -> str:
    return CONFLICT_LEAD.format(said=CONFLICT_SAID[label], found=WORDS[label], p=_percent(p_fake))


def _details(verdict: Judged, *, with_score: bool = False) -> list[tuple[str, str]]:
    size = f"{verdict.width} × {verdict.height} px" if verdict.width else None  # noqa: RUF001
    score = f"{_percent(verdict.p_fake)} (p_fake)" if with_score and verdict.p_fake is not None else None
    facts = {
        "File": verdict.path,
        "Size": size,
        "Format": verdict.format,
        "Probability of fake": score,
        "Model": verdict.model,
    }
    return [(name, path_key(value)) for name, value in facts.items() if value]
