"""Any classifier of Transformers gives one number per image: how much more fake than real."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import pipeline

from realfake_hf.errors import RealFakeError
from realfake_hf.inference.predictor import Predictor, fake_logits, prepare_image
from realfake_hf.inference.third_party_labels import FakeOutputs
from realfake_hf.statistics.calibration import sigmoid


def test_probability_is_the_softmax_sum_of_the_fake_outputs() -> None:
    logits = torch.tensor([[1.0, -2.0, 0.5], [100.0, -100.0, 3.0]])

    found = sigmoid(fake_logits(logits, FakeOutputs(fake=(0, 2), real=(1,))))

    assert found == pytest.approx(logits.softmax(dim=1)[:, [0, 2]].sum(dim=1).numpy())


def test_single_output_is_a_sigmoid() -> None:
    assert fake_logits(torch.tensor([[1.5]]), FakeOutputs(fake=(0,), real=())) == pytest.approx([1.5])


def test_scores_are_those_of_the_pipeline(
    build_resnet: Callable[..., Any], resnet_processor: Any, photo: Image.Image, tmp_path: Path
) -> None:
    build_resnet().save_pretrained(tmp_path)
    resnet_processor.save_pretrained(tmp_path)
    predictor = Predictor.load(tmp_path)

    p_fake = sigmoid(predictor.logits(prepare_image(predictor.processor, photo)[None]))

    shown = {e["label"]: e["score"] for e in pipeline("image-classification", model=str(tmp_path))(photo)}
    assert p_fake == pytest.approx([shown["fake"]], abs=1e-6)


def test_swapped_labels_mirror_the_score(
    build_resnet: Callable[..., Any], resnet_processor: Any, photo: Image.Image
) -> None:
    pixels = prepare_image(resnet_processor, photo)[None]
    ours = Predictor.of(build_resnet(("real", "fake")), resnet_processor)
    foreign = Predictor.of(build_resnet(("artificial", "human")), resnet_processor)

    assert foreign.logits(pixels) == pytest.approx(-ours.logits(pixels))


def test_unknown_labels_are_asked_for_and_taken(build_resnet: Callable[..., Any], resnet_processor: Any) -> None:
    model = build_resnet(("LABEL_0", "LABEL_1"))

    with pytest.raises(RealFakeError, match="`fake_label`"):
        Predictor.of(model, resnet_processor)

    assert Predictor.of(model, resnet_processor, fake_label="LABEL_1").outputs == FakeOutputs((1,), (0,))


def test_missing_model_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RealFakeError, match="nothing-here"):
        Predictor.load(tmp_path / "nothing-here")


def test_torch_computes_on_no_more_cores_than_the_container_allows(
    build_resnet: Callable[..., Any], resnet_processor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        for allowed, expected in ((8, 2), (1, 1)):
            monkeypatch.setattr("realfake_hf.inference.predictor.wanted_threads", lambda allowed=allowed: allowed)
            Predictor.of(build_resnet(), resnet_processor, fake_label="fake", device="cpu")
            assert torch.get_num_threads() == expected
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("device", ["cuda:99", "nope", "meta:x"])
def test_device_that_is_not_here_is_refused_in_one_sentence(
    build_resnet: Callable[..., Any], resnet_processor: Any, device: str
) -> None:
    with pytest.raises(RealFakeError, match=f"The device {device} cannot be used: "):
        Predictor.of(build_resnet(), resnet_processor, fake_label="fake", device=device)


def test_fingerprint_follows_weights_processor_and_labels(
    build_resnet: Callable[..., Any], resnet_processor: Any
) -> None:
    reference = Predictor.of(build_resnet(), resnet_processor).fingerprint()
    calibrated = build_resnet()
    calibrated.config.temperature = 2.0
    other_size = type(resnet_processor)(size={"shortest_edge": 48}, crop_pct=1.0)

    assert Predictor.of(build_resnet(), resnet_processor).fingerprint() == reference
    others = [
        Predictor.of(build_resnet(seed=1), resnet_processor),
        Predictor.of(build_resnet(("fake", "real")), resnet_processor),
        Predictor.of(build_resnet(), other_size),
        Predictor.of(calibrated, resnet_processor),
    ]
    assert len({reference, *(other.fingerprint() for other in others)}) == 5


def test_half_precision_model_gets_inputs_of_its_type(
    build_resnet: Callable[..., Any], resnet_processor: Any, photo: Image.Image
) -> None:
    pixels = prepare_image(resnet_processor, photo)[None]
    whole = Predictor.of(build_resnet(), resnet_processor).logits(pixels)

    half = Predictor.of(build_resnet().to(torch.bfloat16), resnet_processor).logits(pixels)

    assert half.dtype == np.float64
    assert half == pytest.approx(whole, rel=0.1, abs=0.2)


def test_processor_that_gives_something_else_is_refused(photo: Image.Image) -> None:
    with pytest.raises(ValueError, match=r"pixel_values of shape \(1, 3\)"):
        prepare_image(lambda images, return_tensors: {"pixel_values": torch.zeros(1, 3)}, photo)
