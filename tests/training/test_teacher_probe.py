"""No image is judged by a probe that saw its source."""

from __future__ import annotations

import numpy as np

from realfake_hf.training.teacher_probe import probe_verdicts


def made_up(seed: int = 0) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Four sources a class, 20 images each: one direction tells the class, another each source."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1], 80)
    sources = [f"source-{row // 20}" for row in range(160)]
    features = rng.normal(size=(160, 12))
    features[:, 0] += 3 * labels
    for row in range(160):
        features[row, 1 + row // 20] += 8
    return features.astype(np.float32), labels, sources


def judged(features: np.ndarray, labels: np.ndarray, sources: list[str]) -> np.ndarray:
    return probe_verdicts(features, labels, sources, None, inverse_regularization=1.0, seed=0)


def test_what_holds_for_every_source_is_found() -> None:
    features, labels, sources = made_up()
    assert ((judged(features, labels, sources) > 0.5) == labels).mean() > 0.75


def test_a_source_known_by_heart_is_not_told_from_itself() -> None:
    features, labels, sources = made_up()
    features[:, 0] = 0  # only the sources' own directions are left
    assert ((judged(features, labels, sources) > 0.5) == labels).mean() < 0.6


def test_unlabelled_images_are_judged_and_teach_nothing() -> None:
    features, labels, sources = made_up()
    hidden = labels.copy()
    hidden[::7] = -1
    p_fake = judged(features, hidden, sources)
    assert ((p_fake > 0.5) == labels)[::7].mean() > 0.8
    changed = features.copy()
    changed[::7] *= -1
    np.testing.assert_allclose(judged(changed, hidden, sources)[1::7], p_fake[1::7], atol=0.05)


def test_one_source_a_class_is_judged_all_the_same() -> None:
    features, labels, _ = made_up()
    p_fake = judged(features, labels, [str(label) for label in labels])
    assert p_fake.shape == (160,)
    assert ((p_fake > 0.5) == labels).mean() > 0.9
