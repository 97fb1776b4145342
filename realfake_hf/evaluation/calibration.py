"""Temperature and thresholds from held-out images, with a guarantee that holds for small samples."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.metrics.calibration_error import expected_calibration_error
from realfake_hf.records.calibration import Calibration
from realfake_hf.statistics.calibration import (
    clopper_pearson_upper,
    conformal_quantile,
    conformal_quantile_over_sources,
    fit_temperature,
    sigmoid,
)

TEMPERATURE_RANGE = (0.05, 20.0)
"""Where the scores say nothing the best temperature runs to infinity: stop before that, and say so."""

MIN_IMAGES_PER_CLASS = 10
"""Below it no temperature is fitted."""


def check_rate(name: str, limit: float) -> None:
    """Raise RealFakeError where a requested limit lies outside (0, 1); callers ask before the work."""
    if not 0 < limit < 1:
        raise RealFakeError(f"`{name}` {limit} is not a rate: give a number between 0 and 1, such as 0.05.")


def calibrate(
    labels: npt.ArrayLike,
    logits: npt.ArrayLike,
    *,
    max_fpr: float = 0.05,
    max_fnr: float | None = None,
    current_temperature: float = 1.0,
    sources: Sequence[str] | None = None,
) -> Calibration:
    """Fit the temperature and choose both thresholds.

    `threshold_high` lies just above the ceil((n + 1)(1 - max_fpr))-th smallest p_fake of the n reals (split
    conformal prediction). A new real from the same source is then called fake with a probability of at most
    `max_fpr`, for any n (Vovk; Angelopoulos and Bates 2021, arXiv:2107.07511). `threshold_low` is the mirror
    image on the fakes. Both are then moved away from 0.5: to it if they lie on the wrong side, so that no
    verdict contradicts its p_fake and the two never cross, and to the next whole per cent, as which people read
    them. That only makes them stricter.

    Args:
        labels: int {0, 1}, shape (n,).
        logits: fake minus real logit, as the model gives them now, shape (n,).
        max_fpr: requested limit on reals called fake, in (0, 1).
        max_fnr: requested limit on fakes called real; by default `max_fpr`.
        current_temperature: by which the logits have been divided already.
        sources: of each image, where no model that gave a logit had seen its source. The guarantee is then for an
            image of a new source, on average over sources, instead of new images of known ones; see
            `conformal_quantile_over_sources`.

    Raises:
        RealFakeError: no images, or a limit outside (0, 1).
    """
    max_fnr = max_fpr if max_fnr is None else max_fnr
    check_rate("max_fpr", max_fpr)
    check_rate("max_fnr", max_fnr)
    label_array = np.asarray(labels, dtype=np.int64)
    raw = np.asarray(logits, dtype=np.float64) * current_temperature
    if len(label_array) == 0:
        raise RealFakeError("There is no image to calibrate on: give a data set with real and fake images.")
    if label_array.shape != raw.shape or not np.isfinite(raw).all():
        raise ValueError("labels and logits must have one shape (n,), and the logits be finite.")

    notes: list[str] = []
    temperature = _temperature_or_fallback(label_array, raw, current_temperature, notes)
    p_fake = sigmoid(raw / temperature)
    reals, fakes = p_fake[label_array == 0], p_fake[label_array == 1]
    names = None if sources is None else np.asarray(sources, dtype=object)
    of_reals, of_fakes = (None if names is None else names[label_array == label] for label in (0, 1))
    worst_real, fpr_guarantee = _quantile(reals, max_fpr, "real", notes, of_reals)
    worst_fake, fnr_guarantee = _quantile(-fakes, max_fnr, "fake", notes, of_fakes)
    # An image at the quantile itself still counts as right: above it is fake, below the mirrored one real.
    high = 0.5 if worst_real is None else float(np.nextafter(worst_real, np.inf))
    low = 0.5 if worst_fake is None else -worst_fake
    if high < 0.5:
        notes.append(f"At 0.5 at most {max_fpr:g} of the reals are called fake already, so threshold_high is 0.5.")
    if low > 0.5:
        notes.append(f"At 0.5 at most {max_fnr:g} of the fakes are called real already, so threshold_low is 0.5.")
    if high > 1.0:
        notes.append("Some reals score 1, so no threshold keeps the requested rate: threshold_high is 1.")
        fpr_guarantee = None
    high, low = _outward(float(np.clip(high, 0.5, 1.0))), _outward(float(np.clip(low, 0.0, 0.5)))

    fpr_count, fnr_count = int((reals >= high).sum()), int((fakes < low).sum())
    return Calibration(
        temperature=temperature,
        threshold_low=low,
        threshold_high=high,
        max_fpr=max_fpr,
        max_fnr=max_fnr,
        fpr=fpr_count / len(reals) if len(reals) else None,
        fnr=fnr_count / len(fakes) if len(fakes) else None,
        fpr_upper95=clopper_pearson_upper(fpr_count, len(reals)),
        fnr_upper95=clopper_pearson_upper(fnr_count, len(fakes)),
        fpr_guarantee=fpr_guarantee,
        fnr_guarantee=fnr_guarantee,
        ece_before=expected_calibration_error(label_array, sigmoid(raw)),
        ece_after=expected_calibration_error(label_array, p_fake),
        n_real=len(reals),
        n_fake=len(fakes),
        n_real_sources=None if of_reals is None else len(set(of_reals)),
        n_fake_sources=None if of_fakes is None else len(set(of_fakes)),
        notes=notes,
    )


def _outward(threshold: float) -> float:
    """The next whole per cent away from 0.5; a threshold beyond the last of them stays."""
    per_cent = round(100 * threshold, 9)
    whole = (math.ceil(per_cent) if threshold > 0.5 else math.floor(per_cent)) / 100
    return whole if 0 < whole < 1 else threshold


def _temperature_or_fallback(
    labels: npt.NDArray[np.int64], raw: npt.NDArray[np.float64], current: float, notes: list[str]
) -> float:
    fewest = min(int((labels == 0).sum()), int((labels == 1).sum()))
    if fewest < MIN_IMAGES_PER_CLASS:
        notes.append(
            f"The temperature stays at {current:g}: fitting it takes {MIN_IMAGES_PER_CLASS} images of each class, "
            f"and one class has {fewest}."
        )
        return current
    fitted = fit_temperature(labels, raw)
    low, high = TEMPERATURE_RANGE
    if not low <= fitted <= high:
        clipped = min(max(fitted, low), high)
        why = "on a scale far below 1" if fitted < low else "next to worthless on these images"
        notes.append(f"The temperature stops at {clipped:g}: the logits are {why}.")
        return clipped
    return fitted


def _quantile(
    scores: npt.NDArray[np.float64],
    alpha: float,
    label: str,
    notes: list[str],
    sources: npt.NDArray[np.object_] | None,
) -> tuple[float | None, float | None]:
    """The score that new images of this class exceed with at most alpha, and the rate that it guarantees."""
    n = len(scores)
    if n == 0:
        notes.append(f"There is no {label} image: that side's threshold stays at 0.5, without a guarantee.")
        return None, None
    if sources is None:
        quantile, count, unit = conformal_quantile(scores, alpha), n, "images"
    else:
        quantile = conformal_quantile_over_sources(scores, sources, alpha)
        count, unit = len(set(sources)), "sources"
    if quantile is not None:
        return quantile, alpha
    notes.append(
        f"{count} {label} {unit} are too few for a rate of {alpha:g} (at least {math.ceil(1 / alpha) - 1}): the "
        f"threshold lies beyond the most extreme of them, which guarantees {1 / (count + 1):.3g} only."
    )
    return float(scores.max()), 1 / (count + 1)
