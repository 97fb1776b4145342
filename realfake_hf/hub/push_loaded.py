"""Models in memory to the Hub: what `model.push_to_hub` and `Trainer.push_to_hub` do here."""

from __future__ import annotations

import dataclasses
import platform
import shutil
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from hub_card.model_card import CARD_FILE
from realfake_hf.hub.model_files import CardOverrides, copy_records, write_card, write_loaded
from realfake_hf.hub.push_model import push_model
from realfake_hf.hub.upload import Destination, Push, full_name, upload_folder
from realfake_hf.records.environment import package_version
from realfake_hf.records.history import History
from realfake_hf.records.run import Hardware, RunRecord, RunResult


class Trained(Protocol):
    """What is asked of a trainer, ours or another; see `training.trainer.RealFakeTrainer`."""

    args: Any
    detector: Any
    processing_class: Any
    data_collator: Any
    history: History

    def averaged_weights(self) -> AbstractContextManager[None]:
        """With the weights that are saved in the model."""


def push_loaded(
    model: Any,
    repo_id: str,
    *,
    image_processor: Any = None,
    commit_message: str | None = None,
    private: bool | None = None,
    token: bool | str | None = None,
    revision: str | None = None,
    create_pr: bool = False,
    tags: Any = None,
    **_: Any,
) -> str:
    """As `PreTrainedModel.push_to_hub`, with the code, the processor and our card.

    Args:
        model: of ours. If it still is what was loaded from a folder, the records there go into the card.
        repo_id: `NAME` or `OWNER/NAME`.
        image_processor: by default the one beside the model where it was loaded, else one of the config's image size.
        commit_message, private, token, revision, create_pr: as there.
        tags: are not used: the card has its own.

    Returns:
        The URL of the repository or pull request.

    Raises:
        RealFakeError: the Hub does not take it.
    """
    to = Destination(
        repo_id, bool(private), revision, create_pr, commit_message, token if isinstance(token, str) else None
    )
    loaded_from = Path(str(model.name_or_path or ""))
    folder = loaded_from if _has_weights_of(model, loaded_from) else None
    root = folder.parent if folder is not None and (folder.parent / "run.json").is_file() else folder
    with TemporaryDirectory(prefix="realfake-push-") as temporary:
        target = Path(temporary)
        write_loaded(model, image_processor or _processor_of(model), target)
        if folder is not None and root is not None:
            copy_records(root, folder, target)
        write_card(root or target, target, repo=full_name(to), overrides=CardOverrides())
        return upload_folder(target, to, message="Upload model").url


def push_trained(trainer: Trained, to: Destination) -> Push:
    """What a trainer trained: its RUN folder where that is finished, else the model with what its card needs.

    Raises:
        RealFakeError: the Hub does not take it.
    """
    run = trainer.history.path.parent
    if (run / "model" / "config.json").is_file() and (run / "run.json").is_file():
        return push_model(run, to)
    with TemporaryDirectory(prefix="realfake-push-") as temporary:
        target = Path(temporary)
        write_trained(trainer, target, repo=full_name(to))
        return upload_folder(target, to, message="End of training")


def write_trained(trainer: Trained, target: Path, *, repo: str) -> None:
    """A trainer's model, processor, history, record and card; no checkpoints and no pickled arguments."""
    processor = trainer.processing_class or getattr(trainer.data_collator, "processor", None)
    with trainer.averaged_weights():
        write_loaded(trainer.detector, processor or _processor_of(trainer.detector), target)
    _record(trainer).write(target)
    if trainer.history.path.is_file():
        shutil.copyfile(trainer.history.path, target / "history.json")
    write_card(target, target, repo=repo, overrides=CardOverrides())
    copy_records(target, target, target)  # onto themselves: now without paths, by which the card found the data


def write_trained_card(trainer: Trained, folder: Path, *, repo: str) -> None:
    """Write README.md alone."""
    with TemporaryDirectory(prefix="realfake-card-") as temporary:
        write_trained(trainer, Path(temporary), repo=repo)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(temporary) / CARD_FILE, folder / CARD_FILE)


def _has_weights_of(model: Any, folder: Path) -> bool:
    """Whether a model has the weights of a folder, for which alone the records there hold."""
    import torch
    from safetensors.torch import load_file

    file = folder / "model.safetensors"
    if not file.is_file():
        return False
    now = model.state_dict()
    stored = load_file(file)
    return all(name in now and torch.equal(now[name].cpu().to(value.dtype), value) for name, value in stored.items())


def _processor_of(model: Any) -> Any:
    from transformers import AutoImageProcessor

    from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor

    try:
        return AutoImageProcessor.from_pretrained(model.name_or_path, trust_remote_code=False, local_files_only=True)
    except (OSError, ValueError, TypeError):  # it was not loaded from anywhere, or lies there without one
        return RealFakeImageProcessor(size=model.config.image_size)


def _record(trainer: Trained) -> RunRecord:
    """The run's own run.json, or of a trainer without one what it knows itself; with what it reached so far."""
    record = RunRecord.read(trainer.history.path.parent) or RunRecord(
        recipe={"name": trainer.detector.config.model_type, "model": {}},
        training_arguments=trainer.args.to_dict(),
        seed=trainer.args.seed,
        versions={name: package_version(name) or "" for name in ("torch", "transformers")},
        hardware=Hardware(device=str(trainer.args.device), machine=platform.machine()),
    )
    epochs = trainer.history.records
    if not epochs:
        return record
    best = trainer.history.kept(best=trainer.args.load_best_model_at_end)
    result = RunResult(
        epochs=len(epochs),
        best_epoch=best.epoch,
        val_loss=best.val_loss,
        val_accuracy=best.val_accuracy,
        seconds=sum(epoch.seconds for epoch in epochs),
    )
    return dataclasses.replace(record, result=result)
