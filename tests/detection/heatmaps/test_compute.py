"""Heatmaps of networks whose evidence is known, and of ours on photographs."""

from __future__ import annotations

import sys
from threading import Thread

import numpy as np
import pytest
import torch
from models.battery import build
from PIL import Image
from transformers import ViTConfig, ViTForImageClassification

from realfake_hf.detection.heatmaps import heatmap_of, make_heatmap
from realfake_hf.detection.heatmaps.compute import predictor_heatmap
from realfake_hf.detection.heatmaps.evidence import crop_evidence
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.predictor import Predictor

from .planted import RedIsFake, planted, processor, red_and_green

MODES = [{"mode": "pad"}, {"mode": "resize-crop"}, {"num_crops": 1}, {"num_crops": 5}]


@pytest.mark.parametrize("size", [(128, 128), (200, 150), (40, 30), (150, 60)], ids=str)
@pytest.mark.parametrize("fields", MODES, ids=lambda fields: " ".join(map(str, fields.values())))
def test_red_speaks_for_fake_and_green_for_real_at_their_places(size, fields):
    image = red_and_green(*size, red_width=size[0] // 2)
    evidence = predictor_heatmap(planted(**fields), image).on_grid(*size)
    quarter = size[0] // 4
    left, right = evidence[:, :quarter], evidence[:, -quarter:]
    assert np.nanmax(evidence) == pytest.approx(200 / 255, abs=0.1)
    assert np.nanmin(evidence) == pytest.approx(-200 / 255, abs=0.1)
    assert not (left < 0).any()
    assert not (right > 0).any()


def test_another_thread_that_runs_the_network_changes_no_heatmap():
    image, other = red_and_green(128, 128, red_width=64), red_and_green(128, 128, red_width=0)
    predictor = planted(num_crops=1)
    alone = predictor_heatmap(predictor, image)
    pixels = predictor.prepare(other)[None]
    between = [Thread(target=predictor.logits, args=(pixels,))]

    def run_between(*_):
        if between:
            thread = between.pop()
            thread.start()
            thread.join()

    predictor.model.register_forward_hook(run_between)
    np.testing.assert_array_equal(predictor_heatmap(predictor, image).crops[0].values, alone.crops[0].values)
    assert not between


def test_places_are_those_of_the_upright_image():
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying on its side: the camera was turned
    stored = red_and_green(128, 96, red_width=64)
    stored.info["exif"] = exif.tobytes()
    stored.getexif()[0x0112] = 6
    heatmap = predictor_heatmap(planted(num_crops=4), stored)
    assert heatmap.image.size == (96, 128)
    evidence = heatmap.on_grid(96, 128)
    assert np.nanmean(evidence[:50]) > 0.3
    assert np.nanmean(evidence[-50:]) < -0.3


def test_grad_cam_of_a_linear_network_is_its_logit_place_by_place():
    heatmap = predictor_heatmap(planted(), red_and_green(64, 64, red_width=16))
    assert heatmap.method == "grad-cam"
    expected = np.full((8, 8), -200 / 255)
    expected[:, :2] = 200 / 255
    np.testing.assert_allclose(heatmap.crops[0].values, expected, atol=1e-6)


@pytest.mark.parametrize("network", ["realfake-net", "resnet", "efficientnet-lite0", "convnext"])
def test_mean_of_the_maps_is_the_logit_of_the_image(network, photo):
    model = build(network)
    model.config.temperature = 0.7
    predictor = Predictor.of(model, processor(num_crops=3), device="cpu")
    heatmap = predictor_heatmap(predictor, photo)
    assert len(heatmap.crops) == 3
    logit = predictor.logits(processor(num_crops=3)(photo, return_tensors="pt")["pixel_values"])[0]
    assert heatmap.logit == pytest.approx(logit, abs=1e-4)
    assert heatmap.crops[0].values.std() > 0


def test_whole_view_with_a_layer_of_its_own_has_the_map_of_that_and_its_share(photo):
    fields = processor(num_crops=2, whole_view=True)
    model = build("resnet", whole_view_layer=True, whole_view_share=0.8)
    predictor = Predictor.of(model, fields, device="cpu")
    heatmap = predictor_heatmap(predictor, photo)
    pixels = fields(photo, return_tensors="pt")["pixel_values"]
    assert heatmap.logit == pytest.approx(predictor.logits(pixels)[0], abs=1e-4)
    alone = predictor.logits(pixels[0])
    assert heatmap.crops[0].values.mean() == pytest.approx(alone[0], abs=1e-4)
    assert abs(heatmap.crops[1].values.mean() - alone[1]) > 1e-2
    assert [crop.share for crop in heatmap.crops] == pytest.approx([0.2, 0.8])


def test_patch_logits_are_shown_as_they_are(photo):
    model = build("realfake-net")
    pixels = processor()(photo, return_tensors="pt")["pixel_values"]
    with torch.no_grad():
        expected = model.patch_logits(pixels).diff(dim=1)[0, 0]
    heatmap = make_heatmap(model, processor(), photo)
    assert heatmap.method == "patch logits"
    np.testing.assert_allclose(heatmap.crops[0].values, expected, atol=1e-5)


def test_deviation_of_a_tapped_layer_is_shared_out_among_its_places(photo):
    layer = "encoder.stages.1.layers.0"
    model = build("resnet", statistics_layers=(layer,))
    with torch.no_grad():
        model.head.classifier.weight.zero_()
        model.head.classifier.weight[1, -8:] = 1.0  # the head reads this layer's deviations alone
    maps: list[torch.Tensor] = []
    model.backbone.get_submodule(layer).register_forward_hook(lambda *call: maps.append(call[2].detach()))
    heatmap = make_heatmap(model, processor(), photo)
    assert heatmap.method == "grad-cam and layer statistics"
    deviations = maps[0].flatten(2).std(dim=-1, correction=0)[0]
    shares = (maps[0] - maps[0].mean(dim=(-2, -1), keepdim=True)).square()[0]
    shares = shares / deviations.clamp(min=1e-3)[:, None, None]  # some channels are constant
    assert shares.sum(dim=0).mean().item() == pytest.approx(deviations.sum().item(), rel=1e-3)  # nothing is left over
    np.testing.assert_allclose(heatmap.crops[0].values, shares.sum(dim=0), rtol=1e-2, atol=1e-2)


def test_third_party_labels_may_be_the_other_way_round():
    model = RedIsFake({0: "artificial", 1: "human"})
    evidence = make_heatmap(model, processor(), red_and_green(64, 64, red_width=32)).on_grid(64, 64)
    assert evidence[:, :24].max() < 0
    named = RedIsFake({0: "LABEL_0", 1: "LABEL_1"})
    evidence = make_heatmap(named, processor(), red_and_green(64, 64, red_width=32), fake_label="LABEL_1")
    assert evidence.on_grid(64, 64)[:, :24].min() > 0


def test_transformers_have_no_heatmap(photo):
    sizes = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 8}
    config = ViTConfig(image_size=64, patch_size=16, id2label={0: "real", 1: "fake"}, **sizes)
    with pytest.raises(RealFakeError, match="ViTForImageClassification: it has no map"):
        make_heatmap(ViTForImageClassification(config).eval(), processor(), photo)


