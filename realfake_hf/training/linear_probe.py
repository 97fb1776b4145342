"""A linear probe before fine-tuning: the head fitted on frozen features by logistic regression.

Fine-tuning from a random head first tears the pretrained features apart ("Fine-tuning can distort pretrained features
and underperform out-of-distribution", Kumar et al. 2022, arXiv:2202.10054); from a fitted head it does not. The probed
weights are also the anchor that the trained ones are averaged with in the end (Wortsman et al. 2022,
arXiv:2109.01903), which costs nothing on the training sources and gains on those never seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file
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


class ProbedFeatures(NamedTuple):
    """What a network says of images before it is trained.

    Attributes:
        features: `(m, F)` float32, as the head sees them.
        rows: `(m,)`, the images that they are of.
    """

    features: np.ndarray
    rows: np.ndarray


def fit_linear_probe(
    model: RealFakePreTrainedModel,
    images: LabelledImages,
    weights: np.ndarray | None,
    spec: LinearProbeSpec,
    *,
    workers: int,
    seed: int,
    quiet: bool,
) -> ProbedFeatures:
    """Set the head of `model`: standardisation by the features' own statistics, logits by logistic regression.

    Args:
        model: with `standardize_features` and no dense layers before the logits; changed in place.
        images: read once as they are, then `spec.augmented_copies` times augmented.
        weights: `(n,)` of the rows, as the sampler's; none weighs all alike.
        spec: of the recipe.
        workers: of the loader.
        seed: of the augmented copies.
        quiet: no progress.

    Returns:
        What it was fitted to.

    Raises:
        RealFakeError: the head is not of this form.
    """
    from sklearn.linear_model import LogisticRegression
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
    scaler = StandardScaler().fit(features)
    probe = LogisticRegression(C=spec.inverse_regularization, max_iter=1000)
    sample_weight = None if weights is None else np.tile(weights * len(weights), copies)
    scaled = scaler.transform(features)
    probe.fit(scaled, labels, sample_weight=sample_weight)
    half = torch.from_numpy(probe.coef_[0] / 2).float()
    bias = float(probe.intercept_[0]) / 2
    with torch.no_grad():
        head.standardization.mean.copy_(torch.from_numpy(scaler.mean_))
        head.standardization.deviation.copy_(torch.from_numpy(scaler.scale_))
        head.classifier.weight.copy_(torch.stack([-half, half]))
        head.classifier.bias.copy_(torch.tensor([-bias, bias]))
    return ProbedFeatures(scaled.astype(np.float32), np.tile(np.arange(len(images)), copies))


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
