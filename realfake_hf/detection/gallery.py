"""The gallery: images that ship with the package, to try it on, each with its truth, its source and its licence.

What a model says of them is never written down by hand: `judge_cases` computes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.verdict import Verdict
from realfake_hf.detection.words import why_not_judged
from realfake_hf.records.json_record import JsonRecord
from realfake_hf.statistics.decision import shown_probability

GALLERY_FOLDER = Path(__file__).resolve().parents[1] / "gallery"
FEW = 4

Kind = Literal["photograph", "generated", "reconstructed", "drawn", "changed", "declared", "empty"]


@dataclass(frozen=True)
class Case:
    """An image and the truth about it.

    Attributes:
        file: below the gallery's folder, `real/...` or `fake/...`.
        title: what it shows, without giving the truth away.
        kind: `photograph` and `generated` images as they are; all others were made to show something.
        how: how it came to be, in a sentence.
        why: what makes it easy or hard, whatever a model says.
        author, licence: whose it is; an SPDX identifier or `public domain`.
        origin: the package that it was taken from, and where it lies there.
        changes: what we did to it; empty where nothing.
    """

    file: str
    title: str
    kind: Kind
    how: str
    why: str
    author: str
    licence: str
    origin: str
    changes: str = ""

    @property
    def truth(self) -> str:
        """`real` or `fake`."""
        return self.file.partition("/")[0]

    @property
    def path(self) -> Path:
        """The image."""
        return GALLERY_FOLDER / self.file


CASES: JsonRecord[list[Case]] = JsonRecord(list[Case], "the gallery's manifest", "install the package again")


def read_cases() -> list[Case]:
    """All cases, in the manifest's order."""
    return CASES.read(GALLERY_FOLDER / "cases.json")


def find_case(path: Path) -> Case | None:
    """The case that a file is a copy of, by its name and its bytes."""
    for case in read_cases():
        if case.path.name == path.name and case.path.read_bytes() == path.read_bytes():
            return case
    return None


@dataclass(frozen=True)
class JudgedCase:
    """A case and what a model says of it."""

    case: Case
    verdict: Verdict

    @property
    def outcome(self) -> str:
        """Whether the answer was right."""
        if self.verdict.label == "unsure":
            return "no answer"
        return "right" if self.verdict.label == self.case.truth else "wrong"

    @property
    def answer(self) -> str:
        """As people read it, such as `likely fake, 88 %`."""
        if why_not_judged(self.verdict.warnings) or self.verdict.p_fake is None:
            return self.verdict.words
        return f"{self.verdict.words}, {shown_probability(self.verdict.p_fake)}"


def judge_cases(detector: Detector) -> list[JudgedCase]:
    """Every case with its verdict, in the manifest's order."""
    cases = read_cases()
    verdicts = detector.stream(case.path for case in cases)
    return [JudgedCase(case, verdict) for case, verdict in zip(cases, verdicts, strict=True)]


def choose(judged: Sequence[JudgedCase]) -> list[JudgedCase]:
    """A few cases that show every answer, and one where the model errs, as far as there are such.

    The clearest photograph and the clearest fake of those judged right, the most open of those left open, and the
    clearest error; where there is none of a kind, the most open of the others. Only of images as they are.
    """
    plain = [one for one in judged if one.case.kind in ("photograph", "generated") and not one.verdict.warnings]

    def clearest(outcome: str, truth: str, distance: Callable[[float], float]) -> list[JudgedCase]:
        found = [one for one in plain if one.outcome == outcome and one.case.truth in truth]
        return sorted(found, key=lambda one: distance(one.verdict.p_fake or 0.0))[:1]

    chosen = [
        *clearest("right", "real", lambda p: p),
        *clearest("right", "fake", lambda p: -p),
        *clearest("no answer", "real fake", lambda p: abs(p - 0.5)),
        *clearest("wrong", "real fake", lambda p: -abs(p - 0.5)),
    ]
    others = sorted((one for one in plain if one not in chosen), key=lambda one: abs((one.verdict.p_fake or 0.0) - 0.5))
    return [*chosen, *others][:FEW]
