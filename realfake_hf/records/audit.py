"""The audit's result: what `audit.json` holds, written and read in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from realfake_hf.records.json_record import JsonRecord

AUDIT_FILE = "audit.json"
AuditVerdict = Literal["pass", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """One thing that an audit found.

    Attributes:
        level: `note`, `warn` or `fail`.
        check: which check found it.
        says: the finding, in a sentence or two.
        do: what to do about it, in a sentence.
    """

    level: str
    check: str
    says: str
    do: str


@dataclass(frozen=True)
class FeatureAuc:
    """How far one feature of the metadata alone tells real from fake; `words` says where the classes differ."""

    name: str
    auc: float
    ci95: list[float]
    words: str


@dataclass(frozen=True)
class SourceAuc:
    """How far one real source can be told from the other real ones."""

    source: str
    images: int
    auc: float


@dataclass(frozen=True)
class Limits:
    """Where warnings and failures begin; an AUC is judged by the lower end of its interval, so that chance, which is
    wide on few images, fails nobody."""

    warn: float
    fail: float


@dataclass(frozen=True)
class AuditSettings:
    """What an audit was asked for.

    Attributes:
        seed: of everything drawn.
        sample: images for the classifiers.
        split: the one that was looked at; None for all.
        recipe: whose crops the images should fill.
        limits: by the name of the AUC.
    """

    seed: int = 0
    sample: int = 0
    split: str | None = None
    recipe: str = ""
    limits: Mapping[str, Limits] = field(default_factory=dict)


@dataclass(frozen=True)
class AuditResult:
    """What shortcut probes reach on a data set.

    Attributes:
        verdict: `pass`, `warn` or `fail`.
        reasons: why, and what to do; empty where it passes.
        metadata_auc, border_auc, thumbnail_auc: ROC AUC, real against fake, of a classifier that sees the stored
            files' metadata, the outermost pixels, or a 16 px thumbnail alone; cross-validated.
        real_vs_real_auc: mean one-against-the-other-reals AUC over the real sources, from metadata and borders.
        original_metadata_auc: as `metadata_auc`, of what the data tell about the files that the images were made from.
        ci95: `[low, high]` by the name of each AUC that is not None.
        strongest_feature: of the stored files' metadata, in words; None where no feature differs between images.
        near_duplicates_across_splits: images outside `train` that have a near-duplicate in another split.
        data: as it was named.
        data_fingerprint: of `data.fingerprint`.
        n_real, n_fake, n_unreadable: images.
        n_probed: images that the classifiers saw.
        features: of the metadata, the strongest first; original_features likewise.
        real_sources: those of `real_vs_real_auc`.
        near_duplicate_examples: pairs of images, `[split row, split row]`.
        label_conflicts: images whose very bytes are in both classes; near_label_conflicts: near-duplicates.
        shared_sources: sources that `train` shares with other splits.
        too_small: per class the share of images with a side below `crop`.
        crop: px, of the recipe.
        findings: all of them, notes too.
        missing: by the name of an AUC that is None, why.
        settings: seed, sample size, recipe, thresholds.
    """

    verdict: AuditVerdict
    reasons: list[str]
    metadata_auc: float | None
    border_auc: float | None
    thumbnail_auc: float | None
    real_vs_real_auc: float | None
    original_metadata_auc: float | None
    ci95: dict[str, list[float]]
    strongest_feature: str | None
    near_duplicates_across_splits: int
    data: str = ""
    data_fingerprint: str = ""
    n_real: int = 0
    n_fake: int = 0
    n_unreadable: int = 0
    n_probed: int = 0
    features: list[FeatureAuc] = field(default_factory=list)
    original_features: list[FeatureAuc] = field(default_factory=list)
    real_sources: list[SourceAuc] = field(default_factory=list)
    near_duplicate_examples: list[list[str]] = field(default_factory=list)
    label_conflicts: int = 0
    near_label_conflicts: int = 0
    shared_sources: list[str] = field(default_factory=list)
    too_small: dict[str, float] = field(default_factory=dict)
    crop: int = 0
    findings: list[Finding] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    settings: AuditSettings = field(default_factory=AuditSettings)

    def write(self, folder: Path) -> None:
        """Write `audit.json` into a folder."""
        _FILE.write(self, folder / AUDIT_FILE)


_FILE: JsonRecord[AuditResult] = JsonRecord(AuditResult, "an audit", "write one with `realfake audit`")


def read_audit(path: str | Path) -> AuditResult:
    """Read `audit.json`, or the one in a folder.

    Raises:
        RealFakeError: not there, or no audit.
    """
    file = Path(path).expanduser()
    file = file / AUDIT_FILE if file.is_dir() else file
    return _FILE.read(file)


def audit_beside(folder: Path) -> AuditResult | None:
    """The audit in a folder; None where there is none.

    Raises:
        RealFakeError: it is damaged.
    """
    return _FILE.read_if_there(folder / AUDIT_FILE)


def load_verdict(data: str | Path, audit: str | Path | None = None) -> AuditResult | None:
    """The audit of a data set, for whoever trains on it.

    Args:
        data: as `load_data` takes it. Of a folder its `audit.json`, of a file the one beside it.
        audit: `audit.json` or its folder, where it lies elsewhere.

    Returns:
        None where none was given and none lies there.

    Raises:
        RealFakeError: `audit` is not there, or what lies there is no audit.
    """
    if audit is not None:
        return read_audit(audit)
    path = Path(data).expanduser()
    return audit_beside(path if path.is_dir() else path.parent) if path.exists() else None
