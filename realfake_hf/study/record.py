"""`study.json`: on what a study ran, and how far each candidate came."""

from __future__ import annotations

from dataclasses import dataclass, field

from realfake_hf.records.json_record import FolderRecord
from realfake_hf.records.run import RecipeValues

STUDY_FILE = "study.json"
RUNS_FOLDER = "runs"
AUDIT_FOLDER = "audit"
REPORT_FOLDER = "report"

PENDING, DONE, SKIPPED, FAILED = "pending", "done", "skipped", "failed"


@dataclass
class CandidateRecord:
    """How far a candidate came.

    Attributes:
        name: of the candidate; its RUN folder is `runs/<name>`.
        status: `pending`, `done`, `skipped` (its weights cannot be loaded) or `failed`.
        reason: why it was skipped or failed, in one sentence.
        notes: what must be said wherever its figures are shown.
        seconds: wall time of all its stages, interrupted ones left out.
        recipe: that it was begun with; None before.
    """

    name: str
    status: str = PENDING
    reason: str = ""
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    recipe: RecipeValues | None = None


@dataclass
class StudyRecord(FolderRecord, file=STUDY_FILE, what="the record of a study", remedy="choose another `output`"):
    """A study.

    Attributes:
        data: as it was named.
        fingerprint: of the data.
        quick: whether it is a pass through every stage in minutes rather than a measurement.
        from_scratch: whether candidates may start from random weights where theirs cannot be loaded.
        rows: split -> images, as the candidates see them.
        notes: what was done to the data.
        candidates: in the order in which they were first asked for.
    """

    data: str
    fingerprint: str
    quick: bool
    from_scratch: bool = False
    rows: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    candidates: list[CandidateRecord] = field(default_factory=list)

    def candidate(self, name: str) -> CandidateRecord:
        """The record of a candidate, a new one where there is none."""
        for record in self.candidates:
            if record.name == name:
                return record
        self.candidates.append(CandidateRecord(name))
        return self.candidates[-1]
