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
from realfake_hf.pages.templates import percent
from realfake_hf.records.scan import ScanRecord, path_key
from realfake_hf.statistics.decision import shown_probability

Kind = Literal["real", "unsure", "fake", "conflict", "none"]

_CAMERA_TYPES = {"digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm"}


def _percent(share: float) -> str:
    return shown_probability(share).replace(" ", "\u00a0")  # on one line


class Judged(Protocol):
    """What a card needs of a verdict; see `realfake_hf.detection.verdict.Verdict`."""

    @property
    def record(self) -> ScanRecord: ...
    @property
    def threshold_low(self) -> float: ...
    @property
    def threshold_high(self) -> float: ...


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
        record = verdict.record
        if record.label is None or record.p_fake is None:
            lead = path_key(record.error) or "It was not judged."
            return cls("none", WORDS[None].capitalize(), lead, details=_details(record))
        card = cls(origin=NOTHING_DECLARED, next_steps=NEXT_STEPS, details=_details(record, with_score=True))
        if record.provenance:
            card = replace(card, origin=path_key(record.provenance.words), origin_note=ORIGIN_NOTE, declares=True)
        if reason := why_not_judged(record.warnings):
            return replace(card, title=f"{CANNOT_JUDGE.capitalize()} this", lead=reason)
        kind: Kind = record.label
        title = answer(record.label, record.p_fake)
        lead = LEADS[record.label].format(p=_percent(record.p_fake))
        if UNSTABLE in record.warnings:
            lead = UNSTABLE_LEAD.format(p=_percent(record.p_fake))
        if _disagree(record):
            kind, title = "conflict", DISAGREEMENT
            said, found = CONFLICT_SAID[record.label], WORDS[record.label]
            lead = CONFLICT_LEAD.format(said=said, found=found, p=_percent(record.p_fake))
        return replace(
            card,
            kind=kind,
            title=title,
            lead=lead,
            warnings=[
                (name[:1].upper() + name[1:], WARNING_MEANINGS.get(name, "")) for name in map(path_key, record.warnings)
            ],
            bar=Bar(record.p_fake, verdict.threshold_low, verdict.threshold_high),
            track_record=track_record,
            share_seen=record.share_seen,
        )


def _disagree(record: ScanRecord) -> bool:
    """Whether the file declares one origin and the model finds the other: a generator and real, a camera and fake."""
    declared = record.provenance
    if declared is None:
        return False
    source_type = declared.source_type
    if (source_type and source_type.kind == "made") or any(claim.kind == "made" for claim in declared.claims):
        return record.label == "real"
    camera = declared.camera is not None or (source_type is not None and source_type.code in _CAMERA_TYPES)
    return camera and not declared.claims and record.label == "fake"


def _details(record: ScanRecord, *, with_score: bool = False) -> list[tuple[str, str]]:
    size = f"{record.width} × {record.height} px" if record.width else None  # noqa: RUF001
    score = f"{_percent(record.p_fake)} (p_fake)" if with_score and record.p_fake is not None else None
    facts = {
        "File": record.path,
        "Size": size,
        "Format": record.format,
        "Probability of fake": score,
        "Model": record.model,
    }
    return [(name, path_key(value)) for name, value in facts.items() if value]
