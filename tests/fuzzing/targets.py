"""Readers of other people's files, and the damaged inputs that they are tried on."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fuzzing import readers, seeds
from fuzzing.damage import BYTES, JSON, YAML, Damage, header_damaged, png_with_sums
from fuzzing.readers import in_file, in_model
from realfake_hf.errors import RealFakeError

KEPT = Path(__file__).resolve().parent / "kept"
"""Below it a folder for each target, of inputs that it failed on once."""
PICTURES = ("JPEG", "WEBP", "TIFF", "GIF", "BMP", "AVIF", "JPEG2000")
RECORDS = ("run.json", "calibration.json", "cost.json", "history.json", "audit.json", "results.json")


@dataclass(frozen=True)
class Target:
    """A reader of ours.

    Attributes:
        name: of what it reads.
        seeds: whole inputs, made when they are asked for.
        read: reads an input, in a folder for the files that it needs.
        damages: ways to damage a seed; every input takes one.
    """

    name: str
    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes, Path], object]
    damages: tuple[Damage, ...]

    def input(self, number: int) -> bytes:
        """The damaged input of a number: the same one every time."""
        rng = random.Random(f"{self.name} {number}")
        return rng.choice(self.damages)(rng.choice(self.seeds()), rng)

    def kept(self) -> list[Path]:
        """The inputs that it failed on once."""
        return sorted((KEPT / self.name).glob("*"))

    def attempt(self, content: bytes, folder: Path) -> bool:
        """Read an input.

        Returns:
            Whether it was taken, else it was refused in a sentence.

        Raises:
            Exception: it was neither.
        """
        try:
            self.read(content, folder)
        except RealFakeError as error:
            if not str(error).endswith(".") or len(str(error).splitlines()) != 1:
                raise AssertionError(f"The refusal is no sentence: {error!r}") from error
            return False
        return True


def _targets() -> list[Target]:
    model = seeds.model_files
    config, processor = "config.json", "preprocessor_config.json"
    by_torch, by_onnx = readers.load_by_torch, readers.load_by_onnx
    weights, graph = "model.safetensors", "model.onnx"
    return [
        *(
            Target(f"image-{format.lower()}", functools.partial(seeds.pictures, format), readers.read_image, BYTES)
            for format in PICTURES
        ),
        Target("image-png", lambda: seeds.pictures("PNG"), readers.read_image, (*BYTES, png_with_sums, png_with_sums)),
        Target("c2pa", seeds.signed_pictures, readers.read_image, BYTES),
        Target("xmp", lambda: seeds.XMPS, readers.read_xmp_packet, BYTES),
        Target("jpeg-tables", lambda: [bytes(range(256)) * 2], readers.read_jpeg_tables, BYTES),
        Target("model-config", lambda: model(config), in_model(config, by_torch), JSON),
        Target("model-processor", lambda: model(processor), in_model(processor, by_torch), JSON),
        Target("safetensors", lambda: model(weights), in_model(weights, by_torch), (*BYTES, *3 * (header_damaged,))),
        Target("onnx", lambda: model(graph), in_model(graph, by_onnx), BYTES),
        Target("onnx-config", lambda: model(config), in_model(config, by_onnx), JSON),
        Target("onnx-processor", lambda: model(processor), in_model(processor, by_onnx), JSON),
        Target("recipe", seeds.recipes, in_file("r.yaml", readers.read_recipe), YAML),
        Target("override", lambda: seeds.OVERRIDES, readers.read_override, BYTES),
        Target("sources", lambda: seeds.embedded("sources.yaml"), in_file("sources.yaml", readers.read_sources), YAML),
        *(
            Target(
                f"record-{name.removesuffix('.json')}",
                functools.partial(seeds.embedded, name),
                in_file(name, readers.RECORDS[name]),
                JSON,
            )
            for name in RECORDS
        ),
        *(
            Target(
                f"scan-{kind}",
                functools.partial(seeds.scan_records, kind),
                in_file(f"r.{kind}", readers.read_records),
                BYTES,
            )
            for kind in ("jsonl", "csv", "parquet")
        ),
        Target("predictions", seeds.predictions, in_file("p.parquet", readers.read_predictions), BYTES),
        Target("journal", lambda: [seeds.JOURNAL], in_file("journal", readers.read_journal), BYTES),
        Target("prepare", seeds.prepared, in_file("prepare.json", readers.read_prepared), JSON),
        Target("manifest", seeds.manifests, in_file("manifest.parquet", readers.read_manifest), BYTES),
        Target("data-parquet", seeds.data_tables, in_file("d.parquet", readers.read_data), BYTES),
        Target("data-metadata", seeds.metadata, in_file("train/metadata.parquet", readers.read_metadata), BYTES),
        Target("zip", lambda: seeds.packed("zip"), in_file("z.zip", readers.read_upload), BYTES),
        Target("tar", lambda: seeds.packed("tar"), in_file("t.tar", readers.read_shard), BYTES),
    ]


TARGETS = {target.name: target for target in _targets()}
