"""A linear probe before fine-tuning: the head fitted on frozen features by logistic regression.

Fine-tuning from a random head first tears the pretrained features apart ("Fine-tuning can distort pretrained features
and underperform out-of-distribution", Kumar et al. 2022, arXiv:2202.10054); from a fitted head it does not. The probed
weights are also the anchor that the trained ones are averaged with in the end (Wortsman et al. 2022,
arXiv:2109.01903), which costs nothing on the training sources and gains on those never seen.

A head that is there already can be corrected in the same way (`near_start`). A network that was trained whole knows the
sources of its training better than any new one, and its last layer relies on that; fitted again to images of other
sources it leans on what holds for them too ("Last layer re-training is sufficient for robustness to spurious
correlations", Kirichenko et al. 2022, arXiv:2204.02937).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from tqdm.auto import tqdm

from realfake_hf.errors import RealFakeError
from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel
from realfake_hf.models.modeling_realfake_backbone import (
    RealFakeBackboneForImageClassification,
    RealFakeBackboneHead,
    RealFakeStandardization,
)
from realfake_hf.storage.files import written_whole
from realfake_hf.storage.processes import end_with_parent
from realfake_hf.training.distillation import student_features
from realfake_hf.training.images import CropCollator, Draw, LabelledImages
from realfake_hf.training.recipe import LinearProbeSpec

BATCH_SIZE = 32
MIN_DEVIATION = 1e-3
"""Of a standardised feature: half precision holds it, and what hardly varies is not made loud."""

SPREAD_OF_FORMER_LOGIT = 100.0
"""Of standardised features it is 1: a coefficient on this one is penalised by a ten-thousandth."""


class ProbedFeatures(NamedTuple):
    """What a network says of images before it is trained.

    Attributes:
        features: `(m, F)` float32, as the head sees them.
        rows: `(m,)`, the images that they are of.
        left_out: `(n,)`, the logit of each image, in its first augmented copy where there are such, by a head that was
            fitted without its source; None where no such heads were fitted.
    """

    features: np.ndarray
    rows: np.ndarray
    left_out: np.ndarray | None = None


def fit_linear_probe(
    model: RealFakePreTrainedModel,
    images: LabelledImages,
    weights: np.ndarray | None,
    spec: LinearProbeSpec,
    *,
    sources: Sequence[str] = (),
    workers: int,
    seed: int,
    quiet: bool,
) -> ProbedFeatures:
    """Set the head of `model`: standardisation by the features' own statistics, logits by logistic regression.

    With `spec.near_start` the standardisation of features that have one stays, and the regression's penalty is on the
    distance of its coefficients to the best multiple of the former ones instead of to 0.

    Args:
        model: with `standardize_features` and no dense layers before the logits; changed in place.
        images: in the view of `spec`, read once as they are, then `spec.augmented_copies` times augmented.
        weights: `(n,)` of the rows, as the sampler's; none weighs all alike.
        spec: of the recipe.
        sources: of the rows, for `spec.left_out_folds`.
        workers: of the loader.
        seed: of the augmented copies.
        quiet: no progress.

    Returns:
        What it was fitted to.

    Raises:
        RealFakeError: the head is not of this form, or there are fewer sources of a class than folds.
    """
    from sklearn.preprocessing import StandardScaler

    head = getattr(model, "head", None)
    if (
        not isinstance(model, RealFakeBackboneForImageClassification)
        or not isinstance(head, RealFakeBackboneHead)
        or not isinstance(head.standardization, RealFakeStandardization)
        or len(head.dense)
    ):
        raise RealFakeError("linear_probe needs standardize_features=true and no head_hidden_sizes in model.fields.")
    copies = 1 + spec.augmented_copies
    features = _features(model, images, copies, workers=workers, seed=seed, quiet=quiet)
    labels = np.tile(images.labels, copies)
    mean, deviation = head.standardization.mean, head.standardization.deviation
    # What was never measured is the identity still.
    new = (mean == 0) & (deviation == 1) if spec.near_start else torch.ones_like(mean, dtype=torch.bool)
    if new.any():
        which = new.cpu().numpy()
        scaler = StandardScaler().fit(features[:, which])
        with torch.no_grad():
            mean[new] = torch.from_numpy(scaler.mean_).to(mean)
            deviation[new] = torch.from_numpy(scaler.scale_).to(deviation).clamp(min=MIN_DEVIATION)
    layer = fitted_layer(model, spec)
    with torch.inference_mode():
        scaled = head.standardization(torch.from_numpy(features).to(model.device)).cpu().numpy()
    sample_weight = None if weights is None else np.tile(weights * len(weights), copies)
    former = _fake_minus_real(layer) if spec.near_start else None

    def fitted(which: np.ndarray) -> tuple[np.ndarray, float]:
        own = None if sample_weight is None else sample_weight[which]
        return _regression(scaled[which], labels[which], own, spec.inverse_regularization, former)

    left_out = None
    if spec.left_out_folds:
        # Images come to a detector as the web hands them on: what is promised must hold for damaged ones.
        judged = scaled[len(images) : 2 * len(images)] if copies > 1 else scaled
        left_out = np.zeros(len(images))
        for held in _folds(images.labels, sources, spec.left_out_folds, seed=seed):
            coefficients, bias = fitted(np.tile(~held, copies))
            left_out[held] = judged[held] @ coefficients + bias
    coefficients, bias = fitted(np.full(len(labels), True))
    half = torch.from_numpy(coefficients / 2).float()
    with torch.no_grad():
        layer.weight.copy_(torch.stack([-half, half]))
        layer.bias.copy_(torch.tensor([-bias / 2, bias / 2]))
    return ProbedFeatures(scaled.astype(np.float32), np.tile(np.arange(len(images)), copies), left_out)


def fitted_layer(model: RealFakePreTrainedModel, spec: LinearProbeSpec) -> nn.Linear:
    """The last layer that a probe sets: that of the crops, or of the whole view.

    Raises:
        RealFakeError: there is none for the whole view.
    """
    layer = getattr(model.head, "whole_view_classifier" if spec.view == "whole" else "classifier", None)
    if layer is None:
        raise RealFakeError("linear_probe.view=whole needs a layer for it: set model.add_whole_view_layer=true.")
    return cast("nn.Linear", layer)


def _folds(labels: np.ndarray, sources: Sequence[str], count: int, *, seed: int) -> Iterator[np.ndarray]:
    """Masks of the images that each fold leaves out: every source, of a class, in one of them."""
    names = [f"{label}/{source}" for label, source in zip(labels, sources, strict=True)]
    fold_of: dict[str, int] = {}
    for label in (0, 1):
        own = sorted({name for name in names if name.startswith(f"{label}/")})
        if len(own) < count or f"{label}/" in own:
            raise RealFakeError(
                f"linear_probe.left_out_folds={count} takes at least {count} named sources of each class."
            )
        shuffled = np.random.default_rng(seed).permutation(own)
        fold_of.update({str(name): place % count for place, name in enumerate(shuffled)})
    folds = np.array([fold_of[name] for name in names])
    yield from (folds == fold for fold in range(count))


def _fake_minus_real(classifier: torch.nn.Linear) -> tuple[np.ndarray, float]:
    """Coefficients `(F,)` and bias of the logit."""
    weight, bias = classifier.weight.detach().cpu().double().numpy(), classifier.bias.detach().cpu().double().numpy()
    return weight[1] - weight[0], float(bias[1] - bias[0])


def _regression(
    scaled: np.ndarray,
    labels: np.ndarray,
    sample_weight: np.ndarray | None,
    inverse_regularization: float,
    former: tuple[np.ndarray, float] | None,
) -> tuple[np.ndarray, float]:
    """Coefficients and bias of a logistic regression, whose penalty draws to 0 or to a multiple of `former`."""
    from sklearn.linear_model import LogisticRegression

    probe = LogisticRegression(C=inverse_regularization, max_iter=1000)
    if former is None:
        probe.fit(scaled, labels, sample_weight=sample_weight)
        return probe.coef_[0], float(probe.intercept_[0])
    # The former logit as one more feature, of a spread at which its coefficient costs next to nothing.
    logits = scaled @ former[0] + former[1]
    stretch = SPREAD_OF_FORMER_LOGIT / max(float(logits.std()), 1e-12)
    probe.fit(np.column_stack([scaled, stretch * logits]), labels, sample_weight=sample_weight)
    share = probe.coef_[0, -1] * stretch
    return probe.coef_[0, :-1] + share * former[0], float(probe.intercept_[0]) + share * former[1]


def pooled_features(
    model: RealFakePreTrainedModel, images: LabelledImages, *, workers: int, quiet: bool
) -> ProbedFeatures:
    """What a network says of every image as it is."""
    raw = _features(model, images, 1, workers=workers, seed=0, quiet=quiet)
    with torch.inference_mode():
        seen = student_features(model, torch.from_numpy(raw).to(model.device))
    return ProbedFeatures(seen.cpu().numpy(), np.arange(len(images)))


def write_anchor(model: torch.nn.Module, path: Path) -> None:
    """Keep the probed weights for `interpolate`."""
    with written_whole(path) as partial:
        save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, partial)


def interpolate(model: torch.nn.Module, anchor: Path, share: float) -> None:
    """Move the weights to `share` of the trained ones and the rest of the anchor's, in place.

    Running statistics must be the same in both: freeze the batch norms.
    """
    probed = load_file(anchor)
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if tensor.is_floating_point():
                tensor.lerp_(probed[name].to(tensor.device), 1.0 - share)


def _features(
    model: RealFakePreTrainedModel,
    images: LabelledImages,
    copies: int,
    *,
    workers: int,
    seed: int,
    quiet: bool,
) -> np.ndarray:
    """`(copies * n, F)`, the mean of a map: all rows as they are, then all rows augmented, copy by copy."""
    draws: Sequence[Draw | int] = list(range(len(images)))
    rng = np.random.default_rng(seed)
    for _ in range(copies - 1):
        seeds = rng.integers(0, 2**63, size=len(images))
        draws = [*draws, *(Draw(row, int(one)) for row, one in enumerate(seeds))]
    loader = torch.utils.data.DataLoader(
        images,
        sampler=draws,
        batch_size=BATCH_SIZE,
        num_workers=workers,
        collate_fn=CropCollator(images.processor, channels_last=True),
        worker_init_fn=end_with_parent,
    )
    was_training = model.training
    model.eval()
    parts = []
    with torch.inference_mode():
        for batch in tqdm(loader, desc="Linear probe", unit="batch", disable=True if quiet else None):
            features = model.features(torch.as_tensor(batch["pixel_values"]).to(model.device)).float()
            parts.append((features.mean(dim=(-2, -1)) if features.ndim == 4 else features).cpu().numpy())
    model.train(was_training)
    return np.concatenate(parts)
