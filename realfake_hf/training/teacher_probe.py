"""The verdicts of a teaching encoder: logistic regression on its features, never on a source that it was fitted to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FOLDS = 10
MAX_ITERATIONS = 1000


def probe_verdicts(
    features: np.ndarray,
    labels: np.ndarray,
    sources: Sequence[str],
    weights: np.ndarray | None,
    *,
    inverse_regularization: float,
    seed: int,
) -> np.ndarray:
    """The teacher's p_fake of every row, by a probe that saw no image of the row's source.

    A probe fitted to a source knows its images by heart: its verdicts on them would repeat the labels, and say
    nothing of what the features tell about a source never seen.

    Args:
        features: `(n, F)`, standardised here.
        labels: `(n,)`, 0 real, 1 fake, below 0 unlabelled: judged by a probe of all the others.
        sources: `(n,)`; all images of a source fall into one fold.
        weights: `(n,)` of the rows, as the sampler's; none weighs all alike.
        inverse_regularization: `C` of scikit-learn's LogisticRegression.
        seed: of the folds.

    Returns:
        `(n,)` float32. With fewer than two sources of a class, one probe for all: there is nothing to leave out.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold

    known = np.flatnonzero(labels >= 0)
    names = [f"{labels[row]}/{sources[int(row)]}" for row in known]
    groups = np.unique(names, return_inverse=True)[1]
    of_class = [len(np.unique(groups[labels[known] == label])) for label in (0, 1)]
    scaled = (features - features[known].mean(axis=0)) / (features[known].std(axis=0) + 1e-6)
    p_fake = np.empty(len(labels), dtype=np.float32)

    def judge(fitted: np.ndarray, judged: np.ndarray) -> None:
        sample_weight = None if weights is None else weights[fitted] / weights[fitted].mean()
        probe = LogisticRegression(C=inverse_regularization, max_iter=MAX_ITERATIONS)
        probe.fit(scaled[fitted], labels[fitted], sample_weight=sample_weight)
        p_fake[judged] = probe.predict_proba(scaled[judged])[:, 1]

    folds = min(FOLDS, *of_class)
    if folds < 2:
        judge(known, np.arange(len(labels)))
        return p_fake
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for kept, left_out in splitter.split(known, labels[known], groups):
        judge(known[kept], known[left_out])
    unlabelled = np.flatnonzero(labels < 0)
    if len(unlabelled):
        judge(known, unlabelled)
    return p_fake
