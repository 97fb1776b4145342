"""`realfake align`: the options reach the work, and its outcome the user."""

from __future__ import annotations

import json

import pytest
import torch

from realfake_hf.data.aligning.taef2 import TAEF2

from .conftest import one_sentence


@pytest.fixture
def vae(tmp_path):
    """A small autoencoder's folder."""
    TAEF2(width=8, latent_channels=4).save_pretrained(tmp_path / "vae")
    return tmp_path / "vae"


def test_pairs_of_the_size_asked_for(invoke, photo_paths, vae, tmp_path):
    options = ("--vae", vae, "--tile", 64, "--tiles", 2, "--workers", 1, "--json")
    result = invoke("align", photo_paths[0].parent, tmp_path / "aligned", *options)
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert (summary["photos"], summary["pairs"], summary["vae"]) == (6, 12, "taef2")
    assert len(list((tmp_path / "aligned").rglob("*.jpg"))) == 24


def test_unreadable_photograph_is_named_and_exits_with_1(invoke, photo_paths, vae, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "good.jpg").write_bytes(photo_paths[0].read_bytes())
    (photos / "empty.jpg").touch()
    result = invoke("align", photos, tmp_path / "aligned", "--vae", vae, "--tile", 64, "--workers", 1)
    assert result.exit_code == 1
    assert "empty.jpg" in result.stderr
    assert "1 pairs of 2 photographs" in result.stdout


def test_autoencoder_must_be_named(invoke, tmp_path):
    result = invoke("align", tmp_path, tmp_path / "aligned")
    assert result.exit_code == 2
    assert "name the autoencoder" in result.stderr


def test_autoencoder_that_is_none(invoke, photo_paths, tmp_path):
    (tmp_path / "vae").mkdir()
    result = invoke("align", photo_paths[0].parent, tmp_path / "aligned", "--vae", tmp_path / "vae")
    assert result.exit_code == 2
    assert "holds no autoencoder" in one_sentence(result.stderr)


def test_published_taef2_weights_are_converted_once(invoke, tmp_path):
    model = TAEF2().half()
    for part in ("encoder", "decoder"):
        torch.save(getattr(model, part).state_dict(), tmp_path / f"taef2_{part}.pth")
    result = invoke("align", "--convert-taef2", tmp_path, tmp_path / "taef2")
    assert result.exit_code == 0
    assert f"use it with --vae {tmp_path / 'taef2'}" in result.stdout
    assert "exists already" in one_sentence(invoke("align", "--convert-taef2", tmp_path, tmp_path / "taef2").stderr)
