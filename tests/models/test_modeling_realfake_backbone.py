from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
import torch
from transformers import AutoModel, AutoModelForImageClassification

from realfake_hf.models.modeling_realfake_backbone import RealFakeGeMPooling
from realfake_hf.weights import embedded_model_path

from .battery import FAMILIES, backbone_of, build, tiny_config

Pixels = Callable[..., torch.Tensor]


@pytest.mark.parametrize("family", FAMILIES)
def test_fresh_backbone_passes_signal_on(family: str, photo_pixels: Pixels) -> None:
    # Transformers' own EfficientNet starts with batch norms of weight about 0.02: 1e-28 comes out at its end.
    features = build(family).train().features(photo_pixels(64))
    assert features.std() > 0.01


@pytest.mark.parametrize("family", FAMILIES)
def test_running_statistics_are_those_of_many_batches(family: str) -> None:
    # Transformers' EfficientNet and MobileNets take Keras' 0.99 for torch's momentum: the last batch alone counts.
    momenta = [getattr(module, "momentum", None) for module in build(family).modules()]
    assert all(momentum <= 0.1 for momentum in momenta if momentum is not None)


def test_weights_of_a_bare_backbone_load_under_our_head(tmp_path: Path) -> None:
    config = tiny_config("convnextv2", head_hidden_sizes=(4,))
    torch.manual_seed(3)
    backbone = AutoModel.from_config(config.backbone_config)
    backbone.save_pretrained(tmp_path)
    loaded = type(build("convnextv2")).from_pretrained(tmp_path, config=config)
    for name, tensor in backbone.state_dict().items():
        assert torch.equal(loaded.backbone.state_dict()[name], tensor)
    # He initialisation of what the checkpoint lacks, not memory's leftovers.
    assert loaded.head.dense[1].weight.std().item() == pytest.approx((2 / 16) ** 0.5, rel=0.4)
    assert not loaded.head.classifier.bias.any()


def test_gem_exponent_that_a_checkpoint_lacks_starts_at_three(tmp_path: Path) -> None:
    build("resnet").save_pretrained(tmp_path)
    loaded = AutoModelForImageClassification.from_pretrained(tmp_path, pooling="gem")
    assert loaded.pooling.exponent.tolist() == [3.0]


def test_gem_lies_between_mean_and_maximum() -> None:
    feature_map = torch.rand(2, 5, 4, 4, generator=torch.Generator().manual_seed(0))
    pooled = RealFakeGeMPooling()(feature_map)
    assert pooled.shape == (2, 5)
    assert (pooled > feature_map.mean(dim=(-2, -1))).all()
    assert (pooled < feature_map.amax(dim=(-2, -1))).all()
    torch.testing.assert_close(RealFakeGeMPooling(exponent=1.0)(feature_map), feature_map.mean(dim=(-2, -1)))


def test_gem_of_large_half_precision_maps_is_finite() -> None:
    assert RealFakeGeMPooling()(torch.full((1, 1, 2, 2), 1000.0, dtype=torch.float16)).item() == 1000.0


def test_gap_of_convnext_goes_through_its_pretrained_norm(photo_pixels: Pixels) -> None:
    model = build("convnext")
    pixel_values = photo_pixels(64)
    features = model.features(pixel_values)
    last_map = backbone_of(model)(pixel_values).last_hidden_state
    torch.testing.assert_close(features, backbone_of(model).layernorm(last_map.mean(dim=(-2, -1))))


def test_flattened_features_are_the_whole_last_map(photo_pixels: Pixels) -> None:
    model = build("dinov3_convnext", pooling="flatten", image_size=96)
    pixel_values = photo_pixels(96)
    features = model.features(pixel_values).reshape(2, 16, 3, 3)
    tokens = backbone_of(model)(pixel_values).last_hidden_state[:, 1:]
    torch.testing.assert_close(features[:, :, 1, 2], tokens[:, 1 * 3 + 2])


