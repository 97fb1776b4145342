"""A student learns from a foundation model what the labels do not say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from test_vision_encoder import write_clip

from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import Compose, Flip, RandomCrop, RecompressJpeg
from realfake_hf.images.stored_image import open_stored
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.modeling_realfake_cnn import RealFakeCNNForImageClassification
from realfake_hf.models.presets import preset_config
from realfake_hf.training.encoder_distillation import EncoderDistillation, Lessons
from realfake_hf.training.images import CropCollator, Draw, LabelledImages
from realfake_hf.training.recipe import DistillationSpec, recipe_from_dict
from realfake_hf.training.train import train
from realfake_hf.training.unlabelled import NO_LABEL
from realfake_hf.training.vision_encoder import VisionEncoder

SMALL = {"widths": [8, 8], "depths": [1, 1], "downsampling": ["none", "stride"], "image_size": 48}


def make_distillation(lessons: Lessons, **spec: Any) -> EncoderDistillation:
    torch.manual_seed(0)
    student = RealFakeCNNForImageClassification(preset_config("realfake-net", **SMALL)).eval()
    return EncoderDistillation(lessons, student, RealFakeImageProcessor(size=48), DistillationSpec(**spec))


def some_lessons(rows: int, width: int = 5) -> Lessons:
    rng = np.random.default_rng(0)
    features = rng.normal(3.0, 2.0, size=(rows, width)).astype(np.float32)
    return Lessons.standardised(features, np.linspace(0.05, 0.95, rows, dtype=np.float32))


def test_lessons_travel_with_the_draws_of_their_row_and_not_with_validation(
    make_imagefolder: Callable[..., Path],
) -> None:
    rows = load_data(make_imagefolder({"train": 4}))["train"]
    processor, lessons = RealFakeImageProcessor(size=48), some_lessons(8)
    images = LabelledImages(rows, processor, lessons=lessons)
    batch = CropCollator(processor, channels_last=False)([images[Draw(5, 0)], images[Draw(2, 1)]])
    np.testing.assert_array_equal(batch["teacher_features"].numpy(), lessons.features[[5, 2]])
    np.testing.assert_array_equal(batch["teacher_p_fake"].numpy(), lessons.p_fake[[5, 2]])
    assert set(images[3]) == {"pixels", "labels"}


def test_a_stand_in_brings_its_own_lessons(make_imagefolder: Callable[..., Path]) -> None:
    rows = load_data(make_imagefolder({"train": 3}))["train"]
    Path(rows[1]["image"]["path"]).write_bytes(b"no image")
    lessons = some_lessons(6)
    images = LabelledImages(rows, RealFakeImageProcessor(size=48), lessons=lessons)
    np.testing.assert_array_equal(images[Draw(1, 0)]["teacher_features"], lessons.features[2])


def test_targets_are_the_probes_probabilities_at_the_temperature() -> None:
    distillation = make_distillation(some_lessons(3), temperature=2.0)
    inputs = {"teacher_p_fake": torch.tensor([0.5, 0.9]), "teacher_features": torch.zeros(2, 5)}
    verdicts, _ = distillation.targets(inputs)
    np.testing.assert_allclose(verdicts.sum(dim=1), [1, 1])
    np.testing.assert_allclose(verdicts[:, 1], [0.5, 0.75], atol=1e-6)  # 9 : 1 at temperature 2 is 3 : 1


def test_a_consistent_teacher_sees_the_students_crop_before_its_damage(make_imagefolder: Callable[..., Path]) -> None:
    rows = load_data(make_imagefolder({"train": 2}, size=96))["train"]
    moves, damage = RandomCrop(size=48), RecompressJpeg(quality=(5, 5))
    images = LabelledImages(
        rows, RealFakeImageProcessor(size=48), Compose([moves, damage, Flip()]), some_lessons(4), with_twins=True
    )
    example = images[Draw(1, 7)]
    clean = open_stored(rows[1]["image"])
    expected = Flip()(moves(clean, np.random.default_rng((7, 0))), np.random.default_rng((7, 2)))
    np.testing.assert_array_equal(example["teacher_pixels"], np.asarray(expected))
    difference = np.abs(example["pixels"].astype(int) - example["teacher_pixels"])
    assert 0 < difference.mean() < 40
    assert "teacher_pixels" not in images[1]


class Brightness:
    """A teacher whose one feature is the mean of the pixels."""

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        return pixels.mean(dim=(1, 2, 3))[:, None].expand(-1, 5)


def test_what_the_teacher_sees_in_a_blend_is_the_lesson_of_the_students_blend() -> None:
    lessons = some_lessons(4)
    distillation = make_distillation(lessons, mixing=0.5)
    distillation.encoder = cast("VisionEncoder", Brightness())
    grey = torch.arange(4) * 50
    inputs = {
        "labels": torch.tensor([0, 1, 0, 1]),
        "pixel_values": (grey / 255)[:, None, None, None].expand(4, 3, 8, 8),
        "teacher_pixels": grey.to(torch.uint8)[:, None, None, None].expand(4, 8, 8, 3),
        "teacher_p_fake": grey / 255,
    }
    seen = distillation.prepared(inputs)
    assert seen["labels"].tolist() == [NO_LABEL, NO_LABEL, 0, 1]
    torch.testing.assert_close(seen["pixel_values"], seen["teacher_pixels"])
    torch.testing.assert_close(seen["teacher_p_fake"], seen["pixel_values"][:, 0, 0, 0])
    torch.testing.assert_close(seen["pixel_values"][2:], inputs["pixel_values"][2:])
    assert not torch.allclose(seen["pixel_values"][:2], inputs["pixel_values"][:2])
    features = distillation.targets(seen)[1]
    expected = (seen["teacher_p_fake"][:, None] - torch.from_numpy(lessons.mean)) / torch.from_numpy(lessons.std)
    torch.testing.assert_close(features, expected)


def test_hints_begin_at_the_least_squares() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(4000, 8)).astype(np.float32)
    true_weights = rng.normal(size=(8, 5)).astype(np.float32)
    lessons = Lessons.standardised(features @ true_weights, np.full(4000, 0.5, dtype=np.float32))
    distillation = make_distillation(lessons)
    distillation.fit_hints(features, np.arange(4000))
    predicted = distillation.hints(torch.from_numpy(features)).detach().numpy()
    error = np.abs(predicted - lessons.features).mean() / np.abs(lessons.features).mean()
    assert error < 0.1


@pytest.mark.parametrize("spec", [{}, {"consistent": True, "mixing": 0.5}], ids=["once", "consistent"])
def test_trained_by_an_encoder_twice_to_the_same_weights(
    tiny_recipe_values: dict[str, Any], make_imagefolder: Callable[..., Path], tmp_path: Path, spec: dict[str, Any]
) -> None:
    data = make_imagefolder({"train": 24, "val": 12}, size=64)
    encoder = write_clip(tmp_path / "encoder")
    tiny_recipe_values["distillation"] = {"encoder": str(encoder), "encoder_size": 32, "features_weight": 1.0, **spec}
    recipe = recipe_from_dict(tiny_recipe_values)
    train(recipe, data=data, output=tmp_path / "run")
    assert (data / ".teacher-features").is_dir()
    hints = next((tmp_path / "run" / "checkpoints").glob("checkpoint-*/hints.safetensors"))
    assert load_file(hints)["weight"].shape == (16, 8)
    assert not any("hints" in name for name in load_file(tmp_path / "run" / "model" / "model.safetensors"))
    train(recipe, data=data, output=tmp_path / "again")
    first, second = (load_file(tmp_path / name / "model" / "model.safetensors") for name in ("run", "again"))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_training_goes_on_from_a_detector_with_hints_fitted_to_what_it_sees(
    tiny_recipe_values: dict[str, Any],
    make_imagefolder: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = make_imagefolder({"train": 12, "val": 4}, size=64)
    train(recipe_from_dict(tiny_recipe_values), data=data, output=tmp_path / "first")
    tiny_recipe_values["model"]["start_from"] = str(tmp_path / "first" / "model")
    tiny_recipe_values["distillation"] = {"encoder": str(write_clip(tmp_path / "encoder")), "encoder_size": 32}
    seen: list[np.ndarray] = []
    monkeypatch.setattr(EncoderDistillation, "fit_hints", lambda self, features, rows: seen.append(features))
    train(recipe_from_dict(tiny_recipe_values), data=data, output=tmp_path / "second")
    assert [features.shape for features in seen] == [(24, 8)]
    assert np.isfinite(seen[0]).all()


def test_two_data_sets_are_one(
    tiny_recipe_values: dict[str, Any], make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    first = make_imagefolder({"train": 12, "val": 4}, size=64)
    second = make_imagefolder({"train": 8, "val": 4}, size=64, name="more")
    train(recipe_from_dict(tiny_recipe_values), data=[first, second], output=tmp_path / "run")
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert record["rows"] == {"train": 40, "val": 16}
    assert record["data"] == f"{first} + {second}"


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"consistent": True}, "consistent needs distillation.encoder"),
        ({"encoder": "somewhere", "mixing": 0.5}, "mixing needs distillation.consistent=true"),
    ],
)
def test_what_needs_a_looking_encoder_says_so(
    tiny_recipe_values: dict[str, Any], spec: dict[str, Any], sentence: str
) -> None:
    tiny_recipe_values["distillation"] = spec
    with pytest.raises(RealFakeError, match=sentence):
        recipe_from_dict(tiny_recipe_values)


def test_teacher_and_encoder_together_are_refused(tiny_recipe_values: dict[str, Any]) -> None:
    tiny_recipe_values["distillation"] = {"teacher": "default", "encoder": "somewhere"}
    with pytest.raises(RealFakeError, match="a teacher or an encoder, not both"):
        recipe_from_dict(tiny_recipe_values)
