"""A foundation model teaches: what it saw in the clean image is what the student must see in the degraded one.

Frozen features of a large encoder with a linear classifier hold up on images in the wild where specialised detectors
do not (arXiv:2602.01738). The encoder looks at every image once (`teacher_features`), a probe on its features gives
verdicts (`teacher_probe`), and both travel with the image: the student predicts them from its own view, recompressed,
resampled and cropped, and so learns what the teacher sees in spite of the damage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel
from realfake_hf.training.distillation import Distillation, student_width
from realfake_hf.training.recipe import DistillationSpec

RIDGE = 300.0
"""Of the least squares, in units of one image; features are standardised."""

MAX_LOGIT = 6.0


@dataclass(frozen=True)
class Lessons:
    """What a teaching encoder says of every training row.

    Attributes:
        features: `(n, F)` float32, standardised.
        p_fake: `(n,)` float32, by a probe that saw no image of the row's source.
    """

    features: np.ndarray
    p_fake: np.ndarray

    def of(self, row: int) -> dict[str, Any]:
        """What travels with a row in the batch."""
        return {"teacher_features": self.features[row], "teacher_p_fake": self.p_fake[row]}


def standardised(features: np.ndarray) -> np.ndarray:
    """`(n, F)` with mean 0 and deviation 1 in every column."""
    return (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-6)


class EncoderDistillation(Distillation):
    """The loss against lessons that come with the batch.

    Args:
        lessons: of every training row.
        student, processor, spec: see `Distillation`.
    """

    def __init__(
        self,
        lessons: Lessons,
        student: RealFakePreTrainedModel,
        processor: RealFakeImageProcessor,
        spec: DistillationSpec,
    ) -> None:
        super().__init__(student, student_width(student, processor), lessons.features.shape[1], spec)
        self.lessons = lessons

    def targets(self, inputs: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
        logit = torch.logit(inputs["teacher_p_fake"].float()).clamp(-MAX_LOGIT, MAX_LOGIT) / self.spec.temperature
        fake = logit.sigmoid()
        return torch.stack([1 - fake, fake], dim=-1), inputs["teacher_features"].float()

    def fit_hints(self, features: np.ndarray, rows: np.ndarray) -> None:
        gram = features.T @ features
        gram[np.diag_indices_from(gram)] += RIDGE
        weight = np.linalg.solve(gram, features.T @ self.lessons.features[rows])
        with torch.no_grad():
            self.hints.weight.copy_(torch.from_numpy(weight.T.astype(np.float32)))
            self.hints.bias.zero_()
