"""Whole inputs of every kind, as small as can be; each is made once, when it is asked for."""

from __future__ import annotations

import functools
import io
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from PIL import Image, PngImagePlugin

from realfake_hf import RealFakeCNNForImageClassification, RealFakeImageProcessor
from realfake_hf.images.provenance import Provenance
from realfake_hf.inference.onnx.onnx_file import write_onnx
from realfake_hf.models.presets import preset_config
from realfake_hf.records.json_record import json_line
from realfake_hf.records.manifest import ImageRecord, write_manifest
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.prepare import PrepareRecord, PrepareSettings
from realfake_hf.records.scan import ScanRecord, write_records
from realfake_hf.training.recipe import RECIPES_FOLDER
from realfake_hf.weights import WEIGHTS_FOLDER

CLASSES = ("real", "fake")
XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Made-Up Diffusion 2"><Iptc4xmpExt:DigitalSourceType>
http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
XMPS = [XMP, b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + XMP, XMP.decode().encode("utf-16")]
OVERRIDES = [b"training.num_train_epochs=3", b"model.fields.widths=[8, 8]", b"augmentation=[{jpeg: {quality: [1, 2]}}]"]
JOURNAL = b"00000000000000aa [1]\n00000000000000bb [2]\n00000000000000cc [3]\n"
PREPARED = PrepareSettings("photos", "pad", 95, 0.1, 0.1, 0, None)


@functools.cache
def pictures(format: str) -> list[bytes]:
    """A small picture with texts of a camera and of a generator."""
    image = Image.linear_gradient("L").resize((24, 24)).convert("RGB")
    exif, stream = Image.Exif(), io.BytesIO()
    options: dict[str, Any] = {}
    exif[0x010F], exif[0x0112], exif[0x010E] = "Maker", 6, "a cat\nSteps: 20, Sampler: Euler a, Seed: 1"
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + "a cat\nSteps: 20, Sampler: Euler".encode("utf-16-be")
    if format == "PNG":
        options["pnginfo"] = texts = PngImagePlugin.PngInfo()
        texts.add_text("parameters", "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1")
        texts.add_text("prompt", '{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}', zip=True)
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
    if format in ("JPEG", "WEBP"):
        options["xmp"] = XMP
    image.save(stream, format, exif=exif, **options)
    return [stream.getvalue()]


@functools.cache
def signed_pictures() -> list[bytes]:
    """Pictures with a C2PA manifest."""
    return [file.read_bytes() for file in sorted(Path(__file__).parent.glob("signed.*"))]


@functools.cache
def _model_folder() -> dict[str, bytes]:
    fields = {"widths": [8, 8], "depths": [1, 1], "downsampling": ["none", "stride"], "image_size": 48}
    with tempfile.TemporaryDirectory() as name, torch.random.fork_rng():
        torch.manual_seed(0)
        model = RealFakeCNNForImageClassification(preset_config("realfake-net", **fields)).eval()
        model.save_pretrained(name)
        RealFakeImageProcessor(size=48).save_pretrained(name)
        write_onnx(model, Path(name) / "model.onnx", side=48, crops=True)
        return {file.name: file.read_bytes() for file in Path(name).iterdir() if file.suffix != ".py"}


def model_files(*names: str) -> list[bytes]:
    """Files of a network of ours that is as small as can be, and of its export."""
    return [_model_folder()[name] for name in names]


def model_file_names() -> list[str]:
    """All of them."""
    return list(_model_folder())


@functools.cache
def embedded(name: str) -> list[bytes]:
    """The files of a name in the embedded models' folders."""
    return [file.read_bytes() for file in sorted(WEIGHTS_FOLDER.rglob(name))]


@functools.cache
def recipes() -> list[bytes]:
    """Those of the package."""
    return [file.read_bytes() for file in sorted(RECIPES_FOLDER.glob("*.yaml"))]


def _table(rows: list[dict[str, Any]]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), stream, use_dictionary=False)
    return stream.getvalue()


@functools.cache
def data_tables() -> list[bytes]:
    """Two labelled images as parquet."""
    (image,) = pictures("JPEG")
    return [_table([{"image": {"bytes": image, "path": None}, "label": label, "source": "x"} for label in (0, 1)])]


@functools.cache
def metadata() -> list[bytes]:
    """A table about the images beside it."""
    return [_table([{"file_name": f"{name}/0.jpg", "label": n, "source": "x"} for n, name in enumerate(CLASSES)])]


@functools.cache
def manifests() -> list[bytes]:
    """What `prepare` wrote of two images."""
    records = [
        ImageRecord(f"{name}.jpg", label, "x", "train", 3, 2, "RGB", "JPEG", 9, sha256="0" * 64, group=1)
        for label, name in enumerate(CLASSES)
    ]
    return [_written("m.parquet", lambda file: write_manifest(records, file))]


@functools.cache
def predictions() -> list[bytes]:
    """What `evaluate` wrote of two images."""
    text, numbers, scores = np.array(["a", "b"], dtype=object), np.arange(2), np.array([0.1, 0.9])
    found = Predictions(text, numbers, text, numbers, text, text, scores, scores, np.array(["", ""], dtype=object))
    return [_written("p.parquet", found.write)]


@functools.cache
def scan_records(kind: str) -> list[bytes]:
    """A file of two records."""
    records = [
        ScanRecord("a.jpg", "real", 0.1, 3, warnings=["small"], bytes=9),
        ScanRecord("=b.jpg", error="x", provenance=Provenance("The file says: nothing.", note="made by X")),
    ]
    if kind == "jsonl":
        return ["".join(record.to_json() + "\n" for record in records).encode()]
    return [_written(f"r.{kind}", lambda file: write_records(records, file))]


def _written(name: str, write: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / name)
        return (Path(folder) / name).read_bytes()


def prepared() -> list[bytes]:
    """The settings file of a prepared folder."""
    return [json_line(PrepareRecord(PREPARED, [64], complete=True)).encode()]


@functools.cache
def packed(kind: str) -> list[bytes]:
    """Two pictures and a text in a zip or a tar."""
    stream = io.BytesIO()
    members = {"a/1.jpg": pictures("JPEG")[0], "b.png": pictures("PNG")[0], "notes.txt": b"x"}
    if kind == "zip":
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
    else:
        with tarfile.open(fileobj=stream, mode="w") as tar:
            for name, content in members.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return [stream.getvalue()]
