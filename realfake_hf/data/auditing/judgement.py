"""From figures to a verdict: thresholds, reasons in sentences, and what to do about each."""

from __future__ import annotations

from collections.abc import Mapping

from realfake_hf.records.audit import AuditVerdict, Finding, Limits
from realfake_hf.statistics.intervals import Auc

LIMITS = {
    "metadata_auc": Limits(0.55, 0.70),
    "border_auc": Limits(0.60, 0.80),
    "thumbnail_auc": Limits(0.70, 0.95),
    "real_vs_real_auc": Limits(0.80, 1.01),
}
"""Metadata should tell nothing. Borders and thumbnails see some content, and classes may differ in that to a degree.
That real sources differ is no fault of a data set by itself: it never fails."""

DUPLICATES = Limits(0.0, 0.05)
"""Share of the images outside `train` that have a near-duplicate in another split."""

EXACT_CONFLICTS = Limits(0.0, 0.01)
"""Share of the images whose very bytes are in both classes."""

NEAR_CONFLICTS = Limits(0.01, 1.01)
"""Share of the images with a near-duplicate in the other class; perceptual hashes err, and aligned pairs are meant."""

PAIRED = 0.5
"""Share of the fakes with a near-duplicate among the reals from which on the data count as aligned pairs."""

MINORITY = Limits(0.25, 0.0)
"""Share of the smaller class."""

TOO_SMALL = Limits(0.10, 1.01)
"""Share of a class below the recipe's crop."""

PROBES = {
    "metadata_auc": (
        "The stored files' metadata alone (format, size, quality, bars) tell fakes from reals",
        "Encode both classes alike (`realfake prepare --fit crop`), sample sizes alike, and audit the result.",
    ),
    "border_auc": (
        "The outermost pixels alone tell fakes from reals",
        "Cut bars, frames and watermarks off, and use crops instead of padding.",
    ),
    "thumbnail_auc": (
        "A 16 px thumbnail, which shows content and colours but no traces, tells fakes from reals",
        "Match the classes' contents: add reals of the fakes' subjects, or make aligned fakes (`realfake align`).",
    ),
    "real_vs_real_auc": (
        "The real sources can be told from one another by metadata and borders",
        "Use several real sources in every split, and evaluate on real sources that training has not seen.",
    ),
}

IN_ORDER = {
    "metadata_auc": "metadata",
    "border_auc": "borders",
    "thumbnail_auc": "content",
    "real_vs_real_auc": "real sources among themselves",
}


def judge_auc(name: str, auc: Auc, detail: str = "") -> Finding:
    """The finding of one probe; a note where it is in order."""
    level = _level(auc.low, LIMITS[name])
    says, do = PROBES[name]
    figures = f"AUC {auc.value:.3f} ({auc.low:.3f} to {auc.high:.3f}; 0.5 is chance)"
    if level == "note":
        return Finding(level, name, f"In order, {IN_ORDER[name]}: {figures}.", "")
    return Finding(level, name, f"{says}: {figures}. {detail}".rstrip(), do)


def judge_duplicates(n: int, outside_train: int) -> Finding | None:
    """Near-duplicates across splits; None where there are none."""
    if n == 0:
        return None
    level = _level(n / outside_train, DUPLICATES)
    return Finding(
        level,
        "near_duplicates_across_splits",
        f"{n} of {outside_train} images outside train have a near-duplicate in another split, so that results there "
        "count what was learnt by heart.",
        "Split again with `realfake prepare`, which keeps near-duplicates together, or drop them.",
    )


def judge_conflicts(exact: int, near: int, near_fakes: int, n: int, n_fake: int) -> list[Finding]:
    """The same image in both classes.

    Args:
        exact, near: images.
        near_fakes: fakes among `near`.
        n, n_fake: all images, all fakes.
    """
    found = []
    if exact:
        found.append(
            Finding(
                _level(exact / n, EXACT_CONFLICTS),
                "label_conflicts",
                f"The very same file is in both classes: {exact} images.",
                "Find out which label is right and remove the other copy; image_facts.parquet has the SHA-256.",
            )
        )
    if near and near_fakes >= PAIRED * n_fake:
        says = f"{near_fakes} of {n_fake} fakes look like one of the reals: taken for aligned pairs, which is meant so."
        found.append(Finding("note", "near_label_conflicts", says, ""))
    elif near:
        found.append(
            Finding(
                _level(near / n, NEAR_CONFLICTS),
                "near_label_conflicts",
                f"{near} images have a near-duplicate in the other class.",
                "Look at them: edited photographs, or a label gone wrong? image_facts.parquet has the hashes.",
            )
        )
    return found


def judge_balance(counts: Mapping[str, tuple[int, int]]) -> list[Finding]:
    """Class imbalance over all, and splits that lack a class.

    Args:
        counts: real and fake images by split.
    """
    found = []
    real, fake = (sum(own[label] for own in counts.values()) for label in (0, 1))
    smaller, name = min((real, "real"), (fake, "fake"))
    share = smaller / (real + fake)
    if share < MINORITY.warn:
        found.append(
            Finding(
                "warn", "class_imbalance", f"Only {share:.0%} of the images are {name}.",
                f"Add {name} images, or train with `sampling.balance_classes` (and read balanced accuracy).",
            )
        )  # fmt: skip
    for split, (reals, fakes) in counts.items():
        if min(reals, fakes) == 0:
            absent = "real" if reals == 0 else "fake"
            found.append(
                Finding("warn", "class_imbalance", f"The split {split} has no {absent} images.", "Split again.")
            )
    return found


def judge_sources(shared: list[str]) -> Finding | None:
    """Sources in both train and other splits: a note, for results there say nothing of new sources."""
    if not shared:
        return None
    shown = ", ".join(shared[:8]) + (f" and {len(shared) - 8} more" if len(shared) > 8 else "")
    return Finding(
        "note",
        "shared_sources",
        f"{len(shared)} sources are in train and in other splits, too ({shown}): results there do not tell how a "
        "detector does on generators and cameras it has not seen.",
        "Keep some sources out of train (`realfake prepare --group-by source`).",
    )


def judge_sizes(too_small: Mapping[str, float], crop: int, recipe: str) -> Finding | None:
    """Images with a side below the recipe's crop."""
    worst = max(too_small.values(), default=0.0)
    if worst == 0:
        return None
    shares = ", ".join(f"{share:.0%} of the {name}s" for name, share in too_small.items())
    return Finding(
        _level(worst, TOO_SMALL),
        "too_small",
        f"{shares} have a side below {crop} px, the crop of the recipe {recipe}, and are filled up or enlarged.",
        "Leave them out, or train on smaller crops (the recipe's processor.train_size).",
    )


def verdict_of(findings: list[Finding]) -> tuple[AuditVerdict, list[str]]:
    """The worst level, and the reasons for it: every warning and failure, the worst first."""
    order = {"fail": 0, "warn": 1}
    serious = sorted((own for own in findings if own.level in order), key=lambda own: order[own.level])
    verdict: AuditVerdict = "fail" if serious and serious[0].level == "fail" else "warn" if serious else "pass"
    return verdict, [f"{own.says} {own.do}".rstrip() for own in serious]


def _level(value: float, limits: Limits) -> str:
    return "fail" if value > limits.fail else "warn" if value > limits.warn else "note"
