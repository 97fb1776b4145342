"""Shortcut probes: cross-validated classifiers that see what a detector should not need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from realfake_hf.data.auditing.features import Features, Floats, stacked
from realfake_hf.records.audit import SourceAuc
from realfake_hf.statistics.intervals import NOTHING_TO_SEE, Auc, grouped_auc

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

FOLDS = 5
TREES = 100
FEW = 1500
"""Below so many images the folds are drawn `REPEATS` times, and the scores averaged."""

REPEATS = 2
LEAST_GROUPS = 4
"""Groups that a class (or a real source) must have to be probed."""

MOST_SOURCES = 20
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ProbedImages:
    """The images that the probes are tried on.

    Attributes:
        labels: (N,), 0 real, 1 fake.
        groups: (N,), near-duplicates share a number and never lie on both sides of a fold.
        sources: (N,), names.
        seed: of folds, trees and intervals.
        workers: processes or threads that scikit-learn may use.
    """

    labels: Ints
    groups: Ints
    sources: npt.NDArray[np.str_]
    seed: int
    workers: int


def why_not(images: ProbedImages) -> str | None:
    """Why nothing can be cross-validated; None where it can."""
    fewest = min(len(np.unique(images.groups[images.labels == label])) for label in (0, 1))
    if fewest >= LEAST_GROUPS:
        return None
    return f"a class has only {fewest} different images; {LEAST_GROUPS} are the least"


def probe(images: ProbedImages, features: Floats) -> Auc:
    """How well extremely randomised trees (Geurts et al. 2006) tell real from fake by these features (N, k)."""
    if features.shape[1] == 0:
        return NOTHING_TO_SEE
    scores = _scores(images, features, images.labels, _forest(images))[:, 1]
    return grouped_auc(images.labels, scores, images.groups, seed=images.seed)


def probe_single(images: ProbedImages, features: Features, most: int) -> list[tuple[str, Auc]]:
    """How well each feature alone does, by a tree of six leaves: at most `most` of them, the best first."""
    from sklearn.metrics import roc_auc_score
    from sklearn.tree import DecisionTreeClassifier

    leaf = max(3, len(images.labels) // 100)
    tree = DecisionTreeClassifier(
        max_leaf_nodes=6, min_samples_leaf=leaf, class_weight="balanced", random_state=images.seed
    )
    found = {name: _scores(images, values, images.labels, tree)[:, 1] for name, values in features.items()}
    best = sorted(found, key=lambda name: -roc_auc_score(images.labels, found[name]))[:most]
    return [(name, grouped_auc(images.labels, found[name], images.groups, seed=images.seed)) for name in best]


def probe_real_sources(images: ProbedImages, metadata: Features, border: Floats) -> tuple[Auc, list[SourceAuc]] | str:
    """How well the real sources can be told from one another by metadata and borders together.

    One classifier for all sources; for each the area of its score, that source against all other reals; the mean over
    the sources, each as heavy as the others, and the mean of their intervals' ends (wider than the mean's own).

    Returns:
        The mean and the sources, at most `MOST_SOURCES` (the largest); or why there is none.
    """
    real = images.labels == 0
    names, counts = np.unique(images.sources[real], return_counts=True)
    enough = [
        (-count, name)
        for name, count in zip(names.tolist(), counts.tolist(), strict=True)
        if len(np.unique(images.groups[real & (images.sources == name)])) >= LEAST_GROUPS
    ]
    kept = [name for _, name in sorted(enough)[:MOST_SOURCES]]
    if len(kept) < 2:
        return f"there are fewer than two real sources of at least {LEAST_GROUPS} different images"
    rows = np.flatnonzero(real & np.isin(images.sources, kept))
    columns = np.concatenate([stacked(metadata), border], axis=1) if metadata else border
    code = np.searchsorted(sorted(kept), images.sources[rows]).astype(np.int64)
    own = ProbedImages(code, images.groups[rows], images.sources[rows], images.seed, images.workers)
    scores = _scores(own, columns[rows], code, _forest(images))
    areas = [
        grouped_auc((code == index).astype(np.int64), scores[:, index], own.groups, seed=images.seed)
        for index in range(len(kept))
    ]
    found = [
        SourceAuc(name, int((code == index).sum()), area.value)
        for index, (name, area) in enumerate(zip(sorted(kept), areas, strict=True))
    ]
    mean = Auc(*(float(np.mean([getattr(area, end) for area in areas])) for end in ("value", "low", "high")))
    return mean, sorted(found, key=lambda entry: -entry.auc)


def _forest(images: ProbedImages) -> ClassifierMixin:
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(
        TREES, min_samples_leaf=2, class_weight="balanced", random_state=images.seed, n_jobs=images.workers
    )


def _scores(images: ProbedImages, features: Floats, classes: Ints, model: ClassifierMixin) -> npt.NDArray[np.float64]:
    """Cross-validated probabilities (N, number of classes); folds keep groups whole and classes in proportion."""
    from sklearn.base import clone
    from sklearn.model_selection import StratifiedGroupKFold

    fewest = min(len(np.unique(images.groups[classes == index])) for index in np.unique(classes))
    repeats = REPEATS if len(classes) < FEW else 1
    scores = np.zeros((len(classes), int(classes.max()) + 1))
    for repeat in range(repeats):
        folds = StratifiedGroupKFold(min(FOLDS, fewest), shuffle=True, random_state=(images.seed + repeat) % 2**32)
        for train, test in folds.split(features, classes, images.groups):
            fitted = clone(model).fit(features[train], classes[train])
            scores[test[:, None], fitted.classes_[None]] += fitted.predict_proba(features[test]) / repeats
    return np.clip(scores, 0, 1)
