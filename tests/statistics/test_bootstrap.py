"""Resamples as counts; the metrics that are made of them are tested in evaluation/test_metric_intervals.py."""

from __future__ import annotations

import numpy as np

from realfake_hf.statistics.bootstrap import resample_counts


def test_resamples_keep_the_size_of_either_class() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1, 1])

    counts = resample_counts(labels, 50, np.random.default_rng(0))

    assert (counts[:, labels == 0].sum(axis=1) == 3).all()
    assert (counts[:, labels == 1].sum(axis=1) == 4).all()
    assert len(np.unique(counts, axis=0)) > 25
