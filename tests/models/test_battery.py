"""What every network promises, whichever preset or backbone family it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from transformers import AutoConfig, AutoModelForImageClassification, pipeline

from realfake_hf.models.configuration_realfake_backbone import CNN_FAMILIES
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.presets import PRESETS as PRESET_FACTORIES

from .battery import FAMILIES, NETWORKS, PRESETS, backbone_of, batch_norm_statistics, build, head_names, tiny_config

Pixels = Callable[..., torch.Tensor]
LABELS = torch.tensor([0, 1])

every_network = pytest.mark.parametrize("network", NETWORKS)
every_family = pytest.mark.parametrize("family", FAMILIES)


def test_battery_covers_every_preset() -> None:
    assert {name.split()[0] for name in PRESETS} == set(PRESET_FACTORIES)


def test_battery_covers_every_family_of_transformers() -> None:
    assert {*FAMILIES, "timm_wrapper"} == set(CNN_FAMILIES)


@every_network
def test_forward_gives_two_finite_logits_that_depend_on_the_image(network: str, photo_pixels: Pixels) -> None:
    model = build(network)
    output = model(photo_pixels(model.config.image_size))
    assert output.logits.shape == (2, 2)
    assert output.logits.isfinite().all()
    assert output.loss is None
    assert not torch.equal(output.logits[0], output.logits[1])


@every_network
def test_loss_is_the_cross_entropy_of_the_logits(network: str, photo_pixels: Pixels) -> None:
    model = build(network)
    output = model(photo_pixels(model.config.image_size), labels=LABELS)
    log_probabilities = output.logits.log_softmax(dim=-1)
    torch.testing.assert_close(output.loss, -(log_probabilities[0, 0] + log_probabilities[1, 1]) / 2)


@every_network
def test_several_crops_give_the_mean_of_their_logits(network: str, photo_pixels: Pixels) -> None:
    model = build(network)
    crops = photo_pixels(model.config.image_size, crops=3)
    singly = torch.stack([model(crops[:, index]).logits for index in range(3)])
    torch.testing.assert_close(model(crops).logits, singly.mean(dim=0))


@every_network
def test_temperature_divides_the_logits(network: str, photo_pixels: Pixels) -> None:
    model = build(network)
    pixel_values = photo_pixels(model.config.image_size)
    logits = model(pixel_values).logits
    model.config.temperature = 2.0
    assert torch.equal(model(pixel_values).logits, logits / 2)


@every_network
def test_return_dict_false_gives_a_tuple(network: str, photo_pixels: Pixels) -> None:
    model = build(network)
    pixel_values = photo_pixels(model.config.image_size)
    output = model(pixel_values, labels=LABELS)
    loss, logits = model(pixel_values, labels=LABELS, return_dict=False)
    assert torch.equal(loss, output.loss)
    assert torch.equal(logits, output.logits)
    assert isinstance(model(pixel_values, return_dict=False), tuple)


@every_network
def test_saved_and_loaded_model_is_the_same_bit_for_bit(network: str, photo_pixels: Pixels, tmp_path: Path) -> None:
    model = build(network)
    pixel_values = photo_pixels(model.config.image_size)
    model.train()(pixel_values)  # moves the running statistics away from their start
    model.eval().save_pretrained(tmp_path)
    loaded = AutoModelForImageClassification.from_pretrained(tmp_path)
    assert type(loaded) is type(model)
    assert not loaded.training
    before, after = model.state_dict(), loaded.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    # Kernels may sum in another order where memory is aligned otherwise.
    torch.testing.assert_close(loaded(pixel_values).logits, model(pixel_values).logits, rtol=1e-5, atol=1e-6)


@every_network
def test_saved_and_loaded_config_is_the_same(network: str, tmp_path: Path) -> None:
    config = tiny_config(network, temperature=1.5, threshold_low=0.25, threshold_high=0.75)
    config.save_pretrained(tmp_path)
    loaded = AutoConfig.from_pretrained(tmp_path)
    assert type(loaded) is type(config)
    assert {**loaded.to_dict(), "_name_or_path": ""} == config.to_dict()
    assert (loaded.temperature, loaded.threshold_low, loaded.threshold_high) == (1.5, 0.25, 0.75)
    assert loaded.id2label == {0: "real", 1: "fake"}


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=["bfloat16", "float16"])
@every_network
def test_half_precision_gives_about_the_same_logits(network: str, dtype: torch.dtype, photo_pixels: Pixels) -> None:
    model = build(network)
    pixel_values = photo_pixels(model.config.image_size)
    expected = model(pixel_values).logits
    logits = model.to(dtype)(pixel_values.to(dtype)).logits
    assert logits.dtype is dtype
    torch.testing.assert_close(logits.float(), expected, atol=0.3, rtol=0.1)


@every_network
def test_half_precision_model_comes_back_bit_for_bit(network: str, photo_pixels: Pixels, tmp_path: Path) -> None:
    model = build(network).to(torch.float16)
    model.save_pretrained(tmp_path)
    loaded = AutoModelForImageClassification.from_pretrained(tmp_path, dtype="auto")
    pixel_values = photo_pixels(model.config.image_size).to(torch.float16)
    assert loaded.dtype is torch.float16
    assert torch.equal(loaded(pixel_values).logits, model(pixel_values).logits)


@every_network
def test_half_precision_checkpoint_loads_as_float32_on_demand(network: str, tmp_path: Path) -> None:
    model = build(network).bfloat16()
    model.save_pretrained(tmp_path)
    loaded = AutoModelForImageClassification.from_pretrained(tmp_path, dtype=torch.float32)
    assert {parameter.dtype for parameter in loaded.parameters()} == {torch.float32}
    assert all(torch.equal(a.float(), b.float()) for a, b in zip(model.parameters(), loaded.parameters(), strict=True))


@every_network
def test_seed_decides_the_initial_weights(network: str) -> None:
    first, again, other = build(network).state_dict(), _from_seed(network, 0), _from_seed(network, 1)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def _from_seed(network: str, seed: int) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    return AutoModelForImageClassification.from_config(tiny_config(network)).state_dict()


@every_network
def test_unfrozen_network_passes_gradients_to_every_parameter(network: str, photo_pixels: Pixels) -> None:
    model = build(network).train()
    model.freeze_backbone(0.0)
    model(photo_pixels(model.config.image_size), labels=LABELS).loss.backward()
    without = [name for name, parameter in model.named_parameters() if parameter.grad is None]
    assert without == []
    assert all(parameter.grad.isfinite().all() for parameter in model.parameters())
    moved = sum(bool(parameter.grad.any()) for parameter in backbone_of(model).parameters())
    assert moved > 0.9 * len(list(backbone_of(model).parameters()))


@pytest.mark.parametrize("fraction", [0.5, 1.0])
@every_network
def test_frozen_part_stays_as_it_is_while_the_rest_learns(network: str, fraction: float, photo_pixels: Pixels) -> None:
    model = build(network)
    model.freeze_backbone(fraction)
    model.train()
    torch.manual_seed(0)  # of dropout: one that drops all leaves nothing to learn
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    frozen = {name for name, parameter in model.named_parameters() if not parameter.requires_grad}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(photo_pixels(model.config.image_size), labels=LABELS).loss.backward()
    optimizer.step()

    assert frozen
    assert not frozen & head_names(model)
    assert (len(frozen) == len(list(backbone_of(model).parameters()))) is (fraction == 1.0)
    for name, parameter in model.named_parameters():
        assert (parameter.grad is None) is (name in frozen), name
        assert name not in frozen or torch.equal(parameter, before[name]), name
    assert any(not torch.equal(parameter, before[name]) for name, parameter in model.named_parameters())


@every_network
def test_frozen_batch_norms_keep_their_statistics(network: str, photo_pixels: Pixels) -> None:
    model = build(network)
    pixel_values = photo_pixels(model.config.image_size)
    model.freeze_backbone(1.0)
    before = batch_norm_statistics(model)
    model.train()(pixel_values)
    assert all(torch.equal(before[name], value) for name, value in batch_norm_statistics(model).items())
    model.freeze_backbone(0.0)
    model.train()(pixel_values)
    assert all(not torch.equal(before[name], value) for name, value in batch_norm_statistics(model).items())


@every_network
def test_frozen_backbone_sees_no_dropout(network: str, photo_pixels: Pixels) -> None:
    model = build(network)
    pixel_values = photo_pixels(model.config.image_size)
    expected = backbone_of(model)(pixel_values)
    model.freeze_backbone(1.0)
    features = backbone_of(model.train())(pixel_values)
    if not isinstance(features, torch.Tensor):
        expected, features = expected.last_hidden_state, features.last_hidden_state
    assert torch.equal(features, expected)


@every_network
def test_pipeline_gives_the_models_own_probabilities(
    network: str, photo: Image.Image, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = build(network)
    model.config.temperature = 0.7
    processor = RealFakeImageProcessor(size=model.config.image_size)
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    scores = {answer["label"]: answer["score"] for answer in pipeline("image-classification", str(tmp_path))(photo)}
    with torch.no_grad():
        expected = model(**processor(photo, return_tensors="pt")).logits.softmax(dim=-1)[0]
    assert scores == pytest.approx({"real": expected[0].item(), "fake": expected[1].item()}, abs=1e-6)
    assert "not supported" not in caplog.text


@every_network
@pytest.mark.parametrize(
    ("shape", "complaint"),
    [
        ((3, 64, 64), r"\(B, 3, H, W\)"),
        ((1, 1, 2, 3, 64, 64), r"\(B, 3, H, W\)"),
        ((1, 1, 64, 64), "3 channels"),
        ((1, 2, 4, 64, 64), "3 channels"),
        ((1, 0, 3, 64, 64), "at least one crop"),
        ((1, 3, 3, 3), "This network takes"),
    ],
    ids=["one image", "six axes", "grey", "four channels", "no crop", "too small"],
)
def test_wrong_input_is_refused_in_one_sentence(network: str, shape: tuple[int, ...], complaint: str) -> None:
    model = build(network)
    with pytest.raises(ValueError, match=complaint) as caught:
        model(torch.zeros(shape))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("pooling", ["flatten", "gem"])
@every_family
def test_every_pooling_trains_and_comes_back(family: str, pooling: str, photo_pixels: Pixels, tmp_path: Path) -> None:
    model = build(family, pooling=pooling, head_hidden_sizes=(16,)).train()
    pixel_values = photo_pixels(64)
    model(pixel_values, labels=LABELS).loss.backward()
    assert all(parameter.grad.isfinite().all() for parameter in model.parameters() if parameter.grad is not None)
    assert all(parameter.grad is not None for name, parameter in model.named_parameters() if name in head_names(model))
    assert any(parameter.grad is not None and parameter.grad.any() for parameter in backbone_of(model).parameters())
    model.eval().save_pretrained(tmp_path)
    loaded = AutoModelForImageClassification.from_pretrained(tmp_path)
    assert torch.equal(loaded(pixel_values).logits, model(pixel_values).logits)


@pytest.mark.parametrize("pooling", ["gap", "gem"])
@every_family
def test_other_sizes_than_configured_work_without_flatten(family: str, pooling: str, photo_pixels: Pixels) -> None:
    model = build(family, pooling=pooling)
    wide = photo_pixels(96)[..., :70, :]
    assert model(wide).logits.isfinite().all()


@every_family
def test_flatten_refuses_other_sizes_than_configured(family: str, photo_pixels: Pixels) -> None:
    model = build(family, pooling="flatten")
    with pytest.raises(ValueError, match="takes 64 x 64 px, not 96 x 96"):
        model(photo_pixels(96))