def test_dropped_squeeze_excite_leaves_no_parameters() -> None:
    names = [name for name, _ in build("efficientnet-lite0").named_parameters()]
    assert not [name for name in names if "squeeze" in name]
    assert [name for name, _ in build("efficientnet").named_parameters() if "squeeze" in name]


def test_tapped_layers_add_their_means_and_deviations(photo_pixels: Pixels) -> None:
    layer = "encoder.stages.1.layers.0"
    model = build("resnet", statistics_layers=(layer,))
    pixel_values = photo_pixels(64)
    maps: list[torch.Tensor] = []
    backbone_of(model).get_submodule(layer).register_forward_hook(lambda *call: maps.append(call[2]))
    features = model.features(pixel_values)
    expected = torch.cat([maps[0].mean(dim=(-2, -1)), maps[0].flatten(2).std(dim=-1, correction=0)], dim=1)
    assert features.shape == (2, 16 + 2 * 8)
    torch.testing.assert_close(features[:, 16:], expected, atol=1e-3, rtol=1e-3)


def test_threads_that_run_one_network_do_not_take_each_others_statistics(photo_pixels: Pixels) -> None:
    model = build("resnet", statistics_layers=("encoder.stages.1.layers.0",)).eval()
    mine, others = photo_pixels(64), photo_pixels(64).flip(-1) / 2
    alone = model.features(mine)
    between: list[Thread] = [Thread(target=model.features, args=(others,))]

    def run_between(*_: object) -> None:
        if between:
            thread = between.pop()
            thread.start()
            thread.join()

    backbone_of(model).register_forward_hook(run_between)
    torch.testing.assert_close(model.features(mine), alone, atol=0, rtol=0)
    assert not between


def test_statistics_pass_between_what_is_compiled_and_what_is_not(photo_pixels: Pixels) -> None:
    # Of a network of so many blocks torch.compile gives up some and compiles others.
    model = AutoModelForImageClassification.from_pretrained(embedded_model_path()).float().eval()
    pixel_values = photo_pixels(64)
    with torch.no_grad():
        logits = torch.compile(model, backend="eager")(pixel_values=pixel_values).logits
        torch.testing.assert_close(logits, model(pixel_values=pixel_values).logits)


@pytest.mark.parametrize("layer", ["encoder.stages.9", "encoder.stages.1.layers.0.missing"])
def test_layer_that_the_backbone_lacks_is_named(layer: str) -> None:
    with pytest.raises(ValueError, match=f"statistics_layers: this backbone has no layer '{layer}'"):
        build("resnet", statistics_layers=(layer,))


def test_layer_that_gives_no_map_is_named() -> None:
    with pytest.raises(ValueError, match="statistics_layers: 'encoder' gives no map"):
        build("resnet", statistics_layers=("encoder",))


def test_standardized_features_are_those_that_the_buffers_say(photo_pixels: Pixels) -> None:
    model = build("resnet", standardize_features=True)
    pixel_values = photo_pixels(64)
    features = model.features(pixel_values)
    plain = model(pixel_values).logits
    model.head.standardization.mean.fill_(0.5)
    model.head.standardization.deviation.fill_(2.0)
    expected = model.head.classifier((features - 0.5) / 2.0)
    torch.testing.assert_close(model(pixel_values).logits, expected)
    assert not torch.equal(expected, plain)


def test_standardization_that_a_checkpoint_lacks_is_the_identity(tmp_path: Path) -> None:
    build("resnet").save_pretrained(tmp_path)
    loaded = AutoModelForImageClassification.from_pretrained(tmp_path, standardize_features=True)
    assert not loaded.head.standardization.mean.any()
    assert (loaded.head.standardization.deviation == 1).all()


