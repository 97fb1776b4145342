"""A model is found, safe to load and complete, or one sentence says what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import load_model, model_folder, model_name
from realfake_hf.weights import embedded_model_path


@pytest.fixture
def copied(tiny_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model, tmp_path / "copied"))


def refused(model: str | Path) -> str:
    with pytest.raises(RealFakeError) as caught:
        load_model(model)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_folder_and_run_folder(tiny_model, tmp_path):
    shutil.copytree(tiny_model, tmp_path / "run" / "model")
    assert model_folder(tiny_model) == tiny_model
    assert load_model(tmp_path / "run").folder == tmp_path / "run" / "model"


def test_the_default_is_called_by_its_own_name_in_results():
    assert model_name("default") == embedded_model_path().name
    assert [model_name("realfake-net"), model_name(Path("runs/net"))] == ["realfake-net", "runs/net"]


def test_model_is_in_evaluation_mode_and_loading_prints_nothing(tiny_model, capfd):
    loaded = load_model(tiny_model)
    assert not loaded.model.training
    assert capfd.readouterr() == ("", "")


def test_folder_without_a_model(tmp_path):
    assert "holds no model" in refused(tmp_path)


def test_file_instead_of_its_folder(tiny_model):
    assert "is a file" in refused(tiny_model / "model.safetensors")


def test_name_that_no_hub_can_have():
    assert "no model no such name" in refused("no such name")


def test_hub_id_without_network():
    assert "the Hub cannot be reached" in refused("somebody/some-model")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(copied, value):
    weights = load_file(copied / "model.safetensors")
    name = next(name for name, tensor in weights.items() if tensor.is_floating_point())
    weights[name].flatten()[0] = value
    save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    assert f"hold values that are no finite numbers ({name}): its training went wrong" in refused(copied)


def test_no_pickle_of_a_folder_is_run(copied, tmp_path):
    import pickle

    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "run"), "w"))

    (copied / "model.safetensors").unlink()
    for name in ("pytorch_model.bin", "model.pt", "training_args.bin"):
        (copied / name).write_bytes(pickle.dumps(Bomb()))
    assert "pickled weights are not loaded, convert it to safetensors" in refused(copied)
    assert not (tmp_path / "run").exists()


def test_pickled_weights_are_not_loaded(copied):
    torch.save(load_file(copied / "model.safetensors"), copied / "pytorch_model.bin")
    (copied / "model.safetensors").unlink()
    assert "has no model.safetensors" in refused(copied)


def test_damaged_weights(copied):
    content = (copied / "model.safetensors").read_bytes()
    (copied / "model.safetensors").write_bytes(content[: len(content) // 2])
    assert "cannot be loaded" in refused(copied)


def test_missing_weights_are_not_replaced_by_random_ones(copied):
    weights = load_file(copied / "model.safetensors")
    weights.pop("head.classifier.weight")
    save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    assert "do not fit its config" in refused(copied)


def test_missing_processor(copied):
    (copied / "preprocessor_config.json").unlink()
    assert "no image processor" in refused(copied)


def test_model_that_is_no_image_classifier(tmp_path):
    from transformers import BertConfig, BertModel

    BertModel(
        BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, vocab_size=8)
    ).save_pretrained(tmp_path)
    assert str(tmp_path) in refused(tmp_path)


def test_foreign_code_is_not_run_unasked(tmp_path, copied):
    (copied / "config.json").write_text(
        '{"model_type": "stranger", "auto_map": {"AutoConfig": "evil.Config", '
        '"AutoModelForImageClassification": "evil.Model"}}'
    )
    (copied / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    assert "allow it with `trust_remote_code`" in refused(copied)
    assert not (tmp_path / "ran").exists()
