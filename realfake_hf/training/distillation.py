"""A trained detector teaches a small one: by its verdicts, and by its features.

The verdicts are softened and matched (Hinton et al. 2015, arXiv:1503.02531). The features are hints (Romero et al.
2015, arXiv:1412.6550): a linear layer, dropped after training, must predict the teacher's pooled features from the
student's. A few thousand labels say one bit an image; the features of a pretrained teacher say thousands.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


class Distillation(TrainerCallback):
    """The teacher, the layer that predicts its features, and the loss of both.

    Args:
        teacher: in evaluation mode; never changed.
        teacher_processor, processor: whose normalisations of the teacher's and the student's inputs are reconciled.
        student: the model to be trained.
        spec: of the recipe.
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
        self.spec = spec
        # (x * s + m - m') / s' takes the student's normalisation off and puts the teacher's on.
        mean, std = torch.tensor(processor.image_mean), torch.tensor(processor.image_std)
        teacher_mean, teacher_std = (
            torch.tensor(teacher_processor.image_mean),
            torch.tensor(teacher_processor.image_std),
        )
        self.scale = (std / teacher_std)[:, None, None]
        self.shift = ((mean - teacher_mean) / teacher_std)[:, None, None]
        pixel_values = torch.zeros(1, 3, processor.size, processor.size)
        with torch.inference_mode():
            student_features = _pooled(student.eval().features(pixel_values))
            teacher_features = self.teach(pixel_values)[1]
        self.hints = nn.Linear(student_features.shape[1], teacher_features.shape[1])

    def parameters(self) -> Iterator[nn.Parameter]:
        """Of the layer that predicts the teacher's features."""
        return self.hints.parameters()

    def loss(self, label_loss: torch.Tensor, outputs: Any, pixel_values: torch.Tensor) -> torch.Tensor:
        """The whole loss, from the labels' and the student's outputs with hidden states."""
        with torch.no_grad():
            teacher_logits, teacher_features = self.teach(pixel_values)
        spec = self.spec
        student = (outputs["logits"].float() / spec.temperature).log_softmax(dim=-1)
        teacher = (teacher_logits / spec.temperature).softmax(dim=-1)
        verdicts = nn.functional.kl_div(student, teacher, reduction="batchmean") * spec.temperature**2
        predicted = self.hints(_pooled(outputs["hidden_states"][0]).float())
        features = nn.functional.smooth_l1_loss(predicted, teacher_features)
        return (1 - spec.logits_weight) * label_loss + spec.logits_weight * verdicts + spec.features_weight * features

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        for module in (self.teacher, self.hints):
            module.to(args.device)
        self.scale, self.shift = self.scale.to(args.device), self.shift.to(args.device)
        if state.global_step:
            self.hints.load_state_dict(load_file(self._file(args, state)))

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if args.world_size > 1:
            for parameter in self.hints.parameters():
                torch.distributed.all_reduce(parameter.grad)
                parameter.grad /= args.world_size

    def write_hints(self, checkpoint: Path) -> None:
        """Write the layer that predicts the teacher's features, without which a checkpoint could not be resumed."""
        save_file(self.hints.state_dict(), checkpoint / HINTS_FILE)

    @staticmethod
    def _file(args: Any, state: Any) -> Path:
        return Path(args.output_dir) / f"checkpoint-{state.global_step}" / HINTS_FILE

    def teach(self, pixel_values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The teacher's logits `(B, 2)` and pooled features `(B, F)`, float32."""
        features = self.teacher.features(pixel_values * self.scale + self.shift)
        logits = self.teacher.classify(features) / self.teacher.config.temperature
        head = self.teacher.head
        if isinstance(head, RealFakeBackboneHead):
            features = head.standardization(features)
        return logits.float(), _pooled(features).float()


def build_distillation(
    spec: DistillationSpec, student: RealFakePreTrainedModel, processor: RealFakeImageProcessor
) -> Distillation | None:
    """Load the teacher, where the recipe names one.

    Raises:
        RealFakeError: there is no such detector, or it is none of this package's.
    """
    if spec.teacher is None:
        return None
    loaded = load_model(spec.teacher)
    if not isinstance(loaded.model, RealFakePreTrainedModel):
        raise RealFakeError(f"The teacher {spec.teacher} is no detector of this package.")
    return Distillation(loaded.model, loaded.processor, student, processor, spec)


def _pooled(features: torch.Tensor) -> torch.Tensor:
    return features.mean(dim=(-2, -1)) if features.ndim == 4 else features
