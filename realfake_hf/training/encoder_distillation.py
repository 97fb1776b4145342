"""A foundation model teaches: what it saw in the clean image is what the student must see in the degraded one.

Frozen features of a large encoder with a linear classifier hold up on images in the wild where specialised detectors
do not (arXiv:2602.01738). The encoder looks at every image once (`teacher_features`), a probe on its features gives
verdicts (`teacher_probe`), and both travel with the image: the student predicts them from its own view, recompressed,
resampled and cropped, and so learns what the teacher sees in spite of the damage.

A consistent teacher looks at the student's own crop, before its damage, and at blends of two of them: a few thousand
images then teach for as many epochs as one likes (Beyer et al. 2022, arXiv:2106.05237).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel
from realfake_hf.training.distillation import Batch, Distillation, student_width
from realfake_hf.training.recipe import DistillationSpec
from realfake_hf.training.unlabelled import NO_LABEL
from realfake_hf.training.vision_encoder import VisionEncoder

RIDGE = 300.0
"""Of the least squares, in units of one image; features are standardised."""

MAX_LOGIT = 6.0


@dataclass(frozen=True)
class Lessons:
    """What a teaching encoder says of every training row.

    Attributes:
        features: `(n, F)` float32, standardised: mean 0 and deviation 1 in every column.
        p_fake: `(n,)` float32, by a probe that saw no image of the row's source.
        mean, std: `(F,)` float32, of the features before.
    """

    features: np.ndarray
    p_fake: np.ndarray
    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def standardised(cls, features: np.ndarray, p_fake: np.ndarray) -> Lessons:
        """Lessons from features `(n, F)` as the encoder gives them."""
        mean, std = features.mean(axis=0), features.std(axis=0) + 1e-6
        return cls((features - mean) / std, p_fake, mean, std)

    def of(self, row: int) -> dict[str, npt.ArrayLike]:
        """What travels with a row in the batch."""
        return {"teacher_features": self.features[row], "teacher_p_fake": self.p_fake[row]}


class EncoderDistillation(Distillation):
    """The loss against lessons that come with the batch.

    Args:
        lessons: of every training row.
        student, processor, spec: see `Distillation`.
        encoder: looks at the `teacher_pixels` of each batch, where the recipe wants a consistent teacher.
    """

    def __init__(
        self,
        lessons: Lessons,
        student: RealFakePreTrainedModel,
        processor: RealFakeImageProcessor,
        spec: DistillationSpec,
        encoder: VisionEncoder | None = None,
    ) -> None:
        super().__init__(student, student_width(student, processor), lessons.features.shape[1], spec)
        self.lessons = lessons
        self.encoder = encoder
        self.step = 0

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.step = state.global_step

    def prepared(self, inputs: Batch) -> Batch:
        """With `teacher_pixels` on the scale 0..1, and the first images of the batch blended with others.

        A blend has no label; what the teacher thinks of it lies as far between its verdicts on the two.
        """
        if self.encoder is None:
            return inputs
        pixels = inputs["teacher_pixels"].permute(0, 3, 1, 2).float() / 255
        labels = inputs["labels"].clone()
        blended = round(self.spec.mixing * len(labels))
        labels[:blended] = NO_LABEL
        # Of the step alone, so that a resumed run blends as one never interrupted.
        generator = torch.Generator().manual_seed(self.step)
        others = torch.randint(1, max(2, len(labels)), (blended,), generator=generator)
        partner = (torch.arange(blended) + others) % len(labels)
        share = torch.rand(blended, generator=generator)

        def blend(values: torch.Tensor) -> torch.Tensor:
            weight = share.to(values.device).reshape(-1, *[1] * (values.ndim - 1))
            mixed = torch.lerp(values[partner.to(values.device)], values[:blended], weight)
            return torch.cat([mixed, values[blended:]])

        return {
            **inputs,
            "labels": labels,
            "pixel_values": blend(inputs["pixel_values"]),
            "teacher_pixels": blend(pixels),
            "teacher_p_fake": blend(inputs["teacher_p_fake"].float()),
        }

    def targets(self, inputs: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        logit = torch.logit(inputs["teacher_p_fake"].float()).clamp(-MAX_LOGIT, MAX_LOGIT) / self.spec.temperature
        fake = logit.sigmoid()
        return torch.stack([1 - fake, fake], dim=-1), self._features(inputs)

    def _features(self, inputs: Batch) -> torch.Tensor:
        if self.encoder is None:
            return inputs["teacher_features"].float()
        pixels = inputs["teacher_pixels"]
        with torch.autocast(pixels.device.type, torch.bfloat16, enabled=pixels.is_cuda):
            features = self.encoder.features(pixels)
        mean, std = (features.new_tensor(values) for values in (self.lessons.mean, self.lessons.std))
        return (features - mean) / std

    def fit_hints(self, features: np.ndarray, rows: np.ndarray) -> None:
        gram = features.T @ features
        gram[np.diag_indices_from(gram)] += RIDGE
        weight = np.linalg.solve(gram, features.T @ self.lessons.features[rows])
        with torch.no_grad():
            self.hints.weight.copy_(torch.from_numpy(weight.T.astype(np.float32)))
            self.hints.bias.zero_()
