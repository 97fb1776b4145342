"""A vision encoder as a teacher: any family, its own pixels, one identity for one set of weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realfake_hf.errors import WeightsError
from realfake_hf.training.vision_encoder import CLIP_MEAN, load_vision_encoder

SIDE = 32
SMALL = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}


def write_clip(folder: Path, seed: int = 0) -> Path:
    """A CLIP image tower of two layers with random weights, without a processor."""
    import torch
    from transformers import CLIPVisionConfig, CLIPVisionModel

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        CLIPVisionModel(CLIPVisionConfig(**SMALL, image_size=24, patch_size=8)).save_pretrained(folder)
    return folder


def write_siglip(folder: Path) -> Path:
    from transformers import SiglipConfig, SiglipModel

    text = {**SMALL, "vocab_size": 50, "max_position_embeddings": 8}
    SiglipModel(
        SiglipConfig(text_config=text, vision_config={**SMALL, "image_size": 24, "patch_size": 8})
    ).save_pretrained(folder)
    return folder


def write_dinov2(folder: Path) -> Path:
    from transformers import BitImageProcessorPil, Dinov2Config, Dinov2Model

    Dinov2Model(
        Dinov2Config(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=24, patch_size=8)
    ).save_pretrained(folder)
    BitImageProcessorPil(image_mean=[0.5, 0.4, 0.3], image_std=[0.2, 0.2, 0.2]).save_pretrained(folder)
    return folder


def write_dinov3_convnext(folder: Path) -> Path:
    from transformers import DINOv3ConvNextConfig, DINOv3ConvNextModel

    DINOv3ConvNextModel(DINOv3ConvNextConfig(hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1])).save_pretrained(folder)
    return folder


@pytest.mark.parametrize("write", [write_clip, write_siglip, write_dinov2, write_dinov3_convnext])
def test_every_family_gives_one_vector_an_image(write, tmp_path: Path, photo: Image.Image) -> None:
    encoder = load_vision_encoder(str(write(tmp_path)), SIDE)
    views = [encoder.view(photo), encoder.view(photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT))]
    features = encoder.encode(views)
    assert features.shape == (2, 16)
    assert np.isfinite(features).all()
    assert not np.allclose(features[0], features[1])


def test_features_are_those_of_the_encoder_itself(tmp_path: Path, photo: Image.Image) -> None:
    import torch
    from transformers import CLIPVisionModel

    encoder = load_vision_encoder(str(write_clip(tmp_path)), 24)
    view = encoder.view(photo)
    pixels = (np.asarray(view) / 255 - CLIP_MEAN) / encoder.std
    with torch.inference_mode():
        own = CLIPVisionModel.from_pretrained(tmp_path)(torch.tensor(pixels).permute(2, 0, 1)[None].float())
    np.testing.assert_allclose(encoder.encode([view])[0], own.pooler_output[0].numpy(), atol=1e-5)


def test_processor_of_the_encoder_says_its_normalisation(tmp_path: Path) -> None:
    assert load_vision_encoder(str(write_dinov2(tmp_path)), SIDE).mean == (0.5, 0.4, 0.3)


def test_identity_follows_from_the_weights_and_the_size(tmp_path: Path) -> None:
    first = load_vision_encoder(str(write_clip(tmp_path / "a")), SIDE).identity
    assert load_vision_encoder(str(write_clip(tmp_path / "again")), SIDE).identity == first
    assert load_vision_encoder(str(write_clip(tmp_path / "b", seed=1)), SIDE).identity != first
    assert load_vision_encoder(str(tmp_path / "a"), 24).identity != first


def test_view_is_the_centre_as_it_is(tmp_path: Path, photo: Image.Image) -> None:
    view = load_vision_encoder(str(write_clip(tmp_path)), SIDE).view(photo)
    left, top = (photo.width - SIDE) // 2, (photo.height - SIDE) // 2
    np.testing.assert_array_equal(np.asarray(view), np.asarray(photo)[top : top + SIDE, left : left + SIDE])


@pytest.mark.parametrize("size", [(7, 50), (1, 1), (31, 32)])
def test_small_image_is_enlarged_not_padded(size: tuple[int, int], tmp_path: Path) -> None:
    view = load_vision_encoder(str(write_clip(tmp_path)), SIDE).view(Image.new("RGB", size, (9, 200, 77)))
    assert view.size == (SIDE, SIDE)
    assert view.getcolors() == [(SIDE * SIDE, (9, 200, 77))]


def test_missing_encoder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"^The teaching encoder .*no-such-encoder cannot be loaded \(.*\)\.$"):
        load_vision_encoder(str(tmp_path / "no-such-encoder"), SIDE)


def test_pickled_encoder_is_not_loaded(tmp_path: Path) -> None:
    import torch

    write_clip(tmp_path)
    (tmp_path / "model.safetensors").unlink()

    class Bomb:
        def __reduce__(self) -> tuple:
            return (open, (str(tmp_path / "run"), "w"))

    torch.save({"bomb": Bomb()}, tmp_path / "pytorch_model.bin")
    with pytest.raises(WeightsError, match="cannot be loaded"):
        load_vision_encoder(str(tmp_path), SIDE)
    assert not (tmp_path / "run").exists()