def test_batch_norms_can_be_frozen_alone(photo_pixels: Pixels) -> None:
    model = build("resnet")
    model.freeze_backbone(0.0, batch_norm=True)
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    model.train()(photo_pixels(64))
    assert all(torch.equal(buffer, before[name]) for name, buffer in model.named_buffers())
    assert all(parameter.requires_grad for parameter in model.parameters())


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_frozen_fraction_outside_zero_to_one_is_refused(fraction: float) -> None:
    with pytest.raises(ValueError, match="must be in \\[0, 1\\]"):
        build("resnet").freeze_backbone(fraction)


def test_partly_frozen_parent_does_not_freeze_its_children(photo_pixels: Pixels) -> None:
    # A ConvNeXt layer owns its layer scale: frozen itself, its trainable children must stay in training mode.
    model = build("convnext")
    for fraction in (0.2, 0.4, 0.6, 0.8):
        model.freeze_backbone(fraction)
        model.train()
        for name, module in backbone_of(model).named_modules():
            trainable = any(parameter.requires_grad for parameter in module.parameters())
            assert module.training or not trainable, (fraction, name)


class TestWholeViewLayer:
    """The last of several crops is judged by a layer of its own."""

    def test_the_last_of_several_is_judged_by_it_whatever_stands_behind(self, photo_pixels: Pixels) -> None:
        model = build("resnet", whole_view_layer=True, temperature=2.0)
        crop, whole = photo_pixels(64)[:1], photo_pixels(64)[1:2]
        features = [model.features(one) for one in (crop, whole)]
        of_crop = model.head.classifier(features[0]) / 2.0
        of_whole = model.head.whole_view_classifier(features[1]) / 2.0
        torch.testing.assert_close(model(crop).logits, of_crop)
        torch.testing.assert_close(model(crop[:, None]).logits, of_crop)
        both = torch.cat([crop, whole])
        mean = (of_crop + of_whole) / 2
        torch.testing.assert_close(model(both[None]).logits, mean)
        torch.testing.assert_close(model.crop_logits(both), torch.cat([of_crop, of_whole]))
        padded = torch.zeros(2, 4, *crop.shape[1:])
        padded[0, :2], padded[1, :1] = both, crop
        torch.testing.assert_close(model(padded).logits, torch.cat([mean, of_crop]))

    def test_without_it_all_crops_are_judged_alike(self, photo_pixels: Pixels) -> None:
        model = build("resnet")
        assert not any("whole_view" in name for name in model.state_dict())
        pixel_values = photo_pixels(64)
        torch.testing.assert_close(model.crop_logits(pixel_values), model(pixel_values).logits)

    @pytest.mark.parametrize("layer", [True, False])
    def test_the_whole_has_the_share_of_the_config_and_the_crops_the_rest(
        self, layer: bool, photo_pixels: Pixels
    ) -> None:
        model = build("resnet", whole_view_layer=layer, whole_view_share=0.75)
        crops = torch.cat([photo_pixels(64), photo_pixels(64).flip(-1)])[:4]
        features = model.features(crops)
        of_crops = model.head.classifier(features)
        of_whole = (model.head.whole_view_classifier if layer else model.head.classifier)(features)
        three = 0.25 * of_crops[:2].mean(dim=0) + 0.75 * of_whole[2]
        two = 0.25 * of_crops[2] + 0.75 * of_whole[3]
        padded = torch.zeros(3, 4, *crops.shape[1:])
        padded[0, :3], padded[1, :2], padded[2, :1] = crops[:3], crops[2:], crops[:1]
        torch.testing.assert_close(model(padded).logits, torch.stack([three, two, of_crops[0]]))
        torch.testing.assert_close(model(crops[None, :3]).logits, three[None])
        shares = torch.tensor(model.crop_shares(3))
        torch.testing.assert_close(shares, torch.tensor([0.125, 0.125, 0.75]))
        torch.testing.assert_close(shares @ model.crop_logits(crops[:3]), three)
        assert model.crop_shares(1) == [1.0]
        torch.testing.assert_close(model(crops).logits, of_crops)
