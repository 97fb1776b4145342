"""A teacher shows a small detector how: by its verdicts, and by its features.

The verdicts are softened and matched (Hinton et al. 2015, arXiv:1503.02531). The features are hints (Romero et al.
2015, arXiv:1412.6550): a linear layer, dropped after training, must predict the teacher's pooled features from the
student's. A few thousand labels say one bit an image; the features of a pretrained teacher say thousands.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import TrainerCallback

from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import load_model
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel
from realfake_hf.models.modeling_realfake_backbone import RealFakeBackboneHead
from realfake_hf.training.recipe import DistillationSpec

HINTS_FILE = "hints.safetensors"

Batch: TypeAlias = dict[str, torch.Tensor]
"""`pixel_values`, `labels`, and what a teacher says of the images."""


class Distillation(TrainerCallback, ABC):
    """The loss of a teacher's verdicts and features, and the layer that predicts its features.

    A subclass says in `targets` what the teacher thinks of a batch.

    Args:
        student: the model to be trained.
        student_width, teacher_width: of the pooled features of both.
        spec: of the recipe.
    """

    def __init__(
        self, student: RealFakePreTrainedModel, student_width: int, teacher_width: int, spec: DistillationSpec
    ) -> None:
        self.student = student
        self.spec = spec
        self.hints = nn.Linear(student_width, teacher_width)

    @abstractmethod
    def targets(self, inputs: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """The teacher's softened probabilities `(B, 2)` and its features `(B, F)`, float32."""

    def prepared(self, inputs: Batch) -> Batch:
        """The batch as student and teacher are to see it."""
        return inputs

    def parameters(self) -> Iterator[nn.Parameter]:
        """Of the layer that predicts the teacher's features."""
        return self.hints.parameters()

    def loss(self, label_loss: torch.Tensor, outputs: Any, inputs: Batch) -> torch.Tensor:
        """The whole loss, from the labels' and the student's outputs with hidden states."""
        with torch.no_grad():
            verdicts, features = self.targets(inputs)
        spec = self.spec
        student = (outputs["logits"].float() / spec.temperature).log_softmax(dim=-1)
        verdict_loss = nn.functional.kl_div(student, verdicts, reduction="batchmean") * spec.temperature**2
        predicted = self.hints(student_features(self.student, outputs["hidden_states"][0]))
        feature_loss = nn.functional.smooth_l1_loss(predicted, features)
        return (
            (1 - spec.logits_weight) * label_loss
            + spec.logits_weight * verdict_loss
            + spec.features_weight * feature_loss
        )

    def fit_hints(self, features: np.ndarray, rows: np.ndarray) -> None:
        """Start the layer of hints from the least squares of what the student's features say already.

        Args:
            features: the student's pooled features `(n, S)`, as the head sees them.
            rows: `(n,)`, whose images they are. A teacher that looks at every batch anew has nothing to fit to.
        """

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.hints.to(args.device)
        if state.global_step:
            checkpoint = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            self.hints.load_state_dict(load_file(checkpoint / HINTS_FILE))

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if args.world_size > 1:
            for parameter in self.hints.parameters():
                torch.distributed.all_reduce(parameter.grad)
                parameter.grad /= args.world_size

    def write_hints(self, checkpoint: Path) -> None:
        """Write the layer that predicts the teacher's features, without which a checkpoint could not be resumed."""
        save_file(self.hints.state_dict(), checkpoint / HINTS_FILE)


class DetectorDistillation(Distillation):
    """A trained detector teaches: it judges the very pixels that the student sees.

    Args:
        teacher: in evaluation mode; never changed.
        teacher_processor, processor: whose normalisations of the teacher's and the student's inputs are reconciled.
        student, spec: see `Distillation`.
    """

    def __init__(
        self,
        teacher: RealFakePreTrainedModel,
        teacher_processor: RealFakeImageProcessor,
        student: RealFakePreTrainedModel,
        processor: RealFakeImageProcessor,
        spec: DistillationSpec,
    ) -> None:
        self.teacher = teacher.requires_grad_(False)
        # (x * s + m - m') / s' takes the student's normalisation off and puts the teacher's on.
        mean, std = torch.tensor(processor.image_mean), torch.tensor(processor.image_std)
        teacher_mean, teacher_std = (
            torch.tensor(teacher_processor.image_mean),
            torch.tensor(teacher_processor.image_std),
        )
        self.scale = (std / teacher_std)[:, None, None]
        self.shift = ((mean - teacher_mean) / teacher_std)[:, None, None]
        with torch.inference_mode():
            teacher_width = self.teach(torch.zeros(1, 3, processor.size, processor.size))[1].shape[1]
        super().__init__(student, student_width(student, processor), teacher_width, spec)

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        super().on_train_begin(args, state, control, **kwargs)
        self.teacher.to(args.device)
        self.scale, self.shift = self.scale.to(args.device), self.shift.to(args.device)

    def targets(self, inputs: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        logits, features = self.teach(inputs["pixel_values"])
        return (logits / self.spec.temperature).softmax(dim=-1), features

    def teach(self, pixel_values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The teacher's logits `(B, 2)` and pooled features `(B, F)`, float32."""
        features = self.teacher.features(pixel_values * self.scale + self.shift)
        logits = self.teacher.classify(features) / self.teacher.config.temperature
        return logits.float(), student_features(self.teacher, features)


def student_width(model: RealFakePreTrainedModel, processor: RealFakeImageProcessor) -> int:
    """How many pooled features a detector has."""
    with torch.inference_mode():
        pixel_values = torch.zeros(1, 3, processor.size, processor.size)
        return student_features(model, model.eval().features(pixel_values)).shape[1]


def student_features(model: RealFakePreTrainedModel, features: torch.Tensor) -> torch.Tensor:
    """Pooled features `(B, F)` float32 as the head sees them: standardised where it standardises."""
    if isinstance(model.head, RealFakeBackboneHead):
        features = model.head.standardization(features)
    return (features.mean(dim=(-2, -1)) if features.ndim == 4 else features).float()


def build_distillation(
    spec: DistillationSpec, student: RealFakePreTrainedModel, processor: RealFakeImageProcessor
) -> Distillation | None:
    """Load the teaching detector, where the recipe names one.

    Raises:
        RealFakeError: there is no such detector, or it is none of this package's.
    """
    if spec.teacher is None:
        return None
    loaded = load_model(spec.teacher)
    if not isinstance(loaded.model, RealFakePreTrainedModel):
        raise RealFakeError(f"The teacher {spec.teacher} is no detector of this package.")
    return DetectorDistillation(loaded.model, loaded.processor, student, processor, spec)
