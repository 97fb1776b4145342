"""How far simple evasion goes on a model: `evasion.json`."""

from __future__ import annotations

from dataclasses import dataclass

from realfake_hf.records.json_record import FolderRecord

EVASION_FILE = "evasion.json"


@dataclass(frozen=True)
class EvasionResult:
    """What a model says of the same images after one thing that anybody can do to them. All shares are 0..1.

    Attributes:
        way: what was done.
        roc_auc: of all images.
        fakes_called_fake, reals_called_fake: at the model's own thresholds.
        mean_p_fake_of_fakes: 0..1.
        found_fakes_that_escape: of the fakes that are called fake as they are, the share that no longer is; None where
            none was.
    """

    way: str
    roc_auc: float
    fakes_called_fake: float
    reals_called_fake: float
    mean_p_fake_of_fakes: float
    found_fakes_that_escape: float | None


@dataclass(frozen=True)
class EvasionTable(FolderRecord, file=EVASION_FILE, what="a table of evasions", remedy="remove it, and measure again"):
    """What `tests/benchmarks/bench_evasion.py` found: `evasion.json`.

    Attributes:
        split: of the images.
        n_real, n_fake: images.
        results: the first is of the images as they are.
    """

    split: str
    n_real: int
    n_fake: int
    results: list[EvasionResult]
