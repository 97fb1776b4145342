"""The arithmetic of calibration: temperature, conformal quantile, exact intervals of a rate."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

CONFIDENCE = 0.95
"""Of every interval and bound."""


def fit_temperature(labels: npt.ArrayLike, raw_logits: npt.ArrayLike) -> float:
    """The temperature T that minimises the log loss of sigmoid(raw_logits / T) (Guo et al. 2017), by LBFGS.

    The targets are Platt's (1999), 1 / (n_real + 2) and (n_fake + 1) / (n_fake + 2) in place of 0 and 1: a
    sample that the model parts without a mistake then does not ask for infinite certainty, but for as much as
    its size supports. The loss is convex in 1 / T; log T is optimised, so that T stays positive.

    Args:
        labels: int {0, 1}, shape (n,).
        raw_logits: fake minus real logit before any temperature, shape (n,).
    """
    import torch

    label_array = np.asarray(labels)
    n_fake = int((label_array == 1).sum())
    n_real = len(label_array) - n_fake
    target = torch.as_tensor(np.where(label_array == 1, (n_fake + 1) / (n_fake + 2), 1 / (n_real + 2)))
    margins = torch.as_tensor(np.asarray(raw_logits, dtype=np.float64))
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([log_temperature], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scaled = margins * torch.exp(-log_temperature.clamp(-10, 10))
        value = torch.nn.functional.binary_cross_entropy_with_logits(scaled, target)
        value.backward()
        return value

    optimiser.step(loss)
    return float(torch.exp(log_temperature.detach().clamp(-10, 10)))


def conformal_quantile(scores: npt.ArrayLike, alpha: float) -> float | None:
    """The ceil((n + 1)(1 - alpha))-th smallest of n scores; None if n is too small for there to be one.

    A new exchangeable score exceeds it with a probability of at most alpha.
    """
    ordered = np.sort(np.asarray(scores, dtype=np.float64))
    # Without the rounding (19 + 1) * (1 - 0.05) could come out above 19.
    rank = math.ceil(round((len(ordered) + 1) * (1 - alpha), 9))
    return float(ordered[max(rank, 1) - 1]) if rank <= len(ordered) else None


def conformal_quantile_over_sources(
    scores: npt.ArrayLike, sources: npt.NDArray[np.object_], alpha: float
) -> float | None:
    """The score that an image of a new source exceeds with a probability of at most alpha, on average over sources.

    Each of the K sources has the weight 1 / (K + 1), shared by its images, and the last share lies at infinity: the
    quantile of that is what split conformal prediction becomes where sources, not images, are exchangeable (Lee,
    Barber and Willett 2023, arXiv:2306.06342). None where K is too small for there to be one.
    """
    values = np.asarray(scores, dtype=np.float64)
    _, member, sizes = np.unique(sources.astype(str), return_inverse=True, return_counts=True)
    order = np.argsort(values, kind="stable")
    mass = np.cumsum(1 / sizes[member][order]) / (len(sizes) + 1)
    # Without the slack 19 / 20 could come out below 0.95.
    place = int(np.searchsorted(mass, 1 - alpha - 1e-9))
    return float(values[order][place]) if place < len(values) else None


def clopper_pearson_upper(errors: int, n: int) -> float | None:
    """One-sided 95 % upper bound of a rate of which `errors` of `n` were seen (Clopper and Pearson 1934)."""
    from scipy.stats import binomtest  # half a second that a plain scan need not wait

    return float(binomtest(errors, n, alternative="less").proportion_ci(CONFIDENCE).high) if n else None


def clopper_pearson_interval(hits: int, n: int) -> tuple[float, float]:
    """Two-sided exact 95 % interval of a rate of which `hits` of n (at least 1) were seen."""
    from scipy.stats import binomtest

    bounds = binomtest(hits, n).proportion_ci(CONFIDENCE)
    return float(bounds.low), float(bounds.high)


def sigmoid(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Probability of fake, computed without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * logits))
