"""Two detectors on the same images: does one beat the other by more than luck?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest, norm, rankdata

from realfake_hf.statistics.calibration import CONFIDENCE

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class McNemar:
    """Images that one model alone got right, and the exact two-sided p-value that both are as often right."""

    only_first: int
    only_second: int
    p_value: float


@dataclass(frozen=True)
class DeLong:
    """Two areas under the ROC curve on the same images; `difference` is first minus second.

    `ci95` of the difference and `p_value` (two-sided) come from the normal approximation.
    """

    first: float
    second: float
    difference: float
    ci95: tuple[float, float]
    p_value: float


def mcnemar(first_right: npt.ArrayLike, second_right: npt.ArrayLike) -> McNemar:
    """McNemar's test in its exact, binomial form (McNemar 1947): only images on which the models differ count.

    Args:
        first_right, second_right: bool (n,), whether each model was right on each image.
    """
    first, second = np.asarray(first_right, dtype=bool), np.asarray(second_right, dtype=bool)
    only_first, only_second = int((first & ~second).sum()), int((~first & second).sum())
    discordant = only_first + only_second
    p_value = float(binomtest(only_first, discordant, 0.5).pvalue) if discordant else 1.0
    return McNemar(only_first, only_second, p_value)


def accuracy_difference_interval(only_first: int, only_second: int, n: int) -> tuple[float, float]:
    """95 % interval of the first model's accuracy less the second's on n images, of which each alone got some right.

    Wald's with one image more in either of the two cells (Bonett and Price 2012): it keeps a width where the models
    never differ, and its coverage at small n.
    """
    first, second = (only_first + 1) / (n + 2), (only_second + 1) / (n + 2)
    difference = first - second
    half = float(norm.ppf((1 + CONFIDENCE) / 2)) * math.sqrt((first + second - difference**2) / (n + 2))
    return max(-1.0, difference - half), min(1.0, difference + half)


def delong(labels: npt.ArrayLike, first_scores: npt.ArrayLike, second_scores: npt.ArrayLike) -> DeLong:
    """DeLong's test of two correlated areas under the ROC curve (DeLong, DeLong and Clarke-Pearson 1988).

    Computed over midranks (Sun and Xu 2014), in O(n log n). Scores that order all pairs alike have no variance
    of the difference: p is 1 where the areas are equal, 0 where they are not.

    Args:
        labels: int {0, 1}, shape (n,); at least two images of each class.
        first_scores, second_scores: any scores that grow with fakeness, shape (n,).

    Raises:
        ValueError: fewer than two images of a class.
    """
    is_fake = np.asarray(labels) == 1
    if min(is_fake.sum(), (~is_fake).sum()) < 2:
        raise ValueError("DeLong's test needs at least two images of each class.")
    scores = [np.asarray(first_scores, dtype=np.float64), np.asarray(second_scores, dtype=np.float64)]
    parts = [_placements(values[is_fake], values[~is_fake]) for values in scores]
    first, second = (float(fakes.mean()) for fakes, _ in parts)
    fake_cov = np.cov([fakes for fakes, _ in parts])
    real_cov = np.cov([reals for _, reals in parts])
    covariance = fake_cov / is_fake.sum() + real_cov / (~is_fake).sum()
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    difference = first - second
    error = float(np.sqrt(max(variance, 0.0)))
    if error < 1e-12:
        p_value = 1.0 if abs(difference) < 1e-12 else 0.0
    else:
        p_value = float(2 * norm.sf(abs(difference) / error))
    half = float(norm.ppf(0.975)) * error
    return DeLong(first, second, difference, (difference - half, difference + half), p_value)


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for having made several tests (Holm 1979): their family-wise error rate is kept."""
    n = len(p_values)
    adjusted = [0.0] * n
    highest = 0.0
    for rank, index in enumerate(sorted(range(n), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (n - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


class Tested(Protocol):
    """What McNemar's and DeLong's tests gave; DeLong's may not have been possible."""

    mcnemar_p: float
    mcnemar_p_holm: float
    delong_p: float | None
    delong_p_holm: float | None


def adjust_p_values(family: Sequence[Tested]) -> None:
    """Set `mcnemar_p_holm` and `delong_p_holm` for having tested the whole family."""
    for own, p_value in zip(family, holm([own.mcnemar_p for own in family]), strict=True):
        own.mcnemar_p_holm = p_value
    compared = [own for own in family if own.delong_p is not None]
    for own, p_value in zip(compared, holm([own.delong_p or 0.0 for own in compared]), strict=True):
        own.delong_p_holm = p_value


def _placements(fakes: Floats, reals: Floats) -> tuple[Floats, Floats]:
    """For each fake the share of reals below it, for each real the share of fakes above; ties count half."""
    ranks = rankdata(np.concatenate([fakes, reals]))
    below_fakes = (ranks[: len(fakes)] - rankdata(fakes)) / len(reals)
    above_reals = 1 - (ranks[len(fakes) :] - rankdata(reals)) / len(fakes)
    return below_fakes, above_reals
