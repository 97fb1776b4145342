"""A teacher's verdicts and features reach the student, whatever their normalisations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from realfake_hf.errors import RealFakeError
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.modeling_realfake_cnn import RealFakeCNNForImageClassification
from realfake_hf.models.presets import preset_config
from realfake_hf.training.distillation import DetectorDistillation, build_distillation
from realfake_hf.training.recipe import DistillationSpec, Recipe, recipe_from_dict
from realfake_hf.training.train import train

SMALL = {"widths": [8, 8], "depths": [1, 1], "downsampling": ["none", "stride"], "image_size": 48}


def make_network(seed: int) -> Any:
    torch.manual_seed(seed)
    return RealFakeCNNForImageClassification(preset_config("realfake-net", **SMALL)).eval()


def test_teacher_sees_its_own_normalisation(photo: Image.Image) -> None:
    teacher, student = make_network(1), make_network(2)
    own = RealFakeImageProcessor(size=48, image_mean=[0.5] * 3, image_std=[0.5] * 3)
    other = RealFakeImageProcessor(size=48)
    distillation = DetectorDistillation(teacher, own, student, other, DistillationSpec())
    with torch.no_grad():
        taught = distillation.teach(other(photo, return_tensors="pt")["pixel_values"])[0]
        alone = teacher(own(photo, return_tensors="pt")["pixel_values"]).logits
    torch.testing.assert_close(taught, alone, atol=1e-3, rtol=1e-3)


def test_loss_of_a_perfect_student_without_hints_is_the_labels_alone(photo: Image.Image) -> None:
    network, processor = make_network(1), RealFakeImageProcessor(size=48)
    spec = DistillationSpec(logits_weight=0.5, features_weight=0.0)
    distillation = DetectorDistillation(network, processor, network, processor, spec)
    pixel_values = processor(photo, return_tensors="pt")["pixel_values"]
    with torch.no_grad():
        outputs = network(pixel_values, labels=torch.tensor([0]), output_hidden_states=True)
        loss = distillation.loss(outputs.loss, outputs, {"pixel_values": pixel_values})
    torch.testing.assert_close(loss, outputs.loss / 2, atol=1e-5, rtol=1e-5)


def test_no_teacher_is_no_distillation() -> None:
    assert build_distillation(DistillationSpec(), make_network(1), RealFakeImageProcessor(size=48)) is None


def test_missing_teacher_is_one_sentence() -> None:
    with pytest.raises(RealFakeError, match="no-such-teacher"):
        build_distillation(DistillationSpec(teacher="no-such-teacher"), make_network(1), RealFakeImageProcessor())


def test_student_comes_near_its_teacher_and_keeps_no_trace_of_the_hints(
    tiny_recipe: Recipe, tiny_recipe_values: dict[str, Any], make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    data = make_imagefolder({"train": 24, "val": 12}, size=64)
    train(tiny_recipe, data=data, output=tmp_path / "teacher")
    tiny_recipe_values["distillation"] = {"teacher": str(tmp_path / "teacher"), "logits_weight": 1.0}
    train(recipe_from_dict(tiny_recipe_values), data=data, output=tmp_path / "student")
    names = [set(load_file(tmp_path / run / "model" / "model.safetensors")) for run in ("teacher", "student")]
    assert names[0] == names[1]
    hints = next((tmp_path / "student" / "checkpoints").glob("checkpoint-*/hints.safetensors"))
    assert load_file(hints)["weight"].shape == (8, 8)
