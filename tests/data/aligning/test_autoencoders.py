"""Three autoencoders behind one interface; what cannot be loaded is said in one sentence."""

from __future__ import annotations

import json
import shutil
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from realfake_hf.data.aligning.autoencoders import WEIGHTS_FILE, load_autoencoder
from realfake_hf.errors import RealFakeError


@pytest.fixture
def pixels(photo):
    """Two tiles of a photograph, (2, 32, 40, 3) uint8."""
    return np.stack([np.asarray(photo.crop((left, 64, left + 40, 96))) for left in (64, 128)])


@pytest.mark.parametrize("name", ["TAEF2", "AutoencoderTiny", "AutoencoderKL"])
class TestEveryAutoencoder:
    @pytest.fixture
    def folder(self, name, taef2_folder, diffusers_folders):
        return {"TAEF2": taef2_folder, **diffusers_folders}[name]

    def test_reconstruction_has_the_shape_of_the_images(self, folder, pixels):
        result = load_autoencoder(folder).reconstruct(pixels)
        assert result.shape == pixels.shape
        assert result.dtype == np.uint8

    def test_sides_that_are_no_multiples_are_kept(self, folder, pixels):
        assert load_autoencoder(folder).reconstruct(pixels[:, :29, :37]).shape == (2, 29, 37, 3)

    def test_same_image_gives_the_same_result_alone_and_in_a_batch(self, folder, pixels):
        autoencoder = load_autoencoder(folder, precision="float32")
        alone = autoencoder.reconstruct(pixels[1:]).astype(int)
        assert np.abs(autoencoder.reconstruct(pixels)[1:] - alone).max() <= 1

    def test_bfloat16_is_close_to_float32(self, folder, pixels):
        exact, quick = (
            load_autoencoder(folder, precision=name).reconstruct(pixels) for name in ("float32", "bfloat16")
        )
        assert np.abs(exact.astype(int) - quick).mean() < 2

    def test_is_named_after_its_folder(self, folder, name):
        assert load_autoencoder(folder).name == folder.name

    def test_is_found_inside_a_pipeline(self, folder, name, tmp_path):
        shutil.copytree(folder, tmp_path / "my model" / "vae")
        autoencoder = load_autoencoder(tmp_path / "my model")
        assert autoencoder.sha256 == load_autoencoder(folder).sha256
        assert autoencoder.name == ("taef2" if name == "TAEF2" else "my-model")


def test_diffusers_networks_get_the_range_they_were_trained_with(diffusers_folders, pixels):
    from diffusers import AutoencoderTiny

    folder = diffusers_folders["AutoencoderTiny"]
    model = AutoencoderTiny.from_pretrained(folder)
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.inference_mode():
        expected = (model.decode(model.encode(images).latents).sample.clamp(-1, 1) + 1) * 127.5
    result = load_autoencoder(folder, precision="float32").reconstruct(pixels).astype(float)
    assert np.abs(result - expected.permute(0, 2, 3, 1).numpy()).max() <= 0.51


class TestRefusals:
    def test_pickled_taef2_weights_are_answered_with_the_command_that_converts_them(self, tmp_path):
        (tmp_path / "taef2_encoder.pth").write_bytes(b"pickle")
        with pytest.raises(RealFakeError, match="realfake align --convert-taef2"):
            load_autoencoder(tmp_path)

    def test_pickled_weights_are_not_loaded(self, diffusers_folders, tmp_path):
        shutil.copy(diffusers_folders["AutoencoderKL"] / "config.json", tmp_path)
        (tmp_path / "diffusion_pytorch_model.bin").write_bytes(b"pickle")
        with pytest.raises(RealFakeError, match="pickled weights are not loaded"):
            load_autoencoder(tmp_path)

    def test_other_classes_are_named_with_the_known_ones(self, tmp_path):
        (tmp_path / "config.json").write_text(json.dumps({"_class_name": "VQModel"}))
        with pytest.raises(
            RealFakeError, match="is VQModel: give one of the classes AutoencoderKL, AutoencoderTiny or"
        ):
            load_autoencoder(tmp_path)

    def test_damaged_config(self, tmp_path):
        (tmp_path / "config.json").write_text("{")
        with pytest.raises(RealFakeError, match=r"config\.json is no valid JSON"):
            load_autoencoder(tmp_path)

    def test_folder_without_a_model(self, tmp_path):
        with pytest.raises(RealFakeError, match="holds no autoencoder"):
            load_autoencoder(tmp_path)

    def test_name_that_is_neither_here_nor_on_the_hub(self):
        with pytest.raises(RealFakeError, match="There is no autoencoder nobody/nothing: no such folder, and the Hub"):
            load_autoencoder("nobody/nothing")

    def test_weights_that_do_not_fit(self, diffusers_folders, tmp_path):
        shutil.copytree(diffusers_folders["AutoencoderKL"], tmp_path / "kl")
        (tmp_path / "kl" / "diffusion_pytorch_model.safetensors").write_bytes(b"no tensors")
        with pytest.raises(RealFakeError, match="cannot be loaded as AutoencoderKL"):
            load_autoencoder(tmp_path / "kl")

    def test_weights_that_are_no_numbers(self, taef2_folder, tmp_path):
        spoilt = tmp_path / "spoilt"
        shutil.copytree(taef2_folder, spoilt)
        weights = load_file(spoilt / WEIGHTS_FILE)
        name = next(iter(weights))
        weights[name][:] = float("nan")
        save_file(weights, spoilt / WEIGHTS_FILE)
        with pytest.raises(RealFakeError, match=r"weights hold values that are no finite numbers \(.*fresh copy of it"):
            load_autoencoder(spoilt)

    def test_diffusers_missing_is_answered_with_the_extra(self, diffusers_folders, monkeypatch):
        monkeypatch.setitem(sys.modules, "diffusers", None)
        with pytest.raises(RealFakeError, match=r"pip install 'realfake-hf\[align\]'"):
            load_autoencoder(diffusers_folders["AutoencoderKL"])

    def test_unknown_device_and_precision(self, taef2_folder):
        with pytest.raises(RealFakeError, match="The device nonsense cannot be used"):
            load_autoencoder(taef2_folder, device="nonsense")
        with pytest.raises(RealFakeError, match="precision is 'half': give auto, float32 or bfloat16"):
            load_autoencoder(taef2_folder, precision="half")
