"""How a model came to be: `run.json`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from realfake_hf.errors import RealFakeError
from realfake_hf.records.json_record import FolderRecord

RUN_FILE = "run.json"

RecipeValues = dict[str, object]
"""A whole recipe as plain values, as its YAML file has them: `RecordedRecipe` is what others ask of it."""


@dataclass(frozen=True)
class RecordedAudit:
    """An audit's verdict on the data, `pass`, `warn` or `fail`, and why."""

    verdict: str
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Hardware:
    """The machine of a run.

    Attributes:
        device: of torch.
        processes, cpu_count, torch_threads: numbers; of the CPU cores those that the run might use.
        machine, system: as Python's `platform` calls them.
        gpu: its name; None where there was none.
    """

    device: str = ""
    processes: int | None = None
    cpu_count: int | None = None
    torch_threads: int | None = None
    machine: str = ""
    system: str = ""
    gpu: str | None = None


@dataclass(frozen=True)
class RunResult:
    """What a run reached.

    Attributes:
        run: its folder.
        epochs, best_epoch: trained, and the one of the least validation loss.
        val_loss, val_accuracy: of the final weights on the validation split; accuracy at p_fake 0.5.
        seconds: wall time of everything.
        audit: its verdict on the data; None where there was none.
    """

    run: str = ""
    epochs: int = 0
    best_epoch: int | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    seconds: float | None = None
    audit: str | None = None


@dataclass(frozen=True)
class RecordedModel:
    """What a recipe says of the network: what its weights were before, by Hub id or folder."""

    backbone: str | None = None
    start_from: str | None = None
    average_with: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RecordedProcessor:
    """What a recipe says of the image processor."""

    mode: str = ""


@dataclass(frozen=True)
class RecordedDistillation:
    """What a recipe says of the teacher: a folder or Hub id; None where there was none."""

    teacher: str | None = None


@dataclass(frozen=True)
class RecordedRecipe:
    """Of the recipe of a run what others ask of it."""

    name: str
    description: str = ""
    model: RecordedModel = field(default_factory=RecordedModel)
    processor: RecordedProcessor = field(default_factory=RecordedProcessor)
    distillation: RecordedDistillation = field(default_factory=RecordedDistillation)


@dataclass(frozen=True)
class RunRecord(FolderRecord, file=RUN_FILE, what="the record of a run", remedy="train again"):
    """A run.

    Attributes:
        recipe: whole, as the file of a recipe has it.
        training_arguments: Transformers'.
        seed: of everything drawn.
        data: as it was named.
        data_fingerprint: of `data.fingerprint`.
        train_fingerprints: of the training images alone, and of the split that a part was held out of, if one was.
        audit: of the data; None where there was none.
        rows: split -> images.
        notes: what must be said wherever the run's figures are shown.
        command: that trained it.
        versions: of Python and libraries.
        hardware: it ran on.
        result: None before the end.
    """

    recipe: RecipeValues
    training_arguments: dict[str, object] = field(default_factory=dict)
    seed: int = 0
    data: str = ""
    data_fingerprint: str = ""
    train_fingerprints: list[str] = field(default_factory=list)
    audit: RecordedAudit | None = None
    rows: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    command: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    hardware: Hardware = field(default_factory=Hardware)
    result: RunResult | None = None

    def __post_init__(self) -> None:
        try:
            assert self.described
        except msgspec.ValidationError as error:
            raise ValueError(f"recipe: {error}") from error

    @property
    def described(self) -> RecordedRecipe:
        """What others ask of the recipe."""
        return msgspec.convert(self.recipe, RecordedRecipe)

    @property
    def recipe_name(self) -> str:
        """The name of the recipe."""
        return self.described.name


def is_finished(folder: Path) -> bool:
    """Whether a folder has a run that came to its end; a damaged record did not."""
    try:
        record = RunRecord.read(folder)
    except RealFakeError:
        return False
    return record is not None and record.result is not None
