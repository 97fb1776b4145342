"""What leaving one source out at a time found: the typed form of `leave_one_out.json`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from realfake_hf.records.json_record import json_values
from realfake_hf.storage.files import write_json
from realfake_hf.study.leave_one_out.cost import SourceCost


@dataclass
class Summary:
    """The costs of one class in one tier over its left-out sources; every source counts the same.

    Attributes:
        n_sources: how many.
        accuracy_cost, roc_auc_cost: their means; the second None where no source has one.
        worst_source: with the highest accuracy cost.
    """

    tier: str
    label: str
    n_sources: int
    accuracy_cost: float
    roc_auc_cost: float | None
    worst_source: str


@dataclass
class Skipped:
    """A source that could not be left out, and why."""

    label: str
    source: str
    reason: str


@dataclass
class LeaveOneOutResult:
    """One recipe on one data set.

    Attributes:
        recipe: its name.
        dataset: folder, file or Hub id.
        split: what was measured on.
        tiers: in which.
        costs: one for each left-out source and tier.
        summaries: one for each class and tier.
        skipped: sources that could not be left out.
        errors: a sentence for each image that could not be judged.
        notes: sentences to be said beside the figures.
    """

    recipe: str
    dataset: str
    split: str
    tiers: list[str]
    costs: list[SourceCost] = field(default_factory=list)
    summaries: list[Summary] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of(self, tier: str, label: str) -> list[SourceCost]:
        """The costs of one class in one tier, the costliest source first."""
        own = [cost for cost in self.costs if (cost.tier, cost.label) == (tier, label)]
        return sorted(own, key=lambda cost: -cost.accuracy_cost)

    def summarise(self) -> None:
        """Fill `summaries` from `costs`."""
        self.summaries = []
        for tier in self.tiers:
            for label in ("fake", "real"):
                own = self.of(tier, label)
                if not own:
                    continue
                areas = [cost.roc_auc_cost for cost in own if cost.roc_auc_cost is not None]
                accuracy = sum(cost.accuracy_cost for cost in own) / len(own)
                area = sum(areas) / len(areas) if areas else None
                self.summaries.append(Summary(tier, label, len(own), accuracy, area, own[0].source))

    def write(self, path: Path) -> None:
        """Write `leave_one_out.json` in one step."""
        write_json(path, json_values(self))
