"""`realfake compare`: several models on the same images in one run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from realfake_hf.evaluation import prepared_images
from realfake_hf.records.predictions import Predictions

from .conftest import one_sentence

OPTIONS = ("--tiers", "clean", "--workers", 0, "--no-page")


@pytest.fixture
def second_model(tmp_path: Path) -> Path:
    """A ResNet that calls its labels LABEL_0 and LABEL_1."""
    import torch
    from transformers import ResNetConfig, ResNetForImageClassification

    from realfake_hf import RealFakeImageProcessor

    torch.manual_seed(1)
    config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 8], depths=[1, 1])
    ResNetForImageClassification(config).save_pretrained(tmp_path / "second")
    RealFakeImageProcessor(size=64).save_pretrained(tmp_path / "second")
    return tmp_path / "second"


def test_judges_all_models_in_one_pass_and_tests_every_pair(
    invoke, make_imagefolder, tiny_model, second_model, tmp_path, monkeypatch
):
    opened = []
    original = prepared_images.open_stored
    monkeypatch.setattr(prepared_images, "open_stored", lambda *a, **k: opened.append(1) or original(*a, **k))
    out = tmp_path / "out"
    arguments = ("-m", tiny_model, "-m", second_model, "--fake-label", f"{second_model}=LABEL_1", "-o", out)
    result = invoke("compare", make_imagefolder({"val": 4}), *arguments, *OPTIONS[:-1], "--sweep", "noise", "--json")
    assert result.exit_code == 0, result.output
    assert len(opened) == 8
    found = json.loads((out / "comparison.json").read_text())
    assert json.loads(result.stdout) == found
    assert [own["model"] for own in found["results"]] == [str(tiny_model), str(second_model)]
    (pair,) = found["pairs"]
    assert (pair["first"], pair["second"], pair["tier"], pair["n"]) == (str(tiny_model), str(second_model), "clean", 8)
    assert 0 <= pair["mcnemar_p"] <= pair["mcnemar_p_holm"] <= 1
    assert len(Predictions.read(out / "predictions.parquet")) == 16
    assert len(json.loads((out / "robustness.json").read_text())["points"]) == 2 * 6
    assert {path.stem for path in (out / "figures").iterdir()} == {
        "tiers", "roc-clean", "precision-recall-clean", "robustness",
    }  # fmt: skip
    assert "Pair by pair" in (out / "page.html").read_text()


def test_table_names_models_and_pairs(invoke, make_imagefolder, tiny_model, second_model, tmp_path):
    told = ("--fake-label", f"{second_model}=LABEL_0")
    arguments = ("-m", tiny_model, "-m", second_model, *told, "-o", tmp_path / "out", *OPTIONS)
    data = make_imagefolder({"val": 2})
    broken = next((data / "val" / "real").rglob("*.jpg"))
    broken.write_bytes(b"")
    result = invoke("compare", data, *arguments)
    assert result.exit_code == 1
    assert str(broken) in result.stderr
    assert f"clean: {tiny_model} against {second_model}" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-m", "one"), "at least two models"),
        (("-m", "one", "-m", "one"), "one is named twice"),
        (("-m", "one", "-m", "two", "--fake-label", "three=ai"), "none of one, two"),
    ],
)
def test_wrong_models_are_refused(invoke, tmp_path, arguments, message):
    result = invoke("compare", tmp_path, *arguments, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert message in one_sentence(result.stderr)


def test_fake_label_must_say_of_which_model(invoke, tmp_path):
    result = invoke("compare", tmp_path, "-m", "a", "-m", "b", "--fake-label", "LABEL_1", "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "give MODEL=LABEL" in result.stderr
