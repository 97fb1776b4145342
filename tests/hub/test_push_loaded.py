"""`model.push_to_hub` and `Trainer.push_to_hub` leave what `realfake push` leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hub_server import HubServer
from transformers import AutoModelForImageClassification, TrainingArguments

from realfake_hf import RealFakeImageProcessor
from realfake_hf.data.loading import load_data
from realfake_hf.hub import Destination, push_model
from realfake_hf.records.history import History
from realfake_hf.training.images import CropCollator, LabelledImages
from realfake_hf.training.sampler import EpochSampler
from realfake_hf.training.trainer import RealFakeTrainer


def test_model_pushes_itself_as_the_command_does(hub: HubServer, run_folder: Path) -> None:
    push_model(run_folder, Destination("me/net"))
    by_command = hub.repository("me/net").files
    hub.clear()
    model = AutoModelForImageClassification.from_pretrained(run_folder / "model")
    assert model.push_to_hub("me/net", commit_message="Mine", private=True) == f"{hub.endpoint}/me/net"
    repository = hub.repository("me/net")
    assert repository.private
    assert repository.at("main").title == "Mine"
    assert repository.files == by_command


def test_new_model_gets_the_processor_that_is_named(hub: HubServer, tiny_model: Path) -> None:
    model = AutoModelForImageClassification.from_pretrained(tiny_model)
    model.name_or_path = ""
    model.push_to_hub("me/new", image_processor=RealFakeImageProcessor(size=80))
    assert b'"size": 80' in hub.repository("me/new").files["preprocessor_config.json"].content


@pytest.fixture
def trainer(hub: HubServer, tiny_model: Path, make_imagefolder, tmp_path: Path) -> RealFakeTrainer:
    """Two steps, told to push by Trainer's own arguments."""
    data = load_data(make_imagefolder({"train": 4, "val": 2}, size=72))
    processor = RealFakeImageProcessor(size=64)
    return RealFakeTrainer(
        model=AutoModelForImageClassification.from_pretrained(tiny_model),
        args=TrainingArguments(
            output_dir=str(tmp_path / "out" / "my-net"), num_train_epochs=1, per_device_train_batch_size=4,
            save_strategy="epoch", eval_strategy="epoch", report_to="none", use_cpu=True, remove_unused_columns=False,
            label_names=["labels"], push_to_hub=True, hub_model_id="me/trained", disable_tqdm=True,
        ),
        train_dataset=LabelledImages(data["train"], processor),
        eval_dataset=LabelledImages(data["val"], processor),
        data_collator=CropCollator(processor, channels_last=False),
        compute_metrics=lambda p: {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())},
        sampler=EpochSampler(np.full(8, 1 / 8), 8, seed=1),
        history=History(tmp_path / "out" / "history.json"),
        weight_averaging=0.5,
    )  # fmt: skip


def test_trainer_pushes_once_at_the_end_without_pickles(trainer: RealFakeTrainer, hub: HubServer) -> None:
    trainer.train()
    assert list(hub.repository("me/trained").commits.values())[-1].title == "initial commit"
    trainer.push_to_hub()
    repository = hub.repository("me/trained")
    assert [commit.title for commit in repository.history("main")] == ["End of training", "initial commit"]
    assert not [name for name in repository.files if name.endswith((".bin", ".pt")) or "checkpoint" in name]
    assert {"model.safetensors", "preprocessor_config.json", "modeling_realfake_cnn.py", "run.json"} <= set(
        repository.files
    )
    card = repository.files["README.md"].content.decode()
    assert "This model is a fine-tuned version of" not in card
    assert "1 epoch (the weights are those of epoch 1)" in card
    assert 'pipeline("image-classification", "me/trained", trust_remote_code=True)' in card
    for file in repository.files.values():
        assert str(Path(trainer.args.output_dir).parent).encode() not in file.content


def test_trainer_writes_the_same_card_beside_its_checkpoints(trainer: RealFakeTrainer) -> None:
    trainer.create_model_card(model_name="ignored", tags=["ignored"])
    card = (Path(trainer.args.output_dir) / "README.md").read_text()
    assert "# trained" in card
    assert "More Information Needed" not in card


def test_model_that_was_changed_does_not_claim_what_was_measured_before(hub: HubServer, run_folder: Path) -> None:
    model = AutoModelForImageClassification.from_pretrained(run_folder / "model")
    next(model.parameters()).data += 1.0
    model.push_to_hub("me/net")
    files = hub.repository("me/net").files
    assert not [name for name in files if name.startswith("evaluations/")]
    assert "It was not measured yet" in files["README.md"].content.decode()
