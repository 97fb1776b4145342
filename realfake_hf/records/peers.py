"""A model beside other detectors on the same files: `peers.json`."""

from __future__ import annotations

from dataclasses import dataclass

from realfake_hf.records.json_record import FolderRecord

PEERS_FILE = "peers.json"


@dataclass(frozen=True)
class PeerResult:
    """One detector on one split and tier.

    Attributes:
        split, tier: of the images.
        detector: its name.
        megabytes: of its weights, in millions of bytes.
        n: images.
        balanced_accuracy: at probability 0.5, 0..1.
        interval: of the balanced accuracy, bootstrap 95 %.
        roc_auc, tpr_at_fpr_5: 0..1.
        refused: images that it gave no answer for; each counts as 0.5.
    """

    split: str
    tier: str
    detector: str
    megabytes: float
    n: int
    balanced_accuracy: float
    interval: tuple[float, float]
    roc_auc: float
    tpr_at_fpr_5: float
    refused: int = 0


@dataclass(frozen=True)
class PeerComparison(
    FolderRecord, file=PEERS_FILE, what="a comparison with other detectors", remedy="remove it, and measure again"
):
    """What `tests/benchmarks/bench_peers.py` found: `peers.json`."""

    results: list[PeerResult]