def test_first_install_makes_and_draws_heatmaps(photo, monkeypatch):
    for package in ("captum", "captum.attr", "matplotlib", "jinja2", "timm", "torchvision"):
        monkeypatch.setitem(sys.modules, package, None)
    heatmap = make_heatmap(build("resnet"), processor(), photo)
    assert heatmap.method == "grad-cam"
    assert heatmap.overlay().width >= photo.width


def test_frozen_network_has_the_same_heatmap(photo):
    model = build("resnet")
    trainable = make_heatmap(model, processor(), photo).crops[0].values
    frozen = make_heatmap(model.requires_grad_(False), processor(), photo).crops[0].values
    np.testing.assert_array_equal(frozen, trainable)


def test_places_of_a_grad_cam_average_to_the_logit(photo):
    model = build("resnet")
    pixels = processor()(photo, return_tensors="pt")["pixel_values"]
    values, method = crop_evidence(Predictor.of(model, processor(), name="m", device="cpu"), pixels)
    with torch.no_grad():
        logits = model(pixel_values=pixels).logits
    assert method == "grad-cam"
    np.testing.assert_allclose(values.mean(axis=(1, 2)), (logits[:, 1] - logits[:, 0]).numpy(), atol=1e-5)


def test_picture_for_the_contact_sheet_is_small(photo):
    assert max(heatmap_of(build("realfake-net"), processor())(photo).size) <= 360
