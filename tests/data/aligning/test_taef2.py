"""TAEF2: the published layout, conversion, and loading without pickles."""

from __future__ import annotations

import pytest
import torch

from realfake_hf.data.aligning.taef2 import TAEF2, WEIGHTS_FILE, Clamp, convert_taef2
from realfake_hf.errors import RealFakeError


@pytest.fixture
def published(tmp_path):
    """A folder with the two pickled half-precision state dicts, as they are published."""
    model = TAEF2().half()
    folder = tmp_path / "published"
    folder.mkdir()
    for part in ("encoder", "decoder"):
        torch.save(getattr(model, part).state_dict(), folder / f"taef2_{part}.pth")
    return folder, model


class TestNetwork:
    def test_modules_are_numbered_and_shaped_as_published(self):
        shapes = {name: tuple(tensor.shape) for name, tensor in TAEF2().state_dict().items()}
        assert shapes["encoder.0.weight"] == (64, 3, 3, 3)
        assert shapes["encoder.14.weight"] == (32, 64, 3, 3)
        assert shapes["decoder.1.weight"] == (64, 32, 3, 3)
        assert shapes["decoder.19.bias"] == (3,)
        assert shapes["encoder.11.pool.0.weight"] == (256, 64, 1, 1)
        pooled = {name.split(".pool")[0] for name in shapes if ".pool." in name}
        assert pooled == {f"encoder.{n}" for n in (11, 12, 13)} | {f"decoder.{n}" for n in (3, 4, 5)}
        halvings = [name for name in shapes if name.endswith("weight") and name.replace("weight", "bias") not in shapes]
        assert [name for name in halvings if "pool" not in name] == [
            *(f"encoder.{n}.weight" for n in (2, 6, 10)),
            *(f"decoder.{n}.weight" for n in (7, 12, 17)),
        ]

    def test_latent_is_eight_times_smaller(self):
        model = TAEF2(width=8, latent_channels=4)
        images = torch.rand(2, 3, 32, 48)
        with torch.inference_mode():
            assert model.encoder(images).shape == (2, 4, 4, 6)
            assert model(images).shape == images.shape

    def test_latents_are_limited_softly_to_three(self):
        limited = Clamp()(torch.tensor([-100.0, 0.01, 100.0]))
        torch.testing.assert_close(limited, torch.tensor([-3.0, 0.01, 3.0]), atol=1e-5, rtol=0)


class TestSaving:
    def test_round_trip_keeps_every_bit(self, tmp_path):
        model = TAEF2(width=8, latent_channels=4)
        model.save_pretrained(tmp_path)
        loaded = TAEF2.from_pretrained(tmp_path)
        assert loaded.config == model.config
        for name, tensor in model.state_dict().items():
            assert torch.equal(loaded.state_dict()[name], tensor), name

    def test_damaged_weights_are_one_sentence(self, tmp_path):
        TAEF2(width=8, latent_channels=4).save_pretrained(tmp_path)
        (tmp_path / WEIGHTS_FILE).write_bytes(b"no tensors")
        with pytest.raises(RealFakeError, match="holds no TAEF2 weights that can be loaded"):
            TAEF2.from_pretrained(tmp_path)


class TestConversion:
    def test_published_weights_become_safetensors(self, published, tmp_path):
        source, model = published
        loaded = TAEF2.from_pretrained(convert_taef2(source, tmp_path / "taef2"))
        assert sorted(file.name for file in (tmp_path / "taef2").iterdir()) == ["config.json", WEIGHTS_FILE]
        for name, tensor in model.state_dict().items():
            assert torch.equal(loaded.state_dict()[name], tensor.float()), name

    def test_nothing_is_overwritten(self, published, tmp_path):
        convert_taef2(published[0], tmp_path / "taef2")
        with pytest.raises(RealFakeError, match="exists already: give another folder"):
            convert_taef2(published[0], tmp_path / "taef2")

    def test_missing_file_is_named(self, published, tmp_path):
        (published[0] / "taef2_decoder.pth").unlink()
        with pytest.raises(RealFakeError, match=r"taef2_decoder\.pth does not exist"):
            convert_taef2(published[0], tmp_path / "taef2")

    def test_weights_of_another_network_are_refused(self, published, tmp_path):
        source, model = published
        torch.save(model.encoder.state_dict(), source / "taef2_decoder.pth")
        with pytest.raises(RealFakeError, match=r"taef2_decoder\.pth does not hold TAEF2's decoder"):
            convert_taef2(source, tmp_path / "taef2")
        assert not (tmp_path / "taef2").exists()
