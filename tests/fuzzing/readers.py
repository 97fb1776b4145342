"""What reads other people's bytes: each is `read(content, folder)`, the folder for the files that it needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import hub_card.sources
from fuzzing import seeds
from realfake_hf.data.loading import load_data
from realfake_hf.data.preparing.prepare_folder import PrepareFolder
from realfake_hf.data.preparing.scanned import EarlierSplits
from realfake_hf.data.preparing.splits import Collection
from realfake_hf.detection.scanning.unit import Unit
from realfake_hf.errors import RealFakeError
from realfake_hf.images.jpeg_quality import estimate_quality
from realfake_hf.images.opened_image import open_with_facts
from realfake_hf.images.provenance.xmp import read_xmp
from realfake_hf.inference.onnx.onnx_model import OnnxModel
from realfake_hf.inference.predictor import Predictor
from realfake_hf.records import scan
from realfake_hf.records.audit import read_audit
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.cost import ModelCost
from realfake_hf.records.history import read_history
from realfake_hf.records.json_record import json_line
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import EvaluationResult
from realfake_hf.records.run import RunRecord
from realfake_hf.records.scan import ScanRecord
from realfake_hf.storage.journal import Journal
from realfake_hf.training.recipe import load_recipe
from space_app.limits import Limits
from space_app.uploads import Uploads

Read = Callable[[bytes, Path], object]

RECORDS: dict[str, Callable[[Path], object]] = {
    "run.json": lambda file: RunRecord.read(file.parent),
    "calibration.json": lambda file: Calibration.read(file.parent),
    "cost.json": lambda file: ModelCost.read(file.parent),
    "history.json": lambda file: read_history(file.parent),
    "audit.json": lambda file: read_audit(file.parent),
    "results.json": EvaluationResult.read,
}
"""Readers of records, by the name of their files."""


def in_file(name: str, read: Callable[[Path], object]) -> Read:
    """Let a reader read the input in a file of that name."""

    def reader(content: bytes, folder: Path) -> None:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        read(file)

    return reader


def in_model(name: str, read: Callable[[Path], object]) -> Read:
    """Let a reader read a model's folder in which the file of that name is the input."""

    def reader(content: bytes, folder: Path) -> None:
        for other in seeds.model_file_names():
            if other != name and not (folder / other).exists():
                (folder / other).write_bytes(seeds.model_files(other)[0])
        (folder / name).write_bytes(content)
        read(folder)

    return reader


def read_image(content: bytes, folder: Path) -> None:
    """An image with its facts, as every command opens it."""
    opened = open_with_facts(content)
    assert opened.image.mode == "RGB"
    assert opened.jpeg_quality is None or 1 <= opened.jpeg_quality <= 100
    json_line(opened.provenance)


def read_xmp_packet(content: bytes, folder: Path) -> None:
    """An XMP packet."""
    assert isinstance(read_xmp(content), dict)


def read_jpeg_tables(content: bytes, folder: Path) -> None:
    """Quantisation tables, two bytes a step."""
    steps = [int.from_bytes(content[at : at + 2], "big") for at in range(0, len(content), 2)]
    quality = estimate_quality({number: steps[64 * number : 64 * number + 64] for number in range(4)})
    assert quality is None or 1 <= quality <= 100


def load_by_torch(folder: Path) -> None:
    """A network and its processor, and one picture through both."""
    _judge(Predictor.load(folder, device="cpu"))


def load_by_onnx(folder: Path) -> None:
    """The same by onnxruntime."""
    _judge(OnnxModel(folder / "model.onnx", threads=1))


def _judge(model: Any) -> None:
    with suppress(ValueError):  # of this picture: its record says it
        model.logits(model.prepare(Image.new("RGB", (60, 50)))[None])


def read_recipe(file: Path) -> None:
    """A recipe of one's own."""
    load_recipe(str(file)).to_dict()


def read_override(content: bytes, folder: Path) -> None:
    """A setting of the command line."""
    load_recipe("cnn-128", [content.decode("utf-8", "replace")])


def read_sources(file: Path) -> None:
    """What is said of the sources."""
    hub_card.sources.read_sources(file)


def read_records(file: Path) -> None:
    """Records of a scan."""
    assert all(isinstance(record, ScanRecord) for record in scan.read_records(file))


def read_predictions(file: Path) -> None:
    """Every prediction of an evaluation."""
    found = Predictions.read(file)
    assert len(found.label) == len(found.p_fake) == len(found)


def read_journal(file: Path) -> None:
    """Whatever a kill left of a journal, it can be gone on with."""
    journal: Journal[list[int]] = Journal(file, json.dumps, json.loads)
    journal.append("00000000000000dd", [4])
    assert journal.read(0xDD) == [4]
    journal.close()


def read_prepared(file: Path) -> None:
    """The settings of a folder that is prepared again."""
    with PrepareFolder(file.parent, seeds.PREPARED, [64], overwrite=False):
        pass


def read_manifest(file: Path) -> None:
    """The splits that an earlier run gave to images."""
    EarlierSplits(file, Collection(*7 * (np.zeros(0),)))


def read_data(where: Path) -> None:
    """Labelled images, as every command takes them."""
    for rows in load_data(where).values():
        assert rows[0]["label"] in (0, 1)


def read_metadata(file: Path) -> None:
    """A folder of images beside a table about them."""
    for name in seeds.CLASSES:
        (file.parent / name).mkdir(exist_ok=True)
        (file.parent / name / "0.jpg").write_bytes(seeds.pictures("JPEG")[0])
    read_data(file.parent)


def read_upload(file: Path) -> None:
    """A zip that a visitor of the Space uploads."""
    for image in Uploads.of([file], Limits()).images:
        with suppress(RealFakeError):
            image.read(1_000_000)


def read_shard(file: Path) -> None:
    """A shard of a WebDataset."""
    images: Iterator[object] = Unit("tar", (str(file),), ("x",)).images()
    assert all(image is not None for image in images)
